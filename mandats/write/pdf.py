"""Blocks to PDF: typst markup that we write, typst compiles it in process (PDF/A-2a, PDF/UA-1, tagged).

All that is no plain word becomes a call of a function, and every sign of a drafter's text is escaped, so that none can
be markup. pandoc writes typst too, but guesses what is markup where it stands (« + » at the head of a cell, « -- »).
"""

import itertools
import json
import re
import unicodedata
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol, TypeVar

from mandats import blocks as ast
from mandats.blocks import Node
from mandats.divisions import division
from mandats.reading import Break
from mandats.write.pandoc import run_pandoc
from mandats.write.typst_engine import MAIN, Engine

Read = TypeVar("Read", covariant=True)


class Pages(Protocol[Read]):  # how the pages of a PDF end; `read`: what it says
    @property
    def breaks(self) -> Sequence[Break]: ...
    @property
    def last_share(self) -> float: ...
    def read(self) -> Read: ...


TRIES = 6
NEARLY_EMPTY = 0.12  # of a page: a last one that holds less is avoided
# Between lines and between paragraphs: as page.typ has them, closer, closer still.
SPACINGS = ("", "leading: 0.62em, spacing: 0.85em", "leading: 0.58em, spacing: 0.74em")
LEAST = 10.0  # points: white enough to send a line to the next page
MOST = 26.0  # points: the most that a paragraph is set apart to fill its page
FOOT = 85.0  # points: white enough to send a few lines to the last page


def markup(blocks: list[Node]) -> str:
    """What `write_pdf` sets."""
    return GIVE + to_typst(blocks, roomy=True)


def write_pdf(
    body: str, page: Path, inputs: dict[str, str], look: Callable[[bytes], AbstractContextManager[Pages[Read]]],
    engine_of: Callable[[Path, dict[str, str]], AbstractContextManager[Engine]] = Engine,
) -> tuple[bytes, Read]:  # fmt: skip
    """The PDF's bytes, and what is read of it. `body`: its `markup`; `page`: the page.typ; `inputs`: titre, auteur…;
    `engine_of`: who lends the engine, the same or another each time.

    typst alone leaves a line of a paragraph alone where a note is called beside it, or a heading at a page's foot: a
    page that ends so is given a white foot, of a line or two. The paragraphs of one that leaves a great white foot are
    set apart. Then all is set again in the same engine.
    """
    room, spacing, closer, best, usual = Room(), 0, True, None, None
    with engine_of(page, inputs) as engine:
        for _ in range(TRIES):
            data = engine.compile(f"{MAIN}#set par({SPACINGS[spacing]})\n{room.given()}{body}", inputs["date"])
            with look(data) as pages:
                ends, thin = pages.breaks, pages.last_share < NEARLY_EMPTY
                wrong = sum(end.short > 0 for end in ends)
                rank = wrong + thin, sum(end.white for end in ends)
                if rank == (0, 0):
                    return data, pages.read()
            if better := best is None or rank < best[0]:
                best = rank, data
            usual = usual or ends
            if not (wrong or thin or better):
                break
            if thin and not wrong and closer:
                closer = spacing + 1 < len(SPACINGS)
                room, spacing = Room(), spacing + 1 if closer else 0
                if closer:
                    continue
                ends = usual  # closer lines spared no page: they are set as usual, and the last page is given some
            if not room.give(ends, thin):
                break
    assert best
    with look(best[1]) as pages:
        return best[1], pages.read()


class Room:
    """Points given to the pages, by the paragraph that begins there: at the foot of its page, above itself."""

    def __init__(self) -> None:
        self.foot: dict[str, float] = {}
        self.above: dict[str, float] = {}

    def give(self, ends: Sequence[Break], thin: bool) -> bool:
        """Whether there is anything to give. `thin`: the last page holds next to nothing."""
        before = dict(self.foot), dict(self.above)
        for end in ends:
            if end.short and end.anchors:
                # The second one: room asked for before the first might be found on the page before.
                at = _key(end.anchors[:2][-1])
                # What the page has been given counts in what it lacks.
                self.foot[at] = max(self.foot.get(at, 0.0) + LEAST, end.short)
            elif keys := [_key(words) for words in end.apart]:
                each = end.white / len(keys) + 0.5
                self.above |= {key: min(self.above.get(key, 0.0) + each, MOST) for key in keys}
        if thin and ends[-1].anchors and before == (self.foot, self.above):
            self.foot[_key(ends[-1].anchors[:2][-1])] = FOOT
        return before != (self.foot, self.above)

    def given(self) -> str:
        """The table that `GIVE` reads: one string, since typst lays out again all that follows a sign more or less."""
        keys = sorted({*self.foot, *self.above})
        table = {key: [round(given.get(key, 0.0), 1) for given in (self.foot, self.above)] for key in keys}
        return f"#let places = json(bytes({literal_text(json.dumps(table, ensure_ascii=False))}))\n"


