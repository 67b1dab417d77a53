"""The commands of a case: `modeles`, `nouveau`, `verifier`, `construire`; and `schema`."""

from __future__ import annotations

import datetime as dt
import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from mandats import api, guidance
from mandats.cli import terminal
from mandats.cli.appel import to_keep
from mandats.cli.options import ACTOR, FILE, FOLDER, FORMATS, KNOWN, OUT, PATH, Desk, a_day, flag, option, with_copies
from mandats.cli.terminal import FINDINGS, OK, UNUSABLE, Command, echo, end, plural, say, show, tell, warn, wrote
from mandats.files import write_set
from mandats.problem import ERREUR, Problem, UnknownName, order, told_together

if TYPE_CHECKING:
    from mandats.api import Told
    from mandats.registre.ledger import Registre

MODELE = "Modèle de document (mandats modeles les liste) ; l'option se répète."
NOTED = "Registre des mandats que l'acte compte, s'il en compte : le dépôt y est noté (ou $MANDATS_REGISTRE)."
KEPT = "L'acte comptait des mandats ({}) : s'il est noté au registre, il y reste, et un retrait le nommera encore."
CASES = click.argument("cas", nargs=-1, required=True, type=PATH, metavar="CAS...")
SENT = "Ce qui est vraiment parti (PDF signé, copie de l'avocat), comparé à l'acte."
VAULT = "Où garder aussi une copie avec les pièces confidentielles, hors de tout dépôt git."
EXPLAIN = "Dit pourquoi une règle existe, son article, que faire."
DETAILS = flag(
    "--details", "Montre chaque avertissement ; de plusieurs dossiers, ceux des spécimens et chaque fichier."
)
PROCESSES = option(
    "--processus", "Nombre de processus (par défaut, dès quatre dossiers : un par cœur).", type=click.IntRange(1, 64)
)
FINAL = flag("--final", "Version à déposer : refuse toute valeur en blanc.")


