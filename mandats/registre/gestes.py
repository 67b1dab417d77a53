"""What is done to one mandate, or to all at the end: withdraw, correct, confirm, decide, give access, erase, purge.

Each returns what a person must be told: the acts filed on a list where the mandate was (C. civ., art. 2003-2005).
"""

import contextlib
import datetime as dt
import itertools
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mandats.preuves import PREUVES
from mandats.registre import Refus, refusing
from mandats.registre.colonnes import plain
from mandats.registre.journal import digest_of_all, digest_of_rows, read_instant
from mandats.registre.ledger import VALID, Ajout, Etat, Registre
from mandats.registre.lignes import Fault, Rules, check_row
from mandats.registre.personne import PERSON
from mandats.registre.secret import mailbox_key, tidy_code
from mandats.registre.tableur import read_rows
from mandats.registre.textes import find_text, texts_of

BATCH = 500  # confirmations in one transaction
ALIVE = (*VALID, "attente")
LIST = ("instant", "nombre", "empreinte")  # what tells one list from another
EMPTY = "charge = NULL, courriel = NULL, personne = NULL, homonyme = NULL"


def campaign_facts(nom: str, texte: str, conservation: str, age_minimum: int) -> dict[str, Any]:
    """What a new ledger says of its campaign. `texte`: the hash of the mandate's text; `conservation`: the last day the
    data are kept. Raises Refus for a day that is none.
    """
    with refusing("conservation : AAAA-MM-JJ attendu", ValueError):
        dt.date.fromisoformat(conservation)
    return {"campagne": nom, "texte": texte, "conservation": conservation, "age_minimum": age_minimum}


def _state(registre: Registre, numero: int, wanted: Sequence[str], told: str) -> Etat:
    """The state of a mandate; Refus with what is `told` when it is none of those wanted."""
    _, state = registre.mandant(numero)
    if state.etat not in wanted:
        raise Refus(f"le mandat n° {numero} {told} (état : {state.etat})")
    return state


def withdraw(
    registre: Registre, numero: int, recu_le: str | None, acteur: str, maintenant: dt.datetime, refus: bool = False
) -> list[dict[str, Any]]:
    """Withdraw (or refuse) a mandate; returns the acts touched. Raises Refus when it is not in force."""
    _state(registre, numero, ALIVE, "n'est pas en vigueur")
    if recu_le:
        with refusing("date de réception attendue : AAAA-MM-JJ", ValueError):
            dt.date.fromisoformat(recu_le)
    touched = registre.actes_touches(numero)
    event = Ajout("refus" if refus else "retrait", numero, {"recu_le": recu_le} if recu_le else {})
    registre.ajouter([event], acteur, maintenant)
    return touched


def correct(
    registre: Registre, numero: int, changes: dict[str, str], rules: Rules, acteur: str
) -> tuple[list[Fault], list[dict[str, Any]]]:
    """Correct a person's values (RGPD, art. 16), or which text was signed (`texte`: its day, its hash); (faults, acts
    touched). With a fault, nothing is written.
    """
    person, state = registre.mandant(numero)
    if person is None or state.etat not in ALIVE:
        raise Refus(f"le mandat n° {numero} ne se corrige plus (état : {state.etat})")
    before, textes = {f: getattr(person, f) for f in PERSON}, texts_of(registre)
    text = find_text(textes, changes["texte"]) if "texte" in changes else textes[state.texte - 1]
    if text is None:
        raise Refus(f"texte inconnu ; le registre tient {' ; '.join(map(str, textes))}")
    rules = replace(rules, choisi=text)
    after, _, faults = check_row({k: v for k, v in {**before, **changes}.items() if v or k in changes}, rules)
    judged = {*changes, *(["accord_representant"] if "date_naissance" in changes else [])}
    judged |= {"signe_le"} if "texte" in changes else set()
    faults = [f for f in faults if f.colonne in judged]
    if faults:
        return faults, []
    touched = registre.actes_touches(numero)
    after |= {field: before[field] for field in PERSON if field not in changes}
    detail = {"champs": sorted(changes)} | ({"texte": text.rang} if text.rang != state.texte else {})
    event = Ajout("correction", numero, detail, {"personne": after}, registre.lookups(after))
    registre.ajouter([event], acteur, rules.maintenant)
    return [], touched


