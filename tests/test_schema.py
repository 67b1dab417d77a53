"""The schemas: in step with the model, good enough for an ordinary checker."""

import datetime
import json

import jsonschema
import pytest
import yaml

import mandats.content
import mandats.mandants
import mandats.model
import mandats.piece
import mandats.procedure
from mandats.load.library import load_templates
from mandats.schema import case_schemas
from tests.conftest import CASES, ROOT

SCHEMAS = case_schemas(load_templates(ROOT)[0])


def ordinary(text: str):
    """As an editor reads YAML: dates are text."""

    def plain(node):
        if isinstance(node, dict):
            return {k: plain(v) for k, v in node.items()}
        if isinstance(node, list):
            return [plain(v) for v in node]
        return node.isoformat() if isinstance(node, datetime.date) else node

    return plain(yaml.safe_load(text))


def test_the_shipped_schemas_are_in_step():
    for name, schema in SCHEMAS.items():
        assert json.loads((ROOT / "schemas" / f"{name}.json").read_text("utf-8")) == schema, (
            "run: mandats schema --sortie schemas"
        )
        jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.one_in(5)
@pytest.mark.parametrize("case", CASES, ids=lambda p: p.stem)
def test_cases_pass_an_ordinary_checker(case):
    jsonschema.validate(ordinary(case.read_text("utf-8")), SCHEMAS["case"])


@pytest.mark.slow
def test_clauses_sources_and_templates_pass_too():
    for path in (ROOT / "clauses").glob("*/*.md"):
        jsonschema.validate(ordinary(path.read_text("utf-8").split("---\n")[1]), SCHEMAS["clause"])
    for path in (ROOT / "clauses" / "sources").glob("*.yaml"):
        jsonschema.validate(ordinary(path.read_text("utf-8")), SCHEMAS["source"])
    for path in (ROOT / "templates").glob("*/template.yaml"):
        jsonschema.validate(ordinary(path.read_text("utf-8")), SCHEMAS["template"])


@pytest.mark.parametrize(
    "rule", ["cle-absente", "cle-inconnue", "valeur", "section-absente", "role-absent", "modele-inconnu"]
)
def test_a_broken_file_is_caught_by_an_ordinary_checker(rule):
    text = (ROOT / "tests" / "bad" / rule / "case.yaml").read_text("utf-8")
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(ordinary(text), SCHEMAS["case"])


def test_every_sample_carries_the_editor_line():
    for path in [*CASES, *(ROOT / "clauses" / "sources").glob("*.yaml"), *(ROOT / "templates").glob("*/template.yaml")]:
        first = path.read_text("utf-8").splitlines()[0]
        assert first.startswith("# yaml-language-server: $schema=")
        assert (path.parent / first.split("=", 1)[1]).resolve().is_file(), path


def test_every_key_is_explained():
    def walk(node):
        if isinstance(node, dict):
            for name, value in node.get("properties", {}).items():
                if isinstance(value, dict) and set(value) - {"const", "required"}:
                    assert value.get("description"), name
            for value in node.values():
                walk(value)

    for name in ("case", "clause", "template"):
        walk({k: v for k, v in SCHEMAS[name].items() if k != "allOf"}["$defs"] if "$defs" in SCHEMAS[name] else {})


def test_no_explanation_outlives_its_key():
    told = yaml.safe_load((ROOT / "mandats" / "cles.yaml").read_text("utf-8"))
    modules = (mandats.piece, mandats.procedure, mandats.model, mandats.mandants, mandats.content)
    classes = {name: value for module in modules for name, value in vars(module).items()}
    assert not [(name, cle) for name, keys in told.items() for cle in keys if cle not in classes[name].model_fields]
