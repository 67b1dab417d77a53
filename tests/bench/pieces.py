"""300 pièces, 3,000 pages: stamped, named and hashed, then bound; beside pikepdf alone, and qpdf with a pypdf loop.

Usage: python tests/bench/pieces.py [--pieces 300] [--tours 3]
"""

import argparse
import io
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import pikepdf
from pypdf import PdfReader, PdfWriter

from mandats.files import digest
from mandats.piece import Timbre
from mandats.pieces.liasse import ACTE, Liee, bind, list_pdf
from mandats.pieces.metadonnees import metadata
from mandats.pieces.timbre import Stamps, draw_stamps, stamp
from tests import exhibits

DAY = "2026-03-02"


def ours(files: list[Path], out: Path, stamps: Stamps) -> None:
    for rank, file in enumerate(files):
        stamp(file, out / file.name, stamps, rank, Timbre())
        digest(file), digest(out / file.name), metadata(file)


def pikepdf_alone(files: list[Path], out: Path, stamps: Stamps) -> None:
    held = pikepdf.open(io.BytesIO(stamps.data))
    drawn = list(held.pages)
    for rank, file in enumerate(files):
        with pikepdf.open(file) as pdf:
            pikepdf.Page(pdf.pages[0]).add_overlay(pikepdf.Page(drawn[rank]), pikepdf.Rectangle(450, 800, 580, 830))
            pdf.save(out / file.name)


def pypdf_alone(files: list[Path], out: Path, stamps: Stamps) -> None:
    drawn = PdfReader(io.BytesIO(stamps.data))
    for rank, file in enumerate(files):
        writer = PdfWriter(clone_from=file)
        writer.pages[0].merge_page(drawn.pages[rank])
        writer.write(out / file.name)


def bundle(files: list[Path], out: Path, pages: int) -> None:
    pieces = [Liee(str(n), f"Pièce {n}", "–", file, pages) for n, file in enumerate(files, 1)]
    rows = [
        (ACTE, "L'acte", "–", "1", ""),
        *((p.numero, p.titre, "–", str(1 + pages * n), "") for n, p in enumerate(pieces)),
    ]
    front = list_pdf("Liasse", ["Un dossier"], ("N°", "Pièce", "Date", "Page"), rows, "x", DAY, liasse=True)
    bind(out / "liasse.pdf", front, exhibits.pdf(1), pieces, "Liasse")


def qpdf_merge(files: list[Path], out: Path, pages: int) -> None:
    with pikepdf.new() as whole:
        for file in files:
            whole.pages.extend(pikepdf.open(file).pages)
        whole.save(out / "qpdf.pdf")


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pieces", type=int, default=300)
    parser.add_argument("--tours", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        held, out = Path(folder, "in"), Path(folder, "out")
        held.mkdir(), out.mkdir()
        files = [held / f"{n:03}.pdf" for n in range(asked.pieces)]
        for n, file in enumerate(files):
            file.write_bytes(exhibits.pdf(10, words=f"Pièce {n}."))
        stamps = draw_stamps([f"Pièce n° {n}" for n in range(asked.pieces)], "#a00020", DAY)
        before = _peak()
        ours(files, out, stamps), bundle(files, out, 10)
        print(f"memory: {_peak() - before} MiB more than the program alone ({before})")
        told: dict[str, list[float]] = {}
        for _ in range(asked.tours):
            for run in (ours, pikepdf_alone, pypdf_alone):
                start = time.process_time()
                run(files, out, stamps)
                told.setdefault(run.__name__, []).append(time.process_time() - start)
            for bind_run in (bundle, qpdf_merge):
                start = time.process_time()
                bind_run(files, out, 10)
                told.setdefault(bind_run.__name__, []).append(time.process_time() - start)
        for name, seconds in told.items():
            median = statistics.median(seconds)
            print(f"{name:14} {median:7.2f} s  {asked.pieces * 10 / median:8.0f} pages/s")


if __name__ == "__main__":
    main()
