"""Small constructors for pandoc's JSON AST (API 1.23), the form in which blocks travel from here to `write`.

Only nodes built here or in `markdown.py` exist in a document: no raw block can come from a drafter's text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mandats.render.typography import ORDINAL, french

Node = dict
API = [1, 23, 1]


def text(value: str, set_french: bool = True) -> list[Node]:
    """Inlines for plain text: French typography, ordinals raised (« 1er »), words split by spaces."""
    if set_french:
        value = french(value)
    out: list[Node] = []
    for i, part in enumerate(re.split(r"([ \n\t]+)", value)):
        if i % 2:
            out.append({"t": "Space"})
            continue
        last = 0
        for match in ORDINAL.finditer(part) if set_french else ():
            out.append({"t": "Str", "c": part[last : match.end(1)]})
            out.append({"t": "Superscript", "c": [{"t": "Str", "c": match[2]}]})
            last = match.end()
        if part[last:]:
            out.append({"t": "Str", "c": part[last:]})
    return out


def para(inlines: list[Node]) -> Node:
    return {"t": "Para", "c": inlines}


def div(blocks: list[Node], *classes: str, id: str = "", **attributes: str) -> Node:
    return {"t": "Div", "c": [[id, list(classes), [[k, v] for k, v in attributes.items()]], blocks]}


def span(inlines: list[Node], *classes: str, id: str = "") -> Node:
    return {"t": "Span", "c": [[id, list(classes), []], inlines]}


def emph(inlines: list[Node]) -> Node:
    return {"t": "Emph", "c": inlines}


def strong(inlines: list[Node]) -> Node:
    return {"t": "Strong", "c": inlines}


def link(inlines: list[Node], target: str) -> Node:
    return {"t": "Link", "c": [["", [], []], inlines, [target, ""]]}


def note(inlines: list[Node]) -> Node:
    return {"t": "Note", "c": [para(inlines)]}


def heading(level: int, inlines: list[Node], id: str = "", numbered: bool = True) -> Node:
    return {"t": "Header", "c": [level, [id, [] if numbered else ["unnumbered"], []], inlines]}


def table(head: list[str], rows: list[list[list[Node]]], widths: list[float], *classes: str) -> Node:
    """A simple table: header texts, rows of cells of inlines, relative widths summing to 1 at most."""

    def cell(inlines: list[Node]) -> list:
        return [["", [], []], {"t": "AlignDefault"}, 1, 1, [{"t": "Plain", "c": inlines}]]

    def row(cells: list[list[Node]]) -> list:
        return [["", [], []], [cell(c) for c in cells]]

    specs = [[{"t": "AlignLeft"}, {"t": "ColWidth", "c": w}] for w in widths]
    body = [[["", [], []], 0, [], [row(r) for r in rows]]]
    headers = [["", [], []], [row([text(h) for h in head])]]
    return {"t": "Table", "c": [["", list(classes), []], [None, []], specs, headers, body, [["", [], []], []]]}


def document(blocks: list[Node]) -> Node:
    return {"pandoc-api-version": API, "meta": {}, "blocks": blocks}


def walk(node: object) -> Iterator[Node]:
    """Every node of a tree, parents first, in reading order."""
    if isinstance(node, dict):
        if "t" in node:
            yield node
        for value in node.values():
            yield from walk(value)
    elif isinstance(node, list):
        for value in node:
            yield from walk(value)


def plain(node: object, notes: bool = False) -> str:
    """The words of a tree; notes left out unless asked for."""
    out: list[str] = []

    def visit(n: object) -> None:
        if isinstance(n, list):
            for value in n:
                visit(value)
        elif isinstance(n, dict):
            kind = n.get("t")
            if kind in ("Str", "Code"):
                out.append(n["c"] if kind == "Str" else n["c"][1])
            elif kind in ("Space", "SoftBreak", "LineBreak"):
                out.append(" ")
            elif kind == "Note" and not notes:
                pass
            elif kind in ("Div", "Span", "Header", "Link"):
                visit(n["c"][2] if kind == "Header" else n["c"][1])
            elif "c" in n:
                visit(n["c"])
            if kind in ("Para", "Plain", "Header"):
                out.append("\n")

    visit(node)
    return "".join(out)
