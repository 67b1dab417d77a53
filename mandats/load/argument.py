"""An argument written as text: a section of the case as one Markdown file, where prose and clauses alternate.

    ## Sur la légalité interne

    ::: rgpd/minimisation
    besoin: de vérifier une inscription
    sans: [precedents]

    :::: application
    En l'espèce, …
    ::::
    :::

Takes the file's text, gives what the same section would hold in YAML, so that nothing after the reading knows which
form the drafter chose. A heading of one « # » has the level of a clause's title; clauses stand under the last heading,
unless the fence says the rank of the clause's own title (`::: # rgpd/minimisation`).
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from mandats.document import Text
from mandats.load.yaml_places import Yaml, read_yaml
from mandats.parts import fences, outside_code
from mandats.problem import KeyPath, Place, Problem, UnusableInput

GLUED = re.compile(r"^([a-z0-9_-]+:)[\u00a0\u202f]+")  # the space that a French keyboard puts after a colon
RANK = re.compile(r"#{1,4}")  # of a clause's title, when it does not stand under the last heading
VERSION = re.compile(r"[0-9a-f]{12}")
HEADING = re.compile(r" {0,3}(#{1,6})\s")
REMARK = re.compile(r"\{#.*?#\}", re.S)  # for whoever writes the file
NOTE = re.compile(r"^\[\^([^\]\s]+)\]:.*(?:\n(?:[ \t]*\n)*[ \t]{2,}\S.*)*", re.M)
CALL = re.compile(r"\[\^([^\]\s]+)\](?!:)")
RESERVED = ("sans", "regime", "titre", "cause")  # keys of the item itself; the others are the clause's parameters


class Argument:
    """One file being read into `read`, under the key path `prefix` of its section."""

    def __init__(self, text: Text, read: Yaml, prefix: KeyPath):
        self.text, self.read, self.prefix = text, read, prefix
        self.lines = text.contenu.split("\n")
        self.fences = {at: (colons, words) for at, colons, words in fences(self.lines)}
        self.items: list[dict[str, Any]] = []
        self.proses: dict[str, Text] = {}
        self.depth = 0

    def place(self, line: int, words: str = "") -> Place:
        """A line of the file, from 1, at those words of it."""
        column = self.lines[line - 1].find(words) + 1 if line <= len(self.lines) else 1
        return Place(self.text.fichier, self.text.ligne + line - 1, max(1, column))

    def problem(self, line: int, message: str, words: str = "") -> None:
        self.read.problems.append(Problem("argument", self.place(line, words), "", message))

    def parse(self) -> None:
        """Fills `items` and `proses`; what is wrong goes to the problems of the case."""
        start = at = 0
        while at < len(self.lines):
            if at not in self.fences:
                at += 1
                continue
            self.prose(start, at)
            colons, words = self.fences[at]
            end = self.end(at)
            if words[1:] and RANK.fullmatch(words[0]):
                self.depth, words = len(words[0]) - 1, words[1:]
            if not words:
                self.problem(at + 1, "« ::: » ferme un bloc qui n'est pas ouvert")
            elif end is None:
                self.problem(at + 1, f"« ::: {words[0]} » jamais fermé : une ligne « {colons} » le termine")
            else:
                if words[1:]:
                    told = f"rien après « ::: {words[0]} » : chaque valeur a sa ligne, au-dessous"
                    self.problem(at + 1, told, words[1])
                self.clause(words[0], at + 1, end)
            at = start = (end if end is not None and words else at) + 1
        self.prose(start, at)

    def share_notes(self) -> None:
        """A note may be written anywhere in the file: it goes where it is called, and its lines stay blank."""
        told = {name: {m[1]: m[0] for m in NOTE.finditer(text.contenu)} for name, text in self.proses.items()}
        called = {name: dict.fromkeys(CALL.findall(text.contenu)) for name, text in self.proses.items()}
        every = {label: words for notes in told.values() for label, words in notes.items()}
        inside = [words for item in self.items for words in item.get("remplace", {}).values()]
        elsewhere = {label for words in inside for label in CALL.findall(words["texte"])}.union(*called.values())
        short = {label: note.partition(":")[2].strip() for label, note in every.items() if "\n\n" not in note}
        for words in inside:  # a block runs into the next: its notes are written where they are called
            for label in set(CALL.findall(words["texte"])) & short.keys():
                words["texte"] = words["texte"].replace(f"[^{label}]", f"^[{short[label]}]")
        for name, text in self.proses.items():
            gone = {n for n in told[name] if n not in called[name] and n in elsewhere}
            kept = text.contenu
            for label in gone:
                kept = kept.replace(told[name][label], "\n" * told[name][label].count("\n"))
            taken = [every[n] for n in called[name] if n in every and n not in told[name]]
            self.proses[name] = replace(text, contenu="\n\n".join([kept, *taken]))

    def end(self, at: int) -> int | None:
        """The index of the line that closes the block opened at `at`: as many colons, alone."""
        return next((i for i, fence in self.fences.items() if i > at and fence == (self.fences[at][0], [])), None)

    def add(self, item: dict[str, Any], line: int, words: str = "") -> KeyPath:
        path = (*self.prefix, len(self.items))
        self.items.append(item)
        self.read.places[path] = self.place(line, words)
        for name in item:
            self.read.places[(*path, name)] = self.read.keys[(*path, name)] = self.place(line, words)
        return path

    def prose(self, start: int, end: int) -> None:
        """The text of these lines, between two clauses, if it says anything."""
        lines = self.lines[start:end]
        headings = [(at, len(found[1])) for at in outside_code(lines) if (found := HEADING.match(lines[at]))]
        if REMARK.sub("", "\n".join(lines)).strip():
            name = f"{self.text.fichier}:{start + 1}"
            follows = bool(self.items) and "".join(lines[: headings[0][0] if headings else None]).strip() != ""
            self.proses[name] = Text(self.text.fichier, "\n".join(lines), start + self.text.ligne, 1, 1, follows)
            self.add({"prose": name}, start + 1)
        self.depth = headings[-1][1] if headings else self.depth

    def clause(self, slug: str, line: int, end: int) -> None:
        """YAML up to the first blank line or the first nested block, then what replaces blocks of the clause."""
        if before := self.proses.get(self.items[-1].get("prose", "") if self.items else ""):
            self.proses[self.items[-1]["prose"]] = replace(before, accompagne=True)
        stop = next((i for i in range(line, end) if not self.lines[i].strip() or i in self.fences), end)
        path = self.add({"clause": slug, "niveau": str(min(self.depth, 3))}, line, slug)
        item = self.items[-1]
        given = self.parameters(self.lines[line:stop], line + 1, path)
        item |= {k: v for k, v in given.items() if k in RESERVED}
        if values := {k: v for k, v in given.items() if k not in RESERVED}:
            item["avec"] = values
            self.read.places[(*path, "avec")] = self.place(line + 1)
        if replaced := dict(self.replacements(stop, end, (*path, "remplace"))):
            item["remplace"] = replaced

    def parameters(self, lines: list[str], first: int, path: KeyPath) -> dict[str, Any]:
        """The values written under the fence, their places kept under the key path they would have in YAML."""
        written = (GLUED.sub(r"\1 ", line.rstrip()) for line in lines)
        try:
            found = read_yaml("\n".join(written), self.text.fichier, first + self.text.ligne - 1)
        except UnusableInput as error:
            self.read.problems += error.problems
            return {}
        if found.data is None:
            return {}
        if not isinstance(found.data, dict):
            self.problem(first, "« clé: valeur » attendu, une par ligne, jusqu'à la première ligne vide")
            return {}
        self.read.problems += found.problems
        for places, others in ((self.read.places, found.places), (self.read.keys, found.keys)):
            for inner, place in others.items():
                if inner:
                    places[(*path, *(() if inner[0] in RESERVED else ("avec",)), *inner)] = place
        return found.data

    def replacements(self, start: int, end: int, path: KeyPath) -> Iterator[tuple[str, dict[str, Any]]]:
        """(block, what is said instead) for each nested fence."""
        at, seen = start, set[str]()
        while at < end:
            if at not in self.fences:
                if self.lines[at].strip():
                    self.problem(at + 1, "texte hors d'un bloc : fermez la clause par « ::: » avant d'écrire la suite")
                at += 1
                continue
            _, words = self.fences[at]
            close = self.end(at)
            if not words or close is None or close >= end:
                told = f"« {self.lines[at].strip()} » : bloc « :::: nom » à fermer par une ligne « :::: »"
                self.problem(at + 1, told)
                return
            name, version = words[0], " ".join(words[1:])
            if version and not VERSION.fullmatch(version):
                told = f"« {version} » : après le nom du bloc, les douze chiffres d'une version"
                self.problem(at + 1, told, words[1])
            elif name in seen:
                self.problem(at + 1, f"bloc « {name} » déjà remplacé plus haut")
            seen.add(name)
            self.read.places[(*path, name)] = self.place(at + 1, name)
            self.read.places[(*path, name, "texte")] = self.place(at + 2)
            yield name, {"texte": "\n".join(self.lines[at + 1 : close]), "version": version or None}
            at = close + 1


def expand(read: Yaml, prefix: KeyPath, text: Text) -> tuple[list[dict[str, Any]], dict[str, Text]]:
    """What a section says as items, with their places in `read`; and the texts that stand between clauses, by name."""
    argument = Argument(text, read, prefix)
    argument.parse()
    if "[^" in text.contenu:
        argument.share_notes()
    return argument.items, argument.proses
