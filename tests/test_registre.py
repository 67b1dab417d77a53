"""The ledger of mandates: what enters, what is told, what survives a kill, what a purge leaves; no value leaks."""

import contextlib
import csv
import dataclasses
import datetime as dt
import gzip
import hashlib
import json
import os
import random
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import tempfile
import time
import zipfile
from html import escape
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mandats.registre import Refus, gestes
from mandats.registre.colonnes import Correspondance, columns, find_columns
from mandats.registre.importation import doubtful, homonyms, import_roster, preview
from mandats.registre.ledger import create_ledger, ouvrir
from mandats.registre.lignes import Rules, check_row
from mandats.registre.secret import make_key, read_key
from mandats.registre.statistiques import count
from mandats.registre.tableur import read_rows
from mandats.registre.textes import Texte
from tests import roster
from tests.conftest import ROOT

NOW = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)
CAMPAGNE = {"campagne": "essai", "texte": "ab" * 32, "conservation": "2026-11-23", "age_minimum": 18}
KILLS = int(os.environ.get("MANDATS_KILLS", "10"))
IMPORT = """
import sys
from pathlib import Path
from mandats.cli import main
from mandats.registre import importation
importation.BATCH = 50  # more transactions to fall between
folder, key = sys.argv[1:]
export, ledger = (str(Path(folder) / name) for name in ("export.csv", "m.registre"))
main(["registre", "importer", export, "--registre", ledger, "--cle", key])
"""


def rules(**changes):
    text = Texte(1, CAMPAGNE["texte"])
    return Rules(**{"maintenant": NOW, "mapping": Correspondance(), "textes": (text,), "choisi": text, **changes})


def later(days: int = 0, seconds: int = 0) -> dt.datetime:
    return NOW + dt.timedelta(days=days, seconds=seconds)


@pytest.fixture
def ledger(tmp_path):
    """A new ledger, its key in clear beside it."""
    key = make_key(tmp_path / "cle", None)
    create_ledger(str(tmp_path / "m.registre"), key, CAMPAGNE, "essai", NOW)
    made = ouvrir(tmp_path / "m.registre", tmp_path / "cle")
    yield made
    made.close()


def write_csv(path, rows, header=roster.HEADERS["simple"]):
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(header.values())
        out.writerows([row.get(f, "") for f in header] for row in rows)
    return path


def one(i: int, **changes):
    return {**roster.person(i), "notice": "Oui", "mandat": "Oui", **changes}


def counted(ledger, instant=None):
    return sum(ledger.par_preuve(instant).values())


def listed(ledger, instant=None):
    return [tuple(getattr(m, f) for f in m.__slots__) for m in ledger.mandants(instant)]


# --- what enters ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", roster.HEADERS)
def test_every_tool_s_export_is_read_and_each_fault_told_by_line(layout, ledger, tmp_path):
    path = tmp_path / "export.csv"
    planted = roster.write_roster(path, 400, 20, layout)
    done = import_roster(ledger, path, rules(), "essai")
    assert (done.lignes, done.entrees, done.rejets, done.attente) == (400, 380, 20, 0)
    assert [(line, f.genre, f.colonne) for line, f in done.fautes] == planted
    assert counted(ledger) == 380
    if layout != "excel":  # Windows-1252 has no Arabic: that export lost letters before we saw it
        good = [person for row, kind, _ in roster.rows(400, 20) if not kind for person in [row]]
        assert [(m.prenom, m.commune) for m in ledger.mandants()] == [
            (" ".join(p["prenom"].split()).replace("O\u0301", "Ó"), p["commune"]) for p in good
        ]


def ods_cell(value):
    if isinstance(value, dt.date):
        return f'<table:table-cell office:value-type="date" office:date-value="{value.isoformat()}"/>'
    if isinstance(value, int):
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
    return f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'


