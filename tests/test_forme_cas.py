"""tests/data/formes.yaml: what a formal rule says of a sound case once keys have other values, to the edges.

`tests/bad` shows one fault of each rule as a drafter sees it; here are its other branches, and what it must not say.
"""

import copy
import shutil

import pytest
import yaml

from mandats.build import examine
from tests.conftest import ROOT

BASES = {
    "fond": "pie-04", "refere": "gen-12", "replique": "instance-incertaine", "plainte": "mand-06", "qpc": "ecr-12",
    "cada": "cada-04", "recours-cada": "cada-08", "adm": "adm-01", "interv": "ecr-09", "serie": "cada-06",
    "relance": "droit-12", "nouvelles": "cnil-14", "appel": "rec-01", "pourvoi": "rec-06",
    "demarche": "cnil-05",
}  # fmt: skip
ENTRIES = [
    pytest.param(rule, entry, id=f"{rule}-{n}")
    for rule, entries in yaml.safe_load((ROOT / "tests" / "data" / "formes.yaml").read_text("utf-8")).items()
    for n, entry in enumerate(entries, 1)
]


def changed(case: dict, changes: dict) -> dict:
    """The case with each `path.0.key` set; a value `absent` takes the key away."""
    case = copy.deepcopy(case)
    for path, value in changes.items():
        *parents, last = (int(p) if p.isdigit() else p for p in path.split("."))
        place = case
        for parent in parents:
            place = place[parent] if isinstance(place, list) else place.setdefault(parent, {})
        if value == "absent":
            del place[last]
        elif isinstance(place, list) and last == len(place):
            place.append(value)
        else:
            place[last] = value
    return case


@pytest.mark.one_in(3)
@pytest.mark.parametrize(("rule", "entry"), ENTRIES)
def test_a_rule_says_this_and_nothing_else(rule, entry, tmp_path):
    source = ROOT / "tests" / "bad" / BASES[entry.get("base", "fond")]
    case = changed(yaml.load((source / "case.yaml").read_text("utf-8"), yaml.BaseLoader), entry["avec"])
    if (source / "case").is_dir():
        shutil.copytree(source / "case", tmp_path / "case")
    (tmp_path / "case.yaml").write_text(yaml.safe_dump(case, allow_unicode=True), "utf-8")
    found = examine(tmp_path / "case.yaml", ROOT)
    assert found.documents, [str(p) for p in found.problems]
    told = [f"{p.chemin} : {p.message}" for p in found.problems if p.id == rule]
    wanted = entry["dit"]
    assert len(told) == len(wanted), told
    assert [words for words, line in zip(wanted, told, strict=True) if words not in line] == [], told
