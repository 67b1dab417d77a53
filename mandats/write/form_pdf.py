"""A form compiled once by typst, then printed for each row: PDF/A-2a and PDF/UA-1.

Takes the DOCX of the form with marks where values go; gives a `FormPrinter` that makes the PDF of a row, or of many in
one volume. Values enter as a list of numbers (the bytes of a JSON text): only digits, commas and brackets ever reach
typst's parser, so no value can become markup.

Choice: a list of numbers in the few lines compiled, not `sys_inputs`. Measured (2 pages, one core): sys_inputs change the
standard library, which typst's cache hangs on, 50 forms a second; this way paragraphs without values stay laid out, 190.
Nothing of the row is written to disk: the private folder holds the blank form only.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from mandats.write.pandoc import EngineError
from mandats.write.pdf import STANDARDS

MARK = "Zqv{}vqZ"  # plain letters: pandoc and French typography leave it alone
LONG_WORD = 40  # characters without a space or hyphen: « W » forty times is a line
LONG = re.compile(rf"[^\s\u200b-]{{{LONG_WORD},}}")
MARKED = re.compile(r"Zqv(\d+)vqZ")
# What Libertinus Serif surely draws; other characters are tried once.
USUAL = re.compile("[ -~\u00a0-\u017f\u2010-\u2027\u2030-\u203a\u20ac\u202f\u2009]*")
HEAD = '#import "page.typ": *\n#import "{form}": corps, seul\n#show: document-mandats\n'


def module(body: str, reference: bool) -> str:
    """The form as a function of its `valeurs`; `reference`: the last of them goes to the head of each page."""
    shown = MARKED.sub(r"#valeurs.at(\1);", body)
    return f'#import "page.typ": *\n{REFERENCED if reference else PLAIN}\n#let corps(valeurs) = [\n{shown}\n]\n'


PLAIN = "#let entete(valeurs, corps) = corps\n#let seul(valeurs, corps) = corps"
# As page.typ's own header, which reads sys.inputs and could not change from one row to the next. Alone in its file, the
# form leaves its reference in a state: a page style that changed with the row would have everything laid out again.
REFERENCED = """#let _reference = state("reference", "")
#let _entete(texte) = {
  set text(size: 8.5pt, fill: gris)
  set par(justify: false)
  let droite = strong(if sys.inputs.specimen == "oui" { text(fill: accent, texte) } else { texte })
  grid(columns: (1fr, auto), column-gutter: 1em, sys.inputs.entete_gauche, droite)
  v(-0.55em)
  line(length: 100%, stroke: 0.4pt + luma(190))
}
#let entete(valeurs, corps) = { set page(header: _entete(valeurs.last())); corps }
#let seul(valeurs, corps) = { set page(header: context _entete(_reference.final())); _reference.update(valeurs.last()); corps }"""


class FormPrinter:
    """Prints rows. One per process. What it puts in `folder` (the system's temporary one by default) holds no value of any row."""

    def __init__(self, page: Path, inputs: dict[str, str], folder: Path | None, fonts: Sequence[Path] = ()):
        import typst

        self.private = tempfile.TemporaryDirectory(prefix="typst-", dir=folder)  # removed with us
        self.folder = Path(self.private.name)
        (self.folder / "page.typ").write_bytes(page.read_bytes())
        moment = dt.datetime.fromisoformat(inputs["date"]).replace(hour=12, tzinfo=dt.UTC)
        self.moment, self.variants, self.drawn, self.root = int(moment.timestamp()), {}, {}, str(self.folder)
        self.error = typst.TypstError
        self.compiler = typst.Compiler(
            root=self.root, ignore_system_fonts=True, font_paths=[str(f) for f in fonts], sys_inputs=inputs,
            package_path=self.root, package_cache_path=self.root,
        )  # fmt: skip

    def variant(self, key: tuple[str, ...], make) -> str:
        """The file of a variant of the form (branches taken), made at its first use by `make()`: markup, reference or not."""
        if key not in self.variants:
            name = f"forme-{len(self.variants)}.typ"
            (self.folder / name).write_text(module(*make()), "utf-8")
            self.variants[key] = name
        return self.variants[key]

    def one(self, form: str, values: Sequence[str]) -> bytes:
        return self._compile(
            HEAD.format(form=form) + f"#let valeurs = {_literal(values)}\n#seul(valeurs, corps(valeurs))\n"
        )

    def volume(self, rows: Sequence[tuple[str, Sequence[str]]]) -> bytes:
        """Many forms in one file, each from a new page and numbered from 1."""
        forms = sorted({form for form, _ in rows})
        main = [
            '#import "page.typ": *',
            *(f'#import "{f}": corps as corps{i}, entete as entete{i}' for i, f in enumerate(forms)),
        ]
        main += [
            "#show: document-mandats",
            "#set page(footer: context align(center, text(size: 8.5pt, fill: gris, counter(page).display())))",
        ]
        main.append(f"#let rangs = {_literal([(forms.index(f), *v) for f, v in rows])}")
        cases = " else ".join(
            f"if r.at(0) == {i} {{ entete{i}(r.slice(1), corps{i}(r.slice(1))) }}" for i in range(len(forms))
        )
        main.append(
            f"#for (i, r) in rangs.enumerate() {{ if i > 0 {{ pagebreak(weak: true) }}; counter(page).update(1); {cases} }}\n"
        )
        return self._compile("\n".join(main))

    def drawable(self, text: str) -> str:
        """The text, each character that no font draws as « [U+1F600] », and a place to break in words no line holds: seen whole."""
        text = name_undrawn(text, self.drawn, self._draws)
        if len(text) < LONG_WORD:
            return text
        return LONG.sub(
            lambda m: "\u200b".join(m[0][i : i + LONG_WORD // 2] for i in range(0, len(m[0]), LONG_WORD // 2)), text
        )

    def _draws(self, char: str) -> bool:
        try:
            self._compile(
                HEAD.replace('#import "{form}": corps, seul\n', "") + f"= a\n#{_literal([f'a{char}'])}.at(0)\n"
            )
        except EngineError:
            return False
        return True

    def _compile(self, main: str) -> bytes:
        try:
            return self.compiler.compile(
                main.encode(), format="pdf", root=self.root, pdf_standards=STANDARDS, timestamp=self.moment
            )
        except self.error as error:
            # typst's message may quote the values: only its nature is told.
            raise EngineError(f"typst : {type(error).__name__}") from None


def name_undrawn(text: str, known: dict[str, bool], draws: Callable[[str], bool]) -> str:
    """The text, each character that no font draws as « [U+1F600] ». `known`: what was tried before; added to."""
    if USUAL.fullmatch(text):
        return text
    for char in set(text) - known.keys():
        known[char] = USUAL.fullmatch(char) is not None or draws(char)
    return "".join(c if known[c] else f"[U+{ord(c):04X}]" for c in text)


def _literal(values: object) -> str:
    return f"json(bytes(({','.join(map(str, json.dumps(values, ensure_ascii=False).encode()))},)))"
