"""CPU seconds of whole commands at two commits, interleaved: what a change costs, or spares.

Usage: python tests/bench/against.py REVISION [--tours 9] [--seulement verifier]

Each command runs once in each tree, then again, `--tours` times; the medians of user + system seconds, children
included, are printed with their ratio. The other tree is this one. Asserts nothing.
"""

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PEOPLE = 300  # mandates asked for


def cpu(tree: Path, arguments: list[str], home: Path) -> float:
    """User and system seconds of one command in that tree. Raises RuntimeError when it did not end as it should.

    What a tree keeps of its texts is in a folder of its own, which its first run fills.
    """
    env = {**os.environ, "PYTHONPATH": str(tree), "MANDATS_REGISTRE": str(home / "r"), "MANDATS_CLE": str(home / "cle")}
    env["MANDATS_CACHE"] = str(home.parent / f"cache-{tree.name}")
    env.pop("PYTHONDONTWRITEBYTECODE", None)  # or each run would compile the program anew
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([sys.executable, *arguments], cwd=tree, env=env, capture_output=True, text=True, check=False)
    if done.returncode > 1:
        raise RuntimeError(f"{arguments}: {done.stderr[-500:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def commands(tree: Path, out: Path) -> dict[str, list[list[str]]]:
    """Name → commands to time, one after the other; `out` is theirs to fill."""
    cases = sorted(str(p.relative_to(tree)) for p in (tree / "cases").glob("*.yaml"))
    mandats = ["-m", "mandats"]
    urgent = ["--document", "refere-suspension", "--sortie", str(out / "un")]
    created = ["essai", "--texte", str(out.parent / "mandat.pdf"), "--conservation", "2099-01-01", "--sans-phrase"]
    mail = [*mandats, "publiposter", "produire", "cases/gafam.yaml", "--document", "mandat-google-vierge"]
    return {
        "--help": [[*mandats, "--help"]] * 5,
        "verifier": [[*mandats, "verifier", *cases]],
        "construire un référé": [[*mandats, "construire", "cases/testwe.yaml", *urgent]],
        "construire tout": [[*mandats, "construire", "--sortie", str(out / "tout"), *cases]],
        "registre importer": [
            [*mandats, "registre", "creer", *created],
            [*mandats, "registre", "importer", str(out.parent / "roster.csv")],
        ],
        "registre etat": [[*mandats, "registre", "etat"]],
        "publiposter docx": [[*mail, "--sortie", str(out / "docx"), "--format", "docx"]],
        "publiposter pdf": [[*mail, "--sortie", str(out / "pdf"), "--format", "pdf", "--volume", "100"]],
        "publiposter annexe": [
            [*mandats, "publiposter", "annexe", "cases/gafam.yaml", "--sortie", str(out / "annexe.pdf")]
        ],
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("revision")
    parser.add_argument("--tours", type=int, default=9)
    parser.add_argument("--seulement", default="")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        home, old = Path(name), Path(name) / "tree"
        subprocess.run(["git", "worktree", "add", "-q", "--detach", old, given.revision], cwd=ROOT, check=True)
        try:
            sys.path.insert(0, str(ROOT))
            from mandats.publiposter.orders import blank_forms
            from tests.roster import write_roster

            forms, _ = blank_forms(ROOT / "cases" / "gafam.yaml", ROOT, "mandat-google-vierge")
            (home / "mandat.pdf").write_bytes(forms["mandat-vierge.pdf"])
            write_roster(home / "roster.csv", PEOPLE)
            told: dict[str, tuple[list[float], list[float]]] = {}
            for _ in range(given.tours):
                for which, tree in enumerate((old, ROOT)):
                    place = home / "out"
                    place.mkdir()
                    for title, wanted in commands(tree, place).items():
                        if given.seulement in title or title.startswith("registre importer"):
                            spent = sum(cpu(tree, one, place) for one in wanted)
                            told.setdefault(title, ([], []))[which].append(spent)
                    shutil.rmtree(place)
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", old], cwd=ROOT, check=True)
    nothing = statistics.median(cpu(ROOT, ["-c", "pass"], ROOT) for _ in range(9))
    print(f"CPU seconds, medians of {given.tours} interleaved runs (python -c pass: {nothing:.3f})")
    for title, (before, after) in told.items():
        one, two = statistics.median(before), statistics.median(after)
        print(f"{title:24} {given.revision:>10} {one:7.3f}   now {two:7.3f}   ratio {two / one:.2f}")


if __name__ == "__main__":
    main()
