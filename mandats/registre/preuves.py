"""What each kind of evidence of a mandate is worth: data, read from preuves.yaml beside this module."""

from pathlib import Path
from typing import Any

from mandats.tables import read_table


def list_evidence() -> dict[str, dict[str, Any]]:
    """Every kind, weakest first: `court`, `libelle`, `conserve`, `vaut`, `limite`; `sources`, keys of the register."""
    table: dict[str, dict[str, Any]] = read_table(Path(__file__).with_suffix(".yaml"))["preuves"]
    return table
