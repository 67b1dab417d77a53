"""One case to its documents; the only module that knows the order of the stages.

load → resolve → render → checks → write → readback. `examine` stops before writing; `build` writes whole files or none.

The engines (pandoc, typst) start on a document as soon as it is rendered, while the checks are loaded and run beside
them; what they made is thrown away when there is an error. Measured: a sixth of the time of one référé.
"""

import re
from collections.abc import Callable, Container, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mandats import blocks as ast
from mandats import readback
from mandats.document import Document, LoadedCase, Rendered, Text
from mandats.files import write_set
from mandats.load.case import check_piece_files, load_case
from mandats.load.library import load_library
from mandats.model import DocumentOrder
from mandats.numeros import Numbering
from mandats.problem import ERREUR, Place, Problem, sort_problems
from mandats.readback import Reading
from mandats.render.cover import page_inputs
from mandats.resolve import resolve
from mandats.write.glyphes import undrawn
from mandats.write.pandoc import UnprintableText

FORMATS = ("docx", "pdf")
UNDRAWN = "caractère « {} » que les polices du PDF ne savent pas imprimer : à transcrire"
OUR_FAULT = "défaut du programme, à signaler : le DOCX et le PDF ne disent pas la même chose : "
Written = tuple[dict[str, bytes], list[str]]  # format → content; how the formats differ
Begin = Callable[[Rendered], Callable[[], Written]]


@dataclass(frozen=True)
class Examined:
    documents: tuple[Rendered, ...]
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(p for p in self.problems if p.gravite == ERREUR)


@dataclass(frozen=True)
class Made:
    """The files of the documents of a case, by name; none when one of the problems is an error."""

    contents: dict[str, bytes]
    problems: tuple[Problem, ...]
    documents: tuple[Rendered, ...]


@dataclass(frozen=True)
class Built:
    files: tuple[Path, ...]
    problems: tuple[Problem, ...]
    documents: tuple[Document, ...]


def examine(
    case: Path, working: Path, final: bool = False, only: Sequence[str] = (), registre: str | None = None,
    start: Callable[[Rendered], object] = lambda _: None, maison: str | None = None,
) -> Examined:  # fmt: skip
    """Every document of a case as blocks, and every problem of the case and of all it pulls in; writes nothing.

    `final`: blanks are errors. `only`: the documents wanted (default: all). `registre`: the place of the ledger
    of mandates, to know whether states are behind it. `start` is given each document that is rendered, as long as
    nothing is wrong. `maison`: a house, or its Word file, instead of the case's. Raises UnusableInput when the file is
    no YAML.

    >>> done = examine(Path("tests/bad/source-inconnue/case.yaml"), Path())
    >>> [(p.place.ligne, p.id) for p in done.errors]
    [(12, 'source-inconnue')]
    """
    working = working_folder(case, working)
    loaded, problems = load_case(case, only=only)
    if loaded is None:
        return Examined((), tuple(sort_problems(problems)))
    if maison:
        loaded = replace(loaded, case=loaded.case.model_copy(update={"maison": maison}))
    library, found = load_library(working, loaded)
    problems += found
    problems += check_piece_files(loaded)
    documents, found = resolve(loaded, library)
    problems += found
    if registre and any(order.mandants for order in loaded.case.documents):
        from mandats.registre.constat import since_states

        problems += since_states(registre, loaded, final)
    numbering, whole = Numbering(loaded, documents), len(documents) == len(loaded.case.documents) and not only
    if any(order.depose for order in loaded.case.documents) or (loaded.folder / "deposes").is_dir():
        from mandats.deposes import without_filed

        documents, problems = without_filed(loaded, documents, problems, only, numbering.render)
    if only:
        known = [_name(order) for order in loaded.case.documents]
        for name in (n for n in only if n not in known):
            message = f"pas de document « {name} » (possibles : {', '.join(known)})"
            problems.append(Problem("document-inconnu", Place(str(case)), "documents", message))
        documents = [d for d in documents if d.nom in only]
    judged = _with_lenders(loaded, only)
    rendered, aside = [], [p for p in problems if only and not _concerns(p, loaded, (), judged)]
    problems = [*(p for p in problems if p not in aside), *numbering.changed(documents)]
    for document in documents:
        one, found = numbering.render(document)
        problems += [p for p in aside if _concerns(p, loaded, [one.document], judged) and p not in problems]
        problems += [*found, *numbering.check(document, final)]
        for char in undrawn(ast.plain(one.blocks, notes=True) + one.title):  # told before any engine runs
            told = UNDRAWN.format(char)
            problems.append(Problem("caractere-non-imprimable", place_of(document, char), document.chemin, told))
        rendered.append(one)
        if not any(p.gravite == ERREUR for p in problems):
            start(one)
    from mandats import checks  # a hundred small files: read while the engines work

    for one in rendered:
        problems += checks.check(one, final)
    if whole:
        problems += numbering.unused()
    if final:
        from mandats.pieces.examen import examine_files
        from mandats.pieces.lisible import check_readable

        shown = [one.document for one in rendered]
        found = [*check_readable(loaded), *examine_files(loaded, rendered)]
        problems += [p for p in found if not only or _concerns(p, loaded, shown, judged)]
    return Examined(tuple(rendered), tuple(sort_problems(problems)))


