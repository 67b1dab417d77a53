"""The commands `registre`: the ledger of mandates. No value of a person is printed.

Numbers and codes name people here; a value to correct or an address to look for is typed at a prompt, never on the
command line, which shells remember.
"""

import csv
import io
import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from mandats.cli import terminal
from mandats.cli.options import FILE, INSTANT, NUMERO, PRESENT, ActingCommand, Desk, flag, option
from mandats.cli.terminal import FINDINGS, OK, Group, as_json, ask_phrase, echo, later, plural, say, show, warn
from mandats.preuves import PREUVES, list_evidence
from mandats.problem import suggest
from mandats.registre import Refus
from mandats.registre.personne import PERSON

with later():
    from mandats.registre import gestes, importation, lignes, secret, signature
    from mandats.registre import ledger as ledgers
    from mandats.registre import statistiques as counts

SHOWN_FAULTS = 60
AGE = "Âge minimum ; à 15, l'accord du représentant légal est exigé avant 18 ans."
HEAD = "tête de chaîne, à noter ailleurs que près du registre : {}"


@click.group(cls=Group, subcommand_metavar="COMMANDE ...")
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


registre.command_class = ActingCommand


@registre.command()
@click.argument("campagne")
@option("--texte", "Le texte exact du mandat : son empreinte est inscrite au registre.", required=True, type=FILE)
@option("--conservation AAAA-MM-JJ", "Dernier jour de conservation des données.", required=True)
@option("--age", AGE, choices=("15", "18"), default="18")
@flag("--sans-phrase", "Clé sans phrase secrète : le fichier de clé suffit à tout lire.")
def creer(desk: Desk, campagne: str, texte: Path, conservation: str, age: str, sans_phrase: bool) -> None:
    """Crée un registre vide et sa clé. Sans la clé, rien ne se relit : gardez-en une copie ailleurs."""

    def phrase(new: bool) -> str | None:
        if new and sans_phrase:
            return None
        return ask_phrase("Phrase secrète (six mots ou plus)", "Encore") if new else ask_phrase()

    facts = gestes.campaign_facts(campagne, texte, conservation, int(age))
    key, made = secret.key_at(desk.cle, phrase)
    if made:
        warn(f"clé écrite : {desk.cle}")
    ledgers.create_ledger(desk.lieu, key, facts, desk.acteur, terminal.now())
    say(f"registre créé : campagne {campagne}, texte {facts['texte'][:12]}…")


@registre.command()
@click.argument("fichier", type=FILE)
@flag("--apercu", "Montre les colonnes reconnues et cinq lignes masquées ; n'écrit rien.")
@option("--colonnes YAML", "Correspondance des colonnes, constantes, ordre des dates, fuseau.", type=FILE)
@option("--encodage", "Encodage, s'il est mal deviné (cp1252, utf-8…).")
@option("--preuve", "Ce qui prouve ces mandats, sans colonne qui le dise.", choices=PREUVES)
@flag("--reparer", "Rétablit les textes abîmés (« Ã© », « &eacute; », « Ａ »), au lieu de rejeter leurs lignes.")
def importer(
    desk: Desk, fichier: Path, apercu: bool, colonnes: Path | None, encodage: str | None, preuve: str | None,
    reparer: bool,
) -> None:  # fmt: skip
    """Inscrit les réponses d'un formulaire (CSV, XLSX, ODS) ; le même fichier deux fois ne change rien.

    Les lignes fautives vont dans rejets-<fichier>.csv, à côté : corrigez-les, puis importez ce fichier.

    Code de sortie : 0, tout est entré ou connu ; 1, des lignes sont rejetées ou attendent une décision ;
    2, fichier illisible.
    """
    if any((folder / ".git").exists() for folder in fichier.resolve().parents):
        warn(f"{fichier} est dans un dépôt de code, qui garde son historique : sortez-le de là")
    rules = importation.rules_of(desk.registre, terminal.now(), colonnes, preuve, reparer)
    if apercu:
        columns, rows = importation.preview(fichier, rules, encodage)
        show("apercu", columns=columns, rows=rows)
        return
    bar = sys.stderr.isatty()
    done = importation.import_roster(
        desk.registre, fichier, rules, desk.acteur, encodage,
        lambda n: echo(f"\r{n} lignes", nl=False, err=True) if bar else None,
    )  # fmt: skip
    if bar:
        warn("")
    for line, fault in done.fautes[:SHOWN_FAULTS]:
        _tell_fault(f"{fichier}:{line}", fault)
    entered = f"{done.entrees} entrées, {done.connues} déjà connues, {done.attente} à trancher, {done.rejets} rejetées"
    say(f"{done.lignes} lignes : {entered}")
    if done.repares:
        say(f"  textes réparés : {plural(done.repares, 'ligne')}, à relire")
    if done.rejets:
        say(f"  rejets : {', '.join(f'{g} {n}' for g, n in sorted(done.genres.items()))}")
        say(f"  à corriger dans : {done.fichier_rejets}")
    if done.attente:
        say("  doublons probables : mandats registre doublons")
    if done.homonymes:
        say(f"  {done.homonymes} homonymes comptés : mandats registre doublons --homonymes")
    sys.exit(FINDINGS if done.rejets or done.attente else OK)