# What gives a paragraph its room, called before each: nothing, most often.
GIVE = """#let laisser(mots) = {
  let (pied, dessus) = places.at(mots, default: (0, 0))
  if pied > 0 { place(bottom, float: true, clearance: 0pt, pdf.artifact(block(height: pied * 1pt))) }
  if dessus > 0 { v(dessus * 1pt) }
}
"""


def _key(words: str) -> str:
    """What tells a paragraph from others, however it is printed: its first letters."""
    return _SIGNS.sub("", unicodedata.normalize("NFKC", words[:120]))[:50]


def _contains(node: Node) -> bool:
    """Whether it is a division that only holds others."""
    row = division(*ast.attributes(node)[1][:1])
    return node["t"] == "Div" and not (row.word or row.typst)


def to_typst(blocks: list[Node], roomy: bool = False) -> str:
    """typst markup of the blocks; `roomy`: with the calls to `GIVE`. Raises EngineError for a kind of node (met in
    forms) that pandoc cannot write."""
    out: list[str] = []
    pairs = itertools.zip_longest(blocks, blocks[1:])
    for node, after in pairs:
        if roomy and not _contains(node) and (key := _key(ast.plain(node))):
            out.append(f"#laisser({literal_text(key)})\n")
        made, both = _division(node, after, roomy) if node["t"] == "Div" else (_plain(node, after), False)
        out.append(made)
        if both:
            next(pairs)
    return "".join(out)


# A note stands on the page of its call only if typst may move the line of the call to the next page: it may in a plain
# paragraph and in a block that is never cut, not in a block that can be, nor in one that sticks to what follows.
MOVED_WHOLE = 460  # characters: five lines or so, the most that may leave the foot of a page white


def _plain(node: Node, after: Node | None) -> str:
    """What is no division; the formula of courtesy goes with the signature."""
    made = _block(node)
    if node["t"] == "BlockQuote" and _noted(node) and _short(node):
        return _call("insecable", made)
    return _call("lie", made) if node["t"] == "Para" and _signs(after) and not _noted(node) else made


def _division(node: Node, after: Node | None, roomy: bool = False) -> tuple[str, bool]:
    """The calls of a division, and whether they hold the node after it too."""
    _, classes, attributes = ast.attributes(node)
    inner, name = node["c"][1], "".join(classes[:1])
    if name in ("alinea", "alinea-lie", "suite", "suite-lie"):
        number = f'#numero("{int(rank)}");' if (rank := dict(attributes).get("numero")) else ""
        lines = _room(inner[0]) + number + _inlines(inner[0]["c"]) + "\n\n"
        if name in ("alinea", "suite") and not _signs(after):
            return lines, False
        if not _noted(node) and _short(node):
            return _call("lie", lines), False
        if after and after["t"] == "BlockQuote" and _short(node, after):
            return _call("insecable", lines + _block(after)), True
        return lines, False
    if name == "sommaire":
        return "#sommaire()\n", False
    if name == "bloc":
        return _call(name, to_typst(inner[0]["c"][1]), to_typst(inner[1:])), False
    if name in ("conclusion", "derniere-conclusion") and _noted(node) and _short(node):
        signed = [after] if after and name == "derniere-conclusion" and _signs(after) else []
        return _call("conclusion-entiere", _call("conclusion", to_typst(inner)) + to_typst(signed)), bool(signed)
    if name == "signature":
        return _signature(inner), False
    function = division(name).typst
    return (_call(function, to_typst(inner)) if function else to_typst(inner, roomy)), False


MANY = 3  # who sign beyond that do so in two columns


