"""The folder of a run: its manifest, the journal of its lots, its working files. Whole files only, after any stop.

A file is written aside and renamed; a lot whose files all stand is one line of the journal. Stopped at any point, even
by `kill -9`, the run does again the lots that have no line, and those whose files no longer have the size that was
written.
"""

import contextlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from mandats.files import write_whole
from mandats.problem import refusal
from mandats.tables import read_table

MANIFEST, SUMS, ERRORS, WORK = "publipostage.json", "empreintes.txt", "erreurs.csv", ".publipostage"
JOURNAL, LOCK = "journal.jsonl", "verrou"


class Lot(NamedTuple):
    """What a line of the journal holds."""

    numero: int  # from 0
    fichiers: list[tuple[str, str, int]]  # name, SHA-256, size in bytes
    erreurs: list[tuple[int, str, str]]  # number, column, why
    rangs: int


class Folder:
    """`manifest`: what names the run; a folder holds one run only."""

    def __init__(self, out: Path, manifest: dict[str, Any]):
        self.out, self.manifest, self.work = out, manifest, out / WORK
        self.journal = self.work / JOURNAL

    def begin(self) -> bool:
        """Whether this very run is finished already. Raises UnusableInput when the folder holds something else."""
        path = self.out / MANIFEST
        found: dict[str, Any] = {}
        if path.is_file():
            with contextlib.suppress(ValueError):
                found = json.loads(path.read_text("utf-8"))
            told = read_table(Path(__file__).with_name("textes.yaml"))["change"]
            changed = [told.get(k, k) for k, value in self.manifest.items() if found.get(k) != value]
            if changed:
                what = " ; ".join(changed)
                raise refusal("publipostage-autre", str(path), f"{what} : donnez un autre dossier à --sortie")
        elif self.out.is_dir() and any(p.name != WORK for p in self.out.iterdir()):
            raise refusal(
                "publipostage-dossier", str(self.out), "le dossier n'est pas vide : donnez-en un autre à --sortie"
            )
        if found.get("termine"):
            shutil.rmtree(self.work, ignore_errors=True)  # a kill may have come as it was being removed
            return True
        for folder in (self.out, self.work):  # their owner's only, even if they were there: they hold a list of people
            folder.mkdir(parents=True, mode=0o700, exist_ok=True)
            folder.chmod(0o700)
        if not found:
            self._write_manifest(False)
        return False

    def _write_manifest(self, finished: bool) -> None:
        data = json.dumps({**self.manifest, "termine": finished}, indent=2, ensure_ascii=False) + "\n"
        write_whole(self.out / MANIFEST, data.encode(), aside=self.work)

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """One run at a time; what a killed one left aside (half-written files, blank forms) is removed."""
        with (self.work / LOCK).open("w") as lock:
            with contextlib.suppress(ImportError):  # Windows: no lock; two runs would write the same bytes
                import fcntl

                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError:
                    raise refusal("publipostage-occupe", str(self.out), "un autre publipostage y travaille") from None
            for path in self.work.iterdir():
                if path.is_dir():
                    shutil.rmtree(path, ignore_errors=True)
                elif path.name not in (JOURNAL, LOCK):
                    path.unlink(missing_ok=True)
            yield

    def done(self) -> dict[int, tuple[int, int]]:
        """(place of its line, rows) of each lot that is done: its files stand, with the size that was written."""
        found, place = dict[int, tuple[int, int]](), 0
        with contextlib.suppress(FileNotFoundError), self.journal.open("rb") as journal:
            for line in journal:
                lot = _read(line)
                if lot and all(
                    (self.out / name).is_file() and (self.out / name).stat().st_size == size
                    for name, _, size in lot.fichiers
                ):
                    found[lot.numero] = place, lot.rangs
                place += len(line)
        return found

    def note(self, lots: Iterator[Lot]) -> Iterator[Lot]:
        """Each lot, once its line is in the journal."""
        with self.journal.open("a", encoding="utf-8") as journal:
            journal.write("\n")  # a line cut short by a kill must not swallow the next
            for lot in lots:
                journal.write(json.dumps(lot) + "\n")
                journal.flush()
                yield lot

    def finish(self) -> tuple[int, int, int]:
        """(files, forms, faults) of the whole run, once the sums and the faults are written and the work removed."""
        files = errors = total = 0
        with (
            (self.work / SUMS).open("w", encoding="utf-8", newline="\n") as sums,
            (self.work / ERRORS).open("w", encoding="utf-8-sig", newline="\n") as wrong,
            self.journal.open("rb") as journal,
        ):
            wrong.write("numero;colonne;motif\n")
            for _, (place, _) in sorted(self.done().items()):  # one line in memory at a time
                journal.seek(place)
                lot = Lot(*json.loads(journal.readline()))
                sums.writelines(f"{digest}  {name}\n" for name, digest, _ in lot.fichiers)
                wrong.writelines(f"{n};{column};{why}\n" for n, column, why in lot.erreurs)
                files, errors, total = files + len(lot.fichiers), errors + len(lot.erreurs), total + lot.rangs
        os.replace(self.work / SUMS, self.out / SUMS)
        if errors:
            os.replace(self.work / ERRORS, self.out / ERRORS)
        self._write_manifest(True)
        shutil.rmtree(self.work, ignore_errors=True)
        return files, total - errors, errors


def _read(line: bytes) -> Lot | None:
    try:
        return Lot(*json.loads(line))
    except ValueError:
        return None  # cut short by a kill: the lot is done again
