"""Blocks of a clause, and what drops or replaces them; an argument written as one Markdown file."""

import shutil

import pytest

from mandats import blocks
from mandats.build import examine, write_document
from mandats.parts import assemble, read_parts
from tests.conftest import ROOT

CLAUSE = """\
---
titre: Le procédé n'est pas nécessaire
cause: interne
regimes: [rgpd, police-justice]
parametres:
  mesure: {type: texte, aide: la mesure}
  remede: {type: texte, aide: le remède, facultatif: true}
  justification: {type: position, aide: ce que le responsable en dit}
sources: [rgpd-5-1-c, ta-visages, ta-score]
registres: {refere-suspension: Le doute est sérieux., plainte: Le manquement est établi.}
---
::: premisses
Les données sont limitées{{ citation("rgpd-5-1-c") }}.
:::
::: precedent ta-visages
Un tribunal a annulé un portique{{ citation("ta-visages") }}.
:::
::: precedent ta-score
Un tribunal a annulé une note{{ citation("ta-score") }}.
:::

::: application
En l'espèce, {{ mesure }} va au-delà.
:::
::: application si remede
{{ remede }} y suffit.
:::

::: preuve si justification=silence sauf defense
Rien de ce qui est publié ne le justifie.
:::
::: preuve si justification=silence si defense
La défense n'en dit rien.
:::
::: objection police-justice
La sûreté n'y change rien.
:::

{{ consequence }}
"""
REGISTER = """\
ta-visages:
  type: decision
  juridiction: TA Exemple
  date: 2021-03-04
  numeros: ["2100001"]
  groupe: Tribunaux administratifs
  domaine: {donnees: [biometrique], secteurs: [enseignement]}
  url: "https://example.org/1"
ta-score:
  type: decision
  juridiction: TA Exemple
  date: 2022-03-04
  numeros: ["2200001"]
  groupe: Tribunaux administratifs
  domaine: {techniques: [score-de-risque], organisme: public}
  url: "https://example.org/2"
"""


@pytest.fixture
def case(tmp_path):
    """`case(moyens, …)`: the small golden case, its moyens in YAML or a file `argument.md`, with words changed."""
    shutil.copytree(ROOT / "tests" / "golden" / "petit" / "case", tmp_path / "case")
    (tmp_path / "clauses" / "sources").mkdir(parents=True)
    (tmp_path / "clauses" / "essai").mkdir()
    (tmp_path / "clauses" / "essai" / "necessite.md").write_text(CLAUSE, "utf-8")
    (tmp_path / "clauses" / "sources" / "essai.yaml").write_text(REGISTER, "utf-8")

    def make(moyens: str, *changes: tuple[str, str], clause: str = CLAUSE):
        (tmp_path / "clauses" / "essai" / "necessite.md").write_text(clause, "utf-8")
        text = (ROOT / "tests" / "golden" / "petit" / "case.yaml").read_text("utf-8")
        start, end = text.index("    moyens:\n"), text.index("    conclusions:\n")
        if moyens.startswith("\n"):
            (tmp_path / "case" / "argument.md").write_text(moyens.removeprefix("\n"), "utf-8")
            moyens = " argument.md\n"
        else:
            moyens = f"\n      - {moyens}\n"
        text = text[:start] + "    moyens:" + moyens + text[end:]
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new, 1)
        (tmp_path / "case.yaml").write_text(text, "utf-8")
        return examine(tmp_path / "case.yaml", tmp_path)

    return make


def words(found) -> str:
    """The moyens of the référé, without notes."""
    text = blocks.plain(found.documents[0].blocks, notes=False)
    text = text.replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'")
    start = text.index("Les données sont limitées") if "Les données sont limitées" in text else 0
    return " ".join(text[start:].split("SUSPENDRE")[0].split())


def told(found, *rules: str) -> list[str]:
    return [str(p) for p in found.problems if p.id in rules]


ONE = "{clause: essai/necessite, avec: {mesure: le portique}}"


