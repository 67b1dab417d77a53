"""Every adverse argument that a réplique takes up is answered.

Why: a silence reads as a concession; in a memorandum in reply the judge looks for the answer to each defence.
"""

from collections.abc import Iterator

from mandats.document import Rendered
from mandats.problem import Problem, write_path

ID = "argument-sans-reponse"


def check(rendered: Rendered) -> Iterator[Problem]:
    document = rendered.document
    if "arguments_adverses" not in document.template.header.requiert:
        return
    for argument, _ in document.reponses:
        if not argument.reponse:
            path = ("arguments_adverses", document.case.arguments_adverses.index(argument))
            where = f" ({argument.ou})" if argument.ou else ""
            message = f"argument adverse laissé sans réponse dans {document.nom}{where} : « {argument.these[:80]} » : répondez-y, ou ne le citez plus (R. 611-1 CJA) ; cherchez une clause : mandats clauses replique"
            yield Problem(ID, document.loaded.places[path], write_path((*path, "reponse")), message)
