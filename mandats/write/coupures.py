"""Where the lines and the pages of a Word file may end: numbers that do not part, paragraphs that stay together; and
where its lists stand.

A Word file is set by whoever opens it, so nothing is measured here: heights are those of the house's styles, about.
LibreOffice sends a paragraph that is kept with the next whole to the next page, Word its last lines: what is kept
together is short enough for the page before not to be left white.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import islice

from mandats.ooxml import Element, W, add, properties, style_of, value, words_of

_LINKED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_NUMBER = re.compile("(?<=[0-9A-Z])-(?=[0-9])")  # « L. 311-7 », « n° 78-17 », « C-203/22 »
_ANY = re.compile(r"(?<=\w)-(?=\w)")  # of the title of a cover: « référé-suspension » would part in its midst
COVER = "CouvertureBloc"  # the style of the tables that are blocks of a cover, or columns of names
LETTERS, LINE = 88, 15.5  # letters of a line of text, its points
AROUND = {"Heading1": 24.0, "TitreSansNumero": 24.0, "Heading2": 18.0, "Heading3": 12.0, "Signataire": 12.0}  # points
SMALL = {"TableTexte": 12.5, "TableSource": 14.0}  # points of a line
KEPT = 107.0  # points: the most that is kept together, two lines of what follows included
LAST, MOST = 100.0, 120.0  # points: what the last page should hold; the most that is kept together for it
SPLIT = 3  # lines: a paragraph of no more is never cut, two lines being left on each page
LOOSE = {"ParagrapheNumeroteLie": "ParagrapheNumerote", "ParagrapheSuiteLie": "ParagrapheSuite"}
ALWAYS = re.compile("Heading[0-9]|Titre|LettreTitre|Formule$|TableGroupe|DerniereConclusion|Signature$")


def write_words(run: Element, words: str, hyphen: re.Pattern[str] = _NUMBER) -> None:
    """The words at the end of a run, the hyphens of its numbers, or others, unbreakable."""
    for rank, part in enumerate(hyphen.split(words)):
        if rank:
            add(run, "noBreakHyphen")
        if part:
            text = add(run, "t")
            text.text = part
            text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def join_numbers(part: Element, inputs: Mapping[str, str]) -> None:
    """Numbers of articles and of dockets, the words of a title do not part at their hyphens. What Jinja will print is
    left alone."""
    for text in [t for t in part.iter(W + "t") if "-" in (t.text or "")]:
        run, words = text.getparent(), text.text or ""
        holder = None if run is None else run.getparent()
        if run is None or holder is None or len(run) > 2 or "{" in words:
            continue
        hyphen = _ANY if style_of(holder) == "CouvertureTitre" else _NUMBER
        if holder.get(_LINKED) or not hyphen.search(words):  # an address is copied as it stands
            continue
        run.remove(text)
        write_words(run, words, hyphen)


def close_cover(document: Element, inputs: Mapping[str, str]) -> None:
    """The empty paragraph that keeps two blocks of a cover apart takes no more than their space."""
    for empty in [p for p in document.iterfind(f"{W}body/{W}p") if not len(p)]:
        around = (empty.getprevious(), empty.getnext())
        if all(e is not None and e.tag == W + "tbl" and _of_cover(e) for e in around):
            add(properties(empty), "spacing", before="0", after="0", line="100", lineRule="exact")


def _of_cover(table: Element) -> bool:
    """Whether a table is a block of a cover: names signed in columns look alike, and keep their room."""
    signed = any(e.get(W + "val", "").startswith("Signa") for e in table.iterfind(f".//{W}pStyle"))
    return value(table, "tblPr/tblStyle") == COVER and not signed


class _Part:
    """What stands in the body, a paragraph or a table; of a table, only where it is."""

    def __init__(self, element: Element):
        self.element, self.table = element, element.tag == W + "tbl"
        self.style, self.words = ("", "") if self.table else (style_of(element), words_of(element))
        self.always = bool(ALWAYS.match(self.style))
        self.signs = self.style.startswith("Signa")
        self.height = 2 * LINE if self.table else _height(self.style, self.words)


def hold(document: Element, inputs: Mapping[str, str]) -> None:
    """What announces stays with what it announces, what ends the act with enough to fill a page's head."""
    body = document.find(W + "body")
    if body is None or "pieces" not in inputs:  # a form keeps its own pages
        return
    parts = [_Part(e) for e in body.iterchildren(W + "p", W + "tbl")]
    below, tails = 0.0, []  # points of what follows that go with what is kept with it
    for part in reversed(parts):
        tails.append(below)
        below = part.height + below if part.always else min(part.height, 2 * LINE)
    above = 0.0
    for part, after, tail in zip(parts, parts[1:], reversed(tails[1:]), strict=False):
        kept = part.always
        if after.signs and not part.signs and not part.table and part.height <= KEPT:
            _keep(part.element)  # no name alone on its page
        elif not kept and part.words.rstrip().endswith(":"):
            kept = above + part.height + tail <= KEPT
            if kept and part.style not in LOOSE:
                _keep(part.element)
            elif not kept and part.style in LOOSE:
                part.element.find(f"{W}pPr/{W}pStyle").set(W + "val", LOOSE[part.style])  # type: ignore[union-attr]
        above = above + part.height if kept else 0.0
    _hold_end([part.element for part in parts])


