"""Whether the files of pièces can be read by those who receive them: opened, every page there, every page drawn.

Asked before a final version only: each file is opened by the libraries that read its kind (pikepdf and pdfium, which
must find as many pages; Pillow; the archive of an office document). Of other kinds, only the first bytes are judged.
Nothing is mended, nothing is written.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import zipfile
import zlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mandats.document import LoadedCase
from mandats.problem import AVERTISSEMENT, ERREUR, Problem
from mandats.readback import PDFIUM

if TYPE_CHECKING:
    import pikepdf

ID = "piece-illisible"
OFFICE = {  # the part without which nothing is shown
    ".docx": "word/document.xml", ".xlsx": "xl/workbook.xml", ".pptx": "ppt/presentation.xml", ".odt": "content.xml",
    ".ods": "content.xml", ".odp": "content.xml", ".zip": "",
}  # fmt: skip
OLE, ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
# How files begin: (offset, bytes, what it is); None where a kind of file must begin so.
STARTS = (
    (0, b"%PDF", "un PDF"), (0, b"GIF8", "une image GIF"), (0, b"\x89PNG", "une image PNG"),
    (0, b"\xff\xd8\xff", "une image JPEG"), (0, b"II*\0", "une image TIFF"), (0, b"MM\0*", "une image TIFF"),
    (0, ZIP, "une archive ou un document de bureautique"), (0, OLE, "un ancien document de bureautique"),
    (0, b"{\\rtf", "un texte RTF"), (4, b"ftyp", "une vidéo ou une image HEIC"), (0, b"RIFF", "un son ou une vidéo"),
    (0, b"<!", "une page web"), (0, b"<html", "une page web"), (0, b"From:", "un courriel"),
    (0, b"version https://git-lfs", "un renvoi à un fichier qui n'a pas été téléchargé"),
)  # fmt: skip
MUST = {
    ".doc": OLE, ".xls": OLE, ".ppt": OLE, ".msg": OLE, ".rtf": b"{\\rtf", ".wav": b"RIFF", ".avi": b"RIFF",
    ".ogg": b"OggS", ".7z": b"7z\xbc\xaf",
}  # fmt: skip
SCANNED = (".jpg", ".jpeg", ".png", ".gif", ".tif", ".tiff", ".bmp", ".webp")
IMAGES = ("JPEG", "PNG", "GIF", "TIFF", "BMP", "WEBP")  # whatever the name says: viewers look at the file
FRAMES = 300  # pages of a scan
UNZIPPED = 1_000_000_000  # bytes: more are not read to be checked
INFLATED = 500_000_000  # bytes of the contents of a page, or of an image
DRAWN = 200  # pages drawn of a file: of a longer one, the others are only loaded
WIDTH = 60  # pixels of a page drawn to see whether it can be
REDO = "refaites le fichier (au besoin : ouvrez-le, puis imprimez-le en PDF)"


def check_readable(loaded: LoadedCase) -> Iterator[Problem]:
    """A pièce that cannot be opened, has lost a page, or a page of which is not drawn: an error; other defects of a
    PDF: one warning.
    """
    seen: set[Path] = set()
    for i, piece in enumerate(loaded.case.pieces):
        file = loaded.folder / "pieces" / piece.produite
        if piece.produite in loaded.fichiers and file.is_file() and file.stat().st_size and file not in seen:
            seen.add(file)
            for told, gravite in look_into(file):
                yield loaded.problem(ID, ("pieces", i, "fichier"), told, gravite)


def look_into(file: Path) -> Iterator[tuple[str, str]]:
    kind = file.suffix.lower()
    try:
        with file.open("rb") as stream:
            start = stream.read(4096)
        if not any(start):
            yield f"le fichier ne contient que des zéros : {REDO}", ERREUR
        elif kind == ".pdf":
            yield from _pdf(file, start)
        elif kind in OFFICE:
            yield from _archive(file, start, OFFICE[kind])
        elif (kind in MUST and not start.startswith(MUST[kind])) or start.startswith(b"version https://git-lfs"):
            yield f"{_not_a(kind, start)} : {REDO}", ERREUR
        elif kind in SCANNED:
            yield from _image(file, kind)
    except OSError as error:
        yield f"fichier illisible ({os.strerror(error.errno) if error.errno else 'lecture impossible'})", ERREUR


def _not_a(kind: str, start: bytes) -> str:
    found = next((told for at, sign, told in STARTS if start[at:].startswith(sign)), "")
    return f"ce n'est pas un fichier {kind}, mais {found}" if found else f"ce fichier {kind} est abîmé ou incomplet"


def _pdf(file: Path, start: bytes) -> Iterator[tuple[str, str]]:
    import pikepdf
    import pypdfium2 as pdfium

    logging.getLogger("pikepdf").setLevel(logging.CRITICAL)  # told below, in French
    try:
        with pikepdf.open(file) as pdf:
            try:
                broken_sums = refuse_swollen(pdf)
            except Sans as error:
                yield f"{error} : {REDO}", ERREUR
                return
            drawn = [(page, _drawn(page)) for page in pdf.pages]
            parts = [{page.objgen[0], *(part.objgen[0] for part in mine)} for page, mine in drawn]
            defects = pdf.check_pdf_syntax() + [""] * broken_sums
            announced = int(pdf.Root.Pages.get("/Count", 0))
    except pikepdf.PasswordError:
        yield "le PDF est protégé par un mot de passe : ôtez-le, son destinataire ne pourra pas l'ouvrir", ERREUR
        return
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, RuntimeError, RecursionError):
        told = _not_a(".pdf", start) if b"%PDF" not in start else "le PDF est abîmé ou incomplet, il ne s'ouvre pas"
        yield f"{told} : {REDO}", ERREUR
        return
    unread = r"(?:error decoding stream data for object|page object) ([0-9]+)"
    broken = {int(n) for told in defects for n in re.findall(unread, told)}
    # A page without contents is a blank one, unless the file is damaged.
    lost = {rank for rank, mine in enumerate(parts, 1) if mine & broken or (defects and len(mine) == 1)}
    with PDFIUM:
        try:
            with contextlib.closing(pdfium.PdfDocument(file)) as document:
                pages = len(document)
                lost |= {rank for rank in range(1, pages + 1) if not _draws(document, rank - 1)}
        except pdfium.PdfiumError:
            pages = 0
    if not parts or not pages or {len(parts), announced} != {pages}:
        counts = " ou ".join(str(n) for n in sorted({len(parts), pages, announced}))
        yield f"le PDF est abîmé : il montre {counts} pages selon le lecteur ; {REDO}", ERREUR
    elif lost:
        shown = ", ".join(map(str, sorted(lost)[:8])) + ("…" if len(lost) > 8 else "")
        yield f"le PDF est abîmé : page {shown} illisible ; {REDO}", ERREUR
    elif defects:
        yield (
            f"le PDF s'ouvre, mais il a des défauts ({len(defects)}) que d'autres lecteurs refusent ; {REDO}",
            AVERTISSEMENT,
        )


def _drawn(page: Any) -> list[Any]:
    """What a page draws: its contents, its images."""
    import pikepdf

    contents = page.obj.get("/Contents", [])
    drawn = [contents] if isinstance(contents, pikepdf.Stream) else list(contents)
    return [*drawn, *page.resources.get("/XObject", {}).values()]


class Sans(ValueError):
    """What is asked cannot be made of a file: why, and what to do, in French."""


def refuse_swollen(pdf: pikepdf.Pdf) -> int:
    """How many parts of pages have a false sum. Raises Sans for one that would fill the memory, before it is read."""
    parts = {part.objgen: part for page in pdf.pages for part in _drawn(page)}
    sizes = [_inflated(part) for part in parts.values()]
    if any(size > INFLATED for size in sizes):
        raise Sans(f"une page dépasse {INFLATED // 1_000_000} Mo une fois décompressée")
    return sum(size < 0 for size in sizes)


def _inflated(part: Any) -> int:
    """The bytes of compressed data, counted up to `INFLATED`; -1 when the sum at their end is false: qpdf and pdfium
    pass over it, whatever the data became.
    """
    size = 0
    if part.get("/Filter") == "/FlateDecode" and (data := part.read_raw_bytes()):
        reader = zlib.decompressobj()
        try:
            while size <= INFLATED and not reader.eof:
                made = reader.decompress(data, 1 << 20)
                size, data = size + len(made), reader.unconsumed_tail
                if not made and not data:
                    return -1
        except zlib.error:
            return -1
    return size


def _draws(document: Any, index: int) -> bool:
    import pypdfium2 as pdfium

    try:
        with contextlib.closing(document[index]) as page:
            if index < DRAWN:
                page.render(scale=WIDTH / max(*page.get_size(), WIDTH))
        return True
    except (pdfium.PdfiumError, ValueError, MemoryError):
        return False


def _archive(file: Path, start: bytes, part: str) -> Iterator[tuple[str, str]]:
    if start.startswith(OLE):
        yield "le document est protégé par un mot de passe, ou d'un ancien format sous un autre nom", ERREUR
        return
    try:
        with zipfile.ZipFile(file) as archive:
            small = sum(info.file_size for info in archive.infolist()) < UNZIPPED
            locked = any(info.flag_bits & 1 for info in archive.infolist())
            broken = (part and part not in archive.namelist()) or (small and not locked and archive.testzip())
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError, zlib.error):
        broken = True
    if broken:
        told = _not_a(file.suffix, start) if not start.startswith(ZIP) else "le document est abîmé ou incomplet"
        yield f"{told} : {REDO}", ERREUR
    elif locked:
        yield "l'archive est protégée par un mot de passe : ôtez-le, son destinataire ne pourra pas l'ouvrir", ERREUR


def _image(file: Path, kind: str) -> Iterator[tuple[str, str]]:
    from PIL import Image

    try:
        with Image.open(file, formats=IMAGES) as image:
            for frame in range(min(getattr(image, "n_frames", 1), FRAMES)):
                image.seek(frame)
                image.load()
    except Image.DecompressionBombError:
        return  # of a plan or a poster: too big to be drawn here
    except (OSError, SyntaxError, ValueError, IndexError, EOFError, OverflowError):
        yield f"l'image est abîmée, incomplète, ou n'est pas une image {kind} : {REDO}", ERREUR


def page_words(data: bytes, pages: int | None = None) -> str:
    """The text of any PDF as it stands on its pages (the first ones), in no sure order; nothing of what is no PDF."""
    import pypdfium2 as pdfium

    with PDFIUM:
        try:
            with contextlib.closing(pdfium.PdfDocument(data)) as document:
                return "\n".join(page.get_textpage().get_text_bounded() for page in islice(document, pages))
        except pdfium.PdfiumError:
            return ""
