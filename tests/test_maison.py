"""A house style: a lawyer's own Word file lends its look to every act, and nothing of what the acts say changes."""

import io
import re
import shutil
import zipfile
from copy import deepcopy
from pathlib import Path

import pypdf
import pytest
from docx import Document
from docx.shared import Cm, Pt
from lxml import etree

from mandats import readback
from mandats.api import open_house
from mandats.build import examine, make
from mandats.ooxml import W
from mandats.problem import ERREUR, UnknownName, UnusableInput
from mandats.write.docx import read_parts
from mandats.write.maison import R
from tests.conftest import PIECE, ROOT

TITLE, ACT = "titre:", "saisine-cada"


def office(path: Path, **more: object) -> Path:
    """A lawyer's file: large letters, wide margins, a logo and a name at the head of the first page only."""
    made = Document()
    made.styles["Normal"].font.name, made.styles["Normal"].font.size = "Garamond", Pt(13)
    section = made.sections[0]
    section.left_margin = section.right_margin = Cm(4)
    section.different_first_page_header_footer = True
    head = section.first_page_header
    head.paragraphs[0].add_run().add_picture(io.BytesIO(png()), width=Cm(3))
    head.add_paragraph("Cabinet Spécimen, avocats")
    section.first_page_footer.paragraphs[0].text = "1, rue du Spécimen"
    made.save(path)
    return path


def png() -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (60, 20), (0, 51, 102)).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def case(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "cases" / "cada-commune", tmp_path / "cada-commune")
    text = (ROOT / "cases" / "cada-commune.yaml").read_text("utf-8")
    (tmp_path / "cada-commune.yaml").write_text(text.replace(TITLE, f"maison: cabinet\n{TITLE}", 1), "utf-8")
    (tmp_path / "templates" / "maisons").mkdir(parents=True)
    return tmp_path / "cada-commune.yaml"


def act(case: Path) -> dict[str, bytes]:
    made = make(case, case.parent, only=[ACT])
    assert not [p for p in made.problems if p.gravite == ERREUR]
    return dict(made.contents)


def test_acts_take_the_look_of_the_house_and_keep_their_words(case):
    plain = case.with_name("plain.yaml")
    plain.write_text(case.read_text("utf-8").replace("maison: cabinet\n", ""), "utf-8")
    shutil.copytree(case.with_suffix(""), plain.with_suffix(""))
    office(case.parent / "templates" / "maisons" / "cabinet.docx")
    before, after = act(plain)[f"{ACT}.docx"], act(case)[f"{ACT}.docx"]
    assert [*readback.compare(readback.read_docx(before), readback.read_docx(after))] == []
    parts = read_parts(after)
    styles = etree.fromstring(parts["word/styles.xml"])
    normal = styles.find(f"{W}style[@{W}styleId='Normal']/{W}rPr")
    assert normal.find(W + "sz").get(W + "val") == "26"
    assert normal.find(W + "rFonts").get(W + "ascii") == "Garamond"
    page = etree.fromstring(parts["word/document.xml"]).find(f"{W}body/{W}sectPr/{W}pgMar")
    assert {page.get(W + side) for side in ("left", "right")} == {str(round(4 / 2.54 * 1440))}
    heads = [etree.fromstring(data) for name, data in parts.items() if name.startswith("word/header")]
    assert sum("Cabinet Spécimen" in "".join(h.itertext()) for h in heads) == 1  # on the first page alone
    assert png() in [data for name, data in parts.items() if name.startswith("word/media/")]
    read = Document(io.BytesIO(after))  # another reader opens it, and finds the image
    image = read.sections[0].first_page_header.part.related_parts
    assert [one.blob for one in image.values()] == [png()]


def test_a_numbered_paragraph_stays_numbered_and_in_its_place(case):
    """What is structure is ours: a house cannot take a number, a level or a page break away."""
    shutil.copy(
        ROOT / "templates" / "maisons" / "classique.docx", case.parent / "templates" / "maisons" / "cabinet.docx"
    )
    ours = read_parts((ROOT / "templates" / "commun" / "reference.docx").read_bytes())
    theirs = read_parts(act(case)[f"{ACT}.docx"])
    found = []
    for parts in (ours, theirs):
        styles = etree.fromstring(parts["word/styles.xml"]).iter(W + "style")
        kept = ("numPr", "outlineLvl", "keepNext", "pageBreakBefore")
        found.append({
            (s.get(W + "styleId"), name): etree.tostring(e, method="c14n")
            for s in styles for name in kept if (e := s.find(f"{W}pPr/{W}{name}")) is not None
        })  # fmt: skip
    assert found[0].items() <= found[1].items()


