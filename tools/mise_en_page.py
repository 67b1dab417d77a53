"""How the pages of the samples are filled, in the PDF and in LibreOffice: white feet, single lines, cut numbers.

Usage: python tools/mise_en_page.py [--details] [FILE.pdf | FILE.docx | FOLDER …] (default: every sample, built aside)

Nothing is drawn: the boxes of the letters are enough. A DOCX is laid out by LibreOffice, all of them in one start.
Prints what passes the limits, page by page, then the totals of each format; `--details` adds every hyphen. Exit 1 when
a PDF passes a limit, or when more than one act in ten has not the same pages in LibreOffice, give or take one.
"""

from __future__ import annotations

import collections
import ctypes
import itertools
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as raw

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from mandats import readback  # noqa: E402
from mandats.words import MONTHS  # noqa: E402
from mandats.write.programmes import office_pdfs  # noqa: E402

GAP = 0.15  # of the height of the text: the most that a page may leave white at its foot
NEARLY_EMPTY = 0.12  # of the same: a last page that holds less holds next to nothing
NOTE_SIZE = 9.3  # points: no greater letter in a note
SIGNED, SIGNING = 270.0, 85.0  # points: where the names of those who sign stand, room below each
COLUMN, TABLE_COLUMN = 14.0, 5.0  # points: the least white between two columns, two cells whose words are not spread
TABLE_SIZES = 9.4, 10.1  # points: the letters of tables, of lists of sources


@dataclass
class Line:
    """A line of one column of a page; its box in points from the page's left and foot, `base` where letters stand."""

    left: float
    right: float
    base: float
    top: float
    size: float
    words: str
    number: str = ""  # of the paragraph, in the margin


@dataclass
class Layout:
    """What a file's pages do: `found` by kind, each « p. 4 : … »."""

    pages: int = 0
    lines: int = 0
    found: dict[str, list[str]] = field(default_factory=lambda: collections.defaultdict(list))


def lines_of(page: pdfium.PdfPage) -> list[Line]:
    """The lines of a page from its head, running heads and folios left out."""
    text, height = page.get_textpage(), page.get_height()
    x, y = ctypes.c_double(), ctypes.c_double()
    edges = [ctypes.c_double() for _ in range(4)]
    signs = []  # left, right, base, top, size, letter
    for i in range(raw.FPDFText_CountChars(text.raw)):
        letter = chr(raw.FPDFText_GetUnicode(text.raw, i))
        raw.FPDFText_GetCharOrigin(text.raw, i, x, y)
        raw.FPDFText_GetCharBox(text.raw, i, *edges)
        left, right, _, top = (edge.value for edge in edges)
        if letter in "\r\n" or (letter.isspace() and right - left <= 0) or not 0.05 < y.value / height < 0.93:
            continue
        signs.append((left, right, y.value, top, raw.FPDFText_GetFontSize(text.raw, i), letter))
    text.close()
    rows: list[list[tuple[float, float, float, float, float, str]]] = []
    for sign in sorted(signs, key=lambda s: -s[2]):
        if rows and rows[-1][0][2] - sign[2] < 4.6:  # raised letters stand less than that above the others
            rows[-1].append(sign)
        else:
            rows.append([sign])
    return list(itertools.chain.from_iterable(map(_columns, rows)))


def _columns(row: list[tuple[float, float, float, float, float, str]]) -> Iterator[Line]:
    row.sort(key=lambda sign: sign[0])
    part, number = [row[0]], ""
    for sign in [*row[1:], None]:
        said = "".join(s[5] for s in part).replace("\xad", "-").replace("\x02", "-").strip()
        greatest = max(s[4] for s in part)
        small = greatest < 9.2
        white = TABLE_COLUMN if TABLE_SIZES[0] < greatest < TABLE_SIZES[1] else COLUMN
        if (
            sign
            and (sign[0] - part[-1][1] < white)
            and not (small and said.isdigit() and sign[4] > 10 and sign[0] - part[-1][1] > 6)
        ):
            part.append(sign)
            continue
        inked = [s for s in part if not s[5].isspace()]
        if inked and small and said.isdigit() and sign:
            number = said
        elif inked:
            size = collections.Counter(round(s[4], 1) for s in inked).most_common(1)[0][0]
            base = collections.Counter(round(s[2], 1) for s in inked).most_common(1)[0][0]
            yield Line(inked[0][0], inked[-1][1], base, max(s[3] for s in inked), size, said, number)
            number = ""
        if sign:
            part = [sign]


