"""The other commands of `registre`: what is read from the ledger, evidence, filing, the end of the data."""

from __future__ import annotations

import csv
import itertools
import json
import sys
from pathlib import Path

import click

from mandats.cli_registre import FILE, FINDINGS, NUMERO, PREUVES, _instant, _open, _write, ledger_options, now, registre


@registre.command()
@NUMERO
@click.option(
    "--preuve",
    type=click.Choice(PREUVES),
    default="double-confirmation",
    show_default=True,
    help="Ce qui prouve désormais ces mandats.",
)
@click.option(
    "--fichier", type=FILE, help="Le fichier renvoyé : son empreinte est gardée, chiffrée ; jamais le fichier."
)
@click.option(
    "--confiance",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="eIDAS : dossier des certificats racines admis (PEM).",
)
@ledger_options
def confirmer(
    lieu: str,
    cle: Path,
    acteur: str,
    numeros: tuple[str, ...],
    preuve: str,
    fichier: Path | None,
    confiance: Path | None,
) -> None:
    """Ajoute une preuve à des mandats : lien confirmé, formulaire signé renvoyé (par son code), signature eIDAS, original.

    \b
    mandats registre confirmer 7K3QM-P9XTR --preuve pdf-signe --fichier retour.pdf
    mandats registre confirmer @confirmations.csv        colonnes code;instant
    """
    from mandats.registre import Refus
    from mandats.registre.gestes import confirm
    from mandats.registre.secret import sha256_file

    ledger = _open(lieu, cle)
    if len(numeros) == 1 and numeros[0].startswith("@"):
        _confirm_list(ledger, Path(numeros[0][1:]), preuve, acteur)
        return
    if fichier and len(numeros) != 1:
        raise click.UsageError("un fichier prouve un seul mandat")
    elements: dict = {"sha256": sha256_file(fichier)} if fichier else {}
    if preuve in ("pdf-signe", "eidas") and not fichier:
        raise click.UsageError(f"--preuve {preuve} demande --fichier")
    if preuve == "eidas":
        from mandats.registre.signature import verify_pdf

        assert fichier
        checked = verify_pdf(fichier, confiance)
        click.echo(checked.phrase())
        if not checked.valable:
            raise Refus(
                "signature non admise : enregistrez ce fichier comme --preuve pdf-signe, si le procédé identifie son auteur"
            )
        elements |= checked.as_elements()
    for text in numeros:
        numero = ledger.numero_of(text)
        new = confirm(ledger, numero, preuve, elements, acteur, now())
        click.echo(f"n° {numero} : {preuve}" + ("" if new else " (déjà connu)"))


def _confirm_list(ledger, path: Path, preuve: str, acteur: str) -> None:
    """Confirmations exported by a mailing tool: `code` and `instant` columns; faults by line."""
    from mandats.registre import Refus
    from mandats.registre.colonnes import plain
    from mandats.registre.gestes import confirm
    from mandats.registre.journal import read_instant
    from mandats.registre.secret import tidy_code
    from mandats.registre.tableur import read_rows

    rows = read_rows(path)
    _, header = next(rows, (0, []))
    names = [plain(h) for h in header]
    if "code" not in names or "instant" not in names:
        raise Refus(f"{path} : colonnes code et instant attendues")
    numbers = {ledger.key.code(n): n for n in range(1, ledger.last_numero() + 1)}
    new = known = faults = 0
    while batch := list(itertools.islice(rows, 500)):  # one transaction each: the disk is waited for once
        with ledger.store.transaction():
            for line, cells in batch:
                row = dict(zip(names, cells, strict=False))
                try:
                    numero = numbers.get(tidy_code(row.get("code", "")))
                    if numero is None:
                        raise Refus("code inconnu")
                    if confirm(
                        ledger, numero, preuve, {"instant": read_instant(row.get("instant", ""))}, acteur, now()
                    ):
                        new += 1
                    else:
                        known += 1
                except Refus as error:
                    faults += 1
                    click.echo(f"{path}:{line} · {error}", err=True)
    click.echo(f"{new} confirmés, {known} déjà connus, {faults} lignes fautives")
    sys.exit(FINDINGS if faults else 0)


