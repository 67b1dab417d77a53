"""A YAML file edited where it stands: what is not edited keeps its comments, its order and its layout to the letter.

Takes text, gives text. Edits are spans of the source, found by the marks of PyYAML's nodes, so that nothing is printed
again that need not be: a round trip by ruamel.yaml keeps comments, but lays out afresh each long line it meets.
"""

import re
import textwrap
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from mandats.load.yaml_places import read_yaml
from mandats.problem import KeyPath

LONGEST = 150  # characters of a line, beyond which nobody reads it in one glance
WIDTH = 120  # what a line that is folded takes
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_COMMENT = re.compile(r"[ \t]+#.*|[ \t]*")


@dataclass(frozen=True)
class Edit:
    """`text[start:end]` becomes `words`."""

    start: int
    end: int
    words: str


def apply(text: str, edits: list[Edit]) -> str:
    for edit in sorted(edits, key=lambda e: e.start, reverse=True):
        text = text[: edit.start] + edit.words + text[edit.end :]
    return text


def compose(text: str) -> yaml.Node | None:
    """The nodes of one document, with their marks. Raises ValueError for a text that is no YAML."""
    try:
        return yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        raise ValueError(f"YAML illisible : {error}") from None


def source(text: str, node: yaml.Node) -> str:
    """What a node is written as; the blank lines and comments that follow a block are not its own."""
    written = text[node.start_mark.index : node.end_mark.index]
    while (last := written.rstrip().rpartition("\n"))[1] and last[2].lstrip().startswith("#") and not _is_block(node):
        written = last[0]
    return written.rstrip()


