"""What stays alive in the Word file: numbers that follow, right at opening, clauses and blanks that are known."""

import copy
import io
import re
import zipfile

import pypdfium2 as pdfium
import pytest
from lxml import etree

from mandats import readback
from mandats.build import examine
from mandats.render.cover import page_inputs
from mandats.write.docx import write_docx
from mandats.write.programmes import office_pdfs
from tests.conftest import ROOT
from tests.test_comparer import libreoffice

W = readback.W


def written(case: str, name: str) -> bytes:
    one = next(r for r in examine(ROOT / "cases" / f"{case}.yaml", ROOT, only=(name,)).documents)
    template = one.document.template
    return write_docx(one.blocks, template.file("reference.docx"), page_inputs(one.document, one.title))


@pytest.fixture(scope="module")
def act() -> bytes:
    return written("testwe", "refere-suspension")


def parts_of(docx: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def results(xml: str) -> list[tuple[str, str]]:
    """The bookmark and the result of each field."""
    return re.findall(r"REF (\S+) \\n \\h </w:instrText></w:r><w:r>.*?</w:r><w:r><w:t>([^<]*)</w:t>", xml)


def test_each_field_says_the_number_of_what_it_names(act):
    parts = parts_of(act)
    xml = parts["word/document.xml"].decode() + parts["word/footnotes.xml"].decode()
    body = etree.fromstring(parts["word/document.xml"])
    labels, numbers = readback.Labels(*(etree.fromstring(parts[f"word/{n}.xml"]) for n in ("numbering", "styles"))), {}
    for paragraph in body.iter(W + "p"):
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        label = labels.next(paragraph, "Normal" if style is None else style.get(W + "val"))
        numbers |= {mark.get(W + "name"): label for mark in paragraph.iter(W + "bookmarkStart")}
    found = results(xml)
    assert {name.split("_")[0] for name, _ in found} == {"piece", "alinea"}
    assert len(found) > 150
    assert [(name, shown) for name, shown in found if numbers[name] != shown] == []
    assert not re.search("updateFields|w:dirty", "".join(p.decode() for n, p in parts.items() if n.endswith(".xml")))
    # Plurals and ranges: one field for each number.
    said = re.findall(r"pièces\u00a0n°\u00a0</w:t></w:r>(.*?)</w:p>", xml)
    assert said
    assert all("REF piece_" in words for words in said)


def test_a_bordereau_begins_where_the_instance_stopped():
    parts = parts_of(written("veesion", "observations-complementaires"))
    listed = re.findall(r'w:name="piece_(\d+)"', parts["word/document.xml"].decode())
    starts = re.findall(r'<w:startOverride w:val="(\d+)"', parts["word/numbering.xml"].decode())
    assert starts == listed == ["9", "11"]  # two numbers that do not follow each other: two lists


def test_clauses_blanks_and_properties_are_known(act):
    parts = parts_of(act)
    told = etree.fromstring(parts["customXml/item1.xml"])
    names = set(re.findall(r'bookmarkStart [^>]*w:name="([^"]+)"', parts["word/document.xml"].decode()))
    assert {c.get("signet") for c in told} <= names
    assert all(re.fullmatch("[0-9a-f]{64}", c.get("sha256")) for c in told)
    assert "refere-suspension" in parts["docProps/custom.xml"].decode()
    blanks = parts_of(written("cnaf", "memoire-replique"))["word/document.xml"].decode()
    assert re.search(r"<w:sdt><w:sdtPr><w:alias[^>]*/><w:tag[^>]*/><w:id[^>]*/></w:sdtPr>", blanks)


@pytest.mark.slow
def test_a_blank_is_seen_in_libreoffice_too(tmp_path):
    """It strips its look from what a plain-text control holds."""
    (tmp_path / "a.docx").write_bytes(written("cnaf", "memoire-replique"))
    libreoffice([tmp_path / "a.docx"], tmp_path, "pdf")
    with pdfium.PdfDocument(tmp_path / "a.pdf") as pdf:
        shown = [page.render(scale=0.7).to_pil().convert("RGB") for page in pdf]
    yellow = [n for image in shown for n, (r, g, b) in image.getcolors(1 << 24) if r > 230 and g > 200 and b < 190]
    assert sum(yellow) > 100


@pytest.mark.slow
def test_what_is_inserted_moves_every_number(act, tmp_path):
    """A paragraph and a pièce come first: LibreOffice gives all others the next number, everywhere."""
    parts = parts_of(act)
    body = etree.fromstring(parts["word/document.xml"])
    first = next(p for p in body.iter(W + "pStyle") if p.get(W + "val") == "ParagrapheNumerote").getparent().getparent()
    styled = f'<w:p xmlns:w="{W[1:-1]}"><w:pPr><w:pStyle w:val="ParagrapheNumerote"/></w:pPr>'
    new = etree.fromstring(f"{styled}<w:r><w:t>Ajout.</w:t></w:r></w:p>")
    first.addprevious(new)
    mark = next(b for b in body.iter(W + "bookmarkStart") if b.get(W + "name") == "piece_1")
    row = next(a for a in mark.iterancestors(W + "tr"))
    other = copy.deepcopy(row)
    for one in [*other.iter(W + "bookmarkStart", W + "bookmarkEnd")]:
        one.getparent().remove(one)
    row.addprevious(other)
    files = [tmp_path / "a.docx", tmp_path / "b.docx"]
    files[0].write_bytes(act)
    files[1].write_bytes(packed({**parts, "word/document.xml": etree.tostring(body)}))
    before, after = (readback.normalise(pages(pdf)) for pdf in office_pdfs(files))

    def numbers(text: str, pattern: str) -> list[int]:
        return [int(n) for found in re.findall(pattern, text) for n in re.findall("[0-9]+", found)]

    for pattern in (r"pièces? n° [0-9]+(?:(?: et | à |, )[0-9]+)*", r"\(§§? [0-9, -]+"):
        old, now = numbers(before, pattern), numbers(after, pattern)
        assert len(old) > 40
        assert now == [n + 1 for n in old], pattern
    contents = [numbers(text.split("Bordereau des pièces")[0], r"§ ([0-9]+)") for text in (before, after)]
    assert contents[0][0] == 1
    assert contents[1][1:] == [n + 1 for n in contents[0]][1:]


def pages(pdf: bytes) -> str:
    import pypdfium2

    return " ".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf))


