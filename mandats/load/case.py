"""Reads a case file and the prose it names. Names are tied to things in `resolve`."""

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from mandats.document import LoadedCase, Text
from mandats.load.argument import expand
from mandats.load.mandants import read_states
from mandats.load.paths import confine, read_text
from mandats.load.validate import validate
from mandats.load.yaml_places import Yaml, read_yaml
from mandats.model import Case, DocumentOrder
from mandats.problem import KeyPath, Problem, UnusableInput, mistaken, refusal, write_path
from mandats.procedure import event_kinds


def load_case(path: Path, text: str | None = None, only: Sequence[str] = ()) -> tuple[LoadedCase | None, list[Problem]]:
    """The case with its places, or None with every problem. `text`: what the file would hold, instead of what it does.

    `only`: the documents wanted; what is wrong of the others is told, and left out.
    Raises UnusableInput when it is no YAML at all.

    >>> load_case(Path("cases/gafam.yaml"))[0].case.campagne
    'gafam-2018'
    """
    shown = str(path)
    if not path.is_file():
        raise refusal("fichier-absent", shown, _absent(path))
    source = read_text(path, shown) if text is None else text
    read = read_yaml(source, shown)
    if not isinstance(read.data, dict):
        raise UnusableInput(read.problem("yaml", (), "ce n'est pas un dossier : clés attendues (titre, parties…)"))
    folder = path.parent / path.stem
    texts = _arguments(read, folder)
    case, found = validate(Case, read)
    if case is None and only:
        case = _without_sketches(read, found, only)
    if case is None:
        return None, read.problems + found
    for where, moyen in case.moyens():
        if moyen.prose and moyen.prose not in texts and (told := _prose(read, folder, moyen.prose, (*where, "prose"))):
            texts[moyen.prose] = told
    problems = read.problems + found
    case, found = read_states(_with_days(case), folder, read, texts)
    problems += found
    pieces = folder / "pieces"
    present = frozenset(p.name for p in pieces.iterdir() if p.name[0] != ".") if pieces.is_dir() else frozenset()
    return LoadedCase(case, read.places, path, folder, texts, source, present), problems


def read_case(path: Path, text: str | None = None) -> LoadedCase:
    """`load_case`, of what must be a case. Raises UnusableInput with all that is wrong when it is none."""
    loaded, problems = load_case(path, text)
    if loaded is None:
        raise UnusableInput(*problems)
    return loaded


def _with_days(case: Case) -> Case:
    """The case, its blocks knowing the days that only an event tells (`vaut`)."""
    known = {cle: event.le for _, cle, event in reversed(case.histoire) if event.le}
    more: dict[str, Any] = {}
    for cle, row in event_kinds().items():
        block, _, key = row.get("vaut", "").partition(".")
        held = more.get(block, getattr(case, block, None)) if cle in known and block else None
        if held is not None and getattr(held, key) is None:
            more[block] = held.model_copy(update={key: known[cle]})
    return case.model_copy(update=more) if more else case


def _without_sketches(read: Yaml, found: Sequence[Problem], only: Sequence[str]) -> Case | None:
    """The case without the keys that are wrong in documents that nobody asked for; None when others are."""
    documents = read.data.get("documents")
    for problem in found:
        of = re.match(r"documents\[([0-9]+)\]\.?(\w*)", problem.chemin)
        if not of or not isinstance(documents, list):
            return None
        order = documents[int(of[1])]
        order = dict(order) if isinstance(order, dict) else {}
        if (order.get("nom") or order.get("modele")) in only:
            return None
        order.pop(of[2], None)
        documents[int(of[1])] = {"modele": "ebauche", "roles": {}} | order
    return validate(Case, read)[0]


def _arguments(read: Yaml, folder: Path) -> dict[str, Text]:
    """The proses of the sections written as one Markdown file; in `read`, each such section becomes its items."""
    texts: dict[str, Text] = {}
    documents = read.data.get("documents")
    for i, order in enumerate(documents if isinstance(documents, list) else ()):
        for name, value in order.items() if isinstance(order, dict) else ():
            if name in DocumentOrder.model_fields or not isinstance(value, str) or not value.endswith(".md"):
                continue
            path = ("documents", i, name)
            if text := _prose(read, folder, value, path):
                order[name], proses = expand(read, path, text)
                texts |= proses
    return texts


def _prose(read: Yaml, folder: Path, name: str, path: KeyPath) -> Text | None:
    """A text of the case's folder, named at `path`; what is wrong with it goes to the problems of the case."""
    named = f"{folder}/{name}"
    try:
        return Text(named, read_text(confine(folder, name), named))
    except ValueError as error:
        read.problems.append(read.problem("chemin", path, str(error)))
    except UnusableInput as error:
        if error.problems[0].id == "fichier-absent":
            told = f"fichier introuvable (cherché dans {folder}/)"
            read.problems.append(read.problem("prose-absente", path, told))
        else:
            read.problems += (replace(p, chemin=p.chemin or write_path(path)) for p in error.problems)
    return None


def _absent(path: Path) -> str:
    """What was not found, and the cases it may stand for: of another spelling, in the folder named, or in `cases/`."""
    folders = (path,) if path.is_dir() else (path.parent, path.parent / "cases")
    near = [f for folder in folders for f in sorted(folder.glob("*.y*ml")) if f != path]
    what = "fichier introuvable"
    if path.is_dir():
        what = "c'est un répertoire : donnez un fichier .yaml"
        near = near or [f for f in [path.with_suffix(".yaml")] if f.is_file()]
    else:
        alike = difflib.get_close_matches(path.stem, [f.stem for f in near], n=1, cutoff=0.6)
        near = [f for f in near if f.stem in alike]
    if len(near) == 1:
        return f"{what} (vouliez-vous dire « {near[0]} » ?)"
    return f"{what} (possibles : {', '.join(map(str, near[:8]))})" if near else what


def check_piece_files(loaded: LoadedCase) -> Iterator[Problem]:
    """Every pièce exists under `pieces/`, once, as a regular file inside the folder."""
    folder = loaded.folder / "pieces"
    if loaded.case.pieces and not folder.is_dir():
        told = f"le dossier {folder}/ n'existe pas : les fichiers des pièces s'y placent"
        yield loaded.problem("piece-absente", ("pieces",), told)
        return
    named = [(i, "fichier", piece.fichier) for i, piece in enumerate(loaded.case.pieces)]
    named += [(i, "occultee", piece.occultee) for i, piece in enumerate(loaded.case.pieces) if piece.occultee]
    for i, key, name in named:
        path = ("pieces", i, key)
        try:
            file = confine(folder, name)
        except ValueError as error:
            yield loaded.problem("chemin", path, str(error))
            continue
        if not file.is_file():
            told = f"fichier introuvable (cherché dans {folder}/){_elsewhere(name, loaded, folder)}"
            yield loaded.problem("piece-absente", path, told)
        elif not file.stat().st_size:
            yield loaded.problem("piece-absente", path, "fichier vide")


def _elsewhere(name: str, loaded: LoadedCase, folder: Path) -> str:
    """Where the file may be: under another name, not yet listed, or beside the case."""
    for astray in (loaded.file.parent / name, loaded.folder / name, Path(name)):
        if astray.is_file():
            return f" : il est à {astray}, déplacez-le"
    present = sorted(n for n in loaded.fichiers if (folder / n).is_file())
    spare = [n for n in present if n not in {p.fichier for p in loaded.case.pieces}]
    unlisted = f" (présents, non inscrits : {', '.join(spare[:5])})" if spare else ""
    return mistaken(name, spare or present) or unlisted
