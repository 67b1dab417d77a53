"""A standing attacker: odd and hostile inputs, drawn from a seed, and what the program must make of them.

Each module here is a theme. Its `ATTEMPTS` gives, by name, functions `(rng, folder) -> Outcome` that draw one input
from `rng`, hand it to the program in `folder` (empty, their own), and judge what comes out. The tests run a few draws
of each; `python3 run.py attaque --minutes 10` runs them at length.
"""

from __future__ import annotations

import importlib
import pkgutil
import random
import tempfile
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path


class Verdict(Enum):
    RIGHT = "right"  # accepted, and what comes out is right
    ONE_LINE = "one line"  # refused, in words that say where and what to do
    WRONG = "wrong"  # a traceback, a loss, a leak, a false refusal, a difference between the two formats


@dataclass(frozen=True)
class Outcome:
    """`detail`: what a reader needs to see the fault again; said for what is wrong."""

    verdict: Verdict
    detail: str = ""


class Dice(random.Random):
    """What an attempt draws from; it knows which draw it is, for those that go through a list in order."""

    number = 0


Attempt = Callable[[Dice, Path], Outcome]

RIGHT, ONE_LINE = Outcome(Verdict.RIGHT), Outcome(Verdict.ONE_LINE)


def wrong(detail: str) -> Outcome:
    return Outcome(Verdict.WRONG, detail)


def attempts() -> Iterator[tuple[str, Attempt]]:
    """Every attempt of every theme, under the name `theme.attempt`."""
    for module in sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_")):
        for name, attempt in importlib.import_module(f"{__name__}.{module}").ATTEMPTS.items():
            yield f"{module}.{name}", attempt


def draw(name: str, attempt: Attempt, seed: int) -> Outcome:
    """One attempt, in a folder of its own. An exception that reaches us is a traceback the user would have seen."""
    with tempfile.TemporaryDirectory(prefix="attaque-") as folder:
        try:
            rng = Dice(f"{name}:{seed}")
            rng.number = seed
            return attempt(rng, Path(folder))
        except Exception:
            return wrong(traceback.format_exc())
