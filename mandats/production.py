"""The pièces of an act as they are filed: one PDF each, stamped, named by its number, measured; the list; the bundle.

Takes a case and the name of an act; gives a folder that appears whole, or problems. Nothing confidential goes into it,
nor what comes from the ledger of mandates. One pièce is open at a time, but for the bundle.
"""

import io
import itertools
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import pikepdf

from mandats.build import make
from mandats.checks.forme.regle import formes, rules_for
from mandats.document import Rendered
from mandats.files import digest, whole_folder
from mandats.load.case import read_case
from mandats.load.paths import confine
from mandats.model import Piece
from mandats.piece import Timbre
from mandats.pieces.allegement import heavy_pages, lighten
from mandats.pieces.copie import office_copies, pdf_copy, searchable
from mandats.pieces.liasse import ACTE, Liee, bind, list_pdf
from mandats.pieces.lisible import Sans, look_into
from mandats.pieces.metadonnees import BROKEN, metadata
from mandats.pieces.timbre import Damaged, Stamps, draw_stamps, stamp
from mandats.problem import AVERTISSEMENT, ERREUR, Problem, UnknownName, UnusableInput, refusal, sort_problems
from mandats.render.typography import date_longue, french
from mandats.words import bare_words
from mandats.write.pandoc import EngineError
from mandats.write.programmes import find_ocr

ID = "piece-production"
WEIGHT = "poids-d-un-fichier"  # of a file, in figures/formes.yaml
LIASSE, LISTE, INVENTAIRE = "liasse-de-travail.pdf", "00-bordereau.pdf", "inventaire.json"


@dataclass(frozen=True)
class Copies:
    """How they are made. `alleger`: the images of a file too heavy for its channel are reduced; `nu`: without what they
    say of who made them; `oceriser`: scans get a text.
    """

    alleger: bool = False
    nu: bool = False
    oceriser: bool = False


AS_THEY_ARE = Copies()


@dataclass(frozen=True)
class Produite:
    """A pièce as it is filed. `pages`: None for what has no page; `sha256`: of the original, then of the copy."""

    numero: int
    cle: str
    titre: str
    original: str
    sha256: str
    fichier: str
    sha256_copie: str
    octets: int
    pages: int | None
    timbree: bool
    remarque: str = ""
    metadonnees: tuple[str, ...] = ()  # of the original

    @property
    def trahit(self) -> tuple[str, ...]:
        """What tells a person, a place, a past: all but the software."""
        return tuple(told for told in self.metadonnees if not told.startswith("logiciel"))


@dataclass(frozen=True)
class Production:
    """`dossier`: None when a problem is an error; `ecartees`: confidential, left out; `feuilles`: of the bundle."""

    dossier: Path | None
    problems: tuple[Problem, ...]
    pieces: tuple[Produite, ...] = ()
    ecartees: tuple[str, ...] = ()
    feuilles: int = 0


def produce(
    case: Path, working: Path, out: Path, nom: str | None = None, *, final: bool = False, liasse: bool = True,
    copies: Copies = AS_THEY_ARE, told: Callable[[str], object] = lambda _: None,
) -> Production:  # fmt: skip
    """The act `nom` (by default the only one with pièces) and its pièces under `out/<nom>/`, instead of what is there.

    `told`: each pièce as it is begun. Raises UnusableInput, UnknownName, EngineError, OSError.
    """
    nom = nom or _only_one(case)
    made = make(case, working, final=final, only=[nom])
    if not made.contents:
        return Production(None, made.problems)
    rendered = made.documents[0]
    with whole_folder(out, nom) as (aside, keep):
        for name, data in made.contents.items():
            (aside / name).write_bytes(data)
        done, found = write_pieces(rendered, aside / "pieces", copies, told=told)
        problems = tuple(sort_problems((*made.problems, *found)))
        if any(p.gravite == ERREUR for p in found):
            return Production(None, problems)
        _write_lists(rendered, aside, done)
        try:
            feuilles = _bind(rendered, aside, done, made.contents[f"{nom}.pdf"]) if liasse and done else 0
        except Damaged as error:
            told_of = rendered.document.loaded.problem(
                ID, (), f"pas de liasse : la pièce n° {error} ne s'y joint pas", AVERTISSEMENT
            )
            feuilles, problems = 0, (*problems, told_of)
        keep()
    left = tuple(piece.titre for _, piece, _, secret in joined(rendered) if secret)
    return Production(out / nom, problems, tuple(done), left, feuilles)


