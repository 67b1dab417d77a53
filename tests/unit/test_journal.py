"""The chain of events, and each way it shows that something was changed; instants as they are written and read."""

import datetime as dt
import hashlib
import json

import pytest

from mandats.registre import Refus
from mandats.registre.journal import (
    START,
    digest_of_all,
    link,
    read_instant,
    seal,
    verify,
    write_detail,
    write_instant,
)  # fmt: skip
from mandats.registre.ledger import Registre
from mandats.registre.personne import PERSON
from tests.unit.test_secret import FIXED

CREATED = ("creation", None, {}, None)
ANA, ZOE = ("inscription", 1, {}, b"ana"), ("inscription", 2, {}, b"zoe")


def first_seal(charge):
    """As the first version sealed: the ciphertext alone. What every seal does is in the tests of the ledger."""
    return hashlib.sha256(charge).digest() if charge is not None else b""


def chained(*events, instants=()):
    """The rows of a table for (kind, number, detail, payload); a payload `!x` is chained, then destroyed."""
    rows, before = [], START
    for seq, (genre, numero, detail, charge) in enumerate(events, 1):
        instant = instants[seq - 1] if instants else f"2026-01-0{seq}"
        gone = charge is not None and charge.startswith(b"!")
        sceau = first_seal(charge.removeprefix(b"!") if charge is not None else None)
        text = write_detail(detail)
        before = link(before, seq, instant, genre, "moi", numero, text, sceau=sceau)
        rows.append((seq, instant, genre, "moi", numero, text, None if gone else charge, sceau, before, *[None] * 4))
    return rows


def gone(*payloads, **more):
    return {"charges": len(payloads), "empreinte": digest_of_all(map(first_seal, payloads)), **more}


LOST = (
    "la tête de chaîne donnée n'est pas dans ce registre : des événements ont été ôtés ou réécrits, ou elle vient d'un "
    "autre registre"
)
ALTERED = "événement {} : contenu chiffré ou recherche altérés".format
BROKEN = "événement {} : la chaîne ne suit pas".format
UNSAID = "événement {} : contenu effacé sans qu'une purge le dise".format
LIE = "événement {} : la purge ne correspond pas aux contenus effacés".format


@pytest.mark.parametrize(
    ("events", "told"),
    [
        ([], []), ([CREATED, ANA, ZOE], []),
        ([CREATED, ("inscription", 1, {}, b"!ana")], [UNSAID(2)]),
        ([CREATED, ("inscription", 1, {}, b"!ana"), ("effacement", 1, gone(b"ana"), None)], []),
        ([CREATED, ("inscription", 1, {}, b"!ana"), ZOE, ("effacement", 2, gone(b"ana"), None)], [LIE(4), UNSAID(2)]),
        ([CREATED, ("inscription", 1, {}, b"!ana"), ("effacement", 1, gone(b"zoe"), None)], [LIE(3)]),
        ([CREATED, ("inscription", 1, {}, b"!ana"), ("effacement", 1, gone(b"ana", charges=2), None)], [LIE(3)]),
        ([CREATED, ("inscription", 1, {}, b"!ana"), ("effacement", 1, {}, None)], [LIE(3)]),
        ([CREATED, ("inscription", 1, {}, b"!ana"), ("inscription", 2, {}, b"!zoe"),
          ("effacement", 2, gone(b"zoe"), None), ("purge", None, gone(b"ana"), None)], []),
        ([CREATED, ("inscription", 1, {}, b"!ana"), ("inscription", 2, {}, b"!zoe"),
          ("purge", None, gone(b"ana", b"zoe"), None)], []),
        ([CREATED, ("inscription", 1, {}, b"!ana"), ("inscription", 2, {}, b"!zoe"),
          ("purge", None, gone(b"zoe", b"ana"), None)], [LIE(4)]),
        ([CREATED, ("purge", None, gone(), None), ("inscription", 1, {}, b"!ana")], [UNSAID(3)]),
        ([CREATED, ("retrait", 1, gone(b"x"), None)], []),
    ],
)  # fmt: skip
def test_what_was_destroyed_is_accounted_for(events, told):
    assert list(verify(chained(*events))) == told


def altered(rank, column, value):
    rows = [list(row) for row in chained(CREATED, ANA, ZOE)]
    rows[rank][column] = value
    return rows


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        *((altered(1, column, value), [BROKEN(2)]) for column, value in ((2, "retrait"), (3, "x"), (4, 9), (5, "{ }"))),
        (altered(1, 1, "2026-01-02x"), [BROKEN(2)]),
        (altered(1, 6, b"autre"), [ALTERED(2)]), (altered(2, 9, b"x"), []), (altered(0, 9, b"x"), [ALTERED(1)]),
        (altered(1, 6, None), [UNSAID(2)]),
        (altered(0, 6, b"x"), [ALTERED(1)]),
        (altered(1, 7, b""), [ALTERED(2), BROKEN(2)]),
        (altered(1, 8, b"x"), [BROKEN(2), BROKEN(3)]),
        (chained(CREATED, ANA, ZOE)[1:], ["événement 1 : absent", BROKEN(2)]),
        ([chained(CREATED, ANA, ZOE)[i] for i in (0, 2)], ["événement 2 : absent", BROKEN(3)]),
        (chained(CREATED, ANA, instants=("2026-01-02", "2026-01-01")),
         ["événement 2 : antérieur à celui qui le précède"]),
        (chained(CREATED, ANA, instants=("2026-01-02", "2026-01-02")), []),
    ],
)  # fmt: skip
def test_each_change_is_told_where_it_is(rows, told):
    assert list(verify(rows)) == told


