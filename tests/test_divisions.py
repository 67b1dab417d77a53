"""`divisions.yaml`, the classes the renderer makes, the styles of reference.docx, the functions of page.typ agree."""

import io
import re
import zipfile

import pytest
from lxml import etree

from mandats import blocks as ast
from mandats.build import examine
from mandats.divisions import by_word_style, divisions
from mandats.write import docx
from mandats.write.pdf import to_typst
from tests.conftest import ROOT

PAGE = (ROOT / "templates" / "commun" / "page.typ").read_text("utf-8")
REFERENCE = zipfile.ZipFile(ROOT / "templates" / "commun" / "reference.docx")
W = docx.W


def part(name, archive=REFERENCE):
    return etree.fromstring(archive.read(f"word/{name}.xml"))


def styles(archive=REFERENCE):
    """Name → its kind."""
    found = part("styles", archive).iter(W + "style")
    return {style.find(W + "name").get(W + "val"): style.get(W + "type") for style in found}


@pytest.fixture(scope="module")
def rendered():
    cases = [*(ROOT / "cases").glob("*.yaml"), *(ROOT / "tests" / "golden").glob("*/case.yaml")]
    return [r for case in cases for r in examine(case, ROOT).documents]


def test_each_class_is_in_the_table_and_each_row_is_used(rendered):
    attributes = {"Div": 0, "Span": 0, "Table": 0}
    nodes = [n for r in rendered for n in ast.walk(r.blocks) if n["t"] in attributes]
    made = {name for n in nodes for name in n["c"][0][1]}
    assert made - divisions().keys() == set()
    of_forms = {name for name, row in divisions().items() if row.word.startswith("Formulaire")}
    assert divisions().keys() - made == of_forms
    for form in sorted((ROOT / "templates").glob("*/formulaire.docx")):
        drawn = part("document", zipfile.ZipFile(form)).iter(W + "pStyle")
        names = {re.sub("^Formulaire", "Formulaire ", p.get(W + "val")).capitalize() for p in drawn}
        assert names <= by_word_style().keys(), form


def test_each_style_is_in_the_reference():
    kinds = styles()
    for name, row in divisions().items():
        if row.word:
            assert kinds.get(row.word) == ("character" if name == "blanc" else "paragraph"), name
    written = {
        "Titre sans numéro",
        "Bordereau",
        "Table texte",
        "Couverture bloc",
        "Encadré",
        "Sommaire titre",
        "Mention",
    }
    assert written <= kinds.keys()


def test_each_function_is_in_the_page(rendered):
    known = set(re.findall(r"^#let ([a-z-]+)\(", PAGE, re.M))
    assert {row.typst for row in divisions().values()} - {""} <= known
    called = set(re.findall(r"(?<!\\)#([a-z-]+)[\[(]", "".join(to_typst(r.blocks) for r in rendered)))
    assert {"numero", "lie", "insecable", "acte"} <= called
    of_typst = {"box", "emph", "figure", "footnote", "heading", "linebreak", "link", "list", "enum", "quote", "raw"}
    assert called - of_typst - {"block", "strong", "super", "v"} <= known


def test_tables_are_as_wide_as_the_text_of_the_reference():
    page = part("document").find(f".//{W}sectPr")
    size, margins = page.find(W + "pgSz"), page.find(W + "pgMar")
    width = int(size.get(W + "w")) - int(margins.get(W + "left")) - int(margins.get(W + "right"))
    assert width == docx.TEXT_WIDTH


@pytest.mark.parametrize("deep", (0, 1, 4))
def test_a_table_in_a_list_stays_within_the_text_and_cuts_no_word_that_fits(deep):
    cells = ("Fichier", "Durée de conservation", "Base légale"), ("antécédents judiciaires", "vingt ans", "décret " * 9)
    head, row = ([[ast.text(words)] for words in line] for line in cells)
    nested = [ast.table(head, [row], [0.35, 0.15, 0.5])]
    for _ in range(deep):
        nested = [{"t": "BulletList", "c": [[ast.para([ast.text("rang")]), *nested]]}]
    inputs = dict.fromkeys(("titre", "auteur", "entete_gauche", "entete_droite", "garde"), "") | {"date": "2026-01-01"}
    made = docx.write_docx(nested, ROOT / "templates" / "commun" / "reference.docx", inputs)
    table = part("document", zipfile.ZipFile(io.BytesIO(made))).find(f".//{W}tbl")
    widths = [int(c.get(W + "w")) for c in table.iter(W + "gridCol")]
    indent = table.find(f"{W}tblPr/{W}tblInd")
    left = 0 if indent is None else int(indent.get(W + "w"))
    assert left == 720 * deep and abs(left + sum(widths) - docx.TEXT_WIDTH) <= 2
    assert deep == 0 or widths[1] >= docx.AROUND + docx.LETTER * len("conservation")


def test_notes_are_parted_from_the_text(tmp_path):
    """pandoc writes the two separators and drops their declaration: without it Word draws none."""
    note = ast.para([{"t": "Str", "c": "Mot"}, ast.note([{"t": "Str", "c": "Note."}])])
    inputs = dict.fromkeys(("titre", "auteur", "entete_gauche", "entete_droite", "garde"), "") | {"date": "2026-01-01"}
    made = docx.write_docx([note], ROOT / "templates" / "commun" / "reference.docx", inputs)
    archive = zipfile.ZipFile(io.BytesIO(made))
    settings, notes = part("settings", archive), part("footnotes", archive)
    declared = [n.get(W + "id") for n in settings.iterfind(f"{W}footnotePr/{W}footnote")]
    drawn = {n.get(W + "id"): n.get(W + "type") for n in notes.iter(W + "footnote")}
    assert [drawn[i] for i in declared] == ["separator", "continuationSeparator"]
    order = [child.tag for child in settings]  # the schema fixes it
    assert order.index(W + "footnotePr") == order.index(W + "compat") - 1
