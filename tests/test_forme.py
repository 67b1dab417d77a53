"""The procedural rules: what the issue promises of them, how they explain themselves, and the data they rest on."""

import json
import re
import shutil

import jsonschema
import pytest

from mandats import report
from mandats.checks.forme import MODULES, REGLES
from mandats.checks.forme.regle import CONTENTIEUX, REFERES, SANS_REGULARISATION
from mandats.figures import court_areas
from mandats.load.library import load_library
from mandats.problem import ERREUR
from tests.conftest import ROOT

PETIT = ROOT / "tests" / "golden" / "petit"
PRIORITY = {
    *(f"GEN-{n:02}" for n in (*range(3, 7), *range(9, 13), *range(14, 18), *range(19, 25), *range(26, 31), 32, 34)),
    *(f"REF-{n:02}" for n in (1, 2, 5, 10, 12)), *(f"ECR-{n:02}" for n in (6, 7, 11)), "CADA-04", "CADA-08",
    *(f"MAND-{n:02}" for n in (3, 6, 7, 8, 9)), "CNIL-03", "CNIL-05", "PIE-01", "PIE-03", "PIE-07",
}  # fmt: skip
# What the published schema requires of the parts we write (sarif-schema-2.1.0: `required` and enumerations).
SARIF = {
    "type": "object", "required": ["version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"}, "$schema": {"type": "string", "format": "uri"},
        "runs": {"type": "array", "items": {
            "type": "object", "required": ["tool"], "additionalProperties": False,
            "properties": {
                "language": {"type": "string", "pattern": "^[a-zA-Z]{2}(-[a-zA-Z]{2})?$"},
                "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                "tool": {"type": "object", "required": ["driver"], "properties": {"driver": {
                    "type": "object", "required": ["name"],
                    "properties": {"rules": {"type": "array", "uniqueItems": True, "items": {"type": "object", "required": ["id"]}}},
                }}},
                "results": {"type": "array", "items": {
                    "type": "object", "required": ["message"],
                    "properties": {
                        "level": {"enum": ["none", "note", "warning", "error"]},
                        "message": {"type": "object", "required": ["text"]},
                        "ruleIndex": {"type": "integer", "minimum": -1},
                        "locations": {"type": "array", "items": {"type": "object", "properties": {"physicalLocation": {
                            "type": "object", "required": ["artifactLocation", "region"],
                            "properties": {"region": {"type": "object", "properties": {
                                "startLine": {"type": "integer", "minimum": 1}, "startColumn": {"type": "integer", "minimum": 1}}}},
                        }}}},
                    },
                }},
            },
        }},
    },
}  # fmt: skip


@pytest.fixture
def petit(tmp_path):
    """A copy of the sound case, and what `verifier` says of it once `old` became `new`."""
    shutil.copytree(PETIT, tmp_path / "petit")
    return tmp_path / "petit" / "case.yaml"


def test_at_least_sixty_rules_check_and_every_priority_is_there():
    assert sum(not m.REGLE.par for m in MODULES) >= 60
    assert set(REGLES) >= PRIORITY
    assert len(REGLES) == len(MODULES)


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.REGLE.id)
def test_a_rule_says_who_why_and_what_to_do(module):
    regle = module.REGLE
    assert module.__name__.endswith(regle.id.lower().replace("-", "_"))
    assert regle.titre[0].isupper() and regle.pourquoi.endswith(".") and regle.remede.endswith((".", ".)"))
    assert re.search(r"\d|usage|pratique|cnil\.fr|telerecours", f"{regle.pourquoi} {regle.court}")
    assert regle.confiance == "lu" or ERREUR not in regle.gravite.values()
    assert hasattr(module, "check") != bool(regle.par)
    told = report.explain(regle.id.lower())
    assert told.startswith(f"{regle.id} – {regle.titre}\n")
    assert all(f"\n{word} : " in told for word in ("Pourquoi", "Que faire", "Articles", "Gravité", "Documents"))


def test_what_a_rule_names_exists():
    library, _ = load_library(ROOT)
    for regle in REGLES.values():
        assert not {s for s in regle.sources if s not in library.source_places}, regle.id
        assert not {d for d in regle.documents if d not in library.templates}, regle.id
        assert not {r for r in regle.par if r not in report.guide_sections()}, regle.id


