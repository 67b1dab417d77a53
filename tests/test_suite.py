"""A case goes on: its life as a table, the acts that may follow, the next one added to the same file."""

import datetime as dt
import difflib
import json
import re
import shutil
from xml.etree import ElementTree

import pytest

from mandats.api import list_templates, read_case
from mandats.build import examine
from mandats.delais.regles import time_limits
from mandats.deposes import plain_text
from mandats.depot import Envoi, file_act
from mandats.document import CONTEXT
from mandats.load.ajout import holds
from mandats.load.edit import LONGEST
from mandats.load.yaml_places import read_yaml
from mandats.problem import ERREUR, UnknownName
from mandats.procedure import Fait, event_kinds
from mandats.suite.acte import add_act
from mandats.suite.vie import read_life
from tests.conftest import CASES, ROOT

TEMPLATES, _ = list_templates(ROOT)
SUITES = [
    pytest.param(slug, suite, id=f"{slug}-{suite.vers}")
    for slug, template in TEMPLATES.items()
    for suite in template.header.suites
]


@pytest.mark.parametrize(("slug", "suite"), SUITES)
def test_what_may_follow_an_act_exists(slug, suite):
    """The template, the limits, the facts, the families, the blocks and the roles that the data names."""
    families = {f for t in TEMPLATES.values() for f in t.header.famille}
    days = {f"{f}.{what}" for f in families for what in ("enregistree_le", "audience_le")} | {"instance.audience_le"}
    known = {f"regle:{name}" for name in time_limits().regles} | {f"evenements.{cle}" for cle in event_kinds()}
    known |= {"depose", "demande.refusee_le", "demande.refus_tardif_le", *days} | {f"famille:{f}" for f in families}
    known |= {
        f"{b}.{n}" for b in ("decision", "instance_fond", "demande", "avis_cada") for n in CONTEXT[b].model_fields
    }
    assert suite.vers in TEMPLATES
    assert {*suite.quand, *suite.si, *suite.sauf} <= known
    assert re.search(r"article|RGPD", suite.pourquoi)
    for block, values in suite.blocs.items():
        assert values.keys() <= (Fait if block == "faits" else CONTEXT[block]).model_fields.keys()
        asked = {w for v in values.values() if v for w in re.findall(r"\{((?:regle:|evenements\.).+?)\}", v)}
        assert asked <= known


def life(tmp_path, text: str, le: str):
    case = tmp_path / "cas.yaml"
    case.write_text(text, "utf-8")
    found, problems = read_life(case, ROOT, dt.date.fromisoformat(le))
    assert found, problems
    return found


REQUEST = """\
titre: Essai
date: 2026-01-12
parties:
  moi: {type: personne-physique, nom: A. Spécimen}
  ville: {type: commune, nom: commune d'Exemple, article: la, genre: f, adresse: "mairie, 14000 Exemple"}
demande: {destinataire: ville, objet: la communication d'un marché, documents: [le marché]%s}
documents:
  - {modele: demande-cada, roles: {demandeur: moi, destinataire: ville}%s}
"""


@pytest.mark.parametrize(
    ("le", "recue", "state"),
    [
        ("2026-02-15", "2026-01-15", [("saisine-cada", "attendre", "2026-02-16")]),
        ("2026-02-16", "2026-01-15", [("saisine-cada", "possible", "2026-02-16")]),
        ("2026-05-20", "2026-01-15", [("saisine-cada", "tard", "2026-04-14")]),
        ("2026-02-16", None, [("saisine-cada", "date", "None")]),
    ],
)
def test_a_silence_opens_what_follows_the_day_after_it_and_not_before(tmp_path, le, recue, state):
    text = REQUEST % (f", recue_le: {recue}, accuse_reception: true" if recue else "", "")
    found = life(tmp_path, text, le)
    assert [(one.vers, one.etat, str(one.le)) for one in found.prochains] == state


def test_an_act_that_stands_in_the_case_is_not_proposed_again(tmp_path):
    text = (
        REQUEST % (", recue_le: 2026-01-15", "")
        + "  - {modele: saisine-cada, roles: {demandeur: moi, destinataire: ville}}\n"
    )
    found = life(tmp_path, text, "2026-03-01")
    assert not found.prochains and {one.vers for one in found.tous} == {"saisine-cada", "recours-cada"}


