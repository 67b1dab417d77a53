"""A form or a letter of a case made ready to be filled: for the one person its document names, or for thousands.

Takes a resolved `Document` and the page's furniture; gives files, or a `Prepared` that `printer` fills for each row.
Every problem of the form is told before the first row.

One drawing serves DOCX and PDF, one person and all: docxtpl mends `formulaire.docx`, whose parts are Jinja sources; for
one person they are printed and packed, for many they are specialised first.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from jinja2 import Undefined

from mandats import readback
from mandats.document import Blank, Document, Rendered, Template, Use
from mandats.formulaire import marques
from mandats.formulaire.habillage import dress, dressed
from mandats.formulaire.printer import Prepared, Printer, form_body
from mandats.formulaire.programme import RowProgram, from_marks, specialise
from mandats.formulaire.valeurs import XML, explain, print_bounded, row_values
from mandats.formulaire.word import BODY, open_form
from mandats.load.word_form import FORM, list_uncarried
from mandats.model import Mandant
from mandats.problem import ERREUR, Problem
from mandats.render import typography
from mandats.render.cover import page_inputs
from mandats.render.plan import context, render_document
from mandats.render.scribe import Scribe
from mandats.roots import is_shipped
from mandats.texte import text_of
from mandats.write.docx import assemble, read_parts, write_docx
from mandats.write.pandoc import EngineError, UnprintableText
from mandats.write.typst_engine import MAIN, compile_body, literal

HEADERS = ("entete_gauche", "entete_droite")  # given at filling, with the page's other furniture
UNDATED = "la date de ce texte (« date: » du document ; celle du dossier est celle de l'acte)"
UNPRINTABLE = "formulaire Word impossible à remplir : {}"
SOMEONE = "Zqv{}vqZ"  # a value that French typography leaves alone, to compare the two formats
LETTER_FIELDS = ("nom_complet", "adresse_complete", "courriel")


def render_form(document: Document) -> tuple[Rendered, list[Problem]]:
    """The values of the form, and a blank for each name it prints that the case leaves empty.

    The person's own fields may be empty: they are then lines to fill by hand. A drafter's form is tried at once: what
    prevents it from being printed, or from being the same in both formats, is a problem of it.
    """
    values = context(document, Scribe(document)) | {"mandant": document.order.mandant or Mandant()}
    place, blanks, problems = document.template.plan.place(), [], []
    for name in document.template.champs:
        if name in HEADERS:
            continue
        try:
            value = XML.compile_expression(name, undefined_to_none=False)(**values)
        except Exception:  # why a drafter's expression cannot be is told when the form is tried
            continue
        if isinstance(value, Undefined):
            problems.append(Problem("nom-inconnu", place, "", f"nom inconnu « {name} »"))
        elif (value is None or isinstance(value, Blank)) and not name.startswith("mandant."):
            blanks.append(Use(UNDATED if "date_acte" in name else name, place, document.place))
    rendered = Rendered(document, [], typography.french(document.titre), blanks=tuple(blanks), values=values)
    if not problems and (told := _try(rendered)):
        problems.append(Problem("formulaire", place, "", UNPRINTABLE.format(told)))
    return rendered, problems


def _is_ours(template: Template, name: str) -> bool:
    return is_shipped(template.file(name).parent)


def _try(rendered: Rendered) -> str:
    """What is wrong with a form, on one line. The program's own is not printed for it: the tests do."""
    template, inputs = rendered.document.template, page_inputs(rendered.document, rendered.title)
    if lost := list_uncarried(template.file(FORM).read_bytes(), not _is_ours(template, "page.typ")):
        return f"le PDF ne porterait pas {' ; '.join(lost)}"
    if _is_ours(template, FORM):
        return ""
    try:
        parts, printed = _print(rendered, inputs)
        _draw({name: data for name, data in parts.items() if name.startswith("word/media/")}, rendered, inputs)
        _compile(assemble([*parts.items(), *printed.items()]), rendered, inputs)
    except Exception as error:  # whatever the form makes docxtpl, lxml or Jinja raise
        return explain(error)
    return ""


