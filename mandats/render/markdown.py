"""Markdown text to pandoc blocks, through markdown-it-py's tokens.

A choice that could have gone otherwise: pandoc could read the Markdown itself. Reading it here costs 40 ms for twenty
pages, spares one pandoc start, and makes safety structural: only the tokens listed below become nodes, so raw HTML,
TeX, typst, attributes or images cannot pass, whatever a value or a clause contains.

`Mark`s are the program's own placeholders (lone surrogates, which no text from outside can hold: `intake`); `expand`
turns each into inlines or blocks at the point where it stands, in reading order.
"""

import itertools
import re
from collections.abc import Callable
from dataclasses import InitVar, dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from mandats import blocks as ast
from mandats.blocks import Node
from mandats.render import typography

MARK = re.compile("\ud800([0-9]{1,9})\udfff")
_PARSER = MarkdownIt("commonmark", {"html": False}).disable(
    ["html_block", "html_inline", "image", "reference", "fence", "code"]
)
_SAFE_LINK = re.compile(r"^(https?://|mailto:)[^\s<>\"]+$")
_MARKS = {"em_close": "Emph", "strong_close": "Strong"}
UNNUMBERED = "{-}"
# Emphasis and links, one in another; deeper, their text stays and their mark goes: trees are walked by recursion.
MAX_EMPHASIS = 12


def mark(index: int) -> str:
    return f"\ud800{index}\udfff"


@dataclass
class Reader:
    """The blocks of one text, whose `tokens` are read once from first to last.

    A paragraph that is one mark becomes `block_mark(index)` unless that gives None. `shift` is added to heading levels.
    """

    source: InitVar[str]
    inline_mark: Callable[[int], list[Node]]
    block_mark: Callable[[int], list[Node] | None] = lambda index: None
    shift: int = 0
    set_french: bool = True
    quoting: int = 0  # quotations, one in another, where the reading is

    def __post_init__(self, source: str) -> None:
        self.tokens = iter(_PARSER.parse(source))

    def blocks(self, end: str | None = None) -> list[Node]:
        """The blocks up to the token `end`, or to the last."""
        out: list[Node] = []
        for token in self.tokens:
            kind = token.type
            if kind == end:
                break
            if kind == "paragraph_open":
                out += self.paragraph(token.hidden)
            elif kind == "heading_open":
                out.append(self.heading(int(token.tag[1])))
            elif kind == "blockquote_open":
                self.quoting += 1
                out.append({"t": "BlockQuote", "c": self.blocks("blockquote_close")})
                self.quoting -= 1
            elif kind == "bullet_list_open":
                out.append({"t": "BulletList", "c": self.items("bullet_list_close")})
            elif kind == "ordered_list_open":
                attributes = [int(token.attrGet("start") or 1), {"t": "Decimal"}, {"t": "Period"}]
                out.append({"t": "OrderedList", "c": [attributes, self.items("ordered_list_close")]})
            elif token.content:
                out.append(ast.para(typography.inlines(token.content)))
        return out

    def items(self, end: str) -> list[list[Node]]:
        opened = itertools.takewhile(lambda token: token.type != end, self.tokens)
        return [self.blocks("list_item_close") for _ in opened]

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
        inlines = self.inlines(content.children or [])
        return [{"t": "Plain" if hidden else "Para", "c": inlines}] if inlines else []

    def heading(self, level: int) -> Node:
        content = self.content()
        numbered = not content.content.rstrip().endswith(UNNUMBERED)
        if not numbered and content.children:
            content.children[-1].content = content.children[-1].content.removesuffix(UNNUMBERED).rstrip()
        return ast.heading(min(level + self.shift, 6), self.inlines(content.children or []), numbered=numbered)

    def inlines(self, children: list[Token]) -> list[Node]:
        out: list[Node] = []
        around: list[tuple[list[Node], str]] = []  # what holds each mark still open, where the mark leads
        inside = False  # « … »
        for token in children:
            kind = token.type
            if kind in ("text", "text_special"):
                for i, part in enumerate(MARK.split(token.content)):
                    prose = not (self.quoting or inside)  # another's words are not corrected
                    made = self.inline_mark(int(part)) if i % 2 else typography.inlines(part, self.set_french, prose)
                    inside = typography.left_open(part, inside)
                    if made and made[0]["t"] == "Note" and out and out[-1]["t"] == "Space":
                        out.pop()  # a note's call clings to the word before it
                    out += made
            elif kind == "softbreak":
                out.append(typography.SPACE)
            elif kind == "hardbreak":
                out.append({"t": "LineBreak"})
            elif kind == "code_inline":
                out.append({"t": "Code", "c": [["", [], []], token.content]})
            elif kind in ("em_open", "strong_open", "link_open"):
                around.append((out, str(token.attrGet("href") or "")))
                out = []
            elif kind in ("em_close", "strong_close", "link_close"):
                inner, (out, target) = out, around.pop()
                if len(around) >= MAX_EMPHASIS or (kind == "link_close" and not _SAFE_LINK.match(target)):
                    out += inner
                else:
                    out.append(ast.link(inner, target) if target else {"t": _MARKS[kind], "c": inner})
            elif token.content:
                out += typography.inlines(token.content)
        return out
