"""Lots printed by several machines: Dask distributed in the place of the processes of this one.

Takes what `job` gives its own processes; gives what they give. A lot goes, as bytes that nothing shows, to a machine
that joined (`machines`), where a process like those of one machine prints it; its files come back to the driver, or go
straight to a folder that all share (`partage`). A machine's folder holds the blank form only, and goes with
the run, as do the processes.

Choice: Dask's own worker never sees a row. It holds bytes (`Sealed`) for the process that prints, which raises nothing:
Dask logs the arguments of what raises, and what it says. A machine is given lots once it has printed an invented person
to the byte as here.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import pickle
import platform
import secrets
import shutil
import signal
from collections.abc import Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mandats.files import write_whole
from mandats.processes import pool_of
from mandats.publiposter import atelier, partage
from mandats.publiposter.atelier import SAYS, TOKEN
from mandats.publiposter.dossier import WORK, Lot
from mandats.publiposter.machines import LOCAL, LOOPBACK, RUN, SLOT, distributed, local_cluster, place_of, security_of
from mandats.registre import Refus, refusing
from mandats.registre.personne import Inscrit

if TYPE_CHECKING:
    from mandats.formulaire.printer import Prepared
    from mandats.publiposter.job import Order

RECOUNT = 32  # lots, between two looks at which machines are there


class Sealed:
    """Bytes of which no log, message or page shows anything."""

    __slots__ = ("data",)

    def __init__(self, data: Any):
        self.data = data

    def __repr__(self) -> str:
        return "Sealed"

    def __reduce_ex__(self, protocol: Any) -> Any:
        return Sealed, (pickle.PickleBuffer(self.data) if protocol >= 5 else self.data,)


# --- on another machine, in Dask's own worker ----------------------------------------------------------------------


class Door(distributed.WorkerPlugin):
    """What a machine has of a run: the form, and processes to print it, as long as the driver is there."""

    pool: Any = None

    def __init__(self, form: bytes, expected: Sequence[tuple[str, str]]):
        self.form, self.expected, self.differing = form, expected, ""

    async def setup(self, worker: Any) -> None:
        self.folder = Path(worker.local_directory) / secrets.token_hex(8)
        (self.folder / WORK).mkdir(parents=True, mode=0o700)
        self.pool = pool_of(worker.state.nthreads, atelier.start, (self.form, self.folder))
        self.differing = await asyncio.wrap_future(self.pool.submit(atelier.differing, self.expected))

    def teardown(self, worker: Any) -> None:
        self.pool.shutdown(wait=False, cancel_futures=True)
        shutil.rmtree(self.folder, ignore_errors=True)


def dask_setup(worker: Any) -> None:
    """As it starts: Ctrl-C is for who watches over it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def print_lot(run: str, lot: Sealed) -> Sealed:
    """In a thread. When a process that prints was killed, so is the worker: the lot goes to another, or to the next."""
    try:
        door: Any = distributed.get_worker().plugins.get(run)
        if told := _told_of(door):  # it joined since
            return Sealed(pickle.dumps(told))
        return Sealed(door.pool.submit(atelier.print_sealed, bytes(lot.data)).result())
    except BrokenProcessPool:
        os._exit(1)
    except BaseException as error:
        return Sealed(pickle.dumps(type(error).__name__))


def _check(run: str, dask_worker: Any) -> str:
    return _told_of(dask_worker.plugins.get(run))


def _told_of(door: Any) -> str:
    told = door.differing if door else SAYS["autre"]
    return f"{platform.node()} : {told}" if told else ""


# --- the driver ----------------------------------------------------------------------------------------------------


class Grappe:
    """The machines of an address, or a Dask of this one, as a team of `job`. Raises Refus, in a line."""

    def __init__(self, prepared: Prepared, order: Order):
        if order.partage:
            partage.check(order.partage)
        address, security = order.grappe, security_of(order.grappe, order.certificat)
        self.order, self.work, self.asked, self.count = order, order.sortie / WORK, 0, 0
        with contextlib.ExitStack() as opened:
            if address == LOCAL:
                address = opened.enter_context(local_cluster(order.processus, security, self.work)).scheduler_address
            with refusing(SAYS["muette"].format(address), OSError, ValueError):
                client = distributed.Client(address, security=security, direct_to_workers=True, set_as_default=False)
            self.client = opened.enter_context(client)
            self.run = RUN.format(client.id)
            self._show(prepared)
            self.opened = opened.pop_all()
        self.pool = client.get_executor(pure=False, resources={SLOT: 1})

    def _show(self, prepared: Prepared) -> None:
        """Gives the machines the form, and compares what they make of it."""
        from mandats.publiposter.job import Printing

        (self.work / TOKEN).write_text(secrets.token_hex(8))
        form = pickle.dumps((replace(prepared, page=Path()), self.order, prepared.page.read_bytes()))
        here = replace(self.order, partage=self.order.partage and f"{partage.FILE}{self.order.sortie.absolute()}")
        expected = [*atelier.marks(lambda: Printing(prepared, here))]
        try:
            for at, found in self.client.run(version, "mandats").items():  # of another one, this module may be another
                if found != version("mandats"):
                    why = SAYS["differe"].format("mandats", found, version("mandats"))
                    raise Refus(f"{place_of(at)[1]} : {why}")
            self.client.register_plugin(Door(form, expected), name=self.run)
            told = sorted(filter(None, self.client.run(_check, self.run).values()))
        except Refus:
            raise
        except Exception as error:
            raise Refus(SAYS["absente" if isinstance(error, OSError) else "autre"]) from None
        if told:
            raise Refus(told[0])
        self._recount()
        if not self.count:
            raise Refus(SAYS["vide"])

    def _recount(self) -> None:
        workers = self.client.scheduler_info(n_workers=-1)["workers"]
        if any(at.startswith("tcp:") and at[6:].rpartition(":")[0] not in LOOPBACK for at in workers):
            raise Refus(SAYS["clair"].format(self.order.grappe))
        self.count = int(sum(worker["resources"].get(SLOT, 0) for worker in workers.values()))

    def submit(self, index: int, rows: tuple[Inscrit, ...]) -> Future[Any]:
        self.asked += 1
        with refusing(SAYS["arretee"], OSError, RuntimeError, TimeoutError):
            if self.asked % RECOUNT == 0:
                self._recount()
            made: Future[Any] = self.pool.submit(print_lot, self.run, Sealed(pickle.dumps((index, rows))))
        return made

    def kept(self, future: Future[Any]) -> Lot:
        """The lot, once its files are written."""
        with refusing(SAYS["arretee"], Exception):
            made = pickle.loads(future.result().data)
        if isinstance(made, str):
            raise Refus(SAYS["lot"].format(made))
        lot, files = made
        for name, data in files:
            write_whole(self.order.sortie / name, data, aside=self.work)
        for name, _, size in lot.fichiers if self.order.partage else ():
            with refusing(SAYS["ailleurs"], OSError, ValueError):
                if (self.order.sortie / name).stat().st_size != size:
                    raise ValueError
        return Lot(*lot)

    def shutdown(self) -> None:  # which the machines are told (`Leaving`): one that does not answer keeps nobody here
        with contextlib.suppress(Exception):
            self.opened.close()
