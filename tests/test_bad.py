"""tests/bad/<rule>/: one faulty case per rule, and the exact lines a drafter sees."""

import io
import re
import shutil
from pathlib import Path

import pytest
from PIL import Image

from mandats.checks import RULES
from mandats.checks.forme.regle import all_rules
from mandats.checks.rule import rule
from tests.conftest import PIECE

ROOT = Path(__file__).parent.parent
FOLDERS = sorted(p for p in (ROOT / "tests" / "bad").iterdir() if p.is_dir())
# Told only when the machine or an engine fails, or by another command; they have tests of their own.
ELSEWHERE = {
    "ecriture", "moteur", "relecture", "fichier-absent", "formulaire", "caractere-non-imprimable", "piece-production",
}  # fmt: skip


@pytest.mark.one_in(3)
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda p: p.name)
def test_the_drafter_sees_these_lines(folder, mandats, expected, tmp_path):
    done = mandats(
        "verifier",
        "case.yaml",
        "--final",
        cwd=folder if (folder / "case").is_dir() else with_pieces(folder, tmp_path / folder.name),
    )
    text = done.stderr.replace(str(ROOT) + "/", "") + f"code {done.returncode}\n"
    assert f"[{folder.name}]" in text or f"[{folder.name.upper()}]" in text
    assert "Traceback" not in text
    expected(folder / "expected.txt", text)


def with_pieces(folder: Path, copy: Path) -> Path:
    """A copy of the folder beside the files that its case, or its list `pieces.txt`, names, whatever they hold."""
    shutil.copytree(folder, copy)
    (copy / "case" / "pieces").mkdir(parents=True)
    named = re.findall(r"fichier: ([^,}\n]+)", (copy / "case.yaml").read_text("utf-8"))
    more = copy / "pieces.txt"
    for name in named + (more.read_text("utf-8").split() if more.is_file() else []):
        (copy / "case" / "pieces" / name).write_bytes(
            (PIECE if name.endswith(".pdf") else image()) + f"\n% {name}\n".encode()
        )
    return copy


def image() -> bytes:
    out = io.BytesIO()
    Image.new("1", (1, 1)).save(out, "JPEG")
    return out.getvalue()


def test_every_rule_has_a_folder():
    # Messages of the ledger, the mailing and the migration belong to their own commands, tested with them.
    others = re.compile(r"mandats/(?:registre|publiposter)/|write/annex|load/migration")
    source = "".join(
        p.read_text("utf-8")
        for p in (ROOT / "mandats").rglob("*.py")
        if not others.search(p.relative_to(ROOT).as_posix())
    )
    told = set(re.findall(r"""(?:Problem|problem|check|check_each|refusal)\(\s*"([a-z]+(?:-[a-z]+)*)",""", source))
    told |= set(re.findall(r'^ID = "([a-z-]+)"', source, re.M))
    told |= set(re.findall(r'\brule, place\b[^=\n]* = "([a-z-]+)"', source))
    told |= set(RULES)
    told |= {rule.id.lower() for rule in all_rules().values() if not rule.par}
    assert len(told) > 35
    assert told - ELSEWHERE == {p.name for p in FOLDERS}


def test_a_sound_case_triggers_nothing(mandats):
    done = mandats("verifier", "case.yaml", cwd=ROOT / "tests" / "golden" / "petit")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "Aucun problème.\n"


def test_two_rules_of_one_name_are_refused():
    """The second would silently take the place of the first."""
    with pytest.raises(ValueError, match="deux règles « blanc »"):
        rule("blanc")(lambda rendered: iter(()))
