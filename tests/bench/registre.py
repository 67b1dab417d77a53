"""The ledger: import and state of the 15,248-row roster, memory from 1,000 to 200,000 rows, kills at random moments.

Usage: python tests/bench/registre.py [--tours 3] [--coups 10] [--serveur postgresql://…]. Prints medians; asserts only
that
a killed import ends as an undisturbed one.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))
CHILD = """
import resource, sys, time, datetime as dt
from pathlib import Path
from mandats.registre.ledger import ouvrir
from mandats.registre.colonnes import Correspondance
from mandats.registre.importation import import_roster
from mandats.registre.lignes import Rules
ledger = ouvrir(sys.argv[1], sys.argv[2])
start = time.perf_counter()
done = import_roster(ledger, Path(sys.argv[3]), Rules(dt.datetime.now(dt.UTC), Correspondance()), "bench")
middle = time.perf_counter()
if sys.argv[4] == "etat":
    ledger.etat()
print(middle - start, time.perf_counter() - middle, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--tours", type=int, default=3)
    parser.add_argument("--coups", type=int, default=10)
    parser.add_argument("--serveur")
    given = parser.parse_args()
    import datetime as dt

    from mandats.registre.ledger import create_ledger
    from mandats.registre.secret import make_key
    from tests import roster

    def run(lieu: str, rows: Path, key: Path) -> list[float]:
        done = subprocess.run(
            [sys.executable, "-c", CHILD, lieu, str(key), str(rows), "etat"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        return [float(x) for x in done.stdout.split()]

    campaign = {"campagne": "bench", "texte": "0" * 64, "conservation": "2099-01-01", "age_minimum": 18}
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        key = make_key(home / "cle", None)
        for n, rounds in ((1_000, 1), (15_248, given.tours), (50_000, 1), (200_000, 1)):
            roster.write_roster(home / "e.csv", n, 40)
            told = []
            for k in range(rounds):
                lieu = str(home / f"{n}-{k}.registre")
                create_ledger(lieu, key, campaign, "bench", dt.datetime.now(dt.UTC))
                told.append(run(lieu, home / "e.csv", home / "cle"))
            entered, state, peak = (statistics.median(c) for c in zip(*told, strict=True))
            size = Path(lieu).stat().st_size / n
            print(
                f"{n:>7} rows   import {entered:6.2f} s ({n / entered:6.0f} rows/s)   state {state:5.2f} s   peak "
                f"{peak:4.0f} MiB   {size:.0f} bytes a row"
            )
        if given.serveur:
            roster.write_roster(home / "e.csv", 15_248, 40)
            create_ledger(given.serveur, key, campaign, "bench", dt.datetime.now(dt.UTC))
            entered, state, peak = run(given.serveur, home / "e.csv", home / "cle")
            print(f" 15,248 rows   PostgreSQL: import {entered:6.2f} s   state {state:5.2f} s   peak {peak:4.0f} MiB")
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "tests/test_registre.py", "-k", "killed"],
        cwd=ROOT,
        env={**os.environ, "MANDATS_KILLS": str(given.coups)},
        check=False,
    )
    print(
        f"{given.coups} kills: {'same ledger each time' if done.returncode == 0 else 'FAILED'} "
        f"({time.perf_counter() - start:.0f} s)"
    )


if __name__ == "__main__":
    main()
