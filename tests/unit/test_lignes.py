"""One row of an export: each fault with its column, its kind and its phrase, on both sides of each edge."""

import datetime as dt

import pytest

from mandats.registre.colonnes import Correspondance
from mandats.registre.lignes import Rules, check_row, limits, read_date, says_yes
from mandats.registre.textes import Texte

NOW = dt.datetime(2022, 6, 1, 12, 0, tzinfo=dt.UTC)
ROW = {
    "prenom": "Ana", "nom": "Exemple", "courriel": "ana@example.org", "mandat": "oui", "commune": "Paris",
    "signe_le": "2022-05-24T10:00:00Z", "date_naissance": "1980-01-01", "code_postal": "75011", "pays": "France",
}  # fmt: skip
UNREADABLE = "date illisible ou impossible"
SIGNED, BORN, CODE = ("signe_le", "signature"), "date_naissance", ("code_postal", "code-postal")
TEXTS = (Texte(1, "ababababab12" * 6, "2022-05-01", "a", "f1" * 32), Texte(2, "cd" * 32, "2022-05-20", "b", "e" * 64))
EARLY = "signature antérieure à ce qui est signé (texte du 1er mai 2022, empreinte ababababab12…)"
UNSAID = "le registre tient plusieurs textes : lequel a été signé ? (cette colonne, ou importer --texte DATE)"
CONSENT = "consentement exigé : réponse négative, absente ou non reconnue"
FRENCH = "ce n'est pas un code postal français ; pays à préciser ?"


def checked(constantes=None, dates="jma", **changes):
    """(person, evidence, faults) of the sound row with these cells; None takes a cell away. Rules: `regle_…`."""
    more = {name.removeprefix("regle_"): changes.pop(name) for name in [*changes] if name.startswith("regle_")}
    cells = {name: value for name, value in {**ROW, **changes}.items() if value is not None}
    mapping = Correspondance(constantes=constantes or {}, dates=dates)
    if textes := more.pop("textes", ()):
        more |= {"textes": textes, "choisi": textes[0] if len(textes) == 1 else None}
    person, preuve, faults = check_row(cells, Rules(**{"maintenant": NOW, "mapping": mapping, **more}))
    return person, preuve, [tuple(f) for f in faults]


