"""One case to its documents; the only module that knows the order of the stages.

load → resolve → render → checks → write → readback. `examine` stops before writing; `build` writes whole files or none.

The engines (pandoc, typst) start on a document as soon as it is rendered, while the checks are loaded and run beside
them; what they made is thrown away when there is an error. Measured: a sixth of the time of one référé.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from mandats import readback
from mandats.document import Document, Rendered
from mandats.load.case import check_piece_files, load_case
from mandats.load.library import load_library
from mandats.problem import ERREUR, Place, Problem, sort_problems
from mandats.readback import Reading
from mandats.render.plan import render_document
from mandats.resolve import resolve
from mandats.write.pandoc import UnprintableText

SPECIMEN = "SPÉCIMEN – ne pas déposer"
FORMATS = ("docx", "pdf")
HEAD_WIDTH = 72  # characters that stand on one line beside the mention « spécimen », even in a wide substitute font


@dataclass(frozen=True)
class Examined:
    documents: tuple[Rendered, ...]
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(p for p in self.problems if p.gravite == ERREUR)


@dataclass(frozen=True)
class Built:
    files: tuple[Path, ...]
    problems: tuple[Problem, ...]
    documents: tuple[Document, ...]


def examine(
    case: Path,
    working: Path,
    final: bool = False,
    only: Sequence[str] = (),
    start: Callable[[Rendered], object] = lambda _: None,
) -> Examined:
    """Every document of a case as blocks, and every problem of the case and of all it pulls in.

    `only`: names of the documents wanted (default: all). `start` is given each document that is rendered, as long as
    nothing is wrong. Raises UnusableInput when the file is no YAML.
    """
    working = working_folder(case, working)
    loaded, problems = load_case(case)
    if loaded is None:
        return Examined((), tuple(sort_problems(problems)))
    library, found = load_library(working, loaded)
    problems += found
    problems += check_piece_files(loaded)
    documents, found = resolve(loaded, library)
    problems += found
    if only:
        known = [d.nom for d in documents]
        problems += [
            Problem("document-inconnu", Place(str(case)), "documents", f"pas de document « {n} » (possibles : {', '.join(known)})")
            for n in only if n not in known
        ]  # fmt: skip
        documents = [d for d in documents if d.nom in only]
    rendered = []
    for document in documents:
        if document.template.header.genre == "formulaire":
            from mandats.formulaire.prepare import render_form

            one, found = render_form(document)
        else:
            one, found = render_document(document)
        problems += found
        rendered.append(one)
        if not any(p.gravite == ERREUR for p in problems):
            start(one)
    from mandats import checks  # a hundred small files: read while the engines work

    for one in rendered:
        problems += checks.check(one, final)
    return Examined(tuple(rendered), tuple(sort_problems(problems)))


def working_folder(case: Path, here: Path) -> Path:
    """The folder whose own `clauses/` and `templates/` add to the shipped ones: the case's, its parent, else `here`."""
    for folder in (case.parent, case.parent.parent):
        if (folder / "clauses").is_dir() or (folder / "templates").is_dir():
            return folder
    return here


def build(
    case: Path,
    working: Path,
    out: Path,
    formats: Sequence[str] = FORMATS,
    final: bool = False,
    only: Sequence[str] = (),
) -> Built:
    """Write each document in each format under `out`; nothing at all when there is an error."""
    with ThreadPoolExecutor(max_workers=8) as pool:
        jobs: list[tuple[Rendered, Future]] = []
        examined = examine(case, working, final, only, lambda r: jobs.append((r, pool.submit(write_document, r))))
        documents = tuple(r.document for r in examined.documents)
        if examined.errors:
            pool.shutdown(wait=False, cancel_futures=True)
            return Built((), examined.problems, documents)
        made, problems = [], list(examined.problems)
        for rendered, job in jobs:
            try:
                made.append((rendered, job.result()))
            except UnprintableText as error:
                message = f"caractère « {error.text} » que la police du PDF ne sait pas imprimer : à transcrire"
                problems.append(
                    Problem("caractere-non-imprimable", rendered.document.place, rendered.document.chemin, message)
                )
    for rendered, (_, differences) in made:
        place = rendered.document.place
        problems += [
            Problem("relecture", place, rendered.document.chemin, f"DOCX et PDF ne disent pas la même chose : {d}")
            for d in differences
        ]
    if any(p.gravite == ERREUR for p in problems):
        return Built((), tuple(sort_problems(problems)), documents)
    contents = {f"{r.document.nom}.{f}": data[f] for r, (data, _) in made for f in formats}
    return Built(tuple(write_files(out, contents)), tuple(sort_problems(problems)), documents)


def write_document(rendered: Rendered) -> tuple[dict[str, bytes], list[str]]:
    """The document in every format, and how the formats differ once read back (normally not at all)."""
    from mandats.write.docx import write_docx
    from mandats.write.pdf import write_pdf

    document = rendered.document
    template = document.template
    inputs = _inputs(document, rendered.title)
    if template.header.genre == "formulaire":
        from mandats.formulaire.prepare import write_form

        docx, pdf = write_form(rendered, inputs)
        return {"docx": docx, "pdf": pdf}, readback.compare(readback.read_docx(docx), readback.read_pdf(pdf))
    with ThreadPoolExecutor(max_workers=2) as pool:
        # The PDF first: it takes longer. Its reader loads while pandoc works.
        page = pool.submit(
            lambda: _read(write_pdf(rendered.blocks, template.file("page.typ"), inputs), readback.read_pdf)
        )
        word = pool.submit(
            lambda: _read(write_docx(rendered.blocks, template.file("reference.docx"), inputs), readback.read_docx)
        )
        readback.warm_up()
        (docx, read_word), (pdf, read_page) = word.result(), page.result()
    return {"docx": docx, "pdf": pdf}, readback.compare(read_word, read_page)


def _read(data: bytes, reader: Callable[[bytes], Reading]) -> tuple[bytes, Reading]:
    return data, reader(data)


def _inputs(document: Document, title: str) -> dict[str, str]:
    """What page.typ and the Word headers are given."""
    from mandats.render.typography import french

    signer = next((p for role in document.template.header.roles for p in document.roles.get(role, ())), None)
    return {
        "titre": title,
        "date": document.date,
        "auteur": signer.nom if signer else "",
        "entete_gauche": french(_running_head(document.titre, document.case.titre)),
        "entete_droite": french(SPECIMEN) if document.case.specimen else "",
        "specimen": "oui" if document.case.specimen else "non",
        "garde": "oui"
        if document.template.header.couverture
        else "lettre"
        if document.template.header.genre == "acte"
        else "non",
    }


def _running_head(act: str, affair: str) -> str:
    """The act and the affair, or the act alone when one line cannot hold both or when they say the same."""
    both = f"{act} – {affair}"
    return both if len(both) <= HEAD_WIDTH and act.lower() not in affair.lower() else act


def write_files(out: Path, contents: dict[str, bytes]) -> list[Path]:
    """Files whole or not at all: written aside in the same folder, then renamed."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".mandats-", dir=out) as aside:
        for name, data in contents.items():
            (Path(aside) / name).write_bytes(data)
        for name in contents:
            os.replace(Path(aside) / name, out / name)
    return [out / name for name in contents]
