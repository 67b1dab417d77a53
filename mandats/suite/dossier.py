"""The life of a case file, and the next act added to it: what a face calls."""

import datetime as dt
from pathlib import Path

from mandats.build import working_folder
from mandats.load.case import load_case
from mandats.load.library import load_templates
from mandats.problem import Problem, UnusableInput
from mandats.suite import acte, vie


def read_life(case: Path, working: Path, le: dt.date) -> tuple[vie.Vie | None, list[Problem]]:
    """What a case has lived on the day `le`: acts, events, limits, and the acts that may follow; with its problems.

    None when it cannot be made a case. `working`: whose templates add to those that ship. Raises UnusableInput.

    >>> life, problems = read_life(Path("cases/acces-taj.yaml"), Path(), dt.date(2022, 10, 1))
    >>> [(one.vers, one.etat) for one in life.prochains]
    [('plainte-police-justice', 'date'), ('relance', 'date')]
    """
    loaded, problems = load_case(case)
    if loaded is None:
        return None, problems
    return vie.read_life(loaded, load_templates(working_folder(case, working))[0], le), problems


def add_act(
    case: Path, working: Path, vers: str, le: dt.date, nom: str | None = None, apres: str | None = None
) -> acte.Ajout:
    """The act `vers`, dated `le`, added to the file of the case under `nom`; the rest of the file does not move.

    `apres`: the document that it follows, when several lead to it (by default one that left).

    Raises UnknownName when no act of the case leads to it, ValueError in French, UnusableInput, OSError.
    """
    loaded, problems = load_case(case)
    if loaded is None:
        raise UnusableInput(*problems)
    working = working_folder(case, working)
    return acte.add_act(loaded, working, load_templates(working)[0], vers, le, nom, apres)
