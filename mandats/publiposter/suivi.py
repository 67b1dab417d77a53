"""What depends on the list of a ledger, wherever it was written: what is stale is named, and one call redoes it.

States, annexes, folders of forms are noted beside the key as they are written (`registre.temoin`). All follow one
instant. What was filed is left as it was filed; the acts that counted someone who left, or was corrected, are named.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mandats.deposes import place_of_copy, read_manifest
from mandats.document import LoadedCase
from mandats.load.case import load_case
from mandats.problem import Problem, UnusableInput
from mandats.publiposter import dossier, orders
from mandats.registre import Refus
from mandats.registre.gestes import read_state
from mandats.registre.ledger import VALID
from mandats.registre.secret import write_private
from mandats.registre.temoin import note_output, noted_outputs
from mandats.render.typography import paris_day

if TYPE_CHECKING:
    from mandats.publiposter.job import Outcome
    from mandats.registre.ledger import Registre

ORDER = ("etat", "annexe", "formulaires")  # in which they are redone
SAME = ("nombre", "empreinte", "par_preuve", "textes")  # what two states of one list share, whatever their instants


@dataclass(frozen=True)
class Sortie:
    """Something written from the ledger: `genre` (etat, annexe, formulaires), its list's instant, how it was asked."""

    genre: str
    chemin: Path
    instant: str
    comment: Mapping[str, Any]


@dataclass(frozen=True)
class Touche:
    """An act that counts mandates. Not filed, it is to be built again; filed on the day `le` (its copy: `depot`), it
    counted `numeros`, who left or were corrected since.
    """

    nom: str
    cas: Path | None
    depot: Path | None = None
    le: str = ""
    numeros: tuple[int, ...] = ()


@dataclass(frozen=True)
class Refait:
    """`instant`: of all that is written; `chemins`: what was written again; `formulaires`: each folder's outcome."""

    instant: str
    nombre: int
    chemins: tuple[Path, ...]
    formulaires: tuple[tuple[Path, Outcome], ...]
    actes: tuple[Touche, ...]
    problems: tuple[Problem, ...]


def list_outputs(registre: Registre) -> Iterator[Sortie]:
    """What was written from the ledger and still stands; the states that the cases name, noted or not."""
    noted = noted_outputs(registre.key.fichier, registre.lieu)
    for case in list_cases(registre):
        for order in case.case.documents:
            if order.mandants and order.mandants.etat and order.mandants.etat_lu:
                noted.setdefault(str((case.folder / order.mandants.etat).resolve()), {"genre": "etat"})
    for place, how in sorted(noted.items(), key=lambda one: (ORDER.index(one[1]["genre"]), one[0])):
        path, instant = Path(place), str(how.get("instant", ""))
        try:
            if how["genre"] == "etat":
                state = read_state(path)
                if state.get("campagne") != registre.campagne["campagne"]:
                    continue
                instant = str(state["instant"])
            elif how["genre"] == "formulaires":
                instant = str(dossier.read_manifest(path)["instant"])
            elif not all(Path(file).is_file() for file in how["fichiers"]):
                continue
        except (Refus, KeyError):  # taken away since
            continue
        yield Sortie(how["genre"], path, instant, how)


def list_cases(registre: Registre) -> list[LoadedCase]:
    """The cases for which something was written from the ledger."""
    noted = noted_outputs(registre.key.fichier, registre.lieu).values()
    found = []
    for path in dict.fromkeys(how["cas"] for how in noted if how.get("cas")):
        try:
            loaded, _ = load_case(Path(path))
        except UnusableInput:  # moved, or no YAML for the moment: told by what needs it
            continue
        found += [loaded] if loaded else []
    return found


def list_stale(registre: Registre) -> list[tuple[Path, str]]:
    """(file, what is to be done) of all that what was learnt since has made false."""
    last, found = registre.store_head()[0], []
    for one in list_outputs(registre):
        changed = registre.changes(one.instant, last) if one.instant < last else {}
        if changed and one.genre != "formulaires":
            found.append((one.chemin, "à refaire"))
        elif changed:
            forms = {p: stays for n, stays in changed.items() for p in sorted(one.chemin.glob(f"*-{n:06d}.*"))}
            forms = forms or dict.fromkeys(sorted(one.chemin.glob("*-volume-*")), True)
            found += [(path, "à refaire" if stays else "à supprimer") for path, stays in forms.items()]
    return found


