"""What a case can say beyond one act against one processing: dates, processings, shared sections, assumed sources."""

import io
import re
import shutil
import zipfile
from pathlib import Path

import pytest
import yaml

from mandats import blocks, readback
from mandats.build import examine, write_document
from mandats.content import Source
from mandats.deposes import plain_text
from mandats.render.cover import page_inputs
from tests.conftest import ROOT

REGISTER = """\
loi-exemple:
  type: texte
  titre: "loi du 2 janvier 2020"
  article: la
  groupe: Lois et codes
  url: "https://www.example.org/loi"
loi-exemple-3:
  type: article
  texte: loi-exemple
  libelle: article 3
  passages: {texte: "Nul ne filme sans loi ni autorisation."}
  vigueur: {depuis: 2024-07-01}
  versions:
    - depuis: 2020-01-02
      jusqu_a: 2024-06-30
      libelle: article 2 bis
      passages: {texte: "Nul ne filme sans loi."}
      verifie: {le: 2026-11-16, lecture: copie}
  verifie: {le: 2026-11-16, lecture: copie}
avis-tombe:
  type: decision
  juridiction: TA Exemple
  date: 2021-03-04
  numeros: ["2100001"]
  groupe: Tribunaux administratifs
  statut: annulee
  alerte: Annulé en appel.
  url: "https://www.example.org/jugement"
  verifie: {le: 2026-11-16, lecture: copie}
"""


@pytest.fixture
def case(tmp_path):
    """`case(old, new, …)`: the small golden case with words changed and a register of its own, as its documents."""
    source = ROOT / "tests" / "golden" / "petit"

    def make(*changes: tuple[str, str], final: bool = False):
        (tmp_path / "clauses" / "sources").mkdir(parents=True, exist_ok=True)
        (tmp_path / "clauses" / "sources" / "exemple.yaml").write_text(REGISTER, "utf-8")
        for folder in ("clauses", "templates"):
            for path in (source / folder).rglob("*") if (source / folder).is_dir() else ():
                if path.is_file():
                    target = tmp_path / path.relative_to(source)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(path.read_bytes())
        text = (source / "case.yaml").read_text("utf-8")
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new, 1)
        (tmp_path / "case.yaml").write_text(text, "utf-8")
        if not (tmp_path / "case").exists():
            (tmp_path / "case").symlink_to(source / "case")
        return examine(tmp_path / "case.yaml", tmp_path, final)

    return make


def words(rendered, notes: bool = True) -> str:
    return blocks.plain(rendered.blocks, notes=notes).replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'")


def moyen(text: str) -> tuple[str, str]:
    """One more short argument in the référé."""
    return "    moyens:\n", f"    moyens:\n      - {{titre: Essai, texte: '{text}'}}\n"


def test_a_source_is_the_version_of_the_day():
    source = Source.model_validate(
        {"type": "article", "texte": "t", "libelle": "article 3", "passages": {"texte": "neuf"}, "vigueur": {"depuis": (
            "2024-07-01"
        )},
         "versions": [{"depuis": "2020-01-02", "jusqu_a": "2024-06-30", "passages": {"texte": "ancien"}}]}
    )  # fmt: skip
    assert [source.on(day).passages["texte"] for day in ("2024-07-01", "2024-06-30", "2020-01-02", "2019-12-31")] == [
        "neuf",
        "ancien",
        "ancien",
        "neuf",
    ]


def test_a_document_quotes_the_wording_of_its_day(case):
    quote = moyen('Selon l"{{ reference("loi-exemple-3") }}, {{ extrait("loi-exemple-3") }}'.replace('l"', "l’"))
    then = words(case(quote).documents[0])
    assert "article 2 bis de la loi" in then
    assert "« Nul ne filme sans loi. »" in then
    now = words(case(quote, ("date: 2022-12-01", "date: 2026-11-16")).documents[0])
    assert "« Nul ne filme sans loi ni autorisation. »" in now


def test_what_was_not_yet_decided_is_left_out(case):
    text = moyen('{% if connue("avis-tombe") %}Le tribunal a statué.{% else %}Aucun juge n’a statué.{% endif %}')
    assert "Le tribunal a statué." in words(case(text).documents[0])
    assert "Aucun juge n'a statué." in words(case(text, ("date: 2022-12-01", "date: 2021-03-03")).documents[0])


