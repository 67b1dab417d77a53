"""What enters, by class and by entrance, through what reads it; the guide's table is the one that decides."""

import json
from importlib.util import module_from_spec, spec_from_file_location

import pytest

from mandats.intake import KINDS, Entrance, admit, mended
from mandats.load.paths import read_text
from mandats.load.yaml_places import MAX_FLAWS, read_yaml
from mandats.problem import UnusableInput
from mandats.registre.lignes import check_row
from tests.conftest import ROOT
from tests.hostile.texts import BROKEN, CUT, DESK, ENTITIES, KEPT, MENDED, REFUSED, ROW, code

EACH = [pytest.param(char, id=f"{kind} {char!a}") for kind, chars in REFUSED.items() for char in chars]


def test_the_guide_is_the_table():
    spec = spec_from_file_location("guide_textes", ROOT / "tools" / "guide_textes.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.page() == module.TARGET.read_text("utf-8"), "run: python tools/guide_textes.py"


def refusals(read, *given):
    with pytest.raises(UnusableInput) as caught:
        read(*given)
    return [str(p) for p in caught.value.problems]


@pytest.mark.parametrize("char", EACH)
def test_what_is_refused_is_refused_everywhere(char, tmp_path):
    bad = char[1:2] or char
    (tmp_path / "a.md").write_text(f"été\nmot {char}", "utf-8")
    told = refusals(read_text, tmp_path / "a.md", "a.md")
    assert len(told) == 1
    assert told[0].startswith(f"a.md:2:{5 + (len(char) > 1)} · ")
    assert refusals(read_yaml, f"a: été\nb: mot {char}", "a.yaml")[0].startswith("a.yaml:2:")
    if len(char) == 1:
        assert code(bad) in told[0]
        escaped = read_yaml(f'a: b\nc: "x\\U{ord(char):08x}"', "a.yaml").problems
        assert [(str(p.place), p.chemin, p.id) for p in escaped] == [("a.yaml:2:4", "c", "valeur")]
    for column in ("prenom", "nom", "adresse", "commune"):
        faults = check_row({**ROW, column: f"mot {char}"}, DESK)[2]
        assert [(f.colonne, f.genre) for f in faults] == [(column, "caractere")]
        assert f"caractère {5 + (len(char) > 1)}" in faults[0].phrase
    assert admit(f"mot {char}", Entrance.WORD)[1]
    assert admit(mended(f"mot {char}"), Entrance.FICHE)[1], "consent does not let it in"


@pytest.mark.parametrize(("given", "right"), [*BROKEN.items(), *ENTITIES.items()])
def test_what_is_broken_is_held_or_mended_with_consent(given, right):
    faults = check_row({**ROW, "nom": given}, DESK)[2]
    assert [(f.colonne, f.genre) for f in faults] == [("nom", "texte-abime")]
    assert "--reparer" in faults[0].phrase
    assert given not in faults[0].phrase
    assert mended(given) == right
    assert check_row({**ROW, "nom": mended(given)}, DESK)[0]["nom"] == " ".join(right.split())
    # Entities are text in a value, Markdown in a prose: neither is refused.
    refused = bool(admit(given, Entrance.VALEUR)[1])
    assert refused is (given in BROKEN) is bool(admit(given, Entrance.PROSE)[1])


@pytest.mark.parametrize("text", KEPT)
def test_what_is_right_is_kept_to_the_letter(text):
    assert mended(text) == text
    for entrance in Entrance:
        assert admit(text, entrance) == (text, [])
    assert read_yaml(f"a: {json.dumps(text)}", "a.yaml").data["a"] == text


@pytest.mark.parametrize(("given", "right"), MENDED.items())
def test_what_loses_nothing_is_mended_without_a_word(given, right):
    for entrance in Entrance:
        assert admit(given, entrance) == (right, [])


def test_each_kind_has_its_four_fates():
    assert {len(kind.fates) for kind in KINDS} == {len(Entrance)}


def test_several_flaws_are_all_told_and_bounded(tmp_path):
    (tmp_path / "a.md").write_text("a\x00\nb\u202eb\u202e\nc\ue000 AndrÃ©\n", "utf-8")
    told = refusals(read_text, tmp_path / "a.md", "a.md")
    assert [t.split(" ")[0] for t in told] == ["a.md:1:2", "a.md:2:2", "a.md:3:2", "a.md:3:8"]
    assert "(et 1 autre sur cette ligne)" in told[1]
    (tmp_path / "a.md").write_text("\x01\n" * 10 * MAX_FLAWS, "utf-8")
    assert len(refusals(read_text, tmp_path / "a.md", "a.md")) == 20


def test_a_mark_of_direction_pasted_with_a_date_or_an_address_is_no_fault():
    person, _, faults = check_row(
        {
            **ROW,
            "courriel": "\u200ea@example.org",
            "signe_le": "\u200e01/\u200e11/\u200e2026",
            "code_postal": "75011\u200f",
        },
        DESK,
    )
    assert (faults, person["courriel"], person["signe_le"]) == ([], "a@example.org", "2026-11-01")
    assert [f.genre for f in check_row({**ROW, "nom": "\u200e"}, DESK)[2]] == ["nom-absent"]


@pytest.mark.parametrize(("pattern", "cut"), CUT.items())
def test_what_yaml_would_lose_is_told_at_its_place(pattern, cut):
    text = f"lieu: ici\n{pattern.format('Affaire')}\n"
    try:
        problems = read_yaml(text, "a.yaml").problems
    except UnusableInput as error:
        problems = list(error.problems)
    assert [p.place.ligne for p in problems] == ([2] if cut else [])
    assert all("guillemets" in p.message for p in problems)
