"""A rule as data: which documents it concerns, how gravely, how its texts are filled, and what its file may hold."""

import pytest

from mandats.checks.forme import regle
from mandats.checks.forme.regle import Chapitre, Constat, RegleDeForme, Seuil, chapter_of, fill, formes
from mandats.delais.duree import Duree
from mandats.problem import AVERTISSEMENT, ERREUR

TEXTS = {"titre": "t", "pourquoi": "p.", "remede": "r.", "court": "art. 1"}
TOLD = {"constat": "c", "faire": "f", "si": {"absent": "lieu"}}
FINAL = formes().sans_regularisation.familles[0]


def rule(familles=None, **more) -> RegleDeForme:
    return RegleDeForme(
        **{"id": "X-01", **TEXTS, "familles": familles or {"requete": "irrecevable"}, "par": ("a",), **more}
    )


@pytest.mark.parametrize(
    ("gravites", "familles", "urgent", "own", "told"),
    [
        ({"requete": "irrecevable"}, ["contentieux", "requete"], False, None, ERREUR),
        ({"requete": "a-regulariser"}, ["contentieux", "requete"], False, None, AVERTISSEMENT),
        ({"requete": "a-regulariser"}, ["contentieux", "requete"], True, None, ERREUR),
        ({"requete": "a-regulariser"}, ["requete", FINAL], False, None, ERREUR),
        ({"requete": "conseil"}, ["requete", FINAL], True, None, AVERTISSEMENT),
        ({"contentieux": "irrecevable", "requete": "conseil"}, ["contentieux", "requete"], False, None, AVERTISSEMENT),
        ({"contentieux": "conseil", "requete": "irrecevable"}, ["contentieux", "requete"], False, None, ERREUR),
        ({"requete": "irrecevable"}, ["requete"], False, "conseil", AVERTISSEMENT),
        ({"requete": "conseil"}, ["requete"], False, "irrecevable", ERREUR),
        ({"requete": "conseil"}, ["contentieux", "requete"], False, {"contentieux": "irrecevable"}, ERREUR),
        ({"requete": "irrecevable"}, ["requete"], False, {"plainte": "conseil"}, ERREUR),
    ],
)
def test_the_most_particular_family_says_how_grave_it_is(gravites, familles, urgent, own, told):
    made = rule(gravites)
    if own is None:
        assert made.gravite_de(familles, urgent) == told
        assert made.gravite_de(familles) == told or urgent
    else:
        assert made.gravite_de(familles, urgent, Constat(**TOLD, gravite=own)) == told


def test_a_rule_concerns_its_families_except_those_it_leaves_out():
    made = rule({"contentieux": "irrecevable", "refere": "hors"})
    aimed = (["contentieux"], ["contentieux", "requete"], ["contentieux", "refere"], ["plainte"], [])
    assert [made.vise(familles) for familles in aimed] == [True, True, False, False, False]


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("sans rien", "sans rien"), ("{n} fois", "trois fois"), ("{mot}", "mot"), ("{d}", "deux mois"),
        ("{d.le} et {d.jours}", "les deux mois et 62"), ("{a.b}", "entier"), ("{N}, {1}, {}, {é}", "{N}, {1}, {}, {é}"),
    ],
)  # fmt: skip
def test_names_between_braces_are_filled(text, filled):
    assert fill(text, {"n": 3, "mot": "mot", "d": Duree(2, "mois", "mois"), "a.b": "entier"}) == filled
    with pytest.raises(KeyError):
        fill("{inconnu}", {})


def test_texts_of_a_rule_tell_its_lengths_and_begin_with_a_capital():
    made = rule(delais={"recours": "rep-decision-notifiee"}, seuils={"poids": next(iter(formes().seuils))})
    assert set(made.durees) == {"recours", "poids"}
    assert (made.told("{recours} au plus"), made.told("")) == ("Deux mois au plus", "")
    assert rule().told("{recours}") == "{recours}"
    assert rule(seuils={"poids": next(iter(formes().seuils))}).told("{poids}") != "{poids}"


def test_a_threshold_is_a_number_or_a_length():
    assert Seuil("3", "r").valeur == 3
    assert Seuil("3", "r", "jours").valeur == Duree(3, "jours", "mois")


