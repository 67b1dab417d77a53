"""Dates as people and form tools write them, to a day and an instant; the order that a column proves.

Takes text on one line; gives values, or ValueError for what is no date of this world. Never guesses: a zone that is not
in `reponses.yaml`, an abbreviated month that could be two, are no date. A number of days (a spreadsheet's date without
its format) is read when it has five digits, from May 1927: one of four is a year that someone typed.
"""

import datetime as dt
import re
from functools import cache
from zoneinfo import ZoneInfo

from mandats.registre.colonnes import answers
from mandats.words import MONTHS, bare, bare_words

ENGLISH = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
DATE = re.compile(
    r"(?P<y>[0-9]{4})[-/.](?P<m>[0-9]{1,2})[-/.](?P<d>[0-9]{1,2})(?![0-9])"
    r"|(?P<a>[0-9]{1,2})[/.-](?P<b>[0-9]{1,2})[/.-](?P<y2>[0-9]{4}|[0-9]{2})(?![0-9])"
    r"|(?P<days>[0-9]{5}(?:[.,][0-9]+)?)$"
    r"|(?:[^\W\d]+\.?,? )?(?:(?P<d3>[0-9]{1,2})(?:er)? (?P<m3>[^\W\d]+)\.?|(?P<m4>[^\W\d]+)\.? (?P<d4>[0-9]{1,2}),?)"
    r" (?P<y3>[0-9]{4})(?![0-9])"
)
NUMBERS = re.compile(r"\s*([0-9]{1,2})[/.-]([0-9]{1,2})[/.-](?:[0-9]{4}|[0-9]{2})(?![0-9])")
TIME = re.compile(
    r"(?:T|,? (?:à |at |- ?)?|,|-)(?P<h>[0-9]{1,2}) ?[:hH] ?(?P<m>[0-9]{2})"
    r"(?:(?::| ?mi?n? ?)(?P<s>[0-9]{2})s?(?:[.,][0-9]+)?)?"
    r"(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?(?P<zone> ?.*)$"
)
OFFSET = re.compile(r"(?:UTC|GMT)?(?:([+-])([0-9]{1,2})(?::?([0-9]{2}))?)?$")
FIRST_SERIAL = dt.date(1899, 12, 30)  # day 0 of spreadsheets, but for their 29 February 1900


def proven_order(text: str) -> str:
    """The only order, `jma` or `mja`, in which a date of three numbers can be read; empty when both or neither can.

    >>> proven_order("3/14/2026 10:02"), proven_order("14.3.26"), proven_order("3/4/2026"), proven_order("2026-01-26")
    ('mja', 'jma', '', '')
    """
    found = NUMBERS.match(text)
    if not found or (int(found[1]) > 12) == (int(found[2]) > 12):
        return ""
    return "jma" if int(found[1]) > 12 else "mja"


def read_date(text: str, order: str = "jma", latest: dt.date | None = None) -> tuple[dt.date, str]:
    """(day, what follows it: an hour perhaps). Raises ValueError, also for a day that does not exist.

    A year of two digits is of this century; with `latest`, of the last century in which the day is not after it.

    >>> read_date("01/02/2003 - 10:30")
    (datetime.date(2003, 2, 1), ' - 10:30')
    >>> [str(read_date(t)[0]) for t in ("jeudi 26 janvier 2026", "Jan. 26, 2026", "46048.5", "26/01/26")]
    ['2026-01-26', '2026-01-26', '2026-01-26', '2026-01-26']
    """
    text = " ".join(text.split())
    found = DATE.match(text)
    if not found:
        raise ValueError("no date")
    rest = text[found.end() :]
    if found["days"]:
        days = float(found["days"].replace(",", "."))
        seconds = round(days % 1 * 86400)
        hour = f" {seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}" if seconds % 86400 else ""
        return FIRST_SERIAL + dt.timedelta(int(days) + seconds // 86400), hour
    if found["a"]:
        day, month = (found["a"], found["b"]) if order == "jma" else (found["b"], found["a"])
        year = int(found["y2"]) + (2000 if len(found["y2"]) == 2 else 0)
        made = dt.date(year, int(month), int(day))
        late = latest is not None and len(found["y2"]) == 2 and made > latest
        return (dt.date(year - 100, int(month), int(day)) if late else made), rest
    if found["y"]:
        return dt.date(int(found["y"]), int(found["m"]), int(found["d"])), rest
    return dt.date(int(found["y3"]), _month(found["m3"] or found["m4"]), int(found["d3"] or found["d4"])), rest


def read_instant(text: str, order: str, fuseau: str) -> tuple[dt.date, dt.datetime, str]:
    """(day, instant in universal time, ISO as precise as the text). Raises ValueError or OverflowError.

    >>> read_instant("jeudi 26 janvier 2026 à 13:39:50 heure normale d'Europe centrale", "jma", "Indian/Reunion")[2]
    '2026-01-26T12:39:50Z'
    >>> read_instant("2026/07/26 1:39:50 PM UTC+2", "jma", "Europe/Paris")[2]
    '2026-07-26T11:39:50Z'
    """
    day, rest = read_date(text, order)
    if not rest.strip():
        return day, dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC), day.isoformat()
    hour = TIME.match(rest)
    if not hour:
        raise ValueError("no hour")
    h = int(hour["h"])
    if hour["half"]:
        if not 1 <= h <= 12:
            raise ValueError("no hour of a half day")
        h = h % 12 + 12 * (hour["half"] in "Pp")
    at = dt.datetime.combine(day, dt.time(h, int(hour["m"]), int(hour["s"] or 0)))
    moment = at.replace(tzinfo=_zone(hour["zone"].strip(), fuseau)).astimezone(dt.UTC)
    return day, moment, moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _month(name: str) -> int:
    """Its number, of a name in French or English, whole or cut. Raises ValueError when it is none, or could be two."""
    cut = bare(name)
    found = {i % 12 + 1 for i, month in enumerate((*MONTHS, *ENGLISH)) if len(cut) > 2 and bare(month).startswith(cut)}
    if len(found) != 1:
        raise ValueError("no month")
    return found.pop()


@cache
def _zone(said: str, fuseau: str) -> dt.tzinfo:
    """Raises ValueError for a zone that nobody told us."""
    if not said:
        return ZoneInfo(fuseau)
    said = re.sub(r"(?<=[0-9]) ?\(.*\)$", "", said.replace("−", "-")).strip("() ")
    offset = "" if said == "Z" else answers("fuseaux").get(" ".join(bare_words(said)), said)
    found = OFFSET.match(offset.replace(" ", ""))
    if not found:
        raise ValueError("no zone")
    sign, hours, minutes = found.groups()
    far = dt.timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    return dt.timezone(-far if sign == "-" else far)
