"""An act that left is kept as it was, and nothing ever writes over it."""

import datetime as dt
import hashlib
import json
import re
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mandats.build import examine
from mandats.depot import Envoi, Inscription, file_act
from mandats.depot import undo_filing as undo
from mandats.load.ajout import add_key, drop_key
from mandats.load.yaml_places import read_yaml
from mandats.problem import AVERTISSEMENT
from mandats.registre import Refus
from tests.conftest import CASES, PIECE, ROOT

MANIFEST = "manifeste.json"
LETTER = "demande-cada"
DAY = "2025-01-07"


def deposit(case, working, nom, le, **how):
    return file_act(case, working, nom, Envoi(le, **how))


@pytest.fixture
def case(tmp_path: Path) -> Path:
    return real_case(tmp_path)


def real_case(tmp_path: Path) -> Path:
    """A shipped case, taken for a real one."""
    shutil.copytree(ROOT / "cases" / "cada-commune", tmp_path / "cada-commune")
    text = (ROOT / "cases" / "cada-commune.yaml").read_text("utf-8")
    text = re.sub(r"^specimen: true\n|^ *fictif: true\n", "", text, flags=re.M)
    text = re.sub(r", fictif: true", "", text)
    file = tmp_path / "cada-commune.yaml"
    file.write_text(text, "utf-8")
    return file


