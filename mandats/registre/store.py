"""Where events are kept: one table, in a SQLite file or a PostgreSQL database, with the same columns and commands.

Knows SQL and files; knows nothing of persons. Rows are only added; triggers refuse any other change than emptying a
payload and its look-ups, which is what a purge does. A transaction makes `kill -9` safe: all of a batch, or none of it.

SQLite keeps its rollback journal (not WAL): one side file, short-lived, created with the database's own mode 0600.
"""

import itertools
import os
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mandats.registre import Refus, refusing
from mandats.registre.secret import UNWRITTEN, refuse_shared

Row = tuple[Any, ...]
LOOKUPS = ("ligne", "courriel", "personne", "homonyme")  # the last columns of the table
INDEXES = [
    *(f"CREATE INDEX evenements_{c} ON evenements ({c}, seq)" for c in ("numero", "genre")),
    *(f"CREATE INDEX evenements_{c} ON evenements ({c}) WHERE {c} IS NOT NULL" for c in LOOKUPS),
]
NO_LEDGER = "{} : ce fichier n'est pas un registre, ou il est altéré : remettez-en la dernière copie intacte"
NOT_ENTERED = "écriture impossible dans le registre ({kind}) : rien n'a été inscrit de ce lot"
PRAGMAS = (
    "secure_delete = ON", "synchronous = FULL", "trusted_schema = OFF", "temp_store = MEMORY", "cache_size = -16000",
)  # fmt: skip
SERVED = ("postgresql://", "postgres://")  # how the address of a server begins
CURSORS = itertools.count(1)  # names of a connection's readings


class Store:
    """A file. Values go in and out as Python's; `?` marks a parameter, whatever the engine."""

    schema, mark = "sqlite.sql", "?"
    held = "SELECT COUNT(*) FROM sqlite_master WHERE name = 'evenements'"
    vacuum = "VACUUM"

    def __init__(self, connection: Any, error: type[Exception] = sqlite3.DatabaseError):
        # A damaged file's own words may be no UTF-8, its lengths no length.
        self._db, self.errors = connection, (error, ValueError, OverflowError, MemoryError)

    def is_ledger(self) -> bool:
        return bool(next(self.rows(self.held))[0])

    def rows(self, sql: str, values: Sequence[Any] = ()) -> Iterator[Row]:
        """Rows one at a time: memory does not grow with their number. Raises Refus when the file is damaged."""
        with refusing("le registre ne se lit pas : il est altéré, ou tenu par un autre programme", *self.errors):
            for row in self._read(sql, values):  # noqa: UP028 (it would close the cursor, late, of a closed file)
                yield row

    def _read(self, sql: str, values: Sequence[Any]) -> Iterator[Row]:
        return iter(self.execute(sql, values))

    def damage(self) -> Iterator[str]:
        """What is wrong with the file below the events: pages, indexes, what it declares."""
        if any(told != "ok" for (told,) in self.rows("PRAGMA integrity_check(1)")):
            yield "le fichier est abîmé"
        found = self.rows("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name = 'evenements'")
        # The file keeps the words it was made with, but for their lines.
        if {" ".join(sql.split()) for (sql,) in found} != {" ".join(sql.split()) for sql in self.declared()}:
            yield "le fichier déclare autre chose que la table du registre"

    def declared(self) -> tuple[str, ...]:
        """What makes an empty ledger."""
        text = Path(__file__).with_name(self.schema).read_text("utf-8")
        return (*re.sub("^--.*\n", "", text, flags=re.M).split("\n\n"), *INDEXES)

    def find(self, column: str, digests: Iterable[bytes]) -> Iterator[tuple[bytes, int]]:
        """(digest, numero) of every event with one of these look-ups; of one digest, oldest first."""
        waiting = iter(digests)
        while part := list(itertools.islice(waiting, 500)):
            marks = ",".join("?" * len(part))
            sql = f"SELECT {column}, numero FROM evenements WHERE {column} IN ({marks}) ORDER BY seq"
            yield from ((bytes(digest), numero) for digest, numero in self.rows(sql, part))

    def insert(self, rows: Sequence[Row]) -> None:
        """Rows of every column, in the order of the table."""
        sql = f"INSERT INTO evenements VALUES ({','.join('?' * 13)})"
        self._db.cursor().executemany(sql.replace("?", self.mark), rows)

    def execute(self, sql: str, values: Sequence[Any] = ()) -> Any:
        return self._db.execute(sql.replace("?", self.mark), values)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """The only writer until it ends; everything or nothing. Inside another, part of it."""
        if self._db.in_transaction:
            yield
            return
        told = "le registre est occupé par un autre programme, ou le disque refuse l'écriture : réessayez"
        with refusing(told, sqlite3.OperationalError):
            self._db.execute("BEGIN IMMEDIATE")
        try:
            with refusing(NOT_ENTERED, sqlite3.Error):  # a full disk, a file taken away
                yield
                self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    def scrub(self) -> None:
        """Rewrite the table without the pages a purge emptied."""
        self._db.execute(self.vacuum)

    def close(self) -> None:
        self._db.close()


