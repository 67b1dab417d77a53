"""The program's own tables, in YAML beside the module that reads them. A drafter's file goes through `load` instead."""

from functools import cache
from pathlib import Path
from typing import Any

from mandats.compiled import kept


@cache
def read_table(path: Path) -> dict[str, Any]:
    """What the file holds, read once."""
    text = path.read_text("utf-8")

    def load() -> dict[str, Any]:
        import yaml

        table: dict[str, Any] = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        return table

    return kept("table", text, load)
