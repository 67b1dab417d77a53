"""The commands `grappe`: the machines that `publiposter produire --grappe` prints on.

The address is typed in each: nothing is looked for on the network.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import click

from mandats.cli.options import CERTIFICAT, FILE, option
from mandats.cli.terminal import Group, PrivateCommand, say, wrote
from mandats.publiposter.job import DASK
from mandats.registre import refusing

ADRESSE = click.argument("adresse", metavar="tls://MACHINE:PORT")


@click.group(cls=Group, subcommand_metavar="COMMANDE ...")
def grappe() -> None:
    """Réunit plusieurs machines d'un même bureau, pour imprimer les mandats d'une très grande campagne.

    \b
    mandats grappe certificat ~/grappe.pem            1. une fois ; à porter sur chaque machine, par clé USB
    mandats grappe ouvrir tls://192.168.1.10:8786     2. sur l'une d'elles
    mandats grappe rejoindre tls://192.168.1.10:8786  3. sur chacune
    mandats publiposter produire cases/gafam.yaml --sortie ~/campagne/mandats --grappe tls://192.168.1.10:8786
    """


@grappe.command(cls=PrivateCommand)
@click.argument("fichier", type=FILE)
def certificat(fichier: Path) -> None:
    """Fait le certificat de la grappe, le même pour toutes ses machines, valable un an.

    \b
    mandats grappe certificat ~/grappe.pem

    Qui a ce fichier peut entrer dans la grappe et tout exécuter sur ses machines : portez-le de main en main, et
    effacez-le partout après usage.
    """
    _machines().make_certificate(fichier)
    wrote([fichier])


@grappe.command(cls=PrivateCommand)
@ADRESSE
@CERTIFICAT
def ouvrir(adresse: str, certificat: Path | None) -> None:
    """Ouvre la grappe à cette adresse de cette machine, jusqu'à Ctrl-C.

    \b
    mandats grappe ouvrir tls://192.168.1.10:8786 --certificat ~/grappe.pem
    """
    _until_stopped(lambda its: its.open_door(adresse, certificat, say))


@grappe.command(cls=PrivateCommand)
@ADRESSE
@CERTIFICAT
@option("--processus", "Nombre de processus (par défaut : un par cœur).", type=click.IntRange(1, 64))
def rejoindre(adresse: str, certificat: Path | None, processus: int | None) -> None:
    """Met cette machine dans la grappe, jusqu'à Ctrl-C. Elle ne garde rien de ce qu'elle imprime.

    \b
    mandats grappe rejoindre tls://192.168.1.10:8786 --certificat ~/grappe.pem
    """
    count = processus or os.cpu_count() or 1
    _until_stopped(lambda its: its.join(adresse, certificat, count, say))


def _machines() -> Any:
    with refusing(DASK, ImportError):
        from mandats.publiposter import machines

        return machines


def _until_stopped(work: Callable[[Any], Coroutine[Any, Any, None]]) -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)  # even from a script, which leaves it ignored
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    try:
        asyncio.run(work(_machines()))
        say("La grappe est fermée.")
    except KeyboardInterrupt:
        say("Fermée.")
