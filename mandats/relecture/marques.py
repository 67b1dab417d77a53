"""Two acts, one Word file: the second, with what changed since the first as Word's own tracked changes.

Refusing all of them gives the words of the first, accepting all gives the second. The looks, the headers and the lists
are those of the second; what is put back from the first takes the styles of the same names.
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from mandats.load.word_file import W
from mandats.relecture.alignement import Pair, align, diff_words, find_moves
from mandats.relecture.emprunts import Borrower
from mandats.relecture.mots import CALL, SIGN, Piece, Words, letters, read_words, write_words
from mandats.relecture.paquet import NOTES, Package, blocks, integer
from mandats.relecture.revisions import is_revised, settle

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_AFTER_CHANGE = (W + "pPrChange",)


def redline(before: bytes, after: bytes, auteur: str, instant: str) -> tuple[bytes, tuple[bool, bool]]:
    """The file, and whether each of the two had tracked changes, which are read as accepted. `instant`: ISO, UTC.

    Raises ValueError, in French, prefixed « A » or « B », when one of them is no sound Word file.
    """
    packages, revised = list[Package](), list[bool]()
    for name, data in (("A", before), ("B", after)):
        try:
            package = Package(data)
        except ValueError as error:
            raise ValueError(f"{name} : {error}") from None
        revised.append(any(map(is_revised, package.stories.values())))
        for tree in package.stories.values():
            settle(tree, accept=True)
        packages.append(package)
    _Redline(packages[0], packages[1], auteur, instant).compare()
    return packages[1].save(), (revised[0], revised[1])


class _Redline:
    """`a` is read, `b` is changed."""

    def __init__(self, a: Package, b: Package, auteur: str, instant: str):
        self.a, self.b, self.auteur, self.instant = a, b, auteur, instant
        used = (integer(e.get(W + "id")) for tree in b.stories.values() for e in tree.iter(W + "bookmarkStart"))
        self.idents = itertools.count(max(used, default=0) + 1000)
        self.words: dict[Element, Words] = {}
        self.notes_a, self.notes_b = a.notes, b.notes
        self.first = Borrower(a, b, self.tracked)

    def compare(self) -> None:
        self.story(self.a.body, self.b.body, moves=True)
        before, seen = self.a.frames, set[str]()
        for place, name in self.b.frames.items():
            old, new = self.a.tree(before.get(place, "")), self.b.tree(name)
            if old is not None and new is not None and name not in seen:
                seen.add(name)
                self.first.part = name
                self.story(old, new)
        self.b.order_notes()

    # --- blocks ---------------------------------------------------------------------------------------------------

    def story(self, old: Element, new: Element, moves: bool = False) -> None:
        before, after = [*blocks(old)], [*blocks(new)]
        told, now = [self.told(e) for e in before], [self.told(e) for e in after]
        pairs = align(told, now)
        moved = find_moves(told, now, pairs) if moves else []
        for i, j in pairs:
            if i is not None and j is not None:
                self.first.learn_lists(before[i], after[j])
        gone = {i: (rank, i == run[0][0], i == run[-1][0]) for rank, run in enumerate(moved) for i, _ in run}
        come = {j: (rank, j == run[0][1], j == run[-1][1]) for rank, run in enumerate(moved) for _, j in run}
        last: Element | None = None
        for (i, j), place in zip(pairs, self.places(pairs, after), strict=True):
            if j is None and i is not None:
                made = self.removed(before[i], "moveFrom" if i in gone else "del")
                if place is not None:
                    place.addprevious(made)
                elif last is not None:
                    last.addnext(made)
                else:
                    new.insert(0, made)
                if i in gone:
                    self.bound(made, "moveFrom", *gone[i])
                last = made
            elif j is not None:
                if i is None:
                    self.added(after[j], "moveTo" if j in come else "ins")
                    if j in come:
                        self.bound(after[j], "moveTo", *come[j])
                else:
                    self.pair(before[i], after[j])
                last = after[j]

    def places(self, pairs: Sequence[Pair], after: Sequence[Element]) -> list[Element | None]:
        """For each pair, the block of the second act before which it stands."""
        out: list[Element | None] = []
        following = None
        for _, j in reversed(pairs):
            following = after[j] if j is not None else following
            out.append(following)
        return out[::-1]

    def told(self, block: Element) -> str:
        """What tells a block from another."""
        said = [" ".join(self.read(p).said().split()) for p in block.iter(W + "p")]
        return ("\n" if block.tag == W + "tbl" else "") + "\n".join(said)

    def read(self, paragraph: Element) -> Words:
        if paragraph not in self.words:
            self.words[paragraph] = read_words(paragraph)
        return self.words[paragraph]

    def pair(self, old: Element, new: Element) -> None:
        if old.tag != new.tag:
            new.addprevious(self.removed(old, "del"))
            self.added(new, "ins")
        elif new.tag == W + "tbl":
            self.table(old, new)
        else:
            self.paragraph(old, new)

    def table(self, old: Element, new: Element) -> None:
        """Row by row; cell by cell where there are as many."""
        before, after = old.findall(W + "tr"), new.findall(W + "tr")
        pairs = align([self.told(row) for row in before], [self.told(row) for row in after])
        for (i, j), place in zip(pairs, self.places(pairs, after), strict=True):
            if i is not None and j is not None:
                cells, others = before[i].findall(W + "tc"), after[j].findall(W + "tc")
                if len(cells) == len(others):
                    for cell, other in zip(cells, others, strict=True):
                        self.story(cell, other)
                    continue
            if i is not None:
                row = self.removed_row(before[i])
                if place is not None:
                    place.addprevious(row)
                else:
                    new.append(row)
            if j is not None:
                self.added_row(after[j])

    # --- paragraphs -----------------------------------------------------------------------------------------------

    def paragraph(self, old: Element, new: Element) -> None:
        a, b = self.read(old), self.read(new)
        if (style := self.a.style(old)) != self.b.style(new) and style in self.b.style_ids:
            self.restyled(old, new)
        notes = self.common_notes(a, b)
        (keys, spans), (others, places) = self.keys(a, self.notes_a, notes), self.keys(b, self.notes_b, notes)
        marks = sorted(b.marks, key=lambda mark: mark[0])
        if keys == others:
            self.pair_notes(a, b, range(len(spans)), spans, places)
            return
        pieces, done = list[Piece](), 0

        def come(at: int, stop: int, genre: str) -> Iterator[Piece]:
            """The pieces of the second act, with its marks where they stand."""
            nonlocal done
            while True:
                while done < len(marks) and marks[done][0] <= at:
                    yield Piece("", marks[done][1], marks[done][2])
                    done += 1
                if at >= stop:
                    return
                until = min(stop, marks[done][0] if done < len(marks) else stop)
                yield from letters(b, at, until, genre)
                at = until

        for tag, i1, i2, j1, j2 in diff_words(keys, others):
            if tag == "equal":
                self.pair_notes(a, b, range(i2 - i1), spans[i1:i2], places[j1:j2])
            else:
                around = self.held(b, places, j1, j2)
                for gone in letters(a, *_range(spans, i1, i2), "del"):
                    pieces.append(self.first.local(gone, around))
            pieces += come(*_range(places, j1, j2), "" if tag == "equal" else "ins")
            if tag != "equal":
                for ident in self.notes_in(b, *_range(places, j1, j2)):
                    self.mark_all(self.notes_b[ident], "ins")
        pieces += (Piece("", holders, node) for _, holders, node in marks[done:])
        write_words(new, pieces, self.tracked)

    def keys(
        self, words: Words, notes: dict[str, Element], common: set[str]
    ) -> tuple[list[str], list[tuple[int, int]]]:
        """What tells each token from another, and its place: a call of note by the note, when both acts have it."""
        out, spans = [], words.tokens
        for start, stop in spans:
            key = words.text[start:stop]
            if key == SIGN and start in words.specials:
                special = words.specials[start]
                note = self.note_text(notes, special.note)
                key = CALL + note if special.note and note in common else special.said
            out.append(key)
        return out, spans

    def common_notes(self, a: Words, b: Words) -> set[str]:
        ours = {self.note_text(self.notes_a, n) for n in a.notes}
        return ours & {self.note_text(self.notes_b, n) for n in b.notes}

    def note_text(self, notes: dict[str, Element], ident: str) -> str:
        return self.told(notes[ident]) if ident in notes else ""

    def notes_in(self, words: Words, start: int, stop: int) -> list[str]:
        found = (words.specials[at].note for at in range(start, stop) if at in words.specials)
        return [note for note in found if note and note in self.notes_b]

    def pair_notes(
        self, a: Words, b: Words, ranks: range, spans: Sequence[tuple[int, int]], places: Sequence[tuple[int, int]]
    ) -> None:
        """The notes whose calls stayed, each compared with itself."""
        for rank in ranks:
            ours, theirs = a.specials.get(spans[rank][0]), b.specials.get(places[rank][0])
            if ours and theirs and ours.note in self.notes_a and theirs.note in self.notes_b:
                part, self.first.part = self.first.part, NOTES
                self.story(self.notes_a[ours.note], self.notes_b[theirs.note])
                self.first.part = part

    def held(self, words: Words, places: Sequence[tuple[int, int]], start: int, stop: int) -> tuple[Element, ...]:
        """The link or control that holds what is before a change and what is after it."""
        before = words.sources[words.owners[places[start - 1][0]]].holders if start else ()
        after = words.sources[words.owners[places[stop][0]]].holders if stop < len(places) else ()
        return tuple(x for x, y in zip(before, after, strict=False) if x is y)

    # --- what came, what went -------------------------------------------------------------------------------------

    def added(self, block: Element, genre: str) -> None:
        if block.tag == W + "tbl":
            for row in block.iterfind(W + "tr"):
                self.added_row(row)
            return
        words = self.read(block)
        self.mark_words(block, words, genre)
        self.mark_end(block, genre)
        for ident in self.notes_in(words, 0, len(words.text)):
            self.mark_all(self.notes_b[ident], "ins")

    def mark_words(self, paragraph: Element, words: Words, genre: str) -> None:
        pieces, at = list[Piece](), 0
        for place, holders, node in sorted(words.marks, key=lambda mark: mark[0]):
            pieces += letters(words, at, place, genre)
            pieces.append(Piece("", holders, node))
            at = place
        write_words(paragraph, [*pieces, *letters(words, at, len(words.text), genre)], self.tracked)

    def mark_all(self, note: Element, genre: str) -> None:
        """Every word of a note, not the end of its last paragraph, which no note goes without."""
        paragraphs = [*note.iter(W + "p")]
        for paragraph in paragraphs:
            self.mark_words(paragraph, self.read(paragraph), genre)
        for paragraph in paragraphs[:-1]:
            self.mark_end(paragraph, genre)

    def removed(self, block: Element, genre: str) -> Element:
        if block.tag == W + "tbl":
            made = self.first.localised(copy.deepcopy(block))
            for row in made.findall(W + "tr"):
                made.replace(row, self.removed_row(row, True))
            return made
        return self.removed_paragraph(block, genre)

    def removed_paragraph(self, paragraph: Element, genre: str) -> Element:
        made = paragraph.makeelement(W + "p")
        if (properties := paragraph.find(W + "pPr")) is not None:
            made.append(self.first.localised(copy.deepcopy(properties)))
        words = self.read(paragraph)
        pieces = [self.first.local(piece, ()) for piece in letters(words, 0, len(words.text), genre)]
        write_words(made, pieces, self.tracked)
        self.mark_end(made, genre)
        return made

    def added_row(self, row: Element) -> None:
        for block in [b for cell in row.iterfind(W + "tc") for b in blocks(cell)]:
            self.added(block, "ins")
        self.mark_row(row, "ins")

    def removed_row(self, row: Element, ours: bool = False) -> Element:
        made = row if ours else self.first.localised(copy.deepcopy(row))
        for cell in made.iterfind(W + "tc"):
            for block in [*blocks(cell)]:
                if block.tag == W + "tbl":
                    for inner in block.findall(W + "tr"):
                        self.removed_row(inner, True)
                else:
                    cell.replace(block, self.removed_paragraph(block, "del"))
        self.mark_row(made, "del")
        return made

    def mark_row(self, row: Element, genre: str) -> None:
        properties = row.find(W + "trPr")
        if properties is None:
            properties = row.makeelement(W + "trPr")
            row.insert(1 if row.find(W + "tblPrEx") is not None else 0, properties)
        properties.append(self.tracked(genre))

    def mark_end(self, paragraph: Element, genre: str) -> None:
        """The paragraph's mark: first of the look of the mark, whose place the schema fixes."""
        properties = paragraph.find(W + "pPr")
        if properties is None:
            paragraph.insert(0, properties := paragraph.makeelement(W + "pPr"))
        look = properties.find(W + "rPr")
        if look is None:
            look = properties.makeelement(W + "rPr")
            after = [e for e in properties if e.tag in (W + "sectPr", *_AFTER_CHANGE)]
            if after:
                after[0].addprevious(look)
            else:
                properties.append(look)
        look.insert(0, self.tracked(genre))

    def bound(self, paragraph: Element, genre: str, rank: int, first: bool, last: bool) -> None:
        """What moved, between its bounds, which bear the same name at both places."""
        at = 1 if paragraph.find(W + "pPr") is not None else 0
        if first:
            begins = self.tracked(f"{genre}RangeStart")
            begins.set(W + "name", f"deplacement{rank + 1}")
            paragraph.insert(at, begins)
            self.bounds = begins.get(W + "id", "")
        if last:
            paragraph.append(paragraph.makeelement(f"{W}{genre}RangeEnd", {W + "id": self.bounds}))

    def restyled(self, old: Element, new: Element) -> None:
        """The style the paragraph had, for whoever refuses the change."""
        properties = new.find(W + "pPr")
        if properties is None:
            new.insert(0, properties := new.makeelement(W + "pPr"))
        change = self.tracked("pPrChange")
        was = old.find(W + "pPr")
        former = change.makeelement(W + "pPr") if was is None else self.first.localised(copy.deepcopy(was))
        for look in former.findall(W + "rPr"):
            former.remove(look)
        change.append(former)
        properties.append(change)

    def tracked(self, genre: str) -> Element:
        told = {W + "id": str(next(self.idents)), W + "author": self.auteur, W + "date": self.instant}
        return self.b.body.makeelement(W + genre, told)


def _range(spans: Sequence[tuple[int, int]], start: int, stop: int) -> tuple[int, int]:
    """The letters of tokens that follow one another."""
    if start < stop:
        return spans[start][0], spans[stop - 1][1]
    at = spans[start][0] if start < len(spans) else (spans[-1][1] if spans else 0)
    return at, at
