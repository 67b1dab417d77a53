"""JSON Schemas of the drafter's files, from the model: for the editor, and for any ordinary JSON-Schema checker."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from mandats.content import REQUIRED, ClauseHeader, Source, TemplateHeader
from mandats.document import Template
from mandats.model import Case

ARGUMENT = {"type": "string", "pattern": r"\.md$"}  # a section written as one Markdown file
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def case_schemas(templates: Mapping[str, Template]) -> dict[str, dict[str, Any]]:
    """`case`, `clause` (its header), `source` (a file of the register) and `template`.

    `case` knows these templates: their names, roles and sections.

    >>> case_schemas({})["template"]["required"][:2]
    ['titre', 'resume']
    """
    source = _of(Source, "Source du registre")
    definitions = source.pop("$defs", {})
    source["allOf"] = [
        {"if": {"properties": {"type": {"const": kind}}}, "then": {"required": list(required)}}
        for kind, required in REQUIRED.items()
    ]
    register = {
        "$schema": DIALECT,
        "title": "Fichier du registre des sources",
        "type": "object",
        "additionalProperties": {k: v for k, v in source.items() if k not in ("$schema", "title")},
        "$defs": definitions,
    }
    return {
        "case": _case(templates),
        "clause": _of(ClauseHeader, "En-tête d'une clause"),
        "source": register,
        "template": _of(TemplateHeader, "Modèle de document"),
    }


def _of(model: type[BaseModel], title: str) -> dict[str, Any]:
    return {"$schema": DIALECT, "title": title, **_tidy(model.model_json_schema())}


def _tidy(node: Any) -> Any:
    """Without the titles pydantic derives from names, nor the class docstrings: only the keys' descriptions stay."""
    if isinstance(node, dict):
        is_model = node.get("type") == "object" and "properties" in node
        return {
            k: ({n: _tidy(p) for n, p in v.items()} if k in ("properties", "$defs") else _tidy(v))
            for k, v in node.items()
            if not (k == "title" and isinstance(v, str)) and not (k == "description" and is_model)
        }
    return [_tidy(n) for n in node] if isinstance(node, list) else node


def _case(templates: Mapping[str, Template]) -> dict[str, Any]:
    made = _of(Case, "Dossier")
    order, moyen = made["$defs"]["DocumentOrder"], made["$defs"]["Moyen"]
    moyen["oneOf"] = [{"required": [name]} for name in ("clause", "prose", "texte")]
    order["additionalProperties"] = False
    order["properties"]["modele"]["enum"] = sorted(templates)
    for slug, template in sorted(templates.items()):
        sections = template.header.sections
        for name, section in sections.items():
            moyens = {"type": "array", "items": {"$ref": "#/$defs/Moyen"}}
            listed = {"anyOf": [moyens, ARGUMENT], "description": f"Section : {section.titre}."}
            order["properties"].setdefault(name, listed)
        needed = [name for name, section in sections.items() if section.obligatoire]
        needed += ["mandants"] if "mandants" in template.header.requiert else []
        # With `comme`, another document may write the sections.
        written = [{"required": needed}, {"required": ["comme"]}]
        then = {"anyOf": written, "properties": {"roles": {"required": sorted(template.header.roles)}}}
        met = {"properties": {"modele": {"const": slug}}, "required": ["modele"]}
        order.setdefault("allOf", []).append({"if": met, "then": then})
    return made
