"""An export into the ledger: what is counted, what is told of each row, what the file of rejects holds."""

import csv

import pytest

from mandats.problem import UnusableInput
from mandats.registre.importation import doubtful, homonyms, import_roster, mask, preview, rules_of
from mandats.registre.secret import sha256_file
from tests.test_registre import CAMPAGNE, NOW, one, rules, write_csv
from tests.test_registre import ledger as ledger


@pytest.mark.parametrize(
    ("text", "shape"),
    [("", ""), ("zoé.7@example.org", "xxx.9@xxxxxxx.x…"), ("a" * 16, "x" * 16), ("a" * 17, "x" * 15 + "…"),
     ("1 rue-A/B:c,d", "9 xxx-x/x:xxx")],
)  # fmt: skip
def test_a_value_is_shown_by_its_shape(text, shape):
    assert mask(text) == shape


def test_a_preview_shows_the_first_rows_and_their_faults(ledger, tmp_path):
    path = write_csv(tmp_path / "a.csv", [one(0), one(1, mandat="non"), *map(one, range(2, 9))])
    columns, shown = preview(path, rules())
    assert (columns.line, [line for line, _, _ in shown]) == (1, [2, 3, 4, 5, 6])
    assert [[f.colonne for f in faults] for _, _, faults in shown] == [[], ["mandat"], [], [], []]
    assert [line for line, _, _ in preview(path, rules(), None, 2)[1]] == [2, 3]


def test_each_row_is_counted_once_and_its_first_two_thousand_faults_kept(ledger, tmp_path):
    """Batches of a thousand; a row of two faults is one reject; all are in the file, with their line."""
    bad = [one(i, mandat="non") for i in range(2001)]
    bad[0]["courriel"] = "rien"
    told = []
    path = write_csv(tmp_path / "a.csv", [one(5000), *bad])
    done = import_roster(ledger, path, rules(), "essai", progress=told.append)
    assert told == [1000, 2000, 2002]
    assert (done.lignes, done.entrees, done.rejets, len(done.fautes)) == (2002, 1, 2001, 2000)
    assert done.genres == {"consentement": 2001, "courriel-invalide": 1}
    assert [(line, f.colonne) for line, f in done.fautes[:3]] == [(3, "courriel"), (3, "mandat"), (4, "mandat")]
    assert done.fichier_rejets == tmp_path / "rejets-a.csv"
    with done.fichier_rejets.open(encoding="utf-8-sig", newline="") as file:
        rejected = list(csv.reader(file, delimiter=";"))
    assert len(rejected) == 2002
    assert rejected[0][:3] == ["ligne d'origine", "à corriger", "Prénom"]
    assert [row[0] for row in rejected[1:3]] == ["3", "4"]
    assert rejected[1][1].startswith("courriel : ce n'est pas une adresse électronique ; mandat : consentement exigé")
    assert rejected[2][2] == bad[1]["prenom"]
    assert [e.detail for e in ledger.evenements("import")] == [
        {"fichier": sha256_file(path), "lignes": 2002, "rejets": 2001}
    ]  # fmt: skip


def test_rejects_of_rejects_stand_beside_and_the_columns_of_the_first_are_not_doubled(ledger, tmp_path):
    first = import_roster(ledger, write_csv(tmp_path / "a.csv", [one(0, mandat="non")]), rules(), "essai")
    again = import_roster(ledger, first.fichier_rejets, rules(), "essai")
    assert again.fichier_rejets == tmp_path / f"rejets-a.{sha256_file(first.fichier_rejets)[:8]}.csv"
    lines = again.fichier_rejets.read_text("utf-8-sig").splitlines()
    assert lines[0] == first.fichier_rejets.read_text("utf-8-sig").splitlines()[0]
    assert lines[1].startswith("2;mandat : consentement exigé")
    assert import_roster(ledger, write_csv(tmp_path / "b.csv", [one(1)]), rules(), "essai").fichier_rejets is None
    assert not (tmp_path / "rejets-b.csv").exists()


def test_short_rows_lack_their_last_columns(ledger, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("nom,courriel,prenom,mandat,date,commune\nA,a@example.org,B,oui,2026-01-01\n", "utf-8")
    done = import_roster(ledger, path, rules(), "essai")
    assert [(line, f.genre) for line, f in done.fautes] == [(2, "commune-absente")]
    assert (tmp_path / "rejets-a.csv").read_text("utf-8-sig").splitlines()[1].endswith(";2026-01-01;")


def test_likenesses_are_told_each_by_what(ledger, tmp_path):
    rows = [
        one(0), one(1), one(0, prenom="Autre", date_naissance="1999-01-01"), one(1, courriel="x@example.org"),
        one(1, courriel="y@example.org", date_naissance="1999-01-01"), one(0, adresse="ailleurs"), one(0),
    ]  # fmt: skip
    done = import_roster(ledger, write_csv(tmp_path / "a.csv", rows), rules(), "essai")
    assert (done.entrees, done.attente, done.homonymes, done.connues) == (3, 3, 1, 1)
    assert list(doubtful(ledger)) == [
        (3, [1], ["courriel"]), (4, [2], ["personne"]), (6, [1], ["courriel", "personne"]),
    ]  # fmt: skip
    assert list(homonyms(ledger)) == [(5, 2)]
    events = [(e.genre, e.detail["preuve"]) for e in ledger.evenements() if e.numero]
    assert events == [(kind, "case-horodatee") for kind in (
        "inscription", "inscription", "attente", "attente", "inscription", "attente")]  # fmt: skip


def test_the_rules_of_a_campaign_come_from_the_ledger_and_the_mapping_file(ledger, tmp_path):
    made = rules_of(ledger, NOW)
    assert (made.maintenant, made.age_minimum, made.preuve) == (NOW, 18, "case-horodatee")
    assert [t.empreinte for t in made.textes] == [made.choisi.empreinte] == [CAMPAGNE["texte"]]
    (tmp_path / "c.yaml").write_text("dates: mja\n", "utf-8")
    said = rules_of(ledger, NOW, tmp_path / "c.yaml", "papier")
    assert (said.mapping.dates, said.preuve) == ("mja", "papier")
    (tmp_path / "c.yaml").write_text("a: [\n", "utf-8")
    for path in (tmp_path / "c.yaml", tmp_path / "rien.yaml"):
        with pytest.raises(UnusableInput, match=path.name):
            rules_of(ledger, NOW, path)
