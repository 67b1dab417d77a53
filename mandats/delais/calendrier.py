"""Date arithmetic of French procedure: a start and a length in, the last day out. Pure; no clock, no rule of law.

`compute` gives two days. The theoretical one is the last day the rule allows. The prudent one is never later: it counts
as if the limit were neither « franc » nor carried over a holiday, so that a wrong guess about either costs nothing.
Each step is told as a sentence with the convention it applies; `figures/delais.yaml` holds the source of each.

Public holidays come from the `holidays` library rather than from Easter by hand: it knows the overseas territories and
the years when a day was or was not one. A holiday of one territory alone moves the theoretical day only, and is told.
"""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import Literal

from mandats.model import TERRITOIRES
from mandats.render.typography import date_longue

FIRST_YEAR, LAST_YEAR = 1978, 2100  # beyond, the library knows no holidays
DAY = dt.timedelta(days=1)
Unite = Literal["heures", "jours", "jours-ouvres", "mois", "ans"]
Methode = Literal[
    "mois-francs", "jours-francs", "mois", "mois-reportes", "mois-veille", "mois-avant", "jours-ouvres", "heures",
    "jours-francs-avant", "jours-avant", "date-ecrite",
]  # fmt: skip
_SUBDIVISIONS = dict(
    zip(
        TERRITOIRES,
        (None, "57", "971", "972", "973", "974", "976", "BL", "MF", "PM", "PF", "WF", "NC", "TF"),
        strict=True,
    )
)
_WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


@dataclass(frozen=True)
class Step:
    """One step of the reasoning: the convention applied (a key of `conventions`) and its sentence."""

    convention: str
    phrase: str


@dataclass(frozen=True)
class Term:
    """The two last days and how they were found; `prudent <= theorique` always."""

    theorique: dt.date
    prudent: dt.date
    steps: tuple[Step, ...]


def show_day(day: dt.date) -> str:
    """A day as it is read aloud.

    >>> show_day(dt.date(2026, 3, 1))
    'dimanche 1er mars 2026'
    """
    return f"{_WEEKDAYS[day.weekday()]} {date_longue(day.isoformat())}"


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day of the month, `months` later; the last day of that month when it has none, of the calendar after the year 9999.

    >>> add_months(dt.date(2026, 12, 31), 2), add_months(dt.date(2024, 2, 29), 12)
    (datetime.date(2027, 2, 28), datetime.date(2025, 2, 28))
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > dt.MAXYEAR:
        return dt.date.max
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def period(value: str) -> tuple[dt.date, dt.date]:
    """First and last day of an ISO date known to the day, the month or the year.

    >>> [d.isoformat() for d in period("2024-02")]
    ['2024-02-01', '2024-02-29']
    """
    first = dt.date.fromisoformat(f"{value}-01-01"[:10])
    months = {4: 12, 7: 1}.get(len(value), 0)
    return first, add_months(first, months) - DAY if months else first


def is_covered(day: dt.date) -> bool:
    """Whether `compute` knows the holidays around a day."""
    return FIRST_YEAR <= day.year <= LAST_YEAR


@cache
def public_holidays(year: int, territoire: str) -> dict[dt.date, str]:
    """The public holidays of a year in a territory, by day, with their French names."""
    import holidays

    return dict(holidays.country_holidays("FR", subdiv=_SUBDIVISIONS[territoire], years=year, language="fr").items())


def closed_because(day: dt.date, territoire: str) -> str | None:
    """« un samedi », « un dimanche », « jour férié (…) », or None on a working day."""
    if day.weekday() >= 5:
        return f"un {_WEEKDAYS[day.weekday()]}"
    name = public_holidays(day.year, territoire).get(day)
    return f"un jour férié ({name})" if name else None


def carry_over(day: dt.date, territoire: str) -> tuple[dt.date, tuple[Step, ...]]:
    """The first working day from `day` on, and why. Never earlier than `day`."""
    steps, start = [], day
    while reason := closed_because(day, territoire):
        if day.weekday() < 5 and day not in public_holidays(day.year, "metropole"):
            steps.append(
                Step(
                    "ferie-local",
                    f"Le {show_day(day)} n'est férié que dans ce territoire {reason.removeprefix('un jour férié ')} : à confirmer.",
                )
            )
        day += DAY
    if day != start:
        why = closed_because(start, territoire)
        steps.insert(0, Step("prorogation", f"Le {show_day(start)} est {why} : report au {show_day(day)}."))
    return day, tuple(steps)


def shift_working_days(day: dt.date, count: int, territoire: str) -> dt.date:
    """`count` working days after `day` (before, when negative), Monday to Friday without holidays."""
    step = DAY if count > 0 else -DAY
    for _ in range(abs(count)):
        day += step
        while closed_because(day, territoire):
            day += step
    return day


