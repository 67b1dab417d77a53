"""Events of the ledger, and the chain that shows tampering. Pure: no database, no key, no clock.

Each event carries the SHA-256 of (the link before, its own public columns, its seal). The seal is a digest of the
ciphertext and of the look-ups: they can be destroyed and the chain still be verified; what is left is a tombstone, that
tells nothing even to the holder of the key. (Events of the first version seal the ciphertext alone.) A chain proves
order and integrity against a head kept elsewhere: it is in the state file of each act, in `temoin`, and `journal`
prints it.

Events: creation, import, inscription, attente (a likely duplicate, not counted until decided), decision, confirmation,
correction, retrait, refus, depot (an act was filed), effacement (one person), purge (all).
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from mandats.registre import refusing

PARIS = ZoneInfo("Europe/Paris")
START = bytes(32)
ERASING = ("effacement", "purge")
WITH_LOOKUPS = b"\2"  # how a seal begins that covers them


@dataclass(frozen=True, slots=True)
class Evenement:
    seq: int
    instant: str
    genre: str
    acteur: str
    numero: int | None
    detail: dict[str, Any]  # never a person's data


def write_detail(detail: dict[str, Any]) -> str:
    return json.dumps(detail, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def seal(charge: bytes | None, lookups: Sequence[bytes | None]) -> bytes:
    """What the chain keeps of a ciphertext and its look-ups (column `sceau`); empty when there are none."""
    if charge is None and all(digest is None for digest in lookups):
        return b""
    found = b"".join(b"\0" if digest is None else b"\1" + digest for digest in lookups)
    return WITH_LOOKUPS + hashlib.sha256(hashlib.sha256(charge or b"").digest() + found).digest()


def link(before: bytes, *columns: int | str | None, sceau: bytes) -> bytes:
    """The next link of the chain. `columns`: seq, instant, genre, acteur, numero, detail."""
    text = json.dumps([*columns, sceau.hex()], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(before + text.encode()).digest()


def write_instant(moment: dt.datetime) -> str:
    """Universal time to the microsecond, always 27 characters: its order is the alphabet's."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def read_instant(text: str) -> str:
    """An instant as given by hand. A day alone is its last microsecond in Paris; no offset means Paris time.

    >>> read_instant("2022-09-24")
    '2022-09-24T21:59:59.999999Z'
    >>> read_instant("2022-09-24T12:00:00Z")
    '2022-09-24T12:00:00.000000Z'
    """
    with refusing("instant attendu : AAAA-MM-JJ, ou AAAA-MM-JJTHH:MM", ValueError):
        moment = dt.datetime.fromisoformat(text)
    if len(text) == 10:
        moment = moment.replace(hour=23, minute=59, second=59, microsecond=999_999)
    return write_instant(moment if moment.tzinfo else moment.replace(tzinfo=PARIS))


def verify(rows: Iterable[tuple[Any, ...]], tetes: Iterable[str] = ()) -> Iterator[str]:
    """What is wrong with rows in order (seq, instant, genre, acteur, numero, detail, charge, sceau, chaine, then the
    look-ups: ligne, courriel, personne, homonyme).

    `tetes`: heads of the chain noted earlier, that must still be in it. Memory: one row, and what a purge must account
    for of each emptied payload. Raises TypeError or ValueError for values of no ledger.
    """
    before, expected, last, unpurged = START, 1, "", ""
    wanted = {"".join(tete.split()).casefold() for tete in tetes}  # as copied by hand
    # seq → (numero, seal, look-up of the row) of payloads destroyed, until a purge accounts for them
    emptied: dict[int, tuple[int, bytes, bytes | None]] = {}
    for seq, instant, genre, acteur, numero, detail, charge, sceau, chaine, *lookups in rows:
        # Not bytes(): of an altered number it makes as many zeros.
        sceau, chaine = b"".join([sceau]), b"".join([chaine])
        charge, *lookups = (None if value is None else b"".join([value]) for value in (charge, *lookups))
        if seq != expected:
            yield f"événement {expected} : absent"
            expected = seq
        if instant < last:
            yield f"événement {seq} : antérieur à celui qui le précède"
        if charge is None and sceau:
            emptied[seq] = (numero, sceau, lookups[0])
            sound = lookups[1:] == [None] * 3
        elif charge is not None and len(sceau) == 32:  # of the first version
            sound = hashlib.sha256(charge).digest() == sceau
        else:  # an erasure's own look-up is the salt of what it kept, judged below
            sound = seal(charge, lookups[genre == "effacement" :]) == sceau
        if not sound:
            yield f"événement {seq} : contenu chiffré ou recherche altérés"
        if link(before, seq, instant, genre, acteur, numero, detail, sceau=sceau) != chaine:
            yield f"événement {seq} : la chaîne ne suit pas"
        elif genre in ERASING:  # what it declares to have destroyed is accounted for; a different digest is a lie
            mine = {s: kept for s, kept in emptied.items() if genre == "purge" or kept[0] == numero}
            said, seals, left = json.loads(detail), [kept[1] for kept in mine.values()], [k[2] for k in mine.values()]
            sound = (len(mine), digest_of_all(seals)) == (said.get("charges"), said.get("empreinte"))
            if genre == "purge":
                sound, unpurged = sound and not any(left), ""
            elif "recherche" in said and lookups[0] is None and not any(left):
                unpurged = f"événement {seq} : recherche effacée sans qu'une purge le dise"
            elif "recherche" in said or lookups[0] is not None:
                sound = sound and said.get("recherche") == digest_of_rows(lookups[0], left)
            if not sound:
                yield f"événement {seq} : la purge ne correspond pas aux contenus effacés"
            emptied = {s: kept for s, kept in emptied.items() if s not in mine}
        before, last, expected = chaine, instant, expected + 1
        wanted.discard(chaine.hex())
    if unpurged:
        yield unpurged
    for seq in emptied:
        yield f"événement {seq} : contenu effacé sans qu'une purge le dise"
    if wanted:
        yield (
            "la tête de chaîne donnée n'est pas dans ce registre : des événements ont été ôtés ou réécrits, "
            "ou elle vient d'un autre registre"
        )


def digest_of_rows(salt: bytes | None, lignes: Iterable[bytes | None]) -> str:
    """What an erasure says of the look-ups of rows that it keeps, so that no import brings the person back. The salt
    is in its own row: a purge destroys it, and nobody can then try a row against this digest.
    """
    return hashlib.sha256(b"".join(part or b"" for part in (salt, *lignes))).hexdigest()


def digest_of_all(digests: Iterable[bytes]) -> str:
    """The digest of ciphertexts' digests in the order of their events: what a purge leaves of what it destroyed."""
    return hashlib.sha256(b"".join(map(bytes, digests))).hexdigest()
