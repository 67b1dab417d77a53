"""The complainant can be identified and reached."""

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import IRRECEVABLE, PLAINTES, Regle

REGLE = Regle(
    id="CNIL-01",
    titre="Identité et coordonnées du plaignant",
    pourquoi="La CNIL demande l'identité et les coordonnées de la personne qui se plaint (cnil.fr, « Vous portez plainte à la CNIL »), et lui répond (article 77 du RGPD).",
    remede="Donnez `adresse` ou `courriel` ; demandez au besoin qu'ils ne soient pas communiqués au responsable.",
    court="cnil.fr ; art. 77 RGPD",
    documents=PLAINTES,
    gravite=IRRECEVABLE,
)


def check(acte: Acte) -> Constats:
    for cle, party in acte.parties("plaignant"):
        if not (party.adresse or party.courriel or party.telephone):
            yield acte.constat(
                REGLE, ("parties", cle), "aucune coordonnée du plaignant", "donnez son adresse ou son courriel"
            )
