"""The state files of the ledger that a case names: its counts become the case's, and nobody types them.

`documents[].mandants.etat` names a file of the case's folder, written by `mandats registre etat`. A different
`nombre:`, a list closed after the act's date, or a file whose own figures do not add up, is an error: the act, its
annex and its forms say one number.
"""

import json
import re
from collections.abc import Container, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from pydantic import ValidationError

from mandats.document import Text
from mandats.load.paths import confine, read_text
from mandats.load.yaml_places import Yaml
from mandats.mandants import EtatMandants, Mandants
from mandats.model import Case
from mandats.problem import AVERTISSEMENT, Problem, UnusableInput

ID = "mandants-discordants"
WRITTEN_BY = "mandats registre etat --sortie l'écrit"
COUNTED = re.compile(
    r"(?<![0-9])([0-9]{1,3}(?:[ \u00a0\u202f][0-9]{3}){1,3}|[0-9]{1,10})[ \u00a0\u202f]"
    r"(?:mandats|mandants|personnes (?:ont|avaient|a) (?:ainsi )?(?:donné mandat|mandaté))"
)


def read_states(
    case: Case, folder: Path, read: Yaml, texts: Mapping[str, Text] = MappingProxyType({})
) -> tuple[Case, list[Problem]]:
    """The case with each state read into its document, and what disagrees; `texts`: its prose."""
    orders, problems = list(case.documents), []
    for i, order in enumerate(orders):
        if order.mandants and order.mandants.etat:
            made, found = _read_one(order.mandants, order.date or case.date, folder)
            orders[i] = order.model_copy(update={"mandants": made})
            problems += [read.problem(id, ("documents", i, "mandants", key), told) for key, told, id in found]
    case = case.model_copy(update={"documents": tuple(orders)})
    return case, problems or list(_typed_counts(case, read, texts))


def _typed_counts(case: Case, read: Yaml, texts: Mapping[str, Text]) -> Iterator[Problem]:
    """Numbers of mandates typed by hand that no state gives: a warning, since they may count something else."""
    known = {state.nombre for state in case.etats}
    typed = [(("faits", i, "fait"), f.fait) for i, f in enumerate(case.faits)]
    typed += [(("pieces", i, "titre"), p.titre) for i, p in enumerate(case.pieces)]
    said = "{} mandats écrits ici, " + f"{' ou '.join(map(str, sorted(known)))} au registre"
    for path, text in typed if known else ():
        for number, _ in _counts(text, known):
            yield read.problem(ID, path, said.format(number), AVERTISSEMENT)
    for prose in texts.values() if known else ():
        for number, at in _counts(prose.contenu, known):
            yield Problem(ID, prose.at(at), "", said.format(number), AVERTISSEMENT)


def _counts(text: str, known: Container[int]) -> Iterator[tuple[int, int]]:
    """(number, where it stands) of each count of mandates that is none of those known."""
    for found in COUNTED.finditer(text):
        number = int("".join(c for c in found[1] if c.isdigit()))
        if number not in known:
            yield number, found.start()


def _read_one(mandants: Mandants, day: str, folder: Path) -> tuple[Mandants, list[tuple[str, str, str]]]:
    """The mandates as their state counts them, and what disagrees: (key, message, rule)."""
    name = mandants.etat or ""
    try:
        file = confine(folder, name)
        state = EtatMandants.model_validate(json.loads(read_text(file, f"{folder}/{name}")))
    except UnusableInput as error:
        return mandants, [("etat", f"{error.problems[0].message} (cherché dans {folder}/) : {WRITTEN_BY}", ID)]
    except (ValidationError, json.JSONDecodeError, RecursionError):
        return mandants, [("etat", f"ce n'est pas un état de registre : {WRITTEN_BY}, ne le modifiez pas", ID)]
    except ValueError as error:  # confine's, after JSONDecodeError which is one too
        return mandants, [("etat", str(error), "chemin")]
    made, wrong = mandants.lu(state), []
    if mandants.nombre not in (None, state.nombre):
        told = f"{mandants.nombre} mandants ici, {state.nombre} au registre : retirez « nombre », l'état le donne"
        wrong.append(("nombre", told, ID))
    if sum(state.par_preuve.values()) != state.nombre:
        told = "l'état a été modifié : ses preuves ne font pas son nombre ; refaites-le par mandats registre etat"
        wrong.append(("etat", told, ID))
    if made.arrete_le and made.arrete_le > day:
        wrong.append(("etat", f"liste arrêtée le {made.arrete_le}, après la date de l'acte ({day})", ID))
    return made, wrong
