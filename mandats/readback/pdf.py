"""A tagged PDF to its words, through its structure tree, and how its pages break.

Where words stand is read too: a page that ends on a heading, on a colon or in the midst of a note's sentence, or that
leaves one line of a paragraph alone, is told with the height to leave white at its foot so that it does not.
"""

import contextlib
import ctypes
import itertools
import threading
from collections.abc import Iterator
from typing import Any

from mandats.readback.breaks import Block, judge, lines_of
from mandats.readback.reading import Reading

PDFIUM = threading.Lock()  # pdfium keeps global state: one caller at a time
_BLOCKS = {"P", "H1", "H2", "H3", "H4", "H5", "H6", "BlockQuote", "TD", "TH", "LI", "TOCI", "Title", "Caption"}
_NOTES = {"Note", "FENote"}
# Where a label is a number or a bullet; elsewhere it is the call of a note.
_LABELLED = {"LI", "Link", "Reference", "TOCI"}
_Path = tuple[int, ...]  # of an element or of words in the structure tree: the rank of each of its ancestors


def warm_up() -> None:
    """Load the readers' libraries: called while an engine works and this process waits."""
    import pypdfium2.raw  # noqa: F401


def read_pdf(data: bytes) -> Reading:
    """The words of a tagged PDF in the order of its structure tree. Raises ValueError when it is not one."""
    import pypdfium2 as pdfium

    with PDFIUM:
        try:
            document = pdfium.PdfDocument(data)
        except pdfium.PdfiumError as error:
            raise ValueError(f"ce n'est pas un PDF ({error})") from None
        reader = _PdfReader()
        with contextlib.closing(document):
            for page in document:
                reader.read(page)
        return reader.reading()


