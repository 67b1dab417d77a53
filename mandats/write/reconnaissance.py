"""The text of a scan, by the ocrmypdf of the machine (Tesseract): an invisible layer; pages look the same."""

import tempfile
from pathlib import Path

from mandats.write.pandoc import EngineError
from mandats.write.programme import program, run_apart

ABSENT = "il faut ocrmypdf, qui n'est pas installé (Debian : apt install ocrmypdf tesseract-ocr-fra)"
LACKS = "il manque à ocrmypdf Tesseract et son français (tesseract-ocr-fra), ou Ghostscript"
LATE = "ocrmypdf n'a pas fini à temps : ôtez --oceriser, ou scindez la pièce"
TIMEOUT_S, PAGE_S, MEGAPIXELS = 60, 30, 250
MISSING = 3  # the exit code of ocrmypdf for a program or a language that is not there


def find() -> str:
    """Where ocrmypdf is. Raises EngineError."""
    return program(("ocrmypdf",), ABSENT)


def recognised(scan: bytes, pages: int) -> bytes | None:
    """The same PDF, its pages without text given one; None: it could not be read. Raises EngineError."""
    with tempfile.TemporaryDirectory(prefix="texte-") as private:
        given, made = Path(private, "scan.pdf"), Path(private, "texte.pdf")
        given.write_bytes(scan)
        command = [
            find(), "--language", "fra", "--skip-text", "--output-type", "pdf", "--optimize", "0", "--quiet",
            "--tesseract-timeout", str(PAGE_S), "--max-image-mpixels", str(MEGAPIXELS), str(given), str(made),
        ]  # fmt: skip
        if run_apart(command, Path(private), TIMEOUT_S + PAGE_S * pages, LATE) == MISSING:
            raise EngineError(LACKS)
        return made.read_bytes() if made.is_file() else None