def _hold_end(parts: list[Element]) -> None:
    """The last paragraphs stay together, enough of them for a page."""
    height = 0.0
    for rank, part in enumerate(_from_the_end(parts)):
        words = words_of(part)
        own = _row(part) if part.tag == W + "tr" else _height(style_of(part), words)
        if height >= LAST or (len(words) >= SPLIT * LETTERS and height + own > MOST):
            return
        if rank:
            _keep(part)
        height += own
        if part.find(f"{W}pPr/{W}pageBreakBefore") is not None:
            return


def _from_the_end(parts: list[Element]) -> Iterator[Element]:
    """Paragraphs and rows of tables, the last first."""
    for part in reversed(parts):
        yield from reversed([*part.iterfind(W + "tr")]) if part.tag == W + "tbl" else [part]


def _keep(part: Element) -> None:
    """A paragraph, those of a row, kept with what follows."""
    for paragraph in [part] if part.tag == W + "p" else part.iter(W + "p"):
        held = properties(paragraph)
        if held.find(W + "keepNext") is None:
            held.insert(0 if held.find(W + "pStyle") is None else 1, held.makeelement(W + "keepNext"))


def _height(style: str, words: str) -> float:
    """Points that it takes, about."""
    return (1 + len(words) // LETTERS) * SMALL.get(style, LINE) + AROUND.get(style, 4.5)


def _row(row: Element) -> float:
    """Points of its tallest cell, about half the text wide."""
    lines = (1 + len(words_of(cell)) // 60 for cell in row.iterfind(W + "tc"))
    return 2 + SMALL["TableTexte"] * max(lines, default=0)


def draw_lists(numbering: Element, inputs: Mapping[str, str]) -> None:
    """Dashes, as French has them, instead of pandoc's dots; a form keeps its own."""
    for level in numbering.iterfind(f"{W}abstractNum/{W}lvl") if "pieces" in inputs else ():
        sign, look = level.find(W + "lvlText"), level.find(W + "rPr")
        if value(level, "numFmt") == "bullet" and sign is not None and look is not None:
            sign.set(W + "val", "–")
            level.remove(look)


def indent_prayers(document: Element, inputs: Mapping[str, str]) -> None:
    """What a prayer lists stands under its words."""
    under: set[Element] = set()
    for listed in document.iterfind(f"{W}body/{W}p/{W}pPr/{W}numPr"):
        held, paragraph = islice(listed.iterancestors(), 2)
        before = paragraph.getprevious()
        if before in under or style_of(before) in PRAYERS:
            under.add(paragraph)
            left = PRAYER + 720 * (1 + int(value(listed, "ilvl", "0")))
            add(held, "ind", left=str(left), hanging="360")


PRAYERS, PRAYER = ("Conclusion", "DerniereConclusion"), 567  # their styles; their indent, in twips
