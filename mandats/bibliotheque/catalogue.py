"""The whole library as one static HTML folder: searchable without a network, fit to print.

Two pages, `index.html` (clauses) and `sources.html`. One pandoc run turns every clause into HTML; Jinja escapes the
rest.
"""

import re
from collections import defaultdict
from functools import partial
from pathlib import Path
from typing import Any

import jinja2

from mandats import blocks as ast
from mandats.bibliotheque.exemple import render_example
from mandats.bibliotheque.fiches import source_line
from mandats.bibliotheque.rapport import level
from mandats.bibliotheque.recherche import clauses_using, fold, shown_title
from mandats.blocks import Node
from mandats.document import Clause, Library
from mandats.problem import Problem
from mandats.render import cite, typography
from mandats.write.pandoc import run_pandoc

MARK = "<!-- suite -->"


def render_catalogue(library: Library) -> tuple[dict[str, bytes], list[Problem]]:
    """File name → bytes, and the problems met while rendering the examples."""
    clauses = [c for c in library.clauses.values() if not c.header.remplacee_par]
    bodies, problems = _bodies(clauses, library)
    matters, groups = defaultdict(list), defaultdict(list)
    for clause, body in zip(clauses, bodies, strict=True):
        matters[clause.id.split("/")[0]].append((clause, body))
    for cle in sorted(library.sources, key=lambda k: _order(k, library)):
        source = library.sources[cle]
        group = (library.sources[source.texte] if source.texte else source).groupe
        groups[group or "Autres"].append(source_line(cle, library))
    loader = jinja2.FileSystemLoader(Path(__file__).parent / "pages")
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
    environment.globals |= {
        "sources": library.sources,
        "titre": partial(shown_title, library=library),
        "citee": partial(source_line, library=library),
        "clauses_de": partial(clauses_using, library),
        "francais": typography.french,
        "niveau": level,
        "mots": _words,
        "cherche": lambda *texts: " ".join(dict.fromkeys(fold(" ".join(filter(None, texts))))),  # by the page's search
    }
    index = environment.get_template("clauses.html").render(matieres=matters, nombre=len(clauses))
    register = environment.get_template("sources.html").render(groupes=groups, nombre=len(library.sources))
    return {"index.html": index.encode(), "sources.html": register.encode()}, problems


def html(blocks: list[Node]) -> str:
    return run_pandoc(_for_html(blocks), "html5", "--wrap=none").decode()


def _bodies(clauses: list[Clause], library: Library) -> tuple[list[str], list[Problem]]:
    """The HTML of each clause, references in the text, from a single pandoc run."""
    nodes: list[Node] = []
    problems: list[Problem] = []
    for clause in clauses:
        rendered, found = render_example(clause, library, citations="texte")
        problems += found
        _, *body = rendered.blocks[0]["c"][1]  # out of its division, without its title: the page prints its own
        nodes += [*_for_html(body), {"t": "RawBlock", "c": ["html", MARK]}]
    made = run_pandoc(nodes, "html5", "--wrap=none").decode() if nodes else ""
    return made.split(MARK)[:-1], problems


def _for_html(nodes: list[Node]) -> list[Node]:
    """Headings lowered under the page's own, identifiers left out: two clauses may have the same."""
    for node in ast.walk(nodes):
        if node["t"] == "Header":
            node["c"][0] = min(6, node["c"][0] + 2)
            node["c"][1] = ["", [], []]
        elif node["t"] in ("Div", "Span"):
            node["c"][0] = ["", node["c"][0][1], []]
    return nodes


def _words(clause: Clause) -> tuple[str | None, ...]:
    """What a clause is looked for by: its names, and its text without what it computes."""
    header, text = clause.header, re.sub(r"\{[{%].*?[%}]\}", " ", clause.corps.contenu)
    return clause.id, header.titre, header.repond_a, *header.mots_cles, *header.techniques, *header.campagnes, text


def _order(cle: str, library: Library) -> tuple[Any, ...]:
    """As in the table of authorities, then by number."""
    source = library.sources[cle]
    natural = cite.natural(f"{source.texte or cle} {source.libelle or ''}")
    return *cite.rank(source, library.sources), tuple(natural), cle
