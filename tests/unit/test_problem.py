"""One line for what several texts and documents of a case share, the decisive ones first."""

import json

from mandats.problem import AVERTISSEMENT, DECISIF, DEPASSE, ERREUR, NOTE, PROVISOIRE, Place, Problem, sort_problems
from mandats.report import as_json, as_sarif


def found(id, chemin, message, line, rang=NOTE, gravite=AVERTISSEMENT, documents=(), file="clauses/a.md"):
    return Problem(id, Place(file, line), chemin, message, gravite, rang, documents=documents)


def alert(line, document, file="clauses/a.md"):
    return found("source-alerte", "avis", "source : appel en cours.", line, documents=(document,), file=file)


def test_a_source_is_told_once_with_its_places_and_its_documents():
    told = sort_problems([alert(9, "requete"), alert(3, "refere"), alert(9, "refere"), alert(1, "refere", "z.md")])
    assert [str(p) for p in told] == [
        "clauses/a.md:3:1 · avis : avertissement, source : appel en cours (dans requete et refere)"
        " ; aussi clauses/a.md:9:1 et z.md:1:1 [source-alerte]"
    ]


def test_many_places_are_counted():
    (told,) = sort_problems([alert(line, "requete") for line in range(1, 8)])
    assert "; aussi clauses/a.md:2:1, clauses/a.md:3:1, clauses/a.md:4:1 et 3 autres lieux [" in str(told)


def test_one_sentence_about_two_documents_is_one_line():
    told = sort_problems(
        [found("MAND-07", f"documents[{n}].mandants.preuve", "preuve incomplète", n, file="c.yaml") for n in (1, 4)]
    )
    assert [str(p) for p in told] == [
        "c.yaml:1:1 · documents[1].mandants.preuve : avertissement, preuve incomplète ; aussi c.yaml:4:1 [MAND-07]"
    ]


def test_what_is_to_be_written_in_two_places_stays_two_lines():
    told = sort_problems([found("a-completer", f"pieces[{n}].titre", "à compléter", n) for n in (1, 2)])
    assert len(told) == 2


def test_the_decisive_comes_first():
    made = [
        found("source-alerte", "e", "note", 1, NOTE),
        found("source-depassee", "d", "dépassée", 2, DEPASSE),
        found("source-provisoire", "c", "provisoire", 3, PROVISOIRE),
        found("GEN-04", "decision.piece", "acte non joint", 4, rang=3),
        found("source-annulee", "b", "annulée", 5, DECISIF),
        found("blanc", "a", "blanc", 6, rang=3, gravite=ERREUR),
    ]
    told = [p.id for p in sort_problems(made)]
    assert told == ["blanc", "source-annulee", "source-provisoire", "source-depassee", "GEN-04", "source-alerte"]


def test_a_note_that_a_decisive_line_already_tells_is_silent():
    made = [
        alert(3, "refere"),
        found("source-depassee", "avis", "source dépassée : appel en cours.", 9, DEPASSE, documents=("requete",)),
        found("source-depassee", "autre", "source dépassée", 9, DEPASSE, documents=("requete",)),
    ]
    assert [p.id for p in sort_problems(made)] == ["source-depassee", "source-depassee"]
    assert [p.id for p in sort_problems(made[:1] + made[2:])] == ["source-depassee", "source-alerte"]


def test_programs_are_given_every_place():
    told = sort_problems([alert(9, "requete"), alert(3, "refere")])
    (row,) = json.loads(as_json(told))["problemes"]
    assert row["documents"] == ["requete", "refere"]
    assert row["aussi"] == [{"fichier": "clauses/a.md", "ligne": 9, "colonne": 1}]
    (result,) = json.loads(as_sarif(told))["runs"][0]["results"]
    assert [at["physicalLocation"]["region"]["startLine"] for at in result["locations"]] == [3, 9]
