"""The law of the day: what a clause cites, for and against, from the day it exists and not the day before."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
import yaml

from mandats import blocks
from mandats.bibliotheque.exemple import example_case, render_example
from mandats.checks.rule import RULES
from mandats.checks.sources import source_non_verifiee
from mandats.load.library import load_library
from tests.conftest import ROOT

LIBRARY, _ = load_library(ROOT)
ROWS = yaml.safe_load((ROOT / "tests/data/actualite.yaml").read_text())
DAY = date(2026, 11, 29)


def act(row, day):
    """The clause alone in an act of that day, in the example as the row changes it."""
    clause, loaded = LIBRARY.clauses[row["clause"]], example_case()
    case = loaded.case
    court = case.parties["juridiction"].model_copy(update={"nom": row.get("juridiction", "tribunal administratif")})
    traitement = case.traitement.model_copy(update={**row.get("traitement", {})})
    changed = {"date": str(day), "traitement": traitement, "parties": {**case.parties, "juridiction": court}}
    given = {**clause.header.exemple, **row.get("avec", {})}
    clause = replace(clause, header=clause.header.model_copy(update={"exemple": given}))
    loaded = replace(loaded, case=case.model_copy(update=changed))
    return render_example(clause, LIBRARY, row.get("registre"), row.get("regime"), loaded)[0]


def told(row, day):
    """What the clause says, without its notes, and the keys it cites."""
    rendered = act(row, day)
    words = blocks.plain(rendered.blocks).translate({0xA0: " ", 0x202F: " ", 0x2019: "'"})
    return " ".join(words.split()), {*rendered.uses()}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: "-".join([row["clause"], *row.get("cite", [])[:1]]))
def test_a_clause_says_the_law_of_the_day(row):
    words, cited = told(row, row.get("le", DAY))
    assert {*row.get("cite", [])} - cited == set()
    assert {*row.get("ne_cite_pas", [])} & cited == set()
    assert [said for said in row.get("dit", []) if said not in words] == []
    assert [said for said in row.get("ne_dit_pas", []) if said in words] == []


def born(cle):
    source = LIBRARY.sources[cle]
    return source.date or (source.vigueur and not source.versions and source.vigueur.depuis)


@pytest.mark.parametrize(
    ("row", "cle"),
    [
        pytest.param(r, c, id=f"{r['clause']}-{c}")
        for r in ROWS
        for c in r.get("cite", [])
        if str(born(c) or "") > "2022"
    ],
)
def test_no_act_cites_what_the_next_day_brings(row, cle):
    _, cited = told(row, date.fromisoformat(born(cle)) - timedelta(days=1))
    assert cle not in cited


@pytest.mark.parametrize(
    ("cle", "day", "said"),
    [
        ("crpa-l211-7", "2026-11-29", "l'opérateur France Travail"),
        ("crpa-l211-7", "2023-06-01", "Pôle emploi"),
        ("crpa-r343-4", "2026-11-29", "R. *343-4"),
        ("crpa-r311-12", "2026-11-29", "R. *311-12"),
        ("ce-2003-02-28-commune-de-pertuis", "2026-11-29", "254411"),
    ],
)
def test_the_register_holds_the_words_of_the_day(cle, day, said):
    source = LIBRARY.on(day).sources[cle]
    assert said in " ".join([source.libelle or "", *source.numeros, *source.passages.values()])


@pytest.mark.parametrize("slug", sorted(LIBRARY.clauses))
def test_no_authority_stays_in_the_note(slug):
    """Each one that the header counts, for or against, is pleaded or discussed by a sentence that can be printed."""
    clause = LIBRARY.clauses[slug]
    words = " ".join([clause.corps.contenu, *clause.header.registres.values()])
    force = clause.header.autorites
    assert [cle for cle in (*force.pour, *force.contre) if cle not in words] == [] if force else True


def test_what_no_text_allowed_is_told_as_of_its_day():
    """The decision on Nice speaks « en l'état de la loi »: a later law has reopened an experiment."""
    told = [(c.id, p) for c in LIBRARY.clauses.values() for p in c.corps.contenu.split("\n") if "506370" in p]
    general = [(slug, p) for slug, p in told if "texte n'autoris" in p or "texte ne l" in p]
    assert [slug for slug, p in general if not re.search("état de la loi|n'autorisait", p)] == []
    assert len(general) > 5


def test_what_nobody_read_stops_a_final_act_that_argues_on_it():
    row = {"clause": "vsa/experimentation", "traitement": {"techniques": ["videosurveillance-algorithmique"]}}
    unread = {"cc-2026-902-dc-jo-2030"}
    assert {cle for cle in unread if LIBRARY.sources[cle].verifie} == set()
    assert {cle for _, cle, _ in source_non_verifiee(act(row, DAY))} == unread
    assert [*source_non_verifiee(act(row, date(2026, 3, 18)))] == []
    assert RULES["source-non-verifiee"].final
