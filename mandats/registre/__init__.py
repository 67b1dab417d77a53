"""The ledger of mandates: who mandated the association for one campaign, on which exact text, and what became of it.

`ledger.ouvrir` takes a place (the path of a SQLite file, or a postgresql:// URL) and a key; gives a `Registre`.
Everything about a person is encrypted with age before it is stored; nothing here prints, logs, or reads a clock: the
day comes from the caller.
"""

from collections.abc import Iterator
from contextlib import contextmanager


class Refus(Exception):
    """What was asked cannot be done; the message is French, for the person at the keyboard, and holds no one's data."""


@contextmanager
def refusing(told: str, *errors: type[Exception]) -> Iterator[None]:
    """One of these errors becomes a Refus, which never quotes it: its own message may hold a value.

    `told` may name the kind, as « {kind} », or what the system answered, as « {why} ».
    """
    try:
        yield
    except errors as error:
        kind, why = type(error).__name__, getattr(error, "strerror", "")
        raise Refus(told.replace("{kind}", kind).replace("{why}", why or "")) from None
