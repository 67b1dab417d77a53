"""The command `delais`: the time limits of a case, for a person in a hurry, a program, or a calendar."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from mandats.api import list_time_limits
from mandats.cli.options import PATH, flag, option
from mandats.cli.terminal import FINDINGS, OK, UNUSABLE, WIDTH, Command, as_json, coloured, end, later, tell, warn, wrap
from mandats.files import write_set
from mandats.problem import suggest

with later():
    from mandats import keys
    from mandats.delais import agenda, calcul, calendrier

SOON_DAYS = 7
TERRITOIRE = "Jours fériés et distance (par défaut : d'après l'adresse de la juridiction)."
CLOSED = ("fait", "interrompu")


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


# --- for a person --------------------------------------------------------------------------------------------------


def _print(echeancier: calcul.Echeancier) -> None:
    from mandats.render.typography import date_longue

    place = echeancier.territoire.replace("metropole", "métropole")
    place += " par défaut, voir --territoire" if echeancier.suppose else ""
    law = date_longue(echeancier.etat_du_droit)
    click.echo(f"Délais au {calendrier.show_day(echeancier.le)} (jours fériés : {place} ; état du droit : {law})\n")
    groups = {
        "À FAIRE": ("a-faire", "prudent-depasse"), "EXPIRÉ": ("expire", "fait-hors-delai", "inopposable"),
        "À GUETTER": ("attendu", "advenu", "sans-date"), "FAIT OU INTERROMPU": CLOSED,
    }  # fmt: skip
    for heading, states in groups.items():
        if heading == "À GUETTER" and echeancier.questions:
            _print_questions(echeancier.questions)  # an unknown start may hide the most urgent limit: asked first
        shown = [d for d in echeancier.delais if d.etat in states]
        if shown:
            _rule(heading)
        if heading == "À FAIRE" and len(shown) > 1:
            _print_summary(shown)
        for delai in shown:
            _print_one(delai)
    if echeancier.plus_tard:
        _rule("PLUS TARD")
        for question in echeancier.plus_tard:
            told = f"{question.regle.libelle} : notez la date dès qu'elle est connue ({question.cle})."
            click.echo(wrap(told, "  • ", "    "))
        click.echo("")
    if not echeancier.delais and not echeancier.questions and not echeancier.plus_tard:
        click.echo("Le dossier ne contient rien qui fasse courir un délai connu du programme.\n")
    click.echo(calcul.AVERTISSEMENT)


def _rule(heading: str) -> None:
    click.echo(click.style(f"── {heading} " + "─" * max(0, WIDTH - len(heading) - 4), bold=coloured()))


def _print_summary(delais: Sequence[calcul.Delai]) -> None:
    """One line per limit to meet: what can be read at a glance."""
    for delai in delais:
        doubt = " [à confirmer]" if delai.a_confirmer else ""
        when = f"  {delai.prudent:%d/%m/%Y}  {_countdown(delai):<15}  "
        click.echo(wrap(f"{delai.regle.libelle}{doubt}", when, " " * 31))
    click.echo("")


def _print_one(delai: calcul.Delai) -> None:
    regle, doubt = delai.regle, "  [à confirmer]" if delai.a_confirmer and delai.etat not in CLOSED else ""
    colour = "red" if delai.etat in ("expire", "fait-hors-delai", "prudent-depasse") else None
    if delai.etat == "a-faire" and delai.reste_jours is not None and delai.reste_jours <= SOON_DAYS:
        colour = "yellow"
    click.echo(click.style(_headline(delai) + doubt, fg=colour if coloured() else None, bold=coloured()))
    click.echo(wrap(regle.libelle, "  "))
    rows = []
    if delai.etat == "a-faire" and delai.theorique and delai.theorique != delai.prudent:
        rows.append(
            ("théorique", f"{calendrier.show_day(delai.theorique)}, dernier jour selon la règle : ne le visez pas")
        )
    if delai.etat not in CLOSED:
        rows += [("à confirmer", why) for why in delai.a_confirmer]
        missed = "si on le manque" if regle.role == "agir" else "attention"
        rows += [("effet", regle.effet), (missed, regle.si_manque), ("preuve", regle.preuve)]
    for label, text in rows:
        if text:
            click.echo(wrap(text, f"  {label:<15}  ", " " * 19))
    for i, (sentence, ref) in enumerate(delai.etapes, 1):
        told = f"{sentence}{f' [{ref}]' if ref else ''}"
        click.echo(wrap(told, f"  {'calcul' if i == 1 else '':<15}  {i}. ", " " * 22))
    law = f"{regle.ref}{f' (état lu : {regle.etat_du_droit})' if regle.etat_du_droit else ''}"
    click.echo(wrap(law, f"  {'source':<15}  ", " " * 19) + "\n")


def _countdown(delai: calcul.Delai) -> str:
    """« aujourd'hui », « demain », « dans 9 jours », « tout de suite », « passé »."""
    left = delai.reste_jours or 0
    if left < 0:
        return "tout de suite" if delai.etat == "prudent-depasse" else "passé"
    return ("aujourd'hui", "demain")[left] if left < 2 else f"dans {left} jours"


