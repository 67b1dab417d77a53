"""What an event did to the limits of a case: those of before against those of after."""

from dataclasses import dataclass

from mandats.delais.calcul import Delai, Echeancier


@dataclass(frozen=True)
class Changement:
    """What an event did to a limit: `avant` is None when it starts it, `apres` when it rules it out."""

    avant: Delai | None
    apres: Delai | None


def compare(avant: Echeancier, apres: Echeancier) -> list[Changement]:
    """The limits that differ, in state or in days, the most urgent first."""
    before, after = ({(d.id, d.depart and d.depart.chemin): d for d in one.delais} for one in (avant, apres))
    for old in [key for key in before if key not in after]:
        # What starts from another fact now is the same limit.
        moved = next((key for key in after if key[0] == old[0] and key not in before), None)
        if moved:
            before[moved] = before.pop(old)
    found = [Changement(before.get(key), after.get(key)) for key in dict.fromkeys([*after, *before])]
    return [c for c in found if _read(c.avant) != _read(c.apres)]


def _read(delai: Delai | None) -> tuple[object, ...]:
    return (delai.etat, delai.prudent, delai.theorique, delai.defendable) if delai else ()
