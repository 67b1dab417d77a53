"""French commands to calls; printing and exit codes, nothing else. Heavy imports wait until a command runs."""

from __future__ import annotations

import gc
import gettext
import os
import sys
from pathlib import Path

# click asks gettext for its own messages; give it ours, in French, before it is imported.
os.environ["LANGUAGE"] = "fr"
gettext.bindtextdomain("messages", str(Path(__file__).parent / "locale"))

import click  # noqa: E402

from mandats import __version__  # noqa: E402

OK, FINDINGS, UNUSABLE = 0, 1, 2
CONTEXT = {"help_option_names": ["-h", "--help", "--aide"], "max_content_width": 100}
CASES = click.argument("cas", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="CAS...")


class Ordered(click.Group):
    """Commands in the order in which a case is made, not of the alphabet."""

    ORDER = (
        "modeles",
        "nouveau",
        "verifier",
        "construire",
        "clauses",
        "sources",
        "delais",
        "registre",
        "publiposter",
        "schema",
    )

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(
            self.commands, key=lambda name: (self.ORDER.index(name) if name in self.ORDER else len(self.ORDER), name)
        )

    def invoke(self, ctx: click.Context) -> object:
        """The command; what it did not expect of a file or of an engine is a line and an exit code, as everywhere."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            from mandats.guidance import failure
            from mandats.write.pandoc import EngineError

            told = failure(error)
            if told is None:
                raise
            click.echo(told, err=True)
            sys.exit(FINDINGS if isinstance(error, EngineError) else UNUSABLE)


@click.group(
    cls=Ordered,
    context_settings=CONTEXT,
    subcommand_metavar="COMMANDE [ARGUMENTS]...",
    epilog="Chaque commande a son aide : mandats construire --help",
)
@click.version_option(__version__, "--version", message="mandats %(version)s", help="Affiche la version.")
def main() -> None:
    """Assemble requêtes, plaintes et mandats à partir d'un dossier YAML.

    \b
    mandats modeles                                       1. choisir un document
    mandats nouveau mon-cas.yaml --modele demande-cada    2. préparer le dossier, puis le remplir
    mandats verifier mon-cas.yaml                         3. savoir ce qui manque ou ne va pas
    mandats construire mon-cas.yaml --final               4. écrire les documents, en DOCX et en PDF
    mandats clauses proposer mon-cas.yaml                 et les arguments qui conviennent
    """


def _explain(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    if value is None or ctx.resilient_parsing:
        return
    from mandats.problem import suggest
    from mandats.report import explain, known_rules

    told = explain(value)
    if told is None:
        wanted = value.upper() if any(c.isdigit() for c in value) else value.lower()
        raise click.BadParameter(f"règle inconnue « {value} »{suggest(wanted, known_rules())}")
    click.echo(told)
    ctx.exit()


@main.command("aide", hidden=True)
@click.pass_context
def aide(ctx: click.Context) -> None:
    """Affiche l'aide."""
    click.echo(ctx.parent.get_help() if ctx.parent else "")


@main.command()
@CASES
@click.option("--final", is_flag=True, help="Version à déposer : refuse toute valeur en blanc.")
@click.option(
    "--format",
    "shape",
    type=click.Choice(["texte", "json", "sarif"]),
    default="texte",
    help="texte (par défaut), json, ou sarif pour une forge.",
)
@click.option("--json", "as_json", is_flag=True, help="Comme --format json.")
@click.option(
    "--expliquer",
    metavar="RÈGLE",
    is_eager=True,
    expose_value=False,
    callback=_explain,
    help="Dit pourquoi une règle existe, son article, que faire.",
)
def verifier(cas: tuple[Path, ...], final: bool, shape: str, as_json: bool) -> None:
    """Dit tous les problèmes d'un dossier et de ce qu'il emploie.

    \b
    mandats verifier cases/testwe.yaml
    mandats verifier cases/*.yaml --format sarif
    mandats verifier --expliquer GEN-12

    Code de sortie : 0 sans erreur, 1 avec des erreurs, 2 si un fichier est illisible.
    """
    from mandats.build import examine

    specimens = []

    def one(path: Path):
        done = examine(path, Path.cwd(), final)
        specimens.extend(r.document.case.specimen for r in done.documents)
        return done.problems

    problems, code = _gather(cas, one)
    if as_json or shape == "json":
        _print_json(problems)
    elif shape == "sarif":
        from mandats.report import as_sarif

        click.echo(as_sarif(problems))
    else:
        for problem in problems:
            _print_problem(problem)
        _summary(problems)
        if not any(specimens):
            _next_step(problems, code, cas)
    sys.exit(code)


