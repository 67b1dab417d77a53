"""The whole library as one static HTML folder: searchable without a network, fit to print.

Two pages, `index.html` (clauses) and `sources.html`. One pandoc run turns every clause into HTML; Jinja escapes the
rest.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import jinja2

from mandats import blocks as ast
from mandats.bibliotheque.exemple import render_example
from mandats.bibliotheque.rapport import level
from mandats.bibliotheque.recherche import clauses_using, fold, shown_title
from mandats.blocks import Node
from mandats.content import STATUTS, Autorites
from mandats.document import Clause, Library
from mandats.problem import Problem
from mandats.render import cite, typography
from mandats.write.pandoc import run_pandoc

MARK = "<!-- suite -->"


def render_catalogue(library: Library) -> tuple[dict[str, bytes], list[Problem]]:
    """File name → bytes, and the problems met while rendering the examples."""
    clauses = [c for c in library.clauses.values() if not c.header.remplacee_par]
    bodies, problems = _bodies(clauses, library)
    matters: dict[str, list[dict[str, Any]]] = {}
    for clause, body in zip(clauses, bodies, strict=True):
        matters.setdefault(clause.id.split("/")[0], []).append(_clause(clause, body, library))
    groups: dict[str, list[dict[str, Any]]] = {}
    for cle in sorted(library.sources, key=lambda k: _order(k, library)):
        groups.setdefault(_group(cle, library), []).append(_source(cle, library))
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "pages"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
    )
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
        nodes += [*_for_html(_body(rendered.blocks)), {"t": "RawBlock", "c": ["html", MARK]}]
    made = run_pandoc(nodes, "html5", "--wrap=none").decode() if nodes else ""
    return made.split(MARK)[:-1], problems


def _body(nodes: list[Node]) -> list[Node]:
    """The clause out of its division, without its title: the page prints its own."""
    inner = nodes[0]["c"][1] if nodes and nodes[0]["t"] == "Div" else nodes
    return inner[1:] if inner and inner[0]["t"] == "Header" else inner


def _for_html(nodes: list[Node]) -> list[Node]:
    """Headings lowered under the page's own, identifiers left out: two clauses may have the same."""
    for node in ast.walk(nodes):
        if node["t"] == "Header":
            node["c"][0] = min(6, node["c"][0] + 2)
            node["c"][1] = ["", [], []]
        elif node["t"] in ("Div", "Span"):
            node["c"][0] = ["", node["c"][0][1], []]
    return nodes


def _clause(clause: Clause, body: str, library: Library) -> dict[str, Any]:
    header = clause.header
    authorities = header.autorites or Autorites()
    told = (clause.id, header.titre, header.repond_a or "", *header.mots_cles, *header.techniques, *header.campagnes)
    return {
        "id": clause.id, "titre": shown_title(clause, library), "cause": header.cause, "regimes": header.regimes,
        "registres": tuple(header.registres), "parametres": header.parametres,
        "campagnes": header.campagnes, "mots_cles": header.mots_cles,
        "pour": [_named(k, library) for k in authorities.pour],
        "contre": [_named(k, library) for k in authorities.contre],
        "distinguer": typography.french(authorities.distinguer or ""),
        "sources": [_named(k, library) for k in header.sources], "relu": header.relu, "corps": body,
        "cherche": _searched(*told, re.sub(r"\{[{%].*?[}%]\}", " ", clause.corps.contenu)),
    }  # fmt: skip


def _named(cle: str, library: Library) -> dict[str, str]:
    source = library.sources.get(cle)
    if source is None:
        return {"cle": cle, "nom": cle, "statut": "inconnue"}
    return {"cle": cle, "nom": ast.plain(cite.full(source, library.sources)), "statut": STATUTS[source.statut]}


def _source(cle: str, library: Library) -> dict[str, Any]:
    source = library.sources[cle]
    named = _named(cle, library)
    return {
        **named, "alerte": source.alerte, "portee": source.portee,
        "vigueur": source.vigueur, "versions": source.versions,
        "passages": {k: typography.french(f"« {v} »") for k, v in source.passages.items()},
        "niveau": level(source) if source.type != "texte" else "",
        "a_verifier": source.a_verifier, "verifie": source.verifie,
        "url": source.url if source.url and source.url.startswith("https://") else "",
        "clauses": clauses_using(library, cle),
        "cherche": _searched(cle, named["nom"], source.portee or "", *source.passages.values()),
    }  # fmt: skip


def _searched(*texts: str) -> str:
    """What the page's own search compares, once each."""
    return " ".join(dict.fromkeys(fold(" ".join(texts))))


def _group(cle: str, library: Library) -> str:
    source = library.sources[cle]
    return (library.sources[source.texte].groupe if source.texte else source.groupe) or "Autres"


def _order(cle: str, library: Library) -> tuple[int, str, tuple[Any, ...], str]:
    source = library.sources[cle]
    return (
        *cite.rank(source, library.sources),
        tuple(cite.natural(f"{source.texte or cle} {source.libelle or ''}")),
        cle,
    )
