"""Words of one act that its case says otherwise (`retouches`), once all is composed: those of a template, of a sentence
that several values make. What is computed is out of their reach: citations, quotations, notes, links, contents. A note
may be added (« ^[…] »).

Compared without spaces nor kinds of quotes, which typography sets. Each must be found once: a text that changed since
is told, never passed over.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from mandats import blocks as ast
from mandats.blocks import Node
from mandats.model import Retouche
from mandats.render import typography
from mandats.words import compact

_LETTERS = ("Str", "Space", "SoftBreak")
_WITHIN = ("Emph", "Strong")  # whose words are the drafter's, the template's, a clause's
_LISTS = ("BulletList", "OrderedList")
_DERIVED = {"sommaire", "sources"}
_NOTE = re.compile(r"\^\[((?:[^\]\\]|\\.)*)\]")


def retouch(blocks: list[Node], retouches: Sequence[Retouche], wrong: Callable[[int, str], object]) -> list[Node]:
    """The blocks with each of these said otherwise; `wrong`: the rank of one that is not found once, and why."""
    for rank, one in sorted(enumerate(retouches), key=lambda each: not each[1].ajoute):  # beside what others change
        said = compact(one.texte).letters
        if one.ajoute:
            held = [*_paragraphs(blocks, said)]
            if len(held) == 1:
                holder, at = held[0]
                marks, _, words = one.ajoute.partition(" ")
                titled = bool(words) and set(marks) == {"#"}
                told = inlines(words if titled else one.ajoute)
                made = ast.heading(len(marks), told) if titled else ast.para(told)
                holder.insert(at + 1, [made] if isinstance(holder[at], list) else made)
            else:
                wrong(rank, f"ces mots sont {len(held)} fois un alinéa entier de l'acte : il en faut un")
            continue
        if one.devient is None and len(whole := [*_paragraphs(blocks, said)]) == 1:
            del whole[0][0][whole[0][1]]
            continue
        lines = [*_lines(blocks)]
        found = [(line, at) for line in lines for at in line.places(said, apart=True)] if said else []
        found = found or [(line, at) for line in lines for at in line.places(said)] if said else []
        times = len(found)
        if times == 1 and not found[0][0].change(found[0][1], said, one.devient or ""):
            times = 0
        if times != 1:
            wrong(rank, f"ces mots se trouvent {times} fois dans l'acte, hors de ce qui est calculé : il en faut une")
    return blocks


def inlines(words: str) -> list[Node]:
    """Words as they are printed, with their notes.

    >>> [node["t"] for node in inlines("un mot^[la note].")]
    ['Str', 'Space', 'Str', 'Note', 'Str']
    """
    out: list[Node] = []
    for rank, part in enumerate(_NOTE.split(words)):
        made = typography.inlines(re.sub(r"\\(.)", r"\1", part) if rank % 2 else part)
        out += [ast.note(made)] if rank % 2 else made
    return out


def _paragraphs(nodes: list[Node], said: str) -> Iterator[tuple[list[Any], int]]:
    """Where the paragraphs, the items of lists that say this stand, whole: what goes may have cited."""
    for at, node in enumerate(nodes):
        if node["t"] in ("Para", "Header") and compact(ast.plain(node)).letters == said:
            yield nodes, at
        elif node["t"] in _LISTS:
            items = node["c"][1] if node["t"] == "OrderedList" else node["c"]
            yield from ((items, rank) for rank, item in enumerate(items) if compact(ast.plain(item)).letters == said)
        elif node["t"] == "Div" and not _DERIVED.intersection(ast.attributes(node)[1]):
            yield from _paragraphs(node["c"][1], said)


class _Line:
    """What a paragraph says; its `runs`: words that follow one another in a list of inlines, between computed ones."""

    def __init__(self, inlines: list[Node]):
        self.text = ""
        self.runs: list[tuple[int, int, list[Node], int, int]] = []
        self._gather(inlines)
        self.compact = compact(self.text)

    def _gather(self, inlines: list[Node]) -> None:
        start = 0
        for at, child in enumerate([*inlines, {"t": ""}]):
            if child["t"] in _LETTERS:
                continue
            words = ast.plain(inlines[start:at])
            self.runs.append((len(self.text), len(self.text) + len(words), inlines, start, at))
            self.text += words
            start = at + 1
            if child["t"] in _WITHIN:
                self._gather(child["c"])
            else:
                self.text += ast.plain(child) if child["t"] else ""

    def places(self, said: str, apart: bool = False) -> Iterator[int]:
        """Where these letters stand; `apart`: with nothing among them that is computed."""
        at = self.compact.letters.find(said)
        while at >= 0:
            first, last = self.compact.places[at], self.compact.places[at + len(said) - 1]
            if not apart or any(start <= first and last < stop for start, stop, *_ in self.runs):
                yield at
            at = self.compact.letters.find(said, at + len(said))

    def change(self, at: int, old: str, new: str) -> bool:
        """These letters said otherwise; False when what changes is computed, or would lengthen a word that is."""
        said, places = compact(new), self.compact.places
        head = _begin_alike(old, said.letters)
        tail = _begin_alike(old[head:][::-1], said.letters[head:][::-1])
        first = places[at + head - 1] + 1 if head else places[at]
        last = places[at + len(old) - tail] if tail else places[at + len(old) - 1] + 1
        words = new[said.places[head - 1] + 1 if head else 0 : said.places[-tail] if tail else len(new)]
        for start, stop, holder, i, j in self.runs:
            left, right = self.text[start:first] + words, words + self.text[last:stop]
            longer = start and re.match(r"\w\w", self.text[start - 1] + left)
            longer = longer or re.match(r"\w\w", right[-1:] + self.text[stop : stop + 1])
            if start <= first and last <= stop and not longer:
                told = left + self.text[last:stop]
                holder[i:j] = inlines(told if told.strip() else "")
                return True
        return False


def _begin_alike(one: str, other: str) -> int:
    return next(
        (n for n, pair in enumerate(zip(one, other, strict=False)) if len({*pair}) > 1), min(len(one), len(other))
    )


def _lines(node: object) -> Iterator[_Line]:
    if isinstance(node, list):
        for child in node:
            yield from _lines(child)
    elif isinstance(node, dict) and node["t"] == "Div":
        if not _DERIVED.intersection(ast.attributes(node)[1]):
            yield from _lines(node["c"][1])
    elif isinstance(node, dict) and node["t"] in ("Para", "Plain", "Header"):
        yield _Line(node["c"][2] if node["t"] == "Header" else node["c"])
    elif isinstance(node, dict) and node["t"] in (*_LISTS, "BlockQuote"):
        yield from _lines(node["c"])
