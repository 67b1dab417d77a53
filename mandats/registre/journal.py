"""Events of the ledger, and the chain that shows tampering. Pure: no database, no key, no clock.

Each event carries the SHA-256 of (the link before, its own public columns, the SHA-256 of its ciphertext). The
ciphertext can be destroyed and the chain still be verified: what is left is a tombstone. A chain proves order and
integrity against a head kept elsewhere: the head is in the state file of each act, and `journal` prints it.

Events: creation, import, inscription, attente (a likely duplicate, not counted until decided), decision, confirmation,
correction, retrait, refus, depot (an act was filed), effacement (one person), purge (all).
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from mandats.registre import Refus, refusing

PARIS = ZoneInfo("Europe/Paris")
START = bytes(32)
ERASING = ("effacement", "purge")


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


def digest_of(charge: bytes | None) -> bytes:
    """What the chain keeps of a ciphertext (column `sceau`); empty when there is none."""
    return hashlib.sha256(charge).digest() if charge is not None else b""


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


def past_instant(text: str, maintenant: dt.datetime) -> str:
    """The same, of a list that can no longer change. Raises Refus when it is still to come."""
    instant = read_instant(text)
    if instant > write_instant(maintenant):
        raise Refus("l'instant est à venir : la liste peut encore changer d'ici là")
    return instant


def verify(rows: Iterable[tuple[Any, ...]], tete: str | None = None) -> Iterator[str]:
    """What is wrong with rows in order (seq, instant, genre, acteur, numero, detail, charge, sceau, chaine).

    `tete`: a head of the chain noted earlier, that must still be in it. Memory: one row, a number per emptied payload.
    """
    before, expected, seen, last = START, 1, tete is None, ""
    tete = tete and "".join(tete.split()).casefold()  # as copied by hand
    # seq → (numero, digest) of payloads destroyed, until a purge accounts for them
    emptied: dict[int, tuple[int, bytes]] = {}
    for seq, instant, genre, acteur, numero, detail, charge, sceau, chaine in rows:
        sceau, chaine = bytes(sceau), bytes(chaine)
        if seq != expected:
            yield f"événement {expected} : absent"
            expected = seq
        if instant < last:
            yield f"événement {seq} : antérieur à celui qui le précède"
        if charge is None and sceau:
            emptied[seq] = (numero, sceau)
        elif digest_of(None if charge is None else bytes(charge)) != sceau:
            yield f"événement {seq} : contenu chiffré altéré"
        if link(before, seq, instant, genre, acteur, numero, detail, sceau=sceau) != chaine:
            yield f"événement {seq} : la chaîne ne suit pas"
        if genre in ERASING:  # what it declares to have destroyed is accounted for; a different digest is a lie
            mine = {s: digest for s, (n, digest) in emptied.items() if genre == "purge" or n == numero}
            said = json.loads(detail)
            if (len(mine), digest_of_all(mine.values())) != (said.get("charges"), said.get("empreinte")):
                yield f"événement {seq} : la purge ne correspond pas aux contenus effacés"
            emptied = {s: left for s, left in emptied.items() if s not in mine}
        before, last, expected = chaine, instant, expected + 1
        seen = seen or chaine.hex() == tete
    for seq in emptied:
        yield f"événement {seq} : contenu effacé sans qu'une purge le dise"
    if not seen:
        yield "la tête de chaîne donnée n'est pas dans ce registre : des événements ont été ôtés ou réécrits"


def digest_of_all(digests: Iterable[bytes]) -> str:
    """The digest of ciphertexts' digests in the order of their events: what a purge leaves of what it destroyed."""
    return hashlib.sha256(b"".join(map(bytes, digests))).hexdigest()
