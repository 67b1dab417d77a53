"""What a process needs to print mandants, and nothing else: it starts in a third of a second.

Takes a `Prepared` (plain values) and one mandant; gives a DOCX and a PDF (PDF/A-2a, PDF/UA-1), or the PDFs of many in
one volume. Leaves the case and its stages to `prepare`.

The form's markup is given to typst once, marks where values go. Values enter as a list of numbers (the bytes of a JSON
text): only digits, commas and brackets ever reach typst's parser, so no value can become markup. `sys_inputs` instead
would change the standard library, which typst's cache hangs on: 50 forms a second, not 190 (2 pages, one core).
"""

import hashlib
import json
import re
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

from jinja2 import TemplateError

from mandats import __version__
from mandats import blocks as ast
from mandats.blocks import Node
from mandats.divisions import by_word_style
from mandats.formulaire import marques
from mandats.formulaire.programme import RowProgram, RowReader, filler
from mandats.formulaire.valeurs import RowError, row_values
from mandats.formulaire.word import BODY, Packer
from mandats.model import Mandant
from mandats.render import typography
from mandats.write.docx import assemble, read_parts
from mandats.write.pandoc import EngineError, run
from mandats.write.typst_engine import MAIN, Engine, Glyphs, literal

REFERENCE = "n° {numero:06d} – code {code}"
SIZE = re.compile(r"[0-9.]+(in|cm|mm|pt)")
PRINTED = (BODY, "word/footnotes.xml")  # the parts that a PDF carries; its page has its own header and footer
LONG_WORD = 40  # characters without a space or hyphen: « W » forty times is a line
HEAD = '#import "formulaire.typ": *\n#show: document-mandats\n'


@dataclass(frozen=True)
class Prepared:
    """`programs`: the DOCX parts that change; `bodies`: branches taken → typst markup with marks, and its images.

    A letter's are all here, a form's that were tried; others are made when a row takes them. `needed`: what a row must
    have, or it is refused.
    """

    members: tuple[tuple[str, bytes], ...]
    programs: tuple[tuple[str, RowProgram], ...]
    inputs: dict[str, str]
    page: Path
    reference: bool  # number and code at the head of each page
    prefixe: str  # of the files' names
    bodies: Mapping[tuple[str, ...], tuple[str, Mapping[str, bytes]]] = field(default_factory=dict)
    needed: tuple[str, ...] = ()

    @property
    def empreinte(self) -> str:
        """Hash of all that decides the bytes of a form, besides the row: a run is only resumed with the same."""
        page = hashlib.sha256(self.page.read_bytes()).hexdigest()
        trees = [(name, program.fixed, repr(program.tree)) for name, program in self.programs]
        engines = (__version__, version("typst"), version("jinja2"), zlib.ZLIB_RUNTIME_VERSION)
        words = (engines, self.members, trees, sorted(self.inputs.items()), page, self.reference, self.needed)
        return hashlib.sha256(repr(words).encode()).hexdigest()