def test_a_fallen_source_is_refused_in_support_unless_assumed(case):
    cited = moyen('Un tribunal l’a jugé{{ citation("avis-tombe") }}.')

    def told(found):
        return {(p.id, p.gravite) for p in found.problems if p.chemin == "avis-tombe"}

    assert told(case(cited)) == {("source-annulee", "avertissement")}
    assert told(case(cited, final=True)) == {("source-annulee", "erreur")}
    assumed = ("documents:\n", "assume:\n  avis-tombe: discuté au paragraphe suivant\ndocuments:\n")
    assert told(case(cited, assumed, final=True)) == set()


def test_a_prayer_that_asks_a_question_ends_on_its_mark(case):
    found = case(("    conclusions:\n", "    conclusions:\n      - {texte: 'POSER la question : est-ce licite ?'}\n"))
    refere = next(d for d in found.documents if d.document.template.slug == "refere-suspension")
    assert "est-ce licite ?" in words(refere)
    assert "? ;" not in words(refere)
    table = words(refere).partition("Table")[2]
    assert "L. 761-1 (conclusions)" in table  # asked in the prayers, which have no number


def test_references_are_links_in_both_formats(case):
    found = case(moyen('Un tribunal l’a jugé{{ citation("avis-tombe") }}.'))
    data, differences = write_document(found.documents[0])
    assert differences == []
    assert b"https://www.example.org/jugement" in data["pdf"]
    archive = zipfile.ZipFile(io.BytesIO(data["docx"]))
    targets = "".join(archive.read(n).decode() for n in archive.namelist() if n.endswith(".rels"))
    assert targets.count("https://www.example.org/jugement") >= 1


def test_a_processing_of_its_own_and_shared_sections(case):
    """`vise` changes the processing, `comme` takes the sections, `documents` keeps a fact for one act."""
    second = (
        "\ntraitements:\n  micros: {nom: Oreille, finalite: l'écoute de la rue, responsable: univ, regime: rgpd}\n"
        "documents:\n  - modele: refere-suspension\n    nom: second\n    comme: refere-suspension\n    vise: micros\n"
    )
    text = (ROOT / "tests" / "golden" / "petit" / "case.yaml").read_text("utf-8")
    roles = re.search(r"    roles: .*\n", text)
    assert roles
    party = re.search(r"responsable: (\w+)", text)
    assert party
    found = case(
        ("\ndocuments:\n", second.replace("responsable: univ", f"responsable: {party[1]}") + roles[0]),
        moyen("Voici {{ traitement.nom }}."),
    )
    by_name = {r.document.nom: r for r in found.documents}
    assert "Voici Oreille." in words(by_name["second"])
    assert "Voici Oreille." not in words(by_name["refere-suspension"])
    own = by_name["refere-suspension"].document.traitement.nom
    assert f"Voici {own}." in words(by_name["refere-suspension"])


COMPLAINT = (
    "documents:\n",
    """documents:
  - modele: plainte-cnil
    comme: COMME
    roles: {plaignant: asso, mis_en_cause: univ, autorite: cnil}
    qualite: [{texte: Elle est concernée.}]
    demandes: [{texte: Constater.}]
""",
)


def complaint(comme: str, more: str = "") -> tuple[str, str]:
    """A complaint that takes its arguments from the référé, written before it."""
    return COMPLAINT[0], COMPLAINT[1].replace("COMME", comme) + more


def lines(found, rule: str) -> list[str]:
    return [f"{p.chemin} : {p.message}" for p in found.problems if p.id == rule]


def test_an_act_takes_the_sections_that_both_have_and_says_what_it_leaves(case):
    found = case(complaint("refere-suspension"), moyen("L’argument commun."))
    assert "L'argument commun." in words(found.documents[0])
    assert lines(found, "cle-inconnue") == lines(found, "section-absente") == []
    (left,) = lines(found, "section-laissee")
    assert "recevabilite, urgence, conclusions : laissé" in left
    assert "écrivez sections: [moyens]" in left
    named = case(complaint("{document: refere-suspension, sections: [moyens]}"), moyen("L’argument commun."))
    assert lines(named, "section-laissee") == []
    wrong = case(complaint("{document: refere-suspension, sections: [moyens, urgence]}"))
    assert "n'a pas de section « urgence »" in lines(wrong, "section-inconnue")[0]


