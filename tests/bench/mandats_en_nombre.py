"""Mandates in number beside their peers: docxtpl, LibreOffice, a bare typst compiler on the same markup. Medians.

Usage: python tests/bench/mandats_en_nombre.py [--tours 3] [--part 1]
       python tests/bench/mandats_en_nombre.py --memoire N [--format pdf] [--volume 500] [--processus 2] [--image F]

Same template, same generated rows for all. Rounds are interleaved, so that what else the machine does weighs on all
alike; rates are given by seconds that pass and by CPU seconds (children included), with the load. `--memoire` runs one
production and prints the memory of its processes against the forms done (and draws it); its files are then removed.
"""

import argparse
import io
import itertools
import multiprocessing
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT)]
CASE = ROOT / "cases" / "gafam.yaml"
DOCUMENT = "mandat-google-vierge"
STATE = {"empreinte": "e" * 64, "instant": "2022-09-24T12:00:00Z"}
VOLUME, ANNEX = 500, 15_248
JOBS = ((45_000, "docx", 0), (60_000, "docx", VOLUME), (3_000, "pdf", 0), (3_000, "pdf", VOLUME))


def prepared() -> Any:
    from mandats.publiposter.orders import prepare

    made, problems = prepare(CASE, ROOT, DOCUMENT)
    assert made, problems
    return made


def people(n: int, first: int = 0) -> Iterator[Any]:
    from tests.roster import mandants

    return itertools.islice(mandants(first + n), first, None)


class Measures:
    """Wall and CPU seconds of each thing done, by its name; `n`: how many forms (or annexes) it makes."""

    def __init__(self) -> None:
        self.taken: dict[str, list[tuple[float, float]]] = {}
        self.loads: list[float] = []

    def note(self, name: str, n: int, action: Callable[[], object]) -> None:
        self.loads.append(os.getloadavg()[0])
        start, used = time.perf_counter(), cpu()
        action()
        self.taken.setdefault(name, []).append(((time.perf_counter() - start) / n, (cpu() - used) / n))

    def seconds(self, name: str) -> tuple[float, float]:
        wall, used = zip(*self.taken[name], strict=True)
        return statistics.median(wall), statistics.median(used)

    def show(self, name: str, peer: str = "", *, whole: bool = False) -> None:
        """A line: rate (or seconds, when `whole`), and how many times the peer's; in wall seconds, then CPU seconds."""
        line = f"{name:44}"
        for ours, theirs in zip(self.seconds(name), self.seconds(peer or name), strict=True):
            rate = ours if whole else 1 / ours
            ratio = ours / theirs if whole else theirs / ours
            line += f" {rate:9.2f}" if rate < 100 else f" {rate:9.0f}"
            line += f" {ratio:7.2f} x" if peer else " " * 10
        print(line + (f"   {peer}" if peer else ""))


def cpu() -> float:
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def docx_template(n: int, first: int) -> Callable[[], None]:
    """docxtpl as its documentation shows it: one template object for each row."""
    from docxtpl import DocxTemplate

    from mandats.build import examine
    from mandats.formulaire.valeurs import XML
    from mandats.model import Mandant
    from mandats.render.cover import page_inputs

    rendered = examine(CASE, ROOT, only=[DOCUMENT]).documents[0]
    form = rendered.document.template.file("formulaire.docx")
    values = {**page_inputs(rendered.document, rendered.title), **rendered.values}
    rows = list(people(n, first))

    def run() -> None:
        for m in rows:
            template = DocxTemplate(form)
            who = Mandant(prenom=m.prenom, nom=m.nom, commune=m.commune, courriel=m.courriel)
            template.render({**values, "mandant": who}, jinja_env=XML)
            template.save(io.BytesIO())

    return run


def bare_typst(printer: Any, n: int, first: int) -> Callable[[], None]:
    """One reused compiler and nothing else, the same markup: sources made beforehand."""
    from mandats.formulaire.printer import alone
    from mandats.write.typst_engine import ARCHIVED

    mains = [alone(*printer.pdf_row(printer.values(m))).encode() for m in people(n, first)]
    engine, given = printer.engine, {"format": "pdf", "root": printer.engine.root, "pdf_standards": ARCHIVED}

    def run() -> None:
        for main in mains:
            engine._compiler.compile(main, timestamp=0, **given)

    return run


