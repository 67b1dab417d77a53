"""What a Word file takes from another: words that went, in the styles, lists, notes and links of where they go."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from mandats.load.word_file import DOCUMENT, W
from mandats.relecture.mots import Piece, bare, letters, read_words, write_words
from mandats.relecture.paquet import NOTES, NUMBERING, Package, R, integer, value

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_NOT_COPIED = tuple(
    W + name
    for name in ("bookmarkStart", "bookmarkEnd", "commentRangeStart", "commentRangeEnd", "commentReference", "proofErr",
                 "permStart", "permEnd", "sectPr")
)  # fmt: skip
_UNIQUE = re.compile(r"\{http://schemas\.microsoft\.com/office/word/[^}]*\}(paraId|textId)|\{[^}]*\}rsid\w*")


class Borrower:
    """From `a`, which is read, to `b`; `part`: the part of `b` that is being written."""

    def __init__(self, a: Package, b: Package, tracked: Callable[[str], Element]):
        self.a, self.b, self.tracked = a, b, tracked
        self.notes = a.notes
        self.lists: dict[str, str] = {}  # list of `a` → the same in `b`
        self.links: dict[str, Element] = {}  # of `a`, one of each
        self.part = DOCUMENT

    def local(self, piece: Piece, around: tuple[Element, ...]) -> Piece:
        """A piece of the first act, fit for the second: within what holds its neighbours, or under its own link."""
        node = self.localised(piece.node)
        if around:
            return Piece(piece.genre, around, node)
        links = [self.localised(bare(h)) for h in piece.holders if h.tag == W + "hyperlink"]
        return Piece(piece.genre, tuple(self.links.setdefault(_told_link(link), link) for link in links), node)

    def localised(self, node: Element) -> Element:
        """A copy of what was in the first act: its styles, lists, notes and links are those of the second."""
        for left in list(node.iter(*_NOT_COPIED)):
            if (parent := left.getparent()) is not None:
                parent.remove(left)
        for element in node.iter("*"):
            for name in [n for n in element.attrib if _UNIQUE.fullmatch(str(n))]:
                del element.attrib[name]
        for kind in ("pStyle", "rStyle", "tblStyle"):
            for style in list(node.iter(W + kind)):
                ident = style.get(W + "val", "")
                mine = self.b.style_ids.get(self.a.style_names.get(ident, ident.lower()), "")
                if mine:
                    style.set(W + "val", mine)
                else:
                    style.getparent().remove(style)  # type: ignore[union-attr]
        for number in node.iter(W + "numId"):
            number.set(W + "val", self.list_of(number.get(W + "val", "0")))
        for call in node.iter(W + "footnoteReference"):
            note = self.notes.get(call.get(W + "id", ""))
            if note is not None:
                call.set(W + "id", self.removed_note(note))
        for element in node.iter("*"):
            for name in (R + "id", R + "embed", R + "link"):
                if name in element.attrib:
                    mine = self.b.take_relation(self.part, self.a, str(element.get(name)))
                    if mine:
                        element.set(name, mine)
                    else:
                        del element.attrib[name]
        return node

    def removed_note(self, note: Element) -> str:
        ident = self.b.add_note(note)
        tree = self.b.tree(NOTES)
        assert tree is not None
        made = tree[-1]
        part, self.part = self.part, NOTES
        for paragraph in list(made.iter(W + "p")):
            words = read_words(paragraph)
            pieces = [Piece("", (), node) for _, _, node in words.marks if node.tag == W + "r"]
            pieces += (self.local(piece, ()) for piece in letters(words, 0, len(words.text), "del"))
            write_words(paragraph, pieces, self.tracked)
            if (properties := paragraph.find(W + "pPr")) is not None:
                self.localised(properties)
        self.part = part
        return ident

    def learn_lists(self, old: Element, new: Element) -> None:
        mine, theirs = (value(e, f"{W}pPr/{W}numPr/{W}numId") for e in (old, new))
        if mine and theirs:
            self.lists.setdefault(mine, theirs)

    def list_of(self, ident: str) -> str:
        """The list of the second act that one of the first is; made when it has none."""
        if ident in self.lists or ident == "0":
            return self.lists.get(ident, "0")
        ours, theirs = self.a.tree(NUMBERING), self.b.tree(NUMBERING)
        number = None if ours is None else ours.find(f"{W}num[@{W}numId='{ident}']")
        if ours is None or theirs is None or number is None:
            return "0"
        abstract = ours.find(f"{W}abstractNum[@{W}abstractNumId='{value(number, W + 'abstractNumId')}']")
        if abstract is None:
            return "0"
        number, abstract = copy.deepcopy(number), copy.deepcopy(abstract)
        for tag, key, element in ((W + "abstractNum", W + "abstractNumId", abstract), (W + "num", W + "numId", number)):
            element.set(key, str(max([0, *(integer(e.get(key)) for e in theirs.iter(tag))]) + 1))
        for link in abstract.iter(W + "pStyle", W + "nsid", W + "styleLink", W + "numStyleLink"):
            link.getparent().remove(link)  # type: ignore[union-attr]
        abstracts = theirs.findall(W + "abstractNum")
        if abstracts:
            abstracts[-1].addnext(abstract)
        else:
            theirs.insert(0, abstract)
        number.find(W + "abstractNumId").set(W + "val", abstract.get(W + "abstractNumId", ""))  # type: ignore[union-attr]
        numbers = theirs.findall(W + "num")
        if numbers:
            numbers[-1].addnext(number)
        else:
            abstract.addnext(number)
        self.lists[ident] = number.get(W + "numId", "0")
        return self.lists[ident]


def _told_link(link: Element) -> str:
    return repr(sorted((str(k), str(v)) for k, v in link.attrib.items()))
