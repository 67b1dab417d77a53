"""A Word form prepared once, then packed for each row: the archive's parts that never change are compressed once.

Takes `formulaire.docx` and the page's furniture; gives the Jinja source of each part that prints a value (runs split by
Word mended by docxtpl) and a `Packer` that makes a whole DOCX from the printed pieces. Leaves Jinja to `programme`.

Choice: inside a part that changes, the constant pieces between two values are deflated once too, each closed by a full
flush so that they can be laid end to end (RFC 1951 allows it), and the values between them are stored as they are.
"""

import io
import itertools
import re
import struct
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from jinja2 import TemplateError, nodes
from jinja2.exceptions import SecurityError

from mandats.files import reads_xml
from mandats.formulaire.habillage import with_controls
from mandats.formulaire.valeurs import XML
from mandats.load.word_form import PRINTED
from mandats.write.docx import finish, read_parts
from mandats.write.pandoc import EngineError

LEVEL = 9  # compressed once, written thousands of times
DATED = (2000 - 1980) << 9 | 1 << 5 | 1  # 1 January 2000, as `docx.finish` writes it
WORTH = 48  # characters from which a constant piece is compressed on its own
TAG = re.compile(rb"\{(<[^>]*>)*[{%]")
BODY = "word/document.xml"


@reads_xml
def open_form(form: Path, inputs: dict[str, str], values: dict[str, Any]) -> tuple[dict[str, str], dict[str, bytes]]:
    """The Jinja source of each part that prints a value, as docxtpl mends it; every other part, as it will be written.

    The body is always among the sources. Raises EngineError when Word's file is broken, what Jinja raises when a
    property prints what cannot be.
    """
    from docxtpl import DocxTemplate

    saved = io.BytesIO()
    try:
        template = DocxTemplate(form)
        template.init_docx()
        template.render_properties(values, XML)
        template.docx.save(saved)
        members = read_parts(finish(saved.getvalue(), inputs))
        names = [n for n, data in members.items() if PRINTED.fullmatch(n) and (n == BODY or TAG.search(data))]
        sources = {name: with_controls(template.patch_xml(members.pop(name).decode())) for name in names}
    except (TemplateError, ArithmeticError):
        raise
    except Exception as error:  # python-docx raises whatever the part that it misses makes it raise
        raise EngineError(f"illisible ({type(error).__name__}) : rouvrez-le dans Word et enregistrez-le") from error
    for source in sources.values():
        if next(XML.parse(source).find_all((nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)), None):
            raise SecurityError("un formulaire n'en appelle pas un autre")
    return sources, members


class Packer:
    """Makes the DOCX of a row from the pieces of its parts. One per process: it keeps what it compressed."""

    def __init__(self, members: Sequence[tuple[str, bytes]], fixed: Iterable[str]):
        head = _Archive()
        for name, data in members:
            head.add(name, _deflate(data, zlib.Z_FINISH), zlib.crc32(data), len(data))
        self.head, self.entries = b"".join(head.out), b"".join(head.entries)
        self.count = len(members)
        self.fixed = {piece: _Fixed(piece.encode()) for piece in set(fixed) if len(piece) >= WORTH}

    def pack(self, parts: Iterable[tuple[str, Iterable[str]]]) -> bytes:
        """The whole file. `parts`: name and printed pieces, in the order they are to be written."""
        archive = _Archive(self.head, self.entries, self.count)
        for name, pieces in parts:
            archive.add(name, *self._join(pieces))
        return archive.close()

    def _join(self, pieces: Iterable[str]) -> tuple[bytes, int, int]:
        """What is written of a part, its checksum and its size."""
        out, loose, checksum, size = list[bytes](), list[str](), 0, 0
        for piece in itertools.chain(pieces, (None,)):
            fixed = self.fixed.get(piece) if piece else None
            if piece and fixed is None:
                loose.append(piece)
                continue
            if loose:
                data = "".join(loose).encode()
                out.append(_store(data))
                checksum, size, loose = zlib.crc32(data, checksum), size + len(data), []
            if fixed:
                out.append(fixed.packed)
                checksum, size = fixed.checksum_after(checksum), size + fixed.size
        out.append(b"\x03\x00")  # an empty last block
        return b"".join(out), checksum, size


class _Fixed:
    """A constant piece: its deflated bytes, its size, what it makes of the checksum of all that is before it."""

    def __init__(self, data: bytes):
        self.packed, self.size, self.alone = _deflate(data, zlib.Z_FULL_FLUSH), len(data), zlib.crc32(data)
        # A CRC is linear but for a constant: what each byte of the former one becomes is worked out once.
        bits = [zlib.crc32(data, 1 << i) ^ self.alone for i in range(32)]
        self.tables = [[0] * 256 for _ in range(4)]
        for table, place in zip(self.tables, range(0, 32, 8), strict=True):
            for byte in range(1, 256):
                low = byte & -byte
                table[byte] = table[byte ^ low] ^ bits[place + low.bit_length() - 1]

    def checksum_after(self, before: int) -> int:
        a, b, c, d = self.tables
        return self.alone ^ a[before & 255] ^ b[before >> 8 & 255] ^ c[before >> 16 & 255] ^ d[before >> 24]


class _Archive:
    """A ZIP of deflated entries written by hand (APPNOTE 4.3.7, 4.3.12): the deflated bytes are given."""

    def __init__(self, head: bytes = b"", entries: bytes = b"", count: int = 0):
        self.out, self.entries, self.count, self.offset = [head], [entries], count, len(head)

    def add(self, name: str, packed: bytes, checksum: int, size: int) -> None:
        label = name.encode()
        # Version 2.0, UTF-8 names, deflate.
        told = struct.pack("<5H3L2H", 20, 0x800, 8, 0, DATED, checksum, len(packed), size, len(label), 0)
        self.out += (b"PK\x03\x04", told, label, packed)
        self.entries += (b"PK\x01\x02\x14\x03", told, struct.pack("<3H2L", 0, 0, 0, 0o100644 << 16, self.offset), label)
        self.offset += 4 + len(told) + len(label) + len(packed)
        self.count += 1

    def close(self) -> bytes:
        directory = b"".join(self.entries)
        end = struct.pack("<4H2LH", 0, 0, self.count, self.count, len(directory), self.offset, 0)
        return b"".join((*self.out, directory, b"PK\x05\x06", end))


def _deflate(data: bytes, end: int) -> bytes:
    engine = zlib.compressobj(LEVEL, zlib.DEFLATED, -15)
    return engine.compress(data) + engine.flush(end)


def _store(data: bytes) -> bytes:
    """Stored blocks, not last (RFC 1951, 3.2.4): every piece before ends on a byte."""
    if len(data) <= 0xFFFF:
        return struct.pack("<BHH", 0, len(data), len(data) ^ 0xFFFF) + data
    return _store(data[:0xFFFF]) + _store(data[0xFFFF:])
