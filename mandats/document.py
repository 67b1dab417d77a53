"""What the stages hand to one another: texts, clauses, a resolved Document, a Rendered one. Frozen, no file access."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mandats.model import Case, ClauseHeader, DocumentOrder, Moyen, Party, Piece, Source, TemplateHeader
from mandats.problem import Place

Places = Mapping[tuple[str | int, ...], Place]


class Blank:
    """A value the case does not give. False in a test; printed, it becomes a highlighted blank.

    `told`: a problem already says why it is missing.
    """

    def __init__(self, nom: str, told: bool = False):
        self.nom, self.told = nom, told

    def __bool__(self) -> bool:
        return False

    def __iter__(self):
        return iter(())


@dataclass(frozen=True)
class Text:
    """A Markdown file and the place of its first line (after a front matter)."""

    fichier: str
    contenu: str
    ligne: int = 1
    colonne: int = 1

    def place_of_name(self, name: str) -> Place:
        """Where `name` stands inside braces, or the first line."""
        found = re.search(r"\{[{%][^}]*\b" + re.escape(name) + r"\b", self.contenu)
        if not found:
            return self.place()
        start = self.contenu[: found.end() - len(name)]
        line = start.count("\n")
        column = len(start) - (start.rfind("\n") + 1) + 1
        return Place(self.fichier, self.ligne + line, column if line else column + self.colonne - 1)

    def place(self, needle: str = "", occurrence_line: int | None = None) -> Place:
        """Where `needle` first stands, or the first line."""
        if occurrence_line:
            return Place(self.fichier, self.ligne + occurrence_line - 1, self.colonne if occurrence_line == 1 else 1)
        index = self.contenu.find(needle) if needle else -1
        if index < 0:
            return Place(self.fichier, self.ligne, self.colonne)
        before = self.contenu[:index]
        column = index - (before.rfind("\n") + 1) + 1
        return Place(self.fichier, self.ligne + before.count("\n"), column if "\n" in before else column + self.colonne - 1)


@dataclass(frozen=True)
class Clause:
    id: str
    header: ClauseHeader
    corps: Text
    places: Places


@dataclass(frozen=True)
class Template:
    slug: str
    header: TemplateHeader
    plan: Text
    places: Places
    folder: Path
    champs: tuple[str, ...] = ()  # of a form: the expressions that formulaire.docx prints
    shared: tuple[Path, ...] = ()  # the folders `templates/commun`, the drafter's own first

    def file(self, name: str) -> Path:
        """page.typ, reference.docx…: the template's own, else the common one."""
        places = [folder / name for folder in (self.folder, *self.shared)]
        return next((p for p in places if p.is_file()), places[-1])


@dataclass(frozen=True)
class LoadedCase:
    case: Case
    places: Places
    file: Path  # as the drafter named it
    folder: Path  # pièces and prose
    texts: Mapping[str, Text]  # prose files by name
    source: str = ""  # the file as it was written


@dataclass(frozen=True)
class Library:
    clauses: Mapping[str, Clause]
    sources: Mapping[str, Source]
    source_places: Mapping[str, Place]
    templates: Mapping[str, Template]


@dataclass(frozen=True)
class Item:
    """A Moyen tied to its clause or text, with its values resolved."""

    moyen: Moyen
    path: tuple[str | int, ...]
    place: Place
    clause: Clause | None = None
    text: Text | None = None
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Document:
    """One document to produce: everything its rendering needs."""

    loaded: LoadedCase
    order: DocumentOrder
    index: int
    template: Template
    library: Library
    roles: Mapping[str, tuple[Party, ...]]
    sections: Mapping[str, tuple[Item, ...]]
    pieces: tuple[Piece, ...]
    place: Place

    @property
    def case(self) -> Case:
        return self.loaded.case

    @property
    def nom(self) -> str:
        return self.order.nom or self.order.modele

    @property
    def titre(self) -> str:
        return self.order.titre or self.template.header.titre

    @property
    def registre(self) -> str:
        return self.order.registre or self.template.header.registre

    @property
    def date(self) -> str:
        return self.order.date or self.case.date

    @property
    def chemin(self) -> str:
        return f"documents[{self.index}]"


@dataclass(frozen=True)
class Use:
    """One use of a name in a text: where the text stands and which item of the case called it."""

    cle: str
    place: Place
    appel: Place | None = None
    passage: str = ""
    regime: str = ""


@dataclass(frozen=True)
class Quotation:
    """Words between « » found in a clause, a plan or a prose file, with the sources cited in the same paragraph."""

    texte: str
    place: Place
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rendered:
    """A document as blocks (pandoc's JSON AST), with what was cited on the way."""

    document: Document
    blocks: list[dict]
    title: str
    cited_sources: tuple[Use, ...] = ()
    cited_pieces: tuple[Use, ...] = ()
    blanks: tuple[Use, ...] = ()
    quotations: tuple[Quotation, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)  # of a form
