"""What a face calls: the command line, a page in a browser, a notebook. Values in, values out.

Nothing here prints, asks, reads the clock or the current folder: days, instants and the working folder (whose own
`clauses/` and `templates/` add to those that ship) are given, progress is told by a callback.

What is wrong with a drafter's file is a value: `problems`, one `Problem` each. What stops everything is an exception:
`UnusableInput` (a file that cannot be read at all), `UnknownName`, `Refus` (the ledger's), OSError, and the engines';
`failure` makes one line of any of them. Results are frozen. Each function imports what it needs when it is called;
others stand in the module that does them, as the table of `mandats/__init__.py` tells: `import mandats` costs nothing.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import mandats
from mandats.problem import ERREUR, Problem, UnknownName, UnusableInput, suggest

if TYPE_CHECKING:
    import datetime as dt

    from mandats import build, couverture, ensemble, production
    from mandats.bibliotheque.fiches import ShownClause
    from mandats.build import Built as Built
    from mandats.build import Examined as Examined
    from mandats.delais.calcul import Echeancier
    from mandats.delais.calendrier import Term
    from mandats.document import LoadedCase, Template
    from mandats.ensemble import Told as Told
    from mandats.load import case as cases
    from mandats.load import library, migration
    from mandats.pieces import constat, occultation
    from mandats.pieces.constat import Verdict as Verdict
    from mandats.pieces.occultation import Apercu as Apercu
    from mandats.production import Copies as Copies
    from mandats.registre import ledger
    from mandats.relecture import versions
    from mandats.relecture.versions import Comparees as Comparees
    from mandats.workshop import Workshop as Workshop
    from mandats.workshop import read_state as read_state

    build_case, examine_case, cover_case = build.build, build.examine, couverture.cover
    read_case, migrate_case, open_ledger = cases.load_case, migration.migrate, ledger.ouvrir
    open_library = library.load_library
    preview_redaction, redact_pieces = occultation.preview_redaction, occultation.redact_pieces
    produce_pieces, compare_versions = production.produce, versions.compare_versions
    verify_certificate, treat_cases, CasesOrder = constat.verify, ensemble.treat_all, ensemble.Order


def __getattr__(name: str) -> object:
    return getattr(mandats, name)


def list_templates(working: Path) -> tuple[dict[str, Template], list[Problem]]:
    """The kinds of document that ship and those of `working`, by slug, sorted; and what is wrong with others.

    >>> templates, problems = list_templates(Path())
    >>> templates["requete-rep"].header.titre, tuple(templates["requete-rep"].header.roles)
    ('Requête en annulation', ('requerant', 'defendeur', 'juridiction'))
    """
    from mandats.load.library import load_templates

    templates, problems = load_templates(working)
    return dict(sorted(templates.items())), problems


class Maison(NamedTuple):
    """A house style: its Word file, the colour of its accent (hexadecimal), the styles that acts use and it lacks."""

    fichier: Path
    accent: str
    manquants: list[str]


def open_house(named: str, working: Path) -> Maison:
    """A house, by its name (`templates/maisons/`) or the path of its file. Raises UnknownName, UnusableInput."""
    from mandats.load.library import read_house
    from mandats.write.maison import accent, missing_styles

    file, parts = read_house(named, working)
    return Maison(file, accent(parts), missing_styles(parts))


class NewCase(NamedTuple):
    """A case to fill in: its YAML, its argument (empty: it has none), how many blanks, whether it has pièces."""

    text: str
    argument: str
    blancs: int
    pieces: bool


def new_case(
    templates: Mapping[str, Template], noms: Sequence[str], day: dt.date, file: Path, working: Path,
    clauses: Sequence[str] = (),
) -> NewCase:  # fmt: skip
    """The case that orders these documents, each required key as a visible blank. `day`: of the act; `file`: as typed.

    `clauses`: those its argument begins with. Writes nothing. Raises UnknownName for what does not exist.

    >>> import datetime
    >>> templates, problems = list_templates(Path())
    >>> made = new_case(templates, ["droit-acces"], datetime.date(2030, 3, 4), Path("acces.yaml"), Path())
    >>> made.text.splitlines()[0][:30], made.blancs, made.pieces
    ("# Exercice du droit d'accès : ", 10, False)
    """
    from mandats.delais.figures import court_areas
    from mandats.guidance import near_template
    from mandats.scaffold import scaffold

    for nom in noms:
        if nom not in templates:
            raise UnknownName(f"modèle inconnu « {nom} »{near_template(nom, templates)}")
    chosen = [templates[n] for n in dict.fromkeys(noms)]
    addresses = {a.nom: a.adresse for a in court_areas().autorites.values()}
    text, argument = scaffold(chosen, day.isoformat(), str(file), working, addresses, clauses)
    blanks = text.count("[à compléter") - 1 + argument.count("[à compléter") + argument.count(": null\n")
    return NewCase(text, argument, blanks, "\npieces:" in text)


def paste_clause(clause: str, working: Path, argument: bool = False) -> str:
    """The clause to copy into a case, its values blank; `argument`: as a fence of `argument.md`. Raises UnknownName.

    >>> print(paste_clause("rgpd/securite", Path()).splitlines()[0])
    - clause: rgpd/securite
    """
    from mandats.scaffold import paste

    return paste(tuple(list_templates(working)[0].values()), working, clause, argument)


def add_clause(case: Path, working: Path, clause: str) -> Path:
    """Paste a clause, its values blank, in the first section that admits it of an act that has not left: into the case
    file, or the Markdown file that the section is. Gives the file; the rest of it keeps its layout.

    Raises UnknownName, UnusableInput (no YAML), ValueError in French when no section admits it, OSError.
    """
    from mandats.files import write_whole
    from mandats.load.ajout import add_lines
    from mandats.load.library import list_clauses, load_clause
    from mandats.load.yaml_places import read_yaml
    from mandats.scaffold import paste

    paste_clause(clause, working)  # one that exists
    known = load_clause(clause, list_clauses(working)[clause], working)[0]
    templates, old = list_templates(working)[0], case.read_bytes()
    text = old.decode("utf-8-sig")
    for i, order in enumerate(read_yaml(text, str(case)).data.get("documents") or []):
        template = templates.get(order.get("modele"))
        if template is None or order.get("depose"):
            continue
        sections = template.header.sections.items()
        for name in (n for n, section in sections if known and known.header.cause in section.cause):
            if isinstance(order.get(name), str):
                file: Path = case.with_suffix("") / order[name]
                # What `nouveau` writes where an argument begins has no more use, if nobody wrote there.
                begun = re.sub(
                    r"(?:\A|\n)# \[à compléter[^\n]*\n+\[à compléter[^\n]*\s*\Z", "\n", file.read_text("utf-8")
                )
                write_whole(file, f"{begun}\n{paste([template], working, clause, True)}".encode())
                return file
            made = add_lines(text, ("documents", i, name), paste([template], working, clause, False).splitlines())
            write_whole(case, (codecs.BOM_UTF8 if old.startswith(codecs.BOM_UTF8) else b"") + made.encode())
            return case
    raise ValueError(f"aucune section n'admet {clause}")


def certify_files(files: Sequence[Path], par: str, objet: str, when: dt.datetime, horodatage: str = "") -> bytes:
    """A page (PDF) that says which files stood there, with their hashes; sealed by the time stamp of a server, if any.

    `when`: aware. `horodatage`: its address, the only one that is ever asked. Raises ValueError in French, OSError.
    """
    from mandats.pieces.constat import certificate, seal

    made = certificate(files, par, objet, when)
    return seal(made, horodatage) if horodatage else made


def clause_file(shown: ShownClause, kind: str, titre: str) -> bytes:
    """The clause as a file: « html », « pdf » or « docx ». Raises UnknownName for another kind.

    >>> from mandats import open_library, show_clause
    >>> clause_file(show_clause(open_library(Path())[0], "rgpd/minimisation"), "html", "minimisation")[:15]
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