def test_an_act_adds_to_what_it_takes_and_leaves_some_of_it(case):
    comme = "{document: refere-suspension, sections: [moyens], sauf: [essai/clause]}"
    found = case(complaint(comme, "    moyens: [{texte: Le sien.}]\n"), moyen("L’argument commun."))
    said = words(found.documents[0])
    assert 0 < said.index("L'argument commun.") < said.index("Le sien.")
    assert [item.clause for item in found.documents[0].document.sections["moyens"]] == [None, None]
    wrong = case(complaint(comme.replace("essai/clause", "essai/clauses")))
    assert "vouliez-vous dire « essai/clause »" in lines(wrong, "clause-inconnue")[0]


def test_an_act_takes_what_the_other_has_itself_taken(case):
    more = "  - modele: plainte-police-justice\n" + COMPLAINT[1].partition("plainte-cnil\n")[2]
    first = complaint("{document: refere-suspension, sections: [moyens]}", more.replace("COMME", "plainte-cnil"))
    found = case(first, moyen("L’argument commun."))
    assert ["L'argument commun." in words(d) for d in found.documents] == [True, True, True, False]
    itself = complaint("plainte-police-justice", more.replace("COMME", "plainte-cnil"))
    assert lines(case(itself), "section-absente")  # a ring gives nothing, and ends


def test_what_differs_by_act_is_told_by_act(case):
    own = """    affaire: Association Exemple c. Éditeur
    intitules: {decision: Décision du 26 octobre 2022}
    habilitation: {asso: {organe: assemblée générale, date: 2022-11-30, piece: statuts}}
"""
    plea = moyen("Elle agit par décision du {{ date(parties.asso.habilitation.date) }}.")
    found = case(complaint("{document: refere-suspension, sections: [moyens]}", own), plea)
    one, other = (words(d) for d in found.documents[:2])
    assert "décision du 30 novembre 2022" in one
    assert "décision du 15 novembre 2022" in other
    assert next(p.titre for p in found.documents[0].document.pieces) == "Décision du 26 octobre 2022"
    assert next(p.titre for p in found.documents[1].document.pieces) == "Décision attaquée"
    heads = [page_inputs(d.document, d.title)["entete_gauche"] for d in found.documents[:2]]
    assert ["Éditeur" in head for head in heads] == [True, False]
    wrong = own.replace("{asso:", "{assos:").replace("{decision:", "{decisions:")
    told = case(complaint("{document: refere-suspension, sections: [moyens]}", wrong))
    assert "documents[0].habilitation.assos" in lines(told, "partie-inconnue")[0]
    assert "documents[0].intitules.decisions" in lines(told, "piece-inconnue")[0]


LETTERS = {
    "droit-acces": ("droits/demande-acces", "rgpd", "vise: le portique", "finalités du traitement"),
    "droit-effacement": ("droits/demande-effacement", "rgpd",
                         "donnees: [l'image], motif: illicite, precision: Rien ne le permet", "meilleurs délais"),
    "droit-opposition": ("droits/demande-opposition", "rgpd",
                         "vise: l'analyse, raisons: [je suis malade]", "Je m'oppose"),
    "acces-fichier-police": ("droits/demande-acces-police", "police-justice", "fichier: le fichier", "données et"),
}  # fmt: skip


@pytest.mark.parametrize("modele", LETTERS)
def test_a_letter_asks_once_and_in_one_voice(case, modele):
    """With the clause that asks everything, the letter's own words do not ask it again."""
    clause, regime, given, asked = LETTERS[modele]
    motifs = "    motifs: [{texte: Voici pourquoi.}]\n" if "fichier" not in modele and "acces" not in modele else ""
    letter = f"""documents:
  - modele: {modele}
    roles: {{demandeur: asso, destinataire: univ}}
    precisions: [{{texte: Le 3 mars.}}]
{motifs}    demandes:
      - clause: {clause}
        avec: {{{given}}}
"""
    found = case(("documents:\n", letter), ("regime: rgpd", f"regime: {regime}"))
    assert [str(p) for p in found.problems if p.chemin.startswith("documents[0]") and p.gravite == "erreur"] == []
    said = words(found.documents[0])
    assert said.count(asked) == 1
    assert said.count("un mois") <= 1
    assert "personne signataire" not in said and "l vous est demandé" not in said
    without = words(case(("documents:\n", letter.partition("    demandes")[0])).documents[0])
    assert "e vous demande" in without or "m'oppose" in without


