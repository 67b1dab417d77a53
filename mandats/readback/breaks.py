"""How the pages of a PDF end, from where the lines of its blocks and of its notes stand."""

import itertools
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from mandats.reading import Break

Lines = dict[int, list[float]]  # page → where its lines stand, from the page's head: points from its foot
RAISED = 6.0  # points: what stands less far from a line is on it
ABOVE_NOTES = 20.0  # points from the first line of the notes up to where the text may end
WHITE = 0.14  # of the height of the text: more at the foot of a page is a gap
MARGIN = 3.0  # points beyond what is needed
HELD = {"TD", "TH", "TOCI"}  # cells and contents: no paragraph


@dataclass(frozen=True)
class Block:
    """A paragraph, a heading, an item, a cell: its tag, what reads its words, and its lines on each page."""

    tag: str
    read: Callable[[], str]
    lines: Lines

    @cached_property
    def words(self) -> str:
        return self.read()

    @property
    def first(self) -> int:
        return min(self.lines)

    @property
    def last(self) -> int:
        return max(self.lines)


def lines_of(standing: Iterable[tuple[int, list[float]]]) -> Lines:
    """Lines from where words stand on pages.

    >>> lines_of([(1, [100.0, 103.9]), (1, [85.0]), (2, [700.0])])
    {1: [100.0, 85.0], 2: [700.0]}
    """
    made: Lines = {}
    for page, bases in standing:
        made.setdefault(page, []).extend(bases)
    for page, bases in made.items():
        ordered = sorted(bases)
        kept = ordered[:1] + [b for a, b in itertools.pairwise(ordered) if b - a >= RAISED]
        made[page] = kept[::-1]
    return made


def judge(
    blocks: Sequence[Block], notes: Sequence[Lines], calls: Sequence[tuple[int, float]], pages: int
) -> tuple[list[Break], float]:
    """How each page but the last ends, and how much of the last is filled (1 when it is the only one).

    `calls`: the page and the line of the call of each note, in the same order.
    """
    everything = [base for lines in (*(b.lines for b in blocks), *notes) for bases in lines.values() for base in bases]
    if pages < 2 or not everything:
        return [], 1.0
    foot, head = min(everything), max(everything)
    made = []
    for page in range(1, pages):
        here = [b for b in blocks if page in b.lines]
        noted = [note[page][0] for note in notes if page in note]
        floor = max(noted) + ABOVE_NOTES if noted else foot
        after = [b for b in blocks if page + 1 in b.lines]
        short = max([_short(here, after, page, floor), *_parted(page, notes, calls, floor)])
        anchors = (b for b in here if b.tag == "P" and b.first == page) if short or page == pages - 1 else ()
        contents = any(block.tag == "TOCI" for block in (*here, *after))
        white = min((b.lines[page][-1] for b in here), default=floor) - floor - WHITE * (head - foot)
        made.append(
            Break(
                page,
                tuple(b.words for b in anchors),
                short,
                *((0.0, ()) if contents or white <= 0 else (white, _apart(here, page))),
            )
        )
    last = [base for block in blocks for base in block.lines.get(pages, ())]
    return made, (head - min(last)) / (head - foot) if last and head > foot else 1.0


def _apart(here: Sequence[Block], page: int) -> tuple[str, ...]:
    """The words of what may be set lower on a page to fill it: paragraphs and headings, none just below a heading."""
    pairs = itertools.pairwise(here)
    return tuple(
        _LABEL.sub("", block.words, count=1) if block.tag[0] == "H" else block.words
        for before, block in pairs
        if block.first == page and before.tag[0] != "H" and (block.tag == "P" or block.tag[0] == "H")
    )


_LABEL = re.compile(r"(?:[IVXLC]+\.|[A-Z]{1,2}\.|[0-9]+\.|[a-z]{1,2}\))\s*")


def _short(here: Sequence[Block], after: Sequence[Block], page: int, floor: float) -> float:
    """What the text of a page must leave at its foot; 0 when its end is as it should be."""
    if not here or not after or any(block.tag in HELD for block in (here[-1], after[0])):
        return 0.0
    last, lowest = here[-1], here[-1].lines[page][-1]
    if last.last > page:
        alone = (last.first == page and len(last.lines[page]) == 1) or (
            last.last == page + 1 and len(last.lines[last.last]) == 1
        )
        return lowest - floor + MARGIN if alone else 0.0
    if last.tag[0] == "H":
        headings = itertools.takewhile(lambda block: block.tag[0] == "H", reversed(here))
        return max(block.lines[page][0] for block in headings) - floor + MARGIN
    return lowest - floor + MARGIN if last.words.rstrip().endswith(":") else 0.0


def _parted(page: int, notes: Sequence[Lines], calls: Sequence[tuple[int, float]], floor: float) -> list[float]:
    """The same for notes that do not stand on the page of their call."""
    found = []
    for note, (called, base) in zip(notes, calls, strict=False):
        if min(note) > called == page:
            found.append(base - floor + MARGIN)
        elif min(note) == page < called:
            found.append(note[page][0] - note[page][-1] + ABOVE_NOTES * 2)
    return found
