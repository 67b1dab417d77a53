"""The rules that judge a rendered document as a whole: its sources, its clauses, what the case gives it; its form.

Rules that concern reading, names and values are told where they arise (`load`, `resolve`, `render`).
"""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

from mandats.checks import forme
from mandats.checks.rule import RULES
from mandats.document import Rendered
from mandats.problem import ERREUR, Problem

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")


def check(rendered: Rendered, final: bool) -> Iterator[Problem]:
    """Every finding on one rendered document. `final`: nothing left blank, nothing resting on what does not hold."""
    document = rendered.document
    exige = document.template.header.exige
    named = (document.nom,) if len(document.case.documents) > 1 else ()
    for rule in RULES.values():
        gravite = ERREUR if rule.id in exige or (final and rule.final) else rule.gravite
        for place, chemin, message in rule.check(rendered):
            yield Problem(rule.id, place, chemin, message, gravite, rule.rang, documents=named)
    yield from forme.check(rendered)
