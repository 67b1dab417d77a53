"""What prints on another machine: a process like those of this one, which Dask hands lots to without knowing what.

Takes a form and lots as bytes; gives lots and their files as bytes, or writes them where all see them. Raises nothing:
of what goes wrong it tells the kind. Leaves Dask to `grappe`: a process does without all that it imports.
"""

from __future__ import annotations

import hashlib
import pickle
import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import mandats
from mandats.files import digest
from mandats.processes import begin
from mandats.publiposter import partage
from mandats.publiposter.dossier import WORK
from mandats.registre import Refus
from mandats.registre.personne import Inscrit
from mandats.tables import read_table

if TYPE_CHECKING:
    from mandats.publiposter.job import Printing

SAYS: dict[str, str] = read_table(Path(__file__).with_name("grappe.yaml"))["messages"]
TOKEN = "temoin"  # what is read of the shared folder, to know that it is the driver's
NOBODY = Inscrit(
    1, "00000-00000", "Éloïse", "Spécimen Ωж漢🦄", "specimen@example.org", "1990-01-31", "1, rue de l'Œuvre", "75001",
    "Paris", "France", "2022-05-24T10:00:00Z", "case-horodatee", "donne",
)  # fmt: skip

_given: tuple[bytes, Path]  # the form with the order, pickled; the folder of this machine


def start(form: bytes, folder: Path) -> None:
    global _given
    begin()
    _given = form, folder


@cache
def _printing() -> Printing:
    from mandats.publiposter.job import Printing  # Dask's own worker imports this module, and prints nothing

    (prepared, order, page), folder = pickle.loads(_given[0]), _given[1]
    (folder / "page.typ").write_bytes(page)
    return Printing(replace(prepared, page=folder / "page.typ"), replace(order, sortie=folder))


def marks(printing: Callable[[], Printing]) -> Iterator[tuple[str, str]]:
    """What must be the same on all machines, the most telling first: one is looked at when those before are alike."""
    yield "mandats", mandats.__version__
    yield "Python", ".".join(map(str, sys.version_info[:2]))
    yield from ((name, version(name)) for name in ("typst", "jinja2", "distributed"))
    yield "zlib", zlib.ZLIB_RUNTIME_VERSION
    root = Path(mandats.__file__).parent
    own = (p for kind in ("*.py", "*.typ", "*.yaml") for p in root.rglob(kind) if "contenu" not in p.parts)
    yield "programme", _digest(own, root)
    made = printing()
    for folder in made.order.polices:
        yield f"polices de {folder}", _digest((p for p in folder.rglob("*") if p.is_file()), folder)
    if made.order.partage:
        with partage.opened(made.order.partage) as (read, _):
            yield "dossier partagé", read(f"{WORK}/{TOKEN}").decode()
    yield "formulaire", made.printer.prepared.empreinte
    values = made.printer.values(NOBODY)
    try:
        proof = b"".join(getattr(made.printer, kind)(values) for kind in made.order.formats)
    except Exception as error:
        proof = type(error).__name__.encode()
    yield "page d'essai", digest(proof)


def _digest(files: Iterator[Path], root: Path) -> str:
    seen = hashlib.sha256()
    for name, path in sorted((p.relative_to(root).as_posix(), p) for p in files):
        seen.update(f"{name}\0{digest(path)}\0".encode())
    return seen.hexdigest()


def differing(expected: Sequence[tuple[str, str]]) -> str:
    """What is not as the driver has it, on one line; nothing when all is."""
    try:
        for (name, found), (_, wanted) in zip(marks(_printing), expected, strict=True):
            if found != wanted:
                return SAYS["differe"].format(name, found[:12], wanted[:12])
    except Refus as refused:
        return str(refused)
    except BaseException as error:
        return SAYS["essai"].format(type(error).__name__)
    return ""


def print_sealed(lot: bytes) -> bytes:
    """The lot and its files, pickled; of what goes wrong, the kind alone."""
    try:
        printing, made = _printing(), list[tuple[str, bytes]]()
        index, people = pickle.loads(lot)
        if not printing.order.partage:
            return pickle.dumps((printing.lot(index, people, lambda *file: made.append(file)), made))
        with partage.opened(printing.order.partage) as (_, put):
            return pickle.dumps((printing.lot(index, people, put), made))
    except Refus as refused:  # it holds no one's data
        return pickle.dumps(str(refused))
    except BaseException as error:
        return pickle.dumps(type(error).__name__)
