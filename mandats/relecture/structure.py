"""What each item of an act printed, and where it is written, whole: a clause, a prose of a list of the case or of a
Markdown file. What goes whole is taken from there; what comes between two of them goes there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import mandats.load.edit as edit
from mandats import blocks as ast
from mandats.document import Item, Rendered
from mandats.parts import fences
from mandats.problem import KeyPath
from mandats.relecture.mots import CALL, SIGN
from mandats.relecture.reperes import alike
from mandats.relecture.reprise import DERIVED, Reprise, Retouche
from mandats.relecture.unites import Unite

DRAWN = {"sommaire", "sources"}  # divisions that the program makes of the rest


@dataclass(frozen=True)
class Home:
    """`ranks`: of the paragraphs that an item printed, in the act; `text[start:stop]` of a source: the whole lines that
    it is written on, `lead` before them with its own comments; `level`: of a heading beside its title."""

    item: Item
    ranks: range
    source: str
    lead: int
    start: int
    stop: int
    level: int
    listed: bool  # in YAML
    alone: bool  # the only one of its list

    def gone(self, text: str, comments: bool = False) -> tuple[int, int, str]:
        """Its lines, with the blank one or the comments that go with them, and what is to stand there."""
        start = self.lead if comments else self.start
        colon = text.rindex(":", 0, self.lead) + 1 if self.alone else start
        if self.alone and not text[colon:start].strip():
            return colon, self.stop, " []\n"
        return start, self.stop + (not self.listed and text[self.stop : self.stop + 1] == "\n"), ""


def paragraphs(node: Any) -> Iterator[tuple[str, str]]:
    """What an act says as it is composed, without what the program makes of the rest; then without what it cites."""
    if isinstance(node, list):
        for child in node:
            yield from paragraphs(child)
    elif isinstance(node, dict) and node["t"] in ("Para", "Plain", "Header"):
        head = "#" * (node["c"][0] if node["t"] == "Header" else 0)
        yield head + alike(ast.plain(node)), head + alike(ast.plain(_uncited(node)))
    elif isinstance(node, dict) and node["t"] != "Table" and not DRAWN.intersection(ast.attributes(node)[1]):
        yield from paragraphs(node.get("c"))


def _uncited(node: Any) -> Any:
    """A tree, a sign for each citation: what it says depends on those before it."""
    if isinstance(node, list):
        return [_uncited(child) for child in node]
    if not isinstance(node, dict) or "c" not in node:
        return node
    cites = node["t"] == "Span" and any(name == "cle" for name, _ in ast.attributes(node)[2])
    return ast.text(SIGN) if cites else {**node, "c": _uncited(node["c"])}


def line_of(unit: Unite) -> str:
    return "#" * unit.niveau + alike(unit.said().replace(CALL, ""))


def _key(line: str) -> str:
    """Whatever its rank among prayers."""
    return re.sub(r"^#*(?:[0-9]+°\))?\s*|[ ;.]+$", "", line)


def homes(rendered: Rendered, units: Sequence[Unite], texts: Mapping[str, str], files: Mapping[str, str]) -> list[Home]:
    """Of the items that can be told. `files`: the path of a source → its name."""
    told = [(rank, _key(line_of(u))) for rank, u in enumerate(units) if is_told(u)]
    held, out = set[int](), list[Home]()
    root = edit.compose(next(iter(texts.values())))
    for item in rendered.document.items():
        lines = [key for line, _ in paragraphs(rendered.printed.get(item.path, [])) if (key := _key(line))]
        place = rendered.document.loaded.places.get(item.path)
        name = files.get(place.fichier, "") if place else ""
        if place is None or not name or not lines:
            continue
        for at in range(len(told) - len(lines) + 1):
            if told[at][0] in held or any(told[at + n][1] != line for n, line in enumerate(lines)):
                continue
            ranks = range(told[at][0], told[at + len(lines) - 1][0] + 1)
            listed = name == next(iter(texts))
            with suppress(LookupError):
                span = _listed(texts[name], root, item.path) if listed else _fenced(texts[name], place.ligne - 1)
                level = units[ranks[0]].niveau
                level = level - item.moyen.niveau if level else next((h.level for h in out if h.level), 2)
                alone = listed and len(getattr(edit.get(root, *item.path[:-1]), "value", ())) == 1
                out.append(Home(item, ranks, name, *span, level, listed, alone))
                held |= {*ranks}
            break
    return out


def is_told(unit: Unite) -> bool:
    return unit.genre == "paragraphe" and not unit.style.startswith(DERIVED) and bool(unit.said().strip())


def _listed(text: str, root: Any, path: KeyPath) -> tuple[int, int, int]:
    """The lines of an item of a list, first with the comments above it. Raises LookupError."""
    node, around = edit.get(root, *path), edit.get(root, *path[:-1])
    if node is None or edit.is_flow(around):
        raise LookupError(path)
    dash = text.rindex("-", 0, node.start_mark.index)
    start = lead = text.rfind("\n", 0, dash) + 1
    if text[start:dash].strip():
        raise LookupError(path)
    while lead and text[:lead].rpartition("\n")[0].rpartition("\n")[2].lstrip().startswith("#"):
        lead = text.rfind("\n", 0, lead - 1) + 1
    stop = text.find("\n", node.start_mark.index + len(edit.source(text, node)))
    return lead, start, len(text) if stop < 0 else stop + 1


def _fenced(text: str, line: int) -> tuple[int, int, int]:
    """The lines of a clause between its fences, of a prose up to the next one. Raises LookupError."""
    lines = text.split("\n")
    found = [fence for fence in fences(lines) if fence[0] >= line]
    if found and found[0][0] == line:
        stop = next((at for at, colons, words in found if colons == found[0][1] and not words), None)
        if stop is None:
            raise LookupError(line)
        stop += 1
    else:
        stop = found[0][0] if found else len(lines)
        while line < stop and not lines[line].strip():
            line += 1
        while stop > line and not lines[stop - 1].strip():
            stop -= 1
    start = len("\n".join(lines[:line])) + bool(line)
    return start, start, min(len(text), len("\n".join(lines[:stop])) + 1)


def whole(found: Reprise, stretches: Iterable[Home]) -> Reprise:
    """The same, where the paragraphs of an item that went whole are one change."""
    gone = {u.rang: c for c in found.retouches if c.genre == "suppression" and not c.conflit for u in c.avant}
    joined: dict[int, tuple[Retouche, ...]] = {}
    for home in stretches:
        told = [rank for rank in home.ranks if is_told(found.nos[rank])]
        changes = {gone[rank].rang: gone[rank] for rank in told if rank in gone}
        if len(changes) > 1 and all(rank in gone for rank in told):
            joined[min(changes)] = (*changes.values(),)
    inside = {c.rang: first for first, changes in joined.items() for c in changes}
    ranks, out = dict[int, int](), list[Retouche]()
    for change in found.retouches:
        first = inside.get(change.rang, change.rang)
        if first == change.rang:
            made = joined.get(first, (change,))
            out.append(
                replace(
                    change,
                    rang=len(out) + 1,
                    avant=tuple(u for c in made for u in c.avant) if len(made) > 1 else change.avant,
                    auteurs=(*dict.fromkeys(name for c in made for name in c.auteurs),),
                    commentaires=tuple(note for c in made for note in c.commentaires),
                )
            )
        ranks[change.rang] = ranks.get(first, len(out))
    origin = {at: ranks[rank] for at, rank in found.origine.items()}
    return replace(found, retouches=tuple(out), origine=origin)
