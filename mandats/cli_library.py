"""The commands `clauses` and `sources`: list, search, show, propose, report, catalogue, seal."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from mandats.problem import Problem

WIDTH = 96


class Listing(click.Group):
    """A group whose first word may be a name instead of a subcommand: `clauses rgpd` lists."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        helps = {"-h", "--help", "--aide"}
        if not args or (args[0] not in self.commands and args[0] not in helps):
            args = ["lister", *args]
        return super().parse_args(ctx, args)


def _library(loaded=None):
    from mandats.load.library import load_library

    library, problems = load_library(Path.cwd(), loaded)
    _tell(problems)
    return library


def _tell(problems: list[Problem]) -> None:
    for problem in problems:
        click.echo(str(problem), err=True)


def _cases(paths: tuple[Path, ...] = ()):
    """The cases of `paths`, or the readable ones of the folder `cases/`. One that is named and cannot be read ends the command."""
    from mandats.load.case import load_case
    from mandats.problem import UnusableInput

    found = {}
    for path in paths or sorted(Path("cases").glob("*.yaml")):
        try:
            loaded, problems = load_case(path)
        except UnusableInput as error:
            loaded, problems = None, list(error.problems)
        if loaded:
            found[str(path)] = loaded
        elif paths:
            _tell(problems)
            sys.exit(2)
    return found


def _unknown(kind: str, word: str, known) -> click.UsageError:
    from mandats.problem import suggest

    return click.UsageError(f"{kind} : {word}{suggest(word, known)}")


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
@click.argument("nom", required=False)
@click.option("--regime", help="Régime : rgpd, police-justice, renseignement.")
@click.option("--registre", help="Registre : rep, refere-suspension, plainte…")
@click.option("--campagne", help="Campagne où l'argument a servi.")
@click.option("--cause", help="Cause : interne, externe, recevabilite, urgence, demande, qualite, reponse.")
def lister(nom: str | None, regime: str | None, registre: str | None, campagne: str | None, cause: str | None) -> None:
    """Liste les clauses d'une matière, d'un régime, d'un registre ou d'une campagne."""
    from mandats.content import CAUSES
    from mandats.keys import REGIMES, REGISTRES

    library = _library()
    known = library.clauses
    for option, value, choices in (
        ("--regime", regime, REGIMES),
        ("--registre", registre, REGISTRES),
        ("--cause", cause, CAUSES),
    ):
        if value and value not in choices:
            raise _unknown(f"valeur inconnue pour {option}", value, choices)
    if nom in known:
        _details(known[nom], library)
        return
    chosen = [
        c for k, c in sorted(known.items())
        if (not nom or k.startswith(nom.rstrip("/") + "/")) and (not regime or regime in c.header.regimes)
        and (not registre or not c.header.registres or registre in c.header.registres) and (not campagne or campagne in c.header.campagnes)
        and (not cause or cause == c.header.cause)
    ]  # fmt: skip
    if nom and not chosen and not any(k.startswith(nom.rstrip("/") + "/") for k in known):
        raise _unknown("clause ou matière inconnue", nom, [*known, *{k.split("/")[0] for k in known}])
    for clause in chosen:
        _line(clause, library)
    click.echo(f"\n{len(chosen)} clause{'s' * (len(chosen) > 1)}.", err=True)


def _line(clause, library) -> None:
    from mandats.bibliotheque.recherche import shown_title

    click.echo(f"{clause.id:38}  {shown_title(clause, library)}")


def _details(clause, library) -> None:
    from mandats.bibliotheque.recherche import cases_using

    header = clause.header
    _line(clause, library)
    click.echo("")
    click.echo(
        f"  fichier    {clause.corps.fichier}\n  cause      {header.cause}\n  régimes    {', '.join(header.regimes)}"
    )
    if header.repond_a:
        click.echo(f"  répond à   {header.repond_a}")
    click.echo(
        f"  registres  {', '.join(header.registres) or '(tous)'}\n  sources    {', '.join(header.sources) or '(aucune)'}"
    )
    for name, parametre in header.parametres.items():
        optional = ", facultatif" if parametre.facultatif else ""
        click.echo(f"  avec.{name} ({parametre.type}{optional}) : {parametre.aide}")
    if header.autorites:
        click.echo(
            f"  pour       {', '.join(header.autorites.pour) or '(aucune)'}\n  contre     {', '.join(header.autorites.contre) or '(aucune)'}"
        )
        if header.autorites.distinguer:
            click.echo(_wrapped(header.autorites.distinguer, "  "))
    for regime, other in header.pendants.items():
        click.echo(f"  pendant    {other} ({regime})")
    click.echo(f"  relue      {f'le {header.relu.le} par {header.relu.par}' if header.relu else 'non'}")
    click.echo(f"  employée   {', '.join(cases_using(_cases(), clause.id)) or '(dans aucun dossier de cases/)'}")
    click.echo(f"\nLe texte : mandats clauses montrer {clause.id}", err=True)


