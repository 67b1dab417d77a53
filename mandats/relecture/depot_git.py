"""The files of a folder as a git revision holds them, of a repository that anyone may have made.

git is asked for objects only (rev-parse, ls-tree, cat-file): no work tree, so no filter, no hook, no textconv; no
index, so no fsmonitor; nothing is fetched. Its own refusal of a repository that belongs to someone else stands.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

MOST_FILES, MOST_BYTES, OF_ONE = 5_000, 60_000_000, 10_000_000
TIMEOUT_S = 30
SAFE = ("--no-pager", "--literal-pathspecs", "--no-replace-objects", "-c", "core.fsmonitor=false",
        "-c", "protocol.allow=never", "-c", f"core.hooksPath={os.devnull}")  # fmt: skip


def git(folder: Path, *words: str, data: bytes = b"") -> bytes:
    """What git answers. Raises ValueError, in French."""
    kept = {name: told for name, told in os.environ.items() if not name.startswith("GIT_")}
    alone = {"GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(
            ["git", *SAFE, *words], cwd=folder, input=data, capture_output=True, timeout=TIMEOUT_S, check=False,
            env=kept | alone,
        )  # fmt: skip
    except FileNotFoundError:
        raise ValueError("git n'est pas installé : donnez deux fichiers au lieu d'une version") from None
    except (OSError, subprocess.TimeoutExpired):
        raise ValueError("git n'a pas répondu") from None
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        if any("dubious ownership" in line for line in said):
            raise ValueError("ce dépôt git appartient à quelqu'un d'autre : git refuse de le lire (safe.directory)")
        raise ValueError(f"git : {said[0].removeprefix('fatal: ')[:200] if said else 'échec'}")
    return done.stdout


def place_in_repository(folder: Path) -> tuple[str, str]:
    """The repository's own folder, and where `folder` stands from its root. Raises ValueError, in French."""
    try:
        said = git(folder, "rev-parse", "--absolute-git-dir", "--show-prefix").decode(errors="surrogateescape")
    except ValueError as error:
        if "not a git repository" in str(error):
            raise ValueError(f"{folder} n'est pas dans un dépôt git : pas de version à y lire") from None
        raise
    where, prefix = said.split("\n")[:2]
    return where, prefix


def read_revision(folder: Path, revision: str, paths: Sequence[str]) -> Mapping[str, bytes]:
    """Path from the root → bytes, for what is under `paths` at a revision: regular files, within bounds.

    Raises ValueError, in French.
    """
    try:
        commit = git(folder, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}").decode().strip()
    except ValueError as error:
        unknown = any(told in str(error) for told in ("single revision", "unknown revision", "bad revision"))
        raise ValueError(f"version inconnue de git « {revision} »" if unknown else str(error)) from None
    listed = git(folder, "ls-tree", "-r", "-z", "-l", "--full-tree", commit, "--", *paths)
    found: dict[str, str] = {}
    total = 0
    for line in listed.decode(errors="surrogateescape").split("\0")[:-1]:
        told, _, name = line.partition("\t")
        mode, kind, ident, size = told.split()
        if kind == "blob" and mode != "120000" and int(size) <= OF_ONE and _inside(name):
            found[name] = ident
            total += int(size)
    if len(found) > MOST_FILES or total > MOST_BYTES:
        raise ValueError("cette version tient trop de fichiers à côté du dossier")
    return dict(zip(found, _blobs(folder, [*found.values()]), strict=True))


def _inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and ".git" not in map(str.lower, path.parts)


def _blobs(folder: Path, idents: Sequence[str]) -> list[bytes]:
    said = git(folder, "cat-file", "--batch", data="".join(f"{ident}\n" for ident in idents).encode())
    out, at = [], 0
    for _ in idents:
        head = said.index(b"\n", at)
        words = said[at:head].split()
        if len(words) != 3 or words[1] != b"blob":
            raise ValueError("git : un fichier de cette version manque au dépôt")
        size = int(words[2])
        out.append(said[head + 1 : head + 1 + size])
        at = head + size + 2
    return out
