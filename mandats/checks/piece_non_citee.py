"""Every pièce of the document is cited at least once.

Why: the reader checks the bordereau against the text; a pièce nobody cites looks like an oversight.
"""

from collections.abc import Iterator

from mandats.document import Rendered
from mandats.problem import AVERTISSEMENT, Problem

ID = "piece-non-citee"


def check(rendered: Rendered) -> Iterator[Problem]:
    document = rendered.document
    if document.template.header.genre != "acte":
        return
    cited = {use.cle for use in rendered.cited_pieces}
    ranks = {p.cle: i for i, p in enumerate(document.case.pieces)}
    for piece in document.pieces:
        if piece.cle not in cited:
            path = ("pieces", ranks[piece.cle])
            message = f"pièce « {piece.titre} » jamais citée dans {document.nom} : à citer ou à retirer de la liste"
            yield Problem(ID, document.loaded.places[path], f"pieces[{ranks[piece.cle]}]", message, AVERTISSEMENT)
