"""What may enter: every text that comes from outside passes here, whatever its source. One table decides.

`KINDS` says, of each kind of character or sequence, what becomes of it at each `Entrance`; the guide prints the same
table (`tools/guide_textes.py`). `admit` gives the text to keep and its `Flaw`s; who calls it knows the place. Reads
nothing, knows no file.

Choices. Mojibake is found by a rule of our own, stricter than ftfy (tried: it takes « IRMÃ» », « CITÉ² », « ARRÊTÉ° »
for mojibake and misses « Nguyá»…n »): what is found must decode to a letter or a sign that our texts hold, and stand
where nobody would write it. Who means it literally says so by a YAML escape or a Markdown entity.

The program's own marks are lone surrogates: no UTF-8 text, XML part, entity or database holds any; the escapes that
can write one (YAML, Jinja; a shell's arguments) are read through `holds_never`, and the models refuse them too.
"""

import html
import itertools
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import NamedTuple

MARK = re.compile("\ud800([0-9]{1,9})\udfff")
MISSING = re.compile("\ud801([01])([^\ud800-\udfff]*)\udfff")
MAX_TOLD = 20  # flaws of one file, which may hold thousands
SHORT = 6  # characters of a sequence that a message may show: no name is that short and that broken


class Entrance(IntEnum):
    """Where a text comes from; the rank of its letter in `Kind.fates`."""

    VALEUR = 0  # of a YAML file, of the command line
    PROSE = 1  # Markdown: prose, clauses, plans
    FICHE = 2  # a cell of a roster
    WORD = 3  # a form drawn in Word, a returned file


FATES = {"x": "refusé", "a": "réparé avec votre accord", "r": "réparé", "g": "gardé"}
Found = Iterator[tuple[int, int, str]]  # start, end, the text to have instead


@dataclass(frozen=True)
class Kind:
    nom: str
    exemple: str
    find: Callable[[str], Found]
    fates: str  # a letter of FATES for each entrance
    remede: str = ""


class Flaw(NamedTuple):
    """What cannot enter as it is. `start`: of its first character; `mended`: the text to have instead, or `""`."""

    start: int
    kind: Kind
    found: str
    mended: str

    @property
    def repairable(self) -> bool:
        """Whether `mended` makes something of it."""
        return self.kind.fates[Entrance.FICHE] == "a" and bool(self.mended)

    def __str__(self) -> str:
        known = 1 < len(self.found) <= SHORT
        told = f"« {self.found} »" if known else f"U+{ord(self.found[0]):04X}"
        remedy = f"écrivez « {self.mended} »" if self.mended and len(self.found) <= SHORT else self.kind.remede
        return f"{told}, {self.kind.nom} : {remedy}"


# --- what is mended --------------------------------------------------------------------------------------------------

# The signs that Word's symbol fonts (Symbol, Wingdings) leave in a text that lost its font, as other fonts draw them.
_SYMBOLS = dict.fromkeys("\uf0b7\uf0a7\uf06e\uf06c\uf076\uf0d8\uf077\uf09f\uf09e\uf0fa\uf0c4\uf0be\uf0b2", "•") | {
    "\uf020": " ", "\uf02d": "–", "\uf0e0": "→", "\uf0e8": "→", "\uf0f0": "→", "\uf0ae": "→", "\uf0df": "←",
    "\uf0ac": "←", "\uf0de": "⇒", "\uf0fc": "✓", "\uf0fe": "✓", "\uf0fb": "×", "\uf06f": "□", "\uf0a8": "□",
    "\uf071": "□", "\uf072": "□", "\uf0b3": "≥", "\uf0a3": "≤", "\uf0b1": "±", "\uf0b4": "×", "\uf0b8": "÷",
    "\uf0b9": "≠", "\uf0bb": "≈", "\uf0b0": "°",
}  # fmt: skip
_MARKS = "\u0300-\u036f\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_ENTITY = r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});"
_ESCAPE = r"\\u([0-9a-fA-F]{4})|_x([0-9a-fA-F]{4})_|<U\+([0-9A-F]{4,5})>"
_BYTES = (
    r"(?:%[C-F][0-9A-F]%[89AB][0-9A-F](?:%[89AB][0-9A-F])*)+|(?:=[C-F][0-9A-F]=[89AB][0-9A-F](?:=[89AB][0-9A-F])*)+"
)


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _windows(text: str) -> str:
    """A byte of Windows-1252 read as Latin-1; lost, for the five that mean nothing."""
    return text.encode("latin-1").decode("cp1252", "replace")


def _unescape(text: str) -> str:
    """What an entity, or another program's way to write a character, stands for."""
    if text[0] in "%=":
        return bytes.fromhex(text.replace(text[0], "")).decode("utf-8", "replace")
    made = re.sub(_ESCAPE, lambda m: chr(int(m[m.lastindex or 0], 16)), text)
    return html.unescape(made).replace("\r", " ").replace("\n", " ")


