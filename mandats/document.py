"""What the stages hand to one another: texts, clauses, a resolved Document, a Rendered one. Frozen, no file access."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Self

from mandats.blocks import Node
from mandats.content import ClauseHeader, Source, TemplateHeader
from mandats.intake import missing
from mandats.keys import Organisme, Regime, Registre
from mandats.model import ArgumentAdverse, Case, DocumentOrder, Moyen, Party, Piece, Traitement
from mandats.parts import Part
from mandats.problem import ERREUR, KeyPath, Place, Problem, nearest, write_path
from mandats.procedure import AvisCada, Decision, Demande, Fait, InstanceFond, Jugement

Places = Mapping[KeyPath, Place]
TO_FILL = "[à compléter"
BLANK = re.compile(r"\[à compléter(?:[ \u00a0]?:)?[ \u00a0]*([^\]\n]*)\]")  # in a text, with its question
Families = Mapping[str, tuple[str, ...]]  # template → what it is, from general to particular
# What every text sees besides the roles of its template and its own parameters, with what each holds.
CONTEXT: Mapping[str, Any] = {
    "affaire": Case, "document": DocumentOrder, "registre": Registre, "regime": Regime, "traitement": Traitement,
    "decision": Decision, "en_refere": bool, "suspension": bool, "defense": bool, "organisme": Organisme, "prive": bool,
    "instance_fond": InstanceFond, "jugement": Jugement, "rattachements": tuple,
    "parties": Mapping, "faits": tuple, "demande": Demande, "avis_cada": AvisCada, "pieces_du_dossier": tuple,
    "moyens_titres": list, "date_acte": str, "argument": ArgumentAdverse,
}  # fmt: skip


class Blank:
    """A value the case does not give. False in a test; printed, it becomes a highlighted blank.

    `told`: a problem already says why it is missing.
    """

    def __init__(self, nom: str, told: bool = False):
        self.nom, self.told = nom, told

    def __bool__(self) -> bool:
        return False

    def __str__(self) -> str:
        """A mark, which whoever prints the text around it makes a blank again."""
        return missing(self.nom, self.told)

    __repr__ = __str__  # of a list that holds it

    def __getattr__(self, name: str) -> Self:
        """What is part of something missing is missing too."""
        if name.startswith("_"):
            raise AttributeError(name)
        return type(self)(name, self.__dict__.get("told", False))

    def __getitem__(self, key: object) -> Self:
        return self

    def __iter__(self) -> Iterator[Any]:
        return iter(())


@dataclass(frozen=True)
class Text:
    """A Markdown file and the place of its first line (after a front matter)."""

    fichier: str
    contenu: str
    ligne: int = 1
    colonne: int = 1
    premier: int = 0  # the depth of a heading that stands where a clause's title would; 0: under the title it has
    accompagne: bool = False  # a prose that leads to a clause, or goes on after one, under one heading
    livre: bool = False  # it ships with the program: not a word of it is a drafter's

    def place_of_name(self, name: str) -> Place:
        """Where `name` stands inside braces, or the first line."""
        found = re.search(r"\{[{%][^}]*\b" + re.escape(name) + r"\b", self.contenu)
        return self.at(found.end() - len(name) if found else 0)

    def place(self, needle: str = "", occurrence_line: int | None = None) -> Place:
        """Where `needle` first stands, or the first line."""
        if occurrence_line:
            return Place(self.fichier, self.ligne + occurrence_line - 1, self.colonne if occurrence_line == 1 else 1)
        return self.at(max(0, self.contenu.find(needle)))

    def at(self, index: int) -> Place:
        line, column = self.contenu.count("\n", 0, index), index - self.contenu.rfind("\n", 0, index)
        return Place(self.fichier, self.ligne + line, column if line else column + self.colonne - 1)


@dataclass(frozen=True)
class Clause:
    id: str
    header: ClauseHeader
    corps: Text
    places: Places
    parts: tuple[Part, ...] = ()
    version: str = ""  # the first twelve digits of its file's SHA-256


@dataclass(frozen=True)
class Template:
    slug: str
    header: TemplateHeader
    plan: Text
    places: Places
    folder: Path
    champs: tuple[str, ...] = ()  # of a form: the expressions that formulaire.docx prints
    layers: tuple[Path, ...] = ()  # where its files are: its folders, then `commun`; the drafter's own first of each

    def file(self, name: str) -> Path:
        """page.typ, reference.docx…: the template's own, else the common one."""
        places = [folder / name for folder in self.layers or (self.folder,)]
        return next((p for p in places if p.is_file()), places[-1])


