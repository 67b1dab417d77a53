"""A campaign lives: form first, ledger, people, a complaint filed ten weeks later, then someone leaves, another moves.

The text that people signed is one, whatever the case becomes; what depends on the list is redone by one command, and
what was filed stays as it left. A stop after any writing leaves what the same command finishes.
"""

import contextlib
import datetime as dt
import hashlib
import json
import re
import shutil
from pathlib import Path
from unittest import mock

import pytest
from click.testing import CliRunner

from mandats.blocks import plain
from mandats.build import examine
from mandats.cli import main
from mandats.depot import Envoi, Inscription, file_act
from mandats.publiposter import suivi
from mandats.publiposter.orders import blank_forms
from mandats.registre import Refus, gestes, textes
from mandats.registre.importation import import_roster, rules_of
from mandats.registre.ledger import create_ledger, ouvrir
from mandats.registre.secret import make_key, sha256_file
from mandats.texte import differences, text_of
from tests import roster
from tests.conftest import PIECE, ROOT
from tests.test_campagne import Campaign, words
from tests.test_registre import one, write_csv

OPENED = dt.datetime(2022, 5, 24, 9, 0, tzinfo=dt.UTC)
CLOSED = dt.datetime(2022, 8, 2, 8, 0, tzinfo=dt.UTC)
AFTER = dt.datetime(2022, 8, 20, 22, 30, tzinfo=dt.UTC)  # the 21st in Paris
COMPLAINT, OTHER = "plainte-cnil-collective", "plainte-videosurveillance"


class Living(Campaign):
    """The sample campaign taken for a real one, its commands run at an hour of ours."""

    def __init__(self, folder: Path):
        super().__init__(folder)
        self.pieces, self.forms, self.annex = self.case.with_suffix("") / "pieces", folder / "m", folder / "annexe.pdf"
        self.change("specimen: true\n", "")
        self.change(r"(?m)^date: .*", "date: 2022-06-15")

    def change(self, pattern: str, new: str) -> None:
        text = self.case.read_text("utf-8")
        changed = re.sub(pattern, new, text)
        assert changed != text
        self.case.write_text(changed, "utf-8")

    def run(self, *arguments: object, at: dt.datetime, code: int | None = 0, given: str = "") -> str:
        with mock.patch("mandats.cli.terminal.now", lambda: at):
            done = CliRunner(env=self.env).invoke(main, [*map(str, arguments)], input=given)
        assert code is None or done.exit_code == code, (done.exit_code, done.exception, done.output[-1500:])
        return done.output

    def produce(self, *more: object, at: dt.datetime, to: Path | None = None) -> str:
        asked = ("--sortie", to or self.forms, "--format", "docx", "--processus", 1, *more)
        return self.run("publiposter", "produire", self.case, *asked, at=at)

    def count(self, people: int = 31, at: dt.datetime = CLOSED) -> None:
        """From the blank form to the state, the forms and the annex."""
        creation = ("--conservation", "2037-12-31", "--sans-phrase")
        self.run("registre", "creer", "technopolice", "--texte", self.text(), *creation, at=OPENED)
        write_csv(self.folder / "export.csv", [one(i, commune="Villeneuve") for i in range(people)])
        self.run("registre", "importer", self.folder / "export.csv", at=at)
        self.run("registre", "etat", "--sortie", self.state, at=at)
        self.produce(at=at)
        self.run("publiposter", "annexe", self.case, "--sortie", self.annex, at=at)


def hashes(folder: Path, *but: str) -> dict[str, str]:
    files = (p for p in sorted(folder.rglob("*")) if p.is_file() and p.name not in but)
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def rules(case: Path, *only: str, **how: object) -> dict[str, list[str]]:
    """The errors of these documents (by default a complaint and the form), by rule."""
    found: dict[str, list[str]] = {}
    for problem in examine(case, ROOT, only=only or (COMPLAINT, "mandat-vierge"), **how).errors:
        found.setdefault(problem.id, []).append(f"{problem.chemin} : {problem.message}")
    return found