def test_the_boxes_of_the_mandate_are_what_the_complaint_says(case):
    grounds = ("  regime: rgpd\n", "  regime: rgpd\n  rattachements: [l'inscription à un examen, la location]\n")
    qualite = "[{clause: plainte/personnes-concernees, avec: {declaration: decision}}]"
    pleaded = complaint("{document: refere-suspension, sections: [moyens]}")[1].replace(
        "[{texte: Elle est concernée.}]", qualite
    )
    found = case(grounds, (COMPLAINT[0], pleaded))
    assert "– l'inscription à un examen" in words(found.documents[0]) or "l'inscription à un examen ;" in words(
        found.documents[0]
    )
    form = next(d for d in found.documents if d.document.template.slug == "mandat")
    lines = [
        said.replace("’", "'").replace("\u202f", " ")
        for _, said in readback.read_docx(write_document(form)[0]["docx"]).lines
    ]
    boxes = [line.partition("\t")[2] for line in lines if line.startswith("□")]
    assert boxes[1:3] == ["en raison de l'inscription à un examen ;", "en raison de la location."]
    assert boxes[0].startswith("J'ai dix-huit ans")  # in section 1: to tick it alone declares nothing
    at = [i for i, line in enumerate(lines) if line.startswith(("□\tJ'ai dix-huit", "2. Qui", "9. Déclaration"))]
    assert at == sorted(at)


def test_a_complaint_written_like_another_gives_the_mandate_its_grounds():
    found = examine(Path("cases/gafam.yaml"), ROOT).documents
    grounds = {d.document.nom: d.document.rattachements for d in found if d.document.template.slug == "mandat"}
    assert len(grounds) == 2 and len(set(grounds.values())) == 1 and all(grounds.values()), grounds


def test_a_template_may_cite_in_the_text():
    from mandats.bibliotheque.exemple import render_example
    from tests.test_content import LIBRARY

    clause = LIBRARY.clauses["rgpd/minimisation"]
    in_notes, in_text = (render_example(clause, LIBRARY, "plainte", citations=how)[0] for how in ("notes", "texte"))
    notes = [n for n in blocks.walk(in_notes.blocks) if n["t"] == "Note"]
    assert len(notes) > 3
    assert not [n for n in blocks.walk(in_text.blocks) if n["t"] == "Note"]
    assert words(in_text).count(" (CJUE, ") >= 1


def test_many_parties_are_named_by_the_first():
    from mandats.bibliotheque.exemple import example_case
    from mandats.render.sandbox import du, le

    party = example_case().case.parties["requerant"]
    others = [party.model_copy(update={"nom": f"Association {i}", "article": "aucun"}) for i in range(4)]
    assert le(others[:3]) == "Association 0, Association 1 et Association 2"
    assert le(others) == "Association 0 et autres"
    assert du(others) == "de Association 0 et autres" or du(others) == "d'Association 0 et autres"


def test_a_long_reading_is_the_same_in_both_formats_for_a_letter():
    found = examine((ROOT / "cases" / "cannes.yaml").relative_to(ROOT), ROOT)
    letter = next(r for r in found.documents if r.document.nom.startswith("demande"))
    data, differences = write_document(letter)
    assert differences == []
    assert "Objet" in " ".join(line for _, line in readback.read_pdf(data["pdf"]).lines)


def test_a_source_in_a_branch_not_printed_is_declared_too(case, tmp_path):
    clause = tmp_path / "clauses" / "perso" / "essai.md"
    clause.parent.mkdir(parents=True)
    clause.write_text(
        "---\ntitre: Essai\ncause: interne\nregimes: [rgpd]\nregistres: {refere-suspension: Oui.}\n---\n"
        '{% if regime == "renseignement" %}\nVoir{{ citation("loi-exemple-3") }}.\n{% endif %}\n\n{{ consequence }}\n',
        "utf-8",
    )
    found = case(("    moyens:\n", "    moyens:\n      - clause: perso/essai\n"))
    assert [p.chemin for p in found.problems if p.id == "source-non-declaree"] == ["loi-exemple-3"]


