"""What each kind of evidence of a mandate is worth: data, read from preuves.yaml beside this module."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mandats.tables import read_table


@dataclass(frozen=True)
class Valeur:
    court: str
    libelle: str
    conserve: str
    vaut: str
    limite: str
    sources: tuple[str, ...]


@cache
def list_evidence() -> dict[str, Valeur]:
    """Every kind, weakest first."""
    data = read_table(Path(__file__).with_name("preuves.yaml"))["preuves"]
    return {key: Valeur(**{**value, "sources": tuple(value["sources"])}) for key, value in data.items()}
