"""What the program writes of a case, new or going on: `templates/commun/questions.yaml`, whose head says what each key
means.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from mandats.content import Role
from mandats.document import Template
from mandats.keys import Model
from mandats.load.paths import read_text
from mandats.load.validate import validate
from mandats.load.yaml_places import read_yaml
from mandats.problem import Place, Problem, UnusableInput, suggest, write_path
from mandats.roots import shipped_root

ASK = "?"


class Entry(Model):
    """What is written of a block: values by key, comments by key, and the optional keys that are shown."""

    valeurs: dict[str, Any] = {}
    notes: dict[str, str] = {}
    facultatif: tuple[str, ...] = ()

    def __or__(self, other: Entry) -> Entry:
        shown = (*self.facultatif, *other.facultatif)
        return Entry(valeurs=self.valeurs | other.valeurs, notes=self.notes | other.notes, facultatif=shown)


class PartyEntry(Entry):
    auteur: Entry = Entry()
    statuts: Entry = Entry()


class PieceEntry(Model):
    cle: str
    titre: str = ASK
    fichier: str | None = None
    date: str = ""  # the key of a block that tells its day


class Identity(Model):
    """Who a role may be to the case."""

    qui: str
    aide: str = ""
    cle: str | None = None
    confondu: tuple[str, ...] = ()


class Questions(Model):
    """`questions.yaml`; the file says what each key means."""

    textes: dict[str, str]
    est: dict[str, Identity]
    roles: dict[str, str]
    adverse: tuple[str, ...]
    partie: PartyEntry
    parties: dict[str, PartyEntry]
    blocs: dict[str, dict[str, Any]]
    listes: dict[str, str]
    pieces: dict[str, tuple[PieceEntry, ...]]
    elements: dict[str, str]
    statuts: dict[str, str]
    parametres: dict[str, str]
    questions: dict[str, str]
    exemples: dict[str, str]

    def est_of(self, role: str, told: Role) -> str:
        """Who holds a role; of a template that does not say, by the kind of party it asks for, then by the name."""
        kinds = (est for est, one in self.est.items() if one.qui == told.qui)
        return told.est or next(kinds, None) or self.roles.get(role, next(iter(self.est)))


def read_questions(templates: Sequence[Template]) -> Questions:
    """The drafter's own, else the common one. Raises UnusableInput when it is wrong, or lacks what a template names."""
    file = templates[0].file("questions.yaml")
    read = read_yaml(read_text(file, str(file)), str(file))
    questions, problems = validate(Questions, read)
    problems += read.problems
    if questions:
        problems += [problem for template in templates for problem in _unknown_kinds(template, questions)]
    shipped = shipped_root() / "templates" / "commun" / file.name
    if problems and file.resolve() != shipped.resolve():
        told = f"ce fichier remplace celui du programme et n'en a pas la forme : recopiez {shipped}, puis reportez-y"
        problems.insert(0, Problem("valeur", Place(str(file)), "", f"{told} vos changements"))
    if questions is None or problems:
        raise UnusableInput(*problems)
    return questions


def _unknown_kinds(template: Template, questions: Questions) -> Iterator[Problem]:
    for role, told in template.header.roles.items():
        for key, word, known in (("qui", told.qui, questions.parties), ("est", told.est, questions.est)):
            if word and word not in known:
                path = ("roles", role, key)
                message = f"valeur inconnue « {word} »{suggest(word, known)}"
                yield Problem("valeur", template.places[path], write_path(path), message)


@dataclass(frozen=True)
class Known:
    """What a case that goes on holds already, for an act that is added to it."""

    parties: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # who someone is → the keys of those parties
    types: Mapping[str, str] = field(default_factory=dict)  # each party's kind
    tient: Mapping[str, str] = field(default_factory=dict)  # who a role is, in this act, instead of whom it says
    blocs: Mapping[str, Any] = field(default_factory=dict)
    ajouts: Mapping[str, dict[str, Any]] = field(default_factory=dict)  # by block: values that this act needs
    pieces: Mapping[str, str] = field(default_factory=dict)  # key of a pièce of `questions.yaml` → the case's own
    produite: Mapping[str, str] = field(default_factory=dict)  # the act that is followed, as a pièce
    cles: tuple[str, ...] = ()  # of every pièce
    instance: dict[str, str] = field(default_factory=dict)
    comme: tuple[str, Template] | None = None  # the act whose argument is taken over


NOTHING = Known()


def free_name(name: str, taken: Container[str]) -> str:
    """The name, or the first that is free: `name-2`, `name-3`…"""
    return next(one for n in count(1) if (one := name if n == 1 else f"{name}-{n}") not in taken)
