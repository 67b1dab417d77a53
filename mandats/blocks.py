"""Small constructors for pandoc's JSON AST, the form in which blocks travel from here to `write`.

Beside `model`: the stages hand such blocks to one another. Only nodes built here or in `render` exist in a document:
no raw block can come from a drafter's text.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

Node = dict[str, Any]  # {"t": kind, "c": content}; pandoc's AST is no closed type, its shapes are those built below


def text(words: str) -> Node:
    return {"t": "Str", "c": words}


def para(inlines: list[Node]) -> Node:
    return {"t": "Para", "c": inlines}


def div(blocks: list[Node], *classes: str, id: str = "", **attributes: str) -> Node:
    return {"t": "Div", "c": [[id, list(classes), [[k, v] for k, v in attributes.items()]], blocks]}


def span(inlines: list[Node], *classes: str, id: str = "", **attributes: str) -> Node:
    return {**div(inlines, *classes, id=id, **attributes), "t": "Span"}


def link(inlines: list[Node], target: str) -> Node:
    return {"t": "Link", "c": [["", [], []], inlines, [target, ""]]}


def note(inlines: list[Node]) -> Node:
    return {"t": "Note", "c": [para(inlines)]}


def heading(level: int, inlines: list[Node], id: str = "", numbered: bool = True) -> Node:
    return {"t": "Header", "c": [level, [id, [] if numbered else ["unnumbered"], []], inlines]}


def table(
    head: list[list[Node]], rows: list[list[list[Node]]], widths: list[float], *classes: str, aligns: Sequence[str] = ()
) -> Node:
    """A simple table: header cells, rows of cells of inlines, relative widths summing to 1 at most.

    `aligns`: « Left », « Right » or « Center », one per column; all left when there is none.
    """

    def cell(inlines: list[Node]) -> list[Any]:
        return [["", [], []], {"t": "AlignDefault"}, 1, 1, [{"t": "Plain", "c": inlines}]]

    def row(cells: list[list[Node]]) -> list[Any]:
        return [["", [], []], [cell(c) for c in cells]]

    sides = zip(aligns or ["Left"] * len(widths), widths, strict=True)
    specs = [[{"t": f"Align{side}"}, {"t": "ColWidth", "c": w}] for side, w in sides]
    body = [[["", [], []], 0, [], [row(r) for r in rows]]]
    headers = [["", [], []], [row(head)]]
    return {"t": "Table", "c": [["", list(classes), []], [None, []], specs, headers, body, [["", [], []], []]]}


LINE = 95  # characters of a line of text, about
LONG_ROW = 20  # lines: a row of a table that tall may be cut, lest it run off the page; another is not


def lines_of_row(cells: list[str], widths: list[float | None]) -> float:
    """How many lines a row takes, about: the words of its cells, and how much of the text's width each has."""
    shares = [width or 1 / len(widths) for width in widths]
    pairs = zip(cells, shares, strict=False)  # a merged cell is wider: fewer lines
    return max((len(words) / (LINE * share) + words.count("\n") for words, share in pairs), default=0)


# Where the content of a node holds its attributes (id, classes, pairs); where its words.
_ATTRIBUTES = {"Div": 0, "Span": 0, "Table": 0, "Link": 0, "Header": 1}
_WORDS = {"Div": 1, "Span": 1, "Link": 1, "Header": 2}


def attributes(node: Node) -> tuple[str, list[str], list[list[str]]]:
    """The id, classes and pairs of a node; nothing for one that has none."""
    ident, classes, pairs = node["c"][_ATTRIBUTES[node["t"]]] if node["t"] in _ATTRIBUTES else ("", [], [])
    return ident, classes, pairs


def cited(tree: object) -> Iterator[str]:
    """The keys of the sources that a tree cites, in reading order (spans with a `cle`)."""
    for node in walk(tree):
        if node["t"] == "Span":
            yield from (value for name, value in node["c"][0][2] if name == "cle")


def walk(node: object) -> Iterator[Node]:
    """Every node of a tree, parents first, in reading order."""
    stack: list[Any] = [node]
    while stack:
        top: Any = stack.pop()
        if top.__class__ is dict:
            if "t" in top:
                yield top
            top = top.get("c")
        if top.__class__ is list:
            stack += top[::-1]


def links(tree: object) -> Iterator[tuple[str, str]]:
    """The words and the target of each link."""
    return ((plain(node["c"][1]), str(node["c"][2][0])) for node in walk(tree) if node["t"] == "Link")


def rewrite(content: Any, change: Callable[[Node], list[Node] | None]) -> Any:
    """The tree with each node that `change` turns into others replaced by them; where it gives None, its children are.

    Nothing is changed in place: two writers read the same blocks at once.

    >>> rewrite([para([{"t": "Str", "c": "a"}, {"t": "Space"}])], lambda n: [] if n["t"] == "Space" else None)
    [{'t': 'Para', 'c': [{'t': 'Str', 'c': 'a'}]}]
    """
    if isinstance(content, dict):
        return {**content, "c": rewrite(content["c"], change)} if "c" in content else content
    if not isinstance(content, list):
        return content
    out: list[Any] = []
    for child in content:
        made = change(child) if isinstance(child, dict) else None
        if made is None:
            out.append(rewrite(child, change))
        else:
            out += made
    return out


def plain(node: object, notes: bool = False) -> str:
    """The words of a tree; notes left out unless asked for."""
    if isinstance(node, list):  # most of them hold words, told here: three calls in four are spared
        return "".join([c["c"] if isinstance(c, dict) and c["t"] == "Str" else plain(c, notes) for c in node])
    if not isinstance(node, dict):
        return ""
    kind: str = node["t"]
    content: Any = node.get("c")
    if kind == "Str":
        return str(content)
    if kind in ("Space", "SoftBreak", "LineBreak"):
        return " "
    if kind == "Note" and not notes:
        return ""
    if kind in ("Code", "CodeBlock"):
        return str(content[1])
    words = plain(content[_WORDS[kind]] if kind in _WORDS else content, notes)
    return words + "\n" if kind in ("Para", "Plain", "Header") else words
