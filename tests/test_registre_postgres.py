"""The same ledger in a real PostgreSQL server, started here from Debian's binaries in a temporary folder."""

import os
import pwd
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from mandats.registre import Refus, gestes
from mandats.registre.importation import import_roster
from mandats.registre.ledger import create_ledger, ouvrir
from mandats.registre.secret import make_key
from tests import roster
from tests.conftest import ROOT
from tests.test_campagne import Campaign, complaints, counts, run_campaign, words
from tests.test_registre import CAMPAGNE, NOW, counted, later, listed, one, rules, write_csv

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
pytestmark = pytest.mark.skipif(not BINARIES and not os.environ.get("CI"), reason="apt-get install postgresql")


@pytest.fixture(scope="module")
def server():
    """The URL prefix of a running server; on a Unix socket, no network. Its folder is not pytest's, which another run
    that starts meanwhile closes to everyone else.
    """
    assert BINARIES, "PostgreSQL is missing: .ci/run installs it"
    bin_ = BINARIES[-1].parent
    home = Path(tempfile.mkdtemp(prefix="pg-"))
    data, socket = home / "data", home / "s"
    socket.mkdir()
    command = []
    if os.geteuid() == 0:  # the server refuses root
        for folder in (home, socket):
            shutil.chown(folder, pwd.getpwnam("postgres").pw_uid)
        command = [shutil.which("runuser", path="/usr/sbin:/sbin:/usr/bin:/bin") or "runuser", "-u", "postgres", "--"]
    subprocess.run(
        [*command, bin_ / "initdb", "-D", data, "-A", "trust", "-U", "essai", "--no-sync"],
        check=True,
        capture_output=True,
        cwd="/",
    )
    options = f"-k {socket} -c listen_addresses='' -c log_statement=all"
    subprocess.run(
        [*command, bin_ / "pg_ctl", "-D", data, "-w", "-o", options, "-l", home / "s" / "log", "start"],
        check=True,
        capture_output=True,
        cwd="/",
    )
    yield (
        lambda base: f"postgresql://essai@/{base}?host={socket}",
        [*command, bin_ / "createdb", "-h", socket, "-U", "essai"],
        socket / "log",
    )
    subprocess.run(
        [*command, bin_ / "pg_ctl", "-D", data, "-m", "immediate", "stop"], check=True, capture_output=True, cwd="/"
    )
    shutil.rmtree(home)


@pytest.fixture
def base(server, request):
    url, createdb, _ = server
    name = request.node.name.replace("test_", "")[:40]
    subprocess.run([*createdb, name], check=True, capture_output=True, cwd="/")
    return url(name)


def both(tmp_path, base):
    key = make_key(tmp_path / "cle", None)
    for lieu in (base, str(tmp_path / "m.registre")):
        create_ledger(lieu, key, CAMPAGNE, "essai", NOW)
    return ouvrir(base, tmp_path / "cle"), ouvrir(tmp_path / "m.registre", tmp_path / "cle")


def test_a_server_says_what_a_file_says(base, tmp_path):
    path = tmp_path / "e.csv"
    roster.write_roster(path, 1500, 40)
    ledgers = both(tmp_path, base)
    for ledger in ledgers:
        done = import_roster(ledger, path, rules(), "essai")
        assert (done.entrees, done.rejets) == (1460, 40)
        assert import_roster(ledger, path, rules(), "essai").connues == 1460
        gestes.withdraw(ledger, 3, None, "essai", later(1))
        gestes.confirm(ledger, 4, "papier", {}, "essai", later(1))
        assert list(ledger.verifier()) == []
    postgres, sqlite = ledgers
    assert listed(postgres) == listed(sqlite)
    assert postgres.empreinte() == sqlite.empreinte()
    assert {k: v for k, v in postgres.etat().items() if k != "tete"} == {
        k: v for k, v in sqlite.etat().items() if k != "tete"
    }
    two = zip(postgres.mandants(), postgres.etats(), strict=False)  # two readings at once
    assert sum(1 for _ in two) == 1459


def test_history_cannot_be_changed_and_a_purge_empties_it(base, tmp_path, server):
    import psycopg

    ledger, _ = both(tmp_path, base)
    import_roster(ledger, write_csv(tmp_path / "a.csv", [one(i) for i in range(20)]), rules(), "essai")
    files = server[2].parent.parent / "data" / "base"
    sealed = [bytes(c)[100:160] for (c,) in ledger.store.rows("SELECT charge FROM evenements WHERE charge IS NOT NULL")]
    ledger.store.execute("CHECKPOINT")
    assert held(files, sealed) == 20
    for sql in (
        "DELETE FROM evenements",
        "UPDATE evenements SET detail = '{}'",
        "UPDATE evenements SET charge = '\\x00'",
        "TRUNCATE evenements",
    ):
        with pytest.raises(psycopg.Error):
            ledger.store.execute(sql)
    gestes.withdraw(ledger, 2, None, "essai", NOW)
    gestes.erase(ledger, 2, "essai", NOW)
    proof = gestes.purge(ledger, "essai", later(5))
    assert proof["charges"] == 19
    assert list(ledger.verifier(proof["tete"])) == []
    assert next(ledger.store.rows("SELECT count(charge) + count(courriel) + count(ligne) FROM evenements"))[0] == 0
    ledger.store.execute("CHECKPOINT")
    assert held(files, sealed) == 0  # of the database's own files; the server's journal is spoken of in the guide


