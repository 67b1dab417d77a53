"""Where words that were read stand in what they were written from: YAML, Markdown, clauses.

Compared without spaces, kinds of quotes or marks of emphasis, which typography and Markdown change.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from mandats import words
from mandats.relecture.alignement import diff_words
from mandats.relecture.mots import CALL, TOKEN
from mandats.words import Compact

WIDTHS = ((12, 12), (8, 8), (5, 5), (4, 4), (3, 3), (2, 2), (8, 0), (0, 8), (5, 0), (0, 5), (3, 0), (0, 3), (1, 1))
_TYPED = str.maketrans(
    {"–": "-", "—": "-", "º": "°", "œ": "oe", "Œ": "Oe", "æ": "ae", "\xad": "", "\u200b": "", "…": "..."}
)
_LOOSE = re.compile(r' ?(["°§%€:;!?]) ?')
_CODE = re.compile(r"\{[{%#]|[}%#]\}")
MOST_ALIKE = 4  # places that are worth a try
SHORTEST = 12  # letters of what is sought: less would be found anywhere
LATITUDE = 6  # of tokens that a window to find a paragraph holds


def compact(text: str) -> Compact:
    """As it is compared, without marks of emphasis either."""
    return words.compact(text, "*_\\")


def alike(text: str) -> str:
    """The text as any typography of it reads: what Word's automatic corrections make of it is the same.

    >>> alike("« l’acte » : oui") == alike("«l'acte» : oui"), alike("un acte") == alike("unacte")
    (True, False)
    >>> alike("L. 311\u20117, n°\xa02 – l’œuvre…") == alike("L. 311-7, nº2 - l'oeuvre...")
    True
    """
    return _LOOSE.sub(r"\1", " ".join(_same(text).split()))


def _same(text: str) -> str:
    return text.translate(_TYPED).translate(words.ALIKE)


class Span(NamedTuple):
    """`text[start:stop]` of a source; `said`: what is to stand there."""

    source: str
    start: int
    stop: int
    said: str


class Touch(NamedTuple):
    """What changed in a paragraph: `before[start:stop]` became `said`, at `at` of what it became; neither begins or
    ends by a space."""

    start: int
    stop: int
    said: str
    at: int


def touches(before: str, after: str) -> list[Touch]:
    """The changes that lead from one text to the other, each widened to whole words."""
    olds, news = [*TOKEN.finditer(before)], [*TOKEN.finditer(after)]
    wide: list[list[int]] = []
    for tag, i1, i2, j1, j2 in diff_words([_same(m[0]) for m in olds], [_same(m[0]) for m in news]):
        if tag == "equal":
            continue
        while True:
            # A space goes with a word; a call of note is none.
            before_it = i1 and j1 and olds[i1 - 1][0] != CALL
            after_it = i2 < len(olds) and j2 < len(news) and olds[i2][0] != CALL
            begins = _is_loose(olds, i1, i2, i1) or _is_loose(news, j1, j2, j1)
            if not begins and not _is_loose(olds, i1, i2, i2 - 1) and not _is_loose(news, j1, j2, j2 - 1):
                break
            if before_it and (begins or not after_it):
                i1, j1 = i1 - 1, j1 - 1
            elif after_it:
                i2, j2 = i2 + 1, j2 + 1
            else:
                break
        if wide and i1 <= wide[-1][1]:  # widened into the one before
            wide[-1] = [min(wide[-1][0], i1), max(wide[-1][1], i2), min(wide[-1][2], j1), max(wide[-1][3], j2)]
        else:
            wide.append([i1, i2, j1, j2])
    found = []
    for i1, i2, j1, j2 in wide:
        start = olds[i1].start() if i1 < len(olds) else len(before)
        said = after[news[j1].start() : news[j2 - 1].end()] if j2 > j1 else ""
        at = news[j1].start() if j1 < len(news) else len(after)
        stop = olds[i2 - 1].end() if i2 > i1 else start
        if alike(before[start:stop]) != alike(said):
            found.append(Touch(start, stop, said, at))
    return found


def _is_loose(tokens: Sequence[re.Match[str]], start: int, stop: int, at: int) -> bool:
    return start == stop or tokens[at][0].isspace()


class Sources:
    """Texts by name, and where each may be changed (`allowed`: by default, everywhere)."""

    def __init__(self, texts: dict[str, str], allowed: Callable[[str, int, int], bool] = lambda *_: True):
        self.texts, self.allowed = texts, allowed
        self.compacts = {name: compact(text) for name, text in texts.items()}

    def locate(self, before: str, touch: Touch) -> list[Span]:
        """The places where a change may be to make, the likeliest first: what is most of its words around."""
        tokens = [m.span() for m in TOKEN.finditer(before)]
        first = next((i for i, (start, _) in enumerate(tokens) if start >= touch.start), len(tokens))
        last = next((i for i, (start, _) in enumerate(tokens) if start >= touch.stop), len(tokens))
        core = compact(before[touch.start : touch.stop]).letters
        found: dict[Span, None] = {}
        for left, right in WIDTHS:
            begins = min(tokens[max(0, first - 2 * left)][0] if first < len(tokens) else touch.start, touch.start)
            ends = max(tokens[min(len(tokens), last + 2 * right) - 1][1] if tokens else touch.stop, touch.stop)
            head, tail = compact(before[begins : touch.start]).letters, compact(before[touch.stop : ends]).letters
            hits = [*self._find(head, core, tail)] if len(head + core + tail) >= SHORTEST else []
            if len(hits) <= MOST_ALIKE:
                found |= dict.fromkeys(hits)
        return [span._replace(said=touch.said) for span in found][:MOST_ALIKE]

    def _find(self, head: str, core: str, tail: str) -> Iterator[Span]:
        needle = head + core + tail
        for name, one in self.compacts.items():
            at = one.letters.find(needle)
            while at >= 0:
                start, stop = at + len(head), at + len(head) + len(core)
                begins = one.places[start] if core or not head else one.places[start - 1] + 1
                ends = one.places[stop - 1] + 1 if core else begins
                if self.allowed(name, begins, ends) and not _CODE.search(self.texts[name][begins:ends]):
                    yield Span(name, begins, ends, "")
                at = one.letters.find(needle, at + 1)

    def lines_of(self, said: str) -> tuple[str, int, int] | None:
        """The source and the range of whole lines that a paragraph was written on; None when it cannot be told."""
        tokens = [m.span() for m in TOKEN.finditer(said)]
        found: list[Span] = []
        for first in range(0, max(1, len(tokens) - LATITUDE), LATITUDE):
            piece = said[tokens[first][0] : tokens[min(len(tokens), first + 2 * LATITUDE) - 1][1]] if tokens else ""
            if len(compact(piece).letters) >= SHORTEST:
                hits = [*self._find("", compact(piece).letters, "")]
                found += hits if len(hits) == 1 else []
        names = {span.source for span in found}
        if len(names) != 1:
            return None
        name, text = names.pop(), self.texts[found[0].source]
        start, stop = min(s.start for s in found), max(s.stop for s in found)
        begins = text.rfind("\n", 0, start) + 1
        ends = text.find("\n", stop)
        return name, begins, len(text) if ends < 0 else ends
