"""Cases from fields the clauses were not born in: they build, and plead nothing that belongs to another campaign."""

import re
from pathlib import Path

import pytest

from mandats import blocks
from mandats.build import examine
from tests.conftest import ROOT

FOLDER = ROOT / "tests" / "foreign"
CASES = sorted(FOLDER.glob("*.yaml"))
# What a case of another field would carry over; a case may name what it is about.
ELSEWHERE = re.compile(
    r"drones?\b|aéroport|lycé|caméras?\b|vidéosurveillance|vidéoprotection|TestWe|épreuves?\b|candidats?\b|Alicem|Moirans"
    r"|Sensivic|Cœur Côte|passeport|empreintes digitales|portiques?\b|reconnaissance faciale|allocataires?\b",
    re.I,
)
OWN: dict[str, re.Pattern[str]] = {}


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_a_case_of_another_field_builds_and_pleads_nothing_of_ours(case: Path) -> None:
    found = examine(case, FOLDER, final=True)
    assert [str(p) for p in found.problems if p.gravite == "erreur"] == []
    own = OWN.get(case.stem)
    for rendered in found.documents:
        words = blocks.plain(rendered.blocks, notes=True)
        met = {m[0] for m in ELSEWHERE.finditer(words) if not (own and own.fullmatch(m[0]))}
        assert met == set(), f"{rendered.document.nom} : {met}"
        assert "Aucun élément n’indique" not in words
