"""The command `delais`: the time limits of a case, for a person in a hurry, a program, or a calendar."""

from __future__ import annotations

import datetime as dt
import os
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from mandats.delais.calcul import Delai, Echeancier, Question

WIDTH = 96
SOON_DAYS = 7
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
    from mandats.keys import TERRITOIRES
    from mandats.problem import suggest

    if value is not None and value not in TERRITOIRES:
        near = suggest(value, TERRITOIRES) or f" (possibles : {', '.join(TERRITOIRES)})"
        raise click.BadParameter(f"territoire inconnu « {value} »{near}")
    return value


def _file(ctx: click.Context, param: click.Parameter, value: Path | None) -> Path | None:
    if value is not None and value.is_dir():
        raise click.BadParameter(f"{value} est un dossier : donnez un nom de fichier, « {value / 'delais.ics'} »")
    return value


@click.command()
@click.argument("cas", type=click.Path(path_type=Path))
@click.option("--le", callback=_day, metavar="AAAA-MM-JJ", help="Jour du calcul (par défaut : aujourd'hui).")
@click.option(
    "--territoire",
    callback=_territory,
    metavar="NOM",
    help="Jours fériés et distance (par défaut : d'après l'adresse de la juridiction).",
)
@click.option("--json", "as_json", is_flag=True, help="Les délais en JSON, pour un autre programme.")
@click.option(
    "--ics",
    type=click.Path(path_type=Path),
    metavar="FICHIER",
    callback=_file,
    help="Écrit aussi un agenda, avec des rappels à 7, 2 et 1 jours.",
)
def delais(cas: Path, le: dt.date, territoire: str | None, as_json: bool, ics: Path | None) -> None:
    """Calcule les délais qui courent, et dit pourquoi.

    \b
    mandats delais cases/testwe.yaml
    mandats delais cases/testwe.yaml --le 2022-12-20
    mandats delais cases/testwe.yaml --territoire la-reunion --ics delais.ics

    Chaque délai : date prudente, date théorique, calcul, preuve, suite s'il est manqué. Sans point de départ : une question.

    Code de sortie : 0, rien d'expiré ; 1, un délai expiré ou un dossier en erreur ; 2, fichier illisible.
    """
    from mandats.build import working_folder
    from mandats.delais.calcul import list_time_limits
    from mandats.load.case import load_case
    from mandats.load.library import load_families
    from mandats.problem import UnusableInput

    try:
        loaded, problems = load_case(cas)
    except UnusableInput as error:
        loaded, problems = None, list(error.problems)
        code = 2
    else:
        code = 1
    for problem in problems:
        click.echo(str(problem), err=True)
    if loaded is None:
        sys.exit(code)
    familles = load_families(working_folder(cas, Path.cwd()), {o.modele for o in loaded.case.documents})
    bilan = list_time_limits(loaded.case, familles, le, territoire)
    if ics:
        from mandats.delais.agenda import calendar_events, write_calendar

        _write(ics, write_calendar(calendar_events(bilan, cas.stem), le))
    if as_json:
        _print_json(bilan)
    else:
        _print(bilan)
        if ics:
            click.echo(f"écrit : {ics}", err=True)
    sys.exit(1 if bilan.expires else 0)


def _write(path: Path, data: bytes) -> None:
    from mandats.build import write_files

    try:
        write_files(path.parent, {path.name: data})
    except OSError:
        click.echo(f"{path} : écriture impossible (dossier absent, ou droits insuffisants)", err=True)
        sys.exit(2)


# --- for a person --------------------------------------------------------------------------------------------------


