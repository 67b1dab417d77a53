"""The PDF of any file, to be filed: the original is read, never written.

PDF: as it is. Images: put on A4 pages, the data of a JPEG untouched. Office documents: LibreOffice. A saved web page:
Chromium. A text, an e-mail: printed here. A film, a sound, an archive have no page: they are filed as they are.
"""

import email
import email.policy
import io
import json
import zipfile
from collections.abc import Sequence
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pikepdf

from mandats.files import digest
from mandats.pieces.examen import mute_pages
from mandats.pieces.lisible import UNZIPPED, Sans
from mandats.pieces.metadonnees import drop, saved
from mandats.pieces.timbre import is_signed, opened
from mandats.write.pandoc import EngineError
from mandats.write.programmes import office_pdfs, recognised, web_pdf
from mandats.write.typst_engine import Engine, Glyphs

PAGE = Path(__file__).with_name("imprime.typ")
PROBE = '#set document(title: "a")\n#set text(lang: "fr", font: ("Libertinus Serif", "DejaVu Sans Mono"))\n'
IMAGES = (".jpg", ".jpeg", ".png", ".gif", ".tif", ".tiff", ".bmp", ".webp")
OFFICE = (".docx", ".doc", ".odt", ".rtf", ".xlsx", ".xls", ".ods", ".pptx", ".ppt", ".odp")
WEB, TEXTS, MAIL = (".html", ".htm"), (".txt", ".md", ".csv", ".log", ".json", ".xml"), (".eml",)
LONGEST = 5_000_000  # bytes of a text or an e-mail that is printed
A_LINE = 88  # letters of one, in the fixed font
HEADERS = {"From": "De", "To": "À", "Cc": "Copie", "Date": "Date", "Subject": "Objet"}


def office_copies(files: Sequence[Path]) -> dict[Path, bytes | Sans]:
    """The PDF of each office document of these files, or why there is none."""
    office = [file for file in files if file.suffix.lower() in OFFICE]
    swollen = {
        file: Sans("trop grand une fois décompressé : enregistrez-le en PDF") for file in office if _swells(file)
    }
    office = [file for file in office if file not in swollen]
    try:
        printed: Sequence[bytes | None] = office_pdfs(office) if office else ()
    except EngineError as error:
        return {**swollen, **{file: Sans(str(error)) for file in office}}
    unread = Sans("LibreOffice n'a pas su le lire : enregistrez-le en PDF")
    return {**swollen, **{file: data or unread for file, data in zip(office, printed, strict=True)}}


def _swells(file: Path) -> bool:
    try:
        with zipfile.ZipFile(file) as archive:
            return sum(part.file_size for part in archive.infolist()) > UNZIPPED
    except (zipfile.BadZipFile, ValueError, OSError):
        return False  # no archive, or a broken one: LibreOffice tells


def pdf_copy(file: Path, title: str, day: str) -> bytes | Path | None:
    """The PDF of a file that is no office document: itself, or bytes; None for what is filed as it is. Raises Sans."""
    kind = file.suffix.lower()
    if kind == ".pdf":
        return file
    if kind in IMAGES:
        return image_pdf(file)
    if kind in WEB:
        try:
            return web_pdf(file)
        except EngineError as error:
            raise Sans(str(error)) from None
    if kind not in TEXTS + MAIL:
        return None
    if file.stat().st_size > LONGEST:
        raise Sans(f"trop long pour être imprimé ({LONGEST // 1_000_000} Mo au plus) : enregistrez-le en PDF")
    data = file.read_bytes()
    heads, lines = _mail(data) if kind in MAIL else ([], _decoded(data).splitlines())
    return printed_pdf(title, heads, lines, day)