@main.command()
@CASES
@click.option(
    "--sortie",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("sortie"),
    show_default=True,
    help="Dossier où écrire.",
)
@click.option(
    "--format",
    "formats",
    type=click.Choice(["docx", "pdf"]),
    multiple=True,
    help="Un seul format (par défaut : les deux).",
)
@click.option("--document", "only", multiple=True, help="Un document du dossier, par son nom.")
@click.option("--final", is_flag=True, help="Version à déposer : refuse toute valeur en blanc.")
@click.option("--json", "as_json", is_flag=True, help="Fichiers et problèmes en JSON.")
def construire(
    cas: tuple[Path, ...], sortie: Path, formats: tuple[str, ...], only: tuple[str, ...], final: bool, as_json: bool
) -> None:
    """Écrit les documents d'un dossier, en DOCX et en PDF.

    \b
    mandats construire cases/testwe.yaml
    mandats construire cases/testwe.yaml --document refere-suspension --format pdf
    mandats construire cases/testwe.yaml --final --sortie depot

    Rien n'est écrit s'il y a une erreur. Chaque cas a son dossier sous --sortie.

    Code de sortie : 0, tout est écrit ; 1, des erreurs ; 2, un fichier ne se lit ou ne s'écrit pas.
    """
    from mandats.build import FORMATS, build

    built = []

    def one(path: Path):
        made = build(path, Path.cwd(), sortie / path.stem, formats or FORMATS, final, only)
        built.append(made)
        return made.problems

    problems, code = _gather(cas, one)
    files = [f for b in built for f in b.files]
    if as_json:
        _print_json(problems, [str(f) for f in files])
        sys.exit(code)
    for problem in problems:
        _print_problem(problem)
    for file in files:
        click.echo(f"écrit : {file} ({max(1, file.stat().st_size // 1024)} Ko)")
    if files:
        _print_reminders(built)
    elif code:
        click.echo("Rien n'a été écrit.", err=True)
    _summary(problems)
    if not any(d.case.specimen for b in built for d in b.documents):
        _next_step(problems, code, cas, final, bool(files))
    sys.exit(code)


@main.command()
def modeles() -> None:
    """Liste les modèles de documents, avec leurs rôles et leurs sections.

    \b
    mandats modeles
    """
    from mandats.load.library import load_templates

    templates, problems = load_templates(Path.cwd())
    for problem in problems:
        _print_problem(problem)
    for slug, template in sorted(templates.items()):
        header = template.header
        click.echo(f"{slug}\n  {header.titre} : {header.resume}\n  rôles : {', '.join(header.roles)}")
        if header.sections:
            names = [name if s.obligatoire else f"{name} (facultatif)" for name, s in header.sections.items()]
            click.echo(f"  sections : {', '.join(names)}")
    click.echo("\nEnsuite : mandats nouveau mon-cas.yaml --modele demande-cada", err=True)