def _print(bilan: Echeancier) -> None:
    from mandats.delais.calcul import AVERTISSEMENT
    from mandats.delais.calendrier import show_day
    from mandats.render.typography import date_longue

    place = f"{bilan.territoire.replace('metropole', 'métropole')}{' par défaut, voir --territoire' if bilan.suppose else ''}"
    click.echo(
        f"Délais au {show_day(bilan.le)} (jours fériés : {place} ; état du droit : {date_longue(bilan.etat_du_droit)})\n"
    )
    groups = {
        "À FAIRE": ("a-faire", "prudent-depasse"), "EXPIRÉ": ("expire", "fait-hors-delai", "inopposable"),
        "": (), "À GUETTER": ("attendu", "advenu", "sans-date"), "FAIT OU INTERROMPU": CLOSED,
    }  # fmt: skip
    for heading, states in groups.items():
        if not heading:  # an unknown start may hide the most urgent limit: asked before what is only awaited
            _print_questions(bilan.questions, "IL MANQUE UNE DATE : aucun calcul sans elle")
            continue
        shown = [d for d in bilan.delais if d.etat in states]
        if shown:
            click.echo(click.style(f"── {heading} " + "─" * (WIDTH - len(heading) - 4), bold=_coloured()))
        if heading == "À FAIRE" and len(shown) > 1:
            _print_summary(shown)
        for delai in shown:
            _print_one(delai)
    if bilan.plus_tard:
        click.echo(click.style("── PLUS TARD " + "─" * (WIDTH - 13), bold=_coloured()))
        for question in bilan.plus_tard:
            click.echo(
                _wrap(
                    f"{question.regle.libelle} : notez la date dès qu'elle est connue ({question.cle}).", "  • ", "    "
                )
            )
        click.echo("")
    if not bilan.delais and not bilan.questions and not bilan.plus_tard:
        click.echo("Le dossier ne contient rien qui fasse courir un délai connu du programme.\n")
    click.echo(AVERTISSEMENT)


def _print_summary(delais: list[Delai]) -> None:
    """One line per limit to meet: what can be read at a glance."""
    for delai in delais:
        doubt = " [à confirmer]" if delai.a_confirmer else ""
        click.echo(
            _wrap(f"{delai.regle.libelle}{doubt}", f"  {delai.prudent:%d/%m/%Y}  {_countdown(delai):<15}  ", " " * 31)
        )
    click.echo("")


def _print_one(delai: Delai) -> None:
    from mandats.delais.calendrier import show_day

    regle, doubt = delai.regle, "  [à confirmer]" if delai.a_confirmer and delai.etat not in CLOSED else ""
    colour = "red" if delai.etat in ("expire", "fait-hors-delai", "prudent-depasse") else None
    if delai.etat == "a-faire" and delai.reste_jours is not None and delai.reste_jours <= SOON_DAYS:
        colour = "yellow"
    click.echo(click.style(_headline(delai) + doubt, fg=colour if _coloured() else None, bold=_coloured()))
    rows = [("", regle.libelle)]
    if delai.etat == "a-faire" and delai.theorique and delai.theorique != delai.prudent:
        rows.append(("théorique", f"{show_day(delai.theorique)}, dernier jour selon la règle : ne le visez pas"))
    if delai.etat not in CLOSED:
        rows += [("à confirmer", why) for why in delai.a_confirmer]
        rows += [
            ("effet", regle.effet),
            ("si on le manque" if regle.role == "agir" else "attention", regle.si_manque),
            ("preuve", regle.preuve),
        ]
    for label, text in rows:
        if text:
            click.echo(_wrap(text, f"  {label:<15}  " if label else "  ", " " * 19 if label else "  "))
    for i, (sentence, ref) in enumerate(delai.etapes, 1):
        click.echo(
            _wrap(f"{sentence}{f' [{ref}]' if ref else ''}", f"  {'calcul' if i == 1 else '':<15}  {i}. ", " " * 22)
        )
    law = f"{regle.ref}{f' (état lu : {regle.etat_du_droit})' if regle.etat_du_droit else ''}"
    click.echo(_wrap(law, f"  {'source':<15}  ", " " * 19) + "\n")


