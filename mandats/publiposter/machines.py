"""The machines of a grappe: how Dask is set, who is let in, who hands out lots (`open_door`), who prints (`join`).

Nothing of a lot is shown or kept: no dashboard, no page, nothing spilled to disk (`grappe.yaml`). Beyond this machine
all is encrypted, and each end shows the certificate: who has it may run anything on all of them, which is Dask's way.
"""

import asyncio
import contextlib
import logging
import multiprocessing
import os
import ssl
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cryptography  # noqa: F401 (Dask's certificates need it)
import dask.config

from mandats.files import write_whole
from mandats.publiposter.atelier import SAYS
from mandats.registre import Refus, refusing
from mandats.tables import read_table

_settings = read_table(Path(__file__).with_name("grappe.yaml"))["reglages"]
ASKED = dask.config.get("distributed.logging", None)  # by who looks into the machinery
dask.config.set({f"distributed.{key}": value for key, value in _settings.items()})
warnings.filterwarnings("ignore", module="distributed")
if ASKED:
    dask.config.set({"distributed.logging": ASKED})

import distributed as distributed  # noqa: E402 (its logs are set as it is imported)
from distributed.comm.addressing import parse_host_port, unparse_host_port  # noqa: E402
from distributed.utils import ensure_ip, get_ip  # noqa: E402

for _name, _level in dask.config.get(
    "distributed.logging"
).items():  # a process that Dask began has imported it already
    logging.getLogger(_name).setLevel(_level.upper())
LOCAL, LOOPBACK, EVERYWHERE = "locale", ("127.0.0.1", "localhost", "::1"), ("", "0.0.0.0", "::")
SLOT = "mandats"  # what a machine has when it joined by `join`: as many as it prints at once
STARTING = 60  # seconds, for a machine to be in
RETRY = 5  # seconds, between two looks at whether the door is there again
RUN = "mandats-{}"  # what the machines hold of a run bears the name of its driver
CLOSED = {"dashboard": False, "dashboard_address": "127.0.0.1:0"}


def make_certificate(path: Path) -> None:
    """What lets a machine in: a key and its certificate, of one year, the same for all. Raises Refus."""
    made = distributed.Security.temporary()
    with refusing(SAYS["existe"].format(path), FileExistsError):
        write_whole(path, (made.tls_client_key + made.tls_client_cert).encode(), private=True, replace=False)


async def open_door(address: str, certificate: Path | None, tell: Callable[[str], object]) -> None:
    """Hands out lots between drivers and machines, until interrupted. `tell`: how it goes. Raises Refus."""
    security = security_of(address, certificate)
    options = _scheduler(*place_of(address), security)
    with _private(), refusing(SAYS["prise"].format(address), OSError, ValueError, RuntimeError):
        async with distributed.Scheduler(**options) as door:
            tell(SAYS["ouverte"].format(door.address))  # of a name, the address that it was found to have
            await asyncio.Event().wait()


async def join(address: str, certificate: Path | None, processes: int, tell: Callable[[str], object]) -> None:
    """Prints what it is given, until interrupted or the door is closed; cut off from it, joins again. Raises Refus."""
    security, (_, host, port) = security_of(address, certificate), place_of(address)
    while True:
        with _private() as folder:
            with refusing(SAYS["muette"].format(address), OSError, RuntimeError):
                mine = unparse_host_port(get_ip(ensure_ip(host)))  # as the others of this network see it
                nanny = distributed.Nanny(address, **_worker(processes, security, folder), host=mine)
            try:
                silent = refusing(SAYS["muette"].format(address), OSError, RuntimeError)
                with silent, refusing(SAYS["autre"], TimeoutError):  # a worker that cannot read a run never is in
                    await asyncio.wait_for(nanny, STARTING)
                tell(SAYS["dedans"].format(address))
                await nanny.finished()
            finally:
                await _close(nanny)
        if (there := await _is_open(host, port)) is None:
            tell(SAYS["coupee"].format(address))
        while there is None:
            await asyncio.sleep(RETRY)
            there = await _is_open(host, port)
        if not there:
            return


async def _close(nanny: distributed.Nanny) -> None:
    """A worker that was starting as the door closed looks for it for ever, and would keep its nanny, or break it."""
    with contextlib.suppress(Exception):
        await asyncio.wait_for(nanny.close(), RETRY)
    for left in multiprocessing.active_children():
        left.kill()


