"""The commands `publiposter`: the forms for everyone, the blank ones, the annex. Printing, progress and exit codes only.

No value of the ledger is printed: a row is named by its number, its column, and the reason.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from mandats.model import EtatMandants
    from mandats.problem import Problem
    from mandats.publiposter.job import Outcome
    from mandats.registre.ledger import Registre

OK, FINDINGS, UNUSABLE, STOPPED = 0, 1, 2, 130
SHOWN = 20
INDEX = "index.csv.age"
CAS = click.argument("cas", type=click.Path(path_type=Path))
DOCUMENT = click.option("--document", metavar="NOM", help="Document du dossier (par défaut : son premier mandat).")
POLICES = click.option(
    "--polices",
    multiple=True,
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Dossier de polices à ajouter (écritures rares, émojis).",
)
AU = click.option(
    "--au",
    metavar="INSTANT",
    help="Mandats valides à cet instant (par défaut : celui de l'état que le dossier emploie, sinon le dernier).",
)


def ledger_options(function: Callable) -> Callable:
    """`--registre` and `--cle`, as for `registre`; what is refused becomes a line and an exit code."""

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
        type=click.Path(path_type=Path, dir_okay=False),
        help="Fichier de la clé (ou $MANDATS_CLE).",
    )
    @functools.wraps(function)
    def run(lieu: str, cle: Path, **kwargs: Any) -> None:
        function(registre=_open(lieu, cle), **kwargs)

    return told(run)


def told(function: Callable) -> Callable:
    """Problems and broken engines as lines; never a traceback that might hold a row."""

    @functools.wraps(function)
    def run(**kwargs: Any) -> None:
        from mandats.cli_registre import crash_line
        from mandats.problem import UnusableInput
        from mandats.registre import Refus
        from mandats.write.pandoc import EngineError

        try:
            function(**kwargs)
        except UnusableInput as error:
            _fail(str(error))
        except EngineError as error:
            _fail(f"le programme de mise en page a échoué ({error})", FINDINGS)
        except (
            click.ClickException,
            click.exceptions.Exit,
            click.Abort,
            SystemExit,
            KeyboardInterrupt,
            BrokenPipeError,
        ):
            raise
        except Refus as error:
            _fail(str(error))
        except OSError as error:
            _fail(
                f"lecture ou écriture impossible ({os.strerror(error.errno) if error.errno else type(error).__name__})"
            )
        except BaseException as error:  # a Rust library's panic is no Exception
            _fail(crash_line(error))

    return run


def _fail(message: str, code: int = UNUSABLE) -> None:
    click.echo(message, err=True)
    sys.exit(code)


def _open(lieu: str, cle: Path) -> Registre:
    from mandats.registre.ledger import ouvrir
    from mandats.registre.secret import needs_phrase

    phrase = None
    if needs_phrase(cle):
        phrase = os.environ.get("MANDATS_PHRASE") or click.prompt("Phrase secrète", hide_input=True, err=True)
    return ouvrir(lieu, cle, phrase)


def _instant(au: str | None) -> str | None:
    from mandats.registre.journal import read_instant

    return read_instant(au) if au else None


def _announced(cas: Path) -> tuple[EtatMandants, ...]:
    from mandats.load.case import load_case
    from mandats.load.mandants import states_of

    loaded, _ = load_case(cas)
    return states_of(loaded.case) if loaded else ()


def _state(registre: Registre, cas: Path, instant: str | None, announced: Sequence[EtatMandants]) -> dict[str, Any]:
    """The ledger's state that the case's acts print, unless another instant is asked: acts, annex and forms count alike."""
    from mandats.problem import Place, Problem, UnusableInput

    def wrong(message: str) -> UnusableInput:
        return UnusableInput(Problem("mandants-discordants", Place(str(cas)), "mandants.etat", message))

    if instant is None and len(announced) > 1:
        raise wrong("les actes du dossier comptent à plusieurs instants : dites lequel par --au")
    state = registre.etat(instant or (announced[0].instant if announced else None))
    if not state["nombre"]:
        raise wrong("aucun mandat valide à cet instant : il n'y a rien à produire")
    for said in announced:
        if said.instant == state["instant"] and (said.nombre, said.empreinte) != (state["nombre"], state["empreinte"]):
            raise wrong(
                "le registre ne donne pas cette liste à cet instant : ce n'est pas le même registre, ou l'état a été modifié"
            )
    return state


def _prepared(cas: Path, document: str | None, role: str | None = None):
    from mandats.publiposter.prepare import prepare

    prepared, problems = prepare(cas, Path.cwd(), document, role)
    _tell(problems)
    if prepared is None:
        click.echo("Rien n'a été écrit.", err=True)
        sys.exit(FINDINGS)
    return prepared


def _tell(problems: Sequence[Problem]) -> None:
    for problem in problems:
        click.echo(str(problem), err=True)


@click.group(subcommand_metavar="COMMANDE ...")
def publiposter() -> None:
    """Produit les mandats de tous les mandants du registre, les formulaires vierges, l'annexe pour l'autorité.

    \b
    export MANDATS_REGISTRE=~/campagne/mandats.registre MANDATS_CLE=~/campagne/mandats.cle
    mandats publiposter vierge cases/gafam.yaml
    mandats publiposter produire cases/gafam.yaml --sortie ~/campagne/mandats
    mandats publiposter annexe cases/gafam.yaml --sortie ~/campagne/annexe.pdf
    """


@publiposter.command()
@CAS
@click.option(
    "--sortie",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Dossier où écrire, hors du dépôt.",
)
@DOCUMENT
@click.option("--role", metavar="RÔLE", help="Pour une lettre : le rôle que tient chaque mandant.")
@click.option(
    "--format",
    "formats",
    type=click.Choice(["docx", "pdf"]),
    multiple=True,
    help="Un seul format (par défaut : les deux).",
)
@click.option(
    "--volume",
    type=click.IntRange(0, 500),
    default=0,
    metavar="N",
    help="N mandats par volume (PDF à imprimer, ZIP de DOCX), au lieu d'un fichier chacun.",
)
@click.option("--processus", type=click.IntRange(1, 64), help="Nombre de processus (par défaut : un par cœur).")
@AU
@POLICES
@click.option(
    "--index-pour",
    "cles",
    multiple=True,
    metavar="CLÉ",
    help="Clé publique (age1…) qui lira aussi l'index ; l'option se répète.",
)
@ledger_options
def produire(registre: Registre, cas: Path, sortie: Path, document: str | None, role: str | None, formats: tuple[str, ...], volume: int,
             processus: int | None, au: str | None, polices: tuple[Path, ...], cles: tuple[str, ...]) -> None:  # fmt: skip
    """Remplit le mandat, ou une lettre, pour chaque mandant.

    \b
    mandats publiposter produire cases/gafam.yaml --sortie ~/campagne/mandats
    mandats publiposter produire cases/gafam.yaml --sortie ~/campagne/volumes --format pdf --volume 500
    mandats publiposter produire cases/gafam.yaml --sortie ~/campagne/acces --document acces --role demandeur

    Interrompue, même brutalement, la même commande reprend où elle en était. Les noms de fichiers ne portent qu'un numéro ;
    l'index chiffré dit à qui est chacun.

    Code de sortie : 0, tous les mandats sont produits ; 1, certains ne peuvent l'être ; 2, rien n'est possible.
    """
    from mandats.publiposter.annex import index_csv
    from mandats.publiposter.dossier import MANIFEST
    from mandats.publiposter.encrypt import recipients, write_encrypted
    from mandats.publiposter.job import Order, run

    recipients(cles)  # a bad key is told before the work, not after
    prepared = _prepared(cas, document, role)
    state = _state(registre, cas, _instant(au) or _earlier(sortie / MANIFEST), _announced(cas))
    identity = {k: state[k] for k in ("instant", "nombre", "empreinte")}
    order = Order(
        sortie, formats or ("docx", "pdf"), volume, processus or os.cpu_count() or 1, polices, prepared.prefixe
    )
    bar = _Bar(state["nombre"])
    try:
        made = run(prepared, registre.mandants(state["instant"]), identity, order, bar)
    except KeyboardInterrupt:
        bar.close()
        _fail("Interrompu : aucun fichier n'est à demi écrit. La même commande reprendra.", STOPPED)
    bar.close()
    sealed = sortie / INDEX
    if not (made.deja and sealed.is_file()):
        keys = list(dict.fromkeys([registre.key.destinataire, *cles]))
        write_encrypted(sealed, index_csv(registre.mandants(state["instant"]), prepared.prefixe), keys)
    _report(made, sortie, state)


def _earlier(manifest: Path) -> str | None:
    """The instant of the run that the folder holds: to resume is to print the same list."""
    try:
        return json.loads(manifest.read_text("utf-8"))["instant"]
    except (OSError, ValueError, KeyError):
        return None


def _report(made: Outcome, sortie: Path, state: dict[str, Any]) -> None:
    if made.deja:
        click.echo(f"{sortie} : déjà complet ({made.fichiers} fichiers), rien à faire.")
        sys.exit(OK)
    click.echo(
        f"écrit : {sortie} ({made.formulaires} mandats sur {state['nombre']}, {made.fichiers} fichiers{f', dont {made.repris} mandats déjà faits' if made.repris else ''})"
    )
    if not made.erreurs:
        return
    lines = (sortie / "erreurs.csv").read_text("utf-8-sig").splitlines()[1:]
    for line in lines[:SHOWN]:
        number, column, why = line.split(";", 2)
        click.echo(f"mandat n° {number}{f', colonne « {column} »' if column else ''} : {why}", err=True)
    if len(lines) > SHOWN:
        click.echo(f"… et {len(lines) - SHOWN} autres : {sortie / 'erreurs.csv'}", err=True)
    sys.exit(FINDINGS)


class _Bar:
    """Progress on a terminal: count, rate, time left. Elsewhere, silence."""

    def __init__(self, total: int):
        self.total, self.bar, self.done, self.start = total, None, 0, time.monotonic()

    def __call__(self, done: int, resumed: int) -> None:
        if not sys.stderr.isatty():
            return
        if self.bar is None:
            label = f"Reprise à {resumed}" if resumed else "Mandats"
            self.bar = click.progressbar(
                length=max(1, self.total - resumed), label=label, show_pos=True, show_eta=True, file=sys.stderr,
                item_show_func=lambda _: f"{self.done / max(1e-3, time.monotonic() - self.start):.0f} par seconde",
            )  # fmt: skip
            self.bar.__enter__()
            self.start = time.monotonic()
        self.done += done
        self.bar.update(done)

    def close(self) -> None:
        if self.bar is not None:
            self.bar.__exit__(None, None, None)


@publiposter.command()
@CAS
@click.option(
    "--sortie",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("sortie"),
    show_default=True,
    help="Dossier où écrire.",
)
@DOCUMENT
@told
def vierge(cas: Path, sortie: Path, document: str | None) -> None:
    """Écrit le mandat vierge : DOCX et PDF à imprimer, PDF à remplir à l'écran.

    \b
    mandats publiposter vierge cases/gafam.yaml
    """
    from mandats.build import write_files
    from mandats.formulaire.printer import Printer

    prepared = _prepared(cas, document)
    printer = Printer(prepared)
    docx, pdf = printer.blank()
    contents = {
        f"{prepared.prefixe}-vierge.docx": docx,
        f"{prepared.prefixe}-vierge.pdf": pdf,
        f"{prepared.prefixe}-a-remplir.pdf": printer.fillable(),
    }
    for path in write_files(sortie, contents):
        click.echo(f"écrit : {path} ({max(1, path.stat().st_size // 1024)} Ko)")


@publiposter.command()
@CAS
@click.option(
    "--sortie",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="Fichier PDF à écrire, hors du dépôt.",
)
@click.option("--titre", default="Annexe – état des mandants", show_default=True, help="Titre de l'annexe.")
@click.option(
    "--colonnes", help="Colonnes, séparées par des virgules (par défaut : numero,nom,prenom,commune,date,preuve)."
)
@click.option(
    "--scellee",
    "cles",
    multiple=True,
    metavar="CLÉ",
    help="Chiffre la liste pour cette clé publique (age1…) de l'autorité ; l'acte n'en porte que le nombre et l'empreinte.",
)
@AU
@POLICES
@ledger_options
def annexe(
    registre: Registre,
    cas: Path,
    sortie: Path,
    titre: str,
    colonnes: str | None,
    cles: tuple[str, ...],
    au: str | None,
    polices: tuple[Path, ...],
) -> None:
    """Écrit la liste des mandants pour l'autorité, avec son empreinte ; ou la scelle.

    \b
    mandats publiposter annexe cases/gafam.yaml --sortie ~/campagne/annexe.pdf
    mandats publiposter annexe cases/gafam.yaml --sortie ~/campagne/annexe.pdf --scellee age1…
    """
    from mandats.files import write_whole
    from mandats.load.case import load_case
    from mandats.load.mandants import states_of
    from mandats.publiposter.annex import USUAL_COLUMNS, annex_pdf, find_columns, withheld_pdf
    from mandats.publiposter.encrypt import recipients, write_encrypted
    from mandats.registre.secret import write_private

    chosen = tuple(c.strip() for c in colonnes.split(",")) if colonnes else USUAL_COLUMNS
    find_columns(chosen)
    recipients(cles)
    loaded, problems = load_case(cas)
    _tell(problems)
    if loaded is None:
        sys.exit(FINDINGS)
    author = next((p.nom for p in loaded.case.parties.values() if p.type == "association"), "")
    mark = "SPÉCIMEN – ne pas déposer" if loaded.case.specimen else "CONFIDENTIEL – pli séparé"
    state = _state(registre, cas, _instant(au), states_of(loaded.case))
    data = annex_pdf(registre.mandants(state["instant"]), state, titre, author, mark, chosen, polices)
    sortie.parent.mkdir(parents=True, exist_ok=True)
    if not cles:
        write_private(sortie, data)
        written = [sortie]
    else:
        sealed = write_encrypted(sortie.with_name(sortie.name + ".age"), [data], cles)
        page = withheld_pdf(
            state,
            titre,
            author,
            mark,
            sealed.name,
            hashlib.sha256(sealed.read_bytes()).hexdigest(),
            hashlib.sha256(data).hexdigest(),
        )
        written = [sealed, write_whole(sortie.parent / f"{sortie.stem}-scellee.pdf", page)]
    for path in written:
        click.echo(f"écrit : {path} ({max(1, path.stat().st_size // 1024)} Ko)")
    click.echo(f"{state['nombre']} mandats au {state['instant']}, empreinte {state['empreinte']}")


@publiposter.command()
@click.argument("dossier", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option(
    "--sortie",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="Fichier CSV à écrire, hors du dépôt ; à effacer après usage.",
)
@ledger_options
def index(registre: Registre, dossier: Path, sortie: Path) -> None:
    """Déchiffre l'index d'un publipostage : à qui est chaque fichier.

    \b
    mandats publiposter index ~/campagne/mandats --sortie ~/campagne/index.csv
    """
    from mandats.publiposter.encrypt import open_encrypted

    click.echo(
        f"écrit : {open_encrypted(dossier / INDEX, registre.key.identite, sortie)}, en clair : effacez-le après usage"
    )
