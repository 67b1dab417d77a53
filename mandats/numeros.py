"""The pièces of each document and their numbers: the only place that gives them.

A document has the pièces it lists, else those it cites and those that a formal rule wants with it: it is rendered once
to know them, and again when its numbers are others than supposed. An act whose template has `meme_instance` goes on
with the instance that another opened: what the acts before it numbered keeps its number (those that left, as their
manifests say, then the file's), what is new follows, and is alone on its inventory unless it lists its pièces.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from mandats.document import Document, LoadedCase, Rendered
from mandats.model import DEPOSANTS, DESTINATAIRES, Piece
from mandats.problem import AVERTISSEMENT, ERREUR, Problem

ID = "instance-incertaine"
Shown = tuple[Rendered, list[Problem]]


class Numbering:
    """The documents of one case, each rendered with its own pièces under their numbers."""

    def __init__(self, loaded: LoadedCase, documents: Sequence[Document]):
        self.loaded, self.documents = loaded, documents
        self._shown: dict[int, Shown] = {}

    def render(self, document: Document) -> Shown:
        """The document as it prints, and the problems met; once."""
        if document.index not in self._shown:
            self._shown[document.index] = self._render(document)
        return self._shown[document.index]

    def check(self, document: Document, final: bool) -> Iterator[Problem]:
        """Whether several acts may have opened its instance."""
        head, *others = openers(document, self.documents) or [document]
        if others:
            named = ", ".join(d.nom for d in (head, *others))
            told = f"plusieurs actes ont pu ouvrir cette instance ({named}) : la numérotation suit « {head.nom} » ; "
            told += "écrivez « acte: » sous « instance: », avec le nom du bon"
            gravite = ERREUR if final else AVERTISSEMENT
            yield self.loaded.problem(ID, ("documents", document.index), told, gravite)

    def changed(self, documents: Sequence[Document]) -> Iterator[Problem]:
        """The pièces that are no longer those filed: an error when one of these documents goes on from their act."""
        left = [d for d in self.documents if d.order.depose]
        if not left:
            return
        from mandats.deposes import changed_pieces

        followed = {act.index for document in documents for act in self._earlier(document)}
        for act in left:
            yield from changed_pieces(self.loaded, act, ERREUR if act.index in followed else AVERTISSEMENT)

    def unused(self) -> Iterator[Problem]:
        """The pièces that no document takes."""
        taken = {p.cle for d in self.documents for p in self.render(d)[0].document.pieces}
        taken |= {cle for filed in self._filed.values() for cle in filed["numeros"]}
        for i, piece in enumerate(self.loaded.case.pieces):
            if piece.cle not in taken:
                told = f"pièce « {piece.titre} » qu'aucun document ne cite : citez-la, ou retirez-la"
                yield self.loaded.problem("piece-non-citee", ("pieces", i), told, AVERTISSEMENT)

    @cached_property
    def _filed(self) -> Mapping[int, Mapping[str, Any]]:
        """What the manifest of each act that left says, by the place of the act in the file."""
        left = [(d.index, d.order.depose) for d in self.documents if d.order.depose]
        if not left:
            return {}
        from mandats.deposes import place_of_copy, read_manifest

        read = {index: read_manifest(place_of_copy(self.loaded, depose.dossier)) for index, depose in left}
        return {index: manifest for index, manifest in read.items() if manifest}

    def _given(self, act: Document) -> tuple[Mapping[str, int], set[str]]:
        """The numbers that an act gave, and the keys of the pièces that went with it."""
        if filed := self._filed.get(act.index):
            return filed["numeros"], {told["cle"] for told in filed["pieces"]}
        document = self.render(act)[0].document
        return document.numeros, {p.cle for _, p in document.jointes}

    def _head(self, document: Document) -> Document:
        """The act that opened the instance of this one: itself, when it goes on with none."""
        seen = [document]
        while (found := openers(seen[-1], self.documents)) and found[0] not in seen:
            seen.append(found[0])
        return seen[-1]

    def _earlier(self, document: Document) -> list[Document]:
        """The acts of its instance before it: those that left, by their day; then the first, then the file's order."""
        head = self._head(document)

        def rank(d: Document) -> tuple[str, bool, int]:
            return d.order.depose.le if d.order.depose else "~", d is not head, d.index

        same = [d for d in self.documents if d is not document and self._head(d) is head]
        numbering = (d for d in same if d.order.depose or not _is_inventory(d))
        return sorted((d for d in numbering if rank(d) < rank(document)), key=rank)

    def _render(self, document: Document) -> Shown:
        listed = document.order.pieces
        if document.template.header.genre == "formulaire":
            return _rendered(replace(document, pieces=document.pieces if listed else (), rangs=document.numeros))
        if listed is None and _is_inventory(document) and (found := openers(document, self.documents)):
            act = self.render(found[0])[0].document
            return _rendered(replace(document, pieces=tuple(p for _, p in act.jointes), rangs=act.numeros))
        numbers, produced = dict[str, int](self._filed.get(document.index, {}).get("numeros", {})), set[str]()
        for act in self._earlier(document):
            given, joined = self._given(act)
            numbers = {**given, **numbers}
            produced |= joined
        if listed is not None and not numbers:
            return _rendered(document)
        known = document.case.pieces
        own = known if listed is None else document.pieces
        may_cite = own if listed is None else [*own, *(p for p in known if p.cle in numbers and p.cle not in listed)]
        trial = _numbered(document, may_cite, numbers, produced)
        shown = _rendered(trial)
        taken = {*shown[0].cited_pieces, *(listed or ())}
        if listed is None and not taken >= {p.cle for p in known}:
            from mandats.checks.forme import wanted_pieces

            cited = replace(trial, pieces=tuple(p for p in trial.pieces if p.cle in taken))
            taken |= wanted_pieces(replace(shown[0], document=cited))
        while (made := _numbered(document, [p for p in may_cite if p.cle in taken], numbers, produced)) != trial:
            trial, shown = made, _rendered(made)
            taken |= {*shown[0].cited_pieces}  # a text may cite otherwise by what goes with it
        return shown


