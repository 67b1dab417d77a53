"""The Markdown that texts may hold, in both formats (its hostile draws: tests/hostile/markdown.py)."""

import io
import itertools
import random
import re
import zipfile
from collections import Counter

import pypdfium2 as pdfium
import pytest

from mandats import build as builder
from mandats import readback
from mandats.build import build, examine, write_document
from mandats.problem import ERREUR
from mandats.render.markdown import Reader
from mandats.render.typography import french
from mandats.write import pdf
from mandats.write.pandoc import UnprintableText
from mandats.write.typst_engine import MAIN, Engine, literal
from tests.conftest import ROOT
from tests.hostile import Verdict, draw
from tests.hostile.markdown import (
    ACCEPTED,
    BLOCKS,
    DRAWN,
    INLINES,
    SPEC,
    UNDRAWN,
    Drafter,
    accepted,
    draw_case,
    examples,
    judge,
    write_case,
)


def rendered(folder, *proses, **fields):
    return examine(write_case(folder, list(proses), **fields), folder).documents[0]


def test_each_accepted_construct_is_in_fifty_of_a_thousand_documents():
    drawn = Counter(name for seed in range(1000) for name in draw_case(random.Random(seed))[2])
    assert {name: drawn[name] for name in ACCEPTED if drawn[name] < 50} == {}


class OneSign(Drafter):
    """Every line begins, and ends, with one sign."""

    sign = ""

    def line(self, signs=()):
        return f"{self.sign} mot {self.sign}"

    def inline(self):
        return self.line()


def test_no_sign_makes_a_construct_of_another_that_is_refused():
    told = []
    signs = "#", "##", "######", "# {-}", "1. - #", "1.", "1)", "-", "+", "*", "*** -", "---", "==", "|", "[x]"
    for sign, name in itertools.product(signs, BLOCKS):
        drafter = OneSign(random.Random(1))
        drafter.sign = sign
        Reader(
            "\n\n".join([drafter.block(name), *drafter.notes]),
            lambda index: [],
            refuse=lambda line, message, _: told.append(message),
        ).blocks()
    assert told == []


@pytest.mark.parametrize("first", range(0, len(SPEC), 60))
def test_each_example_of_the_specification_is_equal_or_refused(first, tmp_path):
    outcome = examples(SPEC[first : first + 60], tmp_path)
    assert outcome.verdict is not Verdict.WRONG, outcome.detail


@pytest.mark.parametrize("first", range(0, len(ACCEPTED), 10))
def test_each_accepted_construct_alone_is_the_same_in_both_formats(first, tmp_path):
    proses = []
    for name in sorted(ACCEPTED)[first : first + 10]:
        drafter = Drafter(random.Random(name))
        drawn = drafter.block(name) if name in BLOCKS else f"Mot {INLINES[name](drafter)}"
        proses.append("\n\n".join([drawn, *drafter.notes]))
    found = examine(write_case(tmp_path, proses), tmp_path)
    assert not found.errors
    assert judge(found.documents[0], proses) == ""


ENDS = (
    "S.A.",
    "etc.",
    "fin…",
    "article 5.",
    "p. 12",
    "dure 5'",
    "1 500 €",
    "« cité »",
    "(a)",
    "1.",
    "a)",
    "oui ?",
    "x :",
)


@pytest.mark.parametrize("head", ["+", "=", "/ x :", "-", "#", "1.", "--", "~", "\\", "//", "@x", "$"])
def test_a_title_may_begin_and_end_with_any_sign(head, tmp_path):
    titles = [f"{head} Un {end}" for end in random.Random(head).sample(ENDS, 5)]
    prose = "\n\n".join(f"#### {end}\n\nMot." for end in ENDS)
    said = {"titre": titles[0], "moyen": titles[1], "piece": titles[2], "autre": titles[3], "fait": titles[4]}
    made, differences = write_document(rendered(tmp_path, prose, "Mot.", **said))
    assert differences == []
    read = ["".join(reader(made[kind]).words()) for kind, reader in READERS]
    for title in (titles[1:4], ENDS):
        shown = ["".join(readback.normalise(french(one)).split()) for one in title]
        assert [one for one in shown for text in read if one not in text.replace(readback.LINE_HYPHEN, "-")] == []


READERS = ("docx", readback.read_docx), ("pdf", readback.read_pdf)


