"""YAML that remembers line and column, bounds its size, refuses duplicate keys, aliases and tags.

Takes text, gives plain values, all of them texts but `true`, `false`, `null` and `~`, and the place of each key and
value. Why it is our own: docs/architecture.md.
"""

import re
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import yaml

from mandats.intake import MAX_TOLD, MOJIBAKE, Flaw, admit, without_never
from mandats.problem import ERREUR, KeyPath, Place, Problem, UnusableInput, nearest, refusal, write_path
from mandats.tables import read_table

MAX_BYTES = 2_000_000  # the largest real case is under 60 kB
MAX_DEPTH = 12
MAX_NODES = 50_000
MAX_FLAWS = 500  # of a file that holds thousands
# Where YAML sees a comment, and who typed « Affaire #12 » did not. A note begins with « # » and a space.
CUT = re.compile(r"[ \t]+#(?:[^\s#!-]|[ \t]+[0-9])")
QUOTE = "mettez la valeur entre guillemets"

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CONSTANTS = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass
class Yaml:
    """`data`, the place of each value by key path, the place of each key, and the problems found on the way."""

    data: Any
    places: dict[KeyPath, Place] = field(default_factory=dict)
    keys: dict[KeyPath, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, id: str, path: KeyPath, message: str, gravite: str = ERREUR, key: bool = False) -> Problem:
        """A finding on the value at `path` (on its key when `key`), or on its nearest ancestor that is written."""
        place = (self.keys.get(path) if key else None) or nearest(self.places, path)
        return Problem(id, place, write_path(path), message, gravite)


def admit_file(text: str, fichier: str, first_line: int = 1) -> str:
    """The text of a file, mended where nobody need be asked.

    Raises UnusableInput with the place of each flaw, once for those of one kind on one line.
    """
    admitted, flaws = admit(text)
    alike: dict[tuple[int, str], list[Flaw]] = {}
    for flaw in flaws[:MAX_FLAWS]:
        alike.setdefault((text.count("\n", 0, flaw.start), flaw.kind.nom), []).append(flaw)
    problems = []
    for (line, _), (flaw, *others) in islice(alike.items(), MAX_TOLD):
        place = Place(fichier, line + first_line, flaw.start - text.rfind("\n", 0, flaw.start))
        more = f" (et {len(others)} autre{'s' * (len(others) > 1)} sur cette ligne)" if others else ""
        problems.append(Problem("fichier-illisible", place, "", f"{flaw}{more}"))
    if problems:
        raise UnusableInput(*problems)
    return admitted


def read_yaml(text: str, fichier: str, first_line: int = 1) -> Yaml:
    """Parse one document. `first_line` is where it starts in the file (front matter).

    Raises UnusableInput when the text is not YAML or passes a bound.
    """
    start = Place(fichier, first_line)
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise refusal("yaml", start, f"fichier trop volumineux (plus de {MAX_BYTES // 1_000_000} Mo)")
    text = admit_file(text, fichier, first_line)
    tree = _Tree(fichier, first_line, text.split("\n") if CUT.search(text) else [])
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            tree.take(event)
    except yaml.YAMLError as error:
        (row, column), message = _slip(error, text.split("\n"))
        raise refusal("yaml", Place(fichier, row + first_line, column + 1), f"YAML illisible : {message}") from None
    except ValueError:  # undecodable or surrogate characters
        raise refusal("yaml", start, "caractères illisibles (le fichier doit être en UTF-8)") from None
    return tree.result


