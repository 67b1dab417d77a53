"""The intervener joins the conclusions of a named party."""

import re

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import IRRECEVABLE, Regle

REGLE = Regle(
    id="ECR-07",
    titre="Intervention au soutien d'une partie",
    pourquoi="N'est recevable que l'intervention qui s'associe aux conclusions d'une partie ; des observations générales ne le sont pas (CE, Ass., 19 juillet 2011, n° 335625).",
    remede="Pourvoyez le rôle de la partie soutenue et reprenez ses conclusions (SUSPENDRE, ANNULER) après « ADMETTRE l'intervention ».",
    court="R. 632-1 CJA ; CE, Ass., 19 juillet 2011, n° 335625",
    documents=("intervention",),
    gravite=IRRECEVABLE,
    sources=("cja-r632-1",),
)


def check(acte: Acte) -> Constats:
    if not acte.parties("requerant"):
        yield acte.constat(
            REGLE,
            (*acte.here, "roles", "requerant"),
            "aucune partie soutenue",
            "dites aux conclusions de qui l'intervenant s'associe",
        )
    joined = re.compile(r"SUSPENDRE|ANNULER|ENJOINDRE|ORDONNER|REJETER|FAIRE DROIT|s'associe|au soutien", re.I)
    if (
        acte.demandes
        and not acte.a_ecrire("conclusions")
        and not any(joined.search(acte.mots_de(i)) for i in acte.demandes)
    ):
        yield acte.constat(
            REGLE,
            (*acte.here, "conclusions"),
            "les conclusions ne s'associent à celles d'aucune partie",
            "reprenez les siennes : SUSPENDRE, ANNULER…",
        )