def image_pdf(file: Path) -> bytes:
    """An image, or each page of a scan, on A4. Raises Sans."""
    import img2pdf
    from PIL import Image

    layout = img2pdf.get_layout_fun((img2pdf.mm_to_pt(210), img2pdf.mm_to_pt(297)), auto_orient=True)
    try:
        data = file.read_bytes()
        with Image.open(io.BytesIO(data)) as image:
            if image.format not in ("JPEG", "TIFF", "GIF") and (image.has_transparency_data or image.format != "PNG"):
                white = Image.new("RGBA", image.size, "white")
                white.alpha_composite(image.convert("RGBA"))
                flat = io.BytesIO()
                white.convert("RGB").save(flat, "PNG")
                data = flat.getvalue()
        how = {"engine": img2pdf.Engine.internal, "nodate": True}  # the same bytes each time
        made = img2pdf.convert(data, layout_fun=layout, rotation=img2pdf.Rotation.ifvalid, **how)
        return bytes(made)
    except Image.DecompressionBombError:
        raise Sans("image trop grande : réduisez-la") from None
    except Exception as error:  # img2pdf and Pillow have no common kind for what is no image
        raise Sans(f"l'image ne se lit pas ({type(error).__name__}) : enregistrez-la en PNG ou en PDF") from None


def searchable(made: Path | bytes) -> Path | bytes | None:
    """The same PDF, the text of its scanned pages under their image; itself when it has none; None when Tesseract could
    not read it. What the file says of itself does not change. Raises Sans: what ocrmypdf lacks.
    """
    if not mute_pages(made):
        return made
    with opened(made) as pdf:
        if is_signed(pdf):
            return made
        told = pdf.trailer.get("/Info")
        try:
            read = recognised(saved(pdf), len(pdf.pages))  # what was locked is not
        except EngineError as error:
            raise Sans(str(error)) from None
        if read is None:
            return None
        with opened(read) as done:
            drop(done.trailer, "/Info", "/ID")
            if told is not None:
                done.trailer.Info = done.copy_foreign(pdf.make_indirect(told))
            drop(done.Root, "/Metadata")
            if "/Metadata" in pdf.Root:
                done.Root.Metadata = done.copy_foreign(pdf.Root.Metadata)
            for page in done.pages:
                _name_again(page)
            return saved(done)


def _name_again(page: pikepdf.Page) -> None:
    """The layer that ocrmypdf names by chance has one name, so that the same scan gives the same bytes."""
    layers: Any = page.resources.get("/XObject", {})
    for name in [name for name in dict(layers.items()) if name.startswith("/OCR-")]:
        layers["/Texte"] = layers[name]
        del layers[name]
        page.contents_coalesce()
        drawn: Any = page.obj.Contents
        drawn.write(drawn.read_bytes().replace(name.encode(), b"/Texte"))


def printed_pdf(title: str, entetes: Sequence[tuple[str, str]], lignes: Sequence[str], day: str) -> bytes:
    """A text in a fixed font, after its headers."""
    with Engine(quiet=True) as engine:
        drawable = Glyphs(engine, PROBE, day, A_LINE)
        heads = [(name, drawable(value)) for name, value in entetes]
        data = {
            "titre": drawable(title), "entetes": heads, "fixe": True,
            "lignes": [drawable(" ".join(line.expandtabs(4).split("\0")).rstrip()) for line in lignes],
        }  # fmt: skip
        return engine.compile(PAGE.read_text("utf-8"), day, inputs={"donnees": json.dumps(data, ensure_ascii=False)})


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _mail(data: bytes) -> tuple[list[tuple[str, str]], list[str]]:
    """The headers of an e-mail, its attachments among them with their hashes, and its text. Raises Sans."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    if not isinstance(message, EmailMessage) or not message["From"]:
        raise Sans("ce n'est pas un courriel : enregistrez-le en PDF")
    heads = [(told, " ".join(str(message[name]).split())) for name, told in HEADERS.items() if message[name]]
    for part in message.iter_attachments():
        held = part.get_payload(decode=True)
        told = f", SHA-256 {digest(held)}" if isinstance(held, bytes) else ""
        heads.append(("Pièce jointe", f"{part.get_filename() or 'sans nom'}{told}"))
    body = message.get_body(("plain", "html"))
    if body is None:
        return heads, []
    text = str(body.get_content())
    if body.get_content_type() == "text/html":
        from lxml import etree, html

        text = "\n".join(etree.XPath("//text()")(html.fromstring(text))) if text.strip() else ""  # type: ignore[arg-type]
    return heads, text.splitlines()
