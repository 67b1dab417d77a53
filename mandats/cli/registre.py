"""The commands `registre`: the ledger of mandates. No value of a person is printed.

Numbers and codes name people here; a value to correct or an address to look for is typed at a prompt, never on the
command line, which shells remember.
"""

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from mandats.cli import archives, terminal
from mandats.cli.options import FILE, INSTANT, NUMERO, PRESENT, ActingCommand, Desk, flag, option
from mandats.cli.terminal import FINDINGS, OK, Group, as_json, ask_phrase, echo, later, plural, say, show, warn
from mandats.preuves import PREUVES
from mandats.problem import suggest
from mandats.registre import Refus
from mandats.registre.personne import PERSON
from mandats.render.typography import paris_moment

with later():
    from mandats.publiposter import suivi
    from mandats.registre import gestes, importation, lignes, secret, signature, textes
    from mandats.registre import ledger as ledgers

SHOWN_FAULTS = 60
CORRECTED = (*PERSON, "texte")
TEXTE = "Le texte que les gens acceptent (mandat vierge, en PDF ou DOCX ; ou texte brut)."
DATE = option("--date AAAA-MM-JJ", "Jour où ce texte est proposé, s'il ne le dit pas lui-même (« texte du … »).")
AGE = "Âge minimum ; à 15, l'accord du représentant légal est exigé avant 18 ans."
KEPT = (
    "la notice du mandat livré annonce la procédure et les recours, puis cinq ans ; le mandat finit au plus tard dix "
    "ans après sa signature. Donnez le dernier jour de ce que vous avez annoncé : --conservation AAAA-MM-JJ"
)


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


def _kept_until(ctx: click.Context, param: click.Parameter, value: str | None) -> str:
    if value is None:
        raise click.MissingParameter(KEPT, ctx, param)
    return value


@registre.command()
@click.argument("campagne")
@option("--texte", TEXTE, required=True, type=FILE)
@DATE
@option("--conservation AAAA-MM-JJ", "Dernier jour de conservation des données.", callback=_kept_until)
@option("--age", AGE, choices=("15", "18"), default="18")
@flag("--sans-phrase", "Clé sans phrase secrète : le fichier de clé suffit à tout lire.")
def creer(
    desk: Desk, campagne: str, texte: Path, date: str | None, conservation: str, age: str, sans_phrase: bool
) -> None:
    """Crée un registre vide et sa clé. Sans la clé, rien ne se relit : gardez-en une copie ailleurs."""

    read = textes.read_mandate(texte, date)
    facts = gestes.campaign_facts(campagne, read["empreinte"], conservation, int(age))
    if desk.cle.exists():
        key = secret.read_key(desk.cle, ask_phrase)
    else:
        phrase = None if sans_phrase else ask_phrase("Phrase secrète (six mots ou plus)", "Encore")
        if phrase is not None:
            secret.refuse_weak(phrase)
        key = secret.make_key(desk.cle, phrase)
        warn(f"clé écrite : {desk.cle}")
    ledgers.create_ledger(desk.lieu, key, facts, desk.acteur, terminal.now(), read)
    (first,) = textes.texts_of(desk.registre)
    say(f"registre créé : campagne {campagne}, {first}")


@registre.command()
@click.argument("fichier", required=False, type=FILE)
@DATE
@option("--sortie", "Fichier où écrire, en clair, le dernier texte, ou celui que --date désigne.", type=FILE)
def texte(desk: Desk, fichier: Path | None, date: str | None, sortie: Path | None) -> None:
    """Inscrit un autre texte proposé à la signature ; sans FICHIER, dit ceux que le registre tient.

    \b
    mandats registre texte                                  chaque texte, sa date, son empreinte, ses mandats
    mandats registre texte mandat-vierge.pdf                inscrit un texte de plus
    mandats registre texte --date 2026-10-01 --sortie t.txt

    Chacun reste sous le texte qu'il a signé : « importer --texte DATE » dit lequel, ou une colonne de l'export.
    """
    ledger = desk.registre
    if fichier:
        made, new = textes.enter_text(ledger, fichier, date, desk.acteur, terminal.now())
        say(f"{'inscrit' if new else 'déjà inscrit'} : {made}")
        return
    known = textes.texts_of(ledger)
    if sortie:
        held = textes.find_text(known, date) if date else known[-1]
        if not (held and held.texte):
            raise Refus("le registre n'a pas ce texte en clair : mandats registre texte FICHIER l'y inscrit")
        sortie.write_text(held.texte, "utf-8")
        say(f"écrit : {sortie} ({held})")
        return
    counts = {t["empreinte"]: t for t in ledger.etat().get("textes", [])}
    for held in known:
        told = counts.get(held.empreinte, {})
        clear = "" if held.texte else " ; son texte n'est pas au registre"
        say(f"{held} : {told['nombre'] if told else ledger.etat()['nombre']} mandats{clear}")
        if told.get("avant"):
            say(f"  dont {told['avant']} signés avant cette date : mandats registre journal, puis corriger ou retirer")


