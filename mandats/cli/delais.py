"""The command `delais`: the time limits of a case, for a person in a hurry, a program, or a calendar."""

import datetime as dt
import sys
from operator import attrgetter
from pathlib import Path
from typing import Any

import click

from mandats.api import list_time_limits, note_event, time_limit
from mandats.cli.options import PATH, a_day, flag, option
from mandats.cli.terminal import FINDINGS, OK, UNUSABLE, Command, as_json, echo, end, later, show, tell, warn, wrap
from mandats.files import write_set
from mandats.problem import UnknownName, suggest

with later():
    from mandats import keys
    from mandats.delais import agenda, calcul, calendrier, regles
    from mandats.delais import fiche as sheets

TERRITOIRE = "Jours fériés et distance (par défaut : d'après l'adresse de la juridiction)."


def _some_day(ctx: click.Context, param: click.Parameter, value: str | None) -> dt.date | None:
    return None if value is None else a_day(ctx, param, value)


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
@click.argument("cas", type=PATH, required=False)
@option("--le AAAA-MM-JJ", "Jour du calcul (par défaut : aujourd'hui).", callback=a_day)
@option("--depart AAAA-MM-JJ", "Sans dossier : le jour qui fait courir le délai.", callback=_some_day)
@option("--regle NOM", "Avec --depart : le délai à compter (mandats delais --regle ? les liste).")
@option("--territoire NOM", TERRITOIRE, callback=_territory)
@flag("--json", "Les délais en JSON, pour un autre programme.", "in_json")
@option("--ics FICHIER", "Écrit aussi un agenda, avec des rappels à 7, 2 et 1 jours.", type=PATH, callback=_file)
@option("--fiche FICHIER", "Écrit aussi une feuille à imprimer, en PDF.", type=PATH, callback=_file)
def delais(
    cas: Path | None, le: dt.date, depart: dt.date | None, regle: str | None, territoire: str | None, in_json: bool,
    ics: Path | None, fiche: Path | None,
) -> None:  # fmt: skip
    """Calcule les délais qui courent, et dit pourquoi.

    \b
    mandats delais cases/testwe.yaml
    mandats delais cases/testwe.yaml --le 2022-12-20
    mandats delais cases/testwe.yaml --territoire la-reunion --ics delais.ics
    mandats delais cases/testwe.yaml --fiche delais.pdf
    mandats delais --depart 2025-01-31 --regle droits-reponse

    Chaque délai : date prudente, date théorique, calcul, preuve, suite s'il est manqué.
    Sans point de départ : une question.

    Code de sortie : 0, rien d'expiré ; 1, un délai expiré ou un dossier en erreur ; 2, fichier illisible.
    """
    if cas is None:
        _count(depart, regle, territoire or "metropole", in_json)
        return
    if depart or regle:
        why = "--depart et --regle comptent un délai sans dossier : retirez le dossier, ou ces options."
        raise click.UsageError(why)
    found, problems = list_time_limits(cas, Path.cwd(), le, territoire)
    tell(problems)
    if found is None:
        sys.exit(FINDINGS)
    name = "/".join(cas.resolve().with_suffix("").parts[-2:])  # two cases of one name stand in two folders
    made = [(ics, agenda.write_calendar(found, name, le))] if ics else []
    made += [(fiche, sheets.write_sheet(found, cas.stem))] if fiche else []
    for file, data in made:
        try:
            write_set(file.parent, {file.name: data})
        except OSError:
            end(f"{file} : écriture impossible (dossier absent, ou droits insuffisants)", UNUSABLE)
    if in_json:
        _print_json(found)
    else:
        _print(found)
        for file, _ in made:
            warn(f"écrit : {file}")
    sys.exit(FINDINGS if found.expires else OK)


def _count(depart: dt.date | None, regle: str | None, territoire: str, in_json: bool) -> None:
    """One limit from a day, without a case."""
    rules = regles.time_limits().regles
    if regle == "?":
        for name, rule in rules.items():
            if rule.duree:
                echo(wrap(f"{name:32} {rule.libelle}", following=" " * 33))
        return
    if depart is None or regle is None:
        why = "un dossier, ou --depart et --regle, sont attendus (mandats delais --regle ? liste les délais)"
        raise click.UsageError(why)
    try:
        term = time_limit(regle, depart, territoire)
    except UnknownName as error:
        raise click.BadParameter(str(error), param_hint="--regle") from None
    except ValueError as error:
        end(f"--depart : {error}", UNUSABLE)
    rule = rules[regle]
    if in_json:
        told = {"regle": regle, "depart": depart, "prudent": term.prudent, "theorique": term.theorique}
        echo(as_json({**told, "ref": rule.ref, "avertissement": calcul.AVERTISSEMENT}))
        return
    known = regles.time_limits().conventions
    steps = [known[step.convention].say(step.valeurs) for step in term.steps]
    show("delai", rule=rule, term=term, steps=steps, warning=calcul.AVERTISSEMENT, day=calendrier.show_day)


@click.command(cls=Command)
@click.argument("cas", type=PATH)
@click.argument("quoi")
@option("--le AAAA-MM-JJ", "Le jour (par défaut : aujourd'hui).", callback=a_day)
@option("--par PARTIE", "Partie qui l'a fait.")
@option("--document NOM", "Document du dossier que cela concerne.")
@option("--piece CLÉ", "Pièce qui le prouve.")
def noter(cas: Path, quoi: str, le: dt.date, par: str | None, document: str | None, piece: str | None) -> None:
    """Note un événement dans un dossier, et dit ce qu'il change aux délais.

    \b
    mandats noter mon-cas.yaml "refus reçu" --le 2026-12-12
    mandats noter mon-cas.yaml "ordonnance notifiée" --document refere-suspension --piece ordonnance

    Une ligne s'ajoute à `evenements` ; le reste du fichier ne bouge pas.

    Code de sortie : 0, noté ; 2, rien n'est écrit.
    """
    told = {"quoi": quoi, "le": le.isoformat(), "par": par, "document": document, "piece": piece}
    try:
        noted = note_event(cas, Path.cwd(), {k: v for k, v in told.items() if v}, le)
    except ValueError as error:
        end(f"{cas} : {error}", UNUSABLE)
    except OSError:
        end(f"{cas} : fichier introuvable, ou écriture impossible", UNUSABLE)
    changes = calcul.compare(noted.avant, noted.apres)
    show("noter", file=cas, changes=changes, day=_day)


def _print(echeancier: calcul.Echeancier) -> None:
    from mandats.render.typography import date_longue

    law = date_longue(echeancier.etat_du_droit)
    show("delais", plan=echeancier, closed=("fait", "interrompu"), law=law, warning=calcul.AVERTISSEMENT, day=_day)


def _day(day: dt.date | None) -> str:
    return calendrier.show_day(day) if day else ""


def _print_json(echeancier: calcul.Echeancier) -> None:
    def limit(d: calcul.Delai) -> dict[str, Any]:
        return {
            **_named(d, "regle=id regle.libelle regle.role etat"),
            "depart": _named(d.depart, "le=jour cle=chemin") if d.depart else None,
            **_named(d, "prudent theorique defendable defendable_si reste_jours fait_le a_confirmer"),
            **_named(d, "regle.effet regle.si_manque regle.preuve"),
            "restes": [_named(r, "dit ref modele") for r in d.restes],
            "etapes": [{"phrase": p, "source": r} for p, r in d.etapes],
            **_named(d, "regle.sources regle.ref"),
            "etat_du_droit": d.regle.etat_du_droit,
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
