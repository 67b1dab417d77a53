"""The commands `registre`: the ledger of mandates. Printing, prompting, exit codes; no value of a person is printed.

Numbers and codes name people here; a value to correct or an address to look for is typed at a prompt, never on the command
line, which shells remember.
"""

from __future__ import annotations

import datetime as dt
import functools
import getpass
import json
import os
import re
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mandats.preuves import PREUVES

if TYPE_CHECKING:
    from mandats.registre.ledger import Registre
    from mandats.registre.lignes import Rules

FINDINGS, UNUSABLE = 1, 2
SHOWN_FAULTS = 60
FILE = click.Path(path_type=Path, dir_okay=False)
NUMERO = click.argument("numeros", nargs=-1, required=True, metavar="NUMÉRO|CODE...")


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def ledger_options(function: Callable) -> Callable:
    """`--registre`, `--cle` and `--par`; a refusal, or a failure, becomes one line and exit code 2."""

    @click.option(
        "--registre",
        "lieu",
        envvar="MANDATS_REGISTRE",
        required=True,
        metavar="LIEU",
        help="Fichier du registre, ou adresse postgresql:// (ou $MANDATS_REGISTRE).",
    )
    @click.option(
        "--cle",
        envvar="MANDATS_CLE",
        required=True,
        type=FILE,
        metavar="FICHIER",
        help="Fichier de la clé (ou $MANDATS_CLE).",
    )
    @click.option(
        "--par",
        "acteur",
        envvar="MANDATS_PAR",
        metavar="NOM",
        help="Qui agit, inscrit au journal (par défaut : votre compte ; ou $MANDATS_PAR).",
    )
    @functools.wraps(function)
    def run(*args: Any, acteur: str | None, **kwargs: Any) -> None:
        from mandats.registre import Refus

        try:
            function(*args, acteur=acteur or _account(), **kwargs)
        except Refus as error:
            click.echo(str(error), err=True)
            sys.exit(UNUSABLE)
        except (
            click.ClickException,
            click.exceptions.Exit,
            click.Abort,
            SystemExit,
            KeyboardInterrupt,
            BrokenPipeError,
        ):
            raise
        except OSError as error:
            click.echo(
                f"lecture ou écriture impossible ({os.strerror(error.errno) if error.errno else type(error).__name__})",
                err=True,
            )
            sys.exit(UNUSABLE)
        except BaseException as error:  # a Rust library's panic is no Exception
            click.echo(crash_line(error), err=True)
            sys.exit(UNUSABLE)

    return run


def crash_line(error: BaseException) -> str:
    """Where an unforeseen error arose, and its kind. Its message may hold a person's data: it is never printed, nor a traceback."""
    told = "".join(traceback.format_tb(error.__traceback__)) + str(
        error.__cause__ or ""
    )  # a worker's own trace is the cause
    places = re.findall(r'File "[^"]*?(mandats/[^"]+\.py)", line (\d+)', told)
    where = f", {places[-1][0]}:{places[-1][1]}" if places else ""
    return f"défaut du programme ({type(error).__name__}{where}) : signalez cette ligne, et elle seule [defaut]"


def _account() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "inconnu"


def _phrase(cle: Path) -> str | None:
    from mandats.registre.secret import needs_phrase

    if not needs_phrase(cle):
        return None
    return os.environ.get("MANDATS_PHRASE") or click.prompt("Phrase secrète", hide_input=True, err=True)


def _open(lieu: str, cle: Path) -> Registre:
    from mandats.registre.ledger import ouvrir

    return ouvrir(lieu, cle, _phrase(cle))


def _instant(value: str | None) -> str | None:
    from mandats.registre import Refus
    from mandats.registre.journal import read_instant, write_instant

    if value is None:
        return None
    instant = read_instant(value)
    if instant > write_instant(now()):
        raise Refus("l'instant est à venir : la liste peut encore changer d'ici là")
    return instant


def _rules(registre: Registre, mapping: Path | None = None, preuve: str | None = None) -> Rules:
    from mandats.load.paths import read_text
    from mandats.load.yaml_places import read_yaml
    from mandats.problem import UnusableInput
    from mandats.registre import Refus
    from mandats.registre.colonnes import Correspondance, read_mapping
    from mandats.registre.lignes import Rules

    said = Correspondance()
    if mapping:
        try:
            said = read_mapping(read_yaml(read_text(mapping, str(mapping)), str(mapping)).data)
        except UnusableInput as error:
            raise Refus(str(error)) from None
    return Rules(now(), said, registre.campagne["age_minimum"], registre.campagne["texte"], preuve or PREUVES[0])


