"""What a case says that time limits ask: days, values, marks, and where people are. Model in, facts out; nothing is guessed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mandats.delais.calendrier import add_months
from mandats.model import TERRITOIRES, Case

OUTRE_MER = TERRITOIRES[2:]
# What an address says of a territory: the beginning of its postal code, the longest first.
_POSTAL = {
    "97133": "saint-barthelemy", "97150": "saint-martin", "971": "guadeloupe", "972": "martinique", "973": "guyane",
    "974": "la-reunion", "975": "saint-pierre-et-miquelon", "976": "mayotte", "977": "saint-barthelemy", "978": "saint-martin",
    "984": "taaf", "986": "wallis-et-futuna", "987": "polynesie-francaise", "988": "nouvelle-caledonie",
    "57": "alsace-moselle", "67": "alsace-moselle", "68": "alsace-moselle",
}  # fmt: skip
_GENRES = {
    "documents": {"demande-cada", "saisine-cada", "recours-cada"},
    "droits": {"droit-acces", "droit-effacement", "droit-opposition"},
    "police": {"acces-fichier-police"},
}


@dataclass(frozen=True)
class Start:
    """A whole day that may start a limit, the key it comes from, and the court when a document gives it."""

    jour: dt.date
    chemin: str
    juridiction: str | None = None


@dataclass(frozen=True)
class Facts:
    """What a case says that a rule may ask: days, values (an absent one is unknown), marks, and where people are."""

    jours: Mapping[str, tuple[Start, ...]]
    dates: Mapping[str, str]  # whole or partial, as written
    valeurs: Mapping[str, frozenset[str]]
    demeure: str | None
    siege: str | None


def read_facts(case: Case) -> Facts:
    """The facts of a case, under the keys the rules name."""
    dates: dict[str, str] = {}
    valeurs: dict[str, set[str]] = {}
    marks: set[str] = set()
    for block in ("decision", "instance_fond", "demande", "avis_cada", "evenements"):
        value = getattr(case, block)
        marks |= {block} if value else set()
        for name in type(value).model_fields if value else ():
            content = getattr(value, name)
            if content is None:
                continue
            if name in ("date", "date_depot") or name.endswith("_le"):
                dates[f"{block}.{name}"] = content
            elif isinstance(content, bool):
                valeurs[f"{block}.{name}"] = {"oui" if content else "non"}
            elif isinstance(content, str):
                valeurs[f"{block}.{name}"] = {content}
    modeles = {order.modele for order in case.documents}
    marks |= {*dates, *(f"modele:{m}" for m in modeles)}
    if case.decision:
        marks.add(f"nature:{case.decision.nature}")
    _read_request(case, modeles, dates, valeurs, marks)
    _read_rulings(case, modeles, valeurs)
    jours = {k: (Start(day, k),) for k, v in dates.items() if (day := whole(v))}
    courts: set[str] = set()
    for i, order in enumerate(case.documents):
        court = _court(case, order.roles.get("juridiction"))
        courts |= {court} if court else set()
        for name in ("enregistree_le", "audience_le") if order.instance else ():
            day = whole(getattr(order.instance, name))
            if day:
                keys = [f"{order.modele}.{name}"] + (
                    ["instance.audience_le"] if name == "audience_le" and not case.en_refere(order) else []
                )
                for key in keys:
                    jours[key] = (*jours.get(key, ()), Start(day, f"documents[{i}].instance.{name}", court))
        if order.instance and order.instance.enregistree_le:
            dates.setdefault(f"{order.modele}.enregistree_le", order.instance.enregistree_le)
    valeurs["juridiction"] = courts
    valeurs["repere"] = marks
    return Facts(jours, dates, {k: frozenset(v) for k, v in valeurs.items()}, _dwelling(case), _seat(case, courts))


def whole(value: str | None) -> dt.date | None:
    """The day, when the date is known to the day."""
    return dt.date.fromisoformat(value) if value and len(value) == 10 else None


def _read_request(
    case: Case, modeles: set[str], dates: dict[str, str], valeurs: dict[str, set[str]], marks: set[str]
) -> None:
    """What kind of request it is, and whether silence or a refusal followed."""
    demande = case.demande
    genres = {genre for genre, known in _GENRES.items() if modeles & known}
    if case.avis_cada or (demande and demande.documents):
        genres.add("documents")
    if not genres and case.decision and case.decision.nature in ("implicite", "refus-d-abroger"):
        genres.add("administration")
    valeurs["demande.genre"] = genres or {"inconnu"}
    if not demande or demande.reponse not in ("refus", "partielle", "favorable"):
        return
    received, answered = whole(demande.recue_le), whole(demande.reponse_le)
    # A refusal that came too late left the silence its effect first.
    if received and answered and answered > add_months(received, 1 if "documents" in genres else 2):
        valeurs["demande.reponse"].add("silence")
    if demande.reponse != "favorable":
        if demande.reponse_le:
            dates["demande.refusee_le"] = demande.reponse_le
        else:
            marks.add("demande:refus-sans-date")


def _read_rulings(case: Case, modeles: set[str], valeurs: dict[str, set[str]]) -> None:
    """What an order or a judgment decides of the remedy; an empty set is unknown."""
    events = case.evenements
    refere = {m.removeprefix("refere-") for m in modeles if m.startswith("refere-")}
    if events and events.ordonnance_refere:
        refere = {events.ordonnance_refere}
    refere = refere if len(refere) == 1 else set()
    motif = events.ordonnance_motif if events else None
    tri = {"oui" if motif == "sans-audience" else "non"} if motif else set()
    pourvoi = {"oui"} if refere & {"suspension", "mesures-utiles"} else tri if refere else set()
    if motif == "demande-accueillie":  # nothing for the applicant to challenge
        tri = pourvoi = {"sans-objet"}
    valeurs["refere"], valeurs["ordonnance.tri"], valeurs["ordonnance.pourvoi"] = refere, tri, pourvoi
    last = valeurs.get("evenements.jugement_dernier_ressort", set())
    valeurs["jugement.dernier_ressort"] = last or ({"oui"} if "documents" in valeurs["demande.genre"] else set())
    valeurs["cnil.rejet"] = {"expres"} if events and events.cnil_cloture_notifiee_le else set()


def _court(case: Case, role: str | tuple[str, ...] | None) -> str | None:
    party = case.parties.get(role) if isinstance(role, str) else None
    return court_kind(party.nom) if party else None


def court_kind(name: str) -> str | None:
    """« ta », « caa » or « ce », from a court's name; None for another.

    >>> court_kind("Conseil d’État"), court_kind("tribunal administratif de Paris"), court_kind("tribunal judiciaire de Paris")
    ('ce', 'ta', None)
    """
    plain = name.lower().replace("é", "e").replace("’", "'")
    return next(
        (
            kind
            for words, kind in (("conseil d'etat", "ce"), ("cour administrative", "caa"), ("tribunal admin", "ta"))
            if words in plain
        ),
        None,
    )


def postal_code(address: str | None) -> str:
    """The last postal code of an address; empty when there is none.

    >>> postal_code("31, avenue de la Paix, 67000 Strasbourg"), postal_code("BP 10001")
    ('67000', '')
    """
    codes = re.findall(r"\b(\d{5})\s+[^\W\d]", address or "")
    return codes[-1] if codes else ""


def territory_of(address: str | None) -> str | None:
    """The territory of a postal address, or None when it has no postal code.

    >>> territory_of("31, avenue de la Paix, 67000 Strasbourg"), territory_of("27, rue Félix-Guyon, 97400 Saint-Denis")
    ('alsace-moselle', 'la-reunion')
    """
    code = postal_code(address)
    return next((t for start, t in _POSTAL.items() if code.startswith(start)), "metropole") if code else None


def _only(values: Iterable[str | None]) -> str | None:
    found = set(values)
    return found.pop() if len(found) == 1 else None


def _parties(case: Case, role: str) -> list[str | None]:
    roles = [order.roles.get(role, ()) for order in case.documents]
    keys = {k for value in roles for k in ([value] if isinstance(value, str) else value)}
    return [territory_of(case.parties[k].adresse) for k in sorted(keys) if k in case.parties]


def _dwelling(case: Case) -> str | None:
    """Where the applicants live, when they all live in one territory."""
    told = case.evenements.requerant_demeure if case.evenements else None
    return told or _only(_parties(case, "requerant"))


def _seat(case: Case, courts: set[str]) -> str | None:
    return "metropole" if courts == {"ce"} else _only(_parties(case, "juridiction"))


def distance_months(siege: str, demeure: str | None) -> int:
    """Months that article R. 421-7 CJA adds, from the court's seat and the applicant's home.

    >>> distance_months("metropole", "guyane"), distance_months("guyane", "guyane"), distance_months("guyane", "etranger")
    (1, 0, 2)
    """
    if demeure is None:
        return 0
    if demeure == "etranger":
        return 2
    return int(demeure != siege) if siege in OUTRE_MER else int(demeure in OUTRE_MER)
