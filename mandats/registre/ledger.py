"""The ledger: events added, and what they say at an instant. Knows the key and the store; reads no file and no clock.

A mandate's state is never stored, always folded from its events up to an instant, in the order the ledger learnt them.
What an act announced at an instant can therefore always be counted again, whatever happened since.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import itertools
import json
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mandats.preuves import PREUVES
from mandats.registre import Refus, refusing
from mandats.registre.journal import START, Evenement, link, read_instant, seal, verify, write_detail, write_instant
from mandats.registre.personne import FIRST, NAMES, PERSON, Inscrit, later_answers
from mandats.registre.secret import Key, Phrase, mailbox_key, name_key, read_key, tidy_code
from mandats.registre.store import LOOKUPS, Store, create_store, open_store
from mandats.registre.temoin import note_head, noted_head
from mandats.registre.textes import Texte, texts_of
from mandats.render.typography import paris_clock, paris_day
from mandats.words import in_paris

VALID = ("donne", "confirme")
FOREVER = "9999"
ALTERED = (
    "registre altéré ({}) : rien n'y est compté, cherché ni écrit. Remettez à sa place la dernière copie intacte ; "
    "« mandats registre journal --verifier » dit si elle l'est"
)
SLOW = "l'horloge de cette machine ({}) retarde sur le dernier événement du registre ({}) : mettez-la à l'heure"
OLDER = (
    "l'événement {}, noté près de la clé, n'y est plus : une copie plus ancienne, ou un autre registre, a pris sa "
    "place (si elle doit y rester, supprimez {}.tetes)"
)
FIRST_EVENT = "SELECT detail FROM evenements WHERE seq = 1"
HISTORY = "SELECT genre, detail, charge, instant FROM evenements"
GIVES = {"inscription": "donne", "attente": "attente", "retrait": "retire", "refus": "refuse"}  # genre → state
CARRY = ("inscription", "attente", "correction")  # the person's values, or what an erasure left of them
Tally = Callable[[Texte, Inscrit], object]  # told each mandate of a list, with its text


@dataclass(frozen=True, slots=True)
class Ajout:
    """One event to be: `chiffre` goes encrypted, `detail` in clear."""

    genre: str
    numero: int | None = None
    detail: dict[str, Any] | None = None
    chiffre: dict[str, Any] | None = None
    cherche: dict[str, bytes] | None = None  # the look-ups, by column


@dataclass(slots=True)
class Etat:
    """What the events say of one mandate: `attente` besides the states of an Inscrit, and None before anything."""

    etat: str | None = None
    preuve: str = ""
    charge: Any = None
    texte: int = 1  # the rank of the text signed


def slow(now: str, last: str) -> str:
    """That the clock went back since the last event."""
    return SLOW.format(*(paris_clock(instant) for instant in (now, last)))


def fold(events: Iterable[Sequence[Any]]) -> Etat:
    """The state after events (genre, detail, charge, …), oldest first."""
    state = Etat()
    for genre, written, charge, *_ in events:
        detail = json.loads(written)
        if genre == "decision":
            state.etat = "donne" if detail["sens"] == "distinct" else "refuse"
        elif genre == "confirmation":
            state.etat = "confirme" if state.etat == "donne" else state.etat
        else:
            state.etat = GIVES.get(genre, state.etat)
        state.preuve = detail.get("preuve", state.preuve)
        state.texte = detail.get("texte", state.texte)
        if genre in CARRY:
            state.charge = charge
    return state


def ouvrir(lieu: str | Path, cle: str | Path, phrase: Phrase = None, sain: bool = True) -> Registre:
    """The ledger at `lieu`, unlocked by the key file `cle` (and its passphrase when it has one).

    Raises Refus when the place holds no ledger, is readable by others, the key is not its own or, unless `sain` is
    false, anything of it was altered. From here on the process and those it starts leave no core file: their memory
    names people.
    """
    with contextlib.suppress(ImportError):  # Windows writes none
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    registre = Registre(open_store(str(lieu)), read_key(Path(cle), phrase), str(lieu))
    if sain:
        registre.refuse_altered()
    return registre


def peek(lieu: str) -> Registre:
    """The ledger at `lieu`, without its key: counts and days, nobody's data. Raises Refus."""
    registre = Registre(open_store(lieu), Key("", b""), lieu, new=True)
    with refusing(ALTERED.format("événement 1 : illisible"), ValueError, StopIteration):
        registre.campagne = json.loads(next(registre.store.rows(FIRST_EVENT))[0])
    return registre


