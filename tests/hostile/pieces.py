"""Files of pièces that their receiver could not open, or of which a page would be missing; and sound ones beside."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pikepdf
from docx import Document
from PIL import Image

from mandats.build import examine
from mandats.problem import ERREUR
from tests.conftest import ROOT
from tests.hostile import ONE_LINE, RIGHT, Attempt, Dice, Outcome, wrong

CASE = ROOT / "tests" / "bad" / "piece-absente" / "case.yaml"
SOUND = sorted((ROOT / "cases").glob("*/pieces/*.pdf"))


def told(folder: Path, name: str, data: bytes) -> list[tuple[str, str]]:
    """(gravity, message) of what the final version says of one pièce, at its place."""
    pieces = folder / "case" / "pieces"
    pieces.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "tests" / "data" / "piece.pdf", pieces / "01-decision.pdf")
    (pieces / name).write_bytes(data)
    text = CASE.read_text("utf-8").replace("02-fond.pdf", name)
    (folder / "case.yaml").write_text(text, "utf-8")
    found = [p for p in examine(folder / "case.yaml", ROOT, final=True).problems if "piece-" in p.id]
    (pieces / name).unlink()
    assert all(p.chemin == "pieces[1].fichier" and p.place.ligne == 16 for p in found if p.id != "piece-non-citee")
    return [(p.gravite, p.message) for p in found if p.id in ("piece-illisible", "piece-absente")]


def refused(folder: Path, name: str, data: bytes) -> Outcome:
    found = told(folder, name, data)
    if len(found) == 1 and found[0][0] == ERREUR and "\n" not in found[0][1] and str(folder) not in found[0][1]:
        return ONE_LINE
    return wrong(f"{name} ({data[:30]!r}, {len(data)} bytes): {found}")


def accepted(folder: Path, name: str, data: bytes) -> Outcome:
    found = told(folder, name, data)
    return RIGHT if not found else wrong(f"{name}: a false refusal: {found}")


@cache
def several_pages(pages: int = 5, image: bool = True) -> bytes:
    """A PDF with text on each page and a scan, its streams not compressed together: damage stays where it falls."""
    pdf = pikepdf.new()
    for n in range(pages):
        page = pdf.add_blank_page(page_size=(595, 842))
        page.Contents = pdf.make_stream(b"q 1 0 0 1 50 700 cm 0 0 m %d 10 l S Q\n" % (n + 1) * 200)
    out = io.BytesIO()
    pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable, compress_streams=True, deterministic_id=True)
    return out.getvalue()


@cache
def scan(kind: str) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((200, 150), 80).convert("RGB").save(out, kind)
    return out.getvalue()


@cache
def office() -> bytes:
    out, document = io.BytesIO(), Document()
    document.add_paragraph("Un texte de la pièce. " * 50)
    document.save(out)
    return out.getvalue()


@cache
def sheet(part: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(part, "<a>" + "valeur " * 300 + "</a>")
    return out.getvalue()


def locked(user: str) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(several_pages())) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="propriétaire", user=user))
    return out.getvalue()


def lost_page(how: str) -> bytes:
    """A page whose object, or whose content, is gone while the tree still counts it."""
    with pikepdf.open(io.BytesIO(several_pages())) as pdf:
        number = pdf.pages[2].objgen[0] if how == "object" else pdf.pages[2].Contents.objgen[0]
    return several_pages().replace(b"\n%d 0 obj" % number, b"\n%d 0 xxx" % number)


KINDS: tuple[tuple[str, Callable[[], bytes]], ...] = (
    ("a.pdf", several_pages), ("a.jpg", lambda: scan("JPEG")), ("a.png", lambda: scan("PNG")),
    ("a.tiff", lambda: scan("TIFF")), ("a.gif", lambda: scan("GIF")), ("a.docx", office),
    ("a.xlsx", lambda: sheet("xl/workbook.xml")), ("a.odt", lambda: sheet("content.xml")),
    ("a.webp", lambda: scan("WEBP")), ("a.bmp", lambda: scan("BMP")), ("a.zip", lambda: sheet("x")),
)  # fmt: skip


def sound(rng: Dice, folder: Path) -> Outcome:
    """Files that open are accepted, whatever their kind, an owner's password or the letters of their name."""
    name, make = rng.choice(
        (
            *KINDS, ("A.PDF", several_pages), ("é à.Pdf", lambda: rng.choice(SOUND).read_bytes()),
            ("a.pdf", lambda: locked("")), ("a.txt", lambda: b"texte"), ("a.mp4", lambda: b"\0\0\0\x18ftypmp42" * 9),
            ("a.heic", lambda: b"\0\0\0\x18ftypheic" * 9), ("a.eml", lambda: b"From: a@exemple.org\n"),
            ("a.pdf", lambda: b"junk before\n" + several_pages()), ("a.jpg", lambda: scan("PNG")),
        )
    )  # fmt: skip
    found = told(folder, name, make())
    return RIGHT if not any(g == ERREUR for g, _ in found) else wrong(f"{name}: {found}")


