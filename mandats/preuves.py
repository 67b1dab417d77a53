"""The kinds of evidence of a mandate, weakest first, and what each is worth: `preuves.yaml`, key by key."""

from pathlib import Path
from typing import Any, Literal, get_args

from mandats.tables import read_table

Preuve = Literal["case-horodatee", "double-confirmation", "pdf-signe", "eidas", "papier"]
PREUVES: tuple[Preuve, ...] = get_args(Preuve)


def list_evidence() -> dict[str, dict[str, Any]]:
    """Every kind, weakest first: `court`, `libelle`, `conserve`, `vaut`, `limite`; `sources`, keys of the register."""
    table: dict[str, dict[str, Any]] = read_table(Path(__file__).with_suffix(".yaml"))["preuves"]
    return table
