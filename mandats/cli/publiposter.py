"""The commands `publiposter`: the forms for everyone, the blank ones, the annex.

No value of the ledger is printed: a row is named by its number, its column, and the reason.
"""

import os
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from mandats.cli import terminal
from mandats.cli.options import CERTIFICAT, FILE, FOLDER, FORMATS, OUT, PATH, PRESENT, Desk, ReadingCommand, option
from mandats.cli.terminal import FINDINGS, OK, STOPPED, Group, PrivateCommand, end, later, say, show, tell, warn, wrote
from mandats.files import write_set
from mandats.render.typography import paris_moment

with later():
    from mandats.publiposter import job, orders, suivi

SHOWN = 20
REDO = "« mandats publiposter actualiser » refait état, annexe et formulaires"
CAS = click.argument("cas", type=PATH)
DOCUMENT = option("--document NOM", "Document du dossier (par défaut : son premier mandat).")
POLICES = option("--polices", "Dossier de polices à ajouter (écritures rares, émojis).", multiple=True, type=PRESENT)
INSTANT = "Mandats valides à cet instant (par défaut : celui de l'état que le dossier emploie, sinon le dernier)."
AU = option("--au INSTANT", INSTANT)
VOLUME = "N mandats par volume (PDF à imprimer, ZIP de DOCX), au lieu d'un fichier chacun."
GRAPPE = "Machines qui impriment au lieu de celle-ci (mandats grappe) ; « locale » : une grappe d'ici."
PARTAGE = "Dossier de --sortie, tel que les machines le voient (file://, sftp://) : les fichiers y vont droit."
SCELLEE = (
    "Chiffre la liste pour cette clé publique (age1…) de l'autorité ; l'acte n'en porte que le nombre et l'empreinte."
)


@click.group(cls=Group, subcommand_metavar="COMMANDE ...")
def publiposter() -> None:
    """Produit les mandats de tous les mandants du registre, les formulaires vierges, l'annexe pour l'autorité.

    \b
    export MANDATS_REGISTRE=~/campagne/mandats.registre MANDATS_CLE=~/campagne/mandats.cle
    mandats publiposter vierge cases/gafam.yaml
    mandats publiposter produire cases/gafam.yaml --sortie ~/campagne/mandats
    mandats publiposter annexe cases/gafam.yaml --sortie ~/campagne/annexe.pdf
    """


