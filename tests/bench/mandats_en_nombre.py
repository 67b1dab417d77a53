"""Mandates in number, side by side in one run, medians: ours against docxtpl, LibreOffice and a bare typst loop.

Usage: python tests/bench/mandats_en_nombre.py [--tours 3] [--memoire] [--image docs/images/memoire-publipostage.svg]

Same template, same generated rows for all. Rounds are interleaved, so that what else the machine does weighs on all
alike; the load is printed. `--memoire` adds peak memory from 1,000 to 200,000 rows (3 GB of files, removed as it goes).
"""

import argparse
import io
import itertools
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT)]
CASE = ROOT / "cases" / "gafam.yaml"
DOCUMENT = "mandat-google-vierge"
STATE = {"empreinte": "e" * 64, "instant": "2022-09-24T12:00:00Z"}


def prepared():
    from mandats.publiposter.orders import prepare

    made, problems = prepare(CASE, ROOT, DOCUMENT)
    assert made, problems
    return made


def people(n, first=0):
    from tests.roster import mandants

    return itertools.islice(mandants(first + n), first, None)


def rate(n, action):
    start = time.perf_counter()
    action()
    return n / (time.perf_counter() - start)


def docx_ours(printer, n, first):
    for m in people(n, first):
        printer.docx(printer.values(m))


def docx_template(n, first):
    """docxtpl as its documentation shows it: one template object for each row."""
    from docxtpl import DocxTemplate

    from mandats.build import examine
    from mandats.formulaire.valeurs import XML
    from mandats.model import Mandant
    from mandats.render.cover import page_inputs

    rendered = examine(CASE, ROOT, only=[DOCUMENT]).documents[0]
    form, values = (
        rendered.document.template.file("formulaire.docx"),
        {**page_inputs(rendered.document, rendered.title), **rendered.values},
    )

    def run():
        for m in people(n, first):
            template = DocxTemplate(form)
            who = Mandant(prenom=m.prenom, nom=m.nom, commune=m.commune, courriel=m.courriel)
            template.render({**values, "mandant": who}, jinja_env=XML)
            template.save(io.BytesIO())

    return run


def bare_typst(printer, n, first, by_inputs):
    """One reused compiler, nothing else: sources made beforehand; or values through sys_inputs, as tutorials show."""
    import typst

    rows = [printer.pdf_row(printer.values(m)) for m in people(n, first)]
    if not by_inputs:
        from mandats.formulaire.printer import alone
        from mandats.write.typst_engine import ARCHIVED

        mains = [alone(form, values).encode() for form, values in rows]
        engine, given = printer.engine, {"format": "pdf", "root": printer.engine.root, "pdf_standards": ARCHIVED}
        return lambda: [engine._compiler.compile(m, timestamp=0, **given) for m in mains]
    folder = Path(printer.engine.root)
    width = len(rows[0][1])
    body = "".join(f'#let v{i} = sys.inputs.at("v{i}")\n' for i in range(width))
    main = folder / "nu.typ"
    main.write_text(
        f'#import "page.typ": *\n#import "{rows[0][0]}": corps\n#import "formulaire.typ": *\n#show: document-mandats\n'
        f"{body}#let valeurs = ({', '.join(f'v{i}' for i in range(width))},)\n#seul(valeurs, corps(valeurs))\n",
        "utf-8",
    )
    compiler = typst.Compiler(str(main), root=printer.engine.root, ignore_system_fonts=True)
    inputs = printer.prepared.inputs

    def run():
        for _, values in rows:
            compiler.compile(
                format="pdf",
                sys_inputs={**inputs, "reference": "oui", **{f"v{i}": v for i, v in enumerate(values)}},
                pdf_standards=["a-2a", "ua-1"],
                timestamp=0,
            )

    return run


def libreoffice(printer, n, first, folder):
    source, out = folder / "docx", folder / "pdf"
    shutil.rmtree(source, ignore_errors=True)
    source.mkdir()
    for m in people(n, first):
        (source / f"{m.numero}.docx").write_bytes(printer.docx(printer.values(m)))
    command = [
        "soffice",
        f"-env:UserInstallation=file://{folder}/profile",
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(out),
        *map(str, source.glob("*.docx")),
    ]
    return lambda: subprocess.run(command, check=True, capture_output=True)


