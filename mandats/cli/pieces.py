"""The commands `pieces`: the exhibits of an act, ready to be filed. `mandats pieces CAS` is `pieces produire CAS`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from mandats import api, guidance
from mandats.cli import terminal
from mandats.cli.options import FILE, OUT, PATH, PRESENT, flag, option, with_copies
from mandats.cli.terminal import FINDINGS, Command, echo, end, plural, say, show, tell, warn, wrote
from mandats.files import write_whole
from mandats.problem import told_together


class Pieces(terminal.Group):
    usual = "produire"


@click.group(cls=Pieces, subcommand_metavar="CAS | COMMANDE ...")
def pieces() -> None:
    """Prépare les pièces d'un acte : un PDF chacune, timbré, nommé par son numéro ; le bordereau ; la liasse.

    \b
    mandats pieces mon-cas.yaml --document requete-rep
    """


@pieces.command(cls=Command)
@click.argument("cas", type=PATH)
@option("--document", "L'acte, par son nom (par défaut : le seul qui a des pièces).", "nom")
@OUT
@flag("--final", "Version à déposer : refuse toute valeur en blanc.")
@with_copies
@flag("--sans-liasse", "N'écrit pas la liasse de travail.")
@flag("--couverture", "Dit ce qui appuie chaque fait et chaque moyen, et ce qui reste seul ; n'écrit aucune pièce.")
@flag("--json", "La couverture en JSON.", "in_json")
@option("--image FICHIER.svg", "Dessine la couverture : faits, pièces, moyens, actes.", type=FILE)
def produire(
    cas: Path, nom: str | None, sortie: Path, final: bool, copies: api.Copies, sans_liasse: bool, couverture: bool,
    in_json: bool, image: Path | None,
) -> None:  # fmt: skip
    """Écrit l'acte, ses pièces timbrées et nommées par leur numéro, leur bordereau et la liasse de travail.

    \b
    mandats pieces mon-cas.yaml --document requete-rep --final
    mandats pieces mon-cas.yaml --couverture --image couverture.svg

    Les originaux ne changent pas ; rien de confidentiel n'est copié. La clé « timbre » du dossier dit le texte, la
    place et la couleur du timbre.

    Code de sortie : 0, tout est écrit ; 1, des erreurs ; 2, un fichier ne se lit ou ne s'écrit pas.
    """
    if couverture or image or in_json:
        return _cover(cas, in_json, image)
    slow = copies.oceriser and sys.stderr.isatty()  # seconds a page: what is begun is told
    done = api.produce_pieces(
        cas, Path.cwd(), sortie / cas.stem, nom, final=final, liasse=not sans_liasse, copies=copies,
        told=lambda titre: warn(f"… {titre}") if slow else None,
    )  # fmt: skip
    tell(told_together(done.problems))
    if done.dossier is None:
        end("Rien n'a été écrit.", FINDINGS)
    show("pieces", done=done, plural=plural, typed=guidance.typed(cas))


def _cover(cas: Path, in_json: bool, image: Path | None) -> None:
    found, problems = api.cover_case(cas, Path.cwd())
    if found is None:
        tell(problems)
        end("Aucun acte de ce dossier ne se lit.", FINDINGS)
    if in_json:
        from dataclasses import asdict

        return echo(terminal.as_json(asdict(found)))
    show("couverture", found=found)
    if image:
        wrote([write_whole(image, terminal.draw("couverture", found=found).encode())])


@pieces.command(cls=Command)
@click.argument("cas", type=PATH)
@option("--piece CLÉ", "Cette pièce seulement ; l'option se répète.", "only", multiple=True)
@flag("--apercu", "Montre ce qui serait masqué : chaque endroit entouré, numéroté ; n'occulte rien.")
@OUT
def occulter(cas: Path, only: tuple[str, ...], apercu: bool, sortie: Path) -> None:
    """Écrit une copie des pièces sans ce que leur « masque » fait disparaître, et la nomme dans le dossier.

    \b
    pieces:
      - cle: attestation
        fichier: 12-attestation.pdf
        masque: {mots: [Camille Exemple], zones: [{page: 2, x: 20, y: 40, largeur: 60, hauteur: 12}]}

    \b
    mandats pieces occulter mon-cas.yaml --apercu
    mandats pieces occulter mon-cas.yaml --piece attestation

    Chaque page est redessinée : ni le texte, ni les calques, ni les métadonnées de l'original n'y sont. Relisez la
    copie : les mots d'une image ne se cherchent pas. L'aperçu montre ce qui doit disparaître : ne le transmettez pas.

    Code de sortie : 0, tout est écrit ; 1, un mot n'est nulle part (aperçu) ; 2, rien n'est écrit.
    """
    try:
        if apercu:
            return _outlined(api.preview_redaction(cas, only), sortie / cas.stem / "apercu")
        made = api.redact_pieces(cas, only)
    except ValueError as error:
        end(f"{cas} : {error}", terminal.UNUSABLE)
    for cle, name, masked in made:
        say(f"{cle} : {name}, {plural(masked, 'endroit')} noirci{'s' * (masked > 1)} ; relisez-la")
    if not made:
        end(NOTHING, terminal.UNUSABLE)


NOTHING = "Rien à occulter : aucune pièce ne dit quoi (masque: mots, zones)."


def _outlined(found: Sequence[api.Apercu], folder: Path) -> None:
    if not found:
        end(NOTHING, terminal.UNUSABLE)
    for piece in found:
        say(f"{piece.cle} : {plural(len(piece.endroits), 'endroit')} à masquer")
        for number, (page, told) in enumerate(piece.endroits, 1):
            say(f"  {number}  p. {page}  {told if told == 'zone' else f'« {told} »'}")
        if piece.pdf:
            folder.mkdir(parents=True, exist_ok=True)
            wrote([write_whole(folder / f"{piece.cle}.pdf", piece.pdf, private=True)])
    lost = [(piece, mot) for piece in found for mot in piece.absents]
    for piece, mot in lost:
        warn(f"pieces[{piece.rang}].masque : « {mot} » n'est nulle part dans le texte ; d'une image, masquez la place")
    if lost:
        sys.exit(FINDINGS)


@pieces.command(cls=Command)
@click.argument("fichiers", nargs=-1, required=True, type=FILE)
@option("--par NOM", "Qui constate, et en quelle qualité.")
@option("--objet TEXTE", "Ce dont il s'agit : d'où viennent les fichiers, comment ils ont été obtenus.", default="")
@option("--sortie FICHIER.pdf", "Où écrire le constat.", type=FILE, default=Path("constat.pdf"))
@option("--horodatage URL", "Serveur d'horodatage (RFC 3161), seul interrogé : il ne reçoit qu'une empreinte.")
@option("--verifier CONSTAT.pdf", "Contrôle un constat, hors ligne, au lieu d'en écrire un.", type=FILE)
@option("--confiance DOSSIER", "Certificats racines admis pour l'horodatage (PEM ou DER).", type=PRESENT)
def constater(
    fichiers: tuple[Path, ...], par: str | None, objet: str, sortie: Path, horodatage: str | None,
    verifier: Path | None, confiance: Path | None,
) -> None:  # fmt: skip
    """Écrit une page qui dit quels fichiers étaient là, quand et devant qui, avec leurs empreintes SHA-256.

    \b
    mandats pieces constater capture.png page.html --par "Camille Exemple, secrétaire"
    mandats pieces constater capture.png --verifier constat.pdf --confiance racines/

    Code de sortie : 0, écrit ou prouvé ; 1, un fichier n'est pas celui du constat ; 2, rien n'est écrit.
    """
    try:
        if verifier:
            return _told(api.verify_certificate(verifier, fichiers, confiance))
        if not par:
            raise click.UsageError("dites qui constate (--par)")
        if sortie.exists():
            raise click.UsageError(f"{sortie} existe déjà : choisissez un autre nom (--sortie)")
        made = api.certify_files(fichiers, par, objet, terminal.now(), horodatage or "")
    except ValueError as error:
        end(str(error), terminal.UNUSABLE)
    wrote([write_whole(sortie, made)])


def _told(verdict: api.Verdict) -> None:
    if verdict.instant:
        trust = {True: "autorité admise", False: "AUTORITÉ NON ADMISE", None: "autorité non contrôlée (--confiance)"}
        whole = "intact" if verdict.intact else "MODIFIÉ DEPUIS"
        say(f"horodaté le {verdict.instant} : {whole}, {trust[verdict.fiable]}")
    else:
        say("sans horodatage : la date est celle que dit le constat")
    for name, proved in verdict.fichiers.items():
        say(f"{name} : {'celui du constat' if proved else 'AUTRE que celui du constat'}")
    if not (verdict.intact and verdict.fiable is not False and all(verdict.fichiers.values())):
        sys.exit(FINDINGS)
