"""What a clause loses when a case drops some of its blocks: sentences left without the one they suppose.

`liaisons.yaml` lists the words that suppose the sentence before. Values in, values out.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

from mandats import blocks as ast
from mandats.blocks import Node
from mandats.tables import read_table

SENTENCE = re.compile(r"(?<=[.!?;])[\s\u00a0]+(?=[A-ZÀ-Ý«])")
PUNCTUATION = re.compile(r"[,;:.]\s*[,;:]|(?<!\.)\.\s*\.(?!\.)|\(\s*\)|« *»|\s,|^[\s,;:.)»]+")
KEPT = 40  # characters by which a sentence is known again: what follows may be cited in full, or no longer
Line = tuple[str, str]  # (kind of block, with the level of a heading; its words)
END: Line = ("titre 0", "")


@cache
def _liaison() -> re.Pattern[str]:
    table = read_table(Path(__file__).with_name("liaisons.yaml"))
    words, spared = ("|".join(re.escape(w) for w in sorted(table[k], key=len, reverse=True)) for k in table)
    return re.compile(rf"(?!(?:{spared})(?:\b|(?<=')))(?:{words})(?!\w)", re.I)


def opening(sentence: str) -> str:
    """The word that supposes the sentence before, when it begins by one.

    >>> opening("Elle n'en dit rien."), opening("Il appartient au juge…"), opening("Tel est le cas."), opening("Celles")
    ('Elle', '', 'Tel', '')
    """
    found = _liaison().match(sentence.replace("’", "'").lstrip("*« "))
    return found[0] if found else ""


def lines(nodes: Sequence[Node]) -> list[Line]:
    """The blocks of a rendered clause as (kind, words); a note that hangs on no word shows as « [note] »."""
    out: list[Line] = []
    for node in nodes:
        kind = node["t"]
        if kind == "Div":
            out += lines(node["c"][1])
        elif kind in ("Para", "Plain"):
            alone = next((n["t"] == "Note" for n in node["c"] if n["t"] not in ("Space", "SoftBreak")), False)
            out.append((kind, ("[note] " if alone else "") + _plain(node)))
        else:
            out.append((f"titre {node['c'][0]}" if kind == "Header" else kind, _plain(node)))
    return out


def _plain(node: Node) -> str:
    return " ".join(
        ast.plain(node, notes=False).replace("’", "'").replace("\u00a0", " ").replace("\u202f", " ").split()
    )


def flaws(whole: Sequence[Line], cut: Sequence[Line]) -> Iterator[str]:
    """What is wrong in a clause whose blocks were dropped, and was not when it had them all."""
    held = {(there[:KEPT], here[:KEPT]) for there, here in pairwise(["", *_sentences(whole)])}
    for there, here in pairwise(["", *_sentences(cut)]):
        if (word := opening(here)) and (there[:KEPT], here[:KEPT]) not in held:
            yield f"« {word} » suppose une phrase tombée : {here[:90]}"
    known = {(one[1][-KEPT:], two[0]) for one, two in pairwise([*whole, END])}
    for (kind, words), (after, _) in pairwise([*cut, END]):
        if kind.startswith("titre") and after.startswith("titre") and after <= kind:
            yield f"titre sans texte : {words}"
        elif words.endswith(":") and (words[-KEPT:], after) not in known:
            yield f"« : » sans suite : {words[-90:]}"
        if words.startswith("[note]"):
            yield f"note sans phrase : {words[:90]}"
        if kind in ("Para", "Plain") and (found := PUNCTUATION.search(words)):
            yield f"ponctuation « {found[0]} » : {words[max(0, found.start() - 40) : found.end() + 40]}"


def _sentences(found: Sequence[Line]) -> list[str]:
    return [sentence for _, words in found for sentence in SENTENCE.split(words) if sentence]
