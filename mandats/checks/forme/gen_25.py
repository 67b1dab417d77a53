"""A request on paper comes with one copy."""

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import CONSEIL, CONTENTIEUX, Regle

REGLE = Regle(
    id="GEN-25",
    titre="Copie, en cas de dépôt papier",
    pourquoi="La requête, l'acte attaqué et les pièces déposés sur papier sont accompagnés d'une copie (articles R. 411-3, R. 412-1 et R. 412-2 CJA), et "
    "non plus d'autant d'exemplaires que de parties.",
    remede="Préparez deux jeux identiques : l'original signé et une copie.",
    court="R. 411-3 CJA",
    documents=CONTENTIEUX,
    gravite=CONSEIL,
)


def check(acte: Acte) -> Constats:
    if acte.order.canal == "papier":
        yield acte.confirmer(
            REGLE, (*acte.here, "canal"), "dépôt papier : une copie de la requête et de chaque pièce est-elle prête ?"
        )
