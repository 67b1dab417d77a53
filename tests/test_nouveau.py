"""`mandats nouveau`: for each document, a case an editor accepts, that lists its blanks, and builds once filled."""

import json
import re
import shutil

import jsonschema
import pytest
import yaml

from mandats import readback
from mandats.api import paste_clause
from mandats.load.edit import LONGEST
from mandats.load.library import load_library, load_templates
from mandats.scaffold import scaffold
from tests.conftest import PIECE, ROOT
from tests.test_schema import SCHEMAS, ordinary

TEMPLATES, _ = load_templates(ROOT)
# A blank, or what follows from one: no file yet, an argument without its answer, nothing yet to cite.
EXPECTED = {
    "a-completer",
    "piece-absente",
    "argument-sans-reponse",
    "piece-non-citee",
    "fait-sans-piece",
    "blanc",
    "source-alerte",
}


@pytest.mark.one_in(6)
@pytest.mark.parametrize("slug", sorted(TEMPLATES))
def test_each_document_can_be_begun(slug, tmp_path, mandats):
    assert mandats("nouveau", "mon-cas.yaml", "--modele", slug, cwd=tmp_path).returncode == 0
    text = (tmp_path / "mon-cas.yaml").read_text("utf-8")
    jsonschema.validate(ordinary(text), SCHEMAS["case"])
    done = mandats("verifier", "mon-cas.yaml", "--json", cwd=tmp_path)
    told = json.loads(done.stdout)["problemes"]
    formal = re.compile(r"^[A-Z]+-\d+$")  # what a formal rule asks for is not filled in either
    assert [p for p in told if p["regle"] not in EXPECTED and not formal.match(p["regle"])] == []
    lines = text.splitlines()
    written = {i: line for i, line in enumerate(lines, 1) if not line.lstrip().startswith("#")}
    argument = tmp_path / "mon-cas" / "argument.md"
    found = {p["ligne"] for p in told if p["regle"] == "a-completer" and p["fichier"] == "mon-cas.yaml"}
    asked = {p["ligne"] for p in told if p["regle"] == "a-completer" and p["fichier"] != "mon-cas.yaml"}
    prose = argument.read_text("utf-8").splitlines() if argument.exists() else []
    assert asked == {i for i, line in enumerate(prose, 1) if "[à compléter" in line}
    assert all(len(line) <= LONGEST for line in [*lines, *prose])
    assert found >= {i for i, line in written.items() if '"[à compléter' in line}
    assert all('"[à compléter' in lines[i - 1] or ": null" in lines[i - 1] for i in found)
    assert mandats("construire", "mon-cas.yaml", "--final", cwd=tmp_path).returncode == 1
    assert not (tmp_path / "sortie").exists()


LINE = re.compile(
    r"^(?P<file>.+?):(?P<line>\d+):(?P<column>\d+) · (?P<path>\S+) : (?:avertissement, )?(?P<words>.+) "
    r"\[(?P<rule>[\w-]+)\]$"
)
ASKED = ("demande-cada", "plainte-cnil", "droit-acces", "lettre-maire", "refere-suspension", "acces-fichier-police")


def obey(case, told: str) -> int:
    """Do what each line says, as someone who knows nothing else would; how many were obeyed."""
    rows = [row for row in told.splitlines() if LINE.match(row)]
    files = dict.fromkeys(LINE.match(row)["file"] for row in rows)
    return sum(obey_in(case, case.parent / file, [r for r in rows if LINE.match(r)["file"] == file]) for file in files)


