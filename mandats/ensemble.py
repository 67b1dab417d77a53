"""Several cases examined or built, in one process or in those there are: for each, what a face tells of it.

The same results in the same order, the same files, whatever the number of processes. What crosses from one to another
is small: problems, names, never a document.
"""

import gc
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from mandats import compiled
from mandats.build import build, examine
from mandats.problem import Problem
from mandats.write.pandoc import EngineError

FEW = 4  # cases for which a second process costs more than it spares
TIDY = 50  # cases after which memory is given back: they leave about a megabyte each
_treated = count(1)
STOPPED = "le processus de ce dossier s'est arrêté : la mémoire manque, ou le moteur a un défaut"


@dataclass(frozen=True)
class Order:
    """What is asked of each case. `sortie`: where each has its folder; None: it is examined, nothing is written."""

    working: Path
    final: bool = False
    registre: str | None = None
    sortie: Path | None = None
    formats: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    maison: str | None = None


@dataclass(frozen=True)
class Told:
    """What a case gave. `specimen`: its documents are not to be sent; `a_verifier`: what to check before sending."""

    cas: Path
    problems: tuple[Problem, ...]
    files: tuple[Path, ...]
    documents: tuple[str, ...]
    specimen: bool
    a_verifier: tuple[str, ...]


def treat(case: Path, order: Order) -> Told:
    """One case, here. Raises what `build` raises."""
    if next(_treated) % TIDY == 0:  # the collector is off: what cases leave behind would grow with their number
        gc.collect()
    given, files = (case, order.working), tuple[Path, ...]()
    if order.sortie is None:
        found = examine(*given, order.final, order.only, order.registre, maison=order.maison)
        problems, documents = found.problems, tuple(r.document for r in found.documents)
    else:
        out = order.sortie / case.stem
        made = build(*given, out, order.formats, order.final, order.only, order.registre, order.maison)
        problems, files, documents = made.problems, made.files, made.documents
    lines = dict.fromkeys(line for d in documents for line in d.template.header.a_verifier)
    specimen = any(d.case.specimen for d in documents[:1])
    return Told(case, problems, files, tuple(d.nom for d in documents), specimen, tuple(lines))


def treat_all(
    cases: Sequence[Path], order: Order, processus: int | None = None, cache: Path | None = None
) -> Iterator[Told | Exception]:
    """What each case gave, or the exception that stopped it, in their order.

    `processus`: how many; by default, for a few cases or more, one for each core. `cache`: the folder of `compiled.use`
    for those processes. Two cases that would write in one folder are done one after the other, here.
    """
    apart = order.sortie is None or len({case.stem.casefold() for case in cases}) == len(cases)
    several = min(_wanted(len(cases), processus), len(cases)) if apart else 1
    if several > 1:
        from mandats import processes

        _load(order)
        for done in processes.in_order(_one, cases, several, _start, (order, cache), fork=True):
            yield EngineError(STOPPED) if isinstance(done, processes.Stopped) else done
        return
    for case in cases:
        try:
            yield treat(case, order)
        except Exception as error:
            yield error


def _wanted(cases: int, processus: int | None) -> int:
    if processus or cases < FEW:
        return processus or 1
    from mandats.processes import cores  # a hundredth of a second that one case does without

    return min(cores(), cases // 2)


def _load(order: Order) -> None:
    """What each process would load for itself; no thread is started."""
    from mandats.checks.forme.regle import all_rules
    from mandats.delais.calendrier import working_calendar

    all_rules()
    working_calendar("metropole")
    if order.sortie is not None:
        import mandats.write.docx
        import mandats.write.pdf  # noqa: F401
        from mandats.readback import warm_up

        warm_up()


_order: Order  # of this process, which `_start` sets


def _start(order: Order, cache: Path | None) -> None:
    global _order
    from multiprocessing.util import Finalize

    from mandats import processes

    processes.begin()
    gc.disable()  # as a command of one case does: see `cli/startup.py`
    compiled.use(cache)
    Finalize(None, compiled.save, exitpriority=0)  # a process that was forked runs no `atexit`
    _order = order


def _one(case: Path) -> Told:
    return treat(case, _order)
