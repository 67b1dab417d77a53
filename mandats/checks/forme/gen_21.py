"""Each pièce is a file of its own."""

import re

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import CONTENTIEUX, IRRECEVABLE, Regle

REGLE = Regle(
    id="GEN-21",
    titre="Un fichier par pièce",
    pourquoi="Le requérant transmet chaque pièce par un fichier distinct, à peine d'irrecevabilité de sa requête ; des signets dans un fichier unique ne "
    "suffisent plus (article R. 414-5 CJA). Seule exception : une série homogène et nombreuse, énumérée à l'inventaire.",
    remede="Séparez le fichier en autant de pièces.",
    court="R. 414-5 CJA",
    documents=CONTENTIEUX,
    gravite=IRRECEVABLE,
    sources=("cja-r414-5",),
)


def check(acte: Acte) -> Constats:
    seen: dict[str, str] = {}
    for piece in acte.document.pieces:
        if piece.fichier in seen and seen[piece.fichier] != piece.cle:
            yield acte.constat(
                REGLE,
                (*acte.piece_path(piece), "fichier"),
                f"même fichier que la pièce « {seen[piece.fichier]} »",
                "un fichier distinct par pièce",
            )
        seen.setdefault(piece.fichier, piece.cle)
    for piece in acte.document.pieces:
        if re.search(r"\bpièces n[°os]+\s*\d+ (?:à|et) \d+|toutes les pièces|liasse", piece.titre, re.I):
            yield acte.confirmer(
                REGLE,
                (*acte.piece_path(piece), "titre"),
                "cette pièce en regroupe-t-elle plusieurs ? seule une série homogène se regroupe",
            )
