"""The folder of a run: its manifest, the journal of its lots, its working files. Whole files only, after any stop.

A file is written aside and renamed; a lot whose files all stand is one line of the journal. Stopped at any point, even
by `kill -9`, the run does again the lots that have no line, and those whose files no longer have the size that was
written. A run that is finished follows its list: of another instant, what changed is printed or removed and nothing
else; the folder is then what a run at that instant would have made.
"""

import contextlib
import json
import os
import shutil
import stat
from collections.abc import Container, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from mandats.files import write_whole
from mandats.problem import refusal
from mandats.tables import read_table

MANIFEST, SUMS, ERRORS, WORK = "publipostage.json", "empreintes.txt", "erreurs.csv", ".publipostage"
JOURNAL, LOCK = "journal.jsonl", "verrou"
LIST = {"instant", "nombre", "empreinte"}  # what may change from one run to the next


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
        self.journal, self.depuis = self.work / JOURNAL, ""  # the instant of the list that the folder holds already

    def begin(self, follow: bool = False) -> bool:
        """Whether this very run is finished already; `follow`: what it holds may be the same ledger's list, earlier or
        later. Raises UnusableInput when the folder holds something else.
        """
        path = self.out / MANIFEST
        found: dict[str, Any] = {}
        if path.is_file():
            found = read_manifest(self.out)
            told = read_table(Path(__file__).with_name("textes.yaml"))["change"]
            changed = [k for k, value in self.manifest.items() if found.get(k) != value and k != "tete"]
            if changed and follow and found.get("termine") and {*changed} <= LIST:
                found = {"depuis": found["instant"]}
                self._write_manifest(found)
            elif changed:
                what = " ; ".join(told.get(k, k) for k in changed)
                raise refusal("publipostage-autre", str(path), f"{what} : donnez un autre dossier à --sortie")
        elif self.out.is_dir() and any(p.name != WORK for p in self.out.iterdir()):
            told = "le dossier n'est pas vide : donnez-en un autre à --sortie"
            raise refusal("publipostage-dossier", str(self.out), told)
        if found.get("termine"):
            shutil.rmtree(self.work, ignore_errors=True)  # a kill may have come as it was being removed
            return True
        for folder in (self.out, self.work):  # their owner's only, even if they were there: they hold a list of people
            folder.mkdir(parents=True, mode=0o700, exist_ok=True)
            folder.chmod(0o700)
        if not found:
            self._write_manifest({})
        self.depuis = str(found.get("depuis", ""))
        return False

    def _write_manifest(self, more: dict[str, str], finished: bool = False) -> None:
        data = json.dumps({**self.manifest, **more, "termine": finished}, indent=2, ensure_ascii=False) + "\n"
        self.work.mkdir(mode=0o700, exist_ok=True)
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
                if lot and all(_stands(f"{self.out}/{name}", size) for name, _, size in lot.fichiers):
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

    def finish(self, changed: Container[int] = ()) -> tuple[tuple[int, int, int], set[int]]:
        """(files, forms, faults) that were printed, once the sums and the faults are written and the work removed; and
        the numbers whose forms were removed.

        `changed`: of a list that is followed, the numbers whose forms are to be printed again or removed.
        """
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
        gone = self._keep_the_rest(changed) if self.depuis else set[int]()
        os.replace(self.work / SUMS, self.out / SUMS)
        if (self.work / ERRORS).read_text("utf-8-sig").count("\n") > 1:
            os.replace(self.work / ERRORS, self.out / ERRORS)
        else:
            (self.out / ERRORS).unlink(missing_ok=True)
        self._write_manifest({}, finished=True)
        shutil.rmtree(self.work, ignore_errors=True)
        return (files, total - errors, errors), gone

    def _keep_the_rest(self, changed: Container[int]) -> set[int]:
        """To the sums and faults of what was printed, add those of the forms that stand; the numbers of the others,
        which are removed. Volumes are all printed again.
        """
        sums, gone = (self.work / SUMS).read_text("utf-8").splitlines(keepends=True), set[int]()
        mine, told = {line.split()[1] for line in sums}, self.out / ERRORS
        for line in (self.out / SUMS).read_text("utf-8").splitlines(keepends=True):
            path = self.out / line.split()[1]
            numero = int(path.stem.rpartition("-")[2])
            if path.name in mine or not path.is_file():
                continue
            if self.manifest["volume"] or numero in changed:
                path.unlink()
                gone.add(numero)
            else:
                sums.append(line)
        sums.sort(key=lambda line: line.split()[1].partition(".")[0])
        (self.work / SUMS).write_text("".join(sums), "utf-8")
        head, *wrong = (self.work / ERRORS).read_text("utf-8-sig").splitlines(keepends=True)
        for line in told.read_text("utf-8-sig").splitlines(keepends=True)[1:] if told.is_file() else ():
            wrong += [line] if int(line.partition(";")[0]) not in changed and not self.manifest["volume"] else []
        wrong.sort(key=lambda line: int(line.partition(";")[0]))
        (self.work / ERRORS).write_text("".join((head, *dict.fromkeys(wrong))), "utf-8-sig")
        return gone


def read_manifest(out: Path) -> dict[str, Any]:
    """What a run's folder says of itself; nothing when it holds none."""
    with contextlib.suppress(OSError, ValueError):
        return dict(json.loads((out / MANIFEST).read_text("utf-8")))
    return {}


def _stands(file: str, size: int) -> bool:
    with contextlib.suppress(OSError):
        found = os.stat(file)
        return stat.S_ISREG(found.st_mode) and found.st_size == size
    return False


def _read(line: bytes) -> Lot | None:
    try:
        return Lot(*json.loads(line))
    except ValueError:
        return None  # cut short by a kill: the lot is done again
