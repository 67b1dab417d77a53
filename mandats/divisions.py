"""The divisions of a document, read from `divisions.yaml` beside: what each class is in Word, in typst, to numbering.

One table for the stages that would otherwise each keep their own list; read at the first use.
"""

import functools
from dataclasses import dataclass
from pathlib import Path

from mandats.tables import read_table


@dataclass(frozen=True)
class Division:
    """What each row of the table says; its head explains them."""

    word: str = ""
    typst: str = ""
    alineas: bool = False
    annexe: bool = False


@functools.cache
def divisions() -> dict[str, Division]:
    """Class → division. A class that the table lacks is only a container (tests/test_divisions.py: there is none)."""
    return {name: Division(**row) for name, row in read_table(Path(__file__).with_suffix(".yaml")).items()}


def division(name: str = "") -> Division:
    """That of a class, or of none."""
    return divisions().get(name, Division())


@functools.cache
def by_word_style() -> dict[str, str]:
    """Style of a form drawn in Word → the class that page.typ knows how to set."""
    return {row.word: name for name, row in divisions().items() if row.word and row.typst}
