"""`mandats migrer`: what was written for the first version opens as before, and is rewritten without a word changed."""

import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest
import yaml

from mandats import blocks
from mandats.build import examine
from mandats.load.edit import LONGEST
from mandats.load.migration import migrate
from mandats.load.yaml_places import read_yaml
from tests.conftest import CASES, ROOT

FIRST = "3bfecab"  # the last commit of the first version
PETIT = ROOT / "tests" / "golden" / "petit"


def said(case: Path, working: Path) -> tuple[list[str], Counter[tuple[str, str]]]:
    """The words of each document, and what is found, places apart."""
    found = examine(case, working, final=True)
    words = [" ".join(blocks.plain(d.blocks, notes=True).split()) for d in found.documents]
    return words, Counter((p.id, re.sub(r"(?<=aussi par )[^«]+(?= : ôtez)", "…", p.message)) for p in found.problems)


def rewrite(case: Path, argument: bool) -> None:
    for file, (_, after) in migrate(case, argument)[0].items():
        if after is None:
            file.unlink()
        else:
            file.write_text(after, "utf-8")


@pytest.fixture
def petit(tmp_path):
    """`petit(old, new, …)`: the small golden case, with words changed."""
    shutil.copytree(PETIT, tmp_path / "petit")
    case = tmp_path / "petit" / "case.yaml"

    def make(*changes: tuple[str, str]) -> Path:
        text = (PETIT / "case.yaml").read_text("utf-8")
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new, 1)
        case.write_text(text, "utf-8")
        return case

    return make


@pytest.mark.parametrize(
    "case",
    [pytest.param(c, marks=() if c.stem in ("moirans", "orleans", "qpc-vsa") else pytest.mark.slow) for c in CASES],
    ids=lambda case: case.stem,
)
def test_a_sample_says_the_same_once_its_moyens_are_text(case, tmp_path):
    shutil.copytree(case.with_suffix(""), tmp_path / case.stem)
    copy = Path(shutil.copy(case, tmp_path))
    before = said(copy, ROOT)
    rewrite(copy, argument=True)
    assert said(copy, ROOT) == before
    assert migrate(copy)[0] == {}


MOYENS = """\
    moyens:
      # Le premier, car le plus fort.
      - clause: rgpd/minimisation   # note
        titre: Trop de données
        avec:
          # Recopié de la décision.
          besoin: de savoir
          excedents: [l'image, le son]   # deux
          recueil: [decision]

          analyse:
            - l'image ne sert à rien

            - >-
              le son
              non plus
          moindre: |
            un badge

            suffit
        sans: [objection]
        remplace: {application: {texte: "En l'espèce, tout est filmé.", version: 387fc926acb1}}
      - {titre: "Autre moyen", texte: "L'article 5 est méconnu ({{ piece('decision') }})."}
      # Prose.
      - prose: suite.md
        titre: La suite
      - clause: rgpd/transparence
        niveau: 1
        avec: {}
"""


def test_the_moyens_become_a_file(petit):
    text = (PETIT / "case.yaml").read_text("utf-8")
    old = text[text.index("    moyens:\n") : text.index("    conclusions:\n")]
    case = petit((old, MOYENS))
    (case.parent / "case" / "suite.md").write_text("Voir[^1].\n\n#### Encore\n\nFin.\n\n[^1]: Là.\n", "utf-8")
    before = read_yaml(case.read_text("utf-8"), "").data
    changes, problems = migrate(case, argument=True)
    assert problems == []
    assert [file.name for file in changes] == ["case.yaml", "argument.md", "suite.md"]
    assert changes[case.parent / "case" / "suite.md"][1] is None
    after = changes[case][1]
    assert "    moyens: argument.md\n    conclusions:\n" in after
    assert {**read_yaml(after, "").data["documents"][0], "moyens": 0} == {**before["documents"][0], "moyens": 0}
    assert changes[case.parent / "case" / "argument.md"][1] == (ROOT / "tests" / "data" / "argument.md").read_text(
        "utf-8"
    )


@pytest.mark.parametrize(
    "moyens, reason",
    [
        ("    moyens:\n      - {texte: un, regime: rgpd}\n", "un régime"),
        ("    moyens:\n      - {prose: absente.md}\n", "une prose ne se lit pas"),
        ('    moyens:\n      - {texte: "x\\n:::\\ny"}\n', "une ligne « ::: »"),
        ("    moyens:\n      - {texte: x,   # perdue\n         titre: y}\n", "une note se perdrait"),
        ("    moyens: [x]\n", "pas une clause"),
    ],
)
def test_what_a_file_could_not_say_stays_in_the_case(petit, moyens, reason):
    text = (PETIT / "case.yaml").read_text("utf-8")
    old = text[text.index("    moyens:\n") : text.index("    conclusions:\n")]
    case = petit((old, moyens))
    changes, (told,) = migrate(case, argument=True)
    assert reason in told.message
    assert list(changes) == [case]  # its long lines
    assert moyens in changes[case][1]


