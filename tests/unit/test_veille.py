"""What has to be read again before filing, and from which day."""

import datetime as dt
from pathlib import Path

import pytest

from mandats.api import examine_case, open_library
from mandats.bibliotheque import veille
from mandats.content import Source
from tests.conftest import ROOT

ENTRY = {"type": "document", "auteur": "CNIL", "titre": "position inventée", "groupe": "CNIL", "url": "https://a.fr"}
READ = {"verifie": {"le": "2026-06-01", "lecture": "page officielle"}}
TOLD = dt.date(2026, 12, 1)


@pytest.fixture(scope="module")
def library():
    return open_library(ROOT)[0]


@pytest.mark.parametrize(
    ("given", "day", "told"),
    [
        (READ, TOLD, []),
        (READ, dt.date(2027, 6, 1), []),
        (READ, dt.date(2027, 6, 2), [(veille.OLD, "lue le 1er juin 2026")]),
        ({}, TOLD, [(veille.UNREAD, "personne ne l'a déclarée lue")]),
        ({"a_verifier": "le point 4"}, TOLD, [(veille.UNREAD, "le point 4")]),
        (READ | {"a_verifier": "le point 4"}, TOLD, [(veille.PARTLY, "le point 4")]),
        (READ | {"vigueur": {"jusqu_a": "2026-12-01"}}, TOLD, [(veille.TERM, "s'applique jusqu'au 1er décembre 2026")]),
        (
            READ | {"vigueur": {"jusqu_a": "2026-11-30"}},
            TOLD,
            [(veille.TERM, "ne s'applique plus après le 30 novembre 2026")],
        ),
        (READ | {"vigueur": {"depuis": "2026-12-01"}}, TOLD, []),
        (
            READ | {"vigueur": {"depuis": "2026-12-02"}},
            TOLD,
            [(veille.TERM, "ne s'applique qu'à partir du 2 décembre 2026")],
        ),
        (READ | {"statut": "provisoire"}, TOLD, [(veille.PROVISIONAL, "chercher la suite de l'affaire")]),
        (READ | {"statut": "pendante", "alerte": "en juin"}, TOLD, [(veille.PENDING, "en juin")]),
        (READ | {"statut": "defavorable"}, TOLD, []),
        ({"type": "texte", "article": "la"}, TOLD, []),  # the article read vouches for it
    ],
)
def test_each_reason_to_read_again_is_told_from_its_day(given, day, told):
    assert list(veille.reasons(Source.model_validate(ENTRY | given), day)) == told


def test_each_matter_says_until_when_it_was_watched_and_where(library):
    watched = veille.watched()
    assert list(watched) == sorted({clause.partition("/")[0] for clause in library.clauses})
    assert all(until.startswith("suivie jusqu'au ") and pages for until, pages in watched.values())


def test_a_case_is_told_what_it_cites_what_is_pending_in_its_field_and_its_matters(library):
    documents = examine_case(Path("cases/meru.yaml"), ROOT).documents
    found = veille.before_filing(documents, library, TOLD)
    (provisional,) = found[veille.PROVISIONAL]
    assert "ta-montreuil-2022-12-14-2216570-testwe" in provisional.quoi
    assert (provisional.ou, provisional.documents) == (
        (library.sources["ta-montreuil-2022-12-14-2216570-testwe"].url,),
        ("plainte-cnil",),
    )
    pending = " ".join(row.quoi for row in found[veille.PENDING])
    assert "commerces" in pending and "CNAF" not in pending and "plaques" not in pending
    matters = {clause.id.partition("/")[0] for r in documents for clause in r.document.clauses}
    assert {row.quoi for row in found[veille.WATCHED]} == matters
    assert veille.OLD not in found
    later = veille.before_filing(documents, library, dt.date(2028, 1, 1))
    assert len(later[veille.OLD]) > 20


def test_what_is_pending_is_told_to_those_who_do_not_cite_it_yet(library):
    documents = examine_case(Path("cases/cnam.yaml"), ROOT).documents
    found = veille.before_filing(documents, library, TOLD)
    (row,) = [row for row in found[veille.PENDING] if "ce-pendant-cnaf-scoring" in row.quoi]
    assert "plainte-cnil" in row.documents
    assert all("ce-pendant-cnaf-scoring" not in row.quoi for row in found.get(veille.UNREAD, ()))


def test_the_register_is_told_what_has_aged_and_what_ends(library):
    now, later = (veille.report(library, day) for day in (TOLD, dt.date(2028, 1, 1)))
    assert (now[veille.OLD], len(later[veille.OLD]) > 500) == ([], True)
    assert ("loi-2023-380-10", "ne s'applique plus après le 31 mars 2025") in now[veille.TERM]
    assert dict(now[veille.WATCHED]).keys() == veille.watched().keys()
