"""YAML that remembers line and column, bounds its size, refuses duplicate keys, aliases and tags.

Takes text, gives plain values and the place of each key and value. Built on PyYAML's event stream rather than on its
constructors: events are iterative (no deep recursion), carry marks, and let an alias be refused before it expands.

Scalars: only `true`, `false`, `null` and `~` mean something; everything else stays text, so that YAML 1.1's traps
(`no`, `12:30`, `08`, `2022-10-26`) read as they are written. The model turns text into numbers where it wants some.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

import yaml

from mandats.problem import Place, Problem, UnusableInput

MAX_BYTES = 2_000_000  # the largest real case is under 60 kB
MAX_DEPTH = 12
MAX_NODES = 50_000
# Controls, and the bidirectional overrides that make a text read otherwise than it is stored.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ue000-\uf8ff\ufffe\uffff]")

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CONSTANTS = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass
class Yaml:
    """`data`, the place of each value by key path, the place of each key, and the problems found on the way."""

    data: Any
    places: dict[tuple[str | int, ...], Place] = field(default_factory=dict)
    keys: dict[tuple[str | int, ...], Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def refuse_forbidden(text: str, fichier: str, first_line: int = 1) -> None:
    """Raises UnusableInput at the first control, bidirectional or private-use character."""
    bad = FORBIDDEN.search(text)
    if bad:
        before = text[: bad.start()]
        place = Place(fichier, before.count("\n") + first_line, bad.start() - before.rfind("\n"))
        message = f"caractère interdit U+{ord(bad[0]):04X} (contrôle ou sens d'écriture)"
        raise UnusableInput(Problem("fichier-illisible", place, "", message))


def read_yaml(text: str, fichier: str, first_line: int = 1) -> Yaml:
    """Parse one document. `first_line` is where it starts in the file (front matter).

    Raises UnusableInput when the text is not YAML or passes a bound.
    """

    def refuse(message: str, mark: Any = None) -> UnusableInput:
        place = Place(fichier, mark.line + first_line, mark.column + 1) if mark else Place(fichier, first_line, 1)
        return UnusableInput(Problem("yaml", place, "", message))

    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise refuse(f"fichier trop volumineux (plus de {MAX_BYTES // 1_000_000} Mo)")
    refuse_forbidden(text, fichier, first_line)

    result = Yaml(None)
    # A frame is [container, path, pending key]; the pending key of a list is its next index.
    stack: list[list[Any]] = []
    count = 0
    started = False

    def put(value: Any, mark: Any) -> tuple[str | int, ...]:
        """Store a value in the innermost container; return its path, or () at the root."""
        place = Place(fichier, mark.line + first_line, mark.column + 1)
        if not stack:
            result.data = value
            result.places[()] = place
            return ()
        container, path, pending = stack[-1]
        here = (*path, pending)
        result.places[here] = place
        if isinstance(container, list):
            container.append(value)
            stack[-1][2] = len(container)
        else:
            container[pending] = value
            stack[-1][2] = None
        return here

    try:
        for event in yaml.parse(text, Loader=_LOADER):
            mark = event.start_mark
            if isinstance(event, yaml.AliasEvent):
                raise refuse("alias YAML (« * ») non admis : répétez la valeur", mark)
            if isinstance(event, yaml.DocumentStartEvent):
                if started:
                    raise refuse("un seul document YAML par fichier", mark)
                started = True
            if not isinstance(event, (yaml.ScalarEvent, yaml.CollectionStartEvent, yaml.CollectionEndEvent)):
                continue
            if isinstance(event, yaml.CollectionEndEvent):
                stack.pop()
                continue
            count += 1
            if count > MAX_NODES:
                raise refuse("fichier trop complexe", mark)
            if event.tag and event.tag != "!":
                raise refuse("étiquette YAML (« ! ») non admise", mark)
            is_key = bool(stack) and isinstance(stack[-1][0], dict) and stack[-1][2] is None
            if isinstance(event, yaml.ScalarEvent):
                if is_key:
                    container, path, _ = stack[-1]
                    name = unicodedata.normalize("NFC", event.value)
                    place = Place(fichier, mark.line + first_line, mark.column + 1)
                    if name in container:
                        result.problems.append(
                            Problem("cle-repetee", place, ".".join(map(str, (*path, name))), "clé déjà donnée plus haut")
                        )
                    stack[-1][2] = name
                    result.keys[(*path, name)] = place
                    continue
                plain = event.implicit[0] and event.style in (None, "")
                value = event.value
                put(_CONSTANTS[value] if plain and value in _CONSTANTS else unicodedata.normalize("NFC", value), mark)
                continue
            if is_key:
                raise refuse("une clé est un mot, pas une liste ni un bloc", mark)
            if len(stack) >= MAX_DEPTH:
                raise refuse(f"plus de {MAX_DEPTH} niveaux emboîtés", mark)
            container = [] if isinstance(event, yaml.SequenceStartEvent) else {}
            path = put(container, mark)
            stack.append([container, path, 0 if isinstance(container, list) else None])
    except yaml.YAMLError as error:
        place, message = _slip(error, text.split("\n"))
        raise UnusableInput(Problem("yaml", Place(fichier, place[0] + first_line, place[1] + 1), "", f"YAML illisible : {message}")) from None
    except ValueError:  # undecodable or surrogate characters
        raise refuse("caractères illisibles (le fichier doit être en UTF-8)") from None
    return result


def _slip(error: yaml.YAMLError, lines: list[str]) -> tuple[tuple[int, int], str]:
    """Line and column, from zero, of what is to be corrected, and the remedy: the parser often stumbles a line later."""
    message = _explain(error)
    mark = getattr(error, "problem_mark", None)
    if message.startswith("deux-points manquants"):
        mark = getattr(error, "context_mark", None) or mark
    row, column = (mark.line, mark.column) if mark else (0, 0)
    for at in (row, row - 1):
        line = lines[at] if 0 <= at < len(lines) else ""
        if "\t" in line[: len(line) - len(line.lstrip())]:
            return (at, line.index("\t")), "tabulation : mettez des espaces à la place"
        glued = re.match(r"\s*(?:- )?([a-z_]+):[^\s/]", line)
        if glued and not message.startswith("virgule"):
            return (at, glued.end(1)), f"espace manquante après « {glued[1]}: »"
        if message.startswith("retrait") and re.match(r'[^"\']*: "[^"]*"[^"\s,}\]#]', line):
            return (at, line.index('"')), "guillemets droits à l'intérieur d'un texte : citez entre « »"
    start = lines[row][column : column + 1] if row < len(lines) else ""
    if message.startswith("caractère inattendu") and start:
        message = f"« {start} » en tête : mettez la valeur entre guillemets"
    return (row, column), message


def _explain(error: yaml.YAMLError) -> str:
    """The likely mistake, in the drafter's words."""
    text = f"{getattr(error, 'context', '') or ''} {getattr(error, 'problem', '') or error}"
    for needle, french in (
        ("mapping values are not allowed", "deux-points inattendus ; mettez la valeur entre guillemets"),
        ("found character that cannot start any token", "caractère inattendu (tabulation, « @ », « ` » ou « % »)"),
        ("found unexpected end of stream", "guillemet ou crochet jamais refermé"),
        ("could not find expected ':'", "deux-points manquants après une clé"),
        ("did not find expected key", "retrait ou guillemet mal placé ; un texte qui contient des apostrophes se met entre guillemets droits doubles"),
        ("did not find expected '-' indicator", "tiret de liste mal placé"),
        ("did not find expected ',' or", "virgule, crochet ou accolade manquants ; un texte qui commence par « [ » ou « { » se met entre guillemets"),
        ("found undefined alias", "alias inconnu"),
    ):
        if needle in text:
            return french
    return "structure non reconnue"
