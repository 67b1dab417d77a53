"""Files of every kind that people call a pièce, made here."""

import io
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pikepdf
from docx import Document
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


def docx() -> bytes:
    out, made = io.BytesIO(), Document()
    made.add_paragraph("Un document de bureautique, avec ses accents : é, à, œ.")
    made.save(out)
    return out.getvalue()


def odt() -> bytes:
    return run_pandoc([ast.para([{"t": "Str", "c": "Ouvert."}])], "odt")


def mail() -> bytes:
    made = EmailMessage()
    made["From"], made["To"] = "Service <service@example.org>", "Vigie <vigie@example.org>"
    made["Subject"], made["Date"] = "Réponse à votre demande", "Mon, 02 Mar 2026 10:00:00 +0100"
    made.set_content("Votre demande est refusée.\n\nBien à vous.\n")
    made.add_attachment(b"%PDF-1.7 rien", maintype="application", subtype="pdf", filename="décision.pdf")
    return made.as_bytes()


WEB = """<!doctype html><html><head><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=file:///etc/hostname">
<title>Page</title></head><body><h1>Une page enregistrée</h1>
<p>Ses mots.</p><script>document.body.innerHTML = "CODE EXÉCUTÉ"</script>
<iframe src="file:///etc/hostname"></iframe><img src="http://127.0.0.1:9/x.png"></body></html>"""


def write_all(folder: Path) -> list[str]:
    """Sixteen files of eight formats, in the order in which they are numbered."""
    locked = pikepdf.Encryption(owner="secret", user="", allow=pikepdf.Permissions(extract=False, modify_other=False))
    files = {
        "a.pdf": pdf(3), "b.pdf": pdf(2, rotate=90), "c.pdf": pdf(1, rotate=180, size=(842, 595)),
        "d.pdf": pdf(2, rotate=270), "e.pdf": pdf(1, crop=(100, 200, 400, 700)), "f.pdf": pdf(1, size=(1684, 2384)),
        "g.pdf": pdf(4, encryption=locked), "h.pdf": signed(), "i.png": image("PNG", mode="RGBA"),
        "j.jpg": image("JPEG", size=(3000, 2000)), "k.tiff": image("TIFF", frames=3), "l.docx": docx(), "m.odt": odt(),
        "n.txt": "Première ligne\n\tdeuxième – « ligne » 😀\n".encode(), "o.eml": mail(), "p.html": WEB.encode(),
    }  # fmt: skip
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return list(files)


def bomb() -> bytes:
    """A small PNG of a hundred thousand pixels a side."""
    out = io.BytesIO()
    Image.new("1", (1, 1)).save(out, "PNG")
    import struct
    import zlib

    head = struct.pack(">IIBBBBB", 100_000, 100_000, 1, 0, 0, 0, 0)
    chunk = b"IHDR" + head
    data = out.getvalue()
    return data[:8] + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk)) + data[33:]


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("x.txt", "x")
    return out.getvalue()
