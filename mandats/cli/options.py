"""How the options of a command are declared, and what a command of the ledger is given."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from mandats.cli import terminal
from mandats.cli.terminal import PrivateCommand, ask_phrase

if TYPE_CHECKING:
    from mandats.registre.ledger import Registre


PATH = click.Path(path_type=Path)
FILE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)
PRESENT = click.Path(path_type=Path, file_okay=False, exists=True)  # a folder
Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def option(
    spec: str, told: str, dest: str = "", choices: Sequence[str] = (), **more: Any
) -> Callable[[Decorated], Decorated]:
    """`--name METAVAR` and what it is for; a default is shown. `dest`: the parameter, when not of that name."""
    name, _, metavar = spec.partition(" ")
    if choices:
        more["type"] = click.Choice(choices)
    more |= {"metavar": metavar or None, "show_default": "default" in more}
    return click.option(name, *([dest] if dest else []), help=told, **more)


def flag(name: str, told: str, dest: str = "") -> Callable[[Decorated], Decorated]:
    return option(name, told, dest, is_flag=True)


def a_day(ctx: click.Context, param: click.Parameter, value: str | None) -> dt.date:
    """The day typed; today when none is."""
    if value is None:
        return dt.date.today()
    try:
        if len(value) != 10:
            raise ValueError
        return dt.date.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f"date attendue : AAAA-MM-JJ (« {value} »)") from None


def with_copies(command: Callable[..., Any]) -> Callable[..., Any]:
    """How the copies of pièces are made, given to the command as `copies`."""

    @functools.wraps(command)
    def run(*given: Any, alleger: bool, nu: bool, oceriser: bool, **named: Any) -> Any:
        from mandats.api import Copies

        return command(*given, copies=Copies(alleger, nu, oceriser), **named)

    for one in (
        flag("--oceriser", "Donne un texte aux numérisations qui n'en ont pas (ocrmypdf, s'il est installé)."),
        flag("--sans-metadonnees", "Ôte des copies l'auteur, l'appareil, la position, les versions antérieures.", "nu"),
        flag("--alleger", "Réduit les images des fichiers trop lourds pour le canal."),
    ):
        run = one(run)
    return run


OUT = option("--sortie", "Dossier où écrire.", type=FOLDER, default=Path("sortie"))
FORMATS = option("--format", "Un seul format (par défaut : les deux).", "formats", ("docx", "pdf"), multiple=True)

ADMITS = "Ce qui fait admettre une machine dans la grappe (ou $MANDATS_GRAPPE)."
CERTIFICAT = option("--certificat FICHIER", ADMITS, envvar="MANDATS_GRAPPE", type=FILE)


class Desk:
    """The ledger a command works on, and who works. It opens when asked for: a slip of the line is told before."""

    def __init__(self, lieu: str, cle: Path, acteur: str | None = None):
        self.lieu, self.cle, self._acteur = lieu, cle, acteur

    @property
    def acteur(self) -> str:
        import getpass

        from mandats.intake import without_never

        try:
            return self._acteur or without_never(getpass.getuser())
        except (OSError, KeyError):
            return "inconnu"

    @functools.cached_property
    def registre(self) -> Registre:
        return self.ouvrir()

    def ouvrir(self, sain: bool = True) -> Registre:
        """The ledger; said when the clock went back since its last event. `sain`: refused when it was altered."""
        from mandats.api import open_ledger
        from mandats.registre.journal import write_instant
        from mandats.registre.ledger import slow

        registre = open_ledger(self.lieu, self.cle, ask_phrase, sain)
        last, now = registre.store_head()[0], write_instant(terminal.now())
        if now < last:
            terminal.warn(slow(now, last))
        return registre


NUMERO = click.argument("numeros", nargs=-1, required=True, metavar="NUMÉRO|CODE...")
INSTANT = option("--instant ISO", "État à cet instant (par défaut : maintenant).")
LIEU = "Fichier du registre, ou adresse postgresql:// (ou $MANDATS_REGISTRE)."
PLACE = option("--registre LIEU", LIEU, "lieu", envvar="MANDATS_REGISTRE", required=True)
BEHIND = "Registre des mandats, qui dit si l'état du dossier est dépassé (ou $MANDATS_REGISTRE)."
KNOWN = option("--registre LIEU", BEHIND, "lieu", envvar="MANDATS_REGISTRE")
KEY = option("--cle FICHIER", "Fichier de la clé (ou $MANDATS_CLE).", envvar="MANDATS_CLE", required=True, type=FILE)
PAR = "Qui agit, inscrit au journal (par défaut : votre compte ; ou $MANDATS_PAR)."
ACTOR = option("--par NOM", PAR, "acteur", envvar="MANDATS_PAR")


class ReadingCommand(PrivateCommand):
    """`--registre` and `--cle`: the command is given a `Desk`."""

    options: Sequence[Callable[[Any], Any]] = (PLACE, KEY)

    def __init__(self, *args: Any, **more: Any):
        super().__init__(*args, **more)
        for declare in self.options:
            declare(self)

    def invoke(self, ctx: click.Context) -> Any:
        ctx.params["desk"] = Desk(**{n: ctx.params.pop(n) for n in ("lieu", "cle", "acteur") if n in ctx.params})
        return super().invoke(ctx)


class ActingCommand(ReadingCommand):
    """The same, and `--par`."""

    options = (PLACE, KEY, ACTOR)