def obey_in(case, file, rows) -> int:
    """The same, of the lines told of one file: the case, or its argument."""
    lines = file.read_text("utf-8").splitlines()
    done = 0
    for row in reversed(rows):  # two blanks of one line: the second first, so that columns stay true
        said = LINE.match(row)
        words, at = said["words"], int(said["line"]) - 1
        if said["rule"] == "a-completer":
            # The example it gives; else the question, which is a sentence like another.
            question = re.sub(r" \(dans [^()]*\)$", "", words.removeprefix("à compléter : "))
            answer = question.partition("ex. : ")[2] or question
            if file == case:
                written = lines[at].index('"[à compléter', int(said["column"]) - 1)
                end = lines[at].index(']"', written) + 2
                answer = json.dumps(answer, ensure_ascii=False)
            else:
                written = int(said["column"]) - 1
                assert lines[at][written:].startswith("[à compléter")
                end = lines[at].index("]", written) + 1
            lines[at] = lines[at][:written] + answer + lines[at][end:]
        elif said["rule"] == "piece-absente":
            folder = case.parent / re.search(r"cherché dans (.+?)/\)", words)[1]
            (folder / re.search(r"fichier: (\S+)", lines[at])[1]).write_bytes(PIECE)
        elif said["rule"] == "nom-contredit" and "écrivez" in words:
            for wanted in re.findall(r"« (\w+): (\S+) »", words):
                row = next(i for i in range(at - 3, at + 3) if lines[i].lstrip().startswith(wanted[0] + ":"))
                lines[row] = re.sub(r":.*", f": {wanted[1]}", lines[row], count=1)
        else:
            continue
        done += 1
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return done


@pytest.mark.parametrize("slug", ASKED)
def test_the_messages_alone_lead_to_a_final_document(slug, tmp_path, mandats):
    """The stranger's path, in an empty folder: begin, obey `verifier`, build; three round trips at most."""
    begun = mandats("nouveau", "--modele", slug, cwd=tmp_path)
    assert begun.returncode == 0, begun.stderr
    case = tmp_path / f"{slug}.yaml"
    trips = 1
    while obey(case, (done := mandats("verifier", case.name, cwd=tmp_path)).stderr):
        trips += 1
        assert trips <= 3, done.stderr
    assert f"Ensuite : mandats construire {case.name} --final" in done.stdout, done.stderr
    built = mandats("construire", case.name, "--final", cwd=tmp_path)
    assert built.returncode == 0, built.stderr
    folder = tmp_path / "sortie" / slug
    assert sorted(p.name for p in folder.iterdir()) == [f"{slug}.docx", f"{slug}.pdf"]
    words = " ".join(line for _, line in readback.read_docx((folder / f"{slug}.docx").read_bytes()).lines)
    assert not re.search(r"à compléter|\{\{| (?:à|de|par) (?:commune|association|université) ", words)


def test_a_name_that_needs_another_article_is_told(tmp_path, mandats):
    mandats("nouveau", "a.yaml", "--modele", "demande-cada", cwd=tmp_path)
    case = tmp_path / "a.yaml"
    obey(case, mandats("verifier", "a.yaml", cwd=tmp_path).stderr)
    case.write_text(
        case.read_text("utf-8")
        .replace('"association Exemple"', "Collectif Exemple")
        .replace('"commune d\'Exemple"', "université d'Exemple"),
        "utf-8",
    )
    told = mandats("verifier", "a.yaml", cwd=tmp_path).stderr
    assert "« collectif » : écrivez « article: le » et « genre: m » [nom-contredit]" in told
    assert "« université » : écrivez « article: l' » [nom-contredit]" in told
    obey(case, told)
    done = mandats("construire", "a.yaml", "--final", cwd=tmp_path)
    assert "Aucun problème." in done.stdout
    lines = readback.read_pdf((tmp_path / "sortie" / "a" / "demande-cada.pdf").read_bytes()).lines
    assert any("Au nom du Collectif Exemple" in line for _, line in lines)


def begin(tmp_path, mandats, slug):
    """A case of one document, every blank filled as its message says."""
    assert mandats("nouveau", "a.yaml", "--modele", slug, cwd=tmp_path).returncode == 0
    case = tmp_path / "a.yaml"
    while obey(case, mandats("verifier", "a.yaml", cwd=tmp_path).stderr):
        pass
    return case


