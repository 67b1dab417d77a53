"""A commented case file for a kind of document: every key it requires, asked as a question, and a visible blank.

What must be filled in is a null, or words that begin with « [à compléter »: the rule `a-completer` lists them, so the
words say what to write, with an example; a comment says only what else may be written there. All these words are in
`templates/commun/questions.yaml`; who holds a role (`est`) and what a section begins with, in each `template.yaml`.
"""

from __future__ import annotations

import textwrap
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from mandats.content import Role, Section
from mandats.document import TO_FILL, Clause, Template
from mandats.keys import help_of
from mandats.load.edit import WIDTH, shortened
from mandats.load.library import list_clauses, load_clause
from mandats.load.validate import models_of
from mandats.load.yaml_places import read_yaml
from mandats.model import Case, DocumentOrder, Party
from mandats.problem import UnknownName, suggest
from mandats.questions import ASK, NOTHING, Entry, Known, Questions, free_name, read_questions

ARGUMENT = "moyens"  # the section that is written as text, in a file of its own


NO_PIECE, NO_PARTY = (f'"{TO_FILL} : clé d\'une {what} du dossier]"' for what in ("pièce", "partie"))


def scaffold(
    templates: list[Template], day: str, name: str, working: Path, addresses: Mapping[str, str],
    chosen: Sequence[str] = (),
) -> tuple[str, str]:  # fmt: skip
    """The YAML of a new case that orders these documents, and its argument as Markdown (empty: none has moyens).
    `day`: ISO date of the act; `name`: the file, as typed; `chosen`: the clauses that the argument begins with.
    `working`: whose clauses add to those that ship. `addresses`: of the authorities known by name.
    Raises UnusableInput when a `questions.yaml` of the drafter's own is wrong, or lacks what a template names.
    """
    made = open_scaffold(templates, working, chosen)
    text = "\n".join(short for line in made.lines(day, name, addresses) for short in shortened(line)) + "\n"
    return text, "\n".join(made.argument(chosen)) + "\n" if made.argued else ""


def paste(templates: Sequence[Template], working: Path, clause: str, argument: bool) -> str:
    """A clause to copy into a case, each value it takes as a blank: an element of a list, or a fence of `argument.md`.

    `templates`: what may be ordered. Raises UnknownName, UnusableInput (as `scaffold`).
    """
    made = open_scaffold([next(filter(_argues, templates), templates[0])], working, [clause])
    if not made.clauses:
        raise UnknownName(f"clause « {clause} » illisible")
    made.templates = []  # nothing says which blocks the case has
    made.words |= dict.fromkeys(["piece", *(p["cle"] for p in made.pieces)], NO_PIECE)  # the case's own are unknown
    made.words |= {"auteur": NO_PARTY, "adverse": NO_PARTY}
    return "\n".join(made.fence(clause) if argument else (line[6:] for line in made.clause(clause))) + "\n"


def open_scaffold(
    templates: list[Template], working: Path, chosen: Sequence[str] = (), known: Known = NOTHING
) -> Scaffold:
    """What writes these documents and clauses."""
    questions = read_questions(templates)
    begun = {clause for t in templates for section in t.header.sections.values() for clause in section.amorces}
    there = list_clauses(working)
    for name_of in chosen:
        if name_of not in there:
            raise UnknownName(f"clause inconnue « {name_of} »{suggest(name_of, there)}")
    found = {c: load_clause(c, file, working)[0] for c, file in there.items() if c in begun or c in chosen}
    return Scaffold(questions, templates, {name: clause for name, clause in found.items() if clause}, known)


