"""What is known of a mandant, field by field: one table, `champs.yaml`, for the roster reader, the forms and the annex.

Which fields a form may print is `model.Mandant`; which the ledger holds, `registre.personne`; a test keeps the three
alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mandats.load.yaml_places import read_yaml


@dataclass(frozen=True)
class Colonne:
    """Of the annex: its name on the command line, its title, its width relative to the others."""

    nom: str
    titre: str
    largeur: float


@dataclass(frozen=True)
class Champ:
    nom: str
    ecran: str  # help of the field to complete on screen
    annexe: Colonne | None
    longueur: int  # characters at most, of what an import keeps of a person's answer; 0: not kept as it is
    colonnes: tuple[str, ...]  # headers that name it, as `words.bare_words` leaves them


@cache
def list_fields() -> dict[str, Champ]:
    """Every field, in the order of the ledger, then the answers that are only checked."""
    path = Path(__file__).with_name("champs.yaml")
    return {name: _field(name, **said) for name, said in read_yaml(path.read_text("utf-8"), path.name).data.items()}


def _field(
    nom: str, ecran: str = "", annexe: dict[str, str] | None = None, longueur: str = "0", colonnes: Sequence[str] = ()
) -> Champ:
    column = Colonne(annexe.get("nom", nom), annexe["titre"], float(annexe["largeur"])) if annexe else None
    return Champ(nom, ecran, column, int(longueur), tuple(colonnes))
