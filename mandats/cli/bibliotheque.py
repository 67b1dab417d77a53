"""The commands `clauses` and `sources`: list, search, show, propose, report, catalogue, seal."""

import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from mandats import api
from mandats.cli.options import FILE, FOLDER, PATH, PRESENT, a_day, flag, option
from mandats.cli.terminal import FINDINGS, UNUSABLE, Group, echo, end, later, plural, say, show, tell, warn, wrote
from mandats.files import write_set
from mandats.guidance import typed
from mandats.keys import REGISTRES
from mandats.problem import Problem, UnusableInput

with later():
    from mandats import deposes, document
    from mandats.bibliotheque import fiches, rapport, recherche, sceau, veille

WORDS = click.argument("mots", nargs=-1, required=True)
NAME = click.argument("nom", required=False)
DETAIL = flag("--detail", "La liste sous chaque nombre.")
DAY = option("--le AAAA-MM-JJ", "Le jour où l'on se place (par défaut : aujourd'hui).", callback=a_day)
CAUSES = "Cause : interne, externe, recevabilite, urgence, demande, qualite, reponse."


class Listing(Group):
    """`clauses`, `clauses rgpd` list."""

    usual, alone = "lister", True


def _library() -> document.Library:
    library, problems = api.open_library(Path.cwd())
    tell(problems)
    return library


def _cases(paths: Sequence[Path] = ()) -> dict[str, document.LoadedCase]:
    """The cases of `paths`, or the readable ones of the folder `cases/`. One named that cannot be read ends all."""
    found = {}
    for path in paths or sorted(Path("cases").glob("*.yaml")):
        problems: Sequence[Problem]
        try:
            loaded, problems = api.read_case(path)
        except UnusableInput as error:
            loaded, problems = None, error.problems
        if loaded:
            found[str(path)] = loaded
        elif paths:
            tell(problems)
            sys.exit(UNUSABLE)
    return found


def _print_lines(lines: Sequence[fiches.ClauseLine | fiches.SourceLine], standing: bool = False) -> None:
    """`standing`: also what became of a decision."""
    for line in lines:
        if isinstance(line, fiches.ClauseLine):
            say(f"{line.clause.id:38}  {line.titre}")
        else:
            say(f"{line.cle:48}  {line.citation}{f'  [{line.sort}]' if standing and line.sort else ''}")


def _count(n: int, word: str) -> None:
    """How many were found; none is a finding."""
    warn(f"\n{plural(n, word)}." if n else f"Aucune {word} : essayez un mot de moins.")
    if not n:
        sys.exit(FINDINGS)


@click.group(cls=Listing, subcommand_metavar="[MATIÈRE | COMMANDE] ...")
def clauses() -> None:
    """Liste les clauses, les cherche, les montre, en propose pour un dossier.

    \b
    mandats clauses                              toutes, avec leur titre
    mandats clauses rgpd                         une matière
    mandats clauses --regime police-justice      un régime (ou --registre, --campagne)
    mandats clauses rgpd/minimisation            tout d'une clause
    mandats clauses chercher biométrie visage
    mandats clauses proposer cases/testwe.yaml
    """


@clauses.command("lister", short_help="Liste les clauses, ou montre tout de l'une.")
@NAME
@option("--regime", "Régime : rgpd, police-justice, renseignement.")
@option("--registre", "Registre : rep, refere-suspension, plainte…")
@option("--campagne", "Campagne où l'argument a servi.")
@option("--cause", CAUSES)
def lister(nom: str | None, regime: str | None, registre: str | None, campagne: str | None, cause: str | None) -> None:
    """Liste les clauses d'une matière, d'un régime, d'un registre ou d'une campagne."""
    library = _library()
    found = fiches.search_clauses(library, "", nom, regime, registre, campagne, cause)
    if nom and nom in library.clauses:
        line = fiches.line_of(library.clauses[nom], library)
        cases = recherche.cases_using(_cases(), nom)
        show("clause", clause=line.clause, titre=line.titre, header=line.clause.header, cases=cases)
        warn(f"\nLe texte : mandats clauses montrer {nom}")
        return
    _print_lines(found)
    warn(f"\n{plural(len(found), 'clause')}.")


@clauses.command("historique", short_help="Dit quels actes emploient une clause, dans quelle version.")
@click.argument("nom")
@click.argument("cas", nargs=-1, type=PATH)
def historique(nom: str, cas: tuple[Path, ...]) -> None:
    """Dit quels documents emploient une clause, ceux à venir et ceux déposés, et dans quelle version.

    \b
    mandats clauses historique rgpd/minimisation                 les dossiers de cases/
    mandats clauses historique rgpd/minimisation mon-cas.yaml
    """
    library = _library()
    found = {name: deposes.uses_of(case, library, nom) for name, case in _cases(cas).items()}
    now = library.clauses.get(nom)
    if not any(found.values()):
        fiches.require("clause inconnue", nom, library.clauses)
    show("historique", nom=nom, version=now and now.version, dossiers={k: uses for k, uses in found.items() if uses})
    warn(f"\n{plural(sum(map(len, found.values())), 'document')}.")