_MONTH = "|".join(MONTHS)
# The end of a line, the head of the next: a number, a date, a title parted from its word.
_CUT = [
    (re.compile(end), re.compile(head))
    for end, head in (
        (r"\b(\d{1,2}|1er)$", rf"({_MONTH})\b"),
        (rf"\b({_MONTH})$", r"(1[89]|20)\d\d\b"),
        (
            r"(\bn°|\bnos|§|\b[Aa]rt\.|\b[Aa]rticles?|\bpp?\.|\bpoints?|\b[Pp]aragraphes?|\b[Pp]ièces?|\b[LRD]\.)$",
            r"(n°|\d|[LRD]\.)",
        ),
        (r"[\w,]$", r"[a-z]\)(?!\w)"),
        (r"\b\d{5}$", r"[A-ZÀ-Ý]"),
        (r"\d$", r"([%€§]|euros?\b|ans\b|mois\b|jours?\b|heures?\b|°)"),
        (r"\d[-/–]$", r"\d"),
        (r"\b(M\.|Mme|MM\.|Me|Dr)$", r"[A-ZÀ-Ý]"),
        (r"n°\s?\d+,$", r"p\.\s"),
    )
]


_NAME = re.compile(r"(^|[’'«(])(?!Ce(lle|lui|lles|ux)-)[A-ZÀ-Ý][a-zà-ÿ-]*$")  # not « Celle-ci »
_ITEM = re.compile(r"[a-z]\)\s")  # at the head of a paragraph, a letter that counts headings


def cut(end: str, head: str) -> bool:
    """Whether a line that ends so parts a number from the word of the next.

    >>> cut("la loi du 6 janvier", "1978 prévoit"), cut("le 6 janvier 1978,", "la loi"), cut("75020", "Paris")
    (True, False, True)
    """
    return any(a.search(end) and b.match(head) for a, b in _CUT)


def layout(data: bytes, starts: Sequence[str] = ()) -> Layout:
    """What the pages of a PDF do. `starts`: first words of the parts that must begin a page."""
    made, document = Layout(), pdfium.PdfDocument(data)
    pages = [lines_of(page) for page in document]
    made.pages, made.lines = len(pages), sum(map(len, pages))
    bodies, floors = [], []
    lowest = min((line.base for lines in pages for line in lines), default=0.0)
    highest = max((line.top for lines in pages for line in lines), default=1.0)
    height = highest - lowest
    for lines in pages:
        notes = list(itertools.takewhile(lambda line: line.size <= NOTE_SIZE, reversed(lines)))
        body = lines[: len(lines) - len(notes)] or lines
        bodies.append(body)
        floors.append(max(line.top for line in notes) + 12 if notes and body is not lines else lowest)
    edge = collections.Counter(round(line.right) for body in bodies for line in body).most_common(1)
    right = edge[0][0] if edge else 0
    pitch = collections.Counter(
        round(a.base - b.base, 1) for body in bodies for a, b in itertools.pairwise(body) if a.base - b.base > 9
    ).most_common(1)
    step = pitch[0][0] + 1.2 if pitch else 16.0  # more white than that between two lines: another paragraph
    for at, body in enumerate(bodies):
        _within(made, at + 1, body, step)
        if at + 1 == len(bodies):
            continue
        after = bodies[at + 1]
        contents = any(line.words == "Sommaire" for line in pages[at])
        if not body or not after or contents or _starts(after, starts) or after[0].words == "Sommaire":
            continue
        last, first = min(body, key=lambda line: line.base), after[0]
        where = f"p. {at + 1} : "
        # A white place below a name is there to sign; names may stand in two columns.
        signed = any(line.left > SIGNED and line.base - last.base < 2 * step for line in body) and SIGNING
        gap = (last.base - floors[at] - signed) / height
        if gap > GAP:
            made.found["gap"].append(f"{where}{gap:.0%} after « …{last.words[-40:]} »")
        if last.words.endswith(":") and (last.right < right - 12 or abs(first.left - last.left) > 3):
            made.found["colon"].append(f"{where}« …{last.words[-40:]} »")
        if cut(last.words, first.words) and not first.number:
            made.found["cut"].append(f"{where}« {last.words[-20:]} / {first.words[:12]} »")
        titled = re.match(r"([IVX]+\.|[A-Z]\.|\d+\.|[a-z]\))\s*\S", first.words)
        if (
            not (first.number or titled)
            and last.right > right - 12
            and len(first.words) > 3
            and abs(first.size - last.size) < 0.3
        ):
            begins = len(body) > 1 and (body[-2].base - last.base > step or last.number)
            if begins and last.words[-1] not in ".;:!?":
                made.found["single first line"].append(f"{where}« {last.words[:60]} »")
            if first.right < right - 12 and (len(after) == 1 or first.base - after[1].base > step):
                made.found["single last line"].append(f"p. {at + 2} : « {first.words[:60]} »")
    if len(bodies) > 1 and bodies[-1] and not _starts(bodies[-1], starts):
        filled = (highest - min(line.base for line in bodies[-1])) / height
        if filled < NEARLY_EMPTY:
            made.found["nearly empty"].append(f"p. {len(bodies)} : {filled:.0%}, « {bodies[-1][0].words[:40]} »")
    return made


