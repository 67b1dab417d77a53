"""Which column is which, and what the mapping file may say: each header known, each mistake told, no value shown."""

import pytest

from mandats.registre import Refus
from mandats.registre.colonnes import Correspondance, columns, find_columns, headers, meaning, read_mapping

ROW = ["Prénom", "Nom", "Courriel", "Je donne mandat", "Date"]
BLOCKS = "fichier de correspondance : blocs « colonnes » et « constantes » attendus"


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("courriel. Votre adresse électronique :", "courriel"), ("nom. Autre chose", "nom"), ("Q1. Prénom", "prenom"),
        ("Votre code postal (obligatoire)", "code_postal"), ("CODE POSTAL", "code_postal"), ("Adresse IP", None),
        ("", None), ("Je donne mandat à l'association Exemple pour agir", "mandat"),
        ("1. J'ai lu la notice, etc.", "notice"),
        ("Je suis une personne concernée par ce fichier", "concerne"), ("une phrase. nom", None), ("x. y", None),
    ],
)  # fmt: skip
def test_a_header_names_its_column_after_its_code_and_politeness(header, name):
    assert (meaning(header)[0] or None) == name


def test_each_known_header_names_its_column():
    assert {header: meaning(header)[0] for header in headers()} == {h: name for h, (name, _) in headers().items()}
    assert {name for name, _ in headers().values()} == set(columns())


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ([], BLOCKS), ("x", BLOCKS), ({"colonnes": []}, BLOCKS), ({"constantes": "x"}, BLOCKS),
        ({"colonne": {}}, r"clé inconnue « colonne » \(possibles : colonnes, constantes, dates, fuseau, prenom, nom"),
        ({"colonnes": {"prénom": 1}}, "clé inconnue « prénom »"), ({"constantes": {"x": 1}}, "clé inconnue « x »"),
        ({"dates": "amj"}, "fichier de correspondance : « dates » vaut jma ou mja"),
        ({"fuseau": "Mars"}, r"fuseau inconnu \(exemple : Europe/Paris\)"), ({"fuseau": "../x"}, "fuseau inconnu"),
        ({"constantes": {"preuve": "photo"}}, r"preuve inconnue \(possibles : case-horodatee, double-confirmation"),
    ],
)  # fmt: skip
def test_a_mapping_file_that_says_nothing_known_is_refused(data, told):
    with pytest.raises(Refus, match=told):
        read_mapping(data)


@pytest.mark.parametrize(
    "said",
    [{}, {"dates": "mja"}, {"dates": "jma"}, {"fuseau": "Indian/Reunion"}, {"colonnes": {"nom": "3"}},
     {"constantes": {"preuve": "papier", "pays": "France"}}],
)  # fmt: skip
def test_a_mapping_file_says_what_differs(said):
    assert read_mapping(said) == Correspondance(**said)
    assert read_mapping(None) == Correspondance({}, {}, "", "Europe/Paris")


def found(*rows, mapping=None):
    return find_columns(iter(enumerate(map(list, rows), 1)), mapping or Correspondance())


def test_the_header_is_the_first_row_that_names_a_name_and_a_mail():
    place = {"prenom": 0, "nom": 1, "courriel": 2, "mandat": 3, "signe_le": 4}
    columns = found(["Export"], ["Nom"], [f" {cell} " for cell in ROW], ["Ana"] * 5)
    assert (columns.place, columns.header, columns.line) == (place, ROW, 3)
    assert found(*[["x"]] * 9, ROW).line == 10
    with pytest.raises(Refus, match="plusieurs colonnes possibles pour « nom » : n° 2 « Nom » ou n° 6 « Nom »"):
        found([*ROW, "Nom", "E-mail"])
    assert found([*ROW, "Nom payeur", "Email payeur"]).place == place  # of who paid, when nobody else is named


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([["x"]] * 10 + [ROW],
         "ligne de titres introuvable dans les 10 premières lignes : colonnes nom et courriel attendues$"),
        ([], "attendues$"),
        ([["Nom"], ["Nom", "Prénom"], ["Courriel"]], r"attendues \(trouvées : nom, prenom\)$"),
        ([["Prénom", "Nom", "Courriel", "  J'accepte   tout ", "", "Date", "Autre"]],
         r"^ligne 1 : colonnes introuvables : mandat \(la case « je donne mandat »\) ; non reconnues : "
         r"n° 4 « J'accepte tout », n° 7 « Autre ». Donnez leur rang dans un fichier, par --colonnes colonnes.yaml : "
         r"« colonnes: {mandat: 4} »$"),
        ([["Nom", "Courriel", "z" * 50]],
         r"introuvables : prenom, mandat \(la case « je donne mandat »\), signe_le \(la date de signature\) ; "
         r"non reconnues : n° 3 « z{40} »\. .*« colonnes: {prenom: 3, mandat: …, signe_le: …} »$"),
        ([["Nom", "Courriel"]], r"signe_le \(la date de signature\)\. .*{prenom: …, mandat: …, signe_le: …} »$"),
        ([["Nom", "Courriel", *"abcdefghij"]], "n° 10 « h »\\. .*{prenom: 3, mandat: 4, signe_le: 5}"),
    ],
)  # fmt: skip
def test_what_lacks_is_told_with_what_was_left_over(rows, told):
    with pytest.raises(Refus, match=told):
        found(*rows)


def test_a_constant_or_a_rank_stands_for_a_column():
    given = Correspondance(
        {"prenom": "Q1", "nom": "2", "courriel": "q 3 !"}, {"mandat": "oui", "signe_le": "2022-05-24"}
    )
    assert found(["Q1", "?", "Q 3"], mapping=given).place == {"prenom": 0, "nom": 1, "courriel": 2}
    # What the mapping says of a column, its usual header no longer does.
    assert found([*ROW, "Autre nom"], mapping=Correspondance({"nom": "6"})).place["nom"] == 5
    with pytest.raises(Refus, match="introuvables : prenom"):  # a constant is not a person's name
        found(ROW[1:], mapping=Correspondance(constantes={"prenom": "Ana"}))
