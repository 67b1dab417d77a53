"""Which column is which: the headers form tools print, and the small mapping file that says the rest.

A header is compared without case, accents or punctuation, after the question's code (« nom. Votre nom : ») and « votre
». The header row is the first of the first ten that names at least a name and an e-mail: tools print titles above it.
Messages give the number of a column, never what its header says: a file without headers begins with a person.
"""

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from mandats.champs import list_fields
from mandats.intake import mended
from mandats.preuves import PREUVES
from mandats.registre import Refus, refusing
from mandats.registre.tableur import Row
from mandats.tables import read_table
from mandats.words import bare_words

FOUND_BY = ("nom", "courriel")  # a row that names both is the header
REQUIRED = ("prenom", "nom", "courriel", "mandat", "signe_le")
SAID = {"mandat": "la case « je donne mandat »", "signe_le": "la date de signature"}
# Tools print the whole sentence.
LONG_ANSWERS = ("je donne mandat", "j ai lu la notice", "je suis une personne concernee")
FILLERS = {"votre", "vos", "your", "quel", "quelle", "est", "indiquez", "saisissez", "l", "le", "la", "obligatoire"}
ORDERS = ("jma", "mja")
HEADER_ROWS = 10
MAPPING = "fichier de correspondance : "


@cache
def headers() -> dict[str, tuple[str, int]]:
    """Header → the column it names, and how surely: 0, or its rank among those that do by default."""
    found = {header: (f.nom, 0) for f in list_fields().values() for header in f.colonnes}
    return found | {h: (f.nom, i) for f in list_fields().values() for i, h in enumerate(f.a_defaut, 1)}


@cache
def answers(kind: str) -> Any:
    """What `reponses.yaml` holds under a key: words, or words → what they mean."""
    found = read_table(Path(__file__).with_name("reponses.yaml"))[kind]
    return tuple(found) if isinstance(found, list) else found


def columns() -> list[str]:
    """The columns that a file may have."""
    return [f.nom for f in list_fields().values() if f.colonnes]


@dataclass(frozen=True)
class Correspondance:
    """What the mapping file says; empty when there is none."""

    colonnes: Mapping[str, str] = field(default_factory=dict)  # name → header, or number of the column
    constantes: Mapping[str, str] = field(default_factory=dict)
    dates: str | Mapping[str, str] = ""  # order of 01/02/2003, jma (by default) or mja; or one for each column
    fuseau: str = "Europe/Paris"

    def order(self, column: str) -> str:
        """The order of dates that is said for a column; empty when none is."""
        return self.dates if isinstance(self.dates, str) else self.dates.get(column, "")


@dataclass(frozen=True)
class Columns:
    place: dict[str, int]  # name → index from 0
    header: list[str]
    line: int

    @property
    def ignored(self) -> list[int]:
        """The ranks, from 1, of those that name nothing."""
        return [rank for rank in range(1, len(self.header) + 1) if rank - 1 not in self.place.values()]


def plain(text: str) -> str:
    """A header's words, without case, accents or punctuation.

    >>> plain("Né(e) le :")
    'ne e le'
    """
    return " ".join(bare_words(text))


@cache
def meaning(header: str) -> tuple[str, int]:
    """The column a header names (empty: none) and how surely; see `headers`.

    >>> meaning("courriel. Votre adresse électronique :"), meaning("Votre code postal"), meaning("Adresse IP")
    (('courriel', 0), ('code_postal', 0), ('', 0))
    >>> meaning("Consentement [Je donne mandat à l'association]"), meaning("mandat[SQ001]")
    (('mandat', 0), ('mandat', 0))
    """
    code, dot, question = header.partition(".")
    texts = [header, *([question, code] if dot and " " not in code.strip() else [])]
    for text in list(texts):
        if found := re.fullmatch(r"(.*?)\[(.*)\]\s*", text, re.S):
            texts += [found[2], found[1]]
    for words in map(bare_words, texts):
        whole, start = " ".join(words), next((s for s in LONG_ANSWERS if " ".join(words).startswith(s)), "")
        while words and words[0] in FILLERS:
            words = words[1:]
        while words and words[-1] in FILLERS:
            words = words[:-1]
        if known := next((headers()[t] for t in (whole, " ".join(words), start) if t in headers()), None):
            return known
    return "", 0


