"""Rules on the mandates that an act counts: one text and one list, whatever the file that says them."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from mandats.checks.rule import Finding, rule
from mandats.document import Rendered
from mandats.files import digest
from mandats.load.paths import confine
from mandats.mandants import TexteMandat
from mandats.model import Piece
from mandats.pieces.lisible import page_words
from mandats.problem import ERREUR, Place, write_path
from mandats.render.typography import date_longue
from mandats.texte import date_in, differing, signs, text_of

LIST_OF = re.compile(r"Empreinte de la liste \(SHA-256\)[\s:]*((?:[0-9a-f]\s?){64})")


@rule("texte-du-mandat", ERREUR)
def texte_du_mandat(rendered: Rendered) -> Iterator[Finding]:
    """The form and the pièce are the text that people accepted, and nobody signed before it (C. civ., art. 1989)."""
    document = rendered.document
    held = [t for state in document.case.etats for t in state.textes]
    if document.template.header.genre == "formulaire":
        from mandats.formulaire.prepare import form_text

        known = [t for t in held if t.texte]
        if known and (said := form_text(rendered)) and (unlike := _unlike(known, said)):
            yield document.place, document.chemin, unlike
        return
    told = document.order.mandants
    if told is None or told.etat_lu is None:
        return
    path = ("documents", document.index, "mandants")
    for text in told.textes:
        day = date_longue(text.date) if text.date else ""
        if text.avant:
            message = f"{text.avant} mandats signés avant leur texte ({day}) : corrigez-les ou retirez-les du registre"
            yield document.loaded.place_of((*path, "etat")), write_path((*path, "etat")), message
        if text.date and told.collecte and told.collecte.du < text.date and len(told.textes) == 1:
            started = (*path, "collecte", "du")
            yield document.loaded.place_of(started), write_path(started), f"recueil commencé avant son texte ({day})"
    signed, period = told.etat_lu.recueil, (*path, "collecte")
    if signed and told.collecte and not told.collecte.du <= signed.du <= signed.au <= told.collecte.au:
        message = f"des mandats sont signés hors de cette période : du {signed.du} au {signed.au}, au registre"
        yield document.loaded.place_of(period), write_path(period), message
    named = next((p for _, p in document.jointes if p.cle == told.piece), None)
    if any(t.texte for t in told.textes) and named is None:
        message = "donnez par « piece » le modèle de mandat joint : l'acte dit que tous ont accepté ce texte"
        yield document.loaded.place_of(path), write_path(path), message
        return
    # Of several texts, one is the pièce that the case names; the others are among those that go with the act.
    joined = [p for _, p in document.jointes] if told.plusieurs_textes else [named] if named else []
    for text in (t for t in told.textes if t.texte):
        read = [_read(rendered, piece) for piece in joined]
        if named and not any(h == text.fichier or signs(said) == signs(text.texte or "") for h, said in read):
            yield *_at(rendered, named), differing(text.date, text.texte or "", _read(rendered, named)[1])


@rule("texte-inconnu")
def texte_inconnu(rendered: Rendered) -> Iterator[Finding]:
    """The ledger holds the text accepted in clear, or this very file's hash."""
    document, told = rendered.document, rendered.document.order.mandants
    state = told.etat_lu if told else None
    if told is None or state is None or (told.textes and all(t.texte for t in told.textes)):
        return
    named = next((p for _, p in document.jointes if p.cle == told.piece), None)
    if named and _read(rendered, named)[0] != (state.textes[0].fichier if state.textes else state.texte):
        path = ("documents", document.index, "mandants", "etat")
        message = "le registre ne tient que l'empreinte d'un fichier : rien ne dit que la pièce est le texte accepté"
        message += " (mandats registre texte FICHIER l'y inscrit)"
        yield document.loaded.place_of(path), write_path(path), message


@rule("liste-des-mandants", ERREUR)
def liste_des_mandants(rendered: Rendered) -> Iterator[Finding]:
    """The annex that goes with an act is the list that the act counts."""
    document, told = rendered.document, rendered.document.order.mandants
    state = told.etat_lu if told else None
    for _, piece in document.jointes if state else ():
        found = LIST_OF.search(_read(rendered, piece, _first_page)[1])
        if state and found and (given := "".join(found[1].split())) != state.empreinte:
            message = f"annexe d'une autre liste ({given[:12]}…) que celle de l'état ({state.empreinte[:12]}…)"
            yield *_at(rendered, piece), f"{message} : mandats publiposter annexe la refait"


def _unlike(known: list[TexteMandat], said: str) -> str:
    """Why what is printed is none of these texts; nothing when it is one."""
    if any(signs(t.texte or "") == signs(said) for t in known):
        return ""
    near = next((t for t in known if t.date == date_in(said)), known[-1])
    return differing(near.date, near.texte or "", said)


def _at(rendered: Rendered, piece: Piece) -> tuple[Place, str]:
    """Where the case names the file of a pièce."""
    loaded = rendered.document.loaded
    path = ("pieces", [p.cle for p in loaded.case.pieces].index(piece.cle), "fichier")
    return loaded.place_of(path), write_path(path)


def _read(rendered: Rendered, piece: Piece, words: Callable[[bytes], str] = text_of) -> tuple[str, str]:
    """The hash of a pièce's file and its words; nothing of one that is not there."""
    with suppress(ValueError):  # told where pièces are read
        path = confine(rendered.document.loaded.folder / "pieces", piece.fichier)
        if path.is_file():
            return _kept(path, path.stat().st_mtime_ns, words)
    return "", ""


@lru_cache(256)
def _kept(path: Path, changed: int, words: Callable[[bytes], str]) -> tuple[str, str]:
    data = path.read_bytes()
    return digest(data), words(data)


def _first_page(data: bytes) -> str:
    return page_words(data, 1) if data.startswith(b"%PDF") else ""
