"""Shared by all tests: where things are, and `--accept`, which rewrites what is expected."""

import functools
import json
import os
import select
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

# A slow machine is not a failure; on CI the same examples come back each time.
settings.register_profile("mandats", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("mandats")

os.environ.pop("COLUMNS", None)  # what runs the tests may say how wide it is: nothing folds here unless a test asks
os.environ.setdefault("MANDATS_CACHE", "")  # nothing is kept from one test to the next

ROOT = Path(__file__).parent.parent
PIECE = (ROOT / "tests" / "data" / "piece.pdf").read_bytes()  # a page, blank
CASES = sorted((ROOT / "cases").glob("*.yaml"))
# These leave blanks that only the user can fill: dates of receipt, a docket number not yet given.
AWAITING = {
    "cnaf": {
        "documents[0].recevabilite[2].avec.recue",
        "documents[0].recevabilite[2].avec.refus",
        "documents[2].instance.numero",  # told once, with the place of the other
    },
    "cnaf-cada": {
        "demande.recue_le",
        "demande.reponse_le",
        "avis_cada.saisie_le",
        *(f"documents[2].recevabilite[1].avec.date_{name}" for name in ("demande", "enregistrement", "confirmation")),
    },
    "marseille": {"demande.recue_le"},
}
FINAL_CASES = [c for c in CASES if c.stem not in AWAITING]


def of_case(stem: str) -> pytest.MarkDecorator:
    """Tests of one shipped case stay in one process (`--dist loadgroup`), which examines and builds it once."""
    return pytest.mark.xdist_group(f"cas-{stem}")


def each(cases: list[Path]) -> pytest.MarkDecorator:
    """A test for each of these shipped cases."""
    return pytest.mark.parametrize("case", [pytest.param(c, id=c.stem, marks=of_case(c.stem)) for c in cases])


def pytest_addoption(parser):
    parser.addoption("--accept", action="store_true", help="rewrite the expected files; then read the diff")


# What these fixtures make takes long: 15,248 people, a PostgreSQL server, acts in both formats.
SHARED = {"all_of_them", "server", "documents", "prepared"}
SLOW = {"all_of_them", "server"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that share what is long to make stay in the process that made it (`--dist loadgroup`).

    Of a test marked `one_in(n)`, the quick tier keeps the first of each n parameters.
    """
    seen = Counter[tuple[Path, str]]()
    for item in items:
        if one := item.get_closest_marker("one_in"):
            test = (item.path, item.nodeid.partition("[")[0])
            if seen[test] % one.args[0]:
                item.add_marker(pytest.mark.slow)
            seen[test] += 1
        names = SHARED.intersection(getattr(item, "fixturenames", ()))
        for name in names:
            item.add_marker(pytest.mark.xdist_group(f"{item.path.stem}-{name}"))
        if names & SLOW:
            item.add_marker(pytest.mark.slow)


@pytest.fixture
def expected(request):
    """`expected(path, text)`: equal to the file, or written to it under --accept."""

    def compare(path: Path, text: str) -> None:
        if request.config.getoption("--accept"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        assert path.is_file(), f"{path} is missing: run pytest --accept and read it"
        assert text == path.read_text("utf-8")

    return compare


# What counts only when an interpreter starts, which a fork does not: PYTHONUTF8, LC_ALL…
STARTS = ("PYTHON", "LC_", "LANG", "TZ")


class Commands:
    """The command line in a folder, as a drafter runs it: `mandats("verifier", "case.yaml", cwd=folder)`.

    Each command has a process of its own, forked from one that has imported the program (tests/forkserver.py) where
    the system can fork, started from nothing elsewhere.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self.server: subprocess.Popen[str] | None = None

    def __call__(
        self, *arguments: object, cwd: Path = ROOT, timeout: float = 300, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        env = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", **environment}
        if not hasattr(os, "fork") or any(name.startswith(STARTS) for name in environment):
            command = [sys.executable, "-m", "mandats", *map(str, arguments)]
            return subprocess.run(
                command, cwd=cwd, capture_output=True, text=True, env=env, timeout=timeout, check=False
            )
        out, err = self.folder / "out", self.folder / "err"
        for file in (out, err):
            file.write_bytes(b"")
        told = [str(a) for a in arguments]
        request = {"arguments": told, "cwd": str(cwd), "env": env, "out": str(out), "err": str(err)}
        code = self._ask(json.dumps(request), timeout)
        return subprocess.CompletedProcess(told, code, out.read_text("utf-8"), err.read_text("utf-8"))

    def _ask(self, request: str, timeout: float) -> int:
        if self.server is None:
            command = [sys.executable, str(ROOT / "tests" / "forkserver.py")]
            env = {**os.environ, "PYTHONPATH": str(ROOT)}
            self.server = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env, start_new_session=True
            )
        assert self.server.stdin and self.server.stdout
        print(request, file=self.server.stdin, flush=True)
        ready, _, _ = select.select([self.server.stdout], [], [], timeout)
        if not ready:
            self.close()
            raise subprocess.TimeoutExpired("mandats", timeout)
        return int(self.server.stdout.readline())

    def close(self) -> None:
        """Ends the server, and what it has forked."""
        if self.server is not None:
            os.killpg(self.server.pid, signal.SIGKILL)
            self.server.communicate()
            self.server = None


@pytest.fixture(scope="session")
def mandats(tmp_path_factory) -> Iterator[Commands]:
    commands = Commands(tmp_path_factory.mktemp("commandes"))
    yield commands
    commands.close()


@dataclass(frozen=True)
class BuiltCase:
    done: subprocess.CompletedProcess[str]
    folder: Path


@pytest.fixture(scope="session")
def built_case(mandats, tmp_path_factory) -> Callable[[Path], BuiltCase]:
    """`built_case(case)`: what `construire --final` says of a shipped case, and where it wrote; once a process."""

    @functools.cache
    def run(case: Path) -> BuiltCase:
        folder = tmp_path_factory.mktemp(case.stem)
        return BuiltCase(mandats("construire", case.relative_to(ROOT), "--final", "--sortie", folder), folder)

    return run