def libreoffice(printer: Any, n: int, first: int, folder: Path) -> Callable[[], object]:
    source = folder / "docx"
    shutil.rmtree(source, ignore_errors=True)
    source.mkdir()
    for m in people(n, first):
        (source / f"{m.numero}.docx").write_bytes(printer.docx(printer.values(m)))
    where = [f"-env:UserInstallation=file://{folder}/profile", "--outdir", str(folder / "pdf")]
    command = ["soffice", where[0], "--headless", "--convert-to", "pdf", *where[1:], *map(str, source.glob("*.docx"))]
    return lambda: subprocess.run(command, check=True, capture_output=True)


def produce(form: Any, rows: Any, n: int, processes: int, kind: str, out: Path, volume: int, told: Any = None) -> None:
    from mandats.publiposter import job

    order = job.Order(out, (kind,), volume, processes)
    job.run(form, rows, STATE | {"nombre": n}, order, told or (lambda *_: None))


def annex(bare: bool) -> tuple[float, float]:
    """Wall and CPU seconds for the annex, in a process of its own; `bare`: typst alone, given the same markup."""
    from mandats.publiposter import annex
    from mandats.write.typst_engine import ARCHIVED, Engine

    given: dict[str, Any] = {}

    class Kept(Engine):
        def compile(self, main: str, day: str, *more: Any, inputs: dict[str, str] | None = None) -> bytes:
            given.update(main=main.encode(), inputs=inputs)
            return b"" if inputs else super().compile(main, day, *more)

    rows = list(people(ANNEX))
    if bare:
        annex.Engine = Kept  # type: ignore[misc] # only to learn what typst is given
    start, used = time.perf_counter(), cpu()
    annex.annex_pdf(rows, STATE | {"nombre": ANNEX}, "Annexe", "LQDN")
    if bare:
        engine = Engine()
        start, used = time.perf_counter(), cpu()
        engine._compiler.compile(
            given["main"], format="pdf", root=engine.root, pdf_standards=ARCHIVED, timestamp=0,
            sys_inputs=given["inputs"],
        )  # fmt: skip
    return time.perf_counter() - start, cpu() - used


def annex_apart(measures: Measures, name: str, bare: bool) -> None:
    """Notes what `annex` says of itself: what a process takes to start and to make the rows is left out."""
    code = f"from tests.bench.mandats_en_nombre import annex; print(*annex({bare}))"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT)
    wall, used = map(float, done.stdout.split())
    measures.taken.setdefault(name, []).append((wall, used))


@contextmanager
def folders() -> Iterator[tuple[Path, Path]]:
    """One on the disk, one in memory, where the disk does not decide how two processes share the work."""
    shared = Path("/dev/shm")
    with tempfile.TemporaryDirectory(prefix="mandats-bench-") as disk:
        quick = shared if shared.is_dir() else None
        with tempfile.TemporaryDirectory(prefix="mandats-bench-", dir=quick) as memory:
            yield Path(disk), Path(memory)


def compare(rounds: int, part: float) -> None:
    from mandats.formulaire.printer import Printer

    form = prepared()
    printer, m = Printer(form), Measures()
    office = shutil.which("soffice")
    for row in map(printer.values, people(20)):
        printer.docx(row), printer.pdf(row)
    with folders() as (disk, memory):
        for turn in range(rounds):
            first = 10_000 * (turn + 1)
            rows, few, many = list(people(5000, first)), list(people(300, first)), list(people(VOLUME, first + 400))
            m.note("DOCX", 5000, lambda rows=rows: [printer.docx(printer.values(r)) for r in rows])
            m.note("docxtpl", 60, docx_template(60, first))
            m.note("PDF, one file each", 300, lambda few=few: [printer.pdf(printer.values(r)) for r in few])
            m.note("bare typst, reused", 300, bare_typst(printer, 300, first + 1000))
            m.note("PDF, volume", VOLUME, lambda many=many: printer.volume(map(printer.values, many)))
            if office:
                m.note("LibreOffice, one batch", 60, libreoffice(printer, 60, first, disk))
            for full, kind, volume in JOBS:
                rows = list(people(int(full * part)))
                for processes in (1, 2):
                    name = f"{kind.upper()}, {'volumes' if volume else 'a file each'}, {processes} process(es)"
                    given = form, rows, len(rows), processes, kind, memory / "sortie", volume
                    m.note(name, len(rows), lambda given=given: produce(*given))
                    shutil.rmtree(memory / "sortie")
            annex_apart(m, "annex", False)
            annex_apart(m, "annex, bare typst", True)
    print(
        f"{rounds} rounds, medians, interleaved; load {min(m.loads):.1f} to {max(m.loads):.1f}, {os.cpu_count()} cores"
    )
    print(f"{'forms a second':44} {'wall':>9} {'':9} {'CPU':>9} {'':9}   beside")
    m.show("docxtpl")
    m.show("DOCX", "docxtpl")
    m.show("bare typst, reused")
    m.show("PDF, one file each", "bare typst, reused")
    m.show("PDF, volume", "PDF, one file each")
    if office:
        m.show("LibreOffice, one batch")
        m.show("PDF, one file each", "LibreOffice, one batch")
        m.show("PDF, volume", "LibreOffice, one batch")
    print("whole runs, files in memory")
    for name in [name for name in m.taken if name.endswith("2 process(es)")]:
        one = name.replace("2 process", "1 process")
        m.show(one)
        m.show(name, one)
    print(f"annex of {ANNEX} rows, seconds")
    m.show("annex, bare typst", whole=True)
    m.show("annex", "annex, bare typst", whole=True)


