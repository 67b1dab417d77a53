"""An act that left: the copy kept of it, never written over, and its mark in the case file.

`<case>/deposes/<day>-<document>/` holds what was sent, its pièces under their numbers (none that is confidential), its
text, and a manifest: hashes of every file in and out, versions of what made it. The folder appears whole, under its
name, before the case file says so: whatever stops in between leaves a copy that the next call notes.
"""

import datetime as dt
import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mandats import __version__, readback
from mandats.build import make
from mandats.deposes import FOLDER, MANIFEST, TEXT, UNDONE, place_of_copy, plain_text, read_manifest, unnoted
from mandats.document import LoadedCase, Rendered
from mandats.files import digest, whole_folder, write_whole
from mandats.load.ajout import add_key, drop_key
from mandats.load.case import read_case
from mandats.load.paths import confine
from mandats.pieces.lisible import page_words
from mandats.problem import Problem, UnknownName, suggest
from mandats.production import AS_THEY_ARE, Copies, Produite, joined, short_name, write_pieces
from mandats.questions import free_name
from mandats.registre import gestes
from mandats.registre.ledger import Registre


@dataclass(frozen=True)
class Envoi:
    """How an act left: the day (ISO), by what. `accuse`: the receipt, kept beside it; `fichier`: the file really sent,
    compared with what is built; `coffre`: a folder out of any git work tree, for a copy with the confidential pièces;
    `copies`: how those that left were made.
    """

    le: str
    canal: str | None = None
    accuse: Path | None = None
    fichier: Path | None = None
    coffre: Path | None = None
    copies: Copies = AS_THEY_ARE


@dataclass(frozen=True)
class Inscription:
    """The ledger of mandates, opened when the act counts some; who notes the act there, and when."""

    ouvrir: Callable[[], Registre]
    acteur: str
    maintenant: dt.datetime


@dataclass(frozen=True)
class Depot:
    """`problems`: of the case, when nothing was kept; `differences`: of what was really sent with what is built."""

    dossier: Path | None
    problems: tuple[Problem, ...] = ()
    manifeste: Mapping[str, Any] | None = None
    differences: tuple[str, ...] = ()
    repris: bool = False  # the copy was there already: only the case file was missing it
    inscrit: bool = False  # in the ledger of mandates


