"""The file of a ledger, altered in every way: what it answers is then the truth, or it is refused.

An alteration is found (one line), harmless (every answer is what it was), or wrong.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import random
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from mandats.registre import Refus, gestes
from mandats.registre.colonnes import Correspondance
from mandats.registre.importation import doubtful, import_roster
from mandats.registre.ledger import Registre, create_ledger, ouvrir
from mandats.registre.lignes import Rules, check_row
from mandats.registre.secret import make_key, read_key
from mandats.registre.statistiques import count
from tests import roster
from tests.hostile import ONE_LINE, RIGHT, Attempt, Dice, Outcome, wrong

NOW = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)
FACTS = {"campagne": "essai", "texte": "ab" * 32, "conservation": "2026-12-31", "age_minimum": 18}
PEOPLE = [roster.person(i) | {"notice": "Oui", "mandat": "Oui"} for i in range(8)]
CLEAN = [check_row(person, Rules(NOW, Correspondance()))[0] for person in PEOPLE]
LEDGER, KEY = "m.registre", "cle"
BLOCK = 64  # bytes tried in one draw
CHANGES: tuple[Callable[[int, random.Random], int], ...] = (
    lambda byte, rng: byte ^ 1 << rng.randrange(8),
    lambda byte, rng: 0 if byte else 1,
    lambda byte, rng: byte ^ 1,  # text becomes a blob, of the same length
    lambda byte, rng: (byte + rng.choice((1, -1))) % 256,
    lambda byte, rng: 255 - byte,
    lambda byte, rng: (byte + rng.randrange(1, 256)) % 256,
)


def later(seconds: int) -> dt.datetime:
    return NOW + dt.timedelta(seconds=seconds)


def enter(ledger: Registre, folder: Path, people: list[dict[str, str]], at: dt.datetime) -> None:
    header = roster.HEADERS["simple"]
    lines = [";".join(header.values()), *(";".join(str(p.get(f, "")) for f in header) for p in people)]
    (folder / "e.csv").write_text("\n".join(lines), "utf-8")
    done = import_roster(ledger, folder / "e.csv", Rules(at, Correspondance()), "essai")
    assert not done.rejets, done.fautes


def start(folder: Path, campagne: str = "essai", ledger: str = LEDGER) -> Registre:
    if not (folder / KEY).exists():
        make_key(folder / KEY, None)
    create_ledger(str(folder / ledger), read_key(folder / KEY), FACTS | {"campagne": campagne}, "essai", NOW)
    return ouvrir(folder / ledger, folder / KEY)


STEPS: tuple[Callable[[Registre, Path], Any], ...] = (
    lambda ledger, folder: enter(ledger, folder, PEOPLE[:6], later(1)),
    lambda ledger, folder: enter(ledger, folder, [PEOPLE[6] | {"courriel": PEOPLE[1]["courriel"]}], later(2)),
    lambda ledger, folder: gestes.confirm(ledger, 2, "papier", {"sha256": "00"}, "essai", later(3)),
    lambda ledger, folder: gestes.file_act(ledger, "plainte", ledger.etat()["instant"], "essai", later(4)),
    lambda ledger, folder: gestes.withdraw(ledger, 4, "2026-11-22", "essai", later(5)),
    lambda ledger, folder: gestes.erase(ledger, 4, "essai", later(6)),
    lambda ledger, folder: gestes.correct(
        ledger, 5, {"commune": "Autreville"}, Rules(later(7), Correspondance()), "essai"
    ),
    lambda ledger, folder: gestes.decide(ledger, 7, "distinct", "essai", later(8)),
)


def made(folder: Path) -> bytes:
    """A small ledger where everything happened; its bytes."""
    ledger = start(folder)
    for step in STEPS:
        step(ledger, folder)
    ledger.close()
    return (folder / LEDGER).read_bytes()


def answers(ledger: Registre) -> list[Any]:
    """Everything a command says of a ledger."""
    known = [digest for p in CLEAN for digest in ledger.lookups(p).items()]
    return [
        ledger.etat(), [*ledger.evenements()], [*ledger.etats("2026-11-22T09:00:04.500000Z")], [*doubtful(ledger)],
        [gestes.find_person(ledger, p["courriel"]) for p in PEOPLE], count(ledger, exact=True),
        [sorted(ledger.store.find(column, [digest])) for column, digest in known],
        [gestes.export_person(ledger, n) for n in (2, 4, 5)], ledger.last_numero(),
    ]  # fmt: skip


def judge(folder: Path, truth: list[Any], told: str) -> Outcome:
    try:
        ledger = ouvrir(folder / LEDGER, folder / KEY)
    except Refus:
        return ONE_LINE
    try:
        said = answers(ledger)
    except Refus as refus:  # what passes the opening must answer
        return wrong(f"{told}: opened, then {refus}")
    finally:
        ledger.close()
    return RIGHT if said == truth else wrong(f"{told}: another answer\n{truth}\n{said}")


def truth_of(folder: Path) -> list[Any]:
    ledger = ouvrir(folder / LEDGER, folder / KEY)
    try:
        return answers(ledger)
    finally:
        ledger.close()


def worst(outcomes: list[Outcome]) -> Outcome:
    bad = [o for o in outcomes if o not in (RIGHT, ONE_LINE)]
    return bad[0] if bad else ONE_LINE if ONE_LINE in outcomes else RIGHT


def bytes_of_the_file(rng: Dice, folder: Path) -> Outcome:
    """The draws in order try every byte, then every byte again with another change."""
    data = made(folder)
    truth, blocks = truth_of(folder), -(-len(data) // BLOCK)
    step = 7919 % blocks or 1  # neighbours in time are far apart in the file
    while blocks % step == 0 and step > 1:
        step += 1
    first = rng.number * step % blocks * BLOCK
    change, outcomes = CHANGES[rng.number // blocks % len(CHANGES)], []
    for at in range(first, min(first + BLOCK, len(data))):
        new = change(data[at], rng)
        (folder / LEDGER).write_bytes(data[:at] + bytes([new]) + data[at + 1 :])
        outcomes.append(judge(folder, truth, f"byte {at}: {data[at]} -> {new}"))
        clear_side_files(folder)
    return worst(outcomes)


def clear_side_files(folder: Path) -> None:
    for left in folder.glob(f"{LEDGER}-*"):
        left.unlink()


def pages(rng: Dice, folder: Path) -> Outcome:
    """Truncated, filled with zeros, pages exchanged, doubled, taken away, spans copied elsewhere."""
    data = made(folder)
    truth, outcomes, page = truth_of(folder), [], 4096
    n = len(data) // page
    for _ in range(40):
        a, b = rng.sample(range(n), 2)
        cut = rng.randrange(len(data))
        one, two = (data[x * page : x * page + page] for x in (a, b))
        span = rng.randrange(1, 64)
        new = rng.choice(
            (
                data[:cut],
                data[:cut] + bytes(len(data) - cut),
                data[: a * page] + bytes(page) + data[a * page + page :],
                data[: a * page] + two + data[a * page + page :],
                (data[: a * page] + two + data[a * page + page :])[: b * page] + one + data[b * page + page :],
                data[: a * page] + data[a * page + page :],
                data + rng.randbytes(rng.choice((1, 100, page))),
                data[:cut] + data[a : a + span] + data[cut + span :],
                data[:cut] + rng.randbytes(span) + data[cut + span :],
            )
        )
        (folder / LEDGER).write_bytes(new)
        outcomes.append(judge(folder, truth, f"pages {a} {b} cut {cut} span {span}: {len(new)} bytes"))
        clear_side_files(folder)
    return worst(outcomes)


def rolled_back(rng: Dice, folder: Path) -> Outcome:
    """An older copy of the file put back: always found, since something was written since."""
    ledger, copies = start(folder), []
    for step in STEPS:
        copies.append((folder / LEDGER).read_bytes())
        step(ledger, folder)
    ledger.close()
    (folder / LEDGER).write_bytes(rng.choice(copies))
    outcome = judge(folder, [], "older copy")
    return outcome if outcome is ONE_LINE else wrong("an older copy answers")


def exchanged(rng: Dice, folder: Path) -> Outcome:
    """Two ledgers of one key, each in the other's place; and one of another key."""
    made(folder)
    other = start(folder, "autre", "autre.registre")
    for step in STEPS[: rng.randrange(len(STEPS))]:
        step(other, folder)
    other.close()
    mine, theirs = folder / LEDGER, folder / "autre.registre"
    a, b = mine.read_bytes(), theirs.read_bytes()
    mine.write_bytes(b)
    theirs.write_bytes(a)
    for path in (mine, theirs):
        try:
            ouvrir(path, folder / KEY).close()
        except Refus:
            continue
        return wrong(f"{path.name} opens with the other's bytes")
    return ONE_LINE