def joined(rendered: Rendered) -> Iterator[tuple[int, Piece, Path, bool]]:
    """The pièces that go with the act: number, what it is, its file, whether it is nobody's to copy."""
    document = rendered.document
    counted = document.order.mandants
    for numero, piece in document.jointes:
        path = confine(document.loaded.folder / "pieces", piece.produite)
        if path.is_file():
            # What tells the mandants, or comes from their ledger, is copied nowhere.
            yield numero, piece, path, piece.confidentielle or bool(counted and piece.fichier == counted.etat)


def write_pieces(
    rendered: Rendered, folder: Path, copies: Copies, partie: bool = False,
    told: Callable[[str], object] = lambda _: None,
) -> tuple[list[Produite], list[Problem]]:  # fmt: skip
    """The copies to be filed of an act's pièces, in a folder that is made; and what keeps one from being filed.

    `partie`: of an act that has left, what cannot be stamped is kept as it is, with a warning.
    """
    document, case = rendered.document, rendered.document.loaded
    timbre, day, poids = document.case.timbre, document.date, _limit(rendered) * 1_000_000
    open_ones = [(n, piece, path) for n, piece, path, secret in joined(rendered) if not secret]
    names = list(_names([(n, p.titre) for n, p, _ in open_ones]))
    stamps = draw_stamps([timbre.texte.replace("{numero}", str(n)) for n, _, _ in open_ones], timbre.couleur, day)
    ranks = {piece.cle: i for i, piece in enumerate(document.case.pieces)}
    office = office_copies([path for _, _, path in open_ones])
    done: list[Produite] = []
    problems: list[Problem] = []
    if copies.oceriser:
        try:
            find_ocr()
        except EngineError as error:
            raise refusal(ID, str(case.file), str(error)) from None
    folder.mkdir()

    def say(piece: Piece, message: str, gravite: str = AVERTISSEMENT) -> None:
        problems.append(case.problem(ID, ("pieces", ranks[piece.cle], "fichier"), message, gravite))

    for rank, (numero, piece, path) in enumerate(open_ones):
        told(piece.titre)
        target, pages, stamped = folder / f"{names[rank]}{path.suffix.lower()}", None, False
        try:
            made = office[path] if path in office else pdf_copy(path, piece.titre, day)
            if isinstance(made, Sans):
                raise made
            if made is None:
                shutil.copyfile(path, target)
                remark = "sans page : déposée telle quelle, sans timbre"
            else:
                if copies.oceriser and (made := searchable(whole := made)) is None:
                    made = whole
                    say(piece, "la reconnaissance n'a pas réussi : la copie reste sans texte")
                if copies.alleger and 0 < poids < (len(made) if isinstance(made, bytes) else made.stat().st_size):
                    made = lighten(made)
                target = target.with_suffix(".pdf")
                pages, stamped = _stamped(path, made, target, stamps, rank, timbre, copies.nu)
                remark = "" if stamped else "signée électroniquement : déposée sans timbre"
        except (Sans, UnusableInput, *BROKEN) as error:
            why = error.problems[0].message if isinstance(error, UnusableInput) else str(error)
            if not isinstance(error, Sans | UnusableInput):
                why = "le PDF est abîmé ou protégé, il ne se timbre pas : refaites le fichier"
            say(piece, why, AVERTISSEMENT if partie else ERREUR)
            if not partie:
                continue
            target = target.with_suffix(path.suffix.lower())
            shutil.copyfile(path, target)
            remark = "gardée telle quelle, sans timbre"
        size = target.stat().st_size
        if poids and size > poids:
            heavy = heavy_pages(target) if stamped and not copies.alleger else []
            shown = ", ".join(map(str, heavy[:8])) + " …" * (len(heavy) > 8)
            more = f"--alleger réduit ses images (page {shown})" if heavy else "scindez-la, ou refaites la numérisation"
            say(piece, f"{size / 1_000_000:.0f} Mo, au-delà des {poids // 1_000_000} Mo que prend le canal : {more}")
        made_of = (digest(path), target.name, digest(target), size, pages, stamped, remark, metadata(path))
        done.append(Produite(numero, piece.cle, piece.titre, piece.produite, *made_of))
    return done, problems


