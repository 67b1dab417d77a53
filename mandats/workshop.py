"""A case built again and again, by engines that stay: what did not change is not done again.

The same files as `build`, byte for byte: what is kept is typst's engines, which remember the text that they set, and
each act that was written, given again when all that it is made of is the same.
"""

import os
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Any

from mandats.build import Built, Written, begin_document, build, working_folder
from mandats.document import Rendered
from mandats.render.cover import page_inputs
from mandats.roots import roots
from mandats.write.typst_engine import Engines

State = dict[Path, tuple[int, int, int]]


class Workshop(AbstractContextManager["Workshop"]):
    """Engines for as long as the block lasts. One build at a time.

    >>> import tempfile
    >>> case, only = Path("cases/acces-taj.yaml"), ["acces-fichier-police"]
    >>> with tempfile.TemporaryDirectory() as out, Workshop() as workshop:
    ...     made = [workshop.build(case, Path(), Path(out), ["pdf"], only=only) for _ in range(2)]
    >>> made[0] == made[1], [file.name for file in made[1].files]
    (True, ['acces-fichier-police.pdf'])
    """

    def __init__(self) -> None:
        self._engines = Engines()
        self._written: dict[str, tuple[Any, Written]] = {}  # by the name of the act: what it is made of, its files

    def build(
        self, case: Path, working: Path, out: Path, formats: Sequence[str] = (), final: bool = False,
        only: Sequence[str] = (), registre: str | None = None, maison: str | None = None,
    ) -> Built:  # fmt: skip
        """What `build` does, given the same. Raises UnusableInput, EngineError, OSError."""
        return build(case, working, out, formats, final, only, registre, maison, self._begin)

    def _begin(self, rendered: Rendered) -> Callable[[], Written]:
        document = rendered.document
        if document.template.header.genre == "formulaire":
            return begin_document(rendered)
        files = [document.template.file(name).read_bytes() for name in ("page.typ", "reference.docx")]
        made_of = rendered.blocks, page_inputs(document, rendered.title), files, document.library.maison
        known = self._written.get(document.nom)
        if known and known[0] == made_of:
            before = known[1]
            return lambda: before
        write = begin_document(rendered, self._engines.engine)

        def written() -> Written:
            self._written[document.nom] = made_of, write()
            return self._written[document.nom][1]

        return written

    def __exit__(self, *_: object) -> None:
        self._engines.__exit__()
        self._written.clear()


def read_state(case: Path, working: Path, maison: str | None = None, without: Collection[Path] = ()) -> State:
    """File → what changes when it is saved, of all that a build of the case may read: the case, the folder of its
    pièces and prose, the clauses and templates that it sees, its house. Paths are absolute; `without`: those that are
    not looked at (what a build wrote), no more than what editors leave beside a file."""
    seen: State = {}
    tops = [
        case.with_suffix(""),
        *(r / n for r in roots(working_folder(case, working)) for n in ("clauses", "templates")),
    ]
    files = (Path(folder, name) for top in tops for folder, _, names in os.walk(top.absolute()) for name in names)
    for file in (case.absolute(), *([Path(maison).absolute()] if maison else ()), *files):
        if file in without or file.name[0] in ".~#" or file.name[-1] == "~":
            continue
        with suppress(OSError):  # gone meanwhile, or about to come back: an editor that saves by renaming
            found = file.stat()
            seen[file] = found.st_ino, found.st_size, found.st_mtime_ns
    return seen
