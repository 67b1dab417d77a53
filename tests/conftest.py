"""Shared by all tests: where things are, and `--accept`, which rewrites what is expected."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

# A slow machine is not a failure; on CI the same examples come back each time.
settings.register_profile("mandats", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("mandats")

ROOT = Path(__file__).parent.parent
CASES = sorted((ROOT / "cases").glob("*.yaml"))
# These leave blanks that only the user can fill: dates of receipt, a docket number not yet given.
AWAITING = {
    "cnaf": {
        "documents[0].recevabilite[2].avec.recue",
        "documents[0].recevabilite[2].avec.refus",
        "documents[2].instance.numero",
        "documents[3].instance.numero",
    },
    "cnaf-cada": {
        "demande.recue_le",
        "demande.reponse_le",
        "avis_cada.saisie_le",
        *(
            f"documents[2].recevabilite[1].avec.date_{name}"
            for name in ("demande", "refus", "enregistrement", "confirmation")
        ),
    },
    "marseille": {"demande.recue_le"},
}
FINAL_CASES = [c for c in CASES if c.stem not in AWAITING]


def pytest_addoption(parser):
    parser.addoption("--accept", action="store_true", help="rewrite the expected files; then read the diff")


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


@pytest.fixture
def mandats():
    """Run the command line in a folder, as a drafter does: `mandats("verifier", "case.yaml", cwd=folder)`."""

    def run(*arguments: object, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess:
        command = [sys.executable, "-m", "mandats", *map(str, arguments)]
        env = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", **environment}
        return subprocess.run(command, cwd=cwd, capture_output=True, text=True, env=env, timeout=300, check=False)

    return run
