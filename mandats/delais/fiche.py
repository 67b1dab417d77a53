"""The limits of a case on a page to print, sign and pin up: what to do, what passed, what is missing, what is awaited.

Only what the calculation says: no party, no title; `affaire` is what the drafter called the file.
"""

import json
from pathlib import Path
from typing import Any

from mandats.delais.calcul import AVERTISSEMENT, Delai, Echeancier
from mandats.delais.calendrier import show_day
from mandats.render.typography import date_longue, french
from mandats.write.typst_engine import Engine

PAGE = Path(__file__).with_name("fiche.typ")
GROUPES = (
    ("À faire", ("prudent-depasse", "a-faire")),
    ("Passé", ("passe-sauf-si", "expire", "inopposable", "fait-hors-delai")),
    ("À guetter", ("attendu", "advenu", "sans-date")),
)
COLONNES = ("Délai", "Date prudente", "Dernier jour", "Fait le, par qui")
VISAS = ("Dates recomptées le, par :", "Second compte le, par :")


def write_sheet(echeancier: Echeancier, affaire: str) -> bytes:
    """A PDF of A4 pages, one for an ordinary case."""
    groups = [(titre, [d for d in echeancier.delais if d.etat in etats]) for titre, etats in GROUPES]
    made = [{"titre": titre, "lignes": [_line(delai) for delai in delais]} for titre, delais in groups if delais]
    if asked := echeancier.questions:
        rows = [{"quoi": q.regle.libelle, "notes": [q.texte], "prudent": "?", "dernier": "?"} for q in asked]
        made.append({"titre": "Il manque une date", "lignes": rows})
    day = echeancier.le.isoformat()
    data = {
        "titre": f"Délais : {affaire}", "groupes": made, "colonnes": COLONNES, "visas": VISAS,
        "jour": [int(part) for part in day.split("-")],
        "entete": f"Au {show_day(echeancier.le)} ; état du droit : {date_longue(echeancier.etat_du_droit)}.",
        "pied": AVERTISSEMENT,
    }  # fmt: skip
    inputs = {"donnees": json.dumps(_typed(data), ensure_ascii=False)}
    with Engine() as engine:
        return engine.compile(PAGE.read_text("utf-8"), day, inputs=inputs)


def _line(delai: Delai) -> dict[str, Any]:
    to_do = delai.regle.role == "agir"
    later = f"défendable jusqu'au {show_day(delai.defendable)}, {delai.defendable_si}" if delai.defendable else ""
    notes = [*delai.a_confirmer, later, f"Preuve : {delai.regle.preuve}" if to_do else ""]
    notes += [f"Reste possible : {one.dit}" for one in delai.restes]
    return {
        "quoi": delai.regle.libelle + (" (à confirmer)" if delai.a_confirmer else ""), "notes": [n for n in notes if n],
        "prudent": show_day(delai.prudent) if delai.prudent and to_do else "–",
        "dernier": show_day(delai.theorique) if delai.theorique else "–",
    }  # fmt: skip


def _typed(value: Any) -> Any:
    """The same with the spaces of French typography in its texts."""
    if isinstance(value, dict):
        return {k: _typed(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_typed(v) for v in value]
    return french(value) if isinstance(value, str) else value
