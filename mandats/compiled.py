"""What the program works out of its own texts (library, tables), kept from one run to the next: never a drafter's.

A face says where (`use`); until then nothing is kept. One file for each program and Python: a SHA-256 of which program
it is and of the bytes that follow, then these bytes (`marshal`). A file that is absent, altered, foreign or of another
program is as if there were none; one that cannot be written is not. See docs/architecture.md.
"""

import atexit
import contextlib
import hashlib
import marshal
import os
import stat
import sys
from collections.abc import Callable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

from mandats import __version__
from mandats.files import write_whole

T = TypeVar("T")
MAX_BYTES = 24_000_000  # past which only what this run used is kept
MAX_FILES = 4  # programs and Pythons of one folder
DIGEST = hashlib.sha256().digest_size
_places: list[Path] = []
_used: set[bytes] = set()
_new: set[bytes] = set()


def use(folder: Path | None) -> None:
    """Keep what is worked out in this folder, which is made if need be; nowhere: None."""
    if _places != (wanted := [folder] if folder else []):
        _places[:] = wanted
        _entries.cache_clear()


def kept(kind: str, text: str, make: Callable[[], T]) -> T:
    """What `make` gives for one of the program's own texts, or gave in an earlier run: a value that `marshal` takes."""
    if not _places:
        return make()
    entries = _entries()
    secret = hashlib.sha256(f"{kind}\0{text}".encode("utf-8", "surrogatepass")).digest()
    key = hashlib.sha256(secret).digest()
    _used.add(key)
    if key in entries:
        found: T = marshal.loads(_hidden(entries[key], secret))
        return found
    value: Any = make()
    with contextlib.suppress(ValueError):
        entries[key] = _hidden(marshal.dumps(value), secret)
        if not _new:
            atexit.register(save)
        _new.add(key)
    made: T = value
    return made


def _hidden(data: bytes, secret: bytes) -> bytes:
    """The bytes behind what their text gives, or back."""
    veil = hashlib.shake_256(secret).digest(len(data))
    return (int.from_bytes(data, "little") ^ int.from_bytes(veil, "little")).to_bytes(len(data), "little")


@cache
def _entries() -> dict[bytes, bytes]:
    with contextlib.suppress(OSError):  # a folder of the program that goes while it is looked into
        if _owned(_places[0]):
            return _read(_places[0] / _program())
    return {}


@cache
def _program() -> str:
    """Which program this is: its files and those of the libraries that read its texts, and which Python."""
    seen = hashlib.sha256(f"{__version__}\0{sys.version}\0{sys.implementation.cache_tag}".encode())
    folders = [Path(__file__).parent]
    folders += [Path(spec.origin).parent for n in ("jinja2", "yaml") if (spec := find_spec(n)) and spec.origin]
    for folder in folders:
        for path, state in _modules(str(folder)):
            seen.update(f"{path}\0{state.st_size}\0{state.st_mtime_ns}\0".encode("utf-8", "surrogatepass"))
    return f"{seen.hexdigest()[:32]}.bin"


def _modules(folder: str) -> Iterator[tuple[str, os.stat_result]]:
    with os.scandir(folder) as found:
        for entry in sorted(found, key=lambda e: e.name):
            if entry.is_dir() and entry.name != "contenu":
                yield from _modules(entry.path)
            elif entry.name.endswith((".py", ".so", ".pyd")):
                yield entry.path, entry.stat()


def _owned(folder: Path) -> bool:
    """Whether the folder is there, ours, and nobody else's."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    ours = os.name == "nt" or (found.st_uid == os.geteuid() and not found.st_mode & 0o077)
    return stat.S_ISDIR(found.st_mode) and ours


def _read(path: Path) -> dict[bytes, bytes]:
    """What the file holds; nothing when it is not whole and ours."""
    try:
        with open(os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)), "rb") as file:
            if os.fstat(file.fileno()).st_size > 2 * MAX_BYTES:
                return {}
            data = memoryview(file.read())
    except OSError:
        return {}
    if hashlib.sha256(path.name.encode() + data[DIGEST:]).digest() != data[:DIGEST]:
        return {}
    found: dict[bytes, bytes] = marshal.loads(data[DIGEST:])
    return found


def save() -> None:
    """At the end of the process: what was added, with what others added meanwhile; former programs leave."""
    if not _new:
        return
    _new.clear()
    with contextlib.suppress(OSError, IndexError):
        folder, ours = _places[0], _entries()
        if not folder.exists() and (not folder.parent.exists() or _is_ours(folder.parent)):
            folder.mkdir(mode=0o700, parents=True)
        if not _owned(folder):
            return
        path = folder / _program()
        entries = _read(path) | ours
        if sum(map(len, entries.values())) > MAX_BYTES:
            entries = {key: data for key, data in ours.items() if key in _used}
        data = marshal.dumps(entries)
        write_whole(path, hashlib.sha256(path.name.encode() + data).digest() + data)
        for old in sorted(folder.iterdir(), key=lambda p: p.lstat().st_mtime, reverse=True)[MAX_FILES:]:
            old.unlink()


def _is_ours(folder: Path) -> bool:
    return os.name == "nt" or folder.stat().st_uid == os.geteuid()
