"""Hostile values: what a case file, a clause or a path may try, and what comes out of it."""

import io
import os
import re
import zipfile

import pytest

from mandats import readback
from mandats.build import build
from mandats.load.case import load_case
from mandats.load.paths import confine
from mandats.load.yaml_places import MAX_BYTES, read_yaml
from mandats.problem import UnusableInput
from tests.conftest import ROOT

CASE = (ROOT / "tests" / "golden" / "petit" / "case.yaml").read_text("utf-8")
NAME = "    nom: Association Exemple\n"


@pytest.fixture
def folder(tmp_path):
    """The small golden case, to be made hostile."""
    source = ROOT / "tests" / "golden" / "petit"
    for path in source.rglob("*"):
        if path.is_file() and "expected" not in path.parts:
            target = tmp_path / path.relative_to(source)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    return tmp_path


def made(folder, case: str):
    (folder / "case.yaml").write_text(case, "utf-8")
    os.chdir(folder)
    built = build(folder / "case.yaml", folder, folder / "out")
    return built, {f.name: f.read_bytes() for f in built.files}


HOSTILE = [
    "{{ 7 * 7 }} {% for x in y %}",
    "{{ requerant.__class__.__mro__ }}",
    "*gras* _ital_ `code` # titre",
    "<script>alert(1)</script> &amp; <!-- -->",
    "[lien](javascript:alert(1)) ![i](file:///etc/passwd)",
    '#read("/etc/passwd") #import "x.typ" $math$ @ref <label> \\u{41}',
    "]#pagebreak()[ ][ }{ ~ -- --- ...x // /* */",
    "\\input{/etc/passwd} \\newpage %c $x$ ^a^ ~b~ [^1] [@cite] ::: div",
    "1. liste 2) deux + trois - quatre = titre > cite | table",
    "<w:p><w:r><w:t>x</w:t></w:r></w:p> ]]> &#x0;",
    "{{ENTETE_GAUCHE}} {{ entete_droite }}",
    "-1 --fin 10e 1er n° 5 : x ; y ! « z »",
    "= Titre typst + liste / terme: def",
    "Ελλάδα Москва ñ ß é",
]


@pytest.mark.parametrize("value", HOSTILE)
def test_a_name_is_only_ever_text(folder, value, monkeypatch):
    """In a party's name: it comes out in both formats as it was typed, spaces and French signs apart."""
    monkeypatch.chdir(folder)
    case = CASE.replace(NAME, "    nom: '" + value.replace("'", "''") + "'\n")
    built, files = made(folder, case)
    assert not [str(p) for p in built.problems if p.gravite == "erreur"]

    def bare(text: str) -> str:
        return re.sub(r"[\s\u00a0\u202f\ufffd…\x02-]+|\.\.\.", "", text.replace("’", "'"))

    words = [bare(line) for _, line in readback.read_docx(files["refere-suspension.docx"]).lines]
    assert any(bare("L'" + value) == w or bare("L'" + value) in w for w in words)


def test_a_script_the_font_lacks_is_told(folder, monkeypatch):
    monkeypatch.chdir(folder)
    built, files = made(folder, CASE.replace(NAME, "    nom: 漢字 🙂\n"))
    assert not files
    assert {p.id for p in built.problems if p.gravite == "erreur"} == {"caractere-non-imprimable"}


def test_a_clause_cannot_reach_the_engines(folder, monkeypatch):
    monkeypatch.chdir(folder)
    clause = folder / "clauses" / "essai" / "clause.md"
    raw = (
        '\n\n```{=typst}\n#read("/etc/passwd")\n```\n\n`#read("x")`{=typst}\n\n<b>html</b>\n\n\\input{/etc/passwd}\n\n'
        "![image](/etc/passwd)\n\n[x]: file:///etc/passwd\n\n::: {custom-style=Titre}\nbloc\n:::\n\n#read(\"/etc/passwd\")\n"
    )
    clause.write_text(clause.read_text("utf-8") + raw, "utf-8")
    built, files = made(folder, CASE)
    assert not [str(p) for p in built.problems if p.gravite == "erreur"]
    words = " ".join(line for _, line in readback.read_pdf(files["refere-suspension.pdf"]).lines)
    assert "root:" not in words
    assert '#read("/etc/passwd")' in words
    names = zipfile.ZipFile(io.BytesIO(files["refere-suspension.docx"])).namelist()
    assert not [n for n in names if "media" in n]