def sheet(path, rows):
    """A spreadsheet with a real date and a number among its cells."""
    if path.suffix == ".xlsx":
        from openpyxl import Workbook

        book = Workbook()
        for row in rows:
            book.active.append(row)
        book.save(path)
        return
    cells = "".join("<table:table-row>" + "".join(map(ods_cell, row)) + "</table:table-row>" for row in rows)
    names = "".join(f' xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "table", "text"))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
        archive.writestr(
            "content.xml",
            f"<office:document-content{names}><office:body><office:spreadsheet><table:table "
            f'table:name="F">{cells}</table:table></office:spreadsheet></office:body></office:document-content>',
        )


def test_a_small_sheet_that_unfolds_into_a_huge_one_is_refused(tmp_path):
    """Two cells at its corners, or one repeated without end: the memory is asked for before anything is read."""
    from openpyxl import Workbook

    from mandats.registre.tableur import read_rows

    book = Workbook()
    book.active["A1"], book.active["XFD1048576"] = "prenom", "x"
    book.save(tmp_path / "coins.xlsx")
    sheet(tmp_path / "coins.ods", [["prenom"]])
    with zipfile.ZipFile(tmp_path / "coins.ods") as archive:
        words = (
            archive.read("content.xml")
            .decode()
            .replace('office:value-type="string"', 'table:number-columns-repeated="16000" office:value-type="string"')
        )
    with zipfile.ZipFile(tmp_path / "coins.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", words)
    for name in ("coins.xlsx", "coins.ods"):
        with pytest.raises(Refus, match="trop volumineux"):
            list(read_rows(tmp_path / name))


def test_an_old_spreadsheet_is_told_what_to_become(tmp_path):
    (tmp_path / "export.xls").write_bytes(b"\xd0\xcf\x11\xe0" + b"\0" * 600)
    with pytest.raises(Refus, match="ancien format XLS ; enregistrez-le en XLSX"):
        list(read_rows(tmp_path / "export.xls"))


@pytest.mark.parametrize("suffix", ["xlsx", "ods"])
def test_a_spreadsheet_gives_the_same_people_as_a_csv(suffix, ledger, tmp_path):
    path, names = tmp_path / f"export.{suffix}", roster.HEADERS["simple"]
    rows = [one(i) for i in range(30)]
    table = [list(names.values())]
    for row in rows:
        cells = [row[f] for f in names]
        cells[3] = dt.date.fromisoformat(row["date_naissance"])
        if row["code_postal"].isdigit() and row["code_postal"][0] != "0":
            cells[5] = int(row["code_postal"])
        table.append(cells)
    sheet(path, table)
    done = import_roster(ledger, path, rules(), "essai")
    assert (done.entrees, done.rejets) == (30, 0), done.fautes
    assert [(m.nom, m.date_naissance, m.code_postal) for m in ledger.mandants()] == [
        (r["nom"], r["date_naissance"], r["code_postal"]) for r in rows
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "mac_roman", "cp850", "utf-16-le"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encoding_and_delimiter_are_found(encoding, delimiter, tmp_path):
    rows = [
        ["Prénom", "Nom", "Adresse"],
        ["Zoé", "Lefèbvre", f'1, rue "A"; B{delimiter} C | D'],
        ["Hélène", "Çà", "x"],
        ["François", "Noël", "où"],
    ]
    path = tmp_path / "f.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    assert [cells for _, cells in read_rows(path)] == rows


def test_the_same_file_twice_changes_nothing_and_mended_rejects_enter(ledger, tmp_path):
    path = tmp_path / "export.csv"
    roster.write_roster(path, 200, 10)
    first = import_roster(ledger, path, rules(), "essai")
    head = ledger.store_head()
    assert stat.S_IMODE(first.fichier_rejets.stat().st_mode) == 0o600
    again = import_roster(ledger, path, rules(maintenant=later(1)), "essai")
    assert (again.entrees, again.connues, ledger.store_head()) == (0, 190, head)
    with first.fichier_rejets.open(encoding="utf-8-sig", newline="") as file:
        rejected = list(csv.DictReader(file, delimiter=";"))
    good = {p["courriel"]: p for p in map(roster.person, range(200))}
    names = roster.HEADERS["simple"]
    ranks = [int(r["ligne d'origine"]) - 2 for r in rejected]
    for row, rank in zip(rejected, ranks, strict=True):
        person = good[f"personne{rank + 1}@{('example.org', 'example.net', 'courrier.example.com')[rank % 3]}"]
        row.update({names[f]: person[f] for f in person} | {names["mandat"]: "Oui"})
    with first.fichier_rejets.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, rejected[0].keys(), delimiter=";")
        out.writeheader()
        out.writerows(rejected)
    done = import_roster(ledger, first.fichier_rejets, rules(), "essai")
    assert (done.entrees, done.rejets, counted(ledger)) == (10, 0, 200)


def test_a_longer_export_adds_its_new_rows_only(ledger, tmp_path):
    import_roster(ledger, write_csv(tmp_path / "a.csv", [one(i) for i in range(20)]), rules(), "essai")
    done = import_roster(ledger, write_csv(tmp_path / "b.csv", [one(i) for i in range(30)]), rules(), "essai")
    assert (done.entrees, done.connues, counted(ledger)) == (10, 20, 30)


def test_likely_duplicates_wait_for_a_person_and_homonyms_count(ledger, tmp_path):
    rows = [
        one(0), one(1), one(2),
        one(0, adresse="ailleurs"),  # the same mailbox
        one(1, courriel="autre@example.org", prenom="noel"),  # the same name and birth date
        one(2, courriel="tiers@example.org", date_naissance="1999-01-01"),  # a namesake
        one(0, courriel="Personne1+bis@example.org", prenom="Autre"),  # the same mailbox, labelled
    ]  # fmt: skip
    done = import_roster(ledger, write_csv(tmp_path / "a.csv", rows), rules(), "essai")
    assert (done.entrees, done.attente, done.homonymes, counted(ledger)) == (4, 3, 1, 4)
    assert [(n, near) for n, near, _ in doubtful(ledger)] == [(4, [1]), (5, [2]), (7, [1])]
    assert list(homonyms(ledger)) == [(6, 3)]
    gestes.decide(ledger, 4, "doublon", "essai", later(1))
    gestes.decide(ledger, 5, "distinct", "essai", later(2))
    assert [m.numero for m in ledger.mandants()] == [1, 2, 3, 5, 6]
    assert counted(ledger, "2026-11-22T09:00:00.000000Z") == 4
    with pytest.raises(Refus):
        gestes.decide(ledger, 4, "distinct", "essai", later(3))


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"courriel": "a@b"}, "courriel-invalide"), ({"nom": "x\x00y"}, "caractere"),
        ({"nom": "a\u202eb"}, "caractere"), ({"prenom": "a" * 301}, "longueur"),
        ({"date_naissance": "1850-01-01"}, "date-impossible"), ({"date_naissance": "30/02/1980"}, "date-impossible"),
        ({"code_postal": "99123", "pays": ""}, "code-postal"),
        ({"code_postal": "1000", "pays": ""}, "code-postal"), ({"mandat": "peut-être"}, "consentement"),
        ({"mandat": ""}, "consentement"), ({"notice": "non"}, "consentement"),
        ({"signe_le": "1980-01-01 00:00:00"}, "signature"), ({"signe_le": "2027-05-01"}, "signature"),
        ({"signe_le": ""}, "signature-absente"),
    ],
)  # fmt: skip
def test_a_bad_row_is_refused_for_its_reason(changes, kind, ledger, tmp_path):
    done = import_roster(ledger, write_csv(tmp_path / "a.csv", [one(3, **changes)]), rules(), "essai")
    assert (done.entrees, set(done.genres)) == (0, {kind})


