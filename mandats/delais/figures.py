"""Numbers that come from law, as dated data (`mandats/figures/`): reads `delais.yaml` and `tribunaux.yaml` into frozen values."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import model_validator

from mandats.delais.calendrier import Methode, Unite
from mandats.load.validate import validate
from mandats.load.yaml_places import read_yaml
from mandats.model import Cle, DateEntiere, Model, Texte

Confiance = Literal["lu", "memoire"]
WITHOUT_DATE = ("evenement", "sans-delai")  # methods that give no day


class Convention(Model):
    """One way of counting, and where it was read."""

    texte: Texte
    ref: Texte
    confiance: Confiance


class Regle(Model):
    """One time limit; the head of `delais.yaml` says what each key means."""

    libelle: Texte
    role: Literal["agir", "attendre"]
    depart: tuple[str, ...]
    duree: int = 0
    unite: Unite = "jours"
    methode: Literal[(*get_args(Methode), *WITHOUT_DATE)]  # type: ignore[valid-type]
    envoi: Literal["expedition", "expedition-gracieux", "reception"] | None = None
    distance: bool = False
    voies: bool = False
    si: dict[str, tuple[str, ...]] = {}
    condition: dict[str, tuple[str, ...]] = {}
    sous_condition: Texte | None = None
    sauf: tuple[str, ...] = ()
    fait: tuple[str, ...] = ()
    interrompu_par: Cle | None = None
    apres: Cle | None = None
    demander: tuple[str, ...] = ()
    plus_tard: bool = False
    conseil: bool = False
    reserve: Texte | None = None
    effet: Texte
    si_manque: str
    preuve: Texte
    question: str
    cle: str | None = None  # what to fill, when it is not the first start
    sources: tuple[Cle, ...]
    ref: Texte
    confiance: Confiance
    etat_du_droit: DateEntiere | None = None  # when older than the file's

    @model_validator(mode="after")
    def _whole(self) -> Regle:
        if self.demander and not self.question:
            raise ValueError("« demander » sans « question »")
        if (self.condition or self.apres) and not self.sous_condition:
            raise ValueError("« condition » sans « sous_condition »")
        return self


class Delais(Model):
    etat_du_droit: DateEntiere
    conventions: dict[Cle, Convention]
    regles: dict[Cle, Regle]


@cache
def time_limits() -> Delais:
    """The rules shipped with the program. Raises ValueError when the file is wrong: our own bug."""
    return _shipped(Delais, "delais.yaml")


class Tribunal(Model):
    """An administrative tribunal: its name, its seat when it bears another, and how postal codes of its area begin."""

    nom: Texte
    siege: Texte | None = None
    departements: tuple[str, ...]


class Autorite(Model):
    """An authority seized by letter: `code` is what any right address of it contains."""

    nom: Texte
    adresse: Texte
    code: Texte
    lu: Texte


class Ressorts(Model):
    ref: Texte
    lu: DateEntiere
    tribunaux: tuple[Tribunal, ...]
    autorites: dict[Cle, Autorite]

    def tribunal_of(self, postal_code: str) -> Tribunal | None:
        """The tribunal of a postal code; the longest beginning wins."""
        found = [(len(d), t) for t in self.tribunaux for d in t.departements if postal_code.startswith(d)]
        return max(found, key=lambda pair: pair[0])[1] if found else None


@cache
def court_areas() -> Ressorts:
    """Courts and authorities shipped with the program. Raises ValueError when the file is wrong: our own bug."""
    return _shipped(Ressorts, "tribunaux.yaml")


def _shipped(model: type[Model], name: str) -> Any:
    path = Path(__file__).parents[1] / "figures" / name
    made, problems = validate(model, read := read_yaml(path.read_text("utf-8"), name))
    if problems or read.problems:
        raise ValueError("\n".join(map(str, [*read.problems, *problems])))
    return made