@pytest.mark.parametrize(
    ("told", "error"),
    [
        ({}, "un constat avec ce qu'il faut faire, ou une question"), ({"constat": "c"}, "un constat avec"),
        ({"faire": "f"}, "un constat avec"), ({"constat": "c", "faire": "f", "question": "q"}, "un constat avec"),
        ({"question": "q", "faire": "f"}, "un constat avec"),
        ({"question": "q", "si": {"x": 1}}, "mots inconnus : {'x'}"),
        ({"question": "q"}, None), ({"constat": "c", "faire": "f", "si": {"absent": "a"}}, None),
    ],
)  # fmt: skip
def test_a_finding_is_a_sentence_and_its_remedy_or_a_question(told, error):
    if error:
        with pytest.raises(ValueError, match=error):
            Constat(**told)
    else:
        assert (Constat(**told).chemin, Constat(**told).gravite) == ("", None)


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"par": ()}, "X-01 : rien ne la contrôle"),
        ({"constats": {"": Constat(**TOLD)}}, "X-01 : rien ne la contrôle"),
        ({"predicat": "a.b"}, "X-01 : rien ne la contrôle"),
        ({"confiance": "memoire"}, "X-01 : une règle non lue ne bloque pas"),
        ({"confiance": "memoire", "familles": {"a": "conseil", "b": "a-regulariser"}}, "une règle non lue"),
        ({"confiance": "memoire", "familles": {"a": "conseil", "b": "hors"}}, None), ({"confiance": "lu"}, None),
        ({"par": (), "constats": {"": Constat(**TOLD)}}, None),
        ({"par": (), "constats": {"x": Constat(question="q")}, "predicat": "a.b"}, None),
        ({"par": (), "constats": {"x": Constat(question="q")}}, "rien ne trouve un de ses constats"),
    ],
)  # fmt: skip
def test_a_rule_is_checked_and_blocks_only_when_it_was_read(more, error):
    if error:
        with pytest.raises(ValueError, match=error):
            rule(**more)
    else:
        made = rule(**more)
        assert (made.un_seul, made.predicat) == (False, more.get("predicat", ""))
        assert rule().confiance == "lu"


@pytest.fixture
def chapter(monkeypatch):
    """`chapter(entries, families)`: a file of rules of the chapter X, read anew."""

    def read(entries, familles=("requete",)):
        monkeypatch.setattr(regle, "read_figures", lambda file: entries if file == "formes/x.yaml" else {})
        monkeypatch.setitem(formes().chapitres, "X", Chapitre("X", tuple(familles)))
        chapter_of.cache_clear()
        return chapter_of("X")

    yield read
    chapter_of.cache_clear()


def test_a_file_holds_the_rules_that_its_head_announces(chapter):
    sound = {**TEXTS, **TOLD, "familles": {"requete": "conseil"}}
    assert list(chapter({"X-01": sound, "X-02": sound})) == ["X-01", "X-02"]
    for name, familles in (
        ("Y-01", ["requete"]),
        ("X01", ["requete"]),
        ("X-01", ["plainte"]),
        ("X-01", ["requete", "a"]),
    ):
        with pytest.raises(ValueError, match="X : des règles d'un autre chapitre, ou d'autres familles"):
            chapter({name: sound}, familles)


def test_what_a_rule_writes_once_is_common_to_its_findings(chapter):
    common = {"faire": "f", "si": {"absent": "lieu", "vaut": {"a": "1", "b": "2"}}}
    own = {"un": {"constat": "u"}, "deux": {"constat": "d", "faire": "g", "si": {"vaut": {"b": "3"}, "nul": "x"}}}
    read = chapter({"X-01": {**TEXTS, **common, "constats": own, "familles": {"requete": "conseil"}}})["X-01"].constats
    assert (read["un"].constat, read["un"].faire, read["un"].si) == ("u", "f", common["si"])
    assert (read["deux"].constat, read["deux"].faire) == ("d", "g")
    assert read["deux"].si == {"absent": "lieu", "vaut": {"a": "1", "b": "3"}, "nul": "x"}
    alone = chapter({"X-01": {**TEXTS, **TOLD, "familles": {"requete": "conseil"}}})["X-01"]
    assert list(alone.constats) == [""] and alone.id == "X-01"
