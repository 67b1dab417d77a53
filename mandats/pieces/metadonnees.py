"""What a file says of who made it, where and with what: told, and taken out of the copy that is filed when asked."""

import contextlib
import io
import mmap
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2 as pdfium
from lxml import etree

ABOUT = {"/Author": "auteur", "/Company": "organisme", "/Creator": "logiciel", "/Producer": "logiciel"}
EXIF = {0x013B: "auteur", 0x010F: "appareil", 0x0110: "appareil", 0x0131: "logiciel", 0x9003: "prise le"}
GPS = 0x8825
CORE = {"creator": "auteur", "lastModifiedBy": "modifié par"}
# What a PDF that does not say what it should may raise.
BROKEN = (
    ValueError, TypeError, LookupError, AttributeError, ArithmeticError, pikepdf.PikepdfError, pdfium.PdfiumError,
)  # fmt: skip
UNREAD = (*BROKEN, OSError, RuntimeError, SyntaxError, zipfile.BadZipFile, etree.XMLSyntaxError)
MMAP = pikepdf.AccessMode.mmap
APP1, APP13, SCAN = 0xE1, 0xED, 0xDA  # of a JPEG: Exif and XMP; IPTC; where the image begins


def metadata(file: Path) -> tuple[str, ...]:
    """« auteur : C. Exemple », « position GPS »…; nothing of a file that is not read."""
    with contextlib.suppress(*UNREAD):
        return tuple(dict.fromkeys(_read(file)))
    return ()


def _read(file: Path) -> Iterator[str]:
    kind = file.suffix.lower()
    if kind == ".pdf":
        with file.open("rb") as stream, pikepdf.open(stream, access_mode=MMAP) as pdf:
            yield from (f"{ABOUT[k]} : {v}" for k, v in pdf.docinfo.items() if k in ABOUT and str(v).strip())
            with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
                ends = sum(1 for _ in re.finditer(b"%%EOF", data))
            if ends > 1 and ends > 1 + pdf.is_linearized:
                yield "versions antérieures gardées dans le fichier"
    elif kind in (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp"):
        from PIL import Image

        with Image.open(file) as image:
            held = image.getexif()
            inner = held.get_ifd(0x8769)
            yield from (f"{EXIF[k]} : {v}" for k, v in {**held, **inner}.items() if k in EXIF and str(v).strip())
            if held.get_ifd(GPS):
                yield "position GPS"
    elif kind in (".docx", ".xlsx", ".pptx"):
        with zipfile.ZipFile(file) as archive:
            if archive.getinfo("docProps/core.xml").file_size < 1_000_000:
                root = etree.fromstring(archive.read("docProps/core.xml"), etree.XMLParser(resolve_entities=False))
                for node in root:
                    if (name := CORE.get(etree.QName(node).localname)) and node.text:
                        yield f"{name} : {node.text}"


def drop(held: Any, *keys: str) -> None:
    """Leave out these entries of an object, those that it has."""
    for key in keys:
        if key in held:
            del held[key]


def saved(pdf: pikepdf.Pdf, **how: Any) -> bytes:
    """The bytes of a PDF, the same each time."""
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True, **how)
    return out.getvalue()


def strip_pdf(pdf: pikepdf.Pdf) -> None:
    """Without its properties, nor those of its images; earlier versions go when it is saved."""
    drop(pdf.docinfo, *pdf.docinfo.keys())
    for held in [pdf.Root, *(page.obj for page in pdf.pages)]:
        drop(held, "/Metadata", "/PieceInfo", "/LastModified")
    for page in pdf.pages:
        for image in page.get_images().values():
            drop(image, "/Metadata")
            if isinstance(image, pikepdf.Stream) and image.get("/Filter") == "/DCTDecode":
                image.write(strip_jpeg(image.read_raw_bytes()), filter=pikepdf.Name.DCTDecode)


def strip_jpeg(data: bytes) -> bytes:
    """The same image without what it says of itself; what is no JPEG unchanged."""
    if data[:2] != b"\xff\xd8":
        return data
    stream = io.BytesIO(data)
    kept = [stream.read(2)]
    while len(head := stream.read(4)) == 4 and head[0] == 0xFF and head[1] != SCAN:
        part = stream.read(max(int.from_bytes(head[2:]) - 2, 0))
        if head[1] not in (APP1, APP13):
            kept += [head, part]
    return b"".join([*kept, head, stream.read()])