def another_kind(rng: Dice, folder: Path) -> Outcome:
    """A file of one kind under the name of another, that no reader would open."""
    (name, _), (other, make) = rng.sample(KINDS, 2)
    images = (".jpg", ".png", ".tiff", ".gif", ".webp", ".bmp")
    archives = (".docx", ".xlsx", ".odt", ".zip")
    if all(n.endswith(images) for n in (name, other)) or (name.endswith(".zip") and other.endswith(archives)):
        return accepted(folder, name, make())
    return refused(folder, name, make())


def odd(rng: Dice, folder: Path) -> Outcome:
    """Empty, zeros, a web page, a pointer, protected by a password, without a page, a page lost."""
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000)
    return refused(
        folder,
        *rng.choice(
            (
                ("a.pdf", b""), ("a.pdf", bytes(20_000)), ("a.pdf", b"<!doctype html><p>connexion"),
                ("a.pdf", b"version https://git-lfs.github.com/spec/v1\noid sha256:0"), ("a.pdf", b"%PDF-1.7\n"),
                ("a.mp4", b"version https://git-lfs.github.com/spec/v1\noid sha256:0"), ("a.pdf", locked("secret")),
                ("a.pdf", several_pages(0)), ("a.pdf", lost_page("object")), ("a.pdf", lost_page("content")),
                ("a.docx", old), ("a.xlsx", old), ("a.doc", b"texte"), ("a.rtf", b"texte"), ("a.jpg", bytes(300)),
                ("a.docx", sheet("xl/workbook.xml")), ("a.png", b"\x89PNG\r\n\x1a\n"), ("a.odt", b"PK\x03\x04"),
                ("a.pdf", b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[2 0 R]"
                          b"/Count 1>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"),
            )
        ),
    )  # fmt: skip


def truncated(rng: Dice, folder: Path) -> Outcome:
    """Cut anywhere before its last tenth."""
    name, make = rng.choice([k for k in KINDS if k[0] != "a.gif"])  # a GIF cut inside its pixels may still be whole
    data = make()
    cut = data[: rng.randrange(1, len(data) * 9 // 10)]
    if not any(cut):
        return RIGHT
    return refused(folder, name, cut)


def damaged(rng: Dice, folder: Path) -> Outcome:
    """Bytes altered: in a page's content, always an error; anywhere, an error, a warning said once, or nothing lost."""
    data = bytearray(several_pages())
    if rng.random() < 0.5:
        with pikepdf.open(io.BytesIO(bytes(data))) as pdf:
            raw = pdf.pages[rng.randrange(5)].Contents.read_raw_bytes()
        start = data.index(raw)
        data[start + 2 : start + len(raw) - 4] = rng.randbytes(len(raw) - 6)
        found = told(folder, "a.pdf", bytes(data))  # by luck, what is left may be an empty page, of a false checksum
        return ONE_LINE if len(found) == 1 else wrong(f"a page of noise: {found}")
    for _ in range(rng.choice((1, 5, 40, 200))):
        data[rng.randrange(len(data))] = rng.randrange(256)
    found = told(folder, "a.pdf", bytes(data))
    if len(found) > 1 or any("\n" in m or str(folder) in m for _, m in found):
        return wrong(f"{found}")
    return ONE_LINE if found else RIGHT


ATTEMPTS: dict[str, Attempt] = {
    "sound": sound, "another-kind": another_kind, "odd": odd, "truncated": truncated, "damaged": damaged,
}  # fmt: skip
