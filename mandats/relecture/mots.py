"""The words of one Word paragraph, however its runs are cut, and how to write them again with a tracked change.

A field counts for its result, a footnote's call for one sign, a link or a content control for what it holds.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from mandats.intake import without_never
from mandats.load.word_file import W
from mandats.relecture.revisions import RUN_LIKE

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

SIGN = "\ufffc"  # stands for what is no letter: a call of note, a field, a picture
CALL = "†"
DRAWN = "□"  # before what a picture, a box of text, an equation, a sign of another face says
TOKEN = re.compile(r"\w+|.", re.S)
_LETTERS = {"tab": "\t", "br": "\n", "cr": "\n", "softHyphen": "", "ptab": "\t"}
_HOLDERS = tuple(W + name for name in ("hyperlink", "sdt", "smartTag", "dir", "bdo", "customXml"))
_MARKS = tuple(
    W + name + end
    for name in ("bookmark", "commentRange", "perm", "moveFromRange", "moveToRange")
    for end in ("Start", "End")
)  # fmt: skip
_SILENT = tuple(W + name for name in ("footnoteRef", "endnoteRef", "annotationRef", "commentReference", "separator",
                                      "continuationSeparator", "instrText", "delInstrText", "fldChar"))  # fmt: skip
_PAGES = re.compile(r"\s*(?:NUM|SECTION)?PAGES?\b", re.I)
_NOTHING = (W + "rPr", W + "lastRenderedPageBreak")


class Revision(NamedTuple):
    """`genre`: the name of its element; empty where nothing is tracked."""

    genre: str = ""
    auteur: str = ""
    date: str = ""


UNTOUCHED = Revision()


class Source(NamedTuple):
    """Where letters come from: the look of their run, what holds it, the change it is under."""

    look: Element | None
    holders: tuple[Element, ...]
    revision: Revision
    joined: bool = False  # a hyphen that does not break


@dataclass
class Special:
    """What stands for one sign; `nodes`: whole runs, or what stands beside them; `note`: the id of the one it calls."""

    said: str
    nodes: list[Element]
    note: str = ""

    @property
    def is_field(self) -> bool:
        return any(next(node.iter(W + "fldChar", W + "fldSimple"), None) is not None for node in self.nodes)


@dataclass
class Words:
    text: str = ""
    sources: list[Source] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)  # of each letter, its source
    specials: dict[int, Special] = field(default_factory=dict)
    marks: list[tuple[int, tuple[Element, ...], Element]] = field(default_factory=list)  # before a letter; no width

    def said(self, start: int = 0, end: int | None = None) -> str:
        """The text as it is read."""
        end = len(self.text) if end is None else end
        if not self.specials:
            return self.text[start:end]
        return "".join(self.specials[i].said if i in self.specials else self.text[i] for i in range(start, end))

    @property
    def tokens(self) -> list[tuple[int, int]]:
        return [m.span() for m in TOKEN.finditer(self.text)]

    @property
    def notes(self) -> list[str]:
        return [special.note for _, special in sorted(self.specials.items()) if special.note]


def read_words(paragraph: Element) -> Words:
    reader = _Reader(paragraph)
    reader.walk(paragraph, (), UNTOUCHED)
    return reader.words


def revision_of(element: Element) -> Revision:
    told = (element.get(W + "author", ""), element.get(W + "date", ""))
    return Revision(str(element.tag)[len(W) :], *map(without_never, told))


class _Reader:
    def __init__(self, paragraph: Element):
        self.words = Words()
        self.whole = _whole_fields(paragraph)  # the sign that begins a field → the one that ends it
        self.field: Special | None = None
        self.ends: Element | None = None

    def walk(self, element: Element, holders: tuple[Element, ...], revision: Revision) -> None:
        for child in element:
            if self.field is not None:
                self.field.nodes.append(child)
                if self.ends is not None and self.ends in child.iter(W + "fldChar"):
                    self.field.said = _result(self.field.nodes)
                    self.field = None
            elif child.tag == W + "r":
                self.run(child, holders, revision)
            elif child.tag in RUN_LIKE:
                self.walk(child, holders, revision_of(child))
            elif child.tag in _HOLDERS:
                content = child.find(W + "sdtContent") if child.tag == W + "sdt" else child
                if content is not None:
                    self.walk(content, (*holders, child), revision)
            elif child.tag in _MARKS:
                self.words.marks.append((len(self.words.text), holders, child))
            elif child.tag == W + "fldSimple" or not str(child.tag).startswith(W):  # a field, an equation
                drawn = "" if child.tag == W + "fldSimple" else DRAWN
                self.special(Special(drawn + _result([child]), [child]), Source(None, holders, revision))

    def run(self, run: Element, holders: tuple[Element, ...], revision: Revision) -> None:
        source, words = Source(run.find(W + "rPr"), holders, revision), self.words
        if (begins := next((sign for sign in run.iter(W + "fldChar") if sign in self.whole), None)) is not None:
            special, ends = Special("", [run]), self.whole[begins]
            self.special(special, source)
            if ends in run.iter(W + "fldChar"):
                special.said = _result([run])
            else:
                self.field, self.ends = special, ends
            return
        words.sources.append(source)
        for child in run:
            if child.tag in (W + "t", W + "delText"):
                words.owners += [len(words.sources) - 1] * len(child.text or "")
                words.text += child.text or ""
            elif child.tag == W + "noBreakHyphen":
                words.sources += source._replace(joined=True), source  # the second, of what follows it
                words.owners.append(len(words.sources) - 2)
                words.text += "-"
            elif child.tag in _SILENT or child.get(W + "type") in ("page", "column"):  # a break of page says nothing
                words.marks.append((len(words.text), holders, _only(run, child)))
            elif child.tag not in _NOTHING:
                name = str(child.tag).rpartition("}")[2]
                note = child.get(W + "id", "") if name == "footnoteReference" else ""
                said = CALL if note else _LETTERS[name] if name in _LETTERS else DRAWN + _written_in(child)
                self.special(Special(said, [_only(run, child)], note), source)

    def special(self, special: Special, source: Source) -> None:
        words = self.words
        words.sources.append(source)
        words.specials[len(words.text)] = special
        words.owners.append(len(words.sources) - 1)
        words.text += SIGN


def _written_in(drawn: Element) -> str:
    """The words of a box of text, a line a paragraph; once, where they stand for old programs too."""
    old = {t for fallback in drawn.iter("{*}Fallback") for t in fallback.iter(W + "p", W + "t")}
    told = (" " if e.tag == W + "p" else e.text or "" for e in drawn.iter(W + "p", W + "t") if e not in old)
    return "".join(told).strip()


def _only(run: Element, child: Element) -> Element:
    """A run that holds the same look and one of its children."""
    made = run.makeelement(run.tag)
    look = run.find(W + "rPr")
    made.extend([copy.deepcopy(e) for e in (look, child) if e is not None])
    return made


def _whole_fields(paragraph: Element) -> dict[Element, Element]:
    """The fields that begin and end here under one parent, not within another."""
    found: dict[Element, Element] = {}
    opened: list[Element] = []
    for sign in paragraph.iter(W + "fldChar"):
        kind = sign.get(W + "fldCharType")
        if kind == "begin":
            opened.append(sign)
        elif kind == "end" and opened:
            begins = opened.pop()
            if not opened and _holder(begins) is _holder(sign):
                found[begins] = sign
    return found


def _holder(sign: Element) -> Element | None:
    run = sign.getparent()
    return run.getparent() if run is not None else None


def _result(nodes: Sequence[Element]) -> str:
    """What a field shows: of nested ones too, never their codes; « … » of a page's number, which any program gives."""
    codes = (e.get(W + "instr") or e.text or "" for n in nodes for e in n.iter(W + "fldSimple", W + "instrText"))
    if _PAGES.match("".join(codes)):
        return "…"
    out, shown = [], [True]
    for node in nodes:
        for part in node.iter():
            if part.tag == W + "fldChar":
                kind = part.get(W + "fldCharType")
                if kind == "begin":
                    shown.append(False)
                elif kind == "separate" and len(shown) > 1:
                    shown[-1] = True
                elif kind == "end" and len(shown) > 1:
                    shown.pop()
            elif all(shown) and str(part.tag).rpartition("}")[2] in ("t", "delText"):
                out.append(part.text or "")
    return "".join(out)