@pytest.mark.slow
@pytest.mark.parametrize("through", (("docx",), ("odt", "docx")))
def test_bookmarks_and_fields_survive_a_save_by_libreoffice(act, tmp_path, through):
    """The first of each name stands before the same words; fields are still fields, with the same results."""
    file = tmp_path / "acte.docx"
    file.write_bytes(act)
    for n, kind in enumerate(through):
        out = tmp_path / str(n)
        out.mkdir()
        libreoffice([file], out, kind)
        file = next(out.glob("acte.*"))

    def read(docx: bytes) -> tuple[dict[str, str], int]:
        body = etree.fromstring(parts_of(docx)["word/document.xml"])
        found: dict[str, str] = {}
        for mark in body.iter(W + "bookmarkStart"):
            after = next(
                (t.text for t in mark.xpath("following::w:t[normalize-space()]", namespaces={"w": W[1:-1]})), ""
            )
            found.setdefault(mark.get(W + "name"), readback.normalise(after or "")[:12])
        codes = [code.text or "" for code in body.iter(W + "instrText") if "REF" in (code.text or "")]
        return found, len(codes)

    (before, fields), (now, kept) = read(act), read(file.read_bytes())
    clauses = [name for name in before if "__" in name]
    assert len(clauses) > 15
    assert {name for name in before if name.startswith(("piece_", "alinea_"))} <= now.keys()
    assert [name for name in clauses if now.get(name) != before[name]] == []
    assert kept >= fields * 0.98
