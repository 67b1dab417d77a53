"""The program's own tables, in YAML beside the module that reads them. A drafter's file goes through `load` instead."""

from functools import cache
from pathlib import Path
from typing import Any


@cache
def read_table(path: Path) -> dict[str, Any]:
    """What the file holds, read once."""
    import yaml

    table: dict[str, Any] = yaml.load(path.read_text("utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return table
