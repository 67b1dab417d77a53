"""A Word file in memory: its parts, as trees that may be changed; styles by name, notes, relationships."""

from __future__ import annotations

import copy
import itertools
import posixpath
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from mandats.load.word_file import DOCUMENT, W, open_word, parse_part
from mandats.write.docx import assemble

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

NOTES, END_NOTES, STYLES, NUMBERING, COMMENTS = (
    f"word/{name}.xml" for name in ("footnotes", "endnotes", "styles", "numbering", "comments")
)
_FRAMED = (W + "headerReference", W + "footerReference")
FRAMES = re.compile(r"word/(?:header|footer)[0-9]*\.xml")
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
OF_NOTES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
NOTES_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"


class Package:
    """A sound file. Raises ValueError, in French, for one that is none."""

    def __init__(self, data: bytes):
        try:
            self.parts = open_word(data)
        except ValueError as error:
            raise ValueError(f"document Word {error}") from None
        self._trees: dict[str, Element] = {}
        self._end_notes_at_foot()

    def tree(self, name: str) -> Element | None:
        if name not in self._trees and name in self.parts:
            self._trees[name] = parse_part(name, self.parts[name])
            _free_rows(self._trees[name])
        return self._trees.get(name)

    def save(self) -> bytes:
        from lxml import etree

        made = {
            name: etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
            for name, tree in self._trees.items()
        }
        members = {**self.parts, **made}
        return assemble(sorted(members.items(), key=lambda part: (part[0] != "[Content_Types].xml", part[0])))

    @property
    def body(self) -> Element:
        document = self.tree(DOCUMENT)
        assert document is not None
        return document[[e.tag for e in document].index(f"{W}body")]

    @property
    def stories(self) -> dict[str, Element]:
        """The trees that hold words, by part: the document, its notes, its headers and footers."""
        names = (DOCUMENT, NOTES, *sorted(filter(FRAMES.fullmatch, self.parts)))
        return {name: tree for name in names if (tree := self.tree(name)) is not None}

    @property
    def properties(self) -> dict[str, str]:
        """The custom properties: which act of which case, where a file of ours says so."""
        tree = self.tree("docProps/custom.xml")
        return {} if tree is None else {p.get("name", ""): "".join(map(str, p.itertext())).strip() for p in tree}

    @property
    def notes(self) -> dict[str, Element]:
        """Id → footnote, without those that draw the separators."""
        tree = self.tree(NOTES)
        every = iter(()) if tree is None else tree.iterfind(f"{W}footnote")
        return {n.get(f"{W}id", ""): n for n in every if n.get(f"{W}type", "normal") == "normal"}

    @property
    def frames(self) -> dict[tuple[int, str, str], str]:
        """Section, header or footer, of which pages → its part: what tells it from another, whatever its name."""
        document, out = self.tree(DOCUMENT), dict[tuple[int, str, str], str]()
        assert document is not None
        for rank, section in enumerate(document.iter(W + "sectPr")):
            for call in section.iterfind("*"):
                link = self.relation(DOCUMENT, call.get(R + "id", "")) if call.tag in _FRAMED else None
                name = "" if link is None else posixpath.normpath(posixpath.join("word", link.get("Target", "")))
                if name.lstrip("/") in self.parts:
                    out[rank, str(call.tag), call.get(W + "type", "default")] = name.lstrip("/")
        return out

    def _end_notes_at_foot(self) -> None:
        """Endnotes are footnotes: whoever reads, compares or writes knows one kind."""
        document, tree = self.tree(DOCUMENT), self.tree(END_NOTES)
        held = {} if tree is None else {note.get(W + "id", ""): note for note in tree}
        for call in list(document.iter(W + "endnoteReference")) if document is not None else ():
            note = held.get(call.get(W + "id", ""))
            if note is None:
                continue
            made = copy.deepcopy(note)
            made.tag, call.tag = W + "footnote", W + "footnoteReference"
            for sign in list(made.iter(W + "endnoteRef")):
                sign.tag = W + "footnoteRef"
            for link in made.iter(W + "hyperlink"):
                if (known := self.relation(END_NOTES, link.get(R + "id", ""))) is not None:
                    told = (known.get("Type", ""), known.get("Target", ""), known.get("TargetMode", ""))
                    link.set(R + "id", self.relate(NOTES, *told))
            call.set(W + "id", self.add_note(made))
            note.getparent().remove(note)  # type: ignore[union-attr]

    def order_notes(self) -> None:
        """Leaves the notes that are called, numbered in the order of their calls: LibreOffice takes them by rank."""
        tree, document = self.tree(NOTES), self.tree(DOCUMENT)
        if tree is None or document is None:
            return
        held = self.notes
        for note in held.values():
            tree.remove(note)
        others = (integer(note.get(f"{W}id")) for note in tree)
        ranks = itertools.count(max([0, *others]) + 1)
        given: dict[str, str] = {}
        for call in document.iter(f"{W}footnoteReference"):
            ident = call.get(f"{W}id", "")
            if ident in held and ident not in given:
                given[ident] = str(next(ranks))
                held[ident].set(f"{W}id", given[ident])
                tree.append(held[ident])
            call.set(f"{W}id", given.get(ident, ident))

    def add_note(self, note: Element) -> str:
        """A copy of a note of another file; gives its id here."""
        tree = self.tree(NOTES)
        if tree is None:
            tree = self._trees[NOTES] = note.makeelement(f"{W}footnotes", nsmap={"w": W[1:-1]})
            self.relate(DOCUMENT, OF_NOTES, "footnotes.xml")
            types = self.tree("[Content_Types].xml")
            assert types is not None
            named = {"PartName": f"/{NOTES}", "ContentType": NOTES_TYPE}
            types.append(types.makeelement(f"{{{TYPES}}}Override", named))
        ident = str(max([0, *(integer(n.get(f"{W}id")) for n in tree)]) + 1)
        made = copy.deepcopy(note)
        made.set(f"{W}id", ident)
        tree.append(made)
        return ident

    # --- styles and lists -----------------------------------------------------------------------------------------

    @cached_property
    def style_names(self) -> Mapping[str, str]:
        """Style id → its name, in lower case: Word and LibreOffice change ids, not names."""
        tree = self.tree(STYLES)
        every = iter(()) if tree is None else tree.iterfind(f"{W}style")
        return {s.get(f"{W}styleId", ""): value(s, f"{W}name").lower() for s in every}

    @cached_property
    def style_ids(self) -> Mapping[str, str]:
        return {name: ident for ident, name in reversed([*self.style_names.items()])}

    def style(self, paragraph: Element) -> str:
        ident = value(paragraph, f"{W}pPr/{W}pStyle")
        return self.style_names.get(ident, ident.lower()) if ident else "normal"

    # --- relationships --------------------------------------------------------------------------------------------

    def relation(self, part: str, ident: str) -> Element | None:
        tree = self.tree(_rels_of(part))
        return None if tree is None else next((r for r in tree if r.get("Id") == ident), None)

    def relate(self, part: str, kind: str, target: str, mode: str = "") -> str:
        """The id of a relationship of a part, made when there is none alike."""
        name = _rels_of(part)
        tree = self.tree(name)
        if tree is None:
            self.parts[name] = f'<Relationships xmlns="{RELS}"/>'.encode()
            tree = self.tree(name)
        assert tree is not None
        told = {"Type": kind, "Target": target} | ({"TargetMode": mode} if mode else {})
        for known in tree:
            if all(known.get(k) == v for k, v in told.items()):
                return known.get("Id", "")
        used = {known.get("Id") for known in tree}
        ident = next(i for n in range(1, len(used) + 2) if (i := f"rIdM{n}") not in used)
        tree.append(tree.makeelement(f"{{{RELS}}}Relationship", {"Id": ident, **told}))
        return ident

    def take_relation(self, part: str, other: Package, ident: str) -> str:
        """The id here of what a part of another file names `ident`: a link, or a picture, which is copied; else ``."""
        known = other.relation(part, ident)
        if known is None:
            return ""
        kind, target = known.get("Type", ""), known.get("Target", "")
        if known.get("TargetMode") == "External":
            return self.relate(part, kind, target, "External")
        source = posixpath.normpath(posixpath.join(posixpath.dirname(part), target)).lstrip("/")
        extension = source.rpartition(".")[2].lower()
        types = self.tree("[Content_Types].xml")
        if not kind.endswith("/image") or source not in other.parts or types is None:
            return ""
        name = source
        if self.parts.get(name, other.parts[source]) != other.parts[source]:
            name = f"{source.rpartition('.')[0]}-avant.{extension}"
        self.parts[name] = other.parts[source]
        if not any(t.get("Extension", "").lower() == extension for t in types):
            told = {"Extension": extension, "ContentType": f"image/{'jpeg' if extension == 'jpg' else extension}"}
            types.insert(0, types.makeelement(f"{{{TYPES}}}Default", told))
        return self.relate(part, kind, posixpath.relpath(name, posixpath.dirname(part)))


