"""The state files of the ledger that a case names: its counts become the case's, and nobody types them.

`documents[].mandants.etat` names a file of the case's folder, written by `mandats registre etat`. A different
`nombre:`, a list closed after the act's date, or a file whose own figures do not add up, is an error: the act, its
annex and its forms say one number.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from mandats.load.paths import confine, read_text
from mandats.load.yaml_places import Yaml
from mandats.model import Case, DocumentOrder, EtatMandants
from mandats.problem import AVERTISSEMENT, Problem, UnusableInput

ID = "mandants-discordants"
WRITTEN_BY = "mandats registre etat --sortie l'écrit"
COUNTED = re.compile(
    r"(?<!\d)(\d{1,3}(?:[ \u00a0\u202f]\d{3}){1,3}|\d{1,10})[ \u00a0\u202f]"
    r"(?:mandats|mandants|personnes (?:ont|avaient|a) (?:ainsi )?(?:donné mandat|mandaté))"
)


def read_states(case: Case, folder: Path, read: Yaml) -> tuple[Case, list[Problem]]:
    """The case with each state read into its document, and what disagrees."""
    problems: list[Problem] = []
    orders = []
    for i, order in enumerate(case.documents):
        if order.mandants and order.mandants.etat:
            order, found = _read_one(case, order, i, folder, read)
            problems += found
        orders.append(order)
    if not any(o.mandants and o.mandants.etat for o in orders):
        return case, problems
    case = case.model_copy(update={"documents": tuple(orders)})
    return case, problems + [p for p in _typed_counts(case, read) if not problems]


def _typed_counts(case: Case, read: Yaml) -> Iterator[Problem]:
    """Numbers of mandates typed by hand that no state gives: a warning, since they may count something else."""
    known = {state.nombre for state in states_of(case)}
    typed = [(("faits", i, "fait"), f.fait) for i, f in enumerate(case.faits)] + [
        (("pieces", i, "titre"), p.titre) for i, p in enumerate(case.pieces)
    ]
    for path, text in typed:
        for found in COUNTED.finditer(text):
            number = int("".join(c for c in found[1] if c.isdigit()))
            if number not in known:
                told = f"{number} mandats écrits ici, {' ou '.join(map(str, sorted(known)))} au registre"
                yield read.problem(ID, path, told, AVERTISSEMENT)


def states_of(case: Case) -> tuple[EtatMandants, ...]:
    """The states that the case's acts count by, once each: what the annex and the forms must follow."""
    found = [order.mandants._lu for order in case.documents if order.mandants and order.mandants._lu]
    return tuple({state.instant: state for state in found}.values())


def _read_one(
    case: Case, order: DocumentOrder, i: int, folder: Path, read: Yaml
) -> tuple[DocumentOrder, list[Problem]]:
    mandants = order.mandants
    if mandants is None or mandants.etat is None:
        return order, []
    block = ("documents", i, "mandants")

    def wrong(message: str, key: str = "etat", id: str = ID) -> Problem:
        return read.problem(id, (*block, key), message)

    try:
        file = confine(folder, mandants.etat)
        state = EtatMandants.model_validate(json.loads(read_text(file, f"{folder}/{mandants.etat}")))
    except UnusableInput:
        return order, [wrong(f"fichier introuvable ou illisible (cherché dans {folder}/) : {WRITTEN_BY}")]
    except (ValidationError, json.JSONDecodeError, RecursionError):
        return order, [wrong(f"ce n'est pas un état de registre : {WRITTEN_BY}, ne le modifiez pas")]
    except ValueError as error:  # confine's, after JSONDecodeError which is one too
        return order, [wrong(str(error), id="chemin")]
    made, day = mandants.lu(state), order.date or case.date
    problems = []
    if mandants.nombre is not None and mandants.nombre != state.nombre:
        told = f"{mandants.nombre} mandants ici, {state.nombre} au registre : retirez « nombre », l'état le donne"
        problems.append(wrong(told, "nombre"))
    if sum(state.par_preuve.values()) != state.nombre:
        told = "l'état a été modifié : ses preuves ne font pas son nombre ; refaites-le par mandats registre etat"
        problems.append(wrong(told))
    if made.arrete_le and made.arrete_le > day:
        problems.append(wrong(f"liste arrêtée le {made.arrete_le}, après la date de l'acte ({day})"))
    return order.model_copy(update={"mandants": made}), problems