def _explain(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    if value is None or ctx.resilient_parsing:
        return
    from mandats.report import explain_rule

    try:
        say(explain_rule(value))
    except UnknownName as error:
        raise click.BadParameter(str(error)) from None
    ctx.exit()


@click.command(cls=Command)
@CASES
@FINAL
@option("--format", "texte (par défaut), json, ou sarif pour une forge.", "shape", ("texte", "json", "sarif"))
@flag("--json", "Comme --format json.", "in_json")
@DETAILS
@KNOWN
@PROCESSES
@option("--expliquer RÈGLE", EXPLAIN, is_eager=True, expose_value=False, callback=_explain)
def verifier(
    cas: tuple[Path, ...], final: bool, shape: str | None, in_json: bool, details: bool, lieu: str | None,
    processus: int | None,
) -> None:  # fmt: skip
    """Dit tous les problèmes d'un dossier et de ce qu'il emploie.

    \b
    mandats verifier cases/testwe.yaml
    mandats verifier cases/*.yaml --format sarif
    mandats verifier --expliquer GEN-12

    Code de sortie : 0 sans erreur, 1 avec des erreurs, 2 si un fichier est illisible.
    """
    examined, problems, code = _gather(cas, processus, final=final, registre=lieu)
    if in_json or shape in ("json", "sarif"):
        from mandats import report

        echo(report.as_sarif(problems) if shape == "sarif" and not in_json else report.as_json(problems))
        sys.exit(code)
    shown = _tell(examined, problems, details or len(cas) == 1, details)
    line = "" if any(one.specimen for one in examined) else guidance.next_step(problems, code == UNUSABLE, cas)
    _conclude(problems, code, line, shown)


@click.command(cls=Command)
@CASES
@OUT
@FORMATS
@option("--document", "Un document du dossier, par son nom.", "only", multiple=True)
@FINAL
@flag("--json", "Fichiers et problèmes en JSON.", "in_json")
@DETAILS
@option("--maison NOM|FICHIER", "Le style d'un cabinet, à la place de celui du dossier.")
@KNOWN
@PROCESSES
@flag("--suivre", "Reconstruit à chaque enregistrement du dossier, jusqu'à Ctrl-C.")
def construire(
    cas: tuple[Path, ...], sortie: Path, formats: tuple[str, ...], only: tuple[str, ...], final: bool, in_json: bool,
    details: bool, maison: str | None, lieu: str | None, processus: int | None, suivre: bool,
) -> None:  # fmt: skip
    """Écrit les documents d'un dossier, en DOCX et en PDF.

    \b
    mandats construire cases/testwe.yaml
    mandats construire cases/testwe.yaml --document refere-suspension --format pdf
    mandats construire cases/testwe.yaml --final --sortie depot
    mandats construire cases/testwe.yaml --suivre

    Rien n'est écrit s'il y a une erreur. Chaque cas a son dossier sous --sortie.

    Code de sortie : 0, tout est écrit ; 1, des erreurs ; 2, un fichier ne se lit ou ne s'écrit pas.
    """
    if suivre:
        from mandats.cli.suivre import follow

        if len(cas) > 1 or in_json:
            raise click.UsageError("--suivre veut un seul dossier, et ne va pas avec --json")
        follow(cas[0], sortie, formats=formats, final=final, only=only, registre=lieu, maison=maison)
        return
    built, problems, code = _gather(
        cas, processus, final=final, registre=lieu, sortie=sortie, formats=formats, only=only, maison=maison
    )
    files = [f for b in built for f in b.files]
    if in_json:
        from mandats import report

        echo(report.as_json(problems, [str(f) for f in files]))
        sys.exit(code)
    every = details or len(cas) == 1
    shown = _tell(built, problems, every, details)
    if every:
        wrote(files)
    else:
        _tell_each(cas, built)
    if files and not every:
        say(f"écrit : {plural(len(files), 'fichier')}, un dossier par cas dans {sortie}{os.sep}")
    if files:
        specimens = [str(one.cas) for one in built if one.specimen]
        lines = dict.fromkeys(line for one in built if every or not one.specimen for line in one.a_verifier)
        show("rappels", lines=lines, specimens=specimens)
    elif code:
        warn("Rien n'a été écrit.")
    specimen = any(one.specimen for one in built)
    line = guidance.next_step(problems, code == UNUSABLE, cas, final, bool(files)) if not specimen else ""
    if final and files and not specimen and every:
        names = [name for b in built for name in b.documents]
        told = f"mandats envoyer {guidance.typed(cas[0])}" + (f" --document {names[0]}" if len(names) == 1 else "")
        line = f"Ensuite, où et comment envoyer : {told}"
    if specimen and not every:
        line = guidance.own_case(api.list_templates(Path.cwd())[0])
    _conclude(problems, code, line, shown)


@click.command(cls=terminal.PrivateCommand)
@click.argument("cas", type=PATH)
@option("--document", "L'acte, par son nom.", "nom", required=True)
@option("--le AAAA-MM-JJ", "Jour de l'envoi ou du dépôt (par défaut : aujourd'hui).", callback=a_day)
@option("--canal", "Par où il est parti : lettre recommandée, Télérecours…")
@option("--accuse FICHIER", "Accusé de réception ou de dépôt, gardé avec lui.", type=PATH)
@option("--fichier FICHIER", SENT, type=PATH)
@option("--coffre DOSSIER", VAULT, type=FOLDER)
@with_copies
@option("--registre LIEU", NOTED, "lieu", envvar="MANDATS_REGISTRE")
@option("--cle FICHIER", "Fichier de la clé du registre (ou $MANDATS_CLE).", envvar="MANDATS_CLE", type=FILE)
@ACTOR
@flag("--annuler", "Défait le dépôt : la copie va dans deposes/annules/, l'acte se reconstruit.", "undo")
def deposer(
    cas: Path, nom: str, le: dt.date, canal: str | None, accuse: Path | None, fichier: Path | None,
    coffre: Path | None, copies: api.Copies, lieu: str | None, cle: Path | None, acteur: str | None, undo: bool,
) -> None:  # fmt: skip
    """Garde un acte tel qu'il est parti, et le note dans le dossier.

    \b
    mandats deposer mon-cas.yaml --document saisine-cada --le 2026-12-12 --accuse accuse.pdf
    mandats deposer mon-cas.yaml --document saisine-cada --annuler

    L'acte, ses pièces et un manifeste vont dans deposes/, à côté du dossier ; rien de confidentiel n'y est copié. Les
    pièces y sont faites comme par « mandats pieces » : donnez-lui les mêmes options (--oceriser, --alleger…).
    L'acte déposé n'est plus jamais reconstruit. S'il compte des mandants, --registre le note aussi au registre.

    Code de sortie : 0, gardé ; 1, l'acte a des erreurs ; 2, rien n'est écrit.
    """
    from mandats.depot import Envoi, Inscription, file_act, undo_filing

    desk = Desk(lieu or "", cle or Path(), acteur)

    def ouvrir() -> Registre:
        if cle is None:
            raise click.UsageError("--registre demande aussi --cle (ou $MANDATS_CLE)")
        return desk.ouvrir()

    try:
        if undo:
            folder, day, counted = undo_filing(cas, nom)
            say(f"{nom} n'est plus déposé{f' le {day}' if day else ''}. Copie écartée : {folder or 'introuvable'}")
            if counted:
                say(KEPT.format(counted))
            return
        inscription = Inscription(ouvrir, desk.acteur, terminal.now()) if lieu else None
        envoi = Envoi(le.isoformat(), canal, accuse, fichier, coffre, copies)
        done = file_act(cas, Path.cwd(), nom, envoi, inscription)
    except ValueError as error:
        end(f"{cas} : {error}", UNUSABLE)
    tell(told_together(done.problems))
    if done.dossier is None:
        _conclude(done.problems, FINDINGS, "Rien n'a été gardé.")
    from mandats.render.typography import date_longue

    show("deposer", done=done, nom=nom, typed=guidance.typed(cas), day=date_longue)


@click.command(cls=Command)
@click.argument("nom", required=False)
@option("--maison NOM|FICHIER", "Dit ce que les actes prendront du fichier Word d'un cabinet.")
def modeles(nom: str | None, maison: str | None) -> None:
    """Liste les modèles de documents ; de l'un : rôles, sections, règles, ce qu'il faut contrôler.

    \b
    mandats modeles
    mandats modeles saisine-cada
    mandats modeles --maison cabinet.docx
    """
    if maison:
        show("maison", maison=api.open_house(maison, Path.cwd()))
        return
    templates, problems = api.list_templates(Path.cwd())
    tell(problems)
    if nom:
        from mandats.report import rules_of

        if nom not in templates:
            raise UnknownName(f"modèle inconnu « {nom} »{guidance.near_template(nom, templates)}")
        header = templates[nom].header
        show("modele", nom=nom, header=header, rules=rules_of(header.famille))
        return
    show("modeles", templates=templates)
    warn(f"\n{guidance.own_case(templates)}")


@click.command(cls=Command)
@click.argument("fichier", required=False, type=PATH)
@option("--modele MODÈLE", MODELE, "noms", multiple=True)
@option("--clause CLAUSE", "Clause par laquelle l'argument commence ; l'option se répète.", "clauses", multiple=True)
def nouveau(fichier: Path | None, noms: tuple[str, ...], clauses: tuple[str, ...]) -> None:
    """Écrit un dossier à remplir : chaque clé exigée, son explication, un exemple.

    \b
    mandats nouveau mon-cas.yaml --modele demande-cada
    mandats nouveau refere.yaml --modele refere-suspension --modele requete-rep
    mandats nouveau recours.yaml --modele requete-rep --clause rgpd/minimisation

    Les moyens s'écrivent dans « argument.md », où la prose et les clauses alternent ; plusieurs actes le partagent.
    Sans FICHIER, le dossier prend le nom du modèle.
    """
    templates, problems = api.list_templates(Path.cwd())
    tell(problems)
    if not noms:
        guess = fichier.stem if fichier and fichier.stem in templates else guidance.simplest_template(templates)
        name = guidance.typed(fichier.with_suffix(".yaml") if fichier else "mon-cas.yaml")
        example = f"mandats nouveau {name} --modele {guess}"
        raise click.UsageError(f"il manque le modèle ; par exemple : {example} (liste : mandats modeles)")
    file = fichier or Path(f"{noms[0]}.yaml")
    file = file if file.suffix else file.with_suffix(".yaml")
    made = api.new_case(templates, noms, dt.date.today(), file, Path.cwd(), clauses)
    if file.suffix not in (".yaml", ".yml"):
        name = guidance.typed(file.with_suffix(".yaml"))
        raise click.UsageError(f"le dossier est un fichier en .yaml : mandats nouveau {name} --modele {noms[0]}")
    if file.exists():
        other = f"mandats suite {guidance.typed(file)} dit l'acte qui suit, et l'ajoute"
        raise click.UsageError(f"{file} existe déjà : choisissez un autre nom, ou continuez-le ({other})")
    argument, pieces = (file.with_suffix("") / name for name in ("argument.md", "pieces"))
    if made.argument and argument.exists():
        raise click.UsageError(f"{argument} existe déjà : choisissez un autre nom")
    contents = {file.name: to_keep(made.text).encode()}
    try:
        if made.argument:
            argument.parent.mkdir(parents=True, exist_ok=True)
            contents[f"{file.stem}/{argument.name}"] = to_keep(made.argument).encode()
        write_set(file.parent, contents)
        if made.pieces:
            pieces.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.UsageError(f"{file} : {guidance.unwritable(error)}") from None
    typed = guidance.typed(file)
    shown = argument if made.argument else None
    show("nouveau", file=file, argument=shown, blancs=made.blancs, pieces=pieces if made.pieces else None, typed=typed)


@click.command(cls=Command)
@click.argument("nom", required=False, type=click.Choice(("case", "clause", "source", "template")))
@option("--sortie", "Dossier où écrire les quatre schémas.", type=FOLDER)
def schema(nom: str | None, sortie: Path | None) -> None:
    """Donne les schémas JSON des fichiers, pour l'éditeur de texte.

    \b
    mandats schema case
    mandats schema --sortie schemas
    """
    from mandats.schema import case_schemas

    made = {k: terminal.as_json(v) + "\n" for k, v in case_schemas(api.list_templates(Path.cwd())[0]).items()}
    if sortie:
        wrote(write_set(sortie, {f"{name}.json": text.encode() for name, text in made.items()}), size=False)
    elif nom:
        echo(made[nom], nl=False)
    else:
        raise click.UsageError("donnez un nom de schéma, ou --sortie DOSSIER")


def _gather(cases: Sequence[Path], processus: int | None, **asked: Any) -> tuple[list[Told], list[Problem], int]:
    """What the cases gave, their problems, the exit code. A file that cannot be read does not stop the others."""
    gc.disable()  # a short process full of small trees: collecting cycles costs a tenth of its time and frees nothing
    done: list[Told] = []
    problems: list[Problem] = []
    code, told = OK, api.CasesOrder(Path.cwd(), **asked)
    for path, one in zip(cases, api.treat_cases(cases, told, processus, terminal.cache_folder()), strict=True):
        if isinstance(one, Exception):
            found = guidance.problems_of(one, path)
            problems += found
            code = code if found[0].id == "moteur" else UNUSABLE
        else:
            done.append(one)
            problems += one.problems
    if code == OK and any(p.gravite == ERREUR for p in problems):
        code = FINDINGS
    return done, sorted(dict.fromkeys(problems), key=order), code


def _tell(done: Sequence[Told], problems: Sequence[Problem], every: bool, details: bool) -> Sequence[Problem]:
    """Print the problems and give them; unless `every`, without what is expected of a specimen: its warnings.

    `details`: the warnings of one sort, each on its line.
    """
    expected = {p for d in done if d.specimen and not every for p in d.problems if p.gravite != ERREUR}
    expected -= {p for d in done if not d.specimen for p in d.problems}
    shown = [p for p in problems if p not in expected]
    lines = list(shown) if details else told_together(shown)
    tell(lines)
    if any(isinstance(line, str) for line in lines):
        warn("Un par un, en entier : la même commande, avec --details.")
    return shown


def _conclude(problems: Sequence[Problem], code: int, line: str, shown: Sequence[Problem] | None = None) -> NoReturn:
    """How many problems, on the error output, which a program reads too; what to do next, on the standard one."""
    kept = problems if shown is None else shown
    errors, counted = sum(p.gravite == ERREUR for p in kept), len(problems) - len(kept)
    if problems:
        more = f", et {counted} attendus de spécimens (--details les montre)" if counted else ""
        warn(f"{plural(errors, 'erreur')}, {plural(len(kept) - errors, 'avertissement')}{more}.")
    else:
        say("Aucun problème.")
    if line:
        say(line)
    sys.exit(code)


def _tell_each(cases: Sequence[Path], built: Sequence[Told]) -> None:
    """A line for each case: how many files, or that there is none, and what was found."""
    known = {one.cas: one for one in built}
    for case in cases:
        one = known.get(case)
        errors = sum(p.gravite == ERREUR for p in one.problems) if one else 1
        told = plural(len(one.files), "fichier") if one and one.files else "rien n'est écrit"
        found = [plural(errors, "erreur")] * bool(errors)
        if one and len(one.problems) > errors:
            found.append(plural(len(one.problems) - errors, "avertissement"))
        say(f"{case} : {', '.join([told, *found])}")