@pytest.mark.parametrize(
    ("code", "place"),
    [("75011", "75"), ("20090", "2A"), ("20200", "2B"), ("97133", "977"), ("97150", "978"), ("98800", "988"),
     ("00100", "armées")],
)  # fmt: skip
def test_a_french_postcode_enters_and_is_counted_where_it_is(code, place, ledger, tmp_path):
    """97133 and 97150 begin as Guadeloupe's and are Saint-Barthélemy and Saint-Martin."""
    rows = [one(3, code_postal=code, pays="France"), one(4, code_postal="98000", pays="")]  # Monaco's is not French
    done = import_roster(ledger, write_csv(tmp_path / "a.csv", rows), rules(), "essai")
    assert (done.entrees, [(line, f.genre) for line, f in done.fautes]) == (1, [(3, "code-postal")])
    assert count(ledger, exact=True).departements == [(place, 1)]


@pytest.mark.parametrize(
    ("age", "accord", "enters"),
    [(18, "", True), (17, "oui", False), (15, "oui", True), (15, "", False), (14, "oui", False)],
)
def test_the_age_rule(age, accord, enters, ledger, tmp_path):
    header = {**roster.HEADERS["simple"], "accord": "Accord du représentant légal"}
    born = f"{2022 - age}-05-24"
    row = one(3, date_naissance=born, signe_le="2022-05-24T10:00:00Z", accord=accord)
    minimum = 18 if age >= 17 else 15
    done = import_roster(ledger, write_csv(tmp_path / "a.csv", [row], header), rules(age_minimum=minimum), "essai")
    assert done.entrees == enters


def test_a_mapping_file_names_columns_and_constants(ledger, tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("Q1;Q2;Q3;Q4\nZoé;Lefèbvre;z@example.org;06/01/2022 10:00\n", "utf-8")
    with pytest.raises(Refus) as refused:
        import_roster(ledger, path, rules(), "essai")
    assert "Zoé" not in str(refused.value)
    mapping = Correspondance(
        {"prenom": "Q1", "nom": "Q2", "courriel": "3", "signe_le": "Q4"},
        {"mandat": "oui", "pays": "France"},
        "mja",
        "Europe/Paris",
    )
    assert import_roster(ledger, path, rules(mapping=mapping), "essai").entrees == 1
    assert next(ledger.mandants()).signe_le == "2022-06-01T08:00:00Z"


def test_a_file_without_headers_is_refused_without_naming_anyone(ledger, tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("Zoé,Lefèbvre,z@example.org\nAna,Y,a@example.org\n", "utf-8")
    with pytest.raises(Refus, match="titres introuvable") as refused:
        import_roster(ledger, path, rules(), "essai")
    assert not {"Zoé", "Lefèbvre"} & set(str(refused.value).replace(",", " ").split())


def test_a_missing_column_is_named_with_the_titles_left_over(ledger, tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("Date;Prénom;Nom;Courriel;J'accepte\n2022-05-24;Zoé;Lefèbvre;z@example.org;oui\n", "utf-8")
    with pytest.raises(Refus, match="je donne mandat") as refused:
        import_roster(ledger, path, rules(), "essai")
    assert "n° 5 « J'accepte »" in str(refused.value)
    assert "« colonnes: {mandat: 5} »" in str(refused.value)
    assert "Lefèbvre" not in str(refused.value)


CELL = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            "31/02/1980",
            "2022-05-24T10:00:00+99:99",
            "0000-00-00",
            "a@b@c",
            "é@ü.example.org",
            "1" * 5000,
            "\u2028",
            "@",
            "٣٤/٠١/١٩٨٠",
        ]
    ),
)


@settings(max_examples=300)
@given(st.dictionaries(st.sampled_from(columns()), CELL))
def test_any_row_is_kept_or_told_and_never_quoted(cells):
    person, _, faults = check_row(cells, rules())
    assert faults or person["nom"]
    for fault in faults:
        assert not [v for v in cells.values() if len(v) > 25 and v in fault.phrase]


@settings(max_examples=150)
@given(
    st.one_of(
        st.binary(max_size=400),
        st.binary(max_size=200).map(lambda b: b"PK\x03\x04" + b),
        st.text(max_size=300).map(lambda t: t.encode("utf-16")),
    )
)
def test_any_file_is_read_or_refused(data):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.csv"
        path.write_bytes(data)
        with contextlib.suppress(Refus):
            find_columns(read_rows(path), Correspondance())


