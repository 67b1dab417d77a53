"""What is in the files of pièces that those who receive them should not find, or will not find, asked when final.

A file twice, code, files within, text under a black mark, a scan without text, tracked changes, a page cited that is
not there. Files that do not open are `lisible`'s to tell.
"""

import contextlib
import re
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2 as pdfium

from mandats import blocks as ast
from mandats.document import LoadedCase, Rendered
from mandats.files import digest
from mandats.load.paths import confine
from mandats.model import Piece
from mandats.pieces.lisible import refuse_swollen
from mandats.pieces.metadonnees import BROKEN
from mandats.pieces.timbre import opened
from mandats.problem import AVERTISSEMENT, ERREUR, Problem
from mandats.readback import PDFIUM

ID = "piece-contenu"
LOOKED_AT = 200  # pages of a file that are read and drawn
DARK, SCALE, LARGEST = 60, 1.0, 4_000  # the lightest a hidden letter's place is; pixels a point, a side
CITED = re.compile(r"p(?:p|age|ages)?\.?\s*([0-9]+(?:\s*(?:,|et|à|-|–)\s*[0-9]+)*)")
UNREAD = (*BROKEN, OSError, RuntimeError, zipfile.BadZipFile)
CHANGES = re.compile(rb"<w:(?:ins|del|comment) ")


def examine_files(loaded: LoadedCase, documents: Sequence[Rendered]) -> Iterator[Problem]:
    """What each file holds, once; what each document cites of it. Files that do not open are passed over."""
    seen: dict[str, tuple[str, Path]] = {}
    for i, piece in enumerate(loaded.case.pieces):
        path = ("pieces", i, "fichier")
        if piece.occultation == "a-faire" and not piece.occultee:
            told = "à occulter avant d'être produite : « mandats pieces occulter », ou nommez la copie (occultee)"
            yield loaded.problem(ID, ("pieces", i, "occultation"), told, ERREUR)
        with contextlib.suppress(*UNREAD):
            file = confine(loaded.folder / "pieces", piece.produite)
            cle, same = seen.setdefault(digest(file), (piece.cle, file))
            if same != file:  # of one name for two, GEN-21 tells
                yield loaded.problem(ID, path, f"le même fichier que la pièce « {cle} »", AVERTISSEMENT)
            found = _pdf(file) if file.suffix.lower() == ".pdf" else _office(file)
            yield from (loaded.problem(ID, path, told, gravite) for told, gravite in found)
    for rendered in () if loaded.case.specimen else documents:  # in a specimen, a page stands for each pièce
        yield from _beyond(rendered)


def _office(file: Path) -> Iterator[tuple[str, str]]:
    if file.suffix.lower() == ".docx":
        with zipfile.ZipFile(file) as archive:
            parts = [n for n in archive.namelist() if n in ("word/document.xml", "word/comments.xml")]
            if any(CHANGES.search(archive.read(n)) for n in parts if archive.getinfo(n).file_size < 50_000_000):
                yield "des modifications suivies ou des commentaires y sont : acceptez-les, ôtez-les", AVERTISSEMENT


def _pdf(file: Path) -> Iterator[tuple[str, str]]:
    with pikepdf.open(file) as pdf:
        refuse_swollen(pdf)
        if any(_runs(held) for held in pdf.objects):
            yield "le PDF contient un programme (JavaScript) : imprimez-le en PDF", AVERTISSEMENT
        if inside := ", ".join(f"« {name} »" for name in list(pdf.attachments)[:5]):
            yield f"le PDF contient des fichiers ({inside}) : produisez-les à part", AVERTISSEMENT
        drawn = _images(pdf)
    with PDFIUM, contextlib.closing(pdfium.PdfDocument(file)) as document:
        texts = {n: (page, page.get_textpage()) for n, page in zip(range(LOOKED_AT), document, strict=False)}
        said = {n for n, (_, text) in texts.items() if text.get_text_range().strip()}
        hidden = [(n, under) for n in sorted(said) if (under := _under_black(*texts[n]))]
    for n, under in hidden:
        told = f"page {n + 1} : du texte est resté sous une marque noire (« {under[:40]} ») : mandats pieces occulter"
        yield told, ERREUR
    if drawn and not said:
        told = "numérisation sans texte, où rien ne se cherche : mandats pieces --oceriser en donne un à la copie"
        yield told, AVERTISSEMENT


