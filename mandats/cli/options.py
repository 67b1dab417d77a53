"""How the options of a command are declared, and what a command of the ledger is given."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from mandats.cli.terminal import ask_phrase

if TYPE_CHECKING:
    from mandats.api import Registre


PATH = click.Path(path_type=Path)
FILE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)
Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def option(spec: str, told: str, dest: str = "", **more: Any) -> Callable[[Decorated], Decorated]:
    """`--name METAVAR` and what it is for. `dest`: the parameter it becomes, when not of the same name."""
    name, _, metavar = spec.partition(" ")
    return click.option(name, *([dest] if dest else []), metavar=metavar or None, help=told, **more)


def flag(name: str, told: str, dest: str = "") -> Callable[[Decorated], Decorated]:
    return option(name, told, dest, is_flag=True)


# --- the ledger ------------------------------------------------------------------------------------------------------


class Desk:
    """The ledger a command works on, and who works. It opens when asked for: a slip of the line is told before."""

    def __init__(self, lieu: str, cle: Path, acteur: str | None = None):
        self.lieu, self.cle, self._acteur = lieu, cle, acteur

    @property
    def acteur(self) -> str:
        import getpass

        try:
            return self._acteur or getpass.getuser()
        except (OSError, KeyError):
            return "inconnu"

    @functools.cached_property
    def registre(self) -> Registre:
        from mandats.api import open_ledger

        return open_ledger(self.lieu, self.cle, ask_phrase)


NUMERO = click.argument("numeros", nargs=-1, required=True, metavar="NUMÉRO|CODE...")
PLACE = option(
    "--registre LIEU",
    "Fichier du registre, ou adresse postgresql:// (ou $MANDATS_REGISTRE).",
    "lieu",
    envvar="MANDATS_REGISTRE",
    required=True,
)
KEY = option("--cle FICHIER", "Fichier de la clé (ou $MANDATS_CLE).", envvar="MANDATS_CLE", required=True, type=FILE)
ACTOR = option(
    "--par NOM",
    "Qui agit, inscrit au journal (par défaut : votre compte ; ou $MANDATS_PAR).",
    "acteur",
    envvar="MANDATS_PAR",
)


def ledger_options(function: Callable[..., None]) -> Callable[..., None]:
    """`--registre` and `--cle`: the command is given a `Desk`, first."""

    @PLACE
    @KEY
    @functools.wraps(function)
    def run(*args: Any, lieu: str, cle: Path, acteur: str | None = None, **kwargs: Any) -> None:
        function(Desk(lieu, cle, acteur), *args, **kwargs)

    return run


def acting_options(function: Callable[..., None]) -> Callable[..., None]:
    """The same, and `--par`."""
    return ledger_options(ACTOR(function))
