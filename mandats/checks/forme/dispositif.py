"""What an act asks the judge for: its printed prayers, cut at their operative verbs, and of which kinds each one is.

The kinds, their verbs and whom they may aim at are data (`figures/demandes.yaml`). The verb that opens a
prayer is part of the form of an act (art. R. 411-1 CJA), as prose is not: what it asks for is known, not supposed.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise
from typing import Any

from mandats.delais.figures import read_figures
from mandats.document import Item


@dataclass(frozen=True)
class Table:
    """How prayers are read; the head of the file says what each key means."""

    amorce: Sequence[str]
    verbes: Sequence[str]
    sortes: Mapping[str, Sequence[Mapping[str, Sequence[str]]]]
    vise: Sequence[str]
    tiers: Mapping[str, Mapping[str, Any]]

    @cached_property
    def ouverture(self) -> re.Pattern[str]:
        """How a line begins: what may come first, « de » or « d' », a verb."""
        return re.compile(rf"(?:{'|'.join(self.amorce)})*?{self.verbe.pattern}", re.I)

    @cached_property
    def verbe(self) -> re.Pattern[str]:
        return re.compile(rf"(?<!\w)(de |d')?((?:{'|'.join(self.verbes)})\b)", re.I)


@cache
def table() -> Table:
    """The table shipped with the program. Raises TypeError when the file is wrong: our own bug."""
    return Table(**read_figures("demandes.yaml"))


@dataclass(frozen=True)
class Demande:
    """One thing asked for: the element that asks it, what comes before its verb, its words from there on, its kinds."""

    item: Item
    amorce: str
    mots: str

    @cached_property
    def sortes(self) -> set[str]:
        return {sorte for sorte, ways in table().sortes.items() if any(_is(self, way) for way in ways)}

    @cached_property
    def vise(self) -> str:
        """Whom it aims at, as it says; nothing when it does not say."""
        found = (re.search(way, self.mots, re.I) for way in table().vise)
        return next((one[1].strip() for one in found if one), "")


def _is(asked: Demande, way: Mapping[str, Sequence[str]]) -> bool:
    before, opens, wanted, unwanted = ("|".join(way.get(name, ())) for name in ("apres", "ouvre", "avec", "sans"))
    said = re.match(opens, asked.mots, re.I) and re.search(wanted, asked.mots, re.I)
    lifted = unwanted and any(re.search(unwanted, part, re.I) for part in (asked.amorce, asked.mots))
    return bool(said and re.search(before, asked.amorce, re.I) and not lifted)


def read_prayers(printed: Iterator[tuple[Item, str]]) -> list[Demande]:
    """Every prayer of these elements with their printed words."""
    return [Demande(item, *part) for item, words in printed for part in cut(words)]


def cut(words: str) -> list[tuple[str, str]]:
    """What comes before each operative verb of a line, and the words from it to the next; all of them without a verb.

    A verb is operative at the beginning of a line, in capitals, or joined to the one that begins the line: « annuler
    la décision et enjoindre au préfet », « d'annuler la décision et d'enjoindre au préfet ».

    >>> cut("1°) ANNULER la décision et enjoindre au préfet de suspendre le fichier et d'annuler les marchés.")
    [('1°) ', 'ANNULER la décision et'), ('', "enjoindre au préfet de suspendre le fichier et d'annuler les marchés.")]
    """
    parts: list[tuple[str, str]] = []
    for line in filter(str.strip, words.split("\n")):
        first = table().ouverture.match(line)
        starts = [first.start(2)] if first else []
        for found in table().verbe.finditer(line):
            before = re.search(r"(?:[,;]| et| puis) $", line[: found.start()])
            joined = before and first and bool(found[1]) == bool(first[1]) and found[2][:2].lower() not in ("l'", "la")
            if found.start(2) not in starts and (found[2].isupper() or joined):
                starts.append(found.start(2))
        if starts or not parts:
            starts = starts or [0]
            cuts = pairwise([*starts, len(line)])
            parts += [(line[:a] if a == starts[0] else "", line[a:b].strip()) for a, b in cuts]
        else:
            parts[-1] = (parts[-1][0], f"{parts[-1][1]}\n{line}")  # goes on
    return parts
