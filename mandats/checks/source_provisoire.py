"""A provisional ruling is presented as one, in the paragraph that cites it.

Why: the juge des référés decides in the state of the file and without the force of res judicata (art. L. 511-1 CJA);
a pending case decides nothing. Presenting either as settled law misleads the reader.
"""

import re
from collections.abc import Iterator

from mandats import blocks
from mandats.checks.fragile import told
from mandats.document import Rendered
from mandats.problem import AVERTISSEMENT, Problem

ID = "source-provisoire"
PRUDENT = re.compile(
    r"ordonnance|référé|doute sérieux|provisoire|en l.état de l.instruction|pendant|en instance|appel", re.I
)


def check(rendered: Rendered) -> Iterator[Problem]:
    uses = rendered.uses()
    for cle in presented_as_final(rendered):
        message = "décision provisoire présentée comme définitive : dites « ordonnance », « juge des référés » ou « en l'état de l'instruction »"
        source = rendered.document.library.sources[cle]
        yield Problem(ID, uses[cle][0].place, cle, message + told(source, uses[cle], rendered), AVERTISSEMENT)


def presented_as_final(rendered: Rendered) -> list[str]:
    """The provisional sources that some paragraph cites without a word of caution."""
    sources = rendered.document.library.sources
    found = [
        cle
        for cle in rendered.uses()
        if sources[cle].statut in ("provisoire", "pendante") and cle not in rendered.document.case.assume
    ]
    paragraphs = list(_paragraphs(rendered.blocks)) if found else []
    return [cle for cle in found if any(cle in keys and not PRUDENT.search(words) for words, keys in paragraphs)]


def _paragraphs(nodes: list) -> Iterator[tuple[str, set[str]]]:
    """The words of each paragraph, notes left out, and the sources it uses, notes included."""
    for node in nodes:
        if node["t"] == "Div":
            yield from _paragraphs(node["c"][1])
        elif node["t"] in ("Para", "Plain", "BlockQuote", "BulletList", "OrderedList"):
            keys = {v for n in blocks.walk(node) if n["t"] == "Span" for k, v in n["c"][0][2] if k == "cle"}
            yield blocks.plain(node), keys