def test_a_filed_act_stands_at_its_day_and_an_unfiled_one_at_the_day_it_prints(tmp_path):
    filed = life(tmp_path, REQUEST % ("", ", depose: {le: 2026-01-13, dossier: x, canal: courriel}"), "2026-01-20")
    assert [(e.le, e.quoi, e.note, e.parti) for e in filed.etapes] == [
        ("2026-01-13", "demande-cada", "déposé (courriel)", True)
    ]
    printed = life(tmp_path, REQUEST % ("", ""), "2026-01-20")
    assert [(e.le, e.parti) for e in printed.etapes] == [("2026-01-12", False)]


@pytest.mark.parametrize("le", ["2020-06-01", "2023-01-15", "2026-11-29"])
def test_every_sample_has_a_life(le):
    for case in CASES:
        found, _ = read_life(case, ROOT, dt.date.fromisoformat(le))
        assert found and [e.le for e in found.etapes] == sorted(e.le for e in found.etapes)
        assert {e.quoi for e in found.etapes if e.document} == {
            order.nom or order.modele for order in read_case(case)[0].case.documents
        }


def test_the_table_is_told_to_people_and_to_programs(mandats):
    case = ROOT / "cases" / "cada-commune.yaml"
    shown = mandats("suite", case, "--le", "2025-06-10")
    assert shown.returncode == 0, shown.stderr
    rows = [line.strip() for line in shown.stdout.splitlines()]
    assert "05/03/2025   saisine-cada · à déposer (date imprimée)" in rows
    assert "05/07/2025   Saisir le tribunal administratif du refus de communiquer" in rows
    told = json.loads(mandats("suite", case, "--le", "2025-06-10", "--json").stdout)
    assert told["courent"][0]["regle"] == "cada-recours-ta" and told["prochains"] == []


# --- the next act, in the same file -----------------------------------------------------------------------------------

QUICK = {"cada-commune", "saint-denis", "veesion"}
DAY = dt.date(2026, 11, 29)


def pairs():
    found = []
    for case in CASES:
        for vers in dict.fromkeys(one.vers for one in read_life(case, ROOT, DAY)[0].tous):
            marks = [] if case.stem in QUICK else [pytest.mark.slow]
            found.append(pytest.param(case, vers, id=f"{case.stem}-{vers}", marks=marks))
    return found


@pytest.mark.one_in(4)
@pytest.mark.parametrize(("sample", "vers"), pairs())
def test_an_act_added_to_any_sample_only_adds_lines(sample, vers, tmp_path):
    """Nothing that was there moves, no other act says anything else; or nothing is written, and it is said why."""
    folder = sample.with_suffix("")
    if folder.is_dir():
        shutil.copytree(folder, tmp_path / folder.name)
    case = tmp_path / sample.name
    before = sample.read_text("utf-8")
    case.write_text(before, "utf-8")
    names = [order.nom or order.modele for order in read_case(case)[0].case.documents]
    try:
        done = add_act(case, ROOT, vers, DAY, f"{vers}-2" if vers in names else None)
    except ValueError as error:
        assert re.search("dit déjà autre chose|changerait", str(error))
        assert case.read_text("utf-8") == before
        return
    after = case.read_text("utf-8")
    kept = [line[2:] for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line[0] in " -"]
    added = [line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line[0] == "+"]
    assert kept == before.splitlines() and len(added) == len(done.lignes) == len(after.splitlines()) - len(kept)
    old, new = (read_yaml(text, "").data for text in (before, after))
    assert holds(new, old) and new["documents"][: len(names)] == [
        {**order, **({"pieces": new["documents"][i]["pieces"]} if "pieces" in new["documents"][i] else {})}
        for i, order in enumerate(old["documents"])
    ]
    assert max(map(len, done.lignes)) <= LONGEST
    order = read_case(case)[0].case.documents[-1]
    assert (order.nom or order.modele) == done.document and order.date == DAY.isoformat()
    wanted = TEMPLATES[vers].header
    assert {*wanted.roles} <= {*order.roles}
    problems = examine(case, ROOT, only=[done.document]).problems
    mistaken = {p.id for p in problems if p.gravite == ERREUR} & {
        "role-absent", "role-inconnu", "cle-inconnue", "partie-inconnue", "clause-inconnue", "valeur", "yaml", "chemin",
        "parametre-manquant", "GEN-37", "GEN-01", "CADA-11",
    }  # fmt: skip
    assert not mistaken, [str(p) for p in problems if p.id in mistaken]