def _chars(motif: str, mend: Callable[[str], str] = lambda text: "") -> Callable[[str], Found]:
    """What fits `motif`; unless `mend` gives it back."""

    def find(text: str) -> Found:  # compiled at its first use, which most texts never call for
        return ((m.start(), m.end(), made) for m in re.finditer(motif, text) if (made := mend(m[0])) != m[0])

    return find


def _escapes(text: str) -> Found:
    """What another program escaped; nothing where « < » stands as it is: the text was not, and says what it means."""
    return iter(()) if re.search(r"<(?!U\+)", text) else _chars(f"{_ENTITY}|{_ESCAPE}|{_BYTES}", _unescape)(text)


# --- mojibake --------------------------------------------------------------------------------------------------------


class _Misread(NamedTuple):
    """An encoding in which UTF-8 is read by mistake: what a character of it then looks like, and its bytes."""

    motif: re.Pattern[str]
    byte: dict[str, int]


@cache
def _misread(codec: str, motif: str) -> _Misread:
    byte = {bytes([b]).decode(codec, "ignore"): b for b in range(128, 256)}
    byte |= {chr(b): b for b in range(128, 160)}  # Latin-1, and the bytes that Windows-1252 leaves out
    continuation = "[" + "".join(re.escape(c) for c, b in byte.items() if b < 0xC0) + "]"
    return _Misread(re.compile(motif.format(continuation)), byte)


_ENCODINGS = (
    ("mac_roman", "[√¬≈]{0}|‚[ÄÇ]{0}"),
    ("cp850", "[├┬]{0}|Ô[Çé]{0}"),
    ("cp437", "[├┬]{0}|Γ[Çé]{0}"),
    ("cp1252", "[Â-ß]{0}|[à-ï]{0}{{2}}|[ð-ô]{0}{{3}}|â€"),
)
_OURS = (
    "[\xa0-\u017f\u0218-\u021b\u1e00-\u1eff\u2010-\u203a\u20ac\u2122\u2190-\u21ff\u25a0-\u27bf"
    "\ufb00-\ufb06\ufeff\ufffd\U0001f300-\U0001faff]"
)
# Letters of other scripts: several of them side by side only.
_OTHER = "[\u0391-\u03c9\u0410-\u045f\u05d0-\u05ea\u0621-\u064a\u3040-\u30ff\u4e00-\u9fff]"
_CLOSING = set("’‘“”–—…»«›‹\xa0•·®©°ªº¹²³„")  # may follow a word in capitals, or quote a letter


def _mojibake(text: str) -> Found:
    """UTF-8 that was read as another encoding.

    >>> [mended(t) for t in ("AndrÃ© HÃ‰LÃˆNE lâ€™Å“uvre", "Ã\xa0 NÂ°\xa05", "Nguyá»…n", "Andr√© l‚Äôart", "Andr├®")]
    ['André HÉLÈNE l’œuvre', 'à N°\\xa05', 'Nguyễn', 'André l’art', 'André']
    >>> [t for t in ("ÂNGELA Ãlvaro", "IRMÃ»", "«LIBERTÉ»", "MARQUÉ…", "CITÉ²", "« Â »", "OÙ…") if mended(t) != t]
    []
    """
    for motif, byte in itertools.starmap(_misread, _ENCODINGS):
        units = [(m, _read(m[0], byte)) for m in motif.finditer(text)]
        starts, ends = ({edge(m) for m, made in units if made} for edge in (re.Match.start, re.Match.end))
        sure = {m for m, made in units if made and _is_sure(m, made, m.start() in ends or m.end() in starts)}
        if sure:  # one of them convicts the others
            found = ((m, made) for m, made in units if m in sure or (made and re.fullmatch(_OURS, made)))
            return ((m.start(), m.end(), made) for m, made in found)
    return iter(())


def _read(unit: str, byte: dict[str, int]) -> str:
    """The character that a unit stands for, `""` when it is none that our texts hold."""
    if unit == "â€":
        return "”"  # its last byte is no character of Windows-1252, and was dropped
    try:
        made = bytes(byte[c] for c in unit).decode()
    except UnicodeDecodeError:
        return ""
    return made if re.fullmatch(_OURS, made) or re.fullmatch(_OTHER, made) else ""