@dataclass(frozen=True)
class LoadedCase:
    case: Case
    places: Places
    file: Path  # as the drafter named it
    folder: Path  # pièces and prose
    texts: Mapping[str, Text]  # prose files by name
    source: str  # the file as it was written
    fichiers: frozenset[str]  # the names in its folder of pièces

    def place_of(self, path: KeyPath) -> Place:
        return nearest(self.places, path)

    def problem(self, id: str, path: KeyPath, message: str, gravite: str = ERREUR) -> Problem:
        return Problem(id, self.place_of(path), write_path(path), message, gravite)

    @cached_property
    def left_blank(self) -> Mapping[KeyPath, str]:
        """Path → the words to fill in: each value of the case that begins with « [à compléter » or is a null (« »)."""
        value = cache(lambda path: _part(value(path[:-1]), path[-1]) if path else self.case)
        found = {path: value(path) for path in self.places}
        return {p: v or "" for p, v in found.items() if v is None or (isinstance(v, str) and v.startswith(TO_FILL))}


def _part(value: Any, part: str | int) -> Any:
    """The value under a key; empty when the model has none there (a key nobody knows)."""
    try:
        return value[part] if hasattr(value, "__getitem__") else getattr(value, str(part))
    except (KeyError, IndexError, AttributeError, TypeError):
        return ""


@dataclass(frozen=True)
class Library:
    """What was read, of what there is: for a case, only what it may name."""

    clauses: Mapping[str, Clause]
    sources: Mapping[str, Source]
    source_places: Mapping[str, Place]  # of every source, read or not
    templates: Mapping[str, Template]
    clause_ids: tuple[str, ...] = ()  # of every clause, read or not, sound or not
    template_names: tuple[str, ...] = ()  # likewise
    maison: Mapping[str, bytes] = field(default_factory=dict)  # the parts of the house's Word file, when there is one

    @property
    def altered(self) -> frozenset[str]:
        """The sources whose words are no longer those that were sealed."""
        return frozenset(cle for cle, source in self.sources.items() if source.altered)

    @property
    def familles(self) -> Families:
        """What each template that was read says it is."""
        return {slug: template.header.famille for slug, template in self.templates.items()}

    @cached_property
    def discussing(self) -> Mapping[str, set[str]]:
        """Source → the files of the clauses that discuss it as contrary (`autorites.contre`)."""
        found: dict[str, set[str]] = {}
        for clause in self.clauses.values():
            for cle in clause.header.autorites.contre if clause.header.autorites else ():
                found.setdefault(cle, set()).add(clause.corps.fichier)
        return found

    def on(self, day: str) -> Self:
        """The library with each source as it stood on `day` (ISO)."""
        return replace(self, sources={cle: source.on(day) for cle, source in self.sources.items()})