def test_a_head_noted_earlier_must_still_be_there():
    rows = chained(CREATED, ANA, ZOE)
    for row in rows:
        head = row[8].hex()
        assert list(verify(rows, [head])) == []
        assert list(verify(rows, [f" {head[:30].upper()} {head[30:]}\n"])) == []
    assert list(verify(rows, [row[8].hex() for row in rows])) == []
    assert list(verify(rows[:2], [rows[0][8].hex(), rows[2][8].hex()])) == [LOST]
    assert list(verify(rows, ["0"])) == [LOST]
    assert list(verify([], ["0"])) == [LOST]


def test_the_chain_of_an_old_ledger_and_its_look_ups_are_computed_alike_for_ever():
    text = json.dumps([1, "i", "g", "a", None, "{}", "00ff"], separators=(",", ":"))
    assert (
        link(START, 1, "i", "g", "a", None, "{}", sceau=b"\0\xff") == hashlib.sha256(bytes(32) + text.encode()).digest()
    )
    assert seal(None, [None, None]) == seal(None, []) == b""
    inside = hashlib.sha256(b"x").digest() + b"\1ab" + b"\0"
    assert seal(b"x", [b"ab", None]) == b"\2" + hashlib.sha256(inside).digest()
    assert seal(b"", []) not in (b"", seal(None, [])) and seal(None, [b""]) != b""
    assert write_detail({"b": "é", "a": 1}) == '{"a":1,"b":"é"}'
    person = dict.fromkeys(PERSON, "x") | {"prenom": "Zoé", "nom": "Exemple", "courriel": "Z+a@example.org"}
    wanted = {"ligne": "\0".join(person[f] for f in PERSON), "courriel": "z@example.org", "homonyme": "exemple zoe"}
    look_ups = Registre(None, FIXED, "", new=True).lookups
    assert look_ups({**person, "date_naissance": ""}).keys() == wanted.keys()
    birth = "exemple zoe\0x"
    expected = {kind: FIXED.digest(kind, text) for kind, text in {**wanted, "personne": birth}.items()}
    assert look_ups(person) == expected


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2022-09-24", "2022-09-24T21:59:59.999999Z"), ("2022-01-24", "2022-01-24T22:59:59.999999Z"),
        ("2022-09-24T12:00", "2022-09-24T10:00:00.000000Z"), ("2022-09-24T12:00:00Z", "2022-09-24T12:00:00.000000Z"),
        ("2022-09-24T12:00:00.5+02:00", "2022-09-24T10:00:00.500000Z"), ("20220924T12", "2022-09-24T10:00:00.000000Z"),
        ("20220924", "2022-09-23T22:00:00.000000Z"),
    ],
)  # fmt: skip
def test_an_instant_is_that_of_paris_and_a_day_its_end(text, instant):
    assert read_instant(text) == instant
    assert len(instant) == 27


@pytest.mark.parametrize("text", ["", "hier", "2022-13-01", "2022-09", "24/09/2022"])
def test_an_instant_that_is_none_is_refused(text):
    with pytest.raises(Refus, match="instant attendu : AAAA-MM-JJ, ou AAAA-MM-JJTHH:MM"):
        read_instant(text)


def test_an_instant_to_come_or_a_slow_clock_is_refused(monkeypatch):
    now, at = dt.datetime(2022, 9, 24, 12, 0, tzinfo=dt.UTC), "2022-09-24T12:00:00.00000{}Z".format
    ledger = Registre(None, FIXED, "", new=True)
    monkeypatch.setattr(ledger, "store_head", lambda: (at(0), b""))
    assert ledger.instant(None, now) == ledger.instant("2022-09-24T12:00:00Z", now) == write_instant(now) == at(0)
    with pytest.raises(Refus, match="l'instant est à venir, ou l'horloge retarde"):
        ledger.instant(at(1), now)
    monkeypatch.setattr(ledger, "store_head", lambda: (at(2), b""))
    assert ledger.instant(at(1), now) == at(1)
    assert ledger.instant("2022-09-23", now) == "2022-09-23T21:59:59.999999Z"
    with pytest.raises(
        Refus, match=r"l'horloge de cette machine .* retarde .*--instant 2022-09-24T14:00:00.000002.02:00"
    ):
        ledger.instant(None, now)
