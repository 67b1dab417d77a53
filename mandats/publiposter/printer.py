"""What a process needs to print mandants, and nothing else: it starts in a third of a second.

Takes a `Prepared` (plain values) and one mandant; gives a DOCX and a PDF. Leaves the case and its stages to `prepare`.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from mandats import __version__
from mandats.render import typography
from mandats.render.row import RowProgram, RowReader, row_values, xml_environment
from mandats.write.form_pdf import MARK, FormPrinter
from mandats.write.mandate_form import form_body
from mandats.write.word_form import Packer, PreparedForm

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

    def __init__(self, prepared: Prepared, folder: Path | None = None, pdf: bool = True, fonts: Iterable[Path] = ()):
        self.prepared = prepared
        environment = xml_environment()
        self.templates = [(name, program.template(environment)) for name, program in prepared.programs]
        self.packer = Packer(prepared.members, [f for _, p in prepared.programs for f in p.fixed])
        self.pages: FormPrinter | None = None
        if pdf:
            program = dict(prepared.programs)["word/document.xml"]
            self.reader = RowReader(program)
            self.pages = FormPrinter(prepared.page, prepared.inputs, folder, tuple(fonts))

    def values(self, person: Any) -> dict[str, Any]:
        """Raises RowError, which names a column."""
        return row_values(person, self.head(person))

    def head(self, person: Any) -> str:
        usual = self.prepared.inputs["entete_droite"]
        if not self.prepared.reference or not person.numero:
            return usual
        mark = REFERENCE.format(numero=person.numero, code=person.code)
        return typography.french(f"{usual} · {mark}" if usual else mark)

    def docx(self, values: dict[str, Any]) -> bytes:
        parts = []
        for name, template in self.templates:
            context = template.new_context(values)
            parts.append((name, list(template.root_render_func(context))))
        return self.packer.pack(parts)

    def pdf_row(self, values: dict[str, Any]) -> tuple[str, list[str]]:
        """The form's variant and the values it prints, as `FormPrinter` takes them."""
        key, printed = self.reader.read(values)
        form = self.pages.variant(key, lambda: (self._markup(key), self.prepared.reference))
        drawable = self.pages.drawable
        return form, [drawable(t) for t in (*printed, str(values["entete_droite"]))]

    def pdf(self, values: dict[str, Any]) -> bytes:
        return self.pages.one(*self.pdf_row(values))

    def blank(self) -> tuple[bytes, bytes]:
        """DOCX and PDF to print and fill by hand."""
        values = row_values(Nobody(), self.prepared.inputs["entete_droite"])
        return self.docx(values), self.pdf(values)

    def fillable(self) -> bytes:
        """The blank form with fields to complete on screen."""
        from mandats.write.fillable import fillable_pdf

        key, _ = self.reader.read(row_values(Nobody(), ""))
        return fillable_pdf(self._markup(key), self.reader.names, self.prepared.page, self.prepared.inputs)

    def _markup(self, key: tuple[str, ...]) -> str:
        if self.prepared.body is not None:
            return self.prepared.body
        marked = self.reader.variant(key, MARK)
        blank = {n: "".join(t.render(row_values(Nobody(), ""))) for n, t in self.templates if n != "word/document.xml"}
        return form_body(PreparedForm({}, self.prepared.members).assemble({**blank, "word/document.xml": marked}))