BLOCK = """\
titre: Essai   # une note
date: 2026-01-12
lieu: Caen
parties:
  moi: {type: personne-physique, nom: A. Spécimen, adresse: "1, rue du Spécimen, 14000 Caen"}
  ville:
    type: commune
    nom: commune d'Exemple
    article: la
    genre: f
    adresse: "mairie, 14000 Caen"
    # telephone: 01 00 00 00 00

demande:
  destinataire: ville
  objet: la communication d'un marché
  documents: [le marché]
  # reponse: silence   # facultatif

# Les actes.
documents:
  - modele: demande-cada
    roles: {demandeur: moi, destinataire: ville}
    # precisions: [{texte: "…"}]
"""


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("last", [True, False])
def test_comments_line_ends_and_marks_stay(tmp_path, end, mark, last):
    case, text = tmp_path / "cas.yaml", BLOCK.replace("\n", end)
    text = text if last else text.removesuffix(end)
    case.write_bytes(mark + text.encode())
    add_act(case, ROOT, "saisine-cada", DAY)
    data = case.read_bytes()
    assert data.startswith(mark + b"titre") and (end == "\n") == (b"\r\n" not in data)
    made = data.decode("utf-8-sig").replace("\r\n", "\n")
    assert made.count("\n") == made.replace(end, "\n").count("\n")
    kept = iter(made.splitlines())
    assert all(line in kept for line in BLOCK.splitlines())
    # What is added to a block stands after the notes of that block, and before those of the next.
    assert "  # reponse: silence   # facultatif\n  recue_le: null" in made
    assert "    # telephone: 01 00 00 00 00\n  cada:" in made
    assert made.index("pieces:") < made.index("# Les actes.") < made.index("saisine-cada")


def refused(mandats, case, *words: str) -> str:
    before = {path: path.read_bytes() for path in sorted(case.parent.rglob("*")) if path.is_file()}
    done = mandats("suite", case.name, *words, cwd=case.parent)
    assert done.returncode == 2 and "Traceback" not in done.stderr, done.stdout
    assert {path: path.read_bytes() for path in sorted(case.parent.rglob("*")) if path.is_file()} == before
    return done.stderr


def test_what_cannot_be_added_is_said_and_nothing_is_written(tmp_path, mandats):
    case = tmp_path / "cas.yaml"
    case.write_text(BLOCK, "utf-8")
    assert "ne suit aucun acte de ce dossier (vouliez-vous dire « saisine-cada » ?)" in refused(
        mandats, case, "--ajouter", "saisine-cda"
    )
    assert "--nom ne va qu'avec --ajouter" in refused(mandats, case, "--nom", "autre")
    case.write_text(BLOCK.replace("demande:\n", "demande: &a\n"), "utf-8")
    refused(mandats, case, "--ajouter", "saisine-cada")
    case.write_text(REQUEST % ("", ""), "utf-8")
    add_act(case, ROOT, "saisine-cada", DAY)
    assert "« saisine-cada » est déjà dans le dossier ; un autre prend un autre nom : --nom saisine-cada-2" in refused(
        mandats, case, "--ajouter", "saisine-cada"
    )
    assert add_act(case, ROOT, "saisine-cada", DAY, "saisine-cada-2").document == "saisine-cada-2"
    case.write_text(BLOCK.replace("documents:\n  - modele", "documents: [\n  {modele").replace("ville}\n", "ville}}]\n")
                    .replace("    roles", "    , roles").replace("    # prec", "# prec"), "utf-8")  # fmt: skip
    assert "« documents » n'est pas écrit en bloc" in refused(mandats, case, "--ajouter", "saisine-cada")


