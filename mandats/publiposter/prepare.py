"""The document of a case that a run prints for everyone: chosen, examined, handed to `formulaire` to be made ready.

Takes the case and the name of the document; gives a `Prepared`. Every problem is told before the first row.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from mandats.build import examine
from mandats.formulaire.prepare import prepare_form, prepare_letter
from mandats.formulaire.printer import Prepared
from mandats.problem import ERREUR, Place, Problem
from mandats.render import typography
from mandats.render.cover import page_inputs


def prepare(
    case: Path, working: Path, nom: str | None = None, role: str | None = None
) -> tuple[Prepared | None, list[Problem]]:
    """The document `nom` (by default the case's only form) ready to print, or why it cannot be.

    `role`: of a letter, the role that each mandant holds in turn. Raises UnusableInput for a case that is no YAML.
    """
    examined = examine(case, working, only=[nom] if nom else ())
    problems = [p for p in examined.problems if p.gravite == ERREUR]
    forms = [r for r in examined.documents if nom or r.document.template.header.genre == "formulaire"]
    if not forms and not problems:
        told = "aucun formulaire : donnez un document avec --document"
        problems.append(Problem("document-inconnu", Place(str(case)), "documents", told))
    if problems:
        return None, problems
    rendered = next((r for r in forms if not r.document.order.mandant), forms[0])
    order = rendered.document.order.model_copy(update={"mandant": None})
    document = replace(rendered.document, order=order)
    inputs = page_inputs(document, typography.french(document.titre))
    if document.template.header.genre == "formulaire":
        return prepare_form(replace(rendered, document=document), inputs)
    if role is None or role not in document.roles:
        told = f"lettre : dites quel rôle tient le mandant, avec --role ({', '.join(document.roles)})"
        return None, [Problem("role-inconnu", document.place, "", told)]
    return prepare_letter(document, role, inputs)