def test_a_preview_shows_shapes_only(ledger, tmp_path):
    path = tmp_path / "x.csv"
    roster.write_roster(path, 10, 0)
    _, shown = preview(path, rules())
    assert len(shown) == 5
    told = repr(shown)
    assert not [v for v in roster.values(10) if len(v) > 3 and v in told]


# --- what is told --------------------------------------------------------------------------------------------------


def test_a_withdrawal_names_the_filed_acts_and_leaves_the_past_as_it_was(ledger, tmp_path):
    import_roster(ledger, write_csv(tmp_path / "a.csv", [one(i) for i in range(10)]), rules(), "essai")
    filed = ledger.etat()
    gestes.file_act(ledger, "plainte-cnil", filed["instant"], "essai", later(1), filed)
    import_roster(ledger, write_csv(tmp_path / "b.csv", [one(11)]), rules(maintenant=later(2)), "essai")
    assert [a["acte"] for a in gestes.withdraw(ledger, 3, "2026-11-24", "essai", later(3))] == ["plainte-cnil"]
    assert gestes.withdraw(ledger, 11, None, "essai", later(3)) == []
    assert counted(ledger) == 9
    then = ledger.etat(filed["instant"])
    assert {k: then[k] for k in filed} == filed
    assert ledger.numero_of(ledger.key.code(7).lower().replace("-", " ")) == 7
    with pytest.raises(Refus):
        gestes.file_act(ledger, "autre", filed["instant"], "essai", later(4), {**filed, "nombre": 11})


def test_a_correction_is_checked_found_again_and_kept_in_history(ledger, tmp_path):
    import_roster(ledger, write_csv(tmp_path / "a.csv", [one(i) for i in range(3)]), rules(), "essai")
    before = ledger.empreinte()
    faults, _ = gestes.correct(ledger, 2, {"courriel": "rien"}, rules(), "essai")
    assert [f.genre for f in faults] == ["courriel-invalide"]
    assert gestes.correct(ledger, 2, {"courriel": "neuf@example.org"}, rules(maintenant=later(1)), "essai") == ([], [])
    assert gestes.find_person(ledger, "NEUF@example.org") == [2]
    assert ledger.empreinte("2026-11-22T09:00:00.000000Z") == before != ledger.empreinte()
    told = gestes.export_person(ledger, 2)
    assert [e["genre"] for e in told["evenements"]] == ["inscription", "correction"]
    assert told["evenements"][0]["donnees"]["personne"]["courriel"] == roster.person(1)["courriel"]
    assert roster.person(0)["courriel"] not in json.dumps(told)


def test_evidence_grows_and_never_weakens(ledger, tmp_path):
    import_roster(ledger, write_csv(tmp_path / "a.csv", [one(i) for i in range(3)]), rules(), "essai")
    assert gestes.confirm(ledger, 1, "double-confirmation", {"instant": "x"}, "essai", later(1))
    assert not gestes.confirm(ledger, 1, "double-confirmation", {"instant": "x"}, "essai", later(2))
    assert gestes.confirm(ledger, 1, "papier", {}, "essai", later(3))
    with pytest.raises(Refus):
        gestes.confirm(ledger, 1, "case-horodatee", {}, "essai", later(4))
    assert ledger.par_preuve() == {"case-horodatee": 2, "papier": 1}
    assert next(ledger.mandants()).etat == "confirme"


def test_no_small_cell_is_shown_and_none_can_be_computed(ledger, tmp_path):
    places = ["75011"] * 12 + ["69001"] * 7 + ["48000"] * 2 + ["05000"]
    rows = [one(i, code_postal=p, pays="France") for i, p in enumerate(places)]
    import_roster(ledger, write_csv(tmp_path / "a.csv", rows), rules(), "essai")
    assert dict(count(ledger).departements) == {"75": 12, "autres": 10}
    assert dict(count(ledger, exact=True).departements) == {"75": 12, "69": 7, "48": 2, "05": 1}
    assert all(n >= 5 for _, n in count(ledger).semaines)


# --- tampering, purge ----------------------------------------------------------------------------------------------


def raw(tmp_path):
    """The database as someone with the file, and no scruple, sees it."""
    db = sqlite3.connect(tmp_path / "m.registre", isolation_level=None)
    for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        db.execute(f"DROP TRIGGER {name}")
    return db


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM evenements WHERE seq = 5",
        "UPDATE evenements SET charge = (SELECT charge FROM evenements WHERE seq = 3) WHERE seq = 4",
        "UPDATE evenements SET charge = NULL WHERE seq = 4",
        "UPDATE evenements SET instant = '2020-01-01T00:00:00.000000Z' WHERE seq = 6",
        "UPDATE evenements SET acteur = 'x' WHERE seq = 2", "UPDATE evenements SET genre = 'retrait' WHERE seq = 7",
        "UPDATE evenements SET detail = '{}' WHERE seq = 3",
    ],
)  # fmt: skip
def test_any_change_shows(sql, ledger, tmp_path):
    import_roster(ledger, write_csv(tmp_path / "a.csv", [one(i) for i in range(10)]), rules(), "essai")
    assert list(ledger.verifier()) == []
    raw(tmp_path).execute(sql)
    assert list(ledger.verifier())


