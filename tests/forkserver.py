"""A warm interpreter that forks once for each command, so that a test does not pay for the imports again.

Takes one request a line on its input: {"arguments", "cwd", "env", "out", "err"}. Gives back one line, the exit code.
Each command has a process of its own, as `python -m mandats` does: its folder, its environment, its outputs; nothing of
it outlives it, and nothing of a file is read before it. What counts only when an interpreter starts (`PYTHON…`, the
locale) is not reproduced: `conftest.mandats` starts a real one for those.
"""

import atexit
import contextlib
import gc
import importlib
import json
import os
import pkgutil
import runpy
import sys
from pathlib import Path

# Imported late by the program, and slow: none of them starts a thread, which a fork would lose.
HEAVY = ("docx", "docxtpl", "lxml.etree", "openpyxl", "pikepdf", "pypandoc", "pypdfium2", "typst")


# What the program writes in its environment as it is imported.
SET_BY_IMPORTS: dict[str, str] = {}


def preload() -> None:
    import mandats

    before = dict(os.environ)

    for module in pkgutil.walk_packages(mandats.__path__, "mandats."):
        if module.name != "mandats.__main__":
            importlib.import_module(module.name)
    for name in HEAVY:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    SET_BY_IMPORTS.update({k: v for k, v in os.environ.items() if before.get(k) != v})


def run(arguments: list[str], cwd: str, env: dict[str, str], out: str, err: str) -> int:
    """One command, in the process that just forked. Raises SystemExit, as the command does."""
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env | SET_BY_IMPORTS)
    for number, path, flags in (
        (0, os.devnull, os.O_RDONLY),
        (1, out, os.O_WRONLY | os.O_CREAT),
        (2, err, os.O_WRONLY | os.O_CREAT),
    ):
        opened = os.open(path, flags)
        os.dup2(opened, number)
        os.close(opened)
    if "MANDATS_MUTATIONS" in env:  # tests/bench/mutations_code.py asks which lines a test goes through
        import coverage

        measured = coverage.Coverage(config_file=Path(env["MANDATS_MUTATIONS"], "coveragerc"), data_suffix=True)
        measured.start()
        atexit.register(measured.save)
    sys.argv = ["mandats", *arguments]
    sys.path[0] = os.getcwd()
    runpy.run_module("mandats", run_name="__main__", alter_sys=True)
    return 0


def serve() -> int:
    """0 when nothing more is asked; in each fork, the exit code of its command: it ends as any interpreter does."""
    preload()
    gc.freeze()  # what is shared stays shared
    answers = os.dup(1)
    for line in iter(sys.stdin.readline, ""):
        child = os.fork()
        if child == 0:
            os.close(answers)
            return run(**json.loads(line))
        os.write(answers, b"%d\n" % os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    return 0


if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parent.parent)
    sys.exit(serve())
