"""French spaces, quotes, ordinals, long dates: str to str, and `inlines` for blocks. Never on code or URLs.

Runs on the text nodes of a parsed document, so it cannot change markup. Applying it twice changes nothing.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from mandats.blocks import Node
from mandats.words import MONTHS

SPACES = re.compile(r"[ \n\t]+")
SPACE: Node = {"t": "Space"}
NBSP, NNBSP = "\u00a0", "\u202f"
_SPACES = f"[ {NBSP}{NNBSP}]"
# Left alone: addresses, e-mail, file names.
# A word is tried from its first letter only: from each, a long one would take the square of its length.
_OPAQUE = re.compile(
    r"(https?://\S+|www\.\S+|(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.-]+|(?<![\w-])[\w-]+\.(?:pdf|docx|md|yaml|txt)\b)"
)
_ABBREVIATIONS = r"n°|nos|art\.|p\.|pp\.|L\.|R\.|D\.|\*?R\.|M\.|Mme|cons\.|al\.|ch\.|pt|C\."
_NUMBERED = (
    "articles?|pièces?|points?|paragraphes?|alinéas?|considérants?|chapitre|titre|annexes?"
    "|loi|décret|règlement|directive"
)
_MAY_RAISE = re.compile(rf"[\dIVX](?:er|re|es?)\b|\bnos{NBSP}")


def _before(signs: re.Match[str]) -> str:
    """The signs after their space: a full one before a colon, a thin one before the others."""
    return (NBSP if signs[1][0] == ":" else NNBSP) + signs[1]


def _thousands(number: re.Match[str]) -> str:
    return number[0].replace(" ", NNBSP)


# Signs without one of which a rule has nothing to do (none: always tried), the rule, what it sets.
_DIGITS = "0123456789"
_RULES: list[tuple[frozenset[str], re.Pattern[str], str | Callable[[re.Match[str]], str]]] = [
    (frozenset(signs), re.compile(pattern, flags), replacement)
    for signs, pattern, replacement, flags in (
        ("'", r"(?<=\w)'", "’", 0),
        (".", r"\.\.\.", "…", 0),
        ("«", rf"«{_SPACES}*", "«" + NBSP, 0),
        ("»", rf"{_SPACES}*»", NBSP + "»", 0),
        (";:!?", rf"(?<=[^\s;:!?]){_SPACES}*([;:!?]+)(?=[\s»)\]{NBSP}]|$)", _before, 0),
        (";:!?", rf"^{_SPACES}+([;:!?]+)", _before, 0),
        ("°", rf"n°{_SPACES}*(?=\w)", "n°" + NBSP, 0),
        ("§", rf"(§§?){_SPACES}*(?=[\d…])", r"\1" + NBSP, 0),
        ("", rf"\b({_ABBREVIATIONS})[ {NBSP}](?=[\dA-ZÀ-Ý*])", r"\1" + NBSP, 0),
        ("", rf"\b({_NUMBERED})[ {NBSP}](?=(n°|nos|\d|[LRD]\.|[IVX]+\b))", r"\1" + NBSP, re.I),
        (".", rf"(?<![\w.’'])([A-ZÀ-Ý]\.){_SPACES}(?=[A-ZÀ-Ý][a-zà-ÿ])", r"\1" + NBSP, 0),
        (_DIGITS, rf"\b(\d{{1,2}}|1er) (?=({'|'.join(MONTHS)})\b)", r"\1" + NBSP, 0),
        ("%€", rf"(?<=\d){_SPACES}(?=[%€])", NBSP, 0),
        (_DIGITS, r"\b\d{1,3}(?: \d{3})+\b(?! ?\d)", _thousands, 0),
        ("–", rf"{_SPACES}–{_SPACES}", f"{NBSP}– ", 0),
    )
]


@lru_cache(maxsize=8192)  # three in four come back: a clause in several documents, a table's cell, a running head
def french(text: str) -> str:
    """The text with the spaces and signs a French printer would set.

    >>> french("l'article 5 : « oui » ; non !").replace(NBSP, "~").replace(NNBSP, "_")
    'l’article~5~: «~oui~»_; non_!'
    >>> french("voir https://exemple.fr/a?b:c ; n° 12 et 15 248 mandats").replace(NBSP, "~").replace(NNBSP, "_")
    'voir https://exemple.fr/a?b:c_; n°~12 et 15_248 mandats'
    """
    parts = _OPAQUE.split(text) if "." in text or "://" in text else [text]
    for i in range(0, len(parts), 2):
        part, present = parts[i], set(parts[i])
        for signs, pattern, replacement in _RULES:
            if not signs or not signs.isdisjoint(present):
                part = pattern.sub(replacement, part)
        parts[i] = part
    return "".join(parts)


# « 1er », « 10e », « nos 440442 et 440445 »: the letters a printer raises.
RAISED = re.compile(
    rf"(?<![\w,.])(?:\d{{1,4}}|[IVX]+)(?P<ordinal>er|re|e|es)\b(?=$|[\s,.;:)\-–»{NBSP}{NNBSP}])|\bn(?P<nos>os)(?={NBSP})"
)


def date_longue(value: str) -> str:
    """A whole or partial ISO date in words. Raises ValueError for a month that does not exist.

    >>> date_longue("2022-10-01"), date_longue("2022-10"), date_longue("2022")
    ('1er octobre 2022', 'octobre 2022', '2022')
    """
    parts = value.split("-")
    words = [parts[0]]
    if len(parts) > 1:
        if not 1 <= int(parts[1]) <= 12:
            raise ValueError("mois qui n'existe pas dans une date")
        words.insert(0, MONTHS[int(parts[1]) - 1])
    if len(parts) > 2:
        day = int(parts[2])
        words.insert(0, "1er" if day == 1 else str(day))
    return " ".join(words)


def paris_day(value: str) -> str:
    """The day of an instant, in Paris: the ledger of mandates keeps universal time. A date stays as it is.

    >>> paris_day("2022-05-23T22:30:00Z"), paris_day("2022-05")
    ('2022-05-24', '2022-05')
    """
    if "T" not in value:
        return value
    from zoneinfo import ZoneInfo

    return dt.datetime.fromisoformat(value).astimezone(ZoneInfo("Europe/Paris")).date().isoformat()


def date_phrase(value: str) -> str:
    """The date as an adverbial phrase opening a sentence.

    >>> date_phrase("2022-10-26"), date_phrase("2022-10"), date_phrase("2022")
    ('Le 26 octobre 2022', 'En octobre 2022', 'En 2022')
    """
    return ("Le " if value.count("-") == 2 else "En ") + date_longue(value)


def nombre(value: int | str) -> str:
    """An integer by thousands.

    >>> nombre(15248)
    '15\\u202f248'
    """
    return f"{int(value):,}".replace(",", NNBSP)


def inclusive(masculine: str, feminine: str, manner: str) -> str:
    """Both genders at once: « point-median » joins what differs, « doublet » gives both words.

    >>> inclusive("requérant", "requérante", "point-median"), inclusive("requérants", "requérantes", "point-median")
    ('requérant·e', 'requérant·es')
    >>> inclusive("défendeur", "défenderesse", "point-median"), inclusive("soutient", "soutient", "point-median")
    ('défendeur·resse', 'soutient')
    >>> [inclusive("le requérant", "la requérante", manner) for manner in ("doublet", "point-median")]
    ['la requérante et le requérant', 'le·la requérant·e']
    """
    if masculine == feminine:
        return masculine
    if manner == "doublet":
        return f"{feminine} et {masculine}"
    pairs = list(zip(masculine.split(" "), feminine.split(" "), strict=False))
    if len(pairs) > 1:
        return " ".join(inclusive(m, f, manner) for m, f in pairs)
    plural = masculine.endswith("s") and feminine.endswith("s")
    m, f = (masculine[:-1], feminine[:-1]) if plural else (masculine, feminine)
    common = next((i for i, (a, b) in enumerate(zip(m, f, strict=False)) if a != b), min(len(m), len(f)))
    common = common if common > 1 else 0
    return f"{m}·{f[common:]}" + ("s" if plural else "")


def enumeration(values: Iterable[object]) -> str:
    """« a, b et c »; a comma inside one of them calls for another before the last « et ».

    >>> enumeration(["a", "b", "c"]), enumeration(["a"]), enumeration(["a, soit b", "c"])
    ('a, b et c', 'a', 'a, soit b, et c')
    """
    items = [str(v) for v in values]
    if len(items) < 2:
        return "".join(items)
    return ", ".join(items[:-1]) + (", et " if any("," in i for i in items[:-1]) else " et ") + items[-1]


def one_line(text: str) -> str:
    """The text on one line, its no-break spaces kept.

    >>> one_line("Paris" + NBSP + "8\\n et  autres") == "Paris" + NBSP + "8 et autres"
    True
    """
    return _BREAKING.sub(" ", text).strip(" ")


_BREAKING = re.compile(rf"[^\S{NBSP}{NNBSP}]+")


def ranks(numbers: Sequence[int]) -> str:
    """Numbers in order, three or more that follow one another told by the first and the last.

    >>> ranks([1, 2, 3, 5]), ranks([1, 2]), ranks([4, 5, 6])
    ('1 à 3 et 5', '1 et 2', '4 à 6')
    """
    return enumeration(join_runs(numbers, " à "))


def join_runs(numbers: Sequence[int], to: str) -> list[str]:
    """Numbers in order, three or more that follow one another as the first and the last joined by `to`.

    >>> join_runs([3, 5, 7, 6, 9, 10], "-")
    ['3', '5-7', '9', '10']
    """
    runs: list[list[int]] = []
    for n in sorted(numbers):
        if runs and n == runs[-1][-1] + 1:
            runs[-1].append(n)
        else:
            runs.append([n])
    return [words for r in runs for words in ([f"{r[0]}{to}{r[-1]}"] if len(r) > 2 else map(str, r))]


_VOWEL = re.compile(r"[aàâeéèêëiîïoôuùûyœæ]", re.I)


def with_article(article: str, noun: str) -> str:
    """The noun after its definite article.

    >>> with_article("l'", "université"), with_article("aucun", "La Quadrature du Net")
    ("l'université", 'La Quadrature du Net')
    """
    return noun if article == "aucun" else f"l'{noun}" if article == "l'" else f"{article} {noun}"


def contract(preposition: str, article: str, noun: str) -> str:
    """« de » or « à » before the noun, contracted.

    >>> contract("de", "le", "ministre"), contract("à", "les", "communes"), contract("de", "aucun", "Orléans")
    ('du ministre', 'aux communes', "d'Orléans")
    """
    if article in ("le", "les"):
        return {"de": {"le": "du", "les": "des"}, "à": {"le": "au", "les": "aux"}}[preposition][article] + f" {noun}"
    if article == "aucun":
        return f"d'{noun}" if preposition == "de" and _VOWEL.match(noun) else f"{preposition} {noun}"
    return f"{preposition} {with_article(article, noun)}"


def inlines(value: str, set_french: bool = True) -> list[Node]:
    """Inlines for plain text: French typography, ordinals raised (« 1er »).

    Spaces at the ends and the first word are nodes of their own (an engine looks there for list marks); the rest stays
    whole, which halves the work of every later stage.
    """
    out: list[Node] = []
    if set_french:
        value = french(value)
    value = SPACES.sub(" ", value)
    if value.startswith(" "):
        out.append(SPACE)
        value = value[1:]
    trailing = value.endswith(" ")
    first, space, rest = value.rstrip(" ").partition(" ")
    raise_ordinals = set_french and _MAY_RAISE.search(value)
    out += _raised(first) if raise_ordinals else [{"t": "Str", "c": first}] if first else []
    if space:
        out.append(SPACE)
        out += _raised(rest) if raise_ordinals else [{"t": "Str", "c": rest}]
    return [*out, SPACE] if trailing else out


def _raised(value: str) -> list[Node]:
    out: list[Node] = []
    last = 0
    for match in RAISED.finditer(value):
        letters = match["ordinal"] or match["nos"]
        out.append({"t": "Str", "c": value[last : match.end() - len(letters)]})
        out.append({"t": "Superscript", "c": [{"t": "Str", "c": letters}]})
        last = match.end()
    return [*out, {"t": "Str", "c": value[last:]}] if value[last:] else out
