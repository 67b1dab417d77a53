"""A clause stands in a section of its kind: a prayer among the prayers, an argument among the arguments.

Why: the judge looks for each thing in its place, and a prayer lost among the arguments is not a prayer (art. R. 411-1 CJA).
"""

from collections.abc import Iterator

from mandats.document import Rendered
from mandats.problem import Problem

ID = "clause-mal-placee"


def check(rendered: Rendered) -> Iterator[Problem]:
    declared = rendered.document.template.header.sections
    for name, items in rendered.document.sections.items():
        causes = declared[name].cause
        for item in items:
            if item.clause and causes and item.clause.header.cause not in causes:
                fits = (
                    ", ".join(n for n, s in declared.items() if item.clause.header.cause in s.cause)
                    or "aucune de ce modèle"
                )
                message = f"la clause {item.clause.id} ({item.clause.header.cause}) n'a pas sa place dans {name} (section possible : {fits})"
                yield Problem(ID, item.place, "clause", message)
