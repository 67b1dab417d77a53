"""What an act that comes back was made from, when its case has moved since: the copy of what was filed, the file that
was built, else the returned file with its tracked changes refused. Its changes are then told of the act as it is now.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mandats.deposes import FOLDER, MANIFEST, UNDONE, place_of_copy, read_manifest
from mandats.document import Document
from mandats.relecture.alignement import Pair, align
from mandats.relecture.paquet import Package
from mandats.relecture.reperes import touches
from mandats.relecture.reprise import Reprise, Retouche, refuse_another, told_of, units_of
from mandats.relecture.revisions import settle
from mandats.relecture.unites import Morceau
from mandats.relecture.versions import read_word
from mandats.write.renvois import PRINT, words_print


@dataclass(frozen=True)
class Base:
    """`nom`: what it is, in French; `sure`: it is what the reader was given, not only what Word says it was."""

    docx: bytes
    nom: str
    sure: bool = True


def find_base(document: Document, ours: bytes, theirs: bytes, beside: Iterable[Path]) -> Base | None:
    """None when the case still gives the act that the reader was given, as far as the file tells.

    `beside`: files that may be the one that was built.
    """
    print_, now = (Package(data).properties.get(PRINT, "") for data in (theirs, ours))
    filed = document.order.depose
    if print_ == now or not (print_ or filed):
        return None
    for nom, file in _copies(document, beside):
        if file.is_file():
            copy = Package(data := read_word(file))
            if copy.properties.get(PRINT, "") == print_ and (not print_ or words_print(copy.parts) == print_):
                return Base(data, f"{nom} ({file})")
    package = Package(theirs)
    for tree in package.stories.values():
        settle(tree, accept=False)
    return Base(package.save(), "ce que ce fichier dit une fois ses modifications refusées", sure=False)


def _copies(document: Document, beside: Iterable[Path]) -> Iterator[tuple[str, Path]]:
    kept = document.loaded.folder / FOLDER
    held = [place_of_copy(document.loaded, document.order.depose.dossier)] if document.order.depose else []
    held += sorted(
        (m.parent for m in (*kept.glob(f"[0-9]*/{MANIFEST}"), *kept.glob(f"{UNDONE}/*/{MANIFEST}"))), reverse=True
    )
    for folder in held:
        if read_manifest(folder).get("document") == document.nom:
            yield "l'acte déposé", folder / f"{document.nom}.docx"
    yield from (("le fichier construit", file) for file in beside)


def rebased(found: Reprise, ours: bytes) -> Reprise:
    """The same changes, told of the act as the case gives it now. What both changed at the same words is a conflict.

    Raises ValueError, in French, when it is another act.
    """
    now = units_of(Package(ours))
    told, lines = [*map(told_of, found.nos)], [*map(told_of, now)]
    pairs = align(told, lines)
    refuse_another(told, lines, pairs)
    at = {i: j for i, j in pairs if i is not None and j is not None}
    leurs, changes = [*found.leurs], list[Retouche]()
    for change in found.retouches:
        units = [now[at[u.rang]] for u in change.avant if u.rang in at]
        beside = [now[at[u.rang]] if u and u.rang in at else None for u in (change.apres_de, change.avant_de)]
        apres, lost = list(change.apres), len(units) < len(change.avant)
        same = not lost and all(told_of(a) == told_of(b) for a, b in zip(change.avant, units, strict=True))
        if change.genre == "modification" and units and not same:
            said = _merged(change.avant[0].said(), change.apres[0].said(), units[0].said())
            lost = said is None
            apres = [replace(apres[0], morceaux=(Morceau(said or ""),), fixe="")]
        elif change.genre == "déplacement" and units and not lost:
            apres = [replace(a, morceaux=u.morceaux) for a, u in zip(apres, units, strict=True)]
        elif change.genre in ("ajout", "déplacement"):
            lost = lost or not any(beside)
        else:
            lost = lost or not same
        if lost:
            changes.append(replace(change, conflit=True))
            continue
        for old, new in zip(change.apres, apres, strict=True):
            leurs[old.rang] = new
        lieu = units[0] if units else change.lieu
        after, before = beside
        changes.append(replace(change, lieu=lieu, avant=(*units,), apres=(*apres,), apres_de=after, avant_de=before))
    kept = {change.rang for change in changes if not change.conflit}
    origin = {
        at.get(k, -1) if k >= 0 else k: rank for k, rank in found.origine.items() if rank in kept and (k < 0 or k in at)
    }
    paired = tuple(_paired(found.paires, at, len(now)))
    return Reprise(tuple(now), tuple(leurs), paired, tuple(changes), found.suivies, origin)


def _paired(pairs: Sequence[Pair], at: dict[int, int], most: int) -> Iterator[Pair]:
    done = 0
    for i, j in pairs:
        if i is None:
            yield None, j
        elif i in at:
            yield from ((k, None) for k in range(done, at[i]))
            yield at[i], j
            done = at[i] + 1
    yield from ((k, None) for k in range(done, most))


def _merged(before: str, theirs: str, ours: str) -> str | None:
    """What both make of one text; None when both changed the same words."""
    every = sorted([*touches(before, theirs), *touches(before, ours)])
    if any(b.start < a.stop or b.start == a.start for a, b in itertools.pairwise(every)):
        return None
    for touch in reversed(every):
        before = before[: touch.start] + touch.said + before[touch.stop :]
    return before
