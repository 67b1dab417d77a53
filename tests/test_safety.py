"""Hostile values: what a case file, a clause or a path may try, and what comes out of it."""

import io
import os
import re
import shutil
import time
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
        '\n\n```{=typst}\n#read("/etc/passwd")\n```\n\n`#read("x")`{=typst}\n\n\\input{/etc/passwd}\n\n'
        '#read("/etc/passwd")\n'
    )
    written = clause.read_text("utf-8")
    clause.write_text(written + raw, "utf-8")
    built, files = made(folder, CASE)
    assert not [str(p) for p in built.problems if p.gravite == "erreur"]
    words = " ".join(line for _, line in readback.read_pdf(files["refere-suspension.pdf"]).lines)
    assert "root:" not in words
    assert '#read("/etc/passwd")' in words
    names = zipfile.ZipFile(io.BytesIO(files["refere-suspension.docx"])).namelist()
    assert not [n for n in names if "media" in n]
    refused = [
        "<b>html</b>",
        "![image](/etc/passwd)",
        "[x](file:///etc/passwd)",
        "<script>x</script>",
        "&#xE000;5&#xE001;",
    ]
    clause.write_text(written + "\n\n" + "\n\n".join(refused), "utf-8")
    built, files = made(folder, CASE)
    first = written.count("\n") + 3
    assert not files
    told = {p.place.ligne for p in built.problems if p.id == "markdown"}
    assert told == {first + 2 * i for i in range(len(refused))}


@pytest.mark.parametrize(
    "expression",
    ["''.__class__", "requerant.model_dump()", (
        "affaire.__init__.__globals__"
    ), "'a' * 10**9", "range(10**9)", "cycler", "lipsum()",
     "self", "[].append(1)", "requerant.model_construct", "{}.__class__.__bases__", "('%s' % 1)"],
)  # fmt: skip
def test_the_sandbox_holds(folder, expression, mandats):
    clause = folder / "clauses" / "essai" / "clause.md"
    clause.write_text(clause.read_text("utf-8") + "\n{{ " + expression + " }}\n", "utf-8")
    (folder / "case.yaml").write_text(CASE, "utf-8")
    done = mandats("verifier", "case.yaml", cwd=folder)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "name", ["../secret.md", "/etc/passwd", "C:\\x", "\\\\serveur\\x", "a/../../b", "lien.md", "x\x00y", "a\nb"]
)
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
    assert read.data == {
        "a": "no",
        "b": "12:30",
        "c": "08",
        "d": "2022-10-26",
        "e": "1e3",
        "f": None,
        "g": True,
        "h": "~",
    }


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
    case = CASE.replace("qualite: sa présidente", "qualite: sa présidente, clef: x").replace(
        "genre: f\n    forme", "genre: rue de Spécimen\n    forme"
    )
    assert case.count("rue de Spécimen") == 1
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


PLAIN = "{titre: L'association a intérêt et qualité pour agir, texte: "


@pytest.mark.parametrize(
    ("written", "odd"),
    [
        ("notifiee_le: 2022-10-26", "notifiee_le: 9999-12-31"),
        ("date: 2022-10-26, nature: explicite, notifiee_le: 2022-10-26", 'date: "9999", nature: explicite'),
        ("faits:\n", (
            "evenements: {ordonnance_notifiee_le: 1900-01-01, ordonnance_motif: defaut-de-doute-serieux}\nfaits:\n"
        )),
        (PLAIN + '"', PLAIN + '"La décision attaquée du 31 février 2022. '),
        ("titre: Statuts", "titre: scan" + "1" * 40 + "x"),
        ("titre: Statuts", "titre: pièce n° " + "1" * 5000),
        (PLAIN + '"', PLAIN + '"' + "*a " * 3000 + "a*" * 3000),
        (PLAIN + '"', PLAIN + '"' + "a" * 15_000),
        ("donnees: [le domicile]", "donnees: [le domicile], nombre: '--5'"),
        (PLAIN + '"', PLAIN + "\"{{ 'x'.center(1000000000000) }}"),
        (PLAIN + '"', PLAIN + "\"{{ '{} {}'.format(1) }}{{ 'x'.encode('zzz') }}"),
        (PLAIN + '"', PLAIN + '"' + ("{% for a in [" + "1," * 90 + "] %}") * 6 + "{% endfor %}" * 6),
    ],
    ids=lambda text: text[:40],
)  # fmt: skip
def test_an_odd_value_ends_in_lines_and_soon(folder, written, odd, mandats):
    """Years nobody files in, days that do not exist, digits without end: neither a traceback nor a long wait."""
    assert CASE.count(written) == 1
    (folder / "case.yaml").write_text(CASE.replace(written, odd), "utf-8")
    started = time.monotonic()
    done = mandats("verifier", "case.yaml", cwd=folder)
    assert done.returncode in (0, 1)
    assert "Traceback" not in done.stderr
    assert time.monotonic() - started < 30


