"""`clauses` and `sources` as a drafter uses them: list, search, show, propose, report, catalogue, seal."""

import difflib
import re
import shutil
from dataclasses import replace

import pytest
import yaml

from mandats.api import read_case
from mandats.bibliotheque.recherche import SYNONYMS, fold, propose_clauses, search
from mandats.load.library import load_library
from mandats.tables import read_table
from tests.conftest import ROOT


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'")


def ids(text: str) -> list[str]:
    return re.findall(r"^[a-z-]+/[a-z0-9-]+", text, re.M)


def test_the_list_and_its_filters(mandats):
    every = ids(mandats("clauses").stdout)
    assert len(every) >= 160
    assert {"rgpd/minimisation", "replique/aide-a-la-decision"} <= set(every)
    police = ids(mandats("clauses", "--regime", "police-justice").stdout)
    assert "police-justice/aipd-police" in police
    assert "rgpd/minimisation" not in police
    assert all(c.startswith("refere/") for c in ids(mandats("clauses", "refere").stdout))
    assert "orleans-sensivic" in (ROOT / "clauses" / "replique" / "firmware.md").read_text("utf-8")
    assert "replique/firmware" in ids(mandats("clauses", "--campagne", "orleans-sensivic").stdout)


@pytest.mark.slow
def test_search_answers_everyday_words():
    """Queries written from the public's mouth: a right clause among the first three. Those of `ensuite` were written
    after the synonyms: some may miss, few."""
    library = load_library(ROOT, None)[0]
    asked = yaml.safe_load((ROOT / "tests" / "data" / "recherche.yaml").read_text("utf-8"))
    missed = {
        part: [q for q, right in questions.items() if not {c.id for c in search(library, q)[0][:3]} & {*right}]
        for part, questions in asked.items()
    }
    assert missed["questions"] == [] and len(missed["ensuite"]) <= 3, missed
    named = {c for subject in read_table(SYNONYMS)["sujets"] for c in subject["clauses"]}
    assert named <= {*library.clauses}
    assert [c.id for c in search(library, "jeux Olympiques")[0][:1]] == ["vsa/cadre-loi-jo"]
    assert search(library, "xyzzyx")[0] == []


@pytest.mark.parametrize("words", [["données", "biométriques"], ["donnee", "biometrique"], ["DONNÉES", "BIOMÉTRIQUE"]])
def test_search_forgives_accents_and_plurals(words, mandats):
    found = ids(mandats("clauses", "chercher", *words).stdout)
    assert {
        "rgpd/donnees-biometriques",
        "fichiers/visage-donnee-biometrique",
        "replique/pas-de-donnees-biometriques",
    } <= set(found[:6])
    assert fold("L'analyse d'impact, des visages repérés") == ["l", "analyse", "d", "impact", "des", "visage", "repere"]


def test_search_says_when_nothing_is_found(mandats):
    done = mandats("clauses", "chercher", "bouilloire")
    assert (done.returncode, done.stdout) == (1, "")
    assert "Aucune clause" in done.stderr


def test_a_clause_is_shown_in_the_terminal_and_in_files(tmp_path, mandats):
    done = mandats("clauses", "montrer", "rgpd/minimisation", "--registre", "plainte")
    words = " ".join(plain(done.stdout).split())
    assert "manquement à l'obligation de minimisation" in words
    assert "1. Cour" in words or "1. CJUE" in words
    for kind, head in (("html", b"<!doctype html>"), ("pdf", b"%PDF"), ("docx", b"PK")):
        assert mandats("clauses", "montrer", "rgpd/minimisation", "--sortie", tmp_path / f"c.{kind}").returncode == 0
        assert (tmp_path / f"c.{kind}").read_bytes().startswith(head)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["c.docx", "c.html", "c.pdf"]
    wrong = mandats("clauses", "montrer", "rgpd/minimisation", "--registre", "plaintes")
    assert wrong.returncode == 2
    assert "vouliez-vous dire « plainte »" in wrong.stderr


