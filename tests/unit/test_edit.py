"""A YAML file edited where it stands: long lines folded, no value and no comment lost."""

from pathlib import Path

import pytest

from mandats.load.edit import LONGEST, WIDTH, comments, fold, folded
from mandats.load.yaml_places import read_yaml
from tests.conftest import ROOT

LONG = " ".join(["mot"] * 60)
SAMPLES = [f for place in ("cases", "tests/foreign") for f in sorted((ROOT / place).glob("*.yaml"))]


@pytest.mark.parametrize("file", SAMPLES, ids=lambda file: file.stem)
def test_no_line_of_a_sample_is_too_long_to_read(file: Path):
    long = [i for i, line in enumerate(file.read_text("utf-8").split("\n"), 1) if len(line) > LONGEST]
    assert not long, f"mandats migrer {file.relative_to(ROOT)}"


@pytest.mark.parametrize(
    "written, made",
    [
        (f"a: {LONG}   # note\nb: 1\n", "a: >-   # note\n  mot"),
        (f'a:\n  - "{LONG}"\n', "a:\n  - >-\n    mot"),
        (f"a: '{LONG} l''un'   # note\n", "a: >-   # note\n  mot"),
        (f"a: [un, {LONG}]\n", "a:\n  - un\n  - >-\n    mot"),
        (f"a: [{LONG[:80]}, {LONG[:90]}]\n", "a: [mot"),
        (f"- {{b: 1, c: {LONG}}}   # note\n- d\n", "- # note\n  b: 1\n  c: >-\n    mot"),
        (f"a: {{b: 1, c: {{d: {LONG}, e: [x, y]}}}}   # note\n", "a:   # note\n  b: 1\n  c:\n    d: >-\n      mot"),
        (f"a: |\n  {LONG}\n\n  {LONG}\nb: 1\n", "a: >\n  mot"),
        (f"a: |-\n  {LONG}\n\n  court\n\n# note\nb: 1\n", "a: >-\n  mot"),
        (f"# {LONG}\na: 1\n", "# mot"),
        (f"a:\n  # {LONG}\n  b: 1\n", "a:\n  # mot"),
        (f"a: {{b: true, c: null, d: {LONG}}}\n", "a:\n  b: true\n  c: null\n  d: >-\n    mot"),
        (f'a: {{b: "x: y", c: "{LONG} {{{{ d }}}} #1"}}\n', 'a:\n  b: "x: y"\n  c: >-\n    mot'),
        (f"a:\n- {LONG}\n- {{b: {LONG}}}\n", "a:\n- >-\n  mot"),
        (f"a: un\n  {LONG}\n  deux   # note\n", "a: >-   # note\n  un mot"),
    ],
)
def test_a_long_line_is_folded(written, made):
    found = fold(written)
    assert found.startswith(made)
    assert read_yaml(found, "").data == read_yaml(written, "").data
    assert all(len(line) <= WIDTH for line in found.split("\n"))
    assert comments(found) == comments(written)
    assert fold(found) == found


@pytest.mark.parametrize(
    "value", [f"  {LONG}", f"{LONG}  {LONG}", f"a\n  {LONG}", f"{LONG}\n\n", f"{LONG} \nb", "x" * 200]
)
def test_what_folding_would_change_is_left(value):
    assert not folded(value, 2) or "x" in value
    text = read_yaml(f"a: {value!r}\n".replace("'", '"'), "")
    assert read_yaml(fold(f"a: {value!r}\n".replace("'", '"')), "").data == text.data


def test_what_is_not_too_long_is_not_touched():
    text = f"a:   {{b: 1,    c: [ x,y ]}}  # note\n\n\nd: {LONG}\ne:    'f'\n"
    first, last = fold(text).split("d: >-\n")
    assert first == text.split("d: ")[0]
    assert last.endswith("\ne:    'f'\n")


def test_a_note_within_a_flow_is_not_lost():
    text = f"a: {{b: 1,   # note\n  c: {LONG}}}\n"
    assert fold(text) == text