class _Tree:
    """Values and their places, from the parser's events in order."""

    def __init__(self, fichier: str, first_line: int, lines: list[str]):
        """`lines`: of the text, when a value may be cut in them."""
        self.fichier, self.first_line, self.lines = fichier, first_line, lines
        self.result = Yaml(None)
        # A frame is [container, path, pending key]; the pending key of a list is its next index.
        self.stack: list[list[Any]] = []
        self.nodes = 0

    def place(self, mark: Any) -> Place:
        return Place(self.fichier, mark.line + self.first_line, mark.column + 1)

    def take(self, event: yaml.Event) -> None:
        """One event. Raises UnusableInput for what a drafter's file may not hold."""
        if isinstance(event, yaml.CollectionEndEvent):
            self.stack.pop()
        if not isinstance(event, (yaml.ScalarEvent, yaml.CollectionStartEvent)):
            if isinstance(event, yaml.AliasEvent):
                raise self.refusal(event, f"« * » en tête est un alias de YAML, non admis : {QUOTE}")
            if isinstance(event, yaml.DocumentStartEvent) and self.result.places:
                raise self.refusal(event, "un seul document YAML par fichier")
            return
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise self.refusal(event, "fichier trop complexe")
        if event.tag and event.tag != "!":
            raise self.refusal(event, f"« ! » en tête est une étiquette de YAML, non admise : {QUOTE}")
        is_key = bool(self.stack) and isinstance(self.stack[-1][0], dict) and self.stack[-1][2] is None
        if isinstance(event, yaml.ScalarEvent):
            escaped = event.style == '"' and not (event.value.isascii() and event.value.isprintable())
            value, flaws = self._admit(event.value) if escaped else (event.value, [])
            plain = event.implicit[0] and event.style in (None, "")
            if is_key:
                here = self._key(value, event.start_mark)
            else:
                here = self._put(_CONSTANTS.get(value, value) if plain else value, event.start_mark)
            for flaw in flaws:
                self._tell("valeur", event.start_mark, here, str(flaw))
            if self.lines and plain and not is_key:
                self._tell_cut(event.end_mark, here)
        elif is_key:
            raise self.refusal(event, "une clé est un mot, pas une liste ni un bloc")
        elif len(self.stack) >= MAX_DEPTH:
            raise self.refusal(event, f"plus de {MAX_DEPTH} niveaux emboîtés")
        elif isinstance(event, yaml.SequenceStartEvent):
            here = self._open([], 0, event.start_mark)
        else:
            here = self._open({}, None, event.start_mark)
        if event.anchor:
            told = f"« & » en tête est une ancre de YAML, le mot qui suit serait perdu : {QUOTE}"
            self._tell("yaml", event.start_mark, here, told)

    def _admit(self, value: str) -> tuple[str, list[Flaw]]:
        """A value between quotes, once its escapes are read. Mojibake written so is meant."""
        value, flaws = admit(value)
        told = [flaw for flaw in flaws if flaw.kind is not MOJIBAKE][: max(0, MAX_TOLD - len(self.result.problems))]
        return without_never(value), told

    def _tell(self, id: str, mark: Any, path: KeyPath, message: str) -> None:
        self.result.problems.append(Problem(id, self.place(mark), write_path(path), message))

    def _tell_cut(self, end: Any, path: KeyPath) -> None:
        """What follows a plain value on its line, when it is read as a comment and was hardly meant so."""
        cut = CUT.match(self.lines[end.line], end.column)
        if cut:
            place = Place(self.fichier, end.line + self.first_line, self.lines[end.line].index("#", end.column) + 1)
            told = f"« # » commence une note, la suite serait perdue : {QUOTE} (pour une note, une espace après « # »)"
            self.result.problems.append(Problem("yaml", place, write_path(path), told))

    def refusal(self, event: yaml.Event, message: str) -> UnusableInput:
        return refusal("yaml", self.place(event.start_mark), message)

    def _open(self, container: Any, pending: int | None, mark: Any) -> KeyPath:
        self.stack.append([container, here := self._put(container, mark), pending])
        return here

    def _key(self, name: str, mark: Any) -> KeyPath:
        container, path, _ = self.stack[-1]
        here = (*path, name)
        self.result.keys[here] = self.place(mark)
        if name in container:
            self._tell("cle-repetee", mark, here, "clé déjà donnée plus haut")
        self.stack[-1][2] = name
        return here

    def _put(self, value: Any, mark: Any) -> KeyPath:
        """Store a value in the innermost container; its path, () at the root."""
        here: KeyPath = ()
        if not self.stack:
            self.result.data = value
        else:
            container, path, pending = self.stack[-1]
            here = (*path, pending)
            if isinstance(container, list):
                container.append(value)
                self.stack[-1][2] = len(container)
            else:
                container[pending] = value
                self.stack[-1][2] = None
        self.result.places[here] = self.place(mark)
        return here


def messages() -> dict[str, Any]:
    """What a fault is told as, and how the names of parties begin: `messages.yaml` explains its tables."""
    return read_table(Path(__file__).with_name("messages.yaml"))


def _slip(error: yaml.YAMLError, lines: list[str]) -> tuple[tuple[int, int], str]:
    """Line and column, from zero, of what is to be corrected, and the remedy: the parser may stumble a line later."""
    told = f"{getattr(error, 'context', '') or ''} {getattr(error, 'problem', '') or error}"
    message = next(french for met, french in messages()["yaml"].items() if met in told)
    mark = getattr(error, "problem_mark", None)
    if message.startswith("deux-points manquants"):
        mark = getattr(error, "context_mark", None) or mark
    row, column = (mark.line, mark.column) if mark else (0, 0)
    if message.startswith("deux-points manquants") and any(len(line) > 1024 for line in lines[row : row + 1]):
        message = "clé trop longue (1 024 caractères au plus)"
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
