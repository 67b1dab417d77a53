#!/usr/bin/env python3
"""Make a virtual environment here and use it. Needs Python 3.11 or later, and nothing else.

python3 run.py demo              builds the sample documents
python3 run.py test              lint, then the quick tests
python3 run.py test --complet    and the slow ones: kills, PostgreSQL, 15,248 people, random searches
python3 run.py attaque           hostile inputs at length (--minutes 10)
python3 run.py lint              formatting, lint and types
python3 run.py bench             compares with the bare engines
"""

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
HOME = ROOT / ".venv"
BIN = HOME / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
PROGRAM = BIN / ("mandats.exe" if os.name == "nt" else "mandats")
STAMP = HOME / "installed"
RUFF = (("ruff", "format", "--check", "--quiet", "."), ("ruff", "check", "--quiet", "."))


def call(*command: object) -> int:
    return subprocess.call([str(c) for c in command], cwd=ROOT)


def modules(*commands: tuple[str, ...]) -> int:
    """The exit code of the first of these modules that fails; 0 when all pass."""
    return next((code for command in commands if (code := call(PYTHON, "-m", *command))), 0)


def install(extra: str) -> None:
    """Install the project once for each state of pyproject.toml; later runs start at once."""
    state = hashlib.sha256((ROOT / "pyproject.toml").read_bytes() + sys.version.encode()).hexdigest()
    done = STAMP.read_text().split() if STAMP.exists() else []
    if PYTHON.exists() and done and done[0] == state and extra in done[1:]:
        return
    if not PYTHON.exists():
        print("Creating .venv …")
        try:
            venv.create(HOME, with_pip=True, clear=HOME.exists())
        except (subprocess.CalledProcessError, ImportError):
            sys.exit("This Python has no ensurepip. On Debian or Ubuntu: apt install python3-venv")
    print("Installing …")
    wanted = f".[{extra}]" if extra != "-" else "."
    if call(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-e", wanted):
        sys.exit("Installation failed: see the message above.")
    STAMP.write_text(" ".join([state, *({*done[1:], extra} if done and done[0] == state else {extra})]))


def main(arguments: list[str]) -> int:
    if sys.version_info < (3, 11):  # noqa: UP036 (run by whatever Python is there)
        sys.exit(f"mandats needs Python 3.11 or later; this is {sys.version.split()[0]}.")
    task, *rest = arguments or [""]
    if task == "demo":
        install("-")
        cases = sorted(str(p.relative_to(ROOT)) for p in (ROOT / "cases").glob("*.yaml"))
        return call(PROGRAM, "construire", "--sortie", "sortie", *cases)  # as its hints will say it
    if task not in ("test", "lint", "bench", "attaque"):
        print(__doc__)
        return 2
    install("test")
    if task == "bench":
        return call(PYTHON, "tests/bench/bench.py", *rest)
    if task == "attaque":
        return call(PYTHON, "-m", "tests.hostile", *rest)
    if task == "lint":
        return modules(*RUFF, ("mypy",))
    tier = [] if "--complet" in rest else ["-m", "not slow"]
    tests = ("pytest", "-n", "auto", "--dist", "loadgroup", *tier, *(r for r in rest if r != "--complet"))
    return modules(*RUFF, tests)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