def test_an_adverse_argument_is_announced_in_french(case):
    adverse = (
        "arguments_adverses:\n"
        "  - {cle: a, auteur: univ, these: aucune image n'est gardée, ou: p. 4, piece: fond, reponse: [{texte: Elles "
        "le sont.}]}\n"
        "  - {cle: b, auteur: univ, these: le logiciel aide, reponse: [{texte: Il décide.}]}\n"
        "documents:\n  - {modele: memoire-replique, roles: {requerant: asso, defendeur: univ, juridiction: ta}, "
        "instance: {numero: 2200001}}\n"
    )
    replique = next(r for r in case(("documents:\n", adverse)).documents if r.document.nom == "memoire-replique")
    text = words(replique)
    assert "L'université Exemple soutient qu'aucune image n'est gardée (pièce n° 2, p. 4)." in text
    assert "L'université Exemple soutient que le logiciel aide." in text
    assert text.index("Elles le sont.") < text.index("Il décide.")


def test_a_note_puts_the_text_before_the_judgment(case):
    found = case(moyen('Voir{{ citation(["avis-tombe"], ["loi-exemple-3"]) }}.'))
    notes = [
        words_of
        for n in blocks.walk(found.documents[0].blocks)
        if n["t"] == "Note" and "TA Exemple" in (words_of := blocks.plain(n["c"]))
    ]
    assert len(notes) == 1
    text = notes[0].replace("\u00a0", " ")
    assert text.index("Article 2 bis") < text.index("TA Exemple")


def test_a_piece_is_cited_where_no_bordereau_stands(case):
    """Filed before, it keeps its number; a link to what the document lacks is its words alone.

    typst refuses a link that leads nowhere.
    """
    note = (
        "documents:\n  - {modele: note-en-delibere, roles: {requerant: asso, destinataire: ta}, instance: {numero: "
        "2200001}, jointes: [statuts], "
        'elements: [{texte: \'Le logiciel demeure ({{ piece("decision") }} ; {{ piece("statuts") }}).\'}]}\n'
    )
    found = case(("documents:\n", note))
    made = next(r for r in found.documents if r.document.nom == "note-en-delibere")
    assert "Le logiciel demeure (pièce n° 1 ; pièce n° 3)." in words(made)
    assert [n["c"][2][0] for n in blocks.walk(made.blocks) if n["t"] == "Link" and n["c"][2][0].startswith("#")] == [
        "#piece-3"
    ]
    assert "Décision" not in words(made).partition("Pièces jointes")[2]
    assert "Les autres pièces citées, déjà produites, gardent leur numéro." in words(made)
    assert write_document(made)[1] == []
    wrong = case(("documents:\n", note.replace("jointes: [statuts]", "jointes: [statut]")))
    assert any(p.id == "piece-inconnue" and "vouliez-vous dire « statuts »" in p.message for p in wrong.problems)


@pytest.mark.parametrize(
    "typed",
    (
        '"n° " ~ requerant.siren', '[requerant.siren, "a"] | enumeration', '[requerant.siren, "a"] | join(", ")',
        '["a", requerant.siren] | le', "requerant.siren[0]", "[requerant.siren, 3]", "piece(requerant.siren)",
        "pieces(requerant.siren)", '"a" ~ [requerant.siren, "b"] | enumeration',
    ),
)  # fmt: skip
def test_a_missing_value_is_a_blank_whatever_it_is_joined_to(case, typed):
    found = case(("    moyens:\n", f"    moyens:\n      - {{titre: Essai, texte: '{{{{ {typed} }}}}'}}\n"), final=True)
    assert not found.documents or "[à compléter : " in words(found.documents[0])
    assert "blanc" in {p.id for p in found.problems} and not any(" object" in str(p) for p in found.problems)