def _signature(inner: list[Node]) -> str:
    """Place and date, which stay with the first name, then those who sign."""
    place = [node for node in inner if node["t"] == "Para"]
    names = [node for node in inner if node["t"] != "Para"]
    if len(names) <= MANY:
        return _call("signature", "".join(_call("lie", _block(p)) for p in place) + to_typst(names))
    said = "".join(_call("lie", _call("signature", _block(p))) for p in place)
    return said + _call("signatures", *(to_typst([name]) for name in names))


def _signs(node: Node | None) -> bool:
    return node is not None and "signature" in ast.attributes(node)[1]


def _noted(node: Node) -> bool:
    return any(n["t"] == "Note" for n in ast.walk(node))


def _short(*nodes: Node) -> bool:
    return sum(len(ast.plain(n)) for n in nodes) <= MOVED_WHOLE


def _room(paragraph: Node) -> str:
    """Room for the first two lines of a paragraph and the notes that they call: typst counts the lines alone, and would
    leave the first one when the notes of the second do not hold."""
    at, notes = 0, 0.0
    for inline in paragraph["c"]:
        if at < 1.9 * ast.LINE and _noted(inline):
            notes += NOTE_LINE * (1 + len(ast.plain(inline["c"])) // NOTE_LETTERS)
        at += len(ast.plain(inline))
    if not notes or at < ast.LINE:
        return ""
    height = 2 * TEXT_LINE + ABOVE_NOTES + notes
    return f"#block(breakable: false, sticky: true, below: 0pt, height: {height:.0f}pt)#v(-{height:.0f}pt)\n"


TEXT_LINE, NOTE_LINE, ABOVE_NOTES, NOTE_LETTERS = 15.2, 11.0, 24.0, 110  # points of each; letters of a note's line


# --- markup ----------------------------------------------------------------------------------------------------

# All ASCII signs but a few that mean nothing anywhere; what typst takes for an end of line is a space.
LIVE = re.compile(r"([\"-'*+./:-@\[-`{-~-])")
_SIGNS = re.compile(r"[\W\d_]+")
_ENDS = re.compile("[\n\r\x0b\x0c\x85\u2028\u2029]+")
LONG_WORD = 40  # letters: a word that long may break anywhere, lest it run off the page
LONG_IN_TABLE = 12  # the same of code and addresses in a column, where nothing hyphenates them
NUMBERED = 4  # levels of headings: I, A, 1, a
_INLINE = {
    "Emph": "emph",
    "Strong": "strong",
    "Superscript": "super",
    "Subscript": "sub",
    "Underline": "underline",
    "Strikeout": "strike",
    "SmallCaps": "smallcaps",
}


def literal_text(words: str) -> str:
    """A string of typst's code mode."""
    escaped = words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def breakable(text: str, longest: int = LONG_WORD) -> str:
    """The text with places to break in its words of that many letters or more, that no end of line shows."""
    if len(text) < longest:
        return text
    half = re.compile(f".{{1,{longest // 2}}}")
    return re.sub(rf"[^\s\u200b./?&=-]{{{longest},}}", lambda word: "\u200b".join(half.findall(word[0])), text)


def _in_table(node: Node) -> list[Node] | None:
    """A node of a column whose code and addresses, which nothing hyphenates, may break."""
    if node["t"] == "Code":
        return [{**node, "c": [node["c"][0], breakable(node["c"][1], LONG_IN_TABLE)]}]
    if node["t"] == "Str":
        return [{**node, "c": _ADDRESS.sub(lambda word: breakable(word[0], LONG_IN_TABLE), node["c"])}]
    return None


_ADDRESS = re.compile(r"[^\s@_/0-9]*[@_/0-9]\S*")


def _call(name: str, *bodies: str) -> str:
    return f"#{name}{''.join(f'[{chr(10)}{body}]' for body in bodies)}\n"


def _blocks(nodes: list[Node]) -> str:
    return "".join(map(_block, nodes))


def _block(node: Node) -> str:
    kind: str = node["t"]
    content: Any = node.get("c")
    if kind == "Para":
        return _inlines(content) + "\n\n"
    if kind == "Plain":
        return _inlines(content) + "\n"
    if kind == "Header":
        level, (ident, classes, _), inlines = content
        numbering = ", numbering: none" if "unnumbered" in classes or level > NUMBERED else ""
        return f"#heading(level: {level}{numbering})[{_inlines(inlines)}]{f'<{ident}>' if ident else ''}\n"
    if kind == "BlockQuote":
        return f"#quote(block: true)[\n{_blocks(content).strip()}\n]\n\n"
    if kind == "BulletList":
        return _list("list", content)
    if kind == "OrderedList":
        (start, _, delimiter), items = content
        sign = "1)" if delimiter["t"] == "OneParen" else "1."
        return _list("enum", items, f'start: {start}, numbering: "{sign}", ')
    if kind == "CodeBlock":
        return f"#raw(block: true, {literal_text(breakable(content[1]))})\n\n"
    if kind == "Table":
        return _table(content)
    if kind == "Div":
        return _division(node, None)[0]
    return run_pandoc([node], "typst", "--wrap=none").decode()


def _list(function: str, items: list[list[Node]], options: str = "") -> str:
    tight = all(item[0]["t"] == "Plain" for item in items if item)
    bodies = ", ".join(f"[{_blocks(item).strip()}]" for item in items)
    return f"#{function}(tight: {str(tight).lower()}, {options}{bodies})\n\n"


def _table(content: list[Any]) -> str:
    """A table of any shape: header rows, bodies, foot; each column as wide as it says, or as it needs."""
    _, _, specs, (_, head), bodies, (_, foot) = ast.rewrite(content, _in_table)
    given = [width.get("c") for _, width in specs]
    columns = ", ".join(f"{width * 100:g}%" if width else "auto" for width in given)
    aligns = ", ".join(_ALIGN[align["t"]] for align, _ in specs)
    rows = [row for _, _, intermediate, body in bodies for row in (*intermediate, *body)] + foot
    top = "".join(_row(row, given) for row in head)
    # A header that comes again on the next page is drawn, not said: it may not hold a link or a note.
    again = "repeat: false, " if any(n["t"] in ("Link", "Note") for n in ast.walk(head)) else ""
    header = f"table.header({again}{top}), table.hline(), " if top else ""
    made = f"table(columns: ({columns},), align: ({aligns},), {header}{''.join(_row(row, given) for row in rows)})"
    return f"#figure(align(center, {made}), kind: table)\n\n"


_ALIGN = {"AlignLeft": "left", "AlignRight": "right", "AlignCenter": "center", "AlignDefault": "auto"}


def _row(row: list[Any], widths: list[float | None]) -> str:
    told = [ast.plain(cell[4]) + "\n" * sum(n["t"] == "LineBreak" for n in ast.walk(cell[4])) for cell in row[1]]
    out, cut = "", ast.lines_of_row(told, widths) > ast.LONG_ROW
    for _, _, rowspan, colspan, blocks in row[1]:
        options = [f"rowspan: {rowspan}"] * (rowspan > 1) + [f"colspan: {colspan}"] * (colspan > 1)
        options += ["breakable: true"] * cut
        body = f"[{_blocks(blocks).strip()}]"
        out += (f"table.cell({', '.join(options)}){body}" if options else body) + ", "
    return out


def _inlines(nodes: list[Node]) -> str:
    return "".join(map(_inline, nodes))


def _inline(node: Node) -> str:
    kind: str = node["t"]
    content: Any = node.get("c")
    if kind == "Str":
        return _ENDS.sub(" ", LIVE.sub(r"\\\1", breakable(content)))
    if kind in ("Space", "SoftBreak"):
        return " "
    if kind == "LineBreak":
        return "#linebreak();"
    if kind in _INLINE:
        return f"#{_INLINE[kind]}[{_inlines(content)}];"
    if kind == "Link":
        target = content[2][0]
        where = f"<{target[1:]}>" if target.startswith("#") else literal_text(target)
        return f"#link({where})[{_inlines(content[1])}];"
    if kind == "Note":
        return f"#footnote[{_blocks(content).strip()}];"
    if kind == "RawInline" and content[0] == "typst":  # a form's picture
        return f"{content[1]};"
    if kind == "Code":
        return f"#raw({literal_text(breakable(content[1]))});"
    if kind == "Span":
        (ident, classes, _), inner = content
        words = _inlines(inner)
        if "blanc" in classes:
            return f"#{division('blanc').typst}[{words}];"
        return f"#box[{words}]<{ident}>" if ident else words
    return run_pandoc([{"t": "Plain", "c": [node]}], "typst", "--wrap=none").decode().strip()