@dataclass(frozen=True)
class Item:
    """A Moyen tied to its clause or text, with its values resolved."""

    moyen: Moyen
    path: KeyPath
    place: Place
    clause: Clause | None = None
    text: Text | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    remplace: Mapping[str, Text] = field(default_factory=dict)  # block of the clause → what the case says instead

    @property
    def cause(self) -> str | None:
        """The place of a moyen in the act: as the case says, else as its clause does; None for a bare prose."""
        return self.moyen.cause or (self.clause.header.cause if self.clause else None)


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
    reponses: tuple[tuple[ArgumentAdverse, tuple[Item, ...]], ...]
    rangs: Mapping[str, int] = field(default_factory=dict)  # the numbers of its instance, given by `mandats.numeros`
    produites: frozenset[str] = frozenset()  # the pièces that went with an earlier act of its instance

    @property
    def place(self) -> Place:
        return self.loaded.place_of(("documents", self.index))

    @property
    def jointes(self) -> tuple[tuple[int, Piece], ...]:
        """The pièces that go with the document, with their numbers: those it lists, else those not yet produced."""
        listed = self.order.jointes if self.order.jointes is not None else self.order.pieces
        chosen = self.numeros.keys() - self.produites if listed is None else {*listed}
        return tuple((self.numeros[p.cle], p) for p in self.pieces if p.cle in chosen)

    @property
    def numeros(self) -> Mapping[str, int]:
        """Key of a pièce → its number."""
        return self.rangs or {p.cle: n for n, p in enumerate(self.pieces, 1)}

    @property
    def citables(self) -> Mapping[str, int]:
        """The same, of all that it may cite: any pièce of the case, when it lists none."""
        others = (p.cle for p in self.case.pieces if p.cle not in self.numeros and self.order.pieces is None)
        return {**self.numeros, **{cle: n for n, cle in enumerate(others, max(self.numeros.values(), default=0) + 1)}}

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
    def propre_date(self) -> str | None:
        """Its own day; of a form without one, that of the last text the ledger holds."""
        form = self.template.header.genre == "formulaire"
        known = (t.date for state in self.case.etats for t in state.textes if t.date and form)
        return self.order.date or max(known, default=None)

    @property
    def date(self) -> str:
        return self.propre_date or self.case.date

    @property
    def traitement(self) -> Traitement | None:
        return self.case.traitements.get(self.order.vise) if self.order.vise else self.case.traitement

    @property
    def organisme(self) -> str | None:
        """Whether the processing is a public body's or a private one's; None when the case does not say."""
        return self.case.nature(self.traitement)

    @property
    def prive(self) -> bool:
        """Whether no public authority interferes: a private body's processing, and no public act under attack."""
        attacked = self.case.decision if self.registre not in ("plainte", "clair") else None
        auteur = self.case.parties.get(attacked.auteur) if attacked else None
        return self.organisme == "prive" and not (auteur and auteur.organisme == "public")

    def pleads(self, source: Source) -> bool:
        """Whether a precedent is of the field of the processing under attack."""
        traitement = self.traitement
        return not (source.domaine and traitement) or source.domaine.meets(traitement, self.organisme)

    @property
    def rattachements(self) -> tuple[str, ...]:
        """On what grounds a person is concerned: as the processing says, else as the complaint about it does."""
        own = self.traitement.rattachements if self.traitement else ()
        kin = [o for o in self.case.documents if o.vise == self.order.vise]
        kin += [o for o in self.case.documents if any(a.comme and a.comme.document == (o.nom or o.modele) for a in kin)]
        given = (m.avec.get("rattachements") for o in kin for moyens in o.sections.values() for m in moyens)
        return own or next((tuple(map(str, one)) for one in given if isinstance(one, list) and one), ())

    @property
    def faits(self) -> list[tuple[int, Fait]]:
        """The facts this document tells, with their rank in the case."""
        return [(i, f) for i, f in enumerate(self.case.faits) if not f.documents or self.nom in f.documents]

    @property
    def after_defence(self) -> bool:
        """Whether the other side has pleaded: what it says, or does not, is known."""
        return self.registre == "replique" or bool(self.order.instance and self.order.instance.memoire_adverse)

    @property
    def en_refere(self) -> bool:
        return in_refere(self.case, self.order, self.library.familles)

    def items(self) -> Iterator[Item]:
        """All that its sections and its answers hold."""
        for items in self.sections.values():
            yield from items
        for _, items in self.reponses:
            yield from items

    @property
    def clauses(self) -> list[Clause]:
        """The clauses it inserts, once each."""
        return list({item.clause.id: item.clause for item in self.items() if item.clause}.values())

    @property
    def chemin(self) -> str:
        return f"documents[{self.index}]"


def in_refere(case: Case, order: DocumentOrder, familles: Families) -> bool:
    """Whether its proceedings are a référé's, where the inquiry closes with the hearing (art. R. 522-8 CJA)."""

    def courts(one: DocumentOrder) -> set[str]:
        held = (cle for role in one.roles for cle in one.holders(role) if cle in case.parties)
        return {cle for cle in held if case.parties[cle].type == "juridiction"}

    before_it = [o.modele for o in case.documents if courts(o) & courts(order)]
    filed = {famille for modele in before_it for famille in familles.get(modele, ())}
    return (
        not {"refere", "memoire-refere"}.isdisjoint(familles.get(order.modele, ()))
        or (order.registre or "").startswith("refere-")
        or "référé" in (order.titre or "").lower()
        or ("refere" in filed and "fond" not in filed)
    )


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
    blocks: list[Node]
    title: str
    cited_sources: tuple[Use, ...] = ()
    cited_pieces: tuple[str, ...] = ()
    blanks: tuple[Use, ...] = ()
    quotations: tuple[Quotation, ...] = ()
    developed: tuple[Use, ...] = ()  # passages quoted, and decisions that a block develops (without a passage)
    values: Mapping[str, Any] = field(default_factory=dict)  # of a form
    printed: Mapping[KeyPath, list[Node]] = field(default_factory=dict)  # what each element of the case became

    def uses(self) -> dict[str, list[Use]]:
        """Source → its uses, in reading order."""
        found: dict[str, list[Use]] = {}
        for use in self.cited_sources:
            found.setdefault(use.cle, []).append(use)
        return found

    def sources(self) -> Iterator[tuple[str, Source, list[Use]]]:
        """Each source cited, with its uses, by the first of them."""
        for cle, uses in self.uses().items():
            yield cle, self.document.library.sources[cle], uses

    def relied_on(self, cle: str, uses: list[Use]) -> list[Use]:
        """The uses of a source in support: neither assumed by the case, nor in a clause that says it discusses it."""
        if cle in self.document.case.assume:
            return []
        discussed = self.document.library.discussing.get(cle, ())
        return [u for u in uses if u.place.fichier not in discussed]
