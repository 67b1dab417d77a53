"""The commands of whoever reads an act again: `comparer`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import click

from mandats import api
from mandats.cli import terminal
from mandats.cli.options import OUT, flag, option
from mandats.cli.terminal import UNUSABLE, Command, as_json, echo, end, show, warn, wrote
from mandats.files import write_set
from mandats.problem import shorten

SIGNS = {"ajout": "+", "suppression": "-", "arrivée": ">", "départ": "<", "modification": "~"}
LOOKS = {"+": "green", ">": "green", "-": "red", "<": "red"}
BRACKETS = {"ins": "{+%s+}", "moveTo": "{+%s+}", "del": "[-%s-]", "moveFrom": "[-%s-]"}
LONGEST = 300  # letters of a paragraph that came or went


def an_instant(ctx: click.Context, param: click.Parameter, value: str | None) -> str:
    """The day or the instant typed, in UTC; now when none is."""
    try:
        when = terminal.now() if value is None else dt.datetime.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f"AAAA-MM-JJ, ou AAAA-MM-JJTHH:MM:SS, attendu (« {value} »)") from None
    when = when if when.tzinfo else when.replace(tzinfo=dt.UTC)
    return f"{when.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"


@click.command(cls=Command)
@click.argument("avant")
@click.argument("apres", metavar="APRÈS")
@option("--document", "L'acte à comparer, par son nom, si le dossier en a plusieurs.")
@option("--auteur NOM", "Qui signe les modifications, dans Word.", default="Comparaison")
@option("--date AAAA-MM-JJ", "Jour des modifications (par défaut : maintenant).", "instant", callback=an_instant)
@OUT
@flag("--json", "Les changements et les fichiers en JSON.", "in_json")
def comparer(
    avant: str, apres: str, document: str | None, auteur: str, instant: str, sortie: Path, in_json: bool
) -> None:
    """Compare deux versions d'un acte : suivi des modifications dans Word, PDF, liste.

    \b
    mandats comparer mon-cas.yaml@HEAD mon-cas.yaml --document requete-rep
    mandats comparer requete-rep mon-cas.yaml --document requete-rep
    mandats comparer memoire.docx memoire-relu.docx --auteur "Me Exemple"

    Chaque version : un dossier (mon-cas.yaml), le même à une version de git (mon-cas.yaml@v1), un acte déposé (son
    nom, ou son dossier dans deposes/), un fichier Word. Tout refuser, dans Word, rend la première ; tout accepter, la
    seconde.

    Code de sortie : 0 ; 2, une version ne se lit pas, rien n'est écrit.
    """
    try:
        made = api.compare_versions(avant, apres, Path.cwd(), document, auteur, instant)
    except ValueError as error:
        end(str(error), UNUSABLE)
    found = made.comparaison
    for version, revised in zip((made.avant, made.apres), found.revues, strict=True):
        if revised:
            warn(f"{version.nom} : ses modifications suivies sont lues comme acceptées")
    name = f"comparaison-{made.apres.acte}"
    files = write_set(sortie, {f"{name}.docx": found.docx, f"{name}.pdf": made.pdf})
    if in_json:
        keys = ("genre", "lieu", "titres", "clause", "numero", "avant", "apres")
        told = [{key: getattr(change, key) for key in keys} for change in found.changements]
        echo(as_json({"changements": told, "fichiers": files}))
        return
    show("comparer", changements=found.changements, signs=SIGNS, looks=LOOKS, shown=_shown)
    wrote(files)


def _shown(extrait: Sequence[tuple[str, str]]) -> str:
    """What changed, between signs; alone on its line, the sign of the line says it."""
    if len(extrait) == 1:
        return shorten(extrait[0][1], LONGEST)
    return " ".join("".join(BRACKETS.get(genre, "%s") % words for genre, words in extrait).split())
