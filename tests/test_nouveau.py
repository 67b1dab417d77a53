"""`mandats nouveau`: for each kind of document, a case that an editor accepts, that lists its blanks, and builds once filled."""

import json
import re

import jsonschema
import pytest

from mandats.load.library import load_templates
from mandats.scaffold import scaffold
from tests.conftest import ROOT
from tests.test_schema import SCHEMAS, ordinary

TEMPLATES, _ = load_templates(ROOT)
# A blank, or what follows from one: no file yet, an argument without its answer, nothing yet to cite.
EXPECTED = {"a-completer", "piece-absente", "argument-sans-reponse", "piece-non-citee", "fait-sans-piece", "blanc"}


@pytest.mark.parametrize("slug", sorted(TEMPLATES))
def test_each_document_can_be_begun(slug, tmp_path, mandats):
    assert mandats("nouveau", "mon-cas.yaml", "--modele", slug, cwd=tmp_path).returncode == 0
    text = (tmp_path / "mon-cas.yaml").read_text("utf-8")
    jsonschema.validate(ordinary(text), SCHEMAS["case"])
    done = mandats("verifier", "mon-cas.yaml", "--json", cwd=tmp_path)
    told = json.loads(done.stdout)["problemes"]
    formal = re.compile(r"^[A-Z]+-\d+$")  # what a formal rule asks for is not filled in either
    assert [p for p in told if p["regle"] not in EXPECTED and not formal.match(p["regle"])] == []
    lines = text.splitlines()
    written = {i: line for i, line in enumerate(lines, 1) if not line.lstrip().startswith("#")}
    found = {p["ligne"] for p in told if p["regle"] == "a-completer"}
    assert found >= {i for i, line in written.items() if '"[à compléter' in line}
    assert all('"[à compléter' in lines[i - 1] or ": null" in lines[i - 1] for i in found)
    assert mandats("construire", "mon-cas.yaml", "--final", cwd=tmp_path).returncode == 1
    assert not (tmp_path / "sortie").exists()


def test_a_filled_case_builds(tmp_path, mandats):
    """The stranger's path: begin, fill in what `verifier` lists, build the letter."""
    mandats("nouveau", "mon-cas.yaml", "--modele", "demande-cada", cwd=tmp_path)
    path = tmp_path / "mon-cas.yaml"
    text = path.read_text("utf-8")
    answers = iter(
        ["Marché de vidéosurveillance", "Exemple", "Association Exemple", "1 rue de l'Exemple 00000 Exemple", "commune d'Exemple", "1 place de la Mairie 00000 Exemple",
         "la communication de documents", "le marché conclu avec la société"]
    )  # fmt: skip
    text = re.sub(r"\[à compléter[^\]]*\]", lambda m: next(answers), text)
    path.write_text(text, "utf-8")
    done = mandats("construire", "mon-cas.yaml", "--final", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert sorted(p.name for p in (tmp_path / "sortie" / "mon-cas").iterdir()) == ["demande-cada.docx", "demande-cada.pdf"]


def test_nothing_is_overwritten_and_names_are_suggested(tmp_path, mandats):
    (tmp_path / "a.yaml").write_text("gardé", "utf-8")
    assert mandats("nouveau", "a.yaml", "--modele", "mandat", cwd=tmp_path).returncode == 2
    assert (tmp_path / "a.yaml").read_text("utf-8") == "gardé"
    done = mandats("nouveau", "b.yaml", "--modele", "demande-cade", cwd=tmp_path)
    assert done.returncode == 2
    assert "vouliez-vous dire « demande-cada »" in done.stderr


def test_several_documents_share_one_case():
    text = scaffold([TEMPLATES["refere-suspension"], TEMPLATES["requete-rep"]], "2026-11-22", "a.yaml")
    case = ordinary(text)
    assert [d["modele"] for d in case["documents"]] == ["refere-suspension", "requete-rep"]
    assert set(case["parties"]) == {"requerant", "defendeur", "juridiction"}
