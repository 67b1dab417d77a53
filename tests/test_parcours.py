"""From `nouveau` to the last filed act, as a group would: one file, few commands, blanks filled in the text."""

import json
import re
from pathlib import Path

import pytest
import yaml

from tests.conftest import PIECE, ROOT

COUNTED = ("nouveau", "deposer", "suite", "noter")


class Group:
    """Someone with a folder, a shell and a text editor."""

    def __init__(self, folder: Path, mandats):
        self.folder, self.mandats, self.commands = folder, mandats, []
        self.case = folder / "ville.yaml"

    def type(self, *words: str, code: int = 0) -> str:
        self.commands += [words[0]] if words[0] in COUNTED else []
        done = self.mandats(*words, cwd=self.folder)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout

    def fill(self, answers: dict[str, str]) -> None:
        """Put an answer in the place of the first blank, or null, that each question leads to."""
        text = self.case.read_text("utf-8")
        for asked, answer in answers.items():
            blank = rf'"\[à compléter : {re.escape(asked)}[^"]*"' if " " in asked else rf"(?<={re.escape(asked)}: )null"
            text, done = re.subn(blank, lambda _, answer=answer: answer, text, count=1)
            assert done, asked
        self.case.write_text(text, "utf-8")

    def file(self, nom: str, le: str) -> str:
        self.type("deposer", self.case.name, "--document", nom, "--le", le)
        return (self.folder / "ville" / "deposes" / f"{le}-{nom}" / "texte.txt").read_text("utf-8")

    def pieces(self, nom: str, le: str) -> list[tuple[int, str]]:
        told = json.loads((self.folder / "ville" / "deposes" / f"{le}-{nom}" / "manifeste.json").read_text("utf-8"))
        return [(piece["numero"], piece["cle"]) for piece in told["pieces"]]


@pytest.fixture
def group(tmp_path, mandats) -> Group:
    """The request was sent, and received."""
    group = Group(tmp_path, mandats)
    group.type("nouveau", group.case.name, "--modele", "demande-cada")
    text = group.case.read_text("utf-8")
    text = re.sub(r"(?m)^date: \S+", "date: 2026-01-12", text)
    text = text.replace("type: association ", "type: personne-physique ").replace('article: "l\'"', "article: aucun")
    text = re.sub(r"(?m)^    represente_par:.*\n", "", text)
    group.case.write_text(text, "utf-8")
    group.fill({
        "titre du dossier": "A. Spécimen c. commune d'Exemple", "lieu de signature": "Caen",
        "nom sans article, ex. : association": "A. Spécimen", "adresse sur": '"1, rue du Spécimen, 14000 Caen"',
        "courriel, ou": "a@example.org", "nom sans article, ex. : commune": "commune d'Exemple",
        "adresse sur une": '"mairie, 14000 Caen"', "un document par": "le marché de vidéosurveillance",
    })  # fmt: skip
    return group


def sent(group: Group) -> dict[Path, bytes]:
    return {p: p.read_bytes() for p in sorted((group.folder / "ville" / "deposes").rglob("*")) if p.is_file()}


def test_from_the_request_to_the_court_in_one_file_and_six_commands(group):
    request = group.file("demande-cada", "2026-01-13")
    assert "le marché de vidéosurveillance" in request

    group.type("suite", group.case.name, "--ajouter", "saisine-cada", "--le", "2026-02-20")
    group.fill({"recue_le": "2026-01-15"})
    before = sent(group)
    referral = group.file("saisine-cada", "2026-02-21")
    assert group.pieces("saisine-cada", "2026-02-21") == [(1, "demande")]
    assert "du refus opposé par la commune d’Exemple" in referral and "Commission d’accès" in referral
    assert "La demande a été reçue le 15 janvier 2026 (pièce n° 1). Le silence gardé pendant un mois" in referral
    kept = group.folder / "ville"
    copy = (kept / "pieces" / "01-demande-cada.pdf").read_bytes()
    assert copy == (kept / "deposes" / "2026-01-13-demande-cada" / "demande-cada.pdf").read_bytes()

    group.type("suite", group.case.name, "--ajouter", "recours-cada", "--le", "2026-04-27")
    (kept / "pieces" / "02-accuse-cada.pdf").write_bytes(PIECE)
    group.fill({
        "date": "2026-04-25", "saisie_le": "2026-02-25", "le fait, minuscule": "la commune a acheté des caméras",
        "le lieu du siège": "à Caen", "la mission exercée": "de la police municipale",
        "le refus et": "Le silence gardé pendant un mois a fait naître un refus",
        "le délai, avec": "dans un délai d'un mois",
    })  # fmt: skip
    court = group.file("recours-cada", "2026-04-28")
    assert group.commands == ["nouveau", "deposer", "suite", "deposer", "suite", "deposer"]

    assert group.pieces("recours-cada", "2026-04-28") == [(1, "demande"), (2, "accuse-cada")]
    assert "tribunal administratif de Caen" in court
    assert (
        "Par une demande reçue le 15 janvier 2026 (pièce n° 1), A. Spécimen a demandé à la commune d’Exemple" in court
    )
    assert "qui a enregistré la saisine le 25 février 2026, n’a pas encore rendu son avis (pièce n° 2)" in court
    assert (
        "la CADA, saisie dans le délai de deux mois, a enregistré la demande le 25 février 2026 (pièce n° 2)" in court
    )
    assert "a fait naître, le 25 avril 2026, la décision attaquée" in court
    assert "saisie le" not in court
    assert court.count("le marché de vidéosurveillance") == 2  # argued, asked for; typed once
    after = sent(group)
    assert {path: after[path] for path in before} == before
    told = group.type("verifier", group.case.name)
    assert "le dossier dit à présent autre chose" not in told
    life = group.type("suite", group.case.name, "--le", "2026-04-29")
    assert [line.split()[1] for line in life.splitlines() if "· déposé" in line] == [
        "demande-cada", "saisine-cada", "recours-cada",
    ]  # fmt: skip