def resident(process: int | str = "self") -> float:
    """MiB that a process holds in memory; 0 when it ended."""
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * resource.getpagesize() / 2**20
    except (OSError, IndexError):
        return 0


def memory(n: int, kind: str, volume: int, processes: int, image: Path | None) -> None:
    """One production of `n` forms: what its parent and its largest worker hold, at each fiftieth of it."""
    done, points = 0, list[tuple[int, float, float]]()

    def told(made: int, resumed: int) -> None:
        nonlocal done
        done += made
        if done * 50 // n > len(points) - 1:
            largest = max((resident(child.pid or 0) for child in multiprocessing.active_children()), default=0)
            points.append((done, resident(), largest))

    start = time.perf_counter()
    with folders() as (disk, _):
        produce(prepared(), people(n), n, processes, kind, disk / "sortie", volume, told)
    took = time.perf_counter() - start
    print(f"{n} {kind.upper()}, volumes of {volume}, {processes} processes: {took:.0f} s, {n / took:.0f} a second")
    print(f"{'forms':>9} {'parent':>9} {'worker':>9}   MiB")
    for forms, parent, worker in points[:: max(1, len(points) // 10)] + points[-1:]:
        print(f"{forms:9} {parent:9.0f} {worker:9.0f}")
    if image:
        image.write_text(plot(f"{n} {kind.upper()}", points), "utf-8")


def plot(title: str, points: list[tuple[int, float, float]]) -> str:
    """Memory against forms done, as an SVG: forms in thousands, MiB."""
    width, height, left, top = 640, 300, 60, 30
    most, high = points[-1][0], max(max(point[1:]) for point in points) * 1.2

    def at(forms: float, held: float) -> str:
        return f"{left + forms / most * (width - left - 20):.1f},{top + (1 - held / high) * (height - top - 40):.1f}"

    lines = []
    for place, (words, colour) in enumerate((("conduite", "#7a2338"), ("processus", "#246")), 1):
        drawn = " ".join(at(point[0], point[place]) for point in points)
        lines.append(f'<polyline points="{drawn}" fill="none" stroke="{colour}" stroke-width="2"/>')
        lines.append(f'<text x="{left + 100 * place}" y="18" fill="{colour}">{words}</text>')
    for part in range(5):
        x, y = at(most * part / 4, 0).split(",")
        lines.append(f'<text x="{x}" y="{float(y) + 18}" text-anchor="middle">{most * part // 4000} 000</text>')
        y = at(0, high * part / 4).split(",")[1]
        lines.append(f'<text x="{left - 8}" y="{y}" text-anchor="end">{high * part / 4:.0f} Mio</text>')
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif">'
    return "\n".join([head, f"<title>Mémoire selon les formulaires faits : {title}</title>", *lines, "</svg>\n"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tours", type=int, default=3)
    parser.add_argument("--part", type=float, default=1, help="of the whole runs; a small one tells of starting too")
    parser.add_argument("--memoire", type=int, metavar="N")
    parser.add_argument("--format", choices=("docx", "pdf"), default="docx")
    parser.add_argument("--volume", type=int, default=0)
    parser.add_argument("--processus", type=int, default=2)
    parser.add_argument("--image", type=Path)
    given = parser.parse_args()
    if given.memoire:
        memory(given.memoire, given.format, given.volume, given.processus, given.image)
    else:
        compare(given.tours, given.part)


if __name__ == "__main__":
    main()
