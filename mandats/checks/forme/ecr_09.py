"""The intervener asks for nothing of its own."""

import re

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import CONSEIL, Regle

REGLE = Regle(
    id="ECR-09",
    titre="Pas de conclusions propres à l'intervenant",
    pourquoi="L'intervention suit le sort de la requête et n'élargit pas le litige ; l'intervenant, qui n'est pas partie, ne peut demander de frais pour lui-même (article L. 761-1 CJA ; "
    "connaissance générale, non relue).",
    remede="Retirez les frais et les demandes que la partie soutenue ne fait pas.",
    court="L. 761-1 CJA",
    documents=("intervention",),
    gravite=CONSEIL,
    confiance="memoire",
)


def check(acte: Acte) -> Constats:
    for item in acte.demandes:
        if (item.clause and item.clause.id == "conclusions/frais") or re.search(r"761-1", acte.mots_de(item)):
            yield acte.constat(REGLE, item.path, "frais demandés par un intervenant", "retirez cette demande")
        elif item is acte.indemnite:
            yield acte.constat(REGLE, item.path, "somme demandée par un intervenant", "retirez cette demande")