def confirm(
    registre: Registre, numero: int, preuve: str, elements: dict[str, Any], acteur: str, maintenant: dt.datetime
) -> bool:
    """Record evidence of a mandate; False when already known. `elements` (hash of the file, instant…) are encrypted."""
    state = _state(registre, numero, VALID, "n'est pas en vigueur")
    digest = registre.key.digest("preuve", f"{numero}\0{preuve}\0{sorted(elements.items())}")
    if next(registre.store.find("ligne", [digest]), None):
        return False
    if PREUVES.index(preuve) < PREUVES.index(state.preuve):
        raise Refus(f"le mandat n° {numero} a déjà une preuve plus forte")
    event = Ajout("confirmation", numero, {"preuve": preuve}, {"elements": elements}, {"ligne": digest})
    registre.ajouter([event], acteur, maintenant)
    return True


@dataclass(frozen=True)
class Confirmed:
    """What a list of confirmations gave; `fautes`: (line, why)."""

    nouveaux: int
    connus: int
    fautes: tuple[tuple[int, str], ...]


def confirm_list(registre: Registre, path: Path, preuve: str, acteur: str, maintenant: dt.datetime) -> Confirmed:
    """Confirmations exported by a mailing tool: a table with the columns `code` and `instant`.

    Raises Refus when a column is missing. The same list again changes nothing.
    """
    rows = read_rows(path)
    _, header = next(rows, (0, []))
    names = [plain(h) for h in header]
    if not {"code", "instant"} <= set(names):
        raise Refus(f"{path} : colonnes code et instant attendues")
    numbers = {registre.key.code(n): n for n in range(1, registre.last_numero() + 1)}
    counts, faults = [0, 0], []  # known, new
    while batch := list(itertools.islice(rows, BATCH)):  # one transaction each: the disk is waited for once
        with registre.transaction():
            for line, cells in batch:
                row = dict(zip(names, cells, strict=False))
                try:
                    numero = numbers.get(tidy_code(row.get("code", "")))
                    if numero is None:
                        raise Refus("code inconnu")
                    elements = {"instant": read_instant(row.get("instant", ""))}
                    counts[confirm(registre, numero, preuve, elements, acteur, maintenant)] += 1
                except Refus as error:
                    faults.append((line, str(error)))
    return Confirmed(counts[1], counts[0], tuple(faults))


def decide(registre: Registre, numero: int, sens: str, acteur: str, maintenant: dt.datetime) -> None:
    """Settle a likely duplicate: `distinct` counts, `doublon` never will."""
    _state(registre, numero, ("attente",), "n'attend pas de décision")
    registre.ajouter([Ajout("decision", numero, {"sens": sens})], acteur, maintenant)


