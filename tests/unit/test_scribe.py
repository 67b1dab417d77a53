"""The memory of one document: what is being read, and who called it."""

import pytest

from mandats import blocks
from mandats.build import examine
from mandats.document import Text
from mandats.load.library import load_library
from mandats.problem import Place
from mandats.render import cite
from mandats.render.scribe import Scribe
from tests.conftest import ROOT


@pytest.fixture
def scribe():
    return Scribe(examine(ROOT / "tests" / "golden" / "petit" / "case.yaml", ROOT).documents[0].document)


def test_what_is_read_inside_does_not_outlive_it_even_when_it_fails(scribe):
    before = scribe.text, scribe.caller, scribe.regime
    text, caller = Text("clause.md", "mots"), Place("case.yaml", 3)
    with pytest.raises(ZeroDivisionError), scribe.reading(text, caller, "renseignement"):
        assert (scribe.text, scribe.caller, scribe.regime) == (text, caller, "renseignement")
        with scribe.reading(regime=""):
            assert (scribe.text, scribe.caller, scribe.regime) == (text, caller, "renseignement")
        _ = 1 / 0
    assert (scribe.text, scribe.caller, scribe.regime) == before


def test_a_source_is_given_in_full_where_it_is_first_met_on_the_page(scribe):
    """Marks are expanded in reading order: not in the order of the calls."""
    cle = next(c for c, s in scribe.sources.items() if s.type == "decision" and s.nom)
    second, first = scribe._citation(cle), scribe._citation(cle)
    notes = scribe.render(Text("a.md", f"{first} puis {second}"), {})
    words = [n["c"] for n in notes[0]["c"] if n["t"] == "Note"]
    assert "préc." not in str(words[0])
    assert "préc." in str(words[1])


def words(scribe, source, **values):
    scribe.sources = load_library(ROOT)[0].sources
    scribe.mentions = cite.Mentions(scribe.sources)
    read = scribe.render(Text("a.md", source), scribe.functions() | values)
    return [blocks.plain(node).strip().replace("\u00a0", " ") for node in read]


def test_articles_of_one_text_are_named_together(scribe):
    both = '{{ references(["cja-l511-1", "cja-l911-1"], "FORM") }}'
    said = [words(scribe, f"En vertu {both.replace('FORM', form)}.")[0] for form in ("du", "au", "le", "Le")]
    court = "articles L. 511-1 et L. 911-1 du code de justice administrative"
    assert said[0].startswith(f"En vertu des {court}")
    assert [s.removeprefix("En vertu ").split(" L.")[0] for s in said[1:]] == [
        "aux articles",
        "les articles",
        "Les articles",
    ]
    assert words(scribe, '{{ references(["rgpd-5-1-a", "charte-7", "rgpd-5-1-c"], "au") }}')[0].startswith(
        "à l’article 5, paragraphe 1, sous a) et c), du "
    )
    assert words(scribe, '{{ references(["rgpd-28-1", "rgpd-44"]) }}')[0].startswith(
        "les articles 28, paragraphe 1, et 44 du "
    )
    assert words(scribe, '{{ references(["charte-7"], "du") }}')[0].startswith("de l’article 7 de la ")
    assert {use.cle for use in scribe.cited_sources} >= {"cja-l511-1", "cja-l911-1", "charte-7"}


RGPD = "règlement (UE) 2016/679 du Parlement européen et du Conseil du 27 avril 2016"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('Un.{{ citation("rgpd-5-2") }}', f"Un.Article 5, paragraphe 2, du {RGPD}."),  # once: nothing to announce
        (
            'Un.{{ citation("rgpd-5-2") }} L\'{{ reference("rgpd-7-4") }}. Le RGPD.',  # in full once more
            f"Un.Article 5, paragraphe 2, du {RGPD} (ci-après « RGPD »)."
            f" L’article 7, paragraphe 4, du {RGPD}. Le RGPD.",
        ),
        (
            'L\'{{ reference("rgpd-7-4") }}.{{ citation("rgpd-5-2") }}',
            f"L’article 7, paragraphe 4, du {RGPD} (ci-après « RGPD »).Article 5, paragraphe 2, du RGPD.",
        ),
        (
            'Un.{{ citation(["rgpd-4-22", "sous c)"], ["rgpd-5-2"]) }}',
            f"Un.Article 4, point 22, sous c), du {RGPD} (ci-après « RGPD ») ; article 5, paragraphe 2, du RGPD.",
        ),
    ],
)
def test_a_short_form_is_announced_where_its_text_is_first_met_if_it_serves(scribe, source, said):
    words(scribe, "")
    read = scribe.render(Text("a.md", source), scribe.functions())
    scribe.mentions.forget_unused(read)
    assert " ".join(blocks.plain(read, notes=True).split()) == said


@pytest.mark.parametrize("call", ['references("charte-7")', "references([])", 'references(["charte-7"], "par")'])
def test_a_grouped_reference_that_means_nothing_is_told(scribe, call):
    scribe.render(Text("a.md", "{{ " + call + " }}"), scribe.functions())
    assert "references()" in scribe.problems[-1].message


def test_a_list_of_one_is_a_sentence(scribe):
    source = "Sont en cause : {{ puces(liste) }}\n\nSuite."
    assert words(scribe, source, liste=["le nom"]) == ["Sont en cause : le nom.", "Suite."]
    lead, items, after = scribe.render(Text("a.md", source), scribe.functions() | {"liste": ["le *nom*", "l'âge"]})
    assert [blocks.plain(n).strip() for n in (lead, after)] == ["Sont en cause\u00a0:", "Suite."]
    assert [blocks.plain(one).strip() for one in items["c"]] == ["le *nom*\u202f;", "l’âge."]
