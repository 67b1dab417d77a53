"""Lists of people as tools, spreadsheets and hands damage them: nobody merged, lost or changed without a word."""

import csv
import datetime as dt
import io
import os
import random
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

from mandats.registre import Refus
from mandats.registre.colonnes import Correspondance, read_mapping
from mandats.registre.importation import open_roster, read_person
from mandats.registre.lignes import Fault, Rules
from mandats.words import MONTHS
from tests import roster
from tests.hostile import ONE_LINE, RIGHT, Attempt, Outcome, wrong

NOW = dt.datetime(2026, 11, 22, 8, tzinfo=dt.UTC)
NAMES = {
    "prenom": "Prénom", "nom": "Nom", "courriel": "Courriel", "date_naissance": "Date de naissance",
    "code_postal": "Code postal", "commune": "Commune", "pays": "Pays", "signe_le": "Horodatage",
    "mandat": "Je donne mandat",
}  # fmt: skip
KEPT = ("prenom", "nom", "courriel", "date_naissance", "code_postal", "commune", "pays")
ZONES = ("heure normale d’Europe centrale", "heure d’été d’Europe centrale", "UTC+1", "")


def read_people(path: Path, said: dict | None = None) -> tuple[list[dict[str, str]], list[tuple[int, Fault]]]:
    """Who would enter from a file, and what is said of its lines. Raises Refus."""
    columns, rows, rules = open_roster(path, Rules(NOW, read_mapping(said) if said else Correspondance()), None)
    people, told = [], []
    for line, cells in rows:
        person, _, faults = read_person(cells, columns, rules)
        people += [] if any(f.bloque for f in faults) else [person]
        told += [(line, fault) for fault in faults]
    return people, told


def draw_people(rng: random.Random, n: int) -> list[dict[str, str]]:
    """Fake ones, without names that break programs: other themes have them."""
    ranks = [i for i in rng.sample(range(20_000), n + n) if i % 211 != 7][:n]
    return [roster.person(i) | {"mandat": "Oui"} for i in ranks]


def write_csv(path: Path, rows: list[list[str]], rng: random.Random, quoting: int = csv.QUOTE_MINIMAL) -> str:
    """The delimiter drawn."""
    delimiter, encoding = rng.choice(";,\t|"), rng.choice(("utf-8", "utf-8-sig", "utf-16"))
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter, quoting=quoting, lineterminator=rng.choice(("\n", "\r\n"))).writerows(
            rows
        )
    return delimiter


def table(people: list[dict[str, str]]) -> list[list[str]]:
    return [list(NAMES.values()), *([p[f] for f in NAMES] for p in people)]


def same(people: list[dict[str, str]], wanted: list[dict[str, str]]) -> bool:
    return [[p[f] for f in KEPT] for p in people] == [[" ".join(p[f].split()) for f in KEPT] for p in wanted]


def stray_quotes(rng: random.Random, folder: Path) -> Outcome:
    """Quotes typed by hand: at the head of a cell they must stop the import at their line; elsewhere they are text."""
    people, delimiter = draw_people(rng, rng.randint(3, 12)), rng.choice(";,\t|")
    rows = [[c.replace(delimiter, " ").replace('"', "") for c in row] for row in table(people)]
    opened = []
    for rank in rng.sample(range(1, len(rows)), rng.randint(1, min(4, len(rows) - 1))):
        i = rng.choice((0, 1, 5))
        rows[rank][i] = {"head": f'"{rows[rank][i]}', "tail": f'{rows[rank][i]}"', "middle": f'{rows[rank][i]}"x'}[
            where := rng.choice(("head", "head", "tail", "middle"))
        ]
        opened += [rank + 1] if where == "head" else []
    path = folder / "export.csv"
    path.write_text("".join(delimiter.join(row) + "\n" for row in rows), "utf-8")
    try:
        found, faults = read_people(path)
    except Refus as error:
        return ONE_LINE if any(f"ligne {line} " in str(error) for line in opened) else wrong(f"{error}\n{opened}")
    wanted = [dict(zip(NAMES, row, strict=True)) for row in rows[1:]]
    if opened or faults or not same(found, wanted):
        return wrong(f"opened at {opened}, {len(found)} of {len(wanted)} entered, {faults}\n{path.read_text('utf-8')}")
    return RIGHT


