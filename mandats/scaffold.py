"""A commented case file for a kind of document: every key it requires, asked as a question, and a visible blank.

What must be filled in is a null, or words that begin with « [à compléter »: the rule `a-completer` lists them, so the
words say what to write, with an example; a comment says only what else may be written there. All these words are in
`templates/commun/questions.yaml`; who holds a role (`est`) and what a section begins with, in each `template.yaml`.
"""

from __future__ import annotations

import textwrap
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from mandats.content import Role, Section
from mandats.document import TO_FILL, Clause, Template
from mandats.keys import Model, help_of
from mandats.load.edit import LONGEST, WIDTH
from mandats.load.library import list_clauses, load_clause
from mandats.load.paths import read_text
from mandats.load.validate import models_of, validate
from mandats.load.yaml_places import read_yaml
from mandats.model import Case, DocumentOrder, Party
from mandats.problem import Problem, UnknownName, UnusableInput, suggest, write_path

ASK = "?"
ARGUMENT = "moyens"  # the section that is written as text, in a file of its own


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


NO_PIECE, NO_PARTY = (f'"{TO_FILL} : clé d\'une {what} du dossier]"' for what in ("pièce", "partie"))


def scaffold(
    templates: list[Template],
    day: str,
    name: str,
    working: Path,
    addresses: Mapping[str, str],
    chosen: Sequence[str] = (),
) -> tuple[str, str]:
    """The YAML of a new case that orders these documents, and its argument as Markdown (empty: none has moyens).

    `day`: ISO date of the act; `name`: the file, as typed; `chosen`: the clauses that the argument begins with.
    `working`: whose clauses add to those that ship. `addresses`: of the authorities known by name.
    Raises UnusableInput when a `questions.yaml` of the drafter's own is wrong, or lacks what a template names.
    """
    made = _open(templates, working, chosen)
    text = "\n".join(short for line in made.lines(day, name, addresses) for short in _shortened(line)) + "\n"
    return text, "\n".join(made.argument(chosen)) + "\n" if made.argued else ""


def paste(templates: Sequence[Template], working: Path, clause: str, argument: bool) -> str:
    """A clause to copy into a case, each value it takes as a blank: an element of a list, or a fence of `argument.md`.

    `templates`: what may be ordered. Raises UnknownName, UnusableInput (as `scaffold`).
    """
    made = _open([next(filter(_argues, templates))], working, [clause])
    if clause not in made.clauses:
        raise UnknownName(f"clause « {clause} » illisible")
    made.words |= {piece["cle"]: NO_PIECE for piece in made.pieces} | {"piece": NO_PIECE}  # the case's own are unknown
    made.words |= dict.fromkeys(("auteur", "adverse"), NO_PARTY)
    return "\n".join(made.fence(clause) if argument else (line[6:] for line in made.clause(clause))) + "\n"


def _open(templates: list[Template], working: Path, chosen: Sequence[str]) -> _Scaffold:
    """What writes these documents and clauses."""
    file = templates[0].file("questions.yaml")
    read = read_yaml(read_text(file, str(file)), str(file))
    questions, problems = validate(Questions, read)
    problems += read.problems
    if questions:
        problems += [problem for template in templates for problem in _unknown_kinds(template, questions)]
    if questions is None or problems:
        raise UnusableInput(*problems)
    begun = {clause for t in templates for section in t.header.sections.values() for clause in section.amorces}
    known = list_clauses(working)
    for name_of in chosen:
        if name_of not in known:
            raise UnknownName(f"clause inconnue « {name_of} »{suggest(name_of, known)}")
    found = {c: load_clause(c, file, working)[0] for c, file in known.items() if c in begun or c in chosen}
    return _Scaffold(questions, templates, {name: clause for name, clause in found.items() if clause})


def _unknown_kinds(template: Template, questions: Questions) -> Iterator[Problem]:
    for role, told in template.header.roles.items():
        for key, word, known in (("qui", told.qui, questions.parties), ("est", told.est, questions.est)):
            if word and word not in known:
                path = ("roles", role, key)
                message = f"valeur inconnue « {word} »{suggest(word, known)}"
                yield Problem("valeur", template.places[path], write_path(path), message)


