"""What writing a change back may ask: edits of sources, a title, a retouche; and why one has no place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mandats.relecture.mots import CALL, TOKEN
from mandats.relecture.reperes import Span, Touch, touches
from mandats.relecture.reprise import Retouche
from mandats.relecture.unites import Unite

AROUND = ((4, 4), (12, 12), (2, 2), (6, 0), (0, 6))  # words that a retouche holds on each side of a change
NUMBERED = re.compile(
    r"(?:\bn[°os]+|§+)[\s0-9,]*(?:(?:et|à)[\s0-9,]*)*$"
)  # before one of the numbers that it announces
ARTICLE = re.compile(r"(?:\b[LRDA]\.|\barticles?)\s*[0-9*-]*$")
FORM = "le formulaire est le même pour tous : changez ces mots dans formulaire.docx ; ceux du dossier se reprennent"
CITED = re.compile(r"pièce(s?)[ \u00a0]n°s?[ \u00a0\u202f]?([0-9]+(?:(?:, | et )[0-9]+)*)(?![0-9])")
UNFOLLOWED = "un numéro de pièce dans une phrase composée, qu'une retouche ne suivrait pas : écrivez-la vous-même"
NUMBERS = re.compile("[0-9]+")
HELD = "une date ou un nombre que le dossier tient : changez-le à sa clé"
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


def with_notes(words: str, notes: Iterable[str]) -> str:
    """Words as a retouche writes them, each call with its note. Raises Nowhere when one has none."""
    told = iter(notes)

    def note(_: re.Match[str]) -> str:
        if (said := next(told, None)) is None:
            raise Nowhere("une note de bas de page, que le registre des sources écrit")
        return "^[" + re.sub(r"([\\\[\]])", r"\\\1", plain(said)) + "]"

    return re.sub(re.escape(CALL), note, plain(words))


def retouches_of(
    unit: Unite, before: str, after: str, changed: list[Touch], notes: Sequence[str] = ()
) -> list[Placed]:  # fmt: skip
    """The words of the act as it prints, with more or less of those around; `notes`: those of `after`. Raises Nowhere
    for what is computed."""
    why = why_of(unit, before, changed)
    if unit.genre != "paragraphe" or why != COMPUTED or any(CALL in before[t.start : t.stop] for t in changed):
        raise Nowhere(why)
    if any(CITED.search(touch.said) for touch in changed):
        raise Nowhere(UNFOLLOWED)
    tokens, out = [m.span() for m in TOKEN.finditer(before)], list[Placed]()
    for left, right in AROUND:
        held = list[tuple[int, int, list[Touch]]]()  # words that are one retouche: its own, those of another beside it
        for touch in changed:
            first = next((i for i, (start, _) in enumerate(tokens) if start >= touch.start), len(tokens))
            last = next((i for i, (start, _) in enumerate(tokens) if start >= touch.stop), len(tokens))
            begins = tokens[max(0, first - 2 * left)][0] if left and tokens else touch.start
            ends = tokens[min(len(tokens), last + 2 * right) - 1][1] if right else touch.stop
            if held and begins < held[-1][1]:
                begins, _, others = held.pop()
                held.append((begins, ends, [*others, touch]))
            else:
                held.append((begins, ends, [touch]))
        pairs = list[tuple[str, str, str]]()
        for begins, ends, beside in held:
            new, at = "", begins
            for touch in beside:
                new += plain(before[at : touch.start])
                new += with_notes(touch.said, notes[after[: touch.at].count(CALL) :])
                at = touch.stop
            pairs.append((plain(before[begins:ends]), "devient", new + plain(before[at:ends])))
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
        return HELD
    if CALL in gone:
        return "une note de bas de page, que le registre des sources écrit"
    numbers = ((NUMBERS.findall(before[t.start : t.stop]), NUMBERS.findall(t.said)) for t in changed)
    return HELD if any(gone and come and gone != come for gone, come in numbers) else COMPUTED
