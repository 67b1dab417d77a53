"""Place, Problem, and the line a drafter reads. Imports nothing of the package."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import chain

ERREUR, AVERTISSEMENT = "erreur", "avertissement"
KeyPath = tuple[str | int, ...]  # keys and ranks that lead to a value of a file
MAX_ALIKE = 50  # problems of one rule told of one file
MAX_KEY, MAX_MESSAGE = 60, 1_000  # characters: a key, a value or a name may be a whole book


@dataclass(frozen=True, order=True)
class Place:
    """A point in a drafter's file: path as given, line and column from 1."""

    fichier: str
    ligne: int = 1
    colonne: int = 1

    def __str__(self) -> str:
        return f"{self.fichier}:{self.ligne}:{self.colonne}"


@dataclass(frozen=True)
class Problem:
    """One finding. `chemin` is the key path a drafter sees (`pieces[3].fichier`), never a person's data."""

    id: str
    place: Place
    chemin: str
    message: str
    gravite: str = ERREUR

    def __post_init__(self) -> None:
        if len(self.message) > MAX_MESSAGE:
            object.__setattr__(self, "message", shorten(self.message, MAX_MESSAGE))

    def __str__(self) -> str:
        mot = "avertissement, " if self.gravite == AVERTISSEMENT else ""
        chemin = f"{self.chemin} : " if self.chemin else ""
        return f"{self.place} · {chemin}{mot}{self.message} [{self.id}]"


class UnusableInput(Exception):
    """The input cannot be read at all (exit code 2); carries the problems that say why."""

    def __init__(self, *problems: Problem):
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def nearest(places: Mapping[KeyPath, Place], path: KeyPath) -> Place:
    """The place of a value, or of its nearest ancestor that is written; « ? » when the file is empty."""
    return next((places[path[:n]] for n in range(len(path), -1, -1) if path[:n] in places), Place("?"))


def refusal(id: str, place: Place | str, message: str) -> UnusableInput:
    """What one line refuses; `place`: the file alone when the fault is nowhere in it."""
    return UnusableInput(Problem(id, Place(place) if isinstance(place, str) else place, "", message))


class UnknownName(LookupError):
    """A name that nothing bears: the message says which, and what it may have been meant for."""


def sort_problems(problems: Iterable[Problem]) -> list[Problem]:
    """Problems without repeats, by file, line and column. What one document makes an error is not also a warning.

    Of one rule in one file, MAX_ALIKE at most, and how many more: a thousand lines hide the one that matters.
    """
    found = list(dict.fromkeys(problems))
    errors = {(p.id, p.place, p.chemin, p.message) for p in found if p.gravite == ERREUR}
    kept = [p for p in found if p.gravite == ERREUR or (p.id, p.place, p.chemin, p.message) not in errors]
    groups: dict[tuple[str, str, str], list[Problem]] = {}
    for problem in sorted(kept, key=_order):
        groups.setdefault((problem.id, problem.place.fichier, problem.gravite), []).append(problem)
    for alike in groups.values():
        if (more := len(alike) - MAX_ALIKE) > 1:
            alike[MAX_ALIKE:] = [replace(alike[MAX_ALIKE], chemin="", message=f"… et {more} autres de même sorte")]
    return sorted(chain.from_iterable(groups.values()), key=_order)


def _order(problem: Problem) -> tuple[Place, str, str, str]:
    return problem.place, problem.chemin, problem.id, problem.message


class Impossible(ValueError):
    """What an expression of a text cannot be, said in French."""


def suggest(word: str, known: Iterable[str]) -> str:
    """« (vouliez-vous dire … ?) » for the nearest known word, the list when it is short, else nothing.

    >>> suggest("constant", ["constat", "notice"])
    ' (vouliez-vous dire « constat » ?)'
    >>> suggest("x", ["rgpd", "renseignement"])
    ' (possibles : rgpd, renseignement)'
    """
    known = list(known)
    return mistaken(word, known) or (f" (possibles : {', '.join(known)})" if 0 < len(known) <= 8 else "")


def mistaken(word: str, known: Iterable[str]) -> str:
    """« (vouliez-vous dire … ?) » for the nearest known word, else nothing."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f" (vouliez-vous dire « {near[0]} » ?)" if near else ""


def write_path(parts: Iterable[str | int]) -> str:
    """A key path as the drafter writes it.

    >>> write_path(("pieces", 3, "fichier"))
    'pieces[3].fichier'
    """
    return "".join(f"[{p}]" if isinstance(p, int) else f".{shorten(p, MAX_KEY)}" for p in parts).removeprefix(".")


def shorten(text: str, longest: int) -> str:
    """The text on one line, cut when it is longer."""
    text = " ".join(text[: 4 * longest].split()) if "\n" in text or len(text) > longest else text
    return text if len(text) <= longest else text[: longest - 1] + "…"