class PostgresStore(Store):
    """The same in a database of a server."""

    schema, mark = "postgresql.sql", "%s"
    held = "SELECT COUNT(to_regclass('evenements'))"
    vacuum = "VACUUM FULL evenements"

    def _read(self, sql: str, values: Sequence[Any]) -> Iterator[Row]:
        # A server-side cursor, so that rows arrive by thousands; held, so that two may be read at once.
        with self._db.cursor(name=f"lecture{next(CURSORS)}", withhold=True) as cursor:
            cursor.itersize = 2000
            cursor.execute(sql.replace("?", self.mark), values)
            yield from cursor

    def damage(self) -> Iterator[str]:
        return iter(())  # pages and indexes are the server's affair

    @contextmanager
    def transaction(self) -> Iterator[None]:
        from psycopg import Error

        with refusing(NOT_ENTERED, Error), self._db.transaction():  # its own message may quote a whole row
            self._db.execute("LOCK TABLE evenements IN EXCLUSIVE MODE")  # readers go on, a second writer waits
            yield


def open_store(lieu: str) -> Store:
    """The store at a place. Raises Refus when there is none there, or others may read it."""
    if lieu.startswith(SERVED):
        store: Store = _connect(lieu)
        told = "cette base ne contient pas de registre (voyez « registre creer »)"
    else:
        path = Path(lieu)
        if not path.is_file():
            raise Refus(f"{path} : registre introuvable (voyez « registre creer »)")
        refuse_shared(path)
        store, told = _open_file(path), NO_LEDGER.format(path)
    if not store.is_ledger():
        raise Refus(told)
    return store


@contextmanager
def create_store(lieu: str) -> Iterator[Store]:
    """A new empty store, inside the transaction that makes it; the first event is to be added there."""
    if lieu.startswith(SERVED):
        store: Store = _connect(lieu)
        if store.is_ledger():
            raise Refus("cette base contient déjà un registre")
        making = store._db.transaction()
    else:
        store = _open_file(_new_file(Path(lieu)))
        making = store.transaction()
    with making:
        for statement in store.declared():
            store.execute(statement)
        yield store
    store.close()


def _new_file(path: Path) -> Path:
    for folder in path.resolve().parents:
        if (folder / ".git").exists():
            raise Refus(f"{folder} est un dépôt de code : un dépôt garde son historique ; placez le registre ailleurs")
    if path.exists() and path.stat().st_size:
        raise Refus(f"{path} existe déjà")
    with refusing(UNWRITTEN.format(path), OSError):
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        refuse_shared(path)
    return path


def _open_file(path: Path) -> Store:
    with refusing(NO_LEDGER.format(path), sqlite3.DatabaseError, ValueError):
        store = Store(sqlite3.connect(path, timeout=30, isolation_level=None))
        for pragma in PRAGMAS:
            store.execute(f"PRAGMA {pragma}")
        store.execute(store.held)  # reads the file's head, as no pragma does
        return store


def _connect(lieu: str) -> PostgresStore:
    with refusing("PostgreSQL demande la bibliothèque psycopg : pip install 'mandats[postgresql]'", ImportError):
        import psycopg
    told = "connexion à PostgreSQL impossible ({kind}) : vérifiez l'adresse, le compte et la base"
    with refusing(told, psycopg.Error):  # its own message may hold the URL, hence a password
        return PostgresStore(psycopg.connect(lieu, autocommit=True), psycopg.Error)
