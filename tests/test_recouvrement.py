"""tools/recouvrement.py on an invented article and an invented case."""

from importlib.util import module_from_spec, spec_from_file_location

import pytest

from tests.conftest import ROOT

SPEC = spec_from_file_location("recouvrement", ROOT / "tools" / "recouvrement.py")
recouvrement = module_from_spec(SPEC)
SPEC.loader.exec_module(recouvrement)

ARTICLE = """Le maire a fait poser douze caméras sans en dire un mot au conseil.
Selon la Commission nationale de contrôle des techniques de renseignement, rien ne le permettait alors."""


@pytest.mark.parametrize(
    ("case", "told"),
    [
        # Over a line, whatever the key before and the capitals.
        ("faits:\n  - fait: >-\n      Le Maire a fait poser\n      douze caméras, sans rien dire", ["3 · 8 words"]),
        ("fait: le maire a fait poser douze appareils", []),
        ("fait: selon l'article, « le maire a fait poser douze caméras sans en dire un mot »", []),
        ("fait: le maire a fait poser « douze » caméras sans en dire un mot", []),
        ("fait: le maire a fait poser {{ nombre }} douze caméras sans en dire", []),
        # Twice: two runs; the longest of each.
        (
            "a: le maire a fait poser douze caméras sans en dire\n\nb: fait poser douze caméras sans en dire un mot",
            ["1 · 10 words", "3 · 9 words"],
        ),
        # A name of the register is not counted, and does not hide what surrounds it.
        ("fait: selon la Commission nationale de contrôle des techniques de renseignement, elle", []),
        ("fait: selon la Commission nationale de contrôle des techniques de renseignement, rien ne le permettait", []),
        (
            "fait: un mot au conseil. Selon la Commission nationale de contrôle des techniques de renseignement,\n"
            "rien ne le permettait",
            ["1 · 18 words"],
        ),
        ("nom: fait poser douze caméras sans en dire un mot", []),
        ('pieces:\n  - {cle: poses, titre: "Fait poser douze caméras sans en dire un mot"}', []),
        ('titre: "Le maire a fait poser douze caméras sans en dire un mot"', ["1 · 12 words"]),
    ],
)
def test_each_run_of_eight_words_outside_quotations_and_names_is_told(tmp_path, capsys, case, told):
    for folder, name, text in (("articles", "000.txt", ARTICLE), ("cases", "exemple.yaml", case)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_text(text, "utf-8")
    ended = recouvrement.main([str(tmp_path / "articles"), str(tmp_path / "cases")])
    *lines, count = capsys.readouterr().out.splitlines()
    assert [line.removeprefix("cases/exemple.yaml:").rpartition(" · ")[0] for line in lines] == told
    assert (ended, count) == (int(bool(told)), f"{len(told)} runs of 8 words or more")
