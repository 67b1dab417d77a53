"""What a face shows of a clause or of a source: a line in a list, a card, the text. Values in, values out."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from mandats import blocks
from mandats.bibliotheque.exemple import render_example
from mandats.bibliotheque.recherche import search, shown_title
from mandats.content import STATUTS, Source
from mandats.document import Clause, Library, Rendered
from mandats.keys import CAUSES, REGIMES, REGISTRES
from mandats.problem import Problem, UnknownName, suggest
from mandats.render import cite


@dataclass(frozen=True)
class ClauseLine:
    """A clause, and its title as a reader sees it: with the values of its example."""

    clause: Clause
    titre: str


@dataclass(frozen=True)
class SourceLine:
    """A source, as cited in full, and what became of it (`sort`: empty when it stands)."""

    cle: str
    source: Source
    citation: str
    sort: str


Kind = Literal["titre", "texte", "citation"]
KINDS: dict[str, Kind] = {"Header": "titre", "BlockQuote": "citation", "BulletList": "citation"}  # by node


@dataclass(frozen=True)
class Paragraph:
    kind: Kind
    text: str


@dataclass(frozen=True)
class ShownClause:
    """A clause with its fictional example: the document it makes alone, its paragraphs and notes as plain text."""

    rendered: Rendered
    paragraphs: tuple[Paragraph, ...]
    notes: tuple[str, ...]
    problems: tuple[Problem, ...]


def search_clauses(
    library: Library, words: str = "", nom: str | None = None, regime: str | None = None, registre: str | None = None,
    campagne: str | None = None, cause: str | None = None,
) -> tuple[ClauseLine, ...]:  # fmt: skip
    """The clauses that hold every word, best first (without words: all, by name), and fit what is given.

    `nom`: a matter, « rgpd », or a clause. Raises UnknownName for a matter, regime, register or cause that is none.

    >>> from pathlib import Path
    >>> from mandats import open_library
    >>> found = search_clauses(open_library(Path())[0], "minimisation", nom="rgpd")
    >>> found[0].clause.id, found[0].titre
    ('rgpd/minimisation', 'Les données recueillies excèdent ce qu’exige la finalité poursuivie')
    """
    require("valeur inconnue pour --regime", regime, REGIMES)
    require("valeur inconnue pour --registre", registre, REGISTRES)
    require("valeur inconnue pour --cause", cause, CAUSES)
    known = dict(sorted(library.clauses.items()))
    within = nom.rstrip("/") + "/" if nom else ""
    if not any(k.startswith(within) for k in known):
        require("clause ou matière inconnue", nom, [*known, *{k.split("/")[0] for k in known}])
    return tuple(
        line_of(c, library)
        for c in (search(library, words)[0] if words else known.values())
        if (c.id == nom or c.id.startswith(within))
        and (not regime or regime in c.header.regimes)
        and (not registre or not c.header.registres or registre in c.header.registres)
        and (not campagne or campagne in c.header.campagnes)
        and (not cause or cause == c.header.cause)
    )


def line_of(clause: Clause, library: Library) -> ClauseLine:
    return ClauseLine(clause, shown_title(clause, library))


def search_sources(
    library: Library, words: str = "", nom: str | None = None, statut: str | None = None, non_verifiees: bool = False
) -> tuple[SourceLine, ...]:
    """The sources that hold every word, best first (without words: all, by key), and fit what is given.

    `nom`: how the key begins; `non_verifiees`: those that nobody read, articles vouching for their instrument. Raises
    UnknownName for a status that does not exist, or a beginning that no key has.

    >>> from pathlib import Path
    >>> from mandats import open_library
    >>> [line.cle for line in search_sources(open_library(Path())[0], "440442 drones")]
    ['ce-2020-05-18-440442-drones']
    """
    require("valeur inconnue pour --statut", statut, STATUTS)
    known = library.sources
    if not any(k.startswith(nom or "") for k in known):
        require("source inconnue", nom, known)
    return tuple(
        source_line(k, library)
        for k in (search(library, words)[1] if words else sorted(known))
        if (not nom or k.startswith(nom))
        and (not statut or known[k].statut == statut)
        and (not non_verifiees or (known[k].verifie is None and known[k].type != "texte"))
    )


def source_line(cle: str, library: Library) -> SourceLine:
    source = library.sources[cle]
    return SourceLine(cle, source, blocks.plain(cite.reference(source, library.sources)), STATUTS[source.statut])


def show_clause(
    library: Library, nom: str, registre: str | None = None, regime: str | None = None, bordereau: bool = False
) -> ShownClause:
    """The clause with its example. `registre`, `regime`: one of its own, by default its first.

    `bordereau`: with the pièces it refers to, which a PDF's links need. Raises UnknownName.

    >>> from pathlib import Path
    >>> from mandats import open_library
    >>> show_clause(open_library(Path())[0], "rgpd/minimisation").paragraphs[0]
    Paragraph(kind='titre', text='Les données recueillies excèdent ce qu’exige la finalité poursuivie')
    """
    if nom not in library.clauses:
        raise UnknownName(f"clause inconnue : {nom}{suggest(nom, library.clause_ids)}")
    clause = library.clauses[nom]
    require("régime que la clause n'a pas", regime, clause.header.regimes)
    require("registre que la clause n'a pas", registre, clause.header.registres or REGISTRES)
    rendered, problems = render_example(clause, library, registre, regime, bordereau=bordereau)
    paragraphs = (
        Paragraph(KINDS.get(node["t"], "texte"), line)
        for node in rendered.blocks[0]["c"][1]
        for line in blocks.plain(node).strip().split("\n")
    )
    notes = tuple(blocks.plain(n["c"]).strip() for n in blocks.walk(rendered.blocks) if n["t"] == "Note")
    return ShownClause(rendered, tuple(paragraphs), notes, tuple(problems))


def require(what: str, word: str | None, known: Collection[str]) -> None:
    """Raises UnknownName, with the nearest, for a word that is not known; none given is no fault."""
    if word and word not in known:
        raise UnknownName(f"{what} : {word}{suggest(word, known)}")
