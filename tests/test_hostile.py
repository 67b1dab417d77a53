"""A few draws of each attempt of `tests/hostile/`; `python3 run.py attaque` runs them at length."""

import pytest

from tests.hostile import Attempt, Verdict, attempts, draw

DRAWS = 3


@pytest.mark.parametrize("name, attempt", [pytest.param(n, a, id=n) for n, a in attempts()])
def test_hostile(name: str, attempt: Attempt) -> None:
    for seed in range(1, DRAWS + 1):
        outcome = draw(name, attempt, seed)
        assert outcome.verdict is not Verdict.WRONG, f"--seulement {name} --graine {seed}\n{outcome.detail}"
