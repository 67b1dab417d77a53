"""A form drawn in Word, filled for one person: DOCX by docxtpl, PDF from that same DOCX through pandoc and typst.

One drawing serves both formats: a jurist who edits `formulaire.docx` changes the PDF too. Paragraph styles keep their
names on the way and become calls to page.typ.
"""

from __future__ import annotations

import io
import json
from typing import Any

from mandats.blocks import Node
from mandats.divisions import by_word_style
from mandats.document import Rendered
from mandats.write.docx import finish
from mandats.write.pandoc import EngineError, run, run_pandoc
from mandats.write.pdf import compile_typst, to_typst


def write_form(rendered: Rendered, environment: Any, inputs: dict[str, str]) -> tuple[bytes, bytes]:
    """DOCX and PDF of the form. `environment`: the sandboxed Jinja whose output is escaped for XML."""
    from docxtpl import DocxTemplate
    from jinja2 import TemplateError

    document = rendered.document
    form = DocxTemplate(document.template.file("formulaire.docx"))
    try:
        form.render({**inputs, **rendered.values}, jinja_env=environment)
    except TemplateError as error:
        raise EngineError(f"formulaire.docx : {error}") from error
    filled = io.BytesIO()
    form.save(filled)
    docx = finish(filled.getvalue(), inputs)
    return docx, compile_typst(form_body(docx), document.template.file("page.typ"), inputs)


def form_body(docx: bytes) -> str:
    """typst markup of a filled form. Raises EngineError."""
    tree = json.loads(run(["--from=docx+styles", "--to=json"], docx))
    return run_pandoc(to_typst(_divisions(tree["blocks"])), "typst", "--wrap=none").decode()


def _divisions(blocks: list[Node]) -> list[Node]:
    """Named paragraph styles as our divisions; those of plain text dissolved."""
    out: list[Node] = []
    for node in blocks:
        if node["t"] != "Div":
            out.append(node)
            continue
        (_, _, attributes), inner = node["c"]
        name = by_word_style().get(dict(attributes).get("custom-style", ""))
        inside = _divisions(inner)
        out += [{"t": "Div", "c": [["", [name], []], inside]}] if name else inside
    return out
