"""Files that appear whole or not at all. Every module that hands a file to a drafter writes it through here.

A file is written without a name, in the folder it goes to (a link is only made inside one volume), and named once it
is whole: a reader, a full disk or `kill -9` meets the old file or the new one, never a part, and a kill leaves nothing.
Where the system has no unnamed files (O_TMPFILE: Linux), it is written aside and renamed: what an exception interrupts
is removed, what a kill interrupts stays there, under a hidden name that holds the final one.

Functions here raise OSError as the system gives it; the message is the caller's.
"""

import contextlib
import errno
import functools
import glob
import os
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any


def system_reason(error: OSError) -> str:
    """Why the system did not open, read or write a file, in French."""
    return {
        errno.EACCES: "accès refusé", errno.EPERM: "accès refusé", errno.EROFS: "disque en lecture seule",
        errno.ENOSPC: "disque plein", errno.ENOENT: "fichier ou dossier introuvable",
        errno.EISDIR: "un dossier porte ce nom", errno.ENOTDIR: "un fichier porte le nom d'un dossier",
        errno.EEXIST: "un fichier porte ce nom", errno.EBUSY: "fichier ouvert ailleurs",
        errno.ENAMETOOLONG: "nom trop long", errno.ELOOP: "liens qui tournent en rond",
    }.get(error.errno or 0, "erreur du système")  # fmt: skip


@contextmanager
def writing(
    path: Path, *, private: bool = False, replace: bool = True, aside: Path | None = None, encoding: str | None = None
) -> Iterator[IO[Any]]:
    """An open file that becomes `path` when the block ends, and is removed when the block raises.

    `private`: personal data or a secret. Mode 0600 from its first byte; on the disk (fsync) before it takes its name,
    which an older file leaves just before, so that no other name ever shows it; what earlier killed writings of the
    same file left aside is removed first. Without unnamed files, of two writings at the same time of one private file,
    the one that was swept fails with FileNotFoundError, and writes nothing.
    `replace=False`: FileExistsError when the name is taken, even by a file born meanwhile.
    `aside`: a folder of the same volume that the caller sweeps itself (default: the folder of `path`).
    `encoding`: text, line ends as given; bytes without it.
    """
    if private:
        sweep(path)
    made = (aside or path.parent) / f".{path.name}.{secrets.token_hex(4)}"
    mode = 0o600 if private else 0o666
    try:
        unnamed = _unnamed(path.parent, mode)
        line_ends, how = "" if encoding else None, "w" if encoding else "wb"
        given = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode) if unnamed is None else unnamed
        with open(given, how, encoding=encoding, newline=line_ends) as file:
            yield file
            file.flush()
            if private:
                os.fsync(file.fileno())
            if unnamed is not None:
                _name(unnamed, path, made, private, replace)
        if unnamed is None:
            if not replace:
                os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode))  # the name is ours, or taken
            os.replace(made, path)
    except BaseException:
        made.unlink(missing_ok=True)
        raise


def _unnamed(folder: Path, mode: int) -> int | None:
    """A file of no name in the folder, open for writing; None where the system has none."""
    with contextlib.suppress(AttributeError, OSError):
        made = os.open(folder, os.O_TMPFILE | os.O_WRONLY, mode)
        if os.path.exists(_PROC.format(made)):
            return made
        os.close(made)
    return None


def _name(unnamed: int, path: Path, aside: Path, private: bool, replace: bool) -> None:
    """Give an unnamed file its name. Raises FileExistsError, with `replace` false, when it is taken."""
    # The folder's descriptor is not used (the source is absolute): it has Python follow the link to the file.
    give = functools.partial(os.link, _PROC.format(unnamed), src_dir_fd=unnamed)
    while True:
        try:
            return give(path)
        except FileExistsError:
            if not replace:
                raise
            if not private:  # nobody's secret: the former file stands until the very end
                give(aside)
                return os.replace(aside, path)
            path.unlink(missing_ok=True)


_PROC = "/proc/self/fd/{}"


def sweep(path: Path) -> None:
    """Remove what killed writings of this file left aside; those of an earlier version were `.<process>-<name>`."""
    name = re.escape(path.name)
    aside = re.compile(rf"\.(?:{name}\.[0-9a-f]{{8}}|[0-9]+-{name})")
    for left in path.parent.glob(f".*{glob.escape(path.name)}*"):
        if aside.fullmatch(left.name):
            left.unlink(missing_ok=True)


def write_whole(path: Path, data: bytes, **how: Any) -> Path:
    """`writing`, for what is in memory already."""
    with writing(path, **how) as file:
        file.write(data)
    return path


def write_set(folder: Path, contents: Mapping[str, bytes]) -> list[Path]:
    """Several files of one folder, made if it is absent: all of them are written before the first is named.

    So a full disk, or a name that cannot be written, leaves none of them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as written:
        for name, data in contents.items():
            file = written.enter_context(writing(folder / name))
            file.write(data)
            file.flush()
    return [folder / name for name in contents]