def quoted_lines(rng: random.Random, folder: Path) -> Outcome:
    """Cells of several lines, delimiters and doubled quotes, as tools write them: read to the letter."""
    people = draw_people(rng, rng.randint(2, 10))
    for person in people:
        for field in rng.sample(("prenom", "nom", "commune"), rng.randint(0, 2)):
            person[field] = rng.choice(("{}\n(bis)", '"{}"', "{}; {}", "{}, {}\n\n", "{}\t{}", '{} ""')).replace(
                "{}", person[field]
            )
    write_csv(folder / "export.csv", table(people), rng, rng.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL)))
    found, faults = read_people(folder / "export.csv")
    return RIGHT if same(found, people) and not faults else wrong(f"{faults}\n{people}")


def shifted(rng: random.Random, folder: Path) -> Outcome:
    """A row with a cell too many: refused by its line, never read one column aside."""
    people = draw_people(rng, 6)
    rows = table(people)
    rank = rng.randint(1, 6)
    rows[rank].insert(rng.randrange(len(NAMES)), "x")
    write_csv(folder / "export.csv", rows, rng)
    found, faults = read_people(folder / "export.csv")
    others = [p for i, p in enumerate(people, 1) if i != rank]
    told = {line for line, _ in faults} == {rank + 1} and "decalage" in {fault.genre for _, fault in faults}
    return ONE_LINE if told and same(found, others) else wrong(f"{rank + 1}: {faults}")


def dates(rng: random.Random, folder: Path) -> Outcome:
    """Days in any writing: read right, or stopped with the order to give; with that order, right."""
    people, order, style = draw_people(rng, rng.randint(3, 9)), rng.choice(("jma", "mja")), rng.randrange(7)
    days = [dt.date(2026, rng.randint(1, 9), rng.randint(1, 28)) for _ in people]
    days[rng.randrange(len(days))] = dt.date(2026, rng.randint(1, 9), rng.randint(13, 28))  # proves the order
    hour = rng.choice(("", " 13:39", " 1:39 PM", "T13:39:50", " - 13:39", " à 13h39", " 13:39:50.120"))

    def write(day: dt.date) -> str:
        first, second = (day.day, day.month) if order == "jma" else (day.month, day.day)
        separator, year = rng.choice("/.-"), day.year if style == 0 else day.year % 100
        return (
            f"{first}{separator}{second:02}{separator}{year}{hour}" if style < 2
            else f"{day}T13:39:50{rng.choice(('Z', '+01:00', '-0500', '.000+02:00'))}" if style == 2
            else f"{rng.choice(('lundi ', '', 'dim. '))}{day.day} {MONTHS[day.month - 1]} {day.year} à 13:39:50 "
            f"{rng.choice(ZONES)}" if style == 3
            else f"{day:%Y/%m/%d} 1:39:50 PM {rng.choice(('UTC+1', 'GMT+5:30', 'UTC−3', ''))}" if style == 4
            else str((day - dt.date(1899, 12, 30)).days) + rng.choice(("", ".569", ",25")) if style == 5
            else f"{day:%B} {day.day}, {day.year} at 1:39:50 PM GMT+1"
        )  # fmt: skip

    for person, day in zip(people, days, strict=True):
        person["signe_le"] = write(day)
    write_csv(folder / "export.csv", table(people), rng)
    said, outcome = None, RIGHT
    try:
        found, faults = read_people(folder / "export.csv")
    except Refus as error:
        if style > 1 or order == "jma" or "« dates: mja »" not in str(error):
            return wrong(f"{error}\n{[p['signe_le'] for p in people]}")
        said, outcome = {"dates": "mja"}, ONE_LINE
        found, faults = read_people(folder / "export.csv", said)
    got = [p["signe_le"][:10] for p in found]
    near = [abs((dt.date.fromisoformat(g) - d).days) <= 1 for g, d in zip(got, days, strict=False)]
    if faults or len(got) != len(days) or not all(near):
        return wrong(f"{order} {style} {faults} {[p['signe_le'] for p in people]} → {got}")
    return outcome


