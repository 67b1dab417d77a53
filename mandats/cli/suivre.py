"""`construire --suivre`: the case built again at each save, a line each time, until Ctrl-C."""

import datetime as dt
import gc
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from mandats import api, guidance
from mandats.cli.terminal import plural, say, tell
from mandats.problem import ERREUR, Problem, told_together

LOOKED_AT = 2000  # milliseconds: how often files are looked at when nothing tells that one changed
SETTLED = 50  # milliseconds without a change: whoever saves is done


def follow(case: Path, sortie: Path, **asked: Any) -> None:
    """Build the case now and at each save of what it is made of; `asked`: as `Workshop.build`. Ends with Ctrl-C."""
    try:
        import watchfiles
    except ImportError:
        raise click.UsageError("--suivre demande watchfiles : pip install 'mandats[suivre]'") from None
    if not case.is_file():
        raise click.UsageError(f"fichier introuvable : {case}")
    here, ours, known = Path.cwd(), set[Path](), set[Problem]()

    def look() -> dict[Path, Any]:
        return api.read_state(case, here, asked["maison"], ours)

    def wait(state: dict[Path, Any]) -> None:
        folders = sorted({case.absolute().parent, *(file.parent for file in state)})
        for _ in watchfiles.watch(
            *folders, recursive=False, watch_filter=None, step=SETTLED, rust_timeout=LOOKED_AT, yield_on_timeout=True
        ):
            if look() != state:
                return

    gc.disable()  # until all is written
    with suppress(KeyboardInterrupt), api.Workshop() as workshop:
        say(f"Suivi de {case} : chaque enregistrement reconstruit ; Ctrl-C pour finir.")
        for _ in _saves(look, wait, case.absolute()):
            start = time.perf_counter()
            try:
                built = workshop.build(case, here, sortie / case.stem, **asked)
                problems, files = built.problems, built.files
            except Exception as error:
                problems, files = guidance.problems_of(error, case), ()
            ours |= {file.absolute() for file in files}
            spent = time.perf_counter() - start
            tell(told_together([p for p in problems if p.gravite == ERREUR or p not in known]))
            known = {*problems}
            say(f"{dt.datetime.now():%H:%M:%S}  {_told(problems, len(files), sortie / case.stem, spent)}")
            gc.collect()
            gc.freeze()
    say("Fin du suivi.")


def _saves(look: Callable[[], dict[Path, Any]], wait: Callable[[dict[Path, Any]], None], case: Path) -> Iterator[None]:
    """Once, then each time that a file is no longer as it was when the build began, and the case is there."""
    while True:
        state = look()
        yield
        while (now := look()) == state or case not in now:
            wait(now)


def _told(problems: tuple[Problem, ...], files: int, folder: Path, spent: float) -> str:
    errors = sum(p.gravite == ERREUR for p in problems)
    if not files:
        return f"rien n'est écrit : {plural(errors, 'erreur')}."
    warned = f", {plural(len(problems), 'avertissement')}" if problems else ""
    return f"{plural(files, 'fichier')} dans {folder} en {f'{spent:.2f}'.replace('.', ',')} s{warned}."
