"""A form compiled once by typst, then printed for each row: PDF/A-2a and PDF/UA-1.

Takes the form's markup with marks where values go; gives a `FormPrinter` that makes the PDF of a row, or of many in one
volume. Values enter as a list of numbers (the bytes of a JSON text): only digits, commas and brackets ever reach
typst's parser, so no value can become markup.

Choice: a list of numbers in the few lines compiled, not `sys_inputs`. Measured (2 pages, one core): sys_inputs change
the standard library, which typst's cache hangs on, 50 forms a second; this way paragraphs without values stay laid
out, 190. Nothing of the row is written to disk: the private folder holds the blank form only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from mandats.write.typst_engine import MAIN, Engine, Glyphs, literal

MARK = "Zqv{}vqZ"  # plain letters: pandoc and French typography leave it alone
MARKED = re.compile(r"Zqv(\d+)vqZ")
LONG_WORD = 40  # characters without a space or hyphen: « W » forty times is a line
HEAD = '#import "formulaire.typ": *\n#show: document-mandats\n'


class FormPrinter:
    """Prints rows. One per process. What it puts in `folder` (by default the system's temporary one) holds no value."""

    def __init__(
        self, page: Path, inputs: dict[str, str], reference: bool, folder: Path | None, fonts: Sequence[Path] = ()
    ):
        self.day, self.variants = inputs["date"], dict[tuple[str, ...], str]()
        self.engine = Engine(page, inputs | {"reference": "oui" if reference else "non"}, fonts, folder, quiet=True)
        self.engine.write("formulaire.typ", Path(__file__).with_name("formulaire.typ").read_bytes())
        self.drawable = Glyphs(self.engine, MAIN, self.day, LONG_WORD)

    def variant(self, key: tuple[str, ...], make: Callable[[], str]) -> str:
        """The file of a variant of the form (branches taken), made at its first use from the markup `make()` gives."""
        if key not in self.variants:
            name = f"forme-{len(self.variants)}.typ"
            shown = MARKED.sub(r"#valeurs.at(\1);", make())
            self.engine.write(name, f'#import "page.typ": *\n#let corps(valeurs) = [\n{shown}\n]\n'.encode())
            self.variants[key] = name
        return self.variants[key]

    def one(self, form: str, values: Sequence[str]) -> bytes:
        return self.engine.compile(alone(form, values), self.day)

    def volume(self, rows: Sequence[tuple[str, Sequence[str]]]) -> bytes:
        """Many forms in one file, each from a new page and numbered from 1."""
        forms = sorted({form for form, _ in rows})
        imports = "".join(f'#import "{f}": corps as corps{i}\n' for i, f in enumerate(forms))
        ranks = literal([(forms.index(form), *values) for form, values in rows])
        bodies = ", ".join(f"corps{i}" for i in range(len(forms)))
        return self.engine.compile(f"{HEAD}{imports}#volume({ranks}, ({bodies},))\n", self.day)


def alone(form: str, values: Sequence[str]) -> str:
    """The few lines compiled for one row."""
    return f'#import "{form}": corps\n{HEAD}#let valeurs = {literal(values)}\n#seul(valeurs, corps(valeurs))\n'