def test_a_rewritten_end_shows_against_a_noted_head(ledger, tmp_path):
    import_roster(ledger, write_csv(tmp_path / "a.csv", [one(i) for i in range(10)]), rules(), "essai")
    head = ledger.etat()["tete"]
    raw(tmp_path).execute("DELETE FROM evenements WHERE seq > 8")
    assert "noté près de la clé" in " ".join(ledger.verifier())
    (tmp_path / "cle.tetes").unlink()
    assert "tête" not in " ".join(ledger.verifier())
    assert "tête de chaîne" in " ".join(ledger.verifier(head))


def test_the_store_itself_refuses_to_change_history(ledger, tmp_path):
    import_roster(ledger, write_csv(tmp_path / "a.csv", [one(0)]), rules(), "essai")
    for sql in (
        "DELETE FROM evenements",
        "UPDATE evenements SET detail = '{}'",
        "UPDATE evenements SET charge = x'00'",
    ):
        with pytest.raises(sqlite3.IntegrityError):
            ledger.store.execute(sql)


def test_a_purge_leaves_a_proof_and_no_data(ledger, tmp_path):
    import_roster(ledger, write_csv(tmp_path / "a.csv", [one(i) for i in range(50)]), rules(), "essai")
    gestes.withdraw(ledger, 4, None, "essai", NOW)
    state = ledger.etat()
    with pytest.raises(Refus, match="en vigueur"):
        gestes.erase(ledger, 5, "essai", NOW)
    gestes.erase(ledger, 4, "essai", NOW)
    assert gestes.find_person(ledger, roster.person(3)["courriel"]) == []
    assert (
        import_roster(ledger, tmp_path / "a.csv", rules(), "essai").entrees == 0
    )  # an erased person does not come back
    sealed = [bytes(c) for (c,) in ledger.store.rows("SELECT charge FROM evenements WHERE charge IS NOT NULL")]
    with pytest.raises(Refus, match="conservation"):
        gestes.purge(ledger, "essai", NOW)
    proof = gestes.purge(ledger, "essai", later(2))
    assert proof["charges"] == 49
    data = (tmp_path / "m.registre").read_bytes()
    assert not [c for c in sealed if c[-40:] in data or c[40:100] in data]
    assert list(ledger.verifier(state["tete"])) == [] == list(ledger.verifier(proof["tete"]))
    assert counted(ledger) == 49
    with pytest.raises(Refus, match="effacées"):
        list(ledger.mandants())
    with pytest.raises(Refus, match="purgé"):
        import_roster(ledger, tmp_path / "a.csv", rules(), "essai")
    raw(tmp_path).execute("UPDATE evenements SET detail = replace(detail, '49', '48') WHERE genre = 'purge'")
    assert list(ledger.verifier())


# --- an altered, an older and a younger ledger ----------------------------------------------------------------------


@pytest.mark.slow
def test_500_bytes_altered_at_random_are_found_or_change_no_answer():
    from tests.hostile import Verdict, draw
    from tests.hostile.ledger import bytes_of_the_file

    for seed in random.Random().sample(range(10_000), 8):
        outcome = draw("ledger.bytes", bytes_of_the_file, seed)
        assert outcome.verdict is not Verdict.WRONG, f"--seulement ledger.bytes --graine {seed}\n{outcome.detail}"


@pytest.fixture
def first_version(tmp_path):
    """A ledger written before the seal covered look-ups: entries, a decision, evidence, an act, an erasure."""
    data = ROOT / "tests" / "data" / "registre-v1"
    (tmp_path / "m.registre").write_bytes(gzip.decompress((data / "registre-v1.gz").read_bytes()))
    (tmp_path / "cle").write_bytes((data / "registre-v1.cle").read_bytes())
    for name in ("m.registre", "cle"):
        (tmp_path / name).chmod(0o600)
    made = ouvrir(tmp_path / "m.registre", tmp_path / "cle")
    yield made, data
    made.close()


def test_a_ledger_of_the_first_version_says_what_it_said_and_goes_on(first_version, tmp_path):
    ledger, data = first_version
    said = json.loads((data / "registre-v1.json").read_text("utf-8"))
    assert ledger.etat() == said and list(ledger.verifier(said["tete"])) == []
    shutil.copy(data / "registre-v1.csv", tmp_path)
    at = later(120)
    done = import_roster(ledger, tmp_path / "registre-v1.csv", rules(maintenant=at), "essai")
    assert (done.connues, done.entrees) == (12, 0)
    gestes.withdraw(ledger, 6, None, "essai", at)
    gestes.erase(ledger, 6, "essai", at)
    done = import_roster(ledger, write_csv(tmp_path / "b.csv", [one(40), one(5)]), rules(maintenant=at), "essai")
    assert (done.entrees, done.connues) == (1, 1)  # an erased person does not come back
    assert ledger.etat()["nombre"] == ledger.par_preuve(said["instant"]).get("case-horodatee", 0) + 1 == 10
    assert list(ledger.verifier(said["tete"])) == []
    db = raw(tmp_path)
    for sql in (
        "UPDATE evenements SET homonyme = x'00' WHERE numero = 13",
        "UPDATE evenements SET ligne = NULL WHERE numero = 6",
    ):
        before = list(ledger.verifier())  # the triggers, which `raw` took away
        db.execute(sql)
        assert len(list(ledger.verifier())) == len(before) + 1


