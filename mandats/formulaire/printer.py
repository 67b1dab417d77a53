"""What a process needs to print mandants, and nothing else: it starts in a third of a second.

Takes a `Prepared` (plain values) and one mandant; gives a DOCX and a PDF. Leaves the case and its stages to `prepare`.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

from jinja2 import TemplateError

from mandats import __version__
from mandats.blocks import Node
from mandats.divisions import by_word_style
from mandats.formulaire.pages import MARK, FormPrinter
from mandats.formulaire.programme import RowProgram, RowReader
from mandats.formulaire.valeurs import row_values, xml_environment
from mandats.formulaire.word import BODY, Packer, assemble
from mandats.render import typography
from mandats.write.pandoc import EngineError, run, run_pandoc
from mandats.write.pdf import to_typst

REFERENCE = "n° {numero:06d} – code {code}"


@dataclass(frozen=True)
class Prepared:
    """`programs`: the DOCX parts that change; `body`: of a letter, its typst markup with marks."""

    members: tuple[tuple[str, bytes], ...]
    programs: tuple[tuple[str, RowProgram], ...]
    inputs: dict[str, str]
    page: Path
    reference: bool  # number and code at the head of each page
    prefixe: str  # of the files' names
    body: str | None = None

    @property
    def empreinte(self) -> str:
        """Hash of all that decides the bytes of a form, besides the row: a run is only resumed with the same."""
        page = hashlib.sha256(self.page.read_bytes()).hexdigest()
        trees = [(name, program.fixed, repr(program.tree)) for name, program in self.programs]
        engines = (__version__, version("typst"), version("jinja2"), zlib.ZLIB_RUNTIME_VERSION)
        words = (engines, self.members, trees, sorted(self.inputs.items()), page, self.reference, self.body)
        return hashlib.sha256(repr(words).encode()).hexdigest()


class Nobody:
    """Whom a blank form is for."""

    numero, code = 0, ""

    def __getattr__(self, name: str) -> str:
        return ""


class Printer:
    """Prints mandants, one process. `folder`: receives the blank form while it lasts, never a value."""

    def __init__(self, prepared: Prepared, folder: Path | None = None, fonts: Iterable[Path] = ()):
        self.prepared, self._folder, self._fonts = prepared, folder, tuple(fonts)
        environment = xml_environment()
        self.templates = [(name, program.template(environment)) for name, program in prepared.programs]
        self.packer = Packer(prepared.members, [f for _, p in prepared.programs for f in p.fixed])

    @cached_property
    def pages(self) -> FormPrinter:
        """typst's side, started by the first PDF: a run of DOCX alone does without."""
        p = self.prepared
        return FormPrinter(p.page, p.inputs, p.reference, self._folder, self._fonts)

    @cached_property
    def reader(self) -> RowReader:
        """Raises EngineError for a form that a PDF cannot follow."""
        try:
            return RowReader(dict(self.prepared.programs)[BODY])
        except TemplateError as error:
            raise EngineError(str(error)) from None

    def values(self, person: Any) -> dict[str, Any]:
        """Raises RowError, which names a column."""
        head = self.prepared.inputs["entete_droite"]
        if self.prepared.reference and person.numero:
            mark = REFERENCE.format(numero=person.numero, code=person.code)
            head = typography.french(f"{head} · {mark}" if head else mark)
        return row_values(person, head)

    def docx(self, values: dict[str, Any]) -> bytes:
        return self.packer.pack((name, list(t.root_render_func(t.new_context(values)))) for name, t in self.templates)

    def pdf_row(self, values: dict[str, Any]) -> tuple[str, list[str]]:
        """The form's variant and the values it prints, as `FormPrinter` takes them."""
        key, printed = self.reader.read(values)
        form = self.pages.variant(key, lambda: self._markup(key))
        return form, [self.pages.drawable(t) for t in (*printed, str(values["entete_droite"]))]

    def pdf(self, values: dict[str, Any]) -> bytes:
        return self.pages.one(*self.pdf_row(values))

    def volume(self, rows: Iterable[dict[str, Any]]) -> bytes:
        """Many forms in one PDF."""
        return self.pages.volume([self.pdf_row(values) for values in rows])

    def blank(self) -> tuple[bytes, bytes]:
        """DOCX and PDF to print and fill by hand."""
        values = self.values(Nobody())
        return self.docx(values), self.pdf(values)

    def fillable(self) -> bytes:
        """The blank form with fields to complete on screen."""
        from mandats.formulaire.ecran import fillable_pdf

        key, _ = self.reader.read(row_values(Nobody(), ""))
        return fillable_pdf(self._markup(key), self.reader.names, self.prepared.page, self.prepared.inputs)

    def _markup(self, key: tuple[str, ...]) -> str:
        if self.prepared.body is not None:
            return self.prepared.body
        parts = {n: "".join(t.render(row_values(Nobody(), ""))) for n, t in self.templates if n != BODY}
        parts[BODY] = self.reader.variant(key, MARK)
        return form_body(assemble([*self.prepared.members, *((n, t.encode()) for n, t in parts.items())]))


def form_body(docx: bytes) -> str:
    """typst markup of a form drawn in Word: its named styles become calls to page.typ. Raises EngineError."""
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
