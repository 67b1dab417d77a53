"""The other commands of `registre`: what is read from the ledger, evidence, filing, the end of the data."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from mandats import api
from mandats.cli import terminal
from mandats.cli.options import FILE, NUMERO, Desk, acting_options, flag, option
from mandats.cli.terminal import FINDINGS, OK, PrivateCommand, as_json, warn

HEAD = "tête de chaîne, à noter ailleurs que près du registre : {}"


@click.command(cls=PrivateCommand)
@NUMERO
@option(
    "--preuve",
    "Ce qui prouve désormais ces mandats.",
    type=click.Choice(api.PREUVES),
    default="double-confirmation",
    show_default=True,
)
@option("--fichier", "Le fichier renvoyé : son empreinte est gardée, chiffrée ; jamais le fichier.", type=FILE)
@option(
    "--confiance",
    "eIDAS : dossier des certificats racines admis (PEM).",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
)
@acting_options
def confirmer(desk: Desk, numeros: tuple[str, ...], preuve: str, fichier: Path | None, confiance: Path | None) -> None:
    """Ajoute une preuve à des mandats : lien confirmé, formulaire signé renvoyé (par son code),
    signature eIDAS, original.

    \b
    mandats registre confirmer 7K3QM-P9XTR --preuve pdf-signe --fichier retour.pdf
    mandats registre confirmer @confirmations.csv        colonnes code;instant
    """
    ledger = desk.registre
    if len(numeros) == 1 and numeros[0].startswith("@"):
        _confirm_list(desk, Path(numeros[0][1:]), preuve)
    if fichier and len(numeros) != 1:
        raise click.UsageError("un fichier prouve un seul mandat")
    elements: dict[str, Any] = {"sha256": api.sha256_file(fichier)} if fichier else {}
    if preuve in ("pdf-signe", "eidas") and not fichier:
        raise click.UsageError(f"--preuve {preuve} demande --fichier")
    if fichier and preuve == "eidas":
        checked = api.verify_pdf(fichier, confiance)
        click.echo(checked.phrase())
        if not checked.valable:
            raise api.Refus(
                "signature non admise : enregistrez ce fichier comme --preuve pdf-signe, "
                "si le procédé identifie son auteur"
            )
        elements |= checked.as_elements()
    for text in numeros:
        numero = ledger.numero_of(text)
        new = api.confirm(ledger, numero, preuve, elements, desk.acteur, terminal.now())
        click.echo(f"n° {numero} : {preuve}{'' if new else ' (déjà connu)'}")


def _confirm_list(desk: Desk, path: Path, preuve: str) -> NoReturn:
    done = api.confirm_list(desk.registre, path, preuve, desk.acteur, terminal.now())
    for line, why in done.fautes:
        warn(f"{path}:{line} · {why}")
    click.echo(f"{done.nouveaux} confirmés, {done.connus} déjà connus, {len(done.fautes)} lignes fautives")
    sys.exit(FINDINGS if done.fautes else OK)


@click.command(cls=PrivateCommand)
@option("--instant ISO", "État à cet instant (par défaut : maintenant).")
@flag("--exact", "Montre aussi les cases de moins de cinq personnes : à ne pas diffuser.")
@acting_options
def statistiques(desk: Desk, instant: str | None, exact: bool) -> None:
    """Compte les mandats : par semaine, par département, par preuve, avec ce que chaque preuve vaut."""
    told = api.count(desk.registre, _instant(instant), exact)
    valid = f"{told.nombre} mandats valables"
    click.echo(f"{valid} ; {told.attente} à trancher, {told.retires} retirés, {told.refuses} refusés")
    for title, cells in (
        ("semaine de signature (mandats, cumul)", told.semaines),
        ("département", told.departements),
        ("preuve", told.preuves),
    ):
        click.echo(f"\n── par {title}")
        for line in api.plot(cells, cumul=cells is told.semaines):
            click.echo(f"  {line}")
    if not exact:
        click.echo("\n(les cases de moins de cinq personnes sont regroupées : --exact les montre)")
    worth = api.list_evidence()
    for p in (worth[key] for key, _ in told.preuves if key in worth):
        click.echo(f"\n{p.libelle}\n  conservé : {p.conserve}\n  vaut : {p.vaut}\n  limite : {p.limite}")
        click.echo(f"  sources : {', '.join(p.sources)}")


@click.command(cls=PrivateCommand)
@option("--instant ISO", "État à cet instant (par défaut : maintenant).")
@option("--sortie", "Fichier à nommer dans le dossier (mandants.etat).", type=FILE)
@acting_options
def etat(desk: Desk, instant: str | None, sortie: Path | None) -> None:
    """Écrit le nombre, l'instant et l'empreinte de la liste, sans donnée personnelle : l'acte les imprime."""
    value = desk.registre.etat(_instant(instant) or api.write_instant(terminal.now()))
    if sortie:
        _write(sortie, value, f" ({value['nombre']} mandats)")
        sortie.chmod(0o644)  # it says nothing of anyone, and goes with the case
        warn(HEAD.format(value["tete"]))
    else:
        click.echo(as_json(value))


