"""A clause lists in `sources:` every source it uses, and no other.

Why: the list is what tells which clauses to look at when an authority falls.
"""

from collections.abc import Iterator

from mandats.document import Rendered
from mandats.problem import AVERTISSEMENT, Problem

ID = "source-non-declaree"


def check(rendered: Rendered) -> Iterator[Problem]:
    clauses = {i.clause.corps.fichier: i.clause for i in rendered.document.items() if i.clause}
    seen = set()
    for use in rendered.cited_sources:
        clause = clauses.get(use.place.fichier)
        if clause and use.cle not in clause.header.sources and (clause.id, use.cle) not in seen:
            seen.add((clause.id, use.cle))
            yield Problem(ID, use.place, use.cle, "source employée mais absente de l'en-tête « sources »", AVERTISSEMENT)
