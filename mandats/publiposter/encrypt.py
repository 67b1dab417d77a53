"""What leaves the machine encrypted: the index of a run, the annex. age, through pyrage; never in clear.

Takes public keys (`age1…`, or `ssh-ed25519`/`ssh-rsa`) and pieces of bytes; writes a file whole or not at all.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pyrage

from mandats.files import write_whole
from mandats.problem import Place, refusal


def recipients(keys: Sequence[str]) -> list[Any]:
    """The keys, read. Raises UnusableInput for what is none; a secret key is refused without being shown."""
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


def write_encrypted(path: Path, pieces: Iterable[bytes], keys: Sequence[str]) -> Path:
    """The pieces, encrypted to every key, in a file of mode 0600."""
    return write_whole(path, pyrage.encrypt(b"".join(pieces), recipients(keys)), private=True)


def open_encrypted(path: Path, identity: str, out: Path) -> Path:
    """The file decrypted, mode 0600. `identity`: AGE-SECRET-KEY-1… Raises UnusableInput for another key."""
    try:
        clear = pyrage.decrypt(path.read_bytes(), [pyrage.x25519.Identity.from_str(identity)])
    except pyrage.DecryptError:
        told = "ce fichier n'est pas chiffré pour la clé de ce registre, ou il est altéré"
        raise refusal("index-illisible", str(path), told) from None
    return write_whole(out, clear, private=True)
