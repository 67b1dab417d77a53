"""What becomes of a limit that runs: the chain of what interrupts it, restarts it, or merely confirms.

A limit is followed from its start through each later event. An effect (`effets` of `delais.yaml`) says which limits an
event touches, until when, what ends the interruption, and which limit runs then. Two readings are followed: the prudent
one, where whatever is doubtful shortens; the later one, where it is all granted, with the conditions that it supposes.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter

from mandats.delais.calendrier import DAY, Term, show_day
from mandats.delais.faits import Facts, Start
from mandats.delais.regles import Acte, Effet, Opposabilite, TimeLimit

Told = tuple[str, str]  # a sentence and its source


@dataclass(frozen=True)
class Troncon:
    """A limit that runs from `depart`; `fin`: the day that something ended it before it ran out, None for the last."""

    regle: str
    depart: Start
    terme: Term
    dit: tuple[Told, ...] = ()
    fin: dt.date | None = None


@dataclass(frozen=True)
class Fil:
    """The limits that follow one another, at least one. `attente`: the last is interrupted, and still is."""

    troncons: tuple[Troncon, ...]
    attente: bool = False
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Suivi:
    """A limit followed from a start: the two readings (none for what has no day), and why it is only advice.

    `de`: the rank of the first limit of the chain that is looked at.
    """

    depart: Start
    prudent: Fil | None
    plus_tard: Fil | None
    doutes: tuple[str, ...]
    de: int = 0

    def parts(self, name: str) -> list[tuple[int, Troncon]]:
        """The limits of the prudent chain that one rule gives, with their rank."""
        assert self.prudent
        return [(i, t) for i, t in enumerate(self.prudent.troncons) if t.regle == name and i >= self.de]


@dataclass
class Follower:
    """Follows limits in one case. `terme`: the term of a rule from a start, with the months of distance or without."""

    facts: Facts
    regles: Mapping[str, TimeLimit]
    effets: Mapping[str, Effet]
    opposabilite: Mapping[str, Opposabilite]
    terme: Callable[[TimeLimit, Start, bool], Term]
    fait: Callable[[TimeLimit, dt.date], dt.date]  # the first day it was done, or the last of all days
    plus_tard: bool = False  # the later reading
    conditions: list[str] = field(default_factory=list)

    def follow(self, name: str, depart: Start) -> Fil:
        """The chain of a rule from its start. Raises ValueError for a year the calendar does not know."""
        self.conditions, made, used, seen = [], list[Troncon](), set[str](), set[tuple[str, dt.date]]()
        while True:
            terme = self.terme(self.regles[name], depart, True)
            dit: list[Told] = []
            for day, effet, acte in self._met(name, depart):
                if (acte.ouvre, day) in seen:
                    continue
                last = self.terme(self.regles[name], depart, False) if effet.sans_distance else terme
                excuse = self._excuse(effet, self.regles[name], depart) if day > last.theorique else ""
                values = {"jour": show_day(day), "dernier": show_day(last.theorique), "acte": acte.nom}
                if acte.ouvre in used or name == effet.ensuite:
                    dit.append((effet.second.format(**values), effet.ref))
                elif day > last.theorique and not excuse:
                    dit.append((effet.tard.format(**values), effet.ref))
                elif effet.si and not self.plus_tard:
                    dit.append((effet.ignore.format(**values), effet.ref))
                else:
                    used.add(acte.ouvre)
                    seen.add((acte.ouvre, day))
                    self.conditions += filter(None, (effet.si, excuse))
                    dit.append((effet.dit.format(**values), effet.ref))
                    following = effet.ensuite or name
                    match effet.effet:
                        case "prolonge":
                            resumed: Start | None = depart
                        case "relance":
                            resumed = self._since(acte.ouvre, day)[0]
                        case "interrompt":
                            resumed = self._resumed(effet, depart.jour, last, self.regles[following])
                            if resumed and not effet.ensuite:  # the same limit: what is known of it holds
                                resumed = replace(resumed, valeurs={**depart.valeurs, **resumed.valeurs})
                    if effet.plafond:  # of the limit that runs again and the one that caps it: the first to end
                        asked = Start(day, acte.ouvre)
                        last = self.terme(self.regles[effet.plafond], asked, False)
                        runs = self.terme(self.regles[following], resumed, True) if resumed else None
                        if runs is None or runs.theorique > last.theorique:
                            following, resumed = effet.plafond, asked
                    made.append(Troncon(name, depart, terme, tuple(dit), day))
                    if resumed is None:
                        return Fil(tuple(made), True, tuple(self.conditions))
                    used |= {one.ouvre for one in effet.actes} if effet.effet == "interrompt" else set()
                    name, depart = following, resumed
                    break
            else:
                return Fil((*made, Troncon(name, depart, terme, tuple(dit))), False, tuple(self.conditions))

    def _met(self, name: str, depart: Start) -> Iterator[tuple[dt.date, Effet, Acte]]:
        """What happened from the start on that may touch the limit, in the order of days."""
        done = self.fait(self.regles[name], depart.jour)
        found = [
            (start.jour, rank, effet, acte)
            for rank, effet in enumerate(self.effets.values())
            if name in effet.sur or name == effet.ensuite
            for acte in effet.actes
            for start in self._opened(acte, depart.jour)
            if start.chemin != depart.chemin and start.jour <= done
        ]
        for day, _, effet, acte in sorted(found, key=lambda one: one[:2]):
            yield day, effet, acte

    def _excuse(self, effet: Effet, regle: TimeLimit, depart: Start) -> str:
        """What the later reading supposes for an answer to count after the limit ran out; nothing when it cannot."""
        if effet.effet != "relance" or not self.plus_tard:
            return ""
        apart = any(self.facts.value(k) & set(v) for k, v in effet.tard_ecarte.items())
        told = depart.valeurs.get("voies") or self.facts.value(regle.voies)
        unopposable = self.opposabilite[regle.voies].suppose if regle.voies and told != {"oui"} else ""
        return ", ou ".join(filter(None, ("" if apart else effet.tard_si, unopposable)))

    def _resumed(self, effet: Effet, depart: dt.date, last: Term, regle: TimeLimit) -> Start | None:
        """The day from which the limit runs again: once all that was opened in time has ended; None when it has not."""
        opened = [(acte, start.jour) for acte in effet.actes for start in self._opened(acte, depart)[:1]]
        ends = [self._end(effet, acte, sent, regle) for acte, sent in opened if sent <= last.theorique]
        known = [end for end in ends if end]
        return max(known, key=lambda end: end.jour) if known and len(known) == len(ends) else None

    def _end(self, effet: Effet, acte: Acte, sent: dt.date, regle: TimeLimit) -> Start | None:
        """How one interruption ends: by an answer, or by the silence kept before it. `regle`: what runs then."""
        closed = [s for cle in acte.ferme for s in self._since(cle, sent)]
        if not effet.silence:
            again = min((s.jour for s in self._opened(acte, sent + DAY)), default=dt.date.max)
            ends = list[Start]()
            for cle in acte.ferme:  # a second decision counts while the limit that the first restarts still runs
                own: Start | None = None
                for start in sorted(self._since(cle, sent), key=attrgetter("jour")):
                    if start.jour >= again:
                        break
                    late = own is not None and start.jour > self.terme(regle, own, True).theorique
                    if late and not (self.plus_tard and effet.plus_tard):
                        continue
                    self.conditions += [effet.plus_tard] if late else []
                    own = replace(start, jour=start.jour + acte.marges.get(cle, 0) * DAY)
                ends += [own] if own else []
            return max(ends, key=attrgetter("jour"), default=None)
        received = self._since(acte.recu, sent)
        answered = min(closed, key=attrgetter("jour"), default=None)
        if not received and self.plus_tard and answered:
            self.conditions.append(effet.plus_tard)
            return answered
        begun = received[0] if received else Start(sent, acte.ouvre)
        silent = self.terme(self.regles[effet.silence], begun, False).theorique
        if answered and answered.jour <= silent:
            return answered
        return Start(silent, f"regle:{effet.silence}", received[0].valeurs if received else {})

    def _opened(self, acte: Acte, day: dt.date) -> Sequence[Start]:
        """When it was done, from a day on; what was received was sent, at the latest that day."""
        return self._since(acte.ouvre if acte.ouvre in self.facts.jours else acte.recu, day)

    def _since(self, cle: str, day: dt.date) -> Sequence[Start]:
        return [start for start in self.facts.jours.get(cle, ()) if start.jour >= day]
