"""What conditions are read of: a document and, under `pour:`, one of its parties or pièces in turn.

A dotted name is a key of the case (`demande.recue_le`), of the document's order (`document.canal`), of the processing
that it is about (`traitement_vise.regime`), of what is known of it (`acte.avocat`), or of the party, the pièce, the
fact or the prayer looked at (`partie.statuts`, `piece.titre`).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from mandats.checks.forme.acte import Acte, Path, absent, jour_ecrit


@dataclass(frozen=True)
class Sujet:
    acte: Acte
    genre: str = ""
    valeur: Any = None
    racine: Path = ()
    durees: Mapping[str, Any] = field(default_factory=dict)  # lengths that the rule names

    def chemin(self, name: str) -> Path:
        """The path of a name, written or not."""
        _, path, rest = self._racine(name)
        return (*path, *rest)

    def lire(self, name: str) -> tuple[Path, Any, bool]:
        """The path of a name as far as it is written, its value (None when absent), and whether what holds it is."""
        value, path, rest = self._racine(name)
        held = True
        for part in rest:
            held = value is not None
            value, path = _part(value, part), (*path, part) if held else path
        return path, None if absent(value) else value, held

    def _racine(self, name: str) -> tuple[Any, Path, list[str]]:
        """Where a name begins: a value, its path, and what remains to read. A role begins with its known holders."""
        head, *rest = name.split(".")
        here = self.acte.here
        if head == "document" and rest[:1] == ["roles"] and rest[1:]:
            return self.acte.parties(rest[1]), (*here, *rest[:2]), rest[2:]
        vise = ("traitements", self.acte.order.vise) if self.acte.order.vise else ("traitement",)
        roots: dict[str, tuple[Any, Path]] = {
            "document": (self.acte.order, here),
            "acte": (self.acte, ()),
            "traitement_vise": (self.acte.document.traitement, vise),
            self.genre: (self.valeur, self.racine),
        }
        value, path = roots.get(head, (self.acte.case, ()))
        return value, path, rest if head in roots else [head, *rest]

    def texte(self, name: str) -> str:
        """A value as conditions compare it."""
        value = self.lire(name)[1]
        return ("oui" if value else "non") if isinstance(value, bool) else str(value or "")

    def montre(self, name: str) -> str:
        """A value as a sentence prints it."""
        value = self.texte(name)
        return jour_ecrit(dt.date.fromisoformat(value)) if re.fullmatch(r"\d{4}-\d\d-\d\d", value) else value


def _part(value: Any, name: str) -> Any:
    """What a value holds under a name; of the parties of a role or of the facts, each that is written."""
    if isinstance(value, (tuple, list)):
        return tuple(v for _, party in value if not absent(v := getattr(party, name)))
    return value.get(name) if isinstance(value, Mapping) else getattr(value, name, None)


def sujets(acte: Acte, pour: tuple[str, ...], durees: Mapping[str, Any]) -> Iterator[Sujet]:
    """The document itself, or each party of the first role that is filled, or each of its pièces, facts or prayers."""
    if not pour:
        yield Sujet(acte, durees=durees)
    elif pour == ("pieces",):
        for piece in acte.document.pieces:
            yield Sujet(acte, "piece", piece, acte.piece_path(piece), durees)
    elif pour == ("conclusions",):
        for item in acte.demandes:
            yield Sujet(acte, "conclusion", item, item.path, durees)
    elif pour == ("faits",):
        for i, fact in acte.document.faits:
            yield Sujet(acte, "fait", fact, ("faits", i), durees)
    else:
        known = {"deposants": acte.deposants, "premier-deposant": acte.deposants[:1], "groupements": acte.groupements}
        for cle, party in next((p for role in pour if (p := known.get(role) or acte.parties(role))), ()):
            yield Sujet(acte, "partie", party, ("parties", cle), durees)
