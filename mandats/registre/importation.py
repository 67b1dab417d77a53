"""A form's export into the ledger: good rows enter, bad ones go to a file beside it, likely duplicates wait.

Rows are entered by batches, each one transaction, in the order of the file. A row already known, by the keyed digest
of all its values, is passed over: the same file again changes nothing, a longer export of the same form adds its new
rows, and an import killed at any moment then run again ends in the same ledger and the same file of rejects.

A likely duplicate (same mailbox; or same name and birth date) gets a number and the state `attente`: kept, not
counted, until `registre trancher` says. A homonym (same name alone) counts, and is listed. Nothing is merged, nothing
is dropped.
"""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, Any

from mandats.files import sweep, writing
from mandats.load.paths import read_text
from mandats.load.yaml_places import read_yaml
from mandats.preuves import PREUVES
from mandats.problem import UnusableInput
from mandats.registre import Refus
from mandats.registre.colonnes import Columns, Correspondance, find_columns, read_mapping
from mandats.registre.ledger import Ajout, Registre
from mandats.registre.lignes import Fault, Rules, check_row
from mandats.registre.secret import sha256_file
from mandats.registre.tableur import read_rows

BATCH = 1000
EXTRA = ("ligne d'origine", "à corriger")  # the columns added to the file of rejects
MAX_KEPT = 2000  # faults kept for printing; all are in the file


@dataclass
class Imported:
    lignes: int = 0
    entrees: int = 0
    connues: int = 0
    attente: int = 0
    homonymes: int = 0
    rejets: int = 0
    genres: Counter[str] = field(default_factory=Counter)
    fautes: list[tuple[int, Fault]] = field(default_factory=list)  # (line, fault), the first MAX_KEPT
    fichier_rejets: Path | None = None


def rules_of(
    registre: Registre, maintenant: dt.datetime, colonnes: Path | None = None, preuve: str | None = None
) -> Rules:
    """What a row must satisfy in this campaign. `colonnes`: a YAML file that says what the columns are.

    Raises Refus when that file cannot be read.
    """
    said = Correspondance()
    if colonnes:
        try:
            said = read_mapping(read_yaml(read_text(colonnes, str(colonnes)), str(colonnes)).data)
        except UnusableInput as error:
            raise Refus(str(error)) from None
    campagne = registre.campagne
    return Rules(maintenant, said, campagne["age_minimum"], campagne["texte"], preuve or PREUVES[0])


def preview(
    path: Path, rules: Rules, encodage: str | None = None, lines: int = 5
) -> tuple[Columns, list[tuple[int, dict[str, str], list[Fault]]]]:
    """The columns found, and (line, masked cells by column, faults) of the first rows."""
    rows = read_rows(path, encodage)
    columns = find_columns(rows, rules.mapping)
    shown = []
    for line, cells in islice(rows, lines):
        named = _named(cells, columns)
        shown.append((line, {k: mask(v) for k, v in named.items()}, check_row(named, rules)[2]))
    return columns, shown


def mask(text: str) -> str:
    """The shape of a value, without it; never longer than 16.

    >>> mask("zoé.7@example.org")
    'xxx.9@xxxxxxx.x…'
    """
    shape = "".join("9" if c.isdigit() else c if c in " @.-/:" else "x" for c in text[:16])
    return shape[:15] + "…" if len(text) > 16 else shape


def import_file(
    registre: Registre,
    path: Path,
    rules: Rules,
    acteur: str,
    encodage: str | None = None,
    progress: Callable[[int], None] = lambda n: None,
) -> Imported:
    """Enter a file; `progress` is told the rows read so far. Raises Refus when it cannot be read as a whole."""
    registre.refuse_closed()
    rows, bilan = read_rows(path, encodage), Imported()
    columns = find_columns(rows, rules.mapping)
    target = path.with_name(f"rejets-{path.stem}.csv")
    if (
        path.name.startswith("rejets-") and path.suffix == ".csv"
    ):  # their own rejects must not replace them as they are read
        target = path.with_name(f"rejets-{path.stem.removeprefix('rejets-')}.{sha256_file(path)[:8]}.csv")
    with Rejects(target, columns) as rejects:
        while batch := list(islice(rows, BATCH)):
            good = []
            for line, cells in batch:
                person, preuve, faults = check_row(_named(cells, columns), rules)
                if faults:
                    _reject(bilan, rejects, line, cells, faults)
                else:
                    good.append((person, preuve))
            _enter(registre, good, bilan, rules, acteur)
            bilan.lignes += len(batch)
            progress(bilan.lignes)
    bilan.fichier_rejets = target if bilan.rejets else None
    detail = {"fichier": sha256_file(path), "lignes": bilan.lignes, "rejets": bilan.rejets}
    if not any(e.detail == detail for e in registre.evenements("import")):
        registre.ajouter([Ajout("import", None, detail)], acteur, rules.maintenant)
    return bilan


