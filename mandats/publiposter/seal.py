"""What leaves the machine encrypted: the index of a run, the sealed annex. age, through pyrage; streamed, nothing in clear on disk.

Takes public keys (`age1…`, or `ssh-ed25519`/`ssh-rsa`) and bytes or a stream of bytes; writes a file whole or not at all.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from mandats.problem import Place, Problem, UnusableInput


def recipients(keys: Sequence[str]) -> list:
    """The keys, read. Raises UnusableInput for what is none; a secret key is refused without being shown."""
    import pyrage

    found = []
    for rank, key in enumerate(keys, 1):
        key = key.strip()
        if key.upper().startswith("AGE-SECRET-KEY-"):
            raise UnusableInput(
                Problem(
                    "cle-secrete",
                    Place("--pour"),
                    "",
                    f"clé n° {rank} : c'est la clé secrète ; donnez la clé publique, « age1… »",
                )
            )
        try:
            kind = pyrage.ssh if key.startswith("ssh-") else pyrage.x25519
            found.append(kind.Recipient.from_str(key))
        except pyrage.RecipientError:
            raise UnusableInput(
                Problem(
                    "cle-publique",
                    Place("--pour"),
                    "",
                    f"clé n° {rank} : ce n'est pas une clé publique age (« age1… ») ni ssh",
                )
            ) from None
    return found


class _Stream:
    """What pyrage reads from: pieces, as they come."""

    def __init__(self, pieces: Iterable[bytes]):
        self.pieces: Iterator[bytes] = iter(pieces)
        self.rest = b""

    def read(self, size: int = -1) -> bytes:
        while size < 0 or len(self.rest) < size:
            piece = next(self.pieces, None)
            if piece is None:
                break
            self.rest += piece
        size = len(self.rest) if size < 0 else size
        out, self.rest = self.rest[:size], self.rest[size:]
        return out


def _aside(path: Path) -> Path:
    """Where to write before renaming; what a killed run left there is removed."""
    for left in path.parent.glob(f".*-{glob.escape(path.name)}"):
        left.unlink(missing_ok=True)
    return path.with_name(f".{os.getpid()}-{path.name}")


def write_sealed(path: Path, pieces: Iterable[bytes], keys: Sequence[str]) -> Path:
    """The pieces, encrypted to every key, in a file of mode 0600."""
    import pyrage

    to = recipients(keys)
    aside = _aside(path)
    try:
        with open(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            pyrage.encrypt_io(_Stream(pieces), out, to)
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)
    return path


def open_sealed(path: Path, identity: str, out: Path) -> Path:
    """The file decrypted, in a file of mode 0600. `identity`: AGE-SECRET-KEY-1… Raises UnusableInput for another key."""
    import pyrage

    aside = _aside(out)
    try:
        with (
            path.open("rb") as sealed,
            open(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as clear,
        ):
            pyrage.decrypt_io(sealed, clear, [pyrage.x25519.Identity.from_str(identity)])
        os.replace(aside, out)
    except pyrage.DecryptError:
        raise UnusableInput(
            Problem(
                "index-illisible",
                Place(str(path)),
                "",
                "ce fichier n'est pas chiffré pour la clé de ce registre, ou il est altéré",
            )
        ) from None
    finally:
        aside.unlink(missing_ok=True)
    return out