def test_a_sound_row_has_no_fault_and_its_values_are_tidied():
    person, preuve, faults = checked(prenom="  Ana \t Zoe\u0301 ", courriel="Ana@EXAMPLE.org", code_postal="75 011")
    assert (preuve, faults) == ("case-horodatee", [])
    assert person == {
        "prenom": "Ana Zoé", "nom": "Exemple", "courriel": "Ana@example.org", "date_naissance": "1980-01-01",
        "adresse": "", "code_postal": "75011", "commune": "Paris", "pays": "France", "signe_le": "2022-05-24T10:00:00Z",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"prenom": ""}, [("prenom", "prenom-absent", "valeur absente")]),
        ({"nom": None}, [("nom", "nom-absent", "valeur absente")]),
        ({"courriel": " "}, [("courriel", "courriel-absent", "valeur absente")]),
        ({"courriel": "ana@"}, [("courriel", "courriel-invalide", "ce n'est pas une adresse électronique")]),
        ({"nom": "a\ufffdb"}, [
            ("nom", "caractere", "caractère perdu, ou qui n'existe pas (U+FFFD, caractère 2) : retapez le mot")
        ]),
        ({"mandat": "non"}, [("mandat", "consentement", CONSENT)]),
        ({"notice": "non"}, [("notice", "consentement", CONSENT)]),
        ({"concerne": ""}, [("concerne", "consentement", CONSENT)]),
        ({"mandat": None}, []),  # the column's absence is told once, by the header
        ({"commune": " "}, [("commune", "commune-absente", "valeur absente")]),
        ({"commune": None}, []),
        # the text of the mandate, the evidence
        ({"version": " ABABABABAB12 ", "regle_textes": TEXTS[:1]}, []),
        ({"version": "f1f1f1f1", "regle_textes": TEXTS[:1]}, []),  # of the file that held it
        ({"version": "2022-05-01", "regle_textes": TEXTS}, []),
        ({"version": "abababab13", "regle_textes": TEXTS}, [
            ("version", "version", "ce mandat porte sur un autre texte que ceux du registre")
        ]),
        ({"version": "ab", "regle_textes": TEXTS[:1]}, [
            ("version", "version", "ce mandat porte sur un autre texte que ceux du registre")
        ]),
        ({"version": "abababab13"}, []),
        ({"version": " ", "regle_textes": TEXTS[:1]}, []),
        ({"version": " ", "regle_textes": TEXTS}, [("version", "version", UNSAID)]),
        ({"signe_le": "2022-04-30 21:59", "regle_textes": TEXTS[:1]}, [("signe_le", "signature-avant-texte", EARLY)]),
        ({"signe_le": "2022-04-30T22:00Z", "regle_textes": TEXTS[:1]}, []),  # the day is that of Paris
        ({"signe_le": "2022-04-30", "regle_textes": (Texte(1, "ab" * 32),)}, []),  # its day is not known
        ({"preuve": "photo"}, [("preuve", "preuve",
            "preuve inconnue (possibles : case-horodatee, double-confirmation, pdf-signe, eidas, papier)")]),
        # the signature
        ({"signe_le": ""}, [("signe_le", "signature-absente", "valeur absente : un mandat se date")]),
        ({"signe_le": None}, [("signe_le", "signature-absente", "valeur absente : un mandat se date")]),
        ({"signe_le": "hier"}, [(*SIGNED, UNREADABLE)]),
        ({"signe_le": "31/04/2022"}, [(*SIGNED, UNREADABLE)]),
        ({"signe_le": "2022-05-24 vers midi"}, [(*SIGNED, UNREADABLE)]),
        ({"signe_le": "2022-05-24 24:00"}, [(*SIGNED, UNREADABLE)]),
        ({"signe_le": "0001-01-01 00:00"}, [(*SIGNED, UNREADABLE)]),  # before all calendars, in universal time
        ({"signe_le": "1980-01-01 00:00:00", "date_naissance": ""}, [
            (*SIGNED, "date factice d'une enquête anonyme : l'horodatage manque")
        ]),
        ({"signe_le": "1980-01-02", "date_naissance": ""}, []),
        ({"signe_le": "2022-06-02T12:00:00Z"}, []),  # a clock may be a day ahead
        ({"signe_le": "2022-06-02T12:00:01Z"}, [(*SIGNED, "date à venir")]),
        # the birth
        ({BORN: ""}, []),
        ({BORN: "30/02/1980"}, [(BORN, "date-impossible", UNREADABLE)]),
        ({BORN: "vers 1980"}, [(BORN, "date-impossible", UNREADABLE)]),
        ({BORN: "01/02/1980 00:00:00"}, []),
        ({BORN: "01/02/1980 00:00"}, []),
        ({BORN: "01/02/1980 10:00"}, [(BORN, "date-impossible", UNREADABLE)]),
        ({BORN: "2022-06-02"}, [(BORN, "date-future", "date à venir")]),
        ({BORN: "2022-06-01"}, [(BORN, "trop-jeune", "moins de 18 ans à la signature")]),
        ({BORN: "1901-05-25"}, []),
        ({BORN: "1901-05-24"}, [(BORN, "date-impossible", "plus de 120 ans")]),
        ({BORN: "1902-05-24"}, []),
        ({BORN: "2004-05-24"}, []),
        ({BORN: "2004-05-25"}, [(BORN, "trop-jeune", "moins de 18 ans à la signature")]),
        ({BORN: "2004-06-01"}, [(BORN, "trop-jeune", "moins de 18 ans à la signature")]),
        ({BORN: "2004-04-30"}, []),
        ({BORN: "2004-06-01", "signe_le": ""}, [
            ("signe_le", "signature-absente", "valeur absente : un mandat se date")
        ]),  # counted to the day of the import
        ({BORN: "2004-05-25", "regle_age_minimum": 15}, [
            ("accord_representant", "trop-jeune", "moins de 18 ans : accord du représentant légal exigé")
        ]),
        ({BORN: "2004-05-24", "regle_age_minimum": 15}, []),
        ({BORN: "2007-05-24", "regle_age_minimum": 15, "accord_representant": "oui"}, []),
        ({BORN: "2007-05-25", "regle_age_minimum": 15, "accord_representant": "oui"}, [
            (BORN, "trop-jeune", "moins de 15 ans à la signature")
        ]),
        # the address
        ({"code_postal": ""}, [(*CODE, "valeur absente")]),
        ({"code_postal": "", "pays": "Suisse"}, []),
        ({"code_postal": "8001", "pays": "Suisse"}, []),
        ({"code_postal": None}, []),
        ({"code_postal": "1000"}, [(*CODE, "4 chiffres : zéro initial perdu par un tableur, ou pays à préciser")]),
        ({"code_postal": "100"}, [(*CODE, FRENCH)]),
        ({"code_postal": "100A"}, [(*CODE, FRENCH)]),
        ({"code_postal": "99123"}, [(*CODE, FRENCH)]),
        ({"code_postal": "97400", "pays": "La Réunion"}, []),
        ({"code_postal": "99123", "pays": ""}, [(*CODE, FRENCH)]),
    ],
)  # fmt: skip
def test_each_fault_is_told_by_its_column_and_nothing_else(changes, faults):
    assert checked(**changes)[2] == faults


