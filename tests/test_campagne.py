"""One campaign from end to end: 15,288 answers to a form, 40 of them wrong → ledger, forms, annex, complaint, filing.

The count is the same in each, to a withdrawal; no name is read as markup; no value stands where it has no place, even
when a stage breaks.
"""

import ast
import contextlib
import csv
import datetime as dt
import hashlib
import html
import io
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
import zipfile
import zlib
from collections import Counter
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

import pypdfium2
import pytest
from click.testing import CliRunner

from mandats import readback
from mandats.formulaire.printer import Printer
from mandats.formulaire.valeurs import REORDERING
from mandats.publiposter.orders import blank_forms, prepare
from mandats.registre.ledger import ouvrir
from mandats.render.typography import french
from tests import roster
from tests.conftest import ROOT

CLOSED = dt.datetime(2022, 9, 24, 12, 0, tzinfo=dt.UTC)
FORM = ROOT / "templates" / "mandat" / "formulaire.docx"
N, BAD = 15_248, 40
CONFIRMED = 300
TAG, TEXT = re.compile(r"<[^>]*>"), re.compile(r">[^<]+<")
COUNTED = re.compile(r"(?<!\d)(\d{1,3}(?:[ \u00a0\u202f]\d{3})+|\d+)\s(?:personnes|mandats|mandants)\b")


class Campaign:
    """A folder with a ledger and the case of the 2022 complaints. The clock of the ledger's commands is ours."""

    def __init__(self, folder: Path, lieu: str = ""):
        self.folder, self.key = folder, folder / "m.cle"
        self.env = {
            "MANDATS_REGISTRE": lieu or str(folder / "m.registre"),
            "MANDATS_CLE": str(self.key),
            "MANDATS_PAR": "essai",
        }
        self.case = folder / "cases" / "technopolice.yaml"
        shutil.copytree(ROOT / "cases" / "technopolice", folder / "cases" / "technopolice")
        text = (
            (ROOT / "cases" / "technopolice.yaml")
            .read_text("utf-8")
            .replace("mandants: {nombre: 15248,", "mandants: {etat: mandants.json,")
        )
        assert text.count("etat: mandants.json") == 3
        proof = "      - clause: plainte/preuve-des-mandats\n        avec: {etat: etat-mandats}\n"
        place = "      - clause: plainte/sans-demarche-prealable\n"
        self.case.write_text(text.replace(place, proof + place), "utf-8")
        self.state = folder / "cases" / "technopolice" / "mandants.json"
        self.said: list[str] = []
        self.seconds: dict[str, float] = {}

    def registre(self, *arguments: object, at: dt.datetime = CLOSED, code: int = 0):
        from mandats.cli import main

        with mock.patch("mandats.cli.terminal.now", lambda: at):
            done = self._timed(
                f"registre {arguments[0]}",
                lambda: CliRunner(env=self.env).invoke(main, ["registre", *map(str, arguments)]),
            )
        assert done.exit_code == code, (done.exit_code, done.exception, done.output[-500:])
        self.said.append(done.output)
        return done.output

    def mandats(self, *arguments: object, code: int = 0):
        command = [sys.executable, "-m", "mandats", *map(str, arguments)]
        env = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", **self.env}
        done = self._timed(
            " ".join(map(str, arguments[:2])),
            lambda: subprocess.run(
                command, cwd=self.folder, capture_output=True, text=True, env=env, timeout=600, check=False
            ),
        )
        assert done.returncode == code, done.stderr[-2000:]
        self.said.append(done.stdout + done.stderr)
        return done.stdout + done.stderr

    def _timed(self, name, call):
        start = time.perf_counter()
        try:
            return call()
        finally:
            self.seconds[name] = time.perf_counter() - start

    def text(self) -> Path:
        """The mandate that people accept, as the case prints it; it is the pièce of the complaints too."""
        forms, problems = blank_forms(self.case, ROOT)
        assert not problems
        made = self.folder / "mandat.pdf"
        made.write_bytes(forms["mandat-vierge.pdf"])
        shutil.copy(made, self.case.with_suffix("") / "pieces" / "05-modele-mandat.pdf")
        return made

    def ledger(self):
        return ouvrir(self.env["MANDATS_REGISTRE"], self.key)


