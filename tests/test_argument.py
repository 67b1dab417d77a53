"""Blocks of a clause, and what drops or replaces them; an argument written as one Markdown file."""

import re
import shutil

import pytest

from mandats import blocks, readback
from mandats.build import examine, write_document
from mandats.document import CONTEXT
from mandats.load.library import load_clause
from mandats.parts import assemble, read_parts
from mandats.render import plan
from mandats.render.plan import context
from mandats.render.scribe import Scribe
from tests.conftest import ROOT


def read_clause(path: str):
    return load_clause(path.removeprefix("clauses/").removesuffix(".md"), ROOT / path, ROOT)[0]


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


def test_a_heading_goes_with_what_stood_below():
    """« ## A, ## B, ### C, words, ## D »: of what a dropped block left, B and C are still filled."""
    words = blocks.para([blocks.text("mots")])
    nodes = [blocks.heading(n, [blocks.text(t)]) for n, t in ((2, "A"), (2, "B"), (3, "C"))]
    kept = plan._headed([*nodes, words, blocks.heading(2, [blocks.text("D")])])
    assert [blocks.plain(n).strip() for n in kept] == ["B", "C", "mots"]


def test_an_unknown_block_is_told_where_it_is_written(case):
    found = case("{clause: essai/necessite, avec: {mesure: x}, sans: [precedants]}")
    (line,) = told(found, "bloc-inconnu")
    assert "documents[0].moyens[0].sans[0]" in line
    assert "vouliez-vous dire « precedents »" in line


def test_a_long_quotation_and_a_precedent_are_given_once(case):
    """The second time, a quotation that stands apart is shortened; both are told, unless the case assumes it."""
    quoting = CLAUSE.replace(
        ":::\n::: precedent ta-visages", '\nAinsi :\n\n{{ norme("rgpd-35-1") }}\n\n:::\n::: precedent ta-visages'
    )
    twice = f"{ONE}\n      - {ONE}"
    found = case(twice, clause=quoting)
    assert words(found).count("Lorsqu'un type de traitement") == 2
    assert words(found).count("[…] » (passage cité plus haut)") == 1
    lines = told(found, "source-repetee")
    assert [line.split(" · ")[1].split(" ")[0] for line in lines] == ["rgpd-35-1", "ta-visages"]
    assert all("case.yaml:48:18" in line and "case.yaml:47:18" in line for line in lines), lines
    assumed = ("\nparties:", "\nassume: {rgpd-35-1: voulu, ta-visages: voulu}\nparties:")
    assert not told(case(twice, assumed, clause=quoting), "source-repetee")
    assert not told(case(ONE, clause=quoting), "source-repetee")


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
        ("  :::\u00a0a\nx", 1, "jamais fermé"),
        ("```\n:::\n```\n\n:::\tb\nx", 5, "jamais fermé"),
        ("```\n::: a\nx", 2, "jamais fermé"),  # code that nothing closes hides nothing
    ],
)
def test_a_bad_fence_is_told_at_its_line(case, body, line, message):
    (found,) = read_parts(body)[1]
    assert found[0] == line
    assert message in found[1]
    (told_line,) = told(case(ONE, clause=CLAUSE.split("::: premisses")[0] + body), "clause-bloc")
    assert f"necessite.md:{CLAUSE[: CLAUSE.index('::: premisses')].count(chr(10)) + line}:" in told_line


@pytest.mark.parametrize(
    "condition, message",
    [
        ("si remedes", "vouliez-vous dire « remede »"),
        ("sauf defence", "vouliez-vous dire « defense »"),
        ("si traitement.finalites", "clé inconnue « finalites » (vouliez-vous dire « finalite » ?)"),
        ("si decision.auteur.natur", "clé inconnue « natur »"),
        ("si remede.nom", "clé inconnue « nom »"),
        ("si justification=silences", "mot inconnu (vouliez-vous dire « silence » ?)"),
        ("si organisme=publique", "mot inconnu (vouliez-vous dire « public » ?)"),
        ("si traitement.collecte=tiers", "mot inconnu"),
    ],
)
def test_a_condition_that_no_case_can_meet_is_told_at_load(case, condition, message):
    """Also in a block of another regime, which this case never renders."""
    block = f"::: preuve police-justice {condition}\nx\n:::\n\n{{{{ consequence }}}}"
    (line,) = told(case(ONE, clause=CLAUSE.replace("{{ consequence }}", block)), "clause-bloc")
    assert f"« {condition}" in line
    assert message in line


@pytest.mark.parametrize(
    "condition",
    [
        "si remede", "sauf justification", "si justification=admet", "si defense", "si organisme=prive", "si ajout",
        "si traitement.responsable.type=etat", "si traitement.biometrique", "si decision.auteur.organisme=public",
        "si document.instance.memoire_adverse", "si intervenant", "si plaignant.nom", "si regime=rgpd",
    ],
)  # fmt: skip
def test_a_condition_reads_parameters_the_case_roles_and_what_the_clause_computes(case, condition):
    block = "{% set ajout = 1 %}\n" + f"::: preuve police-justice {condition}\nx\n:::\n\n{{{{ consequence }}}}"
    assert not told(case(ONE, clause=CLAUSE.replace("{{ consequence }}", block)), "clause-bloc")