def _is_sure(unit: re.Match[str], made: str, beside: bool) -> bool:
    """Whether nobody would write it: by its neighbour (`beside` another), its signs, the letters around."""
    before, after = unit.string[: unit.start()][-1:], unit.string[unit.end() :][:1]
    first, last = unit[0][0], unit[0][-1]
    if beside or not re.fullmatch(_OURS, made):
        return beside
    if first in "√≈¬":
        return (before.isalpha() or after.isalpha()) and not (first == "√" and last in "πΩ∞∑∫∂")
    if not _CLOSING.issuperset(unit[0][1:]) or before.islower():
        return True
    if first == "Â":
        return before.isalnum() or after.isalnum() or last == "«"
    if last == "\xa0":  # « Ã », then a space: à
        return first == "Ã" and after == " " and not before.isalpha()
    if last in "’–—…·•":
        begins = (after.islower() or (first == "Ã" and after.isalpha())) and not before.isalpha()
        return begins or unit.string[unit.start() : unit.end() + 1] == "Å’U"  # ŒUVRE
    return after.isalpha()


# --- the table -------------------------------------------------------------------------------------------------------

_PLANES = "".join(chr(plane << 16 | end) for plane in range(1, 17) for end in (0xFFFE, 0xFFFF))
MOJIBAKE = Kind("texte lu dans un autre encodage que le sien", "Ã©, â€™", _mojibake, "xxax", "retapez le mot")
KINDS = (
    Kind("caractère de commande", "U+0000, U+001B", _chars("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"), "xxxx", "effacez-le"),
    MOJIBAKE,
    Kind("octet de Windows-1252 lu comme du Latin-1", "U+0092", _chars("[\x80-\x9f]", _windows), "xxax", "retapez-le"),
    Kind("moitié de caractère", "U+D800", _chars("[\ud800-\udfff]"), "xxxx", "effacez-la"),
    Kind("sens d'écriture forcé", "U+202E, U+2066", _chars("[\u202a-\u202e\u2066-\u206f]"), "xxxx",
         "effacez-le, le texte se lirait autrement qu'il n'est écrit"),
    Kind("caractère perdu, ou qui n'existe pas", "U+FFFD, U+FFFE", _chars(f"[\ufdd0-\ufdef\ufff9-\uffff{_PLANES}]"),
         "xxxx", "retapez le mot"),
    Kind("texte caché", "U+E0041", _chars("[\U000e0000-\U000e007f]"), "xxxx", "effacez-le"),
    Kind("blanc compté pour une lettre", "U+3164", _chars("[\u115f\u1160\u3164\uffa0\u2800]"), "xxxx", "effacez-le"),
    Kind("signe d'une police de Word", "U+F0B7 (•), U+F0E0 (→)", _chars(f"[{''.join(_SYMBOLS)}]", _SYMBOLS.__getitem__),
         "rrrr"),
    Kind("caractère privé, que chaque police dessine à sa façon", "U+E000",
         _chars(f"(?![{''.join(_SYMBOLS)}])[\ue000-\uf8ff\U000f0000-\U0010ffff]"), "xxxx", "retapez le signe"),
    Kind("plus de trois accents sur une lettre", "U+0338 répété", _chars(f"[{_MARKS}]{{4,}}"), "xxxx",
         "gardez ceux de la langue"),
    Kind("pleine chasse, ou alphabet de fantaisie", "U+FF12 (２), U+1D400",
         _chars("[\uff01-\uff5e\uffe0-\uffe6\U0001d400-\U0001d7ff]+", _fold), "xxax", "retapez-le au clavier"),
    Kind("séparateur de paragraphe", "U+2029", _chars("\u2029", lambda t: " "), "xxrr", "mettez une ligne vide"),
    Kind("entité, échappement d'un autre programme", "`&eacute;`, `&#39;`, `\\u00e9`, `%C3%A9`, `_x000D_`",
         _escapes, "ggag", "retapez le mot"),
    Kind("invisible sans effet : ôté", "U+00AD, U+200B, U+FEFF, U+FE0F",
         _chars("[\xad\u034f\u17b4\u17b5\u180b-\u180f\u200b\u2060-\u2065\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]"),
         "rrrr"),
    Kind("espace d'une autre largeur, séparateur de ligne : espace", "U+2009, U+3000, U+2028",
         _chars("[\u1680\u2000-\u200a\u2028\u205f\u3000]", lambda t: "\xa0" if t == "\u2007" else " "), "rrrr"),
    Kind("ligature d'imprimerie : ses lettres", "U+FB01 (ﬁ)", _chars("[\ufb00-\ufb06]", _fold), "rrrr"),
    Kind("lettre et accent séparés : une seule lettre (NFC)", "e puis U+0301", _chars(f"[{_MARKS}]", str), "rrrr"),
    Kind("liant, marque de sens d'écriture", "U+200C à U+200F, U+061C", _chars("[\u200c-\u200f\u061c]"), "gggg"),
    Kind("espace insécable, tabulation", "U+00A0, U+202F, U+0009", _chars("[\xa0\u202f\t]"), "gggg"),
)  # fmt: skip
# What no text may hold, wherever it comes from and however it is written: entity, escape, Jinja literal.
_NEVER = (
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u206f\ufdd0-\ufdef\ufff9-\uffff"
    f"\U000e0000-\U000e007f\u115f\u1160\u3164\uffa0\u2800\ue000-\uf8ff\U000f0000-\U0010ffff{_PLANES}]"
)
# All else than what French is written in: a text without any of these is admitted as it is. Whatever begins mojibake
# is among them, but for these pairs, of signs or letters that are usual.
_PAIRS = ("â€", "ÔÇ", "ΓÇ")
_USUAL = "\t\n\r -~\xa0-\xab\xae-\xc1\xc6-\xcd\xd2-\xd6\xdb-\xe0\xe2-\xee\xf1-\u017f‐-―‘’“”•…\u202f€"
_ODD = re.compile(f"[^{_USUAL}]")
_ODD_CELL = re.compile("[^" + _USUAL.replace(" -~", r" -$'-;>-\[\]-~") + "]")  # and % & < = of escapes


