"""A program of the machine, started for one task: its own home, no network, bounded in time; nothing outlives it."""

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

from mandats.write.pandoc import EngineError

NOWHERE = "http://127.0.0.1:9"


def program(names: Sequence[str], absent: str) -> str:
    """The first of these that is installed. Raises EngineError, with what is said when none is."""
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        raise EngineError(absent)
    return found


def run_apart(command: Sequence[str], home: Path, seconds: float, late: str) -> int:
    """The exit code. What the program started is killed with it. Raises EngineError: not started, or late."""
    environment = {**os.environ, "HOME": str(home), "http_proxy": NOWHERE, "https_proxy": NOWHERE}
    none = subprocess.DEVNULL
    try:
        with subprocess.Popen(
            command, env=environment, start_new_session=True, stdin=none, stdout=none, stderr=none
        ) as run:
            try:
                return run.wait(seconds)
            finally:
                with contextlib.suppress(OSError, AttributeError):  # none left; Windows has no groups
                    os.killpg(run.pid, signal.SIGKILL)
                run.kill()
    except (OSError, subprocess.TimeoutExpired):
        raise EngineError(late) from None
