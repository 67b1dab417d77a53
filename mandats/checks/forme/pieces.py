"""Pièces and what is cited: numbers, titles, files; texts and decisions that the register knows well enough."""

import re
from pathlib import Path as File

from mandats.checks.forme.acte import Acte, Trouves, trouve

_ENDS = 65_536  # bytes read at each end of a PDF, where encryption is declared


def shared_file(acte: Acte) -> Trouves:
    """Each pièce is a file of its own."""
    seen: dict[str, str] = {}
    for piece in acte.document.pieces:
        other = seen.setdefault(piece.fichier, piece.cle)
        if other != piece.cle:
            yield trouve((*acte.piece_path(piece), "fichier"), "meme-fichier", autre=other)


def misnumbered(acte: Acte) -> Trouves:
    """The inventory is numbered without a gap or a double.

    The program numbers the pièces itself; what remains is a pièce listed twice, or a title with
    a number of its own.
    """
    listed = acte.order.pieces or ()
    for j, cle in enumerate(listed):
        if cle in listed[:j]:
            yield trouve((*acte.here, "pieces", j), "repetee", piece=cle)
    for piece in acte.document.pieces:
        rank = acte.document.numeros[piece.cle]
        found = re.match(r"(?:pièce|production|annexe|PJ)\s*n?°?\s*([0-9]{1,9})(?![0-9])", piece.titre, re.I)
        if found and int(found[1]) != rank:
            yield trouve((*acte.piece_path(piece), "titre"), "autre-numero", ecrit=found[1], rang=rank)


def unnumbered_files(acte: Acte) -> Trouves:
    """In the lawyers' application, the name of a file begins with the number of its pièce."""
    for piece in acte.document.pieces:
        rank = acte.document.numeros[piece.cle]
        if acte.order.canal == "telerecours" and not re.match(rf"0*{rank}(?![0-9])", piece.fichier):
            yield trouve((*acte.piece_path(piece), "fichier"), "sans-numero", rang=rank)


def left_in_the_folder(acte: Acte) -> Trouves:
    """The inventory and the folder hold the same files."""
    for name in sorted(acte.loaded.fichiers - {n for p in acte.case.pieces for n in (p.fichier, p.occultee)}):
        yield trouve(("pieces",), nom=name)


def heavy_or_locked(acte: Acte, poids: int) -> Trouves:
    """The court's application will take the files: their size, no password. The only rule that looks into them."""
    for piece in acte.document.pieces:
        path, file = (*acte.piece_path(piece), "fichier"), acte.loaded.folder / "pieces" / piece.produite
        if piece.produite not in acte.loaded.fichiers or not file.is_file():
            continue  # told elsewhere
        size = file.stat().st_size / 1_000_000
        if size > poids:
            yield trouve(path, "lourd", taille=f"{size:.0f}")
        if file.suffix.lower() == ".pdf" and _locked(file):
            yield trouve(path, "verrouille")


def _locked(file: File) -> bool:
    with file.open("rb") as stream:
        start = stream.read(_ENDS)
        stream.seek(max(_ENDS, file.stat().st_size - _ENDS))
        return b"/Encrypt" in start + stream.read(_ENDS)


def undated_texts(acte: Acte) -> Trouves:
    """Each text cited is known with the period it was in force."""
    sources = acte.document.library.sources
    used = [(cle, sources[cle]) for cle in acte.rendered.uses() if cle in sources]
    undated = []
    for cle, source in used:
        # A charter, a convention or a recital does not change by the month.
        owner = sources.get(source.texte or "")
        changing = owner and owner.groupe in ("Lois et codes", "Règlements")
        if changing and source.vigueur is None and not source.versions:
            undated.append(cle)
    if undated:
        shown = ", ".join(undated[:4]) + ("…" if len(undated) > 4 else "")
        yield trouve(acte.here, nombre=len(undated), s="s" * (len(undated) > 1), articles=shown)