@clauses.command("chercher", short_help="Cherche des mots dans les clauses.")
@WORDS
def chercher(mots: tuple[str, ...]) -> None:
    """Cherche des mots dans les clauses ; accents et pluriels indifférents.

    \b
    mandats clauses chercher données biométriques
    """
    found = fiches.search_clauses(_library(), " ".join(mots))
    _print_lines(found)
    _count(len(found), "clause")


@clauses.command("montrer")
@click.argument("nom")
@option("--registre", "Registre de la conséquence (par défaut : le premier de la clause).")
@option("--regime", "Régime (par défaut : le premier de la clause).")
@option("--sortie", "Écrit dans un fichier .html, .pdf ou .docx.", type=FILE)
def montrer(nom: str, registre: str | None, regime: str | None, sortie: Path | None) -> None:
    """Montre le texte d'une clause, avec son exemple fictif.

    \b
    mandats clauses montrer rgpd/minimisation --registre plainte
    mandats clauses montrer rgpd/minimisation --sortie minimisation.pdf
    """
    shown = fiches.show_clause(_library(), nom, registre, regime, bordereau=sortie is not None)
    tell(shown.problems)
    if sortie:
        data = api.clause_file(shown, sortie.suffix.lower().lstrip("."), sortie.stem)
        wrote(write_set(sortie.parent, {sortie.name: data}), size=False)
        return
    show("texte", shown=shown)


@clauses.command("coller")
@click.argument("nom")
@flag("--argument", "Pour argument.md, au lieu du dossier.")
def coller(nom: str, argument: bool) -> None:
    """Donne une clause à coller dans un dossier, ses valeurs en blanc.

    \b
    mandats clauses coller rgpd/minimisation
    mandats clauses coller rgpd/minimisation --argument >> mon-cas/argument.md
    """
    echo(api.paste_clause(nom, Path.cwd(), argument), nl=False)


@clauses.command("proposer")
@click.argument("cas", type=PATH)
@flag("--toutes", "Toutes, et celles que le dossier emploie déjà.")
@option("--coller CLAUSE", "L'ajoute au dossier, ses valeurs en blanc ; l'option se répète.", "pasted", multiple=True)
def proposer(cas: Path, toutes: bool, pasted: tuple[str, ...]) -> None:
    """Propose pour un dossier les huit clauses qui conviennent le mieux, avec la raison de chacune.

    Dit aussi les décisions que les clauses employées laissent, parce qu'elles sont d'un autre domaine.

    \b
    mandats clauses proposer cases/testwe.yaml
    mandats clauses proposer mon-cas.yaml --coller rgpd/information
    """
    for clause in pasted:
        try:
            say(f"{clause} : ajoutée à {api.add_clause(cas, Path.cwd(), clause)}")
        except ValueError as error:
            end(f"{cas} : {error} (mandats clauses coller {clause} donne les lignes)", FINDINGS)
    if pasted:
        say(f"Ensuite : remplissez ses blancs, puis : mandats verifier {typed(cas)}")
        return
    loaded, problems = api.read_case(cas)
    if loaded is None:
        tell(problems)
        sys.exit(FINDINGS)
    library = _library()
    found = [p for p in recherche.propose_clauses(loaded, library) if toutes or not p.deja]
    shown = found if toutes else found[: recherche.BEST]
    left = recherche.precedents_left(loaded, library)
    show("propositions", shown=shown, left=left, titre=recherche.open_title)
    if themes := recherche.usual_documents(loaded, library):
        show("documents", themes=themes)
    if not shown and themes:
        return
    if not shown:
        end("Aucune clause à proposer.", FINDINGS)
    warn(f"\n{plural(len(shown), 'proposition')}.")
    if more := len(found) - len(shown):
        warn(f"{plural(more, 'autre')} : mandats clauses proposer {typed(cas)} --toutes")
    first = shown[0].clause.id
    say(f"Pour en ajouter une, ses valeurs en blanc : mandats clauses proposer {typed(cas)} --coller {first}")


@clauses.command("rapport", short_help="Dit ce qui n'est pas relu, sourcé, employé, ou est faible.")
@DETAIL
@click.argument("cas", nargs=-1, type=PATH)
def rapport_clauses(detail: bool, cas: tuple[Path, ...]) -> None:
    """Dit ce qui, dans les clauses, n'est pas relu, pas sourcé, pas employé, ou faible.

    \b
    mandats clauses rapport --detail         aussi lesquelles, et ce qu'elles disent dans chaque registre
    """
    made = rapport.report(_library(), _cases(cas))
    share = 100 * made.sourcees / made.affirmations if made.affirmations else 100
    sourced = f"{made.sourcees} affirmations de droit sur {made.affirmations} portent une source ({share:.0f} %)"
    say(f"{made.arguments} arguments et réponses ; {sourced}.")
    show("rapport", lines=made.lignes, detail=detail)
    if detail:
        show("registres", names=REGISTRES, rows=made.registres)


