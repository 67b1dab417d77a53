"""A copy of a pièce without what must not be shown: each page is drawn again as an image, black where it is masked.

Nothing of the original goes into the copy: no text, no layer, no metadata. The copy is read back and drawn again
before it is given. A preview shows first what would be masked.
"""

import contextlib
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pypdfium2 as pdfium

from mandats.files import write_set
from mandats.load.ajout import add_key
from mandats.load.case import read_case
from mandats.load.paths import confine
from mandats.piece import Masque
from mandats.pieces.copie import pdf_copy
from mandats.pieces.examen import pixels
from mandats.pieces.lisible import Sans, refuse_swollen
from mandats.pieces.metadonnees import BROKEN, saved
from mandats.pieces.timbre import opened
from mandats.problem import UnknownName, suggest
from mandats.readback import PDFIUM
from mandats.words import bare_words

DPI, SEEN, MOST = 200, 100, 10_000  # points per inch of the copy, of the preview; pixels of the longer side of a page
RED = (192, 0, 32)
_MM = 25.4
Box = tuple[int, int, int, int]  # left, top, right, bottom, in pixels of the page as it is seen
Made = TypeVar("Made")


@dataclass(frozen=True)
class Apercu:
    """What would be masked of a pièce: page and word (or « zone »), in the order of their numbers in `pdf`, which holds
    these pages; the words found nowhere. `rang`: of the pièce in the case.
    """

    cle: str
    rang: int
    pdf: bytes
    endroits: tuple[tuple[int, str], ...]
    absents: tuple[str, ...]


def redact_pieces(case: Path, only: Sequence[str] = ()) -> list[tuple[str, str, int]]:
    """A redacted copy of each pièce that says what to mask, beside it; the case file names those it did not name.

    Key, file of the copy, places masked. All of them, or none: the first that cannot be is raised. `only`: their keys.
    Raises ValueError in French, UnknownName, UnusableInput, OSError.
    """
    text, folder, made = case.read_bytes().decode(), case.with_suffix(""), []
    contents: dict[str, bytes] = {}
    for rank, piece, (data, masked) in _each(case, only, redact):
        name = piece.occultee or f"{Path(piece.fichier).stem}-occultee.pdf"
        target = confine(folder / "pieces", name)
        # A copy that a kill left unnamed is the same to the byte.
        if piece.occultee is None and target.exists() and target.read_bytes() != data:
            raise ValueError(f"pièce « {piece.cle} » : {name} existe déjà, et le dossier ne la nomme pas (occultee)")
        contents[f"{folder.name}/pieces/{name}"] = data
        made.append((piece.cle, name, masked))
        if piece.occultee is None:
            text = add_key(text, ("pieces", rank), "occultee", name)
    write_set(case.parent, {**contents, case.name: text.encode()})
    return made


def preview_redaction(case: Path, only: Sequence[str] = ()) -> list[Apercu]:
    """What `redact_pieces` would mask; nothing is written. Raises as it does, but for a word that is found nowhere."""
    return [Apercu(piece.cle, rank, *told) for rank, piece, told in _each(case, only, outline)]


def _each(
    case: Path, only: Sequence[str], do: Callable[[Path | bytes, Masque], Made]
) -> Iterator[tuple[int, Any, Made]]:
    loaded = read_case(case)
    known = [p.cle for p in loaded.case.pieces]
    if unknown := next((cle for cle in only if cle not in known), None):
        raise UnknownName(f"pas de pièce « {unknown} »{suggest(unknown, known)}")
    for rank, piece in enumerate(loaded.case.pieces):
        told = piece.masque.mots or piece.masque.zones
        if (piece.cle not in only) if only else not told:
            continue
        try:
            if not told:
                raise Sans("rien à occulter n'est dit (masque: mots, zones)")
            read = pdf_copy(confine(loaded.folder / "pieces", piece.fichier), piece.titre, loaded.case.date)
            if read is None:
                raise Sans("il ne s'occulte pas tel quel : enregistrez le fichier en PDF")
            yield rank, piece, do(read, piece.masque)
        except Sans as error:
            raise ValueError(f"pièce « {piece.cle} » : {error}") from None
        except BROKEN:
            raise ValueError(f"pièce « {piece.cle} » : le PDF est abîmé ou protégé, refaites le fichier") from None


def redact(source: Path | bytes, masque: Masque) -> tuple[bytes, int]:
    """The redacted copy, and how many places were masked. Raises Sans, pypdfium2's PdfiumError."""
    from PIL import ImageDraw

    images: list[tuple[bytes, float]] = []
    boxes: list[list[Box]] = []
    found: set[str] = set()
    for _, shown, mine, dpi in _drawn(source, masque, DPI):
        for box, _ in mine:
            ImageDraw.Draw(shown).rectangle(box, fill="black")
        images.append((_png(shown, dpi), dpi))
        boxes.append([box for box, _ in mine])
        found |= {told for _, told in mine}
    if missing := [mot for mot in masque.mots if mot not in found]:
        told = ", ".join(f"« {mot} »" for mot in missing)
        raise Sans(f"{told} n'est pas dans le texte du fichier ; d'une image, masquez la place (zones)")
    made = _bound(data for data, _ in images)
    _verify(made, boxes, [dpi for _, dpi in images])
    return made, sum(map(len, boxes))


