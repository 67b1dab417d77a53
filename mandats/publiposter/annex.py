"""The list of mandants that an authority receives: sorted, numbered, its hash printed on each page; or withheld.

Takes the mandants valid at an instant; gives PDF/A-2a and PDF/UA-1: one long table whose head is repeated on each
page, or, when the list is sent encrypted, the page that the act carries instead.

Order: family name, first name, number, by a key that needs no locale of the system. Letters first without accents nor
case, then accents, as a French dictionary does; hyphens and apostrophes are passed over; other scripts follow. Tried
and left: PyICU (a C++ library to build), pyuca (no release since 2017), the system's `fr_FR` (often absent, and never
twice the same). One table: cut in tables of 200 rows it is laid out 6 % sooner, and a screen reader then counts 77
tables.
"""

import csv
import io
import json
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import attrgetter
from pathlib import Path
from typing import Any

from mandats.champs import Colonne, list_fields
from mandats.preuves import list_evidence
from mandats.problem import Place, Problem, UnusableInput, refusal, suggest
from mandats.registre.personne import Inscrit
from mandats.render import typography
from mandats.render.typography import french
from mandats.tables import read_table
from mandats.write.typst_engine import Engine, Glyphs

PAGE = Path(__file__).with_name("annexe.typ")
PROBE = '#set document(title: "a")\n#set text(lang: "fr", font: ("Libertinus Serif", "DejaVu Sans Mono"))\n'
PLACE = Place("annexe")
CONFIDENTIAL = "CONFIDENTIEL – pli séparé"
LONG_WORD = 28  # letters of a word that no column holds
TEXTS = Path(__file__).with_name("textes.yaml")
USUAL_COLUMNS = ("numero", "nom", "prenom", "commune", "date", "preuve")  # what tells people apart
_LIGATURES = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "ß": "ss", "þ": "th", "ð": "d"}
)


def sort_key(text: str) -> tuple[str, str]:
    """Letters alone, then the whole.

    >>> sorted(["Zoé", "Étienne", "Œuvray", "Odile", "etienne", "d'Ormesson", "Dormeur"], key=sort_key)
    ["d'Ormesson", 'Dormeur', 'etienne', 'Étienne', 'Odile', 'Œuvray', 'Zoé']
    """
    folded = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    return "".join(c for c in folded if c.isalnum() or c == " "), folded


def _short(iso: str) -> str:
    """
    >>> _short("2022-05-23T22:30:00Z"), _short("1980-02-01"), _short("")
    ('24/05/2022', '01/02/1980', '')
    """
    return "/".join(reversed(typography.paris_day(iso).split("-")))


def find_columns(names: Sequence[str]) -> list[tuple[Colonne, Callable[[Inscrit], str]]]:
    """The columns of these names, with what each prints. Raises UnusableInput for one that the annex has not."""
    known = {f.annexe.nom: (f.annexe, _printed(f.nom)) for f in list_fields().values() if f.annexe}
    if unknown := next((name for name in names if name not in known), None):
        told = f"colonne inconnue « {unknown} »{suggest(unknown, known)}"
        raise UnusableInput(Problem("colonne-inconnue", PLACE, "--colonnes", told))
    return [known[name] for name in names]


def _printed(name: str) -> Callable[[Inscrit], str]:
    value = attrgetter(name)
    if name == "preuve":
        return lambda m: str(list_evidence()[m.preuve]["court"])
    return (lambda m: _short(value(m))) if name in ("date_naissance", "signe_le") else (lambda m: str(value(m)))


def annex_pdf(
    people: Iterable[Inscrit], state: dict[str, Any], titre: str, auteur: str, marque: str = CONFIDENTIAL,
    colonnes: Sequence[str] = USUAL_COLUMNS, polices: Sequence[Path] = (),
) -> bytes:  # fmt: skip
    """The annex. `state`: the ledger's `etat()` — nombre, empreinte, instant, campagne, texte.

    Raises UnusableInput when the stream does not hold as many people as `state` says: the count is the same everywhere.
    """
    columns = find_columns(colonnes)
    chosen = sorted(people, key=lambda m: (sort_key(m.nom), sort_key(m.prenom), m.numero))
    if len(chosen) != state["nombre"]:
        raise refusal("compte", PLACE, f"{len(chosen)} mandats lus, {state['nombre']} annoncés : rien n'est écrit")
    with Engine(fonts=polices, quiet=True) as engine:
        drawable = Glyphs(engine, PROBE, state["instant"][:10], LONG_WORD)
        rows = [[drawable(" ".join(text(m).split())) for _, text in columns] for m in chosen]
        lines = [*summary(state), *_told("ordre")]
        return _print(engine, state, titre, auteur, marque, lines, [c for c, _ in columns], rows)