def run_campaign(campaign: Campaign, rows: int, bad: int, confirmed: int, *options: object) -> SimpleNamespace:
    """Everything up to the filing."""
    folder = campaign.folder
    planted = roster.write_roster(folder / "export.csv", rows, bad)
    campaign.registre(
        "creer", "technopolice", "--texte", campaign.text(), "--conservation", "2029-12-31", "--sans-phrase"
    )
    told = campaign.registre("importer", folder / "export.csv", code=1 if bad else 0)
    ledger = campaign.ledger()
    (folder / "confirmations.csv").write_text(
        "code;instant\n" + "".join(f"{ledger.key.code(i)};2022-09-01T10:00\n" for i in range(1, confirmed + 1)), "utf-8"
    )
    campaign.registre("confirmer", f"@{folder / 'confirmations.csv'}")
    campaign.registre("etat", "--sortie", campaign.state)
    campaign.mandats("construire", campaign.case, "--final", "--sortie", folder / "sortie")
    campaign.mandats("publiposter", "produire", campaign.case, "--sortie", folder / "mandats", *options)
    campaign.mandats("publiposter", "annexe", campaign.case, "--sortie", folder / "annexe.pdf")
    return SimpleNamespace(
        campaign=campaign,
        folder=folder,
        ledger=ledger,
        planted=planted,
        told=told,
        state=json.loads(campaign.state.read_text("utf-8")),
    )


def words(data: bytes) -> str:
    reading = readback.read_docx(data) if data[:2] == b"PK" else readback.read_pdf(data)
    return " ".join(reading.words())


def counts(text: str) -> set[int]:
    """The numbers of people, of mandates, that a text says."""
    return {int(re.sub(r"\D", "", n)) for n in COUNTED.findall(text)}


def complaints(folder: Path) -> list[Path]:
    return sorted(p for p in folder.glob("**/plainte-*") if p.suffix in (".docx", ".pdf"))


@pytest.fixture(scope="module")
def all_of_them(tmp_path_factory):
    made = run_campaign(
        Campaign(tmp_path_factory.mktemp("campagne")), N + BAD, BAD, CONFIRMED, "--format", "docx", "--volume", 500
    )
    print({k: round(v, 1) for k, v in made.campaign.seconds.items()})
    return made


def test_bad_rows_are_told_by_line_and_kind_and_the_others_enter(all_of_them):
    told = re.findall(r"export\.csv:(\d+) · (\w+) : .* \[([\w-]+)\]", all_of_them.told)
    assert [(int(line), kind, column) for line, column, kind in told] == all_of_them.planted
    assert len(told) == BAD and set(Counter(kind for _, _, kind in told).values()) == {4}
    assert f"{N} entrées" in all_of_them.told and f"{BAD} rejetées" in all_of_them.told
    with (all_of_them.folder / "rejets-export.csv").open(encoding="utf-8-sig") as file:
        assert [int(line.split(";")[0]) for line in list(file)[1:]] == [line for line, _, _ in all_of_them.planted]


def printed(value: str) -> str:
    """A value as a form prints it."""
    return french(" ".join(REORDERING.sub("", value).split()))


def test_each_form_is_that_of_one_person_and_all_else_is_the_same(all_of_them):
    """Every DOCX of the campaign: the person's own values, as text; once they are taken away, one and the same form."""
    folder, found, forms = all_of_them.folder, [], set()
    people = {m.numero: m for m in all_of_them.ledger.mandants()}
    for volume in sorted((folder / "mandats").glob("*.zip")):
        with zipfile.ZipFile(volume) as archive:
            for name in archive.namelist():
                numero = int(re.fullmatch(r"mandat-(\d{6})\.docx", name)[1])
                found.append(numero)
                with zipfile.ZipFile(io.BytesIO(archive.read(name))) as docx:
                    body, head = docx.read("word/document.xml").decode(), docx.read("word/header1.xml").decode()
                person = people[numero]
                lines = [html.unescape(TAG.sub("", p)) for p in body.split("</w:p>")]
                for label, value in (
                    ("Prénom", person.prenom),
                    ("Nom", person.nom),
                    ("Commune de résidence", person.commune),
                    ("Courriel", person.courriel),
                ):
                    lines.remove(f"{label}\u00a0: {printed(value)}")  # ValueError unless it is a line of the form
                assert person.code in head
                markup = TEXT.sub("><", body)
                forms.add(
                    hashlib.sha256(
                        "\n".join((*lines, markup, head.replace(person.code, "").replace(f"{numero:06d}", ""))).encode()
                    ).digest()
                )
    assert found == list(range(1, N + 1)) == list(people)
    assert len(forms) == 1
    sums = (folder / "mandats" / "empreintes.txt").read_text("utf-8").splitlines()
    assert len(sums) == len(list((folder / "mandats").glob("*.zip")))


