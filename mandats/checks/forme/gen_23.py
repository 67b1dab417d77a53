"""The title of a pièce says what it is."""

import re

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import A_REGULARISER, CONTENTIEUX, Regle
from mandats.problem import AVERTISSEMENT

REGLE = Regle(
    id="GEN-23",
    titre="Intitulé explicite des pièces",
    pourquoi="Chaque pièce a un libellé suffisamment explicite (article R. 412-2 CJA), et l'intitulé du fichier aussi ; sinon elle peut être écartée "
    "(article R. 414-5 CJA).",
    remede="Nommez la pièce : nature, auteur, date. Nommez de même le fichier ; par Télérecours, son nom commence par le numéro de la pièce (article R. 414-5 CJA).",
    court="R. 412-2 et R. 414-5 CJA",
    documents=(*CONTENTIEUX, "bordereau"),
    gravite=A_REGULARISER,
    sources=("cja-r412-2", "cja-r414-5"),
)
VIDE = re.compile(
    r"(?:scan|numérisation|image|img|photo|document|doc|fichier|pièce|piece|annexe|pj|capture|divers|autre|justificatif|preuve|sans titre|untitled)s?[\s_.-]*(?:n?°?\s*\d)*",
    re.I,
)


def check(acte: Acte) -> Constats:
    for rank, piece in enumerate(acte.document.pieces, 1):
        path = acte.piece_path(piece)
        if acte.order.canal == "telerecours" and not re.match(rf"0*{rank}(?!\d)", piece.fichier):
            yield acte.constat(
                REGLE,
                (*path, "fichier"),
                f"nom de fichier qui ne commence pas par le n° {rank} de la pièce",
                "renommez-le avant le dépôt par Télérecours",
                AVERTISSEMENT,
            )
        if VIDE.fullmatch(piece.titre.strip()):
            yield acte.constat(
                REGLE,
                (*path, "titre"),
                f"intitulé qui ne dit rien : « {piece.titre} »",
                "dites la nature, l'auteur et la date",
            )
        if VIDE.fullmatch(re.sub(r"\.\w+$", "", piece.fichier)):
            yield acte.constat(
                REGLE,
                (*path, "fichier"),
                f"nom de fichier qui ne dit rien : « {piece.fichier} »",
                "renommez-le",
                AVERTISSEMENT,
            )
