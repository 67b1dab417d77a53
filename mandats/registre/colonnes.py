"""Which column is which: the headers form tools print, and the small mapping file that says the rest. Pure, but for words.

A header is compared without case, accents or punctuation, after the question's code (« nom. Votre nom : ») and « votre ».
The header row is the first of the first ten that names at least a name and an e-mail: tools print titles above it.
Messages give the number of a column, never what its header says: a file without headers begins with a person.
"""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from mandats.registre import Refus
from mandats.registre.personne import PREUVES
from mandats.registre.tableur import Row

REQUIRED = ("prenom", "nom", "courriel")
CONSENTS = ("mandat", "notice", "concerne")
ALIASES = {
    "prenom": "prenom|prenoms|first name|firstname|given name",
    "nom": "nom|nom de famille|nom d usage|last name|lastname|name|surname|family name",
    "courriel": "courriel|adresse courriel|e mail|email|mail|adresse e mail|adresse email|adresse mail|adresse electronique|adresse de courriel|courrier electronique|email address",
    "date_naissance": "date de naissance|naissance|ne e le|nee le|ne le|date naissance|birth date|date of birth",
    "adresse": "adresse|adresse postale|rue|numero et rue|address",
    "code_postal": "code postal|cp|postcode|zip|zip code|postal code",
    "commune": "commune|ville|localite|commune de residence|city|town",
    "pays": "pays|pays de residence|country",
    "signe_le": "signe le|date de signature|horodatage|horodateur|date de soumission|date d envoi|submitdate|date submitted|timestamp|heure de soumission|heure de fin|submitted time|completed time|date|date du mandat",
    "preuve": "preuve",
    "version": "version|version du texte|empreinte du texte",
    "accord_representant": "accord du representant legal|accord parental|autorisation parentale|accord representant",
    "mandat": "mandat|je donne mandat|donnez vous mandat|je donne mandat a l association|je mandate l association|consentement",
    "notice": "notice|j ai lu la notice|j ai lu la notice d information|avez vous lu la notice d information|notice d information|information rgpd",
    "concerne": "concerne|personne concernee|je suis une personne concernee|je suis concerne e",
}
NAMES = {alias: name for name, aliases in ALIASES.items() for alias in aliases.split("|")}
HEADER_ROWS = 10


@dataclass(frozen=True)
class Correspondance:
    """What the mapping file says; empty when there is none."""

    colonnes: Mapping[str, str] = field(default_factory=dict)  # name → header, or number of the column
    constantes: Mapping[str, str] = field(default_factory=dict)
    dates: str = "jma"  # order of 01/02/2003: jma or mja
    fuseau: str = "Europe/Paris"


@dataclass(frozen=True)
class Columns:
    place: dict[str, int]  # name → index from 0
    header: list[str]
    line: int


def plain(text: str) -> str:
    """A header's words, without case, accents or punctuation.

    >>> plain("Né(e) le :")
    'ne e le'
    """
    text = unicodedata.normalize("NFKD", text.replace("’", "'")).casefold()
    return " ".join("".join(c if c.isalnum() else " " for c in text if not unicodedata.combining(c)).split())


def name_of(header: str) -> str | None:
    """The column a header names, or None.

    >>> name_of("courriel. Votre adresse électronique :"), name_of("Votre code postal"), name_of("Adresse IP")
    ('courriel', 'code_postal', None)
    """
    tries = [plain(header)]
    code, dot, question = header.partition(".")
    if dot and " " not in code.strip():
        tries += [plain(question), plain(code)]
    for text in tries:
        bare = text.removeprefix("votre ").removesuffix(" obligatoire")
        if found := NAMES.get(text) or NAMES.get(bare):
            return found
        for start in ("je donne mandat", "j ai lu la notice", "je suis une personne concernee"):
            if text.startswith(start):
                return NAMES[start]
    return None


def read_mapping(data: Any) -> Correspondance:
    """The mapping file's values. Raises Refus on an unknown key."""
    if data is None:
        return Correspondance()
    if not isinstance(data, dict) or not all(isinstance(data.get(k, {}), dict) for k in ("colonnes", "constantes")):
        raise Refus("fichier de correspondance : blocs « colonnes » et « constantes » attendus")
    unknown = [k for k in data if k not in Correspondance.__dataclass_fields__]
    unknown += [k for block in ("colonnes", "constantes") for k in data.get(block, {}) if k not in ALIASES]
    if unknown:
        raise Refus(
            f"fichier de correspondance : clé inconnue « {unknown[0]} » (possibles : {', '.join([*Correspondance.__dataclass_fields__, *ALIASES])})"
        )
    if data.get("dates", "jma") not in ("jma", "mja"):
        raise Refus("fichier de correspondance : « dates » vaut jma ou mja")
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(data.get("fuseau", "Europe/Paris"))
    except (KeyError, ValueError, OSError):
        raise Refus("fichier de correspondance : fuseau inconnu (exemple : Europe/Paris)") from None
    if data.get("constantes", {}).get("preuve", PREUVES[0]) not in PREUVES:
        raise Refus(f"fichier de correspondance : preuve inconnue (possibles : {', '.join(PREUVES)})")
    return Correspondance(**data)


SAID = {"mandat": "la case « je donne mandat »", "signe_le": "la date de signature"}


def find_columns(rows: Iterator[Row], mapping: Correspondance) -> Columns:
    """The header row and what it names; consumes the rows above it. Raises Refus, without a value, when there is none."""
    best: dict[str, int] = {}
    for _, (line, cells) in zip(range(HEADER_ROWS), rows, strict=False):
        place = _place(cells, mapping)
        if all(n in place for n in ("nom", "courriel")):
            missing = [n for n in REQUIRED if n not in place]
            missing += [n for n in ("mandat", "signe_le") if n not in place and n not in mapping.constantes]
            if missing:
                # This row holds titles, nobody's values: those left over may be shown.
                spare = {
                    i: " ".join(c.split())[:40]
                    for i, c in enumerate(cells, 1)
                    if c.strip() and i - 1 not in place.values()
                }
                told = (
                    f" ; non reconnues : {', '.join(f'n° {i} « {title} »' for i, title in list(spare.items())[:8])}"
                    if spare
                    else ""
                )
                asked = ", ".join(
                    f"{n}: {rank}"
                    for n, rank in itertools.zip_longest(missing, list(spare)[: len(missing)], fillvalue="…")
                )
                raise Refus(
                    f"ligne {line} : colonnes introuvables : {', '.join(f'{n} ({SAID[n]})' if n in SAID else n for n in missing)}{told}. Donnez leur rang dans un fichier, "
                    f"par --colonnes colonnes.yaml : « colonnes: {{{asked}}} »"
                )
            return Columns(place, [c.strip() for c in cells], line)
        best = max(best, place, key=len)
    known = f" (trouvées : {', '.join(best)})" if best else ""
    raise Refus(
        f"ligne de titres introuvable dans les {HEADER_ROWS} premières lignes : colonnes nom et courriel attendues{known}"
    )


def _place(cells: list[str], mapping: Correspondance) -> dict[str, int]:
    place: dict[str, int] = {}
    wanted = {plain(str(header)): name for name, header in mapping.colonnes.items()}
    for i, cell in enumerate(cells):
        name = wanted.get(plain(cell)) or wanted.get(str(i + 1))
        if name or ((name := name_of(cell)) and name not in mapping.colonnes):
            place.setdefault(name, i)
    return place
