"""A few draws of each attempt of `tests/hostile/`, and that each can tell a program that is wrong; `python3 run.py
attaque` runs them at length.
"""

import importlib
import re
from types import SimpleNamespace
from typing import Any

import pytest

from mandats.problem import ERREUR, Problem, refusal
from mandats.readback import Reading
from mandats.registre.journal import read_instant, write_instant
from tests.hostile import Attempt, Verdict, attempts, draw, rosters, terminals

DRAWS = 3
ATTEMPTS = dict(attempts())


@pytest.mark.one_in(3)
@pytest.mark.parametrize("name, attempt", [pytest.param(n, a, id=n) for n, a in ATTEMPTS.items()])
def test_hostile(name: str, attempt: Attempt) -> None:
    for seed in range(1, DRAWS + 1):
        outcome = draw(name, attempt, seed)
        assert outcome.verdict is not Verdict.WRONG, f"--seulement {name} --graine {seed}\n{outcome.detail}"


# --- the attacker is right to say that nothing is wrong: it says so of a program that is, each fault in its turn -----


def given(value: Any) -> Any:
    return lambda *_, **__: value


def none(*_: Any, **__: Any) -> Any:
    return iter(())


def absent(path: Any, shown: str) -> str:
    raise refusal("fichier-absent", shown, "fichier introuvable")


def without_the_last(*arguments: Any) -> Any:
    people, faults = READ_PEOPLE(*arguments)
    return people[:-1], faults


def at_any_instant(ledger: Any, text: str | None, now: Any) -> str:
    return read_instant(text) if text else write_instant(now)


def on_terminal(code: int | None, change: Any) -> Any:
    """A command that answers otherwise as soon as its terminal is not the usual one."""

    def run(command: Any, streams: str = "", **environment: str) -> tuple[int, bytes, bytes]:
        usual = RUN(command)
        if not (streams or environment):
            return usual
        return usual[0] if code is None else code, change(usual[1]), usual[2]

    return run


def of_a_fault(told: str) -> Any:
    return given(SimpleNamespace(returncode=2, stderr=told, stdout=""))