@pytest.mark.parametrize(
    "typed, told",
    (
        ("piece([decision])", "il manque la clé d'une pièce"), ("citation(3)", "il manque la clé d'une source"),
        ("decision | le", "ce n'est pas un texte"), ('"a" ~ decision', "ce n'est pas un texte"),
        ('"2022-13" | date', "une date s'écrit"), ("traitement.donnees[99]", "nom inconnu « 99 »"),
        ('"a" + decision', "expression impossible (TypeError)"),
    ),
)  # fmt: skip
def test_what_is_no_text_is_said_in_french(case, typed, told):
    problems = case(("    moyens:\n", f"    moyens:\n      - {{titre: Essai, texte: '{{{{ {typed} }}}}'}}\n")).problems
    assert [p for p in problems if told in p.message] and not [p for p in problems if "object" in p.message]


@pytest.mark.parametrize(
    ("representant", "said"),
    [
        ("{qualite: sa maire}", "Madame la Maire,"),
        ("{qualite: son maire}", "Monsieur le Maire,"),
        ("{qualite: maire}", "Madame la Maire, Monsieur le Maire,"),
        ("null", "Madame la Maire, Monsieur le Maire,"),
    ],
)
def test_a_letter_greets_the_mayor_that_the_case_names(tmp_path, representant, said):
    text = (ROOT / "tests" / "bad" / "adm-03" / "case.yaml").read_text("utf-8").replace("type: autre", "type: commune")
    text = text.replace('75007 Paris"}', f'75007 Paris", represente_par: {representant}}}')
    (tmp_path / "lettre.yaml").write_text(text, "utf-8")
    (letter,) = examine(tmp_path / "lettre.yaml", ROOT).documents
    lines = blocks.plain(letter.blocks).replace("\u00a0", " ").splitlines()
    assert said in [line.strip() for line in lines]


def test_a_document_asked_for_alone_is_judged_alone(tmp_path, mandats):
    shutil.copytree(ROOT / "cases" / "gafam", tmp_path / "gafam")
    case = tmp_path / "gafam.yaml"
    shutil.copy(ROOT / "cases" / "gafam.yaml", case)
    (tmp_path / "gafam" / "pieces" / "17-parcours-linkedin.pdf").unlink()

    def errors(*only: str) -> set[str]:
        return {p.id for p in examine(case, ROOT, only=only).errors}

    assert errors() == errors("plainte-linkedin") == {"piece-absente"}  # one whose pièce it is
    assert errors("mandat-google-vierge") == errors("plainte-google") == set()  # a form, and an act that lists its own
    sketch = case.read_text("utf-8").replace("etat-mandats, conditions-linkedin, parcours-linkedin]", "inconnue]")
    case.write_text(sketch, "utf-8")
    assert "piece-inconnue" in errors() and "piece-inconnue" not in errors("mandat-google-vierge")
    done = mandats("publiposter", "vierge", case, "--sortie", tmp_path / "s")
    assert done.returncode == 0, done.stderr  # the form comes first, the complaints are sketches
    assert len([*(tmp_path / "s" / "gafam").iterdir()]) == 3  # in a folder that no other campaign writes to


SKETCHES = {
    "no roles": lambda order: order.pop("roles"),
    "no template": lambda order: order.update(modele=None),
    "unknown key": lambda order: order.update(rolles={"a": "b"}),
    "wrong value": lambda order: order.update(date="demain"),
    "unknown template": lambda order: order.update(modele="plaintes"),
    "own template": lambda order: order.update(modele="mien"),
    "unknown clause": lambda order: order.update(demandes=[{"clause": "rgpd/xx"}]),
    "own clause": lambda order: order.update(demandes=[{"clause": "a/b"}]),
    "unreadable prose": lambda order: order.update(demandes=[{"prose": "mal.md"}]),
    "unreadable argument": lambda order: order.update(demandes="mal.md"),
    "no prose": lambda order: order.update(demandes=[{"prose": "absente.md"}]),
    "broken text": lambda order: order.update(demandes=[{"texte": "{{ piece('zz') }} {{ x"}]),
    "no state": lambda order: order.update(mandants={"etat": "absent.json"}),
    "no pièces": lambda order: None,
}