def test_the_hardest_names_are_text_in_the_pdf_too(all_of_them):
    """Each hostile name of the roster and one row in a thousand: 15,248 PDF would take minutes."""
    prepared, problems = prepare(all_of_them.campaign.case, ROOT)
    assert not [p for p in problems if p.gravite == "erreur"]
    printer = Printer(prepared)
    hard = dict.fromkeys(roster.FAR)
    sample = []
    for m in all_of_them.ledger.mandants():
        if m.numero % 1000 == 0 or ((key := (m.prenom, m.nom)) in hard and hard[key] is None):
            hard[m.prenom, m.nom] = m
            sample.append(m)
    assert len(sample) >= len(roster.FAR) - 2 + 15  # two of them are tidied at import
    neutral = len(words(printer.pdf(printer.values(replace(sample[0], prenom="Q", nom="Q", commune="Y")))).split())
    for m in sample:
        data = printer.pdf(printer.values(m))
        shown, pages = words(data), pypdfium2.PdfDocument(data)
        assert m.courriel in shown and not re.search(r"\b49\b", shown)
        assert all(m.code in page.get_textpage().get_text_bounded() for page in pages)
        own = " ".join(printer.drawable(printed(v)) for v in (m.prenom, m.nom, m.commune))
        assert (
            abs(len(shown.split()) - neutral) <= len(own.split()) + own.count("-") + own.count("]") + len(own) // 60
        ), m.numero
        if own.isascii() and len(own) < 60:
            assert all(readback.normalise(printer.drawable(printed(v))) in shown for v in (m.prenom, m.nom))


