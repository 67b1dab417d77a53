"""A 20-page act compared with its second version, beside docxodus alone on the same two files.

Usage: python tests/bench/comparer.py [--tours 7] [--python .venv/bin/python]

`--python`: an interpreter that has `python-redlines` and `python-redlines-docxodus`; « absent » without them.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from mandats.relecture.comparaison import compare, print_comparison
from mandats.relecture.versions import render_act, write_word
from tests.relu import second_version

ROOT = Path(__file__).parents[2]
INSTANT = "2030-02-01T09:30:00Z"
DOCXODUS = """
import sys, time
from pathlib import Path
from python_redlines import DocxodusEngine
a, b = (Path(name).read_bytes() for name in sys.argv[1:])
start = time.perf_counter()
made = DocxodusEngine().run_redline("A. Exemple", a, b, detect_format_changes=False, detect_moves=True)
print(time.perf_counter() - start)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tours", type=int, default=7)
    parser.add_argument("--python", default=sys.executable)
    asked = parser.parse_args()
    before = write_word(render_act(ROOT / "cases" / "testwe.yaml", ROOT, "refere-suspension"))
    after = second_version(before, 2)
    times: dict[str, list[float]] = {"comparer": [], "et le PDF": [], "docxodus": []}
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder, name) for name in ("a.docx", "b.docx")]
        for file, data in zip(files, (before, after), strict=True):
            file.write_bytes(data)
        for _ in range(asked.tours):
            start = time.perf_counter()
            found = compare(before, after, "A. Exemple", INSTANT)
            times["comparer"].append(time.perf_counter() - start)
            print_comparison(found, "Référé", ("a", "b"), "A. Exemple", INSTANT[:10])
            times["et le PDF"].append(time.perf_counter() - start)
            command = [asked.python, "-c", DOCXODUS, *map(str, files)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if not done.returncode:
                times["docxodus"].append(float(done.stdout))
    for name, taken in times.items():
        print(f"{name:12} {statistics.median(taken):.2f} s" if taken else f"{name:12} absent")


if __name__ == "__main__":
    main()
