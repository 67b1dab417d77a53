"""The command line as a drafter meets it: words, codes, files."""

import json
import os
import re
import shutil
import subprocess
import sys

import pytest

from mandats import readback
from mandats.problem import AVERTISSEMENT, Place, Problem, told_together
from tests.conftest import FINAL_CASES, ROOT, each

PETIT = ROOT / "tests" / "golden" / "petit"
ENGLISH = ("Usage:", "Show this message", "Error", "Commands", "Missing", "No such", "Invalid", "Try '")


@pytest.mark.parametrize("words", [["--help"], ["verifier", "--help"], ["construire", "--help"], ["schema", "--help"],
                                   ["construir"], ["verifier"], ["construire", "x", "--fomat", "pdf"],
                                   ["schema", "cas"]])  # fmt: skip
def test_the_command_line_speaks_french(mandats, words):
    done = mandats(*words)
    assert not [e for e in ENGLISH if e in done.stdout + done.stderr]


def test_the_three_mistakes_of_the_first_evening(tmp_path, mandats):
    """A misspelt clause, a missing exhibit, a missing parameter: three exact lines, code 1, nothing written."""
    shutil.copytree(ROOT / "cases", tmp_path / "cases")
    case = tmp_path / "cases" / "testwe.yaml"
    argument = tmp_path / "cases" / "testwe" / "argument-refere-suspension.md"
    text = argument.read_text("utf-8")
    assert "::: rgpd/minimisation" in text
    text = text.replace("::: rgpd/minimisation", "::: rgpd/minimisaton", 1)
    argument.write_text(text, "utf-8")
    lines = case.read_text("utf-8").splitlines()
    row = next(i for i, line in enumerate(lines) if "clause: conclusions/frais" in line)
    start = next(i for i in range(row, len(lines)) if "montant" in lines[i])
    lines[start] = lines[start].replace("montant: 2000, ", "").replace("montant: 2000", "")
    case.write_text("\n".join(lines) + "\n", "utf-8")
    removed = sorted((tmp_path / "cases" / "testwe" / "pieces").iterdir())[0]
    removed.unlink()
    done = mandats("construire", "cases/testwe.yaml", cwd=tmp_path)
    errors = [line for line in done.stderr.splitlines() if "[" in line and "avertissement" not in line]
    told = [line.rsplit("[", 1)[1].rstrip("]") for line in errors]
    assert {"clause-inconnue", "piece-absente", "parametre-manquant"} <= set(told)
    clause = text[: text.index("rgpd/minimisaton")]
    place = f"cases/testwe/argument-refere-suspension.md:{clause.count(chr(10)) + 1}:"
    assert any(line.startswith(place) and "vouliez-vous dire « rgpd/minimisation »" in line for line in errors)
    assert any(removed.name in line or "fichier introuvable" in line for line in errors)
    assert any(
        line.startswith("cases/testwe.yaml:") and "montant" in line and "conclusions/frais.md:" in line
        for line in errors
    )
    assert done.returncode == 1
    assert not (tmp_path / "sortie").exists() or not list((tmp_path / "sortie").rglob("*.*"))