def _draw(images: dict[str, bytes], rendered: Rendered, inputs: dict[str, str]) -> None:
    """Raises EngineError for an image that typst cannot decode, whatever its name says."""
    named = {f"{i}{Path(name).suffix.lower()}": data for i, (name, data) in enumerate(images.items())}
    body = "\n".join(f'#pdf.artifact(image("{name}"))' for name in named)
    try:
        _ = named and compile_body(body, rendered.document.template.file("page.typ"), inputs, files=named)
    except EngineError:
        raise EngineError("image que le PDF ne sait pas dessiner : insérez-la en PNG ou en JPEG") from None


def _print(rendered: Rendered, inputs: dict[str, str]) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """The form's parts that never change, then those printed for the person of its document."""
    values = {**inputs, **rendered.values}
    sources, parts = open_form(rendered.document.template.file(FORM), inputs, values)
    printed = {n: print_bounded(XML.template(source, False), values) for n, source in sources.items()}
    return parts, {name: dressed(xml).encode() for name, xml in printed.items()}


def form_text(rendered: Rendered) -> str:
    """What the form says, nobody's values in it: the text of a mandate; nothing of one that cannot be printed."""
    blank = replace(rendered, values={**rendered.values, "mandant": Mandant()})
    try:
        parts, printed = _print(blank, page_inputs(rendered.document, rendered.title))
    except Exception:  # told when the form is tried
        return ""
    return text_of(assemble([*parts.items(), *printed.items()]))


def write_form(rendered: Rendered, inputs: dict[str, str]) -> tuple[bytes, bytes]:
    """DOCX and PDF, for the person its document names or to fill by hand. Raises EngineError, UnprintableText."""
    try:
        parts, printed = _print(rendered, inputs)
    except Exception as error:
        raise EngineError(f"{FORM} : {explain(error)}") from error
    docx = assemble([*parts.items(), *printed.items()])
    return docx, _compile(docx, rendered, inputs)


def _compile(docx: bytes, rendered: Rendered, inputs: dict[str, str]) -> bytes:
    body, images = form_body(docx)
    return compile_body(body, rendered.document.template.file("page.typ"), inputs, files=images)


def prepare_form(
    rendered: Rendered, inputs: dict[str, str], formats: Sequence[str] = ("docx", "pdf")
) -> tuple[Prepared | None, list[Problem]]:
    """The form, ready for each row of the ledger, its formats compared once for each branch that a row may take."""
    template = rendered.document.template
    values = {k: v for k, v in {**inputs, **rendered.values}.items() if k != "entete_droite"}
    try:
        sources, parts = open_form(template.file(FORM), inputs, values)
        programs = tuple((name, dress(specialise(source, values))) for name, source in sorted(sources.items()))
        # Printed once for nobody: what fails for every row is told before the first.
        blank = row_values(Mandant(), inputs["entete_droite"])
        for _, program in programs:
            print_bounded(program.template(), blank)
        page = template.file("page.typ")
        made = Prepared(tuple(parts.items()), programs, inputs, page, True, template.slug)
        if "pdf" in formats:
            printer = Printer(made)
            if not (_is_ours(template, FORM) and _is_ours(template, "page.typ")):
                return _compared(printer, printer.reader.branches())
            _ = printer.reader  # a form that a PDF cannot follow
        return made, []
    except Exception as error:
        return None, [Problem("formulaire", template.plan.place(), "", UNPRINTABLE.format(explain(error)))]


def _compared(printer: Printer, branches: Sequence[tuple[str, ...]]) -> tuple[Prepared | None, list[Problem]]:
    """The form with the markup of these branches, read back in both formats: they say the same, or why they do not."""
    made, bodies, names = printer.prepared, {}, printer.reader.names
    someone = [SOMEONE.format(names.index(name)) for name in names]
    head = f"{MAIN}#let valeurs = {literal(someone)}\n"
    for key in branches:
        bodies[key] = body, images = printer.markup(key)
        docx = printer.marked(key, someone.__getitem__)
        pdf = compile_body(marques.filled(body), made.page, made.inputs, head, files=images)
        if said := readback.compare(readback.read_docx(docx), readback.read_pdf(pdf)):
            told = re.sub(SOMEONE.format("[0-9]+"), "…", said[0])
            raise EngineError(f"DOCX et PDF ne diraient pas la même chose : {told}")
    return replace(made, bodies=bodies), []


