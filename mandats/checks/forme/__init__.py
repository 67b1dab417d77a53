"""The procedural rules: what an act must be in form, one rule per file, named as in the table of requirements.

Each file holds `REGLE`, the data that the guide and `--expliquer` print, and `check(acte)`, which yields findings. A rule
that existing ones already enforce (`par`) has data only.

A rule may be wrong about one case: `assume: {gen-06: raison}` in the case makes its findings warnings that tell the reason.
A question (« à confirmer ») that the case answers so is not asked again: any rule can be silenced by a truthful answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module

from mandats.checks.forme.acte import Acte, is_question
from mandats.document import Rendered
from mandats.problem import AVERTISSEMENT, Problem, suggest, write_path

NOMS = (
    "gen_01", "gen_02", "gen_03", "gen_04", "gen_05", "gen_06", "gen_07", "gen_08", "gen_09", "gen_10", "gen_11", "gen_12", "gen_14", "gen_15", "gen_16", "gen_17", "gen_18", "gen_19", "gen_20", "gen_21", "gen_22", "gen_23", "gen_24", "gen_25", "gen_26", "gen_27", "gen_28", "gen_29", "gen_30", "gen_31", "gen_32", "gen_34",
    "ref_01", "ref_02", "ref_03", "ref_04", "ref_05", "ref_06", "ref_07", "ref_08", "ref_09", "ref_10", "ref_11", "ref_12", "ref_13",
    "ecr_01", "ecr_02", "ecr_03", "ecr_05", "ecr_06", "ecr_07", "ecr_08", "ecr_09", "ecr_10", "ecr_11", "ecr_12", "ecr_13",
    "cada_01", "cada_02", "cada_03", "cada_04", "cada_05", "cada_06", "cada_07", "cada_08", "cada_09", "cada_10",
    "cnil_01", "cnil_02", "cnil_03", "cnil_04", "cnil_05", "cnil_06", "cnil_07", "cnil_08", "cnil_10", "cnil_11",
    "mand_01", "mand_02", "mand_03", "mand_06", "mand_07", "mand_08", "mand_09", "mand_10",
    "droit_01", "droit_02", "droit_04", "droit_05", "droit_09",
    "adm_01", "adm_02",
    "pie_01", "pie_03", "pie_04", "pie_07", "pie_08",
    "pouv_01", "pouv_02", "pouv_03", "pouv_04",
    "aut_01",
)  # fmt: skip
MODULES = [import_module(f"{__name__}.{nom}") for nom in NOMS]
REGLES = {module.REGLE.id: module.REGLE for module in MODULES}
_CHECKS = [(module.REGLE, module.check) for module in MODULES if not module.REGLE.par]


def check(rendered: Rendered) -> Iterator[Problem]:
    """Every finding of form on one rendered document."""
    yield from _unknown(rendered)
    modele = rendered.document.template.slug
    concerned = [(regle.id, check) for regle, check in _CHECKS if modele in regle.documents]
    if not concerned:
        return
    acte = Acte(rendered)
    assume = acte.case.assume
    for name, rule in concerned:
        reason = assume.get(name.lower())
        for problem in rule(acte):
            if reason and is_question(problem):
                continue
            yield (
                replace(problem, gravite=AVERTISSEMENT, message=f"{problem.message}, assumé par le dossier : {reason}")
                if reason
                else problem
            )


def _unknown(rendered: Rendered) -> Iterator[Problem]:
    """A rule assumed that does not exist: its reason would be lost."""
    loaded = rendered.document.loaded
    for name in rendered.document.case.assume:
        if re.fullmatch(r"[a-z]+-\d\d", name) and name.upper() not in REGLES:
            path = ("assume", name)
            near = suggest(name, [known.lower() for known in REGLES])
            yield Problem(
                "source-inconnue", loaded.places[path], write_path(path), f"règle de forme inconnue « {name} »{near}"
            )
