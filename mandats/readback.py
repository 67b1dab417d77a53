"""DOCX and PDF to plain text, for the self-check, the tests and the drafter.

Both readers give the same thing: the words in reading order, then the notes. A DOCX is read with the numbers Word would
show (lists, headings, paragraphs); a PDF through its structure tree, so that what is compared is what a screen reader
says, and running headers, page numbers and leaders (artifacts) are left out.
"""

from __future__ import annotations

import ctypes
import difflib
import io
import re
import threading
import zipfile
from dataclasses import dataclass, field

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
LINE_HYPHEN = "\x02"  # what pdfium gives for a hyphen that ends a line, a real one or a break
MAX_PART = 50_000_000  # bytes of one part of a DOCX: a returned file may be a bomb


@dataclass
class Reading:
    """`lines`: one per paragraph, with its style or tag; `notes`: one per footnote."""

    lines: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    page_ends: list[int] = field(default_factory=list)  # of a PDF: how many lines each page and those before it hold

    def words(self) -> list[str]:
        """The words to compare: contents' locators dropped, notes after the text."""
        text = "\n".join(line for tag, line in self.lines) + "\n" + "\n".join(self.notes)
        return normalise(text).split()


def normalise(text: str) -> str:
    """Spaces of all kinds alike; hyphens that only break a line away."""
    text = text.replace("\u00ad", "")
    return re.sub(r"[\s\u00a0\u202f\u2009]+", " ", text).strip()


# --- DOCX ------------------------------------------------------------------------------------------------------


def read_docx(data: bytes) -> Reading:
    """Paragraphs, tables and notes of a Word file. Raises ValueError when it is none."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)

    def part(archive: zipfile.ZipFile, name: str):
        if name not in archive.namelist():
            return None
        if archive.getinfo(name).file_size > MAX_PART:
            raise ValueError("document Word trop volumineux")
        return etree.fromstring(archive.read(name), parser)

    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        document = part(archive, "word/document.xml")
        numbering, styles, notes = (part(archive, f"word/{n}.xml") for n in ("numbering", "styles", "footnotes"))
    except (zipfile.BadZipFile, etree.XMLSyntaxError) as error:
        raise ValueError(f"ce n'est pas un document Word ({error})") from None
    if document is None:
        raise ValueError("ce n'est pas un document Word")
    labels = _Labels(numbering, styles)
    reading = Reading()
    order: list[str] = []
    for paragraph in document.iter(W + "p"):
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        name = style.get(W + "val") if style is not None else "Normal"
        words = _runs(paragraph, order)
        if re.fullmatch(r"TOC\d", name):
            words = words.split("\t")[0]
        label = labels.next(paragraph, name)
        if words.strip() or label:
            reading.lines.append((name, f"{label} {words}".strip() if label else words))
    if notes is not None:
        by_id = {n.get(W + "id"): n for n in notes.iter(W + "footnote")}
        reading.notes = [" ".join(_runs(p, []) for p in by_id[i].iter(W + "p")) for i in order if i in by_id]
    return reading


def _runs(paragraph, order: list[str]) -> str:
    out = []
    for node in paragraph.iter(W + "t", W + "tab", W + "br", W + "footnoteReference", W + "noBreakHyphen"):
        if node.tag == W + "t":
            out.append(node.text or "")
        elif node.tag == W + "footnoteReference":
            order.append(node.get(W + "id"))
        elif node.tag == W + "noBreakHyphen":
            out.append("-")
        elif node.getparent().tag == W + "r":  # not a tab stop's definition
            out.append("\t" if node.tag == W + "tab" else " ")
    return "".join(out)


class _Labels:
    """The numbers Word shows: numbering of the paragraph, else of its style (and the styles it is based on)."""

    def __init__(self, numbering, styles):
        self.levels: dict[tuple[str, int], tuple[str, str, int]] = {}
        self.abstract: dict[str, str] = {}
        self.of_style: dict[str, tuple[str, int]] = {}
        self.counters: dict[tuple[str, int], int] = {}
        if numbering is not None:
            for num in numbering.iter(W + "num"):
                self.abstract[num.get(W + "numId")] = num.find(W + "abstractNumId").get(W + "val")
            for abstract in numbering.iter(W + "abstractNum"):
                for level in abstract.iter(W + "lvl"):
                    key = abstract.get(W + "abstractNumId"), int(level.get(W + "ilvl"))

                    def value(tag: str, default: str, level=level) -> str:
                        found = level.find(W + tag)
                        return default if found is None else found.get(W + "val") or default

                    self.levels[key] = value("numFmt", "decimal"), value("lvlText", ""), int(value("start", "1"))
        based: dict[str, str] = {}
        if styles is not None:
            for style in styles.iter(W + "style"):
                ident = style.get(W + "styleId")
                if style.find(W + "basedOn") is not None:
                    based[ident] = style.find(W + "basedOn").get(W + "val")
                found = self._read(style.find(f"{W}pPr/{W}numPr"))
                if found:
                    self.of_style[ident] = found
        for ident in based:
            seen, current = set(), ident
            while current and current not in self.of_style and current not in seen:
                seen.add(current)
                current = based.get(current, "")
            if current in self.of_style:
                self.of_style.setdefault(ident, self.of_style[current])

    @staticmethod
    def _read(node) -> tuple[str, int] | None:
        if node is None:
            return None
        num, level = node.find(W + "numId"), node.find(W + "ilvl")
        return (num.get(W + "val") if num is not None else "", int(level.get(W + "val")) if level is not None else 0)

    def next(self, paragraph, style: str) -> str:
        own = self._read(paragraph.find(f"{W}pPr/{W}numPr"))
        found = own or self.of_style.get(style)
        if not found or found[0] in ("", "0"):
            return ""
        num, level = found
        if not own and style[-1:].isdigit() and style.startswith("Heading"):
            level = int(style[-1]) - 1
        abstract = self.abstract.get(num, "")
        # Lists made by pandoc restart with each numId; styles share their abstract numbering.
        key = num if own else abstract
        form, pattern, start = self.levels.get((abstract, level), ("decimal", "", 1))
        if form == "none" or not pattern:
            return ""
        self.counters[(key, level)] = self.counters.get((key, level), start - 1) + 1
        for deeper in range(level + 1, 10):
            self.counters.pop((key, deeper), None)
        if form == "bullet":
            return "–"

        def shown(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            fmt = self.levels.get((abstract, at), ("decimal", "", 1))[0]
            return _format(self.counters.get((key, at), 1), fmt)

        return re.sub(r"%(\d)", shown, pattern)


def _format(n: int, form: str) -> str:
    if form in ("upperRoman", "lowerRoman"):
        out = ""
        for value, digits in ((50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):
            out += digits * (n // value)
            n %= value
        return out if form == "upperRoman" else out.lower()
    if form in ("upperLetter", "lowerLetter"):
        return chr((64 if form == "upperLetter" else 96) + n)
    return str(n)


# --- PDF -------------------------------------------------------------------------------------------------------

_PDFIUM = threading.Lock()  # pdfium keeps global state: one caller at a time


def warm_up() -> None:
    """Load the readers' libraries: called while an engine works and this process waits."""
    import pypdfium2.raw  # noqa: F401


