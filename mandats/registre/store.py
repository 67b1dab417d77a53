"""Where events are kept: one table, in a SQLite file or a PostgreSQL database, with the same columns and commands.

Knows SQL and files; knows nothing of persons. Rows are only added; triggers refuse any other change than emptying a
payload and its look-ups, which is what a purge does. A transaction makes `kill -9` safe: all of a batch, or none of it.

SQLite keeps its rollback journal (not WAL): one side file, short-lived, created with the database's own mode 0600.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mandats.registre import Refus
from mandats.registre.secret import refuse_shared

COLUMNS = "seq, instant, genre, acteur, numero, detail, charge, sceau, chaine, ligne, courriel, personne, homonyme"
Row = tuple[Any, ...]
LOOKUPS = ("ligne", "courriel", "personne", "homonyme")
TABLE = """CREATE TABLE evenements (
  seq BIGINT PRIMARY KEY, instant TEXT NOT NULL, genre TEXT NOT NULL, acteur TEXT NOT NULL, numero BIGINT,
  detail TEXT NOT NULL, charge {blob}, sceau {blob} NOT NULL, chaine {blob} NOT NULL,
  ligne {blob}, courriel {blob}, personne {blob}, homonyme {blob})"""
INDEXES = [
    "CREATE INDEX evenements_numero ON evenements (numero, seq)",
    "CREATE INDEX evenements_genre ON evenements (genre, seq)",
] + [f"CREATE INDEX evenements_{c} ON evenements ({c}) WHERE {c} IS NOT NULL" for c in LOOKUPS]
UNWRITTEN = "écriture impossible dans le registre ({}) : rien n'a été inscrit de ce lot"
FIXED = ("seq", "instant", "genre", "acteur", "numero", "detail", "sceau", "chaine")
SQLITE_GUARDS = [
    "CREATE TRIGGER evenements_garde BEFORE DELETE ON evenements BEGIN SELECT RAISE(ABORT, 'append-only'); END",
    f"CREATE TRIGGER evenements_fige BEFORE UPDATE OF {', '.join(FIXED)} ON evenements "
    "BEGIN SELECT RAISE(ABORT, 'append-only'); END",
    "CREATE TRIGGER evenements_vide BEFORE UPDATE OF charge, ligne, courriel, personne, homonyme ON evenements WHEN "
    + " OR ".join(f"(NEW.{c} IS NOT NULL AND NEW.{c} IS NOT OLD.{c})" for c in ("charge", *LOOKUPS))
    + " BEGIN SELECT RAISE(ABORT, 'append-only'); END",
]
POSTGRES_GUARDS = [
    "CREATE FUNCTION evenements_garde() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TG_OP = 'UPDATE' AND "
    + " AND ".join(f"NEW.{c} IS NOT DISTINCT FROM OLD.{c}" for c in FIXED)
    + " AND "
    + " AND ".join(f"(NEW.{c} IS NULL OR NEW.{c} = OLD.{c})" for c in ("charge", *LOOKUPS))
    + " THEN RETURN NEW; END IF; RAISE EXCEPTION 'append-only'; END $$",
    "CREATE TRIGGER evenements_garde BEFORE UPDATE OR DELETE ON evenements "
    "FOR EACH ROW EXECUTE FUNCTION evenements_garde()",
    "CREATE TRIGGER evenements_plein BEFORE TRUNCATE ON evenements EXECUTE FUNCTION evenements_garde()",
]

PRAGMAS = (
    "secure_delete = ON", "synchronous = FULL", "trusted_schema = OFF", "temp_store = MEMORY", "cache_size = -16000",
)  # fmt: skip


class SQLiteStore:
    """Values go in and out as Python's; `?` marks a parameter."""

    def __init__(self, connection: sqlite3.Connection, path: Path):
        self.path = path
        self._db = connection
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    def rows(self, sql: str, values: Sequence[Any] = ()) -> Iterator[Row]:
        """Rows one at a time: memory does not grow with their number."""
        return iter(self._db.execute(sql, values))

    def find(self, column: str, digests: Iterable[bytes]) -> list[tuple[bytes, int, int]]:
        """(digest, numero, seq) of every event with one of these look-ups, oldest first."""
        digests = list(digests)
        found: list[tuple[bytes, int, int]] = []
        for start in range(0, len(digests), 500):
            part = digests[start : start + 500]
            marks = ",".join("?" * len(part))
            found += self._db.execute(
                f"SELECT {column}, numero, seq FROM evenements WHERE {column} IN ({marks}) ORDER BY seq", part
            )
        return found

    def insert(self, rows: Sequence[Row]) -> None:
        self._db.executemany(f"INSERT INTO evenements ({COLUMNS}) VALUES ({','.join('?' * 13)})", rows)

    def execute(self, sql: str, values: Sequence[Any] = ()) -> int:
        return self._db.execute(sql, values).rowcount

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """The only writer until it ends; everything or nothing. Inside another, part of it."""
        inside: bool = self._db.in_transaction
        if inside:
            yield
            return
        try:
            self._db.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            told = "le registre est occupé par un autre programme, ou le disque refuse l'écriture : réessayez"
            raise Refus(told) from None
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException as error:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            if isinstance(error, sqlite3.Error):  # a full disk, a file taken away
                raise Refus(UNWRITTEN.format(type(error).__name__)) from None
            raise

    def scrub(self) -> None:
        """Rewrite the file without the pages a purge emptied."""
        self._db.execute("VACUUM")

    def close(self) -> None:
        self._db.close()


