"""A form's export into the ledger: good rows enter, bad ones go to a file beside it, likely duplicates wait.

Rows are entered by batches, each one transaction, in the order of the file. A row already known, by the keyed digest
of all its values, is passed over: the same file again changes nothing, a longer export of the same form adds its new
rows, and an import killed at any moment then run again ends in the same ledger and the same file of rejects.

A likely duplicate (same mailbox; or same name and birth date) gets a number and the state `attente`: kept, not
counted, until `registre trancher` says. A homonym (same name alone) counts, and is listed. Nothing is merged, nothing
is dropped.
"""

import contextlib
import csv
import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from mandats.files import sweep, writing
from mandats.intake import mended
from mandats.load.paths import read_text
from mandats.load.yaml_places import read_yaml
from mandats.preuves import PREUVES
from mandats.registre import Refus, refusing
from mandats.registre.colonnes import Columns, Correspondance, find_columns, is_header, read_mapping
from mandats.registre.dates import proven_order
from mandats.registre.ledger import Ajout, Registre
from mandats.registre.lignes import Fault, Rules, check_row, text_of
from mandats.registre.secret import UNWRITTEN, sha256_file
from mandats.registre.tableur import Row, read_rows
from mandats.registre.textes import find_text, texts_of

BATCH = 1000
DATES = ("signe_le", "date_naissance")
EXTRA = ("ligne d'origine", "à corriger")  # the columns added to the file of rejects
MAX_KEPT = 2000  # faults kept for printing; all are in the file


@dataclass
class Imported:
    lignes: int = 0
    entrees: int = 0
    connues: int = 0
    attente: int = 0
    homonymes: int = 0
    repares: int = 0
    rejets: int = 0
    genres: Counter[str] = field(default_factory=Counter)
    fautes: list[tuple[int, Fault]] = field(default_factory=list)  # (line, fault), the first MAX_KEPT
    fichier_rejets: Path | None = None


def rules_of(
    registre: Registre, maintenant: dt.datetime, colonnes: Path | None = None, preuve: str | None = None,
    reparer: bool = False, texte: str | None = None,
) -> Rules:  # fmt: skip
    """What a row must satisfy in this campaign. `colonnes`: a YAML file that says what the columns are; `texte`: the
    text signed (its day, its hash), of rows that do not say.

    `reparer`: the operator accepts that broken texts be mended (`intake.mended`) rather than their rows refused.
    Raises UnusableInput when that file cannot be read, Refus when it says what none may.
    """
    written = read_yaml(read_text(colonnes, str(colonnes)), str(colonnes)).data if colonnes else None
    said, campagne = read_mapping(written), registre.campagne
    textes = texts_of(registre)
    chosen = find_text(textes, texte) if texte else textes[0] if len(textes) == 1 else None
    if texte and not chosen:
        raise Refus(f"--texte {texte} : le registre tient {' ; '.join(map(str, textes))}")
    return Rules(maintenant, said, campagne["age_minimum"], textes, chosen, preuve or PREUVES[0], reparer=reparer)


def preview(
    path: Path, rules: Rules, encodage: str | None = None, lines: int = 5
) -> tuple[Columns, list[tuple[int, dict[str, str], list[Fault]]]]:
    """The columns found, and (line, masked cells by column, faults) of the first rows."""
    columns, rows, rules = open_roster(path, rules, encodage)
    shown = []
    for line, cells in islice(rows, lines):
        whole = _mended(cells) if rules.reparer else cells
        masked = {name: mask(cell) for name, cell in _named(whole, columns).items()}
        shown.append((line, masked, read_person(whole, columns, rules)[2]))
    return columns, shown


def mask(text: str) -> str:
    """The shape of a value, without it; never longer than 16.

    >>> mask("zoé.7@example.org")
    'xxx.9@xxxxxxx.x…'
    """
    shape = "".join("9" if c.isdigit() else c if c in " @.-/:" else "x" for c in text[:16])
    return shape[:15] + "…" if len(text) > 16 else shape


