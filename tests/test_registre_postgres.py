"""The same ledger in a real PostgreSQL server, started here from Debian's binaries in a temporary folder."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mandats.registre import Refus, gestes, ouvrir
from mandats.registre.importation import import_file
from mandats.registre.ledger import create_ledger
from mandats.registre.secret import make_key
from tests import roster
from tests.conftest import ROOT
from tests.test_registre import CAMPAGNE, NOW, later, listed, one, rules, write_csv

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
pytestmark = pytest.mark.skipif(not BINARIES and not os.environ.get("CI"), reason="apt-get install postgresql")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The URL prefix of a running server; on a Unix socket, no network."""
    assert BINARIES, "PostgreSQL is missing: .ci/run installs it"
    bin_ = BINARIES[-1].parent
    home = tmp_path_factory.mktemp("pg")
    data, socket = home / "data", home / "s"
    socket.mkdir()
    command = []
    if os.geteuid() == 0:  # the server refuses root
        for folder in (home, *home.parents):
            if folder in (Path("/"), Path("/tmp")):
                break
            folder.chmod(folder.stat().st_mode | 0o011)
        for folder in (home, socket):
            shutil.chown(folder, pwd.getpwnam("postgres").pw_uid)
        command = ["runuser", "-u", "postgres", "--"]
    subprocess.run([*command, bin_ / "initdb", "-D", data, "-A", "trust", "-U", "essai", "--no-sync"], check=True, capture_output=True, cwd="/")
    options = f"-k {socket} -c listen_addresses='' -c log_statement=all"
    subprocess.run([*command, bin_ / "pg_ctl", "-D", data, "-w", "-o", options, "-l", home / "s" / "log", "start"], check=True, capture_output=True, cwd="/")
    yield lambda base: f"postgresql://essai@/{base}?host={socket}", [*command, bin_ / "createdb", "-h", socket, "-U", "essai"], socket / "log"
    subprocess.run([*command, bin_ / "pg_ctl", "-D", data, "-m", "immediate", "stop"], check=True, capture_output=True, cwd="/")


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
        done = import_file(ledger, path, rules(), "essai")
        assert (done.entrees, done.rejets) == (1460, 40)
        assert import_file(ledger, path, rules(), "essai").connues == 1460
        gestes.withdraw(ledger, 3, None, "essai", later(1))
        gestes.confirm(ledger, 4, "papier", {}, "essai", later(1))
        assert list(ledger.verifier()) == []
    postgres, sqlite = ledgers
    assert listed(postgres) == listed(sqlite)
    assert postgres.empreinte() == sqlite.empreinte()
    assert {k: v for k, v in postgres.etat().items() if k != "tete"} == {k: v for k, v in sqlite.etat().items() if k != "tete"}
    two = zip(postgres.mandants(), postgres.etats(), strict=False)  # two readings at once
    assert sum(1 for _ in two) == 1459


def test_history_cannot_be_changed_and_a_purge_empties_it(base, tmp_path):
    import psycopg

    ledger, _ = both(tmp_path, base)
    import_file(ledger, write_csv(tmp_path / "a.csv", [one(i) for i in range(20)]), rules(), "essai")
    for sql in ("DELETE FROM evenements", "UPDATE evenements SET detail = '{}'", "UPDATE evenements SET charge = '\\x00'", "TRUNCATE evenements"):
        with pytest.raises(psycopg.Error):
            ledger.store.execute(sql)
    gestes.withdraw(ledger, 2, None, "essai", NOW)
    gestes.erase(ledger, 2, "essai", NOW)
    proof = gestes.purge(ledger, "essai", later(5))
    assert proof["charges"] == 19
    assert list(ledger.verifier(proof["tete"])) == []
    assert next(ledger.store.rows("SELECT count(charge) + count(courriel) + count(ligne) FROM evenements"))[0] == 0


def test_two_imports_at_once_enter_each_person_once(base, tmp_path, server):
    ledger, _ = both(tmp_path, base)
    processes = []
    for name in ("a", "b"):
        roster.write_roster(tmp_path / f"{name}.csv", 1500, 0)
        command = [sys.executable, "-m", "mandats", "registre", "importer", tmp_path / f"{name}.csv", "--registre", base, "--cle", tmp_path / "cle"]
        processes.append(subprocess.Popen([str(c) for c in command], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True))
    for process in processes:
        _, told = process.communicate(timeout=120)
        assert process.returncode == 0, told
    assert ledger.compte() == 1500
    assert list(ledger.verifier()) == []
    log = server[2].read_text("utf-8", "replace")  # the server logs every statement here: no value may be in one
    assert [v for v in roster.values(300) if len(v) > 6 and v in log] == []


def test_a_killed_import_is_taken_up(base, tmp_path):
    ledger, calm = both(tmp_path, base)
    path = tmp_path / "e.csv"
    roster.write_roster(path, 3000, 10)
    import_file(calm, path, rules(), "essai")
    command = [sys.executable, "-m", "mandats", "registre", "importer", str(path), "--registre", base, "--cle", str(tmp_path / "cle")]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None and not ledger.last_numero():
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert list(ledger.verifier()) == []
    subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    assert listed(ledger) == listed(calm)
    assert ledger.empreinte() == calm.empreinte()


def test_a_refused_connection_does_not_print_the_address():
    with pytest.raises(Refus) as refused:
        ouvrir("postgresql://essai:motdepasse@/rien?host=/nulle/part", "/nulle/cle")
    assert "motdepasse" not in str(refused.value)
