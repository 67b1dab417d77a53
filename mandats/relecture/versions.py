"""The versions of an act that can be compared, each as a Word file: a case now or at a git revision, a copy of what was
filed, a Word file.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mandats.build import working_folder
from mandats.deposes import FOLDER, MANIFEST, read_manifest
from mandats.document import Rendered
from mandats.files import system_reason
from mandats.load.case import load_case
from mandats.load.library import load_library
from mandats.load.word_file import MAX_ALL
from mandats.numeros import Numbering
from mandats.problem import ERREUR, Problem, UnknownName, UnusableInput, suggest
from mandats.relecture.comparaison import Comparaison, compare, print_comparison
from mandats.relecture.depot_git import place_in_repository, read_revision
from mandats.render.cover import page_inputs
from mandats.resolve import resolve

CASE = re.compile(r"(.+?\.ya?ml)(?:@(.+))?", re.S)
NOT_READ = ("pieces", FOLDER)  # folders of a case whose contents no act prints


@dataclass(frozen=True)
class Version:
    """`nom`: what it is, as it was typed; `acte`: the document's name, or the file's."""

    nom: str
    acte: str
    docx: bytes


@dataclass(frozen=True)
class Comparees:
    avant: Version
    apres: Version
    comparaison: Comparaison
    pdf: bytes


def compare_versions(a: str, b: str, working: Path, document: str | None, auteur: str, instant: str) -> Comparees:
    """Two versions compared; `instant`: ISO, UTC. Raises ValueError in French, UnknownName, UnusableInput, EngineError,
    OSError.
    """
    cases = [Path(named[1]) for spec in (a, b) if (named := CASE.fullmatch(spec))]
    before, after = (read_version(spec, working, document, cases) for spec in (a, b))
    try:
        found = compare(before.docx, after.docx, auteur, instant)
    except ValueError as error:
        side, _, told = str(error).partition(" : ")
        raise ValueError(f"{a if side == 'A' else b} : {told}") from None
    pdf = print_comparison(found, after.acte, (before.nom, after.nom), auteur, instant[:10])
    return Comparees(before, after, found, pdf)


def read_version(spec: str, working: Path, document: str | None, cases: Sequence[Path]) -> Version:
    path, case = Path(spec), CASE.fullmatch(spec)
    if case and case[2]:
        with tempfile.TemporaryDirectory(prefix="version-") as aside:
            try:
                return _of_case(*_extract(Path(case[1]), case[2], working, Path(aside)), document, spec)
            except UnusableInput as error:  # told of the version, not of where it was read
                raise ValueError(str(error).replace(f"{aside}/", "")) from None
            except UnknownName as error:
                raise UnknownName(str(error).replace(f"{aside}/", "")) from None
    if case:
        return _of_case(path, working, document, spec)
    folder = path if path.is_dir() else _filed(spec, cases)
    if folder:
        nom = str(read_manifest(folder).get("document") or "")
        if not (folder / f"{nom}.docx").is_file():
            raise ValueError(f"{spec} : pas d'acte déposé dans {folder}/ (ni {MANIFEST}, ni Word)")
        return Version(str(folder), nom, read_word(folder / f"{nom}.docx"))
    if not path.is_file():
        raise ValueError(f"{spec} : ni un dossier, ni un fichier Word, ni un acte déposé d'un dossier donné")
    return Version(spec, path.stem, read_word(path))


def read_word(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_ALL:
            raise ValueError(f"{path} : document Word trop volumineux")
        return path.read_bytes()
    except OSError as error:
        raise ValueError(f"{path} : lecture impossible, {system_reason(error)}") from None


def _filed(spec: str, cases: Sequence[Path]) -> Path | None:
    """The copy that a name designates, by its folder or its document, beside one of the cases; the last one."""
    for case in cases:
        kept = case.with_suffix("") / FOLDER
        if re.fullmatch(r"[\w-]+", spec) and (kept / spec).is_dir():
            return kept / spec
        copies = [m.parent for m in sorted(kept.glob(f"[0-9]*/{MANIFEST}"))]
        if named := [folder for folder in copies if read_manifest(folder).get("document") == spec]:
            return named[-1]
    return None


def _of_case(case: Path, working: Path, document: str | None, spec: str) -> Version:
    rendered = render_act(case, working, document)
    return Version(spec, rendered.document.nom, write_word(rendered))


def render_act(case: Path, working: Path, nom: str | None) -> Rendered:
    """A document of a case as it prints, whether it has left or not, whatever the rules say of it.

    Raises UnknownName, UnusableInput when it cannot be rendered at all.
    """
    working = working_folder(case, working)
    loaded, problems = load_case(case, only=[nom] if nom else [])
    if loaded is None:
        raise UnusableInput(*_errors(problems))
    names = [order.nom or order.modele for order in loaded.case.documents]
    if nom is None and len(names) > 1:
        raise UnknownName(f"{case} a plusieurs documents : --document, parmi {', '.join(names)}")
    nom = nom or names[0]
    if nom not in names:
        raise UnknownName(f"{case} : pas de document « {nom} »{suggest(nom, names)}")
    library, found = load_library(working, loaded)
    documents, more = resolve(loaded, library)
    for one in (d for d in documents if d.nom == nom):
        return Numbering(loaded, documents).render(one)[0]
    raise UnusableInput(*_errors([*problems, *found, *more]))


def _errors(problems: Sequence[Problem]) -> list[Problem]:
    return [p for p in problems if p.gravite == ERREUR]


def write_word(rendered: Rendered) -> bytes:
    """The Word file of a document."""
    template, inputs = rendered.document.template, page_inputs(rendered.document, rendered.title)
    if template.header.genre == "formulaire":
        from mandats.formulaire.prepare import write_form

        return write_form(rendered, inputs)[0]
    from mandats.write.docx import write_docx

    return write_docx(rendered.blocks, template.file("reference.docx"), inputs)


def _extract(case: Path, revision: str, working: Path, aside: Path) -> tuple[Path, Path]:
    """The case, its folder and its library as a revision has them, under `aside`; the case's file and the folder that
    holds its library. Manifests of what was filed are those of today: git does not keep them."""
    home, prefix = place_in_repository(case.resolve().parent)
    own = working_folder(case, working).resolve()
    library = ""
    if own.is_dir():
        try:
            there, library = place_in_repository(own)
        except ValueError:
            there = ""
        library = library if there == home else ""
    wanted = [f"{prefix}{case.name}", f"{prefix}{case.stem}/", f"{library}clauses/", f"{library}templates/"]
    found = read_revision(case.resolve().parent, revision, wanted)
    if wanted[0] not in found:
        raise ValueError(f"{case} : absent de la version « {revision} »")
    for name, data in found.items():
        inner = name.removeprefix(wanted[1])
        if name.startswith(wanted[1]) and inner.split("/")[0] in NOT_READ:
            continue
        (aside / name).parent.mkdir(parents=True, exist_ok=True)
        (aside / name).write_bytes(data)
    for manifest in (case.with_suffix("") / FOLDER).glob(f"*/{MANIFEST}"):
        copy = aside / wanted[1] / FOLDER / manifest.parent.name / MANIFEST
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(manifest.read_bytes())
    return aside / wanted[0], aside / library
