"""A Word form prepared once, then packed for each row: the archive's parts that never change are compressed once.

Takes `formulaire.docx` and the page's furniture; gives the Jinja source of each part that prints a value (runs split by
Word mended by docxtpl) and a `Packer` that makes a whole DOCX from the printed pieces. Leaves Jinja to `render.row`.

Choice: inside a part that changes, the constant pieces between two values are deflated once too, each closed by a full
flush so that they can be laid end to end (RFC 1951 allows it), and the values between them are stored as they are. It is
an ordinary ZIP; recompressing the part for each row cost ten times more. Tried and left: docxtpl per row (24 to 50 a second).
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mandats.write.docx import finish
from mandats.write.pandoc import EngineError

LEVEL = 9  # compressed once, written thousands of times
DATED = (2000 - 1980) << 9 | 1 << 5 | 1  # 1 January 2000, as `docx.finish` writes it
WORTH = 48  # characters from which a constant piece is compressed on its own
PRINTED = re.compile(r"word/(document|header\d*|footer\d*|footnotes)\.xml")


@dataclass(frozen=True)
class PreparedForm:
    """`sources`: part → Jinja source; `members`: every other part, as it will be written."""

    sources: Mapping[str, str]
    members: tuple[tuple[str, bytes], ...]

    def assemble(self, parts: Mapping[str, str]) -> bytes:
        """One DOCX the ordinary way, for what is made once."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in (*self.members, *((n, t.encode()) for n, t in parts.items())):
                archive.writestr(zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0)), data)
        return out.getvalue()


def prepare_form(form: Path, inputs: dict[str, str]) -> PreparedForm:
    """The form as docxtpl reads it, with dates and properties set. Raises EngineError when Word's file is broken."""
    from docxtpl import DocxTemplate

    saved = io.BytesIO()
    try:
        template = DocxTemplate(form)
        template.init_docx()
        template.docx.save(saved)
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise EngineError(f"{form.name} : {type(error).__name__}") from error
    return split_parts(finish(saved.getvalue(), inputs), template.patch_xml)


def split_parts(docx: bytes, mend=str) -> PreparedForm:
    """The parts that print values, mended, apart from those that never change."""
    archive = zipfile.ZipFile(io.BytesIO(docx))
    sources, members = {}, []
    for name in archive.namelist():
        data = archive.read(name)
        if PRINTED.fullmatch(name) and re.search(rb"\{(<[^>]*>)*[{%]", data):
            sources[name] = mend(data.decode())
        else:
            members.append((name, data))
    return PreparedForm(sources, tuple(members))


def _record(name: bytes, crc: int, packed: int, size: int) -> bytes:
    # Version 2.0, UTF-8 names, deflate; see APPNOTE 4.3.7.
    return struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0x800, 8, 0, DATED, crc, packed, size, len(name), 0) + name


def _entry(name: bytes, crc: int, packed: int, size: int, offset: int) -> bytes:
    return (
        struct.pack(
            "<4s6H3L5H2L",
            b"PK\x01\x02",
            0x314,
            20,
            0x800,
            8,
            0,
            DATED,
            crc,
            packed,
            size,
            len(name),
            0,
            0,
            0,
            0,
            0o100644 << 16,
            offset,
        )
        + name
    )


def _deflate(data: bytes, last: bool) -> bytes:
    engine = zlib.compressobj(LEVEL, zlib.DEFLATED, -15)
    return engine.compress(data) + engine.flush(zlib.Z_FINISH if last else zlib.Z_FULL_FLUSH)


class Packer:
    """Makes the DOCX of a row from the pieces of its parts. One per process: it keeps what it compressed."""

    def __init__(self, members: Sequence[tuple[str, bytes]], fixed: Iterable[str]):
        head, entries, offset = [], [], 0
        for name, data in members:
            packed, crc, label = _deflate(data, True), zlib.crc32(data), name.encode()
            record = _record(label, crc, len(packed), len(data)) + packed
            entries.append(_entry(label, crc, len(packed), len(data), offset))
            head.append(record)
            offset += len(record)
        self.head, self.entries, self.offset, self.count = b"".join(head), b"".join(entries), offset, len(members)
        self.fixed = {piece: _deflate(piece.encode(), False) for piece in set(fixed) if len(piece) >= WORTH}

    def pack(self, parts: Iterable[tuple[str, list[str]]]) -> bytes:
        """The whole file. `parts`: name and printed pieces, in the order they are to be written."""
        out, entries, offset, count = [self.head], [self.entries], self.offset, self.count
        for name, pieces in parts:
            data = "".join(pieces).encode()
            crc, size, label, packed = zlib.crc32(data), len(data), name.encode(), self._join(pieces)
            record = _record(label, crc, len(packed), size)
            out += (record, packed)
            entries.append(_entry(label, crc, len(packed), size, offset))
            offset += len(record) + len(packed)
            count += 1
        directory = b"".join(entries)
        end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(directory), offset, 0)
        return b"".join((*out, directory, end))

    def _join(self, pieces: list[str]) -> bytes:
        out, waiting, known = [], [], self.fixed.get
        for piece in pieces:
            packed = known(piece) if len(piece) >= WORTH else None
            if packed is None:
                waiting.append(piece)
                continue
            if waiting:
                out.append(_store("".join(waiting).encode()))
                waiting = []
            out.append(packed)
        if waiting:
            out.append(_store("".join(waiting).encode()))
        out.append(b"\x03\x00")  # an empty last block
        return b"".join(out)


def _store(data: bytes) -> bytes:
    """Stored blocks, not last (RFC 1951, 3.2.4): every piece before ends on a byte."""
    if len(data) <= 0xFFFF:
        return struct.pack("<BHH", 0, len(data), len(data) ^ 0xFFFF) + data
    return _store(data[:0xFFFF]) + _store(data[0xFFFF:])


def bundle(files: Iterable[tuple[str, bytes]]) -> bytes:
    """An archive of finished files, stored as they are: they are compressed already."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files:
            info = zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0))
            info.external_attr = 0o600 << 16
            archive.writestr(info, data)
    return out.getvalue()
