"""The time limits that run in a case: facts and rules in, an `Echeancier` out. Pure: the day (`le`) is given.

The rules are data (`figures/delais.yaml`); `faits` reads the case. This module decides which rules apply, chains them,
and says where each stands. It refuses to guess: no known start, no date, but the question to ask.

Choice: when several days could start a limit, the earliest counts. A limit told too short costs a night's sleep; one
told too long costs the case.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from mandats.delais.calendrier import FIRST_YEAR, LAST_YEAR, Term, compute, period, show_day
from mandats.delais.faits import Facts, Start, distance_months, read_facts
from mandats.delais.figures import TimeLimit, time_limits
from mandats.document import Families
from mandats.model import Case
from mandats.render.typography import date_longue

AVERTISSEMENT = "Calcul indicatif, à vérifier ; déposez avant la date prudente."
Told = tuple[str, str]  # a sentence and its source
ETATS = (  # the most urgent first
    "prudent-depasse", "a-faire", "expire", "inopposable", "attendu", "advenu", "sans-date", "interrompu", "fait",
    "fait-hors-delai",
)  # fmt: skip


@dataclass(frozen=True)
class Delai:
    """One limit of a case. `etapes`: sentences with their source; `a_confirmer`: why the date is advice only."""

    id: str
    regle: TimeLimit
    etat: str
    depart: Start | None = None
    theorique: dt.date | None = None
    prudent: dt.date | None = None
    reste_jours: int | None = None  # from `le` to the prudent day; to the theoretical one for what is awaited
    etapes: tuple[Told, ...] = ()
    a_confirmer: tuple[str, ...] = ()
    fait_le: str | None = None


@dataclass(frozen=True)
class Question:
    """A limit whose start the case does not give: what to ask, and the key to fill."""

    id: str
    regle: TimeLimit
    texte: str
    cle: str


@dataclass(frozen=True)
class Echeancier:
    """Every limit of a case on a day, the most urgent first, and what is missing."""

    le: dt.date
    territoire: str
    suppose: bool  # no court's address said the territory
    etat_du_droit: str
    delais: tuple[Delai, ...]
    questions: tuple[Question, ...]
    plus_tard: tuple[Question, ...]

    @property
    def expires(self) -> tuple[Delai, ...]:
        """The limits that ran out, or were missed, for sure."""
        return tuple(d for d in self.delais if d.etat in ("expire", "fait-hors-delai") and not d.a_confirmer)


def list_time_limits(case: Case, familles: Families, le: dt.date, territoire: str | None = None) -> Echeancier:
    """The limits of `case` on the day `le`. `familles`: what the templates it orders are (`Library.familles`).

    `territoire` replaces the one the court's address gives.
    """
    facts = read_facts(case, familles)
    seat = territoire or facts.siege
    reading = _Reading(facts, le, seat or "metropole")
    delais = sorted((delai for name in reading.rules for delai in reading.of(name)), key=_urgency)
    questions = [reading.questions[name] for name in reading.rules if name in reading.questions]
    asked, later = (tuple(q for q in questions if q.regle.plus_tard is late) for late in (False, True))
    law = time_limits().etat_du_droit
    return Echeancier(le, seat or "metropole", seat is None, law, tuple(delais), asked, later)


def _urgency(delai: Delai) -> tuple[int, int, str]:
    rank = ETATS.index(delai.etat)
    day = delai.prudent if delai.regle.role == "agir" else delai.theorique
    ordinal = day.toordinal() if day else 0
    return (rank, -ordinal if delai.etat == "expire" else ordinal, delai.id)


class _Reading:
    """One pass over the rules; remembers what each gave, since rules chain, and the questions met."""

    def __init__(self, facts: Facts, le: dt.date, territoire: str):
        self.facts, self.le, self.territoire, self.rules = facts, le, territoire, time_limits().regles
        self.made: dict[str, tuple[Delai, ...]] = {}
        self.questions: dict[str, Question] = {}

    def of(self, name: str) -> tuple[Delai, ...]:
        """The limits that rule gives in this case; none when it does not apply, or has a question instead."""
        if name not in self.made:
            self.made[name] = self._apply(name, self.rules[name])
        return self.made[name]

    def _apply(self, name: str, regle: TimeLimit) -> tuple[Delai, ...]:
        if any(k in self.facts.dates for k in regle.sauf):
            return ()
        if any(not self.facts.value(k) & set(v) for k, v in regle.si.items()):
            return ()
        told, missing = regle.question, regle.cle or regle.depart[0]
        starts, doubts = self._starts(regle)
        if starts:
            kept = [(s, why) for s in starts if (why := self._doubts(regle, s)) is not None]
            try:
                return tuple(self._limit(name, regle, s, (*doubts, *why)) for s, why in kept)
            except ValueError:
                told = f"La date est hors des années couvertes ({FIRST_YEAR}–{LAST_YEAR}) : à vérifier."
                missing = starts[0].chemin
        elif regle.methode == "sans-delai":
            return (Delai(name, regle, "sans-date"),)
        elif not self.facts.value("repere") & set(regle.demander) or self._doubts(regle, None) is None:
            return ()
        elif done := self._done(regle):
            told = f"Fait ({date_longue(done)}) ; le respect du délai ne se vérifie pas, son point de départ manque."
            return (Delai(name, regle, "fait", etapes=((told, ""),), fait_le=done),)
        self.questions[name] = Question(name, regle, told, missing)
        return ()

    def _done(self, regle: TimeLimit) -> str | None:
        return next((self.facts.dates[k] for k in regle.fait if k in self.facts.dates), None)

    def _doubts(self, regle: TimeLimit, start: Start | None) -> tuple[str, ...] | None:
        """Why the date is only advice; None when a known fact rules the limit out."""
        before = self.of(regle.apres) if regle.apres else ()
        if any(d.etat == "fait-hors-delai" for d in before):
            return None  # the appeal that should have interrupted came too late
        why = [regle.sous_condition] if regle.apres and not any(d.etat == "fait" for d in before) else []
        for key, allowed in regle.condition.items():
            court = start.juridiction if start and key == "juridiction" else None
            known = frozenset({court}) if court else self.facts.value(key)
            if known and not known & set(allowed):
                return None
            if not known:
                why.append(regle.sous_condition)
        if regle.confiance == "memoire" or regle.conseil:
            why.append(regle.reserve or "règle à confirmer")
        return tuple(dict.fromkeys(filter(None, why)))

    def _starts(self, regle: TimeLimit) -> tuple[list[Start], tuple[str, ...]]:
        """The earliest day that starts the limit, with the doubts of the rule it comes from; each day, when documents
        give several.
        """
        several = [self.facts.jours[k] for k in regle.depart if len(self.facts.jours.get(k, ())) > 1]
        if several:
            return list({s.jour: s for starts in several for s in starts}.values()), ()
        found: list[tuple[Start, tuple[str, ...]]] = []
        for key in regle.depart:
            if key.startswith("regle:"):
                parents = self.of(key.removeprefix("regle:"))
                found += [(Start(p.prudent, key), p.a_confirmer) for p in parents if p.prudent]
            else:
                found += [(s, ()) for s in self.facts.jours.get(key, ())]
        if not found:
            return [], ()
        start, doubts = min(found, key=lambda pair: pair[0].jour)
        return [start], doubts

    def _limit(self, name: str, regle: TimeLimit, start: Start, doubts: tuple[str, ...]) -> Delai:
        """The limit computed from its start. Raises ValueError for a year the calendar does not know."""
        steps = [(f"Départ : {show_day(start.jour)} ({self._origin(start)}).", "")]
        told_ahead = start.chemin.endswith(("echeance_le", "cloture_le"))
        if start.jour > self.le and start.chemin in self.facts.dates and not told_ahead:
            steps.append(("Ce jour est postérieur à celui du calcul : à vérifier.", ""))
        if regle.methode == "evenement" or regle.methode == "sans-delai":
            age = (self.le - start.jour).days
            steps += [(f"Il y a {age} jours.", "")] if age > 1 else []
            return Delai(name, regle, "sans-date", start, etapes=tuple(steps), a_confirmer=doubts)
        distance = distance_months(self.territoire, self.facts.demeure) if regle.distance else 0
        term = compute(regle.methode, start.jour, regle.duree, regle.unite, self.territoire, distance)
        steps += [_told(*step) for step in term.steps]
        etat, done, more = self._state(regle, start, term)
        steps += more
        if regle.envoi:
            steps.append(_told(regle.envoi))
        if regle.reserve and regle.reserve not in doubts:
            steps.append((regle.reserve, ""))
        left = ((term.prudent if regle.role == "agir" else term.theorique) - self.le).days
        return Delai(name, regle, etat, start, term.theorique, term.prudent, left, tuple(steps), doubts, done)

    def _origin(self, start: Start) -> str:
        if not start.chemin.startswith("regle:"):
            return start.chemin
        label = self.rules[start.chemin.removeprefix("regle:")].libelle
        return label[0].lower() + label[1:]

    def _state(self, regle: TimeLimit, start: Start, term: Term) -> tuple[str, str | None, list[Told]]:
        """Where the limit stands on the day, what was done, and the sentences that say why."""
        steps: list[Told] = []
        last = term.theorique
        if regle.role == "attendre":
            return ("attendu" if self.le < last else "advenu"), None, steps
        told = self.facts.value("decision.voies_et_delais")
        closed = regle.voies and told == {"non"}
        if regle.voies and (closed or not told):
            steps.append(_told("voies-absentes" if closed else "voies-inconnues"))
        done = self._done(regle)
        if done and period(done)[1] < start.jour:
            day = date_longue(done)
            steps.append((f"Un acte est daté d'avant le départ du délai ({day}) : vérifiez qu'il suffit.", ""))
            done = None
        if done:
            first, end = period(done)
            late = first > last
            verdict = "hors délai" if late else "dans le délai" if end <= last else "au jour près, à vérifier"
            steps.append((f"Fait ({date_longue(done)}) : {verdict}.", ""))
            return ("fait-hors-delai" if late and not closed else "fait"), done, steps
        written = self.facts.dates.get("evenements.recours_gracieux_envoye_le")
        if regle.interrompu_par and written and start.jour <= (sent := dt.date.fromisoformat(written)):
            verb = "interrompt le délai" if sent <= last else "est parti trop tard pour interrompre le délai"
            law = self.rules[regle.interrompu_par].ref
            steps.append((f"Le recours gracieux envoyé le {show_day(sent)} {verb}.", law))
            if sent <= last:
                return "interrompu", None, steps
        if self.le <= last:
            return ("a-faire" if self.le <= term.prudent else "prudent-depasse"), None, steps
        return ("inopposable" if closed else "expire"), None, steps


def _told(convention: str, valeurs: Mapping[str, str] = {}) -> Told:
    """A sentence and its source, « à confirmer » when the convention was not read."""
    known = time_limits().conventions[convention]
    return known.say(valeurs), known.ref + ("" if known.confiance == "lu" else " ; à confirmer")
