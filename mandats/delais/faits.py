"""What a case says that time limits ask: days, values, marks, and where people are. Model in, facts out.

Nothing is guessed. What a document is (a référé, a request for documents) is told by its template's families.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from mandats.delais.figures import court_areas, duree_of
from mandats.delais.regles import time_limits
from mandats.document import Families, in_refere
from mandats.keys import TERRITOIRES
from mandats.model import Case, DocumentOrder
from mandats.postal import postal_code
from mandats.procedure import Evenement, Jugement, event_kinds

OUTRE_MER = TERRITOIRES[2:]
Values = dict[str, set[str]]  # what is known of each key
REFERES = {"suspension", "liberte", "mesures-utiles"}  # as families, and as what an order decides
HEARING = "instance.audience_le"  # of any proceedings but a référé
# A request whose addressee holds that role in an act of that family is the complaint: what it was answered with.
COMPLAINT, SEIZED, LODGED = "plainte", "autorite", "evenements.plainte_deposee_le"


@dataclass(frozen=True)
class Start:
    """A whole day that may start a limit, the key it comes from, and what is known of that day alone."""

    jour: dt.date
    chemin: str
    valeurs: Mapping[str, frozenset[str]] = field(default_factory=dict)


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
    blocks = ("decision", "instance_fond", "demande", "avis_cada")
    given = {block: value for block in blocks if (value := getattr(case, block))}
    ordered = [familles.get(order.modele, ()) for order in case.documents]
    acts = [*zip(case.documents, ordered, strict=True)]
    asked = case.demande.destinataire if case.demande else None
    complaint = any(COMPLAINT in own and asked in order.holders(SEIZED) for order, own in acts)
    for block, value in given.items():
        for name, content in value:
            key = f"{COMPLAINT if complaint and block == 'demande' else block}.{name}"
            if content is not None and (name in ("date", "date_depot") or name.endswith("_le")):
                dates[key] = content
            elif isinstance(content, bool) and name != "fictif":
                valeurs[key] = {"oui" if content else "non"}
            elif isinstance(content, str):
                valeurs[key] = {content}
    if complaint:
        del given["demande"]
    happened = _read_events(case, ordered, dates)
    sent = [(o.depose.le, own) for o, own in acts if o.depose]
    dates |= {f"{famille}.deposee_le": day for day, own in sorted(sent, reverse=True) for famille in own}
    valeurs["repere"] = {*given, *dates, *(f"famille:{famille}" for own in ordered for famille in own)}
    valeurs["repere"] |= {f"nature:{case.decision.nature}"} if case.decision else set()
    if complaint:
        valeurs["demande.genre"] = {COMPLAINT}
    else:
        _read_request(case, ordered, dates, valeurs)
    own_days = {k: v for k, v in dates.items() if not k.startswith("evenements.")}
    jours = {k: (Start(day, k),) for k, v in own_days.items() if (day := whole(v))}
    seized = [court_of(case, order) for order in case.documents]
    every = [famille for own in ordered for famille in own]
    named = {order.nom or order.modele: i for i, order in enumerate(case.documents)}
    for key, event in happened:
        document = named.get(event.document or "")
        own = ordered[document] if document is not None else ()
        about = _remedy(event.refere, own or every, event.motif) if event.cle == "ordonnance_notifiee_le" else {}
        if document is not None and (court := seized[document]):
            about |= {"ordonnance.juge": frozenset({court})}
        if event.dernier_ressort is not None:
            about["jugement.dernier_ressort"] = frozenset({"oui" if event.dernier_ressort else "non"})
        if event.voies_et_delais is not None:
            about["voies"] = frozenset({"oui" if event.voies_et_delais else "non"})
        if event.le:
            jours[key] = (*jours.get(key, ()), Start(dt.date.fromisoformat(event.le), key, about))
        else:
            valeurs |= {k: {*v} for k, v in about.items()}
        if event.cle == "audience_tenue_le" and event.le:
            keys = [*(f"{famille}.audience_le" for famille in own), *([] if {*own} & REFERES else [HEARING])]
            for name in keys:
                jours[name] = (*jours.get(name, ()), Start(dt.date.fromisoformat(event.le), key))
    for i, (order, own) in enumerate(acts):
        if (ruled := order.jugement) and ruled.notifie_le:
            refere: str | None = ruled.refere or next(iter(sorted({*own} & REFERES)), None)
            key = f"evenements.{'ordonnance_notifiee_le' if refere else 'jugement_notifie_le'}"
            about = _ruling(case, ruled, refere, own)
            day = dt.date.fromisoformat(ruled.notifie_le)
            if all(start.jour != day for start in jours.get(key, ())):  # else an event says it
                jours[key] = (*jours.get(key, ()), Start(day, f"documents[{i}].jugement.notifie_le", about))
                dates.setdefault(key, ruled.notifie_le)
    for told in jours.get("evenements.refus_recu_le", ())[:1]:  # the day of the refusal, with what its letter told
        for name in ("demande.refusee_le", "demande.refus_tardif_le"):
            if name in jours:
                jours[name] = (Start(told.jour, name, told.valeurs),)
    courts = {court for court in seized if court}
    for i, (order, own) in enumerate(acts):
        if not order.instance:
            continue
        for name in ("enregistree_le", "audience_le"):
            if not (day := whole(getattr(order.instance, name))):
                continue
            keys = [f"{famille}.{name}" for famille in own]
            if name == "audience_le" and not in_refere(case, order, familles):
                keys.append(HEARING)
            about = {"juridiction": frozenset({court})} if (court := seized[i]) else {}
            for key in keys:
                jours[key] = (*jours.get(key, ()), Start(day, f"documents[{i}].instance.{name}", about))
        if order.instance.enregistree_le:
            for famille in own:
                dates.setdefault(f"{famille}.enregistree_le", order.instance.enregistree_le)
    if complaint and LODGED not in jours and (day := whole(dates.get(f"{COMPLAINT}.recue_le"))):
        jours[LODGED] = (Start(day, "demande.recue_le"),)
    valeurs["juridiction"] = courts
    valeurs |= {k: {*v} for k, v in _unruled(case, ordered, seized).items() if k not in valeurs}
    last = valeurs.get("jugement.dernier_ressort", set())
    valeurs["jugement.dernier_ressort"] = last or ({"oui"} if "documents" in valeurs["demande.genre"] else set())
    published = "decision.publiee_le" in dates or not case.decision or case.decision.nature != "contrat"
    valeurs["contrat.publicite"] = set() if published else {"non"}
    valeurs["cnil.rejet"] = {"expres"} if "evenements.cnil_cloture_notifiee_le" in dates else set()
    seat = "metropole" if courts == {"ce"} else _territory(case, "juridiction")
    known = {k: frozenset(v) for k, v in valeurs.items()}
    home = case.requerant_demeure or getattr(case.evenements, "requerant_demeure", None)
    return Facts(jours, dates, known, home or _territory(case, "requerant"), seat)


def _read_events(case: Case, ordered: Sequence[Collection[str]], dates: dict[str, str]) -> list[tuple[str, Evenement]]:
    """The key and the event of each thing that happened, in the order of days; the first of its kind also in `dates`,
    under its own key and the key of the case it stands for.
    """
    kinds = event_kinds()
    noted = [(event.le or "", cle, event) for _, cle, event in case.histoire]
    told = sorted([*noted, *_filed(case, ordered, {cle for _, cle, _ in noted})], key=lambda one: one[0])
    seized = min((d for d, cle, _ in told if cle == "cada_saisie_le" and d), default=dates.get("avis_cada.saisie_le"))
    found = []
    for day, cle, event in told:
        # A refusal is of the request, or, once the CADA was seized, what confirms it.
        if cle == "refus_recu_le" and seized and day >= seized:
            cle = "refus_apres_saisine_notifie_le"
        key = f"evenements.{cle}"
        found.append((key, event))
        if day:
            dates.setdefault(key, day)
            if stands := kinds[cle].get("vaut"):
                dates.setdefault(stands, day)
    return found


def _filed(
    case: Case, ordered: Sequence[Collection[str]], noted: Collection[str]
) -> Iterator[tuple[str, str, Evenement]]:
    """What the acts that left stand for, unless the case notes it."""
    for order, own in zip(case.documents, ordered, strict=True):
        for cle, kind in event_kinds().items() if order.depose else ():
            if kind.get("acte") in own and cle not in noted:
                assert order.depose
                yield order.depose.le, cle, Evenement(quoi=cle, le=order.depose.le)


def whole(value: str | None) -> dt.date | None:
    """The day, when the date is known to the day."""
    return dt.date.fromisoformat(value) if value and len(value) == 10 else None


def _read_request(case: Case, ordered: Iterable[Collection[str]], dates: dict[str, str], valeurs: Values) -> None:
    """What kind of request it is, and whether silence or a refusal followed."""
    demande, kinds = case.demande, time_limits().demandes
    of_family = {famille: genre for genre, kind in kinds.items() for famille in kind.familles}
    told = (next((of_family[f] for f in reversed(tuple(own)) if f in of_family), None) for own in ordered)
    genres = {genre for genre in told if genre}
    if "avis_cada.saisie_le" in dates or case.avis_cada or (demande and demande.documents):
        genres.add("documents")
    if not genres and case.decision:
        genres = {genre for genre, kind in kinds.items() if case.decision.nature in kind.natures}
    valeurs["demande.genre"] = genres or {"inconnu"}
    asked_of = case.parties.get(demande.destinataire) if demande else None
    collegial = asked_of and asked_of.type in time_limits().collegiaux
    valeurs.setdefault("demande.collegiale", set() if collegial or not asked_of else {"non"})
    refused = dates.get("evenements.refus_recu_le")
    if not refused and (not demande or demande.reponse not in ("refus", "partielle", "favorable")):
        return
    answered = whole(refused or (demande and demande.reponse_le) or None)
    received = whole(dates.get("demande.recue_le"))
    silence = next((kind.silence for genre, kind in kinds.items() if genre in genres and kind.silence), None)
    # A refusal that came too late left the silence its effect first.
    late = bool(received and answered and silence and answered > duree_of(silence).after(received))
    late &= valeurs["demande.collegiale"] != {"oui"}  # there silence makes nothing run (art. R. 421-3, 1°, CJA)
    if late:
        valeurs.setdefault("demande.reponse", set()).add("silence")
    if refused or (demande and demande.reponse != "favorable"):
        if answered:
            dates["demande.refus_tardif_le" if late else "demande.refusee_le"] = answered.isoformat()
        else:
            valeurs["repere"].add("demande:refus-sans-date")


def _remedy(said: str | None, familles: Collection[str], motif: str | None) -> dict[str, frozenset[str]]:
    """Of an order: the référé that it decides (as is said, or as these families tell), the ground, whether it was given
    without hearing, whether it goes to cassation. Nothing for what is unknown.
    """
    held = {said} if said else {*familles} & REFERES
    refere = held if len(held) == 1 else set()
    tri = {"oui" if motif == "sans-audience" else "non"} if motif else set()
    pourvoi = {"oui"} if refere & {"suspension", "mesures-utiles"} else tri if refere else set()
    if motif == "demande-accueillie":  # nothing for the applicant to challenge
        tri = pourvoi = {"sans-objet"}
    told = {"refere": refere, "ordonnance.tri": tri, "ordonnance.pourvoi": pourvoi}
    told |= {"ordonnance.motif": {motif}} if motif else {}
    return {key: frozenset(values) for key, values in told.items() if values}


def _ruling(case: Case, ruled: Jugement, refere: str | None, familles: Collection[str]) -> dict[str, frozenset[str]]:
    """What is known of a decision that a document attacks: who gave it, and which way leads against it."""
    party = case.parties.get(ruled.juridiction)
    judge = party.degre if party else None
    if refere:
        return _remedy(refere, (), ruled.motif) | ({"ordonnance.juge": frozenset({judge})} if judge else {})
    last = ruled.dernier_ressort or "pourvoi" in familles
    return {"jugement.dernier_ressort": frozenset({"oui" if last else "non"})}


def _unruled(case: Case, ordered: Iterable[Collection[str]], seized: Sequence[str | None]) -> dict[str, frozenset[str]]:
    """The same, from the documents of the case, for an order that says nothing of itself; and who may have given it."""
    own = [{*familles} & REFERES for familles in ordered]
    judges = {court for court, refere in zip(seized, own, strict=True) if refere and court}
    return _remedy(None, set().union(*own), None) | ({"ordonnance.juge": frozenset(judges)} if judges else {})


def court_of(case: Case, order: DocumentOrder) -> str | None:
    """What kind of court a document seizes, when it names one alone."""
    named = [case.parties[cle] for cle in order.holders("juridiction") if cle in case.parties]
    return named[0].degre if len(named) == 1 else None


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
