"""A run over the whole ledger: several processes, files whole or not at all, resumed after any stop.

Takes a `Prepared`, a stream of mandants and the folder; writes `mandat-000123.pdf`… or volumes, then `empreintes.txt`
(the form of `sha256sum`) and `erreurs.csv` (number and column, no value). Leaves the ledger and the command to others.

The work is cut in lots, always the same for the same ledger: the bytes of a form depend on its row alone, so what is
written twice is written alike. What stands, and what is done again, is `dossier`'s.
"""

import hashlib
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from mandats.files import write_whole
from mandats.formulaire.printer import Prepared, Printer
from mandats.formulaire.valeurs import RowError
from mandats.processes import WAITING, begin, pool_of
from mandats.publiposter.dossier import SUMS, WORK, Folder, Lot
from mandats.registre import refusing
from mandats.registre.personne import Inscrit
from mandats.write.docx import assemble
from mandats.write.pandoc import EngineError

DASK = "plusieurs machines demandent Dask : pip install 'mandats[grappe]'"
LOT = 100  # rows that a process is handed at once, when each has its own file


@dataclass(frozen=True)
class Order:
    sortie: Path
    formats: tuple[str, ...] = ("docx", "pdf")
    volume: int = 0  # forms in one volume; 0: one file each
    processus: int = 1
    polices: tuple[Path, ...] = ()
    prefixe: str = "mandat"
    grappe: str = ""  # the address of other machines, which print instead of this one; "locale": of a Dask here
    certificat: Path | None = None
    partage: str = ""  # the URL at which they see `sortie`; else its files come back to the driver


Changes = tuple[Iterable[Inscrit], frozenset[int]]  # those to print, the numbers of all whose form changes


@dataclass(frozen=True)
class Outcome:
    fichiers: int
    formulaires: int
    erreurs: int
    repris: int  # forms found done by an earlier run
    deja: bool = False  # nothing was left to do
    suivi: bool = False  # the folder held an earlier list: what changed was printed again
    retires: tuple[int, ...] = ()  # whose forms were removed: they left the list


def run(
    prepared: Prepared, people: Iterable[Inscrit], identity: dict[str, Any], order: Order,
    progress: Callable[[int, int], None], seal: Callable[[], object] = lambda: None,
    changes: Callable[[str], Changes] | None = None,
) -> Outcome:  # fmt: skip
    """Print everyone. `identity`: what names the list (hash, instant, count). `progress(done, resumed)`, in forms.

    `seal` is called before the run is said finished. `changes`: since the instant of the list that the folder holds,
    who is to be printed and who left. Raises UnusableInput when the folder holds another run, KeyboardInterrupt when
    stopped; both leave whole files only.
    """
    named = {"formats": list(order.formats), "volume": order.volume, "prefixe": order.prefixe}
    folder = Folder(order.sortie, {**identity, "formulaire": prepared.empreinte, **named})
    if folder.begin(changes is not None):
        sums = (order.sortie / SUMS).read_text("utf-8").count("\n")
        return Outcome(sums, 0, 0, 0, True)
    with folder.alone():
        changed, stay = frozenset[int](), set[int]()
        if changes and folder.depuis and not order.volume:  # volumes are cut otherwise: all are printed again
            people, changed = changes(folder.depuis)
            people = [*people]
            stay = {m.numero for m in people}
        done = folder.done()
        resumed = sum(rows for _, rows in done.values())
        progress(0, resumed)
        for lot in folder.note(_print_all(prepared, people, order, done)):
            progress(lot.rangs, 0)
        seal()
        counts, gone = folder.finish(changed)
        left = () if order.volume else tuple(sorted(gone - stay))
        return Outcome(*counts, resumed, suivi=bool(folder.depuis), retires=left)


def _print_all(prepared: Prepared, people: Iterable[Inscrit], order: Order, done: Container[int]) -> Iterator[Lot]:
    stream = iter(people)
    batches = iter(lambda: tuple(islice(stream, order.volume or LOT)), ())
    lots = ((i, rows) for i, rows in enumerate(batches) if i not in done)
    team = _team(prepared, order)
    waiting: set[Future[Any]] = set()
    try:
        for index, rows in lots:
            waiting.add(team.submit(index, rows))
            if len(waiting) >= team.count * WAITING:
                finished, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                yield from map(team.kept, finished)
        while waiting:
            finished, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            yield from map(team.kept, finished)
    except KeyboardInterrupt:  # what is being printed is finished, and kept
        for future in waiting:
            future.cancel()
        yield from (team.kept(f) for f in wait(waiting).done if not f.cancelled())
        raise
    except BrokenProcessPool:
        told = "un des processus s'est arrêté : relancez la même commande, elle reprendra où elle en est"
        raise EngineError(told) from None
    finally:
        team.shutdown()