def prepare_letter(
    document: Document, role: str, inputs: dict[str, str], formats: Sequence[str] = ("docx", "pdf")
) -> tuple[Prepared | None, list[Problem]]:
    """A letter built once by the ordinary stages, for a person whose name, address and courriel are marks.

    `role`: the role of the letter that each mandant holds in turn. Who gave no address gets a letter without that line,
    which an e-mail answers; where the text itself prints the address, it is needed.
    """
    if not document.case.lieu:
        told = "la lettre porte le lieu où elle est écrite : donnez « lieu: » dans le dossier"
        return None, [Problem("blanc", document.place, "lieu", told)]
    built, problems = _letter_for(document, role, marques.written(1))
    problems = [p for p in problems if p.gravite == ERREUR]
    if problems:
        return None, problems
    bare, _ = _letter_for(document, role, None)
    needs = len(bare.blanks) > len(built.blanks)  # the text prints the address that this person has not
    template, inputs = document.template, inputs | {"auteur": ""}
    docx = [read_parts(write_docx(r.blocks, template.file("reference.docx"), inputs)) for r in (built, bare)]
    try:
        programs = tuple(_letter_programs(docx[0], docx[0] if needs else docx[1]))
        made = Prepared(
            tuple(docx[0].items()), programs, inputs, template.file("page.typ"), False, template.slug,
            needed=LETTER_FIELDS[1:2] if needs else (),
        )  # fmt: skip
        if "pdf" not in formats:
            return made, []
        reader = Printer(made).reader
        ranks = [reader.names.index(name) if name in reader.names else 0 for name in LETTER_FIELDS]
        bodies: dict[tuple[str, ...], tuple[str, Mapping[str, bytes]]] = {
            (outcome,) * len(reader.tests): (marques.to_markup(letter.blocks, ranks), {})
            for outcome, letter in (("1", built), ("0", bare))[: 1 + (not needs)]
        }
        return _compared(Printer(replace(made, bodies=bodies)), list(bodies))
    except (EngineError, UnprintableText) as error:
        return None, [Problem("relecture", document.place, "", explain(error))]


def _letter_programs(built: dict[str, bytes], bare: Mapping[str, bytes]) -> Iterator[tuple[str, RowProgram]]:
    """Those of the parts that change, taken from `built`; `bare`: the parts for who gave no address."""
    for name in [n for n in built if n.endswith((".xml", ".rels"))]:
        texts = [parts.get(name, b"").decode() for parts in (built, bare)]
        if name == BODY or marques.PRIVATE.search(texts[0]) or texts[0] != texts[1]:
            del built[name]
            other = (texts[1], LETTER_FIELDS[1]) if texts[1] != texts[0] else ()
            yield name, from_marks(texts[0], LETTER_FIELDS, *other)


def _letter_for(document: Document, role: str, address: str | None) -> tuple[Rendered, list[Problem]]:
    """The letter rendered with marks for the person who holds the role; `address`: a mark, or none."""
    sender = document.roles[role][0]
    told = {"nom": marques.written(0), "adresse": address, "courriel": marques.written(2)}
    known = {"type": "personne-physique", "article": "aucun", "genre": "mixte"}
    person = sender.model_copy(update=told | known | dict.fromkeys(("represente_par", "forme", "telephone", "avocat")))
    key = next((k for k, party in document.case.parties.items() if party == sender), None)
    parties = {**document.case.parties, **({key: person} if key else {})}
    case = document.case.model_copy(update={"parties": parties})
    roles = {**document.roles, role: (person,)}
    return render_document(replace(document, loaded=replace(document.loaded, case=case), roles=roles))
