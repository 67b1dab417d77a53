"""Which column is which: the headers form tools print, and the small mapping file that says the rest.

A header is compared without case, accents or punctuation, after the question's code (« nom. Votre nom : ») and « votre
». The header row is the first of the first ten that names at least a name and an e-mail: tools print titles above it.
Messages give the number of a column, never what its header says: a file without headers begins with a person.
"""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from mandats.champs import list_fields
from mandats.preuves import PREUVES
from mandats.registre import Refus, refusing
from mandats.registre.tableur import Row
from mandats.words import bare_words

FOUND_BY = ("nom", "courriel")  # a row that names both is the header
REQUIRED = ("prenom", "nom", "courriel", "mandat", "signe_le")
SAID = {"mandat": "la case « je donne mandat »", "signe_le": "la date de signature"}
# Tools print the whole sentence.
LONG_ANSWERS = ("je donne mandat", "j ai lu la notice", "je suis une personne concernee")
HEADER_ROWS = 10
MAPPING = "fichier de correspondance : "


@cache
def headers() -> dict[str, str]:
    """Header → the column it names."""
    return {header: f.nom for f in list_fields().values() for header in f.colonnes}


def columns() -> list[str]:
    """The columns that a file may have."""
    return [f.nom for f in list_fields().values() if f.colonnes]


@dataclass(frozen=True)
class Correspondance:
    """What the mapping file says; empty when there is none."""

    colonnes: Mapping[str, str] = field(default_factory=dict)  # name → header, or number of the column
    constantes: Mapping[str, str] = field(default_factory=dict)
    dates: str = "jma"  # order of 01/02/2003: jma or mja
    fuseau: str = "Europe/Paris"


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


def name_of(header: str) -> str | None:
    """The column a header names, or None.

    >>> name_of("courriel. Votre adresse électronique :"), name_of("Votre code postal"), name_of("Adresse IP")
    ('courriel', 'code_postal', None)
    """
    known, tries = headers(), [plain(header)]
    code, dot, question = header.partition(".")
    if dot and " " not in code.strip():
        tries += [plain(question), plain(code)]
    for text in tries:
        bare = text.removeprefix("votre ").removesuffix(" obligatoire")
        if found := known.get(text) or known.get(bare):
            return found
        if start := next((s for s in LONG_ANSWERS if text.startswith(s)), None):
            return known[start]
    return None


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
    if said.dates not in ("jma", "mja"):
        raise Refus(f"{MAPPING}« dates » vaut jma ou mja")
    with refusing(f"{MAPPING}fuseau inconnu (exemple : Europe/Paris)", KeyError, ValueError, OSError):
        ZoneInfo(said.fuseau)
    if said.constantes.get("preuve", PREUVES[0]) not in PREUVES:
        raise Refus(f"{MAPPING}preuve inconnue (possibles : {', '.join(PREUVES)})")
    return said


def find_columns(rows: Iterator[Row], mapping: Correspondance) -> Columns:
    """The header row and what it names; consumes the rows above. Raises Refus, without a value, when there is none."""
    best: dict[str, int] = {}
    for _, (line, cells) in zip(range(HEADER_ROWS), rows, strict=False):
        place = _place(cells, mapping)
        if all(n in place for n in FOUND_BY):
            missing = [n for n in REQUIRED if n not in place and not (n in SAID and n in mapping.constantes)]
            if missing:
                raise Refus(_missing(line, cells, place, missing))
            return Columns(place, [c.strip() for c in cells], line)
        best = max(best, place, key=len)
    known = f" (trouvées : {', '.join(best)})" if best else ""
    raise Refus(
        f"ligne de titres introuvable dans les {HEADER_ROWS} premières lignes : "
        f"colonnes nom et courriel attendues{known}"
    )


def _missing(line: int, cells: list[str], place: dict[str, int], missing: list[str]) -> str:
    """What lacks, what was left over (the row holds titles, nobody's values: they may be shown), what to write."""
    titles = enumerate((" ".join(cell.split())[:40] for cell in cells), 1)
    spare = [(rank, title) for rank, title in titles if title and rank - 1 not in place.values()]
    lacking = ", ".join(f"{n} ({SAID[n]})" if n in SAID else n for n in missing)
    left = ", ".join(f"n° {rank} « {title} »" for rank, title in spare[:8])
    ranks = itertools.zip_longest(missing, [rank for rank, _ in spare[: len(missing)]], fillvalue="…")
    return (
        f"ligne {line} : colonnes introuvables : {lacking}{f' ; non reconnues : {left}' if spare else ''}. Donnez leur "
        "rang dans un fichier, par --colonnes colonnes.yaml : "
        f"« colonnes: {{{', '.join(f'{name}: {rank}' for name, rank in ranks)}}} »"
    )


def _place(cells: list[str], mapping: Correspondance) -> dict[str, int]:
    place: dict[str, int] = {}
    wanted = {plain(str(header)): name for name, header in mapping.colonnes.items()}
    for i, cell in enumerate(cells):
        name = wanted.get(plain(cell)) or wanted.get(str(i + 1))
        if name or ((name := name_of(cell)) and name not in mapping.colonnes):
            place.setdefault(name, i)
    return place
