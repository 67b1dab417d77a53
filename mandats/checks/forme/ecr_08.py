"""The intervener shows its own interest."""

import re

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import IRRECEVABLE, Regle
from mandats.problem import AVERTISSEMENT

REGLE = Regle(
    id="ECR-08",
    titre="Intérêt de l'intervenant",
    pourquoi="L'intervenant justifie d'un intérêt suffisant eu égard à la nature et à l'objet du litige (CE, Sect., 25 juillet 2013, n° 350661).",
    remede="Développez l'intérêt à intervenir (clause recevabilite/interet-a-intervenir) et recopiez `objet_statutaire`.",
    court="CE, Sect., 25 juillet 2013, n° 350661",
    documents=("intervention",),
    gravite=IRRECEVABLE,
)


def check(acte: Acte) -> Constats:
    if not acte.a_ecrire("recevabilite") and not re.search(r"intérêts?\b", acte.mots("recevabilite").lower()):
        yield acte.constat(
            REGLE,
            (*acte.here, "recevabilite"),
            "rien n'est dit de l'intérêt à intervenir",
            "rattachez-le à l'objet et aux actions de l'association",
        )
    for cle, party in acte.groupements:
        if not party.objet_statutaire:
            yield acte.constat(
                REGLE,
                ("parties", cle, "objet_statutaire"),
                "objet statutaire absent",
                "recopiez-le des statuts",
                AVERTISSEMENT,
            )
