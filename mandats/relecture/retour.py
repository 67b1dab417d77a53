"""An act that comes back: read against its case, decided change by change, written where the case says it."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mandats.build import working_folder
from mandats.files import write_set, write_whole
from mandats.load.case import load_case
from mandats.problem import UnknownName, UnusableInput, suggest
from mandats.relecture.base import Base, find_base, rebased
from mandats.relecture.motifs import Nowhere
from mandats.relecture.paquet import Package
from mandats.relecture.placement import Places
from mandats.relecture.reconstruction import REFUSE, Reconstruction, reconstruct
from mandats.relecture.reprise import TOLD, Reprise, Retouche, read_return
from mandats.relecture.versions import read_version, read_word, render_act, write_word


@dataclass(frozen=True)
class Retour:
    """`ou`: change → where it would be written, or why nowhere (« ! » first); `base`: what it was made from, when the
    case has changed since; `depose`: the day it was filed: nothing of it is written.
    """

    relu: Path
    acte: str
    places: Places
    reprise: Reprise
    working: Path
    ou: Mapping[int, str]
    base: Base | None = None
    depose: str = ""


def read_back(
    relu: Path, case: Path, working: Path, document: str | None = None, base: str | None = None, out: Path | None = None
) -> Retour:
    """What the reader of an act changed. `document`: by default, the one that the file is named after; `base`: what it
    was made from, as `comparer` names a version (by default: what was filed, what is under `out`, else the case).

    Raises ValueError in French (no Word file, another act), UnknownName, UnusableInput.
    """
    own, data = working_folder(case, working), read_word(relu)
    try:
        nom = document or _named(case, relu, Package(data).properties.get("Acte", ""))
        rendered = render_act(case, working, nom)
        ours, document = write_word(rendered), rendered.document.nom
        beside = [*(out.glob(f"**/{document}.docx") if out else ()), relu.parent / f"{document}.docx"]
        given = read_version(base, working, document, [case]) if base else None
        since = Base(given.docx, given.nom) if given else find_base(rendered.document, ours, data, beside)
        found = read_return(since.docx, data) if since else read_return(ours, data)
        found = rebased(found, ours) if since else found
    except ValueError as error:
        raise ValueError(f"{relu} : {error}") from None
    places = Places(rendered, own, found)
    where = {change.rang: _where(places, change) for change in places.found.retouches}
    left = rendered.document.order.depose
    return Retour(relu, document, places, places.found, own, where, since, left.le if left else "")


def _named(case: Path, relu: Path, acte: str) -> str | None:
    """The act that a file says it is, else that it is named after."""
    loaded, problems = load_case(case)
    if loaded is None:
        raise UnusableInput(*problems)
    names = [order.nom or order.modele for order in loaded.case.documents]
    alike = [name for name in names if name == acte] or [name for name in names if relu.stem.startswith(name)]
    if len(names) > 1 and not alike:
        raise UnknownName(f"--document : lequel est {relu.name} ? {suggest(relu.stem, names) or ', '.join(names)}")
    return max(alike, key=len, default=names[0])


def _where(places: Places, change: Retouche) -> str:
    try:
        placed = places.place(change)[0]
    except Nowhere as error:
        return f"!{error}"
    if placed.titre:
        clause = places.items[placed.clause].clause
        return f"clause {clause.id}, titre" if clause else ""
    if placed.retouches:
        return f"{places.case} (retouche)"
    own = next((places.files[span.source] for span in placed.spans if span.source in places.files), None)
    if own:
        return str(own)
    return places.library_files[placed.spans[0].source].removesuffix(".md").replace("clauses/", "clause ", 1)


def approve(retour: Retour, decisions: Mapping[int, str]) -> Reconstruction:
    """What the files would hold with the changes that were decided (« garder », « ameliorer », « refuser »), once the
    act was built again from them and said what was approved. Writes nothing. Raises EngineError.
    """
    return reconstruct(retour.places, retour.reprise, decisions, retour.working)


def write_back(retour: Retour, made: Reconstruction, decisions: Mapping[int, str], out: Path) -> list[Path]:
    """Write the files of the case, and under `out` the patches of the library and what was not placed.

    Raises ValueError, in French, when a file changed meanwhile: nothing is written; OSError.
    """
    places, contents = retour.places, dict[Path, bytes]()
    if retour.depose and made.fichiers:
        undo = f"mandats deposer {places.case} --document {retour.acte} --annuler"
        raise ValueError(f"« {retour.acte} » est déposé le {retour.depose} : rien ne s'y écrit plus ({undo} le rouvre)")
    for name, file in places.files.items():
        if file in made.fichiers:
            old = file.read_bytes()
            if old.decode("utf-8-sig") != places.texts[name]:
                raise ValueError(f"{file} a changé depuis : reprenez le document de nouveau")
            text = made.fichiers[file]
            text = re.sub(r"(?<!\r)\n", "\r\n", text) if b"\r\n" in old else text
            contents[file] = (codecs.BOM_UTF8 if old.startswith(codecs.BOM_UTF8) else b"") + text.encode()
    beside = {f"{name.replace('/', '-')}.patch": text.encode() for name, text in made.patchs.items()}
    if told := left_over(retour, made, decisions):
        beside[f"reprise-{retour.acte}.md"] = told.encode()
    written = write_set(out, beside) if beside else []
    return [*(write_whole(file, data) for file, data in contents.items()), *written]


def left_over(retour: Retour, made: Reconstruction, decisions: Mapping[int, str]) -> str:
    """Every change that is not in the files, whole, with its author, its comments and why; empty when there is none."""
    parts = []
    for change in retour.reprise.retouches:
        if change.rang in made.placees and not change.commentaires:
            continue
        if decisions.get(change.rang) == REFUSE and not change.commentaires:
            continue
        why = made.restes.get(change.rang) or {REFUSE: "refusé"}.get(decisions.get(change.rang, ""), "")
        why = why or ("écrit" if change.rang in made.placees else "" if change.genre in TOLD else "laissé à décider")
        under = " · ".join(change.lieu.titres)
        lines = [f"## {change.rang}. {change.genre}, {', '.join(change.auteurs)} : {why}", "", under, ""]
        lines += [f"- avant : {unit.said()}" for unit in change.avant]
        lines += [f"- après : {unit.said()}" for unit in change.apres]
        lines += [f"- note : {p.said()}" for unit in change.apres for note in unit.notes for p in note]
        lines += [f"- {c.auteur} ({c.date[:10]}) commente « {c.sur[:200]} » : {c.texte}" for c in change.commentaires]
        parts.append("\n".join(lines))
    return f"# Ce que {retour.relu.name} laisse à reprendre à la main\n\n" + "\n\n".join(parts) + "\n" if parts else ""
