"""Whole processes, side by side in one run: `construire` against the bare engines, `verifier`, start-up.

Usage: python tests/bench/bench.py [--tours 5]. Prints medians in seconds and ratios; asserts nothing.

The bare engines are given the same text, as pandoc writes it back from our own DOCX: pandoc → DOCX, then pandoc →
typst → PDF, each a fresh process, one after the other, as a Makefile would run them.
"""

import argparse
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
MANDATS = [sys.executable, "-m", "mandats"]


def median(command: list[str], rounds: int, cwd: Path = ROOT) -> float:
    times = []
    for _ in range(rounds + 1):
        start = time.perf_counter()
        subprocess.run(command, cwd=cwd, check=True, capture_output=True)
        times.append(time.perf_counter() - start)
    return statistics.median(times[1:])  # the first run warms the disk cache


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--tours", type=int, default=5)
    rounds = parser.parse_args().tours
    from mandats.write.pandoc import pandoc_path

    pandoc = pandoc_path()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        build = [*MANDATS, "construire", "cases/testwe.yaml", "--document", "refere-suspension", "--sortie", str(out)]
        ours = median(build, rounds)
        docx = out / "testwe" / "refere-suspension.docx"
        text = out / "bare.md"
        subprocess.run([pandoc, str(docx), "-t", "commonmark+footnotes", "-o", str(text)], check=True)
        # Links to Word bookmarks have no target in the bare text; keep their words.
        text.write_text(re.sub(r"\[([^\]]*)\]\(#[^)]*\)", r"\1", text.read_text("utf-8")), "utf-8")
        reference = ROOT / "templates" / "commun" / "reference.docx"
        to_docx = median(
            [
                pandoc,
                str(text),
                "-f",
                "commonmark+footnotes",
                f"--reference-doc={reference}",
                "-o",
                str(out / "bare.docx"),
            ],
            rounds,
        )
        to_typst = median(
            [pandoc, str(text), "-f", "commonmark+footnotes", "-s", "-t", "typst", "-o", str(out / "bare.typ")], rounds
        )
        compile_ = f"import typst; typst.compile({str(out / 'bare.typ')!r}, output={str(out / 'bare.pdf')!r})"
        to_pdf = median([sys.executable, "-c", compile_], rounds)
        bare = to_docx + to_typst + to_pdf
        print(
            f"référé, DOCX + PDF, cold process   mandats {ours:.2f}   bare engines {bare:.2f}   ratio {ours / bare:.2f}"
        )
        print(f"  bare: pandoc → DOCX {to_docx:.2f}, pandoc → typst {to_typst:.2f}, typst → PDF {to_pdf:.2f}")
    cases = sorted(str(p.relative_to(ROOT)) for p in (ROOT / "cases").glob("*.yaml"))
    print(f"verifier, all {len(cases)} cases            {median([*MANDATS, 'verifier', *cases], rounds):.2f}")
    nothing = median([sys.executable, "-c", "pass"], rounds)
    print(
        f"mandats --help                     {median([*MANDATS, '--help'], rounds):.3f}   python -c pass {nothing:.3f}"
    )


if __name__ == "__main__":
    main()