class Team(Protocol):
    """Who prints lots: `count` at once; what `submit` promises is a lot once it is `kept`."""

    count: int

    def submit(self, index: int, rows: tuple[Inscrit, ...]) -> Future[Any]: ...
    def kept(self, future: Future[Any]) -> Lot: ...
    def shutdown(self) -> None: ...


def _team(prepared: Prepared, order: Order) -> Team:
    if not order.grappe:
        return _Processes(prepared, order)
    with refusing(DASK, ImportError):
        from mandats.publiposter.grappe import Grappe
    return Grappe(prepared, order)


class _Processes:
    """Those of this machine. Even for one: what an engine says when it breaks is kept from the terminal."""

    def __init__(self, prepared: Prepared, order: Order):
        self.pool = pool_of(order.processus, _start, (prepared, order))
        self.count = order.processus

    def submit(self, index: int, rows: tuple[Inscrit, ...]) -> Future[Any]:
        return self.pool.submit(_one_lot, index, rows)

    def kept(self, future: Future[Any]) -> Lot:
        return Lot(*future.result())

    def shutdown(self) -> None:
        self.pool.shutdown(wait=True, cancel_futures=True)


_printing: "Printing"  # of this process, which `_start` makes


def _start(prepared: Prepared, order: Order) -> None:
    global _printing
    begin()
    _printing = Printing(prepared, order)


def _one_lot(index: int, rows: tuple[Inscrit, ...]) -> Lot:
    return _printing.lot(index, rows, _printing.write)


Row = tuple[int, dict[str, Any]]  # number, values as `Printer` takes them


class Printing:
    """What one process prints with."""

    def __init__(self, prepared: Prepared, order: Order):
        self.order, self.work = order, order.sortie / WORK
        self.printer = Printer(prepared, self.work, order.polices)

    def write(self, name: str, data: bytes) -> None:
        write_whole(self.order.sortie / name, data, aside=self.work)

    def lot(self, index: int, people: Sequence[Inscrit], put: Callable[[str, bytes], object]) -> Lot:
        """`put` is given each file, name and bytes."""
        lot, ready = Lot(index, [], [], len(people)), list[Row]()
        for person in people:
            try:
                ready.append((person.numero, self.printer.values(person)))
            except RowError as error:
                lot.erreurs.append((person.numero, error.colonne, error.message))

        def wrong(numero: int, why: str) -> None:
            lot.erreurs.append((numero, "", f"formulaire impossible à produire ({why})"))

        files = self._volume(index, ready, wrong) if self.order.volume else self._each(ready, wrong)
        for name, data in files:
            put(name, data)
            lot.fichiers.append((name, hashlib.sha256(data).hexdigest(), len(data)))
        lot.erreurs.sort()
        return lot

    def _each(self, rows: list[Row], wrong: Callable[[int, str], None]) -> Iterator[tuple[str, bytes]]:
        for numero, values in rows:
            name = self._name(numero)
            try:
                made = [(f"{name}.{f}", getattr(self.printer, f)(values)) for f in self.order.formats]
            except (EngineError, ValueError, TypeError, KeyError, AttributeError) as error:
                wrong(numero, type(error).__name__)
                continue
            yield from made

    def _volume(self, index: int, rows: list[Row], wrong: Callable[[int, str], None]) -> Iterator[tuple[str, bytes]]:
        name = f"{self.order.prefixe}-volume-{index + 1:04d}"
        if "docx" in self.order.formats:
            files = ((f"{self._name(n)}.docx", self.printer.docx(v)) for n, v in rows)
            yield f"{name}.zip", assemble(files, stored=True)
        if "pdf" not in self.order.formats:
            return
        sound = [values for _, values in rows]
        try:
            made = self.printer.volume(sound)
        except EngineError:
            for numero, values in rows:  # which row prevents it?
                try:
                    self.printer.pdf(values)
                except EngineError:
                    wrong(numero, "PDF")
                    sound.remove(values)
            made = self.printer.volume(sound) if sound else b""
        if made:
            yield f"{name}.pdf", made

    def _name(self, numero: int) -> str:
        return f"{self.order.prefixe}-{numero:06d}"