def test_in_refere_nothing_is_put_right():
    """What warns on the merits because the judge would ask for it blocks where he does not (art. R. 522-2 CJA)."""
    for name in ("GEN-02", "GEN-08", "GEN-11", "GEN-22", "POUV-03"):
        assert {REGLES[name].gravite_de(slug) for slug in REFERES} == {ERREUR}
        assert REGLES[name].gravite_de("requete-rep") != ERREUR
    assert set(SANS_REGULARISATION) <= set(CONTENTIEUX)


@pytest.mark.parametrize(
    ("old", "new", "rule", "article"),
    [
        (", piece: fond}", "}", "REF-02", "R. 522-1"),
        ("    statuts: statuts\n", "", "GEN-11", "R. 431-4"),
        (" notifiee_le: 2022-10-26,", "", "GEN-07", "R. 421-1"),
    ],
)
def test_each_thing_taken_away_has_its_own_error(petit, mandats, old, new, rule, article):
    text = petit.read_text("utf-8")
    assert old in text
    petit.write_text(text.replace(old, new), "utf-8")
    done = mandats("verifier", "case.yaml", cwd=petit.parent)
    (line,) = [row for row in done.stderr.splitlines() if f"[{rule}]" in row]
    assert article in line
    assert "avertissement" not in line
    assert done.returncode == 1


def test_a_case_may_assume_a_rule_with_its_reason(petit, mandats):
    text = petit.read_text("utf-8").replace(" notifiee_le: 2022-10-26,", "")
    petit.write_text(text + "assume: {gen-07: décision révélée par la presse}\n", "utf-8")
    done = mandats("verifier", "case.yaml", cwd=petit.parent)
    assert done.returncode == 0
    assert "assumé par le dossier : décision révélée par la presse [GEN-07]" in done.stderr


def test_null_asks_and_does_not_block(petit, mandats):
    petit.write_text(petit.read_text("utf-8").replace("notifiee_le: 2022-10-26", "notifiee_le: null"), "utf-8")
    done = mandats("verifier", "case.yaml", cwd=petit.parent)
    assert done.returncode == 0
    assert "avertissement, à confirmer" in done.stderr


def test_sarif_is_what_the_schema_requires(petit, mandats):
    petit.write_text(petit.read_text("utf-8").replace("    statuts: statuts\n", ""), "utf-8")
    done = mandats("verifier", "case.yaml", "--format", "sarif", cwd=petit.parent)
    log = json.loads(done.stdout)
    jsonschema.validate(log, SARIF)
    run = log["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert run["results"]
    assert all(rules[r["ruleIndex"]]["id"] == r["ruleId"] for r in run["results"])
    assert any(r["ruleId"] == "GEN-11" and r["level"] == "error" for r in run["results"])


def test_json_is_the_same_by_both_names(mandats):
    assert mandats("verifier", "case.yaml", "--json", cwd=PETIT).stdout == mandats("verifier", "case.yaml", "--format", "json", cwd=PETIT).stdout


def test_explaining_needs_no_case_and_knows_both_families(mandats):
    assert "R. 431-4 CJA" in mandats("verifier", "--expliquer", "GEN-12").stdout
    assert "Un mot faux dans une citation" in mandats("verifier", "--expliquer", "citation-inexacte").stdout
    wrong = mandats("verifier", "--expliquer", "GEN-99")
    assert wrong.returncode == 2
    assert "règle inconnue" in wrong.stderr


def test_the_page_of_rules_is_in_step():
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location("guide_rules", ROOT / "tools" / "guide_rules.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.page() == module.TARGET.read_text("utf-8"), "run: python tools/guide_rules.py"
    assert all(f"### {name} · " in module.page() for name in REGLES)


def test_every_department_has_its_tribunal():
    """Art. R. 221-3 CJA; a postal code begins with its department, 20 in Corsica, three digits overseas."""
    areas = court_areas()
    codes = [d for t in areas.tribunaux for d in t.departements]
    assert len(codes) == len(set(codes))
    mainland = {f"{n:02}" for n in range(1, 96)}
    assert mainland <= set(codes)
    assert len(areas.tribunaux) == 42
    found = {code: areas.tribunal_of(code).nom for code in ("93526", "13001", "97400", "97133", "20000", "75001")}
    assert found == {"93526": "Montreuil", "13001": "Marseille", "97400": "La Réunion", "97133": "Saint-Barthélemy", "20000": "Bastia", "75001": "Paris"}
    assert areas.tribunal_of("99999") is None
