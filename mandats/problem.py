"""Place, Problem, and the line a drafter reads. Imports nothing of the package."""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

ERREUR, AVERTISSEMENT = "erreur", "avertissement"
DECISIF, PROVISOIRE, DEPASSE, USUEL, NOTE = range(5)  # what a warning is about, the most decisive first
KeyPath = tuple[str | int, ...]  # keys and ranks that lead to a value of a file
MAX_ALIKE = 50  # problems of one rule told of one file
MAX_KEY, MAX_MESSAGE = 60, 1_000  # characters: a key, a value or a name may be a whole book
MAX_PLACES = 3  # told on the line of a problem that has several
MAX_TOLD, MAX_LISTED = 2, 12  # warnings of one sort told one by one; listed on the line that tells the others


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
    """One finding. `chemin` is the key path a drafter sees (`pieces[3].fichier`), never a person's data.

    `rang`: what decides first, among findings of one gravity. `aussi`, `documents`: where else, and in which documents
    of the case, the same was found.
    """

    id: str
    place: Place
    chemin: str
    message: str
    gravite: str = ERREUR
    rang: int = USUEL
    aussi: tuple[Place, ...] = ()
    documents: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(self.message) > MAX_MESSAGE:
            object.__setattr__(self, "message", shorten(self.message, MAX_MESSAGE))

    def __str__(self) -> str:
        mot = "avertissement, " if self.gravite == AVERTISSEMENT else ""
        chemin = f"{self.chemin} : " if self.chemin else ""
        told = self.message.rstrip(".") + self.elsewhere if self.elsewhere else self.message
        return f"{self.place} · {chemin}{mot}{told} [{self.id}]"

    @property
    def elsewhere(self) -> str:
        """« (dans requete-rep et plainte-cnil) ; aussi clauses/x.md:3:1 », or nothing."""
        named = self.documents if not self.chemin.startswith("documents[") else ()
        kept = self.aussi if len(self.aussi) <= MAX_PLACES + 1 else self.aussi[:MAX_PLACES]
        left = len(self.aussi) - len(kept)
        return (
            (f" (dans {_listed(named)})" if named else "")
            + (f" ; aussi {_listed([*map(str, kept)]) if not left else ', '.join(map(str, kept))}" if kept else "")
            + (f" et {left} autres lieux" if left else "")
        )


def _listed(words: Sequence[str]) -> str:
    return " et ".join(filter(None, (", ".join(words[:-1]), words[-1])))


_SPECIFIC = re.compile(r"\S+:[0-9]+:[0-9]+|«[^»]*»")


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
    """The problems of a case, the decisive first, then by file, line and column; each said once, with its places.

    What one document makes an error is not also a warning. Of one rule in one file, MAX_ALIKE at most, and how many
    more: a thousand lines hide the one that matters.
    """
    groups: dict[tuple[str, str, str], list[Problem]] = {}
    for problem in sorted(_gather(problems), key=order):
        groups.setdefault((problem.id, problem.place.fichier, problem.gravite), []).append(problem)
    for alike in groups.values():
        if (more := len(alike) - MAX_ALIKE) > 1:
            summary = f"… et {more} autres de même sorte"
            alike[MAX_ALIKE:] = [replace(alike[MAX_ALIKE], chemin="", message=summary, aussi=(), documents=())]
    return sorted(chain.from_iterable(groups.values()), key=order)


def _gather(problems: Iterable[Problem]) -> Iterator[Problem]:
    """One problem for the same sentence about the same thing, wherever and in whatever document it was found."""
    found = list(dict.fromkeys(problems))
    same: dict[tuple[str, str, str], list[Problem]] = {}
    for problem in (p for p in found if not (p.rang == NOTE and any(_tells(other, p) for other in found))):
        thing = re.sub(r"^documents\[[0-9]+\]", "documents", problem.chemin)
        same.setdefault((problem.id, thing or str(problem.place), problem.message), []).append(problem)
    for alike in same.values():
        graves = [p for p in alike if p.gravite == ERREUR] or alike
        first = min(graves, key=order)
        places = sorted({place for p in graves for place in (p.place, *p.aussi)} - {first.place})
        documents = dict.fromkeys(nom for p in alike for nom in p.documents)
        yield replace(first, aussi=tuple(places), documents=tuple(documents))


def _tells(other: Problem, note: Problem) -> bool:
    """Whether another finding on the same thing decides more, or says the note's own words."""
    words = note.message.partition(" : ")[2]
    return (
        other.chemin == note.chemin
        and other.rang < NOTE
        and (other.rang < USUEL or (bool(words) and words in other.message))
    )


def told_together(problems: Iterable[Problem]) -> list[str | Problem]:
    """What is printed for a person: of warnings of one rule that begin alike, when they are many, one line.

    A blank stays alone: what it asks for is on its line.
    """
    sorts: dict[tuple[str, int, str] | Problem, list[Problem]] = {}
    for problem in problems:
        head = _SPECIFIC.sub("…", problem.message).partition(" : ")[0]
        alone = problem.gravite == ERREUR or problem.id == "a-completer"
        sorts.setdefault(problem if alone else (problem.id, problem.rang, head), []).append(problem)
    lines: list[str | Problem] = []
    for sort, found in sorts.items():
        if isinstance(sort, Problem) or len(found) <= MAX_TOLD:
            lines += found
            continue
        where = [f"{p.chemin} ({p.place.fichier}:{p.place.ligne})" if p.chemin else str(p.place) for p in found]
        left = len(where) - MAX_LISTED
        listed = _listed([*where[:MAX_LISTED], f"{left} autres"] if left > 1 else where)
        lines.append(f"{len(found)} avertissements, {sort[2]} : {listed} [{sort[0]}]")
    return lines


def order(problem: Problem) -> tuple[bool, int, Place, str, str, str]:
    """Errors, then by rank, then as one reads the files."""
    at = problem.place, problem.chemin, problem.id, problem.message
    return problem.gravite != ERREUR, problem.rang, *at


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