CELLS = ("instant", "genre", "acteur", "numero", "detail", "charge", "sceau", "chaine",
         "ligne", "courriel", "personne", "homonyme")  # fmt: skip


def cells(rng: Dice, folder: Path) -> Outcome:
    """Values changed by someone with SQL: rewritten, emptied, copied from another row; rows taken away or exchanged."""
    data = made(folder)
    truth, outcomes = truth_of(folder), []
    for _ in range(25):
        (folder / LEDGER).write_bytes(data)
        db = sqlite3.connect(folder / LEDGER, isolation_level=None)
        guards = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            db.execute(f"DROP TRIGGER {name}")
        rows = [n for (n,) in db.execute("SELECT seq FROM evenements")]
        a, b, column = *rng.sample(rows, 2), rng.choice(CELLS)
        sql = rng.choice(
            (
                f"UPDATE evenements SET {column} = (SELECT {column} FROM evenements WHERE seq = {b}) WHERE seq = {a}",
                f"UPDATE evenements SET {column} = NULL WHERE seq = {a}",
                f"UPDATE evenements SET {column} = x'{rng.randbytes(16).hex()}' WHERE seq = {a}",
                f"UPDATE evenements SET {column} = {rng.randrange(1 << 60)} WHERE seq = {a}",
                f"UPDATE evenements SET {column} = CAST({column} AS TEXT) WHERE seq = {a}",
                f"DELETE FROM evenements WHERE seq = {a}",
                f"DELETE FROM evenements WHERE seq >= {max(a, 2)}",
                f"UPDATE evenements SET seq = seq + 100 WHERE seq >= {a}",
            )
        )
        with contextlib.suppress(sqlite3.DatabaseError):  # the table's own constraints refuse it
            db.execute(sql)
        for _, declared in guards:
            db.execute(declared)
        db.close()
        outcomes.append(judge(folder, truth, sql))
    return worst(outcomes)


