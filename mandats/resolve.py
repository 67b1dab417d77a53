"""Ties each name in a case to the thing it names, or suggests the nearest.

Takes a loaded case and the library, gives the documents to render and every name that leads nowhere.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mandats.content import Parametre
from mandats.document import TO_FILL, Blank, Clause, Document, Item, Library, LoadedCase, Template, Text
from mandats.keys import POSITIONS, is_date
from mandats.model import ArgumentAdverse, Comme, DocumentOrder, Moyen, Party, Piece
from mandats.parts import WORDING, known_names
from mandats.problem import AVERTISSEMENT, ERREUR, KeyPath, Problem, shorten, suggest, write_path

# Where a case names its pièces and its parties, and where a document does; `*`: each of them.
PIECES = (
    "decision.piece", "instance_fond.piece", "avis_cada.piece", "demande.piece", "demande.piece_reponse",
    "parties.*.statuts", "parties.*.habilitation.piece", "arguments_adverses.*.piece", "faits.*.pieces.*",
    "evenements.*.piece",
)  # fmt: skip
PARTIES = (
    "traitement.responsable", "traitement.sous_traitant", "traitements.*.responsable", "traitements.*.sous_traitant",
    "decision.auteur", "demande.destinataire", "arguments_adverses.*.auteur", "evenements.*.par",
    "documents.*.jugement.juridiction",
)  # fmt: skip
PIECES_OF_A_DOCUMENT = (
    "pieces.*", "mandants.piece", "instance.memoire_adverse", "jugement.piece", "habilitation.*.piece",
)  # fmt: skip
WORDS = {"piece-inconnue": "pièce inconnue", "argument-inconnu": "argument adverse inconnu"}
NOT_LISTED = "pièce absente de la liste de ce document"
SHAPES = {  # of a parameter's value
    "texte": '"…"', "liste": '["…", "…"]',
    "pieces": "[clé de pièce]", "piece": "clé de pièce", "partie": "clé de partie",
}  # fmt: skip
NO_SECTION = "n'a pas de section"


@dataclass(frozen=True)
class Written:
    """A section that the case writes: where, its name, its content; for another document, without some clauses."""

    path: KeyPath
    name: str
    moyens: tuple[Moyen, ...]
    borrowed: bool = False
    sauf: frozenset[str] = frozenset()

    @property
    def kept(self) -> list[tuple[int, Moyen]]:
        return [(j, moyen) for j, moyen in enumerate(self.moyens) if (moyen.clause or moyen.prose) not in self.sauf]


def resolve(loaded: LoadedCase, library: Library) -> tuple[list[Document], list[Problem]]:
    """The case's documents, in order. A document whose template is unknown is left out, with its problem."""
    resolver = Resolver(loaded, library)
    resolver.case_names()
    documents = []
    for i, order in enumerate(loaded.case.documents):
        one = Resolver(_seen_by(loaded, i, order), library, resolver.problems)
        documents += [d] if (d := one.document(i, order)) else []
    for i, nom in _repeated([d.nom for d in documents]):
        message = f"deux documents produiraient « {nom} » : donnez un nom à l'un"
        resolver.problem("nom-repete", ("documents", documents[i].index, "nom"), message)
    return documents, resolver.problems


def _seen_by(loaded: LoadedCase, index: int, order: DocumentOrder) -> LoadedCase:
    """The case as a document tells it; what is wrong there is told where the document writes it."""
    if not (order.affaire or order.intitules or order.habilitation):
        return loaded
    places = dict(loaded.places)
    for path, place in loaded.places.items():
        if path[:3] == ("documents", index, "habilitation") and len(path) > 3:
            places[("parties", path[3], "habilitation", *path[4:])] = place
    return replace(loaded, case=loaded.case.seen_by(order), places=places)


def _values_at(value: Any, keys: Sequence[str], path: KeyPath) -> Iterator[tuple[str, KeyPath]]:
    """Each value that stands under `keys`, with its path; what the case leaves out is passed over."""
    if value is None:
        return
    if not keys:
        yield value, path
    elif keys[0] != "*":
        yield from _values_at(getattr(value, keys[0]), keys[1:], (*path, keys[0]))
    elif isinstance(value, (Mapping, tuple)):
        for key, one in value.items() if isinstance(value, Mapping) else enumerate(value):
            yield from _values_at(one, keys[1:], (*path, key))


