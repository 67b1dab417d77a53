"""Compare every sample document at two commits: paragraphs, styles, notes, fields of the DOCX; pages of the PDF.

Usage: python tools/compare_samples.py REVISION [REVISION] (the second one: the working tree by default)

Each revision is checked out aside and builds `cases/*.yaml` and `tests/golden/*/case.yaml` with the Python that runs
this tool. A DOCX is compared part by part, each in canonical XML; a PDF page by page, rendered at 60 dpi, then by its
words.
What `verifier --final` says of the samples and of `tests/bad` is compared too. Exit 1 when something differs.
"""

from __future__ import annotations

import difflib
import hashlib
import io
import os
import subprocess
import sys
import tempfile
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pypdfium2
from lxml import etree

ROOT = Path(__file__).resolve().parent.parent
DPI = 60


def run(tree: Path, *arguments: str, cwd: Path | None = None) -> str:
    """What a command of that tree prints, messages first."""
    env = {**os.environ, "PYTHONPATH": str(tree), "NO_COLOR": "1"}
    command = [sys.executable, "-m", "mandats", *arguments]
    done = subprocess.run(command, cwd=cwd or tree, env=env, capture_output=True, text=True, check=False)
    return (done.stderr + done.stdout).replace(str(tree), "")


def build(tree: Path, out: Path) -> dict[str, str]:
    """Everything a tree produces, by name: digests of parts and pages, and the lines of `verifier`."""
    cases = sorted((tree / "cases").glob("*.yaml"))
    jobs = [(["construire", "--sortie", str(out), *(str(c.relative_to(tree)) for c in cases)], tree)]
    jobs += [
        (["construire", "--sortie", str(out / f"golden-{c.parent.name}"), "case.yaml"], c.parent)
        for c in sorted((tree / "tests" / "golden").glob("*/case.yaml"))
    ]
    told = {c.stem: (["verifier", "--final", str(c.relative_to(tree))], tree) for c in cases}
    told |= {
        f"bad/{f.name}": (["verifier", "--final", "case.yaml"], f) for f in sorted((tree / "tests" / "bad").iterdir())
    }
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda job: run(tree, *job[0], cwd=job[1]), jobs))
        lines = pool.map(lambda job: run(tree, *job[0], cwd=job[1]), told.values())
        found = {f"verifier {name}": text for name, text in zip(told, lines, strict=True)}
    for file in sorted(out.rglob("*.docx")):
        with zipfile.ZipFile(file) as archive:
            parts = {n: hashlib.sha256(canonical(n, archive.read(n))).hexdigest() for n in sorted(archive.namelist())}
        found[str(file.relative_to(out))] = "\n".join(f"{n} {d}" for n, d in parts.items())
    for file in sorted(out.rglob("*.pdf")):
        found[str(file.relative_to(out))] = "\n".join(pages(file.read_bytes()))
    return found


def canonical(name: str, data: bytes) -> bytes:
    """An XML part in its canonical form: quotes, empty elements and the order of attributes do not count."""
    return etree.tostring(etree.fromstring(data), method="c14n") if name.endswith((".xml", ".rels")) else data


def pages(data: bytes) -> list[str]:
    """Digest of each page's image, with its words."""
    pdf = pypdfium2.PdfDocument(data)
    made = []
    for i, page in enumerate(pdf, 1):
        image = io.BytesIO()
        page.render(scale=DPI / 72).to_pil().save(image, "bmp")
        words = page.get_textpage().get_text_bounded()
        made.append(
            f"page {i} {hashlib.sha256(image.getvalue()).hexdigest()} {hashlib.sha256(words.encode()).hexdigest()}"
        )
    return made


def main(arguments: list[str]) -> int:
    if not arguments or len(arguments) > 2:
        print(__doc__)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        made = []
        for i, revision in enumerate([*arguments, None][:2]):
            tree = ROOT
            if revision:
                tree = Path(folder) / f"tree{i}"
                subprocess.run(["git", "worktree", "add", "-q", "--detach", tree, revision], cwd=ROOT, check=True)
            made.append(build(tree, Path(folder) / f"out{i}"))
            if revision:
                subprocess.run(["git", "worktree", "remove", "--force", tree], cwd=ROOT, check=True)
    old, new = made
    changed = [name for name in sorted({*old, *new}) if old.get(name) != new.get(name)]
    for name in changed:
        print(f"# {name}")
        rows = difflib.unified_diff(old.get(name, "").splitlines(), new.get(name, "").splitlines(), lineterm="", n=0)
        print("\n".join(row[:200] for row in list(rows)[2:14]))
    kinds = {kind: sum(n.endswith(kind) for n in old) for kind in (".docx", ".pdf")}
    print(
        f"{kinds['.docx']} DOCX, {kinds['.pdf']} PDF, {len(old) - sum(kinds.values())} reports: {len(changed)} differ"
    )
    return bool(changed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
