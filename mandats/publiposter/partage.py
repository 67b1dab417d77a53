"""The folder that all the machines of a grappe see (`--partage`): by the system (`file://`), or by SSH (`sftp://`).

Takes its URL, as the machines see it; gives what reads it and what writes a file whole in it. Raises Refus. One
connection a lot: what the network cut is not remembered.

Choice: paramiko itself, not fsspec's use of it, which reads no known hosts and so refuses every server or none.
"""

import contextlib
import io
import logging
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import NoReturn

from mandats.files import write_whole
from mandats.publiposter.dossier import WORK
from mandats.registre import Refus, refusing
from mandats.tables import read_table

SAYS: dict[str, str] = read_table(Path(__file__).with_name("grappe.yaml"))["partage"]
FILE, SFTP = "file://", "sftp://"
PATIENCE = 60  # seconds, for an answer of the server

Both = tuple[Callable[[str], bytes], Callable[[str, bytes], object]]


def check(url: str) -> None:
    """Raises Refus for what is no URL of a shared folder."""
    place, _, folder = url.removeprefix(SFTP).partition("/")
    if url.startswith(SFTP) and ":" in place.rpartition("@")[0]:
        raise Refus(SAYS["secret"])
    if not (Path(url.removeprefix(FILE)).is_absolute() if url.startswith(FILE) else url.startswith(SFTP) and folder):
        raise Refus(SAYS["adresse"])


@contextlib.contextmanager
def opened(url: str) -> Iterator[Both]:
    """What reads a file of the folder, and what writes one whole."""
    if url.startswith(FILE):
        root = Path(url.removeprefix(FILE))
        yield (
            lambda name: (root / name).read_bytes(),
            lambda name, data: write_whole(root / name, data, aside=root / WORK),
        )
        return
    with refusing(SAYS["paramiko"], ImportError):
        import paramiko

    place, _, folder = url.removeprefix(SFTP).partition("/")
    account, _, server = place.rpartition("@")
    host, _, port = server.partition(":")
    logging.getLogger("paramiko").setLevel(logging.CRITICAL)

    def stranger(*_: object) -> NoReturn:  # an impostor of the server would be given the mandates
        raise Refus(SAYS["inconnu"].format(server, host))

    with contextlib.closing(paramiko.SSHClient()) as client:
        client.load_system_host_keys()
        client.set_missing_host_key_policy(SimpleNamespace(missing_host_key=stranger))
        try:
            client.connect(host, int(port or 22), account or None, timeout=PATIENCE)
            files = client.open_sftp()
        except paramiko.BadHostKeyException:
            stranger()
        except paramiko.SSHException:
            raise Refus(SAYS["cle"].format(server)) from None
        except (OSError, ValueError):
            raise Refus(SAYS["muet"].format(server)) from None
        files.get_channel().settimeout(PATIENCE)

        def read(name: str) -> bytes:
            with files.open(f"/{folder}/{name}") as file:
                found: bytes = file.read()
                return found

        def put(name: str, data: bytes) -> None:
            aside = f"/{folder}/{WORK}/.{name}.{secrets.token_hex(4)}"
            files.putfo(io.BytesIO(data), aside)  # which compares the sizes
            files.posix_rename(aside, f"/{folder}/{name}")

        with refusing(SAYS["coupe"].format(server, "{kind}"), OSError, EOFError, paramiko.SSHException):
            yield read, put
