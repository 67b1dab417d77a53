"""The arithmetic as it is told: `tests/data/calculs.yaml`, each method in words; the edges of the calendar."""

import datetime as dt

import pytest
import yaml

from mandats.delais.calendrier import add_months, compute, is_covered, period
from mandats.delais.regles import time_limits
from tests.conftest import ROOT

CALCULS = yaml.safe_load((ROOT / "tests" / "data" / "calculs.yaml").read_text("utf-8"))
D = dt.date.fromisoformat


@pytest.mark.parametrize("one", CALCULS, ids=lambda c: "-".join(str(v) for v in c["avec"].values()))
def test_a_calculation_says_each_of_its_steps(one):
    found = compute(**one["avec"])
    conventions = time_limits().conventions
    assert (found.theorique, found.prudent) == (one["theorique"], one["prudent"])
    assert [conventions[step.convention].say(step.valeurs) for step in found.steps] == one["dit"]


@pytest.mark.parametrize(
    ("day", "covered"), [("1977-12-31", 0), ("1978-01-01", 1), ("2100-12-31", 1), ("2101-01-01", 0)]
)
def test_the_years_covered(day, covered):
    assert is_covered(D(day)) == covered
    if covered:
        assert compute("mois", D(day), 1, "mois").theorique == add_months(D(day), 1)
    else:
        with pytest.raises(ValueError, match="1978–2100"):
            compute("mois", D(day), 1, "mois")


def test_a_length_of_nothing_ends_on_its_start_in_days_of_the_metropole():
    assert compute("jours-avant", D("2026-05-13")).theorique == D("2026-05-13")
    assert compute("jours-francs", D("2026-05-12")).theorique == D("2026-05-13")


@pytest.mark.parametrize(
    ("day", "months", "end"),
    [
        ("2026-01-31", 1, "2026-02-28"), ("2024-01-31", 1, "2024-02-29"), ("2026-12-01", 1, "2027-01-01"),
        ("2026-11-30", 1, "2026-12-30"), ("2026-01-15", 0, "2026-01-15"), ("2026-01-15", 11, "2026-12-15"),
        ("2026-01-15", 12, "2027-01-15"), ("2026-01-15", -1, "2025-12-15"), ("9999-11-30", 1, "9999-12-30"),
        ("9999-12-01", 1, "9999-12-31"),
    ],
)  # fmt: skip
def test_months_are_counted_to_the_same_day_or_the_last(day, months, end):
    assert add_months(D(day), months) == D(end)


@pytest.mark.parametrize(
    ("value", "first", "last"),
    [
        ("2026", "2026-01-01", "2026-12-31"), ("2024-02", "2024-02-01", "2024-02-29"),
        ("2026-12", "2026-12-01", "2026-12-31"), ("2026-02-03", "2026-02-03", "2026-02-03"),
    ],
)  # fmt: skip
def test_a_date_known_in_part_is_a_period(value, first, last):
    assert period(value) == (D(first), D(last))
