"""Files of form tools to rows of text: CSV of any delimiter and encoding, XLSX, ODS; not what columns mean.

A CSV streams, so memory stays flat; a spreadsheet is read whole by calamine (one library for both formats), within a
size. Encodings: a byte-order mark decides; else UTF-8 when the whole file is UTF-8; else the single-byte encoding in
which the bytes above 127 read most like French. General detectors were tried: on a thousand names with few accents
they answer a Central European page or worse; with three candidates and one language, counting letters is right.
"""

import codecs
import contextlib
import csv
import datetime as dt
import functools
import io
import itertools
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from mandats.registre import Refus, refusing

BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
FRENCH = set("éèêëàâäîïôöùûüçœÉÈÊËÀÂÎÏÔÙÛÇŒæÆ’«»–… °")
SINGLE_BYTE = ("cp1252", "mac_roman", "cp850")
DELIMITERS = ";,\t|"
BLOCK = 1_000_000  # bytes read at once
MAX_CELL = 20_000  # characters: more is a quote never closed
MAX_SHEET_BYTES, MAX_UNPACKED_BYTES = 100_000_000, 1_000_000_000
# Of the rectangle a sheet claims: two cells at its corners make calamine allot all that is between.
MAX_CELLS = 20_000_000
MAX_REPEATED = 10_000  # of a cell or a row that says something
_XLSX_CELL = re.compile(rb'<(?:\w+:)?c\b[^<>]{0,200}?\br="([A-Z]{1,3})([0-9]{1,7})"')
_ODS_REPEATED = re.compile(
    rb'<table:table-(?:row|cell)\b(?=[^<>]{0,2000}?repeated="([0-9]{5,})")[^<>]{0,2000}'
    rb"(?:value-type|>\s*<table:table-cell\b[^<>]{0,2000}value-type)"
)
Row = tuple[int, list[str]]


def read_rows(
    path: Path, encodage: str | None = None, titled: Callable[[list[str]], bool] = lambda cells: False
) -> Iterator[Row]:
    """(line of the file from 1, cells) of every row that is not empty. Raises Refus, without a value.

    `titled`: whether a row may be the titles sought: what chooses among the sheets of a workbook.
    """
    with refusing(f"{path} : fichier introuvable ou illisible", OSError):
        with path.open("rb") as file:
            start = file.read(4)
        if start[:2] == b"PK":
            return _read_sheet(path, titled)
        if start == b"\xd0\xcf\x11\xe0":
            remedy = "enregistrez-le en XLSX, ODS ou CSV (sans mot de passe, s'il en a un)"
            raise Refus(f"{path} : ancien format XLS ; {remedy}")
        return _read_csv(path, encodage or find_encoding(path))


def find_encoding(path: Path) -> str:
    """The encoding of a text file, by its mark, its validity, then its letters."""
    decoder, high = codecs.getincrementaldecoder("utf-8")(), Counter[int]()
    with path.open("rb") as file:
        start = file.read(200)
        if marked := next((name for bom, name in BOMS if start.startswith(bom)), None):
            return marked
        if start.count(0) > len(start) // 4:  # UTF-16 without its mark
            return "utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"
        with contextlib.suppress(UnicodeDecodeError):
            for block in itertools.chain([start], iter(lambda: file.read(BLOCK), b"")):
                decoder.decode(block)
            return "utf-8"
        file.seek(0)
        for block in iter(lambda: file.read(BLOCK), b""):
            high.update(b for b in block if b > 127)

    def french(name: str) -> int:
        return sum(n for b, n in high.items() if bytes([b]).decode(name, "replace") in FRENCH)

    return max(SINGLE_BYTE, key=french)


def _read_csv(path: Path, encoding: str) -> Iterator[Row]:
    line, width, unread = 0, 0, f"{path} : lecture impossible"
    undecoded = f"{path} : ce fichier n'est pas en {encoding} ; donnez son encodage par --encodage"
    decoded = refusing(undecoded, UnicodeError, LookupError)
    with decoded, refusing(unread, OSError), path.open(encoding=encoding, newline="") as file:
        delimiter = find_delimiter(file.read(20_000))
        file.seek(0)
        csv.field_size_limit(MAX_CELL)
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        try:
            for cells in reader:
                if reader.line_num > line + 1 and _swallowed(cells, delimiter, width):
                    raise csv.Error
                if any(c.strip() for c in cells):
                    yield line + 1, cells
                line, width = reader.line_num, max(width, len(cells))
        except csv.Error:
            told = "guillemet mal ouvert ou jamais refermé ; ôtez-le, ou doublez-le s'il est du texte, puis relancez"
            raise Refus(f"{path}, ligne {line + 1} : {told}") from None