@pytest.mark.parametrize("sketch", SKETCHES)
def test_a_mandate_is_made_while_the_complaint_is_a_sketch(sketch, tmp_path, mandats):
    """Whatever is wrong in the complaint stops the complaint alone."""
    made = yaml.load((ROOT / "tests" / "bad" / "mand-06" / "case.yaml").read_text("utf-8"), yaml.BaseLoader)
    complaint, _ = made["documents"]
    complaint["nom"] = "plainte"
    SKETCHES[sketch](complaint)
    (tmp_path / "case").mkdir()  # and no folder of pièces
    (tmp_path / "case" / "mal.md").write_bytes(b"\xff\xfe\x00x")
    for name, text in (("templates/mien/template.yaml", "titre: x\n"), ("clauses/a/b.md", "---\ntitre: [\n---\n")):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "case.yaml").write_text(yaml.safe_dump(made, allow_unicode=True), "utf-8")
    assert examine(tmp_path / "case.yaml", tmp_path, only=["plainte"]).errors
    assert len(examine(tmp_path / "case.yaml", tmp_path, only=["mandat"]).documents) == 1
    assert [str(p) for p in examine(tmp_path / "case.yaml", tmp_path, only=["mandat"]).errors] == []
    done = mandats("publiposter", "vierge", "case.yaml", "--sortie", "s", cwd=tmp_path)
    assert done.returncode == 0 and [*(tmp_path / "s").rglob("*.pdf")], done.stderr


@pytest.mark.parametrize("wrong", [{"clause": "rgpd/xx"}, {"prose": "absente.md"}, {"titre": 3, "texte": []}])
def test_what_is_wrong_in_a_section_is_told_of_the_document_that_takes_it(wrong, tmp_path):
    made = yaml.load((ROOT / "tests" / "bad" / "section-laissee" / "case.yaml").read_text("utf-8"), yaml.BaseLoader)
    lender, borrower = made["documents"]
    assert borrower["comme"]
    lender["moyens"] = [wrong]
    (tmp_path / "case.yaml").write_text(yaml.safe_dump(made, allow_unicode=True), "utf-8")
    found = examine(tmp_path / "case.yaml", ROOT, only=["intervention"]).errors
    assert any(p.chemin.startswith("documents[0].moyens") for p in found), [str(p) for p in found]


@pytest.mark.parametrize(
    ("court", "words"),
    [("Conseil d’État", "PLAISE AU CONSEIL D’ÉTAT"), ("Cour administrative d'appel de Lyon", "PLAISE À LA COUR"),
     ("Tribunal administratif de Nice", "PLAISE AU TRIBUNAL"), ("cour d'appel de Lyon", "PLAISE À LA COUR")],
)  # fmt: skip
def test_an_act_speaks_to_the_court_that_is_seized(court, words, tmp_path):
    """Whatever the letters its name is written with."""
    case = yaml.safe_load((ROOT / "cases" / "moirans.yaml").read_text("utf-8"))
    case["documents"] = [d for d in case["documents"] if d["modele"] == "requete-rep"]
    seized = case["documents"][0]["roles"]["juridiction"]
    case["parties"][seized]["nom"] = court
    (tmp_path / "case.yaml").write_text(yaml.safe_dump(case, allow_unicode=True), "utf-8")
    (shown,) = examine(tmp_path / "case.yaml", ROOT).documents
    assert words in [line.strip() for line in plain_text(shown).splitlines()]


@pytest.mark.parametrize("how", ["devient: |-\n", "devient: |-\n          Mot^[", "ajoute: |-\n"])
def test_what_a_retouche_quotes_is_looked_up(tmp_path, how):
    """In what it says instead, in a note that it adds, in a paragraph that it adds."""
    case = tmp_path / "cada-commune.yaml"
    shutil.copytree(ROOT / "cases" / "cada-commune", tmp_path / "cada-commune")
    said = "« Toute demande envoyée à l'administration fait l'objet d'un accusé de réception »"
    words = f"{how}{said}]" if how.endswith("[") else f"{how}          {said}"
    source = (ROOT / "cases" / "cada-commune.yaml").read_text("utf-8")
    told = f"    retouches:\n      - texte: Je vous prie d'agréer\n        {words}\n"
    case.write_text(re.sub(r"(  - modele: demande-cada\n)", rf"\1{told}", source), "utf-8")
    found = examine(case, tmp_path, only=["demande-cada"])
    assert "citation-inexacte" in [p.id for p in found.problems]
