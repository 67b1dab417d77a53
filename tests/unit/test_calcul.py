"""The limits of a case, in full: `tests/data/echeances.yaml`, where each stands, in order, and what is said."""

import datetime as dt
from dataclasses import replace
from typing import get_args

import pytest
import yaml

from mandats.delais import calcul
from mandats.delais.calcul import Delai, Echeancier, list_time_limits
from mandats.delais.calendrier import Methode
from mandats.delais.regles import time_limits
from tests.conftest import ROOT
from tests.test_delais import FAMILLES, case, limits

ECHEANCES = yaml.safe_load((ROOT / "tests" / "data" / "echeances.yaml").read_text("utf-8"))
COUNTING = (*get_args(Methode), "depart-exclu", "distance", "prorogation", "ferie-local", "prudence")
COUNTED = {time_limits().conventions[name].ref for name in COUNTING}
DOUBT = " ; à confirmer"


def transcript(bilan: Echeancier) -> str:
    """One line a limit: state, rule, prudent and last day, days left; then its sentences, cut at sixty characters.

    How the days were counted is in `calculs.yaml`.
    """
    lines = [f"{bilan.territoire}{' (supposé)' if bilan.suppose else ''}"]
    for d in bilan.delais:
        days = f" {d.prudent} {d.theorique} {d.reste_jours}" if d.prudent else ""
        lines.append(f"{d.etat} {d.id}{days}" + (f" fait {d.fait_le}" if d.fait_le else ""))
        other = [told for told, source in d.etapes if source.removesuffix(DOUBT) not in COUNTED]
        lines += [f"  - {told[:60]}" for told in other] + [f"  = {len(d.etapes) - len(other)} phrases de calcul"]
        lines += [f"  ? {why[:60]}" for why in d.a_confirmer]
    for kind, questions in (("?", bilan.questions), ("? plus tard", bilan.plus_tard)):
        lines += [f"{kind} {q.id} {q.cle} : {q.texte[:60]}" for q in questions]
    lines += [f"expiré : {d.id}" for d in bilan.expires]
    return "".join(f"{line.rstrip()}\n" for line in lines)


@pytest.mark.parametrize("one", ECHEANCES, ids=lambda e: e["titre"])
def test_a_case_has_these_limits_and_no_other(one):
    assert transcript(limits(str(one["le"]), **one["avec"])[1]) == one["dit"]


def heard(*days: str, courts: tuple[str, ...] = ()) -> list[Delai]:
    """The limits of a case of as many memoranda, each heard on its day before its court: the tribunal, or another."""
    made = case(modeles=["memoire-replique"] * len(days), instance={"audience_le": "2026-04-01"})
    parties = made.parties | {n: made.parties["juge"].model_copy(update={"nom": n}) for n in courts}
    documents = []
    for document, day, court in zip(made.documents, days, courts or ["juge"] * len(days), strict=True):
        roles = {**document.roles, "juridiction": court}
        instance = document.instance.model_copy(update={"audience_le": day})
        documents.append(document.model_copy(update={"roles": roles, "instance": instance}))
    made = made.model_copy(update={"documents": documents, "parties": parties})
    bilan = list_time_limits(made, FAMILLES, dt.date(2026, 3, 1))
    return [*bilan.delais, *bilan.questions]


@pytest.mark.parametrize(
    ("days", "found"),
    [
        (("2026-05-06", "2026-04-01"), [("2026-03-28", 1), ("2026-05-02", 0)]),
        (("2026-04-01", "2026-05-06", "2026-04-01"), [("2026-03-28", 2), ("2026-05-02", 1)]),
        (("2026-04-01", "2026-04-01"), [("2026-03-28", 1)]),
    ],
)
def test_each_hearing_gives_its_own_limit_and_one_day_is_told_once(days, found):
    limits = [d for d in heard(*days) if d.id == "cloture-sans-ordonnance"]
    assert [(str(d.theorique), d.depart.chemin) for d in limits] == [
        (day, f"documents[{i}].instance.audience_le") for day, i in found
    ]


def test_hearings_out_of_the_calendar_are_asked_at_the_first():
    assert {q.cle for q in heard("1970-01-01", "1971-01-01")} == {"documents[0].instance.audience_le"}


def test_a_hearing_is_judged_by_its_own_court():
    """Seven days of notice are for tribunals and courts of appeal (art. R. 711-2), whatever else the case holds."""
    days, courts = ("2026-04-01", "2026-05-06"), ("Tribunal administratif de Paris", "Conseil d'État")
    told = {d.depart.chemin: d.a_confirmer for d in heard(*days, courts=courts) if d.id == "avis-d-audience"}
    assert told == {"documents[0].instance.audience_le": ()}


def test_a_rule_that_was_not_read_is_advice_only(monkeypatch):
    law = time_limits()
    for reserve, why in (("", "règle à confirmer"), ("d'après un article", "d'après un article")):
        appel = replace(law.regles["appel"], confiance="memoire", reserve=reserve)
        monkeypatch.setattr(calcul, "time_limits", lambda rule=appel: replace(law, regles={"appel": rule}))
        told = {"jugement_notifie_le": "2026-03-01", "jugement_dernier_ressort": False}
        (delai,) = limits("2026-03-12", evenements=told)[1].delais
        assert delai.a_confirmer == (why,)
        assert (reserve in [words for words, _ in delai.etapes]) is False  # told once
