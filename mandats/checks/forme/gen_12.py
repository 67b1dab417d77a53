"""The decision to sue comes from the organ that the statutes designate; if they are silent, from the general assembly."""

import re

from mandats.checks.forme.acte import Acte, Constats, debut, jour_ecrit
from mandats.checks.forme.regle import IRRECEVABLE, REFERES, REQUETES, Regle
from mandats.problem import AVERTISSEMENT

REGLE = Regle(
    id="GEN-12",
    titre="Habilitation conforme aux statuts",
    pourquoi="Représente l'association en justice l'organe que les statuts désignent, sauf si la décision d'agir est réservée à un autre ; dans leur silence, "
    "seule l'assemblée générale peut décider (CE, 19 juin 2013, n° 347346 ; CAA Nantes, 4 octobre 2024, n° 24NT00131 ; article R. 431-4 CJA).",
    remede="Lisez les statuts, écrivez `organe_statutaire` (ou `muets`), puis faites délibérer cet organe ou l'assemblée générale avant le dépôt et "
    "joignez l'extrait (`habilitation`).",
    court="R. 431-4 CJA ; CE, 19 juin 2013, n° 347346",
    documents=(*REQUETES, "intervention"),
    gravite=IRRECEVABLE,
    sources=("cja-r431-4",),
)
# What does not tell one organ from another.
GENERIC = {"conseil", "comité", "commissi", "organe", "membre", "membres", "associat", "collecti", "syndicat"}


def check(acte: Acte) -> Constats:
    silent = [
        cle for cle, p in acte.groupements if not p.avocat and p.organe_statutaire is None and p.habilitation is None
    ]
    if len(silent) > 2:
        path = (*acte.here, "roles", "requerant")
        yield acte.confirmer(
            REGLE,
            path,
            f"qui a décidé d'agir, et que disent les statuts, pour {len(silent)} groupements ({', '.join(silent)}) ?",
        )
    for cle, party in acte.groupements:
        here = ("parties", cle, "habilitation")
        given, named = party.habilitation, (party.organe_statutaire or "").lower()
        organ = given.organe.lower() if given else ""
        acting = f"{party.represente_par.qualite if party.represente_par else ''}".lower()
        if given and debut(given.date) > acte.jour:
            what = f"décision d'agir du {jour_ecrit(debut(given.date))}, postérieure à l'acte"
            # On the merits the decision may still be produced before the inquiry closes; in référé nobody will ask for it.
            yield acte.constat(
                REGLE,
                (*here, "date"),
                what,
                "faites délibérer avant le dépôt",
                "" if acte.modele in REFERES else AVERTISSEMENT,
            )
        if "assemblée" in organ and named and not named.startswith("muet") and "assemblée" not in named:
            yield acte.confirmer(
                REGLE,
                (*here, "organe"),
                f"les statuts désignent un autre organe ({party.organe_statutaire}) : permettent-ils à l'assemblée générale de décider à sa place ?",
            )
        if "assemblée" in organ or "désigné par les statuts" in organ:
            continue
        if named.startswith("muet"):
            what = (
                "statuts muets et décision d'agir prise par un autre organe que l'assemblée générale"
                if given
                else "statuts muets et aucune délibération"
            )
            yield acte.constat(
                REGLE, (*here, "organe") if given else here, what, "faites délibérer l'assemblée générale"
            )
        elif named and given and not _same(named, organ):
            yield acte.constat(
                REGLE,
                (*here, "organe"),
                "organe différent de celui que désignent les statuts",
                "faites délibérer l'organe compétent",
            )
        elif named and not given and not _same(named, acting):
            yield acte.constat(
                REGLE, here, "aucune décision de l'organe que désignent les statuts", "joignez sa délibération"
            )
        elif not named and given:
            yield acte.confirmer(
                REGLE,
                ("parties", cle, "organe_statutaire"),
                "les statuts confient-ils bien la décision d'agir à cet organe ? (sinon, l'assemblée générale)",
            )
        elif not named and len(silent) <= 2 and not party.avocat:
            yield acte.confirmer(REGLE, here, "qui a décidé d'agir, et que disent les statuts ?")


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
    proper = [s - GENERIC for s in stems]
    return bool(proper[0] & proper[1]) if all(proper) else bool(stems[0] & stems[1])
