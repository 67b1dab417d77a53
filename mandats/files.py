"""Files that appear whole or not at all. Every module that hands a file to a drafter writes it through here.

A file is written without a name, in the folder it goes to, and named once it is whole: a reader, a full disk or
`kill -9` meets the old file or the new one, never a part, and a kill leaves nothing. Where the system has no unnamed
files (O_TMPFILE: Linux), it is written aside and renamed: what a kill interrupts stays there, under a hidden name.

A folder is filled under a hidden name, held by a lock as long as its writer lives, and named once it is whole. What a
kill left is swept by the next writing beside it; where the system has no locks (Windows), it stays.

Functions here raise OSError as the system gives it; the message is the caller's.
"""

import contextlib
import errno
import functools
import glob
import hashlib
import os
import re
import secrets
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
XML = threading.RLock()


def reads_xml(function: Callable[P, T]) -> Callable[P, T]:
    """Of threads of one process, one at a time is in the functions that read or write XML.

    Two at once in libxml2 (lxml 6.1): a sound part was said broken (« unknown error ») in one build of four hundred.
    """

    @functools.wraps(function)
    def alone(*args: P.args, **kwargs: P.kwargs) -> T:
        with XML:
            return function(*args, **kwargs)

    return alone


def system_reason(error: OSError) -> str:
    """Why the system did not open, read or write a file, in French."""
    return {
        errno.EACCES: "accès refusé", errno.EPERM: "accès refusé", errno.EROFS: "disque en lecture seule",
        errno.ENOSPC: "disque plein", errno.ENOENT: "fichier ou dossier introuvable",
        errno.EISDIR: "un dossier porte ce nom", errno.ENOTDIR: "un fichier porte le nom d'un dossier",
        errno.EEXIST: "un fichier porte ce nom", errno.EBUSY: "fichier ouvert ailleurs",
        errno.ENAMETOOLONG: "nom trop long", errno.ELOOP: "liens qui tournent en rond",
    }.get(error.errno or 0, "erreur du système")  # fmt: skip


def digest(held: Path | bytes) -> str:
    """The SHA-256 of bytes, or of a file, read in pieces; hexadecimal."""
    if isinstance(held, bytes):
        return hashlib.sha256(held).hexdigest()
    with held.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


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
    """Several files of one folder, made if it is absent: all of them are written before the first is named; they are
    named in this order, so that what names the others comes last.

    So a full disk, or a name that cannot be written, leaves none of them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as written:
        for name, data in reversed(list(contents.items())):
            file = written.enter_context(writing(folder / name))
            file.write(data)
            file.flush()
    return [folder / name for name in contents]


@contextmanager
def whole_folder(parent: Path, name: str, *, private: bool = False) -> Iterator[tuple[Path, Callable[[], object]]]:
    """A folder to fill, and what to call once it is whole: it then takes its name. Without that call, it goes.

    A former folder of that name leaves just before; if a kill comes between the two, the next call puts it back.
    `private`: its owner's only, and on the disk before it takes its name; FileExistsError when the name is taken.
    """
    parent.mkdir(parents=True, exist_ok=True)
    _sweep_folders(parent)
    aside, lock = _held_folder(parent, name, 0o700 if private else 0o777)
    former, whole = aside.with_name(f"{aside.name}{FORMER}"), parent / name

    def keep() -> None:
        if private:
            for path in (*(p for p in aside.rglob("*") if p.is_file()), aside):
                with contextlib.suppress(PermissionError):  # Windows opens no folder
                    _flush(path)
            if whole.exists():
                raise FileExistsError(errno.EEXIST, "", str(whole))
        if whole.is_file():
            raise NotADirectoryError(errno.ENOTDIR, "", str(whole))
        while True:
            if not private:
                with contextlib.suppress(FileNotFoundError):
                    whole.rename(former)
            try:
                aside.rename(whole)
                return
            except OSError as error:  # another writer of this name came first: the last one wins
                if private or error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                    raise
                shutil.rmtree(former, ignore_errors=True)

    try:
        yield aside, keep
    finally:
        shutil.rmtree(aside, ignore_errors=True)
        _give_back(former, whole)
        if lock is not None:
            os.close(lock)


FORMER = "~"
_ASIDE = re.compile(rf"\.(.+)\.[0-9a-f]{{8}}{FORMER}?")


def _flush(path: Path) -> None:
    held = os.open(path, os.O_RDONLY)
    try:
        os.fsync(held)
    finally:
        os.close(held)


def _held_folder(parent: Path, name: str, mode: int) -> tuple[Path, int | None]:
    """A new hidden folder, and its lock, which a sweeper may have taken first: then another."""
    while True:
        made = parent / f".{name}.{secrets.token_hex(4)}"
        made.mkdir(mode=mode)
        lock = _lock(made, wait=True)
        if made.is_dir():
            return made, lock
        if lock is not None:
            os.close(lock)


def _lock(folder: Path, wait: bool = False) -> int | None:
    """The descriptor that holds it, released when its process ends, however it ends; None: held, gone, or no locks."""
    try:
        import fcntl

        held = os.open(folder, os.O_RDONLY)
    except (ImportError, OSError):
        return None
    try:
        fcntl.flock(held, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        return held
    except OSError:
        os.close(held)
        return None


def _sweep_folders(parent: Path) -> None:
    """Remove the folders that killed writers left; give its name back to one that had left it and was not replaced."""
    for left in sorted(parent.glob(".*")):
        if not (found := _ASIDE.fullmatch(left.name)) or left.is_symlink() or not left.is_dir():
            continue
        made = left.with_name(left.name.removesuffix(FORMER))  # whose writer, alive, holds both
        if (lock := _lock(made if made.is_dir() else left)) is not None:
            if left == made:
                shutil.rmtree(left, ignore_errors=True)
            else:
                _give_back(left, parent / found[1])
            os.close(lock)


def _give_back(former: Path, whole: Path) -> None:
    """A folder that left its name to another takes it again if that one never came; else it goes."""
    with contextlib.suppress(OSError):
        if not whole.exists():
            former.rename(whole)
    shutil.rmtree(former, ignore_errors=True)
