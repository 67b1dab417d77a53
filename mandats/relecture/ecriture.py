"""What a change writes in the case: a block of a clause said otherwise, a title, a retouche of the act."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from mandats.document import Item
from mandats.load.ajout import add_lines, extend
from mandats.load.edit import compose, get
from mandats.parts import fences
from mandats.relecture.motifs import Nowhere


def with_parameters(said: str, item: Item | None) -> str:
    """The words of a change, the values of the case by the names that the clause gives them."""
    given = {k: v for k, v in (item.moyen.avec if item else {}).items() if isinstance(v, str) and len(v) > 7}
    for name, value in sorted(given.items(), key=lambda pair: -len(pair[1])):
        said = said.replace(value, f"{{{{ {name} }}}}")
    return said


def with_retouche(text: str, index: int, old: str, key: str, new: str) -> str:
    said = [f"- texte: {json.dumps(old, ensure_ascii=False)}"]
    said += [f"  {key}: {json.dumps(new, ensure_ascii=False)}"] if new else []
    try:
        return add_lines(text, ("documents", index, "retouches"), said)
    except ValueError as error:
        raise Nowhere(str(error)) from None


def in_argument(text: str, line: int, item: Item, said: Mapping[str, str], without: Sequence[str], titre: str) -> str:
    """In the fence of the clause, opened on that line of the file as it was."""
    assert item.clause
    lines = text.split("\n")
    found = [(at, colons, words) for at, colons, words in fences(lines)]
    opened = [f for f in found if item.clause.id in f[2]]
    at, colons, _ = min(opened, key=lambda f: abs(f[0] + 1 - line))
    close = next(i for i, other, words in found if i > at and other == colons and not words)
    more = []
    for name, words in said.items():
        more += ["", f"{colons}: {name} {item.clause.version}", words, f"{colons}:"]
    lines[close:close] = more
    if without:
        lines.insert(at + 1, f"sans: [{', '.join(without)}]")
    if titre:
        lines.insert(at + 1, f"titre: {json.dumps(titre, ensure_ascii=False)}")
    return "\n".join(lines)


def in_case(text: str, item: Item, said: Mapping[str, str], without: Sequence[str], titre: str) -> str:
    assert item.clause
    node = get(compose(text), *item.path)
    if node is None:
        raise Nowhere("la clause vient d'un autre acte : reprenez-la là où elle est écrite")
    flow = bool(getattr(node, "flow_style", False))
    version = item.clause.version
    if flow:
        at = node.end_mark.index - 1
        told = ", ".join(
            f"{n}: {{version: {json.dumps(version)}, texte: {json.dumps(w, ensure_ascii=False)}}}"
            for n, w in said.items()
        )
        more = f", titre: {json.dumps(titre, ensure_ascii=False)}" if titre else ""
        more += (f", remplace: {{{told}}}" if said else "") + (f", sans: [{', '.join(without)}]" if without else "")
        return text[:at].rstrip() + more + text[at:]
    lines = ["remplace:"] if said else []
    for name, words in said.items():
        lines += [
            f"  {name}:",
            f'    version: "{version}"',
            "    texte: |-",
            *(f"      {line}" for line in words.split("\n")),
        ]
    lines += [f"sans: [{', '.join(without)}]"] if without else []
    lines += [f"titre: {json.dumps(titre, ensure_ascii=False)}"] if titre else []
    try:
        return extend(text, item.path, lines)
    except ValueError as error:
        raise Nowhere(str(error)) from None
