"""The lawyer's working bundle: cover, table, the act, its pièces; one numbering of pages, bookmarks, links.

The act's own file is its base, so that its contents, notes and tags still work. Each « pièce n° 4, p. 2 » that it
prints leads to that page, each number of a plural to its pièce. Sources are read as they are written: memory does not
grow with their images.
"""

import contextlib
import io
import itertools
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf

from mandats.pieces.metadonnees import BROKEN, drop
from mandats.pieces.timbre import Damaged, put_number
from mandats.readback import PDFIUM
from mandats.write.typst_engine import Engine

PAGE = Path(__file__).with_name("liste.typ")
CITED = re.compile(r"pièces?\s+n°\s*([0-9]+(?:\s*(?:,|et|à)\s*[0-9]+)*)(?:,\s*p(?:p|age|ages)?\.?\s*([0-9]+))?", re.I)
ACTE = "acte"


@dataclass(frozen=True)
class Liee:
    """A file of the bundle: its number (`ACTE` for the act), its title, its day as printed, its PDF, its pages."""

    numero: str
    titre: str
    date: str
    fichier: Path
    pages: int


def list_pdf(
    titre: str, entete: Sequence[str], colonnes: Sequence[str], lignes: Sequence[Sequence[str]], auteur: str, day: str,
    liasse: bool = False,
) -> bytes:  # fmt: skip
    """The list alone. `lignes`: number, title, date, pages (in a bundle: the first, counted from the act's), file."""
    data = {"titre": titre, "entete": list(entete), "colonnes": list(colonnes), "lignes": [list(x) for x in lignes],
            "auteur": auteur, "liasse": liasse}  # fmt: skip
    with Engine(quiet=True) as engine:
        inputs = {"donnees": json.dumps(data, ensure_ascii=False)}
        # A bundle is no archive: it holds pièces that are none.
        return engine.compile(PAGE.read_text("utf-8"), day, inputs=inputs, **({"standards": []} if liasse else {}))


def bind(target: Path, front: bytes, acte: bytes, pieces: Sequence[Liee], titre: str) -> int:
    """Write the bundle; its number of pages. `front`: of `list_pdf`. Raises Damaged, with the number of the pièce."""
    with contextlib.ExitStack() as held:
        pdf = held.enter_context(pikepdf.open(io.BytesIO(acte)))
        first = held.enter_context(pikepdf.open(io.BytesIO(front)))
        files = [_pages(first, pdf), list(pdf.pages)]
        _allow(len(pieces))
        for piece in pieces:
            try:
                files.append(_pages(held.enter_context(pikepdf.open(piece.fichier)), pdf))
            except BROKEN:
                raise Damaged(piece.numero) from None
        _plant(pdf, files)
        table, pages = len(files[0]), [page for mine in files for page in mine]
        at = itertools.accumulate(map(len, files[1:]), initial=table)
        starts = dict(zip((ACTE, *(piece.numero for piece in pieces)), at, strict=False))
        targets = {numero: _to(pages[rank]) for numero, rank in starts.items()}
        _bookmark(pdf, pieces, targets)
        _link_table(pages[:table], targets)
        lengths = {piece.numero: piece.pages for piece in pieces}
        for rank, rectangles, numero, cited in _cited(acte, lengths):
            place = starts[numero] + min(cited, lengths[numero]) - 1
            _link(pdf, pages[table + rank], rectangles, _to(pages[place]))
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        font = pdf.make_indirect(font)
        for number, page in enumerate(pages, 1):
            put_number(page, font, f"liasse {number} / {len(pages)}")  # apart from the file's own
        drop(pdf.Root, "/Metadata", "/OutputIntents")  # a bundle is not the archive that the act is
        pdf.docinfo["/Title"] = titre
        pdf.Root.PageMode = pikepdf.Name.UseOutlines
        pdf.save(target, deterministic_id=True)
        return len(pages)