def openers(document: Document, documents: Sequence[Document]) -> list[Document]:
    """The acts that may have opened the instance which the document goes on with: of a family it continues, by the same
    author before the same court, under no other number; rather in a référé as it is or not, about the same processing,
    between the same parties; the nearest first. `instance.acte` names it.
    """
    told = document.order.instance
    if told and told.acte:
        return [d for d in documents if d.nom == told.acte and d is not document]
    families = {*document.template.header.meme_instance}
    found = [d for d in documents if d is not document and families & {*d.template.header.famille}]
    found = [d for d in found if _sides(d) == _sides(document) and all(_sides(d))]
    numero = _numero(document)
    found = [d for d in found if not numero or _numero(d) in (numero, None)]
    found = [d for d in found if numero and _numero(d) == numero] or found
    found = [d for d in found if d.en_refere == document.en_refere] or found
    found = [d for d in found if d.order.vise == document.order.vise] or found
    ours = document.order.roles.items()
    found = [d for d in found if all(d.order.roles.get(role, held) == held for role, held in ours)] or found
    return sorted(found, key=lambda d: (d.index > document.index, -d.index))


def _numero(document: Document) -> str | None:
    return document.order.instance.numero if document.order.instance else None


def _is_inventory(document: Document) -> bool:
    """Whether it says nothing of its own: it goes with an act, whose pièces it lists."""
    header = document.template.header
    return bool(header.meme_instance) and not header.sections


def _sides(document: Document) -> list[frozenset[str]]:
    """The keys of who files it, and of who is seized."""
    held = ([frozenset(document.order.holders(role)) for role in roles] for roles in (DEPOSANTS, DESTINATAIRES))
    return [next(filter(None, keys), frozenset()) for keys in held]


def _numbered(document: Document, pieces: Sequence[Piece], numbers: Mapping[str, int], produced: set[str]) -> Document:
    """The document with these pièces: those that have a number keep it, the others follow."""
    given = dict(numbers)
    for piece in pieces:
        given.setdefault(piece.cle, max(given.values(), default=0) + 1)
    ordered = sorted(pieces, key=lambda piece: given[piece.cle])
    return replace(document, pieces=tuple(ordered), rangs=given, produites=frozenset(produced))


def _rendered(document: Document) -> Shown:
    if document.template.header.genre == "formulaire":
        from mandats.formulaire.prepare import render_form as render
    else:
        from mandats.render.plan import render_document as render
    return render(document)