@pytest.mark.parametrize(
    "expression",
    ["''.__class__", "requerant.model_dump()", "affaire.__init__.__globals__", "'a' * 10**9", "range(10**9)", "cycler", "lipsum()",
     "self", "[].append(1)", "requerant.model_construct", "{}.__class__.__bases__", "('%s' % 1)"],
)  # fmt: skip
def test_the_sandbox_holds(folder, expression, mandats):
    clause = folder / "clauses" / "essai" / "clause.md"
    clause.write_text(clause.read_text("utf-8") + "\n{{ " + expression + " }}\n", "utf-8")
    (folder / "case.yaml").write_text(CASE, "utf-8")
    done = mandats("verifier", "case.yaml", cwd=folder)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["../secret.md", "/etc/passwd", "C:\\x", "\\\\serveur\\x", "a/../../b", "lien.md", "x\x00y", "a\nb"])
def test_a_path_stays_in_its_folder(tmp_path, name):
    inside = tmp_path / "cas"
    inside.mkdir()
    (tmp_path / "secret.md").write_text("secret")
    (inside / "lien.md").symlink_to(tmp_path / "secret.md")
    with pytest.raises(ValueError, match=r"admis|interdit|sort"):
        confine(inside, name)


@pytest.mark.parametrize(
    "text",
    [
        "a: " + "x" * (MAX_BYTES + 10),
        "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
        "a: !!python/object/apply:os.system [ls]",
        "a: nul\x00",
        "a: \u202einversé",
        "a: \ue000" + "0\ue001",
        "[" * 5000,
        "{a: " * 5000,
        "- " * 5000 + "x",
        "a: 1\n---\nb: 2\n",
        "? [a]\n: b\n",
        "a:\n\t- b",
    ],
    ids=lambda t: repr(t[:20]),
)
def test_yaml_bombs_give_one_clear_line(text):
    with pytest.raises(UnusableInput) as caught:
        read_yaml(text, "cas.yaml")
    assert len(str(caught.value).splitlines()) == 1


def test_ten_megabytes_in_one_value(tmp_path, mandats):
    (tmp_path / "cas.yaml").write_text("titre: " + "x" * 10_000_000)
    done = mandats("verifier", "cas.yaml", cwd=tmp_path)
    assert done.returncode == 2
    assert len(done.stderr) < 400


def test_yaml_traps_read_as_they_are_written():
    read = read_yaml("a: no\nb: 12:30\nc: 08\nd: 2022-10-26\ne: 1e3\nf: ~\ng: true\nh: '~'\n", "cas.yaml")
    assert read.data == {"a": "no", "b": "12:30", "c": "08", "d": "2022-10-26", "e": "1e3", "f": None, "g": True, "h": "~"}


def test_a_linked_piece_is_refused(folder, monkeypatch, tmp_path_factory):
    outside = tmp_path_factory.mktemp("dehors") / "secret.pdf"
    outside.write_text("secret")
    piece = folder / "case" / "pieces" / "02-fond.pdf"
    piece.unlink()
    piece.symlink_to(outside)
    monkeypatch.chdir(folder)
    built, files = made(folder, CASE)
    assert not files
    assert any(p.id == "chemin" for p in built.problems)


def test_no_message_names_a_person(folder, mandats):
    """A party's address or representative never appears in what the program says."""
    case = CASE.replace("qualite: sa présidente", "qualite: sa présidente, clef: x").replace("genre: f\n    forme", "genre: x\n    forme")
    (folder / "case.yaml").write_text(case, "utf-8")
    done = mandats("verifier", "case.yaml", cwd=folder)
    assert done.returncode == 1
    assert "Spécimen" not in done.stderr
    assert "rue" not in done.stderr


def test_a_case_that_is_a_directory_or_absent(tmp_path, mandats):
    assert mandats("verifier", tmp_path, cwd=tmp_path).returncode == 2
    assert mandats("construire", "absent.yaml", cwd=tmp_path).returncode == 2


def test_load_case_survives_any_yaml(tmp_path):
    from hypothesis import given, settings
    from hypothesis import strategies as st

    path = tmp_path / "cas.yaml"

    @settings(max_examples=150, deadline=None)
    @given(st.text(max_size=300))
    def check(text):
        path.write_text(text, "utf-8", errors="ignore")
        try:
            load_case(path)
        except UnusableInput as error:
            assert str(error)

    check()