class Scaffold:
    """One new case: what its documents need together, and the words that fill the places between braces."""

    def __init__(
        self, questions: Questions, templates: list[Template], clauses: Mapping[str, Clause], known: Known = NOTHING
    ):
        self.questions, self.templates, self.clauses, self.known = questions, templates, clauses, known
        self.registre = max((t.header.registre for t in templates), key=lambda registre: registre != "clair")
        wanted = {*known.ajouts, *(need for t in templates for need in t.header.requiert)}
        self.needs: set[str] = {block for block in wanted if not known.blocs.get(block)}
        held = [(role, told, self._who(role, told)) for t in templates for role, told in t.header.roles.items()]
        blocks = [str(self._block(block)) for block in questions.blocs if block in self.needs]
        named = {*known.parties, *(est for *_, est in held)}
        spoken = [est for est in questions.est if est not in named and any(f"{{{est}}}" in text for text in blocks)]
        everyone = {*spoken, *(est for *_, est in held)}
        # Someone → whom this case takes them for: the controller is the administration, when there is one.
        taken = {est: next((o for o in one.confondu if o in everyone), est) for est, one in questions.est.items()}
        self.same = {est: est if est in known.parties else other for est, other in taken.items()}
        self.parties = {est: keys[0] for est, keys in known.parties.items()}  # who someone is → the key of the party
        self.kinds: dict[str, str] = {**known.types}  # the key of a party → its kind
        self.notes: dict[str, list[str]] = defaultdict(list)  # the key of a new party → what each role says of it
        for role, told, est in [*held, *((est, Role(aide=questions.est[est].aide), est) for est in spoken)]:
            before, someone = self.parties.get(self.same[est]), questions.est[self.same[est]]
            key = self.parties.setdefault(self.same[est], free_name(someone.cle or role, known.types))
            self.kinds.setdefault(key, told.qui or someone.qui)
            new = key not in known.types
            if new and (before is None or (told.aide not in self.notes[key] and role != est)):
                self.notes[key].append(told.aide)
        self.words: dict[str, str] = defaultdict(str)
        self.words |= {est: self.parties.get(same, "") for est, same in self.same.items()}
        self.words |= {est: self.words[other] for est, other in known.tient.items()}
        self.words["regime"] = next((t.header.regime for t in templates if t.header.regime), "rgpd")
        self.author = held[0][2]
        self.words["auteur"] = author = self.words[self.author]
        self.words["adverse"] = next((self.words[est] for est in questions.adverse if self.words[est]), author)
        self.pieces = self._pieces()
        mine = [piece["cle"] for piece in self.pieces]
        produced = mine[: bool(known.produite)] if known.cles else mine
        self.words["piece"] = next(iter([*produced, *known.cles, *mine]), "")
        argued = next((t for t in templates if _argues(t)), None)
        followed = known.comme[1] if known.comme else None
        self.argued = followed if known.types else argued  # whose argument the others share

    def _who(self, role: str, told: Role) -> str:
        est = self.questions.est_of(role, told)
        return self.known.tient.get(est, est)

    def _block(self, block: str) -> dict[str, Any]:
        begun: list[dict[str, Any]] = [
            values for t in self.templates for b, values in t.header.valeurs.items() if b == block
        ]
        told = {key: value for values in begun for key, value in values.items()}
        return self.questions.blocs[block] | told | self.known.ajouts.get(block, {})

    def lines(self, day: str, name: str, addresses: Mapping[str, str]) -> list[str]:
        header, texts = self.templates[0].header, self.questions.textes
        self.words |= {"titre": header.titre, "resume": header.resume, "jour": day, "dossier": name.rsplit(".", 1)[0]}
        self.words["nom"] = f'"{name}"' if " " in name else name
        self.words["citer"] = self.filled(texts["citer"]) if self.pieces else ""
        lines = self.filled(texts["entete"]).splitlines()
        if any(section.obligatoire for t in self.templates for section in t.header.sections.values()):
            lines += self.filled(texts["redaction"]).splitlines()
        lines += ["", *self.filled(texts["debut"]).splitlines(), "", "parties:"]
        lines += self.party_lines(addresses)
        return [*lines, *self.blocks(), "", "documents:", *(line for t in self.templates for line in self.document(t))]

    def blocks(self) -> list[str]:
        """The blocks that the case lacks, each after an empty line."""
        lines: list[str] = []
        for block, values in ({b: self._block(b) for b in self.questions.blocs} | {"demande": self._demande()}).items():
            if block in self.needs and block in Case.model_fields and block not in self.questions.listes:
                every = block != "demande" or "recue_le" in values
                entry = Entry(valeurs=values, notes=values.get("notes", {}))
                lines += ["", f"{block}:", *self._fields(_model(Case, block), entry, 2, every)]
        for block, note in self.questions.listes.items():
            if items := [] if self.known.blocs.get(block) else self.items(block):
                lines += ["", f"{block}:   # {self.filled(note)}", *items]
        return lines

    def items(self, block: str, more: bool = False) -> list[str]:
        """What these documents add to a list of the case. `more`: also to one that the case has."""
        held = self.pieces if block == "pieces" else [self._block(block)] if more or block in self.needs else []
        model, noted = _model(Case, block), not self.known.types
        return [line for i, values in enumerate(held) for line in self._item(model, values, noted and i == 0)]

    def keys(self, block: str, values: dict[str, Any]) -> list[str]:
        """Some keys of a block, without a margin."""
        lines = self._fields(_model(Case, block), Entry(valeurs=values), 0)
        return [line for line in lines if line.partition(":")[0] in values]

    def party_lines(self, addresses: Mapping[str, str]) -> list[str]:
        """The parties that the case lacks."""
        lines: list[str] = []
        for key, notes in self.notes.items():
            lines += [f"  {key}:   # {' ; '.join(notes)}", *self._party(key, addresses)]
        return lines

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
        known, told = self.known, self.questions.pieces
        if not known.types and not {"pieces", "faits", "instance_fond"} & self.needs:
            return []
        self.words |= {cle: key for cle, key in known.pieces.items() if key}
        found: dict[str, Mapping[str, str]] = {known.produite["cle"]: known.produite} if known.produite else {}
        every = {piece.cle: piece for pieces in told.values() for piece in pieces}
        asked = [v.strip("{}") for values in known.ajouts.values() for v in values.values() if isinstance(v, str)]
        proved = set(self.needs)
        if self.words["juridiction"] and self.kinds[self.words["auteur"]] == "association":
            proved |= {name for t in self.templates for name in t.header.sections} & {"recevabilite"}
        proved -= {block for block, values in known.ajouts.items() if "piece" in values}
        sure = [every[word] for word in asked if word in every]
        sure += [piece for need, pieces in told.items() if need in proved for piece in pieces]
        if not sure and not known.types:
            sure = [*told["autre"]]
        found = {**{p.cle: {"titre": p.titre, "fichier": p.fichier or p.cle} for p in sure}, **found}
        for proof in sure:
            block, _, key = proof.date.partition(".")
            if day := known.ajouts.get(block, {}).get(key):
                found[proof.cle] = {**found[proof.cle], "date": day}
        made: list[dict[str, str]] = []
        for cle, piece in sorted(found.items(), key=lambda one: one[0] != known.produite.get("cle")):
            if self.words[cle]:
                continue
            self.words[cle] = key = free_name(cle, known.cles)
            rank = len(known.cles) + len(made) + 1
            made.append({**piece, "cle": key, "fichier": f"{rank:02}-{piece['fichier']}.pdf"})
        return made

    def _demande(self) -> dict[str, Any]:
        """What was asked: documents, when a document of that family is ordered; with its dates, once it was sent."""
        families = [template.header.famille for template in self.templates]
        values = self._block("demande")
        if not any("communication" in famille for famille in families):
            values["objet"] = self.known.ajouts.get("demande", {}).get("objet", ASK)
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
                shown = self.questions.exemples
                example = shown.get(f"{model.__name__}.{name}", shown.get(name, ""))
                optional.append(f"{margin}# {name}: {example}".rstrip() + f"   # {told}")
        return wanted + optional

    def document(self, template: Template, more: Sequence[str] = (), optional: Sequence[str] = ()) -> list[str]:
        """One entry of `documents`. `more`: lines that follow its roles; `optional`: the roles that are filled too."""
        header = template.header
        filled = {**header.roles, **{role: header.roles_facultatifs[role] for role in optional}}
        roles = ", ".join(f"{role}: {self._holders(self._who(role, told))}" for role, told in filled.items())
        folded = textwrap.wrap(f"    roles: {{{roles}}}", WIDTH, subsequent_indent=" " * 12, break_on_hyphens=False)
        own = header.date_propre and not more
        dated = [f"    {self.filled(self.questions.textes.get('date_propre', 'date: {jour}'))}"] * own
        lines = [f"  - modele: {template.slug}", *dated, *folded, *more]
        for role, told in header.roles_facultatifs.items():
            if role in filled:
                continue
            held = self.words[told.est] if told.est else ""
            lines.append(f"    # à ajouter dans roles, au besoin : {role}{held and f': {held}'} ({told.aide})")
        if "en_tete_lettre" in template.plan.contenu:
            lines.append(f"    {'# ' * (header.registre == 'clair')}{self.questions.textes['envoi']}")
        for block in (name for name in ("mandants", "instance", "jugement") if name in header.requiert):
            known = self.known.instance if block == "instance" else self.known.ajouts.get(block, {})
            entry = Entry(valeurs=self.questions.blocs[block] | header.valeurs.get(block, {}) | known)
            lines += [f"    {block}:", *self._fields(_model(DocumentOrder, block), entry, 6, every=True)]
        shared = self.argued is not None and template is not self.argued and self._shares(template)
        if shared and self.argued:
            name = self.known.comme[0] if self.known.comme else self.argued.slug
            lines.append(f"    comme: {{document: {name}, sections: [{ARGUMENT}]}}")
        sections = [(name, section) for name, section in header.sections.items() if not (shared and name == ARGUMENT)]
        return lines + [line for name, section in sections for line in self._section(name, section, template)]

    def _holders(self, est: str) -> str:
        keys = self.known.parties.get(self.same[est], ())
        return f"[{', '.join(keys)}]" if len(keys) > 1 else self.words[est]

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
        for key, parametre in self.clauses[name].header.asked(self.registre).items():
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
        taken = self.clauses[name].header.asked(self.registre)
        # A block that these documents require stands for a parameter.
        blocks = {block for t in self.templates for block in t.header.requiert} - {"traitement"}
        asked = {n: p for n, p in taken.items() if (p.a_defaut or "").partition(".")[0] not in blocks}
        wanted = {n: p for n, p in asked.items() if not p.facultatif}
        lines = [f"      - clause: {name}", *(["        avec:"] if wanted else [])]
        for key, parametre in wanted.items():
            blank, guess = _value(f"{TO_FILL} : {parametre.aide}]"), self.questions.parametres
            value = self.filled(guess.get(f"{parametre.type}.{key}", ""))
            value = value or self.filled(guess.get(parametre.type, "null"), blanc=blank)
            lines.append(f"          {key}: {value}" + ("" if blank in value else f"   # {parametre.aide}"))
        mark = "          # " if wanted else "        # avec: facultatif, "
        return lines + [f"{mark}{n}:   # {p.aide}" for n, p in taken.items() if p.facultatif]


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