def _swallowed(cells: list[str], delimiter: str, width: int) -> bool:
    """Whether a cell of several lines is rows that a stray quote joined: each line has the delimiters of a row.

    An address on two lines has none, or not just as many. `width`: cells of the widest row before.
    """
    for i, cell in enumerate(cells):
        first, *others = [line.count(delimiter) for line in re.split("\r\n|\r|\n", cell)]
        if not others:
            continue
        *middle, last = others
        if i + first == last + len(cells) - 1 - i == width - 1 and all(n == width - 1 for n in middle):
            return True
        if width not in (0, len(cells)) and (first or last):
            return True
    return False


def find_delimiter(sample: str) -> str:
    """The delimiter that cuts the first rows most regularly, in the most columns.

    >>> find_delimiter('Nom;Adresse\\nA;"1, rue, B"\\nC;2')
    ';'
    """

    def regular(delimiter: str) -> tuple[int, int]:
        widths = [len(r) for r in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter) if r][:30]
        ((width, times),) = Counter(widths[:-1] or widths or [0]).most_common(1)
        return times * (width > 1), width

    return max(DELIMITERS, key=regular)


def _read_sheet(path: Path, titled: Callable[[list[str]], bool]) -> Iterator[Row]:
    """The only sheet with titles, else the first that holds anything; hidden ones apart. Lines are the sheet's."""
    from python_calamine import CalamineWorkbook, SheetVisibleEnum

    sheets: dict[int, list[Row]] = {}
    hidden: set[int] = set()
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(i.file_size for i in archive.infolist())
            small = path.stat().st_size <= MAX_SHEET_BYTES and unpacked <= MAX_UNPACKED_BYTES
            small = small and not any(_huge(archive, name) for name in archive.namelist())
        if small:
            book = CalamineWorkbook.from_path(str(path))
            for rank, about in enumerate(book.sheets_metadata, 1):
                sheet = book.get_sheet_by_name(about.name)
                held = sheet.to_python(skip_empty_area=False) if sheet.total_height else []
                texts = ([_text(c) for c in row] for row in held)
                rows = [(line, cells) for line, cells in enumerate(texts, 1) if any(c.strip() for c in cells)]
                sheets |= {rank: rows} if rows else {}
                hidden |= {rank} if about.visible != SheetVisibleEnum.Visible else set()
    except BaseException as error:  # a library in another language panics with what is no Exception
        if isinstance(error, (KeyboardInterrupt, SystemExit, MemoryError)):
            raise
        raise Refus(f"{path} : classeur illisible (XLSX, ODS ou CSV attendu)") from None
    if not small:
        raise Refus(f"{path} : classeur trop volumineux ; exportez-le en CSV")
    yield from _chosen(path, sheets, hidden, titled)


def _chosen(
    path: Path, sheets: dict[int, list[Row]], hidden: set[int], titled: Callable[[list[str]], bool]
) -> list[Row]:
    """The rows of the sheet to read. Raises Refus when nothing says which of several, or when it is hidden."""
    named = [r for r, rows in sheets.items() if any(titled(cells) for _, cells in rows[:10])]
    shown = [r for r in named if r not in hidden] or [r for r in sheets if r not in hidden and not named][:1]
    if len(shown) > 1:
        several = " et ".join(f"n° {rank}" for rank in shown)
        raise Refus(f"{path} : les feuilles {several} portent chacune une liste ; enregistrez-les chacune en CSV")
    if sheets and not shown:
        raise Refus(f"{path} : la feuille n° {(named or list(sheets))[0]} est masquée ; affichez-la, puis relancez")
    return sheets[shown[0]] if shown else []


def _huge(archive: zipfile.ZipFile, name: str) -> bool:
    """Whether a sheet, unfolded, would take far more than its file."""
    if not (name.startswith("xl/worksheets/") or name == "content.xml"):
        return False
    rows: set[int] = set()
    columns: set[int] = set()
    with archive.open(name) as part:
        before = b""
        while block := part.read(BLOCK):
            words = before + block
            if any(int(m[1]) > MAX_REPEATED for m in _ODS_REPEATED.finditer(words)):
                return True
            for m in _XLSX_CELL.finditer(words):
                rows.add(int(m[2]))
                columns.add(functools.reduce(lambda n, letter: 26 * n + letter - 64, m[1], 0))
            rows, columns = ({min(s), max(s)} if s else s for s in (rows, columns))
            before = block[-4096:]
    return bool(rows) and (max(rows) - min(rows) + 1) * (max(columns) - min(columns) + 1) > MAX_CELLS


def _text(value: Any) -> str:
    """A cell as a person reads it; a whole number has no « .0 ».

    >>> _text(75011.0), _text(dt.datetime(1980, 2, 1)), _text(True)
    ('75011', '1980-02-01', 'oui')
    """
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value)
