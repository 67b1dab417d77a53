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
_WITHIN = ("Para", "Plain", "Header", "Emph", "Strong")  # whose words are the drafter's, the template's, a clause's
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
        found = [run for run in _runs(blocks) if said and said in compact(ast.plain(run.nodes)).letters]
        times = sum(compact(ast.plain(run.nodes)).letters.count(said) for run in found)
        if times != 1:
            wrong(rank, f"ces mots se trouvent {times} fois dans l'acte, hors de ce qui est calculé : il en faut une")
        else:
            found[0].change(one.texte, one.devient or "")
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


class _Run:
    """Words that follow one another in a list of inlines."""

    def __init__(self, holder: list[Node], start: int, stop: int):
        self.holder, self.start, self.stop = holder, start, stop

    @property
    def nodes(self) -> list[Node]:
        return self.holder[self.start : self.stop]

    def change(self, old: str, new: str) -> None:
        text, sought = ast.plain(self.nodes), compact(old).letters
        one = compact(text)
        at = one.letters.index(sought)
        start, stop = one.places[at], one.places[at + len(sought) - 1] + 1
        words = text[:start] + new + text[stop:]
        self.holder[self.start : self.stop] = inlines(words if words.strip() else "")


def _runs(node: object) -> Iterator[_Run]:
    if isinstance(node, list):
        for child in node:
            yield from _runs(child)
    elif isinstance(node, dict) and node["t"] == "Div":
        if not _DERIVED.intersection(ast.attributes(node)[1]):
            yield from _runs(node["c"][1])
    elif isinstance(node, dict) and node["t"] in _WITHIN:
        inlines = node["c"][2] if node["t"] == "Header" else node["c"]
        start = 0
        for at, child in enumerate([*inlines, {"t": ""}]):
            if child["t"] not in _LETTERS:
                if at > start:
                    yield _Run(inlines, start, at)
                start = at + 1
                yield from _runs(child)
    elif isinstance(node, dict) and node["t"] in (*_LISTS, "BlockQuote"):
        yield from _runs(node["c"])
