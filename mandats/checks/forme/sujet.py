"""What conditions are read of: a document and, under `pour:`, one of its parties, pièces, facts… in turn.

A dotted name is a key of the case (`demande.recue_le`), of the document's order (`document.canal`), of the processing
that it is about (`traitement_vise.regime`), of what is known of it (`acte.avocat`), or of what is looked at: `partie`,
`piece`, `fait`, `autre` (another document of the case), `autorite` (whose right address is known), `citation` (a
source, with its `cle`), `element` (of a section; `mots` is all that it prints, `propre` the same when the drafter wrote
it, `sources` what it cites).
"""

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
        acte, here = self.acte, self.acte.here
        match head:
            case "document" | "autre" if rest[:1] == ["roles"] and rest[1:]:
                order, path = (acte.order, here) if head == "document" else (self.valeur, self.racine)
                return acte.parties(rest[1], order), (*path, *rest[:2]), rest[2:]
            case "document":
                return acte.order, here, rest
            case "acte":
                return acte, (), rest
            case "mots" | "propre" | "sources":
                read = {"mots": acte.mots_de, "propre": acte.propre, "sources": acte.sources_de}[head]
                return read(self.valeur), self.racine, rest
            case "traitement_vise":
                vise = ("traitements", acte.order.vise) if acte.order.vise else ("traitement",)
                return acte.document.traitement, vise, rest
            case "evenements":
                # The day of the latest of its kind, or what else is said of it.
                told = [(path, event) for path, cle, event in acte.case.histoire if cle == rest[0]]
                if not told:
                    return None, ("evenements",), rest
                path, event = max(told, key=lambda one: one[1].le or "")
                return (event, path[:-1], rest[1:]) if rest[1:] else (event.le, path, [])
            case self.genre:
                return self.valeur, self.racine, rest
        return acte.case, (), [head, *rest]

    def texte(self, name: str) -> str:
        """A value as conditions compare it."""
        value = self.lire(name)[1]
        return ("oui" if value else "non") if isinstance(value, bool) else str(value or "")

    def montre(self, name: str) -> str:
        """A value as a sentence prints it."""
        value = self.texte(name)
        return jour_ecrit(dt.date.fromisoformat(value)) if re.fullmatch(r"[0-9]{4}(-[0-9]{2}){2}", value) else value


def _part(value: Any, name: str) -> Any:
    """What a value holds under a name; of the parties of a role or of the facts, each that is written."""
    if isinstance(value, (tuple, list)):
        return tuple(v for _, party in value if not absent(v := getattr(party, name)))
    return value.get(name) if isinstance(value, Mapping) else getattr(value, name, None)


def sujets(acte: Acte, pour: str | tuple[str, ...], durees: Mapping[str, Any]) -> Iterator[Sujet]:
    """The document itself, or each thing that the first of these names holds, if it holds any."""
    if not pour:
        yield Sujet(acte, durees=durees)
    names = (pour,) if isinstance(pour, str) else pour
    for genre, value, path in next(filter(None, (_held(acte, name) for name in names)), ()):
        yield Sujet(acte, genre, value, path, durees)


def _held(acte: Acte, name: str) -> list[tuple[str, Any, Path]]:
    """What a name of `pour` holds: kind, value, path. Any other name is a role."""
    match name:
        case "pieces":
            return [("piece", piece, acte.piece_path(piece)) for piece in acte.document.pieces]
        case "faits":
            return [("fait", fact, ("faits", i)) for i, fact in acte.document.faits]
        case "citations":
            sources = acte.document.library.sources
            return [("citation", {"cle": k, "source": sources[k]}, acte.here) for k in acte.rendered.uses()]
        case "autorites":
            return [("autorite", told, ("parties", cle)) for cle, told in acte.autorites]
        case "fond" | "mandats":
            return [("autre", order, ("documents", i)) for i, order in getattr(acte, name)]
        case "moyens" | "utilite" | "conclusions" | "demandes":
            return [("element", i, i.path) for i in (acte.demandes if name == "demandes" else acte.items(name))]
        case "deposants" | "groupements":
            parties = getattr(acte, name)
        case "premier-deposant":
            parties = acte.deposants[:1]
        case "premier-groupement":
            parties = acte.groupements[:1]
        case "sans-statuts":
            parties = acte.sans_statuts  # reading it asks for the statutes: only a rule that names it does
        case "objets-tus":
            parties = acte.objets_tus[:1]
        case _:
            parties = ()
    return [("partie", party, ("parties", cle)) for cle, party in parties or acte.parties(name)]
