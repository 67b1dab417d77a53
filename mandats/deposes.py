"""The acts that have left: what their copies say, and what the case says of them since. See `mandats.depot`."""

import contextlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from pydantic import Field

from mandats import blocks as ast
from mandats.document import Document, Library, LoadedCase, Rendered
from mandats.files import digest
from mandats.keys import Cle, Model, Texte
from mandats.load.paths import confine
from mandats.problem import AVERTISSEMENT, KeyPath, Problem
from mandats.procedure import Depose
from mandats.resolve import resolve

ID = "depot"
FOLDER, MANIFEST, TEXT, UNDONE = "deposes", "manifeste.json", "texte.txt", "annules"


class PieceDeposee(Model):
    """A pièce that went with an act, as the manifest of its copy says."""

    numero: int = Field(ge=1)
    cle: Cle
    titre: Texte
    fichier: Texte
    sha256: Texte
    copiee: bool
    copie: Texte | None = None  # the stamped file; of copies made before there were stamps, nobody says


def without_filed(
    loaded: LoadedCase, documents: Sequence[Document], problems: Sequence[Problem], only: Sequence[str],
    render: Callable[[Document], tuple[Rendered, object]],
) -> tuple[list[Document], list[Problem]]:  # fmt: skip
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
        elif i in filed:
            now = plain_text(render(filed[i])[0])
            if said := _first_difference((folder / TEXT).read_text("utf-8", "replace"), now):
                told = f"le dossier dit à présent autre chose que l'acte déposé le {order.depose.le} ({folder})"
                found.append(loaded.problem(ID, path, f"{told} : {said}", AVERTISSEMENT))
    return [d for d in documents if d.index not in filed], found


def changed_pieces(loaded: LoadedCase, act: Document, gravite: str) -> Iterator[Problem]:
    """The pièces that went with an act and are no longer the same files under the same keys."""
    if (depose := act.order.depose) is None:
        return
    folder, now = place_of_copy(loaded, depose.dossier), {p.cle: i for i, p in enumerate(loaded.case.pieces)}
    for told in read_manifest(folder).get("pieces", ()):
        path: KeyPath = ("documents", act.index, "depose")
        lost = f"n'est plus dans le dossier (clé « {told['cle']} »)"
        if told["cle"] in now:
            path = ("pieces", now[told["cle"]], "fichier")
            file = confine(loaded.folder / "pieces", loaded.case.pieces[now[told["cle"]]].produite)
            if file.is_file() and digest(file) == told["sha256"]:
                continue
            lost = "n'est plus le même fichier" if file.is_file() else "n'a plus son fichier"
        what = f"la pièce n° {told['numero']} (« {told['titre']} »), déposée le {depose.le} avec « {act.nom} »"
        remedy = f"rétablissez-la, et donnez une clé à ce qui la remplace (copie : {folder})"
        yield loaded.problem(ID, path, f"{what}, {lost} : {remedy}", gravite)


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


@dataclass(frozen=True)
class Emploi:
    """A document that a clause stands in; for one that left, the day (ISO), its copy, the clause's version then."""

    document: str
    version: str
    le: str = ""
    dossier: Path | None = None


def uses_of(loaded: LoadedCase, library: Library, clause: str) -> list[Emploi]:
    """The documents of a case that hold the clause: those to come, then every copy of those that left, by day."""
    documents = [d for d in resolve(loaded, library)[0] if d.order.depose is None]
    coming = [Emploi(d.nom, c.version) for d in documents for c in d.clauses if c.id == clause]
    copies = [(place, read_manifest(place)) for place in (loaded.folder / FOLDER).glob("[0-9]*")]
    left = [
        Emploi(told["document"], str(told["clauses"][clause]), told["le"], place)
        for place, told in copies
        if isinstance(told.get("clauses"), dict) and clause in told["clauses"]
    ]
    return [*coming, *sorted(left, key=lambda one: one.le)]


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a copy; nothing of a folder that holds none, or one that somebody else wrote."""
    with contextlib.suppress(OSError, ValueError, TypeError):
        read = json.loads((folder / MANIFEST).read_text("utf-8"))
        if isinstance(read, dict) and {"document", "le", "canal", "fichiers", "pieces", "mandants"} <= {*read}:
            Depose(le=read["le"], dossier=folder.name, canal=read["canal"])
            numbers = {p.cle: p.numero for p in [PieceDeposee.model_validate(told) for told in read["pieces"]]}
            given = read.get("numeros", {}).items()
            return {**read, "numeros": numbers | {str(cle): n for cle, n in given if isinstance(n, int)}}
    return {}


def _first_difference(before: str, now: str) -> str:
    """What stands now instead of what stood, where the words first differ; nothing when they are the same."""
    old, new = before.split(), now.split()
    at = next((i for i, (a, b) in enumerate(zip_longest(old, new)) if a != b), None)
    if at is None:
        return ""
    return " au lieu de ".join(f"« {' '.join(words[max(0, at - 4) : at + 12])} »" for words in (new, old))
