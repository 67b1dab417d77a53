"""Numbers that come from law, as dated data (`mandats/figures/`): how they are read, a duration, courts and files.

A duration is written once, in figures. The limits are `regles`'s.

Choice: dataclasses built as they stand, since a command that needs one duration would spend four times longer preparing
a validator than reading the file. The tests validate the shipped files against these same declarations.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypeVar

from mandats.compiled import kept
from mandats.delais.duree import Duree
from mandats.load.yaml_places import read_yaml
from mandats.problem import suggest
from mandats.words import bare

FIGURES = Path(__file__).parents[1] / "figures"
Found = TypeVar("Found")


@dataclass(frozen=True)
class Tribunal:
    """An administrative tribunal: its name, its seat when it bears another, and how postal codes of its area begin."""

    nom: str
    departements: tuple[str, ...]
    siege: str | None = None


@dataclass(frozen=True)
class Autorite:
    """An authority seized by letter: `code` is what any right address of it contains."""

    nom: str
    adresse: str
    code: str
    lu: str


@dataclass(frozen=True)
class Ressorts:
    ref: str
    lu: str
    tribunaux: tuple[Tribunal, ...]
    autorites: Mapping[str, Autorite]
    auteurs: Mapping[str, Sequence[str]]  # what the name of an author tells of its competence
    cours: Mapping[str, Sequence[str]]  # administrative court of appeal → the tribunals of its area
    territoires: Mapping[str, str]  # how a postal code begins → what `TERRITOIRES` calls it

    def tribunal_of(self, postal_code: str) -> Tribunal | None:
        """The tribunal of a postal code."""
        return _longest({d: t for t in self.tribunaux for d in t.departements}, postal_code)

    @cached_property
    def _named(self) -> dict[str, Tribunal]:
        return {alias: t for t in self.tribunaux for alias in (t.nom, t.siege) if alias}

    def tribunal_named(self, court: str) -> Tribunal | None:
        """The tribunal that a court's name designates, « TA » apart: by its own name or its seat's."""
        return {_folded(alias): t for alias, t in self._named.items()}.get(_folded(_place(court)))

    def near(self, court: str) -> str:
        """What the name of an unknown tribunal may be meant for, as `suggest` says it."""
        return suggest(_place(court), self._named)

    def territory_of(self, postal_code: str) -> str:
        """The territory of a postal code."""
        return _longest(self.territoires, postal_code) or "metropole"


def _place(court: str) -> str:
    """« tribunal administratif de la Réunion » without its first words."""
    return re.sub(r"^tribunal administratif (?:de l'|des |de |d'|du )?", "", court.replace("’", "'"), flags=re.I)


def _folded(name: str) -> str:
    """A name of a place as it is compared.

    >>> _folded("La Réunion") == _folded("la Reunion") == _folded("Réunion")
    True
    >>> _folded("Cergy Pontoise") == _folded("Cergy-Pontoise")
    True
    """
    return re.sub(r"^(?:la|le) ", "", bare(name).replace("-", " ").strip())


def _longest(beginnings: Mapping[str, Found], code: str) -> Found | None:
    """What the longest beginning of a postal code leads to."""
    return beginnings.get(max((start for start in beginnings if code.startswith(start)), key=len, default=""))


@cache
def duree_of(name: str) -> Duree:
    """The length of a time limit by its key. Raises KeyError when the table has no such entry: our own bug.

    The entry is cut out of the file and read alone: reading the whole table takes longer than checking a document.
    """
    found = re.search(rf"^  {re.escape(name)}:\n(?:(?:    .*)?\n)+", shipped_text("delais.yaml"), re.M)
    if not found:
        raise KeyError(name)
    return length_of(read_yaml(found[0], "delais.yaml").data[name])


def length_of(entry: Mapping[str, Any]) -> Duree:
    return Duree(int(entry["duree"]), entry.get("unite", "jours"), entry["methode"])


@cache
def court_areas() -> Ressorts:
    """Courts and authorities shipped with the program. Raises TypeError when the file is wrong: our own bug."""
    data = read_figures("tribunaux.yaml")
    courts = tuple(Tribunal(**entry) for entry in data["tribunaux"])
    offices = {name: Autorite(**entry) for name, entry in data["autorites"].items()}
    return Ressorts(**{**data, "tribunaux": courts, "autorites": offices})


@dataclass(frozen=True)
class Fichier:
    """A great file of the police or of the administration, and where one asks for access to it."""

    sigle: str
    nom: str
    motif: str
    responsable: str
    voie: str
    ou: str
    lu: str
    regime: str = ""


@cache
def known_files() -> tuple[Fichier, ...]:
    """Files known by name. Raises TypeError when the table is wrong: our own bug."""
    return tuple(Fichier(**entry) for entry in read_figures("fichiers.yaml"))


@cache
def shipped_text(name: str) -> str:
    """The text of a file of `mandats/figures/`."""
    return (FIGURES / name).read_text("utf-8")


def read_figures(name: str) -> Any:
    """A file of `mandats/figures/`, its lists as tuples. Raises ValueError when it is wrong: our own bug."""
    text = shipped_text(name)

    def load() -> Any:
        read = read_yaml(text, name)
        if read.problems:
            raise ValueError("\n".join(map(str, read.problems)))
        return _frozen(read.data)

    return kept("figures", text, load)


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _frozen(v) for k, v in value.items()}
    return tuple(map(_frozen, value)) if isinstance(value, list) else value
