"""Where events are kept: one transaction or none, look-ups in order, places that are no ledger refused."""

import sqlite3
from contextlib import contextmanager

import pytest

from mandats.registre import Refus
from mandats.registre.store import PostgresStore, create_store, open_store

BLANK = (None,) * 9


def row(seq, numero=None, ligne=None):
    return (seq, "i", "g", "a", numero, "{}", None, b"", b"", ligne, None, None, None)


@pytest.fixture
def store(tmp_path):
    with create_store(str(tmp_path / "r")) as made:
        made.insert([row(1)])
    opened = open_store(str(tmp_path / "r"))
    yield opened
    opened.close()


def test_what_is_entered_is_all_there_or_not_at_all(store):
    with store.transaction():
        store.insert([row(2)])
        with store.transaction():  # part of the same
            store.insert([row(3)])
    for error in (KeyError, KeyboardInterrupt):
        with pytest.raises(error), store.transaction():
            store.insert([row(4)])
            raise error
    told = r"dans le registre \(IntegrityError\) : rien n'a été inscrit de ce lot"
    with pytest.raises(Refus, match=told), store.transaction():
        store.insert([row(5), row(1)])
    assert [seq for (seq,) in store.rows("SELECT seq FROM evenements ORDER BY seq")] == [1, 2, 3]


def test_another_writer_waits_its_turn(store, tmp_path):
    other = open_store(str(tmp_path / "r"))
    other._db.execute("PRAGMA busy_timeout = 1")
    told = "le registre est occupé par un autre programme"
    with store.transaction(), pytest.raises(Refus, match=told), other.transaction():
        pass
    with other.transaction():
        other.insert([row(2)])
    other.close()


def test_look_ups_are_found_however_many_and_the_oldest_first(store):
    digests = [b"%d" % n for n in range(1203)]
    with store.transaction():
        store.insert([row(n + 2, n, digest) for n, digest in enumerate(digests)] + [row(9000, 7777, b"3")])
    assert list(store.find("ligne", [b"3"])) == [(b"3", 3), (b"3", 7777)]
    assert {n for _, n in store.find("ligne", digests)} == {*range(1203), 7777}
    assert list(store.find("ligne", [])) == []
    store.scrub()


def test_places_that_hold_no_ledger_are_refused(tmp_path):
    with pytest.raises(Refus, match=r"registre introuvable \(voyez « registre creer »\)"):
        open_store(str(tmp_path / "rien"))
    sqlite3.connect(tmp_path / "vide").close()
    (tmp_path / "texte").write_text("ce n'est pas une base de données, mais une phrase" * 9)
    for name in ("vide", "texte"):
        (tmp_path / name).touch()
        (tmp_path / name).chmod(0o600)
        with pytest.raises(Refus, match="ce fichier n'est pas un registre"):
            open_store(str(tmp_path / name))
    for name, told in (("texte", "existe déjà"), ("absent/r", "écriture impossible")):
        with pytest.raises(Refus, match=told), create_store(str(tmp_path / name)):
            pass
    with create_store(str(tmp_path / "vide")):  # an empty file is taken
        pass
    (tmp_path / "depot" / ".git").mkdir(parents=True)
    (tmp_path / "depot" / "a").mkdir()
    with pytest.raises(Refus, match="est un dépôt de code"), create_store(str(tmp_path / "depot" / "a" / "r")):
        pass


class Server:
    """What a connection to PostgreSQL is asked, in order; `answers` to any reading."""

    def __init__(self, *answers):
        self.asked, self.answers = [], answers

    @contextmanager
    def cursor(self, **options):
        self.asked.append(sorted(options))
        yield self

    @contextmanager
    def transaction(self):
        self.asked.append("begin")
        yield
        self.asked.append("commit")

    def execute(self, sql, values=()):
        self.asked.append((sql, values))

    def __iter__(self):
        return iter(self.answers)


def test_a_server_reads_by_a_cursor_of_its_own_and_writes_alone():
    server = Server((1,), (2,))
    store = PostgresStore(server)
    assert store.is_ledger()
    assert list(store.rows("SELECT ? WHERE ?", [1, 2])) == [(1,), (2,)]
    assert server.asked[2:] == [["name", "withhold"], ("SELECT %s WHERE %s", [1, 2])]
    server.asked.clear()
    with store.transaction():
        pass
    assert server.asked == ["begin", ("LOCK TABLE evenements IN EXCLUSIVE MODE", ()), "commit"]
    assert not PostgresStore(Server((0,))).is_ledger()
