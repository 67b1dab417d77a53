"""The clauses fit any case: blocks dropped at random, two cases that share no value, five persons in five places."""

import random
import re
from dataclasses import replace

import pytest

from mandats.bibliotheque import epreuve, rapport
from mandats.bibliotheque.exemple import render_example
from mandats.bibliotheque.rapport import opening
from mandats.build import write_document
from mandats.load.library import load_library
from mandats.parts import known_names, read_parts
from tests.clause_proofs import actors, flaws, lines
from tests.conftest import ROOT

LIBRARY, _ = load_library(ROOT)
SEED = random.randrange(10**6)


def settings(clause):
    """Its first register and the complaint's, in each regime."""
    registres = dict.fromkeys(
        [next(iter(clause.header.registres), "rep"), *{"plainte"}.intersection(clause.header.registres)]
    )
    return [(registre, regime) for registre in registres for regime in clause.header.regimes]


def dropped(clause, registre, regime, *names):
    whole, cut = (lines(render_example(clause, LIBRARY, registre, regime, sans=sans)[0].blocks) for sans in ((), names))
    return [f"{clause.id} sans {names} [{registre}, {regime}] : {flaw}" for flaw in flaws(whole, cut)]


def with_body(slug, body):
    clause = LIBRARY.clauses[slug]
    return replace(clause, corps=replace(clause.corps, contenu=body), parts=read_parts(body)[0])


def named(clause) -> list[str]:
    """What may go without being read again; who strikes one block among those of a name (`premisses-2`) reads it."""
    return [name for name in known_names(clause.parts) if name not in {part.numero for part in clause.parts}]


@pytest.mark.slow
@pytest.mark.parametrize("slug", sorted(LIBRARY.clauses))
def test_each_block_can_go(slug):
    clause = LIBRARY.clauses[slug]
    found = [dropped(clause, *one, name) for one in settings(clause) for name in named(clause)]
    assert [flaw for some in found for flaw in some] == []


def test_any_two_blocks_can_go():
    """A hundred pairs and a hundred blocks drawn anew each time: the seed is in the message."""
    draw = random.Random(SEED)
    clauses = [c for c in LIBRARY.clauses.values() if len(named(c)) > 1]
    found = []
    for many in (1, 2) * 40:
        clause = draw.choice(clauses)
        found += dropped(clause, *draw.choice(settings(clause)), *draw.sample(named(clause), many))
    assert found == [], f"seed {SEED}"


def test_a_consequence_stands_after_any_block():
    """Whatever the case left before it."""
    found = [
        f"{clause.id}, {registre} : {words[:90]}"
        for clause in LIBRARY.clauses.values()
        for registre, told in clause.header.registres.items()
        for words in re.split(r"\{%.*?%\}", told)
        if registre != "clair" and words[:1].isupper() and opening(words)
    ]
    assert found == []


BODY = """\
::: premisses
La règle est stricte.
:::
::: application
Elle est méconnue. Les griefs sont les suivants :

:::
::: preuve
- un seul.
:::

::: objection
#### En droit
:::
::: contraire ce-2018-10-18-404996-tes
La suite est connue.
:::
"""


@pytest.mark.parametrize(
    "sans, flaw",
    [
        (("premisses",), "« Elle » suppose une phrase tombée"),
        (("preuve",), "« : » sans suite"),
        (("contraires",), ""),  # its heading goes too
        (("objection",), ""),
    ],
)
def test_what_a_drop_spoils_is_seen(sans, flaw):
    found = dropped(with_body("rgpd/minimisation", BODY), "rep", "rgpd", *sans)
    assert [f for f in found if flaw and flaw in f] if flaw else found == []


@pytest.mark.parametrize(
    "whole, cut, flaw",
    [
        ([("titre 4", "A"), ("Para", "b")], [("titre 4", "A")], "titre sans texte"),
        ([("titre 4", "A"), ("titre 5", "B"), ("Para", "b")], [("titre 4", "A"), ("titre 5", "B"), ("Para", "b")], ""),
        ([("Para", "Un mot.")], [("Para", "Un mot..")], "ponctuation"),
        ([("Para", "Un mot.")], [("Para", ", deux mots.")], "ponctuation"),
        ([("Para", "Un mot.")], [("Para", "[note] ")], "note sans phrase"),
        ([("Para", "Un. Ainsi deux.")], [("Para", "Un. Ainsi deux.")], ""),
        ([("Para", "Un. Ainsi deux.")], [("Para", "Ainsi deux.")], "« Ainsi »"),
    ],
)
def test_what_a_cut_text_must_not_be(whole, cut, flaw):
    found = list(flaws(whole, cut))
    assert flaw in " ".join(found)
    assert bool(found) == bool(flaw)


def test_the_impersonal_supposes_nothing():
    assert [opening(s) for s in ("Il appartient au juge", "Il le doit", "Ce que la loi veut", "Ce point")] == [
        "", "Il", "", "Ce"
    ]  # fmt: skip


