"""A case built again by engines that stay: the same bytes as a build of its own; `construire --suivre`, for real."""

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from mandats import build, workshop

from .conftest import ROOT


@pytest.fixture
def letter(tmp_path) -> Path:
    """A small case of one act, in a folder of its own with a clause of its own."""
    case = tmp_path / "cas.yaml"
    shutil.copy(ROOT / "cases" / "acces-taj.yaml", case)
    shutil.copytree(ROOT / "cases" / "acces-taj", tmp_path / "cas")
    (tmp_path / "clauses").mkdir()
    return case


def change(case: Path, old: str, new: str) -> None:
    text = case.read_text("utf-8")
    assert old in text
    case.write_text(text.replace(old, new), "utf-8")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_what_is_built_again_is_what_would_be_built_alone(letter, tmp_path):
    """One word after another, an error between two, the first text again: each time the bytes of `build`."""
    with workshop.Workshop() as shop:
        for old, new, sound in (
            ("B. Spécimen", "B. Spécimen", True), ("B. Spécimen", "Bb. Spécimen", True),
            ("type: ministere", "type: minister", False), ("type: minister", "type: ministere", True),
            ("Bb. Spécimen", "B. Spécimen", True),
        ):  # fmt: skip
            change(letter, old, new)
            made = shop.build(letter, tmp_path, tmp_path / "chaud")
            alone = build.build(letter, tmp_path, tmp_path / "froid")
            assert bool(made.files) == bool(alone.files) == sound
            assert made.problems == alone.problems
            assert contents(tmp_path / "chaud") == contents(tmp_path / "froid")


def test_an_act_that_did_not_change_is_not_written_again(letter, tmp_path, monkeypatch):
    wrote = []
    begin = workshop.begin_document
    monkeypatch.setattr(
        workshop, "begin_document", lambda r, lent=None: (wrote.append(r.document.nom), begin(r, lent))[1]
    )
    with workshop.Workshop() as shop:
        for old, new in (("B. Spécimen", "B. Spécimen"), ("titre:", "# rien de neuf\ntitre:"), ("B. Sp", "Bb. Sp")):
            letter.write_text(letter.read_text("utf-8").replace(old, new, 1), "utf-8")
            assert shop.build(letter, tmp_path, tmp_path / "sortie").files
    assert len(wrote) == 2


@pytest.mark.parametrize(
    ("what", "seen"),
    [
        ("cas.yaml", True), ("cas/note.md", True), ("cas/pieces/p.pdf", True), ("clauses/essai/neuve.md", True),
        ("templates/commun/page.typ", True), ("autre.yaml", False), ("cas/.cas.yaml.swp", False),
        ("cas/~$note.docx", False), ("cas/note.md~", False), ("sortie/cas/acte.pdf", False),
    ],
)  # fmt: skip
def test_which_files_a_build_may_read(letter, tmp_path, what, seen):
    before = workshop.read_state(letter, tmp_path)
    path = tmp_path / what
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"neuf")
    assert (workshop.read_state(letter, tmp_path) != before) == seen
    assert not seen or workshop.read_state(letter, tmp_path, without=[path]).keys() == before.keys() - {path}


class Followed:
    """The command at work: its lines as they come."""

    def __init__(self, case: Path, *options: str):
        command = [sys.executable, "-m", "mandats", "construire", case.name, "--suivre", "--sortie", "sortie", *options]
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        self.process = subprocess.Popen(
            command, cwd=case.parent, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.lines: list[str] = []
        threading.Thread(target=lambda: self.lines.extend(iter(self.process.stdout.readline, "")), daemon=True).start()

    def until(self, pattern: str, after: int = 0) -> int:
        """How many lines there are once one beyond `after` matches."""
        end = time.monotonic() + 120
        while time.monotonic() < end and self.process.poll() is None:
            for n, line in enumerate(self.lines[after:], after + 1):
                if re.search(pattern, line):
                    return n
            time.sleep(0.02)
        raise AssertionError("".join(self.lines))

    def stop(self) -> str:
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(60) == 0
        return "".join(self.lines)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="no such signal")
def test_each_save_builds_again_and_errors_stop_nothing(letter, tmp_path):
    pytest.importorskip("watchfiles", reason="pip install 'mandats[suivre]'")
    pdf = tmp_path / "sortie" / "cas"
    followed = Followed(letter)
    try:
        at = followed.until("fichiers dans sortie/cas en ")
        first = contents(pdf)
        aside = letter.with_name("aside")  # an editor that saves by renaming
        aside.write_text(letter.read_text("utf-8").replace("B. Spécimen", "Bb. Spécimen"), "utf-8")
        aside.replace(letter)
        at = followed.until("fichiers dans", at)
        second = contents(pdf)
        assert second.keys() == first.keys() and second != first
        sound = letter.read_text("utf-8")
        letter.write_text("titre: [\n", "utf-8")
        at = followed.until("rien n'est écrit : 1 erreur", at)
        assert contents(pdf) == second
        letter.unlink()
        time.sleep(0.3)
        letter.write_text(sound, "utf-8")
        at = followed.until("fichiers dans", at)
        assert contents(pdf) == second
        own = tmp_path / "templates" / "commun" / "page.typ"
        own.parent.mkdir(parents=True)
        own.write_text((ROOT / "templates" / "commun" / "page.typ").read_text("utf-8") + "\n// à nous\n", "utf-8")
        at = followed.until("fichiers dans", at)
        told = followed.stop()
    finally:
        followed.process.kill()
    assert told.count("fichiers dans") == 4 and told.count("rien n'est écrit") == 1
    assert "Traceback" not in told and told.endswith("Fin du suivi.\n")
    assert not list(tmp_path.rglob(".*"))


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="no such signal")
def test_a_build_that_is_interrupted_leaves_whole_files(letter, tmp_path):
    pytest.importorskip("watchfiles", reason="pip install 'mandats[suivre]'")
    followed = Followed(letter, "--format", "pdf")
    try:
        followed.until("fichier dans")
        before = contents(tmp_path / "sortie" / "cas")
        change(letter, "B. Spécimen", "Bb. Spécimen")
        time.sleep(0.25)  # at work, or about to be
        told = followed.stop()
    finally:
        followed.process.kill()
    after = contents(tmp_path / "sortie" / "cas")
    assert after.keys() == before.keys() and all(data.rstrip().endswith(b"%%EOF") for data in after.values())
    assert "Traceback" not in told and told.endswith("Fin du suivi.\n")


def test_what_does_not_go_with_it_is_told(mandats, tmp_path):
    done = mandats("construire", "absent.yaml", "--suivre", cwd=tmp_path)
    assert done.returncode == 2 and "fichier introuvable" in done.stderr
    done = mandats("construire", "a.yaml", "b.yaml", "--suivre", cwd=tmp_path)
    assert done.returncode == 2 and "un seul dossier" in done.stderr
