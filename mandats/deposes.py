"""The acts that have left: what their copies say, and what the case says of them since. See `mandats.depot`."""

import contextlib
import json
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

from mandats import blocks as ast
from mandats.document import Document, LoadedCase, Rendered
from mandats.problem import AVERTISSEMENT, Problem
from mandats.procedure import Depose

ID = "depot"
FOLDER, MANIFEST, TEXT = "deposes", "manifeste.json", "texte.txt"


def without_filed(
    loaded: LoadedCase, documents: Sequence[Document], problems: Sequence[Problem], only: Sequence[str]
) -> tuple[list[Document], list[Problem]]:
    """The documents that have not left, and what there is to say of the case but for those that have: they are never
    built again; what the case says otherwise than they do, or a copy that is missing or not noted, is a warning.
    """
    filed = {d.index: d for d in documents if d.order.depose}
    found = [p for p in problems if not any(p.chemin.startswith(f"documents[{i}]") for i in filed)]
    for i, order in enumerate(loaded.case.documents):
        name, path = order.nom or order.modele, ("documents", i, "depose")
        if order.depose is None:
            for left in unnoted(loaded, name):
                typed = f"mandats deposer {loaded.file} --document {name}"
                told = f"copie complète que le dossier ne note pas ({left}) : {typed} la note, --annuler l'écarte"
                found.append(loaded.problem(ID, path[:2], told, AVERTISSEMENT))
            continue
        folder = place_of_copy(loaded, order.depose.dossier)
        if name in only:
            undo = f"mandats deposer {loaded.file} --document {name} --annuler"
            found.append(loaded.problem(ID, path, f"« {name} » est déposé, sa copie est {folder} ; {undo} le rouvre"))
        elif not (folder / TEXT).is_file():
            found.append(loaded.problem(ID, path, f"la copie de « {name} » manque : {folder}", AVERTISSEMENT))
        elif i in filed and (said := _first_difference((folder / TEXT).read_text("utf-8", "replace"), _now(filed[i]))):
            told = f"le dossier dit à présent autre chose que l'acte déposé le {order.depose.le} ({folder}) : {said}"
            found.append(loaded.problem(ID, path, told, AVERTISSEMENT))
    return [d for d in documents if d.index not in filed], found


def _now(document: Document) -> str:
    """What the case would print of an act today."""
    if document.template.header.genre == "formulaire":
        from mandats.formulaire.prepare import render_form as render
    else:
        from mandats.render.plan import render_document as render
    return plain_text(render(document)[0])


def plain_text(rendered: Rendered) -> str:
    """What a document says, a block a line, notes after."""
    lines = (ast.plain(block, notes=True) for block in rendered.blocks)
    return "\n".join([rendered.title, *(" ".join(line.split()) for line in lines if line.strip())]) + "\n"


def place_of_copy(loaded: LoadedCase, dossier: str) -> Path:
    return loaded.folder / FOLDER / dossier


def unnoted(loaded: LoadedCase, nom: str) -> Iterator[Path]:
    """The whole copies of an act that the case file does not name."""
    noted = {order.depose.dossier for order in loaded.case.documents if order.depose}
    for manifest in sorted((loaded.folder / FOLDER).glob(f"[0-9]*/{MANIFEST}")):
        if manifest.parent.name not in noted and read_manifest(manifest.parent).get("document") == nom:
            yield manifest.parent


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a copy; nothing of a folder that holds none, or one that somebody else wrote."""
    with contextlib.suppress(OSError, ValueError):
        read = json.loads((folder / MANIFEST).read_text("utf-8"))
        if isinstance(read, dict) and {"document", "le", "canal", "fichiers", "pieces", "mandants"} <= {*read}:
            Depose(le=read["le"], dossier=folder.name, canal=read["canal"])
            return read
    return {}


def _first_difference(before: str, now: str) -> str:
    """What stands now instead of what stood, where the words first differ; nothing when they are the same."""
    old, new = before.split(), now.split()
    at = next((i for i, (a, b) in enumerate(zip_longest(old, new)) if a != b), None)
    if at is None:
        return ""
    return " au lieu de ".join(f"« {' '.join(words[max(0, at - 4) : at + 12])} »" for words in (new, old))