@click.command(cls=PrivateCommand)
@click.argument("acte")
@option("--etat", "L'état avec lequel l'acte a été construit : il est comparé au registre.", "state", type=FILE)
@option("--instant ISO", "À défaut d'état : l'instant de la liste.")
@acting_options
def deposer(desk: Desk, acte: str, state: Path | None, instant: str | None) -> None:
    """Note qu'un acte a été déposé avec la liste d'un instant : un retrait ultérieur le nommera."""
    value = api.read_state(state) if state else None
    if bool(value) == bool(instant):
        raise click.UsageError("donnez --etat, ou --instant")
    when = api.past_instant(str(value.get("instant", "")) if value else str(instant), terminal.now())
    ledger = desk.registre
    done = api.file_act(ledger, acte, when, desk.acteur, terminal.now(), value)
    click.echo(f"{acte} : déposé avec {done['nombre']} mandats au {done['instant']}")
    click.echo(HEAD.format(ledger.store_head()[1].hex()))


@click.command(cls=PrivateCommand)
@click.argument("numero", required=False, metavar="NUMÉRO|CODE")
@flag("--courriel", "Cherche par l'adresse électronique, demandée ensuite, au lieu d'un numéro.")
@option("--sortie", "Fichier à écrire (0600) : tout ce que le registre contient d'une personne.", type=FILE)
@acting_options
def exporter(desk: Desk, numero: str | None, courriel: bool, sortie: Path | None) -> None:
    """Répond à une demande d'accès (article 15 du RGPD) : tout ce qui concerne une personne, et rien d'autre.

    \b
    mandats registre exporter --courriel                trouve ses numéros
    mandats registre exporter 123 --sortie acces.json
    """
    ledger = desk.registre
    if courriel:
        found = api.find_person(ledger, click.prompt("Adresse électronique", err=True))
        click.echo("\n".join(f"n° {n}" for n in found) or "aucun mandat à cette adresse")
        return
    if not numero or not sortie:
        raise click.UsageError("donnez un numéro et --sortie, ou --courriel")
    _write(sortie, api.export_person(ledger, ledger.numero_of(numero)))


@click.command(cls=PrivateCommand)
@option("--numero NUMÉRO|CODE", "Efface une seule personne, après retrait (article 17 du RGPD).")
@option("--preuve", "Fichier où écrire la preuve de l'effacement, sans donnée.", "proof", type=FILE)
@flag("--oui", "Ne demande pas de confirmation.")
@acting_options
def purger(desk: Desk, numero: str | None, proof: Path | None, oui: bool) -> None:
    """Détruit les données, la durée de conservation atteinte ; la chaîne reste vérifiable.

    Les copies et sauvegardes du registre ne sont pas atteintes : détruisez-les, ou détruisez la clé, qui les
    rend illisibles.
    """
    ledger = desk.registre
    if not oui:
        click.confirm("Effacement définitif. Continuer ?", abort=True, err=True)
    if numero:
        value = api.erase(ledger, ledger.numero_of(numero), desk.acteur, terminal.now())
    else:
        value = api.purge(ledger, desk.acteur, terminal.now())
    click.echo(f"{value['charges']} contenus détruits ; empreinte {value['empreinte']}")
    click.echo(HEAD.format(value["tete"]))
    if proof:
        _write(proof, value)


@click.command(cls=PrivateCommand)
@flag("--verifier", "Vérifie la chaîne : rien d'ôté, rien de réécrit, rien d'effacé sans le dire.", "check")
@option("--tete EMPREINTE", "Tête de chaîne notée auparavant (un état, une preuve de purge) : doit s'y trouver encore.")
@option("--numero", "Les événements d'un seul mandat.", type=int)
@flag("--csv", "En CSV.", "as_csv")
@acting_options
def journal(desk: Desk, check: bool, tete: str | None, numero: int | None, as_csv: bool) -> None:
    """Qui a fait quoi, quand. Aucune donnée de personne n'y figure."""
    ledger = desk.registre
    if check or tete:
        found = list(ledger.verifier(tete))
        for line in found:
            warn(line)
        instant, head = ledger.store_head()
        click.echo(f"chaîne {'ALTÉRÉE' if found else 'intacte'} ; tête au {instant} : {head.hex()}")
        sys.exit(FINDINGS if found else OK)
    out = csv.writer(sys.stdout, delimiter=";", lineterminator="\n")
    for e in ledger.evenements():
        if numero is not None and e.numero != numero:
            continue
        detail = json.dumps(e.detail, ensure_ascii=False)
        if as_csv:
            out.writerow([e.seq, e.instant, e.genre, "" if e.numero is None else e.numero, e.acteur, detail])
        else:
            row = f"{e.seq:>7}  {e.instant[:19]}Z  {e.genre:<12} {f'n° {e.numero}' if e.numero else '':<9} {e.acteur}"
            click.echo(f"{row}  {detail if e.detail else ''}".rstrip())


def _instant(value: str | None) -> str | None:
    return api.past_instant(value, terminal.now()) if value is not None else None


def _write(path: Path, value: Any, told: str = "") -> None:
    api.write_private(path, (as_json(value) + "\n").encode())
    warn(f"écrit : {path}{told}")


SUITE = (confirmer, statistiques, etat, deposer, exporter, purger, journal)