@registre.command()
@flag("--homonymes", "Liste aussi les homonymes, qui sont comptés.")
def doublons(desk: Desk, homonymes: bool) -> None:
    """Liste, par numéros, ce qui attend une décision. Comparez : « exporter » montre une personne."""
    for numero, near, why in importation.doubtful(desk.registre):
        say(f"n° {numero} ressemble à {', '.join(f'n° {n}' for n in near)} ({', '.join(why)})")
    for numero, first in importation.homonyms(desk.registre) if homonymes else ():
        say(f"n° {numero} est homonyme de n° {first}")


@registre.command()
@click.argument("sens", type=click.Choice(["distinct", "doublon"]))
@NUMERO
def trancher(desk: Desk, sens: str, numeros: tuple[str, ...]) -> None:
    """Décide d'un doublon probable : distinct, il compte ; doublon, il ne comptera jamais."""
    for text in numeros:
        numero = desk.registre.numero_of(text)
        gestes.decide(desk.registre, numero, sens, desk.acteur, terminal.now())
        say(f"n° {numero} : {sens}")


@registre.command()
@NUMERO
@option("--recu-le AAAA-MM-JJ", "Jour de réception de la révocation.")
@flag("--refus", "L'association refuse le mandat, au lieu que la personne le retire.")
def retirer(desk: Desk, numeros: tuple[str, ...], recu_le: str | None, refus: bool) -> None:
    """Retire des mandats (article 2004 du code civil), et dit quels actes déposés sont touchés."""
    for text in numeros:
        numero = desk.registre.numero_of(text)
        touched = gestes.withdraw(desk.registre, numero, recu_le, desk.acteur, terminal.now(), refus)
        none = "" if touched else " ; aucun acte déposé ne le comptait"
        say(f"n° {numero} : {'refusé' if refus else 'retiré'}{none}")
        _tell_touched(numero, touched)


@registre.command()
@click.argument("numero", metavar="NUMÉRO|CODE")
@click.argument("champs", nargs=-1, required=True)
def corriger(desk: Desk, numero: str, champs: tuple[str, ...]) -> None:
    """Corrige une personne (article 16 du RGPD) : nommez les champs, les valeurs sont demandées ensuite.

    \b
    mandats registre corriger 123 courriel commune
    """
    for name in champs:
        if name not in PERSON:
            near = suggest(name, PERSON) or f" (possibles : {','.join(PERSON)})"
            raise click.UsageError(f"champ inconnu « {name} »{near}")
    ledger = desk.registre
    number = ledger.numero_of(numero)
    changes = {name: click.prompt(name, default="", show_default=False, err=True) for name in champs}
    faults, touched = gestes.correct(ledger, number, changes, importation.rules_of(ledger, terminal.now()), desk.acteur)
    for fault in faults:
        _tell_fault(f"n° {number}", fault)
    if faults:
        sys.exit(FINDINGS)
    say(f"n° {number} : corrigé ({', '.join(champs)})")
    _tell_touched(number, touched)


def _tell_fault(where: str, fault: lignes.Fault) -> None:
    warn(f"{where} · {fault.colonne} : {fault.phrase} [{fault.genre}]")


def _tell_touched(numero: int, acts: Iterable[Mapping[str, Any]]) -> None:
    for act in acts:
        filed = f"« {act['acte']} », déposé le {act['depose_le'][:10]}"
        counted = f"(liste de {act['nombre']} au {act['instant'][:19]}Z)"
        say(f"n° {numero} figurait dans {filed} {counted} : à signaler au destinataire")


