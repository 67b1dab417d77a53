"""A lighter PDF: the images that are finer than a reader sees are drawn again, and nothing else is touched."""

import contextlib
import io
from pathlib import Path

import pikepdf

from mandats.pieces.metadonnees import BROKEN, drop, saved
from mandats.pieces.timbre import is_signed, opened

A4 = 11.7  # inches of its longer side: where an image is shown is not read, so it is taken to fill a page
DPI, QUALITY = 150, 75
SMALL = 50_000  # bytes below which an image is left


def heavy_pages(source: Path) -> list[int]:
    """The pages, from 1, whose images weigh most of the file; nothing of a file that is not read."""
    with contextlib.suppress(*BROKEN), opened(source) as pdf:
        sizes = [sum(_weight(drawn) for drawn in page.get_images().values()) for page in pdf.pages]
        return [rank for rank, size in enumerate(sizes, 1) if size > max(SMALL, max(sizes) / 4)]
    return []


def _weight(drawn: pikepdf.Object) -> int:
    return len(drawn.read_raw_bytes()) if isinstance(drawn, pikepdf.Stream) else 0


def lighten(source: Path | bytes, dpi: int = DPI) -> bytes:
    """The same PDF with its images at most `dpi` points per inch of an A4 page; a signed one unchanged."""
    from PIL import Image

    with opened(source) as pdf:
        if is_signed(pdf):
            return source if isinstance(source, bytes) else source.read_bytes()
        seen: set[tuple[int, int]] = set()
        for page in pdf.pages:
            for drawn in page.get_images().values():
                if drawn.objgen in seen or _weight(drawn) < SMALL or not isinstance(drawn, pikepdf.Stream):
                    continue
                seen.add(drawn.objgen)
                try:
                    image = pikepdf.PdfImage(drawn).as_pil_image()
                except (pikepdf.PdfError, NotImplementedError, ValueError, OSError, Image.DecompressionBombError):
                    continue  # of a kind that is not read here: it stays as it is
                if image.mode == "1":
                    continue  # black and white: a photograph's compression would make it heavier
                image = image.convert("L" if image.mode in ("L", "LA") else "RGB")
                image.thumbnail((int(A4 * dpi), int(A4 * dpi)))
                out = io.BytesIO()
                image.save(out, "JPEG", quality=QUALITY, optimize=True)
                if len(out.getvalue()) < _weight(drawn):
                    drawn.write(out.getvalue(), filter=pikepdf.Name.DCTDecode)
                    drawn.ColorSpace = pikepdf.Name.DeviceGray if image.mode == "L" else pikepdf.Name.DeviceRGB
                    drawn.Width, drawn.Height, drawn.BitsPerComponent = *image.size, 8
                    drop(drawn, "/DecodeParms", "/Decode")
        return saved(pdf)
