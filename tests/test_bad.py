"""tests/bad/<rule>/: one faulty case per rule, and the exact lines a drafter sees."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = sorted(p for p in (ROOT / "tests" / "bad").iterdir() if p.is_dir())
# Told only when the machine or an engine fails, or by another command; they have tests of their own.
ELSEWHERE = {"ecriture", "moteur", "relecture", "document-inconnu", "fichier-absent", "formulaire", "caractere-non-imprimable"}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda p: p.name)
def test_the_drafter_sees_these_lines(folder, mandats, expected):
    done = mandats("verifier", "case.yaml", "--final", cwd=folder)
    text = done.stderr.replace(str(ROOT) + "/", "") + f"code {done.returncode}\n"
    assert f"[{folder.name}]" in text
    assert "Traceback" not in text
    expected(folder / "expected.txt", text)


def test_every_rule_has_a_folder():
    source = "".join(p.read_text("utf-8") for p in (ROOT / "mandats").rglob("*.py"))
    told = set(re.findall(r"""(?:Problem|problem|check)\(\s*"([a-z]+(?:-[a-z]+)*)",""", source))
    told |= set(re.findall(r'^ID = "([a-z-]+)"', source, re.M))
    assert len(told) > 35
    assert told - ELSEWHERE == {p.name for p in FOLDERS}


def test_a_sound_case_triggers_nothing(mandats):
    done = mandats("verifier", "case.yaml", cwd=ROOT / "tests" / "golden" / "petit")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "Aucun problème.\n"