@pytest.mark.parametrize(
    "data, told",
    [
        (None, "pas de maison « cabinet »"),
        (PIECE, "fichier Word d'un autre format"),
        (b"PK\x03\x04", "fichier Word absent ou illisible"),
        ("macros", "avec des macros"),
    ],
    ids=["absent", "pdf", "cut", "macros"],
)
def test_a_file_that_cannot_serve_is_one_line_and_nothing_is_built(case, data, told):
    file = case.parent / "templates" / "maisons" / "cabinet.docx"
    if data == "macros":
        office(file)
        with zipfile.ZipFile(file, "a") as archive:
            archive.writestr("word/vbaProject.bin", b"x")
    elif data:
        file.write_bytes(data)
    problems = [p for p in examine(case, case.parent, only=[ACT]).problems if p.gravite == ERREUR]
    assert [p.id for p in problems] == ["maison"] and told in problems[0].message
    assert not make(case, case.parent, only=[ACT]).contents


def test_a_file_of_ones_own_is_looked_at_before_it_serves(tmp_path, mandats):
    said = open_house(str(office(tmp_path / "cabinet.docx")), ROOT)
    assert "Conclusion" in said.manquants and "Normal" not in said.manquants
    assert open_house("classique", ROOT).accent == "000000"
    for wrong in ("clasique", "logo.png"):
        with pytest.raises(UnknownName):
            open_house(wrong, ROOT)
    with pytest.raises(UnusableInput):
        open_house("absent.docx", ROOT)
    shown = mandats("modeles", "--maison", "classique")
    assert shown.returncode == 0 and "maison: classique" in shown.stdout
    tried = ("construire", "cases/cada-commune.yaml", "--document", ACT, "--format", "docx", "--sortie", tmp_path)
    assert mandats(*tried, "--maison", tmp_path / "cabinet.docx").returncode == 0
    (docx,) = tmp_path.rglob(f"{ACT}.docx")
    assert b"Garamond" in read_parts(docx.read_bytes())["word/styles.xml"]
    assert "pas de maison" in mandats(*tried, "--maison", "clasique").stderr


def test_the_pdf_takes_its_colour(case):
    office(case.parent / "templates" / "maisons" / "cabinet.docx")
    pages = pypdf.PdfReader(io.BytesIO(act(case)[f"{ACT}.pdf"])).pages
    drawn = b"".join(page.get_contents().get_data() for page in pages)
    colours = {
        tuple(round(float(v) * 255) for v in m) for m in re.findall(rb"([\d.]+) ([\d.]+) ([\d.]+) scn?\b", drawn)
    }
    assert (0x4F, 0x81, 0xBD) in colours


def test_a_letterhead_brings_nothing_that_leads_out_of_the_file(case):
    """A link, an image that stands elsewhere, a page number: words stay, and every id is one of the package."""
    file = office(case.parent / "templates" / "maisons" / "cabinet.docx")
    made = Document(file)
    head = made.sections[0].first_page_header
    known = head.part.relate_to("mailto:cabinet@example.org", f"{R[1:-1]}/hyperlink", is_external=True)
    away = head.part.relate_to("https://example.org/logo.png", f"{R[1:-1]}/image", is_external=True)
    first = head.paragraphs[0]
    picture = deepcopy(next(first._p.iter(W + "drawing")))
    next(picture.iter("{*}blip")).set(R + "embed", away)
    first.add_run()._r.append(picture)
    names = f'xmlns:w="{W[1:-1]}" xmlns:r="{R[1:-1]}"'
    first._p.append(
        etree.fromstring(f'<w:hyperlink {names} r:id="{known}"><w:r><w:t>Nous écrire</w:t></w:r></w:hyperlink>')
    )
    for kind, text in (("begin", ""), ("", "PAGE"), ("separate", ""), ("", "77"), ("end", "")):
        inside = f'<w:fldChar w:fldCharType="{kind}"/>' if kind else f"<w:t>{text}</w:t>"
        first._p.append(etree.fromstring(f"<w:r {names}>{inside}</w:r>"))
    made.save(file)
    parts = read_parts(act(case)[f"{ACT}.docx"])
    heads = {n: etree.fromstring(d) for n, d in parts.items() if re.fullmatch(r"word/(header|footer)\d\.xml", n)}
    name, ours = next((n, h) for n, h in heads.items() if "Cabinet Spécimen" in "".join(h.itertext()))
    assert "Nous écrire" in "".join(ours.itertext()) and "77" not in "".join(ours.itertext())
    rels = etree.fromstring(parts[f"word/_rels/{name.removeprefix('word/')}.rels"])
    assert {r.get("TargetMode") for r in rels} == {None}
    asked = {value for e in ours.iter() for key, value in e.attrib.items() if key.startswith(R)}
    assert asked == {r.get("Id") for r in rels} and len(asked) == 1  # the logo
