"""What the command line tells a newcomer beyond its findings: the next step, how a name is typed, why a file cannot be written."""

from __future__ import annotations

import errno
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mandats.problem import ERREUR, Problem, UnusableInput, suggest

if TYPE_CHECKING:
    from mandats.document import Template


def typed(path: Path | str) -> str:
    """A path as it must be typed."""
    return f'"{path}"' if " " in str(path) else str(path)


def near_template(word: str, templates: Mapping[str, Template]) -> str:
    """The kinds of document whose name or purpose contains the word; else the nearest name."""
    within = [
        s
        for s in sorted(templates)
        if word.lower() in s
        or (len(word) > 3 and word.lower() in f"{templates[s].header.titre} {templates[s].header.resume}".lower())
    ]
    return (
        f" (possibles : {', '.join(within[:8])})"
        if within
        else suggest(word, templates) or " (liste : mandats modeles)"
    )


def unwritable(error: OSError) -> str:
    """Why a file could not be written or read, and the way out."""
    why = {
        errno.EACCES: "accès refusé", errno.EPERM: "accès refusé", errno.EROFS: "disque en lecture seule", errno.ENOSPC: "disque plein", errno.ENOENT: "dossier introuvable",
        errno.EISDIR: "un dossier porte ce nom", errno.ENOTDIR: "un fichier porte le nom d'un dossier", errno.EEXIST: "un fichier porte ce nom", errno.EBUSY: "fichier ouvert ailleurs",
        errno.ENAMETOOLONG: "nom trop long",
    }.get(error.errno or 0, "erreur du système")  # fmt: skip
    name = (
        f" ({error.filename2 or error.filename})"
        if error.filename and ".mandats-" not in str(error.filename2 or error.filename)
        else ""
    )
    hint = (
        "fermez le document s'il est ouvert, ou choisissez un autre dossier"
        if "accès" in why or "ouvert" in why
        else "choisissez un autre dossier"
    )
    return f"lecture ou écriture impossible : {why}{name} ; {hint}"


def failure(error: Exception) -> str | None:
    """The line for a file that cannot be read or written, or an engine that failed; None for what is our own bug."""
    from mandats.write.pandoc import EngineError, UnprintableText

    if isinstance(error, UnusableInput):
        return str(error)
    if isinstance(error, EngineError):
        return f"le programme de mise en page a échoué ({error})"
    if isinstance(error, UnprintableText):
        return f"caractère « {error.text} » que la police du PDF ne sait pas imprimer : à transcrire"
    # A reader that closes the pipe (« | head ») is no failure: click ends quietly.
    return unwritable(error) if isinstance(error, OSError) and error.errno != errno.EPIPE else None


def next_step(
    problems: Sequence[Problem], code: int, cases: Sequence[Path], final: bool = False, built: bool = False
) -> str:
    """What to do now, in a line; nothing when the file could not be read or all is done. `code`: exit code, `built`: files were written."""
    names = " ".join(map(typed, cases))
    verify, build_final = f"mandats verifier {names}", f"mandats construire {names} --final"
    if code == 2 or (built and final):
        return ""
    blanks = {p.place for p in problems if p.id == "a-completer"}
    if blanks:
        count = f"les {len(blanks)} blancs" if len(blanks) > 1 else "le blanc"
        draft = f" (le brouillon les montre : mandats construire {names})" if code == 0 and not built else ""
        return f"Ensuite : remplacez {count} « à compléter », puis : {verify}{draft}"
    if code == 1:
        rule = next((p.id for p in problems if p.gravite == ERREUR and p.id.isupper()), "")
        told = f" (une règle s'explique : mandats verifier --expliquer {rule})" if rule else ""
        return f"Ensuite : corrigez les erreurs, puis : {verify}{told}"
    if not built:
        told = "Un avertissement n'empêche pas de construire : lisez-le, puis tranchez. " if problems else ""
        return f"{told}Ensuite : {build_final}"
    return f"C'est un brouillon. Ensuite, la version à envoyer ou à déposer : {build_final}"
