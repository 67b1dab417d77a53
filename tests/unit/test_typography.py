import pytest
from hypothesis import given
from hypothesis import strategies as st

from mandats.render.typography import contract, date_longue, french

FRENCH = st.text(alphabet="abÀé 1234n°§«»:;!?.,'’-–%€()\u00a0\u202f\n", max_size=60)


@given(FRENCH)
def test_twice_equals_once(text):
    assert french(french(text)) == french(text)


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
        ("le 1er octobre 2022", "le 1er~octobre 2022"),
        ("15 248 mandats et 50 %", "15_248 mandats et 50~%"),
        ("pièce n° 4, p. 3", "pièce~n°~4, p.~3"),
        ("https://a.fr/x?y:z;t", "https://a.fr/x?y:z;t"),
        ("contact@example.org ; merci", "contact@example.org_; merci"),
        ("l'article", "l’article"),
        ("§ 12", "§~12"),
        ("en 12 h 30, 3 ans et 1 500 euros", "en 12~h~30, 3~ans et 1_500~euros"),
        ("M. le préfet, Mme X et Me Y", "M.~le préfet, Mme~X et Me~Y"),
        ("15%, 20€, 5°C", "15~%, 20~€, 5~°C"),
        ("N° 12, n°s 3 et 4", "N°~12, nos~3 et 4"),
        ("nos 12 adhérents, nos 3 et 4", "nos 12 adhérents, nos~3 et 4"),
    ],
)
def test_french_rules(typed, printed):
    assert french(typed).replace("\u00a0", "~").replace("\u202f", "_") == printed


def test_dates_and_contractions():
    assert date_longue("2022-01-01") == "1er janvier 2022"
    assert contract("de", "l'", "université") == "de l'université"
