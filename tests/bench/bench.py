"""Whole processes side by side in one run, each figure beside its peer: wall and CPU seconds, medians.

Usage: python tests/bench/bench.py [--tours 5] [--sans-mandats]. Asserts nothing.

Rounds are interleaved, so that what else the machine does weighs on all alike; the load is printed. CPU seconds hold
those of the children. The bare engines are given the same text, as pandoc writes it back from our own DOCX: pandoc →
DOCX, then pandoc → typst → PDF, each a fresh process, one after the other, as a Makefile would run them. A warm build
is that of the same case in a process that stays, one word of its argument changed each time, as `--suivre` does.
Mandates in number follow: `mandats_en_nombre.py`, unless `--sans-mandats`.
"""

import argparse
import json
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
MANDATS = [sys.executable, "-m", "mandats"]
ACT = "refere-suspension"
Spent = tuple[float, float]  # wall, CPU
WARM = """
import gc, json, resource, sys, time
from pathlib import Path
from mandats import Workshop, compiled
from mandats.cli.terminal import cache_folder

def cpu():
    found = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(r.ru_utime + r.ru_stime for r in found)

compiled.use(cache_folder())
gc.disable()
case, rounds = Path(sys.argv[1]), int(sys.argv[2])
argument, spent = case.with_suffix("") / f"argument-{sys.argv[3]}.md", []
text = argument.read_text("utf-8")
with Workshop() as workshop:
    for n in range(rounds + 2):
        argument.write_text(text.replace("surveillance", "surveillance" + "x" * n, 1), "utf-8")
        start, before = time.perf_counter(), cpu()
        made = workshop.build(case, case.parent, case.parent / "chaud", only=[sys.argv[3]])
        spent.append((time.perf_counter() - start, cpu() - before))
        assert len(made.files) == 2, made.problems
        gc.collect()
        gc.freeze()
print(json.dumps(spent[2:]))
"""


def spend(*commands: list[str]) -> Spent:
    """Of commands run one after the other. Raises CalledProcessError."""
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    for command in commands:
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.perf_counter() - start, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def rounds_of(subjects: dict[str, list[list[str]]], rounds: int) -> dict[str, Spent]:
    """Medians of each, interleaved; a first round warms disk and caches."""
    spent: dict[str, list[Spent]] = {name: [] for name in subjects}
    for _ in range(rounds + 1):
        for name, commands in subjects.items():
            spent[name].append(spend(*commands))
    return {name: middle(times[1:]) for name, times in spent.items()}


def middle(times: list[Spent]) -> Spent:
    walls, cpus = zip(*times, strict=True)
    return statistics.median(walls), statistics.median(cpus)


def told(name: str, ours: Spent, peer: str = "", theirs: Spent | None = None, goal: str = "") -> None:
    line = f"{name:46} {ours[0]:7.3f} s wall {ours[1]:7.3f} CPU"
    if theirs:
        ratios = f"{ours[0] / theirs[0]:.2f} × wall, {ours[1] / theirs[1]:.2f} × CPU"
        line += f"   {peer} {theirs[0]:.3f} {theirs[1]:.3f}: {ratios}"
    print(f"{line}{f'   (goal {goal})' if goal else ''}", flush=True)


def bare(out: Path) -> list[list[str]]:
    """The commands of the bare engines on the text of the act that was built under `out`."""
    from mandats.write.pandoc import pandoc_path

    pandoc, text = pandoc_path(), out / "bare.md"
    form = "commonmark+footnotes"
    subprocess.run([pandoc, str(out / "testwe" / f"{ACT}.docx"), "-t", form, "-o", str(text)], check=True)
    # Links to Word bookmarks have no target in the bare text; keep their words.
    text.write_text(re.sub(r"\[([^\]]*)\]\(#[^)]*\)", r"\1", text.read_text("utf-8")), "utf-8")
    reference = ROOT / "templates" / "commun" / "reference.docx"
    compiled = f"import typst; typst.compile({str(out / 'bare.typ')!r}, output={str(out / 'bare.pdf')!r})"
    return [
        [pandoc, str(text), "-f", form, f"--reference-doc={reference}", "-o", str(out / "bare.docx")],
        [pandoc, str(text), "-f", form, "-s", "-t", "typst", "-o", str(out / "bare.typ")],
        [sys.executable, "-c", compiled],
    ]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--tours", type=int, default=5)
    parser.add_argument("--sans-mandats", action="store_true")
    given = parser.parse_args()
    cases = sorted(str(p.relative_to(ROOT)) for p in (ROOT / "cases").glob("*.yaml"))
    print(
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {sys.version.split()[0]}, {given.tours} rounds"
    )
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        build = [*MANDATS, "construire", "cases/testwe.yaml", "--document", ACT, "--sortie", folder]
        spend(build)
        to_docx, to_typst, to_pdf = bare(out)
        found = rounds_of(
            {
                "référé": [build], "bare": [to_docx, to_typst, to_pdf], "docx": [to_docx],
                "help": [[*MANDATS, "--help"]], "pass": [[sys.executable, "-c", "pass"]],
            },
            given.tours,
        )  # fmt: skip
        goal = "1.3 × wall, 1.5 × CPU; floor 1.4 and 1.6"
        told("référé, DOCX and PDF, cold process", found["référé"], "bare engines", found["bare"], goal)
        case = out / "chaud" / "testwe.yaml"
        shutil.copytree(ROOT / "cases" / "testwe", case.with_suffix(""))
        shutil.copy(ROOT / "cases" / "testwe.yaml", case)
        warm = [sys.executable, "-c", WARM, str(case), str(given.tours), ACT]
        done = subprocess.run(warm, cwd=ROOT, check=True, capture_output=True, text=True)
        again = middle(json.loads(done.stdout))
        told("the same, warm, one word changed", again, "pandoc → DOCX alone", found["docx"])
        print(f"  beyond pandoc: {1000 * (again[0] - found['docx'][0]):.0f} ms   (goal 150)")
        told("mandats --help", found["help"], "python -c pass", found["pass"])
        verify, make = [*MANDATS, "verifier", *cases], [*MANDATS, "construire", "--sortie", f"{folder}/tout", *cases]
        many = {"verifier": verify, "construire": make}
        few = min(given.tours, 3)
        counts = {f"{name} {n}": [[*command, "--processus", n]] for name, command in many.items() for n in "12"}
        found = rounds_of(counts, few)
        for name in many:
            one, two = found[f"{name} 1"], found[f"{name} 2"]
            told(f"{name}, all {len(cases)} cases, one process", one, goal="2 s; floor 3" if name == "verifier" else "")
            told(f"{name}, all {len(cases)} cases, two", two, "one", one)
    print(f"load {os.getloadavg()[0]:.1f}")
    if not given.sans_mandats:
        script = Path(__file__).with_name("mandats_en_nombre.py")
        sys.exit(subprocess.run([sys.executable, str(script)], cwd=ROOT, check=False).returncode)


if __name__ == "__main__":
    main()