@publiposter.command(cls=ReadingCommand)
@CAS
@option("--sortie", "Dossier où écrire, hors du dépôt.", required=True, type=FOLDER)
@DOCUMENT
@option("--role RÔLE", "Pour une lettre : le rôle que tient chaque mandant.")
@FORMATS
@option("--volume N", VOLUME, type=click.IntRange(0, 500))
@option("--processus", "Nombre de processus (par défaut : un par cœur).", type=click.IntRange(1, 64))
@AU
@POLICES
@option("--index-pour CLÉ", "Clé publique (age1…) qui lira aussi l'index ; l'option se répète.", "cles", multiple=True)
@option("--grappe ADRESSE", GRAPPE, default="", show_default=False)
@CERTIFICAT
@option("--partage URL", PARTAGE, default="", show_default=False)
def produire(
    desk: Desk, cas: Path, sortie: Path, document: str | None, role: str | None, formats: tuple[str, ...],
    volume: int | None, processus: int | None, au: str | None, polices: tuple[Path, ...], cles: tuple[str, ...],
    grappe: str, certificat: Path | None, partage: str,
) -> None:  # fmt: skip
    """Remplit le mandat, ou une lettre, pour chaque mandant.

    \b
    mandats publiposter produire cases/gafam.yaml --sortie ~/campagne/mandats
    mandats publiposter produire cases/gafam.yaml --sortie ~/campagne/volumes --format pdf --volume 500
    mandats publiposter produire cases/gafam.yaml --sortie ~/campagne/acces --document acces --role demandeur

    Interrompue, même brutalement, la même commande reprend où elle en était. Les noms de fichiers ne
    portent qu'un numéro ; l'index chiffré dit à qui est chacun.

    Code de sortie : 0, tous les mandats sont produits ; 1, certains ne peuvent l'être ; 2, rien n'est possible.
    """
    registre = desk.registre
    count = processus or os.cpu_count() or 1
    order = job.Order(sortie, formats or ("docx", "pdf"), volume or 0, count, polices)
    order = replace(order, grappe=grappe, certificat=certificat, partage=partage)
    try:
        with ExitStack() as shown:
            made = orders.mail_merge(registre, cas, Path.cwd(), order, document, role, au, cles, _progress(shown))
    except KeyboardInterrupt:
        end("Interrompu : aucun fichier n'est à demi écrit. La même commande reprendra.", STOPPED)
    tell(made.problems)
    if made.outcome is None:
        end("Rien n'a été écrit.", FINDINGS)
    stale = [path for path, _ in suivi.list_stale(registre) if path.parent == sortie.resolve()]
    if made.outcome.deja and stale:
        say(f"{sortie} : complet pour l'état que le dossier emploie, et périmé.")
    else:
        _report(made.outcome, sortie, made.nombre)
    if made.ailleurs:
        say(f"{made.ailleurs} mandats sont donnés sur un autre texte : --document désigne le formulaire qui l'imprime.")
    if stale:
        numbers = ", ".join(dict.fromkeys(f"n° {int(p.stem.rpartition('-')[2])}" for p in stale[:SHOWN]))
        warn(f"Le registre a changé depuis l'état du dossier : {numbers}{' …' * (len(stale) > SHOWN)}. {REDO}")
    sys.exit(FINDINGS if made.outcome.erreurs else OK)


def _report(made: job.Outcome, sortie: Path, nombre: int) -> None:
    show("publipostage", made=made, sortie=sortie, nombre=nombre)
    if made.deja or not made.erreurs:
        return
    lines = (sortie / "erreurs.csv").read_text("utf-8-sig").splitlines()[1:]
    for line in lines[:SHOWN]:
        number, column, why = line.split(";", 2)
        warn(f"mandat n° {number}{f', colonne « {column} »' if column else ''} : {why}")
    if len(lines) > SHOWN:
        warn(f"… et {len(lines) - SHOWN} autres : {sortie / 'erreurs.csv'}")


def _progress(shown: ExitStack) -> Callable[[int, int, int], None]:
    """Told what was done: on a terminal, a bar with count, rate, time left; elsewhere, silence."""
    bar: Any = None

    def rate(_: Any) -> str:
        return f"{bar.pos / max(1e-3, time.time() - bar.start):.0f} par seconde" if bar else ""

    def told(done: int, resumed: int, total: int) -> None:
        nonlocal bar
        if not sys.stderr.isatty():
            return
        if bar is None:
            label = f"Reprise à {resumed}" if resumed else "Mandats"
            look: dict[str, Any] = {"show_pos": True, "show_eta": True, "item_show_func": rate, "file": sys.stderr}
            bar = shown.enter_context(click.progressbar(length=max(1, total - resumed), label=label, **look))
        bar.update(done)

    return told


@publiposter.command(cls=PrivateCommand)
@CAS
@OUT
@DOCUMENT
def vierge(cas: Path, sortie: Path, document: str | None) -> None:
    """Écrit le mandat vierge : DOCX et PDF à imprimer, PDF à remplir à l'écran.

    \b
    mandats publiposter vierge cases/gafam.yaml
    """
    forms, problems = orders.blank_forms(cas, Path.cwd(), document)
    tell(problems)
    if not forms:
        end("Rien n'a été écrit.", FINDINGS)
    wrote(write_set(sortie / cas.stem, forms))  # two campaigns never write the same file