def test_an_altered_or_older_table_is_refused(base, tmp_path):
    """As someone with the server's account would change it: the seal covers look-ups there too."""
    ledger, _ = both(tmp_path, base)
    import_roster(ledger, write_csv(tmp_path / "a.csv", [one(i) for i in range(8)]), rules(), "essai")
    gestes.withdraw(ledger, 2, None, "essai", NOW)
    said = ledger.etat()
    for sql, told in (
        ("UPDATE evenements SET courriel = '\\x00' WHERE seq = 4", "recherche altérés"),
        ("UPDATE evenements SET ligne = NULL WHERE seq = 4", "recherche altérés"),
        ("UPDATE evenements SET numero = 7 WHERE seq = 5", "la chaîne ne suit pas"),
        ("DELETE FROM evenements WHERE seq = (SELECT MAX(seq) FROM evenements)", "une copie plus ancienne"),
        ("ALTER TABLE evenements DROP COLUMN homonyme", "ne se lit pas|altéré"),
    ):
        with ledger.store._db.transaction(force_rollback=True):
            ledger.store.execute("ALTER TABLE evenements DISABLE TRIGGER ALL")
            ledger.store.execute(sql)
            with pytest.raises(Refus, match=told):
                ledger.etat()
    assert ledger.etat() == said
    ledger.close()
    ouvrir(base, tmp_path / "cle").close()


def held(folder, pieces):
    """How many of these bytes some file of a folder holds."""
    data = b"".join(p.read_bytes() for p in folder.rglob("*") if p.is_file())
    return sum(piece in data for piece in pieces)


def test_a_campaign_from_a_server_says_one_number(base, tmp_path):
    """`publiposter` and the acts read the same ledger there: forms in both formats, annex, complaints."""
    made = run_campaign(Campaign(tmp_path, base), 190, 10, 20)
    assert [(int(line), kind) for line, kind in re.findall(r"export\.csv:(\d+) · .*\[([\w-]+)\]", made.told)] == [
        (line, kind) for line, kind, _ in made.planted
    ]
    assert made.state["nombre"] == 180 == counted(made.ledger)
    for suffix in ("docx", "pdf"):
        assert len(list((tmp_path / "mandats").glob(f"mandat-*.{suffix}"))) == 180
    people = {m.numero: m for m in made.ledger.mandants()}
    for numero in (1, 8, 180):
        for suffix in ("docx", "pdf"):
            assert people[numero].courriel in words(
                (tmp_path / "mandats" / f"mandat-{numero:06d}.{suffix}").read_bytes()
            )
    assert counts(words((tmp_path / "annexe.pdf").read_bytes())) == {180}
    text = made.campaign.case.read_text("utf-8")
    assert "15 248" in text  # typed by hand in a fact and a title: told, since the ledger counts otherwise
    assert "15248 mandats écrits ici, 180 au registre" in made.campaign.said[-3]
    for path in complaints(tmp_path / "sortie"):
        assert "mandatée par 180 personnes concernées" in words(path.read_bytes())


def test_two_imports_at_once_enter_each_person_once(base, tmp_path, server):
    ledger, _ = both(tmp_path, base)
    processes = []
    for name in ("a", "b"):
        roster.write_roster(tmp_path / f"{name}.csv", 1500, 0)
        command = [
            sys.executable,
            "-m",
            "mandats",
            "registre",
            "importer",
            tmp_path / f"{name}.csv",
            "--registre",
            base,
            "--cle",
            tmp_path / "cle",
        ]
        processes.append(
            subprocess.Popen(
                [str(c) for c in command], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
            )
        )
    for process in processes:
        _, told = process.communicate(timeout=120)
        assert process.returncode == 0, told
    assert counted(ledger) == 1500
    assert list(ledger.verifier()) == []
    log = server[2].read_text("utf-8", "replace")  # the server logs every statement here: no value may be in one
    assert [v for v in roster.values(300) if len(v) > 6 and v in log] == []


def test_a_killed_import_is_taken_up(base, tmp_path):
    ledger, calm = both(tmp_path, base)
    path = tmp_path / "e.csv"
    roster.write_roster(path, 3000, 10)
    import_roster(calm, path, rules(), "essai")
    command = [
        sys.executable,
        "-m",
        "mandats",
        "registre",
        "importer",
        str(path),
        "--registre",
        base,
        "--cle",
        str(tmp_path / "cle"),
    ]
    wanted, known = b"".join(calm.canonique()), 0
    for _ in range(3):
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while process.poll() is None and ledger.last_numero() == known:
            time.sleep(0.01)
        time.sleep(random.random() / 20)
        process.send_signal(signal.SIGKILL)
        process.wait()
        known = ledger.last_numero()
        assert list(ledger.verifier()) == []
        assert wanted.startswith(b"".join(ledger.canonique()))
    subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    assert b"".join(ledger.canonique()) == wanted


def test_a_refused_connection_does_not_print_the_address():
    with pytest.raises(Refus) as refused:
        ouvrir("postgresql://essai:motdepasse@/rien?host=/nulle/part", "/nulle/cle")
    assert "motdepasse" not in str(refused.value)
