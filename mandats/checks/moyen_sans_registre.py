"""A clause that draws a consequence has a wording for this document's register.

Why: an argument that ends on no consequence asks the judge for nothing.
"""

from collections.abc import Iterator

from mandats.document import Rendered
from mandats.problem import Problem

ID = "moyen-sans-registre"


def check(rendered: Rendered) -> Iterator[Problem]:
    document = rendered.document
    for item in document.items():
        registres = item.clause.header.registres if item.clause else {}
        if registres and document.registre not in registres:
            known = ", ".join(registres)
            message = f"la clause {item.clause.id} n'a pas de formulation pour le registre {document.registre} (elle en a pour : {known})"
            yield Problem(ID, item.place, "clause", message)
