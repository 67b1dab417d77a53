"""Numbers that come from law, as dated data (`mandats/figures/`): `delais.yaml` and `tribunaux.yaml` as frozen values.

A duration is written once, in figures. A text that states it says `{duree}`, or `{duree:…}` for another limit's, and
`{nombre:…}` for the number alone; both are filled in here, in words.

Choice: dataclasses built as they stand, since a command that needs one duration would spend four times longer preparing
a validator than reading the file. The tests validate the shipped files against these same declarations.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

from mandats.delais.calendrier import Methode, Unite, add_months, in_words
from mandats.load.yaml_places import read_yaml

FIGURES = Path(__file__).parents[1] / "figures"
Confiance = Literal["lu", "memoire"]
SansDate = Literal["evenement", "sans-delai"]  # methods that give no day
WITHOUT_DATE: tuple[SansDate, ...] = ("evenement", "sans-delai")
_STATED = re.compile(r"(\bd'|\bde )?\{(duree|nombre)(?::([a-z0-9-]+))?\}")


@dataclass(frozen=True)
class Convention:
    """One way of counting, and where it was read."""

    texte: str
    ref: str
    confiance: Confiance


@dataclass(frozen=True, kw_only=True)
class TimeLimit:
    """One rule of `delais.yaml`; the head of that file says what each key means."""

    libelle: str
    role: Literal["agir", "attendre"]
    depart: tuple[str, ...]
    duree: int = 0
    unite: Unite = "jours"
    methode: Methode | SansDate
    envoi: Literal["expedition", "expedition-gracieux", "reception"] | None = None
    distance: bool = False
    voies: bool = False
    si: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    condition: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sous_condition: str = ""
    sauf: tuple[str, ...] = ()
    fait: tuple[str, ...] = ()
    interrompu_par: str | None = None
    apres: str | None = None
    demander: tuple[str, ...] = ()
    plus_tard: bool = False
    conseil: bool = False
    reserve: str = ""
    effet: str
    si_manque: str
    preuve: str
    question: str
    cle: str | None = None  # what to fill, when it is not the first start
    sources: tuple[str, ...]
    ref: str
    confiance: Confiance
    etat_du_droit: str | None = None  # when older than the file's

    def end(self, start: dt.date) -> dt.date:
        """The same day of the month once the limit is over, whatever its method adds. Raises ValueError for days."""
        if self.unite not in ("mois", "ans"):
            raise ValueError(f"{self.libelle}: {self.unite}")
        return add_months(start, self.duree * (12 if self.unite == "ans" else 1))


@dataclass(frozen=True)
class Demande:
    """What is asked of an administration: what in the case says so, and the rule that makes its silence a refusal."""

    familles: tuple[str, ...] = ()
    natures: tuple[str, ...] = ()  # of the decision
    silence: str | None = None


@dataclass(frozen=True)
class TimeLimits:
    etat_du_droit: str
    distances: Mapping[str, int]  # months, by where the applicant lives
    demandes: Mapping[str, Demande]
    conventions: Mapping[str, Convention]
    regles: Mapping[str, TimeLimit]


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
    territoires: Mapping[str, str]  # how a postal code begins → what `TERRITOIRES` calls it

    def tribunal_of(self, postal_code: str) -> Tribunal | None:
        """The tribunal of a postal code; the longest beginning wins."""
        found = [(len(d), t) for t in self.tribunaux for d in t.departements if postal_code.startswith(d)]
        return max(found, key=lambda pair: pair[0])[1] if found else None

    def territory_of(self, postal_code: str) -> str:
        """The territory of a postal code; the longest beginning wins."""
        found = [start for start in self.territoires if postal_code.startswith(start)]
        return self.territoires[max(found, key=len)] if found else "metropole"


@cache
def time_limits() -> TimeLimits:
    """The rules shipped with the program. Raises ValueError or TypeError when the file is wrong: our own bug."""
    data = read_figures("delais.yaml")
    spans = {n: (int(entry.get("duree", 0)), str(entry.get("unite", ""))) for n, entry in data["regles"].items()}
    return TimeLimits(
        data["etat_du_droit"],
        {place: int(months) for place, months in data["distances"].items()},
        {name: Demande(**entry) for name, entry in data["demandes"].items()},
        {name: Convention(**entry) for name, entry in data["conventions"].items()},
        {name: TimeLimit(**_stated(name, entry, spans)) for name, entry in data["regles"].items()},
    )


@cache
def court_areas() -> Ressorts:
    """Courts and authorities shipped with the program. Raises TypeError when the file is wrong: our own bug."""
    data = read_figures("tribunaux.yaml")
    courts = tuple(Tribunal(**entry) for entry in data["tribunaux"])
    offices = {name: Autorite(**entry) for name, entry in data["autorites"].items()}
    return Ressorts(**{**data, "tribunaux": courts, "autorites": offices})


@cache
def shipped_text(name: str) -> str:
    """The text of a file of `mandats/figures/`."""
    return (FIGURES / name).read_text("utf-8")


def read_figures(name: str) -> dict[str, Any]:
    """A file of `mandats/figures/`, its lists as tuples. Raises ValueError when it is wrong: our own bug."""
    read = read_yaml(shipped_text(name), name)
    if read.problems:
        raise ValueError("\n".join(map(str, read.problems)))
    made: dict[str, Any] = _frozen(read.data)
    return made


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _frozen(v) for k, v in value.items()}
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def _stated(name: str, entry: dict[str, Any], spans: Mapping[str, tuple[int, str]]) -> dict[str, Any]:
    """The entry with the durations that its texts state written in words."""

    def said(found: re.Match[str]) -> str:
        number, unite = spans[found[3] or name]
        words = in_words(number, unite if found[2] == "duree" else "")
        return (("d'" if number == 1 else "de ") if found[1] else "") + words

    def filled(text: str) -> str:
        made = _STATED.sub(said, text)
        return made[0].upper() + made[1:] if text.startswith("{") else made

    return {k: filled(v) if isinstance(v, str) and "{" in v else v for k, v in entry.items()} | {
        "duree": spans[name][0]
    }
