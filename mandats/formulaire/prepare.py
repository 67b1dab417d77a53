"""A form or a letter of a case made ready to be filled: for the one person its document names, or for thousands.

Takes a resolved `Document` and the page's furniture; gives files, or a `Prepared` that `printer` fills for each row.
Every problem of the form is told before the first row.

One drawing serves DOCX and PDF, one person and all: docxtpl mends `formulaire.docx`, whose parts are Jinja sources; for
one person they are printed and packed, for many they are specialised first.
"""

from dataclasses import replace

from jinja2 import TemplateError, Undefined

from mandats.document import Blank, Document, Rendered, Use
from mandats.formulaire.printer import MARK, MARKED, Prepared, form_body
from mandats.formulaire.programme import from_marks, specialise
from mandats.formulaire.valeurs import XML, row_values
from mandats.formulaire.word import BODY, open_form
from mandats.model import Mandant
from mandats.problem import ERREUR, Problem
from mandats.render import typography
from mandats.render.plan import context, render_document
from mandats.render.scribe import Scribe
from mandats.write.docx import assemble, read_parts, write_docx
from mandats.write.pandoc import EngineError
from mandats.write.typst_engine import compile_body

DRAWING = "formulaire.docx"
HEADERS = ("entete_gauche", "entete_droite")  # given at filling, with the page's other furniture
LETTER_FIELDS = ("mandant.nom_complet", "mandant.adresse_complete", "mandant.courriel")


def render_form(document: Document) -> tuple[Rendered, list[Problem]]:
    """The values of the form, and a blank for each name it prints that the case leaves empty.

    The person's own fields may be empty: they are then lines to fill by hand.
    """
    values = context(document, Scribe(document)) | {"mandant": document.order.mandant or Mandant()}
    place, blanks, problems = document.template.plan.place(), [], []
    for name in document.template.champs:
        if name in HEADERS:
            continue
        try:
            value = XML.compile_expression(name, undefined_to_none=False)(**values)
        except TemplateError:
            value = Undefined()
        if isinstance(value, Undefined):
            problems.append(Problem("nom-inconnu", place, "", f"nom inconnu « {name} »"))
        elif (value is None or isinstance(value, Blank)) and not name.startswith("mandant."):
            blanks.append(Use(name, place, document.place))
    return Rendered(document, [], typography.french(document.titre), blanks=tuple(blanks), values=values), problems


def write_form(rendered: Rendered, inputs: dict[str, str]) -> tuple[bytes, bytes]:
    """DOCX and PDF, for the person its document names or to fill by hand. Raises EngineError, UnprintableText."""
    template = rendered.document.template
    values = {**inputs, **rendered.values}
    try:
        sources, parts = open_form(template.file(DRAWING), inputs, values)
        parts |= {name: XML.from_string(source).render(values).encode() for name, source in sources.items()}
    except TemplateError as error:
        raise EngineError(f"{DRAWING} : {error}") from error
    docx = assemble(parts.items())
    return docx, compile_body(form_body(docx), template.file("page.typ"), inputs)


def prepare_form(rendered: Rendered, inputs: dict[str, str]) -> tuple[Prepared | None, list[Problem]]:
    """The form, ready for each row of the ledger."""
    template = rendered.document.template
    values = {k: v for k, v in {**inputs, **rendered.values}.items() if k != "entete_droite"}
    try:
        sources, parts = open_form(template.file(DRAWING), inputs, values)
        programs = tuple((name, specialise(source, values)) for name, source in sorted(sources.items()))
        # Printed once for nobody: what fails for every row is told before the first.
        blank = row_values(Mandant(), inputs["entete_droite"])
        for _, program in programs:
            program.template().render(blank)
    except (TemplateError, EngineError) as error:
        told = f"formulaire Word impossible à remplir ({error})"
        return None, [Problem("formulaire", template.plan.place(), "", told)]
    return Prepared(tuple(parts.items()), programs, inputs, template.file("page.typ"), True, template.slug), []


def prepare_letter(document: Document, role: str, inputs: dict[str, str]) -> tuple[Prepared | None, list[Problem]]:
    """A letter built once by the ordinary stages, for a person whose name, address and courriel are marks.

    `role`: the role of the letter that each mandant holds in turn.
    """
    from mandats.write.pandoc import run_pandoc
    from mandats.write.pdf import to_typst

    template, sender = document.template, document.roles[role][0]
    name, address, courriel = (MARK.format(i) for i in range(len(LETTER_FIELDS)))
    person = sender.model_copy(
        update={"type": "personne-physique", "nom": name, "adresse": address, "courriel": courriel, "article": "aucun",
                "genre": "mixte", "represente_par": None, "forme": None, "telephone": None, "avocat": None}
    )  # fmt: skip
    key = next((k for k, party in document.case.parties.items() if party == sender), None)
    parties = {**document.case.parties, **({key: person} if key else {})}
    case = document.case.model_copy(update={"parties": parties})
    document = replace(document, loaded=replace(document.loaded, case=case), roles={**document.roles, role: (person,)})
    rendered, problems = render_document(document)
    problems = [p for p in problems if p.gravite == ERREUR]
    if problems:
        return None, problems
    inputs = inputs | {"auteur": ""}
    members = read_parts(write_docx(rendered.blocks, template.file("reference.docx"), inputs))
    body = run_pandoc(to_typst(rendered.blocks), "typst", "--wrap=none").decode()
    program = from_marks(members.pop(BODY).decode(), LETTER_FIELDS, MARKED)
    page = template.file("page.typ")
    return Prepared(tuple(members.items()), ((BODY, program),), inputs, page, False, template.slug, body), []
