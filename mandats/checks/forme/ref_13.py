"""The applicant can be reached at once."""

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import CONSEIL, Regle

REGLE = Regle(
    id="REF-13",
    titre="Coordonnées joignables",
    pourquoi="L'audience de référé peut être fixée le lendemain : le greffe appelle et écrit (note pratique du GISTI, lue).",
    remede="Donnez `courriel` ou `telephone` au requérant.",
    court="L. 522-1 CJA",
    documents=("refere-suspension", "refere-liberte"),
    gravite=CONSEIL,
)


def check(acte: Acte) -> Constats:
    if acte.deposants and not any(p.courriel or p.telephone or p.avocat for _, p in acte.deposants):
        yield acte.constat(
            REGLE, ("parties", acte.deposants[0][0]), "ni courriel ni téléphone du requérant", "donnez-les"
        )
