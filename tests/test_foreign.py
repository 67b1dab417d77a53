"""Cases from fields the clauses were not born in: they build, and plead nothing that belongs to another campaign.

What their clauses say of the facts was read, sentence by sentence: tests/foreign/lecture/.
"""

import re
from dataclasses import replace
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
import yaml

from mandats import blocks
from mandats.bibliotheque.exemple import example_case, render_example
from mandats.build import examine
from mandats.document import Clause, LoadedCase
from mandats.load.case import load_case
from mandats.load.library import load_library
from tests.conftest import ROOT

FOLDER = ROOT / "tests" / "foreign"
SPEC = spec_from_file_location("lecture", ROOT / "tools" / "lecture.py")
lecture = module_from_spec(SPEC)
SPEC.loader.exec_module(lecture)
CASES = sorted(FOLDER.glob("*.yaml"))
JUDGED = {case.stem: lecture.read(case) for case in CASES}
# What a case of another field would carry over; a case may name what it is about.
ELSEWHERE = re.compile(
    r"drones?\b|aéroport|lycé|caméras?\b|vidéosurveillance|vidéoprotection|TestWe|épreuves?\b|candidats?\b|Alicem|Moirans"
    r"|Sensivic|Cœur Côte|passeport|empreintes digitales|portiques?\b|reconnaissance faciale|allocataires?\b",
    re.I,
)
OWN: dict[str, re.Pattern[str]] = {
    # They compare bodies: a lycée's gates and a passport's fingerprints are the precedents about that.
    "biometrie-migrants": re.compile(
        r"lycé|portiques?|reconnaissance faciale|passeport|empreintes digitales|candidats", re.I
    ),
    # The police's, whose precedents are ours.
    "releve-garde-a-vue": re.compile(
        r"lycé|portiques?|reconnaissance faciale|passeport|empreintes digitales|candidats|vidéosurveillance", re.I
    ),
    "cameras-galerie": re.compile(r".+"),  # cameras: the precedents about them are its own
    "police-municipale": re.compile(r".+"),  # the same
    "stationnement-automatique": re.compile(r".+"),  # the same
    "fiche-gendarmerie": re.compile(
        r"lycé|portiques?|reconnaissance faciale|passeport|empreintes digitales|candidats|vidéosurveillance", re.I
    ),
    # About schools too.
    "logiciel-scolaire": re.compile(r"lycé|portiques?|reconnaissance faciale", re.I),
    "site-de-rencontre": re.compile(
        r"lycé|portiques?|reconnaissance faciale|passeport|empreintes digitales|candidats", re.I
    ),
}


@pytest.mark.one_in(5)
@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_a_case_of_another_field_builds_and_pleads_nothing_of_ours(case: Path) -> None:
    found = examine(case, FOLDER, final=True)
    assert [str(p) for p in found.problems if p.gravite == "erreur"] == []
    own = OWN.get(case.stem)
    for rendered in found.documents:
        words = blocks.plain(rendered.blocks, notes=True)
        met = {m[0] for m in ELSEWHERE.finditer(words) if not (own and own.fullmatch(m[0]))}
        assert met == set(), f"{rendered.document.nom} : {met}"
        assert "Aucun élément n’indique" not in words


@pytest.mark.one_in(5)
@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_each_sentence_by_which_a_clause_speaks_of_the_case_is_in_the_reading_and_no_other(case: Path) -> None:
    held = JUDGED[case.stem]
    now = lecture.reading(lecture.acts(case), held)
    new = [(cle, one["phrase"]) for cle, found in now.items() for one in found if one not in held.get(cle, [])]
    gone = [(cle, one["phrase"]) for cle, found in held.items() for one in found if one not in now.get(cle, [])]
    assert (new, gone) == ([], []), "run: python tools/lecture.py, then read what is new"


@pytest.mark.one_in(5)
@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_each_sentence_was_read_and_what_supports_it_is_in_the_case(case: Path) -> None:
    given = yaml.safe_load(case.read_text("utf-8"))
    values = lecture.parameters(case)
    wrong = [
        f"{cle} : {one['phrase']} : {one['support']}"
        for cle, held in JUDGED[case.stem].items()
        for one in held
        for part in one["support"].split(" ; ")
        if not lecture.stands(part, given, values.get(cle, set()))
    ]
    assert wrong == []


def test_at_most_two_sentences_in_a_hundred_rest_on_nothing_without_a_reason() -> None:
    entries = [one for clauses in JUDGED.values() for held in clauses.values() for one in held]
    nothing = [one["phrase"] for one in entries if one["support"] == "rien" and not one.get("explication")]
    assert len(nothing) <= 0.02 * len(entries), nothing


LIBRARY, _ = load_library(ROOT)
# Clauses whose very subject is a field: streets, identity papers and police files, exams.
SUBJECTS = re.compile(r"(?:vsa|fichiers)/.*|ia/pratiques-interdites|replique/menace-retour-presentiel")
CHOICE = re.compile(r" \| |parmi\b")  # in the help of a parameter whose value is one of a few words


def anonymous(clause: Clause) -> dict[str, object]:
    """Its example without a word of its own, and without the switches that say a fact of another field."""
    values: dict[str, object] = {}
    for name, wanted in clause.header.parametres.items():
        if name not in clause.header.exemple or wanted.type == "booleen":
            continue
        chosen = bool(CHOICE.search(wanted.aide))
        words = {"texte": "le mot", "liste": ["le mot"]}
        values[name] = clause.header.exemple[name] if chosen else words.get(wanted.type, clause.header.exemple[name])
    return values


def transplanted(case: Path) -> LoadedCase:
    """The fictional case of the examples, about the processing of this one and its controller."""
    loaded, _ = load_case(case)
    assert loaded and loaded.case.traitement
    example = example_case()
    theirs = loaded.case.traitement
    parties = {k: p.model_copy(update={"nom": "organisme Exemple"}) for k, p in example.case.parties.items()}
    parties["responsable"] = loaded.case.parties[theirs.responsable]
    decision = example.case.decision
    changes = {
        "parties": parties,
        "traitement": theirs.model_copy(update={"responsable": "responsable", "sous_traitant": None}),
        "decision": decision and decision.model_copy(update={"objet": "un acte", "designation": None}),
        "faits": (),
    }
    return replace(example, case=example.case.model_copy(update=changes))


@pytest.mark.one_in(5)
@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_no_clause_that_fits_the_case_brings_a_precedent_of_another_field(case: Path) -> None:
    loaded = transplanted(case)
    traitement = loaded.case.traitement
    assert traitement
    own = OWN.get(case.stem)
    told = []
    for cle, clause in LIBRARY.clauses.items():
        header = clause.header
        foreign = header.techniques and not {*header.techniques} & {*traitement.techniques}
        if foreign or "rgpd" not in header.regimes or SUBJECTS.fullmatch(cle):
            continue
        header = header.model_copy(update={"exemple": anonymous(clause)})
        for registre in sorted({*header.registres} & {"rep", "refere-liberte", "plainte"}):
            rendered, _ = render_example(replace(clause, header=header), LIBRARY, registre, "rgpd", loaded)
            words = blocks.plain(rendered.blocks, notes=False)
            met = {m[0] for m in ELSEWHERE.finditer(words) if not (own and own.fullmatch(m[0]))}
            told += [f"{cle} [{registre}] : {sorted(met)}"] if met else []
    assert told == []