def _write(path: Path, value: Any) -> None:
    from mandats.registre.secret import write_private

    write_private(path, (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode())
    click.echo(f"écrit : {path}", err=True)


def _tell_touched(numero: int, acts: list[dict[str, Any]]) -> None:
    for act in acts:
        click.echo(
            f"n° {numero} figurait dans « {act['acte']} », déposé le {act['depose_le'][:10]} (liste de {act['nombre']} au {act['instant'][:19]}Z) : à signaler au destinataire"
        )


@click.group(subcommand_metavar="COMMANDE ...")
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
@click.option(
    "--texte", required=True, type=FILE, help="Le texte exact du mandat : son empreinte est inscrite au registre."
)
@click.option("--conservation", required=True, metavar="AAAA-MM-JJ", help="Dernier jour de conservation des données.")
@click.option(
    "--age",
    "age",
    type=click.Choice(["15", "18"]),
    default="18",
    show_default=True,
    help="Âge minimum ; à 15, l'accord du représentant légal est exigé avant 18 ans.",
)
@click.option("--sans-phrase", is_flag=True, help="Clé sans phrase secrète : le fichier de clé suffit à tout lire.")
@ledger_options
def creer(
    lieu: str, cle: Path, acteur: str, campagne: str, texte: Path, conservation: str, age: str, sans_phrase: bool
) -> None:
    """Crée un registre vide et sa clé. Sans la clé, rien ne se relit : gardez-en une copie ailleurs."""
    from mandats.registre import Refus
    from mandats.registre.ledger import create_ledger
    from mandats.registre.secret import make_key, read_key, sha256_file

    try:
        dt.date.fromisoformat(conservation)
    except ValueError:
        raise Refus("conservation : AAAA-MM-JJ attendu") from None
    digest = sha256_file(texte)
    if cle.exists():
        key = read_key(cle, _phrase(cle))
    else:
        phrase = None
        if not sans_phrase:
            phrase = os.environ.get("MANDATS_PHRASE") or click.prompt(
                "Phrase secrète (six mots ou plus)", hide_input=True, confirmation_prompt="Encore", err=True
            )
        key = make_key(cle, phrase)
        click.echo(f"clé écrite : {cle}", err=True)
    create_ledger(
        lieu,
        key,
        {"campagne": campagne, "texte": digest, "conservation": conservation, "age_minimum": int(age)},
        acteur,
        now(),
    )
    click.echo(f"registre créé : campagne {campagne}, texte {digest[:12]}…")


@registre.command()
@click.argument("fichier", type=FILE)
@click.option("--apercu", is_flag=True, help="Montre les colonnes reconnues et cinq lignes masquées ; n'écrit rien.")
@click.option(
    "--colonnes", type=FILE, metavar="YAML", help="Correspondance des colonnes, constantes, ordre des dates, fuseau."
)
@click.option("--encodage", help="Encodage, s'il est mal deviné (cp1252, utf-8…).")
@click.option("--preuve", type=click.Choice(PREUVES), help="Ce qui prouve ces mandats, sans colonne qui le dise.")
@ledger_options
def importer(
    lieu: str,
    cle: Path,
    acteur: str,
    fichier: Path,
    apercu: bool,
    colonnes: Path | None,
    encodage: str | None,
    preuve: str | None,
) -> None:
    """Inscrit les réponses d'un formulaire (CSV, XLSX, ODS) ; le même fichier deux fois ne change rien.

    Les lignes fautives vont dans rejets-<fichier>.csv, à côté : corrigez-les, puis importez ce fichier.

    Code de sortie : 0, tout est entré ou connu ; 1, des lignes sont rejetées ou attendent une décision ; 2, fichier illisible.
    """
    from mandats.registre.importation import import_file, preview

    if any((folder / ".git").exists() for folder in fichier.resolve().parents):
        click.echo(f"{fichier} est dans un dépôt de code, qui garde son historique : sortez-le de là", err=True)
    ledger = _open(lieu, cle)
    rules = _rules(ledger, colonnes, preuve)
    if apercu:
        columns, rows = preview(fichier, rules, encodage)
        click.echo(f"titres à la ligne {columns.line}")
        for name, i in sorted(columns.place.items(), key=lambda c: c[1]):
            click.echo(f"  colonne {i + 1:>2} → {name}")
        ignored = [str(i + 1) for i in range(len(columns.header)) if i not in columns.place.values()]
        click.echo(f"  ignorées : {', '.join(ignored) or 'aucune'}")
        for line, cells, faults in rows:
            click.echo(f"ligne {line} : " + " | ".join(cells.values()))
            for fault in faults:
                click.echo(f"    {fault.colonne} : {fault.phrase}")
        return
    bar = sys.stderr.isatty()
    done = import_file(
        ledger,
        fichier,
        rules,
        acteur,
        encodage,
        lambda n: click.echo(f"\r{n} lignes", nl=False, err=True) if bar else None,
    )
    if bar:
        click.echo("", err=True)
    for line, fault in done.fautes[:SHOWN_FAULTS]:
        click.echo(f"{fichier}:{line} · {fault.colonne} : {fault.phrase} [{fault.genre}]", err=True)
    click.echo(
        f"{done.lignes} lignes : {done.entrees} entrées, {done.connues} déjà connues, {done.attente} à trancher, {done.rejets} rejetées"
    )
    if done.rejets:
        click.echo(
            f"  rejets : {', '.join(f'{g} {n}' for g, n in sorted(done.genres.items()))}\n  à corriger dans : {done.fichier_rejets}"
        )
    if done.attente:
        click.echo("  doublons probables : mandats registre doublons")
    if done.homonymes:
        click.echo(f"  {done.homonymes} homonymes comptés : mandats registre doublons --homonymes")
    sys.exit(FINDINGS if done.rejets or done.attente else 0)


@registre.command()
@click.option("--homonymes", is_flag=True, help="Liste aussi les homonymes, qui sont comptés.")
@ledger_options
def doublons(lieu: str, cle: Path, acteur: str, homonymes: bool) -> None:
    """Liste, par numéros, ce qui attend une décision. Comparez : « exporter » montre une personne."""
    from mandats.registre.importation import doubtful, homonyms

    ledger = _open(lieu, cle)
    for numero, near, why in doubtful(ledger):
        click.echo(f"n° {numero} ressemble à {', '.join(f'n° {n}' for n in near)} ({', '.join(why)})")
    for numero, near in homonyms(ledger) if homonymes else ():
        click.echo(f"n° {numero} est homonyme de n° {near}")


@registre.command()
@click.argument("sens", type=click.Choice(["distinct", "doublon"]))
@NUMERO
@ledger_options
def trancher(lieu: str, cle: Path, acteur: str, sens: str, numeros: tuple[str, ...]) -> None:
    """Décide d'un doublon probable : distinct, il compte ; doublon, il ne comptera jamais."""
    from mandats.registre.gestes import decide

    ledger = _open(lieu, cle)
    for text in numeros:
        numero = ledger.numero_of(text)
        decide(ledger, numero, sens, acteur, now())
        click.echo(f"n° {numero} : {sens}")


@registre.command()
@NUMERO
@click.option("--recu-le", metavar="AAAA-MM-JJ", help="Jour de réception de la révocation.")
@click.option("--refus", is_flag=True, help="L'association refuse le mandat, au lieu que la personne le retire.")
@ledger_options
def retirer(lieu: str, cle: Path, acteur: str, numeros: tuple[str, ...], recu_le: str | None, refus: bool) -> None:
    """Retire des mandats (article 2004 du code civil), et dit quels actes déposés sont touchés."""
    from mandats.registre.gestes import withdraw

    ledger = _open(lieu, cle)
    for text in numeros:
        numero = ledger.numero_of(text)
        touched = withdraw(ledger, numero, recu_le, acteur, now(), refus)
        click.echo(
            f"n° {numero} : {'refusé' if refus else 'retiré'}"
            + ("" if touched else " ; aucun acte déposé ne le comptait")
        )
        _tell_touched(numero, touched)


@registre.command()
@click.argument("numero", metavar="NUMÉRO|CODE")
@click.argument("champs", nargs=-1, required=True)
@ledger_options
def corriger(lieu: str, cle: Path, acteur: str, numero: str, champs: tuple[str, ...]) -> None:
    """Corrige une personne (article 16 du RGPD) : nommez les champs, les valeurs sont demandées ensuite.

    \b
    mandats registre corriger 123 courriel commune
    """
    from mandats.problem import suggest
    from mandats.registre.gestes import correct
    from mandats.registre.personne import PERSON

    for name in champs:
        if name not in PERSON:
            raise click.UsageError(
                f"champ inconnu « {name} »{suggest(name, PERSON) or f' (possibles : {chr(44).join(PERSON)})'}"
            )
    ledger = _open(lieu, cle)
    number = ledger.numero_of(numero)
    changes = {name: click.prompt(name, default="", show_default=False, err=True) for name in champs}
    faults, touched = correct(ledger, number, changes, _rules(ledger), acteur)
    for fault in faults:
        click.echo(f"n° {number} · {fault.colonne} : {fault.phrase} [{fault.genre}]", err=True)
    if faults:
        sys.exit(FINDINGS)
    click.echo(f"n° {number} : corrigé ({', '.join(champs)})")
    _tell_touched(number, touched)
