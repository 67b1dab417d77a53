"""Who files: signatures, statutes, the decision to sue, the lawyer."""

from __future__ import annotations

import re

from mandats.checks.forme.acte import Acte, Trouves, debut, sans_signataire, trouve

# What does not tell one organ from another.
_GENERIC = {"conseil", "comité", "commissi", "organe", "membre", "membres", "associat", "collecti", "syndicat"}
_LEGAL = re.compile(r"représentante? légale?|tut(?:eur|rice)|curat(?:eur|rice)|m[èe]re|père|parent|administrat", re.I)
_MANY = 2  # beyond, one finding for all


def unsigned(acte: Acte) -> Trouves:
    """The act is signed; for a group, by a named person whose capacity is given."""
    if len(acte.deposants) > 1 and acte.est("requete", "intervention-volontaire"):
        return  # GEN-09 says so for each
    for cle, party in acte.deposants:
        if sans_signataire(party) and not party.avocat:
            yield trouve(("parties", cle, "represente_par"))


def unsigned_by_one(acte: Acte) -> Trouves:
    """When several apply together, each signs the request."""
    if len(acte.deposants) < 2 or acte.avocat:
        return
    for cle, party in acte.deposants:
        if sans_signataire(party):
            yield trouve(("parties", cle, "represente_par"), "personne")
    if acte.order.canal == "telerecours-citoyens":
        yield trouve((*acte.here, "canal"), "tous", nombre=len(acte.deposants))


def no_sole_representative(acte: Acte) -> Trouves:
    """Several applicants without a lawyer designate one of them.

    Never blocking: by default the registry takes the first named (art. R. 411-5, second paragraph), and filing through
    the application designates whoever files (third paragraph).
    """
    if len(acte.deposants) < 2 or acte.avocat:
        return
    chosen, keys = acte.parties("representant_unique"), [cle for cle, _ in acte.deposants]
    if not chosen:
        yield trouve((*acte.here, "roles"), "aucun", nombre=len(keys))
    elif chosen[0][0] not in keys:
        yield trouve((*acte.here, "roles", "representant_unique"), "un-tiers")


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


def signed_by_another(acte: Acte) -> Trouves:
    """Nobody but a lawyer signs for someone else before a tribunal."""
    for cle, party in acte.deposants:
        signs = party.represente_par if party.type == "personne-physique" and not party.avocat else None
        if signs and not _LEGAL.search(signs.qualite):
            # At the Conseil d'État the party « ou son mandataire » signs (art. R. 432-2).
            yield trouve(("parties", cle, "represente_par"), "sans-mandat" if acte.juridiction == "ce" else "autre")
    if acte.order.roles.get("mandataire") and acte.juridiction != "ce":
        yield trouve((*acte.here, "roles", "mandataire"), "mandataire")


def lawyer_missing(acte: Acte) -> Trouves:
    """A lawyer, where the law demands one."""
    if acte.avocat or not acte.deposants:
        return
    defenders, money = [p.type for _, p in acte.parties("defendeur")], acte.indemnite
    local = bool(defenders) and all(t in ("commune", "collectivite") for t in defenders)
    if acte.juridiction == "caa":
        yield trouve(("parties", acte.deposants[0][0], "avocat"), "appel")
    elif money and acte.juridiction == "ce":
        yield trouve(money.path, "aux-conseils")
    elif money and not local:
        yield trouve(money.path, "etablissement" if "etablissement-public" in defenders else "somme")


def unreachable(acte: Acte) -> Trouves:
    """The applicant can be reached at once."""
    if acte.deposants and not any(p.courriel or p.telephone or p.avocat for _, p in acte.deposants):
        yield trouve(("parties", acte.deposants[0][0]))