def read_mapping(data: Any) -> Correspondance:
    """The mapping file's values. Raises Refus on an unknown key."""
    if data is None:
        return Correspondance()
    blocks = ("colonnes", "constantes")
    if not isinstance(data, dict) or not all(isinstance(data.get(k, {}), dict) for k in blocks):
        raise Refus(f"{MAPPING}blocs « colonnes » et « constantes » attendus")
    keys, names = list(Correspondance.__dataclass_fields__), columns()
    inside = (k for block in blocks for k in data.get(block, {}) if k not in names)
    if unknown := [*(k for k in data if k not in keys), *inside]:
        raise Refus(f"{MAPPING}clé inconnue « {unknown[0]} » (possibles : {', '.join([*keys, *names])})")
    said = Correspondance(**data)
    orders = said.dates if isinstance(said.dates, dict) else {"signe_le": said.dates or ORDERS[0]}
    if not all(name in names and order in ORDERS for name, order in orders.items()):
        raise Refus(f"{MAPPING}« dates » vaut jma ou mja, ou un ordre par colonne : {{signe_le: mja}}")
    with refusing(f"{MAPPING}fuseau inconnu (exemple : Europe/Paris)", KeyError, ValueError, OSError):
        ZoneInfo(said.fuseau)
    if said.constantes.get("preuve", PREUVES[0]) not in PREUVES:
        raise Refus(f"{MAPPING}preuve inconnue (possibles : {', '.join(PREUVES)})")
    return said


def find_columns(rows: Iterator[Row], mapping: Correspondance) -> Columns:
    """The header row and what it names; consumes the rows above. Raises Refus, without a value, when there is none."""
    best: dict[str, list[int]] = {}
    for _, (line, cells) in zip(range(HEADER_ROWS), rows, strict=False):
        found = _candidates(cells, mapping)
        if all(n in found for n in FOUND_BY):
            if lost := [name for name in mapping.colonnes if name not in found]:  # a title may be a person's, misplaced
                raise Refus(f"{MAPPING}la colonne de « {lost[0]} » est introuvable parmi les titres de la ligne {line}")
            if double := {name: ranks for name, ranks in found.items() if len(ranks) > 1}:
                raise Refus(_ambiguous(line, cells, double))
            missing = [n for n in REQUIRED if n not in found and not (n in SAID and n in mapping.constantes)]
            if missing:
                raise Refus(_missing(line, cells, found, missing))
            return Columns({name: ranks[0] for name, ranks in found.items()}, [c.strip() for c in cells], line)
        best = max(best, found, key=len)
    known = f" (trouvées : {', '.join(best)})" if best else ""
    told = f"ligne de titres introuvable dans les {HEADER_ROWS} premières lignes"
    raise Refus(f"{told} : colonnes nom et courriel attendues{known}")


def is_header(cells: list[str], mapping: Correspondance) -> bool:
    """Whether a row may be the titles of a list of people."""
    return all(n in _candidates(cells, mapping) for n in FOUND_BY)


def _ambiguous(line: int, cells: list[str], double: Mapping[str, list[int]]) -> str:
    """The columns of which any could be the field, by their titles (this row holds nobody's values); what to write."""
    told = (
        f"« {name} » : {' ou '.join(f'n° {i + 1} « {_title(cells[i])} »' for i in ranks)}"
        for name, ranks in double.items()
    )
    choice = ", ".join(f"{name}: {ranks[0] + 1}" for name, ranks in double.items())
    return (
        f"ligne {line} : plusieurs colonnes possibles pour {' ; '.join(told)}. Dites laquelle dans un fichier, par "
        f"--colonnes colonnes.yaml : « colonnes: {{{choice}}} »"
    )


def _title(cell: str) -> str:
    return " ".join(cell.split())[:40]


def _missing(line: int, cells: list[str], found: Mapping[str, list[int]], missing: list[str]) -> str:
    """What lacks, what was left over (the row holds titles, nobody's values: they may be shown), what to write."""
    taken = set(itertools.chain.from_iterable(found.values()))
    spare = [(i + 1, title) for i, cell in enumerate(cells) if (title := _title(cell)) and i not in taken]
    lacking = ", ".join(f"{n} ({SAID[n]})" if n in SAID else n for n in missing)
    left = ", ".join(f"n° {rank} « {title} »" for rank, title in spare[:8])
    ranks = itertools.zip_longest(missing, [rank for rank, _ in spare[: len(missing)]], fillvalue="…")
    return (
        f"ligne {line} : colonnes introuvables : {lacking}{f' ; non reconnues : {left}' if spare else ''}. Donnez leur "
        "rang dans un fichier, par --colonnes colonnes.yaml : "
        f"« colonnes: {{{', '.join(f'{name}: {rank}' for name, rank in ranks)}}} »"
    )


def _candidates(cells: list[str], mapping: Correspondance) -> dict[str, list[int]]:
    """Column → the indexes of what could be it, more than one when nothing says which."""
    surely: dict[str, dict[int, list[int]]] = {}
    wanted = {plain(str(header)): name for name, header in mapping.colonnes.items()}
    cells = list(map(mended, cells))  # a title in broken letters names its column all the same
    ranks = {plain(cell) for cell in cells}
    for i, cell in enumerate(cells):
        # A number is the title of a column if one has it, else a rank.
        chosen = wanted.get(plain(cell)) or (wanted.get(str(i + 1)) if str(i + 1) not in ranks else None)
        name, rank = (chosen, 0) if chosen else meaning(cell)
        if name and (chosen or name not in mapping.colonnes):
            surely.setdefault(name, {}).setdefault(rank, []).append(i)
    return {name: by_rank[min(by_rank)] for name, by_rank in surely.items()}
