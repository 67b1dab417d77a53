"""A program killed at any moment leaves the old folder, the new one, or nothing; the next call sweeps and finishes."""

import datetime as dt
import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mandats.files import whole_folder
from mandats.load.yaml_places import read_yaml
from mandats.pieces.occultation import redact_pieces
from mandats.problem import AVERTISSEMENT, ERREUR
from mandats.production import produce
from mandats.suite.acte import add_act
from tests import exhibits
from tests.conftest import ROOT
from tests.test_depot import DAY, LETTER, MANIFEST, deposit, files, real_case, told
from tests.test_suite import BLOCK


@pytest.fixture
def case(tmp_path: Path) -> Path:
    return real_case(tmp_path)


# Runs a call as often as it is told, each time in a child that dies as it is about to do its n-th operation on files.
KILLED = """
import os, sys
from pathlib import Path
case, root = Path(sys.argv[1]), Path(sys.argv[2])
OPERATIONS = {"os.rename", "os.mkdir", "os.link", "os.remove", "os.rmdir"}
left = [0]
def watch(event, arguments):
    writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
    if (writes or event in OPERATIONS) and str(case.parent) in str(arguments[0]) + str(arguments[1:2]):
        left[0] -= 1
        if left[0] < 0:
            os._exit(9)
IMPORTS
for line in sys.stdin:
    left[0] = int(line)
    if (child := os.fork()) == 0:
        sys.addaudithook(watch)
        CALL
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


def killed(case: Path, imports: str, call: str, reset) -> Iterator[int]:
    """After each death, how many operations had been done; the last time, the call went to its end."""
    code = KILLED.replace("IMPORTS", imports).replace("CALL", call)
    typed = [sys.executable, "-c", code, str(case), str(ROOT)]
    with subprocess.Popen(typed, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as run:
        for n in range(200):
            reset()
            run.stdin.write(f"{n}\n")
            run.stdin.flush()
            status = run.stdout.readline().strip()
            assert status in ("0", "9"), n
            yield n
            if status == "0":
                assert n > 5
                run.stdin.close()
                return
        raise AssertionError("no end")


def hidden(folder: Path) -> list[Path]:
    return [p for p in folder.glob(".*") if p.is_dir()]


@pytest.mark.slow
def test_deposer_leaves_nothing_or_a_copy_that_the_next_call_notes(case):
    before, whole, kept = case.read_bytes(), None, case.with_suffix("") / "deposes"
    coffre = case.parent / "coffre"

    def reset():
        case.write_bytes(before)
        shutil.rmtree(kept, ignore_errors=True)
        shutil.rmtree(coffre, ignore_errors=True)

    call = 'file_act(case, root, "demande-cada", Envoi("2025-01-07", coffre=case.parent / "coffre"))'
    for n in killed(case, "from mandats.depot import Envoi, file_act", call, reset):
        found, noted = list(kept.glob("[0-9]*")), case.read_bytes() != before
        assert not noted or found, n
        for folder in (*found, *coffre.glob("[a-z]*")):
            manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
            assert {k: v for k, v in files(folder).items() if k != MANIFEST} == manifest["fichiers"], n
        if found and not noted:
            assert [g for g, _ in told(case)] == [AVERTISSEMENT], n
            assert deposit(case, ROOT, LETTER, DAY).repris
        elif not found:
            assert deposit(case, ROOT, LETTER, DAY, coffre=coffre).dossier
        assert not hidden(kept) and not hidden(coffre) and list(coffre.iterdir()), n  # what was half-written is swept
        assert case.read_bytes() == (whole := whole or case.read_bytes())
    assert [g for g, _ in told(case, LETTER)] == [ERREUR]
    assert dt.date.fromisoformat(read_yaml(case.read_text("utf-8"), "").data["documents"][0]["depose"]["le"])


@pytest.mark.slow
@pytest.mark.parametrize("former", [False, True])
def test_pieces_leaves_the_old_folder_the_new_one_or_none(case, former):
    out = case.parent / "out"
    whole = files(produce(case, ROOT, out, LETTER).dossier)

    def reset():
        shutil.rmtree(out, ignore_errors=True)
        if former:
            (out / LETTER / "pieces").mkdir(parents=True)
            (out / LETTER / "pieces" / "01-ancienne.pdf").write_text("ancienne")

    states, call = [], 'produce(case, root, case.parent / "out", "demande-cada")'
    for n in killed(case, "from mandats.production import produce", call, reset):
        held = files(out / LETTER) if (out / LETTER).exists() else {}
        states.append(
            (list(held) == ["pieces/01-ancienne.pdf"] and "old") or (held == whole and "new") or (not held and "none")
        )
        assert states[-1], (n, held)
        with whole_folder(out, LETTER):  # another call, which fails: it sweeps all the same, and gives back
            pass
        assert (out / LETTER).exists() or not former, n
        assert files(produce(case, ROOT, out, LETTER).dossier) == whole and not hidden(out), n
    assert {*states} == ({"old", "new", "none"} if former else {"none", "new"})


@pytest.mark.slow
def test_occulter_leaves_copies_that_are_whole_and_a_case_that_names_them_or_not(case):
    text = case.read_text("utf-8")
    for cle in ("deliberation", "bulletin"):
        assert f"cle: {cle}," in text
        text = text.replace(f"cle: {cle},", f"cle: {cle}, masque: {{mots: [texte]}},")
    folder = case.with_suffix("") / "pieces"
    for file in folder.iterdir():
        file.write_bytes(exhibits.pdf(1, words=f"Un texte de {file.name}."))
    originals = files(folder)

    def reset():
        case.write_text(text, "utf-8")
        for copy in folder.glob("*-occultee.pdf"):
            copy.unlink()

    reset()
    redact_pieces(case)
    whole, named = files(folder), case.read_text("utf-8")
    assert len(whole) == len(originals) + 2
    for n in killed(case, "from mandats.pieces.occultation import redact_pieces", "redact_pieces(case)", reset):
        said, held = case.read_text("utf-8"), files(folder)
        assert said in (text, named) and originals.items() <= held.items() <= whole.items(), n
        assert said == text or held == whole, n
        redact_pieces(case)
        assert (case.read_text("utf-8"), files(folder)) == (named, whole), n


HOLDER = """
import sys, time
from pathlib import Path
from mandats.files import whole_folder
with whole_folder(Path(sys.argv[1]), "acte") as (aside, keep):
    (aside / "à moitié").write_text("x")
    print(aside, flush=True)
    time.sleep(60)
