"""Every source cited was read by someone.

Why: a reference nobody checked may not exist; the register says who read it, when, and where.
"""

from collections.abc import Iterator

from mandats.document import Rendered
from mandats.problem import AVERTISSEMENT, Problem

ID = "source-non-verifiee"


def check(rendered: Rendered) -> Iterator[Problem]:
    library = rendered.document.library
    counts: dict[str, int] = {}
    for use in rendered.cited_sources:
        source = library.sources[use.cle]
        # An instrument is vouched for by the article that was read.
        if source.verifie is None and source.type != "texte":
            counts[use.cle] = counts.get(use.cle, 0) + 1
    for cle, n in counts.items():
        message = f"source non vérifiée (citée {n} fois dans {rendered.document.nom}) : à lire avant dépôt"
        yield Problem(ID, library.source_places[cle], cle, message, AVERTISSEMENT)