def import_roster(
    registre: Registre, fichier: Path, rules: Rules, acteur: str, encodage: str | None = None,
    progress: Callable[[int], None] = lambda rows: None,
) -> Imported:  # fmt: skip
    """A form's export (CSV, XLSX, ODS) into the ledger; the rows refused go to `rejets-<fichier>.csv` beside it.

    `rules`: of the ledger, by `rules_of` beside this. The same file again changes nothing; `progress` is told the rows
    read so far. Raises Refus when the file cannot be read as a whole.

    """
    if next(registre.evenements("purge"), None):
        raise Refus("ce registre est purgé : plus rien n'y entre")
    bilan = Imported()
    columns, rows, rules = open_roster(fichier, rules, encodage)
    target = fichier.with_name(f"rejets-{fichier.stem}.csv")
    if fichier.match("rejets-*.csv"):  # their own rejects must not replace them as they are read
        target = fichier.with_name(f"rejets-{fichier.stem.removeprefix('rejets-')}.{sha256_file(fichier)[:8]}.csv")
    with _rejecting(target, columns.header) as reject:
        while batch := list(islice(rows, BATCH)):
            good = []
            for line, cells in batch:
                whole = _mended(cells) if rules.reparer else cells
                person, preuve, faults = read_person(whole, columns, rules)
                bilan.fautes += [(line, f) for f in faults][: MAX_KEPT - len(bilan.fautes)]
                if blocking := [f for f in faults if f.bloque]:
                    bilan.rejets += 1
                    bilan.genres.update({f.genre for f in blocking})
                    reject(line, cells, blocking)
                else:
                    bilan.repares += _named(whole, columns) != _named(cells, columns)
                    text = text_of(_named(whole, columns), rules)
                    good.append((person, preuve, text.rang if text else 1))
            _enter(registre, good, bilan, rules, acteur)
            bilan.lignes += len(batch)
            progress(bilan.lignes)
    bilan.fichier_rejets = target if bilan.rejets else None
    detail = {"fichier": sha256_file(fichier), "lignes": bilan.lignes, "rejets": bilan.rejets}
    detail |= {"repares": bilan.repares} if bilan.repares else {}
    if not any(e.detail == detail for e in registre.evenements("import")):
        registre.ajouter([Ajout("import", None, detail)], acteur, rules.maintenant)
    return bilan


def open_roster(path: Path, rules: Rules, encodage: str | None) -> tuple[Columns, Iterator[Row], Rules]:
    """The columns of a file, its rows below the titles, and the rules with what the whole file shows.

    It is read once before anything enters: a stray quote, or dates in another order, must not be met half-way. Raises
    Refus.
    """

    def start() -> tuple[Columns, Iterator[Row]]:
        rows = read_rows(path, encodage, lambda cells: is_header(cells, rules.mapping))
        # Nextcloud Forms keeps a hidden row of identifiers below its titles.
        return find_columns(rows, rules.mapping), (row for row in rows if "submission_id" not in row[1])

    columns, rows = start()
    proofs: dict[tuple[str, str], int] = {}  # (column, the only order in which one of its dates can be read) → line
    dates = [(name, columns.place[name]) for name in DATES if name in columns.place]
    code, zeros = columns.place.get("code_postal", -1), False
    for line, cells in rows:
        for name, i in dates:
            if i < len(cells) and (order := proven_order(cells[i])):
                proofs.setdefault((name, order), line)
        zeros = zeros or (0 <= code < len(cells) and cells[code].strip().startswith("0"))
    for name, i in dates:
        _judge_order(name, i, {order: n for (column, order), n in proofs.items() if column == name}, rules.mapping)
    return (*start(), replace(rules, zero_perdu=not zeros))


