"""Markdown text to pandoc blocks, through markdown-it-py's tokens: only those listed below become nodes.

What an act cannot hold, or what would be lost, is refused at its line with what to write instead
(docs/guide/markdown.md lists both). `Mark`s are the program's own placeholders (`intake`); `expand` turns each into
inlines or blocks at the point where it stands, in reading order.
"""

import html
import itertools
import re
from collections.abc import Callable
from dataclasses import InitVar, dataclass, field
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.table import escapedSplit, getLine, table
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from mandats import blocks as ast
from mandats.blocks import Node
from mandats.intake import MARK, holds_never
from mandats.render import typography
from mandats.tables import read_table

# Deeper than any document: what is too deep is told, not dropped by the parser.
_PARSER = MarkdownIt("commonmark", {"maxNesting": 100, "store_labels": True}).enable("table").disable("code")
_PARSER.use(footnote_plugin, move_to_end=False, always_match_refs=True)
_PARSER.validateLink = lambda url: True  # type: ignore[method-assign]  # ours says which are not followed


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """The parser's rule for tables, which drops what a row holds beyond its columns: such lines are kept in mind."""
    at = len(state.tokens)
    made = table(state, start, end, silent)
    columns = sum(token.type == "th_open" for token in state.tokens[at:])
    for line in range(start + 2, state.line) if made and not silent else ():
        cells = escapedSplit(getLine(state, line).strip().removeprefix("|"))
        if any(cell.strip() for cell in cells[columns:]):
            state.env.setdefault("overflow", []).append(line)
    return made


_PARSER.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})
_SAFE_LINK = re.compile(r"^(https?://|mailto:)[^\s<>\"]+$", re.I)
_ENTITY = re.compile(r"&(?:#[0-9]+|#[xX][0-9a-fA-F]+|\w+);")
_RULED = re.compile(r"^ *\|?( *:?-+:? *\|)+ *(:?-+:?)? *$", re.M)  # the line of dashes of a table
# The space that a French keyboard may put after the sign of a heading, a list or a quotation.
_HARD_SPACE = re.compile(r"^( {0,3}(?:#{1,6}|[-*+>]|[0-9]{1,9}[.)]))[\u00a0\u202f]", re.M)
_MARKS = {"em_close": "Emph", "strong_close": "Strong"}
EMPTY: Node = {"t": "Plain", "c": []}
UNNUMBERED = "{-}"
# Emphasis and links, one in another; deeper, their text stays and their mark goes: trees are walked by recursion.
MAX_EMPHASIS = 12
MAX_DEPTH = 8  # lists and quotations, one in another: Word numbers nine levels
MAX_COLUMNS = 12
BREAKS = 20  # letters: a longer word is cut in a column, lest it take the place of the others

REFUSED = Path(__file__).with_suffix(".yaml")  # what is not accepted, and what to write instead


def _begins_with_words(blocks: list[Node]) -> bool:
    while blocks[0]["t"] == "BlockQuote":
        blocks = blocks[0]["c"]
    return blocks[0]["t"] in ("Para", "Plain")


