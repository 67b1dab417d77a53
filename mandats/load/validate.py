"""Pydantic's findings as problems: in French, at the place of the value, with the nearest valid key."""

import functools
import operator
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from mandats.load.yaml_places import Yaml, messages
from mandats.problem import KeyPath, Problem, suggest
from mandats.words import iso_day as iso_day

M = TypeVar("M", bound=BaseModel)


def validate(model: type[M], read: Yaml, prefix: KeyPath = ()) -> tuple[M | None, list[Problem]]:
    """The model built from the value at `prefix`, or None with every problem found."""
    try:
        return model.model_validate(functools.reduce(operator.getitem, prefix, read.data)), []
    except ValidationError as error:
        errors = error.errors(include_url=False)
        # A list whose one element is wrong is not also too short.
        inside = {e["loc"][:n] for e in errors for n in range(len(e["loc"]))}
        errors = [e for e in errors if e["type"] != "too_short" or e["loc"] not in inside]
        found = [(_problem(e, read, prefix, model), e["type"] in ("tuple_type", "string_type")) for e in errors]
        # Of the branches of a union, the nearest: a text where a text or a list may stand is no bad list.
        closer = {problem.place for problem, of_union in found if not of_union}
        return None, [problem for problem, of_union in found if not of_union or problem.place not in closer]


def _problem(error: Any, read: Yaml, prefix: KeyPath, model: type[BaseModel]) -> Problem:
    kind, given, ctx = error["type"], error["input"], error.get("ctx", {})
    # Unions put the branch's name in the location; keep only what the file itself contains.
    loc: KeyPath = prefix
    for part in error["loc"]:
        here = (*loc, part)
        if here in read.places or (kind == "missing" and part == error["loc"][-1]):
            loc = here
    if kind == "missing":
        return read.problem("cle-absente", loc, f"clé obligatoire absente : {loc[-1]}")
    if kind == "extra_forbidden":
        told = suggest(str(loc[-1]), _known_keys(model, error["loc"][:-1]))
        if (*loc[:-1], "clause") in read.keys:
            told = " : les valeurs d'une clause s'écrivent sous « avec: », en retrait"
        return read.problem("cle-inconnue", loc, "clé inconnue" + told, key=True)
    # What a drafter wrote about a party may be personal: the place is enough.
    value = "" if loc[:1] == ("parties",) or given is None else str(given)[:60]
    shown = f" « {value} »" if value else ""
    if given is None:
        message = "valeur absente, alors que cette clé en exige une"
    elif kind == "literal_error":
        options = [o.strip("' ").strip('"') for o in ctx["expected"].replace(" or ", ", ").split(", ")]
        message = f"valeur inconnue{shown}" + (suggest(str(given), options) or f" (possibles : {', '.join(options)})")
    elif kind == "string_pattern_mismatch":
        form = messages()["formes"].get(ctx["pattern"], "forme inattendue")
        day = iso_day(str(given)) if r"[0-9]{4}" in ctx["pattern"] else ""
        message = form + (f" ({shown[1:]})" if shown else "") + (f" : écrivez {day}" if day else "")
    elif kind == "value_error":
        message = str(ctx["error"])
    else:
        message = messages()["valeurs"].get(kind, "valeur inattendue").format(**ctx) + _shape(error, loc, model)
    return read.problem("valeur", loc, message)


def _shape(error: Any, loc: KeyPath, model: type[BaseModel]) -> str:
    """How the value is written, when the mistake is a likely one."""
    kind, given = error["type"], error["input"]
    if kind == "string_type" and isinstance(given, (list, dict)):
        return " : mettez-le entre guillemets droits s'il commence par « [ » ou « { »"
    if kind == "tuple_type" and loc[:1] == ("documents",) and len(loc) == 3:
        return " : « - texte: … », « - clause: … » ou « - prose: … »"
    known = _known_keys(model, error["loc"]) if kind.startswith("model_") and isinstance(given, str) else []
    return f" (clés : {', '.join(known)})" if 0 < len(known) <= 8 else ""


def _known_keys(model: type[BaseModel], loc: KeyPath) -> list[str]:
    """The keys of the (possibly nested) model at `loc`."""
    current = [model]
    for part in loc:
        found = [m.model_fields[str(part)].annotation for m in current if part in m.model_fields]
        current = [inner for annotation in found for inner in models_of(annotation)] or current
    return [name for m in current for name in m.model_fields]


def models_of(annotation: Any) -> list[type[BaseModel]]:
    """The models that an annotation admits, at any depth."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [inner for arg in get_args(annotation) for inner in models_of(arg)]
