"""The figures as they are read: what an entry says of itself, and a wrong file, which is our own bug."""

import pytest

from mandats.delais import figures
from mandats.delais.duree import Duree
from mandats.delais.figures import _longest, court_areas, duree_of, read_figures
from mandats.delais.regles import _time_limit, time_limits


def test_a_wrong_file_and_an_unknown_key_are_refused(monkeypatch):
    with pytest.raises(KeyError, match="inconnu"):
        duree_of("inconnu")
    monkeypatch.setattr(figures, "shipped_text", lambda name: "a: 1\na: 2\n")
    with pytest.raises(ValueError, match="x"):
        read_figures("x.yaml")


def test_a_list_is_read_as_a_tuple_at_any_depth(monkeypatch):
    monkeypatch.setattr(figures, "shipped_text", lambda name: "a: [x, {b: [y]}]\nc: {d: z}\n")
    assert read_figures("x.yaml") == {"a": ("x", {"b": ("y",)}), "c": {"d": "z"}}


def test_each_length_is_that_of_its_entry():
    assert {name: duree_of(name) for name in ("rep-decision-notifiee", "violation-72h", "delai-raisonnable")} == {
        "rep-decision-notifiee": Duree(2, "mois", "mois-francs"), "violation-72h": Duree(72, "heures", "heures"),
        "delai-raisonnable": Duree(1, "ans", "mois-reportes"),
    }  # fmt: skip
    for name, regle in time_limits().regles.items():
        if regle.duree:
            assert duree_of(name) == Duree(regle.duree, regle.unite, regle.methode), name
    assert time_limits().regles["refere-suspension-depot"].duree == 0


ENTRY = {
    "libelle": "L", "role": "agir", "depart": (), "methode": "mois", "si_manque": "", "preuve": "", "question": "",
    "sources": (), "ref": "", "confiance": "lu",
}  # fmt: skip


def test_a_text_states_a_length_in_words_and_begins_with_a_capital():
    lengths = {"autre": Duree(3, "mois", "mois")}
    made = _time_limit({**ENTRY, "effet": "{duree}, puis {autre.le}"}, lengths, Duree(1, "jours", "mois"))
    assert (made.effet, made.duree, made.unite) == ("Un jour, puis les trois mois", 1, "jours")
    assert _time_limit({**ENTRY, "effet": "dans {duree}"}, {}, Duree(2, "ans", "mois")).effet == "dans deux ans"
    plain = _time_limit({**ENTRY, "effet": "sans durée"}, lengths, None)
    assert (plain.effet, plain.duree) == ("sans durée", 0)
    switches = (plain.distance, plain.voies, plain.plus_tard, plain.conseil)
    assert switches == (False, "", False, False)


def test_the_longest_beginning_of_a_code_decides():
    assert _longest({"97": "a", "971": "b", "9": "c"}, "97110") == "b"
    assert _longest({"97": "a"}, "75001") is None
    areas = court_areas()
    assert [areas.territory_of(code) for code in ("75001", "67000", "97400", "97133")] == [
        "metropole", "alsace-moselle", "la-reunion", "saint-barthelemy",
    ]  # fmt: skip
    assert [getattr(areas.tribunal_of(code), "nom", None) for code in ("93000", "99999")] == ["Montreuil", None]