def withheld_pdf(
    state: dict[str, Any], titre: str, auteur: str, marque: str, fichier: str, chiffre: str, clair: str
) -> bytes:
    """The page that the act carries instead of the list: count, instant, hashes; nobody's name.

    `chiffre`, `clair`: SHA-256 of the encrypted file `fichier`, and of the PDF once decrypted.
    """
    lines = [*summary(state), *_told("scellee", fichier=fichier, chiffre=chiffre, clair=clair)]
    with Engine(quiet=True) as engine:
        return _print(engine, state, titre, auteur, marque, lines, (), [])


def _told(name: str, **values: str) -> list[str]:
    return [line.format(**values) for line in read_table(TEXTS)[name]]


def _print(
    engine: Engine, state: dict[str, Any], titre: str, auteur: str, marque: str, entete: Sequence[str],
    colonnes: Sequence[Colonne], rows: list[list[str]],
) -> bytes:  # fmt: skip
    """The bytes. Values enter as one JSON text: typst never parses them, and none is written to disk."""
    day = state["instant"][:10]
    data = {
        "titre": french(titre), "entete": list(map(french, entete)), "marque": french(marque), "auteur": auteur,
        "empreinte": state["empreinte"], "jour": list(map(int, day.split("-"))), "lignes": rows,
        "colonnes": [c.titre for c in colonnes], "largeurs": [c.largeur for c in colonnes],
    }  # fmt: skip
    return engine.compile(PAGE.read_text("utf-8"), day, inputs={"donnees": json.dumps(data, ensure_ascii=False)})


def summary(state: dict[str, Any]) -> list[str]:
    """What an act, the annex and the page instead of it say alike of the list.

    >>> state = {"nombre": 15248, "instant": "2022-09-24T12:00:00Z", "empreinte": "ab" * 32, "texte": "cd" * 32}
    >>> for line in summary(state):
    ...     print(line.replace(typography.NBSP, " ").replace(typography.NNBSP, " "))
    15 248 mandats valides le 24 septembre 2022 à 14 h 00 (heure de Paris, UTC+2).
    Empreinte de la liste (SHA-256) : abababababababababababababababababababababababababababababababab
    Empreinte du texte du mandat (SHA-256) : cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd
    """

    def counted(n: int) -> dict[str, str]:
        return {"compte": f"{n:,}".replace(",", " "), "s": "s" * (n > 1)}

    moment = typography.paris_moment(state["instant"])
    lines = _told("resume", **counted(state["nombre"]), moment=moment, empreinte=state["empreinte"])
    dated = [t for t in state.get("textes", []) if t["nombre"] and t["date"]]
    for text in dated:
        jour = typography.date_longue(text["date"])
        lines += _told("texte_date", **counted(text["nombre"]), jour=jour, texte=text["empreinte"])
    if not dated and state.get("texte"):
        lines += _told("texte", texte=state["texte"])
    return list(map(french, lines))


def index_csv(people: Iterable[Any], prefixe: str) -> Iterator[bytes]:
    """The index of a run: which file is whose. A cell that a spreadsheet would compute is opened by an apostrophe."""
    yield "﻿numero;fichier;code;nom;prenom;courriel\r\n".encode()
    for m in people:
        line = io.StringIO()
        cells = (m.numero, f"{prefixe}-{m.numero:06d}", m.code, m.nom, m.prenom, m.courriel)
        csv.writer(line, delimiter=";").writerow([inert(str(c)) for c in cells])
        yield line.getvalue().encode()


def inert(cell: str) -> str:
    """The text, never a formula.

    >>> inert("=1+1"), inert("Zoé"), inert(" @x")
    ("'=1+1", 'Zoé', "' @x")
    """
    return "'" + cell if cell.lstrip()[:1] in {"=", "+", "-", "@", "\t", "\r", "|"} and cell.strip() else cell
