"""A run over the ledger, in one process with a printer that prints nothing: lots, names, faults, what is resumed."""

import hashlib
import os
import signal
import zipfile
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from types import SimpleNamespace as Some

import pytest

from mandats import processes
from mandats.formulaire.valeurs import RowError
from mandats.publiposter import dossier, job
from mandats.write.pandoc import EngineError
from tests.roster import mandants

STATE = {"empreinte": "e", "instant": "i", "nombre": 7}


class Printer:
    """Each form is its number; 3 has no values, 5 breaks the engine, a volume with 5 too."""

    broken = 5

    def __init__(self, prepared, work, fonts):
        pass

    def values(self, person):
        if person.numero == 3:
            raise RowError("nom", "caractère interdit")
        return person.numero

    def pdf(self, numero):
        if numero == self.broken:
            raise EngineError("typst")
        return b"pdf%d" % numero

    def docx(self, numero):
        return b"docx%d" % numero

    def volume(self, numbers):
        if self.broken in numbers:
            raise EngineError("typst")
        return b"pdf of " + " ".join(map(str, numbers)).encode()


class Pool:
    """A pool that runs what it is handed when it is handed it, and remembers how it was made."""

    made, broken, stop_at = None, False, None

    def __init__(self, *arguments, **options):
        type(self).made = (arguments, options)
        job._printing = job.Printing(*arguments[3])
        self.count = 0

    def submit(self, function, *arguments):
        future = Future()
        self.count += 1
        if self.broken:
            future.set_exception(BrokenProcessPool())
        else:
            future.set_result(function(*arguments))
        return future

    def shutdown(self, **options):
        type(self).ended = options


@pytest.fixture(autouse=True)
def here(monkeypatch):
    monkeypatch.setattr(job, "Printer", Printer)
    monkeypatch.setattr(processes, "ProcessPoolExecutor", Pool)
    monkeypatch.setattr(job, "_printing", None, raising=False)


def run(out, people=None, **more):
    order = job.Order(out, **more)
    told = []
    people = mandants(7) if people is None else people
    done = job.run(Some(empreinte="f"), people, STATE, order, lambda *p: told.append(p))
    return done, told[:1] + sorted(told[1:])  # lots end in any order


def files(out):
    return sorted(p.name for p in out.iterdir())


NAMES = [f"mandat-00000{n}.{kind}" for n in (1, 2, 4, 6, 7) for kind in ("docx", "pdf")]


def test_each_form_has_its_file_and_a_wrong_row_its_line(tmp_path):
    done, told = run(tmp_path / "o")
    assert done == job.Outcome(fichiers=10, formulaires=5, erreurs=2, repris=0, deja=False)
    assert told == [(0, 0), (7, 0)]
    assert files(tmp_path / "o") == sorted([*NAMES, dossier.MANIFEST, dossier.SUMS, dossier.ERRORS])
    assert (tmp_path / "o" / "mandat-000004.pdf").read_bytes() == b"pdf4"
    sums = (tmp_path / "o" / dossier.SUMS).read_text().splitlines()
    assert sums[0] == f"{hashlib.sha256(b'docx1').hexdigest()}  mandat-000001.docx"
    assert (tmp_path / "o" / dossier.ERRORS).read_text("utf-8-sig").splitlines()[1:] == [
        "3;nom;caractère interdit", "5;;formulaire impossible à produire (EngineError)",
    ]  # fmt: skip
    again, told = run(tmp_path / "o")
    assert (again, told) == (job.Outcome(10, 0, 0, 0, True), [])