def test_a_key_in_a_flow_is_left_to_whoever_wrote_it(tmp_path):
    case = tmp_path / "cas.yaml"
    case.write_text(REQUEST % ("", ""), "utf-8")
    done = add_act(case, ROOT, "saisine-cada", DAY)
    assert [told.split(", ")[0] for told in done.a_faire] == ["dans « demande »", "dans « demande »"]
    assert "piece: demande" in done.a_faire[1]


def test_a_file_of_that_name_among_the_pieces_is_never_written_over(tmp_path, mandats):
    case = tmp_path / "cas.yaml"
    case.write_text(BLOCK, "utf-8")
    assert (
        mandats("deposer", case.name, "--document", "demande-cada", "--le", "2026-01-13", cwd=tmp_path).returncode == 0
    )
    (tmp_path / "cas" / "pieces").mkdir()
    (tmp_path / "cas" / "pieces" / "01-demande-cada.pdf").write_bytes(b"mine")
    assert "existe déjà : renommez-le" in refused(mandats, case, "--ajouter", "saisine-cada")


def test_the_drawing_is_an_svg_whose_words_are_escaped(tmp_path, mandats):
    case = tmp_path / "cas.yaml"
    case.write_text(BLOCK.replace("titre: Essai", "titre: 'A <b> & \"c\"'"), "utf-8")
    done = mandats("suite", case.name, "--le", "2026-01-20", "--image", "vie.svg", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    root = ElementTree.parse(tmp_path / "vie.svg").getroot()
    words = [text for node in root.iter() if (text := (node.text or "").strip())]
    assert words.count('A <b> & "c"') == 2 and "demande-cada · à déposer (date imprimée)" in words


def test_a_complaint_left_unanswered_goes_to_the_conseil_d_etat_against_the_authority(tmp_path, mandats):
    shutil.copytree(ROOT / "cases" / "veesion", tmp_path / "veesion")
    case = tmp_path / "veesion.yaml"
    case.write_bytes((ROOT / "cases" / "veesion.yaml").read_bytes())
    assert mandats("noter", case.name, "plainte déposée", "--le", "2024-11-05", cwd=tmp_path).returncode == 0
    add_act(case, ROOT, "requete-rep", dt.date(2025, 3, 1))
    made = read_case(case)[0].case
    decision, demande, order = made.decision, made.demande, made.documents[-1]
    assert (decision.auteur, decision.nature, decision.date) == ("cnil", "implicite", "2025-02-05")
    assert (demande.destinataire, demande.recue_le, demande.piece) == ("cnil", "2024-11-05", "plainte")
    assert order.roles == {"requerant": "cliente", "defendeur": "cnil", "juridiction": "conseil-etat"}
    words = " ".join(plain_text(examine(case, ROOT, only=["requete-rep"]).documents[0]).split())
    assert "a demandé à la Commission nationale de l’informatique et des libertés l’instruction d’une plainte" in words
    # What runs is the limit against the authority's silence, not that of an administration's.
    found, _ = read_life(case, ROOT, dt.date(2025, 3, 2))
    assert [d.id for d in found.courent] == ["recours-ce-cnil"]


def test_of_several_acts_the_one_that_left_is_followed_or_the_one_that_is_named(tmp_path):
    source = (ROOT / "cases" / "acces-experimentations.yaml").read_text("utf-8")
    shutil.copytree(ROOT / "cases" / "acces-experimentations", tmp_path / "cas")
    case = tmp_path / "cas.yaml"
    case.write_text(
        source.replace("nom: acces-ratp", "nom: acces-ratp\n    depose: {le: 2025-03-03, dossier: x}"), "utf-8"
    )
    add_act(case, ROOT, "plainte-cnil", DAY)
    add_act(case, ROOT, "plainte-cnil", DAY, "autre", apres="acces-prefecture")
    made = read_case(case)[0].case
    before = {order.nom: order for order in made.documents}
    for nom, followed in (("plainte-cnil", "acces-ratp"), ("autre", "acces-prefecture")):
        order = next(o for o in made.documents if (o.nom or o.modele) == nom)
        assert order.roles["mis_en_cause"] == before[followed].roles["destinataire"]
        assert order.vise == before[followed].vise
    assert made.traitement is None  # those of `traitements` are aimed at by name
    with pytest.raises(UnknownName, match="ne suit pas l'acte « autre »"):
        add_act(case, ROOT, "plainte-cnil", DAY, "encore", apres="autre")


def test_what_an_act_that_left_has_done_is_asked_no_more(tmp_path):
    """The limit to seize the CADA, once the letter that seizes it left; its registration is still to be known."""
    case = REQUEST % (", recue_le: 2026-01-15", "")
    seized = case + "  - {modele: saisine-cada, roles: {demandeur: moi, destinataire: cada}%s}\n"
    seized = seized.replace("parties:\n", "parties:\n  cada: {type: autorite, nom: CADA}\n")
    for sent, running in (("", ["cada-saisine"]), (", depose: {le: 2026-02-20, dossier: x}", [])):
        assert [d.id for d in life(tmp_path, seized % sent, "2026-02-25").courent] == running
    asked = {n.vers: n for n in life(tmp_path, seized % sent, "2026-02-25").prochains}
    assert asked["recours-cada"].etat == "date" and "enregistré la saisine" in asked["recours-cada"].dit
    late = life(tmp_path, seized % ", depose: {le: 2026-05-20, dossier: x}", "2026-05-25").delais.delais
    assert [d.etat for d in late if d.id == "cada-saisine"] == ["fait-hors-delai"]


def test_an_opinion_that_was_noted_is_known_to_the_court(tmp_path, mandats):
    """Whether the block that tells it is there already, or comes with the act."""
    case = tmp_path / "cas.yaml"
    noted = "evenements:\n  - {quoi: saisine enregistrée par la CADA, le: 2026-02-25}\n"
    seized = BLOCK.replace("# Les actes", f"{noted}\n# Les actes")
    case.write_text(seized, "utf-8")
    add_act(case, ROOT, "saisine-cada", dt.date(2026, 2, 20))
    assert mandats("noter", case.name, "avis de la CADA", "--le", "2026-03-20", cwd=tmp_path).returncode == 0
    done = add_act(case, ROOT, "recours-cada", dt.date(2026, 4, 27))
    told = read_yaml(case.read_text("utf-8"), "").data["avis_cada"]
    assert told["date"] == "2026-03-20" and told["saisie_le"] == "2026-02-25"
    # Where each file goes is said.
    assert any("Accusé d'enregistrement" in one and "cas/pieces/" in one for one in done.pieces), done.pieces
    text = re.sub(r"(?m)^  date: 2026-03-20.*\n", "", case.read_text("utf-8"))
    case.write_text(text, "utf-8")
    assert read_case(case)[0].case.avis_cada.date == "2026-03-20"
    case.write_text(text.replace("saisie_le: 2026-02-25", "saisie_le: 2026-02-26"), "utf-8")
    assert read_case(case)[0].case.avis_cada.saisie_le == "2026-02-26"  # what is written wins


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("la mairie a refusé", "possibles : refus reçu ; "), ("accusé CADA", "vouliez-vous dire « saisine enregistrée"),
        ("avis de la cada reçu", "vouliez-vous dire « avis de la CADA »"), ("bonjour", "plainte déposée ; "),
    ],
)  # fmt: skip
def test_what_is_not_said_so_is_guessed_or_all_is_listed(words, meant, tmp_path, mandats):
    (tmp_path / "cas.yaml").write_text(BLOCK, "utf-8")
    done = mandats("noter", "cas.yaml", words, "--le", "2026-03-20", cwd=tmp_path)
    assert done.returncode == 2 and meant in done.stderr


def test_an_act_is_produced_under_the_day_it_prints(tmp_path):
    case = tmp_path / "cas.yaml"
    case.write_text(BLOCK, "utf-8")
    file_act(case, ROOT, "demande-cada", Envoi("2026-01-14"))
    add_act(case, ROOT, "saisine-cada", dt.date(2026, 2, 20))
    (piece,) = read_case(case)[0].case.pieces
    assert piece.date == "2026-01-12" and piece.titre.endswith("12 janvier 2026")
