"""One document of a case made ready to be printed for each mandant: nothing of it is worked out twice.

Takes the case and the name of the document; gives a `Prepared`, which `printer` turns into a DOCX and a PDF for each mandant.
Every problem of the form is told before the first row.

A form drawn in Word goes through docxtpl's preparation; a letter (any other template) is built once by the ordinary
stages for a person whose name, address and courriel are marks, which become the values of the row.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from mandats.build import examine
from mandats.document import Document, Rendered
from mandats.problem import ERREUR, Place, Problem
from mandats.publiposter.printer import Nobody, Prepared
from mandats.render import typography
from mandats.render.cover import page_inputs
from mandats.render.row import COMPOSED, FIELDS, TemplateError, from_marks, row_values, specialise, xml_environment
from mandats.write.form_pdf import MARK, MARKED
from mandats.write.pandoc import EngineError
from mandats.write.word_form import prepare_form, split_parts

LETTER_FIELDS = ("mandant.nom_complet", "mandant.adresse_complete", "mandant.courriel")


def prepare(
    case: Path, working: Path, nom: str | None = None, role: str | None = None
) -> tuple[Prepared | None, list[Problem]]:
    """The document `nom` (by default the case's only form) ready to print, or why it cannot be.

    `role`: of a letter, the role that each mandant holds in turn. Raises UnusableInput for a case that is no YAML.
    """
    examined = examine(case, working, only=[nom] if nom else ())
    problems = [p for p in examined.problems if p.gravite == ERREUR and not _of_the_ledger(p)]
    forms = [r for r in examined.documents if nom or r.document.template.header.genre == "formulaire"]
    if not forms and not problems:
        problems.append(
            Problem(
                "document-inconnu",
                Place(str(case)),
                "documents",
                "aucun formulaire : donnez un document avec --document",
            )
        )
    if problems:
        return None, problems
    rendered = next((r for r in forms if not r.document.order.mandant), forms[0])
    rendered = replace(
        rendered,
        document=replace(rendered.document, order=rendered.document.order.model_copy(update={"mandant": None})),
    )
    if rendered.document.template.header.genre == "formulaire":
        return _form(rendered)
    if role not in rendered.document.roles:
        known = ", ".join(rendered.document.roles)
        return None, [
            Problem(
                "role-inconnu",
                rendered.document.place,
                "",
                f"lettre : dites quel rôle tient le mandant, avec --role ({known})",
            )
        ]
    return _letter(rendered.document, role)


def _of_the_ledger(problem: Problem) -> bool:
    """A field that the case file does not know of a mandant and the ledger does: `mandant.code`, `mandant.adresse`…"""
    return problem.id == "nom-inconnu" and any(f"« mandant.{f} »" in problem.message for f in (*FIELDS, *COMPOSED))


def _furniture(document: Document) -> dict[str, str]:
    return page_inputs(document, typography.french(document.titre))


def _form(rendered: Rendered) -> tuple[Prepared | None, list[Problem]]:
    document, template = rendered.document, rendered.document.template
    inputs = _furniture(document)
    place = template.plan.place()
    try:
        form = prepare_form(template.file("formulaire.docx"), inputs)
        environment = xml_environment()
        values = {**inputs, **rendered.values}
        values.pop("entete_droite")
        programs = [(name, specialise(source, values, environment)) for name, source in form.sources.items()]
        # Printed once for nobody: what fails for every row is told before the first.
        blank = row_values(Nobody(), inputs["entete_droite"])
        for _, program in programs:
            program.template(environment).render(blank)
    except (TemplateError, EngineError) as error:
        return None, [Problem("formulaire", place, "", f"formulaire Word impossible à remplir ({error})")]
    programs.sort(key=lambda p: p[0])
    return Prepared(form.members, tuple(programs), inputs, template.file("page.typ"), True, template.slug), []


def _letter(document: Document, role: str) -> tuple[Prepared | None, list[Problem]]:
    from mandats.render.plan import render_document
    from mandats.write.docx import write_docx
    from mandats.write.pandoc import run_pandoc
    from mandats.write.pdf import to_typst

    name, address, courriel = (MARK.format(i) for i in range(3))
    person = document.roles[role][0].model_copy(
        update={"type": "personne-physique", "nom": name, "adresse": address, "courriel": courriel, "article": "aucun", "genre": "mixte",
                "represente_par": None, "forme": None, "telephone": None, "avocat": None}
    )  # fmt: skip
    key = next((k for k, p in document.case.parties.items() if p == document.roles[role][0]), "")
    parties = {**document.case.parties, **({key: person} if key else {})}
    case = document.case.model_copy(update={"parties": parties})
    document = replace(document, loaded=replace(document.loaded, case=case), roles={**document.roles, role: (person,)})
    rendered, problems = render_document(document)
    problems = [p for p in problems if p.gravite == ERREUR]
    if problems:
        return None, problems
    inputs = _furniture(document) | {"auteur": ""}
    docx = write_docx(rendered.blocks, document.template.file("reference.docx"), inputs)
    body = run_pandoc(to_typst(rendered.blocks), "typst", "--wrap=none").decode()
    form = split_parts(docx)
    everything = {**form.sources, **{n: d.decode() for n, d in form.members if n == "word/document.xml"}}
    members = tuple(m for m in form.members if m[0] not in everything)
    programs = tuple((n, from_marks(t, LETTER_FIELDS, MARKED)) for n, t in sorted(everything.items()))
    return Prepared(
        members, programs, inputs, document.template.file("page.typ"), False, document.template.slug, body
    ), []
