"""The time limits that run in a case: facts and rules in, an `Echeancier` out. Pure: the day (`le`) is given.

The rules are data (`figures/delais.yaml`); `faits` reads the case. This module decides which rules apply, chains them,
and says where each stands. It refuses to guess: no known start, no date, but the question to ask.

Choice: when several days could start a limit, the earliest counts. A limit told too short costs a night's sleep; one
told too long costs the case.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from mandats.delais.calendrier import FIRST_YEAR, LAST_YEAR, Term, compute, period, show_day
from mandats.delais.faits import Facts, Start, distance_months, read_facts
from mandats.delais.fil import Follower, Suivi, Told, Troncon
from mandats.delais.regles import TimeLimit, time_limits
from mandats.document import Families
from mandats.model import Case
from mandats.render.typography import date_longue

AVERTISSEMENT = "Calcul indicatif, à vérifier ; déposez avant la date prudente."
ETATS = (  # the most urgent first
    "prudent-depasse", "a-faire", "passe-sauf-si", "expire", "inopposable", "attendu", "advenu", "sans-date",
    "interrompu", "fait", "fait-hors-delai",
)  # fmt: skip
PASSES = ("expire", "passe-sauf-si", "fait-hors-delai")


@dataclass(frozen=True)
class Possible:
    """What a passed limit leaves: the sentence, its source, and the template that prepares it, when there is one."""

    dit: str
    ref: str
    modele: str | None


@dataclass(frozen=True)
class Delai:
    """One limit of a case. `etapes`: sentences with their source; `a_confirmer`: why the date is advice only.

    `defendable`: a later last day that can be argued, and what it supposes (`defendable_si`). `restes`: what is still
    possible when it has passed.
    """

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
    defendable: dt.date | None = None
    defendable_si: str = ""
    restes: tuple[Possible, ...] = ()


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
        """The limits that ran out, or were missed, by what the case says."""
        return tuple(d for d in self.delais if d.etat in PASSES and not d.a_confirmer)


def list_time_limits(case: Case, familles: Families, le: dt.date, territoire: str | None = None) -> Echeancier:
    """The limits of `case` on the day `le`. `familles`: what every template is (`Library.familles`).

    `territoire` replaces the one the court's address gives.
    """
    facts = read_facts(case, familles)
    seat = territoire or facts.siege
    reading = _Reading(facts, le, seat or "metropole", familles)
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

    def __init__(self, facts: Facts, le: dt.date, territoire: str, familles: Families):
        law = time_limits()
        self.familles = familles
        self.facts, self.le, self.territoire, self.law = facts, le, territoire, law
        self.rules, self.effets = law.regles, law.effets
        self.made: dict[str, tuple[Delai, ...]] = {}
        self.followed: dict[str, list[Suivi]] = {}
        self.questions: dict[str, Question] = {}

    def of(self, name: str) -> tuple[Delai, ...]:
        """The limits that rule gives in this case; none when it does not apply, or has a question instead."""
        if name not in self.made:
            self.made[name] = self._apply(name, self.rules[name])
        return self.made[name]

    def _apply(self, name: str, regle: TimeLimit) -> tuple[Delai, ...]:
        if not self._concerns(regle):
            return ()
        told, missing = regle.question, regle.cle or next(iter(regle.depart), "")
        try:
            suivis = self._followed(name)
        except ValueError:
            told = f"La date est hors des années couvertes ({FIRST_YEAR}–{LAST_YEAR}) : à vérifier."
            starts, _ = self._starts(regle)
            self.questions[name] = Question(name, regle, told, starts[0].chemin if starts else missing)
            return ()
        if suivis or self._succeeds(regle):
            return tuple(d for suivi in suivis if (d := self._limit(name, regle, suivi)))
        if regle.methode == "sans-delai":
            return (Delai(name, regle, "sans-date"),)
        if not self.facts.value("repere") & set(regle.demander) or self._doubts(regle, None) is None:
            return ()
        if done := next((self.facts.dates[k] for k in regle.fait if k in self.facts.dates), None):
            told = f"Fait ({date_longue(done)}) ; le respect du délai ne se vérifie pas, son point de départ manque."
            return (Delai(name, regle, "fait", etapes=((told, ""),), fait_le=done),)
        self.questions[name] = Question(name, regle, told, missing)
        return ()

    def _concerns(self, regle: TimeLimit) -> bool:
        apart = any(k in self.facts.dates for k in regle.sauf)
        return not apart and all(self.facts.value(k) & set(v) for k, v in regle.si.items())

    def _succeeds(self, regle: TimeLimit) -> bool:
        """Whether the limit is one that another becomes, and that other is known."""
        return any(self._followed(base) for base in self._bases(regle))

    def _bases(self, regle: TimeLimit) -> tuple[str, ...]:
        return self.effets[regle.suite_de].sur if regle.suite_de else ()

    def _followed(self, name: str) -> list[Suivi]:
        """What becomes of a rule's limit from each of its starts. Raises ValueError for a year that is not covered."""
        if name not in self.followed:
            regle = self.rules[name]
            self.followed[name] = []  # a limit that an effect restarts leads back here
            if self._concerns(regle):
                follow = self._inherited if self._succeeds(regle) else self._begun
                self.followed[name] = follow(name, regle)
        return self.followed[name]

    def _inherited(self, name: str, regle: TimeLimit) -> list[Suivi]:
        """The limits that another one became, once for each day."""
        bases = [suivi for base in self._bases(regle) for suivi in self._followed(base)]
        met: dict[dt.date, Suivi] = {}
        for suivi in bases:
            for i, part in suivi.parts(name)[:1]:
                met.setdefault(part.depart.jour, replace(suivi, de=i))
        return list(met.values())

    def _begun(self, name: str, regle: TimeLimit) -> list[Suivi]:
        starts, doubts = self._starts(regle)
        found = []
        for start in starts:
            why = self._doubts(regle, start)
            if why is None:
                continue
            if regle.methode in ("evenement", "sans-delai"):
                found.append(Suivi(start, None, None, (*doubts, *why)))
                continue
            prudent, later = (self._follower(tard).follow(name, start) for tard in (False, True))
            if regle.suite_de:
                why = tuple(dict.fromkeys([*why, regle.sous_condition]))
            found.append(Suivi(start, prudent, later, (*doubts, *why)))
        return found

    def _follower(self, plus_tard: bool) -> Follower:
        def done(regle: TimeLimit, since: dt.date) -> dt.date:
            day, _ = self._done(regle, since)
            return period(day)[0] if day else dt.date.max

        return Follower(self.facts, self.rules, self.effets, self.law.opposabilite, self._term, done, plus_tard)

    def _term(self, regle: TimeLimit, start: Start, far: bool) -> Term:
        distance = distance_months(self.territoire, self.facts.demeure) if regle.distance and far else 0
        # Article R. 421-7 CJA names the limit of article R. 421-1, not the one that runs from a silence.
        sure = regle.distance != "doute" and not start.chemin.startswith("regle:")
        assert regle.methode != "evenement" and regle.methode != "sans-delai"
        return compute(regle.methode, start.jour, regle.duree, regle.unite, self.territoire, distance, sure)

    def _doubts(self, regle: TimeLimit, start: Start | None) -> tuple[str, ...] | None:
        """Why the date is only advice; None when a known fact rules the limit out."""
        why = []
        for key, allowed in regle.condition.items():
            known = (start.valeurs.get(key) if start else None) or self.facts.value(key)
            if known and not known & set(allowed):
                return None
            if not known:
                why.append(regle.sous_condition)
        if regle.confiance == "memoire" or regle.conseil:
            why.append(regle.reserve or "règle à confirmer")
        return tuple(dict.fromkeys(filter(None, why)))

    def _starts(self, regle: TimeLimit) -> tuple[list[Start], tuple[str, ...]]:
        """The earliest day that starts the limit, with the doubts of the rule it comes from; each day, when documents
        or events give several.
        """
        found: list[tuple[Start, tuple[str, ...]]] = []
        for key in regle.depart:
            if key.startswith("regle:"):
                parents = self.of(key.removeprefix("regle:"))
                told = [(p.prudent, p.depart.valeurs if p.depart else {}, p.a_confirmer) for p in parents if p.prudent]
                found += [(Start(day, key, values), doubts) for day, values, doubts in told]
            else:
                found += [(s, ()) for s in self.facts.jours.get(key, ())]
        if any(len(self.facts.jours.get(k, ())) > 1 for k in regle.depart):
            return list({s.jour: s for s, _ in found}.values()), ()
        if not found:
            return [], ()
        start, doubts = min(found, key=lambda pair: pair[0].jour)
        return [start], doubts

    def _limit(self, name: str, regle: TimeLimit, suivi: Suivi) -> Delai | None:
        """The limit as it stands once all that touched it is counted; None for a silence that an answer forestalled."""
        if suivi.prudent is None:
            age = (self.le - suivi.depart.jour).days
            steps = [*self._from(suivi.depart), *([(f"Il y a {age} jours.", "")] if age > 1 else [])]
            return Delai(name, regle, "sans-date", suivi.depart, etapes=tuple(steps), a_confirmer=suivi.doutes)
        if regle.suite_de and suivi.prudent.troncons[0].regle in self.effets[regle.suite_de].sans_accuse:
            regle = replace(regle, voies="", au_dela=None)
        parts = [t for _, t in suivi.parts(name)]
        steps, last = list[Told](), parts[-1]
        for part in parts:
            steps += self._from(part.depart)
            steps += [_told(*step) for step in part.terme.steps] if part is last else []
            if part is not last:
                steps += part.dit
        answers = [s.jour for key in regle.devance_par for s in self.facts.jours.get(key, ())]
        if any(last.depart.jour <= day <= last.terme.theorique for day in answers):
            return None
        ended = last.fin is not None
        defendable, supposes = (None, "") if ended else self._defendable(regle, last, suivi)
        etat, done, more = self._state(regle, last, defendable, ended)
        steps += [*more, *last.dit]
        if regle.envoi:
            steps.append(_told(regle.envoi))
        if regle.reserve and regle.reserve not in suivi.doutes:
            steps.append((regle.reserve, ""))
        term = last.terme
        left = ((term.prudent if regle.role == "agir" else term.theorique) - self.le).days
        return Delai(
            name, regle, etat, last.depart, term.theorique, term.prudent, left, tuple(steps), suivi.doutes, done,
            defendable, supposes, self._left(regle, last.depart) if etat in PASSES else (),
        )  # fmt: skip

    def _left(self, regle: TimeLimit, start: Start) -> tuple[Possible, ...]:
        """What the rule leaves in this case, as far as it is known, each with the plainest template of its families."""

        def known(key: str) -> frozenset[str]:
            return start.valeurs.get(key) or self.facts.value(key)

        found = [self.law.restes[name] for name in regle.reste]
        kept = [r for r in found if all(not known(k) or known(k) & {*v} for k, v in r.si.items())]
        return tuple(Possible(r.dit, r.ref, self._template(r.modele)) for r in kept)

    def _template(self, familles: tuple[str, ...]) -> str | None:
        fit = [slug for slug, own in self.familles.items() if familles and {*familles} <= {*own}]
        return min(fit, key=lambda slug: (len(self.familles[slug]), slug), default=None)

    def _voies(self, regle: TimeLimit, start: Start) -> frozenset[str]:
        """Whether what started the limit told how to go to court; nothing when that is unknown."""
        return start.valeurs.get("voies") or self.facts.value(regle.voies)

    def _from(self, start: Start) -> list[Told]:
        rule = self.rules.get(start.chemin.removeprefix("regle:"))
        origin = rule.libelle[0].lower() + rule.libelle[1:] if rule else start.chemin
        steps = [(f"Départ : {show_day(start.jour)} ({origin}).", "")]
        told_ahead = start.chemin.endswith(("echeance_le", "cloture_le"))
        if start.jour > self.le and start.chemin in self.facts.dates and not told_ahead:
            steps.append(("Ce jour est postérieur à celui du calcul : à vérifier.", ""))
        return steps

    def _defendable(self, regle: TimeLimit, last: Troncon, suivi: Suivi) -> tuple[dt.date | None, str]:
        """The latest last day that can be argued, when it is later than the rule's, and what it supposes."""
        assert suivi.plus_tard
        day, why = last.terme.theorique, list[str]()
        final = suivi.plus_tard.troncons[-1]
        if not suivi.plus_tard.attente:
            for later, more in ((final.terme.theorique, ""), (final.terme.defendable, final.terme.suppose)):
                if later and later > day:
                    supposed = [self.law.conventions[more].texte] if more else []
                    day, why = later, [*suivi.plus_tard.conditions, *supposed]
        # What the later reading ends with has its own way of telling: an express answer that told it leaves no year.
        start = final.depart if final.depart.valeurs.get("voies") else last.depart
        if regle.au_dela and self._voies(regle, start) != {"oui"}:
            beyond = self._term(self.rules[regle.au_dela], start, False).theorique
            if beyond > day:
                day, why = beyond, [self.law.opposabilite[regle.voies].suppose]
        return (day, " ; ".join(dict.fromkeys(why))) if why else (None, "")

    def _done(self, regle: TimeLimit, since: dt.date) -> tuple[str | None, str | None]:
        """The first day from `since` on when it was done, and one before."""
        days = [self.facts.dates[k] for k in regle.fait if k in self.facts.dates]
        days += [s.jour.isoformat() for k in regle.fait for s in self.facts.jours.get(k, ())]
        after = sorted(day for day in days if period(day)[1] >= since)
        return next(iter(after), None), next((day for day in days if day not in after), None)

    def _state(
        self, regle: TimeLimit, part: Troncon, defendable: dt.date | None, ended: bool
    ) -> tuple[str, str | None, list[Told]]:
        """Where the limit stands on the day, what was done, and the sentences that say why."""
        steps: list[Told] = []
        last = part.terme.theorique
        if regle.role == "attendre" and not ended:
            return ("attendu" if self.le < last else "advenu"), None, steps
        told = self._voies(regle, part.depart)
        closed = bool(regle.voies) and told == {"non"}
        if regle.voies and (closed or not told):
            known = self.law.opposabilite[regle.voies]
            steps.append(_told(known.refusee if closed else known.inconnue))
        done, early = self._done(regle, part.depart.jour)
        if early and not done:
            day = date_longue(early)
            steps.append((f"Un acte est daté d'avant le départ du délai ({day}) : vérifiez qu'il suffit.", ""))
        if done and not (ended and period(done)[0] > (part.fin or last)):
            first, end = period(done)
            late = first > last
            verdict = "hors délai" if late else "dans le délai" if end <= last else "au jour près, à vérifier"
            steps.append((f"Fait ({date_longue(done)}) : {verdict}.", ""))
            saved = closed and (not defendable or first <= defendable)
            return ("fait-hors-delai" if late and not saved else "fait"), done, steps
        if ended:
            return "interrompu", None, steps
        if self.le <= last:
            return ("a-faire" if self.le <= part.terme.prudent else "prudent-depasse"), None, steps
        if defendable and self.le <= defendable:
            return ("inopposable" if closed else "passe-sauf-si"), None, steps
        return "expire", None, steps


