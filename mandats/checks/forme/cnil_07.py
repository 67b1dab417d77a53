"""The prayers are within the powers of the CNIL."""

import re

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import CONSEIL, PLAINTES, Regle

REGLE = Regle(
    id="CNIL-07",
    titre="Pas de dommages-intérêts à la CNIL",
    pourquoi="La CNIL met en demeure, ordonne et sanctionne (article 58, paragraphe 2, du RGPD) ; elle n'accorde pas d'argent au plaignant (cnil.fr).",
    remede="Retirez la demande d'indemnité ; elle va au juge.",
    court="art. 58 RGPD ; cnil.fr",
    documents=PLAINTES,
    gravite=CONSEIL,
)


def check(acte: Acte) -> Constats:
    for item in acte.demandes:
        if re.search(r"dommages[- ](?:et[- ])?intérêts|\bindemnis|\bindemnité|préjudice", acte.mots_de(item), re.I):
            yield acte.constat(REGLE, item.path, "indemnité demandée à la CNIL", "retirez-la")
