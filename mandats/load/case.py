"""Reads a case file and the prose it names. Names are tied to things in `resolve`."""

from __future__ import annotations

from pathlib import Path

from mandats.document import LoadedCase, Text
from mandats.load.mandants import read_states
from mandats.load.paths import confine, read_text
from mandats.load.validate import validate
from mandats.load.yaml_places import read_yaml
from mandats.model import Case
from mandats.problem import Problem, UnusableInput, write_path


def load_case(path: Path) -> tuple[LoadedCase | None, list[Problem]]:
    """The case with its places, or None with every problem. Raises UnusableInput when it is no YAML at all."""
    shown = str(path)
    source = read_text(path, shown)
    read = read_yaml(source, shown)
    if not isinstance(read.data, dict):
        raise UnusableInput(Problem("yaml", read.places.get(()) or _start(shown), "", "ce n'est pas un dossier : clés attendues (titre, parties…)"))
    problems = list(read.problems)
    case, found = validate(Case, read)
    problems += found
    if case is None:
        return None, problems
    folder = path.parent / path.stem
    texts: dict[str, Text] = {}
    lists = [(("documents", i, name), moyens) for i, order in enumerate(case.documents) for name, moyens in order.sections.items()]
    lists += [(("arguments_adverses", i, "reponse"), argument.reponse) for i, argument in enumerate(case.arguments_adverses)]
    for where, moyens in lists:
        for j, moyen in enumerate(moyens):
            if moyen.prose and moyen.prose not in texts:
                here = (*where, j, "prose")
                try:
                    file = confine(folder, moyen.prose)
                    texts[moyen.prose] = Text(f"{folder}/{moyen.prose}", read_text(file, f"{folder}/{moyen.prose}"))
                except ValueError as error:
                    problems.append(Problem("chemin", read.places[here], write_path(here), str(error)))
                except UnusableInput:
                    problems.append(Problem("prose-absente", read.places[here], write_path(here), f"fichier introuvable (cherché dans {folder}/)"))
    case, found = read_states(case, folder, read)
    problems += found
    places = {**read.keys, **read.places}
    return LoadedCase(case, places, path, folder, texts, source, _files(folder / "pieces")), problems


def _files(folder: Path) -> frozenset[str]:
    """The names in a folder, hidden files left out; none when there is no folder."""
    return frozenset(p.name for p in folder.iterdir() if not p.name.startswith(".")) if folder.is_dir() else frozenset()


def check_piece_files(loaded: LoadedCase) -> list[Problem]:
    """Every pièce exists under `pieces/`, once, as a regular file inside the folder."""
    folder = loaded.folder / "pieces"
    problems: list[Problem] = []
    if loaded.case.pieces and not folder.is_dir():
        message = f"le dossier {folder}/ n'existe pas : les fichiers des pièces s'y placent"
        return [Problem("piece-absente", loaded.places[("pieces",)], "pieces", message)]
    for i, piece in enumerate(loaded.case.pieces):
        path = ("pieces", i, "fichier")
        try:
            file = confine(folder, piece.fichier)
            if file.is_file() and not file.stat().st_size:
                problems.append(Problem("piece-absente", loaded.places[path], write_path(path), "fichier vide"))
            if not file.is_file():
                near = [p.name for p in folder.iterdir()] if folder.is_dir() else []
                problems.append(
                    Problem("piece-absente", loaded.places[path], write_path(path), f"fichier introuvable (cherché dans {folder}/){_near(piece.fichier, near)}")
                )
        except ValueError as error:
            problems.append(Problem("chemin", loaded.places[path], write_path(path), str(error)))
    return problems


def _near(name: str, known: list[str]) -> str:
    import difflib

    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return f" (vouliez-vous dire « {near[0]} » ?)" if near else ""


def _start(shown: str):
    from mandats.problem import Place

    return Place(shown)