@pytest.mark.parametrize(
    ("written", "instead", "told"),
    [
        # An article that the name contradicts; then a name, a function, a value that would print a false sentence.
        ('"association Exemple"', "collectif Vigie", "« collectif » : écrivez « article: le » et « genre: m »"),
        ('"association Exemple"', "les Amis d'Exemple", "article dans le nom"),
        ('"association Exemple"', "“association Exemple”", "guillemets courbes"),
        ('"commune d\'Exemple"', "Mairie d'Exemple", "écrivez « commune » à la place"),
        ('"sa présidente"', "porte-parole", "écrivez « son porte-parole » ou « sa porte-parole »"),
        ('"sa présidente"', "présidente", "écrivez « sa présidente »"),
        ("le marché conclu avec le fournisseur", "le marché conclu avec le fournisseur.", "« . » final"),
    ],
)
def test_what_would_print_a_false_sentence_is_told_at_once_and_not_filed(written, instead, told, tmp_path, mandats):
    case = begin(tmp_path, mandats, "demande-cada")
    assert mandats("construire", "a.yaml", "--final", cwd=tmp_path).returncode == 0
    text = case.read_text("utf-8")
    assert written in text
    case.write_text(text.replace(written, instead), "utf-8")
    warned = mandats("verifier", "a.yaml", cwd=tmp_path)
    assert warned.returncode == 0
    assert told in warned.stderr
    refused = mandats("construire", "a.yaml", "--final", cwd=tmp_path)
    assert refused.returncode == 1
    assert told in refused.stderr


def letter(tmp_path, mandats, name: str) -> str:
    """What a document of `a.yaml` says, as a person reads it."""
    built = mandats("construire", "a.yaml", "--document", name, "--format", "docx", cwd=tmp_path)
    assert built.returncode == 0, built.stderr
    read = readback.read_docx((tmp_path / "sortie" / "a" / f"{name}.docx").read_bytes())
    return " ".join(line for _, line in read.lines).translate({0xA0: " ", 0x202F: " ", 0x2019: "'"})


def test_the_letters_of_a_request_and_of_its_refusal_name_who_is_who(tmp_path, mandats):
    models = ("--modele", "demande-cada", "--modele", "saisine-cada")
    assert mandats("nouveau", "a.yaml", *models, cwd=tmp_path).returncode == 0
    case = tmp_path / "a.yaml"
    case.write_text(case.read_text("utf-8").replace("recue_le: null", "recue_le: 2026-09-01"), "utf-8")
    obey(case, mandats("verifier", "a.yaml", cwd=tmp_path).stderr)
    asked, referred = (letter(tmp_path, mandats, name) for name in ("demande-cada", "saisine-cada"))
    assert "Commission d'accès aux documents administratifs" not in asked.split("Madame, Monsieur")[0]
    assert "Commission d'accès aux documents administratifs" in referred.split("Madame, Monsieur")[0]
    assert "du refus opposé par la commune d'Exemple" in referred


def test_a_complaint_gives_the_address_at_which_the_cnil_answers(tmp_path, mandats):
    case = begin(tmp_path, mandats, "plainte-cnil")
    text = re.sub(r"courriel: .*", "courriel: elle@example.org", case.read_text("utf-8"), count=1)
    case.write_text(text, "utf-8")
    assert "elle@example.org" in letter(tmp_path, mandats, "plainte-cnil")


@pytest.mark.parametrize("right", ["sa présidente", "le maire", "l'administratrice", "son porte-parole", "Maître"])
def test_a_function_with_its_article_is_left_alone(right, tmp_path, mandats):
    case = begin(tmp_path, mandats, "demande-cada")
    case.write_text(case.read_text("utf-8").replace('"sa présidente"', f'"{right}"'), "utf-8")
    assert "nom-contredit" not in mandats("verifier", "a.yaml", cwd=tmp_path).stderr