def test_volumes_hold_the_sound_rows_and_name_the_others(tmp_path):
    done, told = run(tmp_path / "o", volume=4, prefixe="m")
    assert (done.fichiers, done.formulaires, done.erreurs) == (4, 5, 2)
    assert told == [(0, 0), (3, 0), (4, 0)]
    assert [n for n in files(tmp_path / "o") if n.startswith("m-")] == [
        f"m-volume-000{n}.{kind}" for n in (1, 2) for kind in ("pdf", "zip")
    ]  # fmt: skip
    assert (tmp_path / "o" / "m-volume-0001.pdf").read_bytes() == b"pdf of 1 2 4"
    assert (tmp_path / "o" / "m-volume-0002.pdf").read_bytes() == b"pdf of 6 7"
    with zipfile.ZipFile(tmp_path / "o" / "m-volume-0002.zip") as archive:
        assert archive.namelist() == ["m-000005.docx", "m-000006.docx", "m-000007.docx"]
        assert archive.read("m-000006.docx") == b"docx6"
    lines = (tmp_path / "o" / dossier.ERRORS).read_text("utf-8-sig").splitlines()[1:]
    assert lines == ["3;nom;caractère interdit", "5;;formulaire impossible à produire (PDF)"]


@pytest.mark.parametrize(("formats", "kinds"), [(("docx",), ["zip"]), (("pdf",), ["pdf"])])
def test_a_volume_of_one_format(formats, kinds, tmp_path):
    run(tmp_path / "o", volume=9, formats=formats)
    assert [n.partition(".")[2] for n in files(tmp_path / "o") if "volume" in n] == kinds


def test_a_volume_of_wrong_rows_only_is_not_written(tmp_path):
    done, _ = run(tmp_path / "o", [m for m in mandants(5) if m.numero == 5], volume=2, formats=("pdf",))
    assert (done.fichiers, done.formulaires, done.erreurs) == (0, 0, 1)
    assert not [n for n in files(tmp_path / "o") if "volume" in n]


def test_the_processes_are_spawned_and_waited_for(tmp_path):
    run(tmp_path / "o", processus=2)
    (workers, context, initializer, _), options = Pool.made
    assert (workers, context.get_start_method(), initializer, options) == (2, "spawn", job._start, {})
    assert Pool.ended == {"wait": True, "cancel_futures": True}
    assert job.Order(tmp_path).processus == 1 and job.Order(tmp_path).volume == 0


def test_a_hundred_rows_at_once_and_three_lots_ahead(tmp_path, monkeypatch):
    """What is handed in advance is bounded: three lots for each process, then one is waited for."""
    waited = []
    whole = job.wait

    def wait(futures, **options):
        waited.append(len(futures))
        return whole(futures, **options)

    monkeypatch.setattr(job, "wait", wait)
    _, told = run(tmp_path / "o", mandants(450), processus=1, formats=("docx",))
    assert told == [(0, 0), (50, 0), *[(100, 0)] * 4]
    assert waited == [3, 2]


def test_a_stopped_run_keeps_its_lots_and_a_later_one_does_the_rest(tmp_path):
    def stopped():
        yield from mandants(4)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "o", stopped(), volume=2, formats=("docx",))
    done, told = run(tmp_path / "o", volume=2, formats=("docx",))
    assert told == [(0, 4), (1, 0), (2, 0)]
    assert (done.repris, done.fichiers, done.formulaires) == (4, 4, 6)


def test_a_process_that_dies_is_told_to_be_run_again(tmp_path, monkeypatch):
    monkeypatch.setattr(Pool, "broken", True)
    with pytest.raises(EngineError, match="un des processus s'est arrêté : relancez la même commande"):
        run(tmp_path / "o")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="asks a process of its own")
def test_a_printing_process_leaves_ctrl_c_to_its_parent_and_says_nothing(monkeypatch):
    monkeypatch.setattr(job, "Printing", lambda prepared, order: (prepared, order))
    monkeypatch.delenv("RAYON_NUM_THREADS", raising=False)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            job._start("p", "o")
            silent = os.fstat(2).st_rdev == os.stat(os.devnull).st_rdev
            alone = os.environ["RAYON_NUM_THREADS"] == "1"
            ignored = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
            code = 0 if silent and alone and ignored and job._printing == ("p", "o") else 2
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