"""


def test_a_folder_whose_writer_lives_is_left_alone_and_swept_once_it_is_killed(tmp_path):
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE, text=True) as run:
        held = Path(run.stdout.readline().strip())
        with whole_folder(tmp_path, "acte") as (aside, keep):
            (aside / "fichier").write_text("le mien")
            keep()
        assert (held / "à moitié").exists() and (tmp_path / "acte" / "fichier").read_text() == "le mien"
        run.send_signal(signal.SIGKILL)
        run.wait()
    assert held.exists()
    with whole_folder(tmp_path, "autre"):
        pass
    assert [p.name for p in tmp_path.iterdir()] == ["acte"]


WRITER = """
import sys
from pathlib import Path
from mandats.files import whole_folder
for n in range(60):
    with whole_folder(Path(sys.argv[1]), "acte") as (aside, keep):
        for name in "abc":
            (aside / name).write_text(f"{sys.argv[2]} {n}")
        keep()
"""


def test_two_writers_of_one_folder_each_write_it_whole(tmp_path):
    """The last one wins; neither fails, nor sweeps the other's work."""
    typed = [[sys.executable, "-c", WRITER, str(tmp_path), who] for who in ("un", "deux")]
    runs = [subprocess.Popen(one, stderr=subprocess.PIPE, text=True) for one in typed]
    assert [run.communicate()[1] for run in runs] == ["", ""]
    assert [p.name for p in tmp_path.iterdir()] == ["acte"]
    assert len({p.read_text() for p in (tmp_path / "acte").iterdir()}) == 1


def test_a_file_of_the_same_name_is_told(tmp_path):
    (tmp_path / "acte").write_text("x")
    with pytest.raises(NotADirectoryError), whole_folder(tmp_path, "acte") as (_, keep):
        keep()
    assert [p.name for p in tmp_path.iterdir()] == ["acte"] and (tmp_path / "acte").read_text() == "x"


def test_a_former_folder_comes_back_when_its_successor_never_came(tmp_path):
    (tmp_path / ".acte.0123abcd~").mkdir()
    (tmp_path / ".acte.0123abcd~" / "ancien").write_text("x")
    (tmp_path / ".acte.0123abcd").mkdir()
    (tmp_path / ".garde").mkdir()
    with pytest.raises(RuntimeError), whole_folder(tmp_path, "acte"):
        assert (tmp_path / "acte" / "ancien").exists()
        raise RuntimeError
    assert sorted(p.name for p in tmp_path.iterdir()) == [".garde", "acte"]


def test_a_private_folder_is_its_owner_s_and_takes_nobody_s_name(tmp_path):
    def write():
        with whole_folder(tmp_path, "x", private=True) as (_, keep):
            keep()

    write()
    assert (tmp_path / "x").stat().st_mode & 0o077 == 0
    with pytest.raises(FileExistsError):
        write()


@pytest.mark.slow
@pytest.mark.parametrize("wait", [0.8, 1.4, 2.0])
def test_a_command_killed_while_it_writes_is_done_again(case, wait):
    out = case.parent / "out"
    typed = [sys.executable, "-m", "mandats", "pieces", case, "--document", LETTER, "--sortie", out]
    with subprocess.Popen(typed, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
        try:
            run.wait(wait)
        except subprocess.TimeoutExpired:
            run.send_signal(signal.SIGKILL)
    held = out / case.stem
    before = files(held / LETTER) if (held / LETTER).exists() else {}
    done = subprocess.run(typed, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert before in ({}, files(held / LETTER)) and [p.name for p in held.iterdir()] == [LETTER]


@pytest.mark.slow
def test_suite_leaves_the_case_as_it_was_or_whole(tmp_path):
    """The copy of the act that is produced comes first: the next call finds it, and ends the same."""
    case, pieces = tmp_path / "ville.yaml", tmp_path / "ville" / "pieces"
    case.write_text(BLOCK, "utf-8")
    deposit(case, ROOT, "demande-cada", "2026-01-13")
    before = case.read_bytes()
    add_act(case, ROOT, "saisine-cada", dt.date(2026, 2, 20))
    whole = case.read_bytes(), files(pieces)
    assert list(whole[1]) == ["01-demande-cada.pdf"] and whole[0] != before

    def reset():
        case.write_bytes(before)
        shutil.rmtree(pieces, ignore_errors=True)

    imports = "import datetime as dt; from mandats.suite.acte import add_act"
    states = set()
    for n in killed(case, imports, 'add_act(case, root, "saisine-cada", dt.date(2026, 2, 20))', reset):
        held = files(pieces) if pieces.exists() else {}
        states.add((case.read_bytes() == before, held == whole[1]))
        assert case.read_bytes() == before or (case.read_bytes(), held) == whole, n
        if case.read_bytes() == before:
            add_act(case, ROOT, "saisine-cada", dt.date(2026, 2, 20))
        assert (case.read_bytes(), files(pieces)) == whole, n
    assert states == {(True, False), (True, True), (False, True)}