@pytest.mark.slow
def test_a_campaign_from_its_form_to_what_follows_the_filing(tmp_path):
    campaign = Living(tmp_path)
    sketch = campaign.pieces / "12-rapport-2018.pdf"
    sketch.rename(tmp_path / "absent.pdf")
    assert "mandants-discordants" in rules(campaign.case) and "piece-absente" in rules(campaign.case)
    forms, problems = blank_forms(campaign.case, ROOT)  # the complaint is a sketch: its form is ready all the same
    assert not problems and "texte du 24 mai 2022" in words(forms["mandat-vierge.pdf"])

    campaign.count()
    assert "31 mandats" in campaign.run("registre", "texte", at=CLOSED)
    (tmp_path / "absent.pdf").rename(sketch)
    campaign.change(r"(?m)^date: .*", "date: 2022-08-02")
    again, _ = blank_forms(campaign.case, ROOT)
    assert again == forms  # ten weeks later the act has another day; the text that people signed has not
    assert "déjà complet" in campaign.produce(at=CLOSED)
    campaign.change("15 248", "31")

    built = (campaign.case, "--final", "--sortie", tmp_path / "s")
    assert "etat-depasse" not in campaign.run("construire", *built, "--document", COMPLAINT, at=CLOSED)
    said = words((tmp_path / "s" / "technopolice" / f"{COMPLAINT}.pdf").read_bytes())
    assert "31 personnes" in said and "2 août 2022 à 10 h 00 (heure de Paris, UTC+2)" in said
    annex = words(campaign.annex.read_bytes())
    assert (
        "31 mandats valides le 2 août 2022 à 10 h 00 (heure de Paris, UTC+2)" in annex
        and "temps universel" not in annex
    )
    assert "Texte du 24 mai 2022 : 31 mandats" in annex

    noted = Inscription(campaign.ledger, "essai", CLOSED)
    done = file_act(campaign.case, ROOT, COMPLAINT, Envoi("2022-08-03"), noted)
    assert done.dossier and done.manifeste["liste"]["instant"] == "2022-08-02T08:00:00.000000Z"
    filed, before = hashes(done.dossier), hashes(campaign.forms)

    told = campaign.run("registre", "retirer", "8", at=AFTER)
    for stale in (campaign.state, campaign.annex, campaign.forms / "mandat-000008.docx"):
        assert f"{stale} : à " in told
    told = campaign.run("registre", "corriger", "12", "commune", at=AFTER, given="Autreville\n")
    assert f"{campaign.forms / 'mandat-000012.docx'} : à refaire" in told
    assert OTHER in told and f"  {COMPLAINT} (" not in told  # the filed one is not to be rebuilt
    told = campaign.produce(at=AFTER)
    assert "périmé" in told and "n° 8, n° 12" in told and "rien à faire" not in told
    told = campaign.run("construire", *built, "--document", OTHER, at=AFTER, code=1)
    assert "ne comptent plus : n° 8)" in told and "[etat-depasse]" in told

    refused = file_act(campaign.case, ROOT, OTHER, Envoi("2022-08-21"), Inscription(campaign.ledger, "essai", AFTER))
    assert refused.dossier is None and "etat-depasse" in {p.id for p in refused.problems}

    told = campaign.run("publiposter", "actualiser", at=AFTER)
    assert "30 mandats au 21 août 2022 à 0 h 30 (heure de Paris, UTC+2)" in told
    assert "supprimés, hors de la liste : n° 8 " in told and "1 mandats refaits" in told
    assert (
        f"déposé le 2022-08-03, inchangé, copie {done.dossier} : {COMPLAINT}" in told and "comptait n° 8, n° 12" in told
    )
    assert hashes(done.dossier) == filed
    after = hashes(campaign.forms)
    assert {n for n in before if before[n] != after.get(n)} == {
        "mandat-000008.docx", "mandat-000012.docx", "empreintes.txt", "publipostage.json", "index.csv.age",
    }  # fmt: skip
    with contextlib.chdir(campaign.state.parent):
        campaign.run("registre", "etat", "--sortie", campaign.state.name, at=AFTER)
    campaign.produce(at=AFTER, to=tmp_path / "neuf")
    assert hashes(tmp_path / "neuf", "index.csv.age") == hashes(campaign.forms, "index.csv.age")
    state = json.loads(campaign.state.read_text("utf-8"))
    annex = words(campaign.annex.read_bytes())
    assert state["nombre"] == 30 and "30 mandats valides le 21 août 2022" in annex and "Autreville" in annex
    assert "à jour" in campaign.run("publiposter", "actualiser", at=AFTER + dt.timedelta(days=1))
    assert json.loads(campaign.state.read_text("utf-8")) == state  # nothing changed: the instant stays

    # The acts that did not leave follow the new list, once they are of its day.
    assert "liste arrêtée le 2022-08-21" in str(rules(campaign.case, OTHER))
    campaign.change(r"(?m)^date: .*", "date: 2022-08-22")
    campaign.change("31 (mandats|personnes)", r"30 \1")
    campaign.run("construire", *built, "--document", OTHER, at=AFTER)
    assert "30 personnes" in words((tmp_path / "s" / "technopolice" / f"{OTHER}.pdf").read_bytes())
    assert hashes(done.dossier) == filed