class Printer:
    """Prints mandants, one process. `folder` (default: the system's temporary one) holds the blank form, no value."""

    def __init__(self, prepared: Prepared, folder: Path | None = None, fonts: Sequence[Path] = ()):
        self.prepared, self._folder, self._fonts = prepared, folder, fonts
        self.templates = [(name, program.template()) for name, program in prepared.programs]
        self.fillers = [(name, filler(template)) for name, template in self.templates]
        self.packer = Packer(prepared.members, [f for _, p in prepared.programs for f in p.fixed])
        self.day, self.variants = prepared.inputs["date"], dict[tuple[str, ...], str]()

    @cached_property
    def reference(self) -> tuple[str, str]:
        """What stands before a row's number, and before its code; French typography leaves both as they are."""
        head, mark = self.prepared.inputs["entete_droite"], REFERENCE.format(numero=0, code="ABCDEF")
        before, between = typography.french(f"{head} · {mark}" if head else mark).rsplit("000000", 1)
        return before, between.removesuffix("ABCDEF")

    @cached_property
    def engine(self) -> Engine:
        """typst, started by the first PDF: a run of DOCX alone does without."""
        p = self.prepared
        inputs = p.inputs | {"reference": "oui" if p.reference else "non"}
        engine = Engine(p.page, inputs, self._fonts, self._folder, quiet=True)
        engine.write("formulaire.typ", Path(__file__).with_name("formulaire.typ").read_bytes())
        return engine

    @cached_property
    def drawable(self) -> Glyphs:
        return Glyphs(self.engine, MAIN, self.day, LONG_WORD)

    @cached_property
    def reader(self) -> RowReader:
        """Raises EngineError for a form that a PDF cannot follow."""
        try:
            programs = dict(self.prepared.programs)
            return RowReader({name: programs[name] for name in PRINTED if name in programs})
        except TemplateError as error:
            raise EngineError(str(error)) from None

    def values(self, person: Any) -> dict[str, Any]:
        """Raises RowError, which names a column."""
        head = self.prepared.inputs["entete_droite"]
        if self.prepared.reference and person.numero:
            before, between = self.reference
            head = f"{before}{person.numero:06d}{between}{person.code}"
        values = row_values(person, head)
        if lacking := next((name for name in self.prepared.needed if not values["mandant"][name]), None):
            raise RowError(lacking, "valeur absente, que la lettre imprime : complétez-la (mandats registre corriger)")
        return values

    def docx(self, values: dict[str, Any]) -> bytes:
        return self.packer.pack((name, fill(values)) for name, fill in self.fillers)

    def pdf_row(self, values: dict[str, Any]) -> tuple[str, list[str]]:
        """The file of the form's variant (branches taken), made at its first use; the values it prints."""
        key, printed = self.reader.read(values)
        if key not in self.variants:
            name, (markup, images) = f"forme-{len(self.variants)}.typ", self.markup(key)
            for image, data in images.items():
                self.engine.write(image, data)
            self.engine.write(name, f'#import "page.typ": *\n{marques.functions(markup)}'.encode())
            self.variants[key] = name
        return self.variants[key], [self.drawable(t) for t in (*printed, str(values["entete_droite"]))]

    def pdf(self, values: dict[str, Any]) -> bytes:
        return self.engine.compile(alone(*self.pdf_row(values)), self.day)

    def volume(self, rows: Iterable[dict[str, Any]]) -> bytes:
        """Many forms in one PDF, each from a new page and numbered from 1; memory is as it was before."""
        printed = [self.pdf_row(values) for values in rows]
        forms = sorted({form for form, _ in printed})
        imports = "".join(f'#import "{f}" as forme{i}\n' for i, f in enumerate(forms))
        ranks = literal([(forms.index(form), *values) for form, values in printed])
        bodies = "".join(f"forme{i}," for i in range(len(forms)))
        try:
            return self.engine.compile(f"{HEAD}{imports}#volume({ranks}, ({bodies}))\n", self.day)
        finally:
            self.engine.forget()

    def blank(self) -> tuple[bytes, bytes]:
        """DOCX and PDF to print and fill by hand."""
        values = self.values(Mandant())
        return self.docx(values), self.pdf(values)

    def fillable(self) -> bytes:
        """The blank form with fields to complete on screen."""
        from mandats.formulaire.ecran import fillable_pdf

        key, _ = self.reader.read(row_values(Mandant(), ""))
        markup, images = self.markup(key)
        return fillable_pdf(markup, self.reader.names, self.prepared.page, self.prepared.inputs, images)

    def markup(self, key: tuple[str, ...]) -> tuple[str, Mapping[str, bytes]]:
        """The typst markup of a variant, its marks where values go, and the images it names."""
        return self.prepared.bodies.get(key) or form_body(self.marked(key, marques.written))

    def marked(self, key: tuple[str, ...], mark: Callable[[int], str]) -> bytes:
        """The DOCX of a variant, with `mark`, given its rank, in the place of each value."""
        parts = {n: t.render(row_values(Mandant(), "")) for n, t in self.templates} | self.reader.variant(key, mark)
        return assemble([*self.prepared.members, *((n, t.encode()) for n, t in parts.items())])


def alone(form: str, values: Sequence[str]) -> str:
    """The few lines compiled for one row."""
    return f'#import "{form}": corps\n{HEAD}#let valeurs = {literal(values)}\n#seul(valeurs, corps(valeurs))\n'


def form_body(docx: bytes) -> tuple[str, dict[str, bytes]]:
    """typst markup of a form drawn in Word (named styles call page.typ), and its images. Raises EngineError."""
    tree = json.loads(run(["--from=docx+styles", "--to=json"], docx))
    images: dict[str, bytes] = {}
    parts = read_parts(docx) if b"word/media/" in docx else {}

    def inside(nodes: list[Node]) -> list[Node]:
        made: list[Node] = ast.rewrite(nodes, drawn)
        return made

    def drawn(node: Node) -> list[Node] | None:
        """A picture under a name of ours; one that has no words instead of it is left out of what is read aloud.

        Word's bookmarks, of any name, and the links to them are left out.
        """
        if node["t"] == "Link" and node["c"][2][0].startswith("#"):
            return inside(node["c"][1])
        if node["t"] == "Span" and node["c"][0][0]:
            return [ast.span(inside(node["c"][1]), *node["c"][0][1])]
        if node["t"] == "Header" and node["c"][1][0]:
            level, (_, classes, _), words = node["c"]
            return [ast.heading(level, inside(words), numbered="unnumbered" not in classes)]
        if node["t"] != "Image":
            return None
        (_, _, sizes), words, (source, _) = node["c"]
        name = f"image-{len(images)}{Path(source).suffix.lower()}"
        images[name] = parts["word/" + source]
        sized = "".join(f", {k}: {v}" for k, v in sizes if k in ("width", "height") and SIZE.fullmatch(v))
        said = f", alt: {json.dumps(ast.plain(words), ensure_ascii=False)}" if words else ""
        call = f'box(image("{name}"{sized}{said}))'
        return [{"t": "RawInline", "c": ["typst", f"#{call}" if words else f"#pdf.artifact({call})"]}]

    return marques.to_markup(inside(_divisions(tree["blocks"]))), images


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