def test_a_sign_that_is_not_escaped_is_seen(monkeypatch):
    monkeypatch.setattr(pdf, "LIVE", re.compile("(never)"))
    outcomes = [draw("accepted", accepted, seed).verdict for seed in range(2)]
    assert outcomes == [Verdict.WRONG] * 2


@pytest.mark.parametrize("pieces, length", [(8, 359), (12, 269), (12, 179), (3, 3000)])
def test_the_rows_of_the_bordereau_do_not_split(pieces, length, tmp_path):
    """Eight long titles once made a row of three lines run over two pages, and the whole document was refused."""
    case = write_case(tmp_path, ["Mot."])
    text = case.read_text("utf-8")
    row = '{"cle": "p%s", "titre": "%s", "date": "2026-11-17", "fichier": "%s.pdf"}'
    titles = {n: " ".join(f"a{n}b{i}" for i in range(length))[:length].strip() for n in range(pieces)}
    more = ", ".join(row % (n, title, f"n{n}") for n, title in titles.items())
    text = text.replace('"pieces": [{"cle"', f'"pieces": [{more}, {{"cle"', 1)
    text = text.replace('["decision", "autre"]', "[" + ", ".join(f'"p{n}"' for n in titles) + ', "decision", "autre"]')
    case.write_text(text, "utf-8")
    for n in titles:
        (tmp_path / "case" / "pieces" / f"n{n}.pdf").write_bytes(b"%" * (n + 9))
    built = build(case, tmp_path, tmp_path / "sortie")
    assert [str(p) for p in built.problems if p.gravite == ERREUR] == []
    docx = (tmp_path / "sortie" / "requete-rep.docx").read_bytes()
    table = zipfile.ZipFile(io.BytesIO(docx)).read("word/document.xml").decode().partition('w:val="Bordereau"')[2]
    whole = length < 2000  # taller, it may be cut: it could run off the page
    assert table.count("<w:cantSplit/>") == 3 + pieces * whole
    pages = pdfium.PdfDocument((tmp_path / "sortie" / "requete-rep.pdf").read_bytes())
    said = ["".join(page.get_textpage().get_text_range().split()) for page in pages]
    assert [any(title.replace(" ", "") in page for page in said) for title in titles.values() if whole] == [True] * (
        pieces * whole
    )


LONG = (
    "`" + "anticonstitutionnel" * 7 + "`", "`" + "0123456789abcdef" * 4 + "`",
    "une.adresse.interminable@" + "exemple" * 9 + ".fr",
    "<https://exemple.fr/" + "chemin" * 15 + ">", "anticonstitutionnel" * 7, "`mot " + "x" * 45 + " mot`",
)  # fmt: skip


@pytest.mark.parametrize("long", LONG)
@pytest.mark.parametrize(
    "shape",
    [
        "{}",
        "| mot | mot | {} | mot[^n] | mot |\n|---|---|---|---|---|\n| a | b | mot | mot | {} |\n\n[^n]: Note.",
        "```\n{}\n```",
    ],
)
def test_no_word_however_long_leaves_its_column_nor_the_page(long, shape, tmp_path):
    prose = shape.format(*[long.strip("`") if "```" in shape else long] * 2) + "\n\nFin."
    made, differences = write_document(rendered(tmp_path, prose))
    assert differences == []
    with pdfium.PdfDocument(made["pdf"]) as document:
        for page in document:
            width, words = page.get_width(), page.get_textpage()
            assert all(
                words.get_charbox(i)[2] < width - 60 for i in range(words.count_chars())
            )  # of a margin of 71 points


def test_tables_are_compared_cell_by_cell(tmp_path):
    """The words of two neighbouring cells exchanged at their border: the whole text is the same."""
    made, differences = write_document(rendered(tmp_path, "| a | b |\n|---|---|\n| un deux | trois |"))
    assert differences == []
    word, page = readback.read_docx(made["docx"]), readback.read_pdf(made["pdf"])
    at = word.cells.index("un deux")
    word.cells[at : at + 2] = ["un", "deux trois"]
    assert readback.compare(word, page) == ["cellule [DOCX : un] [PDF : un deux ]"]