def test_the_plain_register_stands_alone(mandats):
    words = mandats("clauses", "montrer", "rgpd/minimisation", "--registre", "clair").stdout
    assert "article" not in words
    assert len(words.split()) < 140


def test_details_say_where_a_clause_serves(mandats):
    words = mandats("clauses", "rgpd/aipd").stdout
    assert "cases/testwe.yaml" in words
    assert "pendant    police-justice/aipd-police" in words


def test_proposals_give_their_reasons(tmp_path, mandats):
    text = (ROOT / "cases" / "testwe.yaml").read_text("utf-8")
    head = text.split("\ndocuments:\n")[0] + (
        "\narguments_adverses:\n  - {cle: aide, auteur: paris8, these: \"le logiciel n'est qu'une simple aide à la "
        "décision, dont l'humain reste maître\"}\n"
        "documents:\n  - modele: mandat\n    roles: {}\n"
    )
    (tmp_path / "c.yaml").write_text(head, "utf-8")
    words = plain(mandats("clauses", "proposer", tmp_path / "c.yaml", "--toutes").stdout)
    assert re.search(r"rgpd/donnees-biometriques .*\n.*données biométriques", words)
    assert re.search(r"replique/aide-a-la-decision .*\n.*répond à l'argument adverse « aide »", words)
    assert "police-justice/" not in words
    assert "technique : " in words
    assert "campagne : testwe-paris-8" in words


def test_eight_proposals_at_most_that_fit_the_case(mandats):
    """A health warehouse: a word of its decision calls for no town council, nor a public body's rules for a shop."""
    done = mandats("clauses", "proposer", ROOT / "tests" / "foreign" / "health-data-hub.yaml")
    words = plain(done.stdout)
    proposed = re.findall(
        r"^([a-z-]+/[a-z-]+) {2,}\S.*\n +(?:technique|données|usuelle|dans|campagne|répond|domaine)", words, re.M
    )
    assert len(proposed) == 8
    assert "autres : mandats clauses proposer" in plain(done.stderr)
    every = plain(
        mandats("clauses", "proposer", ROOT / "tests" / "foreign" / "health-data-hub.yaml", "--toutes").stdout
    )
    assert "conseil municipal" not in every and "élèves" not in every
    assert not re.search(r"dans les faits : délibération$", every, re.M)
    left = words.partition("Décisions laissées")[2]
    assert re.search(r"principes/moindre-intrusion .*ta-marseille-2020-02-27-1901249-lycees", left)
    assert 'citation("clé")' in left


def test_a_clause_of_public_law_is_not_proposed_against_a_company(mandats):
    words = plain(mandats("clauses", "proposer", ROOT / "cases" / "veesion.yaml", "--toutes").stdout)
    assert not re.search(r"^(?:publicite|externe|commune)/", words, re.M)
    assert re.search(r"^rgpd/", words, re.M)


@pytest.mark.slow
def test_the_report_counts_what_is_left_to_do(mandats):
    words = mandats("clauses", "rapport").stdout
    share = int(re.search(r"\((\d+) %\)", words)[1])
    assert share >= 90
    for heading in ("sans source", "n'emploie", "relues", "faibles"):
        assert heading in words


def test_the_register_is_listed_searched_and_counted(mandats):
    assert "CE, ord., 18 mai 2020" in plain(mandats("sources", "chercher", "440442").stdout)
    one = mandats("sources", "rgpd-5-1-c").stdout
    assert "minimisation des données" in one
    assert "rgpd/minimisation" in one
    assert re.search(r"\d+  vérifiées", mandats("sources", "rapport").stdout)
    # An entry with an address but no reading is read by nobody.
    unread = mandats("sources", "rapport", "--detail").stdout.partition("  non vérifiées\n")[2].partition("statut :")[0]
    assert "cc-2026-902-dc-jo-2030 :" in unread
    assert "cpp-r40-26 :" in unread
    fallen = mandats("sources", "--statut", "annulee").stdout
    assert "ta-caen-2023-11-22-2303004-coeur-cote-fleurie" in fallen
    assert "vouliez-vous dire « rgpd-5-1-c »" in mandats("sources", "rgpd-5-1-cc").stderr


