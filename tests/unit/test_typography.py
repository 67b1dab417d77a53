import pytest
from hypothesis import given
from hypothesis import strategies as st

from mandats.render.typography import contract, correct, date_longue, french

FRENCH = st.text(alphabet="abÀé 1234n°§«»:;!?.,'’-–%€()\u00a0\u202f\n", max_size=60)
# What the rules look for, in any order, tied by the spaces that a drafter or an editor leaves.
WORDS = """
    1er 1ère 2ème 3è XIXème XIXe 2nde 1iers 12 1 000 5,2 2022 h ans euros d'euros € % km kWh fois personnes siècle
    heures chambre alinéa page article n° M. Mme Me A. Louis XIV et ou à le mandats etc... etc. « » “ ” ; : ! ?
"""
UNITS = "ans mois jours heures min km m² kg Mo kWh millions euros d’euros € % ‰ °C fois personnes pages"
LABELS = "M. MM. Mme Mmes Mlle Me Mes Dr n° N° p. art. § pièce article page section note tome"
SPACE = st.sampled_from([" ", "\u00a0", "\u202f", ""])
SPACED = st.lists(st.tuples(st.sampled_from(WORDS.split()), SPACE), max_size=14).map(
    lambda pairs: "".join(word + space for word, space in pairs)
)


@given(FRENCH | SPACED)
def test_twice_equals_once(text):
    assert french(french(text)) == french(text)
    assert correct(correct(text)) == correct(text)


@given(SPACED, SPACED, st.sampled_from(["« {} »", "“{}”", '"{}"']))
def test_a_quotation_is_never_corrected(before, quoted, signs):
    inside = signs.format("".join(c for c in quoted if c not in "«»“”"))
    before = "".join(c for c in before if c not in "«»“”")
    assert correct(f"{before} {inside} {before}") == f"{correct(before + ' ')}{inside}{correct(' ' + before)}"


@given(
    SPACED, st.sampled_from(["https://a.fr/1ère/2ème?n=3è", "www.a.fr/XIXème,2nd", "la.2ème@a.fr", "piece-2ème.pdf"])
)
def test_an_address_or_a_file_is_left_as_it_is(text, address):
    text = "".join(c for c in text if c not in "«»“”")
    assert address in french(correct(f"{text} {address} {text}"))


@given(
    st.sampled_from(["3", "12", "1 500", "5,2", "20 000 000"]),
    st.sampled_from(UNITS.split()),
    st.sampled_from([" ", "\u00a0"]),
)
def test_a_number_is_never_parted_from_its_unit(number, unit, space):
    assert " " not in french(f"{number}{space}{unit}")
    assert french(f"le {number}{space}{unit} du").count(" ") == 2  # and nothing else is tied


@given(
    st.sampled_from(LABELS.split()),
    st.sampled_from(["12", "II"]),
)
def test_a_title_or_a_label_is_never_parted_from_what_it_names(label, number):
    assert " " not in french(f"{label} {number}")


@given(FRENCH)
def test_no_letter_is_lost(text):
    def bare(t):
        return [c for c in t.replace("...", "…").replace("'", "’") if not c.isspace()]

    assert bare(french(text)) == bare(text)


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Il dit : « oui » ; non !", "Il dit~: «~oui~»_; non_!"),
        ("« mot »", "«~mot~»"),
        ("«mot»", "«~mot~»"),
        ("quoi?", "quoi_?"),
        ("à 12:30 précises", "à 12:30 précises"),
        ("EU:C:2021:504", "EU:C:2021:504"),
        ("C-439/19", "C-439/19"),
        ("art. L. 521-1", "art.~L.~521-1"),
        ("nos 440442, 440445", "nos~440442, 440445"),
        ("le 1er octobre 2022", "le 1er~octobre~2022"),
        ("15 248 mandats et 50 %", "15_248~mandats et 50~%"),
        ("pièce n° 4, p. 3", "pièce~n°~4,~p.~3"),
        ("https://a.fr/x?y:z;t", "https://a.fr/x?y:z;t"),
        ("contact@example.org ; merci", "contact@example.org_; merci"),
        ("l'article", "l’article"),
        ("§ 12", "§~12"),
        ("en 12 h 30, 3 ans et 1 500 euros", "en 12~h~30, 3~ans et 1_500~euros"),
        ("M. le préfet, Mme X et Me Y", "M.~le préfet, Mme~X et Me~Y"),
        ("15%, 20€, 5°C", "15~%, 20~€, 5~°C"),
        ("N° 12, n°s 3 et 4", "N°~12, nos~3 et 4"),
        ("nos 12 adhérents, nos 3 et 4", "nos 12 adhérents, nos~3 et 4"),
        ("15 248 mandats, de 3 000 à 4 000, en 2022 les", "15_248~mandats, de 3_000 à 4_000, en 2022 les"),
        ("1 000 et 2 000 ou 3 000 personnes", "1_000 et 2_000 ou 3_000~personnes"),
        ("à 10 heures 30, 8 h du matin", "à 10~heures~30, 8~h du matin"),
        ("Louis XIV, A. B. Martin, Vu le II", "Louis~XIV, A.~B.~Martin, Vu le II"),
        ("la 10e chambre du XXe siècle, 2e fois", "la 10e~chambre du XXe~siècle, 2e fois"),
        ("page 3, 3 pages, la note 4", "page~3, 3~pages, la note~4"),
    ],
)
def test_french_rules(typed, printed):
    assert french(typed).replace("\u00a0", "~").replace("\u202f", "_") == printed


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("1ère, 1ere, 1ières, 2ème, 2eme, 3è, 3és, XIXème, IIè", "1re, 1re, 1res, 2e, 2e, 3e, 3es, XIXe, IIe"),
        ("1ier, 1iers, 1 er janvier, Ier, 1ers", "1er, 1ers, 1er janvier, Ier, 1ers"),
        ("2nd, 2nde, 2nds", "2d, 2de, 2ds"),
        ("etc..., etc…, Etc..., etc . . ., etc.", "etc., etc., Etc., etc . . ., etc."),
        ("2èmement, énième, A2ème, 1,2ème, 12345ème", "2èmement, énième, A2ème, 1,2ème, 12345ème"),
    ],
)
def test_what_is_corrected(typed, printed):
    assert correct(typed) == printed


def test_dates_and_contractions():
    assert date_longue("2022-01-01") == "1er janvier 2022"
    assert contract("de", "l'", "université") == "de l'université"
