"""The list of mandants that an authority receives: sorted, numbered, its hash printed on each page; or sealed.

Takes the mandants valid at an instant; gives rows and words for `write.annex`, and the text of the sealed variant.

Order: family name, first name, number, by a key that needs no locale of the system. Letters first without accents nor
case, then accents, as a French dictionary does; hyphens and apostrophes are passed over; other scripts follow. Tried and
left: PyICU (a C++ library to build), pyuca (no release since 2017), the system's `fr_FR` (often absent, and never twice the same).
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from mandats.problem import Place, Problem, UnusableInput
from mandats.render import typography
from mandats.write.annex import AnnexPrinter

PROOFS = {
    "case-horodatee": "case horodatée",
    "double-confirmation": "confirmé",
    "pdf-signe": "PDF signé",
    "eidas": "eIDAS",
    "papier": "papier",
}  # fmt: skip - short: a label on two lines would double the pages
# name → title, width, what it prints. The first six by default: what the authority needs to tell people apart.
COLUMNS: dict[str, tuple[str, float, Callable[[Any], str]]] = {
    "numero": ("N°", 0.75, lambda m: str(m.numero)),
    "nom": ("Nom", 2.6, lambda m: m.nom),
    "prenom": ("Prénom", 2.1, lambda m: m.prenom),
    "commune": ("Commune", 2.1, lambda m: m.commune),
    "date": ("Mandat du", 1.15, lambda m: _short(m.signe_le)),
    "preuve": ("Preuve", 1.8, lambda m: PROOFS.get(m.preuve, m.preuve)),
    "code_postal": ("Code postal", 1.0, lambda m: m.code_postal),
    "pays": ("Pays", 1.3, lambda m: m.pays),
    "date_naissance": ("Né(e) le", 1.15, lambda m: _short(m.date_naissance)),
    "courriel": ("Courriel", 3.0, lambda m: m.courriel),
    "adresse": ("Adresse", 3.0, lambda m: m.adresse),
}
USUAL_COLUMNS = ("numero", "nom", "prenom", "commune", "date", "preuve")
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


def check_columns(names: Sequence[str]) -> None:
    from mandats.problem import suggest

    for name in names:
        if name not in COLUMNS:
            raise UnusableInput(
                Problem(
                    "colonne-inconnue",
                    Place("annexe"),
                    "--colonnes",
                    f"colonne inconnue « {name} »{suggest(name, COLUMNS)}",
                )
            )


def annex_pdf(people: Iterable[Any], state: dict[str, Any], titre: str, auteur: str, marque: str = "CONFIDENTIEL – pli séparé",
              colonnes: Sequence[str] = USUAL_COLUMNS, polices: Sequence[Any] = ()) -> bytes:  # fmt: skip
    """The annex. `state`: the ledger's `etat()` — nombre, empreinte, instant, campagne, texte.

    Raises UnusableInput when the stream does not hold as many people as `state` says: the count is the same everywhere.
    """
    check_columns(colonnes)
    chosen = sorted(people, key=lambda m: (sort_key(m.nom), sort_key(m.prenom), m.numero))
    if len(chosen) != state["nombre"]:
        raise UnusableInput(
            Problem(
                "compte",
                Place("annexe"),
                "",
                f"{len(chosen)} mandats lus, {state['nombre']} annoncés : rien n'est écrit",
            )
        )
    with AnnexPrinter(polices) as printer:
        rows = [[printer.drawable(" ".join(COLUMNS[c][2](m).split())) for c in colonnes] for m in chosen]
        head = summary(state)
        head.append(
            typography.french(
                "Tri par nom puis prénom, sans égard aux accents. Un caractère sans police est écrit par son numéro Unicode : [U+1F600]."
            )
        )
        day = dt.date.fromisoformat(state["instant"][:10])
        return printer.pdf(
            typography.french(titre), head, typography.french(marque), state["empreinte"], auteur, day,
            [COLUMNS[c][:2] for c in colonnes], rows,
        )  # fmt: skip


def sealed_pdf(
    state: dict[str, Any], titre: str, auteur: str, marque: str, fichier: str, sceau: str, clair: str
) -> bytes:
    """The page that the act carries instead of the list: count, instant, hashes; nobody's name.

    `sceau`, `clair`: SHA-256 of the encrypted file `fichier`, and of the PDF once decrypted.
    """
    lines = [*summary(state), f"La liste est remise séparément, chiffrée pour l'autorité, dans le fichier {fichier}.", f"Empreinte du fichier chiffré (SHA-256) : {sceau}",
             f"Empreinte du fichier déchiffré (SHA-256) : {clair}", "L'autorité l'ouvre avec sa clé : age --decrypt -i CLÉ -o annexe.pdf " + fichier]  # fmt: skip
    with AnnexPrinter() as printer:
        return printer.pdf(
            typography.french(titre), [typography.french(line) for line in lines], typography.french(marque), state["empreinte"], auteur,
            dt.date.fromisoformat(state["instant"][:10]), (), (),
        )  # fmt: skip


def summary(state: dict[str, Any]) -> list[str]:
    """What an act, the annex and the sealed variant say alike of the list.

    >>> for line in summary({"nombre": 15248, "instant": "2022-09-24T12:00:00Z", "empreinte": "ab" * 32, "texte": "cd" * 32}):
    ...     print(line.replace(typography.NBSP, " ").replace(typography.NNBSP, " "))
    15 248 mandats valides le 24 septembre 2022 à 12:00:00 (temps universel).
    Empreinte de la liste (SHA-256) : abababababababababababababababababababababababababababababababab
    Empreinte du texte du mandat (SHA-256) : cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd
    """
    n, when = state["nombre"], dt.datetime.fromisoformat(state["instant"])
    day = typography.date_longue(when.date().isoformat())
    lines = [
        f"{n:,}".replace(",", " ")
        + f" mandat{'s' * (n > 1)} valide{'s' * (n > 1)} le {day} à {when:%H:%M:%S} (temps universel)."
    ]
    lines.append(f"Empreinte de la liste (SHA-256) : {state['empreinte']}")
    if state.get("texte"):
        lines.append(f"Empreinte du texte du mandat (SHA-256) : {state['texte']}")
    return [typography.french(line) for line in lines]


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