def _allow(files: int) -> None:
    """As many open files as there are pièces, where the system lets the program ask (macOS: 256 without it)."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft < (wanted := files + 200):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _pages(source: pikepdf.Pdf, target: pikepdf.Pdf) -> list[pikepdf.Page]:
    """The pages of a file as pages of another, without their place among its tags."""
    for page in source.pages:
        for held in (page.obj, *page.obj.get("/Annots", [])):
            drop(held, "/StructParents", "/StructParent")
    return [pikepdf.Page(target.copy_foreign(page.obj)) for page in source.pages]


def _plant(pdf: pikepdf.Pdf, files: Sequence[Sequence[pikepdf.Page]]) -> None:
    """A new tree of pages, with a branch for each file: to insert pages one by one costs the square of their number."""
    root = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Pages, Count=sum(map(len, files))))
    branches = []
    for pages in files:
        kids = pikepdf.Array([page.obj for page in pages])
        branch = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Pages, Count=len(pages), Kids=kids))
        branch.Parent = root
        branches.append(branch)
        for page in pages:
            page.obj.Parent = branch
    root.Kids = pikepdf.Array(branches)
    pdf.Root.Pages = root


def _bookmark(pdf: pikepdf.Pdf, pieces: Sequence[Liee], targets: Mapping[str, pikepdf.Array]) -> None:
    with pdf.open_outline() as outline:
        whole = pikepdf.OutlineItem("L'acte", targets[ACTE])
        whole.children.extend(outline.root)
        whole.is_closed = True
        named = [pikepdf.OutlineItem(f"Pièce n° {p.numero} – {p.titre}", targets[p.numero]) for p in pieces]
        outline.root[:] = [whole, *named]


def _link_table(front: Sequence[pikepdf.Page], targets: Mapping[str, pikepdf.Array]) -> None:
    """The rows of the table, which name what they lead to."""
    for page in front:
        for link in page.obj.get("/Annots", []):
            address = str(link.A.get("/URI", "") if "/A" in link else "")
            if address.startswith("mandats:"):
                del link["/A"]
                link.Dest = targets[address.removeprefix("mandats:")]


def _to(page: pikepdf.Page) -> pikepdf.Array:
    return pikepdf.Array([page.obj, pikepdf.Name.Fit])


def _link(pdf: pikepdf.Pdf, page: pikepdf.Page, rectangles: Sequence[tuple[float, ...]], target: pikepdf.Array) -> None:
    """Lead from these places of a page to another page, instead of what their links led to."""
    old = page.obj.get("/Annots", pikepdf.Array())
    kept = [link for link in old if not any(_inside(link.get("/Rect"), r) for r in rectangles)]
    none = pikepdf.Array([0, 0, 0])
    for rectangle in rectangles:
        made = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Annot, Border=none, Dest=target))
        made.Subtype, made.Rect = pikepdf.Name.Link, pikepdf.Array([round(n, 2) for n in rectangle])
        kept.append(made)
    page.obj.Annots = pikepdf.Array(kept)


def _inside(link: Any, rectangle: tuple[float, ...]) -> bool:
    """Whether the middle of a place is in a link."""
    if link is None:
        return False
    x0, y0, x1, y1 = map(float, link)
    x, y = (rectangle[0] + rectangle[2]) / 2, (rectangle[1] + rectangle[3]) / 2
    return min(x0, x1) <= x <= max(x0, x1) and min(y0, y1) <= y <= max(y0, y1)


def _cited(acte: bytes, known: Mapping[str, int]) -> Iterator[tuple[int, list[tuple[float, ...]], str, int]]:
    """Where the act prints the number of a pièce: rank of the page, rectangles, number, page of the pièce (1: none)."""
    import pypdfium2 as pdfium

    found = []
    with PDFIUM, contextlib.closing(pdfium.PdfDocument(acte)) as document:
        for rank, page in enumerate(document):
            text = page.get_textpage()
            words = text.get_text_range()
            for cited in CITED.finditer(words):
                numbers = list(re.finditer("[0-9]+", cited[1]))
                for number in numbers:
                    at = cited.start(1) + number.start()
                    # A pièce alone is linked with its words and its page; of several, each number.
                    start, end = cited.span() if len(numbers) == 1 else (at, at + len(number[0]))
                    if number[0] in known:
                        places = [text.get_rect(n) for n in range(text.count_rects(start, end - start))]
                        found.append((rank, places, number[0], int(cited[2] or 1)))
    yield from found
