"""Runs pandoc (the binary inside the `pypandoc_binary` wheel) on a JSON tree: one process, sandboxed, bounded."""

import functools
import importlib.util
import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from mandats.blocks import Node

TIMEOUT_S = 60
API = [1, 23, 1]  # of the trees built in `mandats.blocks`


class EngineError(Exception):
    """pandoc or typst failed: a bug of ours, or a broken installation."""


@functools.cache
def pandoc_path() -> str:
    """Where the wheel keeps pandoc. Importing pypandoc for it would cost 20 ms (it brings urllib and ssl)."""
    spec = importlib.util.find_spec("pypandoc")
    inside = Path(spec.origin).parent / "files" / "pandoc" if spec and spec.origin else Path()
    for path in (inside, inside.with_suffix(".exe")):
        if path.is_file():
            return str(path)
    from pypandoc import get_pandoc_path

    return str(get_pandoc_path())


class UnprintableText(Exception):
    """The PDF's fonts lack a character, which is the message."""


def run_pandoc(blocks: list[Node], to: str, *options: str) -> bytes:
    """pandoc's output for the blocks. Raises EngineError with its message."""
    tree = {"pandoc-api-version": API, "meta": {}, "blocks": blocks}
    return run(["--from=json", f"--to={to}", *options], json.dumps(tree).encode())


def run(arguments: Sequence[str], data: bytes) -> bytes:
    command = [pandoc_path(), "--sandbox", *arguments, "+RTS", "-A64m", "-M1G", "-RTS"]
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=TIMEOUT_S, env=environment, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EngineError(f"pandoc : {error}") from error
    if done.returncode:
        raise EngineError(f"pandoc : {done.stderr.decode(errors='replace').strip()[:500]}")
    return done.stdout