def files(folder: Path) -> dict[str, str]:
    return {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


def added(before: str, after: str) -> list[str]:
    return [line.strip() for line in after.split("\n") if line not in before.split("\n")]


def told(case: Path, *only: str) -> list[tuple[str, str]]:
    return [(p.gravite, p.message) for p in examine(case, ROOT, only=only).problems if p.id == "depot"]


def test_what_left_is_kept_with_what_made_it(case, mandats):
    before = case.read_text("utf-8")
    done = mandats("deposer", case, "--document", LETTER, "--le", DAY, "--canal", "lettre recommandée")
    assert done.returncode == 0, done.stderr
    folder = case.with_suffix("") / "deposes" / f"{DAY}-{LETTER}"
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    kept = files(folder)
    del kept[MANIFEST]
    assert kept == manifest["fichiers"]
    assert {"demande-cada.docx", "demande-cada.pdf", "texte.txt"} < {*kept}
    assert (manifest["le"], manifest["date_imprimee"]) == (DAY, "2025-01-13")
    assert [p["numero"] for p in manifest["pieces"]] == [1, 2]
    assert {name for name in kept if name.startswith("pieces/")} == {
        "pieces/01-deliberation-du-conseil-municipal-approuvant.pdf",
        "pieces/02-bulletin-municipal-annoncant-la-mise.pdf",
    }
    for piece in manifest["pieces"]:
        original = case.with_suffix("") / "pieces" / piece["fichier"]
        assert piece["copiee"] and hashlib.sha256(original.read_bytes()).hexdigest() == piece["sha256"]
    assert {*manifest["fichiers_du_modele"]} == {"template.yaml", "plan.md", "page.typ", "reference.docx"}
    assert {"crpa-l311-1", "crpa-l311-9"} & {*manifest["sources"]}
    assert manifest["entrees"]["cada-commune.yaml"] == hashlib.sha256(before.encode()).hexdigest()
    assert added(before, case.read_text("utf-8")) == [
        f"depose: {{le: {DAY}, dossier: {DAY}-{LETTER}, canal: lettre recommandée}}"
    ]
    assert (folder.parent / ".gitignore").read_text() == "*\n"


def test_nothing_writes_over_it_and_the_others_go_on(case, tmp_path, mandats):
    folder = deposit(case, ROOT, LETTER, DAY).dossier
    kept = files(folder)
    again = mandats("construire", case, "--sortie", tmp_path / "s", "--format", "docx")
    assert again.returncode == 0, again.stderr
    assert sorted(p.name for p in (tmp_path / "s").rglob("*.docx")) == ["recours-cada.docx", "saisine-cada.docx"]
    refused = mandats("construire", case, "--sortie", tmp_path / "s2", "--document", LETTER)
    assert refused.returncode == 1 and str(folder) in refused.stderr and not (tmp_path / "s2").exists()
    assert "est déjà déposé" in mandats("deposer", case, "--document", LETTER).stderr
    assert files(folder) == kept


def test_what_the_case_says_otherwise_since_is_told_at_both_places(case):
    deposit(case, ROOT, LETTER, DAY)
    assert told(case) == []
    case.write_text(case.read_text("utf-8").replace("Ville-Spécimen", "Ville-Autre"), "utf-8")
    ((gravite, message),) = told(case)
    assert gravite == AVERTISSEMENT
    assert re.search(r": « [^»]*Ville-Autre[^»]* » au lieu de « [^»]*Ville-Spécimen[^»]* »$", message)
    # Checks are of the acts that are still to leave: a pièce withdrawn from the case is no fault of the letter.
    assert not any(p.chemin.startswith("documents[0]") for p in examine(case, ROOT).problems if p.id != "depot")


def test_a_copy_that_the_case_does_not_note_is_told_then_noted_or_set_aside(case):
    before, kept = case.read_bytes(), deposit(case, ROOT, LETTER, DAY, canal="main propre")
    noted = case.read_bytes()
    case.write_bytes(before)
    ((gravite, message),) = told(case)
    assert gravite == AVERTISSEMENT and str(kept.dossier) in message
    again = deposit(case, ROOT, LETTER, "2025-02-02")  # whatever day is typed: the copy says its own
    assert (again.repris, again.dossier, case.read_bytes()) == (True, kept.dossier, noted)
    assert again.manifeste == kept.manifeste
    case.write_bytes(before)
    assert undo(case, LETTER)[0].parent.name == "annules" and told(case) == []


def test_a_day_before_the_one_it_prints_is_told(case, mandats):
    for day, said in (("2025-01-05", True), ("2025-01-13", False)):
        done = mandats("deposer", case.name, "--document", LETTER, "--le", day, cwd=case.parent)
        assert done.returncode == 0 and ("daté du 13 janvier 2025" in done.stdout) is said
        mandats("deposer", case.name, "--document", LETTER, "--annuler", cwd=case.parent)


def test_only_what_a_killed_filing_left_is_swept(case):
    kept = case.with_suffix("") / "deposes"
    for name in (".2025-01-01-x.0123abcd", ".garde", ".2025-01-01-x.0123abcz", "autre.0123abcd"):
        (kept / name).mkdir(parents=True)
    (kept / ".fichier.0123abcd").write_text("x")
    deposit(case, ROOT, LETTER, DAY)
    left = {p.name for p in kept.iterdir()}
    assert left == {
        ".garde", ".2025-01-01-x.0123abcz", "autre.0123abcd", ".fichier.0123abcd", ".gitignore", f"{DAY}-{LETTER}",
    }  # fmt: skip


def test_of_a_piece_redacted_the_redacted_copy_is_filed(case):
    text = case.read_text("utf-8")
    case.write_text(text.replace("cle: bulletin,", "cle: bulletin, occultee: occulte.pdf,"), "utf-8")
    (case.with_suffix("") / "pieces" / "occulte.pdf").write_bytes(PIECE)
    done = deposit(case, ROOT, LETTER, DAY)
    kept = next(p for p in done.manifeste["pieces"] if p["cle"] == "bulletin")
    assert kept["sha256"] == hashlib.sha256(PIECE).hexdigest() and told(case) == []
    original = case.with_suffix("") / "pieces" / "05-bulletin-municipal.pdf"
    assert hashlib.sha256(original.read_bytes()).hexdigest() not in files(done.dossier).values()


def test_a_case_written_otherwise_is_not_guessed():
    with pytest.raises(ValueError, match="ajoutez vous-même « depose"):
        add_key("documents:\n  - {}\n", ("documents", 0), "depose", {"le": DAY})
    with pytest.raises(ValueError, match="ajoutez vous-même"):
        add_key("documents:\n  - {depose: {le: 1}, a: 2}\n", ("documents", 0), "depose", {"le": DAY})
    with pytest.raises(ValueError, match="n'est pas dans le dossier"):
        drop_key("documents:\n  - {a: 2}\n", ("documents", 0), "depose")
    assert add_key("d:\n  - {a: 2}\n", ("d", 0), "depose", {"le": DAY}) == f"d:\n  - {{a: 2, depose: {{le: {DAY}}}}}\n"


def test_it_is_undone_whole(case, mandats):
    before, first = case.read_bytes(), deposit(case, ROOT, LETTER, DAY).dossier
    kept = files(first)
    away, day, counted = undo(case, LETTER)
    assert (day, counted) == (DAY, 0) and files(away) == kept and not first.exists() and case.read_bytes() == before
    second = deposit(case, ROOT, LETTER, DAY).dossier
    assert mandats("deposer", case, "--document", LETTER, "--annuler").returncode == 0
    assert not second.exists() and files(away) == kept  # two of the same day stand side by side
    with pytest.raises(ValueError, match="n'est pas déposé"):
        undo(case, LETTER)


def test_nothing_confidential_is_copied_but_to_a_safe_out_of_git(case, tmp_path):
    text = case.read_text("utf-8")
    case.write_text(text.replace("cle: bulletin,", "cle: bulletin, confidentielle: true,"), "utf-8")
    (tmp_path / "depot" / ".git").mkdir(parents=True)
    with pytest.raises(ValueError, match="dépôt git"):
        deposit(case, ROOT, LETTER, DAY, coffre=tmp_path / "depot" / "dedans")
    done = deposit(case, ROOT, LETTER, DAY, coffre=tmp_path / "coffre")
    secret = next(p for p in done.manifeste["pieces"] if p["cle"] == "bulletin")
    assert not secret["copiee"] and secret["sha256"] not in files(done.dossier).values()
    assert secret["sha256"] in files(tmp_path / "coffre").values()


def test_what_was_really_sent_is_kept_and_compared(case, tmp_path):
    first = deposit(case, ROOT, LETTER, DAY)
    sent, receipt = tmp_path / "signé.pdf", tmp_path / "accusé.pdf"
    shutil.copy(first.dossier / f"{LETTER}.pdf", sent)
    receipt.write_bytes(PIECE)
    undo(case, LETTER)
    same = deposit(case, ROOT, LETTER, DAY, accuse=receipt, fichier=sent)
    assert same.differences == () and {"accuse.pdf", "envoye.pdf"} < {*files(same.dossier)}
    undo(case, LETTER)
    case.write_text(case.read_text("utf-8").replace("Ville-Spécimen", "Ville-Autre"), "utf-8")
    other = deposit(case, ROOT, LETTER, DAY, fichier=sent)
    assert any("Ville" in said for said in other.differences)
    undo(case, LETTER)
    assert "aucun texte" in deposit(case, ROOT, LETTER, DAY, fichier=receipt).differences[0]


@pytest.mark.parametrize(
    "written",
    [
        "{",
        "[]",
        "{}",
        '{"document": "demande-cada", "le": "hier", "canal": 3, "fichiers": {}, "pieces": [], "mandants": 1}',
    ],
)
def test_a_folder_that_is_no_copy_of_ours_is_nobody_s_act(case, written):
    folder = case.with_suffix("") / "deposes" / "2025-01-01-autre"
    folder.mkdir(parents=True)
    (folder / MANIFEST).write_text(written, "utf-8")
    assert told(case) == []
    assert not deposit(case, ROOT, LETTER, DAY).repris and files(folder)


def test_a_file_with_a_byte_order_mark_keeps_it(case):
    case.write_bytes(b"\xef\xbb\xbf" + case.read_bytes())
    before = case.read_bytes()
    deposit(case, ROOT, LETTER, DAY)
    assert case.read_bytes().startswith(b"\xef\xbb\xbf") and told(case) == []
    undo(case, LETTER)
    assert case.read_bytes() == before


@pytest.mark.parametrize(
    ("change", "reason"),
    [(("titre:", "specimen: true\ntitre:"), "spécimen"), (("  - modele: demande-cada", "  - modele: autre"), "pas de")],
)
def test_what_cannot_be_filed_leaves_nothing(case, mandats, change, reason):
    case.write_text(case.read_text("utf-8").replace(*change, 1), "utf-8")
    done = mandats("deposer", case, "--document", LETTER)
    assert done.returncode == 2 and reason in done.stderr
    assert not (case.with_suffix("") / "deposes").exists()


def test_an_act_with_an_error_is_not_filed(case, mandats):
    text = case.read_text("utf-8")
    case.write_text(text.replace("cle: bulletin", "cle: journal", 1), "utf-8")
    done = mandats("deposer", case, "--document", LETTER)
    assert done.returncode == 1 and "Rien n'a été gardé" in done.stdout
    assert not (case.with_suffix("") / "deposes").exists()


def test_the_day_it_left_counts_for_time_limits(case, mandats):
    rep = ROOT / "cases" / "portiques-lycees.yaml"
    text = rep.read_text("utf-8")
    document = next(i for i, o in enumerate(read_yaml(text, "").data["documents"]) if o["modele"] == "requete-rep")
    filed = add_key(text, ("documents", document), "depose", {"le": "2018-12-14", "dossier": "2018-12-14-requete-rep"})
    shutil.copytree(rep.with_suffix(""), case.parent / rep.stem)
    (case.parent / rep.name).write_text(re.sub(r"instance_fond:.*\n(?:  .*\n)*", "", filed), "utf-8")
    done = mandats("delais", case.parent / rep.name, "--le", "2018-12-20")
    assert "14 décembre 2018" in done.stdout


@pytest.fixture(scope="module")
def counted(tmp_path_factory):
    """A complaint taken for real that counts twelve mandates, with their ledger."""
    from tests.test_campagne import Campaign
    from tests.test_registre import one, write_csv

    folder = tmp_path_factory.mktemp("campagne")
    campaign = Campaign(folder)
    text = campaign.case.read_text("utf-8").replace("specimen: true\n", "")
    campaign.case.write_text(re.sub(r", fictif: true|^ *fictif: true\n", "", text, flags=re.M), "utf-8")
    write_csv(folder / "export.csv", [one(i, signe_le="2022-06-01T08:00:00Z") for i in range(12)])
    text = campaign.text()
    campaign.registre("creer", "technopolice", "--texte", text, "--conservation", "2029-12-31", "--sans-phrase")
    campaign.registre("importer", folder / "export.csv")
    campaign.registre("etat", "--sortie", campaign.state)
    return campaign


COMPLAINT = "plainte-cnil-collective"


def test_an_act_that_counts_mandates_is_noted_in_their_ledger(counted, monkeypatch):
    """Once the copy is whole, before the case says so: whatever stops in between, the same again finishes."""
    case, before = counted.case, counted.case.read_bytes()
    at = dt.datetime(2022, 9, 30, 8, tzinfo=dt.UTC)
    noted = Inscription(counted.ledger, "essai", at)

    def acts():
        return [e.detail["acte"] for e in counted.ledger().evenements("depot")]

    state = counted.state.read_bytes()
    counted.state.write_bytes(state.replace(b'"campagne": "technopolice"', b'"campagne": "autre"'))
    with pytest.raises(Refus, match="autre campagne"):
        file_act(case, ROOT, COMPLAINT, Envoi("2022-09-30"), noted)
    counted.state.write_bytes(state)
    assert not (case.with_suffix("") / "deposes").exists() or not [*(case.with_suffix("") / "deposes").glob("[0-9]*")]
    for stopped in ("mandats.depot.gestes.file_act", "mandats.depot._note"):
        calls = []

        def stop(*given, calls=calls):
            calls.append(given)
            if given[-1] is not True:  # a trial refuses, and writes nothing
                raise KeyboardInterrupt

        monkeypatch.setattr(stopped, stop)
        with pytest.raises(KeyboardInterrupt):
            file_act(case, ROOT, COMPLAINT, Envoi("2022-09-30"), noted)
        monkeypatch.undo()
        assert calls and case.read_bytes() == before
    done = file_act(case, ROOT, COMPLAINT, Envoi("2022-10-01"), noted)
    assert (done.repris, done.inscrit, acts()) == (True, True, [COMPLAINT])
    assert b"le: 2022-09-30" in case.read_bytes()
    told = counted.registre("retirer", "3", at=at)
    assert f"« {COMPLAINT} »" in told
    said = counted.mandats("deposer", case, "--document", COMPLAINT, "--annuler")
    assert "mandats (12)" in said and "il y reste" in said
    assert acts() == [COMPLAINT]
    case.write_bytes(before)


BLOCKS = st.sampled_from(CASES)


@given(BLOCKS, st.integers(0, 3), st.booleans())
def test_a_key_added_then_dropped_leaves_every_case_as_it_was(path, rank, crlf):
    text = path.read_text("utf-8").replace("\n", "\r\n" if crlf else "\n")
    index = rank % len(read_yaml(text, "").data["documents"])
    told = {"le": DAY, "dossier": f"{DAY}-x", "canal": None}
    made = add_key(text, ("documents", index), "depose", told)
    assert drop_key(made, ("documents", index), "depose") == text
    assert len(made.split("\n")) - len(text.split("\n")) in (0, 1)
    assert read_yaml(made, "").data["documents"][index]["depose"] == {"le": DAY, "dossier": f"{DAY}-x"}


@pytest.mark.parametrize(
    ("case", "document", "where", "kept"),
    [
        ("cada-commune", "demande-cada", "téléservice", "accusé de réception"),
        ("cada-commune", "saisine-cada", "TSA 50730, 75334 Paris", "date d'enregistrement"),
        ("cada-commune", "recours-cada", "www.telerecours.fr", "accusé de dépôt"),
        ("acces-taj", "acces-fichier-police", "place Beauvau, 75008 Paris", "deux mois"),
        ("veesion", "plainte-cnil", "TSA 80715", "numéro de la plainte"),
        ("testwe", "refere-suspension", "« référé » sur l'enveloppe", "accusé de dépôt"),
    ],
)
def test_each_act_knows_where_it_is_sent(mandats, case, document, where, kept):
    done = mandats("envoyer", f"cases/{case}.yaml", "--document", document)
    words = " ".join(done.stdout.split())
    assert done.returncode == 0 and where in words and kept in words
    assert f"mandats deposer cases/{case}.yaml --document {document} --le" in words


def test_the_words_to_copy_name_the_act_and_its_pieces_but_never_a_confidential_one(mandats):
    words = mandats("envoyer", "cases/veesion.yaml", "--document", "plainte-cnil", "--texte").stdout
    assert "– Le droit d’opposition est méconnu" in words and "– n° 5, Ticket de caisse" in words
    assert "{" not in words and "société Magasin Spécimen" in words
    collective = mandats("envoyer", "cases/technopolice.yaml", "--document", "plainte-videosurveillance", "--texte")
    assert collective.returncode == 0 and "État des" not in collective.stdout


def test_every_act_that_is_sent_has_its_entry():
    """Of the shipped templates, all but the forms and what an association keeps."""
    from mandats.api import list_templates
    from mandats.tables import read_table

    table = read_table(ROOT / "mandats" / "figures" / "envois.yaml")
    families = {slug: {*t.header.famille} for slug, t in list_templates(ROOT)[0].items()}
    apart = {"campagne", "formulaire-de-mandat", "procuration", "designation", "inventaire"}
    assert [slug for slug, of in families.items() if not of & {*table} and not of & apart] == []
    assert {*table} <= set().union(*families.values())


def test_where_a_clause_stands_and_in_which_version(case, mandats):
    """Acts to come, acts that left; the version of the day they left, which the library may no longer hold."""
    clause = "cada/communication"
    before = mandats("clauses", "historique", clause, case)
    now = re.search(r"version (\w{12})", before.stdout)[1]
    assert "recours-cada" in before.stdout and "déposé" not in before.stdout
    deposit(case, ROOT, "saisine-cada", "2025-03-10")
    after = mandats("clauses", "historique", clause, case)
    assert re.search(r"saisine-cada +déposé le 2025-03-10, version d'aujourd'hui", after.stdout)
    (manifest,) = case.parent.rglob(MANIFEST)
    manifest.write_text(manifest.read_text("utf-8").replace(now, "0" * 12), "utf-8")
    told = mandats("clauses", "historique", clause, case).stdout
    assert f"version {'0' * 12}, changée depuis" in told and str(manifest.parent) in told
    manifest.write_text(manifest.read_text("utf-8").replace(f'"{clause}"', '"cada/partie"'), "utf-8")
    gone = mandats("clauses", "historique", "cada/partie", case)  # the library has no such clause any more
    assert gone.returncode == 0 and "n'est plus dans la bibliothèque" in gone.stdout
    assert "vouliez-vous dire" in mandats("clauses", "historique", "cada/communicatio", case).stderr.lower()