def _free_rows(tree: Element) -> None:
    """The rows and cells that content controls hold stand in their table as the others."""
    for control in list(tree.iter(W + "sdt", W + "customXml")):
        if (table := control.getparent()) is not None and table.tag in (W + "tbl", W + "tr"):
            for held in list(control if control.tag == W + "customXml" else control.iterfind(f"{W}sdtContent/*")):
                if held.tag in (W + "tr", W + "tc", W + "sdt", W + "customXml"):
                    control.addprevious(held)
            table.remove(control)


def _rels_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return f"{folder}/_rels/{name}.rels"


def value(element: Element, path: str, default: str = "") -> str:
    """The `w:val` of what stands at the path."""
    found = element.find(path)
    return default if found is None else found.get(f"{W}val") or default


def integer(text: str | None) -> int:
    """A number that anyone may have written; 0 for what is none."""
    return int(text) if text and re.fullmatch(r"-?[0-9]{1,9}", text) else 0


BLOCKS = (f"{W}p", f"{W}tbl")
_AROUND = tuple(W + name for name in ("sdt", "sdtContent", "customXml", "ins", "del", "moveFrom", "moveTo"))


def blocks(container: Element) -> Iterator[Element]:
    """The paragraphs and tables of a body, a cell or a note, in order; those of content controls too, and of a table of
    one cell, which is a frame: LibreOffice keeps its words, not always the table."""
    for child in container:
        if child.tag == BLOCKS[1] and len(cells := [*child.iterfind(f"{W}tr/{W}tc")]) == 1:
            yield from blocks(cells[0])
        elif child.tag in BLOCKS:
            yield child
        elif child.tag in _AROUND:
            yield from blocks(child)