@pytest.mark.slow
def test_a_form_a_piece_or_an_annex_that_is_not_what_people_signed_is_an_error(tmp_path):
    campaign = Living(tmp_path)
    campaign.count(3)
    campaign.change(r"(?m)^date: .*", "date: 2022-08-02")
    piece = campaign.pieces / "05-modele-mandat.pdf"
    assert "texte-du-mandat" not in rules(campaign.case)
    sound = piece.read_bytes()
    for other, why in ((campaign.annex.read_bytes(), "au lieu de « Mandat donné"), (PIECE, "aucun texte")):
        piece.write_bytes(other)
        assert why in str(rules(campaign.case)["texte-du-mandat"])
    piece.write_bytes(sound)
    shutil.copy(campaign.annex, campaign.pieces / "06-etat-mandats.pdf")
    assert "liste-des-mandants" not in rules(campaign.case)
    campaign.run("registre", "retirer", "2", at=AFTER)
    campaign.run("publiposter", "actualiser", at=AFTER)
    assert len(rules(campaign.case)["liste-des-mandants"]) == 1

    campaign.change("(?s)(nom: mandat-vierge\n.*?date: )2022-05-24", r"\g<1>2022-05-25")
    (told,) = rules(campaign.case)["texte-du-mandat"]
    assert "25 mai 2022" in told and "au lieu de" in told and len(told) < 400
    done = campaign.run("publiposter", "produire", campaign.case, "--sortie", tmp_path / "autre", at=AFTER, code=1)
    assert "texte du 25 mai 2022" in done and not (tmp_path / "autre").exists()
    campaign.change("(?s)(nom: mandat-vierge\n.*?)    date: 2022-05-25\n", r"\1")  # the ledger's own day
    assert "texte-du-mandat" not in rules(campaign.case)
    assert "texte du 24 mai 2022" in words(blank_forms(campaign.case, ROOT)[0]["mandat-vierge.pdf"])


def test_without_a_day_of_its_own_a_form_is_not_handed_out(tmp_path):
    campaign = Living(tmp_path)
    campaign.change("(?s)(nom: mandat-vierge\n.*?)    date: 2022-05-24\n", r"\1")
    forms, problems = blank_forms(campaign.case, ROOT)
    assert not forms and [p.id for p in problems] == ["texte-du-mandat"]
    assert "« date: » du document" in rules(campaign.case, "mandat-vierge", final=True)["blanc"][0]


@pytest.fixture
def ledger(tmp_path):
    """Two texts, of the same people: each said what it is."""
    first, second = tmp_path / "un.txt", tmp_path / "deux.txt"
    first.write_text("Je donne mandat (texte du 1er mai 2022).", "utf-8")
    second.write_text("Je donne mandat et pouvoir (texte du 1er juin 2022).", "utf-8")
    key, read = make_key(tmp_path / "cle", None), textes.read_mandate(first, None)
    facts = {"campagne": "essai", "texte": read["empreinte"], "conservation": "2037-12-31", "age_minimum": 18}
    create_ledger(str(tmp_path / "m.registre"), key, facts, "essai", OPENED, read)
    made = ouvrir(tmp_path / "m.registre", tmp_path / "cle")
    assert textes.enter_text(made, second, None, "essai", OPENED)[1]
    assert not textes.enter_text(made, second, None, "essai", OPENED)[1]
    yield made
    made.close()


