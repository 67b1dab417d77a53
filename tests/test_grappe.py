"""Several machines print what one prints: same bytes, nothing kept, nobody's name in a log; killed, it resumes."""

import asyncio
import contextlib
import dataclasses
import datetime as dt
import getpass
import hashlib
import os
import pickle
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from mandats.publiposter import atelier, job, partage
from mandats.publiposter.dossier import WORK
from mandats.publiposter.orders import prepare
from mandats.registre import Refus
from tests.conftest import ROOT
from tests.roster import mandants

machines = pytest.importorskip("mandats.publiposter.machines")
from mandats.publiposter import grappe  # noqa: E402 (it needs Dask too)

psutil = pytest.importorskip("psutil")
TOGETHER = pytest.mark.xdist_group("grappe")
KNOWN = "Zqxjkvintrouvable"  # in each value of each person
ROWS, LOT = 48, 3


def people(n: int = ROWS):
    """People whose every value would be found in a log."""
    seen = ("prenom", "nom", "adresse", "commune")
    for m in mandants(n):
        more = {name: f"{KNOWN}-{name} {getattr(m, name)}" for name in seen}
        wrong = {"nom": f"{KNOWN}\x01"} if m.numero == 7 else {}
        yield dataclasses.replace(m, **{**more, **wrong}, courriel=f"{KNOWN}{m.numero}@example.org")


STATE = {"empreinte": "e", "instant": "2022-09-24T12:00:00Z", "nombre": ROWS}
SCRIPT = """
import sys
sys.path[:0] = [{root!r}]
if __name__ == "__main__":
    from pathlib import Path
    from mandats.publiposter import atelier, job
    from tests import test_grappe as t
    job.LOT = t.LOT
    order = job.Order(Path(sys.argv[1]), grappe=sys.argv[2], certificat=Path(sys.argv[3]))
    job.run(t.prepared_form(), t.people(), t.STATE, order, lambda done, resumed: print(done, flush=True))
"""


def prepared_form():
    made, problems = prepare(ROOT / "cases" / "gafam.yaml", ROOT, "mandat-google-vierge")
    assert not problems
    return made


@pytest.fixture(scope="module")
def prepared():
    return prepared_form()


@pytest.fixture
def printed(prepared, monkeypatch):
    """`printed(folder, progress, …)`: the digests of the files of a run, in lots of three."""
    monkeypatch.setattr(job, "LOT", LOT)

    def run(folder: Path, progress=lambda done, resumed: None, **more) -> dict[str, str]:
        job.run(prepared, people(), STATE, job.Order(folder, **more), progress)
        return snapshot(folder)

    return run


def snapshot(folder: Path) -> dict[str, str]:
    files = (p for p in sorted(folder.rglob("*")) if p.is_file())
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


class Office:
    """Three machines, their door and their certificate; what they say, in full, in `logs`; their disk, `disk`."""

    def __init__(self, folder: Path, host: str = "127.0.0.1"):
        self.certificate, self.logs, self.disk = folder / "grappe.pem", folder / "logs", folder / "disk"
        for place in (self.logs, self.disk):
            place.mkdir()
        self.address = f"tls://{host}:{random.Random().randrange(20_000, 30_000)}"
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self, *arguments: object, inside: Sequence[str] = ()) -> subprocess.Popen[bytes]:
        env = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(self.disk), "MANDATS_GRAPPE": str(self.certificate)}
        env["DASK_DISTRIBUTED__LOGGING__DISTRIBUTED"] = "debug"
        with (self.logs / f"{len(self.processes)}.log").open("wb") as log:
            command = [*inside, sys.executable, "-m", "mandats", "grappe", *map(str, arguments)]
            self.processes.append(subprocess.Popen(command, stdout=log, stderr=log, env=env))
        return self.processes[-1]

    def said(self) -> str:
        return "".join(p.read_text("utf-8", "replace") for p in sorted(self.logs.iterdir()))

    def wait_for(self, words: str, times: int) -> None:
        until = time.time() + 120
        while self.said().count(words) < times:
            assert time.time() < until, self.said()
            time.sleep(0.1)

    def inside(self) -> list["psutil.Process"]:
        """What works for the machines: Dask's own workers, and what they print with."""
        found = []
        for process in self.processes:
            try:
                children = psutil.Process(process.pid).children(recursive=True)
                found += [c for c in children if "spawn_main" in " ".join(c.cmdline())]
            except psutil.Error:
                continue
        return found


