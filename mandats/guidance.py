"""What a face tells beyond its findings: the next step, how a name is typed, why a file cannot be written."""

from __future__ import annotations

import errno
import re
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mandats.files import system_reason
from mandats.problem import ERREUR, Place, Problem, UnusableInput, suggest

if TYPE_CHECKING:
    from mandats.document import Template


def typed(path: Path | str) -> str:
    """A path as it must be typed."""
    return f'"{path}"' if " " in str(path) else str(path)


def simplest_template(templates: Mapping[str, Template]) -> str:
    """The slug of the template with the least to fill in: what an example may name."""
    headers = {slug: t.header for slug, t in templates.items() if t.header.sections}
    size = {slug: len([*h.roles, *h.requiert, *h.sections]) for slug, h in headers.items()}
    return min(size, key=lambda slug: (size[slug], slug), default="MODÈLE")


def own_case(templates: Mapping[str, Template]) -> str:
    """How whoever has only seen samples begins."""
    return f"Ensuite, un dossier à vous : mandats nouveau mon-cas.yaml --modele {simplest_template(templates)}"


def near_template(word: str, templates: Mapping[str, Template]) -> str:
    """The kinds of document whose name or purpose contains the word; else the nearest name."""
    purposes = {slug: f"{t.header.titre} {t.header.resume}".lower() for slug, t in sorted(templates.items())}
    word = word.lower()
    within = [slug for slug, purpose in purposes.items() if word in slug or (len(word) > 3 and word in purpose)]
    if within:
        return f" (possibles : {', '.join(within[:8])})"
    return suggest(word, templates) or " (liste : mandats modeles)"


def unwritable(error: OSError, private: bool = False) -> str:
    """Why a file could not be written or read, and the way out. `private`: the file is not named."""
    why = system_reason(error)
    file = str(error.filename2 or error.filename)
    name = f" ({file})" if error.filename and not private and ".mandats-" not in file else ""
    hint = "fermez le document s'il est ouvert, ou " if "accès" in why or "ouvert" in why else ""
    return f"lecture ou écriture impossible : {why}{name} ; {hint}choisissez un autre dossier"


@dataclass(frozen=True)
class Failure:
    """The line for what stopped a command; `engine`: pandoc or typst is at fault, not what they were given."""

    message: str
    engine: bool = False


def failure(error: BaseException, private: bool = False) -> Failure | None:
    """The line for a file that cannot be read or written, a refusal, an engine that failed; None for our own bug.

    `private`: no file is named; and of a bug, the line says where it arose and its kind. Its message may hold a
    person's data: it is never shown, nor a traceback.
    """
    from mandats.registre import Refus
    from mandats.write.pandoc import EngineError, UnprintableText

    if isinstance(error, (UnusableInput, Refus)):
        return Failure(str(error))
    if isinstance(error, EngineError):
        return Failure(f"le programme de mise en page a échoué ({error})", engine=True)
    if isinstance(error, UnprintableText) and not private:
        return Failure(f"caractère « {error} » que la police du PDF ne sait pas imprimer : à transcrire")
    # A reader that closes the pipe (« | head ») is no failure: click ends quietly.
    if isinstance(error, OSError) and error.errno != errno.EPIPE:
        return Failure(unwritable(error, private))
    return crash(error) if private else None


def crash(error: BaseException) -> Failure:
    """The line for a bug of ours: where it arose and its kind; never its message, which may hold a person's data."""
    trace = "".join(traceback.format_tb(error.__traceback__))
    trace += str(error.__cause__ or "")  # a worker's own trace is the cause
    places = re.findall(r'File "[^"]*?(mandats/[^"]+\.py)", line ([0-9]+)', trace)
    where = f", {places[-1][0]}:{places[-1][1]}" if places else ""
    told = f"défaut du programme ({type(error).__name__}{where}) : signalez cette ligne, et elle seule [defaut]"
    return Failure(told)


def problems_of(error: Exception, case: Path) -> tuple[Problem, ...]:
    """What stopped one case among several, as its problems. Raises our own bugs."""
    if isinstance(error, UnusableInput):
        return error.problems
    told = failure(error)
    if told is None:
        raise error
    return (Problem("moteur" if told.engine else "ecriture", Place(str(case)), "", told.message),)


def next_step(
    problems: Sequence[Problem], unusable: bool, cases: Sequence[Path], final: bool = False, built: bool = False
) -> str:
    """What to do now, in a line; nothing when a file could not be read or all is done. `built`: files were written."""
    names = " ".join(map(typed, cases))
    verify, build_final = f"mandats verifier {names}", f"mandats construire {names} --final"
    wrong = [p for p in problems if p.gravite == ERREUR]
    if unusable or (built and final):
        return ""
    blanks = {p.place for p in problems if p.id == "a-completer"}
    if blanks:
        count = f"les {len(blanks)} blancs" if len(blanks) > 1 else "le blanc"
        draft = f" (le brouillon les montre : mandats construire {names})" if not wrong and not built else ""
        return f"Ensuite : remplacez {count} « à compléter », puis : {verify}{draft}"
    if wrong:
        rule = next((p.id for p in wrong if p.id.isupper()), "")
        told = f" (une règle s'explique : mandats verifier --expliquer {rule})" if rule else ""
        return f"Ensuite : corrigez les erreurs, puis : {verify}{told}"
    if not built:
        told = "Un avertissement n'empêche pas de construire : lisez-le, puis tranchez. " if problems else ""
        return f"{told}Ensuite : {build_final}"
    return f"C'est un brouillon. Ensuite, la version à envoyer ou à déposer : {build_final}"