@registre.command()
@click.option("--instant", metavar="ISO", help="État à cet instant (par défaut : maintenant).")
@click.option("--exact", is_flag=True, help="Montre aussi les cases de moins de cinq personnes : à ne pas diffuser.")
@ledger_options
def statistiques(lieu: str, cle: Path, acteur: str, instant: str | None, exact: bool) -> None:
    """Compte les mandats : par semaine, par département, par preuve, avec ce que chaque preuve vaut."""
    from mandats.registre.preuves import list_evidence
    from mandats.registre.statistiques import count, plot

    told = count(_open(lieu, cle), _instant(instant), exact)
    click.echo(
        f"{told.nombre} mandats valables ; {told.attente} à trancher, {told.retires} retirés, {told.refuses} refusés"
    )
    worth = list_evidence()
    for title, cells in (
        ("semaine de signature (mandats, cumul)", told.semaines),
        ("département", told.departements),
        ("preuve", told.preuves),
    ):
        click.echo(f"\n── par {title}")
        for line in plot(cells, cumul=cells is told.semaines):
            click.echo(f"  {line}")
    if not exact:
        click.echo("\n(les cases de moins de cinq personnes sont regroupées : --exact les montre)")
    for key, _ in told.preuves:
        if key in worth:
            p = worth[key]
            click.echo(
                f"\n{p.libelle}\n  conservé : {p.conserve}\n  vaut : {p.vaut}\n  limite : {p.limite}\n  sources : {', '.join(p.sources)}"
            )