def test_a_field_younger_than_the_ledger_changes_none_of_its_answers(first_version, monkeypatch):
    """As an edit of `champs.yaml` and `Inscrit` would make it."""
    from mandats.registre import ledger as module
    from mandats.registre import personne

    ledger, data = first_version
    said = json.loads((data / "registre-v1.json").read_text("utf-8"))
    fields = [(f.name, str) for f in dataclasses.fields(personne.Inscrit)]
    younger = dataclasses.make_dataclass("Inscrit", [*fields[:8], ("telephone", str), *fields[8:]], frozen=True)
    names = tuple(f.name for f in dataclasses.fields(younger))
    monkeypatch.setattr(module, "Inscrit", younger)
    monkeypatch.setattr(module, "NAMES", names)
    for where in (personne, module, gestes):
        monkeypatch.setattr(where, "PERSON", names[2:-2])
    assert ledger.etat() == said
    mandant = next(ledger.mandants())
    assert mandant.telephone == ""
    person = {f: getattr(mandant, f) for f in names[2:-2]}
    assert list(ledger.store.find("ligne", [ledger.lookups(person)["ligne"]]))
    assert not list(ledger.store.find("ligne", [ledger.lookups(person | {"telephone": "1"})["ligne"]]))


def test_an_older_copy_is_seen_by_the_key_and_by_the_state_of_the_case(ledger, tmp_path):
    import_roster(ledger, write_csv(tmp_path / "a.csv", [one(i) for i in range(5)]), rules(), "essai")
    older = (tmp_path / "m.registre").read_bytes()
    gestes.withdraw(ledger, 2, None, "essai", later(1))
    state = ledger.etat()
    ledger.close()
    (tmp_path / "m.registre").write_bytes(older)
    with pytest.raises(Refus, match=r"registre altéré.*événement 8, noté près de la clé.*cle\.tetes"):
        ouvrir(tmp_path / "m.registre", tmp_path / "cle")
    (tmp_path / "cle.tetes").unlink()  # kept on purpose, or rolled back together: the state still tells
    again = ouvrir(tmp_path / "m.registre", tmp_path / "cle")
    with pytest.raises(Refus, match="tête de chaîne"):
        gestes.file_act(again, "plainte", state["instant"], "essai", later(2), state)
    again.close()


def test_a_key_in_a_folder_that_cannot_be_written_still_opens_its_ledger(ledger, tmp_path):
    (tmp_path / "cle.tetes").unlink()
    (tmp_path / "cle.tetes").mkdir()  # root writes in any folder
    import_roster(ledger, write_csv(tmp_path / "a.csv", [one(0)]), rules(), "essai")
    assert ledger.etat()["nombre"] == 1


def test_an_act_is_not_filed_in_the_name_of_nobody(ledger):
    with pytest.raises(Refus, match="liste est vide"):
        gestes.file_act(ledger, "plainte", ledger.etat()["instant"], "essai", NOW)


# --- secrets -------------------------------------------------------------------------------------------------------


def test_only_the_owner_reads_the_files(ledger, tmp_path):
    for name in ("m.registre", "cle"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
        (tmp_path / name).chmod(0o640)
        with pytest.raises(Refus, match="chmod 600"):
            ouvrir(tmp_path / "m.registre", tmp_path / "cle")
        (tmp_path / name).chmod(0o600)


def test_a_ledger_does_not_enter_a_code_repository(tmp_path):
    (tmp_path / ".git").mkdir()
    key = make_key(tmp_path / "cle", None)
    with pytest.raises(Refus, match="dépôt"):
        create_ledger(str(tmp_path / "m.registre"), key, CAMPAGNE, "essai", NOW)


@pytest.mark.slow
def test_a_key_opens_with_its_phrase_and_its_own_ledger_only(ledger, tmp_path):
    key = make_key(tmp_path / "scellee", "six mots que personne ne devine")
    assert key.identite.encode() not in (tmp_path / "scellee").read_bytes()
    assert read_key(tmp_path / "scellee", "six mots que personne ne devine") == key
    for phrase in (None, "autre"):
        with pytest.raises(Refus):
            read_key(tmp_path / "scellee", phrase)
    make_key(tmp_path / "autre", None)
    with pytest.raises(Refus, match="pas celle de ce registre"):
        ouvrir(tmp_path / "m.registre", tmp_path / "autre")
    with pytest.raises(Refus, match="existe déjà"):
        make_key(tmp_path / "autre", None)


def test_a_person_s_repr_names_nobody(ledger, tmp_path):
    import_roster(ledger, write_csv(tmp_path / "a.csv", [one(0)]), rules(), "essai")
    assert repr(next(ledger.mandants())) == "Inscrit(1)"
    import resource

    assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)  # nor does a core file, from here on
    assert "AGE-SECRET" not in repr(ledger.key)