@pytest.mark.parametrize("slug", ["principes/moindre-intrusion", "police-justice/necessite-absolue"])
def test_a_clause_that_lost_blocks_is_the_same_in_word_and_in_pdf(slug):
    sans = ("precedents", "preuve", "objection", "contraires")
    rendered, problems = render_example(LIBRARY.clauses[slug], LIBRARY, bordereau=True, sans=sans)
    assert problems == []
    assert write_document(rendered)[1] == []


@pytest.mark.slow
def test_no_sentence_of_application_says_the_same_of_two_cases():
    found = {c.id: s for c in LIBRARY.clauses.values() if (s := epreuve.constant_sentences(c, LIBRARY))}
    assert found == {}


@pytest.mark.parametrize(
    "sentence, constant",
    [
        ("La notice n'en dit rien.", True),
        ("{{ acteur | Le }} {{ acteur | verbe('est', 'sont') }} muet.", True),  # a name alone says nothing of a case
        ("{{ traitement | Le }} est en service.", True),
        ("Le besoin est {{ besoin }}.", False),
        ("La notice est produite ({{ pieces(recueil) }}).", False),
        ("La finalité est {{ traitement.finalite }}.", False),
        ("La décision est du {{ decision.date | date }}.", False),
    ],
)
def test_a_sentence_that_reads_nothing_is_seen(sentence, constant):
    clause = with_body("rgpd/minimisation", f"::: application\nEn l'espèce, {{{{ moindre }}}}. {sentence}\n:::\n")
    assert bool(epreuve.constant_sentences(clause, LIBRARY)) == constant


def test_a_sentence_that_a_position_brings_reads_it():
    body = "::: application si insuffisance=silence\nRien n'en est dit.\n:::\n"
    assert epreuve.constant_sentences(with_body("rgpd/minimisation", body), LIBRARY) == []


@pytest.mark.slow
def test_each_clause_names_the_right_person(expected):
    """Read once by a jurist: whom each clause names, in order, when nobody holds two places."""
    table = []
    for clause in LIBRARY.clauses.values():
        voices: dict[str, list[str]] = {}
        for registre, named in actors(clause, LIBRARY).items():
            voices.setdefault(" ".join(named) or "(personne)", []).append(registre)
        table += [f"{clause.id}  {', '.join(registres)} : {named}" for named, registres in voices.items()]
    expected(ROOT / "tests" / "golden" / "acteurs.txt", "\n".join(table) + "\n")


@pytest.mark.slow
def test_no_register_that_a_template_requires_is_missing():
    voices = rapport.report(LIBRARY, {}).registres
    assert [clause for clause, cells in voices if rapport.HOLE in cells] == []
    assert len(voices) > 150


def test_a_register_that_a_template_requires_and_a_clause_lacks_is_a_hole():
    clause = LIBRARY.clauses["rgpd/minimisation"]
    voices = {r: w for r, w in clause.header.registres.items() if r != "plainte"}
    lacking = replace(clause, header=clause.header.model_copy(update={"registres": voices}))
    made = rapport.report(replace(LIBRARY, clauses={clause.id: lacking}), {})
    assert [rapport.HOLE in cells for _, cells in made.registres] == [True]


def test_a_word_that_brings_its_article_is_contracted():
    """« de {{ acte }} » prints « de le décret » in the case that names a masculine: « {{ acte | du }} »."""
    bare = re.compile(r"\b(?:de|à) \{\{ (\w+) \}\}")
    told = []
    for clause in LIBRARY.clauses.values():
        parametres = clause.header.parametres
        for words in (clause.corps.contenu, *clause.header.registres.values()):
            names = {name for name in bare.findall(words) if "article" in getattr(parametres.get(name), "aide", "")}
            told += [f"{clause.id} : {name}" for name in sorted(names)]
    assert told == []


def values(pattern: str) -> list[tuple[str, str, str]]:
    """Clause, parameter and its help, wherever the words of a clause show one so."""
    return [
        (clause.id, name, clause.header.parametres[name].aide)
        for clause in LIBRARY.clauses.values()
        for words in (clause.corps.contenu, *clause.header.registres.values())
        for name in re.findall(pattern, words)
        if name in clause.header.parametres
    ]


def test_a_value_that_goes_on_brings_no_full_stop_and_one_within_a_sentence_no_capital():
    """« {{ delai }} ({{ piece(p) }}). » prints « … trop tard. (pièce n° 4). » when the help asks for sentences."""
    followed = r"\{\{ (\w+)(?: \| majuscule)? \}\}(?:\{% if \w+ %\})? ?(?:[(.,;:]|\{\{ citation)"
    within = r"(?<=[a-zé,;:'] )\{\{ (\w+) \}\}"
    whole = re.compile(r"phrases? complètes?")
    stopped = {(c, n) for c, n, told in values(followed) if whole.search(told) and "sans point final" not in told}
    capital = {(c, n) for c, n, told in values(within) if whole.search(told) and "sans majuscule" not in told}
    assert (stopped, capital) == (set(), set())