@main.command()
@click.argument("fichier", required=False, type=click.Path(path_type=Path))
@click.option(
    "--modele",
    "noms",
    multiple=True,
    metavar="MODÈLE",
    help="Modèle de document (mandats modeles les liste) ; l'option se répète.",
)
def nouveau(fichier: Path | None, noms: tuple[str, ...]) -> None:
    """Écrit un dossier à remplir : chaque clé exigée, son explication, un exemple.

    \b
    mandats nouveau mon-cas.yaml --modele demande-cada
    mandats nouveau refere.yaml --modele refere-suspension --modele requete-rep

    Sans FICHIER, le dossier prend le nom du modèle.
    """
    import datetime as dt

    from mandats.build import write_files
    from mandats.delais.figures import court_areas
    from mandats.guidance import near_template, typed, unwritable
    from mandats.load.library import list_clauses, load_clause, load_templates
    from mandats.scaffold import scaffold, starters

    templates, problems = load_templates(Path.cwd())
    for problem in problems:
        _print_problem(problem)
    if not noms:
        guess = fichier.stem if fichier and fichier.stem in templates else "demande-cada"
        raise click.UsageError(
            f"il manque le modèle ; par exemple : mandats nouveau {typed(fichier.with_suffix('.yaml') if fichier else 'mon-cas.yaml')} --modele {guess} (liste : mandats modeles)"
        )
    for nom in noms:
        if nom not in templates:
            raise click.UsageError(f"modèle inconnu « {nom} »{near_template(nom, templates)}")
    fichier = fichier or Path(f"{noms[0]}.yaml")
    if not fichier.suffix:
        fichier = fichier.with_suffix(".yaml")
    if fichier.suffix not in (".yaml", ".yml"):
        raise click.UsageError(
            f"le dossier est un fichier en .yaml : mandats nouveau {typed(fichier.with_suffix('.yaml'))} --modele {noms[0]}"
        )
    if fichier.exists():
        raise click.UsageError(
            f"{fichier} existe déjà : choisissez un autre nom, ou continuez-le : mandats verifier {typed(fichier)}"
        )
    chosen = [templates[n] for n in dict.fromkeys(noms)]
    files = list_clauses(Path.cwd())
    clauses = {c: load_clause(c, files[c], Path.cwd())[0] for c in starters(chosen) if c in files}
    addresses = {a.nom: a.adresse for a in court_areas().autorites.values()}
    text = scaffold(
        chosen, dt.date.today().isoformat(), str(fichier), {k: c for k, c in clauses.items() if c}, addresses
    )
    pieces = fichier.with_suffix("") / "pieces"
    try:
        write_files(fichier.parent, {fichier.name: text.encode()})
        if "\npieces:" in text:
            pieces.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.UsageError(f"{fichier} : {unwritable(error)}") from None
    told = [
        f"ouvrez-le dans un éditeur de texte ; remplacez les {text.count('[à compléter') - 1} blancs « [à compléter : … ] »"
    ]
    told += [f"placez les pièces dans {pieces}/"] * ("\npieces:" in text)
    told += [f"mandats verifier {typed(fichier)}", f"mandats construire {typed(fichier)} --final"]
    click.echo(f"écrit : {fichier}\nEnsuite :")
    for rank, line in enumerate(told, 1):
        click.echo(f"  {rank}. {line}")


@main.command()
@click.argument("nom", required=False, type=click.Choice(["case", "clause", "source", "template"]))
@click.option(
    "--sortie", type=click.Path(path_type=Path, file_okay=False), help="Dossier où écrire les quatre schémas."
)
def schema(nom: str | None, sortie: Path | None) -> None:
    """Donne les schémas JSON des fichiers, pour l'éditeur de texte.

    \b
    mandats schema case
    mandats schema --sortie schemas
    """
    import json

    from mandats.load.library import load_templates
    from mandats.schema import schemas

    templates, _ = load_templates(Path.cwd())
    made = {k: json.dumps(v, ensure_ascii=False, indent=2) + "\n" for k, v in schemas(templates).items()}
    if sortie:
        sortie.mkdir(parents=True, exist_ok=True)
        for name, content in made.items():
            (sortie / f"{name}.json").write_text(content, "utf-8")
            click.echo(f"écrit : {sortie / name}.json")
    elif nom:
        click.echo(made[nom], nl=False)
    else:
        raise click.UsageError("donnez un nom de schéma, ou --sortie DOSSIER")


