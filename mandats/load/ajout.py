"""Adds to a case file an item of a list, a key or lines of a block, and changes nothing else: what the drafter wrote
keeps its layout and its comments.
"""

import functools
import operator
import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from mandats.load.edit import compose, get, source
from mandats.load.yaml_places import read_yaml
from mandats.problem import write_path

_PLAIN = re.compile(r"[^\W_](?:[\w '’()./-]*[\w)])?")  # what needs no quotes, between the braces of a flow


def write_item(values: Mapping[str, str]) -> str:
    """An item of a list on one line; what is None is left out.

    >>> write_item({"quoi": "refus reçu", "le": "2026-12-12", "piece": None, "titre": "n° 2 : suite", "par": "null"})
    '{quoi: refus reçu, le: 2026-12-12, titre: "n° 2 : suite", par: "null"}'
    """
    return "{" + ", ".join(f"{k}: {_scalar(v)}" for k, v in values.items() if v is not None) + "}"


def _scalar(value: str) -> str:
    if _PLAIN.fullmatch(value) and value.lower() not in ("true", "false", "null"):
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def add_item(text: str, cle: str, values: Mapping[str, str]) -> str:
    """The text of a YAML file with one more item at the end of the list `cle`, which is made when it is absent.

    Raises ValueError, in French, when the file is written in a way that this cannot follow: nothing is guessed.
    """
    item, end = write_item(values), "\r\n" if "\r\n" in text else "\n"
    found = get(compose(text), cle)
    if isinstance(found, yaml.MappingNode):
        raise ValueError(f"« {cle} » est un carnet de la première version : récrivez-le en liste, « - {item} »")
    if isinstance(found, yaml.ScalarNode) and found.value not in ("", "null", "~"):
        raise ValueError(f"« {cle} » n'est pas une liste : « - {item} »")
    made = text.rstrip("\r\n") + f"{end}{cle}:{end}  - {item}{end}" if found is None else _added(text, found, item, end)
    before, after = (read_yaml(one, "").data for one in (text, made))
    wanted = [*(before.get(cle) or []), {k: v for k, v in values.items() if v is not None}]
    if not isinstance(before.get(cle) or [], list) or after != {**before, cle: wanted}:
        raise ValueError(f"« {cle} » n'est pas une liste que le programme sache compléter : ajoutez-y « - {item} »")
    return made


def add_lines(text: str, path: tuple[str | int, ...], lines: Sequence[str]) -> str:
    """The text of a YAML file with one more item, written on `lines`, at the end of the list at `path`, which is made
    when it is absent. Raises ValueError, in French, when the file is written in a way that this cannot follow.
    """
    holder, cle = path[:-1], str(path[-1])
    refused = ValueError(f"{write_path(path)} : ajoutez-la vous-même, le programme ne sait pas où l'écrire")
    try:
        if get(compose(text), *path) is None:
            made = extend(text, holder, [f"{cle}:", *(f"  {line}" for line in lines)])
        else:
            made = extend(text, path, lines)
    except ValueError:
        raise refused from None
    (before, others), (after, left) = (_apart(one, holder, cle) for one in (text, made))
    if (after or [])[:-1] != (before or []) or left != others:
        raise refused
    return made


def add_key(text: str, path: tuple[str | int, ...], cle: str, values: Mapping[str, Any] | str) -> str:
    """The text of a YAML file with one more key at the end of the block at `path`; what is None is left out.

    Raises ValueError, in French, when the file is written in a way that this cannot follow: nothing is guessed.
    """
    item = _scalar(values) if isinstance(values, str) else write_item(values)
    refused = ValueError(f"ajoutez vous-même « {cle}: {item} » : le programme ne sait pas où l'écrire")
    block, end = get(compose(text), *path), "\r\n" if "\r\n" in text else "\n"
    if not isinstance(block, yaml.MappingNode) or not block.value or get(block, cle) is not None:
        raise refused
    if block.flow_style:
        at = block.end_mark.index - 1
        comma = "" if text[:at].rstrip().endswith(",") else ","
        made = f"{text[:at].rstrip()}{comma} {cle}: {item}{text[at:]}"
    else:
        made = _with_line(text, _last(block), f"{' ' * block.start_mark.column}{cle}: {item}", end)
    wanted = values if isinstance(values, str) else {k: v for k, v in values.items() if v is not None}
    if _apart(made, path, cle) != (wanted, read_yaml(text, "").data):
        raise refused
    return made


