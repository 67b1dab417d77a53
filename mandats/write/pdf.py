"""Blocks to PDF: pandoc writes typst markup, typst compiles it in process (PDF/A-2a, PDF/UA-1, tagged).

Our own divisions become calls to the functions of `page.typ`; a drafter's text never reaches typst unescaped. The
compiler is rooted in an empty private folder and fetches nothing.
"""

import itertools
import re
from pathlib import Path

from mandats import blocks as ast
from mandats.blocks import Node
from mandats.divisions import division
from mandats.write.pandoc import run_pandoc
from mandats.write.typst_engine import compile_body


def write_pdf(blocks: list[Node], page: Path, inputs: dict[str, str]) -> bytes:
    """The PDF's bytes. `page`: the template's page.typ; `inputs`: titre, auteur, date, entete_gauche, entete_droite…"""
    body = run_pandoc(to_typst(blocks), "typst", "--wrap=none").decode()
    return compile_body(body, page, inputs)


def to_typst(blocks: list[Node]) -> list[Node]:
    """The same blocks with our divisions and spans as calls to page.typ's functions."""
    out: list[Node] = []
    pairs = itertools.zip_longest(blocks, blocks[1:])
    for node, after in pairs:
        made, both = _division(node, after) if node["t"] == "Div" else (_plain(node, after), False)
        out += made
        if both:
            next(pairs)
    return out


# A note stands on the page of its call only if typst may move the line of the call to the next page: it may in a plain
# paragraph and in a block that is never cut, not in a block that can be, nor in one that sticks to what follows. Nor
# when the line must go with its neighbour (no line alone at the foot or the head of a page): a note called there frees
# it.
LINE = 95  # characters of a line, about
MOVED_WHOLE = 1500  # characters: about a third of a page, the most that may leave the foot of a page white


def _plain(node: Node, after: Node | None) -> list[Node]:
    """What is no division; the formula of courtesy goes with the signature."""
    made = _inlines([node])
    if node["t"] == "BlockQuote" and _noted(node) and _short(node):
        return _call("insecable", made)
    return _call("lie", made) if node["t"] == "Para" and _signs(after) and not _noted(node) else made


def _division(node: Node, after: Node | None) -> tuple[list[Node], bool]:
    """The calls of a division, and whether they hold the node after it too."""
    _, classes, attributes = ast.attributes(node)
    inner, name = node["c"][1], "".join(classes[:1])
    if name in ("alinea", "alinea-lie"):
        number = _raw_inline(f'#numero("{int(dict(attributes)["numero"])}")')
        lines = _free_lines({**inner[0], "c": [number, *_inlines(inner[0]["c"])]})
        if name == "alinea" and not _signs(after):
            return lines, False
        if not _noted(node):
            return _call("lie", lines), False
        if after and after["t"] == "BlockQuote" and _short(node, after):
            return _call("insecable", [*lines, *_inlines([after])]), True
        return lines, False
    if name == "sommaire":
        return [_raw("#sommaire()")], False
    if name == "bloc":
        return _call(name, to_typst(inner[0]["c"][1]), to_typst(inner[1:])), False
    if name in ("conclusion", "derniere-conclusion") and _noted(node) and _short(node):
        signed = [after] if after and name == "derniere-conclusion" and _signs(after) else []
        return _call("insecable", [*_call("conclusion", to_typst(inner)), *to_typst(signed)]), bool(signed)
    function = division(name).typst
    return (_call(function, to_typst(inner)) if function else to_typst(inner)), False


def _signs(node: Node | None) -> bool:
    return node is not None and "signature" in ast.attributes(node)[1]


def _noted(node: Node) -> bool:
    return any(n["t"] == "Note" for n in ast.walk(node))


def _short(*nodes: Node) -> bool:
    return sum(len(ast.plain(n)) for n in nodes) <= MOVED_WHOLE


def _free_lines(paragraph: Node) -> list[Node]:
    at, calls = 0, []
    for inline in paragraph["c"]:
        calls += [at] if _noted(inline) else []
        at += len(ast.plain(inline))
    tied = any(call < LINE * 1.2 or at - 2.2 * LINE < call < at - LINE * 0.2 for call in calls)
    return _call("lignes-libres", [paragraph]) if tied else [paragraph]


def _raw(markup: str) -> Node:
    return {"t": "RawBlock", "c": ["typst", markup]}


def _raw_inline(markup: str) -> Node:
    return {"t": "RawInline", "c": ["typst", markup]}


def _call(name: str, *bodies: list[Node]) -> list[Node]:
    out = [_raw(f"#{name}[")]
    for body in bodies:
        out += [*body, _raw("][")]
    return [*out[:-1], _raw("]")]


def _inlines(nodes: list[Node]) -> list[Node]:
    made: list[Node] = ast.rewrite(nodes, _inline)
    return made


def _inline(node: Node) -> list[Node] | None:
    """Blanks and labelled spans; everything else as pandoc writes it."""
    if node["t"] == "Span":
        (ident, classes, _), inner = node["c"]
        words = _inlines(inner)
        if "blanc" in classes:
            return [_raw_inline(f"#{division('blanc').typst}["), *words, _raw_inline("]")]
        return [_raw_inline("#box["), *words, _raw_inline(f"]<{ident}>")] if ident else words
    if node["t"] == "Str" and _SHORTHAND.search(node["c"]):
        parts = enumerate(_SHORTHAND.split(node["c"]))
        return [_raw_inline("\\-") if i % 2 else ast.text(part) for i, part in parts if part]
    return None


# typst reads « -9 » as a minus sign and « -- » as a dash unless the hyphen is escaped; pandoc leaves it bare.
_SHORTHAND = re.compile(r"((?<![^\W_])-|-(?![^\W_]))")