@publiposter.command(cls=ReadingCommand)
@CAS
@option("--sortie", "Fichier PDF à écrire, hors du dépôt.", required=True, type=FILE)
@option("--titre", "Titre de l'annexe.", default="Annexe – état des mandants")
@option("--colonnes", "Colonnes, séparées par des virgules (par défaut : numero,nom,prenom,commune,date,preuve).")
@option("--scellee CLÉ", SCELLEE, "cles", multiple=True)
@AU
@POLICES
def annexe(
    desk: Desk, cas: Path, sortie: Path, titre: str, colonnes: str | None, cles: tuple[str, ...], au: str | None,
    polices: tuple[Path, ...],
) -> None:  # fmt: skip
    """Écrit la liste des mandants pour l'autorité, avec son empreinte ; ou la scelle.

    \b
    mandats publiposter annexe cases/gafam.yaml --sortie ~/campagne/annexe.pdf
    mandats publiposter annexe cases/gafam.yaml --sortie ~/campagne/annexe.pdf --scellee age1…
    """
    registre = desk.registre
    chosen = tuple(c.strip() for c in colonnes.split(",")) if colonnes else ()
    made = orders.write_annex(registre, cas, sortie, titre, chosen, cles, au, polices)
    tell(made.problems)
    if not made.files:
        sys.exit(FINDINGS)
    wrote(made.files)
    say(f"{made.etat['nombre']} mandats au {paris_moment(made.etat['instant'])}, empreinte {made.etat['empreinte']}")


@publiposter.command(cls=ReadingCommand)
@option("--au INSTANT", "L'instant de tout ce qui est refait (par défaut : maintenant, si la liste a changé).")
@option("--processus", "Nombre de processus (par défaut : un par cœur).", type=click.IntRange(1, 64))
@option("--grappe ADRESSE", GRAPPE, default="", show_default=False)
@CERTIFICAT
def actualiser(desk: Desk, au: str | None, processus: int | None, grappe: str, certificat: Path | None) -> None:
    """Refait ce qui dépend du registre et ne dit plus ce qu'il dit : état, annexe, formulaires, au même instant.

    \b
    mandats registre retirer 8
    mandats publiposter actualiser

    Seuls les formulaires touchés sont refaits ; ceux de qui s'est retiré sont supprimés. Ce qui est déposé reste tel
    qu'il est parti : les actes qui comptaient ces personnes sont nommés, à vous de les signaler.

    Les fichiers sont ceux que « etat --sortie », « produire » et « annexe » ont notés, près de la clé.
    """
    with ExitStack() as shown:
        count = processus or os.cpu_count() or 1
        how = {"grappe": grappe, "certificat": certificat}
        done = suivi.refresh(desk.registre, terminal.now(), Path.cwd(), au, count, _progress(shown), **how)
    tell(done.problems)
    say(f"{done.nombre} mandats au {paris_moment(done.instant)}")
    wrote(done.chemins)
    for folder, outcome in done.formulaires:
        _report(outcome, folder, done.nombre)
    for act in done.actes:
        name = f"{act.nom}{f' ({act.cas})' if act.cas else ''}"
        if not act.le:
            say(f"à reconstruire : {name}" if done.chemins else f"à jour avec son état : {name}")
        elif act.numeros:
            numbers = ", ".join(f"n° {n}" for n in act.numeros[:SHOWN])
            kept = f", copie {act.depot}" if act.depot else ""
            say(f"déposé le {act.le}, inchangé{kept} : {name} comptait {numbers} ; à signaler au destinataire")
    wrong = any(p.gravite == "erreur" for p in done.problems) or any(made.erreurs for _, made in done.formulaires)
    sys.exit(FINDINGS if wrong else OK)


@publiposter.command(cls=ReadingCommand)
@click.argument("dossier", type=PRESENT)
@option("--sortie", "Fichier CSV à écrire, hors du dépôt ; à effacer après usage.", required=True, type=FILE)
def index(desk: Desk, dossier: Path, sortie: Path) -> None:
    """Déchiffre l'index d'un publipostage : à qui est chaque fichier.

    \b
    mandats publiposter index ~/campagne/mandats --sortie ~/campagne/index.csv
    """
    say(f"écrit : {orders.open_index(desk.registre, dossier, sortie)}, en clair : effacez-le après usage")