def births(rng: random.Random, folder: Path) -> Outcome:
    """The other date column has an order of its own; one that mixes both is stopped, or read as it is said."""
    people = draw_people(rng, 6)
    orders = [rng.choice(("jma", "mja")) for _ in people]
    for person, order in zip(people, orders, strict=True):
        y, m, d = person["date_naissance"].split("-")
        d = f"{rng.randint(13, 28)}"
        person["date_naissance"] = f"{y}-{m}-{d}"
        person["typed"] = f"{d}/{m}/{y}" if order == "jma" else f"{m}/{d}/{y}"
    rows = [list(NAMES.values()), *([p["typed" if f == "date_naissance" else f] for f in NAMES] for p in people)]
    write_csv(folder / "export.csv", rows, rng)
    try:
        found, faults = read_people(folder / "export.csv")
    except Refus as error:
        if "dates: {date_naissance: mja}" not in str(error) or set(orders) == {"jma"}:
            return wrong(f"{error} {orders}")
        found, faults = read_people(folder / "export.csv", {"dates": {"date_naissance": "mja"}})
        people = [p for p, order in zip(people, orders, strict=True) if order == "mja"]
    told = {f.genre for _, f in faults} <= {"date-impossible"}
    return RIGHT if same(found, people) and told else wrong(f"{orders} {faults}")


def columns(rng: random.Random, folder: Path) -> Outcome:
    """Two columns that may be one field: refused naming both, and read once the mapping says which."""
    people = draw_people(rng, 4)
    field, title = rng.choice((
        ("courriel", "Adresse e-mail"), ("courriel", "Courriel"), ("nom", "Nom d'usage"), ("prenom", "Prénom adhérent"),
        ("code_postal", "CP"), ("commune", "Ville"), ("date_naissance", "Né(e) le"), ("signe_le", "Date de signature"),
    ))  # fmt: skip
    at = rng.randrange(len(NAMES) + 1)
    rows = [[*row[:at], title if i == 0 else f"x{i}", *row[at:]] for i, row in enumerate(table(people))]
    write_csv(folder / "export.csv", rows, rng)
    ranks = [i for i, cell in enumerate(rows[0], 1) if cell in (title, NAMES[field])]
    right = next(i for i in ranks if i != at + 1)
    try:
        read_people(folder / "export.csv")
        return wrong(f"{title} taken silently")
    except Refus as error:
        if not all(f"n° {rank} «" in str(error) for rank in ranks) or f"« colonnes: {{{field}: " not in str(error):
            return wrong(str(error))
    found, faults = read_people(folder / "export.csv", {"colonnes": {field: str(right)}})
    return ONE_LINE if same(found, people) and not faults else wrong(f"{faults}")


def workbook(rng: random.Random, folder: Path) -> Outcome:
    """A spreadsheet with numbers for codes, real dates, merged titles, hidden or second sheets."""
    from openpyxl import Workbook

    people = draw_people(rng, rng.randint(2, 8))
    for person in people:  # no code of the file begins with 0 but those that the spreadsheet cut
        person |= {"pays": "France", "code_postal": rng.choice(("01000", "05000", "75011", "97400"))}
    book = Workbook()
    main, others = book.active, rng.choice(("none", "hidden", "notes", "second", "all hidden"))
    if title := rng.random() < 0.5:
        main.append(["Mandats"])
        main.merge_cells("A1:E1")
    main.append(list(NAMES.values()))
    for p in people:
        cells = dict(p, code_postal=int(p["code_postal"]), date_naissance=dt.date.fromisoformat(p["date_naissance"]))
        main.append([cells[f] for f in NAMES])
    if others in ("hidden", "notes", "second"):
        sheet = book.create_sheet("autre", rng.choice((0, 1)))
        for row in table(people[:1]) if others != "notes" else [["Statistiques", 3]]:
            sheet.append(row)
        sheet.sheet_state = "hidden" if others == "hidden" else "visible"
        book.active = book.index(main)
    if others == "all hidden":
        book.create_sheet("vide")
        main.sheet_state, book.active = "hidden", 1
    book.save(folder / "export.xlsx")
    try:
        found, faults = read_people(folder / "export.xlsx")
    except Refus as error:
        expected = {"second": "les feuilles n° 1 et n° 2", "all hidden": "la feuille n° 1 est masquée"}.get(others, "?")
        return ONE_LINE if expected in str(error) else wrong(f"{others}: {error}")
    mended = sum(p["code_postal"].startswith("0") for p in people)
    told = [f.genre for _, f in faults] == ["zero-rendu"] * mended
    return (
        RIGHT if others not in ("second", "all hidden") and same(found, people) and told else wrong(f"{title} {faults}")
    )


