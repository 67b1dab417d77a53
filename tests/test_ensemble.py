"""Cases done in several processes: the lines, the order and the bytes of one process; what stops or interrupts them."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mandats import ensemble, processes
from mandats.write.pandoc import EngineError

from .conftest import ROOT

CASES = ROOT / "cases"


def small(folder: Path, n: int) -> list[Path]:
    """Cases: letters that are sound, one with an error, one that no YAML reader takes."""
    text = (CASES / "acces-taj.yaml").read_text("utf-8")
    made = [folder / f"cas-{i}.yaml" for i in range(n)]
    for i, path in enumerate(made):
        path.write_text(text.replace("B. Spécimen", f"B{'b' * i}. Spécimen"), "utf-8")
        shutil.copytree(CASES / "acces-taj", folder / f"cas-{i}")
    made[1].write_text(text.replace("type: ministere", "type: minister"), "utf-8")
    made[2].write_text("titre: [\n", "utf-8")
    return made


def plainly(done: object) -> object:
    return (type(done).__name__, str(done)) if isinstance(done, Exception) else done


@pytest.mark.slow
def test_several_processes_give_what_one_gives(tmp_path):
    cases = small(tmp_path, 6)
    told = [
        [plainly(one) for one in ensemble.treat_all(cases, ensemble.Order(tmp_path), count)] for count in (1, 2, None)
    ]
    assert told[0] == told[1] == told[2]
    assert [type(one).__name__ for one in told[0]] == ["Told", "Told", "tuple", "Told", "Told", "Told"]
    assert [one.cas for one in told[0] if isinstance(one, ensemble.Told)] == [c for c in cases if c != cases[2]]


def run(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mandats", *map(str, arguments)]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=300, check=False)


def written(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.mark.slow
def test_the_command_says_and_writes_the_same(tmp_path):
    cases = [c.name for c in small(tmp_path, 5)]
    for shape in (["verifier", "--json"], ["verifier", "--format", "sarif"], ["verifier", "--details"], ["construire"]):
        made = []
        for count in (1, 2):
            out = tmp_path / "sortie"
            done = run(*shape, *cases, "--processus", count, cwd=tmp_path)
            made.append((done.returncode, done.stdout, done.stderr, written(out) if out.is_dir() else {}))
            shutil.rmtree(out, ignore_errors=True)
        assert made[0] == made[1], shape
        assert made[0][0] == 2
    assert "cas-0.yaml : 2 fichiers\ncas-1.yaml : rien n'est écrit, 1 erreur\ncas-2.yaml : rien n'est" in made[0][1]
    assert sorted({Path(name).suffix for name in made[0][3]}) == [".docx", ".pdf"] and len(made[0][3]) == 6


def test_two_cases_of_one_name_are_done_one_after_the_other(tmp_path, monkeypatch):
    """They write in one folder: the last wins, whatever the number of processes."""
    monkeypatch.setattr(ensemble, "treat", lambda case, order: case)
    monkeypatch.setattr(processes, "in_order", None)
    cases = [tmp_path / "a" / "cas.yaml", tmp_path / "b" / "Cas.yaml"]
    assert list(ensemble.treat_all(cases, ensemble.Order(tmp_path, sortie=tmp_path), 2)) == cases


def given(item: int) -> int:
    """A number doubled; 3 raises, 5 and 6 kill their process."""
    if item == 3:
        raise ValueError("trois")
    if item in (5, 6):
        os.kill(os.getpid(), signal.SIGKILL)
    return item * 2


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal")
def test_what_stops_a_process_is_told_alone_and_stops_nothing_else():
    found = list(processes.in_order(given, range(9), 2, processes.begin))
    assert [type(one).__name__ for one in found if not isinstance(one, int)] == ["ValueError", "Stopped", "Stopped"]
    assert [one if isinstance(one, int) else None for one in found] == [
        None if item in (3, 5, 6) else item * 2 for item in range(9)
    ]


def test_a_case_whose_process_stopped_is_a_line(monkeypatch, tmp_path):
    from mandats.guidance import problems_of

    monkeypatch.setattr(processes, "in_order", lambda *given, **how: iter([processes.Stopped()]))
    (done,) = ensemble.treat_all([tmp_path / "a.yaml", tmp_path / "b.yaml"], ensemble.Order(tmp_path), 2)
    assert isinstance(done, EngineError)
    (problem,) = problems_of(done, tmp_path / "a.yaml") or ()
    assert "s'est arrêté" in problem.message and problem.place.fichier.endswith("a.yaml")


def children(pid: int) -> list[int]:
    return [int(n) for n in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="Linux tells the children of a process")
@pytest.mark.parametrize("how", ["un processus tué", "Ctrl-C"])
def test_a_run_that_is_disturbed_leaves_whole_files(tmp_path, how):
    cases = [c.name for c in small(tmp_path, 7)]
    expected = run("verifier", *cases, "--json", cwd=tmp_path)
    command = [sys.executable, "-m", "mandats", "construire", *cases, "--json", "--processus", "2"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=tmp_path, env=env, stdout=-1, stderr=-1, text=True) as running:
        end = time.monotonic() + 120
        while time.monotonic() < end and not list(tmp_path.glob("sortie/*/*.pdf")):
            time.sleep(0.02)
        below = [n for n in children(running.pid) if "mandats" in Path(f"/proc/{n}/cmdline").read_text()]
        assert len(below) == 2
        if how == "Ctrl-C":
            running.send_signal(signal.SIGINT)
        else:
            os.kill(below[0], signal.SIGKILL)
        out, err = running.communicate(timeout=240)
    assert not any(Path(f"/proc/{n}").exists() for n in below)
    assert "Traceback" not in err and not list(tmp_path.rglob(".*"))
    folders = [{p.suffix for p in folder.iterdir()} for folder in (tmp_path / "sortie").iterdir()]
    assert folders and all(made == {".docx", ".pdf"} for made in folders)
    if how == "Ctrl-C":
        assert running.returncode == 1 and err.strip() == "Interrompu."
    else:
        assert running.returncode == expected.returncode == 2 and len(folders) == 5
        assert json.loads(out)["problemes"] == json.loads(expected.stdout)["problemes"]