def _countdown(delai: Delai) -> str:
    """« aujourd'hui », « demain », « dans 9 jours », « tout de suite », « passé »."""
    left = delai.reste_jours or 0
    if left < 0:
        return "tout de suite" if delai.etat == "prudent-depasse" else "passé"
    return ("aujourd'hui", "demain")[left] if left < 2 else f"dans {left} jours"


def _headline(delai: Delai) -> str:
    from mandats.delais.calendrier import show_day

    if not delai.prudent or not delai.theorique:
        return {"sans-date": "Sans date", "fait": "Fait"}[delai.etat]
    prudent, theorique = show_day(delai.prudent), show_day(delai.theorique)
    return {
        "a-faire": f"AU PLUS TARD LE {prudent.upper()}, AVANT MINUIT · {_countdown(delai)}",
        "prudent-depasse": f"TOUT DE SUITE · date prudente dépassée ({prudent}) ; dernier jour selon la règle : {theorique}",
        "expire": f"EXPIRÉ · depuis le {theorique}",
        "inopposable": f"PASSÉ, MAIS EN PRINCIPE INOPPOSABLE · depuis le {theorique}",
        "fait-hors-delai": f"FAIT HORS DÉLAI · le délai finissait le {theorique}",
        "attendu": f"{theorique.capitalize()} · {_countdown(delai)}",
        "advenu": f"{theorique.capitalize()} · passé"
        if delai.reste_jours
        else f"{theorique.capitalize()} · aujourd'hui",
        "interrompu": "Interrompu",
        "fait": "Fait",
    }[delai.etat]


def _print_questions(questions: tuple[Question, ...], heading: str) -> None:
    if not questions:
        return
    click.echo(click.style(f"── {heading} " + "─" * max(0, WIDTH - len(heading) - 4), bold=_coloured()))
    for question in questions:
        click.echo(_wrap(f"{question.regle.libelle} : {question.texte}", "  ? ", "    "))
        click.echo(_wrap(f"à remplir : {question.cle} · preuve : {question.regle.preuve}", "    ", "    "))
    click.echo("")


def _wrap(text: str, first: str, following: str) -> str:
    return textwrap.fill(
        text, WIDTH, initial_indent=first, subsequent_indent=following, break_on_hyphens=False, break_long_words=False
    )


def _coloured() -> bool:
    return not os.environ.get("NO_COLOR")


# --- for a program -------------------------------------------------------------------------------------------------


def _print_json(bilan: Echeancier) -> None:
    import json

    from mandats.delais.calcul import AVERTISSEMENT

    def limit(d: Delai) -> dict:
        return {
            "regle": d.id, "libelle": d.regle.libelle, "role": d.regle.role, "etat": d.etat,
            "depart": {"le": d.depart.jour.isoformat(), "cle": d.depart.chemin} if d.depart else None,
            "prudent": d.prudent and d.prudent.isoformat(), "theorique": d.theorique and d.theorique.isoformat(),
            "reste_jours": d.reste_jours, "fait_le": d.fait_le, "a_confirmer": list(d.a_confirmer), "effet": d.regle.effet,
            "si_manque": d.regle.si_manque, "preuve": d.regle.preuve, "etapes": [{"phrase": p, "source": r} for p, r in d.etapes],
            "sources": list(d.regle.sources), "ref": d.regle.ref, "etat_du_droit": d.regle.etat_du_droit or bilan.etat_du_droit,
        }  # fmt: skip

    def ask(q: Question) -> dict:
        return {"regle": q.id, "libelle": q.regle.libelle, "question": q.texte, "cle": q.cle, "preuve": q.regle.preuve}

    value = {
        "le": bilan.le.isoformat(), "territoire": bilan.territoire, "territoire_suppose": bilan.suppose,
        "etat_du_droit": bilan.etat_du_droit, "delais": [limit(d) for d in bilan.delais],
        "questions": [ask(q) for q in bilan.questions], "plus_tard": [ask(q) for q in bilan.plus_tard], "avertissement": AVERTISSEMENT,
    }  # fmt: skip
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))