async def _is_open(host: str, port: int) -> bool | None:
    """Whether somebody listens there; None when nobody says."""
    try:
        _, writer = await asyncio.wait_for(asyncio.open_connection(host, port), RETRY)
    except ConnectionRefusedError:
        return False
    except OSError:
        return None
    writer.close()
    return True


@contextlib.contextmanager
def _private() -> Iterator[Path]:
    """Dask's folder, from which it may also import: its owner's alone, and gone with what uses it."""
    with tempfile.TemporaryDirectory(prefix="mandats-") as folder, dask.config.set({"temporary-directory": folder}):
        yield Path(folder)


def place_of(address: str) -> tuple[str, str, int]:
    """Scheme, host, port. Raises Refus for what is no address of one machine."""
    with refusing(SAYS["adresse"].format(address), ValueError):
        scheme, _, place = address.partition("://")
        host, port = parse_host_port(place)
        if scheme not in ("tls", "tcp") or host in EVERYWHERE or not 0 < port < 2**16:
            raise ValueError
        return scheme, host, port


def security_of(address: str, certificate: Path | None) -> distributed.Security:
    """Raises Refus for an address that the list of mandants cannot go to, for a certificate that is none."""
    made: distributed.Security
    if address == LOCAL:  # whoever has an account on this machine could join, otherwise
        made = distributed.Security.temporary()
        return made
    scheme, host, _ = place_of(address)
    if scheme == "tcp":
        if host not in LOOPBACK:
            raise Refus(SAYS["clair"].format(address))
        return distributed.Security(require_encryption=False)
    if certificate is None:
        raise Refus(SAYS["certificat"])
    with refusing(SAYS["introuvable"].format(certificate), OSError):
        if os.name != "nt" and certificate.stat().st_mode & 0o077:
            raise Refus(SAYS["lisible"].format(certificate))
    roles = {f"tls_{role}_cert": str(certificate) for role in ("client", "scheduler", "worker")}
    made = distributed.Security(require_encryption=True, tls_ca_file=str(certificate), **roles)
    with refusing(SAYS["illisible"].format(certificate), OSError, ValueError):
        ends = made.get_connection_args("client")["ssl_context"], made.get_listen_args("scheduler")["ssl_context"]
    with refusing(SAYS["perime"].format(certificate), ssl.SSLCertVerificationError):
        _shake_hands(*ends)
    return made


def _shake_hands(client: ssl.SSLContext, server: ssl.SSLContext) -> None:
    """In memory, as on the network: a certificate that is of another time is refused."""
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = client.wrap_bio(back, there), server.wrap_bio(there, back, server_side=True)
    for end in (*ends, *ends):
        with contextlib.suppress(ssl.SSLWantReadError):
            end.do_handshake()


def local_cluster(processes: int, security: distributed.Security, folder: Path) -> distributed.SpecCluster:
    """A scheduler and a worker of this machine, for this run."""
    worker = {"cls": distributed.Nanny, "options": {**_worker(processes, security, folder), "host": LOOPBACK[0]}}
    scheduler = {"cls": distributed.Scheduler, "options": _scheduler("tls", LOOPBACK[0], 0, security)}
    with dask.config.set({"temporary-directory": str(folder)}):
        return distributed.SpecCluster(scheduler=scheduler, workers={0: worker}, security=security, silence_logs=False)


def _scheduler(scheme: str, host: str, port: int, security: distributed.Security) -> dict[str, Any]:
    asked = {"protocol": f"{scheme}://", "host": unparse_host_port(host), "port": port}
    return {**asked, **CLOSED, "security": security, "plugins": [Leaving()]}


def _worker(processes: int, security: distributed.Security, folder: Path) -> dict[str, Any]:
    quiet = {"memory_limit": 0, "silence_logs": 0 if ASKED else logging.CRITICAL}
    given = {"nthreads": processes, "resources": {SLOT: processes}, "preload": ["mandats.publiposter.grappe"]}
    return {**CLOSED, **quiet, **given, "security": security, "local_directory": str(folder)}


class Leaving(distributed.SchedulerPlugin):
    """When a driver leaves, even killed, what the machines had of its run goes."""

    def remove_client(self, scheduler: Any, client: str) -> None:
        if RUN.format(client) in scheduler.worker_plugins:
            self.last = asyncio.ensure_future(scheduler.unregister_worker_plugin(None, RUN.format(client)))
