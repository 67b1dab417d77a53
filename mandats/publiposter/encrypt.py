"""What leaves the machine encrypted: the index of a run, the annex. age, through pyrage; streamed, never in clear.

Takes public keys (`age1…`, or `ssh-ed25519`/`ssh-rsa`) and bytes or a stream of bytes; writes a file whole or not at
all.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from mandats.files import writing
from mandats.problem import Place, refusal


def recipients(keys: Sequence[str]) -> list[Any]:
    """The keys, read. Raises UnusableInput for what is none; a secret key is refused without being shown."""
    import pyrage

    found, place = [], Place("--pour")
    for rank, key in enumerate(map(str.strip, keys), 1):
        if key.upper().startswith("AGE-SECRET-KEY-"):
            told = f"clé n° {rank} : c'est la clé secrète ; donnez la clé publique, « age1… »"
            raise refusal("cle-secrete", place, told)
        try:
            kind = pyrage.ssh if key.startswith("ssh-") else pyrage.x25519
            found.append(kind.Recipient.from_str(key))
        except pyrage.RecipientError:
            told = f"clé n° {rank} : ce n'est pas une clé publique age (« age1… ») ni ssh"
            raise refusal("cle-publique", place, told) from None
    return found


class _Stream:
    """What pyrage reads from: pieces, as they come."""

    def __init__(self, pieces: Iterable[bytes]):
        self.pieces: Iterator[bytes] = iter(pieces)
        self.rest = b""

    def read(self, size: int) -> bytes:
        while len(self.rest) < size and (piece := next(self.pieces, None)) is not None:
            self.rest += piece
        out, self.rest = self.rest[:size], self.rest[size:]
        return out


def write_encrypted(path: Path, pieces: Iterable[bytes], keys: Sequence[str]) -> Path:
    """The pieces, encrypted to every key, in a file of mode 0600."""
    import pyrage

    to = recipients(keys)
    with writing(path, private=True) as out:
        pyrage.encrypt_io(_Stream(pieces), out, to)
    return path


def open_encrypted(path: Path, identity: str, out: Path) -> Path:
    """The file decrypted, mode 0600. `identity`: AGE-SECRET-KEY-1… Raises UnusableInput for another key."""
    import pyrage

    try:
        with path.open("rb") as encrypted, writing(out, private=True) as clear:
            pyrage.decrypt_io(encrypted, clear, [pyrage.x25519.Identity.from_str(identity)])
    except pyrage.DecryptError:
        told = "ce fichier n'est pas chiffré pour la clé de ce registre, ou il est altéré"
        raise refusal("index-illisible", str(path), told) from None
    return out
