"""French words as the whole package reads them: months, numbers, letters without accents. Pure."""

import datetime as dt
import re
import unicodedata
from typing import NamedTuple

SPECIMEN = "SPÉCIMEN – ne pas déposer"  # on each page of a sample; `typography.french` sets its spaces
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
_NUMBERS = (
    "zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix",
    "onze", "douze", "treize", "quatorze", "quinze", "seize",
)  # fmt: skip
_TENS = ("", "dix", "vingt", "trente", "quarante", "cinquante", "soixante")
_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"),
    (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip


def bare(text: str) -> str:
    """The text without case nor accents; ligatures of meaning (œ, æ) stay one letter.

    Decomposed before the case is folded: « ™ » must end as « tm ». Keys kept in ledgers rest on this order.

    >>> bare("L'Été à Besançon"), bare("Cœur n° 2²")
    ("l'ete a besancon", 'cœur n° 22')
    """
    text = unicodedata.normalize("NFKD", text).casefold()
    return text if text.isascii() else "".join(c for c in text if not unicodedata.combining(c))


def bare_words(text: str) -> list[str]:
    """Its letters and digits, without case nor accents, in words.

    >>> bare_words("Né(e) le :")
    ['ne', 'e', 'le']
    """
    return "".join(c if c.isalnum() else " " for c in bare(text)).split()


_MONTHS = [*map(bare, MONTHS)]
_DAY = re.compile(r"([0-9]{1,2})(?:er)?[\s/.-]+([0-9]{1,2}|[^\W\d]+)[\s/.-]+([0-9]{4})")


def iso_day(value: str) -> str:
    """A day as it is written in French, in ISO; empty for what is none.

    >>> iso_day("1er mai 2026"), iso_day("03/11/2026"), iso_day("mai 2026")
    ('2026-05-01', '2026-11-03', '')
    """
    found = _DAY.fullmatch(value.strip())
    if not found:
        return ""
    day, month, year = found.groups()
    plain = bare(month)
    rank = int(month) if month.isdigit() else _MONTHS.index(plain) + 1 if plain in _MONTHS else 0
    return f"{year}-{rank:02}-{int(day):02}" if 1 <= rank <= 12 and 1 <= int(day) <= 31 else ""


def in_paris(instant: str) -> dt.datetime:
    """A moment as clocks show it in Paris: the ledger of mandates keeps universal time."""
    from zoneinfo import ZoneInfo

    return dt.datetime.fromisoformat(instant).astimezone(ZoneInfo("Europe/Paris"))


def paris_hour(instant: str) -> str:
    """
    >>> paris_hour("2022-09-24T12:00:00Z"), paris_hour("2022-12-24T12:05:00Z")
    ('14 h 00 (heure de Paris, UTC+2)', '13 h 05 (heure de Paris, UTC+1)')
    """
    moment = in_paris(instant)
    return f"{moment.hour} h {moment:%M} (heure de Paris, UTC{int(moment.strftime('%z')) // 100:+})"


def in_words(n: int, most: int = 16) -> str:
    """A number as prose writes it; in digits beyond `most`, at most 69.

    >>> in_words(2), in_words(15), in_words(30)
    ('deux', 'quinze', '30')
    >>> [in_words(n, 69) for n in (18, 21, 48, 72)]
    ['dix-huit', 'vingt et un', 'quarante-huit', '72']
    """
    if not 0 <= n <= most:
        return str(n)
    tens, unit = divmod(n, 10)
    if n < len(_NUMBERS):
        return _NUMBERS[n]
    return _TENS[tens] + ("" if not unit else " et un" if unit == 1 else f"-{_NUMBERS[unit]}")


def numeral(n: int, form: str) -> str:
    """A rank, from 1, in a form of Word's: Roman, letters (doubled after the last), digits.

    >>> [numeral(4, form) for form in ("upperRoman", "lowerRoman", "upperLetter", "lowerLetter", "decimal")]
    ['IV', 'iv', 'D', 'd', '4']
    >>> [numeral(n, "upperLetter") for n in (26, 27, 53)]
    ['Z', 'AA', 'AAA']
    >>> [numeral(n, "upperRoman") for n in (29, 48, 1992)]
    ['XXIX', 'XLVIII', 'MCMXCII']
    """
    made = chr(65 + (n - 1) % 26) * (1 + (n - 1) // 26) if form.endswith("Letter") else str(n)
    if form.endswith("Roman"):
        made = ""
        for value, digits in _ROMAN:
            made += digits * (n // value)
            n %= value
    return made.lower() if form.startswith("lower") else made


class Compact(NamedTuple):
    """A text as it is compared, and for each letter its place in the text."""

    letters: str
    places: list[int]


ALIKE = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "\u2011": "-", "…": "."})
_SILENT = frozenset(" \t\n\r\xa0\u202f\u2009\xad\u200b")


def compact(text: str, also: str = "") -> Compact:
    r"""Without spaces, nor the signs of `also`; quotes of all kinds alike: what typography does not change.

    >>> compact("« l’acte »").letters == compact("\"l'acte\"").letters
    True
    """
    kept = [(char, at) for at, char in enumerate(text) if char not in _SILENT and char not in also]
    return Compact("".join(char for char, _ in kept).translate(ALIKE), [at for _, at in kept])