@registre.command()
@NUMERO
@option("--preuve", "Ce qui prouve désormais ces mandats.", choices=PREUVES, default="double-confirmation")
@option("--fichier", "Le fichier renvoyé : son empreinte est gardée, chiffrée ; jamais le fichier.", type=FILE)
@option("--confiance", "eIDAS : dossier des certificats racines admis (PEM).", type=PRESENT)
def confirmer(desk: Desk, numeros: tuple[str, ...], preuve: str, fichier: Path | None, confiance: Path | None) -> None:
    """Ajoute une preuve à des mandats : lien confirmé, formulaire signé renvoyé (par son code),
    signature eIDAS, original.

    \b
    mandats registre confirmer 7K3QM-P9XTR --preuve pdf-signe --fichier retour.pdf
    mandats registre confirmer @confirmations.csv        colonnes code;instant
    """
    ledger = desk.registre
    if len(numeros) == 1 and numeros[0].startswith("@"):
        path = Path(numeros[0][1:])
        done = gestes.confirm_list(ledger, path, preuve, desk.acteur, terminal.now())
        for line, why in done.fautes:
            warn(f"{path}:{line} · {why}")
        say(f"{done.nouveaux} confirmés, {done.connus} déjà connus, {len(done.fautes)} lignes fautives")
        sys.exit(FINDINGS if done.fautes else OK)
    if fichier and len(numeros) != 1:
        raise click.UsageError("un fichier prouve un seul mandat")
    elements: dict[str, Any] = {"sha256": secret.sha256_file(fichier)} if fichier else {}
    if preuve in ("pdf-signe", "eidas") and not fichier:
        raise click.UsageError(f"--preuve {preuve} demande --fichier")
    if fichier and preuve == "eidas":
        checked = signature.verify_pdf(fichier, confiance)
        say(checked.phrase())
        if not checked.valable:
            other = "enregistrez ce fichier comme --preuve pdf-signe, si le procédé identifie son auteur"
            raise Refus(f"signature non admise : {other}")
        elements |= checked.as_elements()
    for text in numeros:
        numero = ledger.numero_of(text)
        new = gestes.confirm(ledger, numero, preuve, elements, desk.acteur, terminal.now())
        say(f"n° {numero} : {preuve}{'' if new else ' (déjà connu)'}")


@registre.command()
@INSTANT
@flag("--exact", "Montre aussi les cases de moins de cinq personnes : à ne pas diffuser.")
def statistiques(desk: Desk, instant: str | None, exact: bool) -> None:
    """Compte les mandats : par semaine, par département, par preuve, avec ce que chaque preuve vaut."""
    told = counts.count(desk.registre, instant and desk.registre.instant(instant, terminal.now()), exact)
    show("statistiques", told=told, exact=exact, worth=list_evidence())


@registre.command()
@INSTANT
@option("--sortie", "Fichier à nommer dans le dossier (mandants.etat).", type=FILE)
def etat(desk: Desk, instant: str | None, sortie: Path | None) -> None:
    """Écrit le nombre, l'instant et l'empreinte de la liste, sans donnée personnelle : l'acte les imprime."""
    ledger = desk.registre
    before = gestes.read_state(sortie) if sortie and sortie.is_file() else {}
    mine = before.get("campagne") == ledger.campagne["campagne"] and before.get("tete")
    value = ledger.etat(ledger.instant(instant, terminal.now()), *([mine] if mine else []))
    if sortie:
        _write(sortie, value, f" ({value['nombre']} mandats)")
        sortie.chmod(0o644)  # it says nothing of anyone, and goes with the case
        warn(HEAD.format(value["tete"]))
    else:
        echo(as_json(value))


@registre.command()
@click.argument("acte")
@option("--etat", "L'état avec lequel l'acte a été construit : il est comparé au registre.", "state", type=FILE)
@option("--instant ISO", "À défaut d'état : l'instant de la liste.")
def deposer(desk: Desk, acte: str, state: Path | None, instant: str | None) -> None:
    """Note qu'un acte a été déposé avec la liste d'un instant : un retrait ultérieur le nommera."""
    value = gestes.read_state(state) if state else None
    if bool(value) == bool(instant):
        raise click.UsageError("donnez --etat, ou --instant")
    ledger = desk.registre
    when = ledger.instant(str(value.get("instant", "")) if value else instant, terminal.now())
    done = gestes.file_act(ledger, acte, when, desk.acteur, terminal.now(), value)
    say(f"{acte} : déposé avec {done['nombre']} mandats au {done['instant']}")
    say(HEAD.format(ledger.store_head()[1].hex()))


@registre.command()
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


@registre.command()
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


@registre.command()
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
        say(f"chaîne {'ALTÉRÉE' if found else 'intacte'} ; tête au {instant} : {head.hex()}")
        sys.exit(FINDINGS if found else OK)
    rows = io.StringIO()
    out = csv.writer(rows, delimiter=";", lineterminator="\n")
    for e in ledger.evenements():
        if numero is not None and e.numero != numero:
            continue
        detail = json.dumps(e.detail, ensure_ascii=False)
        if as_csv:
            out.writerow([e.seq, e.instant, e.genre, "" if e.numero is None else e.numero, e.acteur, detail])
        else:
            row = f"{e.seq:>7}  {e.instant[:19]}Z  {e.genre:<12} {f'n° {e.numero}' if e.numero else '':<9} {e.acteur}"
            say(f"{row}  {detail if e.detail else ''}".rstrip())
    echo(rows.getvalue(), nl=False)


def _write(path: Path, value: Any, told: str = "") -> None:
    secret.write_private(path, (as_json(value) + "\n").encode())
    warn(f"écrit : {path}{told}")
