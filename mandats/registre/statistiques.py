"""Counts of the mandates valid at an instant: by week, by département, by kind of evidence.

No cell under five is shown unless asked: a département with one mandant may name him. Small cells are merged, and the
merged one always covers at least two, so that no subtraction from the total gives one back. One pass, constant memory.
Kinds of evidence are always exact: they tell of a file, not of a person, and the act itself prints them.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from mandats.postal import POSTCODE, departement
from mandats.registre.ledger import Registre
from mandats.registre.lignes import is_french
from mandats.render.typography import paris_day

SMALL = 5
OTHERS = "autres"


@dataclass(frozen=True)
class Statistiques:
    nombre: int
    semaines: list[tuple[str, int]]  # (its Monday, count); adjoining small weeks: « first à last »
    departements: list[tuple[str, int]]
    preuves: list[tuple[str, int]]
    attente: int
    retires: int
    refuses: int


def count(registre: Registre, instant: str | None = None, exact: bool = False) -> Statistiques:
    weeks: Counter[str] = Counter()
    places: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    for m in registre.mandants(instant):
        day = dt.date.fromisoformat(paris_day(m.signe_le)) if m.signe_le else None
        weeks[(day - dt.timedelta(days=day.weekday())).isoformat() if day else "sans date"] += 1
        places[place_of(m.code_postal, m.pays)] += 1
        kinds[m.preuve] += 1
    states = Counter(state.etat for _, state in registre.etats(instant))
    least = 0 if exact else SMALL
    return Statistiques(
        kinds.total(), merge_adjoining(sorted(weeks.items()), least), merge_small(places, least), kinds.most_common(),
        states["attente"], states["retire"], states["refuse"],
    )  # fmt: skip


def place_of(code_postal: str, pays: str) -> str:
    """The département a French postcode tells.

    >>> place_of("20090", "France"), place_of("97133", ""), place_of("8001", "Suisse"), place_of("", "")
    ('2A', '977', 'étranger', 'inconnu')
    """
    if not is_french(pays):
        return "étranger"
    if not POSTCODE.fullmatch(code_postal):
        return "inconnu"
    return "armées" if code_postal.startswith("00") else departement(code_postal)


def merge_small(counts: Counter[str], least: int = SMALL) -> list[tuple[str, int]]:
    """Cells in descending order; those under `least` merged in one, of at least two cells and `least` persons.

    >>> merge_small(Counter({"75": 40, "48": 1, "69": 9}))
    [('75', 40), ('autres', 10)]
    """
    cells = sorted(counts.items(), key=lambda c: (-c[1], c[0]))
    hidden: list[int] = []
    while cells and (cells[-1][1] < least or (hidden and (len(hidden) < 2 or sum(hidden) < least))):
        hidden.append(cells.pop()[1])
    return cells + ([(OTHERS, sum(hidden))] if hidden else [])


def merge_adjoining(cells: Iterable[tuple[str, int]], least: int = SMALL) -> list[tuple[str, int]]:
    """Periods in order, each small one merged with the next, the last with the one before; named by both its ends.

    >>> merge_adjoining([("a", 1), ("b", 2), ("c", 9), ("d", 6), ("e", 1)])
    [('a à c', 12), ('d à e', 7)]
    """
    out: list[tuple[list[str], int]] = []
    for label, n in cells:
        if out and out[-1][1] < least:
            labels, before = out.pop()
            out.append(([*labels, label], before + n))
        else:
            out.append(([label], n))
    if len(out) > 1 and out[-1][1] < least:
        *out, (labels, before), (last, n) = out
        out.append((labels + last, before + n))
    return [(" à ".join(dict.fromkeys((labels[0], labels[-1]))), n) for labels, n in out]