class PostgresStore:
    def __init__(self, connection: Any):
        self._db = connection
        self._cursors = 0

    def has_table(self) -> bool:
        return next(self.rows("SELECT to_regclass('evenements')"))[0] is not None

    def rows(self, sql: str, values: Sequence[Any] = ()) -> Iterator[Row]:
        # A server-side cursor, so that rows arrive by thousands; held, so that two may be read at once.
        self._cursors += 1
        with self._db.cursor(name=f"lecture{self._cursors}", withhold=True) as cursor:
            cursor.itersize = 2000
            cursor.execute(sql.replace("?", "%s"), values)
            yield from cursor

    def find(self, column: str, digests: Iterable[bytes]) -> list[tuple[bytes, int, int]]:
        sql = f"SELECT {column}, numero, seq FROM evenements WHERE {column} = ANY(%s) ORDER BY seq"
        return [(bytes(d), n, s) for d, n, s in self._db.execute(sql, [list(digests)])]

    def insert(self, rows: Sequence[Row]) -> None:
        with self._db.cursor() as cursor:
            cursor.executemany(f"INSERT INTO evenements ({COLUMNS}) VALUES ({','.join(['%s'] * 13)})", rows)

    def execute(self, sql: str, values: Sequence[Any] = ()) -> int:
        return int(self._db.execute(sql.replace("?", "%s"), values).rowcount)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        from psycopg import Error

        try:
            with self._db.transaction():
                self._db.execute("LOCK TABLE evenements IN EXCLUSIVE MODE")  # readers go on, a second writer waits
                yield
        except Error as error:  # its message may quote a whole row
            raise Refus(UNWRITTEN.format(type(error).__name__)) from None

    def scrub(self) -> None:
        self._db.execute("VACUUM FULL evenements")

    def close(self) -> None:
        self._db.close()


Store = SQLiteStore | PostgresStore


def is_postgres(lieu: str) -> bool:
    return lieu.startswith(("postgresql://", "postgres://"))


def open_store(lieu: str) -> Store:
    """The store at a place. Raises Refus when there is none there, or others may read it."""
    if is_postgres(lieu):
        server = PostgresStore(_connect(lieu))
        if not server.has_table():
            raise Refus("cette base ne contient pas de registre (voyez « registre creer »)")
        return server
    path = Path(lieu)
    if not path.is_file():
        raise Refus(f"{path} : registre introuvable (voyez « registre creer »)")
    refuse_shared(path)
    store = _sqlite(path)
    try:
        found = list(store.rows("SELECT 1 FROM sqlite_master WHERE name = 'evenements'"))
    except sqlite3.DatabaseError:
        found = []
    if not found:
        raise Refus(f"{path} : ce fichier n'est pas un registre")
    return store


@contextmanager
def create_store(lieu: str) -> Iterator[Store]:
    """A new empty store, inside the transaction that makes it; the first event is to be added there."""
    if is_postgres(lieu):
        server = PostgresStore(_connect(lieu))
        if server.has_table():
            raise Refus("cette base contient déjà un registre")
        with server._db.transaction():
            for statement in (TABLE.format(blob="BYTEA"), *INDEXES, *POSTGRES_GUARDS):
                server.execute(statement)
            yield server
        server.close()
        return
    path = Path(lieu)
    for folder in path.resolve().parents:
        if (folder / ".git").exists():
            raise Refus(f"{folder} est un dépôt de code : un dépôt garde son historique ; placez le registre ailleurs")
    if path.exists() and path.stat().st_size:
        raise Refus(f"{path} existe déjà")
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        refuse_shared(path)
    except OSError as error:
        raise Refus(f"{path} : écriture impossible ({error.strerror})") from None
    store = _sqlite(path)
    with store.transaction():
        for statement in (TABLE.format(blob="BLOB"), *INDEXES, *SQLITE_GUARDS):
            store.execute(statement)
        yield store
    store.close()


def _sqlite(path: Path) -> SQLiteStore:
    try:
        return SQLiteStore(sqlite3.connect(path, timeout=30, isolation_level=None), path)
    except sqlite3.DatabaseError:
        raise Refus(f"{path} : ce fichier n'est pas un registre") from None


def _connect(lieu: str) -> Any:
    try:
        import psycopg
    except ImportError:
        raise Refus("PostgreSQL demande la bibliothèque psycopg : pip install 'mandats[postgresql]'") from None
    try:
        return psycopg.connect(lieu, autocommit=True)
    except psycopg.Error as error:  # its message may hold the URL, hence a password
        told = f"connexion à PostgreSQL impossible ({type(error).__name__})"
        raise Refus(f"{told} : vérifiez l'adresse, le compte et la base") from None