@pytest.mark.parametrize(("value", "kind", "right"), [
    ("12", "nombre", True), ("-3", "nombre", True), ("--5", "nombre", False), ("²", "nombre", False),
    ("9" * 5000, "nombre", False),
    ("2022-10", "date", True), ("2022-13", "date", False), ("2022-02-30", "date", False),
    ("[à compléter : le jour]", "date", True),
])  # fmt: skip
def test_a_number_is_one_and_a_date_exists(folder, value, kind, right, mandats):
    clause = folder / "clauses" / "essai" / "clause.md"
    clause.write_text(
        clause.read_text("utf-8").replace(
            "parametres:\n", f"parametres:\n  valeur: {{type: {kind}, aide: une valeur}}\n", 1
        )
        + "\n{{ valeur }}\n",
        "utf-8",
    )
    (folder / "case.yaml").write_text(CASE.replace("avec: {", f'avec: {{valeur: "{value}", '), "utf-8")
    told = mandats("verifier", "case.yaml", cwd=folder).stderr
    assert ("[parametre-type]" in told) is not right
    assert "Traceback" not in told


@pytest.mark.parametrize(
    "call",
    [
        "citation()", "citation([])", "date('2022-13')", "date('2022-00')", "signature('personne')", "section([])",
        "section('moyens', 'deux')", "formule(5)", "reponses('x')",
    ],
)  # fmt: skip
def test_a_wrong_call_in_a_plan_is_told_with_its_line(folder, call, mandats):
    own = folder / "templates" / "refere-suspension"
    shutil.copytree(ROOT / "templates" / "refere-suspension", own)
    text = (ROOT / "templates" / "commun" / "refere.md").read_text("utf-8") + "\n{{ " + call + " }}\n"
    (own / "plan.md").write_text(text, "utf-8")
    (folder / "case.yaml").write_text(CASE, "utf-8")
    done = mandats("verifier", "case.yaml", cwd=folder)
    assert done.returncode == 1
    assert f"templates/refere-suspension/plan.md:{text.count(chr(10))}:1 · expression impossible" in done.stderr


def test_a_cover_prints_only_roles_that_the_template_declares(folder, mandats):
    own = folder / "templates" / "refere-suspension"
    shutil.copytree(ROOT / "templates" / "refere-suspension", own)
    header = own / "template.yaml"
    text = header.read_text("utf-8")
    assert "role: defendeur" in text
    header.write_text(text.replace("role: defendeur", "role: defenseur"), "utf-8")
    (folder / "case.yaml").write_text(CASE, "utf-8")
    done = mandats("verifier", "case.yaml", cwd=folder)
    assert done.returncode == 1
    assert (
        "que le modèle ne déclare pas « defenseur » (vouliez-vous dire « defendeur » ?) [role-inconnu]" in done.stderr
    )


def _encrypted(form: bytes) -> bytes:
    made = bytearray(form)
    for signature, flags in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = made.find(signature)
        while at >= 0:
            made[at + flags] |= 1
            at = made.find(signature, at + 4)
    return bytes(made)


def _mangled(form: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(form)) as archive:
        at = archive.getinfo("word/document.xml").header_offset + 100
    return form[:at] + b"\x55" * 200 + form[at + 200 :]


@pytest.mark.parametrize(
    "spoil",
    [lambda form: b"", lambda form: form[: len(form) // 2], _encrypted, _mangled],
    ids=["empty", "cut", "encrypted", "mangled"],
)
def test_a_form_that_is_no_sound_archive_is_told(folder, spoil, mandats):
    own = folder / "templates" / "mandat"
    shutil.copytree(ROOT / "templates" / "mandat", own)
    (own / "formulaire.docx").write_bytes(spoil((own / "formulaire.docx").read_bytes()))
    (folder / "case.yaml").write_text(CASE, "utf-8")
    done = mandats("construire", "case.yaml", cwd=folder)
    assert done.returncode == 1
    assert "formulaire Word absent ou illisible [formulaire]" in done.stderr


@pytest.mark.parametrize("content", ["", "mot\n", "- a\n- b\n", "cle: &a [*a]\n", "\x00"])
def test_sealing_what_is_no_register_is_refused(tmp_path, content, mandats):
    (tmp_path / "essai.yaml").write_text(content, "utf-8")
    done = mandats("sources", "sceller", "--dossier", tmp_path)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert (tmp_path / "essai.yaml").read_text("utf-8") == content


LONG = "a" * 300 + ".yaml"


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        ["delais", LONG], ["clauses", "proposer", LONG], ["nouveau", LONG, "--modele", "mandat"],
        ["clauses", "rapport", LONG], ["clauses", "rapport", "absent.yaml"],
        ["schema", "--sortie", "fichier/x"], ["clauses", "montrer", "rgpd/minimisation", "--sortie", "fichier/x.html"],
        ["clauses", "catalogue", "--sortie", "fichier/x"],
    ],
    ids=lambda words: " ".join(words)[:40],
)  # fmt: skip
def test_a_file_that_cannot_be_read_or_written_is_one_line(tmp_path, words, mandats):
    (tmp_path / "fichier").write_text("x")
    done = mandats(*words, cwd=tmp_path)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "Traceback" not in done.stderr