def test_words_written_from_the_right_hide_no_other_difference(tmp_path):
    """Their order is the drawing's; what else is lost, added or moved, there or elsewhere, is told."""
    proses = (
        "Un שלום 12 (עולם), deux.",
        "La commune -- refuse --- tout.",
        "- un\n- (שָׁלוֹם)\n\n« quatre » mot.",
        "| מ a | b |\n|---|---|",
    )
    made, differences = write_document(rendered(tmp_path, *proses))
    assert differences == []
    word, page = readback.read_docx(made["docx"]), readback.read_pdf(made["pdf"])
    for said, lost in (
        ("commune -- refuse", "refuse -- commune"), ("-- refuse", "- refuse"), ("tout.", "tout"), ("tout", "(tout)"),
        ("« quatre »", "« quatre"), ("« quatre »", "quatre »"), ("quatre", "שלום"), ("mot.", "mot. שלום"),
    ):  # fmt: skip
        lines = [(tag, line.replace("\xa0", " ").replace(said, lost)) for tag, line in page.lines]
        assert lines != [(tag, line.replace("\xa0", " ")) for tag, line in page.lines], said
        assert readback.compare(word, readback.Reading(lines, page.notes, page.cells)), lost
    for said, lost in (("Un", ""), ("deux", "deuxx"), ("ם", ""), ("a", "b")):
        lines = [(tag, line.replace(said, lost) if re.search("[א-ת]", line) else line) for tag, line in page.lines]
        assert readback.compare(word, readback.Reading(lines, page.notes, page.cells)), lost
    cells = [cell.replace("a", "b") for cell in page.cells]
    assert readback.compare(word, readback.Reading(page.lines, page.notes, cells))


def test_a_phrase_goes_on_without_a_number(tmp_path):
    prose = "Un :\n\n> cité\n\net deux.\n\n- trois\n\nQuatre. {-}\n\n> cité\n\nCinq.\n\nsix.\n"
    lines = readback.read_docx(write_document(rendered(tmp_path, prose))[0]["docx"]).lines
    said = [line for tag, line in lines if tag.startswith("Paragraphe") and re.search("Un|deux|Quatre|Cinq|six", line)]
    assert [re.sub(r"^\d+ ", "n ", line) for line in said] == ["n Un\xa0:", "et deux.", "Quatre.", "n Cinq.", "n six."]


def test_headings_of_a_text_stand_under_its_title_whatever_their_level(tmp_path):
    for prose in ("# Un\n\n## Deux\n\nMot.", "#### Un\n\n##### Deux\n\nMot.", "Un\n===\n\nDeux\n---\n\nMot."):
        lines = readback.read_docx(write_document(rendered(tmp_path, prose))[0]["docx"]).lines
        assert [line for line in lines if line[1][3:] in ("Un", "Deux")] == [
            ("Heading3", "1. Un"),
            ("Heading4", "a) Deux"),
        ]


def test_more_than_twenty_six_headings_have_the_same_letters(tmp_path):
    made, differences = write_document(rendered(tmp_path, *["Mot."] * 28))
    assert differences == []
    assert ("H2", "BB. Un moyen") in readback.read_pdf(made["pdf"]).lines


def test_a_difference_is_a_defect_of_ours_with_its_place(tmp_path, monkeypatch):
    case = write_case(tmp_path, ["Mot.\n\nLa commune oppose un refus *tout* net.\n"])
    begin = builder.begin_document
    said = "… commune oppose un refus [DOCX : tout] [PDF : ]"
    monkeypatch.setattr(builder, "begin_document", lambda r: lambda: (begin(r)()[0], [said]))
    built = build(case, tmp_path, tmp_path / "sortie")
    (problem,) = [p for p in built.problems if p.id == "relecture"]
    assert str(problem.place) == f"{tmp_path}/case/0.md:3:4"
    assert problem.message.startswith("défaut du programme, à signaler : ")
    assert built.files == ()


def test_the_engine_draws_what_is_listed_and_nothing_else():
    page = ROOT / "templates" / "commun" / "page.typ"
    inputs = dict.fromkeys(("titre", "auteur", "entete_gauche", "entete_droite", "specimen", "garde"), "non")
    inputs["date"] = "2026-11-22"
    rng = random.Random(1)

    def draws(chars):
        try:
            engine.compile(f"{MAIN}= a\n#{literal([' '.join(f'a{c}' for c in chars)])}.at(0)\n", "2026-11-22")
        except UnprintableText:
            return False
        return True

    with Engine(page, inputs) as engine:
        assert draws([c for c in DRAWN if c > " "])
        assert [c for c in rng.sample(UNDRAWN, 60) if draws([c])] == []