def _judge_order(name: str, index: int, proofs: dict[str, int], mapping: Correspondance) -> None:
    """Raises Refus when a column proves that its dates are not in the order they would be read in."""
    said = mapping.order(name)
    wrong = {order: line for order, line in proofs.items() if order != (said or "jma")}
    if not wrong or (said and said in proofs):  # said: what does not follow it is refused row by row
        return
    (order, line), words = wrong.popitem(), {"jma": "jour avant mois", "mja": "mois avant jour"}
    setting = order if isinstance(mapping.dates, str) and name == DATES[0] else f"{{{name}: {order}}}"
    told = f"la date de la ligne {line} ne se lit que {words[order]}"
    if len(proofs) > 1:
        told += f", celle de la ligne {proofs['jma']} que {words['jma']} ; dites l'ordre voulu, le reste sera rejeté"
    where = f"colonne n° {index + 1} ({name})"
    raise Refus(f"{where} : {told}. Dans un fichier, par --colonnes colonnes.yaml : « dates: {setting} »")


def read_person(cells: list[str], columns: Columns, rules: Rules) -> tuple[dict[str, str], str, list[Fault]]:
    """`check_row`, of a row that may have lost its columns."""
    person, preuve, faults = check_row(_named(cells, columns), rules)
    if any(c.strip() for c in cells[len(columns.header) :]):
        faults.append(Fault("ligne", "decalage", "plus de cellules que de titres : un séparateur de trop"))
    return person, preuve, faults


def _named(cells: list[str], columns: Columns) -> dict[str, str]:
    return {name: cells[i] if i < len(cells) else "" for name, i in columns.place.items()}


def _mended(cells: list[str]) -> list[str]:
    return [mended(cell) for cell in cells]


def _enter(
    registre: Registre, good: list[tuple[dict[str, str], str, int]], bilan: Imported, rules: Rules, acteur: str
) -> None:
    """One batch, in one transaction; look-ups are made inside it: two imports at once cannot enter one person twice."""
    prepared = [(*one, registre.lookups(one[0])) for one in good]
    with registre.transaction():
        known = {d for d, _ in registre.store.find("ligne", (c["ligne"] for *_, c in prepared))}
        near: dict[str, dict[bytes, int]] = {"courriel": {}, "personne": {}, "homonyme": {}}
        for column in near:
            for digest, numero in registre.store.find(column, {c[column] for *_, c in prepared if column in c}):
                near[column].setdefault(digest, numero)
        numero, ajouts = registre.last_numero(), []
        for person, preuve, texte, cherche in prepared:
            if cherche["ligne"] in known:
                bilan.connues += 1
                continue
            numero += 1
            like = {c: near[c][d] for c, d in cherche.items() if c in near and d in near[c]}
            alike = {c: n for c, n in like.items() if c != "homonyme"}
            detail: dict[str, object] = {"preuve": preuve} | ({"texte": texte} if texte > 1 else {})
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
            registre.ajouter(ajouts, acteur, rules.maintenant)


@contextlib.contextmanager
def _rejecting(path: Path, header: list[str]) -> Iterator[Callable[[int, list[str], list[Fault]], None]]:
    """What takes the rows refused, as they were, with their line and what to mend; mode 0600, whole or absent.

    The file holds personal data in clear, as the export beside it does. Without a row, no file.
    """
    sweep(path)
    keep = [i for i, name in enumerate(header) if name not in EXTRA]
    unwritten = UNWRITTEN.format(path)
    # Last, a full disk; or another import of the same file swept it.
    entered = f"{unwritten} ; les bonnes lignes sont entrées : relancez le même import"
    with refusing(entered, OSError), contextlib.ExitStack() as stack:

        @cache
        def table() -> Any:
            with refusing(unwritten, OSError):
                file = stack.enter_context(writing(path, private=True, encoding="utf-8-sig"))
            out = csv.writer(file, delimiter=";")
            out.writerow([*EXTRA, *(header[i] for i in keep)])
            return out

        def add(line: int, cells: list[str], faults: list[Fault]) -> None:
            why = " ; ".join(f"{f.colonne} : {f.phrase}" for f in faults)
            with refusing(f"{unwritten} : relancez le même import", OSError):
                kept = [cells[i] if i < len(cells) else "" for i in keep]
                table().writerow([line, why, *kept, *cells[len(header) :]])

        yield add


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
