"""What a case says that time limits ask: `tests/data/faits.yaml`, every value, mark and day, and where people are."""

import pytest
import yaml

from mandats.delais.faits import Facts, distance_months, read_facts, whole
from mandats.keys import TERRITOIRES
from mandats.model import Party
from tests.conftest import ROOT
from tests.test_delais import FAMILLES, case

FAITS = yaml.safe_load((ROOT / "tests" / "data" / "faits.yaml").read_text("utf-8"))


def told(facts: Facts) -> dict[str, str]:
    """Each thing known, in words; a day that bears the name of its own key is not said twice."""
    known = {key: " ".join(sorted(values)) for key, values in facts.valeurs.items() if values}
    known["dates"] = " ".join(f"{key}={day}" for key, day in facts.dates.items())
    days = [(key, s) for key, starts in facts.jours.items() for s in starts if s.chemin != key or s.valeurs]
    own = [",".join(f"{k}={'|'.join(sorted(v))}" for k, v in sorted(s.valeurs.items())) for _, s in days]
    known["jours"] = " ".join(f"{key}={s.jour}({s.chemin};{told})" for (key, s), told in zip(days, own, strict=True))
    known["lieux"] = f"{facts.demeure} {facts.siege}"
    return {key: words for key, words in known.items() if words}


@pytest.mark.parametrize("one", FAITS, ids=lambda e: e["titre"])
def test_a_case_says_this_and_nothing_else(one):
    facts = read_facts(case(**one["avec"]), FAMILLES)
    assert told(facts) == one["dit"]
    assert facts.value("rien") == frozenset()


@pytest.mark.parametrize(
    ("name", "kind"),
    [("Conseil d’État", "ce"), ("CONSEIL D'ETAT", "ce"), ("Cour administrative d'appel de Lyon", "caa"),
     ("Tribunal administratif de Nice", "ta"), ("tribunal judiciaire", None)],
)  # fmt: skip
def test_the_kind_of_a_court(name, kind):
    assert Party(type="juridiction", nom=name).degre == kind


def test_only_a_whole_day_starts_a_limit():
    assert str(whole("2026-01-02")) == "2026-01-02"
    assert [whole(value) for value in ("2026-01", "2026", "", None)] == [None] * 4


def test_distance_is_counted_between_the_mainland_and_overseas_only():
    far = TERRITOIRES[TERRITOIRES.index("guadeloupe") :]
    for place in TERRITOIRES:
        months = int(place in far)
        assert distance_months("metropole", place) == months
        assert distance_months("guyane", place) == (0 if place == "guyane" else 1)
        assert distance_months(place, "etranger") == 2
        assert distance_months(place, None) == 0
