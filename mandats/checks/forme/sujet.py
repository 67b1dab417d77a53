"""What conditions are read of: a document and, under `pour:`, one of its parties or pièces in turn.

A dotted name is a key of the case (`demande.recue_le`), of the document's order (`document.canal`), or of the party or
the pièce looked at (`partie.statuts`, `piece.titre`).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mandats.checks.forme.acte import Acte, Path, absent, jour_ecrit


@dataclass(frozen=True)
class Sujet:
    acte: Acte
    genre: str = ""
    valeur: Any = None
    racine: Path = ()

    def lire(self, name: str) -> tuple[Path, Any, bool]:
        """The path of a name, its value (None when it is absent), and whether what holds it is there."""
        head, *rest = name.split(".")
        value: Any = self.acte.case
        path: Path = ()
        if head == "document":
            value, path = self.acte.order, self.acte.here
        elif head == self.genre:
            value, path = self.valeur, self.racine
        else:
            rest = [head, *rest]
        held = True
        for part in rest:
            held = value is not None
            value = value.get(part) if isinstance(value, Mapping) else getattr(value, part, None)
            path = (*path, part) if held else path
        if head == "document" and rest[:1] == ["roles"]:
            value = self.acte.parties(rest[1]) or None  # a holder that nobody knows has its own message
        return path, None if absent(value) else value, held

    def texte(self, name: str) -> str:
        """A value as conditions compare it."""
        value = self.lire(name)[1]
        return ("oui" if value else "non") if isinstance(value, bool) else str(value or "")

    def montre(self, name: str) -> str:
        """A value as a sentence prints it."""
        value = self.texte(name)
        return jour_ecrit(dt.date.fromisoformat(value)) if re.fullmatch(r"\d{4}-\d\d-\d\d", value) else value


def sujets(acte: Acte, pour: tuple[str, ...]) -> Iterator[Sujet]:
    """The document itself, or each party of the first role that is filled, or each of its pièces."""
    if not pour:
        yield Sujet(acte)
    elif pour == ("pieces",):
        for piece in acte.document.pieces:
            yield Sujet(acte, "piece", piece, acte.piece_path(piece))
    else:
        known = {"deposants": acte.deposants, "groupements": acte.groupements}
        for cle, party in next((p for role in pour if (p := known.get(role) or acte.parties(role))), []):
            yield Sujet(acte, "partie", party, ("parties", cle))
