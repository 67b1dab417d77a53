"""The text of a mandate: read from any file that holds it, and compared whatever the format of each.

Kept a paragraph a line, its spaces alike. Two are the same when they hold the same signs in the same order, but for
what a format adds or loses: spaces, hyphens at the end of a line, lines to fill, boxes to tick.
"""

import difflib
import re
import unicodedata

from mandats.pieces.lisible import page_words
from mandats.readback import normalise, read_docx, read_pdf
from mandats.render.typography import date_longue
from mandats.words import MONTHS, bare, iso_day

FILL = re.compile(r"\.{3,}|_{3,}|[□☐☑☒✓✔\s\x02\u2010-\u2013-]")
DATED = re.compile(rf"\btexte du (1er|[0-9]{{1,2}}) ({'|'.join(map(bare, MONTHS))}) ([0-9]{{4}})\b")
CONTEXT, SHOWN, LONGEST = 3, 2, 14  # words around a difference; differences told; words told of each


def text_of(data: bytes) -> str:
    """What a Word file, a PDF or a plain text says; nothing of a scan, nor of what is none of these."""
    try:
        if data.startswith(b"PK"):
            lines = read_docx(data).said()
        elif b"%PDF" in data[:1024]:
            lines = _pages(data)
        else:
            lines = data.decode("utf-8-sig").splitlines()
    except ValueError:
        return ""
    shown = ("".join(c if c.isprintable() else "-" if c == "\x02" else " " for c in line) for line in lines)
    return "\n".join(filter(None, map(normalise, shown)))


def _pages(data: bytes) -> list[str]:
    try:
        return read_pdf(data).said()
    except ValueError:  # not tagged
        return page_words(data).splitlines()


def date_in(text: str) -> str:
    """The day that a text gives itself, ISO; "" when it gives none, or two.

    >>> date_in("J'ai lu ce mandat (texte du 1er octobre 2026) et la notice"), date_in("Fait le 2 mai 2026")
    ('2026-10-01', '')
    """
    found = {iso_day(" ".join(day)) for day in DATED.findall(" ".join(bare(text).split()))}
    return found.pop() if len(found) == 1 else ""


def signs(text: str) -> str:
    """What two copies of one text share.

    >>> signs("Fait à ………… , l’œuvre-\\nmaîtresse  □ oui") == signs("Fait à, l'œuvremaîtresse oui")
    True
    """
    return FILL.sub("", unicodedata.normalize("NFKC", text).replace("’", "'"))


def differences(held: str, found: str) -> str:
    """« here » au lieu de « held », at the first places where the words differ; nothing when the texts are the same."""
    if signs(held) == signs(found):
        return ""
    old, new = ([w for w in text.split() if signs(w)] for text in (held, found))
    same = difflib.SequenceMatcher(None, [*map(signs, old)], [*map(signs, new)], autojunk=False)
    spans: list[list[int]] = []  # where they differ, in both; two near ones are one
    for tag, i, j, k, n in same.get_opcodes():
        if tag != "equal" and signs("".join(old[i:j])) != signs("".join(new[k:n])):
            if spans and i - spans[-1][1] <= CONTEXT:
                spans[-1][1::2] = j, n
            else:
                spans.append([i, j, k, n])
    told = [f"« {_around(new, k, n)} » au lieu de « {_around(old, i, j)} »" for i, j, k, n in spans[:SHOWN]]
    return " ; ".join(told) + (f" ; et {len(spans) - SHOWN} autres" if len(spans) > SHOWN else "")


def differing(date: str | None, held: str, found: str) -> str:
    """That a file, or a form, is not the text accepted; where they differ."""
    told = f"ce n'est pas le texte inscrit au registre{f' ({date_longue(date)})' if date else ''}"
    return f"{told} : {differences(held, found)}" if signs(found) else f"{told} : aucun texte à lire"


def _around(words: list[str], start: int, end: int) -> str:
    shown = words[max(0, start - CONTEXT) : min(end, start + LONGEST) + CONTEXT]
    return " ".join(shown) or "rien"
