"""A Word file as what it says: paragraphs, cells and footnotes in order, each with where it stands, its words under
each change that is tracked, and the comments on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from mandats.intake import without_never
from mandats.load.word_file import W
from mandats.readback import Labels
from mandats.relecture.mots import SIGN, UNTOUCHED, Revision, read_words, revision_of
from mandats.relecture.paquet import COMMENTS, NUMBERING, STYLES, Package, blocks, value
from mandats.relecture.revisions import RUN_LIKE

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

CLAUSE = re.compile(r"[a-z0-9][a-z0-9_]*__[a-z0-9_]+")  # a clause's bookmark; Word's begin by « _ »
HEADING = re.compile(r"heading ([1-9])")
FRAMED = "En-têtes et pieds de page"
UNNUMBERED = "titre sans numéro"
NEW, OLD = ("ins", "moveTo"), ("del", "moveFrom")
VERSIONS = {"original": NEW, "accepted": OLD, "all": ()}  # version → the changes whose words it leaves out


class Morceau(NamedTuple):
    """Words under one change; `note`: the id of the footnote that they call."""

    texte: str
    revision: Revision = UNTOUCHED
    note: str = ""


class Commentaire(NamedTuple):
    auteur: str
    date: str
    texte: str
    sur: str


@dataclass(frozen=True)
class Unite:
    """One paragraph; `genre`: « entete » of a header or a footer too. `titres`: the headings it stands under; `numero`:
    as Word shows it; `fin`: the change of its mark; `ligne`: of the row that holds it."""

    genre: str  # « paragraphe », « cellule », « note », « entete »
    style: str
    clause: str
    titres: tuple[str, ...]
    numero: str
    morceaux: tuple[Morceau, ...]
    fin: Revision = UNTOUCHED
    ligne: Revision = UNTOUCHED
    commentaires: tuple[Commentaire, ...] = ()
    notes: tuple[tuple[Unite, ...], ...] = ()  # of each call, the paragraphs
    rang: int = 0  # among those of its act
    rangee: int = 0  # of the row of a table that holds it, from 1, among those of its act
    fixe: str = ""  # what it says, all accepted, a sign for what each field shows

    @property
    def niveau(self) -> int:
        """Of a heading; 0 for what is none."""
        found = HEADING.fullmatch(self.style)
        return int(found[1]) if found else int(self.style == UNNUMBERED)

    def said(self, version: str = "accepted") -> str:
        return "".join(m.texte for m in self.morceaux if m.revision.genre not in VERSIONS[version])

    @property
    def revisions(self) -> list[Revision]:
        found = (self.ligne, self.fin, *(m.revision for m in self.morceaux))
        return [revision for revision in found if revision.genre]


@dataclass(frozen=True)
class Ligne:
    revision: Revision
    cellules: tuple[tuple[Unite, ...], ...]


@dataclass(frozen=True)
class Tableau:
    style: str
    lignes: tuple[Ligne, ...]


Bloc = Unite | Tableau


def read_flow(package: Package) -> list[Bloc]:
    """The body, in order; notes are with the paragraphs that call them."""
    return list(_Reader(package).flow())


def read_frames(package: Package) -> Iterator[Unite]:
    """What headers and footers say, once what several say alike."""
    reader, seen = _Reader(package), set[str]()
    for name in dict.fromkeys(package.frames.values()):
        tree = package.tree(name)
        for paragraph in tree.iter(W + "p") if tree is not None else ():
            unit = replace(reader.unit(paragraph, "entete"), titres=(FRAMED,))
            if (said := unit.said("all")) not in seen:
                seen.add(said)
                yield unit


def units(flow: Sequence[Bloc]) -> Iterator[Unite]:
    """Every paragraph, then its notes."""
    for bloc in flow:
        inside = [bloc] if isinstance(bloc, Unite) else [u for row in bloc.lignes for c in row.cellules for u in c]
        for unit in inside:
            yield unit
            yield from (paragraph for note in unit.notes for paragraph in note)


class _Reader:
    def __init__(self, package: Package):
        self.package, self.notes = package, package.notes
        self.labels = Labels(package.tree(NUMBERING), package.tree(STYLES))
        self.starts = dict(_clause_starts(package.body))
        comments = package.tree(COMMENTS)
        every = iter(()) if comments is None else comments.iterfind(W + "comment")
        self.comments = {comment.get(W + "id", ""): comment for comment in every}
        self.titles: list[tuple[int, str]] = []
        self.clause, self.depth, self.rows = "", 9, 0
        self.opened: dict[str, list[str]] = {}  # comment → the words it is on, so far

    def flow(self) -> Iterator[Bloc]:
        for block in blocks(self.package.body):
            if block.tag == W + "tbl":
                rows = [self.row(row) for row in block.iterfind(W + "tr")]
                style = value(block, f"{W}tblPr/{W}tblStyle")
                yield Tableau(self.package.style_names.get(style, style.lower()), tuple(rows))
            else:
                yield self.unit(block, "paragraphe")

    def row(self, row: Element) -> Ligne:
        revision = next((revision_of(e) for e in row.iterfind(f"{W}trPr/*") if e.tag in RUN_LIKE), UNTOUCHED)
        cells = []
        self.rows += 1
        for cell in row.iterfind(W + "tc"):
            inside = [p for b in blocks(cell) for p in ([b] if b.tag == W + "p" else b.iter(W + "p"))]
            cells.append(tuple(replace(self.unit(p, "cellule"), ligne=revision, rangee=self.rows) for p in inside))
        return Ligne(revision, tuple(cells))

    def unit(self, paragraph: Element, genre: str) -> Unite:
        style = self.package.style(paragraph)
        words = read_words(paragraph)
        pieces: list[Morceau] = []
        at = 0
        while at < len(words.text):
            owner, stop = words.owners[at], at + 1
            while at not in words.specials and stop < len(words.text) and words.owners[stop] == owner:
                stop += 1
            note = words.specials[at].note if at in words.specials else ""
            revision = words.sources[owner].revision
            if pieces and pieces[-1].revision == revision and not note and not pieces[-1].note:
                pieces[-1] = Morceau(pieces[-1].texte + without_never(words.said(at, stop)), revision)
            else:
                pieces.append(Morceau(without_never(words.said(at, stop)), revision, note))
            at = stop
        marks = [e for e in paragraph.iterfind(f"{W}pPr/{W}rPr/*") if e.tag in RUN_LIKE]
        end = revision_of(marks[0]) if marks else UNTOUCHED
        gone = end.genre in OLD
        ident = value(paragraph, f"{W}pPr/{W}pStyle", "Normal")
        label = "" if gone or genre == "note" else self.labels.next(paragraph, ident)
        called = [self.notes[m.note] for m in pieces if m.note in self.notes]
        notes = tuple(tuple(self.unit(p, "note") for p in note.iter(W + "p")) for note in called)
        fields = {at for at, special in words.specials.items() if special.is_field}
        fixed = "".join(
            SIGN if at in fields else words.specials[at].said if at in words.specials else words.text[at]
            for at, owner in enumerate(words.owners)
            if words.sources[owner].revision.genre not in OLD
        )
        fixed = without_never(fixed) if fields else ""
        made = Unite(genre, style, "", (), label, tuple(pieces), end, notes=notes, fixe=fixed)
        if genre == "paragraphe":
            self.place(paragraph, made)
        return replace(
            made,
            clause=self.clause,
            titres=tuple(title for _, title in self.titles),
            commentaires=tuple(self.comments_on(paragraph, words.said())),
        )

    def place(self, paragraph: Element, unit: Unite) -> None:
        """Under which headings, in which clause the next ones stand; a title of its rank ends a clause."""
        if unit.niveau and unit.said().strip():
            while self.titles and self.titles[-1][0] >= unit.niveau:
                self.titles.pop()
            self.titles.append((unit.niveau, f"{unit.numero} {unit.said()}".strip()))
            if unit.niveau <= self.depth:
                self.clause, self.depth = "", 9
        if started := self.starts.get(paragraph):
            self.clause, self.depth = started, unit.niveau or self.depth

    def comments_on(self, paragraph: Element, said: str) -> Iterator[Commentaire]:
        for call in paragraph.iter(W + "commentReference"):
            comment = self.comments.get(call.get(W + "id", ""))
            if comment is not None:
                yield _comment(comment, said)


def read_comments(package: Package) -> list[Commentaire]:
    """All of them, wherever they are hung."""
    return [_comment(comment, "") for comment in _Reader(package).comments.values()]


def _comment(comment: Element, on: str) -> Commentaire:
    words = "\n".join(read_words(p).said() for p in comment.iter(W + "p"))
    told = (comment.get(W + "author", ""), comment.get(W + "date", ""), words, on)
    return Commentaire(*map(without_never, told))


def _clause_starts(body: Element) -> Iterator[tuple[Element, str]]:
    """The paragraph where each clause begins: at the first bookmark of its name, which LibreOffice doubles."""
    seen: set[str] = set()
    waiting, current = "", None
    for element in body.iter(W + "p", W + "bookmarkStart"):
        if element.tag == W + "p":
            current = element
            if waiting:
                yield element, waiting
                waiting = ""
            continue
        name = element.get(W + "name", "")
        if CLAUSE.fullmatch(name) and name not in seen:
            seen.add(name)
            if current is not None and current in element.iterancestors():
                yield current, name
            else:
                waiting = name