@pytest.mark.slow
def test_what_to_read_again_is_told_with_where_to_look_and_who_cites_it(mandats):
    told = mandats("sources", "veille", ROOT / "cases" / "meru.yaml", "--le", "2026-12-01")
    words = plain(told.stdout)
    assert told.returncode == 0
    assert re.search(r"Décisions provisoires\n.*2216570.*\n(?:.*\n)*?      http\S+\n      dans plainte-cnil\n", words)
    assert "Lectures anciennes" not in words
    assert (
        "Lectures anciennes" in mandats("sources", "veille", ROOT / "cases" / "meru.yaml", "--le", "2028-01-01").stdout
    )
    assert re.search(r"^ +0  Lectures anciennes$", mandats("sources", "rapport", "--le", "2026-12-01").stdout, re.M)
    assert re.search(
        r"^ +\d{3,}  Lectures anciennes$", mandats("sources", "rapport", "--le", "2028-01-01").stdout, re.M
    )
    assert mandats("sources", "veille", ROOT / "cases" / "meru.yaml", "--le", "1/12/2026").returncode == 2


def test_a_seal_shows_a_change(tmp_path, mandats):
    folder = tmp_path / "clauses" / "sources"
    folder.mkdir(parents=True)
    (folder / "essai.yaml").write_text(
        'essai:\n  type: document\n  auteur: Commune\n  titre: "délibération du 3 mars 2020"\n  groupe: Autres\n'
        '  passages: {texte: "Nul ne filme."}\n  verifie: {le: 2026-11-16, lecture: affiche}\n\nautre:\n  type: '
        "document\n  auteur: A\n  titre: b\n  groupe: Autres\n",
        "utf-8",
    )
    assert "2 sources scellées" in mandats("sources", "sceller", cwd=tmp_path).stdout
    sealed = (folder / "essai.yaml").read_text("utf-8")
    assert sealed.count("empreinte:") == 2
    assert "0 source scellée" in mandats("sources", "sceller", cwd=tmp_path).stdout
    assert (folder / "essai.yaml").read_text("utf-8") == sealed
    (folder / "essai.yaml").write_text(sealed.replace("2020", "2021"), "utf-8")
    done = mandats("sources", "rapport", cwd=tmp_path)
    assert done.returncode == 1
    assert "modifiées depuis leur vérification : essai" in done.stdout
    assert mandats("sources", "sceller", "essai", cwd=tmp_path).returncode == 0
    assert mandats("sources", "rapport", cwd=tmp_path).returncode == 0


def test_the_catalogue_is_one_folder_without_network(tmp_path, mandats):
    assert mandats("clauses", "catalogue", "--sortie", tmp_path / "cat").returncode == 0
    pages = {p.name: p.read_text("utf-8") for p in (tmp_path / "cat").iterdir()}
    assert sorted(pages) == ["index.html", "sources.html"]
    assert pages["index.html"].count("<details id=") >= 190
    for page in pages.values():
        # Nothing is loaded: no script, style, font or image from elsewhere; links only.
        assert not re.search(r"<(?:script|img|link|iframe)[^>]+(?:src|href)=", page)
        assert "default-src 'none'" in page
    linked = set(re.findall(r'href="sources\.html#([^"]+)"', pages["index.html"]))
    assert linked <= set(re.findall(r'<details id="([^"]+)"', pages["sources.html"]))