def extend(text: str, path: tuple[str | int, ...], lines: Sequence[str]) -> str:
    """The text with lines (no margin) at the end of the block at `path`, its last comments kept above; with no path,
    before the documents.

    Raises ValueError, in French, when the block is written in a way that this cannot follow.
    """
    end, root = "\r\n" if "\r\n" in text else "\n", compose(text)
    node = get(root, *path)
    if not isinstance(node, yaml.CollectionNode) or node.flow_style or not node.value:
        where = ".".join(map(str, path))
        raise ValueError(f"« {where} » n'est pas écrit en bloc, une ligne par clé ou par tiret : récrivez-le ainsi")
    if path:
        column, at = node.start_mark.column, _line_end(text, _last(node))
        while note := re.match(rf" {{{column},}}#.*(?:\n|$)", text[at:]):
            at += note.end()
    else:
        column = 0
        at = next((k.start_mark.index for k, _ in node.value if k.value == "documents"), len(text))
        while note := re.search(r"(?:^|\n)(#[^\n]*\n)\Z", text[:at]):
            at = note.start(1)
    head = text[:at] if not at or text[:at].endswith("\n") else text[:at] + end
    return head + "".join(f"{' ' * column}{line}".rstrip() + end for line in lines) + text[at:]


def holds(after: Any, before: Any) -> bool:
    """Whether what was there still is: every key, every item in its place.

    >>> holds({"a": [1, {"b": 2, "c": 3}], "d": 4}, {"a": [1, {"b": 2}]}), holds({"a": [2, 1]}, {"a": [1]})
    (True, False)
    """
    if isinstance(before, dict):
        return isinstance(after, dict) and all(k in after and holds(after[k], v) for k, v in before.items())
    if isinstance(before, list):
        return isinstance(after, list) and len(after) >= len(before) and all(map(holds, after, before))
    return bool(after == before)


def drop_key(text: str, path: tuple[str | int, ...], cle: str) -> str:
    """The text without a key of the block at `path`, which stood on a line of its own. Raises ValueError, in French."""
    block = get(compose(text), *path)
    pairs = block.value if isinstance(block, yaml.MappingNode) else ()
    key, value = next(((k, v) for k, v in pairs if k.value == cle), (None, None))
    if not isinstance(block, yaml.MappingNode) or key is None or value is None:
        raise ValueError(f"« {cle} » n'est pas dans le dossier")
    start, stop = key.start_mark.index, value.start_mark.index + len(source(text, value))
    if block.flow_style:
        head = text[:start].rstrip()
        made = head.removesuffix(",") + text[stop:] if head.endswith(",") else head + text[stop:].lstrip(" ,")
    else:
        made = text[: text.rfind("\n", 0, start) + 1] + text[_line_end(text, value) :]
    if read_yaml(made, "").data != _apart(text, path, cle)[1]:
        raise ValueError(f"ôtez vous-même « {cle} » du dossier : le programme ne sait pas comment il est écrit")
    return made


def _apart(text: str, path: tuple[str | int, ...], cle: str) -> tuple[Any, Any]:
    """The value of a key of the block at `path` (None: it has none), and the values of the file but for it."""
    data: Any = read_yaml(text, "").data
    return functools.reduce(operator.getitem, path, data).pop(cle, None), data


def _last(node: yaml.Node) -> yaml.Node:
    """The last value written in a block."""
    while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        node = node.value[-1][1] if isinstance(node, yaml.MappingNode) else node.value[-1]
    return node


def _line_end(text: str, node: yaml.Node) -> int:
    """Where the line ends that a value ends on."""
    line = text.find("\n", node.start_mark.index + len(source(text, node)))
    return len(text) if line < 0 else line + 1


def _added(text: str, value: yaml.Node, item: str, end: str) -> str:
    if isinstance(value, yaml.SequenceNode) and value.flow_style:
        at = value.end_mark.index - 1
        comma = ", " if value.value and not text[:at].rstrip().endswith(",") else ""
        return text[:at].rstrip() + comma + item + text[at:]
    margin = " " * value.start_mark.column if isinstance(value, yaml.SequenceNode) else "  "
    return _with_line(text, _last(value), f"{margin}- {item}", end)


def _with_line(text: str, node: yaml.Node, line: str, end: str) -> str:
    """One more line after that on which a value ends."""
    at = _line_end(text, node)
    head = text[:at] if text[:at].endswith("\n") else text[:at] + end
    return head + line + end + text[at:]
