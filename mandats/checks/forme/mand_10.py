"""The list of those who gave mandate is kept apart."""

import re

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import COLLECTIVES, CONSEIL, Regle

REGLE = Regle(
    id="MAND-10",
    titre="Liste des mandants à part",
    pourquoi="La liste révèle des opinions (article 9 du RGPD) : minimale, séparée, chiffrée, jamais jointe aux copies (articles 5 et 32 du RGPD ; connaissance générale, non relue).",
    remede="Marquez la pièce `confidentielle: true`, ou ne joignez que l'état des mandats, sans noms.",
    court="art. 5, 9 et 32 RGPD",
    documents=COLLECTIVES,
    gravite=CONSEIL,
    confiance="memoire",
)


def check(acte: Acte) -> Constats:
    for piece in acte.document.pieces:
        if not piece.confidentielle and re.search(r"\bliste\b.{0,20}\bmandants", piece.titre, re.I):
            yield acte.constat(
                REGLE,
                acte.piece_path(piece),
                "liste des mandants jointe aux copies",
                "marquez-la confidentielle et transmettez-la à part",
            )
