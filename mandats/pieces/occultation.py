"""A copy of a pièce without what must not be shown: each page is drawn again as an image, black where it is masked.

Nothing of the original goes into the copy: no text, no layer, no metadata. The copy is read back and drawn again
before it is given.
"""

import contextlib
import io
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pikepdf

from mandats.piece import Masque
from mandats.pieces.examen import pixels
from mandats.readback import PDFIUM

DPI = 200
_MM = 25.4
Box = tuple[int, int, int, int]  # left, top, right, bottom, in pixels of the page as it is seen


class Introuvable(Exception):
    """A word to mask that the text of the file does not hold: told in French."""


def redact(source: Path, masque: Masque) -> tuple[bytes, int]:
    """The redacted copy, and how many places were masked. Raises Introuvable, pypdfium2's PdfiumError."""
    import img2pdf
    import pypdfium2 as pdfium
    from PIL import ImageDraw

    images: list[bytes] = []
    boxes: list[list[Box]] = []
    missing = {mot: _bare(mot) for mot in masque.mots}
    with pikepdf.open(source) as pdf:  # what a note or a field shows becomes text of its page, and is looked for too
        pdf.generate_appearance_streams()
        pdf.flatten_annotations("all")
        flat = io.BytesIO()
        pdf.save(flat)
    with PDFIUM, contextlib.closing(pdfium.PdfDocument(flat.getvalue())) as document:
        if lost := sorted(z.page for z in masque.zones if z.page > len(document)):
            raise Introuvable(f"pas de page {lost[-1]} (le fichier en a {len(document)})")
        for rank, page in enumerate(document, 1):
            shown = page.render(scale=DPI / 72).to_pil().convert("RGB")
            mine = [
                (int(z.x * DPI / _MM), int(z.y * DPI / _MM), int((z.x + z.largeur) * DPI / _MM) + 1,
                 int((z.y + z.hauteur) * DPI / _MM) + 1)
                for z in masque.zones if z.page == rank
            ]  # fmt: skip
            for mot in masque.mots:
                if found := _where(page, shown.size, _bare(mot)):
                    missing.pop(mot, None)
                    mine += found
            for box in mine:
                ImageDraw.Draw(shown).rectangle(box, fill="black")
            out = io.BytesIO()
            shown.save(out, "PNG", dpi=(DPI, DPI))
            images.append(out.getvalue())
            boxes.append(mine)
    if missing:
        told = ", ".join(f"« {mot} »" for mot in missing)
        raise Introuvable(f"{told} n'est pas dans le texte du fichier ; d'une image, masquez la place (zones)")
    made = bytes(img2pdf.convert(images, nodate=True))
    _verify(made, boxes)
    return made, sum(map(len, boxes))


def _bare(words: str) -> str:
    """Letters and digits alone, without case nor accents."""
    folded = unicodedata.normalize("NFKD", words.casefold())
    return "".join(c for c in folded if c.isalnum())


def _where(page: Any, size: tuple[int, int], mot: str) -> list[Box]:
    """The places of a word on a page, whatever cuts it: a space, a dot, the end of a line."""
    text = page.get_textpage()
    letters = [(folded, n) for n, c in enumerate(text.get_text_range()) for folded in _bare(c)]
    bare, seen, found, at = "".join(c for c, _ in letters), pixels(page, size), [], -1
    while mot and (at := bare.find(mot, at + 1)) >= 0:
        first, last = letters[at][1], letters[at + len(mot) - 1][1]
        for n in range(text.count_rects(first, last - first + 1)):
            left, top, right, bottom = seen(text.get_rect(n))
            found.append((left - 2, top - 2, right + 2, bottom + 2))
    return found


def _verify(made: bytes, boxes: Sequence[Sequence[Box]]) -> None:
    """What a reader finds in the copy: no text, and black where it is masked. Raises RuntimeError: our own fault."""
    import pypdfium2 as pdfium

    with PDFIUM, contextlib.closing(pdfium.PdfDocument(made)) as document:
        ours = len(document) == len(boxes)
        for page, mine in zip(document, boxes, strict=True):
            ours &= not page.get_textpage().get_text_range().strip()
            shown = page.render(scale=DPI / 72).to_pil().convert("L")
            for left, top, right, bottom in mine:
                inner = (max(left + 2, 0), max(top + 2, 0), min(right - 2, shown.width), min(bottom - 2, shown.height))
                if inner[0] < inner[2] and inner[1] < inner[3]:
                    ours &= shown.crop(inner).getextrema()[1] < 40
    if not ours:
        raise RuntimeError("the redacted copy still shows what it masks")
