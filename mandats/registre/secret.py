"""The key of a ledger: an age identity, and the secret of the look-ups, in one file of mode 0600.

Takes and gives bytes; the cipher is age's (pyrage, bindings to the Rust `age` crate), the look-ups are HMAC-SHA256. The
file is itself encrypted by a passphrase (age's scrypt) unless the caller says otherwise. Nothing is of our making.

Each event is encrypted alone, to the public half, so that rows stream, one person can be erased, and memory stays flat.
A look-up (same e-mail? same row?) compares keyed digests: without the key they cannot be tried against a list of names.
"""

import base64
import hmac
import json
import os
import secrets
import stat
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pyrage

from mandats.files import digest, write_whole
from mandats.registre import Refus, refusing
from mandats.words import bare_words

AGE = b"age-encryption.org/"
# From the letters of base 32 to Crockford's: no I, L, O, U to misread on paper.
CROCKFORD = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"0123456789ABCDEFGHJKMNPQRSTVWXYZ")
DIGEST_BYTES = 16
WORDS, DRAWN = 5, 12  # of a passphrase; different signs, of one drawn by a machine
UNWRITTEN = "{} : écriture impossible ({{why}})"
UNOPENED = "une donnée du registre ne se déchiffre pas : autre clé, ou registre altéré (voyez « journal --verifier »)"
Phrase = str | Callable[[], str | None] | None  # or what gives it, called if the key needs one
APOSTROPHES = str.maketrans("", "", "'’＇")


@dataclass(frozen=True)
class Key:
    identite: str  # AGE-SECRET-KEY-1…
    secret: bytes  # 32 bytes
    fichier: Path | None = field(default=None, compare=False)  # where it was read

    def __repr__(self) -> str:
        return "Key(…)"

    @cached_property
    def _identity(self) -> Any:
        return pyrage.x25519.Identity.from_str(self.identite)

    @cached_property
    def _recipients(self) -> list[Any]:
        return [self._identity.to_public()]

    @property
    def destinataire(self) -> str:
        """The public half, `age1…`."""
        return str(self._recipients[0])

    def encrypt(self, value: dict[str, Any]) -> bytes:
        """The value as JSON, encrypted. Its length is rounded up to 128 bytes, so that it tells little."""
        data = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
        return bytes(pyrage.encrypt(data + b" " * (-len(data) % 128), self._recipients))

    def open(self, data: bytes) -> dict[str, Any]:
        """The value encrypted. Raises Refus when it was altered, or encrypted for another key."""
        with refusing(UNOPENED, pyrage.DecryptError, ValueError):
            value: dict[str, Any] = json.loads(pyrage.decrypt(bytes(data), [self._identity]))
        return value

    def digest(self, kind: str, text: str) -> bytes:
        """What to look for to find `text` again; different for each kind and each ledger key."""
        return hmac.digest(self.secret, f"{kind}\0{text}".encode(), "sha256")[:DIGEST_BYTES]

    def code(self, numero: int) -> str:
        """The code printed on form `numero`: 50 bits of an HMAC over the rank alone: without meaning, unguessable.

        Derived, not drawn, so that an import killed and run again prints the same forms.
        """
        drawn = base64.b32encode(hmac.digest(self.secret, b"code\0%d" % numero, "sha256"))
        letters = drawn.translate(CROCKFORD).decode()
        return f"{letters[:5]}-{letters[5:10]}"


def tidy_code(text: str) -> str:
    """A code as typed by hand, in its one spelling.

    >>> tidy_code("o1il2 abcde")
    '01112-ABCDE'
    """
    letters = "".join(c for c in text.upper() if c.isalnum()).translate(str.maketrans("OIL", "011"))
    return f"{letters[:5]}-{letters[5:]}"


def name_key(*names: str) -> str:
    """What two spellings of one name share: no case, accent, punctuation or order of words.

    >>> name_key("Zoé", "L'Hostis") == name_key("LHOSTIS", "zoe")
    True
    """
    text = " ".join(names).translate(APOSTROPHES)
    return " ".join(sorted(bare_words(text))) or unicodedata.normalize("NFKD", text).casefold()


def mailbox_key(courriel: str) -> str:
    """The mailbox an address leads to, as far as can be told without asking: no case, no « +label ».

    >>> mailbox_key("Zoe.H+lqdn@Example.org")
    'zoe.h@example.org'
    """
    local, _, domain = courriel.casefold().rpartition("@")
    local = local.split("+")[0]
    if domain in ("gmail.com", "googlemail.com"):
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"


def refuse_weak(phrase: str) -> None:
    """Raises Refus for a passphrase that a dictionary, or a day of tries, finds: the key's copy is all a thief needs.

    >>> refuse_weak("sept chiens jaunes traversent le fleuve"), refuse_weak("hG7-pq2.Vz9k_mTe4s")
    (None, None)
    """
    words = {word for word in bare_words(phrase) if len(word) > 1}
    drawn = " " not in phrase.strip() and len(set(phrase)) >= DRAWN and not phrase.isalpha()
    if len(words) < WORDS and not drawn:
        raise Refus(f"phrase secrète trop faible : {WORDS} mots différents au moins, sans lien entre eux")


def make_key(path: Path, phrase: str | None) -> Key:
    """Create the key file; encrypted by `phrase`, in clear when it is None. Raises Refus when the path is taken."""
    key = Key(str(pyrage.x25519.Identity.generate()), secrets.token_bytes(32), path)
    data = json.dumps({"mandats-registre": 1, "identite": key.identite, "secret": key.secret.hex()}).encode()
    write_private(path, pyrage.passphrase.encrypt(data, phrase) if phrase is not None else data, replace=False)
    return key


def read_key(path: Path, phrase: Phrase = None) -> Key:
    """The key in the file. Raises Refus: absent, readable by others, wrong passphrase, or no key."""
    with refusing(f"{path} : fichier de clé introuvable ou illisible", OSError):
        refuse_shared(path)
        data = path.read_bytes()
    if data.startswith(AGE):
        phrase = phrase() if callable(phrase) else phrase
        if phrase is None:
            raise Refus(f"{path} : cette clé demande sa phrase secrète")
        with refusing(f"{path} : phrase secrète refusée", pyrage.DecryptError):
            data = pyrage.passphrase.decrypt(data, phrase)
    with refusing(f"{path} : ce n'est pas une clé de registre", ValueError, KeyError, TypeError):
        value = json.loads(data)
        return Key(value["identite"], bytes.fromhex(value["secret"]), path)


def refuse_shared(path: Path) -> None:
    """Raises Refus when others than the owner may read the file."""
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise Refus(f"{path} : d'autres que vous peuvent lire ce fichier ; corrigez par : chmod 600 {path}")


def write_private(path: Path, data: bytes, replace: bool = True) -> None:
    """`write_whole`, mode 0600. Raises Refus when it cannot, or is there and may not be replaced."""
    with refusing(UNWRITTEN.format(path), OSError), refusing(f"{path} existe déjà", FileExistsError):
        write_whole(path, data, private=True, replace=replace)


def sha256_file(path: Path) -> str:
    """Hexadecimal digest of a file, read in pieces."""
    with refusing(f"{path} : fichier introuvable ou illisible", OSError):
        return digest(path)
