"""The stamp « Pièce n° 4 » on a PDF: its text, tags, bookmarks and the place of its pages are kept.

The stamp is an artifact, which a screen reader passes over. Places are those of the page as it is seen: rotated,
cropped or of any size. A PDF that holds an electronic signature is told and left as it is: any change would break it.
"""

import io
import itertools
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pikepdf

from mandats.piece import Timbre
from mandats.pieces.metadonnees import strip_pdf
from mandats.problem import Place, refusal
from mandats.write.typst_engine import Engine

PAGES = Path(__file__).with_name("timbres.typ")
MARGIN = 12.0  # points from the edge of the page
WIDEST, HIGHEST, LEAST = 0.5, 0.2, 0.45  # of the page as it is seen; of the stamp, below which nobody reads it
A4 = 595.0  # points of its shorter side: on a poster, a stamp grows as the page does
CORPS = 8  # points, of a number of page
WIDTHS = {" ": 0.278, "/": 0.278, "i": 0.222, "l": 0.222, "s": 0.5}  # of Helvetica, where not that of a digit
_SIGNED = 1  # /SigFlags: a signature exists (ISO 32000-1, 12.7.2)
logging.getLogger("pikepdf").setLevel(logging.CRITICAL)  # told by `lisible`


@dataclass(frozen=True)
class Stamps:
    """The stamps of a run, drawn together; `at` gives one by its rank."""

    data: bytes

    @cached_property
    def pages(self) -> tuple[pikepdf.Pdf, list[pikepdf.Page]]:
        """The file, which its pages need open, and its pages: read once, for an index reads them all."""
        pdf = pikepdf.open(io.BytesIO(self.data))
        return pdf, list(pdf.pages)

    def on(self, target: pikepdf.Pdf, rank: int) -> tuple[pikepdf.Object, float, float]:
        """The stamp as an object of `target` that any of its pages may show; its width and height, in points."""
        page = self.pages[1][rank]
        _, _, width, height = map(float, page.mediabox)
        return target.copy_foreign(page.as_form_xobject()), width, height


def draw_stamps(texts: Sequence[str], couleur: str, day: str) -> Stamps:
    """`couleur`: #rrggbb; `day`: ISO."""
    data = {"textes": list(texts), "couleur": couleur}
    with Engine(quiet=True) as engine:
        inputs = {"donnees": json.dumps(data, ensure_ascii=False)}
        return Stamps(engine.compile(PAGES.read_text("utf-8"), day, [], inputs))


def is_signed(pdf: pikepdf.Pdf) -> bool:
    """Whether it holds an electronic signature that saving it would break."""
    form = pdf.Root.get("/AcroForm")
    return isinstance(form, pikepdf.Dictionary) and bool(int(form.get("/SigFlags", 0)) & _SIGNED)


class Damaged(Exception):
    """A PDF that its reader had to mend: pages may be missing."""


def stamp(
    source: Path | bytes, target: Path, stamps: Stamps, rank: int, timbre: Timbre, mended: bool = False,
    nu: bool = False,
) -> int | None:  # fmt: skip
    """Write `target`, stamped. The number of its pages; None: it is signed, and nothing is written. `nu`: without
    its metadata.

    Raises UnusableInput (told in French) for a page on which nobody would read the stamp; Damaged, unless `mended`.
    """
    with opened(source) as pdf:
        if pdf.get_warnings() and not mended:
            raise Damaged
        if is_signed(pdf):
            return None
        if nu:
            strip_pdf(pdf)
        form, width, height = stamps.on(pdf, rank)
        pages = pdf.pages if timbre.pages == "toutes" else pdf.pages[:1]
        for number, page in enumerate(pages, 1):
            put(page, form, width, height, timbre.place, number)
        pdf.save(target, deterministic_id=True)
        return len(pdf.pages)


def opened(source: Path | bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(source) if isinstance(source, bytes) else source)


def put(page: pikepdf.Page, form: Any, width: float, height: float, place: str, number: int = 1) -> None:
    """Show a form on a page, at `place` (« haut-droite »…) of what is seen, smaller where the page is small."""
    box, scale, _, (wide, high) = _spot(page, width, height, place)
    if scale < LEAST:
        size = f"{wide / 72 * 25.4:.0f} × {high / 72 * 25.4:.0f} mm"
        told = f"la page {number} est trop petite pour son timbre ({size}) : refaites le fichier sur des pages A4"
        raise refusal("piece-production", Place("timbre"), told)
    name = _add(page, "XObject", form)
    _draw(page, page.calc_form_xobject_placement(form, name, box, allow_expand=True))


