"""Adds to a list of a case file, and changes nothing else: what the drafter wrote keeps its layout and its comments."""

import re
from collections.abc import Mapping

import yaml

from mandats.load.edit import compose, get, source
from mandats.load.yaml_places import read_yaml

_PLAIN = re.compile(r"[^\W_](?:[\w '’()./-]*[\w)])?")  # what needs no quotes, between the braces of a flow


def write_item(values: Mapping[str, str]) -> str:
    """An item of a list on one line; what is None is left out.

    >>> write_item({"quoi": "refus reçu", "le": "2026-12-12", "piece": None, "titre": "n° 2 : suite"})
    '{quoi: refus reçu, le: 2026-12-12, titre: "n° 2 : suite"}'
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


def _added(text: str, value: yaml.Node, item: str, end: str) -> str:
    if isinstance(value, yaml.SequenceNode) and value.flow_style:
        at = value.end_mark.index - 1
        comma = ", " if value.value and not text[:at].rstrip().endswith(",") else ""
        return text[:at].rstrip() + comma + item + text[at:]
    at, dash = value.start_mark.index, "  - "
    if isinstance(value, yaml.SequenceNode):
        last: yaml.Node = value
        while isinstance(last, yaml.CollectionNode) and not last.flow_style and last.value:
            last = last.value[-1][1] if isinstance(last, yaml.MappingNode) else last.value[-1]
        at, dash = last.start_mark.index + len(source(text, last)), " " * value.start_mark.column + "- "
    line = text.find("\n", at)
    line = len(text) if line < 0 else line + 1
    head = text[:line] if text[:line].endswith("\n") else text[:line] + end
    return head + dash + item + end + text[line:]
