"""French spaces, quotes, ordinals, long dates: str to str, and `inlines` for blocks. Never on code or URLs.

Runs on the text nodes of a parsed document, so it cannot change markup. Applying it twice changes nothing.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby, takewhile

from mandats.blocks import Node, text
from mandats.words import MONTHS, in_paris, paris_hour

SPACES = re.compile(r"[ \n\t]+")
SPACE: Node = {"t": "Space"}
NBSP, NNBSP = "\u00a0", "\u202f"
_SPACES = f"[ {NBSP}{NNBSP}]"
# Left alone: addresses, e-mail, file names.
# A word is tried from its first letter only: from each, a long one would take the square of its length.
_OPAQUE = re.compile(
    r"(https?://\S+|www\.\S+|(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.-]+|(?<![\w-])[\w-]+\.(?:pdf|docx|md|yaml|txt)\b)"
)
_ABBREVIATIONS = (
    r"n°|art\.|p\.|pp\.|L\.|R\.|D\.|\*?R\.|cons\.|al\.|ch\.|pt|C\.|vol\.|req\.|obs\.|concl\.|chap\.|sect\.|fasc\."
    r"|Mes?|Drs?|Prs?|Mgr"
)
_TITLES = r"M\.|MM\.|Mmes?|Mlles?|cf\.|[Vv]\."  # before any word
_UNITS = (
    "ans?|mois|jours?|semaines?|heures?|h|min|minutes?|s|secondes?|ms|km|[cm]?m|[ck]?m²|m³|k?g|mg|ha|t|octets?"
    "|[KkMGT]i?o|[kMG]Wh?|[kMG]?Hz|dB|millions?|milliards?|euros?|d[’']euros|EUR|francs?|F|centimes?|fois|personnes?|pages?"
)
_NUMBERED = (
    "articles?|pièces?|points?|paragraphes?|alinéas?|considérants?|chapitres?|titres?|annexes?|livres?|(?:sous-)?sections?"
    "|pages?|tomes?|notes?|lignes?|lots?|tableaux?|figures?|phases?|niveau|loi|décret|règlement|directive"
)
_ORDERED = (
    "siècles?|s\\.|République|chambres?|ch\\.|sous-sections?|arrondissements?|alinéas?"  # after « 10e », « XIXe »
)
_JOINING = "aux?|contre|dans|des?|dont|du|en|est|et|fut|mais|ont|ou|par|pour|puis|que|qui|selon|soit|sont|sur|vers"
_MAY_RAISE = re.compile(rf"[0-9IVX](?:ers?|res?|es?|de?s?)\b|\b[Nn]os{NBSP}")


def _before(signs: re.Match[str]) -> str:
    """The signs after their space: a full one before a colon, a thin one before the others."""
    return (NBSP if signs[1][0] == ":" else NNBSP) + signs[1]


_COUNTED = re.compile(rf"\b(?:{_NUMBERED})\Z", re.I)


def _numbered(space: re.Match[str]) -> str:
    """The space before a number: it holds when the word before it is one that numbers follow. The number is looked for
    first: from each word of a text, thirty would be tried."""
    return NBSP if _COUNTED.search(space.string[max(0, space.start() - 20) : space.start()]) else space[0]


# Signs without one of which a rule has nothing to do (none: always tried), the rule, what it sets.
_DIGITS = "0123456789"
_RULES: list[tuple[frozenset[str], re.Pattern[str], str | Callable[[re.Match[str]], str]]] = [
    (frozenset(signs), re.compile(pattern, flags), replacement)
    for signs, pattern, replacement, flags in (
        ("'", r"(?<=\w)'", "’", 0),
        (".", r"\.\.\.", "…", 0),
        ("°º", rf"\b([Nn])[°º]o?s{_SPACES}*(?=\w)", rf"\1os{NBSP}", 0),
        # « nos 440442 et 440445 », not « nos 12 adhérents ».
        (
            _DIGITS,
            rf"\b([Nn]os)[ {NBSP}](?=[0-9]{{4}}|[0-9]++(?:[/-]|, ?[0-9]| (?:et|à|ou) [0-9])|[A-Z]{{1,3}}-?[0-9])",
            r"\1" + NBSP,
            0,
        ),
        ("«", rf"«{_SPACES}*", "«" + NBSP, 0),
        ("»", rf"{_SPACES}*»", NBSP + "»", 0),
        (";:!?", rf"(?<=[^\s;:!?]){_SPACES}*([;:!?]+)(?=[\s»)\]{NBSP}]|$)", _before, 0),
        (";:!?", rf"^{_SPACES}+([;:!?]+)", _before, 0),
        ("°º", rf"\b([Nn])[°º]{_SPACES}*(?=\w)", rf"\1°{NBSP}", 0),
        ("§", rf"(§§?){_SPACES}*(?=[0-9…IVX])", r"\1" + NBSP, 0),
        ("", rf"\b({_ABBREVIATIONS})[ {NBSP}](?=[0-9A-ZÀ-Ý*])", r"\1" + NBSP, 0),
        ("Mv.", rf"\b({_TITLES})[ {NBSP}](?=[\w«*])", r"\1" + NBSP, 0),
        ("", rf"(?<=\w)[ {NBSP}](?=n°|nos|[0-9]|[LRD]\.|[IVX]+\b)", _numbered, re.I),
        (".", rf"(?<![\w.’'])([A-ZÀ-Ý]\.){_SPACES}(?=[A-ZÀ-Ý](?:\.|[a-zà-ÿ]))", r"\1" + NBSP, 0),
        (_DIGITS, rf"\b([0-9]{{1,2}}|1er) (?=({'|'.join(MONTHS)})\b)", r"\1" + NBSP, 0),
        (_DIGITS, rf"\b({'|'.join(MONTHS)}) (?=(?:1[89]|20)[0-9]{{2}}\b)", r"\1" + NBSP, 0),
        (")", r"(?<=[\w,]) (?=(?:[a-z]|[ivx]+|[0-9]{1,2}°)\)(?!\w))", NBSP, 0),  # « sous c) »
        ("°", r"(?<=[\w,]) (?=[0-9]{1,2}°(?:[ ,;.)]|$))", NBSP, 0),  # « article 4, 2° »
        (_DIGITS, rf"\b([0-9]{{5}})[ {NBSP}](?=[A-ZÀ-Ý])", r"\1" + NBSP, 0),  # « 75020 Paris »
        (",", rf"(°{NBSP}[0-9]+,) (?=pp?\.)", r"\1" + NBSP, 0),  # « pièce n° 4, p. 3 »
        ("%‰€$£°", rf"(?<=[0-9]){_SPACES}*(?=(?:[%‰€$£]|°C)(?!\w))", NBSP, 0),
        (_DIGITS, rf"(?<=[0-9])[ {NBSP}](?=(?:{_UNITS})(?![\w'’-]))", NBSP, 0),
        (_DIGITS, rf"(?<=[0-9]{NBSP})(h|heures?)[ {NBSP}](?=[0-5][0-9]\b)", r"\1" + NBSP, 0),
        ("e", rf"(?<=[IVX0-9]e)[ {NBSP}](?=(?:{_ORDERED})(?!\w))", NBSP, 0),
        ("IVX", rf"\b([A-ZÀ-Ý][a-zà-ÿ]+)[ {NBSP}](?=[IVX]{{2,}}\b)", r"\1" + NBSP, 0),  # « Louis XIV »
        (_DIGITS, r"\b[0-9]{1,3}(?: [0-9]{3})+\b(?! ?[0-9])", lambda number: number[0].replace(" ", NNBSP), 0),
        # « 15 248 mandats »: so written, a number is no year.
        (_DIGITS, rf"(?<={NNBSP}[0-9]{{3}})[ {NBSP}](?=(?!(?:{_JOINING})\b)[a-zà-ÿ]{{2}})", NBSP, 0),
        ("–", rf"{_SPACES}–{_SPACES}", f"{NBSP}– ", 0),
    )
]


# What a printer corrects in a drafter's own prose; in a quotation, it would be another's words.
_CORRECTIONS = [
    (re.compile(rf"\b([Ee]tc){_SPACES}?\.?{_SPACES}?(?:…|\.\.+)"), r"\1."),
    (re.compile(r"(?<![\w,.])([0-9]{1,4}|[IVX]+)(?:i?[èeé]me(s?)|[èé](s?))(?!\w)"), r"\1e\2\3"),
    (re.compile(r"(?<![\w,.])([1I])i?[èe]re(s?)\b"), r"\1re\2"),
    (re.compile(rf"(?<![\w,.])([1I])(?:i|{_SPACES})?er(s?)\b"), r"\1er\2"),
    (re.compile(r"(?<![\w,.])2nd(e?s?)\b"), r"2d\1"),
]
_CORRECTED = re.compile(rf"\b[Ee]tc|[0-9IVX](?:i?[èeé]|(?:i|{_SPACES})er|nd)")
QUOTATION = re.compile(r"(«[^»]*»?|“[^”]*”?|\"[^\"]*\"?)")
_UNTOUCHED = re.compile(f"({QUOTATION.pattern[1:-1]}|{_OPAQUE.pattern[1:-1]})")


def correct(value: str) -> str:
    """The text with « 1re », « 2e », « XIXe », « 2d », « etc. » as they are printed, but for quotations and addresses.

    >>> correct("la 1ère, la 2ème, le XIXème, etc... ; il dit : « la 1ère »")
    'la 1re, la 2e, le XIXe, etc. ; il dit : « la 1ère »'
    """
    if not _CORRECTED.search(value):
        return value
    parts = _UNTOUCHED.split(value)
    for i in range(0, len(parts), 2):
        for pattern, replacement in _CORRECTIONS:
            parts[i] = pattern.sub(replacement, parts[i])
    return "".join(parts)


def left_open(value: str, before: bool = False) -> bool:
    """Whether a quotation is still open after the text; `before`: whether one was before it.

    >>> left_open("il dit : « la"), left_open("fin » de", True), left_open("rien", True)
    (True, False, True)
    """
    signs = re.findall("[«»“”]", value)
    return signs[-1] in "«“" if signs else before


@lru_cache(maxsize=8192)  # three in four come back: a clause in several documents, a table's cell, a running head
def french(value: str) -> str:
    """The text with the spaces and signs a French printer would set.

    >>> french("l'article 5 : « oui » ; non !").replace(NBSP, "~").replace(NNBSP, "_")
    'l’article~5~: «~oui~»_; non_!'
    >>> french("voir https://exemple.fr/a?b:c ; n° 12 et 15 248 mandats").replace(NBSP, "~").replace(NNBSP, "_")
    'voir https://exemple.fr/a?b:c_; n°~12 et 15_248~mandats'
    """
    parts = _OPAQUE.split(value) if "." in value or "://" in value else [value]
    for i in range(0, len(parts), 2):
        part, present = parts[i], set(parts[i])
        for signs, pattern, replacement in _RULES:
            if not signs or not signs.isdisjoint(present):
                part = pattern.sub(replacement, part)
        parts[i] = part
    return "".join(parts)


# « 1er », « 10e », « nos 440442 et 440445 »: the letters a printer raises.
_END = rf"(?=$|[\s,.;:)\]/!?…’'\-–»{NBSP}{NNBSP}])"
RAISED = re.compile(
    rf"(?<![\w,.])(?:[0-9]{{1,4}}(?P<a>ers?|res?|es?|(?<=2)de?s?)|[IVX]+(?P<b>es?)|I(?P<c>ers?|res?))\b{_END}"
    rf"|\b[Nn](?P<d>os)(?={NBSP})"
)


def date_longue(value: str) -> str:
    """A whole or partial ISO date in words. Raises ValueError for a month that does not exist.

    >>> date_longue("2022-10-01"), date_longue("2022-10"), date_longue("2022")
    ('1er octobre 2022', 'octobre 2022', '2022')
    """
    year, *rest = value.split("-")
    if rest and not 1 <= int(rest[0]) <= 12:
        raise ValueError("mois qui n'existe pas dans une date")
    month = [MONTHS[int(part) - 1] for part in rest[:1]]
    day = ["1er" if int(part) == 1 else str(int(part)) for part in rest[1:2]]
    return " ".join([*day, *month, year])


def paris_day(value: str) -> str:
    """The day of an instant, in Paris. A date stays as it is.

    >>> paris_day("2022-05-23T22:30:00Z"), paris_day("2022-05")
    ('2022-05-24', '2022-05')
    """
    return in_paris(value).date().isoformat() if "T" in value else value


def paris_moment(instant: str) -> str:
    """An instant as a person reads it.

    >>> paris_moment("2022-12-31T23:05:00Z")
    '1er janvier 2023 à 0 h 05 (heure de Paris, UTC+1)'
    """
    return f"{date_longue(paris_day(instant))} à {paris_hour(instant)}"


def paris_clock(instant: str) -> str:
    """
    >>> paris_clock("2022-12-31T23:05:07.123456Z")
    '2023-01-01 00:05:07+01:00'
    """
    return in_paris(instant).isoformat(" ", "seconds")


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
    if " " in masculine and " " in feminine:
        pairs = zip(masculine.split(" "), feminine.split(" "), strict=False)
        return " ".join(inclusive(m, f, manner) for m, f in pairs)
    s = "s" if masculine.endswith("s") and feminine.endswith("s") else ""
    m, f = masculine.removesuffix(s), feminine.removesuffix(s)
    common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(m, f, strict=False)))
    return f"{m}·{f[common if common > 1 else 0 :]}{s}"


def capital(words: str) -> str:
    """The words with a capital at their head, the rest as it is."""
    return words[:1].upper() + words[1:]


def enumeration(values: Iterable[object]) -> str:
    """« a, b et c »; a comma or an « et » inside one of them calls for a comma before the last « et ».

    >>> enumeration(["a", "b", "c"]), enumeration(["a"]), enumeration(["a, soit b", "c"]), enumeration(["a et b", "c"])
    ('a, b et c', 'a', 'a, soit b, et c', 'a et b, et c')
    """
    items = [str(v) for v in values]
    if len(items) < 2:
        return "".join(items)
    return ", ".join(items[:-1]) + (", et " if any("," in i or " et " in i for i in items[:-1]) else " et ") + items[-1]


def one_line(value: str) -> str:
    """The text on one line, its no-break spaces kept.

    >>> one_line("Paris" + NBSP + "8\\n et  autres") == "Paris" + NBSP + "8 et autres"
    True
    """
    return _BREAKING.sub(" ", value).strip(" ")


_BREAKING = re.compile(rf"[^\S{NBSP}{NNBSP}]+")


def join_runs(numbers: Sequence[int], to: str) -> list[str]:
    """Numbers in order, three or more that follow one another as the first and the last joined by `to`.

    >>> join_runs([3, 5, 7, 6, 9, 10], "-")
    ['3', '5-7', '9', '10']
    """
    follow = groupby(enumerate(sorted(numbers)), lambda pair: pair[1] - pair[0])
    runs = [[n for _, n in run] for _, run in follow]
    return [words for r in runs for words in ([f"{r[0]}{to}{r[-1]}"] if len(r) > 2 else map(str, r))]


_CONTRACTED = {("de", "le"): "du", ("de", "les"): "des", ("à", "le"): "au", ("à", "les"): "aux"}
_VOWEL = re.compile(r"[aàâeéèêëiîïoôuùûyœæ]", re.I)


def with_article(article: str, noun: str) -> str:
    """The noun after its definite article.

    >>> with_article("l'", "université"), with_article("aucun", "La Quadrature du Net")
    ("l'université", 'La Quadrature du Net')
    """
    return noun if article == "aucun" else f"l'{noun}" if article == "l'" else f"{article} {noun}"


def contract(preposition: str, article: str, noun: str) -> str:
    """« de » or « à » before the noun, contracted; « de » swallows the « des » of a noun that brings it.

    >>> contract("de", "le", "ministre"), contract("à", "les", "communes"), contract("de", "aucun", "Orléans")
    ('du ministre', 'aux communes', "d'Orléans")
    >>> contract("de", "aucun", "des images")
    "d'images"
    """
    if preposition == "de" and article == "aucun":
        noun = noun.removeprefix("des ")
    if contracted := _CONTRACTED.get((preposition, article)):
        return f"{contracted} {noun}"
    if preposition == "de" and article == "aucun" and _VOWEL.match(noun):
        return f"d'{noun}"
    return f"{preposition} {with_article(article, noun)}"


def inlines(value: str, set_french: bool = True, prose: bool = False) -> list[Node]:
    """Inlines for plain text: French typography, ordinals raised (« 1er »). `prose`: a drafter's own, to `correct`.

    Spaces at the ends and the first word are nodes of their own (an engine looks there for list marks); the rest stays
    whole, which halves the work of every later stage.
    """
    value = SPACES.sub(" ", french(correct(value) if prose else value) if set_french else value)
    raises = set_french and _MAY_RAISE.search(value)
    out = [SPACE] if value.startswith(" ") else []
    first, space, rest = value.strip(" ").partition(" ")
    out += _raised(first) if raises else [text(first)] if first else []
    out += [SPACE, *(_raised(rest) if raises else [text(rest)])] if space else []
    return [*out, SPACE] if first and value.endswith(" ") else out


def _raised(value: str) -> list[Node]:
    return [{"t": "Superscript", "c": [text(part)]} if high else text(part) for part, high in cut_raised(value)]


def cut_raised(value: str) -> Iterator[tuple[str, bool]]:
    """The pieces of a text, and whether a printer raises each."""
    last = 0
    for match in RAISED.finditer(value):
        letters = match[match.lastgroup or 0]
        yield value[last : match.end() - len(letters)], False
        yield letters, True
        last = match.end()
    if value[last:]:
        yield value[last:], False
