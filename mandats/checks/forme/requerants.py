"""Who files: statutes, the decision to sue."""

from __future__ import annotations

import re

from mandats.checks.forme.acte import Acte, Trouves, debut, trouve

# What does not tell one organ from another.
_GENERIC = {"conseil", "comité", "commissi", "organe", "membre", "membres", "associat", "collecti", "syndicat"}
_MANY = 2  # beyond, one finding for all


def statutes_missing(acte: Acte) -> Trouves:
    """An association or a union produces its statutes."""
    missing = [(cle, p) for cle, p in acte.groupements if p.type != "collectif" and not acte.joint(p.statuts)]
    if len(missing) > _MANY:
        keys = [cle for cle, _ in missing]
        yield trouve((*acte.here, "roles", "requerant"), "plusieurs", nombre=len(keys), parties=keys)
        return
    for cle, party in missing:
        yield trouve(("parties", cle, "statuts"), "non-joints" if party.statuts else "absents")


def unauthorised(acte: Acte) -> Trouves:
    """The decision to sue comes from the organ that the statutes designate, or else from the general assembly."""
    silent = [c for c, p in acte.groupements if not p.avocat and p.organe_statutaire is None and p.habilitation is None]
    if len(silent) > _MANY:
        yield trouve((*acte.here, "roles", "requerant"), "inconnu-de-plusieurs", nombre=len(silent), parties=silent)
    for cle, party in acte.groupements:
        here = ("parties", cle, "habilitation")
        given, named = party.habilitation, (party.organe_statutaire or "").lower()
        organ = given.organe.lower() if given else ""
        acting = (party.represente_par.qualite if party.represente_par else "").lower()
        mute = named.startswith("muet")
        if given and (day := debut(given.date)) and day > acte.jour:
            yield trouve((*here, "date"), "posterieure", decidee=day)
        if "assemblée" in organ and named and not mute and "assemblée" not in named:
            yield trouve((*here, "organe"), "assemblee", organe=party.organe_statutaire)
        if "assemblée" in organ or "désigné par les statuts" in organ:
            continue
        if mute and given:
            yield trouve((*here, "organe"), "muets-autre-organe")
        elif mute:
            yield trouve(here, "muets")
        elif named and given and not _same(named, organ):
            yield trouve((*here, "organe"), "autre-organe")
        elif named and not given and not _same(named, acting):
            yield trouve(here, "aucune-decision")
        elif not named and given:
            yield trouve(("parties", cle, "organe_statutaire"), "organe-a-confirmer")
        elif not named and len(silent) <= _MANY and not party.avocat:
            yield trouve(here, "inconnu")


def _same(left: str, right: str) -> bool:
    """Whether two names designate one organ.

    >>> _same("la présidence", "sa présidente"), _same("le conseil", "conseil d'administration")
    (True, True)
    >>> _same("conseil d'administration", "conseil collégial"), _same("président", "vice-présidente")
    (False, False)
    """
    if ("vice" in left) != ("vice" in right):
        return False
    stems = [{w[:8] for w in re.findall(r"\w{4,}", re.sub(r"\bco-?(?=présid)", "", words))} for words in (left, right)]
    proper = [s - _GENERIC for s in stems]
    return bool(proper[0] & proper[1]) if all(proper) else bool(stems[0] & stems[1])
