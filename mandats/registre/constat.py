"""What a ledger whose place is known says of a case before its act is built. It opens without its key, names nobody.

An act counts at the instant of its state. What was learnt since is told; in a final version, who left the list since is
an error, and so is a number typed by hand that is not the ledger's.
"""

from collections.abc import Iterable, Iterator
from contextlib import closing

from mandats.document import LoadedCase
from mandats.problem import AVERTISSEMENT, ERREUR, Problem
from mandats.registre import Refus
from mandats.registre.ledger import Registre, peek
from mandats.render.typography import paris_moment

ID = "etat-depasse"
REDO = "mandats publiposter actualiser"


def since_states(lieu: str, loaded: LoadedCase, final: bool) -> list[Problem]:
    """What is behind the ledger. One that does not open says nothing here: the commands that need it do."""
    try:
        with closing(peek(lieu)) as registre:
            return list(_since(registre, loaded, final))
    except Refus:
        return []


def _since(registre: Registre, loaded: LoadedCase, final: bool) -> Iterator[Problem]:
    case, name = loaded.case, registre.campagne["campagne"]
    last = registre.store_head()[0]
    for i, order in enumerate(case.documents):
        told, path = order.mandants, ("documents", i, "mandants")
        if told is None or order.depose or case.specimen:
            continue
        if told.etat is None:
            counted = sum(registre.par_preuve().values())
            wrong = final and counted != told.nombre and name in (case.campagne, loaded.file.stem)
            message = (
                f"{told.nombre} mandants tapés à la main ; le registre connu, « {name} », en compte {counted} : "
                "mandats registre etat --sortie, puis « etat: » à la place du nombre"
            )
            yield loaded.problem(ID, (*path, "nombre"), message, ERREUR if wrong else AVERTISSEMENT)
        elif (state := told.etat_lu) and state.campagne == name and state.instant < last:
            changed = registre.changes(state.instant, last)
            left = [n for n, stays in changed.items() if not stays]
            if changed:
                who = _numbers(changed) + (f" ; ne comptent plus : {_numbers(left)}" if left else "")
                message = f"état du {paris_moment(state.instant)}, et le registre a changé depuis ({who}) : {REDO}"
                yield loaded.problem(ID, (*path, "etat"), message, ERREUR if final and left else AVERTISSEMENT)


def _numbers(numbers: Iterable[int]) -> str:
    told = [f"n° {n}" for n in numbers]
    return ", ".join(told[:8]) + (f" et {len(told) - 8} autres" if len(told) > 8 else "")