def list_time_limits(
    case: Path, working: Path, le: dt.date, territoire: str | None = None
) -> tuple[Echeancier | None, list[Problem]]:
    """The limits that run on the day `le`, the most urgent first, how each was computed, and what dates are missing.

    With the problems of the case; None when it cannot be made one. `territoire`: whose holidays and distances; by
    default, that of the court's address. Raises UnusableInput.

    >>> import datetime
    >>> found, problems = list_time_limits(Path("cases/testwe.yaml"), Path(), datetime.date(2022, 12, 20))
    >>> [(d.id, str(d.prudent)) for d in found.delais if d.etat == "fait" and d.prudent]
    [('rep-decision-notifiee', '2022-12-25')]
    """
    from mandats.load.case import load_case

    loaded, problems = load_case(case)
    return (_limits(loaded, working, le, territoire) if loaded else None), problems


def _limits(loaded: LoadedCase, working: Path, le: dt.date, territoire: str | None = None) -> Echeancier:
    from mandats.build import working_folder
    from mandats.delais.calcul import list_time_limits
    from mandats.load.library import load_families

    familles = load_families(working_folder(loaded.file, working))
    return list_time_limits(loaded.case, familles, le, territoire)


class Noted(NamedTuple):
    """What noting an event changes: the limits before and after, and the text of the case with its new line."""

    avant: Echeancier
    apres: Echeancier
    texte: str


