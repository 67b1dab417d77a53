"""A run over the whole ledger: several processes, files whole or not at all, resumed after any stop.

Takes a `Prepared`, a stream of mandants and the folder; writes `mandat-000123.pdf`… or volumes, then `empreintes.txt`
(the form of `sha256sum`) and `erreurs.csv` (number and column, no value). Leaves the ledger and the command to others.

The work is cut in lots, always the same for the same ledger. A file is written aside and renamed; a lot whose files all
stand is one line of the journal. Stopped at any point, even by `kill -9`, the run does again the lots that have no line:
the bytes of a form depend on its row alone, so what is written twice is written alike.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from mandats.problem import Place, Problem, UnusableInput
from mandats.publiposter.printer import Prepared, Printer
from mandats.render.row import RowError
from mandats.write.pandoc import EngineError
from mandats.write.word_form import bundle

LOT = 100  # rows that a process is handed at once, when each has its own file
MANIFEST, SUMS, ERRORS, WORK = "publipostage.json", "empreintes.txt", "erreurs.csv", ".publipostage"
WAITING = 3  # lots handed in advance, for each process: what bounds the memory


@dataclass(frozen=True)
class Order:
    sortie: Path
    formats: tuple[str, ...] = ("docx", "pdf")
    volume: int = 0  # forms in one volume; 0: one file each
    processus: int = 1
    polices: tuple[Path, ...] = ()
    prefixe: str = "mandat"


@dataclass(frozen=True)
class Outcome:
    fichiers: int
    formulaires: int
    erreurs: int
    repris: int  # forms found done by an earlier run
    deja: bool = False  # nothing was left to do


@dataclass(frozen=True)
class Lot:
    fichiers: list[tuple[str, str, int]]  # name, SHA-256, size in bytes
    erreurs: list[tuple[int, str, str]]  # number, column, why
    rangs: int


def run(
    prepared: Prepared,
    people: Iterable[Any],
    identity: dict[str, Any],
    order: Order,
    progress: Callable[[int, int], None],
) -> Outcome:
    """Print everyone. `identity`: what names the ledger's state (hash, instant, count). `progress(done, resumed)`, in forms.

    Raises UnusableInput when the folder holds another run, KeyboardInterrupt when stopped; both leave whole files only.
    """
    manifest = {
        **identity,
        "formulaire": prepared.empreinte,
        "formats": list(order.formats),
        "volume": order.volume,
        "prefixe": order.prefixe,
    }
    if _begin(order.sortie, manifest):
        sums = (order.sortie / SUMS).read_text("utf-8").count("\n")
        return Outcome(sums, 0, 0, 0, True)
    work = order.sortie / WORK
    with _alone(work):
        _sweep(work)
        done = dict(_journal(work / "journal.jsonl", order.sortie))
        resumed = sum(lot.rangs for _, lot in _lots(work / "journal.jsonl", done))
        progress(0, resumed)
        with (work / "journal.jsonl").open("a", encoding="utf-8") as journal:
            if done:
                journal.write("\n")  # a line cut short by a kill must not swallow the next
            for index, lot in _print_all(prepared, people, order, set(done)):
                journal.write(json.dumps([index, lot.fichiers, lot.erreurs, lot.rangs]) + "\n")
                journal.flush()
                progress(lot.rangs, 0)
        return _finish(order.sortie, manifest, resumed)


def _print_all(prepared: Prepared, people: Iterable[Any], order: Order, done: set[int]) -> Iterator[tuple[int, Lot]]:
    lots = ((i, rows) for i, rows in enumerate(_batched(people, order.volume or LOT)) if i not in done)
    from multiprocessing import get_context

    # Spawned, not forked: typst keeps threads of its own, which a fork would lose. Processes even for one: what an engine
    # says when it breaks is kept from the terminal. A PDF volume leaves a gigabyte in typst's cache, which only ends with it.
    one_volume = 1 if order.volume and "pdf" in order.formats else None
    pool = ProcessPoolExecutor(
        order.processus, get_context("spawn"), _start, (prepared, order), max_tasks_per_child=one_volume
    )
    waiting: set[Future] = set()
    try:
        for index, rows in lots:
            waiting.add(pool.submit(_one_lot, index, rows))
            if len(waiting) >= order.processus * WAITING:
                finished, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                yield from (f.result() for f in finished)
        while waiting:
            finished, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            yield from (f.result() for f in finished)
    except KeyboardInterrupt:  # what is being printed is finished, and kept
        for future in waiting:
            future.cancel()
        yield from (f.result() for f in wait(waiting).done if not f.cancelled())
        raise
    except BrokenProcessPool:
        raise EngineError(
            "un des processus s'est arrêté : relancez la même commande, elle reprendra où elle en est"
        ) from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _batched(people: Iterable[Any], size: int) -> Iterator[tuple[Any, ...]]:
    stream = iter(people)
    while rows := tuple(islice(stream, size)):
        yield rows


_printing: _Printing | None = None  # of this process


def _start(prepared: Prepared, order: Order) -> None:
    """In each process: ends with its parent, leaves Ctrl-C to it."""
    global _printing
    from multiprocessing import parent_process
    from multiprocessing.connection import wait as wait_for

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.dup2(
        os.open(os.devnull, os.O_WRONLY), 2
    )  # an engine that panics quotes what it was printing; what fails is told by the parent
    os.environ.setdefault(
        "RAYON_NUM_THREADS", "1"
    )  # one process a core is parallel enough; typst would start as many threads again
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=lambda: (wait_for([parent.sentinel]), os._exit(1)), daemon=True).start()
    _printing = _Printing(prepared, order)


def _one_lot(index: int, rows: tuple[Any, ...]) -> tuple[int, Lot]:
    assert _printing is not None
    return index, _printing.lot(index, rows)


class _Printing:
    def __init__(self, prepared: Prepared, order: Order):
        self.order, self.work = order, order.sortie / WORK
        self.printer = Printer(prepared, self.work, "pdf" in order.formats, order.polices)

    def lot(self, index: int, rows: Iterable[Any]) -> Lot:
        made: list[tuple[str, str, int]] = []
        errors: list[tuple[int, str, str]] = []
        ready: list[tuple[Any, dict[str, Any]]] = []
        total = 0
        for person in rows:
            total += 1
            try:
                ready.append((person, self.printer.values(person)))
            except RowError as error:
                errors.append((person.numero, error.colonne, error.message))
        make = self._volume if self.order.volume else self._each
        for name, data in make(index, ready, errors):
            made.append((name, hashlib.sha256(data).hexdigest(), len(data)))
            aside = self.work / f"{os.getpid()}-{name}"
            aside.write_bytes(data)
            os.replace(aside, self.order.sortie / name)
        return Lot(made, sorted(errors), total)

    def _each(self, index: int, ready, errors) -> Iterator[tuple[str, bytes]]:
        for person, values in ready:
            name = f"{self.order.prefixe}-{person.numero:06d}"
            try:
                made = [(f"{name}.{f}", getattr(self.printer, f)(values)) for f in self.order.formats]
            except (EngineError, ValueError, TypeError, KeyError, AttributeError) as error:
                errors.append((person.numero, "", f"formulaire impossible à produire ({type(error).__name__})"))
                continue
            yield from made

    def _volume(self, index: int, ready, errors) -> Iterator[tuple[str, bytes]]:
        name = f"{self.order.prefixe}-volume-{index + 1:04d}"
        if "docx" in self.order.formats:
            yield (
                f"{name}.zip",
                bundle((f"{self.order.prefixe}-{p.numero:06d}.docx", self.printer.docx(v)) for p, v in ready),
            )
        if "pdf" in self.order.formats:
            pages = self.printer.pages
            try:
                yield f"{name}.pdf", pages.volume([self.printer.pdf_row(v) for _, v in ready])
            except EngineError:
                sound = []
                for person, values in ready:  # which row prevents it?
                    try:
                        self.printer.pdf(values)
                        sound.append(values)
                    except EngineError:
                        errors.append((person.numero, "", "formulaire impossible à produire (PDF)"))
                if sound:
                    yield f"{name}.pdf", pages.volume([self.printer.pdf_row(v) for v in sound])


# --- the folder --------------------------------------------------------------------------------------------------


def _begin(out: Path, manifest: dict[str, Any]) -> bool:
    """Whether this very run is finished already. Raises UnusableInput when the folder holds something else."""
    path = out / MANIFEST
    found: dict[str, Any] = {}
    if path.is_file():
        with contextlib.suppress(ValueError):
            found = json.loads(path.read_text("utf-8"))
        names = {
            "empreinte": "le registre a changé", "instant": "l'instant n'est pas le même", "nombre": "le nombre de mandats a changé",
            "formulaire": "le formulaire, le dossier ou le programme a changé", "formats": "les formats ne sont pas les mêmes",
            "volume": "le découpage en volumes n'est pas le même", "prefixe": "le document n'est pas le même",
        }  # fmt: skip
        changed = [names.get(k, k) for k in manifest if found.get(k) != manifest[k]]
        if changed:
            raise UnusableInput(
                Problem(
                    "publipostage-autre",
                    Place(str(path)),
                    "",
                    f"{' ; '.join(changed)} : donnez un autre dossier à --sortie",
                )
            )
    elif out.is_dir() and any(p.name != WORK for p in out.iterdir()):
        raise UnusableInput(
            Problem(
                "publipostage-dossier", Place(str(out)), "", "le dossier n'est pas vide : donnez-en un autre à --sortie"
            )
        )
    if found.get("termine"):
        shutil.rmtree(out / WORK, ignore_errors=True)  # a kill may have come as it was being removed
        return True
    private(out)
    private(out / WORK)
    if not found:
        write_whole(
            out, MANIFEST, json.dumps({**manifest, "termine": False}, indent=2, ensure_ascii=False).encode() + b"\n"
        )
    return False


def private(folder: Path) -> None:
    """The folder, for its owner only, even if it was there (empty): what it holds is a list of people."""
    folder.mkdir(parents=True, mode=0o700, exist_ok=True)
    folder.chmod(0o700)


def write_whole(out: Path, name: str, data: bytes) -> Path:
    """The file whole or not at all; what a kill leaves aside is swept with the working folder."""
    aside = (out / WORK if (out / WORK).is_dir() else out) / f".{os.getpid()}-{name}"
    aside.write_bytes(data)
    os.replace(aside, out / name)
    return out / name


@contextlib.contextmanager
def _alone(work: Path) -> Iterator[None]:
    """One run at a time in a folder."""
    with (work / "verrou").open("w") as lock:
        try:
            import fcntl
        except ImportError:  # Windows: no lock; two runs would write the same bytes
            yield
            return
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise UnusableInput(
                Problem("publipostage-occupe", Place(str(work.parent)), "", "un autre publipostage y travaille")
            ) from None
        yield


def _sweep(work: Path) -> None:
    """What a killed run left aside: half-written files, blank forms."""
    for path in work.iterdir():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        elif path.name not in ("journal.jsonl", "verrou"):
            path.unlink(missing_ok=True)


def _journal(path: Path, out: Path) -> Iterator[tuple[int, int]]:
    """Each lot that is done, with the place of its line: its files stand, with the size that was written."""
    if not path.is_file():
        return
    with path.open("rb") as journal:
        while True:
            place = journal.tell()
            line = journal.readline()
            if not line:
                return
            lot = _line(line)
            if lot is not None and all(_size(out / name) == size for name, _, size in lot[1].fichiers):
                yield lot[0], place


def _line(line: bytes) -> tuple[int, Lot] | None:
    try:
        index, files, errors, total = json.loads(line)
    except ValueError:
        return None  # cut short by a kill: the lot is done again
    return index, Lot([tuple(f) for f in files], [tuple(e) for e in errors], total)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1


def _lots(path: Path, places: dict[int, int]) -> Iterator[tuple[int, Lot]]:
    """The lots of the journal in their order; one line in memory at a time."""
    if not places:
        return
    with path.open("rb") as journal:
        for index in sorted(places):
            journal.seek(places[index])
            found = _line(journal.readline())
            if found:
                yield found


def _finish(out: Path, manifest: dict[str, Any], resumed: int) -> Outcome:
    work = out / WORK
    places = dict(_journal(work / "journal.jsonl", out))
    files = errors = total = 0
    with (
        (work / SUMS).open("w", encoding="utf-8", newline="\n") as sums,
        (work / ERRORS).open("w", encoding="utf-8-sig", newline="\n") as wrong,
    ):
        wrong.write("numero;colonne;motif\n")
        for _, lot in _lots(work / "journal.jsonl", places):
            sums.writelines(f"{digest}  {name}\n" for name, digest, _ in lot.fichiers)
            wrong.writelines(f"{n};{column};{why}\n" for n, column, why in lot.erreurs)
            files, errors, total = files + len(lot.fichiers), errors + len(lot.erreurs), total + lot.rangs
    os.replace(work / SUMS, out / SUMS)
    if errors:
        os.replace(work / ERRORS, out / ERRORS)
    write_whole(out, MANIFEST, json.dumps({**manifest, "termine": True}, indent=2, ensure_ascii=False).encode() + b"\n")
    shutil.rmtree(work, ignore_errors=True)
    return Outcome(files, total - errors, errors, resumed)
