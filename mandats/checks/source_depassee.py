"""An authority that later law has overtaken is cited for what is left of it.

Why: the rule it applied has changed since (drones were given a legal basis after the rulings that forbade them).
"""

from collections.abc import Iterator

from mandats.checks.fragile import fragile
from mandats.document import Rendered
from mandats.problem import Problem

ID = "source-depassee"


def check(rendered: Rendered) -> Iterator[Problem]:
    yield from fragile(rendered, ID, ("depassee",), "à citer seulement pour ce qui en reste")