def outline(source: Path | bytes, masque: Masque) -> tuple[bytes, tuple[tuple[int, str], ...], tuple[str, ...]]:
    """The pages where something would be masked, each place outlined and numbered; page and word of each; the words
    found nowhere. Raises Sans, pypdfium2's PdfiumError.
    """
    from PIL import Image, ImageDraw, ImageFont

    images: list[bytes] = []
    places: list[tuple[int, str]] = []
    small, band = ImageFont.load_default(SEEN * 11 / 72), SEEN // 3
    for rank, shown, mine, dpi in _drawn(source, masque, SEEN):
        if not mine:
            continue
        sheet = Image.new("RGB", (shown.width, shown.height + band), "white")
        sheet.paste(shown, (0, band))
        draw = ImageDraw.Draw(sheet)
        draw.rectangle((0, 0, sheet.width, band), fill=RED)
        draw.text((8, band // 2), f"Page {rank} : rien n'est encore noirci", "white", small, anchor="lm")
        for (left, top, right, bottom), told in mine:
            places.append((rank, told))
            said = str(len(places))
            draw.rectangle((left - 1, top + band - 1, right + 1, bottom + band + 1), outline=RED, width=2)
            wide, low = draw.textlength(said, small) + 6, max(top + band - 1, band + 16)
            at = left - wide if left > wide else right  # beside what it numbers, not over it
            draw.rectangle((at, low - 16, at + wide, low), fill=RED)
            draw.text((at + 3, low - 8), said, "white", small, anchor="lm")
        images.append(_png(sheet, dpi))
    absent = tuple(mot for mot in masque.mots if mot not in {told for _, told in places})
    return _bound(images) if images else b"", tuple(places), absent


def _png(image: Any, dpi: float) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", dpi=(dpi, dpi))
    return out.getvalue()


def _bound(images: Iterator[bytes] | Sequence[bytes]) -> bytes:
    import img2pdf

    return bytes(img2pdf.convert(list(images), nodate=True, engine=img2pdf.Engine.internal))


def _drawn(
    source: Path | bytes, masque: Masque, finest: int
) -> Iterator[tuple[int, Any, list[tuple[Box, str]], float]]:
    """Each page: its number, its image, what is to be masked of it (« zone », or the word), its points per inch."""
    with opened(source) as pdf:
        refuse_swollen(pdf)
        # What a note or a field shows becomes text of its page, and is looked for too.
        pdf.generate_appearance_streams()
        pdf.flatten_annotations("all")
        flat = saved(pdf)
    with PDFIUM, contextlib.closing(pdfium.PdfDocument(flat)) as document:
        if lost := sorted(z.page for z in masque.zones if z.page > len(document)):
            raise Sans(f"pas de page {lost[-1]} (le fichier en a {len(document)})")
        for rank, page in enumerate(document, 1):
            dpi = min(finest, MOST * 72 / max(*page.get_size(), 1))
            shown = page.render(scale=dpi / 72).to_pil().convert("RGB")
            mine = [
                ((int(z.x * dpi / _MM), int(z.y * dpi / _MM), int((z.x + z.largeur) * dpi / _MM) + 1,
                  int((z.y + z.hauteur) * dpi / _MM) + 1), "zone")
                for z in masque.zones if z.page == rank
            ]  # fmt: skip
            mine += [(box, mot) for mot in masque.mots for box in _where(page, shown.size, mot)]
            yield rank, shown, mine, dpi


def _where(page: Any, size: tuple[int, int], mot: str) -> list[Box]:
    """The places of a word on a page, whatever cuts it: a space, a dot, the end of a line."""
    text, mot = page.get_textpage(), "".join(bare_words(mot))
    letters = [(folded, n) for n, c in enumerate(text.get_text_range()) for folded in "".join(bare_words(c))]
    bare, seen, found, at = "".join(c for c, _ in letters), pixels(page, size), [], -1
    while mot and (at := bare.find(mot, at + 1)) >= 0:
        first, last = letters[at][1], letters[at + len(mot) - 1][1]
        for n in range(text.count_rects(first, last - first + 1)):
            left, top, right, bottom = seen(text.get_rect(n))
            found.append((left - 2, top - 2, right + 2, bottom + 2))
    return found


def _verify(made: bytes, boxes: Sequence[Sequence[Box]], dpis: Sequence[float]) -> None:
    """What a reader finds in the copy: no text, and black where it is masked. Raises RuntimeError: our own fault."""
    with PDFIUM, contextlib.closing(pdfium.PdfDocument(made)) as document:
        ours = len(document) == len(boxes)
        for page, mine, dpi in zip(document, boxes, dpis, strict=True):
            ours &= not page.get_textpage().get_text_range().strip()
            shown = page.render(scale=dpi / 72).to_pil().convert("L")
            for left, top, right, bottom in mine:
                inner = (max(left + 2, 0), max(top + 2, 0), min(right - 2, shown.width), min(bottom - 2, shown.height))
                if inner[0] < inner[2] and inner[1] < inner[3]:
                    ours &= shown.crop(inner).getextrema()[1] < 40
    if not ours:
        raise RuntimeError("the redacted copy still shows what it masks")