def file_act(
    registre: Registre, acte: str, instant: str, acteur: str, maintenant: dt.datetime, attendu: Any = None,
    essai: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """Record that an act was filed with the list at an instant; `attendu`: the state (a map) it was built with.

    Once: the same again changes nothing. `essai`: only raises what would be refused.
    """
    if attendu and attendu.get("campagne") != registre.campagne["campagne"]:
        raise Refus("cet état vient d'un autre registre (autre campagne)")
    state = registre.etat(instant, *([str(attendu["tete"])] if attendu and attendu.get("tete") else []))
    if not state["nombre"]:
        raise Refus(f"au {instant} la liste est vide : un acte ne se dépose pas au nom de personne")
    if attendu and any(attendu.get(k) != state[k] for k in LIST):
        raise Refus("l'acte annonce une autre liste que celle du registre à cet instant : refaites l'état, puis l'acte")
    detail = {"acte": acte, **{k: state[k] for k in LIST}}
    if not essai and not any(e.detail == detail for e in registre.evenements("depot")):
        registre.ajouter([Ajout("depot", None, detail)], acteur, maintenant)
    return detail


def export_person(registre: Registre, numero: int) -> dict[str, Any]:
    """Everything the ledger holds of one person (RGPD, art. 15 and 20), in the person's language."""
    _, state = registre.mandant(numero)
    columns = "seq, instant, genre, acteur, detail, charge"
    keys = ("evenement", "instant", "genre", "par", "detail", "donnees")
    rows = registre.store.rows(f"SELECT {columns} FROM evenements WHERE numero = ? ORDER BY seq", [numero])
    events = [dict(zip(keys, row, strict=True)) for row in rows]
    for event in events:
        if event["donnees"] is not None:
            event["donnees"] = registre.key.open(event["donnees"])
            del event["donnees"]["numero"]
    text = texts_of(registre)[state.texte - 1]
    return {
        "campagne": registre.campagne["campagne"], "texte_du_mandat_sha256": text.empreinte,
        "texte_du_mandat": text.texte or None, "texte_du": text.date or None,
        "conservation_jusqu_au": registre.campagne["conservation"], "numero": numero, "code": registre.key.code(numero),
        "etat": state.etat, "preuve": state.preuve, "actes_deposes": registre.actes_touches(numero),
        "evenements": events,
    }  # fmt: skip


def find_person(registre: Registre, courriel: str) -> list[int]:
    """The numbers whose mailbox is this one; needs no decryption."""
    digest = registre.key.digest("courriel", mailbox_key(courriel.strip()))
    return sorted({numero for _, numero in registre.store.find("courriel", [digest])})


def erase(registre: Registre, numero: int, acteur: str, maintenant: dt.datetime) -> dict[str, Any]:
    """Destroy one person's data after withdrawal (RGPD, art. 17); the row's digest stays: no import brings it back."""
    if registre.mandant(numero)[1].etat in ALIVE:
        raise Refus(f"le mandat n° {numero} est en vigueur : retirez-le d'abord (C. civ., art. 2004)")
    return _destroy(registre, "effacement", numero, EMPTY, acteur, maintenant)


def purge(registre: Registre, acteur: str, maintenant: dt.datetime) -> dict[str, Any]:
    """Destroy everyone's data once the retention date is reached; returns the proof, without data."""
    end = registre.campagne["conservation"]
    if maintenant.date().isoformat() < end:
        raise Refus(f"la durée de conservation court jusqu'au {end} : rien n'est purgé avant")
    return _destroy(registre, "purge", None, EMPTY + ", ligne = NULL", acteur, maintenant)


def _destroy(
    registre: Registre, genre: str, numero: int | None, what: str, acteur: str, maintenant: dt.datetime
) -> dict[str, Any]:
    """Payloads emptied and the tombstone chained, in one transaction; then the file is rewritten without them."""
    store = registre.store
    where, values = ("numero = ?", [numero]) if numero is not None else ("numero IS NOT NULL", [])
    with registre.transaction():
        sql = f"SELECT sceau, ligne FROM evenements WHERE {where} AND charge IS NOT NULL ORDER BY seq"
        found = [(bytes(sceau), ligne) for sceau, ligne in store.rows(sql, values)]
        if not found:
            raise Refus("rien à effacer : c'est déjà fait")
        store.execute(f"UPDATE evenements SET {what} WHERE {where}", values)
        detail: dict[str, Any] = {"charges": len(found), "empreinte": digest_of_all(sceau for sceau, _ in found)}
        salt = None
        if numero is not None:
            salt = {"ligne": secrets.token_bytes(16)}
            detail["recherche"] = digest_of_rows(salt["ligne"], (ligne for _, ligne in found))
        registre.ajouter([Ajout(genre, numero, detail, cherche=salt)], acteur, maintenant)
    store.scrub()
    instant, head = registre.store_head()
    return {"campagne": registre.campagne["campagne"], "genre": genre, "instant": instant, **detail, "tete": head.hex()}


def read_state(path: Path) -> dict[str, Any]:
    """A state file, as written by `registre etat`."""
    with contextlib.suppress(OSError, ValueError):
        value = json.loads(path.read_text("utf-8"))
        if isinstance(value, dict):
            return value
    raise Refus(f"{path} : ce n'est pas un état de registre")
