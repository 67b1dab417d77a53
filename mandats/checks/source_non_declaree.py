"""A clause lists in `sources:` every source it uses, and no other.

Why: the list is what tells which clauses to look at when an authority falls.
"""

import re
from collections.abc import Iterator

from mandats.document import Rendered
from mandats.problem import AVERTISSEMENT, Problem

ID = "source-non-declaree"
CALL = re.compile(r"\b(?:connue|citation|reference|norme|extrait)\(([^)]*)\)")
KEY = re.compile(r"""(?:^|\[)\s*["']([a-z0-9][a-z0-9_-]*)["']""")


def check(rendered: Rendered) -> Iterator[Problem]:
    clauses = {i.clause.corps.fichier: i.clause for i in rendered.document.items() if i.clause}
    seen = set()
    for clause in clauses.values():
        # Also in what this act does not print: a branch for another regime, another date.
        for text in (clause.corps.contenu, *clause.header.registres.values()):
            for call in CALL.findall(text):
                for cle in KEY.findall(call):
                    known = cle in rendered.document.library.sources and cle not in clause.header.sources
                    if known and (clause.id, cle) not in seen:
                        seen.add((clause.id, cle))
                        message = "source employée mais absente de l'en-tête « sources »"
                        yield Problem(ID, clause.corps.place(f'"{cle}"'), cle, message, AVERTISSEMENT)
    for use in rendered.cited_sources:
        clause = clauses.get(use.place.fichier)
        if clause and use.cle not in clause.header.sources and (clause.id, use.cle) not in seen:
            seen.add((clause.id, use.cle))
            yield Problem(
                ID, use.place, use.cle, "source employée mais absente de l'en-tête « sources »", AVERTISSEMENT
            )