def _concerns(problem: Problem, loaded: LoadedCase, documents: Sequence[Document], only: Container[str]) -> bool:
    """Whether a problem is of the documents asked for, of their pièces, or of what the whole case is made of."""
    of = re.match(r"(documents|pieces)(?:\[([0-9]+)\]|$)", problem.chemin)
    if of and of[1] == "documents" and of[2]:
        order = loaded.case.documents[int(of[2])]
        return _name(order) in only
    if of and of[1] == "pieces":
        held = [piece.cle for document in documents for piece in document.pieces]
        return loaded.case.pieces[int(of[2])].cle in held if of[2] else bool(held)
    wanted, others = set[str | None](), set[str | None]()  # the templates and clauses that each side names
    for order in loaded.case.documents:
        side = wanted if _name(order) in only else others
        side |= {order.modele, *(moyen.clause for moyens in order.sections.values() for moyen in moyens)}
    file = re.search(r"templates/([^/]+)/[^/]+$|clauses/(.+)\.md$", problem.place.fichier)
    return not file or (file[1] or file[2]) not in others - wanted


def _with_lenders(loaded: LoadedCase, only: Sequence[str]) -> set[str]:
    """The names of the documents asked for, and of those whose sections they take."""
    names = {*only}
    for _ in loaded.case.documents:
        names |= {o.comme.document for o in loaded.case.documents if o.comme and _name(o) in names}
    return names


def _name(order: DocumentOrder) -> str:
    return order.nom or order.modele


def place_of(document: Document, said: str) -> Place:
    """Where the case, its prose or its clauses say the last words of these, as many as they say together."""
    case = document.loaded
    texts = [*case.texts.values(), Text(str(case.file), case.source), *(clause.corps for clause in document.clauses)]
    words = re.findall(r"\w+|[^\w\s]", re.sub(r"\[PDF : .*|\[DOCX :|^cellule|[…\]]", "", said))[-8:]
    patterns = [r"\W*".join(map(re.escape, words[n:])) for n in range(len(words))]
    if len(said) == 1:  # it may be written by its number
        patterns = [re.escape(said), rf"(?i)&#(x0*{ord(said):x}|0*{ord(said)});|\\u0*{ord(said):x}"]
    for pattern in patterns:
        for text in texts:
            if found := re.search(pattern, text.contenu):
                return text.place(found[0])
    return document.place


def working_folder(case: Path, here: Path) -> Path:
    """The folder whose own `clauses/` and `templates/` add to the shipped ones: the case's, its parent, else `here`."""
    for folder in (case.parent, case.parent.parent):
        if (folder / "clauses").is_dir() or (folder / "templates").is_dir():
            return folder
    return here


