"""The place of a person's value in a form, from its DOCX to typst's markup: marks that no text from outside can be.

In a DOCX a mark is a private character, which nothing that enters may hold (`intake`), between letters, so that French
typography takes it for a word. Past pandoc it is a node of its own, two lone surrogates in the markup, which no XML
holds: what text, link or picture a form contains never reads as one, and no engine cuts one. A value where the PDF
could not print it (a link's address, code, the words beside a picture) is refused.
"""

import json
import re
from collections.abc import Sequence
from typing import Any

from mandats import blocks as ast
from mandats.blocks import Node
from mandats.intake import MARK, mark
from mandats.write.pandoc import EngineError
from mandats.write.pdf import LIVE, to_typst

FIRST = 0x100000
WRITTEN = re.compile("Zq([\U00100000-\U0010fffd])qZ")
LOST = (
    "une valeur du mandant ne s'imprime que dans le texte, telle quelle : ôtez-la de l'adresse d'un lien, d'un code, du"
    " texte de remplacement d'une image"
)
_TEXT = rf"(?:\\.|(?!{LIVE.pattern})[^\n\ud800-\udfff])"
_ACCENT = re.compile(rf"#((?:strong|emph)\[{_TEXT}+\]);")
_FIXED = re.compile(rf"^((?:{_TEXT}|#(?:strong|emph)\[{_TEXT}+\];)+)\n\n", re.MULTILINE)  # a paragraph without value
PRIVATE = re.compile("[\U00100000-\U0010fffd]|%F4%8|xn--[^/]*ZqqZ")  # also as an address has it


def written(rank: int) -> str:
    """The mark of a value in a DOCX."""
    return f"Zq{chr(FIRST + rank)}qZ"


def split(text: str) -> list[Any]:
    """The text around its marks, and their ranks: a text first, a text last. Raises EngineError for a broken mark."""
    pieces = WRITTEN.split(text)
    if any(map(PRIVATE.search, pieces[::2])):
        raise EngineError(LOST)
    return [ord(piece) - FIRST if i % 2 else piece for i, piece in enumerate(pieces)]


def to_markup(blocks: list[Node], ranks: Sequence[int] = ()) -> str:
    """typst markup of a form's blocks, a mark where each value goes. Raises EngineError for a value that would be lost.

    `ranks`: those of the markup, by those that the blocks have, when they differ.
    """
    given = {ord(char) - FIRST for char in WRITTEN.findall(json.dumps(blocks, ensure_ascii=False))}
    wanted = {rank: ranks[rank] if ranks else rank for rank in given}

    def apart(node: Node) -> list[Node] | None:
        if node["t"] != "Str" or not PRIVATE.search(node["c"]):
            return None
        pieces = (piece for piece in split(node["c"]) if piece != "")
        return [
            ast.text(p) if isinstance(p, str) else {"t": "RawInline", "c": ["typst", mark(wanted[p])]} for p in pieces
        ]

    markup = to_typst(ast.rewrite(blocks, apart))
    if not set(wanted.values()) <= set(map(int, MARK.findall(markup))) or PRIVATE.search(markup):
        raise EngineError(LOST)
    return markup


def filled(markup: str) -> str:
    """The markup that prints the array `valeurs`."""
    return MARK.sub(r"#valeurs.at(\1)", markup)


def functions(markup: str) -> str:
    """The form as typst's functions of the array `valeurs`: `corps`, whole; `suite`, which is given its paragraphs that
    hold no value, made by `paragraphes` of the strong and emphasised words in them, `accents`.
    """
    accents, paragraphs = list[str](), list[str]()

    def accent(found: re.Match[str]) -> str:
        accents.append(found[1])
        return f"#accents.at({len(accents) - 1}, default: none);"

    def apart(found: re.Match[str]) -> str:
        paragraphs.append(f"par[{_ACCENT.sub(accent, found[1])}]")
        return f"#paragraphes.at({len(paragraphs) - 1}, default: none)\n\n"

    rest = _FIXED.sub(apart, markup)
    listed = ["(" + "".join(f"{item},\n" for item in items) + ")" for items in (accents, paragraphs)]
    return (
        f"#let corps(valeurs) = [\n{filled(markup)}\n]\n#let accents = {listed[0]}\n"
        f"#let paragraphes(accents) = {listed[1]}\n#let suite(valeurs, paragraphes) = [\n{filled(rest)}\n]\n"
    )