def test_the_scaffold_of_an_association_goes_on_to_the_court(tmp_path, mandats):
    """Its statutes, which the court wants, are asked of no letter before."""
    for typed in (
        ("nouveau", "v.yaml", "--modele", "demande-cada"), ("suite", "v.yaml", "--ajouter", "saisine-cada"),
        ("suite", "v.yaml", "--ajouter", "recours-cada"),
    ):  # fmt: skip
        done = mandats(*typed, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    assert "type: association" in (tmp_path / "v.yaml").read_text("utf-8")


def test_a_refusal_that_was_noted_goes_with_the_referral(group):
    request = group.file("demande-cada", "2026-01-13")
    assert "Je souhaite le recevoir" in request and "Si ce document comporte" in request  # there is but one
    assert "mandats suite" in group.type("noter", group.case.name, "refus reçu", "--le", "2026-01-31")
    group.type("suite", group.case.name, "--ajouter", "saisine-cada", "--le", "2026-02-20")
    assert "reponse: refus" in (text := group.case.read_text("utf-8")) and "reponse_le: 2026-01-31" in text
    (group.folder / "ville" / "pieces" / "02-refus.pdf").write_bytes(PIECE)
    group.fill({"recue_le": "2026-01-15"})
    referral = group.file("saisine-cada", "2026-02-21")
    assert group.pieces("saisine-cada", "2026-02-21") == [(1, "demande"), (2, "refus")]
    assert "L’administration l’a rejetée le 31 janvier 2026 (pièce n° 2)" in referral
    assert "un avis favorable à cette communication" in referral
    assert yaml.safe_load(group.case.read_text("utf-8"))["pieces"][1]["date"].isoformat() == "2026-01-31"


def test_an_appeal_knows_the_court_that_ruled_and_the_day_it_was_notified(tmp_path, mandats):
    """Of the drone case before its appeal; the days are those of the specimen."""
    text = (ROOT / "cases" / "drones-2020.yaml").read_text("utf-8")
    text = text[: text.index("  - modele: appel-refere-liberte")]
    noted = "{quoi: ordonnance notifiée, le: 2020-05-05, document: refere-liberte, motif: defaut-d-urgence}"
    (tmp_path / "drones.yaml").write_text(
        text.replace("documents:\n  - m", f"evenements: [{noted}]\ndocuments:\n  - m")
    )
    added = mandats("suite", "drones.yaml", "--ajouter", "appel-refere-liberte", "--le", "2020-05-06", cwd=tmp_path)
    assert added.returncode == 0, added.stderr
    case = yaml.safe_load((tmp_path / "drones.yaml").read_text("utf-8"))
    order = case["documents"][-1]
    assert order["roles"] == {"requerant": "lqdn", "defendeur": "prefet", "juridiction": "conseil-etat"}
    assert order["jugement"]["juridiction"] == "ta-paris"
    assert str(order["jugement"]["notifie_le"]) == "2020-05-05"
    assert order["comme"] == {"document": "refere-liberte", "sections": ["moyens"]}
    assert {*case["parties"]} == {"lqdn", "prefet", "ta-paris", "conseil-etat"}