def create_ledger(
    lieu: str, key: Key, campagne: dict[str, Any], acteur: str, maintenant: dt.datetime, texte: Any = None
) -> None:
    """A new ledger. `campagne`: campagne, texte (SHA-256 of the mandate's text), conservation (a day), age_minimum;
    `texte`: that text, as `textes.read_mandate` reads it.
    """
    first = Ajout("creation", None, {"version": 1, "destinataire": key.destinataire, **campagne})
    with create_store(lieu) as store:
        made = Registre(store, key, lieu, new=True)
        made.ajouter([first, *([Ajout("texte", None, texte)] if texte else [])], acteur, maintenant)


class Registre:
    """An open ledger. Instants are ISO, in universal time; None means the last event."""

    def __init__(self, store: Store, key: Key, lieu: str, new: bool = False):
        self.store, self.key, self.lieu = store, key, lieu
        self.campagne: dict[str, Any] = {}
        self._writing = 0  # transactions, one inside another
        if not new:
            try:
                self.campagne = json.loads(next(store.rows(FIRST_EVENT))[0])
                mine = self.campagne["destinataire"] == key.destinataire
            except (ValueError, TypeError, LookupError, StopIteration):
                raise Refus(ALTERED.format("événement 1 : illisible")) from None
            if not mine:
                raise Refus("cette clé n'est pas celle de ce registre, ou le registre est altéré")

    def close(self) -> None:
        self.store.close()

    def evenements(self, *genre: str) -> Iterator[Evenement]:
        """The events, all or of one kind, oldest first, without what is encrypted."""
        columns, where = "seq, instant, genre, acteur, numero, detail", "WHERE genre = ?" if genre else ""
        rows = self.store.rows(f"SELECT {columns} FROM evenements {where} ORDER BY seq", genre)
        for seq, instant, kind, acteur, numero, detail in rows:
            yield Evenement(seq, instant, kind, acteur, numero, json.loads(detail))

    def etats(self, instant: str | None = None, charge: bool = False) -> Iterator[tuple[int, Etat]]:
        """(numero, state) of every mandate, sorted; with its last ciphertext when `charge`."""
        rows = self.store.rows(
            f"SELECT genre, detail, {'charge' if charge else 'NULL'}, numero FROM evenements "
            "WHERE numero IS NOT NULL AND instant <= ? ORDER BY numero, seq",
            [instant or FOREVER],
        )
        for numero, group in itertools.groupby(rows, key=lambda row: row[-1]):
            yield numero, fold(group)

    def mandants(
        self, instant: str | None = None, texte: int = 0, parmi: Container[int] | None = None
    ) -> Iterator[Inscrit]:
        """The mandates valid at an instant, sorted by number, one at a time. `texte`: those given on the text of that
        rank; `parmi`: those of these numbers. Raises Refus when they were purged.
        """
        for numero, state in self._valid(instant):
            if (not texte or state.texte == texte) and (parmi is None or numero in parmi):
                yield self._person(numero, state)

    def _valid(self, instant: str | None) -> Iterator[tuple[int, Etat]]:
        return ((n, state) for n, state in self.etats(instant, charge=True) if state.etat in VALID)

    def changes(self, since: str, until: str) -> dict[int, bool]:
        """Of the mandates of which something was learnt between two instants, those valid at either; and whether they
        are at the second. The second may come before.
        """
        sql = "SELECT DISTINCT numero FROM evenements WHERE instant > ? AND instant <= ? AND numero IS NOT NULL"
        found = sorted(n for (n,) in self.store.rows(sql, sorted((since, until))))
        valid = {n: [self.etat_de(n, at).etat in VALID for at in (since, until)] for n in found}
        return {n: after for n, (before, after) in valid.items() if before or after}

    def mandant(self, numero: int) -> tuple[Inscrit | None, Etat]:
        """One person, whatever the state; None when erased. Raises Refus when the number was never given."""
        state = fold(self.store.rows(f"{HISTORY} WHERE numero = ? ORDER BY seq", [numero]))
        if state.etat is None:
            raise Refus(f"pas de mandat n° {numero}")
        return (self._person(numero, state) if state.charge is not None else None), state

    def _person(self, numero: int, state: Etat) -> Inscrit:
        if state.charge is None:
            told = f"les données du mandat n° {numero} ont été effacées"
            raise Refus(f"{told} : la liste ne peut plus être produite à cet instant")
        value = self.key.open(state.charge)
        if value["numero"] != numero:
            raise Refus(f"les données du mandat n° {numero} sont celles d'un autre : registre altéré")
        person = {f: value["personne"].get(f, "") for f in PERSON}  # a field may be younger than the ledger
        return Inscrit(numero, self.key.code(numero), **person, preuve=state.preuve, etat=state.etat or "")

    def etat_de(self, numero: int, instant: str) -> Etat:
        """What the ledger knew of one mandate at an instant."""
        return fold(self.store.rows(f"{HISTORY} WHERE numero = ? AND instant <= ? ORDER BY seq", [numero, instant]))

    def par_preuve(self, instant: str | None = None) -> dict[str, int]:
        """How many mandates are valid at an instant, by kind of evidence, weakest first. Needs no decryption."""
        counts = Counter(state.preuve for _, state in self.etats(instant) if state.etat in VALID)
        return {p: counts[p] for p in PREUVES if counts[p]}

    def canonique(self, instant: str | None = None, tally: Tally = lambda text, person: None) -> Iterator[bytes]:
        """The list at an instant, as `empreinte` hashes it: a JSON array a line, in the order of NAMES."""
        names, textes = [name for name in NAMES if name not in PERSON or name in FIRST], texts_of(self)
        for numero, state in self._valid(instant):
            m, text = self._person(numero, state), textes[state.texte - 1]
            values = [getattr(m, name) for name in names] + later_answers({f: getattr(m, f) for f in PERSON})
            values += [f"texte={text.empreinte}"] if text.rang > 1 else []
            tally(text, m)
            yield json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"

    def empreinte(self, instant: str | None = None, tally: Tally = lambda text, person: None) -> str:
        """SHA-256 of the canonical list at an instant; with the codes, so that nobody can try names against it."""
        total = hashlib.sha256()
        for line in self.canonique(instant, tally):
            total.update(line)
        return total.hexdigest()

    def etat(self, instant: str | None = None, *tetes: str) -> dict[str, Any]:
        """What an act prints of the ledger: number, instant, digest, kinds of evidence. No personal data.

        Raises Refus for a ledger altered since, or without one of the heads noted earlier, `tetes`.
        """
        self.refuse_altered(*tetes)
        instant = instant or self.store_head()[0]
        until = "SELECT chaine FROM evenements WHERE instant <= ? ORDER BY seq DESC LIMIT 1"
        head = next(self.store.rows(until, [instant]), None)
        if head is None:
            raise Refus("à cet instant le registre n'existait pas encore")
        par_preuve = self.par_preuve(instant)
        signed, days = Counter[tuple[int, bool]](), set[str]()

        def tally(text: Texte, person: Inscrit) -> None:
            signed[text.rang, text.precedes(person.signe_le)] += 1
            days.update([paris_day(person.signe_le)] if person.signe_le else [])

        empreinte = self.empreinte(instant, tally)
        textes = [
            {"empreinte": t.empreinte, "fichier": t.fichier or t.empreinte, "date": t.date or None,
             "texte": t.texte or None, "nombre": signed[t.rang, True] + signed[t.rang, False],
             "avant": signed[t.rang, False]}
            for t in texts_of(self)
        ]  # fmt: skip
        more = {"textes": textes} | ({"recueil": {"du": min(days), "au": max(days)}} if days else {})
        return {
            "campagne": self.campagne["campagne"], "texte": self.campagne["texte"],
            "instant": instant, "nombre": sum(par_preuve.values()), "empreinte": empreinte, "par_preuve": par_preuve,
            "tete": bytes(head[0]).hex(), **(more if any(t["texte"] for t in textes) else {}),
        }  # fmt: skip

    def instant(self, text: str | None, maintenant: dt.datetime) -> str:
        """An instant as given by hand, or now, whose list can no longer change. Raises Refus when it still can, and for
        now when events are later: they would not be counted.
        """
        now, last = write_instant(maintenant), self.store_head()[0]
        if text is None and now < last:
            raise Refus(f"{slow(now, last)}, ou comptez à cet instant-là : --instant {in_paris(last).isoformat()}")
        instant = read_instant(text) if text is not None else now
        if instant > max(now, last):
            raise Refus("l'instant est à venir, ou l'horloge retarde : la liste peut encore changer d'ici là")
        return instant

    def store_head(self) -> tuple[str, bytes]:
        """(instant, link) of the last event."""
        return self._last()[1:]

    def _last(self) -> tuple[int, str, bytes]:
        end = self.store.rows("SELECT seq, instant, chaine FROM evenements ORDER BY seq DESC LIMIT 1")
        seq, instant, chaine = next(end, (0, "", START))
        return seq, instant, bytes(chaine)

    def numero_of(self, text: str) -> int:
        """The number of a mandate given by its number or its code. Raises Refus."""
        last = self.last_numero()
        if text.isascii() and text.isdigit() and len(text) < 10:
            if 1 <= int(text) <= last:
                return int(text)
            raise Refus(f"pas de mandat n° {int(text)}")
        code = tidy_code(text)
        if found := next((n for n in range(1, last + 1) if self.key.code(n) == code), None):
            return found
        raise Refus("aucun mandat ne porte ce code")

    def last_numero(self) -> int:
        return int(next(self.store.rows("SELECT COALESCE(MAX(numero), 0) FROM evenements"))[0])

    def actes_touches(self, numero: int) -> list[dict[str, Any]]:
        """The acts filed on a list that this mandate was on: {acte, depose_le, instant, nombre}."""
        return [
            {"acte": said["acte"], "depose_le": filed, "instant": said["instant"], "nombre": said["nombre"]}
            for filed, said in ((act.instant, act.detail) for act in self.evenements("depot"))
            if self.etat_de(numero, said["instant"]).etat in VALID
        ]

    def verifier(self, *tetes: str) -> Iterator[str]:
        """What is wrong with the file and the chain; nothing when they are sound. Needs no decryption.

        `tetes`: heads noted earlier. The one that was noted beside the key is looked for too.
        """
        try:
            yield from self.store.damage()
            yield from verify(self.store.rows("SELECT * FROM evenements ORDER BY seq"), tetes)
            if noted := noted_head(self.key.fichier, self.lieu):
                seq, tete = noted
                found = next(self.store.rows("SELECT chaine FROM evenements WHERE seq = ?", [seq]), (b"",))
                if bytes(found[0]).hex() != tete:
                    yield OLDER.format(seq, self.key.fichier)
        except Refus as error:
            yield str(error)
        except (TypeError, ValueError, LookupError, AttributeError):
            yield "des valeurs ne se lisent pas"

    def refuse_altered(self, *tetes: str) -> None:
        """Raises Refus when `verifier` finds anything: what is counted, found or written would rest on it."""
        if found := list(itertools.islice(self.verifier(*tetes), 4)):
            raise Refus(ALTERED.format(" ; ".join([*found[:3], *["…"] * (len(found) > 3)])))

    def ajouter(self, ajouts: list[Ajout], acteur: str, maintenant: dt.datetime) -> None:
        """Append events, all or none: numbered, encrypted, chained. None is earlier than the one before; when the clock
        went back, it is later, since what was counted at that one's instant must not change.
        """
        with self.transaction():
            seq, last, before = self._last()
            instant = write_instant(maintenant)
            if instant < last:
                instant = write_instant(dt.datetime.fromisoformat(last) + dt.timedelta(microseconds=1))
            rows = []
            for a in ajouts:
                seq += 1
                detail = write_detail(a.detail or {})
                charge = self.key.encrypt({"numero": a.numero, **a.chiffre}) if a.chiffre is not None else None
                lookups = [*map((a.cherche or {}).get, LOOKUPS)]
                # The first look-up of an erasure is told in its detail.
                sceau = seal(charge, lookups[a.genre == "effacement" :])
                before = link(before, seq, instant, a.genre, acteur, a.numero, detail, sceau=sceau)
                rows.append((seq, instant, a.genre, acteur, a.numero, detail, charge, sceau, before, *lookups))
            self.store.insert(rows)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; when it is done, its last event is noted beside the key. Inside another, part of it."""
        with self.store.transaction():
            self._writing += 1
            try:
                yield
            finally:
                self._writing -= 1
        if not self._writing:
            seq, _, head = self._last()
            note_head(self.key.fichier, self.lieu, seq, head.hex())

    def lookups(self, personne: dict[str, str]) -> dict[str, bytes]:
        """The keyed digests under which a person is found again: `ligne` is the exact row, the others likenesses."""
        name = name_key(personne["prenom"], personne["nom"])
        found = {
            "ligne": self.key.digest("ligne", "\0".join([*(personne[f] for f in FIRST), *later_answers(personne)])),
            "courriel": self.key.digest("courriel", mailbox_key(personne["courriel"])),
            "homonyme": self.key.digest("homonyme", name),
        }
        if personne["date_naissance"]:
            found["personne"] = self.key.digest("personne", f"{name}\0{personne['date_naissance']}")
        return found