def note_event(case: Path, working: Path, evenement: Mapping[str, str], le: dt.date) -> Noted:
    """One more event in a case file, and what it does to the limits on the day `le`; `evenement`: the keys of an event.

    The file is replaced whole; the rest of it keeps its layout and its comments. Raises UnusableInput (no YAML, or a
    case that cannot be read, before or after), ValueError in French for an event that means nothing, OSError.
    """
    from mandats.files import write_whole
    from mandats.load.ajout import add_item
    from mandats.load.case import load_case
    from mandats.procedure import event_kind, event_kinds

    told = dict(evenement) | {"quoi": event_kinds()[event_kind(evenement["quoi"])]["quoi"]}
    old = case.read_bytes()
    text = add_item(old.decode("utf-8-sig"), "evenements", told)
    before, after = load_case(case), load_case(case, text)
    known = {(p.id, p.chemin) for p in before[1]}
    worse = [p for p in after[1] if p.gravite == ERREUR and (p.id, p.chemin) not in known]
    if before[0] is None or after[0] is None or worse:
        raise UnusableInput(*(worse or before[1]))
    avant, apres = (_limits(loaded, working, le) for loaded in (before[0], after[0]))
    write_whole(case, (codecs.BOM_UTF8 if old.startswith(codecs.BOM_UTF8) else b"") + text.encode())
    return Noted(avant, apres, text)


def time_limit(regle: str, depart: dt.date, territoire: str = "metropole", distance: int = 0) -> Term:
    """The two last days of one limit from a day, without a case; `distance`: the months that the applicant's home adds.

    Raises UnknownName for a rule that has no day, ValueError for a year that is not covered.

    >>> import datetime
    >>> found = time_limit("droits-reponse", datetime.date(2025, 1, 31))
    >>> str(found.prudent), str(found.theorique)
    ('2025-02-28', '2025-02-28')
    """
    from mandats.delais.calendrier import compute
    from mandats.delais.regles import WITHOUT_DATE, time_limits

    rules = {name: rule for name, rule in time_limits().regles.items() if rule.methode not in WITHOUT_DATE}
    if regle not in rules:
        raise UnknownName(f"règle de délai inconnue « {regle} »{suggest(regle, rules)}")
    rule = rules[regle]
    assert rule.methode != "evenement" and rule.methode != "sans-delai"
    months = distance if rule.distance else 0
    return compute(rule.methode, depart, rule.duree, rule.unite, territoire, months, rule.distance != "doute")
