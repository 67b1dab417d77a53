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
from typing import TYPE_CHECKING, Literal

from mandats.keys import TERRITOIRES
from mandats.render.typography import date_longue

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
_SUBDIVISIONS: dict[str, str | None] = dict(
    zip(
        TERRITOIRES,
        (None, "57", "971", "972", "973", "974", "976", "BL", "MF", "PM", "PF", "WF", "NC", "TF"),
        strict=True,
    )
)
_NUMBERS = (
    "zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", "treize",
    "quatorze", "quinze", "seize",
)  # fmt: skip
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


def in_words(number: int, unite: str = "") -> str:
    """A number, with its unit: in letters up to sixteen.

    >>> in_words(1, "mois"), in_words(3, "jours"), in_words(1, "ans"), in_words(48, "heures")
    ('un mois', 'trois jours', 'un an', '48 heures')
    """
    unit = unite.replace("jours-ouvres", "jours ouvrés")
    number_word = _NUMBERS[number] if number < len(_NUMBERS) else str(number)
    return f"{number_word} {unit if number > 1 or unite == 'mois' else unit.rstrip('s')}".rstrip()


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
    steps = [Step("prorogation", f"Le {show_day(day)} est {why} : report au {show_day(last)}.")]
    for passed in (day + n * DAY for n in range((last - day).days)):
        if everywhere.is_working_day(passed):
            told = f"Le {show_day(passed)} n'est férié que dans ce territoire ({here[passed]}) : à confirmer."
            steps.append(Step("ferie-local", told))
    return last, tuple(steps)


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
    steps = [Step("depart-exclu", f"Le {show_day(start)} ne compte pas.")] if methode.endswith("-francs") else []
    match methode:
        case "mois-francs":
            total = months + distance_mois
            prudent, target = add_months(start, months), add_months(start, total)
            # At a month's end the two readings differ (30 December + 2 months): the earlier is kept.
            last = min(target + DAY, add_months(start + DAY, total))
            if distance_mois:
                more = f"Délai de distance : {distance_mois} mois de plus, soit {total} mois."
                steps.append(Step("distance", more))
            told = f"{total} mois {'franc' if total == 1 else 'francs'} : {_excluded(target, last)}"
        case "jours-francs":
            prudent = start + duree * DAY
            last = prudent + DAY
            told = f"{duree} jours francs : {_excluded(prudent, last)}"
        case "mois-reportes":
            last = prudent = add_months(start, months)
            told = f"{words}, de quantième à quantième : le {show_day(last)}."
        case "mois-veille":
            last = prudent = add_months(start, months) - DAY
            told = f"{words}, délai non franc : la veille du quantième, le {show_day(last)}."
        case "mois":
            last = prudent = add_months(start, months)
            told = f"{words}, de quantième à quantième, sans report : le {show_day(last)}."
        case "mois-avant":
            last = prudent = add_months(start, months) - DAY
            told = f"{words} : il faut agir avant le {show_day(last + DAY)}, donc le {show_day(last)} au plus tard."
        case "jours-ouvres":
            last, prudent = working_calendar(territoire).get_nth_working_day(start, duree), start
            told = f"{words} : le {show_day(last)}. {_prudent(prudent)}, jour où l'on pouvait déjà lire."
        case "heures":
            last = start + (duree // 24) * DAY
            prudent = last - DAY
            told = f"{words} à compter d'une heure que le dossier ne donne pas : le {show_day(last)} à la même heure ; "
            told += f"date prudente, le {show_day(prudent)} à minuit."
        case "jours-francs-avant":
            last, margin = start - (duree + 1) * DAY, duree + 2
            prudent = working_calendar(territoire).get_nth_working_day(start, -margin)
            told = f"{duree} jours francs avant le {show_day(start)} : dernier jour utile, le {show_day(last)}. "
            told += f"Date prudente : {in_words(margin, 'jours-ouvres')} avant, le {show_day(prudent)}."
        case "jours-avant":
            last = prudent = start - duree * DAY
            told = f"{words} avant le {show_day(start)} : le {show_day(last)}."
        case "date-ecrite":
            last, prudent = start, start - DAY
            told = f"La lettre dit le {show_day(start)}. Date prudente : la veille, le {show_day(prudent)}."
    steps.append(Step(methode, told))
    if methode in CARRIED:
        last, moved = carry_over(last, territoire)
        steps += moved
        if last != prudent:
            as_if = "comme si le délai n'était ni franc, ni augmenté, ni reporté"
            steps.append(Step("prudence", f"{_prudent(prudent)}, {as_if}."))
    return Term(last, prudent, tuple(steps))


def _excluded(target: dt.date, last: dt.date) -> str:
    return f"le {show_day(target)} ne compte pas non plus ; dernier jour, le {show_day(last)}."


def _prudent(day: dt.date) -> str:
    return f"Date prudente : le {show_day(day)}"
