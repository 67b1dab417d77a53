"""Pydantic's findings as problems: in French, at the place of the value, with the nearest valid key."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from mandats.load.yaml_places import Yaml
from mandats.problem import KeyPath, Problem, suggest, write_path
from mandats.words import MONTHS, bare

M = TypeVar("M", bound=BaseModel)
_PATTERNS = {
    r"^\d{4}(-\d{2}(-\d{2})?)?$": "date attendue : AAAA, AAAA-MM ou AAAA-MM-JJ",
    r"^\d{4}-\d{2}-\d{2}$": "date attendue : AAAA-MM-JJ",
    r"^[a-z0-9]+([-_][a-z0-9]+)*$": "clé attendue : minuscules sans accent, chiffres, tirets",
    r"^[a-z0-9-]+(/[a-z0-9-]+)+$": "identifiant de clause attendu : matiere/nom",
}


def validate(model: type[M], read: Yaml, prefix: KeyPath = ()) -> tuple[M | None, list[Problem]]:
    """The model built from the value at `prefix`, or None with every problem found."""
    data = read.data
    for part in prefix:
        data = data[part]
    try:
        return model.model_validate(data), []
    except ValidationError as error:
        errors = error.errors(include_url=False)
        # A list whose one element is wrong is not also too short.
        inside = {e["loc"][:n] for e in errors for n in range(len(e["loc"]))}
        found = [
            (e, _problem(e, read, prefix, model))
            for e in errors
            if not (e["type"] == "too_short" and e["loc"] in inside)
        ]
        # Of the branches of a union, the nearest: a text where a text or a list may stand is no bad list.
        closer = {p.place for e, p in found if e["type"] not in ("tuple_type", "string_type")}
        return None, [p for e, p in found if e["type"] not in ("tuple_type", "string_type") or p.place not in closer]


def _problem(error: Any, read: Yaml, prefix: KeyPath, model: type[BaseModel]) -> Problem:
    # Unions put the branch's name in the location; keep only what the file itself contains.
    loc: KeyPath = prefix
    for part in error["loc"]:
        if (
            (*loc, part) in read.places
            or (*loc, part) in read.keys
            or (part == error["loc"][-1] and error["type"] == "missing")
        ):
            loc = (*loc, part)
    kind, ctx = error["type"], error.get("ctx", {})
    if kind == "missing":
        problem = read.problem("cle-absente", loc[:-1], f"clé obligatoire absente : {loc[-1]}")
        return replace(problem, chemin=write_path(loc))
    if kind == "extra_forbidden":
        known = _known_keys(model, error["loc"][:-1])
        told = suggest(str(loc[-1]), known)
        if "clause" in _value_at(read, loc[:-1]):
            told = " : les valeurs d'une clause s'écrivent sous « avec: », en retrait"
        return read.problem("cle-inconnue", loc, "clé inconnue" + told, key=True)
    # What a drafter wrote about a party may be personal: the place is enough.
    value = "" if loc[:1] == ("parties",) else str(error.get("input", ""))[:60]
    shown = f" « {value} »" if value else ""
    if error.get("input") is None:
        return read.problem("valeur", loc, "valeur absente, alors que cette clé en exige une")
    if kind in ("literal_error", "enum"):
        options = [o.strip("' ").strip('"') for o in ctx.get("expected", "").replace(" or ", ", ").split(", ")]
        message = f"valeur inconnue{shown}" + suggest(str(error["input"]), options)
        if "vouliez" not in message and "possibles" not in message:
            message += f" (possibles : {', '.join(options)})"
    elif kind == "string_pattern_mismatch":
        message = (
            _PATTERNS.get(ctx["pattern"], "forme inattendue")
            + (f" (« {value} »)" if value else "")
            + _as_date(str(error["input"]), ctx["pattern"])
        )
    elif kind == "value_error":
        text = str(ctx.get("error", ""))
        message = "date qui n'existe pas" if "day" in text or "month" in text or "year" in text else text
    else:
        message = {
            "string_type": "texte attendu", "string_too_short": "valeur vide", "int_parsing": "nombre entier attendu",
            "int_type": "nombre entier attendu",
            "bool_parsing": "true ou false attendu", "bool_type": "true ou false attendu",
            "tuple_type": "liste attendue (« - … » ou « [ … ] »)", "list_type": "liste attendue",
            "dict_type": "bloc « clé: valeur » attendu", "model_type": "bloc « clé: valeur » attendu",
            "model_attributes_type": "bloc « clé: valeur » attendu", "too_short": "au moins un élément attendu",
            "string_too_long": f"texte trop long (au plus {ctx.get('max_length', '?')} caractères)",
            "greater_than_equal": f"au moins {ctx.get('ge', '?')} attendu",
        }.get(kind, "valeur inattendue")  # fmt: skip
        message += _shape(kind, error, loc, model)
    return read.problem("valeur", loc, message)


def _shape(kind: str, error: Any, loc: KeyPath, model: type[BaseModel]) -> str:
    """How the value is written, when the mistake is a likely one."""
    if kind == "string_type" and isinstance(error["input"], (list, dict)):
        return " : mettez-le entre guillemets droits s'il commence par « [ » ou « { »"
    if kind == "tuple_type" and loc[:1] == ("documents",) and len(loc) == 3:
        return " : « - texte: … », « - clause: … » ou « - prose: … »"
    if kind.startswith("model_") and isinstance(error["input"], str):
        known = _known_keys(model, error["loc"])
        return f" (clés : {', '.join(known)})" if 0 < len(known) <= 8 else ""
    return ""


_MONTHS = tuple(map(bare, MONTHS))
FRENCH_DATE = re.compile(r"(\d{1,2})(?:er)?[\s/.-]+(\d{1,2}|[^\W\d]+)[\s/.-]+(\d{4})")


def _as_date(value: str, pattern: str) -> str:
    """« 3/11/2026 » and « 3 novembre 2026 », as they are to be written."""
    found = FRENCH_DATE.fullmatch(value.strip()) if r"\d{4}" in pattern else None
    if not found:
        return ""
    day, month, year = found.groups()
    plain = bare(month)
    rank = int(month) if month.isdigit() else _MONTHS.index(plain) + 1 if plain in _MONTHS else 0
    return f" : écrivez {year}-{rank:02}-{int(day):02}" if 1 <= rank <= 12 and 1 <= int(day) <= 31 else ""


def _value_at(read: Yaml, path: KeyPath) -> dict[str, Any]:
    """The block at a path; empty when the path leads to no block."""
    value = read.data
    for part in path:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return {}
    return value if isinstance(value, dict) else {}


def _known_keys(model: type[BaseModel], loc: KeyPath) -> list[str]:
    """The keys of the (possibly nested) model at `loc`."""
    from typing import get_args

    def models(annotation: Any) -> list[type[BaseModel]]:
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            return [annotation]
        return [m for arg in get_args(annotation) for m in models(arg)]

    current = [model]
    for part in loc:
        fields = [f for m in current for name, f in m.model_fields.items() if name == part]
        if fields:
            current = [m for f in fields for m in models(f.annotation)] or current
    return [name for m in current for name in m.model_fields]