class _Scaffold:
    """One new case: what its documents need together, and the words that fill the places between braces."""

    def __init__(self, questions: Questions, templates: list[Template], clauses: Mapping[str, Clause]):
        self.questions, self.templates, self.clauses = questions, templates, clauses
        self.needs: set[str] = {need for t in templates for need in t.header.requiert}
        held = [(role, told, self._est(role, told)) for t in templates for role, told in t.header.roles.items()]
        blocks = [str(values) for block, values in questions.blocs.items() if block in self.needs]
        spoken = [est for est in questions.est if any(f"{{{est}}}" in text for text in blocks)]
        everyone = {*spoken, *(est for *_, est in held)}
        # Someone → whom this case takes them for: the controller is the administration, when there is one.
        self.same = {est: next((o for o in one.confondu if o in everyone), est) for est, one in questions.est.items()}
        self.parties: dict[str, str] = {}  # who someone is to the case → the key of the party
        self.kinds: dict[str, str] = {}  # the key of a party → its kind
        self.notes: dict[str, list[str]] = defaultdict(list)  # the key of a party → what each role says of it
        for role, told, est in [*held, *((est, Role(aide=questions.est[est].aide), est) for est in spoken)]:
            known = self.parties.get(self.same[est])
            key = self.parties.setdefault(self.same[est], questions.est[self.same[est]].cle or role)
            self.kinds.setdefault(key, told.qui or questions.est[self.same[est]].qui)
            if known is None or (told.aide not in self.notes[key] and role != est):
                self.notes[key].append(told.aide)
        self.words: dict[str, str] = defaultdict(str)
        self.words |= {est: self.parties.get(same, "") for est, same in self.same.items()}
        self.words["regime"] = next((t.header.regime for t in templates if t.header.regime), "rgpd")
        self.words["auteur"] = author = self.words[held[0][2]]
        self.words["adverse"] = next((self.words[est] for est in questions.adverse if self.words[est]), author)
        self.pieces = self._pieces()
        self.words |= {piece["cle"]: piece["cle"] for piece in self.pieces}
        self.words["piece"] = self.pieces[0]["cle"] if self.pieces else ""
        self.argued = next((t for t in templates if _argues(t)), None)  # whose argument the others share

    def _est(self, role: str, told: Role) -> str:
        """Who holds a role; of a template that does not say, by the kind of party it asks for, then by the name."""
        kinds = (est for est, one in self.questions.est.items() if one.qui == told.qui)
        return told.est or next(kinds, None) or self.questions.roles.get(role, next(iter(self.questions.est)))

    def lines(self, day: str, name: str, addresses: Mapping[str, str]) -> list[str]:
        header, texts, blocks = self.templates[0].header, self.questions.textes, self.questions.blocs
        self.words |= {"titre": header.titre, "resume": header.resume, "jour": day, "dossier": name.rsplit(".", 1)[0]}
        self.words["nom"] = f'"{name}"' if " " in name else name
        self.words["citer"] = self.filled(texts["citer"]) if self.pieces else ""
        lines = self.filled(texts["entete"]).splitlines()
        if any(section.obligatoire for t in self.templates for section in t.header.sections.values()):
            lines += self.filled(texts["redaction"]).splitlines()
        lines += ["", *self.filled(texts["debut"]).splitlines(), "", "parties:"]
        for key, notes in self.notes.items():
            lines += [f"  {key}:   # {' ; '.join(notes)}", *self._party(key, addresses)]
        for block, values in (blocks | {"demande": self._demande()}).items():
            if block in self.needs and block in Case.model_fields and block not in self.questions.listes:
                every = block != "demande" or "recue_le" in values
                entry = Entry(valeurs=values, notes=values.get("notes", {}))
                lines += ["", f"{block}:", *self._fields(_model(Case, block), entry, 2, every)]
        for block, note in self.questions.listes.items():
            items = self.pieces if block == "pieces" else [blocks[block]] if block in self.needs else []
            lines += ["", f"{block}:   # {self.filled(note)}"] if items else []
            for rank, values in enumerate(items):
                lines += self._item(_model(Case, block), values, commented=rank == 0)
        return [*lines, "", "documents:", *(line for t in self.templates for line in self._document(t))]

    def filled(self, text: str, **more: str) -> str:
        return text.format_map(self.words | more)

    def written(self, model: type[BaseModel], name: str, value: Any) -> Any:
        """A value of `questions.yaml`: its question asked, or its braces filled."""
        if value == ASK:
            asked, key = self.questions.questions, f"{model.__name__}.{name}"
            told = asked.get(f"{key}.{self.words['regime']}") or asked.get(key, name.replace("_", " "))
            return f"{TO_FILL} : {told}]"
        return self.filled(value) if isinstance(value, str) else value

    def _party(self, key: str, addresses: Mapping[str, str]) -> list[str]:
        """One entry of the address book. The first role's holder writes, hence signs and receives the answer."""
        common, kind = self.questions.partie, self.questions.parties[self.kinds[key]]
        entry = common | kind
        if key == self.words["auteur"]:
            entry = common | common.auteur | kind | kind.auteur | (kind.statuts if self.words["statuts"] else Entry())
        if known := addresses.get(str(entry.valeurs.get("nom"))):
            entry |= Entry(valeurs={"adresse": known})
        return self._fields(Party, entry, 4)

    def _pieces(self) -> list[dict[str, str]]:
        """The pièces that these documents cannot do without; one to describe when nothing is sure."""
        if not {"pieces", "faits", "instance_fond"} & self.needs:
            return []
        proved = set(self.needs)
        if self.words["juridiction"] and self.kinds[self.words["auteur"]] == "association":
            proved |= {name for t in self.templates for name in t.header.sections} & {"recevabilite"}
        told = [piece for need, pieces in self.questions.pieces.items() if need in proved for piece in pieces]
        sure = {piece.cle: piece for piece in told}.values()
        return [
            {"cle": piece.cle, "titre": piece.titre, "fichier": f"{rank:02}-{piece.fichier or piece.cle}.pdf"}
            for rank, piece in enumerate(sure or self.questions.pieces["autre"], 1)
        ]

    def _demande(self) -> dict[str, Any]:
        """What was asked: documents, when a document of that family is ordered; with its dates, once it was sent."""
        families = [template.header.famille for template in self.templates]
        values = dict(self.questions.blocs["demande"])
        if not any("communication" in famille for famille in families):
            values["objet"] = ASK
            del values["documents"]
        if all("demande-de-communication" in famille for famille in families):
            del values["recue_le"], values["piece"]
        return values

    def _item(self, model: type[BaseModel], values: dict[str, Any], commented: bool) -> list[str]:
        """One element of a list."""
        lines = self._fields(model, Entry(valeurs=values), 4, every=True)
        if not commented:
            lines = [line.split("   # ")[0] for line in lines if not line.lstrip().startswith("#")]
        first = next(i for i, line in enumerate(lines) if not line.lstrip().startswith("#"))
        return [*lines[:first], f"  - {lines[first].lstrip()}", *lines[first + 1 :]]

    def _fields(self, model: type[BaseModel], entry: Entry, indent: int, every: bool = False) -> list[str]:
        """One line per key: given, to fill in, or optional (shown, or `every` one) behind a `#`; its help after it."""
        wanted, optional = [], []
        margin = " " * indent
        for name, field in model.model_fields.items():
            blank = None if type(None) in get_args(field.annotation) else ASK
            value = self.written(model, name, entry.valeurs.get(name, blank if field.is_required() else ""))
            told = f"{help_of(model, name)}{_choices(field)}"
            if value != "":
                told = self.filled(entry.notes.get(name, "" if TO_FILL in str(value) else told))
                note = f"   # {told}" if told else ""
                if isinstance(value, list) and value:
                    wanted += [f"{margin}{name}:{note}", *(f"{margin}  - {_value(v)}" for v in value)]
                else:
                    wanted.append(f"{margin}{name}: {_value(value)}{note}")
            elif (every and name != "fictif") or name in entry.facultatif:  # that one is a specimen's
                example = self.questions.exemples.get(name, "")
                optional.append(f"{margin}# {name}: {example}".rstrip() + f"   # {told}")
        return wanted + optional

    def _document(self, template: Template) -> list[str]:
        header = template.header
        roles = ", ".join(f"{role}: {self.words[self._est(role, told)]}" for role, told in header.roles.items())
        dated = [f"    {self.filled(self.questions.textes.get('date_propre', 'date: {jour}'))}"] * header.date_propre
        lines = [f"  - modele: {template.slug}", *dated, f"    roles: {{{roles}}}"]
        for role, told in header.roles_facultatifs.items():
            known = self.words[told.est] if told.est else ""
            lines.append(f"    # à ajouter dans roles, au besoin : {role}{known and f': {known}'} ({told.aide})")
        if "en_tete_lettre" in template.plan.contenu:
            lines.append(f"    {'# ' * (header.registre == 'clair')}{self.questions.textes['envoi']}")
        for block in (name for name in ("mandants", "instance", "jugement") if name in header.requiert):
            entry = Entry(valeurs=self.questions.blocs[block] | header.valeurs.get(block, {}))
            lines += [f"    {block}:", *self._fields(_model(DocumentOrder, block), entry, 6, every=True)]
        shared = self.argued is not None and template is not self.argued and self._shares(template)
        if shared and self.argued:
            lines.append(f"    comme: {{document: {self.argued.slug}, sections: [{ARGUMENT}]}}")
        sections = [(name, section) for name, section in header.sections.items() if not (shared and name == ARGUMENT)]
        return lines + [line for name, section in sections for line in self._section(name, section, template)]

    def _shares(self, template: Template) -> bool:
        """Whether the argument of the first document fits this one, which admits the same clauses at least."""
        mine, theirs = (t and t.header.sections.get(ARGUMENT) for t in (template, self.argued))
        return bool(mine and theirs and (not mine.cause or (theirs.cause and {*theirs.cause} <= {*mine.cause})))

    def argument(self, chosen: Sequence[str]) -> list[str]:
        """The argument to write: what to know, then the chosen clauses, their values blank, or one of one's own."""
        lines = self.filled(self.questions.textes.get("argument", "")).splitlines()
        for clause in chosen:
            lines += ["", *self.fence(clause)]
        if not chosen:
            kind = "preuve" if self.words["piece"] else "titre"
            told = read_yaml(self.filled(self.questions.elements[kind], section=""), "").data
            lines += ["", f"# {told['titre']}", "", told["texte"]]
        return lines

    def fence(self, name: str) -> list[str]:
        """A clause and each value it takes, with what its author says of it; what can be guessed is given."""
        lines = [f"::: {name}"]
        for key, parametre in self.clauses[name].header.parametres.items():
            guess, blank = self.questions.parametres, "{blanc}"
            known = guess.get(f"{parametre.type}.{key}") or guess.get(parametre.type, "")
            value = self.filled(known) if known and blank not in known else "null"
            told = f"{key} : {parametre.aide}" if parametre.facultatif else parametre.aide
            lines += textwrap.wrap(told, 110, initial_indent="# ", subsequent_indent="#   ")
            lines += [] if parametre.facultatif else [f"{key}: {value or 'null'}"]
        return [*lines, ":::"]

    def _section(self, name: str, section: Section, template: Template) -> list[str]:
        first, *others = section.cause or ("",)
        hints = f"mandats clauses --cause {first}" + (f" (ou {', '.join(others)})" if others else "") if first else ""
        told = f"   # {section.titre}" + (f" ; clauses : {hints}" if hints else "")
        if not section.obligatoire:
            shape = '{titre: "…", texte: "…"}' if section.titres else '{texte: "…"}'
            return [f"    # {name}: [{shape}]{told}"]
        if name == ARGUMENT and template is self.argued:
            return [f"    {name}: argument.md{told}"]
        begun = [line for clause in section.amorces if clause in self.clauses for line in self.clause(clause)]
        lines = [f"    {name}:{told}", *begun]
        kind = ("preuve" if self.words["piece"] else "titre") if section.titres else "texte"
        # No clause guesses who decided to act.
        element = self.questions.statuts.get(name) if self.words["statuts"] else None
        if element or not begun:
            title = section.titre.replace('"', '\\"')
            text = self.filled(element or self.questions.elements[kind], section=title[:1].lower() + title[1:])
            lines += [f"      {'  ' if i else '- '}{line}" for i, line in enumerate(text.splitlines())]
        return lines

    def clause(self, name: str) -> list[str]:
        """A clause with each value it takes: what can be guessed, else the question its author wrote."""
        taken = self.clauses[name].header.parametres
        wanted = {n: p for n, p in taken.items() if not p.facultatif}
        lines = [f"      - clause: {name}", *(["        avec:"] if wanted else [])]
        for key, parametre in wanted.items():
            blank, guess = _value(f"{TO_FILL} : {parametre.aide}]"), self.questions.parametres
            value = self.filled(guess.get(f"{parametre.type}.{key}", "")) or self.filled(
                guess.get(parametre.type, "null"), blanc=blank
            )
            lines.append(f"          {key}: {value}" + ("" if blank in value else f"   # {parametre.aide}"))
        mark = "          # " if wanted else "        # avec: facultatif, "
        return lines + [f"{mark}{n}:   # {p.aide}" for n, p in taken.items() if p.facultatif]


