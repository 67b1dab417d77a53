#!/usr/bin/env python3
"""Make a virtual environment here and use it. Needs Python 3.11 or later, and nothing else.

python3 run.py demo     builds the sample documents
python3 run.py test     passes the tests
python3 run.py lint     formatting and lint
python3 run.py bench    compares with the bare engines
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
STAMP = HOME / "installed"


def call(*command: object) -> int:
    return subprocess.call([str(c) for c in command], cwd=ROOT)


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
    if call(
        PYTHON,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "-e",
        f".[{extra}]" if extra != "-" else ".",
    ):
        sys.exit("Installation failed: see the message above.")
    STAMP.write_text(" ".join([state, *({*done[1:], extra} if done and done[0] == state else {extra})]))


def main(arguments: list[str]) -> int:
    if sys.version_info < (3, 11):  # noqa: UP036 (run by whatever Python is there)
        sys.exit(f"mandats needs Python 3.11 or later; this is {sys.version.split()[0]}.")
    task = arguments[0] if arguments else ""
    if task == "demo":
        install("-")
        cases = sorted(str(p.relative_to(ROOT)) for p in (ROOT / "cases").glob("*.yaml"))
        return call(PYTHON, "-m", "mandats", "construire", "--sortie", "sortie", *cases)
    if task in ("test", "lint", "bench"):
        install("test")
        if task == "bench":
            return call(PYTHON, "tests/bench/bench.py", *arguments[1:])
        code = call(PYTHON, "-m", "ruff", "check", "--quiet", ".")
        if task == "lint" or code:
            return code
        return call(PYTHON, "-m", "pytest", "-n", "auto", *arguments[1:])
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