def clock(rng: Dice, folder: Path) -> Outcome:
    """The clock went back: no command counts fewer people than there are, nor files an act in nobody's name."""
    from mandats.cli import main, terminal

    made(folder)
    place = {"MANDATS_REGISTRE": str(folder / LEDGER), "MANDATS_CLE": str(folder / KEY), "MANDATS_PAR": "essai"}
    back = NOW - dt.timedelta(seconds=rng.choice((1, 60, 86_400, 400 * 86_400, 20 * 365 * 86_400)))
    state = folder / "etat.json"

    def run(*arguments: str, at: dt.datetime) -> Any:
        kept, terminal.now = terminal.now, lambda: at
        try:
            return CliRunner().invoke(main, ["registre", *arguments], env=place)
        finally:
            terminal.now = kept

    if run("etat", "--sortie", str(state), at=later(100)).exit_code:
        return wrong("no state before the clock went back")
    for arguments in (
        ["etat"], ["etat", "--sortie", str(state)], ["deposer", "acte", "--etat", str(state)],
        ["deposer", "acte", "--instant", back.isoformat()], ["deposer", "acte", "--instant", "2026-11-22T10:00:00Z"],
        ["retirer", "3"], ["statistiques"],
    ):  # fmt: skip
        done = run(*arguments, at=back)
        if "horloge" not in done.output:
            return wrong(f"{arguments} at {back}: nothing said of the clock\n{done.output}")
        if " 0 mandat" in done.output or '"nombre": 0' in done.output:
            return wrong(f"{arguments} at {back}: counts nobody\n{done.output}")
        if done.exit_code not in (0, 2) or (done.exception and not isinstance(done.exception, SystemExit)):
            return wrong(f"{arguments} at {back}: {done.exit_code} {done.exception!r}\n{done.output}")
        if arguments[0] == "deposer" and not done.exit_code and arguments[-2] == "--instant":
            return wrong(f"{arguments} at {back}: filed\n{done.output}")
    filed = run("deposer", "acte", "--etat", str(state), at=later(200))
    return ONE_LINE if filed.exit_code == 2 and "autre liste" in filed.output else wrong(f"filed: {filed.output}")


ATTEMPTS: dict[str, Attempt] = {
    "bytes": bytes_of_the_file, "pages": pages, "rolled-back": rolled_back, "exchanged": exchanged, "cells": cells,
    "clock": clock,
}  # fmt: skip
