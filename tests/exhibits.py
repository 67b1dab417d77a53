"""Files of every kind that people call a pièce, made here."""

import functools
import io
import struct
import zipfile
import zlib
from email.message import EmailMessage

import pikepdf
import pypdfium2 as pdfium
from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from PIL import Image

from mandats import blocks as ast
from mandats.write.pandoc import run_pandoc

DOT = b"0.2 0.4 0.8 rg 20 20 60 40 re f"


def pdf(pages=1, rotate=0, size=(595, 842), crop=None, words="Un texte de la pièce.", **save) -> bytes:
    """A PDF with words on each page, bookmarks, and the oddities asked for."""
    made = pikepdf.new()
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica,
        Encoding=pikepdf.Name.WinAnsiEncoding,
    )  # fmt: skip
    for n in range(1, pages + 1):
        page = made.add_blank_page(page_size=size)
        said = f"{words} Page {n}.".encode("cp1252").replace(b"(", b"\\(").replace(b")", b"\\)")
        page.Contents = made.make_stream(
            b"0.5 0 0 0.5 0 0 cm " + DOT + b" BT /F1 24 Tf 60 300 Td (" + said + b") Tj ET"
        )
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        if rotate:
            page.Rotate = rotate
        if crop:
            page.cropbox = crop
    with made.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("Première partie", 0))
    out = io.BytesIO()
    made.save(out, deterministic_id="encryption" not in save, **save)
    return out.getvalue()


def signed() -> bytes:
    """What tells a signature, without one: enough for whoever must not break it."""
    with pikepdf.open(io.BytesIO(pdf())) as made:
        made.Root.AcroForm = pikepdf.Dictionary(SigFlags=3, Fields=pikepdf.Array())
        out = io.BytesIO()
        made.save(out)
        return out.getvalue()


def image(kind: str, size=(400, 300), mode="RGB", frames=1, **save) -> bytes:
    out = io.BytesIO()
    made = Image.effect_noise(size, 60).convert(mode)
    if frames > 1:
        save |= {"save_all": True, "append_images": [made.rotate(90 * n) for n in range(1, frames)]}
    made.save(out, kind, **save)
    return out.getvalue()


def scan(words: str) -> bytes:
    """A PDF of one page, an image where words are read."""
    with pdfium.PdfDocument(pdf(words=words)) as document:
        drawn = document[0].render(scale=200 / 72).to_pil().convert("L")
    out = io.BytesIO()
    drawn.save(out, "PDF", resolution=200)
    return out.getvalue()


def docx(linked: str = "") -> bytes:
    """A text; with an image that is not in the file but at an address, when one is given."""
    out, made = io.BytesIO(), Document()
    made.add_paragraph("Un document de bureautique, avec ses accents : é, à, œ.")
    if linked:
        made.add_picture(io.BytesIO(image("PNG", size=(40, 40))))
        (blip,) = made.element.body.iter(qn("a:blip"))
        del blip.attrib[qn("r:embed")]
        blip.set(qn("r:link"), made.part.relate_to(linked, RELATIONSHIP_TYPE.IMAGE, is_external=True))
    made.save(out)
    return out.getvalue()


def odt() -> bytes:
    return run_pandoc([ast.para([{"t": "Str", "c": "Ouvert."}])], "odt")


def mail() -> bytes:
    made = EmailMessage()
    made["From"], made["To"] = "Service <service@example.org>", "Vigie <vigie@example.org>"
    made["Subject"], made["Date"] = "Réponse à votre demande", "Mon, 02 Mar 2026 10:00:00 +0100"
    made.set_content("Votre demande est refusée.\n\nBien à vous.\n")
    made.add_attachment(b"%PDF-1.7 rien", maintype="application", subtype="pdf", filename="../../etc/décision.pdf")
    return made.as_bytes()


REACHING = """<!doctype html><meta charset="utf-8"><title>Page</title><link rel="stylesheet" href="{0}/s.css">
<p>Une page.</p><img src="{0}/i.png"><iframe src="{0}/f"></iframe><script src="{0}/s.js"></script>
<img src="file:///etc/hostname"><object data="{0}/o"></object>
<style>@import "{0}/t.css"; p {{background: url({0}/b)}}</style>
"""
WEB = """<!doctype html><html><head><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=file:///etc/hostname">
<title>Page</title></head><body><h1>Une page enregistrée</h1>
<p>Ses mots.</p><script>document.body.innerHTML = "CODE EXÉCUTÉ"</script>
<iframe src="file:///etc/hostname"></iframe><img src="http://127.0.0.1:9/x.png"></body></html>"""


@functools.cache
def all_files() -> dict[str, bytes]:
    """Sixteen files of eight formats, in the order in which they are numbered."""
    locked = pikepdf.Encryption(owner="secret", user="", allow=pikepdf.Permissions(extract=False, modify_other=False))
    return {
        "a.pdf": pdf(3), "b.pdf": pdf(2, rotate=90), "c.pdf": pdf(1, rotate=180, size=(842, 595)),
        "d.pdf": pdf(2, rotate=270), "e.pdf": pdf(1, crop=(100, 200, 400, 700)), "f.pdf": pdf(1, size=(1684, 2384)),
        "g.pdf": pdf(4, encryption=locked), "h.pdf": signed(), "i.png": image("PNG", mode="RGBA"),
        "j.jpg": image("JPEG", size=(3000, 2000)), "k.tiff": image("TIFF", frames=3), "l.docx": docx(), "m.odt": odt(),
        "n.txt": "Première ligne\n\tdeuxième – « ligne » 😀\n".encode(), "o.eml": mail(), "p.html": WEB.encode(),
    }  # fmt: skip


def bomb() -> bytes:
    """A small PNG of a hundred thousand pixels a side."""
    out = io.BytesIO()
    Image.new("1", (1, 1)).save(out, "PNG")
    head = struct.pack(">IIBBBBB", 100_000, 100_000, 1, 0, 0, 0, 0)
    chunk = b"IHDR" + head
    data = out.getvalue()
    return data[:8] + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk)) + data[33:]


def zipped(size: int | None = None) -> bytes:
    """An archive; it says that its part is of that size once unfolded."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "x")
    data = out.getvalue()
    at = data.index(b"PK\1\2") + 24
    return data if size is None else data[:at] + struct.pack("<I", size) + data[at + 4 :]


def swollen(size: int) -> bytes:
    """A PDF whose only page draws that many spaces."""
    data = zlib.compress(b" " * size, 9)
    return changed(pdf(), lambda made: made.pages[0].Contents.write(data, filter=pikepdf.Name.FlateDecode))


def changed(data: bytes, change, **save) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as made:
        change(made)
        made.save(out, **save)
    return out.getvalue()


def boxed(rank=0, **keys) -> bytes:
    """A PDF one of whose two pages has these keys: boxes, turns and units that no one expects."""

    def change(made):
        for name, value in keys.items():
            made.pages[rank].obj[f"/{name}"] = value

    return changed(pdf(2), change)


def cyclic() -> bytes:
    """A PDF whose tree of pages holds itself."""

    def turn(made):
        made.Root.Pages.Kids = pikepdf.Array([made.Root.Pages, *made.Root.Pages.Kids])

    return changed(pdf(2), turn)
