"""Every fact rests on a pièce.

Why: a fact that nothing proves is an allegation; the judge, or the CNIL, sets it aside (art. R. 412-1 and R. 412-2 CJA).
"""

from collections.abc import Iterator

from mandats.document import Rendered
from mandats.problem import AVERTISSEMENT, Problem

ID = "fait-sans-piece"


def check(rendered: Rendered) -> Iterator[Problem]:
    document = rendered.document
    if document.template.header.genre != "acte":
        return
    for i, fait in document.faits:
        if not fait.pieces:
            place = document.loaded.places[("faits", i)]
            yield Problem(ID, place, f"faits[{i}].pieces", "fait sans pièce qui le prouve", AVERTISSEMENT)