@registre.command()
@click.argument("fichier", type=FILE)
@flag("--apercu", "Montre les colonnes reconnues et cinq lignes masquées ; n'écrit rien.")
@option("--colonnes YAML", "Correspondance des colonnes, constantes, ordre des dates, fuseau.", type=FILE)
@option("--encodage", "Encodage, s'il est mal deviné (cp1252, utf-8…).")
@option("--preuve", "Ce qui prouve ces mandats, sans colonne qui le dise.", choices=PREUVES)
@option("--texte DATE|EMPREINTE", "Le texte signé, quand le registre en tient plusieurs et que l'export n'en dit rien.")
@flag("--reparer", "Rétablit les textes abîmés (« Ã© », « &eacute; », « Ａ »), au lieu de rejeter leurs lignes.")
def importer(
    desk: Desk, fichier: Path, apercu: bool, colonnes: Path | None, encodage: str | None, preuve: str | None,
    texte: str | None, reparer: bool,
) -> None:  # fmt: skip
    """Inscrit les réponses d'un formulaire (CSV, XLSX, ODS) ; le même fichier deux fois ne change rien.

    Les lignes fautives vont dans rejets-<fichier>.csv, à côté : corrigez-les, puis importez ce fichier.

    Code de sortie : 0, tout est entré ou connu ; 1, des lignes sont rejetées ou attendent une décision ;
    2, fichier illisible.
    """
    if any((folder / ".git").exists() for folder in fichier.resolve().parents):
        warn(f"{fichier} est dans un dépôt de code, qui garde son historique : sortez-le de là")
    rules = importation.rules_of(desk.registre, terminal.now(), colonnes, preuve, reparer, texte)
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
    kinds = ", ".join(f"{genre} {n}" for genre, n in sorted(done.genres.items()))
    show("import", done=done, kinds=kinds, plural=plural)
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
    _tell_stale(desk)


@registre.command()
@click.argument("numero", metavar="NUMÉRO|CODE")
@click.argument("champs", nargs=-1, required=True)
def corriger(desk: Desk, numero: str, champs: tuple[str, ...]) -> None:
    """Corrige une personne (article 16 du RGPD) : nommez les champs, les valeurs sont demandées ensuite.

    \b
    mandats registre corriger 123 courriel commune
    mandats registre corriger 123 texte                 le texte signé : sa date
    """
    for name in champs:
        if name not in CORRECTED:
            near = suggest(name, CORRECTED) or f" (possibles : {', '.join(CORRECTED)})"
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
    _tell_stale(desk)


def _tell_fault(where: str, fault: lignes.Fault) -> None:
    warn(f"{where} · {fault.colonne} : {fault.phrase} [{fault.genre}]")


def _tell_stale(desk: Desk) -> None:
    """Each file that no longer says what the ledger does, and the command that redoes them."""
    stale = suivi.list_stale(desk.registre)
    if not stale:
        return
    acts = [a for a in suivi.list_acts(desk.registre, desk.registre.store_head()[0]) if not a.depot and a.cas]
    lines = [f"{path} : {what}" for path, what in stale]
    lines += [f"{act.nom} ({act.cas}) : à reconstruire, une fois l'état refait" for act in acts]
    say("Périmés, que « mandats publiposter actualiser » refait :")
    for line in lines[:SHOWN_FAULTS]:
        say(f"  {line}")
    if more := lines[SHOWN_FAULTS:]:
        say(f"  … et {len(more)} autres")


def _tell_touched(numero: int, acts: Iterable[Mapping[str, Any]]) -> None:
    for act in acts:
        filed = f"« {act['acte']} », déposé le {paris_moment(act['depose_le'])}"
        counted = f"(liste de {act['nombre']} au {paris_moment(act['instant'])})"
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
@option("--sortie", "Fichier à nommer dans le dossier (mandants.etat).", type=FILE)
def etat(desk: Desk, instant: str | None, sortie: Path | None) -> None:
    """Écrit le nombre, l'instant et l'empreinte de la liste, sans donnée personnelle : l'acte les imprime."""
    ledger = desk.registre
    before = gestes.read_state(sortie) if sortie and sortie.is_file() else {}
    mine = before.get("campagne") == ledger.campagne["campagne"] and before.get("tete")
    if before and not mine:
        raise Refus(f"{sortie} est l'état de la campagne « {before.get('campagne')} » : donnez un autre nom")
    value = ledger.etat(ledger.instant(instant, terminal.now()), *([mine] if mine else []))
    if sortie:
        suivi.write_state(ledger, sortie, value)
        warn(f"écrit : {sortie} ({value['nombre']} mandats), au {paris_moment(value['instant'])}")
        warn(archives.HEAD.format(value["tete"]))
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
    say(f"{acte} : déposé avec {done['nombre']} mandats au {paris_moment(done['instant'])}")
    say(archives.HEAD.format(ledger.store_head()[1].hex()))


for command in (archives.statistiques, archives.exporter, archives.purger, archives.journal):
    registre.add_command(command)