@pytest.mark.slow
def test_markup_in_a_clause_stays_text_in_the_catalogue(tmp_path, mandats):
    folder = tmp_path / "clauses" / "perso"
    folder.mkdir(parents=True)
    shutil.copy(ROOT / "clauses" / "rgpd" / "aipd.md", folder / "essai.md")
    text = (folder / "essai.md").read_text("utf-8")
    (folder / "essai.md").write_text(
        text.replace("titre: ", "titre: <script>alert(1)</script> ", 1).replace(
            "{{ consequence }}", "<img src=x onerror=alert(1)> {{ consequence }}"
        ),
        "utf-8",
    )
    assert mandats("clauses", "catalogue", "--sortie", "cat", cwd=tmp_path).returncode == 0
    page = (tmp_path / "cat" / "index.html").read_text("utf-8")
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_where_a_word_stands_and_whether_it_is_whole_decide_the_order():
    """Title and keywords, then the key, then techniques, then the text; a word found whole counts double."""
    library, _ = load_library(ROOT)
    base = library.clauses["rgpd/minimisation"]

    def clause(name, body="", **fields):
        empty = {"titre": "x", "mots_cles": (), "techniques": (), "campagnes": (), "sources": (), "registres": {}}
        header = base.header.model_copy(update=empty | {"repond_a": None} | fields)
        return replace(base, id=name, header=header, corps=replace(base.corps, contenu=body))

    given = [
        clause("a/texte", "une bouilloire"),
        clause("b/technique", campagnes=("bouilloire",)),
        clause("c/debut", titre="bouilloirette"),
        clause("d/bouilloire"),
        clause("e/titre", titre="La bouilloire"),
        clause("f/mot", mots_cles=("bouilloire",)),
        clause("g/ailleurs", titre="La théière"),
    ]
    library = replace(library, clauses={c.id: c for c in given}, sources={})
    found, _ = search(library, "bouilloire")
    assert [c.id for c in found] == ["e/titre", "f/mot", "d/bouilloire", "c/debut", "b/technique", "a/texte"]


def test_a_source_is_found_by_its_number_before_its_name_its_court_and_its_words():
    library, _ = load_library(ROOT)
    bare = {"numeros": (), "titre": None, "court": None, "libelle": None, "nom": None, "juridiction": None}
    bare |= {"auteur": None, "date": None, "ecli": None, "portee": None, "passages": {}}
    base = next(iter(library.sources.values())).model_copy(update=bare)
    fields = {
        "a": {"passages": {"1": "bouilloire"}},
        "b": {"portee": "bouilloire"},
        "c": {"juridiction": "bouilloire"},
        "d": {"nom": "bouilloire"},
        "e": {"numeros": ("bouilloire",)},
    }
    made = {key: base.model_copy(update=given) for key, given in fields.items()}
    assert search(replace(library, clauses={}, sources=made), "bouilloire")[1] == ["e", "d", "c", "b", "a"]


def _new(tmp_path, mandats, modele: str):
    assert mandats("nouveau", f"{modele}.yaml", "--modele", modele, cwd=tmp_path).returncode == 0
    return tmp_path / f"{modele}.yaml"


@pytest.mark.parametrize(
    ("modele", "first", "never"),
    [
        ("lettre-maire", {"vsa/absence-de-texte", "commune/engagement", "commune/deliberation"}, "rgpd/aipd"),
        ("saisine-cada", {"cada/communication", "cada/occultation", "cada/secret-affaires"}, "rgpd/"),
        ("acces-fichier-police", {"droits/demande-acces-police"}, "cada/"),
        (
            "plainte-cnil",
            {"rgpd/absence-de-base-legale", "rgpd/information", "rgpd/minimisation"},
            "externe/|publicite/",
        ),
        ("recours-cada", {"cada/communication", "cada/secret-affaires"}, "rgpd/"),
    ],
)
def test_each_kind_of_document_has_its_proposals(tmp_path, mandats, modele, first, never):
    done = mandats("clauses", "proposer", _new(tmp_path, mandats, modele))
    proposed = ids(done.stdout)
    assert first <= {*proposed} and len(proposed) <= 8
    assert not re.search(f"^({never})", done.stdout, re.M)
    assert f"proposer {tmp_path / modele}.yaml --coller {proposed[0]}" in done.stdout


