"""What is the same in two lists of texts, what became what, what moved. Texts in, pairs of ranks out."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterator, Sequence

Pair = tuple[int | None, int | None]
ALIKE = 0.45  # of the words, for one paragraph to have become another
MOST = 1_000_000  # pairs of one gap that are weighed; beyond, nothing in it became anything
SHORT = 8  # words of two lines that stand at the same place
LONG_ENOUGH = 5  # words of what may have moved


def align(before: Sequence[str], after: Sequence[str]) -> list[Pair]:
    """In order of both: the two ranks of what stayed or changed, one of what went or came."""
    pairs: list[Pair] = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            pairs += zip(range(i1, i2), range(j1, j2), strict=True)
        else:
            pairs += _nearest(before, after, (i1, i2), (j1, j2))
    return [*_parted(before, after, pairs)]


def _parted(before: Sequence[str], after: Sequence[str], pairs: Sequence[Pair]) -> Iterator[Pair]:
    """The pairs, but those whose second text is, to the letter, one that went: it moved, nothing became it."""
    gone = Counter(before[i] for i, j in pairs if i is not None and j is None)
    for i, j in pairs:
        if i is not None and j is not None and before[i] != after[j] and gone[after[j]] > 0:
            gone[after[j]] -= 1
            yield from ((i, None), (None, j))
        else:
            yield i, j


def _nearest(before: Sequence[str], after: Sequence[str], of: tuple[int, int], to: tuple[int, int]) -> Iterator[Pair]:
    """Within a gap, the pairs that keep the most words, in order."""
    rows, columns = range(*of), range(*to)
    bags, others = [bag(before[i]) for i in rows], [bag(after[j]) for j in columns]
    kept: dict[int, int] = {}
    if len(rows) * len(columns) <= MOST:
        best = [[0.0] * (len(columns) + 1) for _ in range(len(rows) + 1)]
        alike = [[alike_bags(a, b) for b in others] for a in bags]
        if len(rows) == len(columns) == 1 and len(bags[0] | others[0]) <= SHORT:  # a name, a title said otherwise
            alike = [[1.0]]
        for i in range(len(rows) - 1, -1, -1):
            for j in range(len(columns) - 1, -1, -1):
                same = alike[i][j] + best[i + 1][j + 1] if alike[i][j] >= ALIKE else 0.0
                best[i][j] = max(same, best[i + 1][j], best[i][j + 1])
        i = j = 0
        while i < len(rows) and j < len(columns):
            if alike[i][j] >= ALIKE and best[i][j] == alike[i][j] + best[i + 1][j + 1]:
                kept[rows[i]] = columns[j]
                i, j = i + 1, j + 1
            elif best[i][j] == best[i + 1][j]:
                i += 1
            else:
                j += 1
    at = to[0]
    for i in rows:
        if i not in kept:
            yield i, None
            continue
        yield from ((None, j) for j in range(at, kept[i]))
        yield i, kept[i]
        at = kept[i] + 1
    yield from ((None, j) for j in range(at, to[1]))


def bag(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.lower()) or text.split())


def alike_bags(a: frozenset[str], b: frozenset[str]) -> float:
    return 2 * len(a & b) / (len(a) + len(b)) if a or b else 1.0


def find_moves(before: Sequence[str], after: Sequence[str], pairs: Sequence[Pair]) -> list[list[tuple[int, int]]]:
    """The runs of what went from a place and came, the same, at another."""
    came: dict[str, list[int]] = {}
    for i, j in pairs:
        if i is None and j is not None:
            came.setdefault(after[j], []).append(j)
    runs: list[list[tuple[int, int]]] = []
    for i, j in pairs:
        if i is None or j is not None or not came.get(before[i]):
            continue
        wanted = came[before[i]]
        follows = runs[-1][-1][1] + 1 if runs and runs[-1][-1][0] == i - 1 else None
        at = wanted.index(follows) if follows in wanted else 0
        found = wanted.pop(at)
        if found == follows:
            runs[-1].append((i, found))
        else:
            runs.append([(i, found)])
    return [run for run in runs if sum(len(before[i].split()) for i, _ in run) >= LONG_ENOUGH]


def diff_words(before: Sequence[str], after: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    """difflib's opcodes, where a sign or a space that stayed between two changes is no island."""
    start, stop = 0, 0
    most = min(len(before), len(after))
    while start < most and before[start] == after[start]:
        start += 1
    while stop < most - start and before[-1 - stop] == after[-1 - stop]:
        stop += 1
    inner = difflib.SequenceMatcher(
        None, before[start : len(before) - stop], after[start : len(after) - stop], autojunk=False
    )
    found = [("equal", 0, start, 0, start)] if start else []
    found += [(t, i1 + start, i2 + start, j1 + start, j2 + start) for t, i1, i2, j1, j2 in inner.get_opcodes()]
    if stop:
        found.append(("equal", len(before) - stop, len(before), len(after) - stop, len(after)))
    out: list[tuple[str, int, int, int, int]] = []
    for rank, (tag, i1, i2, j1, j2) in enumerate(found):
        island = 0 < rank < len(found) - 1 and not re.search(r"\w", "".join(before[i1:i2])) and i2 - i1 <= 3
        tag = "replace" if tag != "equal" or island else tag
        if out and out[-1][0] == tag:
            out[-1] = (tag, out[-1][1], i2, out[-1][3], j2)
        else:
            out.append((tag, i1, i2, j1, j2))
    return out