# --- written again ----------------------------------------------------------------------------------------------------


class Piece(NamedTuple):
    genre: str  # of the change it is under
    holders: tuple[Element, ...]
    node: Element


def letters(words: Words, start: int, end: int, genre: str) -> Iterator[Piece]:
    """The pieces of a range, cut where the source changes."""
    at = start
    while at < end:
        source = words.sources[words.owners[at]]
        if at in words.specials:
            for node in words.specials[at].nodes:
                yield Piece(genre, source.holders, copy.deepcopy(node))
            at += 1
            continue
        stop = at
        while stop < end and words.owners[stop] == words.owners[at] and stop not in words.specials:
            stop += 1
        yield Piece(genre, source.holders, _run(source.look, words.text[at:stop], source.joined))
        at = stop


def _run(look: Element | None, text: str, joined: bool = False) -> Element:
    from lxml import etree

    run = etree.Element(W + "r") if look is None else look.makeelement(W + "r")
    if look is not None:
        run.append(copy.deepcopy(look))
    words = etree.SubElement(run, W + ("noBreakHyphen" if joined else "t"))
    if not joined:
        words.text = text
        words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return run


def write_words(paragraph: Element, pieces: Sequence[Piece], tracked: Callable[[str], Element]) -> None:
    """The paragraph with these pieces instead of its own; `tracked`: the element of a change of that kind."""
    for child in list(paragraph):
        if child.tag != W + "pPr":
            paragraph.remove(child)
    within: Element = paragraph
    held: tuple[Element, ...] = ()
    change: Element | None = None
    seen: set[Element] = set()
    genre = ""
    for piece in pieces:
        if piece.holders != held:
            within, held, change = paragraph, piece.holders, None
            for holder in held:
                within = _open(within, holder, holder in seen)
                seen.add(holder)
        if piece.genre and (change is None or piece.genre != genre):
            within.append(change := tracked(piece.genre))
        if not piece.genre:
            change = None
        genre = piece.genre
        if genre == "del":
            for words in piece.node.iter(W + "t", W + "instrText"):
                words.tag = W + ("delText" if words.tag == W + "t" else "delInstrText")
        (within if change is None else change).append(piece.node)


def bare(element: Element) -> Element:
    """The same element, holding nothing."""
    made = element.makeelement(element.tag)
    for name, told in element.items():
        made.set(name, told)
    return made


def _open(within: Element, holder: Element, again: bool) -> Element:
    """A copy of what held words, empty, in its place; a content control's id stands once."""
    made = bare(holder)
    within.append(made)
    if holder.tag != W + "sdt":
        return made
    for child in holder:
        if child.tag != W + "sdtContent":
            made.append(copy.deepcopy(child))
    if again and (ident := made.find(f"{W}sdtPr/{W}id")) is not None:
        ident.getparent().remove(ident)  # type: ignore[union-attr]
    content = made.makeelement(W + "sdtContent")
    made.append(content)
    return content
