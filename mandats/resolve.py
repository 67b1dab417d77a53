"""Ties each name in a case to the thing it names, or suggests the nearest.

Takes a loaded case and the library, gives the documents to render and every name that leads nowhere.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from mandats.content import Parametre
from mandats.document import Blank, Clause, Document, Item, Library, LoadedCase, Template
from mandats.model import ArgumentAdverse, DocumentOrder, Moyen, Party, Piece, Traitement
from mandats.problem import AVERTISSEMENT, Place, Problem, suggest, write_path

Path = tuple[str | int, ...]


def resolve(loaded: LoadedCase, library: Library) -> tuple[list[Document], list[Problem]]:
    """The case's documents, in order. A document whose template is unknown is left out, with its problem."""
    resolver = Resolver(loaded, library)
    resolver.case_names()
    documents = [d for i, order in enumerate(loaded.case.documents) if (d := resolver.document(i, order))]
    names: dict[str, int] = {}
    for document in documents:
        if document.nom in names:
            resolver.problem(
                "nom-repete",
                ("documents", document.index, "nom"),
                f"deux documents produiraient « {document.nom} » : donnez un nom à l'un",
            )
        names[document.nom] = document.index
    return documents, resolver.problems


def is_date(value: str) -> bool:
    """Whether an ISO date, known to the day, the month or the year, exists.

    >>> is_date("2022-10-26"), is_date("2022-02"), is_date("2022-13"), is_date("2022-02-30")
    (True, True, False, False)
    """
    with suppress(ValueError):
        return len(value) in (4, 7, 10) and bool(dt.date.fromisoformat(f"{value}-01-01"[:10]))
    return False


SHAPES = {
    "texte": '"…"',
    "liste": '["…", "…"]',
    "pieces": "[clé de pièce]",
    "piece": "clé de pièce",
    "partie": "clé de partie",
}  # of a parameter's value