def _shortened(line: str) -> Iterator[str]:
    """The line, its note above it when the whole is too long to read."""
    if len(line) <= LONGEST or not ("   # " in line or line.lstrip().startswith("#")):
        yield line
        return
    margin = line[: len(line) - len(line.lstrip())]
    body, _, note = line.partition("   # ") if "   # " in line else ("", "", line.strip("# "))
    yield from textwrap.wrap(note, WIDTH, initial_indent=f"{margin}# ", subsequent_indent=f"{margin}# ")
    if body:
        yield body


def _argues(template: Template) -> bool:
    section = template.header.sections.get(ARGUMENT)
    return bool(section and section.obligatoire and section.titres)


def _value(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, list):
        return "[" + ", ".join(_value(v) for v in value) + "]"
    text = str(value)
    plain = text.translate(str.maketrans("", "", "-_./")).isalnum()
    if plain or text.startswith(("[piece", "{nom:")) or (text.startswith("[") and ":" not in text):
        return text
    return '"' + text.replace('"', '\\"') + '"'


def _choices(field: FieldInfo) -> str:
    inside = (field.annotation, *get_args(field.annotation))
    words = [a for one in inside for a in get_args(one) if isinstance(a, str) and len(a) < 40]
    return f" Au choix : {', '.join(words)}." if 1 < len(words) <= 16 else ""


def _model(holder: type[BaseModel], name: str) -> type[BaseModel]:
    """What a key of the case, or each element of it, is made of."""
    return models_of(holder.model_fields[name].annotation)[0]