def build(
    case: Path, working: Path, out: Path, formats: Sequence[str] = (), final: bool = False, only: Sequence[str] = (),
    registre: str | None = None, maison: str | None = None, begin: Begin | None = None,
) -> Built:  # fmt: skip
    """Write each document in each format (« docx », « pdf »; both by default) under `out`: `files`, `problems`.

    With an error nothing is written, and `files` is empty. `begin`: instead of `begin_document`. Raises UnusableInput,
    EngineError, OSError.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as out:
    ...     made = build(Path("cases/gafam.yaml"), Path(), Path(out), ["docx"], only=["mandat-google-vierge"])
    >>> [file.name for file in made.files]
    ['mandat-google-vierge.docx']
    """
    made = make(case, working, formats, final, only, registre, maison, begin)
    files = tuple(write_set(out, made.contents)) if made.contents else ()
    return Built(files, made.problems, tuple(r.document for r in made.documents))


def make(
    case: Path, working: Path, formats: Sequence[str] = (), final: bool = False, only: Sequence[str] = (),
    registre: str | None = None, maison: str | None = None, begin: Begin | None = None,
) -> Made:  # fmt: skip
    """The files of each document, by name; none when there is an error."""
    formats = formats or FORMATS
    with ThreadPoolExecutor(max_workers=8) as pool:
        jobs: list[tuple[Document, Future[Written]]] = []
        examined = examine(
            case, working, final, only, registre,
            lambda r: jobs.append((r.document, pool.submit((begin or begin_document)(r)))), maison,
        )  # fmt: skip
        if examined.errors:
            pool.shutdown(wait=False, cancel_futures=True)
            return Made({}, examined.problems, examined.documents)
        contents: dict[str, bytes] = {}
        problems = list(examined.problems)
        for document, job in jobs:
            try:
                made, differences = job.result()
                contents |= {f"{document.nom}.{f}": made[f] for f in formats}
                told = [("relecture", place_of(document, said), OUR_FAULT + said) for said in differences]
            except UnprintableText as error:
                char = str(error)
                told = [("caractere-non-imprimable", place_of(document, char), UNDRAWN.format(char))]
            problems += (Problem(rule, place, document.chemin, message) for rule, place, message in told)
    failed = any(p.gravite == ERREUR for p in problems)
    return Made({} if failed else contents, tuple(sort_problems(problems)), examined.documents)


def write_document(rendered: Rendered, engine_of: Any = None) -> Written:
    """The document in every format, and how the formats differ once read back (normally not at all).

    `engine_of`: who lends typst (`Engines.engine`); by default, one for this document alone.
    """
    return begin_document(rendered, engine_of)()


def begin_document(rendered: Rendered, engine_of: Any = None) -> Callable[[], Written]:
    """The rest of `write_document`, once the markup is written: the engines then work beside whoever goes on."""
    template, inputs = rendered.document.template, page_inputs(rendered.document, rendered.title)
    if template.header.genre == "formulaire":
        from mandats.formulaire.prepare import write_form

        def form() -> Written:
            docx, pdf = write_form(rendered, inputs)
            return {"docx": docx, "pdf": pdf}, readback.compare(readback.read_docx(docx), readback.read_pdf(pdf))

        return form
    from mandats.write.docx import write_docx
    from mandats.write.maison import accent, dressed
    from mandats.write.pdf import markup, write_pdf
    from mandats.write.typst_engine import Engine

    house = rendered.document.library.maison
    if house:
        inputs["accent"] = accent(house)
    page, body = template.file("page.typ"), markup(rendered.blocks)

    def word() -> tuple[bytes, Reading]:
        with dressed(template.file("reference.docx"), house) as reference:
            data = write_docx(rendered.blocks, reference, inputs)
        return data, readback.read_docx(data)

    def written() -> Written:
        with ThreadPoolExecutor(max_workers=2) as pool:
            # The PDF first: it takes longer. Its reader loads while pandoc works.
            pages = pool.submit(write_pdf, body, page, inputs, readback.look_at, engine_of or Engine)
            words = pool.submit(word)
            readback.warm_up()
            (pdf, read_pages), (docx, read_words) = pages.result(), words.result()
        return {"docx": docx, "pdf": pdf}, readback.compare(read_words, read_pages)

    return written