def import_roster(
    registre: Registre,
    fichier: Path,
    acteur: str,
    maintenant: dt.datetime,
    colonnes: Path | None = None,
    preuve: str | None = None,
    encodage: str | None = None,
    progress: Callable[[int], None] = lambda rows: None,
) -> Imported:
    """A form's export (CSV, XLSX, ODS) into the ledger; the rows refused go to `rejets-<fichier>.csv` beside it.

    `colonnes`: a YAML file that says what the columns are, when their titles do not; `preuve`: of these mandates, when
    no column says it. The same file again changes nothing; `progress` is told the rows read. Raises Refus when the
    file cannot be read as a whole.

    >>> import datetime, tempfile
    >>> from mandats import open_ledger
    >>> from mandats.registre.ledger import create_ledger
    >>> from mandats.registre.secret import key_at
    >>> now, facts = datetime.datetime(2030, 3, 4, tzinfo=datetime.UTC), {"campagne": "essai", "texte": ""}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     place, file, rows = f"{folder}/essai.registre", Path(folder, "essai.cle"), Path(folder, "essai.csv")
    ...     row = "A;Exemple;a@exemple.org;1980-01-01;75002;oui;2030-03-01"
    ...     _ = rows.write_text(f"prénom;nom;courriel;naissance;code postal;mandat;date\\n{row}\\n", "utf-8")
    ...     key, made = key_at(file, lambda new: None)
    ...     create_ledger(place, key, facts | {"conservation": "2031-03-04", "age_minimum": 18}, "A. Exemple", now)
    ...     done = import_roster(open_ledger(place, file), rows, "A. Exemple", now)
    >>> done.lignes, done.entrees, [fault.colonne for line, fault in done.fautes]
    (1, 1, [])
    """
    rules = rules_of(registre, maintenant, colonnes, preuve)
    return import_file(registre, fichier, rules, acteur, encodage, progress)


def _named(cells: list[str], columns: Columns) -> dict[str, str]:
    return {name: cells[i] if i < len(cells) else "" for name, i in columns.place.items()}


def _reject(bilan: Imported, rejects: Rejects, line: int, cells: list[str], faults: list[Fault]) -> None:
    bilan.rejets += 1
    bilan.genres.update({f.genre for f in faults})
    bilan.fautes += [(line, f) for f in faults][: MAX_KEPT - len(bilan.fautes)]
    rejects.add(line, cells, faults)


def _enter(
    registre: Registre, good: list[tuple[dict[str, str], str]], bilan: Imported, rules: Rules, acteur: str
) -> None:
    """One batch, in one transaction; look-ups are made inside it: two imports at once cannot enter one person twice."""
    prepared = [(person, preuve, registre.lookups(person)) for person, preuve in good]
    with registre.store.transaction():
        known = {d for d, _ in registre.store.find("ligne", (c["ligne"] for _, _, c in prepared))}
        near: dict[str, dict[bytes, int]] = {}
        for column in ("courriel", "personne", "homonyme"):
            near[column] = {}
            for digest, numero in registre.store.find(column, {c[column] for _, _, c in prepared if column in c}):
                near[column].setdefault(digest, numero)
        numero, ajouts = registre.last_numero(), []
        for person, preuve, cherche in prepared:
            if cherche["ligne"] in known:
                bilan.connues += 1
                continue
            numero += 1
            like = {c: near[c][d] for c, d in cherche.items() if c in near and d in near[c]}
            alike = {c: n for c, n in like.items() if c != "homonyme"}
            detail: dict[str, object] = {"preuve": preuve}
            if alike:
                detail |= {"proche": sorted(set(alike.values())), "motif": sorted(alike)}
                bilan.attente += 1
            elif like:
                detail["homonyme"] = like["homonyme"]
                bilan.homonymes += 1
            ajouts.append(Ajout("attente" if alike else "inscription", numero, detail, {"personne": person}, cherche))
            known.add(cherche["ligne"])
            for column, found in near.items():
                if column in cherche:
                    found.setdefault(cherche[column], numero)
            bilan.entrees += not alike
        if ajouts:
            registre._append(ajouts, acteur, rules.maintenant)


class Rejects:
    """The rows refused, as they were, with their line and what to mend; mode 0600, whole or absent.

    It holds personal data in clear, as the export beside it does, and lives beside it. Without a row, no file.
    """

    def __init__(self, path: Path, columns: Columns):
        self.path, self._header = path, columns.header
        self._keep = [i for i, name in enumerate(columns.header) if name not in EXTRA]
        self._stack = contextlib.ExitStack()
        self._file: IO[str] | None = None

    def __enter__(self) -> Rejects:
        sweep(self.path)
        return self

    def _write(self, first: Sequence[str], cells: list[str]) -> None:
        if self._file is None:
            with _told(self.path):
                self._file = self._stack.enter_context(writing(self.path, private=True, encoding="utf-8-sig"))
            self._write(EXTRA, self._header)
        row = [*first, *(cells[i] if i < len(cells) else "" for i in self._keep)]
        with _told(self.path, " : relancez le même import"):
            csv.writer(self._file, delimiter=";").writerow(row)

    def add(self, line: int, cells: list[str], faults: list[Fault]) -> None:
        self._write([str(line), " ; ".join(f"{f.colonne} : {f.phrase}" for f in faults)], cells)

    def __exit__(self, *error: Any) -> None:
        # A full disk; or another import of the same file swept it.
        with _told(self.path, " ; les bonnes lignes sont entrées : relancez le même import"):
            self._stack.__exit__(*error)


@contextlib.contextmanager
def _told(path: Path, more: str = "") -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Refus(f"{path} : écriture impossible ({error.strerror}){more}") from None


def doubtful(registre: Registre) -> Iterator[tuple[int, list[int], list[str]]]:
    """(number, numbers it resembles, by what) of each mandate waiting for a decision."""
    waiting = {n for n, state in registre.etats() if state.etat == "attente"}
    for event in registre.evenements("attente"):
        if event.numero in waiting:
            yield event.numero, event.detail["proche"], event.detail["motif"]


def homonyms(registre: Registre) -> Iterator[tuple[int, int]]:
    """(number, an earlier number of the same name) of each counted mandate that has a namesake."""
    for event in registre.evenements("inscription"):
        if event.numero and "homonyme" in event.detail:
            yield event.numero, event.detail["homonyme"]
