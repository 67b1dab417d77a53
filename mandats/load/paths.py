"""Keeps every path a file names inside the folder it may name, and every read within a size.

No absolute path, no `..`, no link leading out, no device file.
"""

import unicodedata
from pathlib import Path, PurePosixPath, PureWindowsPath

from mandats.files import system_reason
from mandats.intake import admit
from mandats.load.yaml_places import MAX_BYTES, admit_file
from mandats.problem import Place, refusal

ILLISIBLE = "fichier-illisible"
NO_TEXT = (
    (b"\xff\xfe", "du texte en UTF-16"), (b"\xfe\xff", "du texte en UTF-16"), (b"%pdf-", "un PDF"),
    (b"pk\x03\x04", "un fichier Word, ODT ou ZIP"), (b"\xd0\xcf\x11\xe0", "un ancien fichier Word"),
    (b"{\\rtf", "un fichier RTF"), (b"<!doctype html", "une page HTML"), (b"<html", "une page HTML"),
    (b"\x89png", "une image"), (b"\xff\xd8\xff", "une image"), (b"gif8", "une image"),
)  # fmt: skip


def confine(folder: Path, name: str) -> Path:
    """The path of `name` inside `folder`. Raises ValueError, in French, when it would leave it."""
    if (flaws := admit(name)[1]) or "\n" in name:
        raise ValueError(f"nom de fichier avec un caractère interdit : {flaws[0] if flaws else 'retour à la ligne'}")
    posix, windows = PurePosixPath(name), PureWindowsPath(name)
    if posix.is_absolute() or windows.is_absolute() or windows.drive or windows.root:
        raise ValueError("chemin absolu non admis : donnez un nom relatif au dossier du cas")
    if ".." in posix.parts or ".." in windows.parts:
        raise ValueError("« .. » non admis : le fichier doit se trouver dans le dossier du cas")
    path = folder / name
    if not name.isascii() and not path.exists():  # macOS writes « é » in two characters; a YAML value holds one
        alike = (p for p in path.parent.glob("*") if unicodedata.normalize("NFC", p.name) == path.name)
        path = next(alike, path)
    if path.exists() and not path.resolve().is_relative_to(folder.resolve()):
        raise ValueError("lien qui sort du dossier du cas")
    return path


def read_text(path: Path, shown: str) -> str:
    """The text of a drafter's file, as `intake` admits it.

    Raises UnusableInput, with the true reason, when it is absent, too large, no text, or holds what no text may.
    """
    try:
        if path.is_dir():
            raise refusal(ILLISIBLE, shown, "c'est un dossier : un fichier de texte est attendu")
        if not path.is_file():
            raise refusal("fichier-absent", shown, "fichier introuvable")
        if path.stat().st_size > MAX_BYTES:
            raise refusal(ILLISIBLE, shown, f"fichier trop volumineux (plus de {MAX_BYTES // 1_000_000} Mo)")
        data = path.read_bytes()
    except OSError as error:
        raise refusal(ILLISIBLE, shown, f"lecture impossible : {system_reason(error)}") from None
    for start, what in NO_TEXT:
        if data[: len(start)].lower() == start:
            raise refusal(ILLISIBLE, shown, f"c'est {what} : enregistrez-le en texte brut, encodage UTF-8")
    if data[:200].count(0) > len(data[:200]) // 4:
        raise refusal(ILLISIBLE, shown, f"c'est {NO_TEXT[0][1]} : enregistrez-le en texte brut, encodage UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.rfind(b"\n", 0, error.start) + 1
        column = len(data[line : error.start].decode()) + 1
        place = Place(shown, data.count(b"\n", 0, error.start) + 1, column)
        likely = data[error.start : error.start + 1].decode("cp1252", "ignore")
        windows = f" ; en Windows-1252, ce serait « {likely} »" if likely.isalpha() else ""
        raise refusal(ILLISIBLE, place, f"ce n'est pas du texte en UTF-8 (enregistrez-le en UTF-8{windows})") from None
    return admit_file(text.replace("\r\n", "\n").replace("\r", "\n"), shown)