def _wrapped(text: str, indent: str = "") -> str:
    import textwrap

    return textwrap.fill(text, WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)


@clauses.command("chercher", short_help="Cherche des mots dans les clauses.")
@click.argument("mots", nargs=-1, required=True)
def chercher(mots: tuple[str, ...]) -> None:
    """Cherche des mots dans les clauses ; accents et pluriels indifférents.

    \b
    mandats clauses chercher données biométriques
    """
    from mandats.bibliotheque.recherche import search

    library = _library()
    found, _ = search(library, " ".join(mots))
    for clause in found:
        _line(clause, library)
    _count(len(found), "clause")


def _count(n: int, word: str) -> None:
    click.echo(f"\n{n} {word}{'s' * (n > 1)}." if n else f"Aucune {word} : essayez un mot de moins.", err=True)
    if not n:
        sys.exit(1)


@clauses.command("montrer")
@click.argument("nom")
@click.option("--registre", help="Registre de la conséquence (par défaut : le premier de la clause).")
@click.option("--regime", help="Régime (par défaut : le premier de la clause).")
@click.option(
    "--sortie", type=click.Path(path_type=Path, dir_okay=False), help="Écrit dans un fichier .html, .pdf ou .docx."
)
def montrer(nom: str, registre: str | None, regime: str | None, sortie: Path | None) -> None:
    """Montre le texte d'une clause, avec son exemple fictif.

    \b
    mandats clauses montrer rgpd/minimisation --registre plainte
    mandats clauses montrer rgpd/minimisation --sortie minimisation.pdf
    """
    from mandats import blocks
    from mandats.bibliotheque.exemple import render_example

    library = _library()
    clause = library.clauses.get(nom)
    if clause is None:
        raise _unknown("clause inconnue", nom, library.clause_ids)
    for word, value, choices in (
        ("régime", regime, clause.header.regimes),
        ("registre", registre, tuple(clause.header.registres)),
    ):
        if value and choices and value not in choices:
            raise _unknown(f"{word} que la clause n'a pas", value, choices)
    rendered, problems = render_example(clause, library, registre, regime, bordereau=sortie is not None)
    _tell(problems)
    if sortie:
        _write(rendered, sortie)
        click.echo(f"écrit : {sortie}")
        return
    for node in rendered.blocks[0]["c"][1]:
        for line in blocks.plain(node).strip().split("\n"):
            quoted = node["t"] in ("BlockQuote", "BulletList")
            click.echo(
                (click.style(line, bold=True) if node["t"] == "Header" else _wrapped(line, "    " if quoted else ""))
                + "\n"
            )
    for i, note in enumerate((n for n in blocks.walk(rendered.blocks) if n["t"] == "Note"), 1):
        click.echo(_wrapped(f"{i}. {blocks.plain(note['c']).strip()}"))


def _write(rendered, path: Path) -> None:
    from mandats.bibliotheque.catalogue import html
    from mandats.build import write_document, write_files

    kind = path.suffix.lower().lstrip(".")
    if kind == "html":
        data = (
            f'<!doctype html><html lang="fr"><meta charset="utf-8"><title>{path.stem}</title><body>'.encode()
            + html(rendered.blocks).encode()
        )
    elif kind in ("pdf", "docx"):
        data = write_document(rendered)[0][kind]
    else:
        raise click.UsageError("--sortie : un fichier .html, .pdf ou .docx")
    write_files(path.parent, {path.name: data})