def job_rate(form, n, processes, formats, folder, volume=0):
    from mandats.publiposter import job

    out = folder / "sortie"
    shutil.rmtree(out, ignore_errors=True)
    order = job.Order(out, formats, volume, processes)
    return rate(n, lambda: job.run(form, people(n), STATE | {"nombre": n}, order, lambda *_: None))


ANNEX = """
import time
from mandats.publiposter import annex
from tests.bench.mandats_en_nombre import STATE, people
start = time.perf_counter()
annex.annex_pdf(people(15_248), STATE | {"nombre": 15_248}, "Annexe", "LQDN")
print(time.perf_counter() - start)
"""
MEMORY = """
import resource, sys
sys.path[:0] = [{root!r}]
if __name__ == "__main__":
    from pathlib import Path
    from tests.bench.mandats_en_nombre import prepared, people, STATE
    from mandats.publiposter import job
    n, formats, out = int(sys.argv[1]), (sys.argv[2],), Path(sys.argv[3])
    job.run(prepared(), people(n), STATE | {{"nombre": n}}, job.Order(out, formats, 0, 2), lambda *_: None)
    used = [resource.getrusage(who).ru_maxrss // 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(*used)
"""


def memory(folder, image):
    script = folder / "memoire.py"
    script.write_text(MEMORY.format(root=str(ROOT)), "utf-8")
    curves = {}
    for form, sizes in (("docx", (1_000, 5_000, 20_000, 50_000, 100_000, 200_000)), ("pdf", (1_000, 3_000, 10_000))):
        for n in sizes:
            out = folder / "sortie"
            shutil.rmtree(out, ignore_errors=True)
            start = time.perf_counter()
            done = subprocess.run(
                [sys.executable, script, str(n), form, out], check=True, capture_output=True, text=True
            )
            parent, worker = map(int, done.stdout.split())
            curves.setdefault(form, []).append((n, parent, worker))
            print(
                f"memory, {form}, {n:7,} rows, 2 processes   parent {parent} MB   largest worker {worker} MB   "
                f"({time.perf_counter() - start:.0f} s)",
                flush=True,
            )
        shutil.rmtree(folder / "sortie", ignore_errors=True)
    if image:
        image.parent.mkdir(parents=True, exist_ok=True)
        image.write_text(plot(curves), "utf-8")