def test_a_bakery_is_offered_neither_a_town_council_nor_the_olympic_law(tmp_path, mandats):
    case = tmp_path / "boulangerie.yaml"
    case.write_text((ROOT / "tests" / "data" / "boulangerie.yaml").read_text("utf-8"), "utf-8")
    proposed = ids(mandats("clauses", "proposer", case).stdout)
    assert {"rgpd/information", "rgpd/opposition", "rgpd/necessite-proportionnalite"} <= {*proposed[:6]}
    every = mandats("clauses", "proposer", case, "--toutes").stdout
    assert not re.search(
        r"^(publicite|externe|commune|cada|police-justice)/|^vsa/(cadre-loi-jo|videoverb)", every, re.M
    )


def against(tmp_path, who: str, processing: str, fact: str, modele: str = "plainte-cnil", more: str = "") -> list[str]:
    """The eight first proposals for a complaint against someone: of the clauses, their names."""
    regime = "police-justice" if modele == "plainte-police-justice" else "rgpd"
    (tmp_path / "c.yaml").write_text(
        f"""titre: Essai
date: 2026-11-29
lieu: Exemple
parties:
  moi: {{type: personne-physique, nom: A. Exemple}}
  autre: {{{who}, article: la, genre: f}}
  cnil: {{type: autorite, nom: CNIL, article: la, genre: f}}
traitement: {{nom: le dispositif, responsable: autre, regime: {regime}, {processing}}}
faits: [{{fait: "{fact}"}}]
{more}
documents: [{{modele: {modele}, roles: {{plaignant: moi, mis_en_cause: autre, autorite: cnil}}}}]
""",
        "utf-8",
    )
    loaded, problems = read_case(tmp_path / "c.yaml")
    assert loaded, problems
    return [one.clause.id for one in propose_clauses(loaded, load_library(ROOT)[0])[:8]]


CAMERAS = "finalite: la détection des vols, techniques: [videosurveillance-algorithmique]"
PUBLIC = "vsa/absence-de-texte libertes/qualite-de-la-loi discrimination/espace-public droits/motivation"
ASKED = "evenements: [{quoi: demande d'accès reçue, le: 2026-03-03}]"


@pytest.mark.parametrize(
    ("who", "processing", "fact", "has"),
    [
        ("type: entreprise, nom: boulangerie Exemple", CAMERAS, "un logiciel analyse les images", "rgpd/opposition"),
        ("type: association, nom: association de gestion de l'école Exemple",
         "finalite: la cantine, secteur: enseignement, donnees: [{categorie: la forme de la main, biometrique: true}]",
         "les élèves posent la main sur un lecteur", "rgpd/donnees-biometriques rgpd/mineurs"),
        ("type: entreprise, nom: société Exemple", "finalite: la mesure du travail, secteur: travail",
         "un logiciel mesure les pauses", "rgpd/salaries rgpd/information"),
        ("type: entreprise, nom: société Exemple", "finalite: la tarification, secteur: assurance",
         "un score fixe le prix du contrat", "garanties/decision-automatisee rgpd/information"),
    ],
)  # fmt: skip
def test_a_private_body_is_offered_what_binds_it(tmp_path, who, processing, fact, has):
    proposed = against(tmp_path, who, processing, fact)
    assert {*has.split()} <= {*proposed} and not {*PUBLIC.split()} & {*proposed}
    assert "droits/acces" not in proposed
    assert "droits/acces" in against(tmp_path, who, processing, fact, more=ASKED)  # a request that is noted
    assert "droits/acces" in against(tmp_path, who, processing, "j'ai demandé l'accès à mes données, sans réponse")