def list_acts(registre: Registre, instant: str) -> Iterator[Touche]:
    """The acts that count mandates of this ledger; of one filed, who changed from the list it counted to `instant`."""

    def changed(filed: str) -> tuple[int, ...]:
        numbers = registre.changes(filed, instant) if filed and filed < instant else ()
        return tuple(n for n in numbers if registre.etat_de(n, filed).etat in VALID)

    told = set[tuple[str, str]]()
    for case in list_cases(registre):
        for order in (o for o in case.case.documents if o.mandants and o.mandants.etat):
            name = order.nom or order.modele
            if order.depose is None:
                yield Touche(name, case.file)
                continue
            folder = place_of_copy(case, order.depose.dossier)
            filed = str((read_manifest(folder).get("liste") or {}).get("instant", ""))
            told.add((name, filed))
            yield Touche(name, case.file, folder, order.depose.le, changed(filed))
    for event in registre.evenements("depot"):  # filed elsewhere
        name, filed = event.detail["acte"], event.detail["instant"]
        if (name, filed) not in told:
            yield Touche(name, None, None, paris_day(event.instant), changed(filed))


def refresh(
    registre: Registre, maintenant: dt.datetime, working: Path, au: str | None = None, processus: int = 1,
    progress: Callable[[int, int, int], None] = lambda done, resumed, total: None, **grappe: Any,
) -> Refait:  # fmt: skip
    """All that was written from the ledger, at one instant: `au`, else that of the states while nothing changed, else
    now. Only what differs is written. `grappe`: the machines that print the forms, in the words of `Order`. Raises
    Refus when nothing was noted or nobody is left, UnusableInput.
    """
    outputs = list(list_outputs(registre))
    if not outputs:
        raise Refus("rien n'est noté près de la clé : « etat --sortie », « produire » et « annexe » le font")
    state = registre.etat(registre.instant(au, maintenant))
    if not state["nombre"]:
        raise Refus("plus aucun mandat valide : rien n'est refait")
    states = [read_state(one.chemin) for one in outputs if one.genre == "etat"]
    fresh = all(s.get(k) == state.get(k) for s in states for k in SAME) and len({s["instant"] for s in states}) == 1
    state = states[0] if fresh and not au else state
    instant, done = state["instant"], list[Path]()
    made, problems = list[tuple[Path, Any]](), list[Problem]()
    acts = tuple(list_acts(registre, instant))
    for one in outputs:
        how = one.comment
        if one.genre == "etat" and read_state(one.chemin) != state:
            write_state(registre, one.chemin, state)
            done.append(one.chemin)
        elif one.genre == "annexe" and (how["instant"], how["empreinte"]) != (instant, state["empreinte"]):
            fonts = [Path(p) for p in how["polices"]]
            case, asked = Path(how["cas"]), (how["titre"], how["colonnes"], how["cles"], instant, fonts)
            written = orders.write_annex(registre, case, one.chemin, *asked)
            done += written.files
            problems += () if written.files else written.problems
        elif one.genre == "formulaires":
            merged = _print_again(registre, one, working, instant, progress, processus=processus, **grappe)
            problems += merged.problems
            made += [(one.chemin, merged.outcome)] if merged.outcome else []
    return Refait(instant, state["nombre"], tuple(done), tuple(made), acts, tuple(problems))


def write_state(registre: Registre, path: Path, state: Mapping[str, Any]) -> None:
    """The state in a file that goes with its case, noted. It says nothing of anyone."""
    write_private(path, (json.dumps(state, ensure_ascii=False, indent=2) + "\n").encode())
    path.chmod(0o644)
    folder = path.resolve().parent
    case = folder.parent / f"{folder.name}.yaml"
    how = {"genre": "etat"} | ({"cas": str(case)} if case.is_file() else {})
    note_output(registre.key.fichier, registre.lieu, path, how)


def _print_again(
    registre: Registre, one: Sortie, working: Path, instant: str, progress: Any, **printed: Any
) -> orders.Merged:
    from mandats.publiposter.job import Order

    told, how = dossier.read_manifest(one.chemin), one.comment
    fonts = tuple(Path(p) for p in how["polices"])
    order = Order(one.chemin, tuple(told["formats"]), told["volume"], polices=fonts, **printed)
    for at in (told["instant"], instant)[bool(told.get("termine")) :]:  # what was stopped is finished first
        asked = (how["document"], how["role"], at, how["cles"], progress)
        made = orders.mail_merge(registre, Path(how["cas"]), working, order, *asked)
    return made