def test_every_text_sees_what_conditions_may_read(case):
    document = case(ONE).documents[0].document
    scribe = Scribe(document)
    header = document.template.header
    assert {*context(document, scribe)} - {*scribe.functions(), *header.all_roles} == {*CONTEXT}


def test_a_block_written_several_times_is_replaced_once(case):
    several = CLAUSE.replace("::: preuve justif", "::: x justif") + "::: application\nEncore.\n:::\n"
    other = "{clause: essai/necessite, avec: {mesure: x, remede: Un badge}, remplace: {application: Mon texte.}}"
    found = case(other, clause=several)
    assert words(found).count("Mon texte.") == 1
    assert "badge" not in words(found)
    assert "Encore" not in words(found)
    (line,) = told(found, "bloc-remplace")
    assert "elle en a 3, votre texte vaut pour tous" in line


def test_a_position_is_never_asked_for():
    taken = read_clause("clauses/rgpd/minimisation.md").header.parametres["insuffisance"]
    assert taken.type == "position"
    assert taken.facultatif


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


WRITTEN = """
# Premier

Un mot[^1], l'{{ reference("cja-l521-1") }}, la {{ piece("decision") }}.

| Donnée | Durée |
|---|---|
| le visage | un an |

> Ce qu'écrit le responsable.

::: essai/necessite
mesure: le portique

:::: application
En l'espèce, **tout**[^2] est vu ({{ piece("decision", "p. 2") }}).
::::
:::

## Second

Fin[^2].

[^1]: Première note.
[^2]: Note partagée.
"""


def test_what_a_file_says_stands_in_both_formats(case):
    found = case(WRITTEN)
    assert not [str(p) for p in found.problems if p.gravite == "erreur" and "argument.md" in p.place.fichier]
    files, problems = write_document(found.documents[0])  # which compares the words of both
    assert problems == []
    for read, kind in ((readback.read_docx, "docx"), (readback.read_pdf, "pdf")):
        words = " ".join(line for _, line in read(files[kind]).lines).replace("\u00a0", " ").replace("’", "'")
        for said in (
            "article L. 521-1",
            "le visage",
            "Ce qu'écrit le responsable.",
            "est vu (pièce n° 1, p. 2)",
            "Second",
        ):
            assert said in words, (kind, said)
        assert sum("Note partagée." in note for note in read(files[kind]).notes) == 2, kind


def test_a_clause_may_leave_the_heading_above_it(case):
    """« ::: # » is the rank of its own title, and the next clauses take it too."""
    one = "\n::: {}essai/necessite\nmesure: le portique\ntitre: {}\n:::\n"
    text = (
        "\n# Premier\n\nDe la prose.\n"
        + one.format("", "Dessous")
        + one.format("# ", "Deuxième")
        + one.format("", "Suite")
    )
    found = case(text)
    heads = {blocks.plain(n["c"][2]): n["c"][0] for n in blocks.walk(found.documents[0].blocks) if n["t"] == "Header"}
    level = heads["Premier"]
    assert [heads[t] - level for t in ("Dessous", "Deuxième", "Suite")] == [1, 0, 0]


def test_a_replaced_block_tells_when_its_clause_changes(case):
    (line,) = told(case(ARGUMENT), "bloc-remplace")
    assert "argument.md:10:6" in line
    version = line.split("sa version, ")[1][:12]
    noted = ARGUMENT.replace(":::: application", f":::: application {version}")
    assert not told(case(noted), "bloc-remplace")
    (line,) = told(case(noted, clause=CLAUSE.replace("va au-delà", "passe la mesure")), "bloc-remplace")
    assert "a changé depuis" in line
    assert line.endswith(
        "elle dit à présent : « En l'espèce, {{ mesure }} passe la mesure. {{ remede }} y suffit. » [bloc-remplace]"
    )