@clauses.command("proposer")
@click.argument("cas", type=click.Path(path_type=Path))
@click.option("--toutes", is_flag=True, help="Aussi celles que le dossier emploie déjà.")
def proposer(cas: Path, toutes: bool) -> None:
    """Propose des clauses pour un dossier, avec la raison de chacune.

    \b
    mandats clauses proposer cases/testwe.yaml
    """
    from mandats.bibliotheque.recherche import propose
    from mandats.load.case import load_case
    from mandats.problem import UnusableInput

    try:
        loaded, problems = load_case(cas)
    except UnusableInput as error:
        _tell(list(error.problems))
        sys.exit(2)
    if loaded is None:
        _tell(problems)
        sys.exit(1)
    library = _library()
    shown = [p for p in propose(loaded, library) if toutes or not p.deja]
    for proposal in shown:
        mark = "déjà employée · " if proposal.deja else ""
        _line(proposal.clause, library)
        click.echo(f"{'':40}{mark}{' ; '.join(proposal.raisons)}")
    _count(len(shown), "proposition")


@clauses.command("rapport", short_help="Dit ce qui n'est pas relu, sourcé, employé, ou est faible.")
@click.option("--detail", is_flag=True, help="La liste sous chaque nombre.")
@click.argument("cas", nargs=-1, type=click.Path(path_type=Path))
def rapport(detail: bool, cas: tuple[Path, ...]) -> None:
    """Dit ce qui, dans les clauses, n'est pas relu, pas sourcé, pas employé, ou faible.

    \b
    mandats clauses rapport --detail
    """
    from mandats.bibliotheque.rapport import report

    made = report(_library(), _cases(cas))
    share = 100 * made.sourcees / made.affirmations if made.affirmations else 100
    click.echo(
        f"{made.arguments} arguments et réponses ; {made.sourcees} affirmations de droit sur {made.affirmations} portent une source ({share:.0f} %)."
    )
    _sections(made.lignes, detail)


def _sections(lines, detail: bool) -> None:
    for heading, rows in lines.items():
        click.echo(f"{len(rows):5}  {heading}")
        for name, why in rows if detail else ():
            click.echo(_wrapped(f"{name}{f' : {why}' if why else ''}", "         "))


@clauses.command("catalogue", short_help="Écrit la bibliothèque en pages HTML.")
@click.option(
    "--sortie",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("catalogue"),
    show_default=True,
    help="Dossier où écrire.",
)
def catalogue(sortie: Path) -> None:
    """Écrit toute la bibliothèque en pages HTML, avec recherche, sans réseau.

    \b
    mandats clauses catalogue --sortie catalogue
    """
    from mandats.bibliotheque.catalogue import render_catalogue
    from mandats.build import write_files

    pages, problems = render_catalogue(_library())
    _tell(problems)
    write_files(sortie, pages)
    click.echo(f"écrit : {sortie / 'index.html'}")


@click.group(cls=Listing, subcommand_metavar="[CLÉ | COMMANDE] ...")
def sources() -> None:
    """Liste le registre des textes et décisions, le cherche, le contrôle.

    \b
    mandats sources                          toutes
    mandats sources rgpd                     celles dont la clé commence ainsi
    mandats sources ce-2020-05-18-440442-drones    tout d'une source, et où elle sert
    mandats sources chercher drones 440442
    mandats sources rapport
    """


@sources.command("lister")
@click.argument("nom", required=False)
@click.option("--statut", help="Statut : annulee, infirmee, depassee, provisoire, defavorable, pendante.")
@click.option("--non-verifiees", is_flag=True, help="Celles qu'il reste à lire.")
def lister_sources(nom: str | None, statut: str | None, non_verifiees: bool) -> None:
    """Liste les sources, ou dit tout de l'une."""
    from mandats import blocks
    from mandats.content import STATUTS
    from mandats.render import cite

    library = _library()
    known = library.sources
    if statut and statut not in STATUTS:
        raise _unknown("valeur inconnue pour --statut", statut, STATUTS)
    if nom in known:
        _source_details(nom, library)
        return
    chosen = [
        k for k, s in sorted(known.items())
        if (not nom or k.startswith(nom)) and (not statut or s.statut == statut) and (not non_verifiees or (s.verifie is None and s.type != "texte"))
    ]  # fmt: skip
    if nom and not chosen and not any(k.startswith(nom) for k in known):
        raise _unknown("source inconnue", nom, known)
    for cle in chosen:
        mark = f"  [{STATUTS[known[cle].statut]}]" if STATUTS[known[cle].statut] else ""
        click.echo(f"{cle:48}  {blocks.plain(cite.full(known[cle], known))}{mark}")
    click.echo(f"\n{len(chosen)} source{'s' * (len(chosen) > 1)}.", err=True)


