"""What a template says it is (`famille:`) decides what judges it: a copy under another name is judged the same."""

import datetime as dt
import re
import shutil

import pytest

from mandats.build import examine
from mandats.delais.calcul import list_time_limits
from mandats.load.case import load_case
from mandats.load.library import load_families, load_library
from tests.conftest import CASES, ROOT

TEMPLATES = load_library(ROOT)[0].templates
# What is wrong with each case, so that rules have something to say.
FAULTS = (
    (r",\s*habilitation: \{[^{}]*\}", ""),
    (r"(?m)^ +habilitation:.*\n(?: {6,}.*\n)*", ""),
    (r"nom: (?:tribunal administratif[^,}\n]*|Conseil d.État)", "nom: tribunal judiciaire de Paris"),
)


@pytest.mark.one_in(5)
@pytest.mark.parametrize("slug", sorted(TEMPLATES))
def test_a_copy_of_a_template_is_judged_as_the_original(tmp_path, slug):
    ordered = re.compile(rf"(?m)^( *)- modele: {slug}\n((?:\1  .*\n)*)")
    case = next(path for path in CASES if ordered.search(path.read_text("utf-8")))
    text = case.read_text("utf-8")
    for pattern, wrong in FAULTS:
        text = re.sub(pattern, wrong, text)

    def copy(order):
        """The same order of the copy, under the name that other keys may use."""
        indent, rest = order.groups()
        named = "" if re.search(rf"(?m)^{indent}  nom: ", rest) else f"{indent}  nom: {slug}\n"
        return f"{indent}- modele: autre-{slug}\n{named}{rest}"

    original = told(tmp_path / "original", case, text)
    if slug == "requete-rep":
        assert {name for name, *_ in original} >= {"GEN-01", "GEN-12"}
    assert told(tmp_path / "copie", case, ordered.sub(copy, text), slug) == original


def told(folder, case, text, copied=None):
    """What is said of a case, and its limits: with the template `copied` under another name, the drafter's own."""
    folder.mkdir()
    shutil.copytree(case.with_suffix(""), folder / case.stem)
    if copied:
        shutil.copytree(ROOT / "templates" / copied, folder / "templates" / f"autre-{copied}")
    (folder / case.name).write_text(text, "utf-8")
    loaded, _ = load_case(folder / case.name)
    familles = load_families(folder, {order.modele for order in loaded.case.documents})
    limits = list_time_limits(loaded.case, familles, dt.date(2023, 1, 1)).delais
    called = re.compile(
        r" \(appelée par .*\)|(?<=aussi par )[^«]+(?= : ôtez)"
    )  # a place, which the name of the copy moves
    problems = examine(folder / case.name, folder).problems
    said = {(p.id, p.gravite, p.chemin, called.sub("", p.message)) for p in problems}
    return said | {(d.id, d.etat, "mandats delais", str(d.prudent)) for d in limits}


def test_a_role_of_the_shared_plan_is_asked_of_the_template_that_leaves_it_out(tmp_path):
    case = ROOT / "cases" / "orleans.yaml"
    text = case.read_text("utf-8").replace("modele: requete-rep", "modele: autre-requete-rep")
    told(tmp_path / "dossier", case, text, "requete-rep")
    template = tmp_path / "dossier" / "templates" / "autre-requete-rep" / "template.yaml"
    written, count = re.subn(r"roles_facultatifs:\n  representant_unique: .*\n", "", template.read_text("utf-8"))
    assert count == 1
    template.write_text(written, "utf-8")
    found = [
        p for p in examine(tmp_path / "dossier" / case.name, tmp_path / "dossier").problems if p.id == "role-inconnu"
    ]
    assert [(p.place.fichier.endswith("autre-requete-rep/template.yaml"), p.chemin) for p in found] == [(True, "roles")]
    assert "rôle que le plan « requete » emploie" in found[0].message and "representant_unique" in found[0].message
