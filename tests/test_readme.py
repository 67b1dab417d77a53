"""The two READMEs: the same commands, each of which runs; the case they show builds."""

import re

import pytest

from tests.conftest import PIECE, ROOT

READMES = [ROOT / "README.md", ROOT / "README.fr.md"]


def fenced(path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", path.read_text("utf-8"), re.M | re.S)


def test_twins_show_the_same_commands_and_the_same_case():
    english, french = READMES
    for language in ("sh", "yaml", "text"):
        assert fenced(english, language) == fenced(french, language)


def test_the_small_case_verifies_builds_and_is_small(tmp_path, mandats):
    (case,) = fenced(READMES[0], "yaml")
    assert len(case.splitlines()) == 10
    (tmp_path / "camera.yaml").write_text(case, "utf-8")
    commands = [
        line.split()[1:]
        for block in fenced(READMES[0], "sh")
        for line in block.splitlines()
        if line.startswith("mandats")
    ]
    assert commands == [["verifier", "camera.yaml"], ["construire", "camera.yaml"]]
    for command in commands:
        done = mandats(*command, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    assert sorted(p.name for p in (tmp_path / "sortie" / "camera").iterdir()) == ["mandat.docx", "mandat.pdf"]
    assert mandats("construire", "camera.yaml", "--final", cwd=tmp_path).returncode == 0


def test_the_two_entry_commands_exist():
    shown = {line for block in fenced(READMES[0], "sh") for line in block.splitlines() if line.startswith("python3")}
    assert shown == {"python3 run.py demo", "python3 run.py test"}
    help_text = (ROOT / "run.py").read_text("utf-8")
    assert all(command in help_text for command in shown)


@pytest.mark.parametrize("path", [*READMES, *sorted((ROOT / "docs").rglob("*.md"))], ids=lambda p: p.name)
def test_links_lead_somewhere(path):
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", path.read_text("utf-8")):
        if not target.startswith(("http", "mailto")):
            assert (path.parent / target).exists(), target
    for named in re.findall(
        r"`((?:clauses|templates|cases|tests|mandats)/[a-z0-9_./-]+\.[a-z]+)`", path.read_text("utf-8")
    ):
        assert (ROOT / named).exists(), named


def test_the_message_shown_is_one_the_program_gives(tmp_path, mandats):
    """Take away the pièce of the README's example line: the line comes out, number for number."""
    import shutil

    (line,) = [block.strip() for block in fenced(READMES[0], "text")]
    shutil.copytree(ROOT / "cases", tmp_path / "cases")
    pieces = sorted((tmp_path / "cases" / "testwe" / "pieces").iterdir())
    pieces[3].unlink()
    done = mandats("verifier", "cases/testwe.yaml", cwd=tmp_path)
    shown = [row for row in done.stderr.splitlines() if "piece-absente" in row]
    assert [row.split(" (vouliez")[0].split(" [")[0] for row in shown] == [line.split(" [")[0]]


def test_the_page_of_keys_is_in_step():
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location("guide_keys", ROOT / "tools" / "guide_keys.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.page() == module.TARGET.read_text("utf-8"), "run: python tools/guide_keys.py"
    assert len(module.page().splitlines()) > 120


def test_the_guide_explains_every_rule():
    guide = "".join((ROOT / "docs" / "guide" / f"{page}.md").read_text("utf-8") for page in ("messages", "controles"))
    rules = {p.name for p in (ROOT / "tests" / "bad").iterdir() if p.is_dir()}
    assert not {r for r in rules if f"`{r}`" not in guide and f"### {r.upper()} ·" not in guide}


def test_the_smallest_case_of_the_guide_builds_as_it_stands(tmp_path, mandats):
    """The référé of « Partir du minimum », then the complaint that the page makes of it."""
    blocks = fenced(ROOT / "docs" / "guide" / "premier-dossier.md", "yaml")
    (case,) = [b for b in blocks if b.startswith("titre:")]
    (authority,) = [b for b in blocks if b.startswith("  cnil:")]
    (piece,) = [b for b in blocks if b.startswith("  - {cle: mandats")]
    (documents,) = [b for b in blocks if b.startswith("documents:")]
    head = case[: case.index("documents:\n")]
    for name, text in (
        ("portique", case),
        ("plainte", head.replace("traitement:", authority + "traitement:", 1) + piece + documents),
    ):
        (tmp_path / f"{name}.yaml").write_text(text, "utf-8")
        (tmp_path / name / "pieces").mkdir(parents=True)
        for file in re.findall(r"fichier: ([\w.-]+)", text):
            (tmp_path / name / "pieces" / file).write_bytes(PIECE)
        done = mandats("construire", f"{name}.yaml", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    # What the page shows of the first run is what the program says.
    page = (ROOT / "docs" / "guide" / "premier-dossier.md").read_text("utf-8")
    told = mandats("verifier", "portique.yaml", cwd=tmp_path).stderr
    shown = re.search(r"\$ mandats verifier portique.yaml\n(.*?)^```", page, re.M | re.S)[1].splitlines()
    assert len(shown) == len(told.splitlines())
    for line, said in zip(shown, told.splitlines(), strict=True):
        for part in line.removeprefix("...").split("[…]"):
            assert part.strip() in said
