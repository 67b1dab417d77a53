"""What a face calls: the command line, a page in a browser, a notebook. Values in, values out.

Nothing here prints, asks, reads the clock or the current folder: days, instants and the working folder (whose own
`clauses/` and `templates/` add to those that ship) are given, progress is told by a callback.

What is wrong with a drafter's file is a value: `problems`, one `Problem` each. What stops everything is an exception:
`UnusableInput` (a file that cannot be read at all), `UnknownName`, `Refus` (the ledger's), OSError, and the engines';
`failure` makes one line of any of them. Results are frozen. Each function imports what it needs when it is called, so
that `import mandats` costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mandats.problem import Problem, UnknownName, suggest

if TYPE_CHECKING:
    import datetime as dt

    from mandats.bibliotheque.catalogue import render_catalogue
    from mandats.bibliotheque.fiches import (
        ClauseLine,
        ShownClause,
        SourceCard,
        SourceLine,
        line_of,
        search_clauses,
        search_sources,
        show_clause,
        source_card,
    )
    from mandats.bibliotheque.rapport import report, source_report
    from mandats.bibliotheque.recherche import Proposal, cases_using
    from mandats.bibliotheque.sceau import seal_files
    from mandats.build import Built, Examined
    from mandats.delais.agenda import calendar_events, write_calendar
    from mandats.delais.calcul import AVERTISSEMENT, Delai, Echeancier, Question
    from mandats.delais.calendrier import show_day
    from mandats.document import Library, LoadedCase, Template
    from mandats.files import write_set
    from mandats.guidance import failure, next_step, problems_of, typed, unwritable
    from mandats.keys import TERRITOIRES
    from mandats.preuves import PREUVES
    from mandats.publiposter.job import Order, Outcome
    from mandats.publiposter.orders import Merged, blank_forms, mail_merge, open_index, write_annex
    from mandats.registre import Refus
    from mandats.registre.gestes import (
        campaign_facts,
        confirm,
        confirm_list,
        correct,
        decide,
        erase,
        export_person,
        file_act,
        find_person,
        purge,
        read_state,
        withdraw,
    )
    from mandats.registre.importation import Imported, doubtful, homonyms, import_roster, preview, rules_of
    from mandats.registre.journal import past_instant, write_instant
    from mandats.registre.ledger import Registre, create_ledger
    from mandats.registre.lignes import Rules
    from mandats.registre.personne import PERSON
    from mandats.registre.preuves import list_evidence
    from mandats.registre.secret import key_at, sha256_file, write_private
    from mandats.registre.signature import verify_pdf
    from mandats.registre.statistiques import count, plot
    from mandats.render.typography import date_longue
    from mandats.report import as_json, as_sarif
    from mandats.schema import case_schemas

# What the faces call besides the functions below: documented where it stands, imported when it is named.
ELSEWHERE = {
    "bibliotheque.fiches": "line_of search_clauses search_sources show_clause source_card",
    "bibliotheque.catalogue": "render_catalogue",
    "bibliotheque.rapport": "report source_report",
    "bibliotheque.recherche": "cases_using",
    "bibliotheque.sceau": "seal_files",
    "delais.agenda": "calendar_events write_calendar",
    "delais.calcul": "AVERTISSEMENT",
    "delais.calendrier": "show_day",
    "files": "write_set",
    "guidance": "failure next_step problems_of typed unwritable",
    "keys": "TERRITOIRES",
    "preuves": "PREUVES",
    "publiposter.job": "Order",
    "publiposter.orders": "blank_forms mail_merge open_index write_annex",
    "registre": "Refus",
    "registre.gestes": "campaign_facts confirm confirm_list correct decide erase export_person file_act find_person "
    "purge read_state withdraw",
    "registre.importation": "doubtful homonyms import_roster preview rules_of",
    "registre.journal": "past_instant write_instant",
    "registre.ledger": "create_ledger",
    "registre.personne": "PERSON",
    "registre.preuves": "list_evidence",
    "registre.secret": "key_at sha256_file write_private",
    "registre.signature": "verify_pdf",
    "registre.statistiques": "count plot",
    "render.typography": "date_longue",
    "report": "as_json as_sarif",
    "schema": "case_schemas",
}
_HOME = {name: f"mandats.{module}" for module, names in ELSEWHERE.items() for name in names.split()}
__all__ = [
    "AVERTISSEMENT", "PERSON", "PREUVES", "TERRITOIRES", "Built", "CaseLimits", "ClauseLine", "Delai", "Echeancier",
    "Examined", "Imported", "Library", "LoadedCase", "Merged", "NewCase", "OpenLibrary", "Order", "Outcome", "Proposal",
    "Question", "ReadCase", "Refus", "Registre", "Rules", "ShownClause", "SourceCard", "SourceLine", "Template",
    "Templates", "as_json", "as_sarif", "blank_forms", "build_case", "calendar_events", "campaign_facts",
    "case_schemas", "cases_using", "clause_file", "confirm", "confirm_list", "correct", "count", "create_ledger",
    "date_longue", "decide", "doubtful", "erase", "examine_case", "explain_rule", "export_person", "failure",
    "file_act", "find_person", "homonyms", "import_roster", "key_at", "line_of", "list_evidence", "list_templates",
    "list_time_limits", "mail_merge", "new_case", "next_step", "open_index", "open_ledger", "open_library",
    "past_instant", "plot", "preview", "problems_of", "propose_clauses", "purge", "read_case", "read_state",
    "render_catalogue", "report", "rules_of", "seal_files", "search_clauses", "search_sources", "sha256_file",
    "show_clause", "show_day", "source_card", "source_report", "typed", "unwritable", "verify_pdf", "withdraw",
    "write_annex", "write_calendar", "write_instant", "write_private", "write_set",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


# --- a case ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Templates:
    """The kinds of document, by slug, sorted; a template that cannot be read is among `problems` only."""

    templates: Mapping[str, Template]
    problems: tuple[Problem, ...]

    @property
    def simplest(self) -> str:
        """The slug of the template with the least to fill in: what an example may name."""
        headers = {slug: t.header for slug, t in self.templates.items() if t.header.sections}
        size = {slug: len([*h.roles, *h.requiert, *h.sections]) for slug, h in headers.items()}
        return min(size, key=lambda slug: (size[slug], slug), default="MODÈLE")


def list_templates(working: Path) -> Templates:
    """The kinds of document that ship and those of `working`.

    >>> found = list_templates(Path())
    >>> found.templates["requete-rep"].header.titre, tuple(found.templates["requete-rep"].header.roles)
    ('Requête en annulation', ('requerant', 'defendeur', 'juridiction'))
    """
    from mandats.load.library import load_templates

    templates, problems = load_templates(working)
    return Templates(dict(sorted(templates.items())), tuple(problems))


@dataclass(frozen=True)
class NewCase:
    """A case to fill in: its YAML, how many blanks it shows, whether it has pièces to join."""

    text: str
    blancs: int
    pieces: bool


def new_case(templates: Templates, noms: Sequence[str], day: dt.date, file: Path, working: Path) -> NewCase:
    """The case that orders these documents, each required key as a visible blank. `day`: of the act; `file`: as typed.

    Writes nothing. Raises UnknownName for a template that does not exist.

    >>> import datetime
    >>> made = new_case(list_templates(Path()), ["droit-acces"], datetime.date(2030, 3, 4), Path("acces.yaml"), Path())
    >>> made.text.splitlines()[0][:30], made.blancs, made.pieces
    ("# Exercice du droit d'accès : ", 10, False)
    """
    from mandats.delais.figures import court_areas
    from mandats.guidance import near_template
    from mandats.load.library import list_clauses, load_clause
    from mandats.scaffold import scaffold, starters

    for nom in noms:
        if nom not in templates.templates:
            raise UnknownName(f"modèle inconnu « {nom} »{near_template(nom, templates.templates)}")
    chosen = [templates.templates[n] for n in dict.fromkeys(noms)]
    files = list_clauses(working)
    read = {c: load_clause(c, files[c], working)[0] for c in starters(chosen) if c in files}
    clauses = {name: clause for name, clause in read.items() if clause}
    addresses = {a.nom: a.adresse for a in court_areas().autorites.values()}
    text = scaffold(chosen, day.isoformat(), str(file), clauses, addresses)
    return NewCase(text, text.count("[à compléter") - 1, "\npieces:" in text)


def examine_case(case: Path, working: Path, final: bool = False, only: Sequence[str] = ()) -> Examined:
    """Every document of a case as blocks (`documents`), and every problem of the case and of all it pulls in.

    Writes nothing. `final`: blanks are errors. `only`: the documents wanted, by name. Raises UnusableInput: no YAML.

    >>> done = examine_case(Path("tests/bad/source-inconnue/case.yaml"), Path())
    >>> [(p.place.ligne, p.id) for p in done.errors]
    [(12, 'source-inconnue')]
    """
    from mandats.build import examine

    return examine(case, working, final, only)


def build_case(
    case: Path, working: Path, out: Path, formats: Sequence[str] = (), final: bool = False, only: Sequence[str] = ()
) -> Built:
    """Its documents written under `out`, each in each format (« docx », « pdf »; both by default): `files`, `problems`.

    With an error nothing is written, and `files` is empty. Raises UnusableInput, EngineError, OSError.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as out:
    ...     made = build_case(Path("cases/gafam.yaml"), Path(), Path(out), ["docx"], only=["mandat-google-vierge"])
    >>> [file.name for file in made.files]
    ['mandat-google-vierge.docx']
    """
    from mandats.build import FORMATS, build

    return build(case, working, out, formats or FORMATS, final, only)


def explain_rule(name: str) -> str:
    """The reason, the article and the remedy of a rule, in French. Raises UnknownName.

    >>> explain_rule("piece-absente").splitlines()[0]
    'piece-absente'
    """
    from mandats.report import explain, known_rules

    told = explain(name)
    if told is None:
        wanted = name.upper() if any(c.isdigit() for c in name) else name.lower()
        raise UnknownName(f"règle inconnue « {name} »{suggest(wanted, known_rules())}")
    return told


@dataclass(frozen=True)
class ReadCase:
    """A case as it is written (`loaded`; None when it cannot be made one), and what its own reading found."""

    loaded: LoadedCase | None
    problems: tuple[Problem, ...]


def read_case(case: Path) -> ReadCase:
    """The case alone: neither clauses nor rules. Raises UnusableInput when the file is no YAML.

    >>> read_case(Path("cases/gafam.yaml")).loaded.case.campagne
    'gafam-2018'
    """
    from mandats.load.case import load_case

    loaded, problems = load_case(case)
    return ReadCase(loaded, tuple(problems))


# --- the library -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OpenLibrary:
    library: Library
    problems: tuple[Problem, ...]


def open_library(working: Path) -> OpenLibrary:
    """Every clause, source and template, for the functions below: a tenth of a second, kept by whoever asks often.

    >>> "rgpd/minimisation" in open_library(Path()).library.clauses
    True
    """
    from mandats.load.library import load_library

    library, problems = load_library(working, None)
    return OpenLibrary(library, tuple(problems))


def propose_clauses(loaded: LoadedCase, library: Library) -> tuple[Proposal, ...]:
    """Arguments and replies that the case calls for, best first, each with its reasons, and whether it has it (`deja`).

    >>> loaded = read_case(Path("cases/testwe.yaml")).loaded
    >>> propose_clauses(loaded, open_library(Path()).library)[0].raisons[0]
    'technique : prise-de-controle'
    """
    from mandats.bibliotheque.recherche import propose

    return tuple(propose(loaded, library))


def clause_file(shown: ShownClause, kind: str, titre: str) -> bytes:
    """The clause as a file: « html », « pdf » or « docx ». Raises UnknownName for another kind.

    >>> from mandats import show_clause
    >>> clause_file(show_clause(open_library(Path()).library, "rgpd/minimisation"), "html", "minimisation")[:15]
    b'<!doctype html>'
    """
    from mandats.bibliotheque.catalogue import html
    from mandats.build import write_document

    if kind == "html":
        head = f'<!doctype html><html lang="fr"><meta charset="utf-8"><title>{titre}</title><body>'
        return head.encode() + html(shown.rendered.blocks).encode()
    if kind in ("pdf", "docx"):
        return write_document(shown.rendered)[0][kind]
    raise UnknownName("--sortie : un fichier .html, .pdf ou .docx")


# --- time limits -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CaseLimits:
    """The limits of a case on a day; `echeancier` is None when the case cannot be read."""

    echeancier: Echeancier | None
    problems: tuple[Problem, ...]


def list_time_limits(case: Path, working: Path, le: dt.date, territoire: str | None = None) -> CaseLimits:
    """The limits that run on the day `le`, the most urgent first, how each was computed, and what dates are missing.

    `territoire`: whose holidays and distances; by default, that of the court's address. Raises UnusableInput.

    >>> import datetime
    >>> found = list_time_limits(Path("cases/testwe.yaml"), Path(), datetime.date(2022, 12, 20))
    >>> [(d.id, d.etat, str(d.prudent)) for d in found.echeancier.delais if d.prudent][:1]
    [('rep-decision-notifiee', 'fait', '2022-12-25')]
    """
    from mandats.build import working_folder
    from mandats.delais.calcul import list_time_limits
    from mandats.load.library import load_families

    read = read_case(case)
    if read.loaded is None:
        return CaseLimits(None, read.problems)
    found = read.loaded.case
    familles = load_families(working_folder(case, working), {o.modele for o in found.documents})
    return CaseLimits(list_time_limits(found, familles, le, territoire), read.problems)


# --- the ledger of mandates, and what is printed from it -------------------------------------------------------------


def open_ledger(lieu: str, cle: Path, phrase: Callable[[], str] | None = None) -> Registre:
    """The ledger at `lieu` (a file, or a postgresql:// address), unlocked by its key file.

    `phrase` is called if it is needed. Raises Refus when the place holds no ledger, is readable by others, or the key
    is not its own. What is then done to one mandate or to all (`withdraw`, `correct`, `confirm`, `export_person`,
    `purge`…) is `mandats.registre.gestes`.

    >>> import datetime, tempfile
    >>> from mandats.api import create_ledger, key_at
    >>> now, facts = datetime.datetime(2030, 3, 4, tzinfo=datetime.UTC), {"campagne": "essai", "texte": ""}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     place, file = f"{folder}/essai.registre", Path(folder, "essai.cle")
    ...     key, made = key_at(file, lambda new: None)
    ...     create_ledger(place, key, facts | {"conservation": "2031-03-04", "age_minimum": 18}, "A. Exemple", now)
    ...     open_ledger(place, file).etat()["nombre"]
    0
    """
    from mandats.registre.ledger import ouvrir
    from mandats.registre.secret import needs_phrase

    return ouvrir(lieu, cle, phrase() if phrase and needs_phrase(cle) else None)