def put_number(page: pikepdf.Page, font: pikepdf.Object, said: str) -> None:
    """Write at the foot of a page as it is seen, in `font` (Helvetica); nothing where nobody would read it."""
    width = sum(WIDTHS.get(c, 0.556) for c in said) * CORPS
    box, scale, turned, _ = _spot(page, width + 4, CORPS + 2, "bas-droite")
    if scale < LEAST:
        return
    at = {0: (1, 0, 0, 1, box.llx, box.lly), 90: (0, 1, -1, 0, box.urx, box.lly),
          180: (-1, 0, 0, -1, box.urx, box.ury), 270: (0, -1, 1, 0, box.llx, box.ury)}[turned]  # fmt: skip
    unit = scale / _unit(page)
    axes = " ".join(f"{n * unit:.4f}" for n in at[:4])
    drawn = f"q {axes} {at[4]:.2f} {at[5]:.2f} cm 1 g 0 0 {width + 4:.2f} {CORPS + 2} re f 0.27 g BT "
    drawn += f"{_add(page, 'Font', font)} {CORPS} Tf 2 2 Td ({said}) Tj ET Q"
    _draw(page, b"/Artifact BMC\n" + drawn.encode() + b"\nEMC")


def _spot(
    page: pikepdf.Page, width: float, height: float, place: str
) -> tuple[pikepdf.Rectangle, float, int, tuple[float, float]]:
    """Where a thing of that size goes, in the page's own axes; its scale; how the page is turned; its size as seen."""
    x0, y0, x1, y1 = _seen(page)
    unit = _unit(page)
    turned = page.rotation % 360
    wide, high = (x1 - x0, y1 - y0) if turned % 180 == 0 else (y1 - y0, x1 - x0)
    grown = max(1.0, min(wide, high) * unit / A4)
    scale = min(grown, wide * unit * WIDEST / width, high * unit * HIGHEST / height)
    w, h = width * scale / unit, height * scale / unit
    gap = min(grown * MARGIN / unit, (wide - w) / 2, (high - h) / 2)
    up, side = place.split("-")
    left = {"gauche": gap, "centre": (wide - w) / 2, "droite": wide - w - gap}[side]
    low = high - h - gap if up == "haut" else gap
    # From what is seen (origin: its lower left corner) to the page's own axes.
    at = {0: (left, low, w, h), 90: (high - low - h, left, h, w), 180: (wide - left - w, high - low - h, w, h),
          270: (low, wide - left - w, h, w)}[turned]  # fmt: skip
    box = pikepdf.Rectangle(x0 + at[0], y0 + at[1], x0 + at[0] + at[2], y0 + at[1] + at[3])
    return box, scale, turned, (wide * unit, high * unit)


def _seen(page: pikepdf.Page) -> tuple[float, float, float, float]:
    """What a reader shows of a page: its crop box within its media box, else the whole media box."""
    (a0, b0, a1, b1), (c0, d0, c1, d1) = (map(float, box) for box in (page.cropbox, page.mediabox))
    whole = min(c0, c1), min(d0, d1), max(c0, c1), max(d0, d1)
    left, low = max(min(a0, a1), whole[0]), max(min(b0, b1), whole[1])
    right, high = min(max(a0, a1), whole[2]), min(max(b0, b1), whole[3])
    return (left, low, right, high) if left < right and low < high else whole


def _unit(page: pikepdf.Page) -> float:
    unit = float(page.obj.get("/UserUnit", 1))
    return unit if unit > 0 else 1.0


def _add(page: pikepdf.Page, kind: str, held: Any) -> pikepdf.Name:
    """The name under which the page may draw it: no other resource's, of whatever kind, for pikepdf would drop it."""
    known: Any = page.resources
    for name, one in known.get(f"/{kind}", {}).items():  # of pages that share their resources, the first added it
        if one.objgen == held.objgen:
            return pikepdf.Name(name)
    taken = {name for one in known.values() if isinstance(one, pikepdf.Dictionary) for name in one.as_dict()}
    name = pikepdf.Name(next(name for n in itertools.count() if (name := f"/Timbre{n}") not in taken))
    return page.add_resource(held, pikepdf.Name(f"/{kind}"), name)


def _draw(page: pikepdf.Page, drawn: bytes) -> None:
    """What the page draws is left as it is, between a save and a restore of the state of drawing."""
    page.contents_add(b"q\n", prepend=True)
    page.contents_add(b"\nQ\n" + drawn)