_BLOCKS = {"P", "H1", "H2", "H3", "H4", "H5", "H6", "BlockQuote", "TD", "TH", "LI", "TOCI", "Title", "Caption"}


def read_pdf(data: bytes) -> Reading:
    """The words of a tagged PDF in the order of its structure tree. Raises ValueError when it is not one."""
    import pypdfium2 as pdfium
    import pypdfium2.raw as raw

    with _PDFIUM:
        try:
            document = pdfium.PdfDocument(data)
        except pdfium.PdfiumError as error:
            raise ValueError(f"ce n'est pas un PDF ({error})") from None
        return _read_pdf(raw, document)


def _read_pdf(raw, document) -> Reading:
    reading = Reading()
    buffer = ctypes.create_string_buffer(200)
    try:
        for page in document:
            textpage = page.get_textpage()
            content: dict[int, list[str]] = {}
            _collect(raw, page.raw, textpage.raw, content)
            tree = raw.FPDF_StructTree_GetForPage(page.raw)
            if not tree:
                raise ValueError("PDF sans balises")
            walker = _PdfWalker(raw, content, reading, buffer)
            for i in range(raw.FPDF_StructTree_CountChildren(tree)):
                walker.visit(raw.FPDF_StructTree_GetChildAtIndex(tree, i), "")
            walker.flush()
            reading.page_ends.append(len(reading.lines))
            raw.FPDF_StructTree_Close(tree)
            textpage.close()
            page.close()
    finally:
        document.close()
    return reading


