"""Words between « » attributed to a text or a decision are the register's, to the letter.

Why: one wrong word in a quotation discredits the whole act. A clause may quote only the register; a case may also
quote its own pièces, but not alter a passage the register knows.
"""

import difflib
import functools
import re
import unicodedata
from collections.abc import Iterator

from mandats.document import Rendered
from mandats.problem import Problem

ID = "citation-inexacte"


@functools.lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """The words alone: spaces, apostrophes, dashes and case do not make a quotation differ."""
    text = unicodedata.normalize("NFC", text).lower()
    text = re.sub("[’ʼ`´]", "'", text)
    text = re.sub("[‑–—]", "-", text)
    return re.sub(r"[\s\u00a0\u202f]+", " ", re.sub(r"\s*([;:!?»])", r"\1", re.sub(r"(«)\s*", r"\1", text))).strip(
        " .,;:"
    )


def is_passage(quoted: str, passages: list[str]) -> bool:
    """Whether a passage holds the words, elisions « […] » apart, in order."""
    segments = [fold(s) for s in re.split(r"\[\s*(?:…|\.\.\.)\s*\]", quoted)]
    for passage in passages:
        folded, at = fold(passage), 0
        for segment in segments:
            found = folded.find(segment, at)
            if found < 0:
                break
            at = found + len(segment)
        else:
            return True
    return False


def check(rendered: Rendered) -> Iterator[Problem]:
    document = rendered.document
    passages = [p for s in document.library.sources.values() for p in s.passages.values()]
    ours = {c.corps.fichier for c in document.library.clauses.values()} | {document.template.plan.fichier}
    case_words = fold(" ".join(_strings(document.case.model_dump())))
    for quotation in rendered.quotations:
        if is_passage(quotation.texte, passages):
            continue
        from_case = quotation.place.fichier not in ours or fold(quotation.texte) in case_words
        near = _nearest(quotation.texte, passages)
        if near is not None:
            message = (
                f"citation différente du registre : « {quotation.texte[:60]}… » ; le registre porte « {near[:80]}… »"
            )
        elif not from_case:
            message = f"citation absente du registre : « {quotation.texte[:60]}… » ; employez norme() ou extrait()"
        else:
            continue
        yield Problem(ID, quotation.place, "", message)


def _nearest(quoted: str, passages: list[str]) -> str | None:
    """The stored passage that the words alter, if one is that close."""
    words = fold(quoted).split()
    wanted = set(words)
    for passage in passages:
        folded = fold(passage).split()
        # Cheap first: an altered quotation keeps most of its words.
        if len(wanted.intersection(folded)) < 0.7 * len(wanted):
            continue
        matcher = difflib.SequenceMatcher(None, words, folded, autojunk=False)
        if sum(block.size for block in matcher.get_matching_blocks()) > 0.75 * len(words):
            return passage
    return None


def _strings(node: object) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from _strings(value)
    elif isinstance(node, (list, tuple)):
        for value in node:
            yield from _strings(value)