@pytest.mark.parametrize(
    "argument, place, message",
    [
        ("\n::: essai/necessite\nmesure: x\n", "1:1", "jamais fermé"),
        ("\nx\n:::\n", "2:1", "n'est pas ouvert"),
        ("\n::: essai/necesite\nmesure: x\n:::\n", "1:5", "clause inconnue « essai/necesite »"),
        ("\n::: essai/necessite\nmesur: x\n:::\n", "2:8", "paramètre inconnu"),
        ("\n::: essai/necessite\n- x\n:::\n", "2:1", "« clé: valeur » attendu"),
        ("\n::: essai/necessite\nmesure: x\nsans: [x]\n:::\n", "3:8", "n'a pas de bloc « x »"),
        ("\n::: essai/necessite\nmesure: x\n\ny\n:::\n", "4:1", "texte hors d'un bloc"),
        ("\n::: essai/necessite\nmesure: x\n\n:::: reserve\ny\n::::\n:::\n", "4:6", "n'a pas de bloc « reserve »"),
        ("\nx {{ piece('inconnue') }}\n", "1:", "pièce inconnue"),
        ("\n::: essai/necessite\nmesure: [x\n:::\n", "", "YAML illisible"),
        ("\n::: essai/necessite mesure: x\n:::\n", "1:21", "chaque valeur a sa ligne"),
        ("\n::: essai/necessite\n\tmesure: x\n:::\n", "2:1", "tabulation"),
        ("\n::: essai/necessite\nmesure: x\n\n:::: application 12345\ny\n::::\n:::\n", "4:1", "douze chiffres"),
        (
            "\n::: essai/necessite\nmesure: x\n\n:::: preuve\ny\n::::\n:::: preuve\nz\n::::\n:::\n",
            "7:1",
            "déjà remplacé",
        ),
    ],
)
def test_a_fault_is_told_at_its_line_of_the_file(case, argument, place, message):
    lines = [str(p) for p in case(argument).problems if "argument.md" in str(p)]
    assert any(f"argument.md:{place}" in line and message in line for line in lines), lines


SHAPES = {
    "windows": lambda text: "\ufeff" + text.replace("\n", "\r\n"),
    "mac": lambda text: text.replace("\n", "\r"),
    "insécables": lambda text: re.sub("(:::|#|mesure:) ", "\\1\u00a0", text),
    "tabulations": lambda text: text.replace("::: ", ":::\t").replace("# ", "#\t"),
    "retrait": lambda text: text.replace("\n:::", "\n  :::").replace("\n#", "\n #"),
    "fins de ligne": lambda text: text.replace("\n", " \u00a0\n"),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_what_editors_do_to_a_file_changes_nothing(case, tmp_path, shape):
    made = words(case(ARGUMENT))
    for path in (tmp_path / "case" / "argument.md", tmp_path / "clauses" / "essai" / "necessite.md"):
        kept = path.read_text("utf-8")
        head, body = kept.rsplit("---\n", 1) if path.stem == "necessite" else ("", kept)
        front = SHAPES[shape](head + "---\n") if head and shape in ("windows", "mac") else head and head + "---\n"
        path.write_bytes((front + SHAPES[shape](body).removeprefix("\ufeff" if front else "")).encode())
        found = examine(tmp_path / "case.yaml", tmp_path)
        assert words(found) == made
        assert [p for p in found.problems if p.gravite == "erreur" and ".md" in p.place.fichier] == []
        path.write_text(kept, "utf-8")


def test_a_fence_shown_as_code_is_no_fence(case):
    shown = "\nOn écrit :\n\n```\n::: rgpd/minimisation\n# Titre\n:::\n```\n\nla suite est à l'article 5.\n"
    found = case(shown)
    assert not told(found, "argument", "clause-inconnue")
    assert "::: rgpd/minimisation" in blocks.plain(found.documents[0].blocks)


LONG = "Le responsable a choisi ce procédé sans le comparer à aucun autre. " * 12


@pytest.mark.parametrize(
    "argument, lines",
    [
        (f"\n# Titre\n\n{LONG}\n\n::: essai/necessite\nmesure: x\n:::\n", []),  # leads to a clause
        (f"\n::: essai/necessite\nmesure: x\n:::\n\n{LONG}\n", []),  # goes on after one
        ("\n# Titre\n\nDeux moyens sont soutenus.\n\n## Un\n\nSelon l'article 5, tout est dit.\n", []),
        (f"\n# Titre\n\n{LONG}\n", ["1"]),
        (f"\n::: essai/necessite\nmesure: x\n:::\n\n# Second titre\n\n{LONG}\n", ["4"]),
    ],
)
@pytest.mark.parametrize("model, id", [("rep", "GEN-27"), ("plainte-cnil", "CNIL-06")])
def test_prose_is_asked_for_a_norm_only_where_it_is_the_whole_argument(case, argument, lines, model, id):
    changes = {
        "rep": [("modele: refere-suspension", "modele: requete-rep")],
        "plainte-cnil": [
            ("modele: refere-suspension", "modele: plainte-cnil"),
            ("roles: {", "roles: {plaignant: asso, mis_en_cause: univ, autorite: univ, "),
        ],
    }[model]
    found = case(argument, *changes)
    assert [line.split(":")[1] for line in told(found, id) if "norme" in line or "article" in line] == lines


def test_a_clause_put_where_it_used_to_stand_still_opens(case):
    moved = CLAUSE.replace("cause: interne\n", "cause: interne\ncause_anterieure: urgence\n")
    old = ("    urgence: [", f"    urgence: [{ONE}, ")
    assert "n'a plus sa place dans urgence" in told(case(ONE, old, clause=moved), "clause-deplacee")[0]
    assert not told(case(ONE, old, clause=moved), "clause-mal-placee")
    assert "n'a pas sa place" in told(case(ONE, old), "clause-mal-placee")[0]
    assert read_clause("clauses/refere/doute-serieux.md").header.cause_anterieure == "urgence"


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
