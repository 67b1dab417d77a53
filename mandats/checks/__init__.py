"""The rules, one per file. A rule is an id, a reason (in its docstring) and `check(rendered) -> problems`.

Rules that concern reading, names and values are told where they arise (`load`, `resolve`, `render`); these judge the
document as a whole, and those of `forme` its procedural form. A template's `exige` makes a warning blocking for its kind of document.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module

from mandats.checks import forme
from mandats.document import Rendered
from mandats.problem import ERREUR, Problem

RULES = [
    import_module(f"mandats.checks.{name}")
    for name in (
        "a_completer",
        "accolades",
        "argument_sans_reponse",
        "blanc",
        "citation_inexacte",
        "clause_mal_placee",
        "fait_sans_piece",
        "moyen_hors_regime",
        "moyen_sans_registre",
        "mots_sans_source",
        "nombre_sans_source",
        "piece_non_citee",
        "point_non_releve",
        "source_alerte",
        "source_annulee",
        "source_defavorable",
        "source_depassee",
        "source_hors_regime",
        "source_modifiee",
        "source_non_declaree",
        "source_non_verifiee",
        "source_posterieure",
        "source_provisoire",
        "texte_abroge",
        "texte_futur",
    )
]

# Warnings in a draft, errors in what is filed.
FINAL = {"a-completer", "blanc", "source-annulee", "source-defavorable", "source-non-verifiee"}


def check(rendered: Rendered, final: bool) -> Iterator[Problem]:
    """Every finding on one rendered document. `final`: nothing left blank, nothing resting on what does not hold."""
    strict = set(rendered.document.template.header.exige) | (FINAL if final else set())
    for rule in RULES:
        for problem in rule.check(rendered):
            yield replace(problem, gravite=ERREUR) if problem.id in strict else problem
    yield from forme.check(rendered)