def mark(index: int) -> str:
    """A mark of ours."""
    return f"\ud800{index}\udfff"


def missing(nom: str, told: bool) -> str:
    """The mark of a value left out, whose name is `nom`, and whether a problem says so already."""
    return f"\ud801{int(told)}{nom}\udfff"


def holds_never(text: str) -> bool:
    """Whether it holds what none may: the last word on what an entity, an escape or a Jinja literal stands for."""
    return re.search(_NEVER, text) is not None


def without_never(text: str) -> str:
    """The text without it: what is refused, and told, goes no further."""
    return text if text.isascii() and text.isprintable() else re.sub(_NEVER, "", text)


def is_odd(text: str, entrance: Entrance) -> bool:
    """Whether a text may hold anything that is not admitted as it is; false for most, and soon."""
    odd = (_ODD_CELL if entrance == Entrance.FICHE else _ODD).findall(text)
    letters = bool(odd) and "".join(odd).isalpha() and max(odd) < "\u3000" and {"\u115f", "\u1160"}.isdisjoint(odd)
    if letters and unicodedata.is_normalized("NFC", text):
        odd = _misread(*_ENCODINGS[-1]).motif.findall(text)  # « Anaïs », « Ελένη »: their neighbours alone are suspect
    return bool(odd) or any(two in text for two in _PAIRS) or (entrance == Entrance.FICHE and "_x" in text)


def admit(text: str, entrance: Entrance = Entrance.PROSE) -> tuple[str, list[Flaw]]:
    """The text to keep, mended where nobody need be asked; and what must be told, in order. With a flaw, none is kept.

    >>> admit("\\uf0b7 cafe\\u0301\\u200b", Entrance.PROSE)
    ('• café', [])
    >>> [str(flaw) for flaw in admit("a\\x00 AndrÃ©", Entrance.VALEUR)[1]][1]
    '« Ã© », texte lu dans un autre encodage que le sien : écrivez « é »'
    """
    if not is_odd(text, entrance):
        return text, []
    lines, flaws, start = text.split("\n"), list[Flaw](), 0
    for rank, line in enumerate(lines):
        if is_odd(line, entrance):
            flaws += _flaws(line, start, entrance)
            made = _mend(line, (k for k in KINDS if k.fates[entrance] == "r"))
            lines[rank] = unicodedata.normalize("NFC", made)
        start += len(line) + 1
    return "\n".join(lines), flaws


def mended(text: str) -> str:
    """A cell as it is with the operator's consent: whatever `FATES` calls mended with it; the same text when nothing.

    >>> mended("Andr&eacute; L&#39;Mod&amp;egrave;le"), mended("１２ Ａ"), mended("Andr\\\\u00e9")
    ("André L'Modèle", '12 A', 'André')
    """
    for _ in range(3 if is_odd(text, Entrance.FICHE) else 0):  # « &amp;eacute; », « ÃƒÂ© »: twice broken
        text = _mend(text, (kind for kind in KINDS if kind.fates[Entrance.FICHE] == "a"))
    return text


def _flaws(line: str, start: int, entrance: Entrance) -> Iterator[Flaw]:
    """In order; of two that overlap, the longer."""
    kinds = [kind for kind in KINDS if kind.fates[entrance] in "xa"]
    found = [(first, -end, kind, made) for kind in kinds for first, end, made in kind.find(line)]
    last = 0
    for first, end, kind, made in sorted(found, key=lambda f: f[:2]):
        if first >= last:
            yield Flaw(start + first, kind, line[first:-end], "" if holds_never(made) else made)
            last = -end


def _mend(text: str, kinds: Iterable[Kind]) -> str:
    for kind in kinds:
        out, last = "", 0
        for start, end, made in kind.find(text):
            out, last = out + text[last:start] + made, end
        text = out + text[last:]
    return text