def file_act(case: Path, working: Path, nom: str, envoi: Envoi, inscription: Inscription | None = None) -> Depot:
    """Keep the act `nom` as it was sent, note it in the ledger whose mandates it counts, then in the case file.

    Nothing is written when the act cannot be built as final, or the ledger refuses it; a call stopped in between is
    finished by the same again. Raises ValueError in French, Refus, UnknownName, UnusableInput, OSError.
    """
    le, canal, coffre = envoi.le, envoi.canal, envoi.coffre
    loaded, index = _order(case, nom)
    if loaded.case.specimen:
        raise ValueError("un spécimen ne se dépose pas (clé « specimen »)")
    if (held := loaded.case.documents[index].depose) is not None:
        raise ValueError(
            f"« {nom} » est déjà déposé le {held.le} : {place_of_copy(loaded, held.dossier)} (--annuler le défait)"
        )
    if coffre and any((folder / ".git").exists() for folder in (coffre.resolve(), *coffre.resolve().parents)):
        raise ValueError(f"{coffre} est dans un dépôt git : choisissez un dossier que rien ne publie")
    kept = loaded.folder / FOLDER
    mandants = loaded.case.documents[index].mandants
    counted = mandants.etat_lu.model_dump() if mandants and mandants.etat_lu else {}
    registre = inscription.ouvrir() if inscription and counted else None

    def inscribe(essai: bool = False) -> None:
        if registre and inscription:
            instant = registre.instant(counted["instant"], inscription.maintenant)
            gestes.file_act(registre, nom, instant, inscription.acteur, inscription.maintenant, counted, essai)

    if (left := next(unnoted(loaded, nom), None)) is not None:
        told = read_manifest(left)
        if isinstance(told.get("liste"), dict):  # what the act counts, whatever the case says since
            counted |= {**told["liste"], "nombre": told["mandants"], "tete": None}
        inscribe()
        _note(case, index, {"le": told["le"], "dossier": left.name, "canal": told["canal"]})
        return Depot(left, manifeste=told, repris=True, inscrit=registre is not None)
    inscribe(essai=True)
    made = make(case, working, final=True, only=[nom], registre=registre.lieu if registre else None)
    if not made.contents:
        return Depot(None, made.problems)
    differences = tuple(_differ(made.contents[f"{nom}.docx"], envoi.fichier)) if envoi.fichier else ()
    rendered = made.documents[0]
    name = _free(kept, f"{le}-{nom}")
    beside = (("accuse", envoi.accuse), ("envoye", envoi.fichier))
    contents = {**made.contents, TEXT: plain_text(rendered).encode()}
    contents |= {f"{what}{path.suffix}": path.read_bytes() for what, path in beside if path}
    kept.mkdir(parents=True, exist_ok=True)
    if not (kept / ".gitignore").exists():
        write_whole(kept / ".gitignore", b"*\n")
    with whole_folder(kept, name, private=True) as (aside, keep):
        for file, data in contents.items():
            (aside / file).write_bytes(data)
        done, found = write_pieces(rendered, aside / "pieces", envoi.copies, partie=True)
        manifest = _manifest(rendered, aside, done) | {"le": le, "canal": canal}
        (aside / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", "utf-8")
        if coffre:
            _lock_away(rendered, aside, coffre, f"{case.stem}-{name}")
        keep()
    inscribe()
    _note(case, index, {"le": le, "dossier": name, "canal": canal})
    problems = (*made.problems, *found)
    return Depot(kept / name, problems, manifest, differences, inscrit=registre is not None)


def undo_filing(case: Path, nom: str) -> tuple[Path | None, str, int]:
    """Forget that the act was filed: its copy goes to `deposes/annules/`. The folder, the day it was noted for, and how
    many mandates it counts: their ledger forgets nothing.

    Raises ValueError in French, UnknownName, UnusableInput, OSError.
    """
    loaded, index = _order(case, nom)
    held = loaded.case.documents[index].depose
    left = next(unnoted(loaded, nom), None)
    if held is None and left is None:
        raise ValueError(f"« {nom} » n'est pas déposé")
    folder = left if held is None else confine(loaded.folder / FOLDER, held.dossier)
    if held is not None:
        write_whole(case, drop_key(_text(case), ("documents", index), "depose").encode())
    if folder is None or not folder.is_dir():
        return None, held.le if held else "", 0
    counted = read_manifest(folder).get("mandants") or 0
    away = folder.parent / UNDONE
    away.mkdir(exist_ok=True)
    target = away / _free(away, folder.name)
    return folder.rename(target), held.le if held else "", counted


def _order(case: Path, nom: str) -> tuple[LoadedCase, int]:
    loaded = read_case(case)
    names = [order.nom or order.modele for order in loaded.case.documents]
    if nom not in names:
        raise UnknownName(
            f"pas de document « {nom} »{suggest(nom, names) or ' (possibles : ' + ', '.join(names) + ')'}"
        )
    return loaded, names.index(nom)


def _free(folder: Path, name: str) -> str:
    return free_name(name, {there.name for there in folder.glob("*")})


def _lock_away(rendered: Rendered, folder: Path, coffre: Path, name: str) -> None:
    """The same copy in the safe, with the confidential pièces."""
    coffre.mkdir(parents=True, exist_ok=True)
    with whole_folder(coffre, _free(coffre, name), private=True) as (aside, keep):
        shutil.copytree(folder, aside, dirs_exist_ok=True)
        for n, piece, path, secret in joined(rendered):
            if secret:
                shutil.copyfile(path, aside / "pieces" / f"{n:02}-{short_name(piece.titre)}{path.suffix.lower()}")
        keep()


def _manifest(rendered: Rendered, folder: Path, done: Sequence[Produite]) -> dict[str, Any]:
    document, loaded = rendered.document, rendered.document.loaded
    template, copies = document.template, {p.cle: p.fichier for p in done}
    looks = (template.file(n) for n in ("template.yaml", "plan.md", "page.typ", "reference.docx", "formulaire.docx"))
    state = counted.etat_lu if (counted := document.order.mandants) else None
    listed = {"instant": state.instant, "empreinte": state.empreinte} if state else None  # as its ledger tells it
    return {
        "mandats": __version__, "document": document.nom, "modele": template.slug, "date_imprimee": document.date,
        "fichiers": {
            path.relative_to(folder).as_posix(): digest(path)
            for path in sorted(folder.rglob("*")) if path.is_file()
        },
        "pieces": [
            {"numero": n, "cle": p.cle, "titre": p.titre, "fichier": p.produite, "copie": copies.get(p.cle),
             "sha256": digest(path), "copiee": not secret}
            for n, p, path, secret in joined(rendered)
        ],
        "numeros": dict(document.numeros),
        "entrees": {
            loaded.file.name: digest(loaded.file),
            **{f"{loaded.folder.name}/{n}": digest(t.contenu.encode()) for n, t in sorted(loaded.texts.items())},
        },
        "clauses": {clause.id: clause.version for clause in document.clauses},
        "fichiers_du_modele": {path.name: digest(path)[:12] for path in looks if path.is_file()},
        "sources": {cle: source.seal() for cle, source, _ in rendered.sources()},
        "mandants": counted and counted.nombre, "liste": listed,
    }  # fmt: skip


def _text(case: Path) -> str:
    return case.read_bytes().decode()


def _note(case: Path, index: int, told: Mapping[str, Any]) -> None:
    write_whole(case, add_key(_text(case), ("documents", index), "depose", told).encode())


def _differ(docx: bytes, envoye: Path) -> Iterator[str]:
    """How what was sent differs from what is built: word by word of our own files, by the words there are of others."""
    data, built = envoye.read_bytes(), readback.read_docx(docx)
    try:
        if envoye.suffix.lower() == ".docx":
            yield from readback.compare(built, readback.read_docx(data))
        else:
            yield from readback.compare(built, readback.read_pdf(data))
        return
    except (ValueError, KeyError, OSError):  # a scan, a print from elsewhere
        sent = Counter(readback.normalise(page_words(data)).split())
    if not sent:
        yield f"{envoye.name} : aucun texte à comparer"
        return
    ours = Counter(built.words())
    for told, words in (("il y manque", ours - sent), ("il s'y ajoute", sent - ours)):
        if lost := [w for w in words if not w.isdigit()]:
            yield f"{told} : {' '.join(lost[:20])}{' …' if len(lost) > 20 else ''}"