def test_not_yaml_gives_one_clear_line(tmp_path, mandats):
    (tmp_path / "cas.yaml").write_text("Ceci n'est pas: du: YAML\n")
    done = mandats("construire", "cas.yaml", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("cas.yaml:1:")
    assert "Traceback" not in done.stderr


def test_json_is_for_programs(mandats):
    done = mandats("verifier", "case.yaml", "--json", cwd=ROOT / "tests" / "bad" / "valeur")
    found = json.loads(done.stdout)["problemes"]
    assert {p["regle"] for p in found} == {"valeur"}
    assert {"fichier", "ligne", "colonne", "chemin", "message", "regle", "gravite"} < set(found[0])
    assert all(p["chemin"] and p["message"] and p["fichier"] == "case.yaml" and p["ligne"] > 1 for p in found)


def test_building_writes_whole_files_and_says_where(tmp_path, mandats):
    done = mandats("construire", "case.yaml", "--sortie", tmp_path / "s", "--document", "refere-suspension", cwd=PETIT)
    assert done.returncode == 0, done.stderr
    files = sorted(p.name for p in (tmp_path / "s" / "case").iterdir())
    assert files == ["refere-suspension.docx", "refere-suspension.pdf"]
    assert all(name in done.stdout for name in files)
    assert "Avant d'envoyer ou de déposer" in done.stdout
    assert "spécimen" in done.stdout


def test_one_format_and_an_unknown_document(tmp_path, mandats):
    done = mandats("construire", "case.yaml", "--sortie", tmp_path, "--format", "pdf", cwd=PETIT)
    assert [p.suffix for p in (tmp_path / "case").iterdir()] == [".pdf", ".pdf"]
    done = mandats("construire", "case.yaml", "--document", "refere", cwd=PETIT)
    assert done.returncode == 1
    assert "document-inconnu" in done.stderr


def test_a_draft_shows_its_blanks_and_a_final_refuses_them(tmp_path, mandats):
    folder = ROOT / "tests" / "bad" / "blanc"
    draft = mandats("construire", "case.yaml", "--sortie", tmp_path, cwd=folder)
    assert draft.returncode == 0, draft.stderr
    words = readback.read_docx((tmp_path / "case" / "refere-suspension.docx").read_bytes()).lines
    assert any("[à compléter" in line for _, line in words)
    final = mandats("construire", "case.yaml", "--sortie", tmp_path / "f", "--final", cwd=folder)
    assert final.returncode == 1
    assert not (tmp_path / "f").exists()


@pytest.mark.one_in(4)
@each(FINAL_CASES)
def test_sample_cases_build_final(case, built_case):
    built = built_case(case)
    assert built.done.returncode == 0, built.done.stderr
    for pdf in (built.folder / case.stem).glob("*.pdf"):
        words = " ".join(line for _, line in readback.read_pdf(pdf.read_bytes()).lines)
        assert "{{" not in words
        assert "à compléter" not in words


def test_an_output_folder_that_cannot_be_written(tmp_path, mandats):
    (tmp_path / "s").write_text("un fichier")
    done = mandats("construire", "case.yaml", "--sortie", tmp_path / "s" / "x", cwd=PETIT)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "un fichier porte le nom d'un dossier" in done.stderr


def test_a_case_not_found_is_looked_for(petit, mandats):
    near = petit.parent / "cases"
    near.mkdir()
    shutil.copy(petit / "case.yaml", near / "recours.yaml")
    for typed in ("recours", "recours.yml", "cases/recours", "recour.yaml", "cases"):
        told = mandats("verifier", typed, cwd=petit.parent).stderr
        assert "cases/recours.yaml" in told
        assert "[fichier-absent]" in told


def test_a_piece_put_elsewhere_is_found(petit, mandats):
    first = sorted((petit / "case" / "pieces").iterdir())[0]
    first.rename(petit / first.name)
    assert f"il est à {first.name}, déplacez-le" in mandats("verifier", "case.yaml", cwd=petit).stderr
    (petit / first.name).rename(first.with_name("scan.jpg"))
    assert "présents, non inscrits : scan.jpg" in mandats("verifier", "case.yaml", cwd=petit).stderr


def test_what_a_clause_lacks_is_told_where_to_write_it(tmp_path, mandats):
    mandats("nouveau", "a.yaml", "--modele", "droit-acces", cwd=tmp_path)
    case = tmp_path / "a.yaml"
    text = case.read_text("utf-8") + "    demandes:\n      - clause: demandes/cesser\n"
    case.write_text(text, "utf-8")
    done = mandats("verifier", "a.yaml", cwd=tmp_path)
    assert f"a.yaml:{text.count(chr(10))}:" in done.stderr
    assert "ce qui doit cesser" in done.stderr
    assert '(sous « avec: », écrivez « operation: "…" » ; employé par ' in done.stderr
    case.write_text(text + "        operation: l'enregistrement\n", "utf-8")
    assert "s'écrivent sous « avec: »" in mandats("verifier", "a.yaml", cwd=tmp_path).stderr


@pytest.mark.parametrize(("written", "wrong", "told"), [
    ("date: 2022-12-01", "date: 3/11/2026", "écrivez 2026-11-03"),
    ("date: 2022-12-01", "date: 1er février 2026", "écrivez 2026-02-01"),
    ("type: association", "type: assoc", "vouliez-vous dire « association » ?"),
    ("requerant: ", "requerant: Mon-", "requerant : clé attendue"),
    ("titre: ", "titre: @", "mettez la valeur entre guillemets"), ("titre: ", "titre:", "espace manquante"),
    ("lieu: ", "lieu: [", "entre guillemets"),
    ("\nlieu", "\n\tlieu", "tabulation : mettez des espaces"),
    ("titre: Dossier d'essai", 'titre: "Un "essai" clos"', "citez entre « »"),
])  # fmt: skip
def test_likely_slips_are_told_with_their_remedy(written, wrong, told, petit, mandats):
    case = petit / "case.yaml"
    text = case.read_text("utf-8")
    assert written in text
    case.write_text(text.replace(written, wrong, 1), "utf-8")
    done = mandats("verifier", "case.yaml", cwd=petit)
    assert told in done.stderr
    assert "constrained" not in done.stderr
    assert "Traceback" not in done.stderr


def test_a_template_may_leave_paragraphs_unnumbered(tmp_path, mandats):
    folder = tmp_path / "d"
    shutil.copytree(PETIT, folder)
    own = folder / "templates" / "refere-suspension"
    shutil.copytree(ROOT / "templates" / "refere-suspension", own)
    header = own / "template.yaml"
    header.write_text(header.read_text("utf-8") + "alineas_numerotes: false\ntypographie: aucune\n", "utf-8")
    done = mandats("construire", "case.yaml", "--document", "refere-suspension", cwd=folder)
    assert done.returncode == 0, done.stderr
    read = readback.read_docx((folder / "sortie" / "case" / "refere-suspension.docx").read_bytes())
    assert not [tag for tag, _ in read.lines if tag.startswith("ParagrapheNumerote")]
    assert not [line for tag, line in read.lines if tag == "TableSource" and "§" in line]
    assert any("urgence ; qui en doute ?" in line for _, line in read.lines)


def test_clauses_and_templates_are_listed(mandats):
    listed = mandats("clauses").stdout
    assert all(slug in listed for slug in ("rgpd/minimisation", "refere/urgence-imminence", "conclusions/suspendre"))
    one = mandats("clauses", "rgpd/minimisation").stdout
    assert "clauses/rgpd/minimisation.md" in one
    assert "avec." in one
    assert "rgpd-5-1-c" in one
    unknown = mandats("clauses", "rgpd/minimisaton")
    assert unknown.returncode == 2
    assert "rgpd/minimisation" in unknown.stderr
    assert "refere-suspension" in mandats("modeles").stdout


@pytest.fixture
def petit(tmp_path):
    folder = tmp_path / "petit"
    shutil.copytree(PETIT, folder)
    return folder


def test_subheadings_in_an_untitled_item_build(petit, mandats):
    prose = petit / "case" / "urgence.md"
    prose.write_text("#### Un sous-titre\n\n" + prose.read_text("utf-8"), "utf-8")
    case = petit / "case.yaml"
    case.write_text(
        case.read_text("utf-8").replace("{prose: urgence.md, titre: Les examens approchent}", "{prose: urgence.md}"),
        "utf-8",
    )
    assert mandats("construire", "case.yaml", cwd=petit).returncode == 0


def test_prayers_end_as_a_list_does(petit, mandats):
    case = petit / "case.yaml"
    lines = [line for line in case.read_text("utf-8").splitlines() if "METTRE" not in line]
    case.write_text("\n".join(lines), "utf-8")
    assert mandats("construire", "case.yaml", "--document", "refere-suspension", cwd=petit).returncode == 0
    read = readback.read_docx((petit / "sortie" / "case" / "refere-suspension.docx").read_bytes())
    assert next(line for tag, line in read.lines if tag == "DerniereConclusion").endswith("attaquée.")


def test_ones_own_page_and_ones_own_source_replace_only_themselves(petit, mandats):
    (petit / "templates" / "commun").mkdir(parents=True)
    page = (ROOT / "templates" / "commun" / "page.typ").read_text("utf-8")
    (petit / "templates" / "commun" / "page.typ").write_text(page.replace("#7a2338", "#113355"), "utf-8")
    (petit / "clauses" / "sources").mkdir()
    own = "cja-r312-1:\n  type: article\n  texte: cja\n  libelle: article R. 312-1 (annoté)\n"
    (petit / "clauses" / "sources" / "lois-et-codes.yaml").write_text(own, "utf-8")
    done = mandats("construire", "petit/case.yaml", cwd=petit.parent)  # found from the case, wherever it is run
    assert done.returncode == 0, done.stderr
    read = readback.read_docx((petit.parent / "sortie" / "case" / "refere-suspension.docx").read_bytes())
    assert any("R. 312-1 (annoté)" in note.replace("\u00a0", " ") for note in read.notes)


def test_a_case_without_its_folder_says_so_once(petit, mandats):
    shutil.rmtree(petit / "case" / "pieces")
    done = mandats("verifier", "case.yaml", cwd=petit)
    assert done.stderr.count("piece-absente") == 1
    assert "case/pieces/ n'existe pas" in done.stderr


def test_a_party_s_value_is_never_echoed(petit, mandats):
    case = petit / "case.yaml"
    case.write_text(case.read_text("utf-8").replace("type: association", "type: Jeanne Exemple"), "utf-8")
    done = mandats("verifier", "case.yaml", cwd=petit)
    assert done.returncode == 1
    assert "Jeanne" not in done.stderr


def test_word_properties_carry_the_date_of_the_act(petit, mandats):
    import zipfile

    mandats("construire", "case.yaml", "--document", "refere-suspension", cwd=petit)
    core = zipfile.ZipFile(petit / "sortie" / "case" / "refere-suspension.docx").read("docProps/core.xml").decode()
    assert "2022-12-01T12:00:00Z" in core
    assert "1970" not in core


def test_each_command_is_where_the_help_looks_for_it():
    """`mandats --help` knows its commands without reading them."""
    from mandats.cli.main import Later, main

    lazy = [c for c in main.commands.values() if isinstance(c, Later)]
    assert len(lazy) == 19
    for command in lazy:
        own = command.load()
        assert command.name == own.name
        assert command.short_help
        assert own.help


def test_help_reads_neither_a_command_nor_a_heavy_library():
    code = (
        "import sys, contextlib, io\nfrom mandats.cli import main\n"
        "with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()) as out: main(['--help'])\n"
        "print('Commandes:' in out.getvalue(), *sys.modules)"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    shown, *modules = done.stdout.split()
    assert shown == "True"
    assert {m for m in modules if m.startswith("mandats.")} == {
        "mandats.cli", "mandats.cli.appel", "mandats.cli.main", "mandats.cli.startup", "mandats.cli.terminal",
    }  # fmt: skip
    assert not {"pydantic", "importlib.metadata", "pathlib", "shutil", "yaml", "jinja2"} & set(modules)


def test_the_public_functions_are_named_once_and_found():
    import pkgutil

    import mandats as package
    from mandats import api

    modules = {m.name for m in pkgutil.iter_modules(package.__path__)}
    assert not modules & set(package.__all__)  # « from mandats import build » is the module
    for name in package.__all__:
        assert callable(getattr(package, name))
        assert getattr(package, name).__doc__
    own = {name for name, value in vars(api).items() if getattr(value, "__module__", "") == api.__name__}
    assert {name for name in own if name[0] != "_"} <= {*package.__all__, "Maison", "NewCase", "Noted"}
    with pytest.raises(AttributeError):
        package.nothing_of_the_kind  # noqa: B018


def test_a_fault_of_the_program_says_where_and_never_what():
    """The message may hold a person's data. The trace is shown by `--trace`: tests/hostile/terminals.py."""
    from mandats.guidance import failure

    def broken():
        raise KeyError("Jeanne Exemple")

    try:
        broken()
    except KeyError as error:
        assert failure(error) is None
        told = failure(error, private=True)
    assert told
    assert told.message.startswith("défaut du programme (KeyError")
    assert "Jeanne" not in told.message


@pytest.mark.slow
def test_what_is_expected_of_samples_is_counted(tmp_path, mandats):
    """The first run ends in ten lines; `--details` prints each warning; a program is told everything; codes stand."""
    samples = ["cases/testwe.yaml", "cases/cada-commune.yaml", "cases/meru.yaml"]
    for command in (["verifier"], ["construire", "--sortie", tmp_path, "--format", "docx"]):
        short, whole = (mandats(*command, *samples, *more) for more in ([], ["--details"]))
        assert short.returncode == whole.returncode == 0
        n = sum("avertissement, " in line for line in whole.stderr.splitlines())
        assert n > 20 and f"0 erreur, 0 avertissement, et {n} attendus de spécimens (--details" in short.stderr
        assert len((short.stdout + short.stderr).splitlines()) <= 10
    assert len(json.loads(mandats("verifier", *samples, "--json").stdout)["problemes"]) == n


def test_warnings_of_one_sort_are_one_line(mandats):
    """Alone, a case is read: many precautions are a count and a list; `--details` prints each; JSON does not change."""
    told, whole = (mandats("verifier", "cases/testwe.yaml", *more) for more in ([], ["--details"]))
    each = json.loads(mandats("verifier", "cases/testwe.yaml", "--json").stdout)["problemes"]
    lines = [line for line in told.stderr.splitlines() if line.endswith("]")]
    (line,) = (line for line in lines if re.match(r"[0-9]+ avertissements, source à citer avec précaution : ", line))
    alike = [p["chemin"] for p in each if p["message"].startswith("source à citer avec précaution : ")]
    assert line.startswith(f"{len(alike)} ") and all(f"{key} (" in line for key in alike) and len(alike) > 5
    assert sum(int(found[1]) if (found := re.match(r"([0-9]+) av", line)) else 1 for line in lines) == len(each)
    assert len(lines) < 10 and "--details" in told.stderr
    assert [line.split(" · ")[1].split(" : ")[0] for line in whole.stderr.splitlines()[:-1]] == [
        p["chemin"] for p in each
    ]


def test_what_must_be_done_is_told_one_by_one():
    """Errors and blanks; two of a sort; a list has an end, and what differs in a message does not part it."""

    def found(n: int, id: str = "x", gravite: str = AVERTISSEMENT) -> list[Problem]:
        places = [Place("a.yaml", i) for i in range(1, n + 1)]
        return [
            Problem(id, place, "", f"vue par b.yaml:{place.ligne}:1 : ôtez « {place} »", gravite) for place in places
        ]

    for alone in (found(5, gravite="erreur"), found(5, "a-completer"), found(2)):
        assert told_together(alone) == alone
    (line,) = told_together(found(30))
    assert line.startswith("30 avertissements, vue par … : a.yaml:1:1, a.yaml:2:1") and line.endswith(
        "et 18 autres [x]"
    )


def test_the_errors_of_a_sample_and_the_warnings_of_a_case_are_never_counted_away(tmp_path, mandats):
    for name in ("cas", "brouillon"):
        shutil.copytree(PETIT, tmp_path / name)
    wrong, mine = (tmp_path / name / "case.yaml" for name in ("cas", "brouillon"))
    wrong.write_text(wrong.read_text("utf-8").replace("date: 2022", "dat: 2022", 1), "utf-8")
    mine.write_text(mine.read_text("utf-8").replace("specimen: true\n", ""), "utf-8")
    alone = mandats("verifier", mine).stderr.splitlines()
    done = mandats("verifier", wrong, mine)
    assert done.returncode == 1 and "[cle-inconnue]" in done.stderr
    assert {line for line in alone if "avertissement, " in line} <= {*done.stderr.splitlines()}


@pytest.mark.skipif(os.name == "nt", reason="a script with a shebang")
@pytest.mark.parametrize(
    ("typed", "path", "told"),
    [
        (["bin/mandats"], "", "bin/mandats"),
        (["mandats"], "{}/bin:", "mandats"),
        (["autre lieu/mandats"], "", "'autre lieu/mandats'"),
        ([sys.executable, "-m", "mandats"], "", f"{sys.executable} -m mandats"),
    ],
)
def test_a_hint_is_the_command_as_it_was_called(tmp_path, typed, path, told):
    for folder in (tmp_path / "bin", tmp_path / "autre lieu"):
        folder.mkdir()
        (folder / "mandats").write_text(f"#!{sys.executable}\nfrom mandats.cli import main\nmain()\n")
        (folder / "mandats").chmod(0o755)
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PATH": path.format(tmp_path) + os.environ["PATH"]}

    def run(*arguments):
        command = " ".join(f"'{word.format(tmp_path)}'" for word in (*typed, *arguments))
        return subprocess.run(command, cwd=tmp_path, env=env, shell=True, capture_output=True, text=True, check=False)

    made = run("nouveau", "cas.yaml", "--modele", "demande-cada")
    assert f"  2. {told} verifier cas.yaml\n" in made.stdout, made.stderr
    kept = "mandats" if os.path.isabs(told) else told  # a file may be shared: no path tells whose the program is
    assert f"# 2. {kept} verifier cas.yaml " in (tmp_path / "cas.yaml").read_text("utf-8")
    (hint,) = re.findall(r"puis : (.*) \(le brouillon", run("verifier", "cas.yaml").stdout)
    again = subprocess.run(hint, cwd=tmp_path, env=env, shell=True, capture_output=True, text=True, check=False)
    assert again.returncode == 0 and "[a-completer]" in again.stderr
    assert f"exemple : {told} nouveau x.yaml" in run("nouveau", "x").stderr
    assert f"  {told} modeles " in run("--help").stdout


@pytest.mark.parametrize("shape", ["json", "sarif"])
def test_what_a_program_reads_names_the_program_alone(shape):
    case = ROOT / "tests" / "bad" / "argument-sans-reponse" / "case.yaml"
    command = [sys.executable, "-m", "mandats", "verifier", case, "--format"]
    done = [subprocess.run([*command, s], cwd=ROOT, capture_output=True, text=True) for s in (shape, "texte")]
    assert "mandats clauses replique" in done[0].stdout and "-m mandats clauses" not in done[0].stdout
    assert "-m mandats clauses replique" in done[1].stderr
