"""The command `suite`: the life of a case, what may follow, and the next act added to the same file."""

import datetime as dt
from pathlib import Path
from typing import Any

import click

from mandats import api
from mandats.cli.options import FILE, PATH, a_day, flag, option
from mandats.cli.terminal import FINDINGS, UNUSABLE, Command, as_json, draw, echo, end, later, show, tell, warn
from mandats.files import write_set
from mandats.guidance import typed

with later():
    from mandats.delais import calcul, calendrier
    from mandats.suite import acte, vie


@click.command(cls=Command)
@click.argument("cas", type=PATH)
@option("--le AAAA-MM-JJ", "Le jour (par défaut : aujourd'hui).", callback=a_day)
@option("--ajouter MODÈLE", "Ajoute au dossier l'acte qui suit.", "vers")
@option("--nom", "Avec --ajouter : le nom de l'acte, si un autre du même modèle est déjà là.")
@option("--apres ACTE", "Avec --ajouter : l'acte qu'il suit, si plusieurs y mènent (par défaut : un acte déposé).")
@flag("--json", "La vie du dossier en JSON, pour un autre programme.", "in_json")
@option("--image FICHIER", "Écrit aussi la ligne du temps, en SVG.", type=FILE)
def suite(
    cas: Path, le: dt.date, vers: str | None, nom: str | None, apres: str | None, in_json: bool, image: Path | None
) -> None:
    """Montre la vie d'un dossier, et les actes qui peuvent suivre.

    \b
    mandats suite cases/cada-commune.yaml --le 2025-06-10
    mandats suite mon-cas.yaml --ajouter saisine-cada
    mandats suite mon-cas.yaml --image vie.svg

    Actes, événements, délais, ce qu'on attend ; puis chaque acte possible, pourquoi, et la commande qui le prépare.
    --ajouter écrit l'acte dans le même fichier, avec ce que le dossier sait et des blancs pour le reste ; rien de ce
    qui y est ne change.

    Code de sortie : 0 ; 1, le dossier a des erreurs ; 2, fichier illisible, ou rien n'est écrit.
    """
    if vers:
        return _add(cas, vers, le, nom, apres)
    if nom or apres:
        raise click.UsageError(f"{'--nom' if nom else '--apres'} ne va qu'avec --ajouter")
    life, problems = vie.read_life(cas, Path.cwd(), le)
    tell(problems)
    if life is None:
        click.get_current_context().exit(FINDINGS)
    if image:
        drawn = draw("suite", vie=life, lignes=_rows(life), day=calendrier.show_day, written=_written)
        write_set(image.parent, {image.name: drawn.encode()})
    if in_json:
        echo(as_json(_told(life)))
        return
    filed = [e.quoi for e in life.etapes if not e.parti]
    show(
        "suite", vie=life, a_deposer=filed[:1], typed=typed(cas), day=calendrier.show_day, written=_written,
        warning=calcul.AVERTISSEMENT,
    )  # fmt: skip
    if image:
        warn(f"écrit : {image}")


@click.command(cls=Command)
@click.argument("cas", type=PATH)
@option("--document", "Un acte du dossier, par son nom.", "only", multiple=True)
@flag("--texte", "Seulement les mots à copier : le courriel, ou le texte court d'un formulaire.")
def envoyer(cas: Path, only: tuple[str, ...], texte: bool) -> None:
    """Dit où un acte s'envoie, ce qu'il faut joindre, signer et garder, et les mots qui l'accompagnent.

    \b
    mandats envoyer mon-cas.yaml --document saisine-cada
    mandats envoyer mon-cas.yaml --document saisine-cada --texte

    Rien n'est envoyé : le programme n'a pas de réseau.
    """
    from mandats.envoi import sending

    examined = api.examine_case(cas, Path.cwd(), only=only)
    envois = [made for made in map(sending, examined.documents) if made.ou]
    if examined.errors or not envois:
        tell(examined.errors)
        end("Aucun acte à envoyer.", FINDINGS)
    if texte:
        echo("\n".join(made.texte for made in envois), nl=False)
    else:
        show("envoyer", envois=envois, typed=typed(cas))


def _add(cas: Path, vers: str, le: dt.date, nom: str | None, apres: str | None) -> None:
    try:
        done = acte.add_act(cas, Path.cwd(), vers, le, nom, apres)
    except ValueError as error:
        end(f"{cas} : {error}", UNUSABLE)
    show("ajout", done=done, typed=typed(cas), day=calendrier.show_day)


def _written(day: str) -> str:
    """« 13/01/2025 », « 01/2025 »."""
    return "/".join(reversed(day.split("-")))


def _rows(life: Any) -> list[dict[str, Any]]:
    """What the drawing shows, in the order of days: acts, what happened, what is to be done or awaited."""
    rows = [
        {"le": e.le, "dit": f"{e.quoi}{e.note and f' · {e.note}'}", "genre": "acte" if e.document else "fait",
         "passe": e.parti and e.le <= life.le.isoformat()}
        for e in life.etapes
    ]  # fmt: skip
    rows += [
        {"le": day.isoformat(), "dit": d.regle.libelle, "genre": genre, "passe": False}
        for genre, found in (("delai", life.courent), ("attente", life.attendus))
        for d in found
        if (day := d.prudent if genre == "delai" else d.theorique)
    ]
    return sorted(rows, key=lambda row: str(row["le"]))


def _told(life: Any) -> dict[str, Any]:
    keys = ("vers", "titre", "apres", "etat", "le", "dit")
    return {
        "titre": life.titre, "le": life.le,
        "etapes": [vars(e) for e in life.etapes],
        "courent": [{"regle": d.id, "libelle": d.regle.libelle, "prudent": d.prudent, "theorique": d.theorique}
                    for d in life.courent],
        "attendus": [{"regle": d.id, "libelle": d.regle.libelle, "theorique": d.theorique} for d in life.attendus],
        "prochains": [{k: getattr(n, k) for k in keys} | {"pourquoi": n.suite.pourquoi} for n in life.prochains],
        "avertissement": calcul.AVERTISSEMENT,
    }  # fmt: skip
