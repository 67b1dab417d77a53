"""The command `delais`: the time limits of a case, for a person in a hurry, a program, or a calendar."""

import datetime as dt
import sys
from operator import attrgetter
from pathlib import Path
from typing import Any

import click

from mandats.api import list_time_limits
from mandats.cli.options import PATH, flag, option
from mandats.cli.terminal import FINDINGS, OK, UNUSABLE, Command, as_json, echo, end, later, show, tell, warn
from mandats.files import write_set
from mandats.problem import suggest

with later():
    from mandats import keys
    from mandats.delais import agenda, calcul, calendrier

TERRITOIRE = "Jours fériés et distance (par défaut : d'après l'adresse de la juridiction)."


def _day(ctx: click.Context, param: click.Parameter, value: str | None) -> dt.date:
    if value is None:
        return dt.date.today()
    try:
        if len(value) != 10:
            raise ValueError
        return dt.date.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f"date attendue : AAAA-MM-JJ (« {value} »)") from None


def _territory(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is not None and value not in keys.TERRITOIRES:
        near = suggest(value, keys.TERRITOIRES) or f" (possibles : {', '.join(keys.TERRITOIRES)})"
        raise click.BadParameter(f"territoire inconnu « {value} »{near}")
    return value


def _file(ctx: click.Context, param: click.Parameter, value: Path | None) -> Path | None:
    if value is not None and value.is_dir():
        raise click.BadParameter(f"{value} est un dossier : donnez un nom de fichier, « {value / 'delais.ics'} »")
    return value


@click.command(cls=Command)
@click.argument("cas", type=PATH)
@option("--le AAAA-MM-JJ", "Jour du calcul (par défaut : aujourd'hui).", callback=_day)
@option("--territoire NOM", TERRITOIRE, callback=_territory)
@flag("--json", "Les délais en JSON, pour un autre programme.", "in_json")
@option("--ics FICHIER", "Écrit aussi un agenda, avec des rappels à 7, 2 et 1 jours.", type=PATH, callback=_file)
def delais(cas: Path, le: dt.date, territoire: str | None, in_json: bool, ics: Path | None) -> None:
    """Calcule les délais qui courent, et dit pourquoi.

    \b
    mandats delais cases/testwe.yaml
    mandats delais cases/testwe.yaml --le 2022-12-20
    mandats delais cases/testwe.yaml --territoire la-reunion --ics delais.ics

    Chaque délai : date prudente, date théorique, calcul, preuve, suite s'il est manqué.
    Sans point de départ : une question.

    Code de sortie : 0, rien d'expiré ; 1, un délai expiré ou un dossier en erreur ; 2, fichier illisible.
    """
    found, problems = list_time_limits(cas, Path.cwd(), le, territoire)
    tell(problems)
    if found is None:
        sys.exit(FINDINGS)
    if ics:
        try:
            write_set(ics.parent, {ics.name: agenda.write_calendar(found, cas.stem, le)})
        except OSError:
            end(f"{ics} : écriture impossible (dossier absent, ou droits insuffisants)", UNUSABLE)
    if in_json:
        _print_json(found)
    else:
        _print(found)
        if ics:
            warn(f"écrit : {ics}")
    sys.exit(FINDINGS if found.expires else OK)


def _print(echeancier: calcul.Echeancier) -> None:
    from mandats.render.typography import date_longue

    show(
        "delais", plan=echeancier, closed=("fait", "interrompu"), law=date_longue(echeancier.etat_du_droit),
        warning=calcul.AVERTISSEMENT, day=lambda day: calendrier.show_day(day) if day else "",
    )  # fmt: skip


def _print_json(echeancier: calcul.Echeancier) -> None:
    def limit(d: calcul.Delai) -> dict[str, Any]:
        return {
            **_named(d, "regle=id regle.libelle regle.role etat"),
            "depart": _named(d.depart, "le=jour cle=chemin") if d.depart else None,
            **_named(d, "prudent theorique defendable defendable_si reste_jours fait_le a_confirmer"),
            **_named(d, "regle.effet regle.si_manque regle.preuve"),
            "etapes": [{"phrase": p, "source": r} for p, r in d.etapes],
            **_named(d, "regle.sources regle.ref"),
            "etat_du_droit": d.regle.etat_du_droit or echeancier.etat_du_droit,
        }

    asked = "regle=id regle.libelle question=texte cle regle.preuve"
    value = _named(echeancier, "le territoire territoire_suppose=suppose etat_du_droit") | {
        "delais": [limit(d) for d in echeancier.delais],
        "questions": [_named(q, asked) for q in echeancier.questions],
        "plus_tard": [_named(q, asked) for q in echeancier.plus_tard],
        "avertissement": calcul.AVERTISSEMENT,
    }
    echo(as_json(value))


def _named(holder: object, names: str) -> dict[str, Any]:
    """What the names reach: `regle.libelle` under its last word, `cle=chemin` under the first."""
    keys = [name.partition("=") for name in names.split()]
    return {key.split(".")[-1]: attrgetter(path or key)(holder) for key, _, path in keys}
