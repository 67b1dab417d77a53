"""Two versions of an act: the Word file with its tracked changes, the same in PDF, the list of what changed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mandats.readback import TABLE
from mandats.relecture.alignement import diff_words
from mandats.relecture.marques import redline
from mandats.relecture.mots import TOKEN, Revision
from mandats.relecture.paquet import Package
from mandats.relecture.unites import NEW, OLD, UNNUMBERED, Bloc, Morceau, Tableau, Unite, read_flow, read_frames
from mandats.render.typography import date_longue
from mandats.write.glyphes import undrawn
from mandats.write.typst_engine import Engine

PAGE = Path(__file__).with_name("comparaison.typ")
NUMBERS = re.compile(r"(?:§+|\bpièces?\s+n[°os]+)[\s0-9,]*(?:(?:et|à)\b[\s0-9,]*)*")
AROUND = 40  # letters shown on each side of a change
GENRES = {"ins": "ajout", "del": "suppression", "moveTo": "arrivée", "moveFrom": "départ"}


@dataclass(frozen=True)
class Changement:
    """`genre`: ajout, suppression, arrivée and départ (of what moved), modification; `extrait`: (change, words), with
    a few of those around."""

    genre: str
    lieu: str  # « texte », « note », « tableau », « en-tête »
    titres: tuple[str, ...]
    clause: str
    numero: str
    avant: str
    apres: str
    extrait: tuple[tuple[str, str], ...]

    @property
    def renvois(self) -> bool:
        """Whether only numbers moved, of paragraphs or of pièces, which follow from another change."""
        return self.genre == "modification" and NUMBERS.sub("", self.avant) == NUMBERS.sub("", self.apres)


@dataclass(frozen=True)
class Comparaison:
    """`revues`: whether each of the two files had tracked changes, which were read as accepted."""

    docx: bytes
    changements: tuple[Changement, ...]
    revues: tuple[bool, bool]
    flux: tuple[Bloc, ...]


def compare(before: bytes, after: bytes, auteur: str, instant: str) -> Comparaison:
    """What became of an act. `instant`: of the changes, ISO, UTC. Raises ValueError in French: no sound Word file."""
    made, revised = redline(before, after, auteur, instant)
    package = Package(made)
    flow = [*read_flow(package), *(unit for unit in read_frames(package) if unit.revisions)]
    return Comparaison(made, tuple(_changes(flow)), revised, tuple(flow))


def _changes(flow: Sequence[Bloc]) -> Iterator[Changement]:
    for bloc in flow:
        if isinstance(bloc, Unite):
            yield from _of_unit(bloc)
            continue
        for row in bloc.lignes:
            inside = [unit for cell in row.cellules for unit in cell]
            if row.revision.genre:
                words = " | ".join(u.said("all") for u in inside)
                yield _change(inside[0] if inside else None, row.revision.genre, "tableau", words)
            else:
                for unit in inside:
                    yield from _of_unit(unit)


def _of_unit(unit: Unite) -> Iterator[Changement]:
    genres = {m.revision.genre for m in unit.morceaux if m.texte} or {unit.fin.genre}
    place = {"cellule": "tableau", "note": "note", "entete": "en-tête"}.get(unit.genre, "texte")
    whole = genres.pop() if len(genres) == 1 else ""
    if whole and (unit.fin.genre or unit.genre == "note") and unit.said("all").strip():
        yield _change(unit, whole, place, unit.said("all"))
    elif unit.revisions and (whole or genres) and any(m.revision.genre for m in unit.morceaux):
        yield Changement("modification", place, unit.titres, unit.clause, unit.numero, unit.said("original"),
                         unit.said("accepted"), _excerpt(unit.morceaux))  # fmt: skip
    for paragraph in (p for note in unit.notes if not unit.fin.genre for p in note):
        yield from _of_unit(paragraph)


def _change(unit: Unite | None, genre: str, lieu: str, words: str) -> Changement:
    titles, clause, label = (unit.titres, unit.clause, unit.numero) if unit else ((), "", "")
    before, after = (words if genre in kinds else "" for kinds in (OLD, NEW))
    return Changement(GENRES[genre], lieu, titles, clause, label, before, after, ((genre, words),))


def excerpt(before: str, after: str) -> tuple[tuple[str, str], ...]:
    """What changed from one text to another, with a few of the words around: (« ins », « del » or nothing, words)."""
    olds, news = (TOKEN.findall(text) for text in (before, after))
    pieces = []
    for tag, i1, i2, j1, j2 in diff_words(olds, news):
        if tag == "equal":
            pieces.append(Morceau("".join(news[j1:j2])))
        else:
            pieces += [Morceau("".join(olds[i1:i2]), Revision("del")), Morceau("".join(news[j1:j2]), Revision("ins"))]
    return _excerpt([piece for piece in pieces if piece.texte])


def _excerpt(pieces: Sequence[Morceau]) -> tuple[tuple[str, str], ...]:
    out: list[tuple[str, str]] = []
    for rank, piece in enumerate(pieces):
        genre, words = piece.revision.genre, piece.texte
        if not genre:
            first, last = rank == 0, rank == len(pieces) - 1
            if first and len(words) > AROUND:
                words = "…" + words[-AROUND:]
            elif last and len(words) > AROUND:
                words = words[:AROUND] + "…"
            elif not first and not last and len(words) > 2 * AROUND:
                words = f"{words[:AROUND]} … {words[-AROUND:]}"
        if out and out[-1][0] == genre:
            out[-1] = (genre, out[-1][1] + words)
        else:
            out.append((genre, words))
    return tuple(out)


# --- the PDF ----------------------------------------------------------------------------------------------------------


def print_comparison(found: Comparaison, titre: str, versions: tuple[str, str], auteur: str, day: str) -> bytes:
    """The pages: what was added underlined, what went struck through, what moved doubly underlined, and a bar beside.

    `day`: of the file, ISO. Raises EngineError.
    """
    depth, blocks = 0, list[dict[str, Any]]()
    for bloc in found.flux:
        if isinstance(bloc, Tableau):
            blocks.append(_table(bloc))
        elif bloc.said("all").strip():
            level = min(bloc.niveau, depth + 1) if bloc.niveau else 0  # a reader of tags wants no rank left out
            depth = level or depth
            blocks.append(_paragraph(bloc) | {"niveau": level})
    told = {
        "titre": titre, "avant": versions[0], "apres": versions[1], "auteur": auteur, "jour": day,
        "date": date_longue(day),
        "nombre": len(found.changements), "blocs": blocks,
    }  # fmt: skip
    text = json.dumps(told, ensure_ascii=False)
    for char in undrawn(text):
        text = text.replace(char, f"[U+{ord(char):04X}]")
    with Engine() as engine:
        return engine.compile(PAGE.read_text("utf-8"), day, inputs={"donnees": text})


def _paragraph(unit: Unite) -> dict[str, Any]:
    notes = list(unit.notes)
    runs = []
    for piece in unit.morceaux:
        called = notes.pop(0) if piece.note and notes else ()
        words = "" if called else piece.texte.replace("\t", "  ")
        runs.append([piece.revision.genre, words, [run for paragraph in called for run in _runs(paragraph)]])
    style = "citation" if "block text" in unit.style or "quote" in unit.style else ""
    style = "titre" if "titre" in unit.style and unit.style != UNNUMBERED else style
    return {"genre": "alinea", "style": style, "numero": unit.numero, "suites": runs, "niveau": 0}


def _runs(unit: Unite) -> list[list[str]]:
    return [[m.revision.genre, m.texte] for m in unit.morceaux]


def _table(table: Tableau) -> dict[str, Any]:
    rows = [
        {"genre": row.revision.genre, "cellules": [[_paragraph(u) for u in cell] for cell in row.cellules]}
        for row in table.lignes
    ]
    columns = max((len(row.cellules) for row in table.lignes), default=0)
    return {"genre": "tableau", "regles": table.style == TABLE.lower(), "colonnes": columns, "lignes": rows}
