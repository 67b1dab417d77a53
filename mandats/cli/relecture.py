"""The commands of whoever reads an act again: `comparer`, `reprendre`."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from mandats import api
from mandats.cli import terminal
from mandats.cli.options import FILE, OUT, PATH, flag, option
from mandats.cli.terminal import FINDINGS, UNUSABLE, Command, as_json, echo, end, later, show, warn, wrote
from mandats.files import write_set
from mandats.problem import shorten

with later():
    from mandats.relecture import comparaison, reprise, retour

SIGNS = {"ajout": "+", "suppression": "-", "arrivée": ">", "départ": "<", "modification": "~", "déplacement": ">"}
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
        keys = ("genre", "lieu", "titres", "clause", "numero", "avant", "apres", "renvois")
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


ASKED = {"g": "garder", "a": "ameliorer", "r": "refuser", "p": ""}
RANKS = "Numéros, « 1,4-7 », ou « tout »."


@click.command(cls=Command)
@click.argument("relu", type=FILE, metavar="FICHIER.docx")
@option("--dossier CAS", "Le dossier de l'acte.", "cas", type=PATH, required=True)
@option("--document", "L'acte, par son nom (par défaut : celui que le fichier dit être, ou dont il porte le nom).")
@option(
    "--base", "D'où vient le fichier, comme pour comparer (par défaut : l'acte déposé, ou construit, qu'il dit être)."
)
@option("--garder", f"Changements à écrire dans ce dossier. {RANKS}")
@option("--ameliorer", f"Changements à proposer à la bibliothèque, en correctif. {RANKS}")
@option("--refuser", f"Changements à laisser. {RANKS}")
@OUT
@flag("--json", "Les changements en JSON, chacun avec sa place.", "in_json")
def reprendre(
    relu: Path, cas: Path, document: str | None, base: str | None, garder: str | None, ameliorer: str | None,
    refuser: str | None, sortie: Path, in_json: bool,
) -> None:  # fmt: skip
    """Reprend dans le dossier ce qu'un relecteur a changé dans Word.

    \b
    mandats reprendre memoire-replique-relu.docx --dossier mon-cas.yaml
    mandats reprendre memoire-replique-relu.docx --dossier mon-cas.yaml --garder 1,3-5 --refuser 2

    Sans option, montre les changements, suivis ou non, avec leur auteur et leurs commentaires, et demande quoi faire
    de chacun. L'acte est reconstruit avant d'écrire : ce qui ne dirait pas ce qui a été approuvé n'est pas écrit. Ce
    qui n'a pas de place va dans un fichier, sous --sortie.

    Code de sortie : 0 ; 1, des changements approuvés n'ont pas de place ; 2, un fichier ne se lit pas.
    """
    try:
        found = retour.read_back(relu, cas, Path.cwd(), document, base, sortie)
    except ValueError as error:
        end(str(error), UNUSABLE)
    changes = found.reprise.retouches
    if found.base:
        warn(f"le dossier a changé depuis que ce fichier a été fait : changements lus depuis {found.base.nom}")
    if found.base and not found.base.sure:
        warn("ce qui a été changé sans suivi n'y paraît donc pas : --base dit la version d'où vient le fichier")
    if in_json:
        echo(as_json([_told(change, found.ou[change.rang]) for change in changes]))
    else:
        show("reprendre", found=found, signs=SIGNS, shown=_change)
    decisions: dict[int, str] = {}
    for kind, typed in (("garder", garder), ("ameliorer", ameliorer), ("refuser", refuser)):
        decisions |= dict.fromkeys(_ranks(typed, len(changes), kind), kind)
    if not decisions and not in_json and sys.stdin.isatty():
        for change in changes:
            if change.genre not in reprise.TOLD:
                asked = click.prompt(
                    f"{change.rang}. [g]arder, [a]méliorer la bibliothèque, [r]efuser, [p]asser",
                    type=click.Choice([*ASKED]), default="p", show_choices=False, err=True,
                )  # fmt: skip
                decisions |= {change.rang: ASKED[asked]} if ASKED[asked] else {}
    if not decisions:
        return
    made = retour.approve(found, decisions)
    try:
        files = retour.write_back(found, made, decisions, sortie)
    except ValueError as error:
        end(str(error), UNUSABLE)
    for rank, why in sorted(made.restes.items()):
        warn(f"{rank} : non repris, {why}")
    for before, after in made.recalcules:
        warn(f"recalculé : « {shorten(before, 80)} » devient « {shorten(after, 80)} »")
    if not in_json:
        wrote(files)
    if made.restes:
        end(f"{len(made.placees)} repris, {len(made.restes)} à reprendre à la main.", FINDINGS)
    warn(f"{len(made.placees)} repris.")


def _ranks(typed: str | None, most: int, kind: str) -> list[int]:
    if typed in (None, "tout"):
        return [*range(1, most + 1)] if typed else []
    out: list[int] = []
    for part in (typed or "").split(","):
        first, _, last = part.strip().partition("-")
        if not first.isdecimal() or (last and not last.isdecimal()) or int(last or first) > most:
            raise click.UsageError(f"--{kind} : {RANKS.lower()} (« {part} » ; il y a {most} changements)")
        out += range(int(first), int(last or first) + 1)
    return out


def _change(change: Any) -> str:
    if change.genre in ("modification", "champ"):
        return _shown(comparaison.excerpt(change.avant[0].said(), change.apres[0].said()))
    return shorten(" ¶ ".join(unit.said() for unit in change.apres or change.avant or (change.lieu,)), LONGEST)


def _told(change: Any, where: str) -> dict[str, Any]:
    return {
        "rang": change.rang, "genre": change.genre, "titres": change.lieu.titres, "clause": change.lieu.clause,
        "auteurs": change.auteurs, "avant": [u.said() for u in change.avant], "apres": [u.said() for u in change.apres],
        "commentaires": [c._asdict() for c in change.commentaires],
        "place": None if where.startswith("!") else where, "raison": where[1:] if where.startswith("!") else None,
    }  # fmt: skip