@dataclass
class Reader:
    """The blocks of one text, whose `tokens` are read once from first to last.

    A paragraph that is one mark becomes `block_mark(index)` unless that gives None. `under`: the level of the heading
    that the text stands under; its own highest takes the next one. `refuse` is given what is not accepted: the line of
    `source`, from 0, why, and the words. `one_line`: only what stands inside a paragraph is Markdown, so that « 1. » or
    « # » at the head of a title is text.
    """

    source: InitVar[str]
    inline_mark: Callable[[int], list[Node]]
    block_mark: Callable[[int], list[Node] | None] = lambda index: None
    under: int | None = None
    set_french: bool = True
    refuse: Callable[[int, str, str], None] = lambda line, message, shown: None
    one_line: InitVar[bool] = False
    shift: int = 0
    line: int = 0
    in_note: bool = False
    quoting: int = 0  # quotations, one in another, where the reading is
    notes: dict[str, list[Token]] = field(default_factory=dict)
    # What is defined and not called yet, with its line.
    unused: dict[tuple[str, str], int] = field(default_factory=dict)

    def __post_init__(self, source: str, one_line: bool) -> None:
        source = _HARD_SPACE.sub(r"\1 ", source)
        if "&" in source:
            source = _ENTITY.sub(self.entity, source)
        env: dict[str, Any] = {}
        tokens = _PARSER.parseInline(source, env) if one_line else _PARSER.parse(source, env)
        for label, found in env.get("references", {}).items():
            self.unused["definition", label.lower()] = found["map"][0]
        for found in env.get("duplicate_refs", ()):
            self.wrong("definition", found["label"].lower(), line=found["map"][0])
        levels = [int(token.tag[1]) for token in tokens if token.type == "heading_open"]
        if levels and self.under is not None:
            self.shift = self.under + 1 - min(levels)
        for line in env.get("overflow", ()):
            self.wrong("tableau", line=line)
        self.noted: dict[int, Any] = env.get("footnotes", {}).get("list", {})  # notes written where they are called
        self.tokens = iter(self.apart(tokens) if "footnotes" in env else tokens)

    def wrong(self, what: str, shown: str = "", line: int | None = None) -> None:
        shown = " ".join(shown.split())
        words = [shown if len(shown) <= 40 else shown[:39] + "…"] * 2
        told = read_table(REFUSED)[what].format(*words, depth=MAX_DEPTH, columns=MAX_COLUMNS)
        self.refuse(self.line if line is None else line, told, shown)

    def entity(self, match: re.Match[str]) -> str:
        """An entity, but for one that would enter what no text may hold: our marks, above all."""
        char = html.unescape(match[0])
        if not char or holds_never(char):
            self.wrong("entite", match[0], match.string.count("\n", 0, match.start()))
            return ""
        return match[0]

    def apart(self, tokens: list[Token]) -> list[Token]:
        """The tokens without the notes, which are read where they are called."""
        out: list[Token] = []
        stack: list[list[Token]] = [out]
        for token in tokens:
            if token.type == "footnote_reference_open":
                stack.append([])
                label, line = token.meta["label"], (token.map or [0])[0]
                if label in self.notes:
                    self.wrong("note-perdue", label, line)
                self.notes[label], self.unused["note-perdue", label] = stack[-1], line
            elif token.type == "footnote_reference_close":
                stack.pop()
            else:
                stack[-1].append(token)
        return out

    def blocks(self, end: str | None = None, depth: int = 0) -> list[Node]:
        """The blocks up to the token `end`, or to the last."""
        out: list[Node] = []
        if depth > MAX_DEPTH:
            self.wrong("profondeur")
        for token in self.tokens:
            kind = token.type
            if token.map:
                self.line = token.map[0]
            if kind == end:
                break
            if kind == "paragraph_open":
                out += self.paragraph(token.hidden)
            elif kind == "heading_open":
                if depth:
                    self.wrong("titre")
                head = self.heading(int(token.tag[1]))
                out += [head] if ast.plain(head).strip() else []
            elif kind == "blockquote_open":
                self.quoting += 1
                quoted = self.blocks("blockquote_close", depth + 1)
                self.quoting -= 1
                out += [{"t": "BlockQuote", "c": quoted}] if quoted else []
            elif kind == "bullet_list_open":
                out.append({"t": "BulletList", "c": self.items("bullet_list_close", depth + 1)})
            elif kind == "ordered_list_open":
                start, delimiter = token.attrGet("start"), "OneParen" if token.markup == ")" else "Period"
                attributes = [1 if start is None else int(start), {"t": "Decimal"}, {"t": delimiter}]
                out.append({"t": "OrderedList", "c": [attributes, self.items("ordered_list_close", depth + 1)]})
            elif kind == "table_open":
                out.append(self.table())
            elif kind == "fence" and token.content.strip():
                out.append({"t": "CodeBlock", "c": [["", [], []], self.code(token).rstrip("\n")]})
            elif kind == "hr":
                out.append(ast.div([ast.para(typography.inlines("* * *"))], "separation"))
            elif kind == "html_block":
                self.wrong("html", token.content.split("\n")[0])
            elif kind == "inline":
                out.append(ast.para(self.inlines(token.children or [])))
        if end is None and not self.in_note:
            for (what, label), line in self.unused.items():
                self.wrong(what, label, line)
        return out

    def items(self, end: str, depth: int) -> list[list[Node]]:
        opened = itertools.takewhile(lambda token: token.type != end, self.tokens)
        made = [self.blocks("list_item_close", depth) for _ in opened]
        # Word hangs the sign of an item on a paragraph: one that begins otherwise is given an empty one.
        return [item if item and _begins_with_words(item) else [EMPTY, *item] for item in made]

    def content(self) -> Token:
        """The inline token after an opening one; its closing one is passed over."""
        content, _ = next(self.tokens), next(self.tokens)
        return content

    def paragraph(self, hidden: bool) -> list[Node]:
        content = self.content()
        alone = MARK.fullmatch(content.content.strip())
        made = self.block_mark(int(alone[1])) if alone else None
        if made is not None:
            return made
        if "|" in content.content and _RULED.search(content.content):
            self.wrong("tableau")
        unnumbered = self.unnumbered(content)
        inlines = self.inlines(content.children or [])
        if inlines and unnumbered:
            inlines.insert(0, ast.span([], "suite"))
        return [{"t": "Plain" if hidden else "Para", "c": inlines}] if inlines else []

    def heading(self, level: int) -> Node:
        content = self.content()
        numbered = not self.unnumbered(content)
        return ast.heading(min(level + self.shift, 6), self.inlines(content.children or []), numbered=numbered)

    def unnumbered(self, content: Token) -> bool:
        """Whether the text ends with the sign that asks for no number, which it loses."""
        found = content.content.rstrip().endswith(UNNUMBERED)
        if found and content.children:
            content.children[-1].content = content.children[-1].content.removesuffix(UNNUMBERED).rstrip()
        return found

    def table(self) -> Node:
        rows: list[list[list[Node]]] = []
        aligns: list[str] = []
        for token in itertools.takewhile(lambda token: token.type != "table_close", self.tokens):
            if token.type == "tr_open":
                rows.append([])
                self.line = token.map[0] if token.map else self.line
            elif token.type == "th_open":
                aligns.append(str(token.attrGet("style") or "").removeprefix("text-align:").title() or "Left")
            elif token.type == "inline":
                rows[-1].append(self.inlines(token.children or []))
        if len(aligns) > MAX_COLUMNS:
            self.wrong("colonnes")
        # Each column as wide as its longest cell wants, within reason, and as its longest word needs, unless it breaks.
        words = [[ast.plain(row[i]) for row in rows] for i in range(len(aligns))]
        needs = [max(min(max(map(len, t.split()), default=0), BREAKS) for t in column) for column in words]
        wants = [2 + max(need, min(50, max(map(len, column)))) for need, column in zip(needs, words, strict=True)]
        return ast.table(rows[0], rows[1:], [want / sum(wants) for want in wants], aligns=aligns)

    def code(self, token: Token) -> str:
        words = MARK.sub("", token.content)
        if words != token.content:
            self.wrong("code")
        return words

    def note(self, token: Token) -> list[Node]:
        """The note that a call names, read where it is called."""
        label = token.meta.get("label", "")
        self.unused.pop(("note-perdue", label), None)
        if label and label not in self.notes:
            self.wrong("note-absente", label)
            return []
        if self.in_note:
            self.wrong("note-double")
            return []
        before, self.in_note, line = self.tokens, True, self.line
        if label:
            self.tokens = iter(self.notes[label])
            made = self.blocks()
        else:
            made = [ast.para(self.inlines(self.noted[token.meta["id"]]["tokens"]))]
        self.tokens, self.in_note, self.line = before, False, line
        if not made or any(block["t"] != "Para" for block in made):
            self.wrong("note-blocs", label)
        return [{"t": "Note", "c": made}]

    def inlines(self, children: list[Token]) -> list[Node]:
        out: list[Node] = []
        around: list[tuple[list[Node], Token]] = []  # what holds each mark still open, and the token that opened it
        first = self.line
        inside = False  # « … »
        for token in children:
            kind = token.type
            if kind in ("text", "text_special"):
                for i, part in enumerate(MARK.split(token.content)):
                    prose = not (self.quoting or inside)  # another's words are not corrected
                    made = self.inline_mark(int(part)) if i % 2 else typography.inlines(part, self.set_french, prose)
                    inside = typography.left_open(part, inside)
                    self.call(made, out)
            elif kind == "softbreak":
                self.line += 1
                if not (out and out[-1]["t"] == "Space"):
                    out.append(typography.SPACE)
            elif kind == "hardbreak":
                self.line += 1
                out.append({"t": "LineBreak"})
            elif kind == "html_inline" and re.fullmatch(r"<br\s*/?>", token.content, re.I):
                out.append({"t": "LineBreak"})
            elif kind == "code_inline":
                out.append({"t": "Code", "c": [["", [], []], self.code(token)]})
            elif kind in ("em_open", "strong_open", "link_open"):
                around.append((out, token))
                out = []
            elif kind in ("em_close", "strong_close", "link_close"):
                inner, (out, opened) = out, around.pop()
                if kind == "link_close":
                    out += self.link(inner, opened)
                else:
                    out += inner if len(around) >= MAX_EMPHASIS else [{"t": _MARKS[kind], "c": inner}]
            elif kind == "footnote_ref":
                self.call(self.note(token), out)
            elif kind in ("image", "html_inline"):
                self.unused.pop(("definition", token.meta.get("label", "").lower()), None)
                self.wrong(kind.removesuffix("_inline"), token.content)
        self.line = first
        return out

    def call(self, made: list[Node], out: list[Node]) -> None:
        """Add what a mark made: a note's call clings to the word before it."""
        if made and made[0]["t"] == "Note":
            if self.in_note:
                self.wrong("note-double")
            if out and out[-1]["t"] == "Space":
                out.pop()
        out += made

    def link(self, inner: list[Node], opened: Token) -> list[Node]:
        target = str(opened.attrGet("href") or "")
        self.unused.pop(("definition", opened.meta.get("label", "").lower()), None)
        if not _SAFE_LINK.match(target):
            if opened.info != "auto":
                self.wrong("lien", target)
            return inner
        return [ast.link(inner or [ast.text(target)], target)]
