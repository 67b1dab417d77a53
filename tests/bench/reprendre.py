"""Acts edited as a lawyer would, taken back and built again: how many of their changes are written, how long it takes.

    python tests/bench/reprendre.py [CASE...] [--seed N] [--rearranged] [--libreoffice]

Prints a line an act: changes, those kept, our paragraphs that were not found again, acts built otherwise than approved
(never), seconds to read and to write; then the sums.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from mandats.load.case import load_case
from mandats.relecture.reprise import TOLD
from mandats.relecture.retour import approve, read_back, write_back
from mandats.relecture.versions import render_act, write_word
from tests.conftest import CASES, ROOT
from tests.relu import rearranged
from tests.test_comparer import libreoffice
from tests.test_reprendre import AUTHOR, check, copied, edit_as_a_lawyer, keep_all


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("cases", nargs="*", default=[case.stem for case in CASES])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rearranged", action="store_true", help="clauses moved, gone, come, instead of words")
    parser.add_argument("--libreoffice", action="store_true", help="saved again by LibreOffice, once edited")
    parser.add_argument("--details", action="store_true", help="what is not kept, and why")
    asked = parser.parse_args()
    lasted, every, kept, wrong, unfound = list[float](), 0, 0, 0, Counter[int]()
    why = Counter[str]()
    for stem in asked.cases:
        with tempfile.TemporaryDirectory() as private:
            folder = Path(private)
            case = copied(stem, folder)
            loaded, _ = load_case(case)
            assert loaded
            names = [order.nom or order.modele for order in loaded.case.documents]
            for rank, nom in enumerate(names):
                built, seed = write_word(render_act(case, ROOT, nom)), asked.seed + rank
                # LibreOffice 7.4 gives a note the words of the one before when a comment stands above them: none then.
                lawyer = edit_as_a_lawyer(built, seed, commented=not asked.libreoffice)
                edited = rearranged(built, seed, AUTHOR) if asked.rearranged else lawyer
                (folder / f"{nom}.docx").write_bytes(edited)
            back = folder / "lo" if asked.libreoffice else folder
            if asked.libreoffice:
                libreoffice([folder / f"{nom}.docx" for nom in names], back)
            for rank, nom in enumerate(names):
                own = folder / str(rank)
                own.mkdir()
                mine, relu = copied(stem, own), back / f"{nom}.docx"
                start = time.perf_counter()
                retour = read_back(relu, mine, ROOT, nom)
                read = time.perf_counter() - start
                made = approve(retour, keep_all(retour))
                write_back(retour, made, keep_all(retour), own / "s")
                last = time.perf_counter() - start
                told = [c for c in retour.reprise.retouches if c.genre not in TOLD]
                out = round((1 - retour.reprise.placees) * len(retour.reprise.nos))
                try:
                    check(retour, made, relu.read_bytes(), mine, nom)
                except AssertionError as error:
                    wrong += 1
                    print(f"  ! {str(error)[:300]}")
                every, kept = every + len(told), kept + len(made.placees)
                lasted.append(last)
                unfound[out] += 1
                why.update(made.restes.values())
                for change in told if asked.details else ():
                    if change.rang in made.restes:
                        print(f"    {change.genre} : {made.restes[change.rang]} : {change.lieu.said()[:90]}")
                print(
                    f"{stem}/{nom}: {len(made.placees)}/{len(told)}, -{out}, {read:.2f} + {last - read:.2f} s",
                    flush=True,
                )
    print(f"{len(lasted)} acts, {kept} changes kept of {every}, {wrong} built otherwise, unfound {dict(unfound)}")
    print(f"{statistics.median(lasted):.2f} s an act, {max(lasted):.2f} at most")
    for told, times in why.most_common():
        print(f"  {times} × {told}")


if __name__ == "__main__":
    main()
