"""The scope of a letter is precise."""

import re

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import CONSEIL, DROITS, Regle

REGLE = Regle(
    id="DROIT-02",
    titre="Périmètre précis",
    pourquoi="Une demande sur « tous les fichiers » d'une administration est trop générale (CE, 31 décembre 2024, n° 488201).",
    remede="Nommez le fichier ou le dispositif, le lieu, la période.",
    court="CE, 31 décembre 2024, n° 488201",
    documents=(*DROITS, "acces-fichier-police"),
    gravite=CONSEIL,
)


def check(acte: Acte) -> Constats:
    for item in acte.items("precisions", "demandes"):
        if re.search(
            r"tous (?:les|vos) (?:fichiers|traitements)|l'ensemble de vos (?:fichiers|traitements)",
            acte.mots_de(item),
            re.I,
        ):
            yield acte.constat(
                REGLE, item.path, "demande qui vise tous les fichiers", "nommez-les, avec lieu et période"
            )