@registre.command()
@click.option("--instant", metavar="ISO", help="État à cet instant (par défaut : maintenant).")
@click.option("--sortie", type=FILE, help="Fichier à nommer dans le dossier (mandants.etat).")
@ledger_options
def etat(lieu: str, cle: Path, acteur: str, instant: str | None, sortie: Path | None) -> None:
    """Écrit le nombre, l'instant et l'empreinte de la liste, sans donnée personnelle : l'acte les imprime."""
    from mandats.registre.journal import write_instant

    value = _open(lieu, cle).etat(_instant(instant) or write_instant(now()))
    if sortie:
        from mandats.registre.secret import write_private

        write_private(sortie, (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode())
        sortie.chmod(0o644)  # it says nothing of anyone, and goes with the case
        click.echo(f"écrit : {sortie} ({value['nombre']} mandats)", err=True)
        click.echo(f"tête de chaîne, à noter ailleurs que près du registre : {value['tete']}", err=True)
    else:
        click.echo(json.dumps(value, ensure_ascii=False, indent=2))


@registre.command()
@click.argument("acte")
@click.option(
    "--etat", "state", type=FILE, help="L'état avec lequel l'acte a été construit : il est comparé au registre."
)
@click.option("--instant", metavar="ISO", help="À défaut d'état : l'instant de la liste.")
@ledger_options
def deposer(lieu: str, cle: Path, acteur: str, acte: str, state: Path | None, instant: str | None) -> None:
    """Note qu'un acte a été déposé avec la liste d'un instant : un retrait ultérieur le nommera."""
    from mandats.registre.gestes import file_act, read_state

    value = read_state(state) if state else None
    if bool(value) == bool(instant):
        raise click.UsageError("donnez --etat, ou --instant")
    when = _instant(str(value.get("instant", "")) if value else instant)
    assert when
    ledger = _open(lieu, cle)
    done = file_act(ledger, acte, when, acteur, now(), value)
    click.echo(f"{acte} : déposé avec {done['nombre']} mandats au {done['instant']}")
    click.echo(f"tête de chaîne, à noter ailleurs que près du registre : {ledger.store_head()[1].hex()}")


@registre.command()
@click.argument("numero", required=False, metavar="NUMÉRO|CODE")
@click.option(
    "--courriel", is_flag=True, help="Cherche par l'adresse électronique, demandée ensuite, au lieu d'un numéro."
)
@click.option("--sortie", type=FILE, help="Fichier à écrire (0600) : tout ce que le registre contient d'une personne.")
@ledger_options
def exporter(lieu: str, cle: Path, acteur: str, numero: str | None, courriel: bool, sortie: Path | None) -> None:
    """Répond à une demande d'accès (article 15 du RGPD) : tout ce qui concerne une personne, et rien d'autre.

    \b
    mandats registre exporter --courriel                trouve ses numéros
    mandats registre exporter 123 --sortie acces.json
    """
    from mandats.registre.gestes import export_person, find_person

    ledger = _open(lieu, cle)
    if courriel:
        found = find_person(ledger, click.prompt("Adresse électronique", err=True))
        click.echo("\n".join(f"n° {n}" for n in found) or "aucun mandat à cette adresse")
        return
    if not numero or not sortie:
        raise click.UsageError("donnez un numéro et --sortie, ou --courriel")
    _write(sortie, export_person(ledger, ledger.numero_of(numero)))


@registre.command()
@click.option("--numero", metavar="NUMÉRO|CODE", help="Efface une seule personne, après retrait (article 17 du RGPD).")
@click.option("--preuve", "proof", type=FILE, help="Fichier où écrire la preuve de l'effacement, sans donnée.")
@click.option("--oui", is_flag=True, help="Ne demande pas de confirmation.")
@ledger_options
def purger(lieu: str, cle: Path, acteur: str, numero: str | None, proof: Path | None, oui: bool) -> None:
    """Détruit les données, la durée de conservation atteinte ; la chaîne reste vérifiable.

    Les copies et sauvegardes du registre ne sont pas atteintes : détruisez-les, ou détruisez la clé, qui les rend illisibles.
    """
    from mandats.registre.gestes import erase, purge

    ledger = _open(lieu, cle)
    if not oui:
        click.confirm("Effacement définitif. Continuer ?", abort=True, err=True)
    value = erase(ledger, ledger.numero_of(numero), acteur, now()) if numero else purge(ledger, acteur, now())
    click.echo(f"{value['charges']} contenus détruits ; empreinte {value['empreinte']}")
    click.echo(f"tête de chaîne, à noter ailleurs que près du registre : {value['tete']}")
    if proof:
        _write(proof, value)


@registre.command()
@click.option(
    "--verifier",
    "check",
    is_flag=True,
    help="Vérifie la chaîne : rien d'ôté, rien de réécrit, rien d'effacé sans le dire.",
)
@click.option(
    "--tete",
    metavar="EMPREINTE",
    help="Tête de chaîne notée auparavant (un état, une preuve de purge) : doit s'y trouver encore.",
)
@click.option("--numero", type=int, help="Les événements d'un seul mandat.")
@click.option("--csv", "as_csv", is_flag=True, help="En CSV.")
@ledger_options
def journal(lieu: str, cle: Path, acteur: str, check: bool, tete: str | None, numero: int | None, as_csv: bool) -> None:
    """Qui a fait quoi, quand. Aucune donnée de personne n'y figure."""
    ledger = _open(lieu, cle)
    if check or tete:
        found = list(ledger.verifier(tete))
        for line in found:
            click.echo(line, err=True)
        instant, head = ledger.store_head()
        click.echo(f"chaîne {'ALTÉRÉE' if found else 'intacte'} ; tête au {instant} : {head.hex()}")
        sys.exit(FINDINGS if found else 0)
    out = csv.writer(sys.stdout, delimiter=";", lineterminator="\n")
    for e in ledger.evenements():
        if numero is not None and e.numero != numero:
            continue
        detail = json.dumps(e.detail, ensure_ascii=False)
        row = [e.seq, e.instant, e.genre, "" if e.numero is None else e.numero, e.acteur, detail]
        if as_csv:
            out.writerow(row)
        else:
            click.echo(
                f"{e.seq:>7}  {e.instant[:19]}Z  {e.genre:<12} {f'n° {e.numero}' if e.numero else '':<9} {e.acteur}  {detail if e.detail else ''}".rstrip()
            )
