"""Adds to a case file an item of a list, a key or lines of a block, and changes nothing else: what the drafter wrote
keeps its layout and its comments.
"""

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
    *holder, cle = path
    try:
        if get(compose(text), *path) is None:
            made = extend(text, tuple(holder), [f"{cle}:", *(f"  {line}" for line in lines)])
        else:
            made = extend(text, path, lines)
    except ValueError:
        raise ValueError(f"{write_path(path)} : ajoutez-la vous-même, le programme ne sait pas où l'écrire") from None
    before, after = (_holder(one, tuple(holder)).get(str(cle)) or [] for one in (text, made))
    if after[:-1] != before or _without(made, tuple(holder), str(cle)) != _without(text, tuple(holder), str(cle)):
        raise ValueError(f"{write_path(path)} : ajoutez-la vous-même, le programme ne sait pas où l'écrire")
    return made


def add_key(text: str, path: tuple[str | int, ...], cle: str, values: Mapping[str, Any] | str) -> str:
    """The text of a YAML file with one more key at the end of the block at `path`; what is None is left out.

    Raises ValueError, in French, when the file is written in a way that this cannot follow: nothing is guessed.
    """
    item = _scalar(values) if isinstance(values, str) else write_item(values)
    block, end = get(compose(text), *path), "\r\n" if "\r\n" in text else "\n"
    if not isinstance(block, yaml.MappingNode) or not block.value or get(block, cle) is not None:
        raise ValueError(f"ajoutez vous-même « {cle}: {item} » : le programme ne sait pas où l'écrire")
    if block.flow_style:
        at = block.end_mark.index - 1
        comma = "" if text[:at].rstrip().endswith(",") else ","
        made = f"{text[:at].rstrip()}{comma} {cle}: {item}{text[at:]}"
    else:
        at = _line_end(text, _last(block))
        head = text[:at] if text[:at].endswith("\n") else text[:at] + end
        made = f"{head}{' ' * block.start_mark.column}{cle}: {item}{end}{text[at:]}"
    wanted = values if isinstance(values, str) else {k: v for k, v in values.items() if v is not None}
    if _holder(made, path).get(cle) != wanted or _without(made, path, cle) != read_yaml(text, "").data:
        raise ValueError(f"ajoutez vous-même « {cle}: {item} » : le programme ne sait pas où l'écrire")
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
    key, value = (
        next(((k, v) for k, v in block.value if k.value == cle), (None, None)) if block is not None else (None, None)
    )
    if key is None or value is None:
        raise ValueError(f"« {cle} » n'est pas dans le dossier")
    start, stop = key.start_mark.index, value.start_mark.index + len(source(text, value))
    if isinstance(block, yaml.MappingNode) and block.flow_style:
        head = text[:start].rstrip()
        made = head.removesuffix(",") + text[stop:] if head.endswith(",") else head + text[stop:].lstrip(" ,")
    else:
        made = text[: text.rfind("\n", 0, start) + 1] + text[_line_end(text, value) :]
    if read_yaml(made, "").data != _without(text, path, cle):
        raise ValueError(f"ôtez vous-même « {cle} » du dossier : le programme ne sait pas comment il est écrit")
    return made


def _holder(text: str, path: tuple[str | int, ...]) -> dict[str, Any]:
    found: Any = read_yaml(text, "").data
    for part in path:
        found = found[part]
    return dict(found)


def _without(text: str, path: tuple[str | int, ...], cle: str) -> Any:
    """The values of a file but for one key."""
    data: Any = read_yaml(text, "").data
    found = data
    for part in path:
        found = found[part]
    found.pop(cle, None)
    return data


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
    dash = "  - "
    line = _line_end(text, value)
    if isinstance(value, yaml.SequenceNode):
        line, dash = _line_end(text, _last(value)), " " * value.start_mark.column + "- "
    head = text[:line] if text[:line].endswith("\n") else text[:line] + end
    return head + dash + item + end + text[line:]
