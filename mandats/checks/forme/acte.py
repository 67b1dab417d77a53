"""A rendered document as the procedural rules read it: who files it, what its sections say, and how to tell a finding.

The words of a section are the texts as they were written, with the values given to the clauses: rules look in them for
what an act must say, never for how it says it. What was printed is in `imprime`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from functools import cached_property

from mandats import blocks
from mandats.checks.forme.regle import MEMOIRES, Regle
from mandats.delais.calendrier import period
from mandats.delais.faits import court_kind
from mandats.document import Blank, Item, Rendered
from mandats.model import DocumentOrder, Party, Piece
from mandats.problem import AVERTISSEMENT, Problem, write_path

Path = tuple[str | int, ...]
Constats = Iterator[Problem]
QUESTION = "à confirmer : "
GROUPEMENTS = ("association", "syndicat", "collectif")
MORALES = (*GROUPEMENTS, "entreprise", "autre", "commune", "collectivite", "etablissement-public")
# Who files the document: the first of these roles that is filled.
DEPOSANTS = ("intervenant", "requerant", "mandataire", "plaignant", "demandeur", "mandant", "expediteur")
_PIECE_CALL = re.compile(r"\bpieces?\(|\|\s*renvoi")
_INDEMNITE = re.compile(
    r"\bCONDAMNER\b|dommages[- ](?:et[- ])?intérêts|\bindemni(?:té|ser|sation)|réparation (?:du|de son|de ses|de leur|des) préjudice",
    re.I,
)


class Acte:
    """Everything a rule may ask of one document. Built once per document, thrown away after."""

    def __init__(self, rendered: Rendered):
        self.rendered, self.document = rendered, rendered.document
        self.case, self.order, self.loaded = self.document.case, self.document.order, self.document.loaded
        self.modele = self.document.template.slug
        self.jour = dt.date.fromisoformat(self.document.date)
        self.here: Path = ("documents", self.document.index)

    # --- people ---------------------------------------------------------------------------------------------------

    def parties(self, role: str, order: DocumentOrder | None = None) -> list[tuple[str, Party]]:
        """Key and party of each holder of a role."""
        value = (order or self.order).roles.get(role, ())
        return [
            (k, self.case.parties[k]) for k in ((value,) if isinstance(value, str) else value) if k in self.case.parties
        ]

    @cached_property
    def deposants(self) -> list[tuple[str, Party]]:
        role = next((r for r in DEPOSANTS if self.order.roles.get(r)), "")
        if self.modele in ("plainte-cnil", "plainte-police-justice") and self.order.roles.get("mandataire"):
            role = "mandataire"
        return self.parties(role)

    @cached_property
    def groupements(self) -> list[tuple[str, Party]]:
        return [(k, p) for k, p in self.deposants if p.type in GROUPEMENTS]

    @cached_property
    def avocat(self) -> bool:
        return any(p.avocat for _, p in self.deposants)

    @cached_property
    def juridiction(self) -> str:
        """« ta », « caa », « ce », or nothing."""
        name = next((p.nom for role in ("juridiction", "destinataire") for _, p in self.parties(role)), "")
        return court_kind(name) or ""

    # --- words ----------------------------------------------------------------------------------------------------

    @cached_property
    def imprime(self) -> str:
        """What the document prints, in lower case, with plain spaces."""
        return re.sub(r"[\s\u00a0\u202f]+", " ", blocks.plain(self.rendered.blocks)).lower().replace("’", "'")

    @cached_property
    def garde(self) -> str:
        """The cover page, or the beginning when there is none."""
        cover = next((b for b in self.rendered.blocks if b["t"] == "Div" and "couverture" in b["c"][0][1]), None)
        words = blocks.plain(cover) if cover else self.imprime[:600]
        return re.sub(r"[\s\u00a0\u202f]+", " ", f"{self.document.titre} {words}").lower()

    def items(self, *sections: str) -> list[Item]:
        return [item for name in sections for item in self.document.sections.get(name, ())]

    def mots(self, *sections: str) -> str:
        return "\n".join(self.mots_de(item) for item in self.items(*sections))

    def mots_de(self, item: Item) -> str:
        moyen = item.moyen
        parts = [moyen.titre or "", moyen.texte or "", item.text.contenu if item.text else ""]
        if item.clause:
            header = item.clause.header
            parts += [
                item.clause.id,
                moyen.titre or header.titre,
                item.clause.corps.contenu,
                header.registres.get(self.document.registre, ""),
            ]
            parts += [str(v) for v in moyen.avec.values()]
        return "\n".join(p for p in parts if p).replace("’", "'").replace("\u00a0", " ")

    def a_ecrire(self, *sections: str) -> bool:
        """Whether a section still holds a blank to fill, which has a message of its own: nothing can be said of it yet."""
        return "[à compléter" in self.mots(*sections)

    def cite_piece(self, *sections: str) -> bool:
        """Whether some element of the sections refers to a pièce."""
        for item in self.items(*sections):
            values = [x for v in item.values.values() for x in (v if isinstance(v, list) else [v])]
            if any(isinstance(v, Piece) for v in values) or _PIECE_CALL.search(self.mots_de(item)):
                return True
        return False

    @cached_property
    def demandes(self) -> list[Item]:
        return self.items("conclusions", "demandes")

    def demande(self, words: str, clauses: tuple[str, ...] = ()) -> Item | None:
        """The first prayer that asks for it: by a clause, or by the verb in capitals that begins it."""
        pattern = re.compile(rf"(?:^|\n)[\s*_]*(?:\d+°\)\s*)?(?:{words})\b", re.I)
        return next(
            (
                i
                for i in self.demandes
                if (i.clause and i.clause.id.startswith(clauses or ("\0",))) or pattern.search(self.mots_de(i))
            ),
            None,
        )

    @cached_property
    def indemnite(self) -> Item | None:
        """The prayer for a sum of money other than costs."""
        return next((i for i in self.demandes if _INDEMNITE.search(self.mots_de(i))), None)

    # --- pièces ---------------------------------------------------------------------------------------------------

    @cached_property
    def pieces(self) -> set[str]:
        return {p.cle for p in self.document.pieces}

    def joint(self, cle: str | None) -> bool:
        return cle is not None and cle in self.pieces

    def piece_path(self, piece: Piece) -> Path:
        return ("pieces", next(i for i, p in enumerate(self.case.pieces) if p.cle == piece.cle))

    # --- findings -------------------------------------------------------------------------------------------------

    def inconnu(self, *path: str | int) -> bool:
        """Whether the drafter wrote `null`: the value is known to be missing."""
        return path in self.loaded.places

    def constat(self, regle: Regle, path: Path, what: str, remede: str, gravite: str = "") -> Problem:
        """A finding: what is wrong, what to do, the article."""
        # What is filed before the judge of urgent matters is not put right either (art. R. 522-2 CJA).
        urgent = self.modele in ("intervention", *MEMOIRES) and "juge des référés" in self.garde
        grave = gravite or regle.gravite_de("refere-suspension" if urgent else self.modele)
        return Problem(
            regle.id, self.loaded.place_of(path), write_path(path), f"{what} : {remede} ({regle.court})", grave
        )

    def confirmer(self, regle: Regle, path: Path, question: str) -> Problem:
        """What the case does not say, and only the drafter knows: never blocking."""
        return Problem(
            regle.id,
            self.loaded.place_of(path),
            write_path(path),
            f"{QUESTION}{question} ({regle.court})",
            AVERTISSEMENT,
        )


def is_question(problem: Problem) -> bool:
    """Whether a finding asks what only the drafter knows."""
    return problem.message.startswith(QUESTION)


def absent(value: object) -> bool:
    return value is None or value == () or isinstance(value, Blank)


def debut(value: str | None) -> dt.date | None:
    """First day of a date known to the day, the month or the year."""
    return period(value)[0] if value else None


def fin(value: str | None) -> dt.date | None:
    """Last day of a date known to the day, the month or the year."""
    return period(value)[1] if value else None


def jour_ecrit(day: dt.date) -> str:
    return f"{day:%d/%m/%Y}"
