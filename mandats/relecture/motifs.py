"""What writing a change back may ask: edits of sources, a title, a retouche; and why one has no place."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mandats.relecture.mots import CALL, TOKEN
from mandats.relecture.reperes import Span, Touch, touches
from mandats.relecture.reprise import Retouche
from mandats.relecture.unites import Unite

AROUND = ((4, 4), (2, 2), (6, 0), (0, 6), (0, 0))  # words that a retouche holds on each side of a change
NUMBERED = re.compile(
    r"(?:\bn[°os]+|§+)[\s0-9,]*(?:(?:et|à)[\s0-9,]*)*$"
)  # before one of the numbers that it announces
ARTICLE = re.compile(r"(?:\b[LRDA]\.|\barticles?)\s*[0-9*-]*$")
FORM = "le formulaire est le même pour tous : changez ces mots dans formulaire.docx ; ceux du dossier se reprennent"
COMPUTED = "une valeur calculée, un texte du modèle, ou des mots qui se trouvent à plusieurs endroits"


class Nowhere(ValueError):
    """Why a change has no place, in French."""


@dataclass(frozen=True)
class Placed:
    """The edits that one change asks for, each in one source; `clause`: the bookmark of the clause that those of a
    clause's text are for; `titre`: its new title."""

    spans: tuple[Span, ...]
    clause: str = ""
    titre: str = ""
    retouches: tuple[tuple[str, str, str], ...] = ()  # words of the act as it prints, « devient » or « ajoute », what


def plain(said: str) -> str:
    return re.sub("[\u00a0\u202f]", " ", said).replace("’", "'")


def retouches_of(unit: Unite, before: str, after: str, changed: list[Touch]) -> list[Placed]:
    """The words of the act as it prints, with more or less of those around. Raises Nowhere for what is computed."""
    why = why_of(unit, before, changed)
    if why == COMPUTED and any(CALL in touch.said for touch in changed):
        why = "une note, dans une phrase que le programme compose : écrivez cette phrase dans le dossier"
    if unit.genre != "paragraphe" or why != COMPUTED or any(CALL in before[t.start : t.stop] + t.said for t in changed):
        raise Nowhere(why)
    tokens, out = [m.span() for m in TOKEN.finditer(before)], list[Placed]()
    for left, right in AROUND:
        pairs = []
        for touch in changed:
            first = next((i for i, (start, _) in enumerate(tokens) if start >= touch.start), len(tokens))
            last = next((i for i, (start, _) in enumerate(tokens) if start >= touch.stop), len(tokens))
            begins = tokens[max(0, first - 2 * left)][0] if left and first < len(tokens) else touch.start
            ends = tokens[min(len(tokens), last + 2 * right) - 1][1] if right else touch.stop
            head, tail = before[begins : touch.start], before[touch.stop : ends]
            old = plain(head + before[touch.start : touch.stop] + tail)
            pairs.append((old, "devient", plain(head + touch.said + tail)))
        out.append(Placed((), retouches=tuple(pairs)))
    return out


def why_not(change: Retouche) -> str:
    """Why a change has no place, as far as its words tell."""
    if not change.avant or not change.apres:
        return "rien dans le dossier ne donne ces alinéas dans cet ordre"
    before = change.avant[0].said()
    return why_of(change.avant[0], before, touches(before, change.apres[0].said()))


def why_of(unit: Unite, before: str, changed: list[Touch]) -> str:
    gone = " ".join(before[touch.start : touch.stop] for touch in changed)
    if unit.genre == "note":
        return "une citation : le registre des sources l'écrit"
    if "block text" in unit.style:
        return "une citation textuelle, que le registre des sources tient mot pour mot"
    if unit.genre == "cellule":
        return "un tableau que le programme établit"
    if gone.strip() and re.fullmatch(r"[\s0-9,et à]*", gone):
        if all(NUMBERED.search(before[: touch.start]) for touch in changed):
            return "un numéro de pièce ou de paragraphe : le programme les donne"
        if any(ARTICLE.search(before[: touch.start]) for touch in changed):
            return "une citation : le registre des sources l'écrit"
        return "une date ou un nombre que le dossier tient : changez-le à sa clé"
    if CALL in gone:
        return "une note de bas de page, que le registre des sources écrit"
    return COMPUTED