def damaged(rng: random.Random, folder: Path) -> Outcome:
    """A workbook cut, altered, or with a part missing, empty or of another kind: one line, or the same people."""
    from openpyxl import Workbook

    people, book, path = draw_people(rng, 5), Workbook(), folder / "export.xlsx"
    for row in table(people):
        book.active.append(row)
    book.save(path)
    data = bytearray(path.read_bytes())
    kind = rng.choice(("cut", "flip", "part", "text", "key"))
    if kind == "cut":
        data = data[: rng.randrange(len(data))]
    elif kind == "flip":
        for _ in range(rng.choice((1, 20, 400))):
            data[rng.randrange(4, len(data))] ^= 1 << rng.randrange(8)
    elif kind == "key":
        data[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    else:
        out, hit = io.BytesIO(), ""
        with zipfile.ZipFile(path) as source, zipfile.ZipFile(out, "w") as target:
            hit = rng.choice(source.namelist())
            for name in source.namelist():
                junk = rng.choice((b"", b"<a", b"<?xml version='1.0'?><x/>", bytes(50), source.read(name)[:-20]))
                if name != hit or kind == "text":
                    target.writestr(name, junk if name == hit else source.read(name))
        data = bytearray(out.getvalue())
    path.write_bytes(data)
    try:
        found, faults = read_people(path)
    except Refus as error:
        return (
            ONE_LINE
            if "\n" not in str(error) and (str(path) in str(error) or "titres" in str(error))
            else wrong(str(error))
        )
    return RIGHT if all(any(same([f], [p]) for p in people) for f in found) or faults or kind == "flip" else wrong(kind)


KILLED = """
import sys
from mandats import open_ledger
from mandats.registre.importation import import_roster, rules_of
from tests.hostile.rosters import NOW
from pathlib import Path
ledger = open_ledger(sys.argv[1] + "/l.registre", Path(sys.argv[1] + "/l.cle"))
print("ready", flush=True)
import mandats.registre.importation as importation
importation.BATCH = 20
import_roster(ledger, Path(sys.argv[1] + "/export.csv"), rules_of(ledger, NOW), "essai")
"""


def killed(rng: random.Random, folder: Path) -> Outcome:
    """An import ended by SIGKILL at any moment: no file but its own names; run again, it ends as if it had not been."""
    from mandats import open_ledger
    from mandats.registre.importation import import_roster, rules_of
    from mandats.registre.ledger import create_ledger
    from mandats.registre.secret import make_key

    path, place, key = folder / "export.csv", f"{folder}/l.registre", folder / "l.cle"
    facts = {"campagne": "essai", "texte": "", "conservation": "2029-12-31", "age_minimum": 18}
    create_ledger(place, make_key(key, None), facts, "essai", NOW)
    planted = roster.write_roster(path, 400, 40)
    own = {"export.csv", "l.registre", "l.cle", "l.cle.tetes", "l.registre-journal", "rejets-export.csv"}
    if rng.random() < 0.5:
        (folder / "rejets-export.csv").write_text("ancien", "utf-8")
    run = subprocess.Popen([sys.executable, "-c", KILLED, str(folder)], stdout=subprocess.PIPE)
    assert run.stdout and run.stdout.readline()
    time.sleep(rng.random() * 0.25)
    run.send_signal(signal.SIGKILL)
    run.communicate()
    if left := set(os.listdir(folder)) - own:
        return wrong(f"left: {left}")
    ledger = open_ledger(place, key)
    done = import_roster(ledger, path, rules_of(ledger, NOW), "essai")
    rejects = (folder / "rejets-export.csv").read_text("utf-8-sig").count("\n") - 1
    counted = sum(ledger.par_preuve().values())
    right = (counted, done.rejets, rejects) == (360, len(planted), len(planted))
    return RIGHT if right and not set(os.listdir(folder)) - own else wrong(f"{counted} {done.rejets} {rejects}")


ATTEMPTS: dict[str, Attempt] = {
    f.__name__: f
    for f in (stray_quotes, quoted_lines, shifted, dates, births, columns, workbook, damaged, killed)
}  # fmt: skip
