"""The annex of mandants as a PDF: PDF/A-2a and PDF/UA-1, one long table whose head is repeated on each page.

Takes rows of plain text, and the words of the first page; gives bytes. Values enter as one JSON text through `sys.inputs`
and are printed as text: typst never parses them. Leaves the order of the rows and the columns to `publiposter.annex`.

Choice: one table. Cut in tables of 200 rows it is laid out 6 % sooner, and a screen reader then counts 77 tables.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

from mandats.write.form_pdf import name_undrawn
from mandats.write.pandoc import EngineError
from mandats.write.pdf import STANDARDS

LONG = re.compile(r"[^\s\u200b-]{28,}")  # a word that no column holds
PAGE = """
#let d = json(bytes(sys.inputs.donnees))
#let gris = rgb("#6b6b6b")
#set document(title: d.titre, author: d.auteur, date: datetime(year: d.jour.at(0), month: d.jour.at(1), day: d.jour.at(2)))
#set text(lang: "fr", region: "fr", font: ("Libertinus Serif", "DejaVu Sans Mono"), size: 9pt, hyphenate: false)
#set par(justify: false, leading: 0.5em)
#set page(
  paper: "a4", margin: (x: 1.6cm, top: 2cm, bottom: 1.8cm),
  header: { set text(size: 8pt, fill: gris); grid(columns: (1fr, auto), column-gutter: 1em, d.titre, d.marque); v(-0.5em); line(length: 100%, stroke: 0.4pt + luma(190)) },
  footer: { set text(size: 8pt, fill: gris); grid(columns: (1fr, auto), "Empreinte " + d.empreinte, context [#counter(page).display() / #counter(page).final().first()]) },
)
#set table(inset: (x: 0.3em, y: 0.28em), stroke: (_, y) => (bottom: if y == 0 { 0.5pt } else { 0.25pt + luma(215) }))
#show heading: it => block(below: 1em, text(size: 15pt, weight: "bold", it.body))
#heading(level: 1, d.titre)
#for ligne in d.entete { par(text(size: 10pt, ligne)) }
#v(0.6em)
#let largeurs = d.largeurs.map(l => l * 1fr)
#let tete = d.colonnes.map(c => text(weight: "bold", c))
#if d.lignes.len() > 0 { table(columns: largeurs, table.header(..tete), ..d.lignes.flatten()) }
"""


class AnnexPrinter:
    """One compiler, for the annex and for the trial of rare characters. No value of the list is written to disk."""

    def __init__(self, fonts: Sequence[Path] = ()):
        import typst

        self.error, self.drawn = typst.TypstError, {}
        # An empty private root: the markup is handed over in memory and reads no file.
        self.root = tempfile.TemporaryDirectory(prefix="mandats-")
        self.compiler = typst.Compiler(
            root=self.root.name, ignore_system_fonts=True, font_paths=[str(f) for f in fonts],
            package_path=self.root.name, package_cache_path=self.root.name,
        )  # fmt: skip

    def __enter__(self) -> AnnexPrinter:
        return self

    def __exit__(self, *_: object) -> None:
        self.root.cleanup()

    def drawable(self, text: str) -> str:
        """The text, each character that no font draws as « [U+1F600] », and a place to break in words no column holds."""
        return LONG.sub(
            lambda m: "\u200b".join(m[0][i : i + 14] for i in range(0, len(m[0]), 14)),
            name_undrawn(text, self.drawn, self._draws),
        )

    def _draws(self, char: str) -> bool:
        probe = '#set document(title: "a")\n#set text(lang: "fr", font: ("Libertinus Serif", "DejaVu Sans Mono"))\n#("a" + sys.inputs.c)\n'
        try:
            self.compiler.compile(
                probe.encode(),
                format="pdf",
                root=self.root.name,
                sys_inputs={"c": char},
                pdf_standards=STANDARDS,
                timestamp=0,
            )
        except self.error:
            return False
        return True

    def pdf(self, titre: str, entete: Sequence[str], marque: str, empreinte: str, auteur: str, jour: dt.date,
            colonnes: Sequence[tuple[str, float]], rows: Sequence[Sequence[str]]) -> bytes:  # fmt: skip
        """The annex's bytes. Raises EngineError, which quotes no value."""
        data = {
            "titre": titre, "entete": list(entete), "marque": marque, "empreinte": empreinte, "auteur": auteur, "jour": [jour.year, jour.month, jour.day],
            "colonnes": [c for c, _ in colonnes], "largeurs": [w for _, w in colonnes], "lignes": list(rows),
        }  # fmt: skip
        moment = int(dt.datetime(jour.year, jour.month, jour.day, 12, tzinfo=dt.UTC).timestamp())
        try:
            return self.compiler.compile(
                PAGE.encode(), format="pdf", root=self.root.name, pdf_standards=STANDARDS, timestamp=moment,
                sys_inputs={"donnees": json.dumps(data, ensure_ascii=False)},
            )  # fmt: skip
        except self.error as error:
            raise EngineError(f"typst : {type(error).__name__}") from None
