"""The commands `registre`: the ledger of mandates. No value of a person is printed.

Numbers and codes name people here; a value to correct or an address to look for is typed at a prompt, never on the
command line, which shells remember.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from mandats import api
from mandats.cli import terminal
from mandats.cli.options import FILE, NUMERO, Desk, acting_options, flag, option
from mandats.cli.registre_suite import SUITE
from mandats.cli.terminal import FINDINGS, OK, PrivateGroup, ask_phrase, warn
from mandats.problem import suggest

SHOWN_FAULTS = 60


@click.group(
    cls=PrivateGroup,
    subcommand_metavar="COMMANDE ...",
    short_help="Tient le registre chiffré des mandats d'une campagne.",
)
def registre() -> None:
    """Tient le registre des mandats d'une campagne, chiffré, hors du dépôt.

    \b
    export MANDATS_REGISTRE=~/campagne/mandats.registre MANDATS_CLE=~/campagne/mandats.cle
    mandats registre creer technopolice --texte mandat.pdf --conservation 2029-12-31
    mandats registre importer export.csv --apercu
    mandats registre importer export.csv
    mandats registre etat --sortie cases/technopolice/mandants.json
    mandats registre deposer plainte-cnil --etat cases/technopolice/mandants.json
    mandats registre retirer 123
    """


@registre.command()
@click.argument("campagne")
@option("--texte", "Le texte exact du mandat : son empreinte est inscrite au registre.", required=True, type=FILE)
@option("--conservation AAAA-MM-JJ", "Dernier jour de conservation des données.", required=True)
@option(
    "--age",
    "Âge minimum ; à 15, l'accord du représentant légal est exigé avant 18 ans.",
    type=click.Choice(["15", "18"]),
    default="18",
    show_default=True,
)
@flag("--sans-phrase", "Clé sans phrase secrète : le fichier de clé suffit à tout lire.")
@acting_options
def creer(desk: Desk, campagne: str, texte: Path, conservation: str, age: str, sans_phrase: bool) -> None:
    """Crée un registre vide et sa clé. Sans la clé, rien ne se relit : gardez-en une copie ailleurs."""

    def phrase(new: bool) -> str | None:
        if new and sans_phrase:
            return None
        return ask_phrase("Phrase secrète (six mots ou plus)", "Encore") if new else ask_phrase()

    facts = api.campaign_facts(campagne, texte, conservation, int(age))
    key, made = api.key_at(desk.cle, phrase)
    if made:
        warn(f"clé écrite : {desk.cle}")
    api.create_ledger(desk.lieu, key, facts, desk.acteur, terminal.now())
    click.echo(f"registre créé : campagne {campagne}, texte {facts['texte'][:12]}…")


@registre.command()
@click.argument("fichier", type=FILE)
@flag("--apercu", "Montre les colonnes reconnues et cinq lignes masquées ; n'écrit rien.")
@option("--colonnes YAML", "Correspondance des colonnes, constantes, ordre des dates, fuseau.", type=FILE)
@option("--encodage", "Encodage, s'il est mal deviné (cp1252, utf-8…).")
@option("--preuve", "Ce qui prouve ces mandats, sans colonne qui le dise.", type=click.Choice(api.PREUVES))
@acting_options
def importer(
    desk: Desk, fichier: Path, apercu: bool, colonnes: Path | None, encodage: str | None, preuve: str | None
) -> None:
    """Inscrit les réponses d'un formulaire (CSV, XLSX, ODS) ; le même fichier deux fois ne change rien.

    Les lignes fautives vont dans rejets-<fichier>.csv, à côté : corrigez-les, puis importez ce fichier.

    Code de sortie : 0, tout est entré ou connu ; 1, des lignes sont rejetées ou attendent une décision ;
    2, fichier illisible.
    """
    if any((folder / ".git").exists() for folder in fichier.resolve().parents):
        warn(f"{fichier} est dans un dépôt de code, qui garde son historique : sortez-le de là")
    if apercu:
        _preview(fichier, api.rules_of(desk.registre, terminal.now(), colonnes, preuve), encodage)
        return
    bar = sys.stderr.isatty()
    done = api.import_roster(
        desk.registre, fichier, desk.acteur, terminal.now(), colonnes, preuve, encodage,
        lambda n: click.echo(f"\r{n} lignes", nl=False, err=True) if bar else None,
    )  # fmt: skip
    if bar:
        warn("")
    for line, fault in done.fautes[:SHOWN_FAULTS]:
        warn(f"{fichier}:{line} · {fault.colonne} : {fault.phrase} [{fault.genre}]")
    entered = f"{done.entrees} entrées, {done.connues} déjà connues, {done.attente} à trancher, {done.rejets} rejetées"
    click.echo(f"{done.lignes} lignes : {entered}")
    if done.rejets:
        click.echo(f"  rejets : {', '.join(f'{g} {n}' for g, n in sorted(done.genres.items()))}")
        click.echo(f"  à corriger dans : {done.fichier_rejets}")
    if done.attente:
        click.echo("  doublons probables : mandats registre doublons")
    if done.homonymes:
        click.echo(f"  {done.homonymes} homonymes comptés : mandats registre doublons --homonymes")
    sys.exit(FINDINGS if done.rejets or done.attente else OK)


def _preview(fichier: Path, rules: api.Rules, encodage: str | None) -> None:
    columns, rows = api.preview(fichier, rules, encodage)
    click.echo(f"titres à la ligne {columns.line}")
    for name, i in sorted(columns.place.items(), key=lambda c: c[1]):
        click.echo(f"  colonne {i + 1:>2} → {name}")
    ignored = [str(i + 1) for i in range(len(columns.header)) if i not in columns.place.values()]
    click.echo(f"  ignorées : {', '.join(ignored) or 'aucune'}")
    for line, cells, faults in rows:
        click.echo(f"ligne {line} : " + " | ".join(cells.values()))
        for fault in faults:
            click.echo(f"    {fault.colonne} : {fault.phrase}")


@registre.command()
@flag("--homonymes", "Liste aussi les homonymes, qui sont comptés.")
@acting_options
def doublons(desk: Desk, homonymes: bool) -> None:
    """Liste, par numéros, ce qui attend une décision. Comparez : « exporter » montre une personne."""
    for numero, near, why in api.doubtful(desk.registre):
        click.echo(f"n° {numero} ressemble à {', '.join(f'n° {n}' for n in near)} ({', '.join(why)})")
    for numero, first in api.homonyms(desk.registre) if homonymes else ():
        click.echo(f"n° {numero} est homonyme de n° {first}")


@registre.command()
@click.argument("sens", type=click.Choice(["distinct", "doublon"]))
@NUMERO
@acting_options
def trancher(desk: Desk, sens: str, numeros: tuple[str, ...]) -> None:
    """Décide d'un doublon probable : distinct, il compte ; doublon, il ne comptera jamais."""
    for text in numeros:
        numero = desk.registre.numero_of(text)
        api.decide(desk.registre, numero, sens, desk.acteur, terminal.now())
        click.echo(f"n° {numero} : {sens}")


