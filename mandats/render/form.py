"""What a form drawn in Word is filled with: the same names as in any text, printed for XML instead of Markdown."""

from __future__ import annotations

from html import escape
from typing import Any

from jinja2 import TemplateError, Undefined

from mandats.document import Blank, Document, Rendered, Use
from mandats.model import Mandant, Party
from mandats.problem import Problem
from mandats.render import typography
from mandats.render.plan import context
from mandats.render.sandbox import Environment
from mandats.render.scribe import Scribe

HEADERS = ("entete_gauche", "entete_droite")  # given at filling, with the page's other furniture
DOTS = "…" * 14  # a line to write on


def render_form(document: Document) -> tuple[Rendered, list[Problem]]:
    """The values of the form, and a blank for each name it prints that the case leaves empty.

    The person's own fields may be empty: they are then lines to fill by hand.
    """
    values = context(document, Scribe(document)) | {"mandant": document.order.mandant or Mandant()}
    environment = form_environment()
    place, blanks, problems = document.template.plan.place(), [], []
    for name in document.template.champs:
        if name in HEADERS:
            continue
        try:
            value = environment.compile_expression(name, undefined_to_none=False)(**values)
        except TemplateError:
            value = Undefined()
        if isinstance(value, Undefined):
            problems.append(Problem("nom-inconnu", place, "", f"nom inconnu « {name} »"))
        elif (value is None or isinstance(value, Blank)) and not name.startswith("mandant."):
            blanks.append(Use(name, place, document.place))
    return Rendered(document, [], typography.french(document.titre), blanks=tuple(blanks), values=values), problems


def form_environment() -> Environment:
    """Sandboxed like the texts'; a value is set in French typography and escaped for XML, a blank becomes dots."""

    def printed(value: Any) -> str:
        if value is None or isinstance(value, Blank):
            return DOTS
        if isinstance(value, Party):
            value = value.nom
        return escape(typography.french(typography.one_line(str(value))))

    return Environment(printed)
