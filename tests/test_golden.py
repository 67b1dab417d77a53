"""tests/golden/<name>/: one case built for real; what its DOCX and PDF say, once read back."""

import time
from pathlib import Path

import pytest

from mandats import readback
from mandats.build import build

ROOT = Path(__file__).parent.parent
FOLDERS = sorted(p for p in (ROOT / "tests" / "golden").iterdir() if p.is_dir())


def transcript(reading: readback.Reading) -> str:
    lines = [f"[{tag}] {words}" for tag, words in reading.lines] + [f"[note] {n}" for n in reading.notes]
    return "\n".join(lines).replace("\u00a0", "~").replace("\u202f", "_") + "\n"


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda p: p.name)
def test_documents_say_what_was_accepted(folder, tmp_path, expected, monkeypatch):
    monkeypatch.chdir(folder)
    built = build(Path("case.yaml"), folder, tmp_path)
    assert not [p for p in built.problems if p.gravite == "erreur"]
    assert built.files
    for file in built.files:
        read = readback.read_docx if file.suffix == ".docx" else readback.read_pdf
        expected(folder / "expected" / f"{file.name}.txt", transcript(read(file.read_bytes())))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda p: p.name)
def test_two_runs_give_the_same_bytes(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(folder)
    one = build(Path("case.yaml"), folder, tmp_path / "1")
    time.sleep(2.1)  # an archive's clock counts by two seconds
    two = build(Path("case.yaml"), folder, tmp_path / "2")
    assert [f.read_bytes() for f in one.files] == [f.read_bytes() for f in two.files]
