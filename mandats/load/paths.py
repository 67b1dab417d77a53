"""Keeps every path a file names inside the folder it may name, and every read within a size.

No absolute path, no `..`, no link leading out, no device file.
"""

from pathlib import Path, PurePosixPath, PureWindowsPath

from mandats.load.yaml_places import FORBIDDEN, MAX_BYTES, refuse_forbidden
from mandats.problem import refusal

ILLISIBLE = "fichier-illisible"


def confine(folder: Path, name: str) -> Path:
    """The path of `name` inside `folder`. Raises ValueError, in French, when it would leave it."""
    if FORBIDDEN.search(name) or "\n" in name:
        raise ValueError("nom de fichier avec un caractère interdit")
    posix, windows = PurePosixPath(name), PureWindowsPath(name)
    if posix.is_absolute() or windows.is_absolute() or windows.drive or windows.root:
        raise ValueError("chemin absolu non admis : donnez un nom relatif au dossier du cas")
    if ".." in posix.parts or ".." in windows.parts:
        raise ValueError("« .. » non admis : le fichier doit se trouver dans le dossier du cas")
    path = folder / name
    if path.exists() and not path.resolve().is_relative_to(folder.resolve()):
        raise ValueError("lien qui sort du dossier du cas")
    return path


def read_text(path: Path, shown: str) -> str:
    """The text of a drafter's file. Raises UnusableInput when absent, too large, or not UTF-8 text."""
    try:
        if not path.is_file():
            raise refusal("fichier-absent", shown, "fichier introuvable")
        if path.stat().st_size > MAX_BYTES:
            raise refusal(ILLISIBLE, shown, f"fichier trop volumineux (plus de {MAX_BYTES // 1_000_000} Mo)")
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
        refuse_forbidden(text, shown)
        return text
    except UnicodeDecodeError:
        raise refusal(ILLISIBLE, shown, "ce n'est pas du texte en UTF-8 (enregistrez-le en UTF-8)") from None
    except OSError as error:
        raise refusal(ILLISIBLE, shown, f"lecture impossible ({error.strerror or 'erreur système'})") from None