def plot(curves):
    """Peak memory against rows, as an SVG: logarithmic rows, megabytes."""
    import math

    width, height, left, top = 640, 320, 60, 30
    high = 50 * math.ceil(max(max(p, w) for rows in curves.values() for _, p, w in rows) * 1.2 / 50)

    def at(n, mb):
        return left + (math.log10(n) - 3) / (math.log10(200_000) - 3) * (width - left - 150), top + (1 - mb / high) * (
            height - top - 50
        )

    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" '
        'font-size="12"><title>Mémoire de crête selon le nombre de mandats</title>'
    ]
    for mb in range(0, high + 1, 50):
        (x0, y), (x1, _) = at(1000, mb), at(200_000, mb)
        out.append(
            f'<path d="M{x0:.0f} {y:.0f}H{x1:.0f}" stroke="#ddd"/><text x="{x0 - 8:.0f}" y="{y + 4:.0f}" '
            f'text-anchor="end">{mb} Mo</text>'
        )
    for n in (1_000, 10_000, 100_000, 200_000):
        x, y = at(n, 0)
        out.append(f'<text x="{x:.0f}" y="{y + 20:.0f}" text-anchor="middle">{n:,}</text>'.replace(",", " "))
    lines = [
        (f"{form}, {who}", [(r[0], r[i]) for r in rows])
        for form, rows in curves.items()
        for i, who in ((1, "conduite"), (2, "processus"))
    ]
    for (name, points), colour in zip(lines, ("#7a2338", "#c98", "#246", "#8ac"), strict=False):
        spots = [at(*p) for p in points]
        out.append(
            f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in spots)}" fill="none" stroke="{colour}" '
            'stroke-width="2"/>'
        )
        out.append(
            f'<text x="{width - 140}" y="{top + 18 * lines.index((name, points)) + 10}" fill="{colour}">{name}</text>'
        )
    return "\n".join([*out, "</svg>\n"])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tours", type=int, default=3)
    parser.add_argument("--memoire", action="store_true")
    parser.add_argument("--image", type=Path)
    given = parser.parse_args()
    from mandats.formulaire.printer import Printer

    form = prepared()
    printer = Printer(form)
    measures: dict[str, list[float]] = {}

    def note(name, value):
        measures.setdefault(name, []).append(value)

    folder = Path(tempfile.mkdtemp(prefix="mandats-bench-"))
    memory_disk = Path("/dev/shm")  # where the disk does not decide how two processes share the work
    quick = Path(tempfile.mkdtemp(prefix="mandats-bench-", dir=memory_disk if memory_disk.is_dir() else None))
    try:
        loads = [os.getloadavg()[0]]
        docx_ours(printer, 200, 0)
        printer.pdf(printer.values(next(people(1))))
        for turn in range(given.tours):
            first = 300 * turn
            note("docx ours", rate(5000, lambda f=first: docx_ours(printer, 5000, f)))
            note("docx docxtpl", rate(60, docx_template(60, first)))
            note("pdf ours", rate(300, lambda f=first: [printer.pdf(printer.values(m)) for m in people(300, f)]))
            note("pdf bare", rate(300, bare_typst(printer, 300, first + 10_000, False)))
            note("pdf bare sys_inputs", rate(100, bare_typst(printer, 100, first + 10_000, True)))
            if shutil.which("soffice"):
                note("pdf libreoffice", rate(60, libreoffice(printer, 60, first, folder)))
            for n, kinds, volume in (
                (45_000, ("docx",), 0),
                (60_000, ("docx",), 500),
                (3000, ("pdf",), 0),
                (2000, ("pdf",), 500),
            ):
                for processes in (1, 2):
                    note(f"job {kinds[0]} {volume} {processes}", job_rate(form, n, processes, kinds, quick, volume))
            for processes in (1, 2):
                note(f"disk {processes}", job_rate(form, 15_248, processes, ("docx",), folder))
            # Its own process, as the command has: a whole annex leaves a gigabyte in typst's cache, slowing the rest.
            note(
                "annex",
                float(
                    subprocess.run(
                        [sys.executable, "-c", ANNEX], check=True, capture_output=True, text=True, cwd=ROOT
                    ).stdout
                ),
            )
            loads.append(os.getloadavg()[0])
        m = {k: statistics.median(v) for k, v in measures.items()}
        print(
            f"{given.tours} rounds, medians, interleaved; load average {min(loads):.1f} to {max(loads):.1f} on "
            f"{os.cpu_count()} cores"
        )
        print(
            f"DOCX a second, one process, in memory   ours {m['docx ours']:.0f}   docxtpl {m['docx docxtpl']:.1f}   "
            f"ratio {m['docx ours'] / m['docx docxtpl']:.0f}"
        )
        print(
            f"PDF a second, one process, in memory    ours {m['pdf ours']:.0f}   bare loop {m['pdf bare']:.0f}   ratio "
            f"{m['pdf ours'] / m['pdf bare']:.2f}   bare loop, sys_inputs {m['pdf bare sys_inputs']:.0f}   ratio "
            f"{m['pdf ours'] / m['pdf bare sys_inputs']:.1f}"
        )
        if "pdf libreoffice" in m:
            print(
                f"  LibreOffice, one batch of 60           {m['pdf libreoffice']:.1f}   ratio "
                f"{m['pdf ours'] / m['pdf libreoffice']:.0f}"
            )
        print(f"Whole runs, files in {quick.parent}:")
        for kind, volume, words in (
            ("docx", 0, "DOCX, a file each"),
            ("docx", 500, "DOCX, volumes of 500"),
            ("pdf", 0, "PDF, a file each"),
            ("pdf", 500, "PDF, volumes of 500"),
        ):
            one, two = m[f"job {kind} {volume} 1"], m[f"job {kind} {volume} 2"]
            print(f"{words:24} a second   one process {one:.0f}   two {two:.0f}   ratio {two / one:.2f}")
        print(
            f"DOCX, a file each, in {folder.parent}   one process {m['disk 1']:.0f}   two {m['disk 2']:.0f}   (the "
            "disk decides)"
        )
        print(f"annex of 15,248 rows                    {m['annex']:.1f} s")
        if given.memoire:
            memory(folder, given.image)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(quick, ignore_errors=True)


if __name__ == "__main__":
    main()
