"""What a rule is, and how one is declared: a decorated function in any module of this folder runs, there is no list."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from mandats.document import Rendered
from mandats.problem import AVERTISSEMENT, USUEL, Place

Finding = tuple[Place, str, str]  # where, key path, message
Check = Callable[[Rendered], Iterator[Finding]]


@dataclass(frozen=True)
class Rule:
    """`final`: a warning in a draft, an error in what is filed. A template's `exige` makes an error of it at once."""

    id: str
    check: Check
    gravite: str
    final: bool
    rang: int = USUEL


RULES: dict[str, Rule] = {}


def rule(id: str, gravite: str = AVERTISSEMENT, *, final: bool = False, rang: int = USUEL) -> Callable[[Check], Check]:
    """Declares a rule by its id, as messages, `exige` and the guide, which gives the reason, name it.

    `rang`: its place among the warnings (`problem.DECISIF`…). Raises ValueError for an id already declared.
    """

    def declare(check: Check) -> Check:
        if id in RULES:
            raise ValueError(f"deux règles « {id} »")
        RULES[id] = Rule(id, check, gravite, final, rang)
        return check

    return declare