def _source_details(cle: str, library) -> None:
    from mandats import blocks
    from mandats.bibliotheque.rapport import level
    from mandats.bibliotheque.recherche import clauses_using
    from mandats.content import STATUTS
    from mandats.render import cite

    source = library.sources[cle]
    click.echo(f"{cle}\n{_wrapped(blocks.plain(cite.full(source, library.sources)), '  ')}")
    rows = [
        ("statut", STATUTS[source.statut]),
        ("alerte", source.alerte),
        ("portée", source.portee),
        ("adresse", source.url),
    ]
    rows += [
        (
            "en vigueur",
            " – ".join(filter(None, (source.vigueur.depuis, source.vigueur.jusqu_a))) if source.vigueur else None,
        )
    ]
    rows += [
        (
            "lecture",
            f"{level(source)}{f', le {source.verifie.le} : {source.verifie.lecture}' if source.verifie else ''}",
        )
    ]
    rows += [("à vérifier", source.a_verifier), ("clauses", ", ".join(clauses_using(library, cle)) or "(aucune)")]
    for name, value in rows:
        if value:
            click.echo(_wrapped(f"{name} : {value}", "  "))
    for name, words in source.passages.items():
        click.echo("\n" + _wrapped(f"{f'{name} : ' if name != 'texte' else ''}« {words} »", "    "))


@sources.command("chercher")
@click.argument("mots", nargs=-1, required=True)
def chercher_sources(mots: tuple[str, ...]) -> None:
    """Cherche un numéro, un nom, des mots cités.

    \b
    mandats sources chercher latvijas
    """
    from mandats import blocks
    from mandats.bibliotheque.recherche import search
    from mandats.render import cite

    library = _library()
    _, found = search(library, " ".join(mots))
    for cle in found:
        click.echo(f"{cle:48}  {blocks.plain(cite.full(library.sources[cle], library.sources))}")
    _count(len(found), "source")


@sources.command("rapport", short_help="Compte les sources par degré de lecture et par statut.")
@click.option("--detail", is_flag=True, help="La liste sous chaque nombre.")
def rapport_sources(detail: bool) -> None:
    """Compte les sources vérifiées, lues en partie, non vérifiées ; et celles qu'il ne faut pas invoquer.

    \b
    mandats sources rapport --detail
    """
    from mandats.bibliotheque.rapport import source_report

    library = _library()
    declared = {k for c in library.clauses.values() for k in c.header.sources}
    _sections(source_report(library, declared), detail)
    if library.altered:
        click.echo(
            f"{len(library.altered):5}  modifiées depuis leur vérification : {', '.join(sorted(library.altered))}"
        )
        sys.exit(1)


@sources.command("sceller", short_help="Pose l'empreinte des sources relues.")
@click.argument("cles", nargs=-1)
@click.option(
    "--dossier",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=Path("clauses/sources"),
    show_default=True,
    help="Dossier du registre.",
)
def sceller(cles: tuple[str, ...], dossier: Path) -> None:
    """Pose l'empreinte des sources relues : un mot changé ensuite se verra.

    \b
    mandats sources sceller rgpd-5-1-c       une source, après l'avoir relue
    mandats sources sceller                  toutes celles qui n'ont pas d'empreinte
    """
    from mandats.bibliotheque.sceau import seal_files

    sealed, unknown = seal_files(dossier, set(cles))
    for cle in unknown:
        raise _unknown("source absente de ce dossier", cle, [])
    click.echo(
        f"{len(sealed)} source{'s' * (len(sealed) > 1)} scellée{'s' * (len(sealed) > 1)}{' : ' + ', '.join(sealed) if 0 < len(sealed) <= 12 else ''}."
    )