def test_a_name_is_guessed_and_none_is_needed(tmp_path, mandats):
    assert mandats("nouveau", "mon-cas", "--modele", "lettre-maire", cwd=tmp_path).returncode == 0
    assert (tmp_path / "mon-cas.yaml").is_file()
    assert not (tmp_path / "mon-cas" / "pieces").exists()  # no pièce is asked for
    assert "--modele demande-cada" in mandats("nouveau", "a.yaml", cwd=tmp_path).stderr
    assert (
        "demande-cada, recours-cada, saisine-cada"
        in mandats("nouveau", "a.yaml", "--modele", "cada", cwd=tmp_path).stderr
    )
    assert "a.yaml --modele mandat" in mandats("nouveau", "a.txt", "--modele", "mandat", cwd=tmp_path).stderr
    (tmp_path / "plein").write_text("un fichier")
    refused = mandats("nouveau", "plein/a.yaml", "--modele", "mandat", cwd=tmp_path)
    assert refused.returncode == 2
    assert "Traceback" not in refused.stderr


def test_nothing_is_overwritten_and_names_are_suggested(tmp_path, mandats):
    (tmp_path / "a.yaml").write_text("gardé", "utf-8")
    assert mandats("nouveau", "a.yaml", "--modele", "mandat", cwd=tmp_path).returncode == 2
    assert (tmp_path / "a.yaml").read_text("utf-8") == "gardé"
    done = mandats("nouveau", "b.yaml", "--modele", "demande-cade", cwd=tmp_path)
    assert done.returncode == 2
    assert "vouliez-vous dire « demande-cada »" in done.stderr


def test_several_documents_share_one_case():
    chosen = [TEMPLATES[slug] for slug in ("refere-suspension", "requete-rep", "plainte-cnil", "lettre-maire")]
    text, argument = scaffold(chosen[:2], "2026-11-22", "a.yaml", ROOT, {})
    case = ordinary(text)
    assert argument.count("[à compléter") == 2
    assert [d.get("comme") for d in case["documents"]] == [
        None,
        {"document": "refere-suspension", "sections": ["moyens"]},
    ]
    assert [d.get("moyens") for d in case["documents"]] == ["argument.md", None]
    shared = ordinary(scaffold(chosen[2:], "2026-11-22", "a.yaml", ROOT, {})[0])["documents"]
    assert [d.get("moyens") for d in shared] == ["argument.md", None]  # a letter admits what a complaint does
    assert [d["modele"] for d in case["documents"]] == ["refere-suspension", "requete-rep"]
    assert set(case["parties"]) == {"requerant", "administration", "juridiction"}


def begun(*slugs: str) -> dict:
    return ordinary(scaffold([TEMPLATES[slug] for slug in slugs], "2026-11-22", "a.yaml", ROOT, {})[0])


def test_the_cada_is_not_the_administration_that_refused():
    alone = begun("saisine-cada")
    assert list(alone["parties"]) == ["demandeur", "cada", "administration"]
    assert alone["demande"]["destinataire"] == "administration"
    assert alone["documents"][0]["roles"] == {"demandeur": "demandeur", "destinataire": "cada"}
    assert alone["parties"]["administration"]["type"] == "commune"


def test_one_name_is_not_given_to_two():
    chain = begun("demande-cada", "saisine-cada", "recours-cada")
    assert list(chain["parties"]) == ["demandeur", "administration", "cada", "juridiction"]
    assert [d["roles"] for d in chain["documents"]] == [
        {"demandeur": "demandeur", "destinataire": "administration"},
        {"demandeur": "demandeur", "destinataire": "cada"},
        {"requerant": "demandeur", "defendeur": "administration", "juridiction": "juridiction"},
    ]
    assert {chain["demande"]["destinataire"], chain["decision"]["auteur"]} == {"administration"}


@pytest.mark.parametrize(
    ("slugs", "held"),
    [
        (("droit-acces", "plainte-cnil"), ["demandeur", "responsable", "cnil"]),
        (("mandat", "plainte-cnil-collective", "demande-cada"), ["association", "administration", "cnil"]),
        (("demande-cada", "plainte-police-justice"), ["demandeur", "administration", "cnil"]),
        (("acces-fichier-police", "plainte-police-justice"), ["demandeur", "ministere", "cnil"]),
        # The person and the association that she mandates are two.
        (("droit-acces", "plainte-cnil-collective"), ["demandeur", "responsable", "association", "cnil"]),
        (("refere-liberte", "intervention"), ["requerant", "administration", "juridiction", "partie-soutenue"]),
    ],
)
def test_one_person_is_one_party(slugs, held):
    assert list(begun(*slugs)["parties"]) == held