@pytest.mark.parametrize(
    ("who", "processing", "fact", "modele", "first"),
    [
        ("type: commune, nom: commune d'Exemple", CAMERAS, "un logiciel analyse les images de la rue", "plainte-cnil",
         "vsa/absence-de-texte"),
        ("type: etablissement-public, nom: caisse d'allocations familiales d'Exemple",
         "finalite: le choix des contrôles, secteur: social, techniques: [score-de-risque]",
         "un algorithme note les allocataires", "plainte-cnil", "droits/transparence-algorithme"),
        ("type: ministere, nom: ministère de l'intérieur", "finalite: l'enquête, techniques: [reconnaissance-faciale]",
         "un logiciel compare les visages", "plainte-police-justice", "police-justice/absence-de-texte"),
    ],
)  # fmt: skip
def test_a_public_body_is_offered_among_the_first_what_only_it_owes(tmp_path, who, processing, fact, modele, first):
    assert first in against(tmp_path, who, processing, fact, modele)[:4]


def test_a_request_is_offered_the_documents_usually_asked_for(tmp_path, mandats):
    case = _new(tmp_path, mandats, "demande-cada")
    done = mandats("clauses", "proposer", case)
    shown = done.stdout
    assert done.returncode == 0 and not done.stderr  # something is proposed
    assert "# drones" in shown and "registre des traitements tenu pour l'emploi des caméras aéroportées" in shown
    text = case.read_text("utf-8")
    assert f"documents:   # ceux que l'on demande d'ordinaire : mandats clauses proposer {case.name}" in text
    (asked,) = re.findall(r'^    - "\[à compléter.*"$', text, re.M)
    listed = re.findall(r'^    - ".*"$', shown, re.M)
    assert len(listed) >= 20
    case.write_text(text.replace(asked, "\n".join(listed)), "utf-8")
    told = mandats("verifier", case)  # a line is pasted as it is printed, and each names a document
    assert told.returncode == 0 and "CADA-07" not in told.stderr and "demande.documents" not in told.stderr


def test_a_proposal_is_pasted_with_its_blanks_and_nothing_else_changes(tmp_path, mandats):
    lines = {}
    for modele, clause in (
        ("saisine-cada", "cada/secret-affaires"),  # a section that is absent
        ("plainte-cnil", "demandes/cesser"),  # a list
        ("lettre-maire", "vsa/absence-de-texte"),  # a Markdown file
    ):
        case = _new(tmp_path, mandats, modele)
        files = [case, *case.with_suffix("").rglob("argument.md")]
        before = [file.read_text("utf-8").splitlines() for file in files]
        for _ in range(2):
            done = mandats("clauses", "proposer", case, "--coller", clause)
            assert done.returncode == 0 and f"{clause} : ajoutée à" in done.stdout
        after = [file.read_text("utf-8").splitlines() for file in files]
        for old, new in zip(before, after, strict=True):
            gone = [line for line in difflib.ndiff(old, new) if line.startswith("- ")]
            assert not [line for line in gone if "[à compléter" not in line and line.strip("- ")]
            assert new[-1] == ":::" or not gone  # the place where an argument begins, once one is there
        lines[modele] = sum(map(len, after)) - sum(map(len, before))
        told = mandats("verifier", case).stderr
        assert {
            line.rsplit("[", 1)[1] for line in told.splitlines() if "avertissement" not in line and "·" in line
        } <= {"piece-absente]"}, told
        assert "[a-completer]" in told
    assert min(lines.values()) > 4
    case = tmp_path / "saisine-cada.yaml"
    done = mandats("clauses", "proposer", case, "--coller", "demandes/cesser")
    assert done.returncode == 1 and "aucune section n'admet demandes/cesser" in done.stderr
    flow = tmp_path / "boulangerie.yaml"
    flow.write_text((ROOT / "tests" / "data" / "boulangerie.yaml").read_text("utf-8"), "utf-8")
    done = mandats("clauses", "proposer", flow, "--coller", "rgpd/information")
    assert done.returncode == 1 and "clauses coller rgpd/information donne les lignes" in done.stderr
