"""The ledger of mandates: who mandated the association for one campaign, on which exact text, and what became of it.

Takes a place (the path of a SQLite file, or a postgresql:// URL) and a key; gives a `Registre`. Everything about a person
is encrypted with age before it is stored; nothing here prints, logs, or reads a clock: the day comes from the caller.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mandats.registre.personne import Mandant

if TYPE_CHECKING:
    from mandats.registre.ledger import Registre

__all__ = ["Mandant", "Refus", "ouvrir"]


class Refus(Exception):
    """What was asked cannot be done; the message is French, for the person at the keyboard, and holds no one's data."""


def ouvrir(lieu: str | Path, cle: str | Path, phrase: str | None = None) -> Registre:
    """The ledger at `lieu`, unlocked by the key file `cle` (and its passphrase when it has one).

    Raises Refus when the place holds no ledger, is readable by others, or the key is not its own. From here on the process
    and those it starts leave no core file: their memory names people.
    """
    from mandats.registre.ledger import Registre
    from mandats.registre.secret import read_key
    from mandats.registre.store import open_store

    _leave_no_core()
    return Registre(open_store(str(lieu)), read_key(Path(cle), phrase))


def _leave_no_core() -> None:
    try:
        import resource
    except ImportError:  # Windows writes none
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
