"""The inventory is numbered without a gap or a double.

The program numbers the pièces itself; what remains is a pièce listed twice, or a title that carries a number of its own.
"""

import re

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import A_REGULARISER, CONTENTIEUX, Regle

REGLE = Regle(
    id="GEN-22",
    titre="Numérotation continue des pièces",
    pourquoi="L'inventaire donne à chaque pièce un numéro dans un ordre continu et croissant (article R. 412-2 CJA). Le programme numérote lui-même.",
    remede="Retirez la pièce répétée de la liste, et le numéro écrit à la main dans un intitulé.",
    court="R. 412-2 CJA",
    documents=(*CONTENTIEUX, "bordereau"),
    gravite=A_REGULARISER,
    sources=("cja-r412-2",),
)


def check(acte: Acte) -> Constats:
    listed = acte.order.pieces or ()
    for j, cle in enumerate(listed):
        if cle in listed[:j]:
            yield acte.constat(
                REGLE, (*acte.here, "pieces", j), f"pièce « {cle} » deux fois dans la liste", "retirez-la"
            )
    for rank, piece in enumerate(acte.document.pieces, 1):
        found = re.match(r"(?:pièce|production|annexe|PJ)\s*n?°?\s*(\d{1,9})(?!\d)", piece.titre, re.I)
        if found and int(found[1]) != rank:
            yield acte.constat(
                REGLE,
                (*acte.piece_path(piece), "titre"),
                f"l'intitulé porte le n° {found[1]}, la pièce a le n° {rank}",
                "retirez le numéro de l'intitulé",
            )
