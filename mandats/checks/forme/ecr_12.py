"""A QPC attacks a law."""

import re

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import IRRECEVABLE, Regle

REGLE = Regle(
    id="ECR-12",
    titre="QPC contre une disposition législative",
    pourquoi="Seule une disposition législative peut faire l'objet d'une question prioritaire (article 61-1 de la Constitution ; article R. *771-3 CJA) ; un décret se discute dans la requête.",
    remede="Désignez l'article de loi et sa version ; contre un décret, soulevez l'exception d'illégalité dans la requête.",
    court="R. *771-3 CJA",
    documents=("qpc",),
    gravite=IRRECEVABLE,
    sources=("cja-r771-3",),
)


def check(acte: Acte) -> Constats:
    words = acte.mots("disposition")
    law = re.search(r"\bL\.? ?\*?\d|\blois?\b|\bordonnance\b|législati", words)
    decree = re.search(r"\bdécret|\barrêté|\b[RD]\.? ?\*?\d", words)
    if decree and not law:
        yield acte.constat(
            REGLE,
            (*acte.here, "disposition"),
            "disposition réglementaire",
            "une question prioritaire ne vise que la loi",
        )
    elif not law and not re.search(r"article \d", words):
        yield acte.confirmer(
            REGLE, (*acte.here, "disposition"), "quelle disposition législative est contestée, dans quelle version ?"
        )
