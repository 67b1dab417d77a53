"""Several machines, on one: `--grappe locale` beside the processes of this machine. `python tests/bench/grappe.py`.

Whole runs in processes of their own, interleaved; medians of seconds that pass and of CPU seconds, descendants
included; a run of one form tells what starting costs. Then what a lot weighs on the network, and what that makes of a
million mandates on ten machines.
"""

import argparse
import os
import pickle
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent

RUN = """
import sys
sys.path[:0] = [{root!r}]
if __name__ == "__main__":
    from pathlib import Path
    from mandats.publiposter import job
    from tests.bench.mandats_en_nombre import STATE, people, prepared
    n, kind, where, processes, out = int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]), Path(sys.argv[5])
    order = job.Order(out, (kind,), 0, processes, grappe=where)
    job.run(prepared(), people(n), STATE | {{"nombre": n}}, order, lambda *_: None)
"""
WAYS = (("", 1), ("locale", 1), ("", 2), ("locale", 2))


def spent(script: Path, n: int, kind: str, where: str, processes: int, out: Path) -> tuple[float, float]:
    """Seconds that passed, CPU seconds."""
    shutil.rmtree(out, ignore_errors=True)
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, script, str(n), kind, where, str(processes), out], check=True, capture_output=True)
    passed, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return passed, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def weights(folder: Path) -> dict[str, tuple[float, float]]:
    """Bytes of a form on its way to a machine, and back."""
    sys.path[:0] = [str(ROOT)]
    from mandats.publiposter import job
    from tests.bench.mandats_en_nombre import people, prepared

    found, form, rows = {}, prepared(), tuple(people(100))
    (folder / ".publipostage").mkdir(parents=True, exist_ok=True)
    for kind in ("docx", "pdf"):
        made: list[tuple[str, bytes]] = []
        lot = job.Printing(form, job.Order(folder, (kind,))).lot(0, rows, lambda *file, made=made: made.append(file))
        found[kind] = len(pickle.dumps((0, rows))) / 100, len(pickle.dumps((lot, made))) / 100
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tours", type=int, default=3)
    parser.add_argument("--docx", type=int, default=20_000)
    parser.add_argument("--pdf", type=int, default=1_000)
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="mandats-bench-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
    try:
        script = folder / "run.py"
        script.write_text(RUN.format(root=str(ROOT)))
        seen: dict[tuple[str, int, str, int], list[tuple[float, float]]] = {}
        loads = [os.getloadavg()[0]]
        for _ in range(given.tours):
            for kind, many in (("docx", given.docx), ("pdf", given.pdf)):
                for n in (1, many):
                    for where, processes in WAYS:
                        key = (kind, n, where, processes)
                        seen.setdefault(key, []).append(spent(script, n, kind, where, processes, folder / "out"))
            loads.append(os.getloadavg()[0])
        print(f"{given.tours} rounds, medians; load {min(loads):.1f} to {max(loads):.1f} on {os.cpu_count()} cores")
        for kind, many in (("docx", given.docx), ("pdf", given.pdf)):
            for where, processes in WAYS:
                (wall, cpu), (start, idle) = (
                    [statistics.median(column) for column in zip(*seen[kind, n, where, processes], strict=True)]
                    for n in (many, 1)
                )
                rates = many / max(0.01, wall - start), many / max(0.01, cpu - idle)
                print(
                    f"{kind}  {many:6,} forms  {where or 'processes':9} {processes}   {wall:6.1f} s  {cpu:6.1f} CPU   "
                    f"start {start:4.1f} s  {idle:4.1f} CPU   without it, {rates[0]:6.0f} a second, {rates[1]:6.0f} a "
                    "CPU second"
                )
        for kind, (there, back) in weights(folder / "lot").items():
            print(f"{kind}  a form on the network: {there:.0f} bytes there, {back:,.0f} back")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
