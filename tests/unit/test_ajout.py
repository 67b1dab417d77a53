"""One more item in a list of a case file: only added lines, whatever the layout; or a refusal, and nothing done."""

import difflib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mandats.load.ajout import add_item, write_item
from mandats.load.yaml_places import read_yaml
from tests.conftest import CASES

EVENT = {"quoi": "refus reçu", "le": "2026-12-12"}


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
@pytest.mark.parametrize("key", ["evenements", "pieces", "faits"])
def test_a_sample_gains_one_line_and_keeps_the_others(case, key):
    text = case.read_text("utf-8")
    changed = [
        line for line in difflib.ndiff(text.split("\n"), add_item(text, key, EVENT).split("\n")) if line[0] in "+-"
    ]
    assert not [line for line in changed if line[0] == "-"]
    assert sum("refus reçu" in line for line in changed) == 1 and len(changed) <= 2


@pytest.mark.parametrize(
    "written",
    [
        "a: 1\n", "a: 1", "a: 1\nevenements:\n", "a: 1\nevenements: []\nb: 2 # note\n", "evenements: [{quoi: x}]\n",
        "evenements: [\n  {quoi: x},  # y\n  {quoi: z},\n]\nb: 1\n",
        "evenements:\n- quoi: x\n  le: y\n\n# suite\nb: 1\n",
        "evenements:\n    - quoi: >-\n        x\n        y\n    # note\n\nb: 1\n",
        "# tête\r\nevenements:\r\n  - {quoi: x}\r\nb: 1\r\n",
        "evenements:\n  - quoi: |\n      x\n\n  - {quoi: y} # fin", "evenements:\n  - 'x'   # note\n",
    ],
)  # fmt: skip
def test_any_layout_of_a_list(written):
    made = add_item(written, "evenements", EVENT)
    before, after = (read_yaml(text, "").data for text in (written, made))
    assert after["evenements"] == [*(before.get("evenements") or []), EVENT]
    assert all(note in made for note in ("# note", "# suite", "# tête", "# fin", "# y") if note in written)
    assert "\r\n" not in written or made.count("\n") == made.count("\r\n")


@pytest.mark.parametrize(
    "written", ["evenements: {a: 2026-01-01}\n", "evenements:\n  a: 2026-01-01\n", "evenements: x\n"]
)
def test_what_is_no_list_is_refused(written):
    with pytest.raises(ValueError, match="refus reçu"):
        add_item(written, "evenements", EVENT)


@given(st.text(st.sampled_from([*map(chr, range(32, 127)), *"éèàçœ’«»–"]), min_size=1))
def test_any_text_reads_back(words):
    if words := words.strip():
        assert read_yaml(f"x: [{write_item({'titre': words})}]", "").data["x"][0]["titre"] == words