def test_no_value_of_the_roster_leaks(tmp_path, mandats):
    """In what the commands print, in file names, in the ledger without its key, in what temporary folders keep."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    env = {
        "MANDATS_REGISTRE": str(tmp_path / "m.registre"),
        "MANDATS_CLE": str(tmp_path / "cle"),
        "TMPDIR": str(temporary),
        "SQLITE_TMPDIR": str(temporary),
    }
    (tmp_path / "texte").write_text("mandat", "utf-8")
    roster.write_roster(tmp_path / "export.csv", 600, 40)
    told = ""
    for arguments in (
        ["creer", "essai", "--texte", tmp_path / "texte", "--date", "2022-01-01", "--conservation", "2026-01-01",
         "--sans-phrase"],
        ["importer", tmp_path / "export.csv", "--apercu"],
        ["importer", tmp_path / "export.csv"], ["doublons", "--homonymes"], ["statistiques"],
        ["etat", "--sortie", tmp_path / "etat.json"],
        ["deposer", "plainte", "--etat", tmp_path / "etat.json"], ["retirer", "3", "4"], ["confirmer", "5"],
        ["journal"], ["journal", "--verifier"],
    ):  # fmt: skip
        done = mandats("registre", *arguments, **env)
        assert "Traceback" not in done.stderr, done.stderr
        told += done.stdout + done.stderr
    wanted = {v for v in roster.values(600) if len(v) > 5}
    assert len(wanted) > 1000
    assert sorted(v for v in wanted if v in told) == []
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "cle",
        "cle.sorties",
        "cle.tetes",
        "etat.json",
        "export.csv",
        "m.registre",
        "rejets-export.csv",
        "texte",
        "tmp",
    ]
    data = (tmp_path / "m.registre").read_bytes() + (tmp_path / "etat.json").read_bytes()
    assert sorted(v for v in wanted if v.encode() in data) == []
    assert list(temporary.rglob("*")) == []
    proof = mandats("registre", "purger", "--oui", **env)
    assert proof.returncode == 0, proof.stderr


# --- a kill at any moment ------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_an_import_killed_then_run_again_ends_in_the_same_ledger(tmp_path):
    """Ten times: list, events and rejects of the rerun are, to the byte, those of an import left alone."""
    n, chance = 1200, random.Random()
    path = tmp_path / "export.csv"
    roster.write_roster(path, n, 40)
    key = make_key(tmp_path / "cle", None)

    def new(name):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "export.csv").write_bytes(path.read_bytes())
        create_ledger(str(folder / "m.registre"), key, CAMPAGNE, "essai", NOW)
        return folder, [sys.executable, "-c", IMPORT, str(folder), str(tmp_path / "cle")]

    def story(ledger):
        return [(e.genre, e.numero, e.detail) for e in ledger.evenements()]

    quiet = {"cwd": ROOT, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    calm, command = new("calme")
    start = time.perf_counter()
    subprocess.run(command, **quiet, check=False)
    duration = time.perf_counter() - start
    ledger = ouvrir(calm / "m.registre", tmp_path / "cle")
    wanted, wanted_story = b"".join(ledger.canonique()), story(ledger)
    assert wanted.count(b"\n") == n - 40 and hashlib.sha256(wanted).hexdigest() == ledger.empreinte()
    cut = []
    for k in range(4 * KILLS):
        if k >= KILLS and sum(0 < c < n - 40 for c in cut) >= KILLS // 3:
            break
        folder, command = new(f"coup{k}")
        process = subprocess.Popen(command, **quiet)
        if k % 2:  # half of them surely among the transactions: no sooner than the database's journal shows
            while process.poll() is None and not (folder / "m.registre-journal").exists():
                time.sleep(0.001)
            time.sleep(duration * chance.uniform(0, 0.4))
        else:
            time.sleep(duration * chance.uniform(0.1, 0.95))
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert all(stat.S_IMODE(p.stat().st_mode) == 0o600 for p in folder.iterdir() if p.name != "export.csv")
        after = ouvrir(folder / "m.registre", tmp_path / "cle")
        assert list(after.verifier()) == []
        assert wanted.startswith(b"".join(after.canonique()))  # whole rows, in order
        cut.append(counted(after))
        after.close()
        subprocess.run(command, **quiet, check=False)
        again = ouvrir(folder / "m.registre", tmp_path / "cle")
        assert b"".join(again.canonique()) == wanted
        assert story(again) == wanted_story
        assert list(again.verifier()) == []
        again.close()
        assert sorted(p.name for p in folder.iterdir()) == ["export.csv", "m.registre", "rejets-export.csv"]
        assert (folder / "rejets-export.csv").read_bytes() == (calm / "rejets-export.csv").read_bytes()
    assert sum(0 < c < n - 40 for c in cut) >= KILLS // 3, f"too few kills fell inside an import: {cut}"


@pytest.mark.slow
def test_memory_does_not_grow_with_the_rows(tmp_path):
    code = (
        "import resource, sys, datetime as dt; from pathlib import Path; from mandats.registre.ledger import ouvrir; "
        "from tests.test_registre import rules, import_roster\n"
        "r = ouvrir(sys.argv[1] + '/m.registre', sys.argv[1] + '/cle'); import_roster(r, Path(sys.argv[1]) / 'e.csv', "
        "rules(), 'x'); r.etat()\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    peaks = []
    for n in (2_000, 16_000):
        folder = tmp_path / str(n)
        folder.mkdir()
        key = make_key(folder / "cle", None)
        create_ledger(str(folder / "m.registre"), key, CAMPAGNE, "essai", NOW)
        roster.write_roster(folder / "e.csv", n, 0)
        done = subprocess.run(
            [sys.executable, "-c", code, str(folder)], cwd=ROOT, capture_output=True, text=True, check=True
        )
        peaks.append(int(done.stdout))
    assert peaks[1] - peaks[0] < 16_000, f"{peaks} KiB"


# --- the act -------------------------------------------------------------------------------------------------------


def test_the_act_prints_what_the_ledger_counts(ledger, tmp_path):
    """Each complaint of a shipped case says the ledger's number, day and digest; another typed number is refused."""
    from mandats import blocks
    from mandats.build import examine
    from mandats.preuves import PREUVES

    import_roster(ledger, write_csv(tmp_path / "a.csv", [one(i) for i in range(37)]), rules(), "essai")
    gestes.confirm(ledger, 1, "papier", {}, "essai", NOW)
    state = ledger.etat()
    assert state["par_preuve"] == {"case-horodatee": 36, "papier": 1} and set(state["par_preuve"]) <= set(PREUVES)
    shutil.copytree(ROOT / "cases" / "gafam", tmp_path / "gafam")
    (tmp_path / "gafam" / "mandants.json").write_text(
        json.dumps({**state, "instant": "2018-05-20T10:05:00.000000Z"}), "utf-8"
    )
    text = (ROOT / "cases" / "gafam.yaml").read_text("utf-8")
    (tmp_path / "gafam.yaml").write_text(
        text.replace("mandants: {nombre: 12000,", "mandants: {etat: mandants.json,"), "utf-8"
    )
    examined = examine(tmp_path / "gafam.yaml", ROOT)
    assert examined.errors == ()
    told = [
        " ".join(blocks.plain(d.blocks, notes=True).split()) for d in examined.documents if d.document.order.mandants
    ]
    assert len(told) >= 4
    for words in told:
        assert "37 personnes" in words
    assert any(state["empreinte"][:8] in words and "20 mai 2018 à 12" in words.replace("\xa0", " ") for words in told)
    (tmp_path / "gafam.yaml").write_text(
        text.replace("mandants: {nombre: 12000,", "mandants: {nombre: 12000, etat: mandants.json,", 1), "utf-8"
    )
    assert {p.id for p in examine(tmp_path / "gafam.yaml", ROOT).errors} == {"mandants-discordants"}