def test_only_precedents_of_the_field_are_pleaded(case):
    found = case(ONE)
    assert words(found).startswith("Les données sont limitées. Un tribunal a annulé un portique. En l'espèce")
    score = "techniques: [score-de-risque]\n  responsable: univ"
    assert "Un tribunal a annulé une note." in words(case(ONE, ("responsable: univ", score)))
    private = score + "\n  organisme: prive"
    assert "une note" not in words(case(ONE, ("responsable: univ", private)))
    other = (", biometrique: true", "")
    assert words(case(ONE, other)).startswith("Les données sont limitées. En l'espèce")
    school = ("responsable: univ", "secteur: enseignement\n  responsable: univ")
    assert "un portique" in words(case(ONE, other, school))


def test_a_block_goes_with_its_source(case):
    assert "portique. En" not in words(case(ONE, ("date: 2022-12-01", "date: 2021-03-03")))


@pytest.mark.parametrize(
    "sans, left",
    [
        ("precedents", ["Les données sont", "En l'espèce, le portique"]),
        ("ta-visages", ["Les données sont", "En l'espèce, le portique"]),
        ("application", ["Les données sont", "Un tribunal"]),
        ("premisses, application", ["Un tribunal"]),
    ],
)
def test_a_case_drops_blocks(case, sans, left):
    found = case(f"{{clause: essai/necessite, avec: {{mesure: le portique}}, sans: [{sans}]}}")
    text = blocks.plain(found.documents[0].blocks, notes=False).replace("’", "'")
    assert [w for w in ("Les données sont", "Un tribunal", "En l'espèce, le portique") if w in text] == left


def test_an_unknown_block_is_told_where_it_is_written(case):
    found = case("{clause: essai/necessite, avec: {mesure: x}, sans: [precedants]}")
    (line,) = told(found, "bloc-inconnu")
    assert "documents[0].moyens[0].sans[0]" in line
    assert "vouliez-vous dire « precedents »" in line


def test_what_the_other_side_says_is_the_case_s_to_say(case):
    silent = "{clause: essai/necessite, avec: {mesure: le portique, justification: silence}}"
    assert "publié" not in words(case(ONE))
    assert "Rien de ce qui est publié ne le justifie." in words(case(silent))
    assert "La défense n'en dit rien." in words(
        case(silent, ("    urgence:", "    instance: {memoire_adverse: fond}\n    urgence:"))
    )
    assert "justification" in told(case(silent.replace("silence", "tue")), "parametre-type")[0]


def test_a_condition_reads_a_value(case):
    assert "y suffit" not in words(case(ONE))
    assert "Un badge y suffit." in words(case(ONE.replace("portique}", "portique, remede: Un badge}")))


@pytest.mark.parametrize(
    "body, line, message",
    [
        ("::: premisses\nx", 1, "jamais fermé"),
        ("x\n:::", 2, "n'est pas ouvert"),
        ("::: Prémisses\nx\n:::", 1, "nom de bloc"),
        ("::: a si\nx\n:::", 1, "attend le nom"),
        ("::: a si 2+2\nx\n:::", 1, "attend le nom"),
        ("::: a\n::: b\nx\n:::", 1, "jamais fermé"),
    ],
)
def test_a_bad_fence_is_told_at_its_line(case, body, line, message):
    (found,) = read_parts(body)[1]
    assert found[0] == line
    assert message in found[1]
    (told_line,) = told(case(ONE, clause=CLAUSE.split("::: premisses")[0] + body), "clause-bloc")
    assert f"necessite.md:{CLAUSE[: CLAUSE.index('::: premisses')].count(chr(10)) + line}:" in told_line


def test_lines_keep_their_numbers():
    body = "a\n::: x\nb\n::: y si z\nc\n:::\n:::\nd"
    parts, wrong = read_parts(body)
    assert not wrong
    assert [p.nom for p in parts] == ["x", "y"]
    for dropped in ((), parts[:1], parts[1:], parts):
        made = assemble(body, parts, dropped, {})
        assert made.count("\n") == body.count("\n")
        assert made.split("\n")[-1].endswith("d")


# --- an argument as text -----------------------------------------------------------------------------------------

ARGUMENT = """
# Sur la légalité interne

Le procédé est sans précédent[^1].

::: essai/necessite
mesure: le portique
sans: [precedents]
titre: Le portique n'est pas nécessaire

:::: application
En l'espèce, chacun est **photographié** ({{ piece("decision") }}).
::::
:::

## Subsidiairement

La suite.

[^1]: Selon l'université.
"""