@pytest.mark.one_in(6)
@pytest.mark.parametrize("slug", sorted(TEMPLATES))
def test_two_roles_of_a_document_are_two_parties(slug):
    """With every other model too; but for who represents the others, who is one of them."""
    for other in TEMPLATES:
        for document in begun(slug, *({other} - {slug}))["documents"]:
            held = [party for role, party in document["roles"].items() if role != "representant_unique"]
            assert len({*held}) == len(held), (slug, other)


def test_a_collective_complaint_begins_with_its_clauses_and_the_pieces_they_name():
    case = begun("plainte-cnil-collective")
    (complaint,) = case["documents"]
    first = complaint["qualite"][0]
    assert first["clause"] == "plainte/mandat-article-80"
    assert len({*first["avec"].values()} & {p["cle"] for p in case["pieces"]}) == 6
    assert case["faits"][0]["pieces"] == ["piece-1"]
    assert [m["clause"] for m in complaint["demandes"]] == [
        "demandes/constater-manquements",
        "demandes/information-des-plaignants",
    ]


def test_the_letter_for_a_police_file_is_right_by_default(tmp_path, mandats):
    case = begin(tmp_path, mandats, "acces-fichier-police")
    made = ordinary(case.read_text("utf-8"))
    assert made["parties"]["ministere"]["type"] == "ministere"
    assert made["parties"]["ministere"]["adresse"] == "place Beauvau, 75008 Paris"
    assert made["traitement"]["regime"] == "police-justice"
    assert made["traitement"]["nom"] == "traitement d'antécédents judiciaires (TAJ)"
    assert "naissance" in made["documents"][0]["precisions"][0]["texte"]
    told = mandats("verifier", "a.yaml", cwd=tmp_path).stderr
    assert not re.search(r"DROIT-(01|10|11)", told)


@pytest.mark.parametrize(
    "nom", ["TAJ", "fichier TAJ", "Fichier des personnes recherchées", "FAED", "FNAEG", "N-SIS II"]
)
def test_the_general_letter_on_a_police_file_is_sent_to_the_right_model(nom, tmp_path, mandats):
    case = begin(tmp_path, mandats, "droit-acces")
    text = case.read_text("utf-8")
    blank = re.search(r"^  nom: .*logiciel.*$", text, re.M)[0]
    case.write_text(text.replace(blank, f'  nom: "{nom}"'), "utf-8")
    told = mandats("verifier", "a.yaml", cwd=tmp_path).stderr
    assert re.search(
        r"est un fichier de police : .*modèle acces-fichier-police ; la demande va à : .* \[DROIT-10\]", told
    )


@pytest.mark.parametrize("nom", ["Tajine", "le fichier des sisters", "un robot d'analyse"])
def test_another_file_is_not_taken_for_one_of_the_police(nom, tmp_path, mandats):
    case = begin(tmp_path, mandats, "droit-acces")
    text = case.read_text("utf-8")
    blank = re.search(r"^  nom: .*logiciel.*$", text, re.M)[0]
    case.write_text(text.replace(blank, f'  nom: "{nom}"'), "utf-8")
    assert "DROIT-10" not in mandats("verifier", "a.yaml", cwd=tmp_path).stderr


@pytest.mark.parametrize("slug", ["acces-fichier-police", "plainte-police-justice"])
def test_a_police_file_is_not_begun_under_the_gdpr(slug):
    assert begun(slug)["traitement"]["regime"] == "police-justice"


