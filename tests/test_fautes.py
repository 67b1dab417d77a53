"""What the formal rules find of faults planted in sound cases, and what they say of sound cases: tools/fautes.py.

The faults were written from the law by someone who had not read the rules. The thresholds are those of the project.
"""

import functools
from importlib.util import module_from_spec, spec_from_file_location

import pytest

from tests.conftest import ROOT

SPEC = spec_from_file_location("fautes", ROOT / "tools" / "fautes.py")
fautes = module_from_spec(SPEC)
SPEC.loader.exec_module(fautes)
pytestmark = pytest.mark.xdist_group("fautes")


@functools.cache
def measured(file: str):
    return fautes.measure(fautes.read(fautes.FOLDER / file))


@pytest.mark.parametrize("nom", fautes.bases())
def test_a_base_is_told_neither_error_nor_question(nom: str) -> None:
    found = fautes.problems(fautes.bases()[nom])
    assert [str(p) for p in found if fautes.weight(p) != "alerte"] == []


@pytest.mark.slow
def test_nine_faults_in_ten_are_found_with_the_gravity_of_the_law() -> None:
    faults = measured("fautes.yaml")
    assert len(faults) >= 50
    assert sum(r.right for r in faults) >= 0.9 * len(faults), fautes.table(faults, [])
    assert sum(r.weaker and r.as_what == "question" for r in faults) <= 1, fautes.table(faults, [])


@pytest.mark.slow
def test_sound_variants_are_told_no_error_and_two_questions_at_most() -> None:
    variants = measured("variantes.yaml")
    assert len(variants) >= 30
    told = [fautes.weight(p) for r in variants for p in r.doubted]
    assert {"erreur", "alerte"}.isdisjoint(told), fautes.table([], variants)
    assert told.count("question") <= 2, fautes.table([], variants)