class Resolver:
    def __init__(self, loaded: LoadedCase, library: Library):
        self.loaded, self.case, self.library = loaded, loaded.case, library
        self.pieces = {p.cle: p for p in self.case.pieces}
        self.problems: list[Problem] = []

    def place(self, path: Path) -> Place:
        return self.loaded.place_of(path)

    def problem(self, rule: str, path: Path, message: str, gravity: str | None = None) -> None:
        self.problems.append(
            Problem(rule, self.place(path), write_path(path), message, *([gravity] if gravity else []))
        )

    def check(self, rule: str, word: str, cle: str | None, path: Path, known: Iterable[str]) -> None:
        if cle is not None and cle not in known:
            self.problem(rule, path, f"{word} « {cle} »" + suggest(cle, known))

    def party(self, cle: str | None, path: Path) -> None:
        self.check("partie-inconnue", "partie inconnue", cle, path, self.case.parties)

    def piece(self, cle: str | None, path: Path) -> None:
        self.check("piece-inconnue", "pièce inconnue", cle, path, self.pieces)

    def case_names(self) -> None:
        case = self.case
        processings: list[tuple[Path, Traitement | None]] = [(("traitement",), case.traitement)]
        for path, t in processings + [(("traitements", name), t) for name, t in case.traitements.items()]:
            if t:
                self.party(t.responsable, (*path, "responsable"))
                self.party(t.sous_traitant, (*path, "sous_traitant"))
        if case.decision:
            self.party(case.decision.auteur, ("decision", "auteur"))
            self.piece(case.decision.piece, ("decision", "piece"))
        if case.instance_fond:
            self.piece(case.instance_fond.piece, ("instance_fond", "piece"))
        for name, party in case.parties.items():
            self.piece(party.statuts, ("parties", name, "statuts"))
            if party.habilitation:
                self.piece(party.habilitation.piece, ("parties", name, "habilitation", "piece"))
        if case.demande:
            self.party(case.demande.destinataire, ("demande", "destinataire"))
            self.piece(case.demande.piece, ("demande", "piece"))
            self.piece(case.demande.piece_reponse, ("demande", "piece_reponse"))
        if case.avis_cada:
            self.piece(case.avis_cada.piece, ("avis_cada", "piece"))
        for i, argument in enumerate(case.arguments_adverses):
            self.party(argument.auteur, ("arguments_adverses", i, "auteur"))
            self.piece(argument.piece, ("arguments_adverses", i, "piece"))
        for cle in case.assume:
            if re.fullmatch(r"[a-z]+-\d\d", cle):  # a rule of form: see `checks.forme`
                continue
            self.check("source-inconnue", "source inconnue", cle, ("assume", cle), self.library.source_places)
        for i, fait in enumerate(case.faits):
            for j, cle in enumerate(fait.pieces):
                self.piece(cle, ("faits", i, "pieces", j))
        seen: set[str] = set()
        for i, piece in enumerate(case.pieces):
            if piece.cle in seen:
                self.problem(
                    "cle-repetee", ("pieces", i, "cle"), f"clé déjà donnée à une autre pièce : « {piece.cle} »"
                )
            seen.add(piece.cle)

    def document(self, index: int, order: DocumentOrder) -> Document | None:
        here: Path = ("documents", index)
        template = self.library.templates.get(order.modele)
        if template is None and order.modele in self.library.template_names:
            return None  # its own file has problems, already told
        if template is None:
            message = f"modèle inconnu « {order.modele} »" + suggest(order.modele, self.library.template_names)
            self.problem("modele-inconnu", (*here, "modele"), message)
            return None
        for j, cle in enumerate(order.pieces or ()):
            self.piece(cle, (*here, "pieces", j))
        for j, cle in enumerate(order.jointes or ()):
            self.check(
                "piece-inconnue",
                "pièce absente de la liste de ce document",
                cle,
                (*here, "jointes", j),
                order.pieces or self.pieces,
            )
        if order.mandants:
            self.piece(order.mandants.piece, (*here, "mandants", "piece"))
        if order.instance:
            self.piece(order.instance.memoire_adverse, (*here, "instance", "memoire_adverse"))
        chosen = (
            self.case.pieces
            if order.pieces is None
            else tuple(self.pieces[c] for c in order.pieces if c in self.pieces)
        )
        self._requirements(template, order, here)
        self.check("traitement-inconnu", "traitement inconnu", order.vise, (*here, "vise"), self.case.traitements)
        sections = {}
        for origin, name, moyens in self._sections(order, index):
            path = ("documents", origin, name)
            known = [*template.header.sections]
            if name not in known:
                place = self.loaded.places.get(path, self.place(path))
                message = f"clé inconnue pour le modèle {order.modele}" + suggest(
                    name, [*known, *DocumentOrder.model_fields]
                )
                self.problems.append(Problem("cle-inconnue", place, write_path(path), message))
                continue
            sections[name] = tuple(i for j, m in enumerate(moyens) if (i := self._item(m, (*path, j))))
        for i, fait in enumerate(self.case.faits):
            if index == 0:
                for j, cle in enumerate(fait.documents):
                    self.check("document-inconnu", "document inconnu", cle, ("faits", i, "documents", j), self._names())
        library = self.library.on(order.date or self.case.date)
        roles = self._roles(template, order, here)
        return Document(
            self.loaded,
            order,
            index,
            template,
            library,
            roles,
            sections,
            chosen,
            self._answers(order, here),
            self.place(here),
        )

    def _answers(self, order: DocumentOrder, here: Path) -> tuple[tuple[ArgumentAdverse, tuple[Item, ...]], ...]:
        """The adverse arguments this document meets, each with its answer, in the case's order."""
        known = [a.cle for a in self.case.arguments_adverses]
        for j, cle in enumerate(order.arguments_adverses or ()):
            self.check("argument-inconnu", "argument adverse inconnu", cle, (*here, "arguments_adverses", j), known)
        out = []
        for i, argument in enumerate(self.case.arguments_adverses):
            if order.arguments_adverses is None or argument.cle in order.arguments_adverses:
                path = ("arguments_adverses", i, "reponse")
                out.append(
                    (
                        argument,
                        tuple(item for j, m in enumerate(argument.reponse) if (item := self._item(m, (*path, j)))),
                    )
                )
        return tuple(out)

    def _sections(self, order: DocumentOrder, index: int) -> list[tuple[int, str, tuple[Moyen, ...]]]:
        """(document that writes it, section, content): the order's own sections, then those of the document it is `comme`."""
        found = [(index, name, moyens) for name, moyens in order.sections.items()]
        if order.comme:
            others = [
                (i, o)
                for i, o in enumerate(self.case.documents)
                if (o.nom or o.modele) == order.comme and o is not order
            ]
            self.check(
                "document-inconnu",
                "document inconnu",
                order.comme,
                ("documents", index, "comme"),
                [o.nom or o.modele for _, o in others] or self._names(),
            )
            found += [
                (i, name, moyens)
                for i, o in others[:1]
                for name, moyens in o.sections.items()
                if name not in order.sections
            ]
        return found

    def _names(self) -> list[str]:
        return [o.nom or o.modele for o in self.case.documents]

    def _requirements(self, template: Template, order: DocumentOrder, here: Path) -> None:
        for name, section in template.header.sections.items():
            if section.obligatoire and not any(
                n == name and moyens for _, n, moyens in self._sections(order, int(here[1]))
            ):
                self.problem("section-absente", here, f"section obligatoire absente : {name} ({section.titre.lower()})")
        for name in template.header.requiert:
            if name in ("mandants", "instance"):
                if getattr(order, name) is None:
                    self.problem("cle-absente", here, f"clé obligatoire absente pour ce modèle : {name}")
            elif not getattr(self.case, name) and not (name == "traitement" and order.vise):
                self.problem(
                    "cle-absente", (*here, "modele"), f"le modèle {order.modele} exige la clé « {name} » du dossier"
                )

    def _roles(self, template: Template, order: DocumentOrder, here: Path) -> dict[str, tuple[Party, ...]]:
        roles: dict[str, tuple[Party, ...]] = {}
        known = {**template.header.roles, **template.header.roles_facultatifs}
        for role, value in order.roles.items():
            path = (*here, "roles", role)
            if role not in known:
                self.problem("role-inconnu", path, f"rôle inconnu pour le modèle {order.modele}" + suggest(role, known))
                continue
            keys = (value,) if isinstance(value, str) else value
            for j, cle in enumerate(keys):
                self.party(cle, path if isinstance(value, str) else (*path, j))
            roles[role] = tuple(self.case.parties[c] for c in keys if c in self.case.parties)
        for role, told in template.header.roles.items():
            if role not in order.roles:
                self.problem("role-absent", (*here, "roles"), f"rôle à pourvoir : {role} ({told.aide})")
        return roles

    def _item(self, moyen: Any, path: Path) -> Item | None:
        place = self.place(path)
        if moyen.prose:
            text = self.loaded.texts.get(moyen.prose)
            return Item(moyen, path, place, text=text) if text else None
        if moyen.texte:
            return Item(moyen, path, self.place((*path, "texte")))
        clause = self.library.clauses.get(moyen.clause)
        if clause is None:
            if moyen.clause not in self.library.clause_ids:  # else its own file has problems, already told
                message = f"clause inconnue « {moyen.clause} »" + suggest(moyen.clause, self.library.clause_ids)
                self.problem("clause-inconnue", (*path, "clause"), message)
            return None
        if clause.header.remplacee_par:
            message = f"clause remplacée par « {clause.header.remplacee_par} »"
            self.problem("clause-remplacee", (*path, "clause"), message, AVERTISSEMENT)
        return Item(moyen, path, self.place((*path, "clause")), clause, values=self.values_of(clause, moyen.avec, path))

    def values_of(self, clause: Clause, given: Mapping[str, Any], path: Path) -> dict[str, Any]:
        values: dict[str, Any] = {}
        parametres = clause.header.parametres
        for name in given:
            if name not in parametres:
                place = self.loaded.places.get((*path, "avec", name), self.place(path))
                message = f"paramètre inconnu de la clause {clause.id}" + suggest(name, parametres)
                self.problems.append(Problem("parametre-inconnu", place, write_path((*path, "avec", name)), message))
        for name, parametre in parametres.items():
            if name not in given:
                if not parametre.facultatif:
                    # It is missing in the case, and used in the clause: both places.
                    used = (
                        clause.corps.place_of_name(name)
                        if name in clause.corps.contenu
                        else clause.places[("parametres", name)]
                    )
                    told = f"sous « avec: », écrivez « {name}: {SHAPES.get(parametre.type, '…')} »"
                    message = f"paramètre sans valeur : {parametre.aide} ({told} ; employé par {used})"
                    self.problems.append(
                        Problem(
                            "parametre-manquant",
                            self.place((*path, "clause")),
                            write_path((*path, "avec", name)),
                            message,
                        )
                    )
                values[name] = None if parametre.facultatif else Blank(name, told=True)
                continue
            values[name] = self._value(parametre, given[name], (*path, "avec", name))
        return values

    def _value(self, parametre: Parametre, value: Any, path: Path) -> Any:
        """The value in its declared type; a party or a pièce is looked up. None stays a blank."""
        kind = parametre.type

        def wrong(expected: str) -> Blank:
            self.problem("parametre-type", path, f"{expected} attendu ({parametre.aide})")
            return Blank(str(path[-1]), told=True)

        if value is None:
            return Blank(str(path[-1]))
        if kind == "booleen":
            return value if isinstance(value, bool) else wrong("true ou false")
        if kind in ("liste", "pieces"):
            if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
                return wrong("liste de textes")
            return value if kind == "liste" else [self._find_piece(v, (*path, j)) for j, v in enumerate(value)]
        if not isinstance(value, str):
            return wrong("texte")
        if kind == "nombre":
            return int(value) if re.fullmatch(r"-?[0-9]{1,15}", value) else wrong("nombre entier")
        if kind == "date" and re.fullmatch(r"[0-9-]+", value) and not is_date(value):
            return wrong("date AAAA, AAAA-MM ou AAAA-MM-JJ qui existe")
        if kind == "partie":
            self.party(value, path)
            return self.case.parties.get(value) or Blank(value, told=True)
        if kind == "piece":
            return self._find_piece(value, path)
        return value

    def _find_piece(self, cle: str, path: Path) -> Piece | Blank:
        self.piece(cle, path)
        return self.pieces.get(cle) or Blank(cle, told=True)
