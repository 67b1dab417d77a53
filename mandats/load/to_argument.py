"""A section of a case file as the Markdown file that `argument` reads: the same items, the drafter's comments kept.

Takes the text of the case and the node of the section, gives the file's text. The parameters of a clause are copied as
they are written, in their layout; only what the form does not admit (a blank line, a collection on one line) is written
again.
"""

import re
import textwrap
from collections.abc import Mapping
from contextlib import suppress

import yaml

from mandats.load.argument import CALL, HEADING, NOTE, RESERVED
from mandats.load.edit import fold, folded, get, source
from mandats.parts import fences, outside_code
from mandats.problem import UnusableInput

Pair = tuple[yaml.Node, yaml.Node]


class Unwritable(ValueError):
    """What an argument cannot say, in French; the section stays as it is."""


def write_argument(text: str, section: yaml.Node, proses: Mapping[str, str]) -> str:
    """The file. `proses`: what the prose files of the section say, by name. Raises Unwritable."""
    if not isinstance(section, yaml.SequenceNode) or not section.value:
        raise Unwritable("la section n'est pas une liste")
    writer = _Writer(text, proses)
    parts = [writer.item(one) for one in section.value]
    return "\n\n".join(parts) + "\n"


class _Writer:
    """One section being written; `depth`: the rank that a clause would take next, as `argument` gives it."""

    def __init__(self, text: str, proses: Mapping[str, str]):
        self.text, self.lines, self.proses = text, text.split("\n"), proses
        self.depth = 0
        self.labels: set[str] = set()

    def item(self, node: yaml.Node) -> str:
        if not isinstance(node, yaml.MappingNode):
            raise Unwritable("un élément n'est pas une clause, une prose ou un texte")
        rank = get(node, "niveau")
        level = int(rank.value) if rank else 0
        copied = (*RESERVED, "remplace") if get(node, "clause") else ()
        noted = self.notes_above(node)
        for key, value in node.value:
            noted += [] if key.value in copied else self.note_after(key, value)
        if get(node, "clause"):
            return self.clause(node, level, noted)
        if get(node, "regime") or get(node, "cause"):
            raise Unwritable("un texte ou une prose y a un régime ou une cause qui lui est propre")
        told = "".join(f"{{# {line} #}}\n" for line in noted)
        return told + self.words(node, level)

    def notes_above(self, node: yaml.Node) -> list[str]:
        """The comments between an item and the one before, without their sign."""
        found: list[str] = []
        for line in reversed(self.lines[: node.start_mark.line]):
            if not line.strip().startswith("#"):
                break
            found.insert(0, line.strip().lstrip("#").strip())
        return found

    def note_after(self, key: yaml.Node, value: yaml.Node) -> list[str]:
        """The comment that ends the line of a key whose value is not copied with it."""
        scalar = isinstance(value, yaml.ScalarNode)
        end = value.start_mark.index + len(source(self.text, value)) if scalar else key.end_mark.index + 1
        note = re.match(r"[ \t]+#(.*)", self.text[end:])
        return [note[1].strip()] if note else []

    def words(self, node: yaml.Node, level: int) -> str:
        """A text or a prose under its title; its own headings take the rank after."""
        title, prose = get(node, "titre"), get(node, "prose")
        said = self.proses[prose.value] if prose else str(get(node, "texte").value)  # type: ignore[union-attr]
        said = self.own_notes(said.strip("\n"), (prose.value if prose else f"t{len(self.labels)}").rpartition(".")[0])
        lines = said.split("\n")
        ranks = {i: found for i in outside_code(lines) if (found := HEADING.match(lines[i]))}
        shift = level + (2 if title else 1) - min((len(r[1]) for r in ranks.values()), default=0)
        for i, found in ranks.items():
            if (rank := len(found[1]) + shift) > 6:
                raise Unwritable("des sous-titres trop profonds")
            lines[i] = "#" * rank + lines[i][found.end(1) :]
        if any(fences(lines)):
            raise Unwritable("une prose a une ligne « ::: »")
        if title or ranks:
            self.depth = len(ranks[max(ranks)][1]) + shift if ranks else level + 1
        head = f"{'#' * (level + 1)} {' '.join(title.value.split())}\n\n" if title else ""
        return head + "\n".join(lines)

    def own_notes(self, said: str, stem: str) -> str:
        """Two texts may give one label to their notes: in one file, the second takes the name of its text."""
        mine = {m[1] for m in NOTE.finditer(said)} | set(CALL.findall(said))
        for label in mine & self.labels:
            said = said.replace(f"[^{label}]", f"[^{stem}-{label}]")
        self.labels |= mine
        return said

    def clause(self, node: yaml.MappingNode, level: int, noted: list[str]) -> str:
        slug = get(node, "clause").value  # type: ignore[union-attr]
        rank = "" if level == self.depth else f"{'#' * (level + 1)} "
        self.depth = level
        rows = [f"# {line}" for line in noted]
        for pair in node.value:
            if pair[0].value in RESERVED:
                rows += self.pair(pair)
        given = get(node, "avec")
        if isinstance(given, yaml.MappingNode):
            if taken := {k.value for k, _ in given.value} & set(RESERVED):
                raise Unwritable(f"la clause {slug} a un paramètre « {', '.join(taken)} », mot réservé")
            for pair in given.value:
                rows += self.pair(pair)
        written = fold("\n".join(rows) + "\n").rstrip("\n") if rows else ""
        replaced = get(node, "remplace")
        for block, told in replaced.value if isinstance(replaced, yaml.MappingNode) else ():
            texte = told if isinstance(told, yaml.ScalarNode) else get(told, "texte")
            version = get(told, "version")
            head = f":::: {block.value}" + (f" {version.value}" if version else "")
            written += f"\n\n{head}\n{texte.value.rstrip()}\n::::"  # type: ignore[union-attr]
        return f"::: {rank}{slug}\n" + (written.lstrip("\n") + "\n" if written else "") + ":::"

    def pair(self, pair: Pair) -> list[str]:
        """One value and the comments above it, as they stand in the case, against the margin."""
        key, value = pair
        above = self.lines[key.start_mark.line][: key.start_mark.column].strip() in ("", "-")
        rows = [f"# {line}" for line in self.notes_above(key)] if above else []
        written = source(self.text, value)
        if "\n" in written:
            if isinstance(value, yaml.ScalarNode) and (
                value.style not in ("|", ">") or re.search(r"\n[ \t]*\n", written)
            ):
                return [*rows, f"{key.value}: {_scalar(value.value)}"]
            first, _, rest = written.partition("\n")
            if "\n" in self.text[key.end_mark.index + 1 : value.start_mark.index]:
                gap, body = "\n", textwrap.indent(textwrap.dedent(" " * value.start_mark.column + written), "  ")
            else:
                gap, body = " ", first + "\n" + textwrap.indent(textwrap.dedent(rest), "  ")
            shown = "\n".join(line for line in body.split("\n") if line.strip())
            return [*rows, f"{key.value}:{gap}{shown}"]
        note = re.match(r"[ \t]+#.*", self.text[value.start_mark.index + len(written) :])
        return [*rows, f"{key.value}: {written}" + (note[0] if note else "")]


def fold_argument(text: str) -> str:
    """The same file, the long lines of its clauses' values folded; what cannot be stays."""
    lines, words = text.split("\n"), {at: words for at, _, words in fences(text.split("\n"))}
    for at in sorted((at for at, held in words.items() if held), reverse=True):  # from the end: indexes stay true
        end = next((i for i in range(at + 1, len(lines)) if not lines[i].strip() or i in words), at + 1)
        with suppress(ValueError, UnusableInput):
            lines[at + 1 : end] = fold("\n".join(lines[at + 1 : end])).split("\n") if end > at + 1 else []
    return "\n".join(lines)


def _scalar(value: str) -> str:
    """A text on lines that are never blank."""
    quoted: str = yaml.dump(value, default_style='"', allow_unicode=True, width=110)
    return ("" if "\n" in value else folded(value, 2)) or quoted.rstrip("\n").replace("\n\n", "\n")
