"""What supports what, in a case: facts → pièces → moyens → acts, as the documents print them today.

Read in what each element of the case became, never in its source: a clause whose block is left out cites nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mandats import blocks as ast
from mandats.build import examine
from mandats.document import Rendered
from mandats.problem import Problem

ARGUED = {"interne", "externe", "urgence"}  # what a section of argument may hold: not admissibility, nor prayers


@dataclass(frozen=True)
class Fait:
    """`pieces`: their keys; `source`: what else the drafter says of where it is known from."""

    rang: int
    fait: str
    pieces: tuple[str, ...]
    source: str | None


@dataclass(frozen=True)
class Moyen:
    """`pieces`: keys; `sources`: how many authorities it cites."""

    acte: str
    section: str
    titre: str
    place: str
    pieces: tuple[str, ...]
    sources: int


@dataclass(frozen=True)
class PieceCouverte:
    """`numeros`: act → its number there; `faits`: ranks; `moyens`: ranks, in `Couverture.moyens`; `citee`: anywhere."""

    cle: str
    titre: str
    numeros: dict[str, int]
    faits: tuple[int, ...]
    moyens: tuple[int, ...]
    citee: bool


@dataclass(frozen=True)
class Couverture:
    """`titres`: act → as it is headed."""

    faits: tuple[Fait, ...]
    pieces: tuple[PieceCouverte, ...]
    moyens: tuple[Moyen, ...]
    actes: tuple[str, ...]
    titres: dict[str, str]


def cover(case: Path, working: Path, only: Sequence[str] = ()) -> tuple[Couverture | None, tuple[Problem, ...]]:
    """What supports each fact and each moyen of the acts asked for (all by default); None when nothing can be read.

    Raises UnusableInput.

    >>> found, problems = cover(Path("cases/testwe.yaml"), Path())
    >>> found.pieces[0].numeros["refere-suspension"], found.faits[0].pieces
    (1, ('cnil-2020',))
    """
    done = examine(case, working, only=only)
    acts = [r for r in done.documents if r.document.template.header.genre == "acte" and r.document.sections]
    if not acts:
        return None, done.problems
    told = acts[0].document.case
    moyens = tuple(moyen for rendered in acts for moyen in _moyens(rendered))
    faits = tuple(Fait(n, " ".join(f.fait.split()), f.pieces, f.source) for n, f in enumerate(told.faits, 1))
    pieces = []
    for p in told.pieces:
        numbers = {r.document.nom: r.document.numeros[p.cle] for r in acts if p.cle in r.document.numeros}
        proved = tuple(f.rang for f in faits if p.cle in f.pieces)
        argued = tuple(n for n, m in enumerate(moyens) if p.cle in m.pieces)
        cited = any(p.cle in r.cited_pieces for r in acts)
        pieces.append(PieceCouverte(p.cle, p.titre, numbers, proved, argued, cited))
    named = {m.acte for m in moyens}
    titles = {r.document.nom: r.title for r in acts if r.document.nom in named}
    return Couverture(faits, tuple(pieces), moyens, tuple(titles), titles), done.problems


def _moyens(rendered: Rendered) -> list[Moyen]:
    document = rendered.document
    keys = {f"#piece-{n}": cle for cle, n in document.numeros.items()}
    found = []
    for section, items in document.sections.items():
        if not ARGUED & {*document.template.header.sections[section].cause}:
            continue
        for item in items:
            printed = rendered.printed.get(item.path, [])
            heading = next((ast.plain(node).strip() for node in printed if node["t"] == "Header"), "")
            titre = heading or item.moyen.titre or " ".join(ast.plain(printed).split())[:80]
            pieces = tuple(dict.fromkeys(keys[t] for _, t in ast.links(printed) if t in keys))
            sources = len({*ast.cited(printed)})
            found.append(Moyen(document.nom, section, titre, str(item.place), pieces, sources))
    return found