@pytest.mark.slow
def test_forms_and_annex_follow_the_instant_that_the_acts_announce(tmp_path, mandats):
    """Another list, two instants, a number typed by hand: told. The rest is in test_campagne."""
    from tests.test_campagne import CLOSED, Campaign

    campaign = Campaign(tmp_path)
    write_csv(tmp_path / "export.csv", [one(i, signe_le="2022-06-01T08:00:00Z") for i in range(12)])
    campaign.registre(
        "creer", "technopolice", "--texte", campaign.text(), "--conservation", "2029-12-31", "--sans-phrase"
    )
    campaign.registre("importer", tmp_path / "export.csv")
    campaign.registre("etat", "--sortie", campaign.state)
    annex = ["publiposter", "annexe", campaign.case, "--sortie", tmp_path / "annexe.pdf"]
    campaign.mandats(*annex)
    before = (tmp_path / "annexe.pdf").read_bytes()
    campaign.registre("retirer", "5", at=CLOSED + dt.timedelta(days=3))
    assert "12 mandats au 24 septembre 2022 à 14 h 00 (heure de Paris, UTC+2)" in campaign.mandats(*annex)
    assert (
        tmp_path / "annexe.pdf"
    ).read_bytes() == before  # made again after a withdrawal, it is still the one the acts announce
    assert "11 mandats au 28 septembre 2022 à 23 h 59 (heure de Paris, UTC+2)" in campaign.mandats(
        *annex, "--au", "2022-09-28"
    )
    told = campaign.mandats("verifier", campaign.case)
    assert told.count("15248 mandats écrits ici, 12 au registre [mandants-discordants]") == 2
    shutil.copy(campaign.state, campaign.state.with_name("autre.json"))
    text = campaign.case.read_text("utf-8")
    campaign.case.write_text(text.replace("etat: mandants.json", "etat: autre.json", 1), "utf-8")
    campaign.registre(
        "etat", "--instant", "2022-09-24T12:00:00.5Z", "--sortie", campaign.state, at=CLOSED + dt.timedelta(days=3)
    )
    assert "par --au" in campaign.mandats(*annex, code=2)
    campaign.case.write_text(text, "utf-8")
    campaign.state.write_text(
        json.dumps({**json.loads(campaign.state.read_text("utf-8")), "empreinte": "0" * 64}), "utf-8"
    )
    assert "[mandants-discordants]" in campaign.mandats(
        "publiposter", "produire", campaign.case, "--sortie", tmp_path / "forms", code=2
    )
    assert not (tmp_path / "forms").exists()


# --- evidence ------------------------------------------------------------------------------------------------------


def test_each_kind_of_evidence_says_what_it_is_worth():
    from mandats.load.library import load_library
    from mandats.preuves import PREUVES, list_evidence

    library, _ = load_library(ROOT)
    assert tuple(list_evidence()) == PREUVES
    for evidence in list_evidence().values():
        assert all(evidence[said] for said in ("court", "libelle", "vaut", "limite", "conserve"))
        assert [s for s in evidence["sources"] if s not in library.sources] == []