@pytest.mark.parametrize("name", limits())
def test_a_value_may_be_as_long_as_its_field(name):
    longest = limits()[name]
    assert [f for f in checked(**{name: "a" * longest})[2] if f[1] == "longueur"] == []
    assert (name, "longueur", f"plus de {longest} caractères") in checked(**{name: "a" * (longest + 1)})[2]


def test_a_constant_fills_what_the_file_lacks_or_leaves_blank():
    constants = {"pays": "Suisse", "preuve": "papier"}
    for cell, pays in ((None, "Suisse"), (" ", "Suisse"), ("Belgique", "Belgique")):
        person, preuve, faults = checked(constants, pays=cell, code_postal="8001")
        assert (person["pays"], preuve, faults) == (pays, "papier", [])
    assert checked(pays="")[0]["pays"] == "France"
    assert checked(preuve="papier")[1] == "papier"
    assert checked(regle_preuve="papier")[1] == "papier"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2022-05-24", "2022-05-24"), ("24/05/2022", "2022-05-24"), ("24.5.2022", "2022-05-24"),
        ("24-05-2022", "2022-05-24"), ("2022-5-4", "2022-05-04"), ("04/05/2022", "2022-05-04"),
        ("24/05/2022 10:30", "2022-05-24T08:30:00Z"), ("24/01/2022 10:30", "2022-01-24T09:30:00Z"),
        ("24/05/2022 à 10h30", "2022-05-24T08:30:00Z"), ("24/05/2022, 9:05:07", "2022-05-24T07:05:07Z"),
        ("24/05/2022 - 10:30", "2022-05-24T08:30:00Z"), ("2022-05-24T10:30:15.123Z", "2022-05-24T10:30:15Z"),
        ("2022-05-24T10:30+02:00", "2022-05-24T08:30:00Z"), ("2022-05-24 10:30 -0500", "2022-05-24T15:30:00Z"),
        ("24/05/2022 01:00", "2022-05-23T23:00:00Z"),
    ],
)  # fmt: skip
def test_an_hour_is_that_of_paris_unless_it_says_otherwise(text, written):
    person, _, faults = checked(signe_le=text)
    assert (person["signe_le"], faults) == (written, [])


def test_the_mapping_says_the_order_of_a_date():
    assert checked(dates="mja", signe_le="05/04/2022", date_naissance="12/01/1980")[0]["signe_le"] == "2022-05-04"
    assert checked(dates="mja", date_naissance="12/01/1980")[0]["date_naissance"] == "1980-12-01"
    assert checked(date_naissance="12/01/1980")[0]["date_naissance"] == "1980-01-12"
    assert read_date("12/01/1980") == (dt.date(1980, 1, 12), "")


@pytest.mark.parametrize(
    ("text", "yes"),
    [("oui", 1), ("OUI.", 1), ("✓", 1), (" ☑ ", 1), ("Je donne mandat à l'association", 1), ("Oui, je veux", 1),
     ("oui-da", 1), ("ouistiti", 0), ("non", 0), ("", 0), ("☐", 0), ("je ne donne pas mandat", 0)],
)  # fmt: skip
def test_yes_is_said_in_full(text, yes):
    assert says_yes(text) == yes
