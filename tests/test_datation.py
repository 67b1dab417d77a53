"""Time limits dated by hand from the texts (`data/datation.yaml`), set against what the program computes."""

from pathlib import Path

import pytest
import yaml

from tests.test_delais import limits

DATED = yaml.safe_load((Path(__file__).parent / "data" / "datation.yaml").read_text("utf-8"))


def written(value):
    """The facts as a case holds them: days are text."""
    if isinstance(value, dict):
        return {key: written(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [written(inner) for inner in value]
    return value if isinstance(value, bool) else str(value)


@pytest.mark.parametrize("one", DATED, ids=lambda one: one["cas"])
def test_the_program_dates_as_the_texts_do(one):
    asked = one.get("au") or one.get("prudente") or "2026-01-01"
    limit = limits(str(asked), **written(one["faits"]))[0][one["regle"]]
    if one.get("sans_terme"):
        assert (limit.prudent, limit.theorique, limit.defendable) == (None, None, None)
        return
    assert limit.prudent == one["prudente"]
    assert limit.theorique == one.get("limite", limit.theorique)
    assert limit.defendable == one.get("defendable")
    assert bool(limit.defendable_si) == bool(one.get("condition"))
    if "au" in one:
        assert (limit.etat == "expire") == one.get("eteint", False)