def _stamped(
    path: Path, made: Path | bytes, target: Path, stamps: Stamps, rank: int, timbre: Timbre, nu: bool
) -> tuple[int, bool]:
    """Write the copy of a file: its pages; whether it bears its stamp, which a signature does not suffer."""
    try:
        pages = stamp(made, target, stamps, rank, timbre, nu=nu)
    except Damaged:
        if broken := [told for told, gravite in look_into(path) if gravite == ERREUR]:
            raise Sans(broken[0]) from None
        pages = stamp(made, target, stamps, rank, timbre, mended=True, nu=nu)
    if pages is not None:
        return pages, True
    target.write_bytes(made if isinstance(made, bytes) else made.read_bytes())
    with pikepdf.open(target) as pdf:
        return len(pdf.pages), False


def _only_one(case: Path) -> str:
    names = [order.nom or order.modele for order in read_case(case).case.documents if order.pieces != ()]
    if len(names) != 1:
        raise UnknownName(f"dites de quel acte (--document) : {', '.join(names)}")
    return names[0]


def _limit(rendered: Rendered) -> int:
    """The megabytes that the channel of an act takes for a file; 0: nobody says."""
    limits = (cle for rule in rules_for(rendered.document.template.header.famille) for cle in rule.seuils.values())
    known = next((formes().seuils[cle].valeur for cle in limits if cle == WEIGHT), 0)
    return known if isinstance(known, int) and rendered.document.order.canal != "papier" else 0


def _names(titles: Sequence[tuple[int, str]]) -> Iterator[str]:
    """`04-contrat-de-fourniture`: ASCII, short, each once by its number."""
    digits = max(2, len(str(max((n for n, _ in titles), default=0))))
    for numero, titre in titles:
        yield f"{numero:0{digits}}-{short_name(titre) or 'piece'}"


def short_name(titre: str, longest: int = 44) -> str:
    """The first words of a title, as the name of a file: ASCII, none cut but the first, none small at the end.

    >>> short_name("Contrat de fourniture de logiciels du 3 mars (extrait)", 26)
    'contrat-de-fourniture'
    """
    words = [w for w in bare_words(titre.replace("œ", "oe").replace("Œ", "oe")) if w.isascii()]
    if len("-".join(words)) <= longest:
        return "-".join(words)
    while len(words) > 1 and (len("-".join(words)) > longest or (len(words[-1]) < 4 and words[-1].isalpha())):
        words.pop()
    return "-".join(words)[:longest]


def _write_lists(rendered: Rendered, folder: Path, done: Sequence[Produite]) -> None:
    document = rendered.document
    dates = {p.cle: date_longue(p.date) if p.date else "–" for p in document.pieces}
    rows = [(str(p.numero), french(p.titre), dates[p.cle], str(p.pages or "–"), p.fichier) for p in done]
    head = [french(document.case.titre), french(rendered.title)]
    author = french(document.case.titre)
    if rows:
        data = list_pdf("Bordereau des pièces", head, ("N°", "Pièce", "Date", "Pages"), rows, author, document.date)
        (folder / LISTE).write_bytes(data)
    told = [asdict(p) for p in done]
    (folder / INVENTAIRE).write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _bind(rendered: Rendered, folder: Path, done: Sequence[Produite], acte: bytes) -> int:
    """The working bundle, of what has pages."""
    document = rendered.document
    dates = {p.cle: date_longue(p.date) if p.date else "–" for p in document.pieces}
    paged = [
        Liee(str(p.numero), french(p.titre), dates[p.cle], folder / "pieces" / p.fichier, p.pages)
        for p in done
        if p.pages
    ]
    with pikepdf.open(io.BytesIO(acte)) as pdf:
        own = len(pdf.pages)
    offsets = itertools.accumulate((p.pages for p in paged), initial=own + 1)
    rows = [(ACTE, french(rendered.title), date_longue(document.date), "1", "")]
    rows += [(p.numero, p.titre, p.date, str(at), "") for p, at in zip(paged, offsets, strict=False)]
    pieces = f"{len(paged)} pièce{'s' * (len(paged) > 1)}"
    head = [french(document.case.titre), french(rendered.title), date_longue(document.date), pieces]
    front = list_pdf(
        "Liasse de travail", head, ("N°", "Pièce", "Date", "Page"), rows, french(document.case.titre), document.date,
        liasse=True,
    )  # fmt: skip
    return bind(folder / LIASSE, front, acte, paged, french(f"{document.case.titre} – liasse de travail"))
