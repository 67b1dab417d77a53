"""Counts of mandates: no small cell alone, none computed back, and what is shown as a line."""

from collections import Counter

import pytest

from mandats.cli.terminal import show
from mandats.registre import gestes
from mandats.registre.importation import import_roster
from mandats.registre.statistiques import Statistiques, count, merge_adjoining, merge_small, place_of
from tests.test_registre import later, one, rules, write_csv
from tests.test_registre import ledger as ledger


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ({}, []), ({"a": 5}, [("a", 5)]), ({"a": 4}, [("autres", 4)]), ({"b": 5, "a": 5}, [("a", 5), ("b", 5)]),
        ({"a": 9, "b": 4}, [("autres", 13)]),  # alone, it would be known from the total
        ({"a": 9, "b": 6, "c": 4}, [("a", 9), ("autres", 10)]),
        ({"a": 9, "b": 3, "c": 2}, [("a", 9), ("autres", 5)]),
        ({"a": 9, "b": 8, "c": 2, "d": 2}, [("a", 9), ("autres", 12)]),
        ({"a": 9, "b": 8, "c": 3, "d": 2}, [("a", 9), ("b", 8), ("autres", 5)]),
    ],
)  # fmt: skip
def test_a_small_cell_hides_in_one_of_two_at_least_and_five_persons(counts, shown):
    assert merge_small(Counter(counts)) == shown
    assert merge_small(Counter(counts), 0) == sorted(counts.items(), key=lambda c: (-c[1], c[0]))


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ([], []), ([4], [("a", 4)]), ([5, 5], [("a", 5), ("b", 5)]), ([4, 5], [("a à b", 9)]), ([5, 4], [("a à b", 9)]),
        ([2, 2, 1, 5], [("a à c", 5), ("d", 5)]), ([5, 6, 4], [("a", 5), ("b à c", 10)]),
        ([1, 1], [("a à b", 2)]),
    ],
)  # fmt: skip
def test_a_small_week_joins_the_next_and_the_last_the_one_before(counts, shown):
    assert merge_adjoining(zip("abcd", counts, strict=False)) == shown
    assert merge_adjoining(zip("abcd", counts, strict=False), 0) == list(zip("abcd", counts, strict=False))


@pytest.mark.parametrize(
    ("code", "pays", "place"),
    [("75011", "", "75"), ("75011", "France", "75"), ("00100", "France", "armées"), ("01000", "", "01"),
     ("97411", "La Réunion", "974"), ("8001", "Suisse", "étranger"), ("8001", "", "inconnu"), ("", "", "inconnu")],
)  # fmt: skip
def test_where_a_person_is(code, pays, place):
    assert place_of(code, pays) == place


def test_bars_are_in_proportion_and_never_empty(capsys):
    cells = [("a", 80), ("bcd", 2), ("e", 1)]
    show("statistiques", told=Statistiques(9, [("a", 1), ("b", 3)], cells, [], 0, 0, 0), exact=True, worth={})
    assert capsys.readouterr().out.splitlines()[1:] == [
        "", "── par semaine de signature (mandats, cumul)",
        f"  a        1        1  {'█' * 13}", f"  b        3        4  {'█' * 40}",
        "", "── par département", f"  a         80  {'█' * 40}", "  bcd        2  █", "  e          1  █",
        "", "── par preuve",
    ]  # fmt: skip


def test_the_ledger_is_counted_by_week_place_evidence_and_state(ledger, tmp_path):
    """Weeks begin on Monday, in Paris: Sunday 29 May 2022 at 23:00 there is of the one before."""
    signed = ["2022-05-23T00:30:00Z", "2022-05-29T21:00:00Z", "2022-05-29T22:00:00Z"] + ["2022-06-06T10:00:00Z"] * 6
    rows = [one(i, signe_le=day, code_postal="75011", pays="France") for i, day in enumerate(signed)]
    rows.append({**rows[0], "adresse": "ailleurs"})
    import_roster(ledger, write_csv(tmp_path / "a.csv", rows), rules(), "essai")
    gestes.withdraw(ledger, 9, None, "essai", later(1))
    gestes.withdraw(ledger, 8, None, "essai", later(2), refus=True)
    gestes.confirm(ledger, 1, "papier", {}, "essai", later(3))
    said = count(ledger, exact=True)
    assert said.semaines == [("2022-05-23", 2), ("2022-05-30", 1), ("2022-06-06", 4)]
    assert (said.nombre, said.attente, said.retires, said.refuses) == (7, 1, 1, 1)
    assert (said.departements, said.preuves) == ([("75", 7)], [("case-horodatee", 6), ("papier", 1)])
    hidden = count(ledger)
    assert (hidden.semaines, hidden.departements) == ([("2022-05-23 à 2022-06-06", 7)], [("75", 7)])
    before = count(ledger, "2026-11-22T09:00:00.000000Z", exact=True)
    assert (before.nombre, before.retires, before.semaines[-1]) == (9, 0, ("2022-06-06", 6))