def test_each_mandate_stays_under_the_text_that_was_signed(ledger, tmp_path):
    rows = [one(i, signe_le="2022-06-10T08:00:00Z") for i in range(4)]
    header = roster.HEADERS["simple"] | {"version": "Version"}
    rows[0] |= {"version": "2022-05-01"}
    rows[1] |= {"version": textes.texts_of(ledger)[1].empreinte}
    rows[2] |= {"version": "2022-04-01"}
    done = import_roster(ledger, write_csv(tmp_path / "a.csv", rows, header), rules_of(ledger, CLOSED), "essai")
    assert (done.entrees, [f.genre for _, f in done.fautes]) == (2, ["version", "version"])
    for text, fault in (("2022-06-01", []), ("2022-05-01", [])):
        chosen = rules_of(ledger, CLOSED, texte=text)
        path = write_csv(
            tmp_path / f"{text}.csv", [one(10 + len(text + str(fault)) + int(text[6]), signe_le="2022-06-11")]
        )
        assert [f.genre for _, f in import_roster(ledger, path, chosen, "essai").fautes] == fault
    early = write_csv(tmp_path / "tot.csv", [one(40, signe_le="2022-05-31T21:59:00Z")])
    done = import_roster(ledger, early, rules_of(ledger, CLOSED, texte="2022-06-01"), "essai")
    assert [(f.colonne, f.genre) for _, f in done.fautes] == [("signe_le", "signature-avant-texte")]
    with pytest.raises(Refus, match="le registre tient texte du 1er mai 2022"):
        rules_of(ledger, CLOSED, texte="2022-07-01")
    state = ledger.etat()
    assert [(t["date"], t["nombre"], t["avant"]) for t in state["textes"]] == [
        ("2022-05-01", 2, 0),
        ("2022-06-01", 2, 0),
    ]
    assert [m.numero for m in ledger.mandants(texte=2)] == [2, 3]
    faults, _ = gestes.correct(ledger, 1, {"texte": "2022-06-01"}, rules_of(ledger, CLOSED), "essai")
    assert not faults and [m.numero for m in ledger.mandants(texte=2)] == [1, 2, 3]
    assert ledger.etat()["empreinte"] != state["empreinte"]
    assert gestes.export_person(ledger, 1)["texte_du"] == "2022-06-01"


@pytest.mark.slow
def test_a_ledger_that_holds_a_hash_alone_goes_on_and_learns_its_text(tmp_path):
    campaign = Living(tmp_path)
    key = make_key(campaign.key, None)
    facts = {"campagne": "technopolice", "texte": sha256_file(campaign.text()), "conservation": "2037-12-31"}
    create_ledger(campaign.env["MANDATS_REGISTRE"], key, facts | {"age_minimum": 18}, "essai", OPENED)
    early = one(0, signe_le="2022-05-20T08:00:00Z")
    write_csv(tmp_path / "export.csv", [early, *(one(i) for i in range(1, 4))])
    campaign.run("registre", "importer", tmp_path / "export.csv", at=CLOSED)
    campaign.run("registre", "etat", "--sortie", campaign.state, at=CLOSED)
    campaign.change(r"(?m)^date: .*", "date: 2022-08-02")
    found = examine(campaign.case, ROOT).problems
    assert not {"texte-du-mandat", "texte-inconnu"} & {p.id for p in found}  # the pièce is that very file
    told = campaign.produce(at=CLOSED)
    assert "[texte-du-mandat]" in told and "que l'empreinte du texte accepté" in told and "4 mandats sur 4" in told
    (campaign.pieces / "05-modele-mandat.pdf").write_bytes(PIECE)
    assert "texte-inconnu" in {p.id for p in examine(campaign.case, ROOT).problems}
    told = campaign.run("registre", "texte", campaign.text(), at=AFTER)
    assert told.startswith("inscrit : texte du 24 mai 2022")
    assert "dont 1 signés avant cette date" in campaign.run("registre", "texte", at=AFTER)
    campaign.run("publiposter", "actualiser", at=AFTER)
    campaign.change(r"(?m)^date: .*", "date: 2022-08-22")
    assert "1 mandats signés avant leur texte" in str(rules(campaign.case)["texte-du-mandat"])