def _told(convention: str, valeurs: Mapping[str, str] = {}) -> Told:
    """A sentence and its source, « à confirmer » when the convention was not read."""
    known = time_limits().conventions[convention]
    return known.say(valeurs), known.ref + ("" if known.confiance == "lu" else " ; à confirmer")


@dataclass(frozen=True)
class Changement:
    """What an event did to a limit: `avant` is None when it starts it, `apres` when it rules it out."""

    avant: Delai | None
    apres: Delai | None


def compare(avant: Echeancier, apres: Echeancier) -> list[Changement]:
    """The limits that differ, in state or in days, the most urgent first."""
    before, after = ({(d.id, d.depart and d.depart.chemin): d for d in one.delais} for one in (avant, apres))
    for old in [key for key in before if key not in after]:
        # What starts from another fact now is the same limit.
        moved = next((key for key in after if key[0] == old[0] and key not in before), None)
        if moved:
            before[moved] = before.pop(old)
    found = [Changement(before.get(key), after.get(key)) for key in dict.fromkeys([*after, *before])]
    return [c for c in found if _read(c.avant) != _read(c.apres)]


def _read(delai: Delai | None) -> tuple[object, ...]:
    return (delai.etat, delai.prudent, delai.theorique, delai.defendable) if delai else ()