def compute(
    methode: Methode,
    start: dt.date,
    duree: int = 0,
    unite: Unite = "jours",
    territoire: str = "metropole",
    distance_mois: int = 0,
) -> Term:
    """The term of a limit that starts on `start` (a day that never counts).

    `duree` in `unite`; `distance_mois`, in months, moves the theoretical day only.
    Raises ValueError outside FIRST_YEAR–LAST_YEAR.
    """
    if not is_covered(start):
        raise ValueError(f"année hors de {FIRST_YEAR}–{LAST_YEAR}")
    months = duree * 12 if unite == "ans" else duree
    words = "1 an" if (duree, unite) == (1, "ans") else f"{duree} {unite.replace('jours-ouvres', 'jours ouvrés')}"
    francs = "franc" if duree + distance_mois == 1 else "francs"
    first = Step("depart-exclu", f"Le {show_day(start)} ne compte pas.")

    def carried(day: dt.date, prudent: dt.date, *steps: Step) -> Term:
        last, moved = carry_over(day, territoire)
        if last != prudent:
            moved += (
                Step(
                    "prudence",
                    f"Date prudente : le {show_day(prudent)}, comme si le délai n'était ni franc, ni augmenté, ni reporté.",
                ),
            )
        return Term(last, prudent, (*steps, *moved))

    match methode:
        case "mois-francs":
            total = months + distance_mois
            prudent, target = add_months(start, months), add_months(start, total)
            # At a month's end the two readings differ (30 December + 2 months): the earlier is kept.
            last = min(target + DAY, add_months(start + DAY, total))
            more = (
                (Step("distance", f"Délai de distance : {distance_mois} mois de plus, soit {total} mois."),)
                if distance_mois
                else ()
            )
            return carried(
                last,
                prudent,
                first,
                *more,
                Step(
                    methode,
                    f"{total} mois {francs} : le {show_day(target)} ne compte pas non plus ; dernier jour, le {show_day(last)}.",
                ),
            )
        case "jours-francs":
            prudent = start + duree * DAY
            return carried(
                prudent + DAY,
                prudent,
                first,
                Step(
                    methode,
                    f"{duree} jours francs : le {show_day(prudent)} ne compte pas non plus ; dernier jour, le {show_day(prudent + DAY)}.",
                ),
            )
        case "mois-reportes":
            last = add_months(start, months)
            return carried(last, last, Step(methode, f"{words}, de quantième à quantième : le {show_day(last)}."))
        case "mois-veille":
            last = add_months(start, months) - DAY
            return carried(
                last, last, Step(methode, f"{words}, délai non franc : la veille du quantième, le {show_day(last)}.")
            )
        case "mois":
            last = add_months(start, months)
            return Term(
                last, last, (Step(methode, f"{words}, de quantième à quantième, sans report : le {show_day(last)}."),)
            )
        case "mois-avant":
            last = add_months(start, months) - DAY
            return Term(
                last,
                last,
                (
                    Step(
                        methode,
                        f"{words} : il faut agir avant le {show_day(last + DAY)}, donc le {show_day(last)} au plus tard.",
                    ),
                ),
            )
        case "jours-ouvres":
            last = shift_working_days(start, duree, territoire)
            return Term(
                last,
                start,
                (
                    Step(
                        methode,
                        f"{words} : le {show_day(last)}. Date prudente : le {show_day(start)}, jour où l'on pouvait déjà lire.",
                    ),
                ),
            )
        case "heures":
            last = start + (duree // 24) * DAY
            return Term(
                last,
                last - DAY,
                (
                    Step(
                        methode,
                        f"{words} à compter d'une heure que le dossier ne donne pas : le {show_day(last)} à la même heure ; date prudente, le {show_day(last - DAY)} à minuit.",
                    ),
                ),
            )
        case "jours-francs-avant":
            last, prudent = start - (duree + 1) * DAY, shift_working_days(start, -(duree + 2), territoire)
            return Term(
                last,
                prudent,
                (
                    Step(
                        methode,
                        f"{duree} jours francs avant le {show_day(start)} : dernier jour utile, le {show_day(last)}. Date prudente : cinq jours ouvrés avant, le {show_day(prudent)}.",
                    ),
                ),
            )
        case "jours-avant":
            last = start - duree * DAY
            return Term(last, last, (Step(methode, f"{words} avant le {show_day(start)} : le {show_day(last)}."),))
        case "date-ecrite":
            return Term(
                start,
                start - DAY,
                (
                    Step(
                        methode,
                        f"La lettre dit le {show_day(start)}. Date prudente : la veille, le {show_day(start - DAY)}.",
                    ),
                ),
            )
    raise AssertionError(methode)