def test_ledger_forms_index_annex_and_complaints_say_one_number(all_of_them):
    folder, state = all_of_them.folder, all_of_them.state
    assert state["nombre"] == N == sum(state["par_preuve"].values())
    manifest = json.loads((folder / "mandats" / "publipostage.json").read_text("utf-8"))
    assert {k: manifest[k] for k in ("instant", "nombre", "empreinte")} == {
        k: state[k] for k in ("instant", "nombre", "empreinte")
    }
    all_of_them.campaign.mandats("publiposter", "index", folder / "mandats", "--sortie", folder / "index.csv")
    with (folder / "index.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))[1:]
    assert [int(row[0]) for row in rows] == list(range(1, N + 1))
    assert sum(cell.startswith("'=HYPERLINK") for row in rows for cell in row) > 3 and not [
        c for row in rows for c in row if c.startswith(("=", "+", "-", "@"))
    ]
    pages = pypdfium2.PdfDocument(folder / "annexe.pdf")
    annex = [page.get_textpage().get_text_bounded() for page in pages]
    assert all(state["empreinte"] in page for page in annex)
    assert counts(annex[0]) == {N}
    whole = "\n".join(annex)
    assert len(re.findall(r"\b\d\d/\d\d/2022\b", whole)) == N  # one date a row
    assert {int(n) for n in re.findall(r"^(\d{1,5}) ", whole, re.M)} >= set(range(1, N + 1)) - {2012, 2022}
    strange = Counter(m.prenom for m in all_of_them.ledger.mandants())
    for name in ("{{7*7}}", '#eval("1")', "<w:p>", "@import"):
        assert whole.count(name) == strange[name] > 3
    built = complaints(folder / "sortie")
    assert len(built) == 6
    groups = [state["empreinte"][i : i + 8] for i in range(0, 64, 8)]
    for path in built:
        told = words(path.read_bytes())
        assert counts(told) == {N}, path
        assert " ".join(groups) in told and "24 septembre 2022 à 14 h 00" in told
        proofs = [
            re.search(rf"{label} ?([\d ]+)[;.m]", told)
            for label in (
                "l’instant de l’acceptation étant enregistré :",
                "à l’adresse électronique du mandant :",
                "Le total est de",
            )
        ]
        assert [int(re.sub(r"\D", "", p[1])) for p in proofs] == [N - CONFIRMED, CONFIRMED, N], path


def test_a_withdrawal_after_the_filing_names_the_acts_and_changes_none(all_of_them):
    campaign, state = all_of_them.campaign, all_of_them.state
    later = CLOSED + dt.timedelta(days=30)
    acts = ["plainte-videosurveillance", "plainte-cnil-collective"]
    for act in acts:
        told = campaign.registre("deposer", act, "--etat", campaign.state, at=later)
        assert f"{act} : déposé avec {N} mandats" in told
    head = re.search(r"tête de chaîne.* : ([0-9a-f]{64})", told)[1]
    told = campaign.registre("retirer", all_of_them.ledger.key.code(123), "--recu-le", "2022-10-20", at=later)
    assert told.splitlines()[0] == "n° 123 : retiré"
    assert [re.search("« (.*?) »", line)[1] for line in told.splitlines() if "figurait" in line] == acts
    stale = told[told.index("Périmés") :]
    assert str(campaign.state) in stale and str(all_of_them.folder / "annexe.pdf") in stale
    assert "mandat-volume-0001.zip" in stale and "mandat-volume-0001.pdf" not in stale
    acts_told = told.splitlines()[1 : 1 + len(acts)]
    assert all(f"liste de {N}" in line and "24 octobre 2022 à 14 h 00" in line for line in acts_told)
    assert json.loads(campaign.registre("etat", at=later))["nombre"] == N - 1
    assert (
        json.loads(campaign.registre("etat", "--instant", state["instant"], at=later))["empreinte"]
        == state["empreinte"]
    )
    assert "chaîne intacte" in campaign.registre("journal", "--verifier", "--tete", head.upper(), at=later)


def test_statistics_of_the_whole_campaign(all_of_them):
    told = all_of_them.campaign.registre(
        "statistiques", "--instant", all_of_them.state["instant"], at=CLOSED + dt.timedelta(days=31)
    )
    assert told.startswith(f"{N} mandats valables")
    tables = {
        part.split("\n", 1)[0]: re.findall(r"^  (\S.*?)  +(\d+)(?:  +\d+)?  █", part, re.M)
        for part in told.split("── par ")[1:]
    }
    weeks = "semaine de signature (mandats, cumul)"
    assert list(tables) == [weeks, "département", "preuve"]
    assert re.search(rf"^  2022-09-19 +\d+ +{N}  █", told, re.M)
    for rows in tables.values():
        assert sum(int(n) for _, n in rows) == N and all(int(n) >= 5 for _, n in rows)
    assert len(tables[weeks]) == 18 and {"75", "2A", "971", "988", "étranger"} <= {
        name for name, _ in tables["département"]
    }
    assert dict(tables["preuve"]) == {"case-horodatee": str(N - CONFIRMED), "double-confirmation": str(CONFIRMED)}
    assert told.count("vaut : ") == 2


def test_nobody_is_named_by_what_the_commands_said(all_of_them):
    told = "".join(all_of_them.campaign.said)
    names = {v for v in roster.values(N + BAD) if len(v) > 5}
    assert len(names) > 15_000
    said = set(re.findall(r"[\w.+-]+@[\w.-]+|\w[\w'’-]+", told))
    assert not names & said


SOURCES = sorted((ROOT / "mandats").rglob("*.py"))


def identifiers(given: ast.expr, tree: ast.Module) -> set[str]:
    """What the identifier of a message may be: itself, or what a module binds to its name."""
    if isinstance(given, ast.JoinedStr):
        assert ast.unparse(given) == "f'{name}-absent'"
        return {"nom-absent", "prenom-absent", "courriel-absent"}
    if isinstance(given, ast.Constant):
        return {given.value}
    bound = [
        value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(given, ast.Name)
        for target in node.targets
        for name, value in zip(
            getattr(target, "elts", [target]), getattr(node.value, "elts", [node.value]), strict=False
        )
        if getattr(name, "id", "") == given.id
    ]
    return {v.value for v in bound if isinstance(v, ast.Constant) and isinstance(v.value, str)}


def test_every_message_has_its_remedy_in_the_guide():
    """From the source: each identifier that a line may end with is explained by `verifier --expliquer`."""
    from mandats.report import explain_rule

    found = {"defaut"} if "[defaut]" in "".join(p.read_text("utf-8") for p in SOURCES) else set()
    for path in SOURCES:
        tree = ast.parse(path.read_text("utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and [getattr(t, "id", "") for t in node.targets] == ["ID"]:
                found.add(node.value.value)
            if isinstance(node, ast.Call) and node.args:
                called = getattr(node.func, "id", getattr(node.func, "attr", ""))
                rank = {"Problem": 0, "Fault": 1, "rule": 0, "refusal": 0, "problem": 0}.get(called)
                found |= identifiers(node.args[rank], tree) if rank is not None else set()
    assert (
        len(found) > 60
        and {"cle-publique", "compte", "publipostage-autre", "trop-jeune", "mandants-discordants", "defaut"} <= found
    )
    assert sorted(i for i in found if "→" not in explain_rule(i) and i == i.lower()) == []


# --- no value where it has no place --------------------------------------------------------------------------------

# Whole words, none short: ciphertext read again and again holds any four letters and a figure in the end.
MARK = re.compile(
    rb"xwq(?:prenom|nomme|mail|voie|codepostal|ville|pays|refus|date|titre)\d|1931-0\d-1|1\d/0\d/1931|03:17:\d"
)
CLEAR = re.compile(
    r"colonnes\.yaml|\.?(export(-.*)?|rejets-export|mandat-.*|\d+-mandat-.*|annexe|index|acces)\.(csv|docx|pdf|zip|json|xlsx)(\.[0-9a-f]{8})?|\.\d+-index\.csv"
)  # what is meant to hold people


def marked(i: int) -> dict[str, str]:
    """A person each of whose values is found nowhere else."""
    return {
        "prenom": f"Xwqprenom{i}é",
        "nom": f"Xwqnomme{i} d'Œuf",
        "courriel": f"xwqmail{i}@example.org",
        "date_naissance": f"1{i % 9 + 1}/0{i % 8 + 1}/1931",
        "adresse": f"{i}, rue Xwqvoie{i}",
        "code_postal": f"XWQCODEPOSTAL{i}",
        "commune": f"Xwqville{i}",
        "pays": f"Xwqpays{i}",
        "signe_le": f"2022-06-0{i % 9 + 1}T03:17:{i % 60:02d}Z",
        "notice": "Oui",
        "mandat": "Oui",
    }


def leaks(data: bytes) -> set[bytes]:
    """The marks in some bytes: as they are, in UTF-16, in a zip's members, in compressed streams."""
    found = set(MARK.findall(data.lower())) | set(MARK.findall(data.lower().replace(b"\0", b"")))
    if data[:2] == b"PK":
        with contextlib.suppress(zipfile.BadZipFile), zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                found |= leaks(archive.read(name)) | leaks(name.encode())
    for match in re.finditer(rb"stream\r?\n", data):
        with contextlib.suppress(zlib.error):
            found |= set(MARK.findall(zlib.decompressobj().decompress(data[match.end() :]).lower()))
    return found


class Watch:
    """Reads every file of some folders, again and again, while commands run there."""

    def __init__(self, *folders: Path):
        self.folders, self.found, self.seen, self.rounds, self.read = folders, set(), set(), 0, {}
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _run(self):
        while not self.stop.wait(0.01):
            self.look()

    def look(self):
        self.rounds += 1
        for folder in self.folders:
            for root, _, names in os.walk(folder):
                for name in names:
                    path = os.path.join(root, name)
                    if CLEAR.fullmatch(name) and path in self.read:
                        continue
                    with contextlib.suppress(OSError):
                        status = os.stat(path)
                        version = (status.st_mtime_ns, status.st_size, status.st_ino)
                        if self.read.get(path) == version:
                            continue
                        self.read[path] = version
                        self.seen.add(name)
                        data = b"" if CLEAR.fullmatch(name) else Path(path).read_bytes()
                        self.found |= {(name, m) for m in leaks(path.encode()) | leaks(data)}

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        self.thread.join()
        self.read.clear()
        self.look()


SABOTAGE = """
import importlib, os
if target := os.environ.get("SABOTAGE"):
    kind, module, path = target.split(":")
    place = importlib.import_module(module)
    *parents, name = path.split(".")
    for parent in parents:
        place = getattr(place, parent)
    class Panic(BaseException): "as a Rust library raises"
    def broken(*arguments, **named):
        if kind == "Panic":
            os.write(2, b"thread panicked at Xwqnomme3") if os.environ.get("SABOTAGE_TELLS") else None
            raise Panic("Xwqnomme3")
        kinds = {"RuntimeError": RuntimeError, "ValueError": ValueError, "OSError": OSError}
        raise kinds[kind]("Xwqnomme3 d'Œuf, xwqmail3@example.org")
    setattr(place, name, broken)
"""
STAGES = {  # a command → the calls that are broken in turn while it runs
    "importer": (
        "mandats.registre.importation:check_row",
        "mandats.registre.secret:Key.encrypt",
        "mandats.registre.ledger:Registre.lookups",
        "mandats.registre.store:Store.insert",
    ),
    "etat": ("mandats.registre.secret:Key.open",),
    "statistiques": ("mandats.registre.statistiques:place_of",),
    "produire": (
        "mandats.formulaire.printer:Printer.values",
        "mandats.formulaire.printer:Printer.docx",
        "mandats.formulaire.printer:Printer.pdf_row",
        "mandats.write.typst_engine:Engine.compile",
        "mandats.publiposter.annex:index_csv",
    ),
    "annexe": (
        "mandats.write.typst_engine:Glyphs.__call__",
        "mandats.publiposter.annex:_print",
        "mandats.publiposter.annex:sort_key",
    ),
}


@pytest.mark.slow
def test_no_value_stands_where_it_has_no_place_even_when_a_stage_breaks(tmp_path):
    """The whole path, TMPDIR, HOME and the working folder watched; again, each stage broken by an error with a name."""
    places = {name: tmp_path / name for name in ("tmp", "home", "travail", "sabotage")}
    for folder in places.values():
        folder.mkdir()
    (places["sabotage"] / "sitecustomize.py").write_text(SABOTAGE, "utf-8")
    work, told = places["travail"], []
    campaign = Campaign(work)
    with (work / "export.csv").open("w", encoding="utf-8") as file:
        file.write(",".join(roster.HEADERS["simple"].values()) + "\n")
        for i in range(30):
            bad = {
                5: {"courriel": "xwqmail5"},
                9: {"date_naissance": "31/02/1931"},
                11: {"mandat": "xwqrefus11"},
                13: {"signe_le": "xwqdate13"},
            }.get(i, {})
            file.write(",".join(f'"{(marked(i) | bad)[f]}"' for f in roster.HEADERS["simple"]) + "\n")
    env = {
        "TMPDIR": str(places["tmp"]),
        "SQLITE_TMPDIR": str(places["tmp"]),
        "HOME": str(places["home"]),
        "PYTHONPATH": f"{places['sabotage']}:{ROOT}",
        "NO_COLOR": "1",
        "PATH": os.environ["PATH"],
        **campaign.env,
    }

    def run(*arguments: object, code: int = 0, given: str = "", **more: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "mandats", *map(str, arguments)],
            cwd=work,
            capture_output=True,
            text=True,
            input=given,
            env=env | more,
            timeout=120,
            check=False,
        )
        assert done.returncode == code, (arguments, done.returncode, done.stderr[-800:])
        assert "Traceback" not in done.stderr
        told.append(done.stdout + done.stderr)
        return told[-1]

    case = ROOT / "cases" / "gafam.yaml"  # of 2018: it names no state, so that the real clock will do
    out = ("--sortie", "forms", "--processus", 2)
    with Watch(*(places[n] for n in ("tmp", "home", "travail"))) as watch:
        run("publiposter", "vierge", case, "--sortie", "vierge")
        text = "vierge/gafam/mandat-vierge.pdf"
        run("registre", "creer", "essai", "--texte", text, "--conservation", "2026-01-01", "--sans-phrase")
        for target in STAGES["importer"]:
            assert "défaut du programme (RuntimeError" in run(
                "registre", "importer", "export.csv", code=2, SABOTAGE="RuntimeError:" + target
            )
        run("registre", "importer", "export.csv", "--apercu")
        run("registre", "importer", "export.csv", code=1)
        (work / "colonnes.yaml").write_text("colonnes: {prenom: Xwqtitre1}\n", "utf-8")
        run("registre", "importer", "export.csv", "--colonnes", "colonnes.yaml", code=2)
        for name, content in (
            ("sans-titres.csv", "Xwqprenom1,Xwqnomme1\n"),
            ("guillemet.csv", (work / "export.csv").read_text("utf-8") + '"Xwqprenom2' + "x" * 30_000),
            ("zip.xlsx", "PK\3\4Xwqnomme1"),
        ):
            (work / f"export-{name}").write_text(content, "utf-8")
            run("registre", "importer", f"export-{name}", code=2)
            (work / f"export-{name}").unlink()
        for leftover in work.glob("*rejets-export-*"):
            leftover.unlink()
        run("registre", "doublons", "--homonymes")
        run("registre", "confirmer", 4)
        for target in STAGES["etat"]:
            run("registre", "etat", code=2, SABOTAGE="RuntimeError:" + target)
        for target in STAGES["statistiques"]:
            run("registre", "statistiques", code=2, SABOTAGE="RuntimeError:" + target)
        run("registre", "statistiques", "--exact")
        run("registre", "etat", "--sortie", "etat.json")
        for i, target in enumerate(STAGES["produire"]):
            for kind in (
                ("RuntimeError", "Panic", "OSError")
                if target.endswith(".docx")
                else ("RuntimeError",)
                if i
                else ("Panic",)
            ):
                more = {"SABOTAGE_TELLS": "1"} if "annex" not in target else {}
                run(
                    "publiposter",
                    "produire",
                    case,
                    "--sortie",
                    f"forms-{i}-{kind}",
                    "--processus",
                    2,
                    code=2,
                    SABOTAGE=f"{kind}:{target}",
                    **more,
                )
        wrong = run(
            "publiposter",
            "produire",
            case,
            "--sortie",
            "forms-erreurs",
            "--format",
            "docx",
            "--processus",
            2,
            code=1,
            SABOTAGE="ValueError:mandats.formulaire.printer:Printer.docx",
        )
        assert (
            "(ValueError)" in wrong
            and (work / "forms-erreurs" / "erreurs.csv").read_text("utf-8-sig").count("\n") == 27
        )
        run("publiposter", "produire", case, *out)
        run("publiposter", "produire", case, "--sortie", "volumes", "--volume", 9)
        for target in STAGES["annexe"]:
            kind = "Panic" if target.endswith(".pdf") else "RuntimeError"
            run("publiposter", "annexe", case, "--sortie", "annexe.pdf", code=2, SABOTAGE=f"{kind}:{target}")
        run("publiposter", "annexe", case, "--sortie", "annexe.pdf")
        import pyrage

        run(
            "publiposter",
            "annexe",
            case,
            "--sortie",
            "scellee.pdf",
            "--scellee",
            str(pyrage.x25519.Identity.generate().to_public()),
        )
        run("publiposter", "index", "forms", "--sortie", "index.csv")
        run("registre", "deposer", "plainte", "--etat", "etat.json")
        run("registre", "corriger", 2, "courriel", given="pas-une-adresse\n", code=1)
        run("registre", "corriger", 2, "commune", given="Ailleurs\n")
        run("registre", "retirer", 3)
        run("registre", "exporter", 3, "--sortie", "acces.json")
        run("registre", "purger", "--numero", 3, "--oui")
        run("registre", "journal")
        run("registre", "journal", "--verifier")
    assert (
        watch.rounds > 100
        and {
            "publipostage.json",
            "empreintes.txt",
            "erreurs.csv",
            "journal.jsonl",
            "index.csv.age",
            "scellee.pdf.age",
            "scellee-scellee.pdf",
        }
        <= watch.seen
    )
    assert watch.found == set()
    assert leaks("".join(told).encode()) == set()
    kept = [p for place in ("tmp", "home") for p in places[place].rglob("*") if p.is_file()]
    assert {p.parent.relative_to(places["home"]) for p in kept} <= {Path(".cache/mandats")}  # the program's own texts
    assert not any(leaks(p.read_bytes()) for p in kept)
    # The marks are there to be found: in the forms, the annex, the index.
    assert leaks((work / "forms" / "mandat-000001.docx").read_bytes()) and leaks((work / "index.csv").read_bytes())
    assert not [
        p
        for p in work.rglob("*")
        if CLEAR.fullmatch(p.name)
        and p.stat().st_mode & 0o077
        and p.name.startswith(("annexe", "index", "acces", "rejets"))
    ]
    assert all((work / d).stat().st_mode & 0o777 == 0o700 for d in ("forms", "volumes"))