@pytest.mark.parametrize(
    ("name", "content", "date", "why"),
    [
        ("a.txt", b"Je donne mandat.", None, "ne dit pas sa date"),
        ("a.txt", b"Mandat (texte du 1er mai 2022)", "2022-05-02", "se dit du 1er mai 2022, non du 2 mai 2022"),
        ("a.txt", b"Mandat", "2022-13-01", "AAAA-MM-JJ attendu"),
        ("a.pdf", (ROOT / "tests/data/piece.pdf").read_bytes(), "2022-05-01", "aucun texte à lire"),
        ("a.docx", b"PK\x03\x04", "2022-05-01", "aucun texte à lire"),
        ("a.txt", b"\xff\xfe\x00", "2022-05-01", "aucun texte à lire"),
        ("absent", None, "2022-05-01", "introuvable"),
    ],
)
def test_a_file_that_gives_no_text_or_no_day_is_refused(name, content, date, why, tmp_path):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(Refus, match=why):
        textes.read_mandate(tmp_path / name, date)


def test_copies_of_a_text_are_one_and_another_is_told_where_it_differs():
    forms, _ = blank_forms(ROOT / "cases" / "gafam.yaml", ROOT)
    held, *others = (text_of(data) for data in forms.values())
    assert len(held) > 4000 and [differences(held, text) for text in others] == ["", ""]
    assert differences(held, held.replace("gratuit.", "gratuit, sauf frais.")) == (
        "« Le mandat est gratuit, sauf frais. Le mandataire supporte » au lieu de "
        "« Le mandat est gratuit. Le mandataire supporte »"
    )
    assert "et 1 autres" in differences("a b c d e f g h i j k l", "a x c d e f y h i j k z")


class Stop(BaseException):
    pass


@pytest.mark.slow
def test_a_stop_at_any_writing_leaves_what_the_same_command_finishes(tmp_path):
    """Each file that it writes, renames or removes is refused in turn; run again, all is as without a stop."""
    campaign = Living(tmp_path / "a")
    campaign.count(6)
    for number in ("2", "5"):
        campaign.run("registre", "retirer", number, at=AFTER)
    campaign.run("registre", "corriger", "3", "commune", at=AFTER, given="Autreville\n")
    saved = tmp_path / "saved"
    shutil.copytree(campaign.folder, saved)

    def refresh(**grappe: str) -> None:
        made = ouvrir(campaign.env["MANDATS_REGISTRE"], campaign.key)
        try:
            suivi.refresh(made, AFTER + dt.timedelta(minutes=5), ROOT, **grappe)
        finally:
            made.close()

    def outcome() -> dict[str, str]:
        return hashes(campaign.folder, "index.csv.age", "m.cle.sorties")

    refresh(grappe="locale")
    elsewhere, stops = outcome(), 0
    shutil.rmtree(campaign.folder)
    shutil.copytree(saved, campaign.folder)
    refresh()
    calm = outcome()
    assert elsewhere == calm
    while stops < 60:
        shutil.rmtree(campaign.folder)
        shutil.copytree(saved, campaign.folder)
        left = stops

        def counting(real):
            def call(*arguments, **named):
                nonlocal left
                left -= 1
                if left < 0:
                    raise Stop
                return real(*arguments, **named)

            return call

        try:
            with (
                mock.patch("mandats.files.writing", counting(__import__("mandats.files").files.writing)),
                mock.patch("mandats.publiposter.dossier.os.replace", counting(__import__("os").replace)),
                mock.patch("pathlib.Path.unlink", counting(Path.unlink)),
            ):
                refresh()
        except Stop:
            refresh()
            assert outcome() == calm, stops
            stops += 1
        else:
            break
    assert 8 < stops < 60


