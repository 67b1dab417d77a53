"""Run the standing attacker at length, on every core.

Usage: python3 run.py attaque [--minutes 10] [--graine 1] [--seulement THEME[.ATTEMPT] …]

Attempts take their turn, so that a slow one does not starve the others. Prints, for each, what was tried, right,
refused in one line and wrong; each fault with the seed that shows it again. Exit 1 if anything is wrong.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter, defaultdict
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from itertools import count

from tests.hostile import Outcome, Verdict, attempts, draw

SHOWN = 20  # faults printed whole: the first ones say what to mend


def attack(name: str, seed: int) -> Outcome:
    return draw(name, dict(attempts())[name], seed)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="run.py attaque")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--graine", type=int, default=1)
    parser.add_argument("--seulement", nargs="*", default=[""])
    options = parser.parse_args(arguments)

    names = [name for name, _ in attempts() if name.startswith(tuple(options.seulement))]
    if not names:
        parser.error("no attempt has that name")
    totals: dict[str, Counter[Verdict]] = defaultdict(Counter)
    faults: list[tuple[str, int, str]] = []
    todo = ((name, seed) for seed in count(options.graine) for name in names)
    end, workers = time.monotonic() + 60 * options.minutes, os.cpu_count() or 1

    with ProcessPoolExecutor(workers) as pool:
        running: dict[Future[Outcome], tuple[str, int]] = {}
        while running or time.monotonic() < end:
            while len(running) < 2 * workers and time.monotonic() < end:
                name, seed = next(todo)
                running[pool.submit(attack, name, seed)] = name, seed
            for done in wait(running, return_when=FIRST_COMPLETED).done:
                name, seed = running.pop(done)
                outcome = done.result()
                totals[name][outcome.verdict] += 1
                if outcome.verdict is Verdict.WRONG:
                    faults.append((name, seed, outcome.detail))
                    if len(faults) <= SHOWN:
                        print(f"✗ {name} --graine {seed}\n{outcome.detail.rstrip()}\n", flush=True)

    print(f"{'':40} {'tried':>7} {'right':>7} {'one line':>9} {'wrong':>7}")
    rows = [(name, totals[name]) for name in names] + [("total", sum(totals.values(), Counter[Verdict]()))]
    for name, seen in rows:
        tried, right, line, bad = seen.total(), seen[Verdict.RIGHT], seen[Verdict.ONE_LINE], seen[Verdict.WRONG]
        print(f"{name:40} {tried:7} {right:7} {line:9} {bad:7}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
