"""The life of a case file, and the next act added to it: what a face calls."""

import datetime as dt
from pathlib import Path

from mandats.build import working_folder
from mandats.load.case import load_case
from mandats.load.library import load_templates
from mandats.problem import Problem
from mandats.suite import vie
from mandats.suite.acte import add_act as add_act


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
