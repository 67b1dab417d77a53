"""The wheel carries clauses and templates: `mandats` works from an empty folder; a folder of one's own adds to it."""

import os
import subprocess
import sys
import zipfile

import pytest

from tests.conftest import ROOT


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The wheel, unpacked: the package as it is installed, with nothing of the checkout beside it."""
    out = tmp_path_factory.mktemp("wheel")
    code = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
    done = subprocess.run([sys.executable, "-c", code, str(out)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    zipfile.ZipFile(next(out.glob("*.whl"))).extractall(out / "site")
    return out / "site"


def run(installed, cwd, *arguments):
    env = {**os.environ, "PYTHONPATH": str(installed), "NO_COLOR": "1"}
    return subprocess.run(
        [sys.executable, "-P", "-m", "mandats", *arguments],
        cwd=cwd,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_from_an_empty_folder(installed, tmp_path):
    case = (ROOT / "cases" / "technopolice.yaml").read_text("utf-8")
    (tmp_path / "technopolice.yaml").write_text(case, "utf-8")
    (tmp_path / "technopolice").symlink_to(ROOT / "cases" / "technopolice")
    done = run(installed, tmp_path, "construire", "technopolice.yaml", "--final")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "sortie" / "technopolice" / "plainte-cnil-collective.pdf").stat().st_size > 50_000


def test_a_folder_of_ones_own_adds_and_overrides(installed, tmp_path):
    from shutil import copytree

    copytree(ROOT / "tests" / "golden" / "petit", tmp_path / "d")
    own = tmp_path / "d" / "templates" / "refere-suspension"
    copytree(ROOT / "templates" / "refere-suspension", own)
    plan = (ROOT / "templates" / "commun" / "refere.md").read_text("utf-8")
    (own / "plan.md").write_text(plan.replace("# Discussion", "# Notre discussion"), "utf-8")
    done = run(installed, tmp_path / "d", "construire", "case.yaml", "--document", "refere-suspension")
    assert done.returncode == 0, done.stderr
    from mandats.readback import read_docx

    lines = [
        line
        for _, line in read_docx((tmp_path / "d" / "sortie" / "case" / "refere-suspension.docx").read_bytes()).lines
    ]
    assert "III. Notre discussion" in lines
