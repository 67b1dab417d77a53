"""What becomes of a limit that runs: the chain of what interrupts it, restarts it, or merely confirms.

A limit is followed from its start through each later event. An effect (`effets` of `delais.yaml`) says which limits an
event touches, until when, what ends the interruption, and which limit runs then. Two readings are followed: the prudent
one, where whatever is doubtful shortens; the later one, where it is all granted, with the conditions that it supposes.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from mandats.delais.calendrier import DAY, Term, show_day
from mandats.delais.faits import Facts, Start
from mandats.delais.figures import Acte, Effet, TimeLimit

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


@dataclass
class Follower:
    """Follows limits in one case. `terme`: the term of a rule from a day, with the months of distance or without."""

    facts: Facts
    regles: Mapping[str, TimeLimit]
    effets: Mapping[str, Effet]
    terme: Callable[[TimeLimit, dt.date, bool], Term]
    fait: Callable[[TimeLimit, dt.date], dt.date]  # the first day it was done, or the last of all days
    plus_tard: bool = False  # the later reading
    conditions: list[str] = field(default_factory=list)

    def follow(self, name: str, depart: Start) -> Fil:
        """The chain of a rule from its start. Raises ValueError for a year the calendar does not know."""
        self.conditions, made, used = [], list[Troncon](), set[str]()
        while True:
            terme = self.terme(self.regles[name], depart.jour, True)
            dit: list[Told] = []
            for day, effet, acte in self._met(name, depart):
                last = self.terme(self.regles[name], depart.jour, False) if effet.sans_distance else terme
                values = {"jour": show_day(day), "dernier": show_day(last.theorique), "acte": acte.nom}
                if acte.ouvre in used or name == effet.ensuite:
                    dit.append((effet.second.format(**values), effet.ref))
                elif day > last.theorique:
                    dit.append((effet.tard.format(**values), effet.ref))
                elif effet.si and not self.plus_tard:
                    dit.append((effet.ignore.format(**values), effet.ref))
                else:
                    used.add(acte.ouvre)
                    if effet.si:
                        self.conditions.append(effet.si)
                    dit.append((effet.dit.format(**values), effet.ref))
                    again = effet.effet == "relance"
                    resumed = self._since(acte.ouvre, day)[0] if again else self._resumed(effet, depart.jour, last)
                    made.append(Troncon(name, depart, terme, tuple(dit), day))
                    if resumed is None:
                        return Fil(tuple(made), True, tuple(self.conditions))
                    used |= {one.ouvre for one in effet.actes} if effet.effet == "interrompt" else set()
                    name, depart = effet.ensuite or name, resumed
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

    def _resumed(self, effet: Effet, depart: dt.date, last: Term) -> Start | None:
        """The day from which the limit runs again: once all that was opened in time has ended; None when it has not."""
        opened = [
            (acte, start.jour)
            for acte in effet.actes
            for start in self._opened(acte, depart)[:1]
            if start.jour <= last.theorique
        ]
        ends = [self._end(effet, acte, sent) for acte, sent in opened]
        known = [end for end in ends if end]
        return max(known, key=lambda end: end.jour) if known and len(known) == len(ends) else None

    def _end(self, effet: Effet, acte: Acte, sent: dt.date) -> Start | None:
        """How one interruption ends: by an answer, or by the silence kept before it."""
        closed = [s for cle in acte.ferme for s in self._since(cle, sent)]
        if not effet.silence:
            if not closed:
                return None
            if not self.plus_tard:
                return min(closed, key=lambda s: s.jour)
            late = (replace(s, jour=s.jour + acte.marges.get(s.chemin, 0) * DAY) for s in closed)
            latest = max(late, key=_day)
            if latest.jour > min(closed, key=_day).jour:
                self.conditions.append(effet.plus_tard)
            return latest
        received = self._since(acte.recu, sent)
        answered = min(closed, key=_day, default=None)
        if not received and self.plus_tard and answered:
            self.conditions.append(effet.plus_tard)
            return answered
        silent = self.terme(self.regles[effet.silence], received[0].jour if received else sent, False).theorique
        if answered and answered.jour <= silent:
            return answered
        return Start(silent, f"regle:{effet.silence}", received[0].valeurs if received else {})

    def _opened(self, acte: Acte, day: dt.date) -> Sequence[Start]:
        """When it was done, from a day on; what was received was sent, at the latest that day."""
        return self._since(acte.ouvre if acte.ouvre in self.facts.jours else acte.recu, day)

    def _since(self, cle: str, day: dt.date) -> Sequence[Start]:
        return [start for start in self.facts.jours.get(cle, ()) if start.jour >= day]


def _day(start: Start) -> dt.date:
    return start.jour