def test_a_new_case_begins_with_the_clauses_such_an_act_nearly_always_holds(tmp_path, mandats):
    mandats("nouveau", "a.yaml", "--modele", "refere-suspension", "--modele", "plainte-cnil", cwd=tmp_path)
    referral, complaint = ordinary((tmp_path / "a.yaml").read_text("utf-8"))["documents"]
    begun = {
        name: [m.get("clause") for m in moyens]
        for d in (referral, complaint)
        for name, moyens in d.items()
        if isinstance(moyens, list)
    }
    assert begun["conclusions"] == ["conclusions/suspendre"]
    assert "recevabilite/recours-au-fond" in begun["recevabilite"]
    assert begun["qualite"] == ["plainte/personne-concernee"]
    assert begun["demandes"] == ["demandes/constater-manquements", "demandes/information-des-plaignants"]


def test_a_template_of_one_s_own_says_who_holds_its_roles_and_how_it_begins(tmp_path, mandats):
    own = tmp_path / "templates" / "la-mienne"
    shutil.copytree(ROOT / "templates" / "refere-suspension", own)
    header = (own / "template.yaml").read_text("utf-8")
    role = "  defendeur: {est: administration, aide: la personne publique qui a pris la décision}"
    assert role in header
    (own / "template.yaml").write_text(header.replace(role, "  defendeur: {qui: cnil, aide: la CNIL}"), "utf-8")
    cases = {}
    for slug in ("refere-suspension", "la-mienne"):
        mandats("nouveau", f"{slug}.yaml", "--modele", slug, cwd=tmp_path)
        cases[slug] = ordinary((tmp_path / f"{slug}.yaml").read_text("utf-8"))
    shipped, mine = cases.values()
    assert mine["documents"][0].pop("modele") == "la-mienne"
    assert mine["documents"][0].pop("roles") == shipped["documents"][0].pop("roles") | {"defendeur": "cnil"}
    assert mine["documents"][0] == {k: v for k, v in shipped["documents"][0].items() if k != "modele"}
    assert mine["parties"]["cnil"]["nom"] == "Commission nationale de l'informatique et des libertés"
    assert mine["parties"]["requerant"] == shipped["parties"]["requerant"]
    (own / "template.yaml").write_text(header.replace(role, "  defendeur: {qui: cnli, aide: la CNIL}"), "utf-8")
    refused = mandats("nouveau", "autre.yaml", "--modele", "la-mienne", cwd=tmp_path)
    assert refused.returncode == 2
    assert "roles.defendeur.qui : valeur inconnue « cnli » (vouliez-vous dire « cnil » ?)" in refused.stderr
    (own / "template.yaml").write_text(header.replace("est: administration", "est: administrasion"), "utf-8")
    refused = mandats("nouveau", "autre.yaml", "--modele", "la-mienne", cwd=tmp_path)
    assert "roles.defendeur.est : valeur inconnue « administrasion »" in refused.stderr


def test_a_role_may_be_said_in_words_alone(tmp_path, mandats):
    """As templates were written before: the name of a role then says who is likely to hold it."""
    own = tmp_path / "templates" / "la-mienne"
    shutil.copytree(ROOT / "templates" / "saisine-cada", own)
    header = (own / "template.yaml").read_text("utf-8")
    plain = re.sub(r"\{est: \S+, aide: (.+)\}", r"\1", header)
    assert plain != header
    (own / "template.yaml").write_text(plain, "utf-8")
    assert mandats("nouveau", "a.yaml", "--modele", "la-mienne", cwd=tmp_path).returncode == 0
    parties = ordinary((tmp_path / "a.yaml").read_text("utf-8"))["parties"]
    assert [party["type"] for party in parties.values()] == ["association", "commune"]
    case = (tmp_path / "a.yaml").read_text("utf-8")
    (tmp_path / "a.yaml").write_text(re.sub(r"roles: \{.*\}", "roles: {demandeur: demandeur}", case), "utf-8")
    told = mandats("verifier", "a.yaml", cwd=tmp_path).stderr
    assert "rôle à pourvoir : destinataire (la Commission d'accès aux documents administratifs)" in told


