"""A tagged PDF to its words, through its structure tree, and how its pages break.

Where words stand is read too: a page that ends on a heading, on a colon or in the midst of a note's sentence, or that
leaves one line of a paragraph alone, is told with the height to leave white at its foot so that it does not.
"""

import contextlib
import ctypes
import itertools
import threading
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Any

from mandats.readback.breaks import Block, Lines, judge, lines_of
from mandats.reading import Break, Reading

PDFIUM = threading.Lock()  # pdfium keeps global state: one caller at a time
_BLOCKS = {"P", "H1", "H2", "H3", "H4", "H5", "H6", "BlockQuote", "TD", "TH", "LI", "TOCI", "Title", "Caption"}
_NOTES = {"Note", "FENote"}
# Where a label is a number or a bullet; elsewhere it is the call of a note.
_LABELLED = {"LI", "Link", "Reference", "TOCI"}
_Word = tuple[int, int]  # a text object: its page, its rank there
_Part = tuple[list[_Word], int, list[float]]  # words, their page, their lines
_Path = tuple[int, ...]  # of an element or of words in the structure tree: the rank of each of its ancestors


def warm_up() -> None:
    """Load the readers' libraries: called while an engine works and this process waits."""
    import pypdfium2.raw  # noqa: F401


def read_pdf(data: bytes) -> Reading:
    """The words of a tagged PDF in the order of its structure tree. Raises ValueError when it is not one."""
    with look_at(data) as look:
        return look.read()


@contextlib.contextmanager
def look_at(data: bytes) -> Iterator["Look"]:
    """A tagged PDF whose pages are judged at two thirds of the cost of a reading. Raises ValueError when it is none."""
    import pypdfium2 as pdfium

    with PDFIUM, contextlib.ExitStack() as opened:
        try:
            document = opened.enter_context(contextlib.closing(pdfium.PdfDocument(data)))
        except pdfium.PdfiumError as error:
            raise ValueError(f"ce n'est pas un PDF ({error})") from None
        yield Look(_PdfReader([opened.enter_context(contextlib.closing(page)) for page in document], opened))


class Look:
    """How the pages end; `read`: all that the file says. As long as it is open."""

    def __init__(self, reader: "_PdfReader"):
        self.reader = reader
        self.breaks, self.last_share = reader.judged()

    def read(self) -> Reading:
        return self.reader.reading(self.breaks, self.last_share)


