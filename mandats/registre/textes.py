"""The texts that people accept: each in clear, with its hash and its own day; several may live in one campaign.

A text is an event of the ledger (`texte`); who signed it is told by their own events, by its rank. The first is that of
`creation`. A ledger of the first version has the hash of a file there, and nothing else: it goes on, and a text of that
same file, entered later, is told from it by that hash.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mandats.registre import Refus, refusing
from mandats.render.typography import date_longue, paris_day

if TYPE_CHECKING:
    from mandats.registre.ledger import Registre

UNREAD = "aucun texte à lire : donnez le mandat vierge (mandats publiposter vierge), en PDF ou DOCX, ou un texte brut"
UNDATED = "ce texte ne dit pas sa date (« texte du 1er octobre 2026 ») : donnez par --date le jour où il a été proposé"


@dataclass(frozen=True, slots=True)
class Texte:
    rang: int  # from 1
    empreinte: str  # SHA-256 of `texte`; of the file that held it, when the ledger has nothing else
    date: str = ""
    texte: str = ""
    fichier: str = ""  # SHA-256 of the file it was read in

    def __str__(self) -> str:
        told = f"texte du {date_longue(self.date)}" if self.date else "texte de date inconnue"
        return f"{told}, empreinte {self.empreinte[:12]}…"

    def precedes(self, signe_le: str) -> bool:
        """Whether a mandate signed then (ISO day, or instant in universal time) can be one on this text."""
        return not (self.date and signe_le) or paris_day(signe_le) >= self.date


def texts_of(registre: Registre) -> tuple[Texte, ...]:
    """The texts of the ledger, as their ranks have them."""
    known, found = registre.campagne["texte"], [e.detail for e in registre.evenements("texte")]
    first = next((t for t in found if known in (t["empreinte"], t["fichier"])), None)
    others = [t for t in found if t is not first]
    return tuple(Texte(rang, **told) for rang, told in enumerate([first or {"empreinte": known}, *others], 1))


def read_mandate(fichier: Path, date: str | None) -> dict[str, Any]:
    """The text of a file as the ledger keeps it. Raises Refus: none is read, no day, or another than the text's own."""
    from mandats.texte import date_in, signs, text_of  # readers of every kind of file

    with refusing(f"{fichier} : fichier introuvable ou illisible", OSError):
        data = fichier.read_bytes()
    if not signs(text := text_of(data)):
        raise Refus(f"{fichier} : {UNREAD}")
    printed = date_in(text)
    if not (date or printed):
        raise Refus(f"{fichier} : {UNDATED}")
    if date:
        with refusing("date du texte : AAAA-MM-JJ attendu", ValueError):
            dt.date.fromisoformat(date)
    if date and printed and date != printed:
        raise Refus(f"{fichier} : ce texte se dit du {date_longue(printed)}, non du {date_longue(date)}")
    hashes = (hashlib.sha256(part).hexdigest() for part in (text.encode(), data))
    return dict(zip(("empreinte", "fichier"), hashes, strict=True)) | {"date": date or printed, "texte": text}


def find_text(textes: tuple[Texte, ...], said: str) -> Texte | None:
    """The text so named: its day, its hash or its file's, or eight digits of one of them at least."""
    said = "".join(said.split()).casefold()
    if len(said) < 8:
        return None
    found = [t for t in textes if said == t.date or any(h and h.startswith(said) for h in (t.empreinte, t.fichier))]
    return found[0] if len(found) == 1 else None


def enter_text(
    registre: Registre, fichier: Path, date: str | None, acteur: str, maintenant: dt.datetime
) -> tuple[Texte, bool]:
    """The text of a file, entered if the ledger has not got it; and whether it was. Raises Refus."""
    from mandats.registre.ledger import Ajout
    from mandats.texte import signs

    told = read_mandate(fichier, date)
    same = next((t for t in texts_of(registre) if signs(t.texte) == signs(told["texte"])), None)
    if same and same.date != told["date"]:
        raise Refus(f"ce texte est déjà inscrit : {same}")
    if not same:
        registre.ajouter([Ajout("texte", None, told)], acteur, maintenant)
    made = next(t for t in texts_of(registre) if signs(t.texte) == signs(told["texte"]))
    return made, same is None
