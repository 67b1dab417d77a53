"""The memory of one document: what is being read, and who called it."""

import pytest

from mandats.build import examine
from mandats.document import Text
from mandats.problem import Place
from mandats.render.scribe import Scribe
from tests.conftest import ROOT


@pytest.fixture
def scribe():
    return Scribe(examine(ROOT / "tests" / "golden" / "petit" / "case.yaml", ROOT).documents[0].document)


def test_what_is_read_inside_does_not_outlive_it_even_when_it_fails(scribe):
    before = scribe.text, scribe.caller, scribe.regime
    text, caller = Text("clause.md", "mots"), Place("case.yaml", 3)
    with pytest.raises(ZeroDivisionError), scribe.reading(text, caller, "renseignement"):
        assert (scribe.text, scribe.caller, scribe.regime) == (text, caller, "renseignement")
        with scribe.reading(regime=""):
            assert (scribe.text, scribe.caller, scribe.regime) == (text, caller, "renseignement")
        _ = 1 / 0
    assert (scribe.text, scribe.caller, scribe.regime) == before


def test_a_source_is_given_in_full_where_it_is_first_met_on_the_page(scribe):
    """Marks are expanded in reading order: not in the order of the calls."""
    cle = next(c for c, s in scribe.sources.items() if s.type == "decision" and s.nom)
    second, first = scribe._citation(cle), scribe._citation(cle)
    notes = scribe.render(Text("a.md", f"{first} puis {second}"), {})
    words = [n["c"] for n in notes[0]["c"] if n["t"] == "Note"]
    assert "préc." not in str(words[0])
    assert "préc." in str(words[1])
