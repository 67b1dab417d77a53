"""The controller is identified."""

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import CONSEIL, PLAINTES, Regle

REGLE = Regle(
    id="CNIL-02",
    titre="Organisme identifié",
    pourquoi="La CNIL demande le nom, l'adresse et le numéro SIREN de l'organisme visé (cnil.fr, « Vous portez plainte à la CNIL »).",
    remede="Donnez `siren` ou `adresse` au mis en cause.",
    court="cnil.fr",
    documents=PLAINTES,
    gravite=CONSEIL,
)


def check(acte: Acte) -> Constats:
    for cle, party in acte.parties("mis_en_cause"):
        if party.type in ("entreprise", "association", "autre") and not (party.siren or party.adresse):
            yield acte.constat(REGLE, ("parties", cle, "siren"), "ni SIREN ni adresse de l'organisme", "identifiez-le")
