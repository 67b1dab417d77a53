"""The ledger of mandates: who mandated the association for one campaign, on which exact text, and what became of it.

`ledger.ouvrir` takes a place (the path of a SQLite file, or a postgresql:// URL) and a key; gives a `Registre`.
Everything about a person is encrypted with age before it is stored; nothing here prints, logs, or reads a clock: the
day comes from the caller.
"""


class Refus(Exception):
    """What was asked cannot be done; the message is French, for the person at the keyboard, and holds no one's data."""