@clauses.command("catalogue", short_help="Écrit la bibliothèque en pages HTML.")
@option("--sortie", "Dossier où écrire.", type=FOLDER, default=Path("catalogue"))
def catalogue(sortie: Path) -> None:
    """Écrit toute la bibliothèque en pages HTML, avec recherche, sans réseau.

    \b
    mandats clauses catalogue --sortie catalogue
    """
    from mandats.bibliotheque.catalogue import render_catalogue

    pages, problems = render_catalogue(_library())
    tell(problems)
    write_set(sortie, pages)
    wrote([sortie / "index.html"], size=False)


@click.group(cls=Listing, subcommand_metavar="[CLÉ | COMMANDE] ...")
def sources() -> None:
    """Liste le registre des textes et décisions, le cherche, le contrôle.

    \b
    mandats sources                          toutes
    mandats sources rgpd                     celles dont la clé commence ainsi
    mandats sources ce-2020-05-18-440442-drones    tout d'une source, et où elle sert
    mandats sources chercher drones 440442
    mandats sources veille cases/testwe.yaml
    mandats sources rapport
    """


@sources.command("lister")
@NAME
@option("--statut", "Statut : annulee, infirmee, depassee, provisoire, defavorable, pendante.")
@flag("--non-verifiees", "Celles qu'il reste à lire.")
def lister_sources(nom: str | None, statut: str | None, non_verifiees: bool) -> None:
    """Liste les sources, ou dit tout de l'une."""
    library = _library()
    found = fiches.search_sources(library, "", nom, statut, non_verifiees)
    if nom and nom in library.sources:
        level, using = rapport.level(library.sources[nom]), recherche.clauses_using(library, nom)
        show("source", line=fiches.source_line(nom, library), niveau=level, clauses=using)
        return
    _print_lines(found, standing=True)
    warn(f"\n{plural(len(found), 'source')}.")


@sources.command("chercher")
@WORDS
def chercher_sources(mots: tuple[str, ...]) -> None:
    """Cherche un numéro, un nom, des mots cités.

    \b
    mandats sources chercher latvijas
    """
    found = fiches.search_sources(_library(), " ".join(mots))
    _print_lines(found)
    _count(len(found), "source")


@sources.command("rapport", short_help="Compte les sources par degré de lecture et par statut.")
@DETAIL
@DAY
def rapport_sources(detail: bool, le: dt.date) -> None:
    """Compte les sources par degré de lecture ; celles qu'il ne faut pas invoquer ; ce qui a vieilli ou a un terme.

    \b
    mandats sources rapport --detail
    """
    library = _library()
    declared = {k for c in library.clauses.values() for k in c.header.sources}
    show("rapport", lines=rapport.source_report(library, declared) | veille.report(library, le), detail=detail)
    if library.altered:
        names = ", ".join(sorted(library.altered))
        say(f"{len(library.altered):5}  modifiées depuis leur vérification : {names}")
        sys.exit(FINDINGS)


@sources.command("veille", short_help="Dit ce qu'il faut relire avant de déposer un dossier.")
@click.argument("cas", type=PATH)
@DAY
def veille_sources(cas: Path, le: dt.date) -> None:
    """Dit ce qu'il faut relire avant de déposer un dossier, d'après le seul registre, et où regarder.

    Sources jamais lues ou lues en partie, textes qui ont un terme, décisions provisoires, affaires en cours, lectures
    anciennes ; puis les matières du dossier, et le dernier jour où on a cherché ce qu'elles ont de nouveau.

    \b
    mandats sources veille cases/testwe.yaml
    mandats sources veille cases/testwe.yaml --le 2026-12-01
    """
    documents = api.examine_case(cas, Path.cwd()).documents
    if not documents:
        warn(f"Aucun document à veiller : mandats verifier {cas}")
        sys.exit(FINDINGS)
    show("veille", found=veille.before_filing(documents, _library(), le))


@sources.command("sceller", short_help="Pose l'empreinte des sources relues.")
@click.argument("cles", nargs=-1)
@option("--dossier", "Dossier du registre.", type=PRESENT, default=Path("clauses/sources"))
def sceller(cles: tuple[str, ...], dossier: Path) -> None:
    """Pose l'empreinte des sources relues : un mot changé ensuite se verra.

    \b
    mandats sources sceller rgpd-5-1-c       une source, après l'avoir relue
    mandats sources sceller                  toutes celles qui n'ont pas d'empreinte
    """
    sealed, unknown = sceau.seal_files(dossier, set(cles))
    if unknown:
        raise click.UsageError(f"source absente de ce dossier : {unknown[0]}")
    names = f" : {', '.join(sealed)}" if 0 < len(sealed) <= 12 else ""
    say(f"{plural(len(sealed), 'source')} scellée{'s' * (len(sealed) > 1)}{names}.")
