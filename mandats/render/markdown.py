"""Markdown text to pandoc blocks, through markdown-it-py's tokens.

A choice that could have gone otherwise: pandoc could read the Markdown itself. Reading it here costs 40 ms for twenty
pages, spares one pandoc start, and makes safety structural: only the tokens listed below become nodes, so raw HTML,
TeX, typst, attributes or images cannot pass, whatever a value or a clause contains.

`Mark`s are the program's own placeholders (private-use characters that no input may contain); `expand` turns each into
inlines or blocks at the point where it stands, in reading order.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.token import Token

from mandats import blocks as ast
from mandats.blocks import Node
from mandats.render import typography

MARK = re.compile("\ue000(\\d+)\ue001")
_PARSER = MarkdownIt("commonmark", {"html": False}).disable(
    ["html_block", "html_inline", "image", "reference", "fence", "code"]
)
_SAFE_LINK = re.compile(r"^(https?://|mailto:)[^\s<>\"]+$")
UNNUMBERED = "{-}"
# Emphasis and links, one in another; deeper, their text stays and their mark goes: trees are walked by recursion.
MAX_EMPHASIS = 12


def mark(index: int) -> str:
    return f"\ue000{index}\ue001"


def to_blocks(
    source: str,
    inline_mark: Callable[[int], list[Node]],
    block_mark: Callable[[int], list[Node] | None],
    shift: int = 0,
    set_french: bool = True,
) -> list[Node]:
    """Blocks for `source`. A paragraph that is one mark becomes `block_mark(index)` unless that gives None.

    `shift` is added to heading levels.
    """
    return _Reader(_PARSER.parse(source), inline_mark, block_mark, shift, set_french).blocks(None)


class _Reader:
    """The tokens of one text, read once from first to last."""

    def __init__(
        self,
        tokens: list[Token],
        inline_mark: Callable[[int], list[Node]],
        block_mark: Callable[[int], list[Node] | None],
        shift: int,
        set_french: bool,
    ):
        self.tokens, self.position = tokens, 0
        self.inline_mark, self.block_mark, self.shift, self.set_french = inline_mark, block_mark, shift, set_french

    def blocks(self, end: str | None) -> list[Node]:
        """The blocks up to the token `end`, or to the last."""
        out: list[Node] = []
        while self.position < len(self.tokens):
            token = self.tokens[self.position]
            self.position += 1
            kind = token.type
            if kind == end:
                return out
            if kind == "paragraph_open":
                out += self.paragraph(token.hidden)
            elif kind == "heading_open":
                out.append(self.heading(int(token.tag[1])))
            elif kind == "blockquote_open":
                out.append({"t": "BlockQuote", "c": self.blocks("blockquote_close")})
            elif kind == "bullet_list_open":
                out.append({"t": "BulletList", "c": self.items("bullet_list_close")})
            elif kind == "ordered_list_open":
                attributes = [int(token.attrGet("start") or 1), {"t": "Decimal"}, {"t": "Period"}]
                out.append({"t": "OrderedList", "c": [attributes, self.items("ordered_list_close")]})
            elif token.content:
                out.append(ast.para(typography.inlines(token.content)))
        return out

    def items(self, end: str) -> list[list[Node]]:
        out = []
        while self.tokens[self.position].type != end:
            self.position += 1  # list_item_open
            out.append(self.blocks("list_item_close"))
        self.position += 1
        return out

    def content(self) -> Token:
        """The inline token after an opening one; its closing one is passed over."""
        self.position += 2
        return self.tokens[self.position - 2]

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
        stack: list[list[Node]] = [[]]
        targets: list[str] = []
        for token in children:
            kind = token.type
            if kind in ("text", "text_special"):
                for i, part in enumerate(MARK.split(token.content)):
                    made = self.inline_mark(int(part)) if i % 2 else typography.inlines(part, self.set_french)
                    if made and made[0]["t"] == "Note" and stack[-1] and stack[-1][-1]["t"] == "Space":
                        stack[-1].pop()  # a note's call clings to the word before it
                    stack[-1].extend(made)
            elif kind == "softbreak":
                stack[-1].append({"t": "Space"})
            elif kind == "hardbreak":
                stack[-1].append({"t": "LineBreak"})
            elif kind == "code_inline":
                stack[-1].append({"t": "Code", "c": [["", [], []], token.content]})
            elif kind in ("em_open", "strong_open", "link_open"):
                stack.append([])
                if kind == "link_open":
                    targets.append(str(token.attrGet("href") or ""))
            elif kind in ("em_close", "strong_close", "link_close"):
                inner = stack.pop()
                if kind == "link_close":
                    target = targets.pop()
                    made = [ast.link(inner, target)] if _SAFE_LINK.match(target) else inner
                else:
                    made = [ast.emph(inner) if kind == "em_close" else ast.strong(inner)]
                stack[-1].extend(inner if len(stack) > MAX_EMPHASIS else made)
            elif token.content:
                stack[-1].extend(typography.inlines(token.content))
        return stack[0]