@contextlib.contextmanager
def opened(folder: Path, host: str = "127.0.0.1", inside: Sequence[Sequence[str]] = ((), (), ())) -> Iterator[Office]:
    """`inside`: what begins the commands of each machine."""
    office = Office(folder, host)
    machines.make_certificate(office.certificate)
    try:
        office.start("ouvrir", office.address, inside=inside[0])
        office.wait_for("Grappe ouverte", 1)
        for one in inside:
            office.start("rejoindre", office.address, "--processus", 1, inside=one)
        office.wait_for("Dans la grappe", 3)
        yield office
    finally:
        for process in reversed(office.processes):
            process.send_signal(signal.SIGTERM)
        stuck = []
        for process in office.processes:
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                stuck.append(process.args)
                process.kill()
                process.wait()
        assert not stuck


def names_in(folder: Path) -> list[Path]:
    return [p for p in folder.rglob("*") if p.is_file() and KNOWN.encode() in p.read_bytes()]


# --- several machines --------------------------------------------------------------------------------------------


@TOGETHER
@pytest.mark.slow
def test_three_machines_print_the_bytes_of_one_keep_nothing_and_survive_kills(printed, tmp_path):
    alone = printed(tmp_path / "alone")
    assert len(alone) == 2 * (ROWS - 1) + 3
    with opened(tmp_path) as office:
        how = {"grappe": office.address, "certificat": office.certificate}

        # The driver is killed in the middle: the machines forget it, and the same command finishes.
        script = tmp_path / "run.py"
        script.write_text(SCRIPT.format(root=str(ROOT)))
        command = [sys.executable, script, tmp_path / "three", office.address, office.certificate]
        driver = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(ROWS // LOT // 2):
            driver.stdout.readline()
        driver.kill()
        told = b"".join(driver.communicate())
        assert driver.returncode == -signal.SIGKILL and KNOWN.encode() not in told
        _nothing_is_left(office)
        found: list[Path] = []
        assert printed(tmp_path / "three", lambda *_: found.extend(names_in(office.disk)), **how) == alone
        assert not found
        _nothing_is_left(office)

        # Ten times, a machine or what it prints with is killed at a random moment.
        chance, kills = random.Random(7), list[int]()
        blows = [threading.Timer(chance.random() * 0.5, lambda: kills.append(strike())) for _ in range(10)]
        moments = dict(zip(sorted(chance.sample(range(1, ROWS // LOT - 2), 10)), blows, strict=True))
        told_of = iter(range(ROWS))

        def strike() -> int:
            while True:
                with contextlib.suppress(psutil.Error, IndexError):  # it has ended, or none is there again yet
                    victim = chance.choice(office.inside())
                    victim.kill()
                    return int(victim.pid)

        def progress(*_: int) -> None:
            if blow := moments.get(next(told_of)):
                blow.start()
                blow.join()

        docx = {name: seen for name, seen in alone.items() if name.endswith(".docx")}
        try:
            struck = printed(tmp_path / "struck", progress, formats=("docx",), **how)
        except Refus:  # nobody was there for too long: the same command finishes
            struck = printed(tmp_path / "struck", progress, formats=("docx",), **how)
        assert {name: seen for name, seen in struck.items() if name.endswith(".docx")} == docx
        assert len(struck) == ROWS - 1 + 3 and len(kills) == 10
        _nothing_is_left(office)
    left = [p for p in office.disk.rglob("*") if p.is_file()]
    assert not names_in(office.logs) and not [p for p in left if p.suffix not in (".lock", ".dirlock")], left
    assert office.said().count(" - DEBUG - ") > 500  # they said all that they can


# --- machines that are really apart --------------------------------------------------------------------------------

LISTEN = """
import socket, sys
wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
with open(sys.argv[1], "wb", 0) as file:
    while True:
        file.write(wire.recv(1 << 17))
"""
KNOCK = """
import socket, sys
with socket.create_connection((sys.argv[1], int(sys.argv[2])), 10) as stranger:
    stranger.sendall(b"GET / HTTP/1.0\\r\\n\\r\\n")
    try:
        print(stranger.recv(99))
    except ConnectionResetError:
        print(b"")
"""


def ip(*arguments: object, check: bool = True) -> None:
    subprocess.run(["ip", *map(str, arguments)], check=check, capture_output=True)


@contextlib.contextmanager
def network() -> Iterator[list[str]]:
    """Three hosts 10.219.0.1…, each a network namespace, and the namespace of the cable between them, the last."""
    names = [f"mandats-{os.getpid()}-{n}" for n in (1, 2, 3, "cable")]
    cable = names[-1]
    try:
        try:
            for name in names:
                ip("netns", "add", name)
                ip("-n", name, "link", "set", "lo", "up")
            ip("-n", cable, "link", "add", "br0", "type", "bridge")
        except (OSError, subprocess.CalledProcessError):
            pytest.skip("no network namespaces here: they need root and iproute2")
        ip("-n", cable, "link", "set", "br0", "up")
        for n, name in enumerate(names[:-1], 1):
            ip("link", "add", "eth0", "netns", name, "type", "veth", "peer", "name", f"p{n}", "netns", cable)
            ip("-n", cable, "link", "set", f"p{n}", "master", "br0", "up")
            ip("-n", name, "address", "add", f"10.219.0.{n}/24", "dev", "eth0")
            ip("-n", name, "link", "set", "eth0", "up")
        yield names
    finally:
        for name in names:
            ip("netns", "delete", name, check=False)


@TOGETHER
@pytest.mark.slow
def test_a_host_cut_off_is_done_without_and_comes_back_and_the_wire_tells_nothing(printed, tmp_path, monkeypatch):
    monkeypatch.setenv("DASK_DISTRIBUTED__COMM__TIMEOUTS__TCP", "11s")  # 30 s, else, before a cut is one
    alone = printed(tmp_path / "alone")
    with network() as names, contextlib.ExitStack() as left:
        inside = [("ip", "netns", "exec", name) for name in names]
        wire = tmp_path / "wire"
        left.callback(subprocess.Popen([*inside[3], sys.executable, "-c", LISTEN, wire]).kill)
        office = left.enter_context(opened(tmp_path, "10.219.0.1", inside[:3]))
        knock = [*inside[2], sys.executable, "-c", KNOCK, "10.219.0.1", office.address.rpartition(":")[2]]
        assert subprocess.check_output(knock, text=True) == "b''\n"
        script = tmp_path / "run.py"
        script.write_text(SCRIPT.format(root=str(ROOT)))
        command = [*inside[0], sys.executable, script, tmp_path / "apart", office.address, office.certificate]
        driver = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(3):
            driver.stdout.readline()
        ip("-n", names[2], "link", "set", "eth0", "down")
        told = b"".join(driver.communicate(timeout=90))
        assert driver.returncode == 0 and KNOWN.encode() not in told, told
        assert snapshot(tmp_path / "apart") == alone
        office.wait_for("ne répond plus", 1)
        ip("-n", names[2], "link", "set", "eth0", "up")
        office.wait_for("Dans la grappe", 4)
        assert KNOWN not in office.said()
    heard = wire.read_bytes()
    assert len(heard) > 500_000 and KNOWN.encode() not in heard


def _nothing_is_left(office: Office) -> None:
    """No process that prints, no folder of a run, no name on the disk or in what was logged; no door but to itself."""
    until = time.time() + 30
    while len(office.inside()) > 3 or [*office.disk.rglob("page.typ")]:
        assert time.time() < until, [p.cmdline() for p in office.inside()]
        time.sleep(0.1)
    assert not names_in(office.disk) and not names_in(office.logs)
    for process in (*office.inside(), *(psutil.Process(p.pid) for p in office.processes)):
        with contextlib.suppress(psutil.NoSuchProcess):
            listening = [c.laddr.ip for c in process.net_connections() if c.status == psutil.CONN_LISTEN]
            assert set(listening) <= {"127.0.0.1"}, process.cmdline()


@TOGETHER
@pytest.mark.slow
def test_a_grappe_of_this_machine_prints_the_same_where_all_see_it(printed, tmp_path, capfd):
    alone = printed(tmp_path / "alone", formats=("docx",))
    shared = (tmp_path / "shared").as_uri()
    assert printed(tmp_path / "shared", grappe="locale", processus=2, formats=("docx",), partage=shared) == alone
    said = capfd.readouterr()
    assert not said.out and not said.err


@TOGETHER
@pytest.mark.slow
def test_a_shared_folder_that_is_another_is_refused_before_the_first_lot(printed, tmp_path):
    (tmp_path / "elsewhere" / WORK).mkdir(parents=True)
    (tmp_path / "elsewhere" / WORK / atelier.TOKEN).write_text("autre")
    with pytest.raises(Refus, match="dossier partagé"):
        printed(tmp_path / "out", grappe="locale", partage=(tmp_path / "elsewhere").as_uri())
    assert not [*(tmp_path / "out").glob("mandat-*")] and not [*(tmp_path / "elsewhere").glob("mandat-*")]


# --- what is refused ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address, told",
    [
        ("tcp://192.168.1.10:8786", "en clair"),
        ("tcp://127.0.0.1.example.org:8786", "en clair"),
        ("tls://0.0.0.0:8786", "adresse attendue"),
        ("tls://[::]:8786", "adresse attendue"),
        ("tls://fd77::11:8786", "adresse attendue"),
        ("tls://192.168.1.10:0", "adresse attendue"),
        ("tls://192.168.1.10:99999", "adresse attendue"),
        ("tls://192.168.1.10", "adresse attendue"),
        ("ws://127.0.0.1:8786", "adresse attendue"),
        ("inproc://127.0.0.1:8786", "adresse attendue"),
        ("127.0.0.1:8786", "adresse attendue"),
        ("tls://192.168.1.10:8786", "--certificat"),
    ],
)
def test_the_list_goes_nowhere_in_clear(address, told):
    with pytest.raises(Refus, match=told):
        machines.security_of(address, None)
    assert not machines.security_of("tcp://127.0.0.1:8786", None).require_encryption


def test_a_certificate_is_its_owner_s_and_a_certificate(tmp_path):
    made, other = tmp_path / "grappe.pem", tmp_path / "autre.pem"
    machines.make_certificate(made)
    assert machines.security_of("tls://a:1", made).require_encryption and made.stat().st_mode & 0o777 == 0o600
    with pytest.raises(Refus, match="existe"):
        machines.make_certificate(made)
    for data, mode, told in ((b"rien", 0o600, "pas un certificat"), (made.read_bytes(), 0o644, "chmod 600")):
        other.write_bytes(data)
        other.chmod(mode)
        with pytest.raises(Refus, match=told):
            machines.security_of("tls://a:1", other)
    with pytest.raises(Refus, match="introuvable"):
        machines.security_of("tls://a:1", tmp_path / "absent.pem")


@pytest.mark.parametrize("days", [-400, 2])
def test_a_certificate_of_another_time_is_told(days, tmp_path, monkeypatch):
    """Too old, or made by a machine whose clock is ahead."""
    from cryptography import x509

    real = x509.CertificateBuilder.not_valid_before
    moved = dt.timedelta(days=days)
    monkeypatch.setattr(x509.CertificateBuilder, "not_valid_before", lambda b, at: real(b, at + moved))
    after = x509.CertificateBuilder.not_valid_after
    monkeypatch.setattr(x509.CertificateBuilder, "not_valid_after", lambda b, at: after(b, at + moved))
    machines.make_certificate(tmp_path / "grappe.pem")
    with pytest.raises(Refus, match="périmé"):
        machines.security_of("tls://a:1", tmp_path / "grappe.pem")


def open_briefly(address: str, certificate: Path) -> str:
    """What `ouvrir` says once the door is open, which is then closed."""

    async def opening() -> str:
        said = asyncio.get_running_loop().create_future()
        door = asyncio.ensure_future(machines.open_door(address, certificate, said.set_result))
        await asyncio.wait((said, door), return_when=asyncio.FIRST_COMPLETED)
        if door.done():
            await door
        door.cancel()
        await asyncio.wait((door,))
        return said.result()

    return asyncio.run(opening())


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost"])
def test_a_door_opens_by_any_name_of_this_machine_and_once(host, tmp_path):
    machines.make_certificate(tmp_path / "grappe.pem")
    with socket.create_server(("::1" if "[" in host else "127.0.0.1", 0), family=10 if "[" in host else 2) as taken:
        address = f"tls://{host}:{taken.getsockname()[1]}"
        with pytest.raises(Refus, match="adresse prise"):
            open_briefly(address, tmp_path / "grappe.pem")
    assert open_briefly(address, tmp_path / "grappe.pem").startswith("Grappe ouverte : tls://")


@pytest.mark.parametrize("host", ["192.0.2.1", "nulle-part.invalid", "a b"])
def test_a_door_of_another_machine_does_not_open(host, tmp_path):
    machines.make_certificate(tmp_path / "grappe.pem")
    with pytest.raises(Refus, match="d'une autre machine"):
        open_briefly(f"tls://{host}:8786", tmp_path / "grappe.pem")


# --- the folder that all see ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url, told",
    [
        ("s3://ailleurs/a", "file://"),
        ("file://relatif", "file://"),
        ("sftp://serveur", "file://"),
        ("sftp://a:secret@serveur/dossier", "mot de passe"),
    ],
)
def test_nothing_leaves_for_a_cloud_nor_by_a_password(url, told, prepared, tmp_path):
    with pytest.raises(Refus, match=told):
        grappe.Grappe(prepared, job.Order(tmp_path, grappe="locale", partage=url))


def test_without_paramiko_a_line_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "paramiko", None)
    with pytest.raises(Refus, match=r"pip install 'mandats\[sftp\]'"), partage.opened("sftp://serveur/a"):
        pass


SSHD = shutil.which("sshd") or "/usr/sbin/sshd"


@pytest.mark.skipif(not Path(SSHD).is_file(), reason="no sshd here")
def test_the_folder_of_a_server_is_written_by_ssh_if_each_knows_the_other(tmp_path, monkeypatch):
    pytest.importorskip("paramiko", reason="pip install 'mandats[sftp]'")
    home, folder, known = tmp_path / "home", tmp_path / "été 1", tmp_path / "home" / ".ssh" / "known_hosts"
    for place in (known.parent, folder / WORK):
        place.mkdir(parents=True, mode=0o700)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    for key in (known.with_name("id_ed25519"), tmp_path / "host", tmp_path / "other"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    asked = {"Port": port, "ListenAddress": "127.0.0.1", "HostKey": tmp_path / "host", "PidFile": "none"}
    asked |= {"AuthorizedKeysFile": tmp_path / "admitted", "StrictModes": "no", "Subsystem": "sftp internal-sftp"}
    (tmp_path / "conf").write_text("".join(f"{k} {v}\n" for k, v in {**asked, "PermitRootLogin": "yes"}.items()))
    Path("/run/sshd").is_dir() or os.geteuid() or Path("/run/sshd").mkdir(mode=0o755)
    server = subprocess.Popen([SSHD, "-D", "-f", tmp_path / "conf", "-E", tmp_path / "log"])
    url = f"sftp://{getpass.getuser()}@127.0.0.1:{port}"

    def put(at: Path) -> None:
        with partage.opened(f"{url}{at}") as (read, write):
            write("mandat.pdf", b"oui")
            assert read("mandat.pdf") == b"oui"

    def know(key: str) -> None:
        known.write_text(f"[127.0.0.1]:{port} {(tmp_path / key).with_suffix('.pub').read_text()}")

    try:
        until = time.time() + 20
        while "listening" not in ((tmp_path / "log").read_text() if (tmp_path / "log").exists() else ""):
            assert time.time() < until
            time.sleep(0.05)
        for step, told in (
            (lambda: None, "clé de serveur inconnue"),
            (lambda: know("other"), "clé de serveur inconnue"),
            (lambda: know("host"), "n'admet pas la clé"),
        ):
            step()
            with pytest.raises(Refus, match=told):
                put(folder)
        shutil.copy(known.with_name("id_ed25519.pub"), tmp_path / "admitted")
        put(folder)
        assert [p.name for p in folder.rglob("*") if p.is_file()] == ["mandat.pdf"]
        with pytest.raises(Refus, match="dossier absent"):
            put(tmp_path / "absent")
    finally:
        server.kill()
        server.wait()
    with pytest.raises(Refus, match="ne répond pas"):
        put(folder)


def test_without_dask_a_line_says_what_to_install(prepared, tmp_path, monkeypatch, mandats):
    for name in ("grappe", "machines"):
        monkeypatch.delitem(sys.modules, f"mandats.publiposter.{name}")
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(Refus, match=r"pip install 'mandats\[grappe\]'"):
        job.run(prepared, people(1), STATE, job.Order(tmp_path / "o", grappe="locale"), lambda *_: None)


def test_nothing_shows_what_a_lot_holds():
    lot = grappe.Sealed(pickle.dumps([*people(1)]))
    assert KNOWN not in f"{lot} {lot!r} {[lot]} {(lot,)!r}"
    assert [m.numero for m in pickle.loads(pickle.loads(pickle.dumps(lot, 5)).data)] == [1]


def test_a_machine_that_prints_otherwise_is_named_with_what_differs(prepared, tmp_path, monkeypatch):
    """Its version, then its engines, its program, its fonts, and last what it prints."""
    fonts = tmp_path / "polices"
    fonts.mkdir()
    order = job.Order(tmp_path / "o", ("docx",), polices=(fonts,))
    (tmp_path / "o" / WORK).mkdir(parents=True)
    form = pickle.dumps((dataclasses.replace(prepared, page=Path()), order, prepared.page.read_bytes()))
    monkeypatch.setattr(atelier, "_given", (form, tmp_path / "o"), raising=False)
    atelier._printing.cache_clear()
    expected = [*atelier.marks(lambda: job.Printing(prepared, order))]
    assert atelier.differing(expected) == ""
    for i, (name, value) in enumerate(expected):
        other = [*expected[:i], (name, "x"), *expected[i + 1 :]]
        assert atelier.differing(other).startswith(f"{name} ({value[:12]}, et x ici)")
    (fonts / "police.ttf").write_bytes(b"une autre")
    assert atelier.differing(expected).startswith("polices de")
    atelier._printing.cache_clear()