def _headline(delai: calcul.Delai) -> str:
    prudent, theorique = (calendrier.show_day(day) if day else "" for day in (delai.prudent, delai.theorique))
    today = "aujourd'hui"
    return {
        "a-faire": f"AU PLUS TARD LE {prudent.upper()}, AVANT MINUIT · {_countdown(delai)}",
        "prudent-depasse": f"TOUT DE SUITE · date prudente dépassée ({prudent})"
        f" ; dernier jour selon la règle : {theorique}",
        "expire": f"EXPIRÉ · depuis le {theorique}",
        "inopposable": f"PASSÉ, MAIS EN PRINCIPE INOPPOSABLE · depuis le {theorique}",
        "fait-hors-delai": f"FAIT HORS DÉLAI · le délai finissait le {theorique}",
        "attendu": f"{theorique.capitalize()} · {_countdown(delai)}",
        "advenu": f"{theorique.capitalize()} · {'passé' if delai.reste_jours else today}",
        "sans-date": "Sans date",
        "interrompu": "Interrompu",
        "fait": "Fait",
    }[delai.etat]


def _print_questions(questions: Sequence[calcul.Question]) -> None:
    _rule("IL MANQUE UNE DATE : aucun calcul sans elle")
    for question in questions:
        click.echo(wrap(f"{question.regle.libelle} : {question.texte}", "  ? ", "    "))
        click.echo(wrap(f"à remplir : {question.cle} · preuve : {question.regle.preuve}", "    ", "    "))
    click.echo("")


# --- for a program -------------------------------------------------------------------------------------------------


def _print_json(echeancier: calcul.Echeancier) -> None:
    def limit(d: calcul.Delai) -> dict[str, Any]:
        return {
            "regle": d.id, **_named(d.regle, "libelle role"), "etat": d.etat,
            "depart": {"le": d.depart.jour, "cle": d.depart.chemin} if d.depart else None,
            **_named(d, "prudent theorique reste_jours fait_le a_confirmer"),
            **_named(d.regle, "effet si_manque preuve"),
            "etapes": [{"phrase": p, "source": r} for p, r in d.etapes], **_named(d.regle, "sources ref"),
            "etat_du_droit": d.regle.etat_du_droit or echeancier.etat_du_droit,
        }  # fmt: skip

    def ask(q: calcul.Question) -> dict[str, Any]:
        return {"regle": q.id, "libelle": q.regle.libelle, "question": q.texte, "cle": q.cle, "preuve": q.regle.preuve}

    value = _named(echeancier, "le territoire") | {
        "territoire_suppose": echeancier.suppose,
        "etat_du_droit": echeancier.etat_du_droit,
        "delais": [limit(d) for d in echeancier.delais],
        "questions": [ask(q) for q in echeancier.questions],
        "plus_tard": [ask(q) for q in echeancier.plus_tard],
        "avertissement": calcul.AVERTISSEMENT,
    }
    click.echo(as_json(value))


def _named(holder: Any, names: str) -> dict[str, Any]:
    return {name: getattr(holder, name) for name in names.split()}