def _starts(lines: list[Line], starts: Sequence[str]) -> bool:
    head = "".join(line.words for line in lines[:2]).replace(" ", "").replace("\xa0", "")
    return any(head.startswith("".join(words.split())[:25]) for words in starts)


def _within(made: Layout, page: int, body: list[Line], step: float) -> None:
    """Numbers cut and words hyphenated from one line to the next of the same column."""
    for at, line in enumerate(body):
        below = next(
            (b for b in body[at + 1 :] if b.left < line.right and b.right > line.left and b.base < line.base), None
        )
        if below is None or below.number or line.base - below.base > 30:
            continue
        if cut(line.words, below.words) and not (_ITEM.match(below.words) and line.base - below.base > step):
            made.found["cut"].append(f"p. {page} : « {line.words[-20:]} / {below.words[:12]} »")
        if re.search(r"[^\W\d_]-$", line.words) and below.words[:1].islower():
            word = line.words.split()[-1]
            kind = "hyphenated name" if _NAME.search(word) else "hyphen"
            if line.size < 10.9 and line.size > NOTE_SIZE:
                kind = "hyphenated in a table"
            made.found[kind].append(f"p. {page} : « {word}{below.words.split()[0]} »")


KINDS = (
    "gap", "nearly empty", "single first line", "single last line", "cut", "colon", "hyphenated name",
    "hyphenated in a table",
)  # fmt: skip


def starts_of(docx: bytes) -> list[str]:
    """The heads of the parts of a DOCX that must begin a page."""
    return [words for style, words in readback.read_docx(docx).lines if style == "FormulaireTitre"]


def build_samples(out: Path) -> None:
    cases = [str(c.relative_to(ROOT)) for c in sorted((ROOT / "cases").glob("*.yaml"))]
    command = [sys.executable, "-m", "mandats", "construire", "--sortie", str(out), *cases]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)


def measure(files: Sequence[Path]) -> dict[str, dict[str, Layout]]:
    """Document → « pdf », « docx » → its layout; each DOCX through LibreOffice."""
    made: dict[str, dict[str, Layout]] = {}
    words = [file for file in files if file.suffix == ".docx"]
    heads = {file.with_suffix(""): starts_of(file.read_bytes()) for file in words}
    drawn = dict(zip(words, office_pdfs(words), strict=True)) if words else {}
    for file in files:
        data = file.read_bytes() if file.suffix == ".pdf" else drawn[file]
        if data is None:
            raise SystemExit(f"LibreOffice could not read {file}")
        name = str(Path(file.parent.name) / file.stem)
        made.setdefault(name, {})[file.suffix[1:]] = layout(data, heads.get(file.with_suffix(""), ()))
    return made


def main(arguments: list[str]) -> int:
    details = "--details" in arguments
    given = [Path(a) for a in arguments if not a.startswith("--")]
    with tempfile.TemporaryDirectory() as folder:
        if not given:
            build_samples(Path(folder))
            given = [Path(folder)]
        found = [f for g in given for f in (sorted(g.rglob("*")) if g.is_dir() else [g])]
        made = measure([f for f in found if f.suffix in (".pdf", ".docx")])
    apart, wrong = [], False
    for kind in ("pdf", "docx"):
        files = {name: formats[kind] for name, formats in made.items() if kind in formats}
        if not files:
            continue
        print(f"# {kind.upper()}: {len(files)} documents, {sum(f.pages for f in files.values())} pages")
        for name, one in files.items():
            for what, places in one.found.items():
                if what in KINDS or details:
                    print("\n".join(f"{kind} {name} {what}: {place}" for place in places))
        totals = {what: sum(len(one.found[what]) for one in files.values()) for what in (*KINDS, "hyphen")}
        print(
            "; ".join(f"{what} {count}" for what, count in totals.items())
            + f" (of {sum(f.lines for f in files.values())} lines)\n"
        )
        wrong = wrong or (kind == "pdf" and any(totals[what] for what in KINDS))
    both = {
        name: [formats[kind].pages for kind in ("pdf", "docx")] for name, formats in made.items() if len(formats) == 2
    }
    apart = [f"{name} {a} → {b}" for name, (a, b) in both.items() if abs(a - b) > 1]
    grown = [f"{name} {b}" for name, (a, b) in both.items() if a == 1 and b > 1]
    if both:
        print(f"pages in LibreOffice, against the PDF: {len(apart)} of {len(both)} more than one apart {apart}")
        print(f"of one page in the PDF, of more in LibreOffice: {grown}")
    return int(wrong or 10 * len(apart) > len(both))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