def test_the_clauses_chosen_open_the_argument_with_their_values_to_give(tmp_path, mandats):
    done = mandats(
        "nouveau",
        "a.yaml",
        "--modele",
        "requete-rep",
        "--clause",
        "rgpd/minimisation",
        "--clause",
        "rgpd/aipd",
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    argument = (tmp_path / "a" / "argument.md").read_text("utf-8")
    assert "\n::: rgpd/minimisation\n# ce que la finalité exige" in argument
    assert "\n# les données ou les opérations" in argument
    blanks = [i for i, line in enumerate(argument.splitlines(), 1) if line.endswith(": null")]
    assert len(blanks) > 4
    told = json.loads(mandats("verifier", "a.yaml", "--json", cwd=tmp_path).stdout)["problemes"]
    asked = [p for p in told if p["regle"] == "a-completer" and p["fichier"] == "a/argument.md"]
    assert [p["ligne"] for p in asked] == blanks
    assert "à compléter : ce que la finalité exige réellement" in asked[0]["message"]
    assert not [p for p in told if p["fichier"] == "a/argument.md" and p["gravite"] == "erreur"]
    wrong = mandats("nouveau", "b.yaml", "--modele", "requete-rep", "--clause", "rgpd/minimization", cwd=tmp_path)
    assert wrong.returncode == 2
    assert "vouliez-vous dire « rgpd/minimisation »" in wrong.stderr
    assert not (tmp_path / "b.yaml").exists()
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "argument.md").write_text("à moi", "utf-8")
    refused = mandats("nouveau", "c.yaml", "--modele", "requete-rep", cwd=tmp_path)
    assert refused.returncode == 2
    assert "argument.md existe déjà" in refused.stderr
    assert (tmp_path / "c" / "argument.md").read_text("utf-8") == "à moi"


def test_a_clause_is_given_to_paste_in_both_forms(mandats):
    """Each value is a blank that the case is told of: nothing of another case is supposed."""
    for name, clause in sorted(load_library(ROOT, None)[0].clauses.items())[::5]:
        taken = {n for n, p in clause.header.parametres.items() if not p.facultatif}
        (item,) = yaml.safe_load(paste_clause(name, ROOT))
        assert item["clause"] == name and {*item.get("avec", {})} == taken
        told = str(item.get("avec", ""))
        assert not taken or ("à compléter" in told or "None" in told)
        fence = paste_clause(name, ROOT, argument=True)
        assert fence.startswith(f"::: {name}\n") and fence.endswith("\n:::\n")
        assert {*re.findall(r"^([a-z0-9_]+):", fence, re.M)} == taken
    done = mandats("clauses", "coller", "rgpd/minimisation")
    assert done.returncode == 0 and done.stdout.startswith("- clause: rgpd/minimisation\n  avec:\n")
    wrong = mandats("clauses", "coller", "rgpd/minimisatio")
    assert wrong.returncode == 2 and "vouliez-vous dire « rgpd/minimisation »" in wrong.stderr


def test_questions_of_the_drafter_s_own_of_an_older_form_are_told_with_what_to_do(mandats, tmp_path):
    """They were written before a template said who a role is (`est`)."""
    own = tmp_path / "templates" / "commun" / "questions.yaml"
    own.parent.mkdir(parents=True)
    text = (ROOT / "templates" / "commun" / "questions.yaml").read_text("utf-8")
    own.write_text(text, "utf-8")
    assert mandats("nouveau", "a.yaml", "--modele", "demande-cada", cwd=tmp_path).returncode == 0
    own.write_text(re.sub(r"^est:\n(?:  .*\n|#.*\n)*", "", text, flags=re.M), "utf-8")
    done = mandats("nouveau", "b.yaml", "--modele", "demande-cada", cwd=tmp_path)
    assert done.returncode == 2 and not (tmp_path / "b.yaml").exists()
    first, second, *_ = done.stderr.splitlines()
    assert "recopiez" in first and str(ROOT / "templates" / "commun" / "questions.yaml") in first
    assert "est : clé obligatoire absente" in second
