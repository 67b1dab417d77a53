"""DOCX and PDF to plain text, for the self-check, the tests and the drafter.

Both readers give the same thing: the words in reading order, then the notes. A DOCX is read with the numbers Word would
show (lists, headings, paragraphs); a PDF through its structure tree, so that what is compared is what a screen reader
says, and running headers, page numbers and leaders (artifacts) are left out.
"""

import difflib
import io
import itertools
import re
import unicodedata
import zipfile
from collections.abc import Iterator

from mandats.files import reads_xml
from mandats.ooxml import Element, W, style_of, value
from mandats.readback.pdf import PDFIUM, Look, look_at, read_pdf, warm_up
from mandats.reading import LINE_HYPHEN, Break, Reading, normalise
from mandats.words import numeral

__all__ = ["PDFIUM", "Break", "Look", "Reading", "compare", "look_at", "normalise", "read_docx", "read_pdf", "warm_up"]

TABLE = "Bordereau"  # the style of tables that are tables: covers are drawn with others
MAX_PART = 50_000_000  # bytes of one part of a DOCX: a returned file may be a bomb


@reads_xml
def read_docx(data: bytes) -> Reading:
    """Paragraphs, tables and notes of a Word file. Raises ValueError when it is none."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)

    def part(name: str) -> Element | None:
        if name not in archive.namelist():
            return None
        if archive.getinfo(name).file_size > MAX_PART:
            raise ValueError("document Word trop volumineux")
        return etree.fromstring(archive.read(name), parser)

    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        names = ("document", "numbering", "styles", "footnotes")
        document, numbering, styles, notes = (part(f"word/{name}.xml") for name in names)
    except (zipfile.BadZipFile, etree.XMLSyntaxError) as error:
        raise ValueError(f"ce n'est pas un document Word ({error})") from None
    if document is None:
        raise ValueError("ce n'est pas un document Word")
    labels = Labels(numbering, styles)
    reading = Reading()
    order: list[str] = []
    shown: dict[Element, str] = {}  # paragraph → its number and its words
    for paragraph in document.iter(W + "p"):
        style = style_of(paragraph) or "Normal"
        words = _runs(paragraph, order)
        if re.fullmatch(r"TOC[0-9]", style):
            words = words.split("\t")[0]
        label = labels.next(paragraph, style)
        shown[paragraph] = label + words
        if words.strip() or label:
            reading.lines.append((style, f"{label} {words}".strip() if label else words))
    tables = (t for t in document.iter(W + "tbl") if value(t, "tblPr/tblStyle") == TABLE)
    cells = ("".join(shown[p] for p in cell.iter(W + "p")) for table in tables for cell in table.iter(W + "tc"))
    reading.cells = [words for words in cells if words.strip()]
    by_id = {note.get(W + "id"): note for note in _all(notes, "footnote")}
    reading.notes = [" ".join(_runs(p, []) for p in by_id[i].iter(W + "p")) for i in order if i in by_id]
    return reading


def _all(part: Element | None, tag: str) -> Iterator[Element]:
    """The elements of one kind in a part; none when the file has no such part."""
    return iter(()) if part is None else part.iter(W + tag)


def _runs(paragraph: Element, order: list[str]) -> str:
    """The words of a paragraph; the notes it calls are added to `order`."""
    out = []
    for node in paragraph.iter(W + "t", *_SIGNS, W + "footnoteReference"):
        if node.tag == W + "t":
            out.append(node.text or "")
        elif node.tag == W + "footnoteReference":
            order.append(node.get(W + "id", ""))
        elif (parent := node.getparent()) is not None and parent.tag == W + "r":  # not a tab stop's definition
            out.append(_SIGNS[node.tag])
    return "".join(out)


_SIGNS = {W + "tab": "\t", W + "br": " ", W + "noBreakHyphen": "-"}


class Labels:
    """The numbers Word shows: numbering of the paragraph, else of its style (and the styles it is based on)."""

    def __init__(self, numbering: Element | None, styles: Element | None):
        self.counters: dict[tuple[str, int], int] = {}
        self.abstract = {num.get(W + "numId", ""): value(num, "abstractNumId") for num in _all(numbering, "num")}
        self.starts = {  # (list, level) → the number that it begins with, when it is not its level's
            (num.get(W + "numId", ""), int(level.get(W + "ilvl", 0))): int(value(level, "startOverride", "1"))
            for num in _all(numbering, "num")
            for level in num.iterfind(W + "lvlOverride")
            if level.find(W + "startOverride") is not None
        }
        self.levels = {  # (abstract numbering, level) → form, pattern, start
            (abstract.get(W + "abstractNumId", ""), int(level.get(W + "ilvl", 0))): (
                value(level, "numFmt", "decimal"),
                value(level, "lvlText"),
                int(value(level, "start", "1")),
            )
            for abstract in _all(numbering, "abstractNum")
            for level in abstract.iterfind(W + "lvl")
        }
        self.styles = {  # style → the one it is based on, its numbering
            style.get(W + "styleId", ""): (value(style, "basedOn"), _numbering(style))
            for style in _all(styles, "style")
        }

    def of(self, style: str) -> tuple[str, int]:
        for _ in self.styles:  # at most: a style may be based on itself
            based, numbered = self.styles.get(style, ("", None))
            if numbered or not based:
                return numbered or ("", 0)
            style = based
        return "", 0

    def next(self, paragraph: Element, style: str) -> str:
        own = _numbering(paragraph)
        num, level = own or self.of(style)
        if not own and re.fullmatch(r"Heading.*[0-9]", style):
            level = int(style[-1]) - 1
        abstract = self.abstract.get(num, "")
        # Lists made by pandoc restart with each numId; styles share their abstract numbering.
        key = num if own else abstract
        form, pattern, start = self.levels.get((abstract, level), _NONE)
        if num in ("", "0") or form == "none" or not pattern.strip():  # pandoc: a blank one goes on with an item
            return ""
        start = self.starts.get((key, level), start)
        self.counters[(key, level)] = self.counters.get((key, level), start - 1) + 1
        for deeper in range(level + 1, 10):
            self.counters.pop((key, deeper), None)
        if form == "bullet":
            return "–"

        def shown(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            return numeral(self.counters.get((key, at), 1), self.levels.get((abstract, at), _NONE)[0])

        return re.sub(r"%([0-9])", shown, pattern)


_NONE = "decimal", "", 1


def _numbering(element: Element) -> tuple[str, int] | None:
    """The list and the level that a paragraph or a style names."""
    found = element.find(f"{W}pPr/{W}numPr")
    return None if found is None else (value(found, "numId"), int(value(found, "ilvl", "0")))


def compare(docx: Reading, pdf: Reading) -> list[str]:
    """The differences between the two, as short lines of context; empty when they say the same.

    Compared without spaces: where a line breaks, a PDF keeps none. Tables are compared cell by cell too.
    """
    whole, broken = docx.words(), pdf.words()
    text = "".join(broken)
    if _after("".join(whole), text, 0) != len(text) and not _same_but_for_order(docx, text):
        a, b = whole, [w.replace(LINE_HYPHEN, "") for w in broken]
        out = []
        for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
            x, y = " ".join(a[i1:i2]), " ".join(b[j1:j2])
            if tag != "equal" and x.replace(" ", "") != y.replace(" ", ""):
                out.append(f"… {' '.join(a[max(0, i1 - 4) : i1])} [DOCX : {x[:120]}] [PDF : {y[:120]}]")
        return out or ["le découpage en mots diffère"]
    for x, y in itertools.zip_longest(docx.cells, pdf.cells if docx.cells else (), fillvalue=""):
        cell, drawn = ("".join(normalise(said).split()) for said in (x, y))
        if _after(cell, drawn, 0) != len(drawn) and not (_RIGHT_TO_LEFT.search(x) and _letters(x) == _letters(y)):
            return [f"cellule [DOCX : {x[:120]}] [PDF : {y[:120]}]"]
    return []


_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


def _same_but_for_order(docx: Reading, broken: str) -> bool:
    """Whether they say the same but in paragraphs with words written from right to left, which hold the same letters.

    pdfium puts the words, the figures and the brackets of each drawn line in an order of its own, by whichever of the
    two ways of writing fills most of it, and where a line ends is not known: in such a paragraph order cannot be
    compared. All others are, sign by sign, each where it stands.
    """
    at, loose = 0, False
    for line in docx.said():
        said = "".join(normalise(line).split())
        if _RIGHT_TO_LEFT.search(said):
            letters, start, found = _letters(said), at, 0
            while found < len(letters) and at < len(broken):
                found += len(_letters(broken[at]))
                at += 1
            if _letters(broken[start:at]) != letters:
                return False
            loose = True
            continue
        if loose:  # signs of the end of the paragraph before may stand anywhere in it
            said, at = said[_signs(said, 0) :], _signs(broken, at)
            loose = not said
        if (at := _after(said, broken, at)) < 0:
            return False
    return (_signs(broken, at) if loose else at) == len(broken)


def _signs(text: str, at: int) -> int:
    """Where the signs that stand at `at` end."""
    return next((i for i in range(at, len(text)) if _letters(text[i])), len(text))


def _letters(text: str) -> list[str]:
    """Sorted; a PDF spells out what stands beside words drawn from the right: « ½ »."""
    return sorted(c for c in unicodedata.normalize("NFKC", normalise(text)) if c.isalnum())


def _after(whole: str, broken: str, at: int) -> int:
    """Where `whole` ends in `broken`, from `at`; -1 when it is not there.

    A hyphen at a line's end of `broken` is one of `whole`, or only broke a word.
    """
    i = 0
    while i < len(whole):
        if broken[at : at + 1] == LINE_HYPHEN:
            i += whole[i] in "-\u2010"
        elif broken[at : at + 1] == whole[i]:
            i += 1
        else:
            return -1
        at += 1
    return at