class _PdfReader:
    """Walks the structure tree of one page after another; what one page begins, a later one may go on with."""

    def __init__(self, pages: Sequence[Any], opened: contextlib.ExitStack) -> None:
        import pypdfium2.raw as raw

        self.raw: Any = raw
        self.content_of = raw.FPDF_StructElement_GetChildMarkedContentID
        self.buffer = ctypes.create_string_buffer(200)  # the name of a tag
        self.line = (ctypes.c_ushort * 2048)()  # one line of text, with room
        self.opened, self.texts = opened, dict[int, Any]()  # page → its page of text, once there is one
        self.content: dict[int, list[_Word]] = {}  # words of each marked content of the page, in drawing order
        self.bases: dict[int, list[float]] = {}  # of the same: where each line stands, in points from the page's foot
        # Where the words stand, the block or the note that holds them, its tag, the words, their page, their lines.
        self.found: list[tuple[_Path, _Path, str, list[_Word], int, list[float]]] = []
        self.calls: list[tuple[_Path, int, float]] = []  # of notes: their place in the tree, page, line
        self.matrix = raw.FS_MATRIX()
        self.held, self.pages = pages, 0
        self.items: list[list[Any]] = []  # of each page, in drawing order
        for page in pages:
            self.walk(page)
        self.found.sort(key=lambda found: found[0])

    def walk(self, page: Any) -> None:
        raw, items = self.raw, list[Any]()
        self.content, self.bases, self.pages = {}, {}, self.pages + 1
        for i in range(raw.FPDFPage_CountObjects(page.raw)):
            item = raw.FPDFPage_GetObject(page.raw, i)
            if raw.FPDFPageObj_GetType(item) == raw.FPDF_PAGEOBJ_TEXT:
                ident = raw.FPDFPageObj_GetMarkedContentID(item)
                if ident >= 0:
                    self.content.setdefault(ident, []).append((self.pages, len(items)))
                    raw.FPDFPageObj_GetMatrix(item, self.matrix)
                    self.bases.setdefault(ident, []).append(self.matrix.f)
                items.append(item)
        self.items.append(items)
        tree = raw.FPDF_StructTree_GetForPage(page.raw)
        if not tree:
            raise ValueError("PDF sans balises")
        for i in range(raw.FPDF_StructTree_CountChildren(tree)):
            self.visit(raw.FPDF_StructTree_GetChildAtIndex(tree, i), (i,), "", (), "P")
        raw.FPDF_StructTree_Close(tree)

    def said(self, words: Iterable[_Word]) -> str:
        return "".join(self.text(self.items[page - 1][rank], page) for page, rank in words)

    def page_words(self, page: int) -> list[str]:
        """All of those of a page, in drawing order."""
        before, out = None, list[str]()
        for item in self.items[page - 1]:
            found = self.text(item, page)
            # Of the same sign drawn twice side by side (« -- »), pdfium takes the second for the bold of the first.
            out.append(found or (out[-1].strip() if before and self.size(item) == self.size(before) else ""))
            before = item
        return out

    def text(self, item: Any, page: int) -> str:
        if page not in self.texts:
            self.texts[page] = self.opened.enter_context(contextlib.closing(self.held[page - 1].get_textpage()))
        textpage = self.texts[page].raw
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

    def grouped(self, notes: bool) -> Iterator[tuple[str, list[_Part]]]:
        """The notes, or the blocks, with their tags: their parts in the order of the tree, whatever page each part of a
        cell or of a paragraph came to stand on."""
        kept = (found for found in self.found if (found[2] in _NOTES) == notes)
        for (_, tag), group in itertools.groupby(kept, key=lambda found: found[1:3]):
            yield tag, [found[3:] for found in group]

    def judged(self) -> tuple[list[Break], float]:
        def read(parts: list[_Part]) -> str:
            return self.said(word for words, _, _ in parts for word in words)

        blocks = [Block(tag, partial(read, parts), _lines(parts)) for tag, parts in self.grouped(notes=False)]
        notes = [_lines(parts) for _, parts in self.grouped(notes=True)]
        return judge(blocks, notes, [call[1:] for call in sorted(self.calls)], self.pages)

    def reading(self, breaks: list[Break], last_share: float) -> Reading:
        made, starts, pages = Reading(breaks=breaks, last_share=last_share), list[int](), range(1, self.pages + 1)
        said = {page: self.page_words(page) for page in pages}

        def pieces_of(parts: list[_Part]) -> list[str]:
            return [said[page][rank] for words, _, _ in parts for page, rank in words]

        made.notes = ["".join(pieces_of(parts)) for _, parts in self.grouped(notes=True)]
        for tag, parts in self.grouped(notes=False):
            pieces = pieces_of(parts)
            if tag == "TOCI" and pieces[-1].strip().isdigit():
                pieces.pop()  # the page
            line = "".join(pieces)
            if line.strip():
                made.lines.append((tag, line.rstrip() if tag == "TOCI" else line))
                made.cells += [line] * (tag in ("TD", "TH"))
                starts.append(parts[0][1])
        made.page_ends = [sum(start <= page for start in starts) for page in pages]
        return made

    def children(self, element: Any) -> Iterator[tuple[int, Any, list[_Word], list[float]]]:
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


def _lines(parts: list[_Part]) -> Lines:
    return lines_of(part[1:] for part in parts)
