"""What is known of a mandant, field by field: one table, `champs.yaml`, for the roster reader, the forms and the annex.

Which fields a form may print is `model.Mandant`; which the ledger holds, `registre.personne`; a test keeps the three
alike.
"""

from __future__ import annotations

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
    ecran: str = ""  # help of the field to complete on screen
    annexe: Colonne | None = None
    longueur: int = 0  # characters at most, of what an import keeps of a person's answer; 0: not kept as it is
    colonnes: tuple[str, ...] = ()  # headers that name it, as `words.bare_words` leaves them


@cache
def list_fields() -> dict[str, Champ]:
    """Every field, in the order of the ledger, then the answers that are only checked."""
    path = Path(__file__).with_name("champs.yaml")
    return {name: _field(name, said) for name, said in read_yaml(path.read_text("utf-8"), path.name).data.items()}


def _field(name: str, said: dict[str, object]) -> Champ:
    annexe = said.get("annexe")
    column = None
    if isinstance(annexe, dict):
        column = Colonne(annexe.get("nom", name), annexe["titre"], float(annexe["largeur"]))
    headers = said.get("colonnes")
    return Champ(
        name,
        str(said.get("ecran", "")),
        column,
        int(str(said.get("longueur", 0))),
        tuple(headers) if isinstance(headers, list) else (),
    )