def _repeated(names: Sequence[str]) -> list[tuple[int, str]]:
    return [(i, name) for i, name in enumerate(names) if names.index(name) < i]


class Resolver:
    def __init__(self, loaded: LoadedCase, library: Library, problems: list[Problem] | None = None):
        self.loaded, self.case, self.library = loaded, loaded.case, library
        self.pieces = {p.cle: p for p in self.case.pieces}
        self.names = [o.nom or o.modele for o in self.case.documents]
        self.problems: list[Problem] = [] if problems is None else problems
        self.traitement = loaded.case.traitement  # the one that the document being resolved is about
        self.registre = ""  # and how it speaks

    def problem(self, rule: str, path: KeyPath, message: str, gravity: str = ERREUR, at: KeyPath | None = None) -> None:
        """`at`: where the line points, when it is not where the path leads."""
        place = self.loaded.place_of(at or path)
        self.problems.append(Problem(rule, place, write_path(path), message, gravity))

    def check(self, rule: str, cle: str | None, path: KeyPath, known: Iterable[str], word: str = "") -> None:
        if cle is not None and cle not in known and not cle.startswith(TO_FILL):  # a blank is told as one
            word = word or WORDS.get(rule, rule.replace("-", " "))
            self.problem(rule, path, f"{word} « {cle} »" + suggest(cle, known))

    def check_each(
        self, rule: str, owner: object, where: Iterable[str], known: Iterable[str], path: KeyPath = (), word: str = ""
    ) -> None:
        for keys in where:
            for cle, at in _values_at(owner, keys.split("."), path):
                self.check(rule, cle, at, known, word)

    def party(self, cle: str, path: KeyPath) -> Party | Blank:
        self.check("partie-inconnue", cle, path, self.case.parties)
        return self.case.parties.get(cle) or Blank(cle, told=True)

    def piece(self, cle: str, path: KeyPath) -> Piece | Blank:
        self.check("piece-inconnue", cle, path, self.pieces)
        return self.pieces.get(cle) or Blank(cle, told=True)

    def case_names(self) -> None:
        self.check_each("piece-inconnue", self.case, PIECES, self.pieces)
        self.check_each("partie-inconnue", self.case, PARTIES, self.case.parties)
        self.check_each("document-inconnu", self.case, ("faits.*.documents.*", "evenements.*.document"), self.names)
        for cle in self.case.assume:
            if not re.fullmatch(r"[a-z]+-[0-9][0-9]", cle):  # a rule of form: see `checks.forme`
                self.check("source-inconnue", cle, ("assume", cle), self.library.source_places)
        for i, cle in _repeated([piece.cle for piece in self.case.pieces]):
            self.problem("cle-repetee", ("pieces", i, "cle"), f"clé déjà donnée à une autre pièce : « {cle} »")

    def document(self, index: int, order: DocumentOrder) -> Document | None:
        here: KeyPath = ("documents", index)
        template = self.library.templates.get(order.modele)
        if template is None:
            if order.modele not in self.library.template_names:  # else its own file has problems, already told
                message = f"modèle inconnu « {order.modele} »" + suggest(order.modele, self.library.template_names)
                self.problem("modele-inconnu", (*here, "modele"), message)
            return None
        self.check_each("piece-inconnue", order, PIECES_OF_A_DOCUMENT, self.pieces, here)
        self.check_each("piece-inconnue", order, ("jointes.*",), order.pieces or self.pieces, here, NOT_LISTED)
        self.check("traitement-inconnu", order.vise, (*here, "vise"), self.case.traitements)
        self.traitement = self.case.traitements.get(order.vise) if order.vise else self.case.traitement
        self.registre = order.registre or template.header.registre
        for cle in order.intitules:
            self.check("piece-inconnue", cle, (*here, "intitules", cle), self.pieces)
        told = order.instance.acte if order.instance else None
        self.check("document-inconnu", told, (*here, "instance", "acte"), self.names)
        for cle in order.habilitation:
            self.check("partie-inconnue", cle, (*here, "habilitation", cle), self.case.parties)
        written = self._fitting(template, order, here, self._sections(index))
        self._requirements(template, order, here, written)
        sections: dict[str, tuple[Item, ...]] = {}
        for one in written:
            items = (self._item(moyen, (*one.path, j)) for j, moyen in one.kept)
            sections[one.name] = sections.get(one.name, ()) + tuple(item for item in items if item)
        chosen = self.case.pieces
        if order.pieces is not None:
            chosen = tuple(self.pieces[c] for c in order.pieces if c in self.pieces)
        roles, answers = self._roles(template, order, here), self._answers(order, here)
        library = self.library.on(order.date or self.case.date)
        return Document(self.loaded, order, index, template, library, roles, sections, chosen, answers)

    def _answers(self, order: DocumentOrder, here: KeyPath) -> tuple[tuple[ArgumentAdverse, tuple[Item, ...]], ...]:
        """The adverse arguments this document meets, each with its answer, in the case's order."""
        known = [a.cle for a in self.case.arguments_adverses]
        self.check_each("argument-inconnu", order, ("arguments_adverses.*",), known, here)
        met = known if order.arguments_adverses is None else order.arguments_adverses
        return tuple(
            (argument, self._items(argument.reponse, ("arguments_adverses", i, "reponse")))
            for i, argument in enumerate(self.case.arguments_adverses)
            if argument.cle in met
        )

    def _sections(self, index: int, *asking: int) -> list[Written]:
        """What the document is `comme` gives it, then its own sections. `asking`: those that borrow from it."""
        order, here = self.case.documents[index], ("documents", index, "comme")
        own = [Written(("documents", index, name), name, moyens) for name, moyens in order.sections.items()]
        if not order.comme:
            return own
        wanted, taken, sauf = order.comme.document, order.comme.sections, frozenset(order.comme.sauf)
        others = [i for i, name in enumerate(self.names) if name == wanted and i not in (index, *asking)]
        if not asking:
            self.check("document-inconnu", wanted, here, [wanted] if others else self.names)
        theirs = self._sections(others[0], index, *asking) if others else []
        if others and not asking:
            self._named(wanted, theirs, order.comme, here)
        return [
            replace(one, borrowed=True, sauf=one.sauf | sauf)
            for one in theirs
            if (one.name in taken if taken is not None else one.name not in order.sections)
        ] + own

    def _named(self, wanted: str, theirs: list[Written], comme: Comme, here: KeyPath) -> None:
        """What `comme` names is there."""
        for j, name in enumerate(comme.sections or ()):
            known = [one.name for one in theirs]
            self.check("section-inconnue", name, (*here, "sections", j), known, f"« {wanted} » {NO_SECTION}")
        used = dict.fromkeys(m.clause or m.prose or "" for one in theirs for m in one.moyens)
        for j, cle in enumerate(comme.sauf):
            self.check("clause-inconnue", cle, (*here, "sauf", j), used, f"« {wanted} » n'emploie pas")

    def _fitting(
        self, template: Template, order: DocumentOrder, here: KeyPath, written: list[Written]
    ) -> list[Written]:
        """The sections that the template has; of the others, those it wrote are wrong, those it took over are left."""
        known = template.header.sections
        left: list[str] = []
        for one in written:
            if one.name in known:
                continue
            if not one.borrowed:
                near = suggest(one.name, [*known, *DocumentOrder.model_fields])
                self.problem("cle-inconnue", one.path, f"clé inconnue pour le modèle {order.modele}{near}")
            elif order.comme and order.comme.sections is not None:
                at = (*here, "comme", "sections")
                told = f"le modèle {order.modele} {NO_SECTION} « {one.name} »" + suggest(one.name, known)
                self.problem("section-inconnue", at, told)
            else:
                left.append(one.name)
        if left and order.comme:
            kept = ", ".join(dict.fromkeys(one.name for one in written if one.borrowed and one.name in known))
            told = f"le modèle {order.modele} {NO_SECTION} {', '.join(dict.fromkeys(left))} : laissé"
            told += f" ; repris de « {order.comme.document} » : {kept or 'rien'} (écrivez sections: [{kept}])"
            self.problem("section-laissee", (*here, "comme"), told, AVERTISSEMENT)
        return [one for one in written if one.name in known]

    def _requirements(self, template: Template, order: DocumentOrder, here: KeyPath, written: list[Written]) -> None:
        filled = {one.name for one in written if one.kept}
        for name, section in template.header.sections.items():
            if section.obligatoire and name not in filled:
                self.problem("section-absente", here, f"section obligatoire absente : {name} ({section.titre.lower()})")
        for name in template.header.requiert:
            if name in ("mandants", "instance", "jugement"):
                if getattr(order, name) is None:
                    self.problem("cle-absente", here, f"clé obligatoire absente pour ce modèle : {name}")
            elif not getattr(self.case, name) and not (name == "traitement" and order.vise):
                message = f"le modèle {order.modele} exige la clé « {name} » du dossier"
                self.problem("cle-absente", (*here, "modele"), message)

    def _roles(self, template: Template, order: DocumentOrder, here: KeyPath) -> dict[str, tuple[Party, ...]]:
        roles: dict[str, tuple[Party, ...]] = {}
        known = template.header.all_roles
        for role, value in order.roles.items():
            path = (*here, "roles", role)
            if role not in known:
                self.problem("role-inconnu", path, f"rôle inconnu pour le modèle {order.modele}" + suggest(role, known))
                continue
            named = [(value, path)] if isinstance(value, str) else [(v, (*path, j)) for j, v in enumerate(value)]
            found = [self.party(cle, at) for cle, at in named]
            roles[role] = tuple(party for party in found if isinstance(party, Party))
        for role, told in template.header.roles.items():
            if role not in order.roles:
                self.problem("role-absent", (*here, "roles"), f"rôle à pourvoir : {role} ({told.aide})")
        return roles

    def _items(self, moyens: Iterable[Moyen], path: KeyPath) -> tuple[Item, ...]:
        return tuple(item for j, moyen in enumerate(moyens) if (item := self._item(moyen, (*path, j))))

    def _item(self, moyen: Moyen, path: KeyPath) -> Item | None:
        if moyen.prose:
            text = self.loaded.texts.get(moyen.prose)
            return Item(moyen, path, self.loaded.place_of(path), text=text) if text else None
        if moyen.texte:
            return Item(moyen, path, self.loaded.place_of((*path, "texte")))
        name, here = moyen.clause or "", (*path, "clause")
        clause = self.library.clauses.get(name)
        if clause is None:
            if name not in self.library.clause_ids:  # else its own file has problems, already told
                message = f"clause inconnue « {name} »" + suggest(name, self.library.clause_ids)
                self.problem("clause-inconnue", here, message)
            return None
        if new := clause.header.remplacee_par:
            self.problem("clause-remplacee", here, f"clause remplacée par « {new} »", AVERTISSEMENT)
        known = known_names(clause.parts)
        for i, nom in enumerate(moyen.sans):
            self.check("bloc-inconnu", nom, (*path, "sans", i), known, f"la clause {clause.id} n'a pas de bloc")
        values = self.values_of(clause, moyen.avec, path)
        replaced = {nom: self._replaced(clause, moyen, nom, (*path, "remplace", nom)) for nom in moyen.remplace}
        return Item(moyen, path, self.loaded.place_of(here), clause, values=values, remplace=replaced)

    def _replaced(self, clause: Clause, moyen: Moyen, nom: str, path: KeyPath) -> Text:
        """What stands in the place of a block; told when the clause is no longer what it was when it was replaced."""
        self.check(
            "bloc-inconnu",
            nom,
            path,
            [*(n for p in clause.parts for n in (p.nom, p.numero)), WORDING],
            f"la clause {clause.id} n'a pas de bloc",
        )
        version, times = moyen.remplace[nom].version, sum(part.nom == nom for part in clause.parts)
        if version != clause.version:
            told = f"bloc « {nom} » de la clause {clause.id} remplacé"
            told += f" (elle en a {times}, votre texte vaut pour tous)" if times > 1 else ""
            told += " : elle a changé depuis, relisez-le puis" if version else " : pour savoir si elle change,"
            told += f" écrivez sa version, {clause.version}"
            if version:  # what it was is nobody's to keep: what it says now stands beside what the case says instead
                lines = clause.corps.contenu.split("\n")
                now = " ".join(
                    line for p in clause.parts if nom in (p.nom, p.numero) for line in lines[p.debut : p.fin - 1]
                )
                told += f" ; elle dit à présent : « {shorten(' '.join(now.split()), 300)} »"
            self.problem("bloc-remplace", path, told, AVERTISSEMENT)
        place = self.loaded.place_of((*path, "texte"))
        return Text(place.fichier, moyen.remplace[nom].texte, place.ligne, place.colonne)

    def values_of(self, clause: Clause, given: Mapping[str, Any], path: KeyPath) -> dict[str, Any]:
        """The value of each parameter of a clause: what `avec:` gives, a blank told when it is missing."""
        values: dict[str, Any] = {}
        parametres = clause.header.parametres
        for name in (n for n in given if n not in parametres):
            message = f"paramètre inconnu de la clause {clause.id}" + suggest(name, parametres)
            self.problem("parametre-inconnu", (*path, "avec", name), message)
        for name, parametre in parametres.items():
            here = (*path, "avec", name)
            own, block = self._told(parametre)
            if name in given:
                values[name] = self._value(parametre, given[name], here)
                alone = block == "traitement" or parametre.type == "date"  # of the others, a moyen may say a part
                if alone and own and given[name] and own != given[name]:
                    told = f"{name} n'est pas ce que dit le dossier ({parametre.a_defaut}) : ne l'écrivez que là"
                    self.problem("valeur-double", here, told, ERREUR if block == "traitement" else AVERTISSEMENT)
            elif own:
                values[name] = self._value(parametre, own, here)
            elif parametre.facultatif or name not in clause.header.asked(self.registre):
                values[name] = None
            elif parametre.a_defaut and getattr(self.case, block) and block != "traitement":
                values[name] = Blank(parametre.a_defaut.split(".")[1])
            else:  # missing in the case, and used in the clause: both places
                values[name] = Blank(name, told=True)
                body, declared = clause.corps, clause.places[("parametres", name)]
                used = body.place_of_name(name) if name in body.contenu else declared
                told = f"sous « avec: », écrivez « {name}: {SHAPES.get(parametre.type, '…')} »"
                message = f"paramètre sans valeur : {parametre.aide} ({told} ; employé par {used})"
                self.problem("parametre-manquant", here, message, at=(*path, "clause"))
        return values

    def _told(self, parametre: Parametre) -> tuple[Any, str]:
        """What the case says where a parameter is left out, and the block that says it."""
        block, _, name = (parametre.a_defaut or "").partition(".")
        holder = self.traitement if block == "traitement" else getattr(self.case, block, None)
        own = getattr(holder, name, None)
        return list(own) if isinstance(own, tuple) else own, block

    def _value(self, parametre: Parametre, value: Any, path: KeyPath) -> Any:
        """The value in its declared type; a party or a pièce is looked up. None stays a blank."""
        kind = parametre.type
        if value is None:
            return Blank(str(path[-1]))
        expected = ""
        if kind == "booleen":
            expected = "" if isinstance(value, bool) else "true ou false"
        elif kind in ("liste", "pieces"):
            right = isinstance(value, list) and all(isinstance(v, str) for v in value)
            expected = "" if right else "liste de textes"
        elif not isinstance(value, str):
            expected = "texte"
        elif kind == "position":
            expected = "" if value in POSITIONS else " ou ".join(POSITIONS)
        elif kind == "nombre":
            expected = "" if re.fullmatch(r"-?[0-9]{1,15}", value) else "nombre entier"
        elif kind == "date" and re.fullmatch(r"[0-9-]+", value):
            expected = "" if is_date(value) else "date AAAA, AAAA-MM ou AAAA-MM-JJ qui existe"
        if expected:
            self.problem("parametre-type", path, f"{expected} attendu ({parametre.aide})")
            return Blank(str(path[-1]), told=True)
        if kind == "pieces":
            return [self.piece(v, (*path, j)) for j, v in enumerate(value)]
        if kind == "partie":
            return self.party(value, path)
        if kind == "piece":
            return self.piece(value, path)
        return int(value) if kind == "nombre" else value
