"""A case rewritten to the present form: words that changed, lines too long to read, moyens as one Markdown file.

Takes a case file, gives what each file would hold, before and after, and writes nothing. What is not rewritten keeps
its comments and its layout to the letter; a file that would not say the same is left as it is, and the reason told.
"""

import json
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import yaml

from mandats.document import Text
from mandats.load.argument import Argument
from mandats.load.edit import Edit, apply, comments, compose, fold, get, source
from mandats.load.paths import confine, read_text
from mandats.load.to_argument import Unwritable, fold_argument, write_argument
from mandats.load.yaml_places import Yaml, read_yaml
from mandats.problem import AVERTISSEMENT, KeyPath, Problem, UnusableInput, refusal, write_path
from mandats.roots import shipped_root
from mandats.tables import read_table

SECTION = "moyens"


Change = tuple[str | None, str | None]  # a file as it is, and as it would be; None: it is not there


def migrate(case: Path, argument: bool = False) -> tuple[dict[Path, Change], list[Problem]]:
    """The files that change, by path, and what stays as it is, with the reason.

    `argument`: the moyens of each document go to a Markdown file of the case's folder. Raises UnusableInput.

    >>> changes, problems = migrate(Path("cases/gafam.yaml"), argument=True)
    >>> [file.name for file in changes][:2]
    ['gafam.yaml', 'argument-plainte-google.md']
    """
    shown = str(case)
    text = read_text(case, shown)
    if not isinstance(read_yaml(text, shown).data, dict):
        raise refusal("yaml", shown, "ce n'est pas un dossier : clés attendues (titre, parties…)")
    work = _Migration(case, text)
    work.rename()
    if argument:
        work.to_arguments()
    work.fold()
    return {path: change for path, change in work.changes.items() if change[0] != change[1]}, work.problems


class _Migration:
    def __init__(self, case: Path, text: str):
        self.case, self.folder = case, case.parent / case.stem
        self.text, self.before = text, text
        self.changes: dict[Path, Change] = {}
        self.problems: list[Problem] = []

    @property
    def read(self) -> Yaml:
        return read_yaml(self.text, str(self.case))

    def stays(self, path: KeyPath, reason: str) -> None:
        self.problems.append(self.read.problem("migration", path, f"inchangé : {reason}", AVERTISSEMENT))

    def rename(self) -> None:
        """The words of `migrations.yaml`."""
        table = read_table(Path(__file__).with_name("migrations.yaml"))
        root, edits = compose(self.text), []
        for row in table["valeurs"]:
            edits += [
                Edit(node.start_mark.index, node.start_mark.index + len(source(self.text, node)), row["a"])
                for node, holder in _at(root, row["ou"].split("."))
                if isinstance(node, yaml.ScalarNode) and node.value == row["de"]
                if "avec" not in row or get(holder, row["avec"]) is not None
            ]
        for section, item in _items(root):
            clause = get(item, "clause")
            for row in table["parametres"]:
                if clause is not None and fnmatch(clause.value, row["clause"]) and not self.declared(clause.value, row):
                    edits += self.parameter(clause.value, get(item, "avec"), row)
            for row in table["causes"]:
                if clause is not None and (clause.value, section) == (row["clause"], row["section"]):
                    edits += self.cause(item, clause, row["cause"])
        self.text = apply(self.text, edits)

    def declared(self, clause: str, row: dict[str, str]) -> bool:
        """Whether the word is not ours to change: the drafter has a clause of that name, beside the case, which still
        asks for it, or nobody has one.
        """
        beside = (f / "clauses" / f"{clause}.md" for f in (self.case.parent, self.case.parent.parent))
        told = next((read_text(path, str(path)) for path in beside if path.is_file()), "")
        old, new = (re.search(rf"^  {row[word]}:", told, re.M) for word in ("de", "a"))
        return bool(old and not new) or not (shipped_root() / "clauses" / f"{clause}.md").is_file()

    def parameter(self, clause: str, given: yaml.Node | None, row: dict[str, Any]) -> Iterator[Edit]:
        for key, value in given.value if isinstance(given, yaml.MappingNode) and not get(given, row["a"]) else ():
            if key.value == row["de"] and isinstance(value, yaml.ScalarNode):
                yield Edit(key.start_mark.index, key.end_mark.index, row["a"])
                told = {"true": "false", "false": "true"}.get(value.value) if row.get("inverse") else None
                if "phrase" in row:
                    shipped = (shipped_root() / "clauses" / f"{clause}.md").read_text("utf-8")
                    header = yaml.safe_load(shipped.split("---\n")[1])
                    told = json.dumps(row["phrase"].format_map({**header, key.value: value.value}), ensure_ascii=False)
                if told:
                    yield Edit(value.start_mark.index, value.start_mark.index + len(source(self.text, value)), told)

    def cause(self, item: yaml.Node, clause: yaml.Node, cause: str) -> Iterator[Edit]:
        if get(item, "cause") is not None:
            return
        end, words = clause.end_mark.index, f", cause: {cause}"
        if not source(self.text, item).startswith("{"):
            end = self.text.find("\n", end)
            words = f"\n{' ' * item.start_mark.column}cause: {cause}"
        yield Edit(end, end, words)

    def to_arguments(self) -> None:
        """Each section of moyens written as a file, whose items say what those of the section did."""
        documents = get(compose(self.text), "documents")
        orders = documents.value if isinstance(documents, yaml.SequenceNode) else []
        held = [i for i, order in enumerate(orders) if isinstance(get(order, SECTION), yaml.SequenceNode)]
        edits = []
        for i in held:
            order = orders[i]
            name = get(order, "nom") or get(order, "modele")
            file = "argument.md" if len(held) == 1 else f"argument-{name.value if name else i}.md"
            try:
                edits.append(self.to_argument(order, ("documents", i, SECTION), file))
            except Unwritable as error:
                self.stays(("documents", i, SECTION), str(error))
        self.text = apply(self.text, edits)
        self.drop_proses()

    def to_argument(self, order: yaml.Node, path: KeyPath, name: str) -> Edit:
        """Raises Unwritable when the file is there already, or would not say the same."""
        if (file := self.folder / name).exists() or file in self.changes:
            raise Unwritable(f"{file} existe déjà")
        section = get(order, SECTION)
        assert section is not None
        key = next(k for k, _ in order.value if k.value == SECTION)
        items = self.read.data["documents"][path[1]][SECTION]
        try:
            named = [item["prose"] for item in items if isinstance(item, dict) and item.get("prose")]
            proses = {name: read_text(confine(self.folder, name), name) for name in named}
            borrowing = [other.get("comme") for other in self.read.data["documents"] if isinstance(other, dict)]
            spared = {word for comme in borrowing if isinstance(comme, dict) for word in comme.get("sauf") or ()}
        except (ValueError, UnusableInput) as error:
            raise Unwritable("une prose ne se lit pas") from error
        if lost := [name for name in named if name in spared]:
            raise Unwritable(f"un autre acte la reprend sans « {lost[0]} »")
        written = write_argument(self.text, section, proses)
        end = section.start_mark.index + len(source(self.text, section))
        if lost := [c for c in comments(self.text[key.start_mark.index : end]) if c not in written.split()]:
            raise Unwritable(f"une note se perdrait (« {lost[0]} »)")
        _check(items, written, str(file))
        self.changes[file] = (None, written)
        return Edit(key.end_mark.index, end, f": {name}")

    def drop_proses(self) -> None:
        """Proses that no item names any more leave the folder: their words are in the argument."""
        now, before = (
            {prose.value: None for _, item in _items(compose(text)) if (prose := get(item, "prose")) is not None}
            for text in (self.text, self.before)
        )
        for name in (name for name in before if name not in now):
            self.changes[self.folder / name] = (read_text(self.folder / name, name), None)

    def fold(self) -> None:
        """The lines too long, of the case and of its arguments."""
        try:
            self.text = fold(self.text)
        except ValueError as error:
            self.stays((), str(error))
        self.changes = {self.case: (self.before, self.text), **self.changes}
        for order in self.read.data.get("documents") or ():
            for name in order.values() if isinstance(order, dict) else ():
                file = self.folder / name if isinstance(name, str) and name.endswith(".md") else None
                if file and file.is_file() and file not in self.changes:
                    text = read_text(file, str(file))
                    self.changes[file] = (text, fold_argument(text))