@pytest.mark.slow
def test_an_act_counts_people_of_several_texts_when_it_joins_them_all(tmp_path):
    campaign = Living(tmp_path)
    creation = ("--conservation", "2037-12-31", "--sans-phrase")
    campaign.run("registre", "creer", "technopolice", "--texte", campaign.text(), *creation, at=OPENED)
    campaign.change("(?s)(nom: mandat-vierge\n.*?date: )2022-05-24", r"\g<1>2022-07-01")
    later = tmp_path / "second.pdf"
    later.write_bytes(blank_forms(campaign.case, ROOT)[0]["mandat-vierge.pdf"])
    campaign.run("registre", "texte", later, at=OPENED)
    for text, days, ranks in (("2022-05-24", "2022-06-01", range(2)), ("2022-07-01", "2022-07-02", range(2, 5))):
        path = write_csv(tmp_path / f"{text}.csv", [one(i, signe_le=days) for i in ranks])
        campaign.run("registre", "importer", path, "--texte", text, at=CLOSED)
    campaign.run("registre", "etat", "--sortie", campaign.state, at=CLOSED)
    told = campaign.produce("--document", "mandat-vierge", at=CLOSED)
    assert "3 mandats sur 3" in told and "2 mandats sont donnés sur un autre texte" in told
    assert sorted(p.stem for p in campaign.forms.glob("*.docx")) == [f"mandat-{n:06d}" for n in (3, 4, 5)]
    campaign.change(r"(?m)^date: .*", "date: 2022-08-02")
    (told,) = rules(campaign.case)["texte-du-mandat"]
    assert "1er juillet 2022" in told and "fichier" in told
    shutil.copy(later, campaign.pieces / "05-second.pdf")
    joined = "  - {cle: second, titre: Second modèle de mandat, fichier: 05-second.pdf}\n  - {cle: etat-mandats,"
    campaign.change(r"  - \{cle: etat-mandats,", joined)
    campaign.change("modele-mandat, etat-mandats", "modele-mandat, second, etat-mandats")
    assert "blanc" in rules(campaign.case, final=True)
    campaign.change("( +)modele: modele-mandat\n", r"\1modele: modele-mandat\n\1autres_modeles: [second]\n")
    assert not {"blanc", "texte-du-mandat"} & {*rules(campaign.case, final=True)}
    said = examine(campaign.case, ROOT, only=[COMPLAINT]).documents[0].blocks
    assert "Chaque mandant a accepté l’un de ces textes (pièce n° 5 ; pièce n° 6)" in " ".join(plain(said).split())
    annex = ("publiposter", "annexe", campaign.case, "--sortie", campaign.annex)
    campaign.run(*annex, at=CLOSED)
    assert "Texte du 24 mai 2022 : 2 mandats" in words(campaign.annex.read_bytes())


def test_the_period_and_the_numbers_typed_by_hand_are_those_of_the_ledger(tmp_path):
    campaign = Living(tmp_path)
    campaign.count(3)
    campaign.change(r"(?m)^date: .*", "date: 2022-08-02")
    campaign.change("du: 2022-05-24, au: 2022-09-24", "du: 2022-05-24, au: 2022-05-24")
    assert "texte-du-mandat" not in rules(campaign.case)
    campaign.change("au: 2022-05-24", "au: 2022-05-23")
    assert "hors de cette période" in str(rules(campaign.case)["texte-du-mandat"])
    prose = next(campaign.case.with_suffix("").glob("*.md"))
    prose.write_text(prose.read_text("utf-8") + "\n\nIls sont 4 mandants.\n", "utf-8")
    found = [p for p in examine(campaign.case, ROOT).problems if p.id == "mandants-discordants"]
    assert any(
        p.place.fichier.endswith(prose.name) and "4 mandats écrits ici, 3 au registre" in p.message for p in found
    )


@pytest.mark.slow
def test_two_campaigns_never_write_one_file(tmp_path):
    one_, two = (Living(tmp_path / name) for name in ("a", "b"))
    for campaign in (one_, two):
        campaign.folder.mkdir(exist_ok=True)
        campaign.count(1)
    state, annex = one_.state.read_bytes(), one_.annex.read_bytes()
    two.run("publiposter", "annexe", two.case, "--sortie", one_.annex, at=CLOSED, code=2)
    two.run("publiposter", "produire", two.case, "--sortie", one_.forms, "--format", "docx", at=AFTER, code=2)
    value = json.loads(state) | {"campagne": "autre"}
    one_.state.write_text(json.dumps(value), "utf-8")
    assert "campagne « autre »" in one_.run("registre", "etat", "--sortie", one_.state, at=CLOSED, code=2)
    assert json.loads(one_.state.read_text("utf-8")) == value and one_.annex.read_bytes() == annex


@pytest.mark.parametrize(
    ("phrase", "sound"),
    [
        ("chat noir", False), ("motdepasse", False), ("chat chat chat chat chat", False), ("hydrocarbure", False),
        ("sept chiens jaunes traversent le fleuve", True), ("hG7-pq2.Vz9k_mTe4s", True), ("a1" * 12, False),
    ],
)  # fmt: skip
def test_a_weak_passphrase_is_refused(phrase, sound):
    from mandats.registre.secret import refuse_weak

    if sound:
        refuse_weak(phrase)
    else:
        with pytest.raises(Refus, match="trop faible"):
            refuse_weak(phrase)
