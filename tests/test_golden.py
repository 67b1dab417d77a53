"""What documents say once read back, as plain text: tests/golden/<name>/ is one case; tests/golden/samples/ has one
shipped document of each template, whose first line names it. `--accept` writes what is missing and rewrites the rest.
"""

import io
import re
import time
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from mandats import blocks, readback
from mandats.build import build, examine
from mandats.load.case import load_case
from mandats.load.library import load_templates
from tests.conftest import FINAL_CASES, ROOT, of_case

GOLDEN = ROOT / "tests" / "golden"
SAMPLES = GOLDEN / "samples"
FOLDERS = sorted(p.parent for p in GOLDEN.glob("*/case.yaml"))
TEMPLATES = sorted(load_templates(ROOT)[0])
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def transcript(file: Path) -> str:
    """One line a paragraph with its style, `~` and `_` for spaces that do not break; then notes, headers, footers."""
    data = file.read_bytes()
    if file.suffix == ".docx":
        reading = readback.read_docx(data)
        lines = [f"[{tag}] {words}" for tag, words in reading.lines] + [f"[note] {n}" for n in reading.notes]
        lines += margins(data)
    else:
        reading = readback.read_pdf(data)
        lines, start = [], 0
        for page, end in enumerate(reading.page_ends, 1):
            lines.append(f"--- page {page}/{len(reading.page_ends)} ---")
            lines += [f"[{tag}] {words}" for tag, words in reading.lines[start:end]]
            start = end
        lines += [f"[{tag}] {words}" for tag, words in reading.lines[start:]] + [f"[note] {n}" for n in reading.notes]
    return "\n".join(lines).replace("\u00a0", "~").replace("\u202f", "_") + "\n"


def margins(data: bytes) -> list[str]:
    """The words of each header and footer of a DOCX, and the fields they hold."""
    lines = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in sorted(n for n in archive.namelist() if re.fullmatch(r"word/(header|footer)\d*\.xml", n)):
            for paragraph in etree.fromstring(archive.read(name)).iter(W + "p"):
                parts = paragraph.iterfind(f"{W}r/*")
                said = [" " if n.tag == W + "tab" else n.text or "" for n in parts]
                lines.append(f"[{name[5:11]}] {' '.join(''.join(said).split())}")
    return sorted({line for line in lines if line[9:].strip()}, reverse=True)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda p: p.name)
def test_documents_say_what_was_accepted(folder, tmp_path, expected, monkeypatch):
    monkeypatch.chdir(folder)
    built = build(Path("case.yaml"), folder, tmp_path)
    assert not [p for p in built.problems if p.gravite == "erreur"]
    assert built.files
    for file in built.files:
        expected(folder / "expected" / f"{file.name}.txt", transcript(file))


def chosen(template: str) -> tuple[str, str]:
    """The case and the document that stand for a template: as its transcript says, else the shortest."""
    accepted = SAMPLES / f"{template}.docx.txt"
    if accepted.is_file():
        case, name = accepted.read_text("utf-8").split("\n", 1)[0].split(" : ")
        return case, name
    lengths = [
        (len(blocks.plain(rendered.blocks)), case.stem, rendered.document.nom)
        for case in FINAL_CASES
        if any(d.modele == template for d in load_case(case)[0].case.documents)
        for rendered in examine(case.relative_to(ROOT), ROOT).documents
        if rendered.document.template.slug == template
    ]
    return min(lengths)[1:]


@pytest.mark.one_in(4)
@pytest.mark.parametrize("template", [pytest.param(t, marks=of_case(chosen(t)[0])) for t in TEMPLATES])
def test_one_document_of_each_template_says_what_was_accepted(template, built_case, expected):
    case, name = chosen(template)
    files = sorted(built_case(ROOT / "cases" / f"{case}.yaml").folder.glob(f"{case}/{name}.*"))
    assert [f.suffix for f in files] == [".docx", ".pdf"]
    for file in files:
        accepted = SAMPLES / f"{template}{file.suffix}.txt"
        if file.suffix == ".docx" or accepted.is_file():
            expected(accepted, f"{case} : {name}\n{transcript(file)}")


def test_no_transcript_is_left_without_its_template():
    assert {f.name.split(".")[0] for f in SAMPLES.iterdir()} == set(TEMPLATES)


@pytest.mark.slow
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda p: p.name)
def test_two_runs_give_the_same_bytes(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(folder)
    one = build(Path("case.yaml"), folder, tmp_path / "1")
    time.sleep(2.1)  # an archive's clock counts by two seconds
    two = build(Path("case.yaml"), folder, tmp_path / "2")
    assert [f.read_bytes() for f in one.files] == [f.read_bytes() for f in two.files]


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.docx.txt")), ids=lambda p: p.stem)
def test_prayers_are_one_list_that_ends_once(path):
    """Numbered in order, one item of the case or several; the last alone ends the sentence, and stays to be signed."""
    prayers = re.findall(r"^\[(\w*onclusion)\] (\d+)°\)(.*)$", path.read_text("utf-8"), re.M)
    assert [int(rank) for _, rank, _ in prayers] == [*range(1, len(prayers) + 1)]
    for kind, rank, words in prayers:
        last = int(rank) == len(prayers)
        assert words.endswith(":") or (kind == "DerniereConclusion", words[-1] in ".?") == (last, last), words