def _collect(raw, page, textpage, content: dict[int, list[str]]) -> None:
    """Text of each marked content of a page, in drawing order."""
    buffer = (ctypes.c_ushort * 2048)()  # one line of text, with room
    for i in range(raw.FPDFPage_CountObjects(page)):
        item = raw.FPDFPage_GetObject(page, i)
        if raw.FPDFPageObj_GetType(item) != raw.FPDF_PAGEOBJ_TEXT:
            continue
        ident = raw.FPDFPageObj_GetMarkedContentID(item)
        if ident < 0:
            continue
        size = raw.FPDFTextObj_GetText(item, textpage, buffer, 2 * len(buffer))
        if size > 2 * len(buffer):
            buffer = (ctypes.c_ushort * (size // 2))()
            raw.FPDFTextObj_GetText(item, textpage, buffer, size)
        content.setdefault(ident, []).append(
            memoryview(buffer).cast("B")[: size - 2].tobytes().decode("utf-16-le", "replace")
        )


class _PdfWalker:
    def __init__(self, raw, content, reading, buffer):
        self.raw, self.content, self.reading, self.buffer = raw, content, reading, buffer
        self.pending: list[str] = []
        self.tag = ""

    def flush(self) -> None:
        words = "".join(self.pending)
        if words.strip():
            if self.tag == "TOCI":
                words = re.sub(r"[\s.]*\d+\s*$", "", words)
            self.reading.lines.append((self.tag or "P", words))
        self.pending = []

    def visit(self, element, parent: str) -> None:
        raw = self.raw
        size = raw.FPDF_StructElement_GetType(element, self.buffer, 200)
        tag = self.buffer.raw[: max(0, size - 2)].decode("utf-16-le", "replace")
        if tag in ("Note", "FENote"):
            self.reading.notes.append("".join(self._words(element, skip_label=True)))
            return
        if tag == "Lbl" and parent in ("P", "BlockQuote", "H1", "H2", "H3", "H4", "TD", "LBody"):
            return  # the call of a note
        if tag in _BLOCKS:
            self.flush()
            self.tag = tag
        for i in range(raw.FPDF_StructElement_CountChildren(element)):
            child = raw.FPDF_StructElement_GetChildAtIndex(element, i)
            if child:
                self.visit(child, tag)
            else:
                ident = raw.FPDF_StructElement_GetChildMarkedContentID(element, i)
                self.pending += self.content.get(ident, [])
        if tag in _BLOCKS:
            self.flush()
            self.tag = ""

    def _words(self, element, skip_label: bool) -> list[str]:
        raw = self.raw
        out: list[str] = []
        for i in range(raw.FPDF_StructElement_CountChildren(element)):
            child = raw.FPDF_StructElement_GetChildAtIndex(element, i)
            if child:
                raw.FPDF_StructElement_GetType(child, self.buffer, 200)
                tag = self.buffer.raw.decode("utf-16-le", "replace").split("\0")[0]
                if not (skip_label and tag == "Lbl"):
                    out += self._words(child, False)
            else:
                out += self.content.get(raw.FPDF_StructElement_GetChildMarkedContentID(element, i), [])
        return out


# --- comparison ------------------------------------------------------------------------------------------------


def compare(docx: Reading, pdf: Reading) -> list[str]:
    """The differences between the two, as short lines of context; empty when they say the same.

    Compared without spaces: where a line breaks, a PDF keeps none.
    """
    left = "".join(docx.words())
    if left == _rejoin("".join(pdf.words()), left):
        return []
    out = []
    a, b = docx.words(), [w.replace(LINE_HYPHEN, "") for w in pdf.words()]
    matcher = difflib.SequenceMatcher(None, a, b, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "equal" and "".join(a[i1:i2]) != "".join(b[j1:j2]):
            before = " ".join(a[max(0, i1 - 4) : i1])
            out.append(f"… {before} [DOCX : {' '.join(a[i1:i2])[:120]}] [PDF : {' '.join(b[j1:j2])[:120]}]")
    return out or ["le découpage en mots diffère"]


def _rejoin(broken: str, whole: str) -> str:
    """`broken` with each hyphen at a line's end kept when `whole` has one there, dropped when it only broke a word."""
    out: list[str] = []
    at = 0
    for piece in broken.split(LINE_HYPHEN):
        out.append(piece)
        at += len(piece)
        if whole[at : at + 1] in ("-", "‑"):
            out.append(whole[at])
            at += 1
    return "".join(out)