READ_PEOPLE, RUN, SAME = rosters.read_people, terminals.run, bytes
SOMEONE = dict.fromkeys(rosters.KEPT, "x")
LEFT_BEHIND = "print('ready')\nopen(__import__('sys').argv[1] + '/reste', 'w')"
LEFT = "défaut du programme (KeyError) : 'Jeanne Exemple'"
TWO_LINES = [Problem("formulaire", "f", "", "a\nb", ERREUR)]
FAULTS: list[tuple[str, str, Any]] = [  # the attempt, what is broken, what stands there instead
    ("forms.damaged", "tests.hostile.forms:prepare", given((None, []))),
    ("forms.hostile", "mandats.load.word_file:_refuse", none),
    ("forms.jinja", "tests.hostile.forms:prepare", given((None, []))),
    ("forms.uncarried", "tests.hostile.forms:prepare", given((None, []))),
    ("forms.placed", "tests.hostile.forms:prepare", given((None, []))),
    ("forms.carried", "tests.hostile.forms:prepare", given((None, []))),
    ("forms.images", "tests.hostile.forms:prepare", given((None, []))),
    ("forms.fieldless", "tests.hostile.forms:prepare", given((None, []))),
    ("forms.misplaced", "tests.hostile.forms:prepare", given((None, []))),
    ("forms.misnamed_folder", "tests.hostile.forms:prepare", given((None, TWO_LINES))),
    ("ledger.bytes", "mandats.registre.ledger:verify", none),
    ("ledger.pages", "mandats.registre.ledger:Registre.verifier", none),
    ("ledger.rolled-back", "mandats.registre.ledger:noted_head", given(None)),
    ("ledger.exchanged", "mandats.registre.ledger:noted_head", given(None)),
    ("ledger.cells", "mandats.registre.ledger:verify", none),
    ("ledger.clock", "mandats.registre.ledger:Registre.instant", at_any_instant),
    ("markdown.commonmark", "mandats.readback:read_docx", given(Reading())),
    ("markdown.accepted", "mandats.readback:read_docx", given(Reading())),
    ("markdown.refused", "mandats.render.markdown:Reader.wrong", given(None)),
    ("markdown.typed", "mandats.write.pdf:_ENDS", re.compile("[^\0-ÿ]")),
    ("markdown.undrawn", "mandats.build:undrawn", given([])),
    ("pieces.sound", "tests.hostile.pieces:told", given([(ERREUR, "abîmé")])),
    ("pieces.another-kind", "mandats.pieces.lisible:_archive", none),
    ("pieces.another-kind", "mandats.pieces.lisible:_pdf", none),
    ("pieces.another-kind", "mandats.pieces.lisible:_image", none),
    ("pieces.odd", "mandats.pieces.lisible:_pdf", none),
    ("pieces.truncated", "mandats.pieces.lisible:_archive", none),
    ("pieces.truncated", "mandats.pieces.lisible:_image", none),
    ("pieces.damaged", "mandats.pieces.lisible:_pdf", none),
    ("rosters.stray_quotes", "mandats.registre.tableur:_swallowed", given(False)),
    ("rosters.quoted_lines", "tests.hostile.rosters:read_people", without_the_last),
    ("rosters.shifted", "tests.hostile.rosters:read_people", without_the_last),
    ("rosters.dates", "mandats.registre.importation:_judge_order", none),
    ("rosters.births", "mandats.registre.importation:_judge_order", none),
    ("rosters.columns", "mandats.registre.colonnes:_ambiguous", given("deux colonnes")),
    ("rosters.workbook", "mandats.registre.tableur:_chosen", lambda path, sheets, hidden, titled: sheets[1]),
    ("rosters.damaged", "tests.hostile.rosters:read_people", given(([SOMEONE], []))),
    ("rosters.killed", "tests.hostile.rosters:KILLED", LEFT_BEHIND),
    ("terminals.letters", "tests.hostile.terminals:run", on_terminal(None, lambda out: out[:-9])),
    ("terminals.letters", "tests.hostile.terminals:run", on_terminal(1, SAME)),
    ("terminals.locale", "tests.hostile.terminals:run", on_terminal(None, lambda out: out + b"\x1b[0m")),
    ("terminals.narrow", "tests.hostile.terminals:run", on_terminal(None, lambda out: b"mot " * 99)),
    ("terminals.streams", "tests.hostile.terminals:run", on_terminal(120, SAME)),
    ("terminals.streams", "tests.hostile.terminals:run", on_terminal(None, lambda out: b"Traceback")),
    ("terminals.full", "tests.hostile.terminals:run", on_terminal(0, SAME)),
    ("terminals.out-of-reach", "tests.hostile.terminals:run", given((0, b"", b""))),
    ("terminals.fault", "subprocess:run", of_a_fault(LEFT)),
    ("terminals.fault", "subprocess:run", of_a_fault(f"Traceback\n{LEFT}")),
    ("missing.nulled", "mandats.render.scribe:Scribe._blank", given("None")),
    ("missing.expressions", "mandats.document:missing", given("<mandats.document.Blank object at 0x1>")),
    ("texts.refused_in_a_file", "mandats.intake:_flaws", none),
    ("texts.refused_by_escape", "mandats.intake:_flaws", none),
    ("texts.broken_in_a_file", "mandats.intake:_flaws", none),
    ("texts.mended_or_kept", "mandats.intake:_mend", lambda text, kinds: text),
    ("texts.a_roster", "mandats.intake:_flaws", none),
    ("texts.names_that_are_right", "mandats.intake:_is_sure", given(True)),
    ("texts.forged_marks", "mandats.render.markdown:holds_never", given(False)),
    ("texts.cut_by_yaml", "mandats.load.yaml_places:_Tree._tell_cut", given(None)),
    ("texts.too_much", "tests.hostile.texts:sort_problems", list),
    ("texts.digits_of_elsewhere", "tests.hostile.texts:_lines", given([])),
    ("texts.digits_of_elsewhere", "tests.hostile.texts:check_row", given(({}, "", []))),
    ("texts.no_text", "mandats.load.case:read_text", absent),
    ("texts.no_text", "tests.hostile.texts:problems", given([TWO_LINES[0]])),
    ("texts.a_name_of_file", "mandats.intake:_flaws", none),
    ("texts.an_option", "mandats.intake:_flaws", none),
    ("texts.a_word_form", "mandats.intake:_flaws", none),
    ("typography.set-as-printed", "mandats.render.typography:french", str),
    ("typography.set-as-printed", "mandats.render.typography:correct", str),
    ("typography.quoted", "mandats.render.typography:left_open", given(False)),
    ("typography.random-text", "tests.hostile.typography:french", lambda text: f"{text}."),
]  # fmt: skip
ENOUGH = 40  # draws within which a fault is met


@pytest.mark.one_in(4)
@pytest.mark.parametrize("name, place, instead", FAULTS, ids=[f"{name}-{place}" for name, place, _ in FAULTS])
def test_each_attempt_tells_a_program_that_is_wrong(name: str, place: str, instead: Any, monkeypatch: Any) -> None:
    module, _, path = place.partition(":")
    *owners, attribute = path.split(".")
    owner: Any = importlib.import_module(module)
    for each in owners:
        owner = getattr(owner, each)
    monkeypatch.setattr(owner, attribute, instead)
    outcomes = (draw(name, ATTEMPTS[name], seed) for seed in range(1, ENOUGH + 1))
    # What stops the attempt itself proves nothing of its judgement.
    assert any(o.verdict is Verdict.WRONG and not o.detail.startswith("Traceback") for o in outcomes)


def test_every_attempt_is_tried_so() -> None:
    assert {name for name, _, _ in FAULTS} == set(ATTEMPTS)