def test_prose_and_clauses_alternate(case):
    found = case(ARGUMENT)
    headings = [
        (n["c"][0], blocks.plain(n["c"][2]).replace("’", "'"))
        for n in blocks.walk(found.documents[0].blocks)
        if n["t"] == "Header"
    ]
    mine = [
        h
        for h in headings
        if h[1] in ("Sur la légalité interne", "Le portique n'est pas nécessaire", "Subsidiairement")
    ]
    level = mine[0][0]
    assert mine == [
        (level, "Sur la légalité interne"),
        (level + 1, "Le portique n'est pas nécessaire"),
        (level + 1, "Subsidiairement"),
    ]
    text = words(found)
    assert "En l'espèce, chacun est photographié (pièce n° 1)." in text
    assert "va au-delà" not in text
    assert "portique. " not in text  # the precedent
    assert not [p for p in found.problems if p.gravite == "erreur" and "argument.md" in p.place.fichier]
    assert write_document(found.documents[0])[1] == []


def test_a_replaced_block_tells_when_its_clause_changes(case):
    (line,) = told(case(ARGUMENT), "bloc-remplace")
    assert "argument.md:11:1" in line
    version = line.split("sa version, ")[1][:12]
    noted = ARGUMENT.replace(":::: application", f":::: application {version}")
    assert not told(case(noted), "bloc-remplace")
    (line,) = told(case(noted, clause=CLAUSE.replace("limitées", "bornées")), "bloc-remplace")
    assert "a changé depuis" in line


@pytest.mark.parametrize(
    "argument, place, message",
    [
        ("\n::: essai/necessite\nmesure: x\n", "1:1", "jamais fermé"),
        ("\nx\n:::\n", "2:1", "n'est pas ouvert"),
        ("\n::: essai/necesite\nmesure: x\n:::\n", "1:1", "clause inconnue « essai/necesite »"),
        ("\n::: essai/necessite\nmesur: x\n:::\n", "2:8", "paramètre inconnu"),
        ("\n::: essai/necessite\n- x\n:::\n", "2:1", "« clé: valeur » attendu"),
        ("\n::: essai/necessite\nmesure: x\nsans: [x]\n:::\n", "3:8", "n'a pas de bloc « x »"),
        ("\n::: essai/necessite\nmesure: x\n\ny\n:::\n", "4:1", "texte hors d'un bloc"),
        ("\n::: essai/necessite\nmesure: x\n\n:::: reserve\ny\n::::\n:::\n", "5:1", "n'a pas de bloc « reserve »"),
        ("\nx {{ piece('inconnue') }}\n", "1:", "pièce inconnue"),
        ("\n::: essai/necessite\nmesure: [x\n:::\n", "", "YAML illisible"),
    ],
)
def test_a_fault_is_told_at_its_line_of_the_file(case, argument, place, message):
    lines = [str(p) for p in case(argument).problems if "argument.md" in str(p)]
    assert any(f"argument.md:{place}" in line and message in line for line in lines), lines


def test_an_argument_that_is_not_there(case, tmp_path):
    found = case("\nx\n")
    (tmp_path / "case" / "argument.md").unlink()
    found = examine(tmp_path / "case.yaml", tmp_path)
    assert any("introuvable" in line for line in told(found, "prose-absente"))


def test_several_acts_share_one_argument(case):
    """Each in its own register; only the sections named are shared."""
    second = (
        "documents:\n",
        "documents:\n  - modele: plainte-cnil\n    comme: {document: refere-suspension, sections: [moyens]}\n"
        "    roles: {plaignant: asso, mis_en_cause: univ, autorite: cnil}\n"
        "    qualite: [{texte: Elle est concernée.}]\n    demandes: [{texte: Constater.}]\n",
    )
    found = case(ARGUMENT, second)
    complaint = blocks.plain(found.documents[0].blocks)
    assert "Le manquement est établi." in complaint
    assert "Le doute est sérieux." in blocks.plain(found.documents[1].blocks)
    unknown = (second[0], second[1].replace("[moyens]", "[moyen]"))
    assert "vouliez-vous dire « moyens »" in told(case(ARGUMENT, unknown), "section-inconnue")[0]