def _at(node: yaml.Node | None, keys: list[str], holder: yaml.Node | None = None) -> Iterator[tuple[yaml.Node, Any]]:
    """Each node under a path where « * » is any key or rank, with the node that holds it."""
    if node is None:
        return
    if not keys:
        yield node, holder
    elif keys[0] == "*":
        inner = node.value if isinstance(node, yaml.CollectionNode) else []
        for one in inner:
            yield from _at(one[1] if isinstance(node, yaml.MappingNode) else one, keys[1:], node)
    else:
        yield from _at(get(node, keys[0]), keys[1:], node)


def _items(root: yaml.Node | None) -> Iterator[tuple[str, yaml.Node]]:
    """What each section of each document holds, and each answer, with the section's name."""
    for order, _ in _at(root, ["documents", "*"]):
        for key, value in order.value if isinstance(order, yaml.MappingNode) else ():
            if isinstance(value, yaml.SequenceNode):
                yield from ((key.value, item) for item in value.value if isinstance(item, yaml.MappingNode))
    yield from (("reponse", item) for item, _ in _at(root, ["arguments_adverses", "*", "reponse", "*"]))


def _check(items: list[dict[str, Any]], written: str, file: str) -> None:
    """Raises Unwritable unless the file's clauses are those of the section, value for value."""
    read = Yaml({})
    argument = Argument(Text(file, written), read, ())
    argument.parse()
    wanted = [_plain(item) for item in items if "clause" in item]
    found = [_plain(item) for item in argument.items if "clause" in item]
    if read.problems or wanted != found:
        raise Unwritable(f"le fichier ne dirait pas la même chose ({write_path((SECTION,))})")


def _plain(item: dict[str, Any]) -> dict[str, Any]:
    """An item of a clause, whichever form it was written in."""
    told = {k: v for k, v in item.items() if v not in ({}, None)} | {"niveau": str(item.get("niveau", 0))}
    for block, words in (told.get("remplace") or {}).items():
        given = {"texte": words} if isinstance(words, str) else words
        now = {"texte": given["texte"].rstrip(), "version": given.get("version")}
        told["remplace"] = told["remplace"] | {block: now}
    return told
