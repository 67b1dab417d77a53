"""The commands `registre` that tell what the ledger holds, answer a person, and end it."""

import csv
import io
import json
import sys
from pathlib import Path
from typing import Any

import click

from mandats.cli import terminal
from mandats.cli.options import FILE, INSTANT, ActingCommand, Desk, flag, option
from mandats.cli.terminal import FINDINGS, OK, as_json, echo, later, say, show, warn
from mandats.preuves import list_evidence
from mandats.render.typography import paris_clock, paris_moment

with later():
    from mandats.registre import gestes, secret
    from mandats.registre import statistiques as counts

LONGEST = 64  # characters of a detail that the journal shows whole
HEAD = "tête de chaîne, à noter ailleurs que près du registre : {}"


@click.command(cls=ActingCommand)
@INSTANT
@flag("--exact", "Montre aussi les cases de moins de cinq personnes : à ne pas diffuser.")
def statistiques(desk: Desk, instant: str | None, exact: bool) -> None:
    """Compte les mandats : par semaine, par département, par preuve, avec ce que chaque preuve vaut."""
    told = counts.count(desk.registre, instant and desk.registre.instant(instant, terminal.now()), exact)
    show("statistiques", told=told, exact=exact, worth=list_evidence())


@click.command(cls=ActingCommand)
@click.argument("numero", required=False, metavar="NUMÉRO|CODE")
@flag("--courriel", "Cherche par l'adresse électronique, demandée ensuite, au lieu d'un numéro.")
@option("--sortie", "Fichier à écrire (0600) : tout ce que le registre contient d'une personne.", type=FILE)
def exporter(desk: Desk, numero: str | None, courriel: bool, sortie: Path | None) -> None:
    """Répond à une demande d'accès (article 15 du RGPD) : tout ce qui concerne une personne, et rien d'autre.

    \b
    mandats registre exporter --courriel                trouve ses numéros
    mandats registre exporter 123 --sortie acces.json
    """
    ledger = desk.registre
    if courriel:
        found = gestes.find_person(ledger, click.prompt("Adresse électronique", err=True))
        say("\n".join(f"n° {n}" for n in found) or "aucun mandat à cette adresse")
        return
    if not numero or not sortie:
        raise click.UsageError("donnez un numéro et --sortie, ou --courriel")
    _write(sortie, gestes.export_person(ledger, ledger.numero_of(numero)))


@click.command(cls=ActingCommand)
@option("--numero NUMÉRO|CODE", "Efface une seule personne, après retrait (article 17 du RGPD).")
@option("--preuve", "Fichier où écrire la preuve de l'effacement, sans donnée.", "proof", type=FILE)
@flag("--oui", "Ne demande pas de confirmation.")
def purger(desk: Desk, numero: str | None, proof: Path | None, oui: bool) -> None:
    """Détruit les données, la durée de conservation atteinte ; la chaîne reste vérifiable.

    Les copies et sauvegardes du registre ne sont pas atteintes : détruisez-les, ou détruisez la clé, qui les
    rend illisibles.
    """
    ledger = desk.registre
    if not oui:
        click.confirm("Effacement définitif. Continuer ?", abort=True, err=True)
    if numero:
        value = gestes.erase(ledger, ledger.numero_of(numero), desk.acteur, terminal.now())
    else:
        value = gestes.purge(ledger, desk.acteur, terminal.now())
    say(f"{value['charges']} contenus détruits ; empreinte {value['empreinte']}")
    say(HEAD.format(value["tete"]))
    if proof:
        _write(proof, value)


@click.command(cls=ActingCommand)
@flag("--verifier", "Vérifie la chaîne : rien d'ôté, rien de réécrit, rien d'effacé sans le dire.", "check")
@option("--tete EMPREINTE", "Tête de chaîne notée auparavant (un état, une preuve de purge) : doit s'y trouver encore.")
@option("--numero", "Les événements d'un seul mandat.", type=int)
@flag("--csv", "En CSV.", "as_csv")
def journal(desk: Desk, check: bool, tete: str | None, numero: int | None, as_csv: bool) -> None:
    """Qui a fait quoi, quand. Aucune donnée de personne n'y figure."""
    ledger = desk.ouvrir(sain=False)
    if check or tete:
        found = list(ledger.verifier(*[tete] if tete else []))
        for line in found:
            warn(line)
        instant, head = ledger.store_head()
        say(f"chaîne {'ALTÉRÉE' if found else 'intacte'} ; tête au {paris_moment(instant)} : {head.hex()}")
        sys.exit(FINDINGS if found else OK)
    rows = io.StringIO()
    out = csv.writer(rows, delimiter=";", lineterminator="\n")
    for e in ledger.evenements():
        if numero is not None and e.numero != numero:
            continue
        # A text is read by « registre texte ».
        shown = {k: v if len(str(v)) <= LONGEST else f"{len(v)} caractères" for k, v in e.detail.items()}
        detail = json.dumps(shown, ensure_ascii=False)
        if as_csv:
            out.writerow([e.seq, e.instant, e.genre, "" if e.numero is None else e.numero, e.acteur, detail])
        else:
            number = f"n° {e.numero}" if e.numero else ""
            row = f"{e.seq:>7}  {paris_clock(e.instant)}  {e.genre:<12} {number:<9} {e.acteur}"
            say(f"{row}  {detail if e.detail else ''}".rstrip())
    echo(rows.getvalue(), nl=False)


def _write(path: Path, value: Any) -> None:
    secret.write_private(path, (as_json(value) + "\n").encode())
    warn(f"écrit : {path}")
