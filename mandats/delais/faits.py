"""What a case says that time limits ask: days, values, marks, and where people are. Model in, facts out.

Nothing is guessed. What a document is (a référé, a request for documents) is told by its template's families.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from mandats.delais.figures import court_areas, duree_of, time_limits
from mandats.document import Families, in_refere
from mandats.keys import TERRITOIRES
from mandats.model import Case
from mandats.postal import postal_code

OUTRE_MER = TERRITOIRES[2:]
Values = dict[str, set[str]]  # what is known of each key
REFERES = {"suspension", "liberte", "mesures-utiles"}  # as families, and as `evenements.ordonnance_refere`


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

    def value(self, key: str) -> frozenset[str]:
        """What is known of a key; nothing when the case does not say."""
        return self.valeurs.get(key, frozenset())


def read_facts(case: Case, familles: Families) -> Facts:
    """The facts of a case, under the keys the rules name. `familles`: of the templates its documents order."""
    dates: dict[str, str] = {}
    valeurs: Values = {}
    blocks = ("decision", "instance_fond", "demande", "avis_cada", "evenements")
    given = {block: value for block in blocks if (value := getattr(case, block))}
    for block, value in given.items():
        for name, content in value:
            key = f"{block}.{name}"
            if content is not None and (name in ("date", "date_depot") or name.endswith("_le")):
                dates[key] = content
            elif isinstance(content, bool):
                valeurs[key] = {"oui" if content else "non"}
            elif isinstance(content, str):
                valeurs[key] = {content}
    ordered = [familles.get(order.modele, ()) for order in case.documents]
    valeurs["repere"] = {*given, *dates, *(f"famille:{famille}" for own in ordered for famille in own)}
    valeurs["repere"] |= {f"nature:{case.decision.nature}"} if case.decision else set()
    _read_request(case, ordered, dates, valeurs)
    _read_rulings(case, ordered, valeurs)
    jours = {k: (Start(day, k),) for k, v in dates.items() if (day := whole(v))}
    courts: set[str] = set()
    for i, (order, own) in enumerate(zip(case.documents, ordered, strict=True)):
        seized = [case.parties[cle].nom for cle in order.holders("juridiction") if cle in case.parties]
        court = court_kind(seized[0]) if len(seized) == 1 else None
        courts |= {court} if court else set()
        if not order.instance:
            continue
        for name in ("enregistree_le", "audience_le"):
            if not (day := whole(getattr(order.instance, name))):
                continue
            keys = [f"{famille}.{name}" for famille in own]
            if name == "audience_le" and not in_refere(case, order, familles):
                keys.append("instance.audience_le")
            for key in keys:
                jours[key] = (*jours.get(key, ()), Start(day, f"documents[{i}].instance.{name}", court))
        if order.instance.enregistree_le:
            for famille in own:
                dates.setdefault(f"{famille}.enregistree_le", order.instance.enregistree_le)
    valeurs["juridiction"] = courts
    told = case.evenements.requerant_demeure if case.evenements else None
    seat = "metropole" if courts == {"ce"} else _territory(case, "juridiction")
    known = {k: frozenset(v) for k, v in valeurs.items()}
    return Facts(jours, dates, known, told or _territory(case, "requerant"), seat)


def whole(value: str | None) -> dt.date | None:
    """The day, when the date is known to the day."""
    return dt.date.fromisoformat(value) if value and len(value) == 10 else None


def _read_request(case: Case, ordered: Iterable[Collection[str]], dates: dict[str, str], valeurs: Values) -> None:
    """What kind of request it is, and whether silence or a refusal followed."""
    demande, kinds = case.demande, time_limits().demandes
    of_family = {famille: genre for genre, kind in kinds.items() for famille in kind.familles}
    told = (next((of_family[f] for f in reversed(tuple(own)) if f in of_family), None) for own in ordered)
    genres = {genre for genre in told if genre}
    if case.avis_cada or (demande and demande.documents):
        genres.add("documents")
    if not genres and case.decision:
        genres = {genre for genre, kind in kinds.items() if case.decision.nature in kind.natures}
    valeurs["demande.genre"] = genres or {"inconnu"}
    if not demande or demande.reponse not in ("refus", "partielle", "favorable"):
        return
    received, answered = whole(demande.recue_le), whole(demande.reponse_le)
    silence = next((kind.silence for genre, kind in kinds.items() if genre in genres and kind.silence), None)
    # A refusal that came too late left the silence its effect first.
    if received and answered and silence and answered > duree_of(silence).after(received):
        valeurs["demande.reponse"].add("silence")
    if demande.reponse != "favorable":
        if demande.reponse_le:
            dates["demande.refusee_le"] = demande.reponse_le
        else:
            valeurs["repere"].add("demande:refus-sans-date")


def _read_rulings(case: Case, ordered: Iterable[Collection[str]], valeurs: Values) -> None:
    """What an order or a judgment decides of the remedy; an empty set is unknown."""
    events = case.evenements
    refere = {famille for own in ordered for famille in own} & REFERES
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


def court_kind(name: str) -> str | None:
    """« ta », « caa » or « ce », from a court's name; None for another.

    >>> [court_kind(n) for n in ("Conseil d’État", "tribunal administratif de Paris", "tribunal judiciaire de Paris")]
    ['ce', 'ta', None]
    """
    plain = name.lower().replace("é", "e").replace("’", "'")
    kinds = {"conseil d'etat": "ce", "cour administrative": "caa", "tribunal admin": "ta"}
    return next((kind for words, kind in kinds.items() if words in plain), None)


def territory_of(address: str | None) -> str | None:
    """The territory of a postal address, or None when it has no postal code.

    >>> territory_of("31, avenue de la Paix, 67000 Strasbourg"), territory_of("27, rue Félix-Guyon, 97400 Saint-Denis")
    ('alsace-moselle', 'la-reunion')
    """
    code = postal_code(address)
    return court_areas().territory_of(code) if code else None


def _territory(case: Case, role: str) -> str | None:
    """Where the holders of a role are, when they all are in one territory."""
    held = {cle for order in case.documents for cle in order.holders(role) if cle in case.parties}
    found = {territory_of(case.parties[cle].adresse) for cle in held}
    return found.pop() if len(found) == 1 else None


def distance_months(siege: str, demeure: str | None) -> int:
    """Months that article R. 421-7 CJA adds, from the court's seat and the applicant's home.

    >>> [distance_months(*pair) for pair in (("metropole", "guyane"), ("guyane", "guyane"), ("guyane", "etranger"))]
    [1, 0, 2]
    """
    months = time_limits().distances
    if demeure is None or demeure == siege:
        return 0
    if demeure == "etranger":
        return months["etranger"]
    return months["outre-mer"] if siege in OUTRE_MER or demeure in OUTRE_MER else 0
