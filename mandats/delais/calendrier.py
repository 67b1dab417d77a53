"""Date arithmetic of French procedure: a start and a length in, the last day out. Pure; no clock, no rule of law.

`compute` gives two days. The theoretical one is the last day the rule allows. The prudent one is never later: it counts
as if the limit were neither « franc » nor carried over a holiday, so that a wrong guess about either costs nothing.
Each step names the convention it applies: `figures/delais.yaml` holds how it is told, and where it was read.

Public holidays come from the `holidays` library rather than from Easter by hand: it knows the overseas territories and
the years when a day was or was not one. A holiday of one territory alone moves the theoretical day only, and is told.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from mandats.keys import TERRITOIRES
from mandats.render.typography import date_longue
from mandats.words import in_words

if TYPE_CHECKING:
    from holidays import HolidayBase

FIRST_YEAR, LAST_YEAR = 1978, 2100  # beyond, the library knows no holidays
DAY = dt.timedelta(days=1)
Unite = Literal["heures", "jours", "jours-ouvres", "mois", "ans"]
Methode = Literal[
    "mois-francs", "jours-francs", "mois", "mois-reportes", "mois-veille", "mois-avant", "jours-ouvres", "heures",
    "jours-francs-avant", "jours-avant", "date-ecrite",
]  # fmt: skip
CARRIED = ("mois-francs", "jours-francs", "mois-reportes", "mois-veille")  # to the next working day
_CODES = (None, "57", "971", "972", "973", "974", "976", "BL", "MF", "PM", "PF", "WF", "NC", "TF")
_SUBDIVISIONS: dict[str, str | None] = dict(zip(TERRITOIRES, _CODES, strict=True))
_WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


class Step(NamedTuple):
    """One step of the reasoning: the convention applied, a key of `conventions`, and the values of its `phrase`."""

    convention: str
    valeurs: Mapping[str, str]


class Term(NamedTuple):
    """The two last days and how they were found; `prudent <= theorique` always.

    `defendable`: a later one, when the count itself is open to two readings; `suppose`: the convention that it follows.
    """

    theorique: dt.date
    prudent: dt.date
    steps: tuple[Step, ...]
    defendable: dt.date | None = None
    suppose: str = ""


def show_day(day: dt.date) -> str:
    """A day as it is read aloud.

    >>> show_day(dt.date(2026, 3, 1))
    'dimanche 1er mars 2026'
    """
    return f"{_WEEKDAYS[day.weekday()]} {date_longue(day.isoformat())}"


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day of the month, `months` later; the last day of that month when it has none.

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
def working_calendar(territoire: str) -> HolidayBase:
    """The public holidays of a territory, by day, with their French names; a year is computed when asked for."""
    import holidays

    return holidays.country_holidays("FR", subdiv=_SUBDIVISIONS[territoire], language="fr")


def carry_over(day: dt.date, territoire: str) -> tuple[dt.date, tuple[Step, ...]]:
    """The first working day from `day` on, and why. Never earlier than `day`."""
    here, everywhere = working_calendar(territoire), working_calendar("metropole")
    last = here.get_nth_working_day(day, 0)
    if last == day:
        return day, ()
    why = f"un {_WEEKDAYS[day.weekday()]}" if day.weekday() >= 5 else f"un jour férié ({here[day]})"
    passed = [day + n * DAY for n in range((last - day).days)]
    local = [{"jour": show_day(p), "fete": here[p]} for p in passed if everywhere.is_working_day(p)]
    moved = Step("prorogation", {"jour": show_day(day), "pourquoi": why, "report": show_day(last)})
    return last, (moved, *(Step("ferie-local", values) for values in local))


def compute(
    methode: Methode, start: dt.date, duree: int = 0, unite: Unite = "jours", territoire: str = "metropole",
    distance_mois: int = 0, distance_sure: bool = True,
) -> Term:  # fmt: skip
    """The term of a limit that starts on `start` (a day that never counts).

    `duree` in `unite`; `distance_mois`, in months, moves the theoretical day only, or the defendable one alone when it
    is not sure that they are added.
    Raises ValueError outside FIRST_YEAR–LAST_YEAR.
    """
    if not is_covered(start):
        raise ValueError(f"année hors de {FIRST_YEAR}–{LAST_YEAR}")
    if distance_mois and not distance_sure:
        near, far = (compute(methode, start, duree, unite, territoire, months) for months in (0, distance_mois))
        return near._replace(defendable=far.theorique, suppose="distance-douteuse")
    months = duree * 12 if unite == "ans" else duree
    further = distance_mois if methode == "mois-francs" else 0
    target = add_months(start, months + further) if unite in ("mois", "ans") else start + duree * DAY
    prudent = last = target
    later, suppose = None, ""
    match methode:
        case "mois-francs":
            # At a month's end the two readings differ (30 December + 2 months): the earlier is kept.
            prudent, last = add_months(start, months), min(target + DAY, add_months(start + DAY, months + further))
            later, suppose = target + DAY, "fin-de-mois"
        case "jours-francs":
            last = add_months(target, distance_mois) + DAY
        case "mois-veille":
            prudent = last = target - DAY
            later, suppose = target, "quantieme"
        case "mois-avant":
            prudent = last = target - DAY
        case "jours-ouvres":
            prudent, last = start, working_calendar(territoire).get_nth_working_day(start, duree)
        case "heures":
            last = start + (duree // 24) * DAY
            prudent = last - DAY
        case "jours-francs-avant":
            last = start - (duree + 1) * DAY
            prudent = working_calendar(territoire).get_nth_working_day(start, -(duree + 2))
        case "jours-avant":
            prudent = last = start - duree * DAY
        case "date-ecrite":
            prudent, last = start - DAY, start
    length = f"{months + further} mois" if methode == "mois-francs" else f"{duree} {unite}"
    told = {
        "depart": show_day(start), "cible": show_day(target), "dernier": show_day(last), "prudent": show_day(prudent),
        "duree": "1 an" if length == "1 ans" else length.replace("jours-ouvres", "jours ouvrés"),
        "francs": "franc" if months + further == 1 else "francs", "distance": str(further),
        "marge": in_words(duree + 2),
    }  # fmt: skip
    wanted = ["depart-exclu"] if methode.endswith("-francs") else []
    wanted += ["distance"] if further else []
    steps = [Step(convention, told) for convention in (*wanted, methode)]
    if methode in CARRIED:
        last, moved = carry_over(last, territoire)
        steps += moved
        if last != prudent:
            steps.append(Step("prudence", told))
        later = later and carry_over(later, territoire)[0]
    if later and later > last:
        return Term(last, prudent, tuple(steps), later, suppose)
    return Term(last, prudent, tuple(steps))
