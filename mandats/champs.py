"""What is known of a mandant, field by field: one table, `champs.yaml`, for the roster reader, the forms and the annex.

Which fields a form may print is `model.Mandant`; which the ledger holds, `registre.personne`; a test keeps the three
alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mandats.tables import read_table


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
    colonnes: Sequence[str] = ()  # headers that name it, as `words.bare_words` leaves them
    a_defaut: Sequence[str] = ()  # those that do when no other column does, the first to win first


@cache
def list_fields() -> dict[str, Champ]:
    """Every field, in the order of the ledger, then the answers that are only checked."""
    fields = {}
    for nom, said in read_table(Path(__file__).with_suffix(".yaml")).items():
        column = Colonne(**{"nom": nom, **said["annexe"]}) if "annexe" in said else None
        fields[nom] = Champ(nom, **said | {"annexe": column})
    return fields
