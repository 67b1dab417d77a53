"""A length of time in words, in days, and on the calendar: each unit, and one beside several."""

import datetime as dt

import pytest

from mandats.delais.duree import Duree

TENS = ("", "dix", "vingt", "trente", "quarante", "cinquante", "soixante")
FIRST = (
    "zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", "treize",
    "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf",
)  # fmt: skip


@pytest.mark.parametrize(
    ("duree", "unite", "words"),
    [
        (1, "jours", "un jour|d'un jour|d'un|le jour|du jour"),
        (1, "jours-ouvres", "un jour ouvré|d'un jour ouvré|d'un|le jour ouvré|du jour ouvré"),
        (1, "mois", "un mois|d'un mois|d'un|le mois|du mois"),
        (1, "ans", "un an|d'un an|d'un|le an|du an"),
        (2, "heures", "deux heures|de deux heures|de deux|les deux heures|des deux heures"),
        (
            2,
            "jours-ouvres",
            "deux jours ouvrés|de deux jours ouvrés|de deux|les deux jours ouvrés|des deux jours ouvrés",
        ),
        (2, "mois", "deux mois|de deux mois|de deux|les deux mois|des deux mois"),
        (3, "ans", "trois ans|de trois ans|de trois|les trois ans|des trois ans"),
    ],
)
def test_one_is_singular_and_two_plural_after_each_article(duree, unite, words):
    d = Duree(duree, unite, "mois")
    assert [str(d), d.de, d.de_nombre, d.le, d.du] == words.split("|")
    assert (d.nt, d.ent, d.s) == (("", "t", "") if duree == 1 else ("nt", "ent", "s"))


def test_numbers_are_words_up_to_69():
    further = [f"{ten}{unit}" for ten in TENS[2:] for unit in ("", " et un", *(f"-{n}" for n in FIRST[2:10]))]
    words = [*FIRST, *further, "70", "71", "80", "100"]
    assert [str(Duree(n, "mois", "mois")) for n in (*range(72), 80, 100)] == [f"{word} mois" for word in words]


@pytest.mark.parametrize(
    ("duree", "unite", "jours", "end"),
    [
        (30, "jours", 30, "2024-03-01"), (25, "jours-ouvres", 25, "2024-02-25"), (48, "heures", 2, "2024-02-02"),
        (47, "heures", 1, "2024-02-01"), (1, "mois", 31, "2024-02-29"), (2, "mois", 62, "2024-03-31"),
        (24, "heures", 1, "2024-02-01"), (1, "ans", 366, "2025-01-31"), (2, "ans", 732, "2026-01-31"),
        (7976, "ans", 7976 * 366, "9999-12-31"), (10**6, "mois", 31 * 10**6, "9999-12-31"),
        (10**9, "jours", 10**9, "9999-12-31"),
    ],
)  # fmt: skip
def test_a_length_in_days_and_where_it_ends(duree, unite, jours, end):
    length = Duree(duree, unite, "mois")
    assert length.jours == jours
    assert length.after(dt.date(2024, 1, 31)).isoformat() == end


def test_its_own_method_gives_its_last_day():
    """Thursday 1 October 2026 and one month: clear, 2 November; not clear, the day before."""
    start = dt.date(2026, 10, 1)
    assert Duree(1, "mois", "mois-francs").term(start).theorique == dt.date(2026, 11, 2)
    assert Duree(1, "mois", "mois-avant").term(start).theorique == dt.date(2026, 10, 31)
    assert Duree(1, "jours", "jours-avant").term(start).theorique == dt.date(2026, 9, 30)
