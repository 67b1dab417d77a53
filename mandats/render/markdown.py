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
_PARSER = MarkdownIt("commonmark", {"html": False}).disable(["html_block", "html_inline", "image", "reference", "fence", "code"])
_SAFE_LINK = re.compile(r"^(https?://|mailto:)[^\s<>\"]+$")
UNNUMBERED = "{-}"


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
    tokens = _PARSER.parse(source)
    position = 0

    def inline(children: list[Token]) -> list[Node]:
        stack: list[list[Node]] = [[]]
        targets: list[str] = []
        for token in children:
            kind = token.type
            if kind in ("text", "text_special"):
                for i, part in enumerate(MARK.split(token.content)):
                    made = inline_mark(int(part)) if i % 2 else typography.inlines(part, set_french)
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
                if kind == "em_close":
                    stack[-1].append(ast.emph(inner))
                elif kind == "strong_close":
                    stack[-1].append(ast.strong(inner))
                else:
                    target = targets.pop()
                    stack[-1].extend([ast.link(inner, target)] if _SAFE_LINK.match(target) else inner)
            elif token.content:
                stack[-1].extend(typography.inlines(token.content))
        return stack[0]

    def blocks(end: str | None) -> list[Node]:
        nonlocal position
        out: list[Node] = []
        while position < len(tokens):
            token = tokens[position]
            position += 1
            kind = token.type
            if kind == end:
                return out
            if kind == "paragraph_open":
                content = tokens[position]
                position += 2
                alone = MARK.fullmatch(content.content.strip())
                made = block_mark(int(alone[1])) if alone else None
                if made is not None:
                    out.extend(made)
                else:
                    inlines = inline(content.children or [])
                    if inlines:
                        out.append({"t": "Plain" if token.hidden else "Para", "c": inlines})
            elif kind == "heading_open":
                content = tokens[position]
                position += 2
                numbered = not content.content.rstrip().endswith(UNNUMBERED)
                if not numbered and content.children:
                    content.children[-1].content = content.children[-1].content.removesuffix(UNNUMBERED).rstrip()
                inlines = inline(content.children or [])
                out.append(ast.heading(min(int(token.tag[1]) + shift, 6), inlines, numbered=numbered))
            elif kind == "blockquote_open":
                out.append({"t": "BlockQuote", "c": blocks("blockquote_close")})
            elif kind == "bullet_list_open":
                out.append({"t": "BulletList", "c": items("bullet_list_close")})
            elif kind == "ordered_list_open":
                start = int(token.attrGet("start") or 1)
                attributes = [start, {"t": "Decimal"}, {"t": "Period"}]
                out.append({"t": "OrderedList", "c": [attributes, items("ordered_list_close")]})
            elif token.content:
                out.append(ast.para(typography.inlines(token.content)))
        return out

    def items(end: str) -> list[list[Node]]:
        nonlocal position
        out = []
        while tokens[position].type != end:
            position += 1  # list_item_open
            out.append(blocks("list_item_close"))
        position += 1
        return out

    return blocks(None)