@registre.command()
@NUMERO
@option("--recu-le AAAA-MM-JJ", "Jour de réception de la révocation.")
@flag("--refus", "L'association refuse le mandat, au lieu que la personne le retire.")
@acting_options
def retirer(desk: Desk, numeros: tuple[str, ...], recu_le: str | None, refus: bool) -> None:
    """Retire des mandats (article 2004 du code civil), et dit quels actes déposés sont touchés."""
    for text in numeros:
        numero = desk.registre.numero_of(text)
        touched = api.withdraw(desk.registre, numero, recu_le, desk.acteur, terminal.now(), refus)
        none = "" if touched else " ; aucun acte déposé ne le comptait"
        click.echo(f"n° {numero} : {'refusé' if refus else 'retiré'}{none}")
        _tell_touched(numero, touched)


@registre.command()
@click.argument("numero", metavar="NUMÉRO|CODE")
@click.argument("champs", nargs=-1, required=True)
@acting_options
def corriger(desk: Desk, numero: str, champs: tuple[str, ...]) -> None:
    """Corrige une personne (article 16 du RGPD) : nommez les champs, les valeurs sont demandées ensuite.

    \b
    mandats registre corriger 123 courriel commune
    """
    for name in champs:
        if name not in api.PERSON:
            near = suggest(name, api.PERSON) or f" (possibles : {','.join(api.PERSON)})"
            raise click.UsageError(f"champ inconnu « {name} »{near}")
    ledger = desk.registre
    number = ledger.numero_of(numero)
    changes = {name: click.prompt(name, default="", show_default=False, err=True) for name in champs}
    faults, touched = api.correct(ledger, number, changes, api.rules_of(ledger, terminal.now()), desk.acteur)
    for fault in faults:
        warn(f"n° {number} · {fault.colonne} : {fault.phrase} [{fault.genre}]")
    if faults:
        sys.exit(FINDINGS)
    click.echo(f"n° {number} : corrigé ({', '.join(champs)})")
    _tell_touched(number, touched)


def _tell_touched(numero: int, acts: Iterable[Mapping[str, Any]]) -> None:
    for act in acts:
        filed = f"« {act['acte']} », déposé le {act['depose_le'][:10]}"
        counted = f"(liste de {act['nombre']} au {act['instant'][:19]}Z)"
        click.echo(f"n° {numero} figurait dans {filed} {counted} : à signaler au destinataire")


for _command in SUITE:
    registre.add_command(_command)