class _PdfReader:
    """Walks the structure tree of one page after another; what one page begins, a later one may go on with."""

    def __init__(self) -> None:
        import pypdfium2.raw as raw

        self.raw: Any = raw
        self.content_of = raw.FPDF_StructElement_GetChildMarkedContentID
        self.buffer = ctypes.create_string_buffer(200)  # the name of a tag
        self.line = (ctypes.c_ushort * 2048)()  # one line of text, with room
        self.content: dict[int, list[str]] = {}  # text of each marked content of the page, in drawing order
        self.bases: dict[int, list[float]] = {}  # of the same: where each line stands, in points from the page's foot
        # Where the words stand, the block or the note that holds them, its tag, the words, their page, their lines.
        self.found: list[tuple[_Path, _Path, str, list[str], int, list[float]]] = []
        self.calls: list[tuple[_Path, int, float]] = []  # of notes: their place in the tree, page, line
        self.matrix = raw.FS_MATRIX()
        self.pages = 0

    def read(self, page: Any) -> None:
        raw, textpage = self.raw, page.get_textpage()
        self.content, self.bases, self.pages = {}, {}, self.pages + 1
        before, words = None, ""
        for i in range(raw.FPDFPage_CountObjects(page.raw)):
            item = raw.FPDFPage_GetObject(page.raw, i)
            if raw.FPDFPageObj_GetType(item) == raw.FPDF_PAGEOBJ_TEXT:
                found = self.text(item, textpage.raw)
                # Of the same sign drawn twice side by side (« -- »), pdfium takes the second for the bold of the first.
                words = found or (words.strip() if before and self.size(item) == self.size(before) else "")
                before = item
                ident = raw.FPDFPageObj_GetMarkedContentID(item)
                if ident >= 0:
                    self.content.setdefault(ident, []).append(words)
                    raw.FPDFPageObj_GetMatrix(item, self.matrix)
                    self.bases.setdefault(ident, []).append(self.matrix.f)
        tree = raw.FPDF_StructTree_GetForPage(page.raw)
        if not tree:
            raise ValueError("PDF sans balises")
        for i in range(raw.FPDF_StructTree_CountChildren(tree)):
            self.visit(raw.FPDF_StructTree_GetChildAtIndex(tree, i), (i,), "", (), "P")
        raw.FPDF_StructTree_Close(tree)
        textpage.close()
        page.close()

    def text(self, item: Any, textpage: Any) -> str:
        size = self.raw.FPDFTextObj_GetText(item, textpage, self.line, 2 * len(self.line))
        if size > 2 * len(self.line):
            self.line = (ctypes.c_ushort * (size // 2))()
            self.raw.FPDFTextObj_GetText(item, textpage, self.line, size)
        return memoryview(self.line).cast("B")[: size - 2].tobytes().decode("utf-16-le", "replace")

    def size(self, item: Any) -> tuple[float, float]:
        """Of what is drawn, in hundredths of a point."""
        ends = [ctypes.c_float() for _ in range(4)]
        self.raw.FPDFPageObj_GetBounds(item, *map(ctypes.byref, ends))
        return round(ends[2].value - ends[0].value, 2), round(ends[3].value - ends[1].value, 2)

    def visit(self, element: Any, path: _Path, parent: str, block: _Path, held: str) -> None:
        """Keep the words of an element; `block`, `held`: the block or the note that holds it, and its tag."""
        tag = self.tag_of(element)
        if tag == "Lbl" and parent not in _LABELLED:
            bases = [base for *_, lines in self.children(element) for base in lines]
            if held not in _NOTES and bases:
                self.calls.append((path, self.pages, bases[0]))
            return
        if tag in _NOTES or (tag in _BLOCKS and held not in _NOTES):
            block, held = path, tag
        for i, child, words, bases in self.children(element):
            if child:
                self.visit(child, (*path, i), tag, block, held)
            elif words:
                self.found.append(((*path, i), block, held, words, self.pages, bases))

    def reading(self) -> Reading:
        """In the order of the tree, whatever page each part of a cell or of a paragraph came to stand on."""
        made, starts, blocks = Reading(), list[int](), list[Block]()
        found = sorted(self.found)
        notes = [[*g] for _, g in itertools.groupby((f for f in found if f[2] in _NOTES), key=lambda f: f[1])]
        made.notes = ["".join(word for f in note for word in f[3]) for note in notes]
        for (_, tag), group in itertools.groupby((f for f in found if f[2] not in _NOTES), key=lambda f: f[1:3]):
            parts = [*group]
            pieces = [(word, page) for _, _, _, words, page, _ in parts for word in words]
            if tag == "TOCI" and pieces[-1][0].strip().isdigit():
                pieces.pop()  # the page
            line = "".join(word for word, _ in pieces)
            if line.strip():
                made.lines.append((tag, line.rstrip() if tag == "TOCI" else line))
                made.cells += [line] * (tag in ("TD", "TH"))
                starts.append(pieces[0][1])
                blocks.append(Block(tag, line, lines_of(f[4:] for f in parts)))
        made.page_ends = [sum(start <= page for start in starts) for page in range(1, self.pages + 1)]
        made.breaks, made.last_share = judge(
            blocks,
            [lines_of(f[4:] for f in note) for note in notes],
            [call[1:] for call in sorted(self.calls)],
            self.pages,
        )
        return made

    def children(self, element: Any) -> Iterator[tuple[int, Any, list[str], list[float]]]:
        """With their ranks: elements, each without words of its own, and words without an element, with their lines."""
        child_of, content_of = self.raw.FPDF_StructElement_GetChildAtIndex, self.content_of
        for i in range(self.raw.FPDF_StructElement_CountChildren(element)):
            if child := child_of(element, i):
                yield i, child, [], []
            elif (ident := content_of(element, i)) in self.content:  # else it is of another page
                yield i, None, self.content[ident], self.bases[ident]

    def tag_of(self, element: Any) -> str:
        size = self.raw.FPDF_StructElement_GetType(element, self.buffer, 200)
        return self.buffer.raw[: max(0, size - 2)].decode("utf-16-le", "replace")
