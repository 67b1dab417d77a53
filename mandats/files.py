"""Files that appear whole or not at all. Every module that hands a file to a drafter writes it through here.

A file is written aside, in the folder it goes to (a rename is only atomic inside one volume), then renamed over its
name: a reader, a full disk or `kill -9` meets the old file or the new one, never a part. What an exception interrupts
is removed. What a kill interrupts stays aside, under a hidden name that holds the final one.

Functions here raise OSError as the system gives it; the message is the caller's.
"""

import functools
import glob
import os
import re
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any


@contextmanager
def writing(
    path: Path, *, private: bool = False, replace: bool = True, aside: Path | None = None, encoding: str | None = None
) -> Iterator[IO[Any]]:
    """An open file that becomes `path` when the block ends, and is removed when the block raises.

    `private`: personal data or a secret. Mode 0600 from its first byte; on the disk (fsync) before it takes its name;
    what earlier killed writings of the same file left aside is removed first. Two writings of one private file at the
    same time: the one that was swept fails with FileNotFoundError, and writes nothing.
    `replace=False`: FileExistsError when the name is taken, even by a file born meanwhile.
    `aside`: a folder of the same volume that the caller sweeps itself (default: the folder of `path`).
    `encoding`: text, line ends as given; bytes without it.
    """
    if private:
        sweep(path)
    made = (aside or path.parent) / f".{path.name}.{secrets.token_hex(4)}"
    mode = 0o600 if private else 0o666
    try:
        line_ends = "" if encoding else None
        opener = functools.partial(os.open, mode=mode)
        with open(made, "x" if encoding else "xb", encoding=encoding, newline=line_ends, opener=opener) as file:
            yield file
            if private:
                file.flush()
                os.fsync(file.fileno())
        if not replace:
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode))  # the name is ours, or taken
        os.replace(made, path)
    except BaseException:
        made.unlink(missing_ok=True)
        raise


def sweep(path: Path) -> None:
    """Remove what killed writings of this file left aside; those of an earlier version were `.<process>-<name>`."""
    name = re.escape(path.name)
    aside = re.compile(rf"\.(?:{name}\.[0-9a-f]{{8}}|\d+-{name})")
    for left in path.parent.glob(f".*{glob.escape(path.name)}*"):
        if aside.fullmatch(left.name):
            left.unlink(missing_ok=True)


def write_whole(path: Path, data: bytes, **how: Any) -> Path:
    """`writing`, for what is in memory already."""
    with writing(path, **how) as file:
        file.write(data)
    return path


def write_set(folder: Path, contents: Mapping[str, bytes]) -> list[Path]:
    """Several files of one folder, made if it is absent: all of them are written aside before the first is renamed.

    So a full disk, or a name that cannot be written, leaves none of them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".mandats-", dir=folder) as aside:
        for name, data in contents.items():
            (Path(aside) / name).write_bytes(data)
        for name in contents:
            os.replace(Path(aside) / name, folder / name)
    return [folder / name for name in contents]