def _runs(held: Any) -> bool:
    """Whether an object, or what it does when it is opened, pressed or left, is code."""
    if not isinstance(held, pikepdf.Dictionary):
        return False
    acts = [held, held.get("/A"), held.get("/OpenAction")]
    if isinstance(more := held.get("/AA"), pikepdf.Dictionary):
        acts += more.as_dict().values()
    return any(isinstance(act, pikepdf.Dictionary) and act.get("/S") == "/JavaScript" for act in acts)


def _images(pdf: pikepdf.Pdf) -> set[int]:
    return {rank for rank, page in zip(range(LOOKED_AT), pdf.pages, strict=False) if page.get_images()}


def mute_pages(source: Path | bytes) -> int:
    """How many of the first pages show an image and hold no text. Raises what `BROKEN` lists."""
    with opened(source) as pdf:
        refuse_swollen(pdf)
        drawn = _images(pdf)
    with PDFIUM, contextlib.closing(pdfium.PdfDocument(source)) as document:
        return sum(not document[rank].get_textpage().get_text_range().strip() for rank in drawn)


def _under_black(page: Any, text: Any) -> str:
    """The letters of which nothing but black is seen."""
    words = text.get_text_range()
    # Annotations too: a black square is one more often than not.
    scale = min(SCALE, LARGEST / max(*page.get_size(), 1))
    shown = page.render(scale=scale, may_draw_forms=True, grayscale=True).to_pil()
    to_pixels = pixels(page, shown.size)
    found = []
    for n, letter in enumerate(words[: text.count_chars()]):
        if letter.isspace():
            continue
        left, top, right, bottom = to_pixels(text.get_charbox(n))
        # A margin: a letter alone is not black all around.
        box = (max(left - 1, 0), max(top - 1, 0), min(right + 1, shown.width), min(bottom + 1, shown.height))
        if box[2] - box[0] > 2 and box[3] - box[1] > 2 and shown.crop(box).getextrema()[1] < DARK:
            found.append(letter)
    return "".join(found) if len(found) > 2 else ""


def pixels(page: Any, size: tuple[int, int]) -> Any:
    """From a box of the page (left, bottom, right, top) to the image of it (left, top, right, bottom)."""
    x0, y0, x1, y1 = page.get_cropbox()
    turned = page.get_rotation() % 360

    def seen(box: tuple[float, float, float, float]) -> tuple[int, int, int, int]:
        points = [((x - x0) / (x1 - x0), (y1 - y) / (y1 - y0)) for x, y in ((box[0], box[1]), (box[2], box[3]))]
        for _ in range(turned // 90):
            points = [(1 - y, x) for x, y in points]
        xs, ys = sorted(x * size[0] for x, _ in points), sorted(y * size[1] for _, y in points)
        return int(xs[0]), int(ys[0]), int(xs[1] + 1), int(ys[1] + 1)

    return seen


def _beyond(rendered: Rendered) -> Iterator[Problem]:
    """The pages that a document cites past the end of a file."""
    document, case = rendered.document, rendered.document.loaded
    ranks = {piece.cle: i for i, piece in enumerate(document.case.pieces)}
    held = {piece.cle: piece for piece in document.case.pieces}  # those that an earlier act joined are cited too
    of_number = {f"#piece-{numero}": held[cle] for cle, numero in document.numeros.items() if cle in held}
    told: set[tuple[str, int]] = set()
    for label, target in ast.links(rendered.blocks):
        piece, cited = of_number.get(target), CITED.search(label)
        if piece is None or cited is None:
            continue
        last, pages = max(map(int, re.findall("[0-9]+", cited[1]))), _length(case, piece)
        if pages and last > pages and (piece.cle, last) not in told:
            told.add((piece.cle, last))
            s = "s" * (pages > 1)
            message = f"la page {last} est citée, le fichier a {pages} page{s} (dans {document.nom})"
            yield case.problem(ID, ("pieces", ranks[piece.cle], "fichier"), message, ERREUR)


def _length(case: LoadedCase, piece: Piece) -> int:
    with contextlib.suppress(*UNREAD):
        file = confine(case.folder / "pieces", piece.produite)
        if file.suffix.lower() == ".pdf":
            with pikepdf.open(file) as pdf:
                return len(pdf.pages)
    return 0