WORDS = (
    ("    conclusions:\n", "    # gardée\n    conclusions:\n"),
    (
        "    urgence: [{prose: urgence.md, titre: Les examens approchent}]\n",
        "    urgence:\n"
        "      - clause: refere/doute-serieux   # gardée\n"
        "        avec: {moyens_forts: [x], constats: [y], preuves: [decision]}\n"
        "      - {clause: donnees/biometrie-comportement, avec: {magasin: true}}\n",
    ),
)
LINES = ("voie_publique", "magasin", "cause: urgence")


def test_what_changed_its_name_takes_the_one_of_today(petit):
    changes, _ = migrate(petit(*WORDS))
    ((before, after),) = changes.values()
    gone, come = (
        [line for line in a.split("\n") if line not in b.split("\n")] for a, b in ((before, after), (after, before))
    )
    told = [[line for line in lines if any(word in line for word in LINES)] for lines in (gone, come)]
    assert told[0] == ["      - {clause: donnees/biometrie-comportement, avec: {magasin: true}}"]
    assert told[1] == [
        "        cause: urgence",
        "      - {clause: donnees/biometrie-comportement, avec: {voie_publique: false}}",
    ]


def test_where_a_thesis_was_told_becomes_the_thesis(petit):
    said = "      - {clause: replique/gain-de-cout, avec: {passage: 'mémoire en \"défense\" : p. 4'}}  # lu\n"
    case = petit((WORDS[1][0], "    urgence:\n" + said + said.replace("gain-de-cout", "de-nous")))
    rewrite(case, argument=False)
    text = case.read_text("utf-8")
    first, second = yaml.safe_load(text)["documents"][0]["urgence"]
    assert first["avec"] == {
        "these": "que le dispositif permet de réduire fortement les coûts et les effectifs de surveillance "
        '(mémoire en "défense" : p. 4)'
    }
    assert second["avec"] == {"passage": 'mémoire en "défense" : p. 4'}
    assert text.count("# lu") == 2


def test_a_clause_moved_since_keeps_its_place(petit):
    case = petit((WORDS[1][0], WORDS[1][1].split("\n      - {clause")[0] + "\n"))
    assert "clause-deplacee" in {p.id for p in examine(case, ROOT).problems}
    rewrite(case, argument=False)
    assert "clause-deplacee" not in {p.id for p in examine(case, ROOT).problems}


def test_the_command_shows_then_writes_and_keeps_what_was(petit, mandats):
    case = petit(*WORDS)
    before = case.read_bytes()
    shown = mandats("migrer", "--essai", "case.yaml", cwd=case.parent)
    assert shown.returncode == 0
    assert "+        cause: urgence" in shown.stdout
    assert case.read_bytes() == before
    (case.parent / "case.yaml.avant").write_text("à moi", "utf-8")
    refused = mandats("migrer", "case.yaml", cwd=case.parent)
    assert refused.returncode == 2
    assert "case.yaml.avant existe déjà" in refused.stderr
    assert case.read_bytes() == before
    (case.parent / "case.yaml.avant").unlink()
    case.write_bytes(before.replace(b"\n", b"\r\n"))
    assert mandats("migrer", "--argument", "case.yaml", cwd=case.parent).returncode == 0
    assert (case.parent / "case.yaml.avant").read_bytes() == before.replace(b"\n", b"\r\n")
    assert case.read_bytes().count(b"\r\n") == case.read_bytes().count(b"\n")
    assert (case.parent / "case" / "argument.md").is_file()
    assert "déjà à la forme présente" in mandats("migrer", "case.yaml", cwd=case.parent).stdout
    assert mandats("migrer", "absent.yaml", cwd=case.parent).returncode == 2


def test_nothing_is_written_when_a_file_cannot_be(petit, mandats):
    case = petit(*WORDS)
    before = case.read_bytes()
    (case.parent / "case" / "argument.md").mkdir()
    mandats("migrer", "--argument", "case.yaml", cwd=case.parent)
    (case.parent / "case.yaml.avant").unlink(missing_ok=True)
    case.write_bytes(before)
    shutil.rmtree(case.parent / "case")
    (case.parent / "case").write_text("un fichier")
    done = mandats("migrer", "--argument", "case.yaml", cwd=case.parent)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert case.read_bytes() == before
    assert not (case.parent / "case.yaml.avant").exists()


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """Cases, clauses and templates of the first version, as its users have them."""
    kept = subprocess.run(
        ["git", "archive", FIRST, "cases", "clauses", "templates"], cwd=ROOT, capture_output=True, check=False
    )
    if kept.returncode:
        pytest.skip("this copy has no history")
    folder = tmp_path_factory.mktemp("first")
    subprocess.run(["tar", "x", "-C", folder], input=kept.stdout, check=True)
    shutil.rmtree(folder / "clauses" / "sources")
    return folder


@pytest.mark.slow
def test_cases_and_private_clauses_and_templates_of_the_first_version_open_and_migrate(first, tmp_path):
    for case in sorted((first / "cases").glob("*.yaml")):
        before = said(case, first)
        errors = {rule for rule, _ in before[1]} & {"clause-bloc", "clause-mal-placee", "parametre-inconnu", "valeur"}
        assert not errors, case.stem
        rewrite(case, argument=False)
        assert said(case, first) == before, case.stem
        assert all(len(line) <= LONGEST for line in case.read_text("utf-8").split("\n")), case.stem