def get(node: yaml.Node | None, *path: str | int) -> yaml.Node | None:
    """What stands at a key path, or None."""
    for key in path:
        if isinstance(node, yaml.MappingNode):
            node = next((v for k, v in node.value if k.value == key), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
            node = node.value[key]
        else:
            return None
    return node


def scalars(node: yaml.Node | None, path: KeyPath = ()) -> Iterator[tuple[KeyPath, yaml.ScalarNode]]:
    """Every value that is no collection, with its key path."""
    if isinstance(node, yaml.ScalarNode):
        yield path, node
    elif isinstance(node, yaml.MappingNode):
        for key, held in node.value:
            yield from scalars(held, (*path, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for rank, held in enumerate(node.value):
            yield from scalars(held, (*path, rank))


def is_flow(node: yaml.Node | None) -> bool:
    """Whether a collection is written between braces or brackets; true of what is none."""
    return not isinstance(node, yaml.CollectionNode) or bool(node.flow_style)


def comments(text: str) -> Counter[str]:
    """Every comment, wherever it stands: what no edit may lose."""
    found, end = [], 0
    for token in yaml.scan(text, Loader=yaml.SafeLoader):
        found += re.findall(r"#.*", text[end : max(end, token.start_mark.index)])
        if isinstance(token, yaml.ScalarToken) and token.style in ("|", ">"):
            header = text[token.start_mark.index :].split("\n", 1)[0]
            found += re.findall(r"#.*", header)
        end = token.end_mark.index
    words = Counter(" ".join(c.strip("# \t").split()) for c in found)
    return Counter(word for line in words.elements() for word in line.split())


def fold(text: str) -> str:
    """The same values and comments, no line longer than `LONGEST` where a value can be folded.

    Raises ValueError when the text would not read the same: nothing is to be written then.
    """
    if not any(len(line) > LONGEST for line in text.split("\n")):
        return text
    lines = text.split("\n")
    for at, line in enumerate(lines):
        head = re.match(r"[ \t]*# ?", line)
        if head and len(line) > LONGEST:
            wrapped = textwrap.wrap(line[head.end() :], WIDTH, initial_indent=head[0], subsequent_indent=head[0])
            lines[at] = "\n".join(wrapped)
    made = "\n".join(lines)
    made = apply(made, list(_Folding(made).edits(compose(made))))
    if read_yaml(made, "").data != read_yaml(text, "").data or comments(made) != comments(text):
        raise ValueError("ce fichier ne peut pas être replié sans changer ce qu'il dit")
    return made


class _Folding:
    """What is too long in one text, and how it is written instead."""

    def __init__(self, text: str):
        self.text, self.lines = text, text.split("\n")

    def edits(self, node: yaml.Node | None, indent: int = 0) -> Iterator[Edit]:
        """`indent`: of the key or the dash that brings the node."""
        if not isinstance(node, yaml.CollectionNode) or node.flow_style:
            if node is not None and self.too_long(node):
                yield self.edit(node, indent)
        elif isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                yield from self.edits(value, key.start_mark.column)
        else:
            for value in node.value:
                yield from self.edits(value, node.start_mark.column)

    def too_long(self, node: yaml.Node) -> bool:
        """Unless a note stands within a flow collection, where it would have no place of its own."""
        written = source(self.text, node)
        first, last = node.start_mark.line, node.start_mark.line + written.count("\n")
        noted = isinstance(node, yaml.CollectionNode) and "#" in written and comments(written)
        return not noted and any(len(line) > LONGEST for line in self.lines[first : last + 1])

    def edit(self, node: yaml.Node, indent: int) -> Edit:
        """A note that ends the line goes to the first one."""
        start = node.start_mark.index
        end = start + len(source(self.text, node))
        note = _COMMENT.match(self.text, end)
        kept = note[0].strip() if note else ""
        words = self.value(node, indent, node.start_mark.column)
        if kept and isinstance(node, yaml.ScalarNode) and "\n" in words:
            head, _, rest = words.partition("\n")
            words = f"{head}   {kept}\n{rest}"
        elif kept and words.startswith("\n"):
            words = f"  {kept}{words}"
        elif kept:
            words = f"{kept}\n{' ' * (indent + 2)}{words}"
        if words.startswith("\n") and self.text[start - 1] == " ":
            start -= 1
        return Edit(start, end + len(note[0]) if note else end, words)

    def value(self, node: yaml.Node, indent: int, column: int) -> str:
        """A value that begins at `column`, under a key or a dash at `indent`."""
        written = source(self.text, node)
        if "\n" not in written and column + len(written) <= WIDTH:
            return written
        if isinstance(node, yaml.ScalarNode):
            return folded(node.value, indent + 2) or written
        parts = [self.part(p) for p in node.value]
        if all("\n" not in p and column + len(p) + 2 <= WIDTH for p in parts):
            return _filled(parts, column, "{}" if isinstance(node, yaml.MappingNode) else "[]")
        assert isinstance(node, yaml.CollectionNode)
        return self.block(node, indent, self.text[node.start_mark.index - 2 : node.start_mark.index] == "- ")

    def part(self, pair: yaml.Node | tuple[yaml.Node, yaml.Node]) -> str:
        if isinstance(pair, tuple):
            return f"{source(self.text, pair[0])}: {source(self.text, pair[1])}"
        return source(self.text, pair)

    def block(self, node: yaml.CollectionNode, indent: int, after_dash: bool) -> str:
        """A flow collection as a block: on the dash's own line, or under the key."""
        rows = []
        for one in node.value:
            if isinstance(node, yaml.MappingNode):
                key, value = source(self.text, one[0]), one[1]
                told = self.value(value, indent + 2, indent + 2 + len(key) + 2)
                rows.append(f"{key}:{told}" if told.startswith("\n") else f"{key}: {told}")
            else:
                rows.append(f"- {self.value(one, indent + 2, indent + 4)}")
        joined = f"\n{' ' * (indent + 2)}".join(rows)
        return joined if after_dash else f"\n{' ' * (indent + 2)}{joined}"


def shortened(line: str) -> Iterator[str]:
    """The line, its note above it when the whole is too long to read."""
    if len(line) <= LONGEST or not ("   # " in line or line.lstrip().startswith("#")):
        yield line
        return
    margin = line[: len(line) - len(line.lstrip())]
    body, _, note = line.partition("   # ") if "   # " in line else ("", "", line.strip("# "))
    yield from textwrap.wrap(note, WIDTH, initial_indent=f"{margin}# ", subsequent_indent=f"{margin}# ")
    if body.strip():
        yield body


def folded(value: str, indent: int, width: int = WIDTH) -> str:
    """A text as a folded block, « >- »; empty when folding would change it."""
    body = value.rstrip("\n")
    tail = len(value) - len(body)
    if not body or tail > 1 or re.search(r"  |\t|^ | $", body, re.M):
        return ""
    margin = " " * indent
    out = [">" if tail else ">-", "\n"]
    for words in re.split(r"(\n+)", body):
        if words.startswith("\n"):
            out.append(words + "\n")
        else:
            wrapped = textwrap.wrap(words, max(40, width - indent), break_long_words=False, break_on_hyphens=False)
            out.append("\n".join(margin + line for line in wrapped))
    return "".join(out)


def _filled(parts: list[str], column: int, signs: str) -> str:
    """A flow collection on several lines, each under the first element."""
    rows, row = [], ""
    for part in parts:
        if row and column + len(row) + len(part) + 3 > WIDTH:
            rows.append(row + ",")
            row = part
        else:
            row = f"{row}, {part}" if row else part
    return signs[0] + f"\n{' ' * (column + 1)}".join([*rows, row]) + signs[1]


def _is_block(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.style in ("|", ">")