def _gather(cases, action):
    """Problems of all the cases, and the exit code. A file that cannot be read does not stop the others."""
    gc.disable()  # a short process full of small trees: collecting cycles costs a tenth of its time and frees nothing
    from mandats.guidance import unwritable
    from mandats.problem import ERREUR, Place, Problem, UnusableInput, sort_problems
    from mandats.write.pandoc import EngineError

    problems, code = [], OK
    for path in cases:
        try:
            found = action(path)
        except UnusableInput as error:
            found, code = list(error.problems), UNUSABLE
        except EngineError as error:
            found = [Problem("moteur", Place(str(path)), "", f"le programme de mise en page a échoué ({error})")]
        except OSError as error:
            found = [Problem("ecriture", Place(str(path)), "", unwritable(error))]
            code = UNUSABLE
        problems += found
    if code == OK and any(p.gravite == ERREUR for p in problems):
        code = FINDINGS
    return sort_problems(problems), code


def _print_problem(problem) -> None:
    colour = "red" if problem.gravite == "erreur" else "yellow"
    click.echo(click.style(str(problem), fg=None if os.environ.get("NO_COLOR") else colour), err=True)


def _summary(problems) -> None:
    errors = sum(p.gravite == "erreur" for p in problems)
    warnings = len(problems) - errors
    if not problems:
        click.echo("Aucun problème.")
        return
    click.echo(f"{errors} erreur{'s' * (errors > 1)}, {warnings} avertissement{'s' * (warnings > 1)}.", err=True)


def _next_step(*about) -> None:
    """On the standard output: the lines on the error output are for a program too."""
    from mandats.guidance import next_step

    if line := next_step(*about):
        click.echo(line)


def _print_reminders(built) -> None:
    click.echo("\nAvant d'envoyer ou de déposer, relisez chaque document en entier, et contrôlez :")
    seen: dict[str, None] = {}
    for made in built:
        for document in made.documents:
            for line in document.template.header.a_verifier:
                seen.setdefault(line)
    specimens = [str(m.documents[0].loaded.file) for m in built if m.documents and m.documents[0].case.specimen]
    if len(specimens) == 1:
        seen.setdefault(f"{specimens[0]} est un spécimen : ses documents ne se déposent pas.")
    elif specimens:
        seen.setdefault(
            f"Ces {len(specimens)} dossiers sont des spécimens, leurs documents ne se déposent pas : {', '.join(specimens)}."
        )
    for line in seen:
        click.echo(f"  – {line}")


def _print_json(problems, files=None) -> None:
    from mandats.report import as_json

    click.echo(as_json(problems, files))


from mandats.cli_delais import delais  # noqa: E402
from mandats.cli_library import clauses, sources  # noqa: E402 - they use what is above
from mandats.cli_publiposter import publiposter  # noqa: E402
from mandats.cli_registre_suite import registre  # noqa: E402

clauses.short_help = "Trouve, montre et propose des arguments déjà écrits."
sources.short_help = "Montre et contrôle le registre des textes et décisions."
registre.short_help = "Tient le registre chiffré des mandats d'une campagne."
publiposter.short_help = "Produit les mandats de tous les mandants du registre."
nouveau.short_help = "Écrit un dossier à remplir, avec ses explications."
modeles.short_help = "Liste les modèles de documents, leurs rôles, leurs sections."
main.add_command(clauses)
main.add_command(sources)
main.add_command(delais)
main.add_command(publiposter)
main.add_command(registre)

if __name__ == "__main__":
    main(prog_name="mandats")
