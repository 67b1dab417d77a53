"""What must be read again before a case is filed, and what has aged in the register. No network: the register says it.

`veille.yaml` says what the register cannot: after how long a reading is old, until when each matter was watched and
where, what is pending. Values in, values out; the day is given.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mandats.bibliotheque.fiches import source_line
from mandats.content import Domaine, Source
from mandats.document import Library, Rendered
from mandats.render.typography import date_longue
from mandats.tables import read_table

UNREAD, PARTLY, TERM = "Jamais lues", "Lues en partie", "Textes qui ont un terme"
PROVISIONAL, PENDING, OLD = "Décisions provisoires", "En cours", "Lectures anciennes"
WATCHED = "Matières, et le dernier jour où on a cherché ce qu'elles ont de nouveau"


@dataclass(frozen=True)
class Reading:
    """One thing to read again: what, why, where; the documents that cite it."""

    quoi: str
    pourquoi: str
    ou: tuple[str, ...]
    documents: tuple[str, ...] = ()


def _table() -> dict[str, Any]:
    return read_table(Path(__file__).with_name("veille.yaml"))


def watched() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Matter → until when it was watched, in words; the pages to look at."""
    found, table = {}, _table()
    for name, row in table["matieres"].items():
        until = f"suivie jusqu'au {date_longue(str(row['jusqu_au']))}"
        found[name] = until, tuple(table["pages"][page] for page in row["ou"])
    return found


def aged(source: Source, day: dt.date) -> bool:
    """Whether it was last read too long before `day`."""
    limit = day - dt.timedelta(days=_table()["relire_apres_jours"])
    return source.verifie is not None and source.verifie.le < limit.isoformat()


def reasons(source: Source, day: dt.date) -> Iterator[tuple[str, str]]:
    """(heading, why) for each reason to read it again before `day`. An instrument is vouched for by its articles."""
    if source.type == "texte":
        return
    told = day.isoformat()
    if source.verifie is None:
        yield UNREAD, source.a_verifier or "personne ne l'a déclarée lue"
    elif source.a_verifier:
        yield PARTLY, source.a_verifier
    start, end = (source.vigueur.depuis, source.vigueur.jusqu_a) if source.vigueur else (None, None)
    if end:
        yield TERM, ("ne s'applique plus après le " if end < told else "s'applique jusqu'au ") + date_longue(end)
    if start and start > told:
        yield TERM, f"ne s'applique qu'à partir du {date_longue(start)}"
    if source.statut == "provisoire":
        yield PROVISIONAL, source.alerte or "chercher la suite de l'affaire"
    if source.statut == "pendante":
        yield PENDING, source.alerte or "n'était pas jugée"
    if source.verifie and aged(source, day):
        yield OLD, f"lue le {date_longue(source.verifie.le)}"


def before_filing(documents: Sequence[Rendered], library: Library, day: dt.date) -> Mapping[str, list[Reading]]:
    """By heading, in order of concern: the sources that the documents cite, what is pending in their field, matters."""
    cited: dict[str, list[str]] = {}
    for rendered in documents:
        for cle in rendered.uses():
            cited.setdefault(cle, []).append(rendered.document.nom)
    found: dict[str, list[Reading]] = {h: [] for h in (UNREAD, TERM, PROVISIONAL, PENDING, PARTLY, OLD, WATCHED)}

    def reading(cle: str, why: str, names: Sequence[str]) -> Reading:
        url = library.sources[cle].on(day.isoformat()).url
        shown = f"{source_line(cle, library).citation} ({cle})"
        return Reading(shown, why, (url,) if url else (), tuple(names))

    for cle, names in sorted(cited.items()):
        for heading, why in reasons(library.sources[cle].on(day.isoformat()), day):
            found[heading].append(reading(cle, why, names))
    acts = [r for r in documents if r.cited_sources]
    for cle, source in library.sources.items():  # what nobody cites yet, and may change the answer
        names = [r.document.nom for r in acts if r.document.pleads(source)]
        if source.statut == "pendante" and names and cle not in cited:
            found[PENDING].append(reading(cle, source.alerte or "", names))
    for row in _table()["textes_en_cours"]:
        if names := [r.document.nom for r in acts if _concerned(r, row.get("domaine"))]:
            found[PENDING].append(Reading(row["quoi"], "", (row["ou"],), tuple(names)))
    used = {clause.id.partition("/")[0] for r in documents for clause in r.document.clauses}
    for matter, (until, pages) in watched().items():
        if matter in used:
            found[WATCHED].append(Reading(matter, until, pages))
    return {heading: rows for heading, rows in found.items() if rows}


def _concerned(rendered: Rendered, field: Any) -> bool:
    traitement = rendered.document.traitement
    if not (field and traitement):
        return not field
    return Domaine.model_validate(field).meets(traitement, rendered.document.organisme)


def report(library: Library, day: dt.date) -> dict[str, list[tuple[str, str]]]:
    """What the whole register has to be read again for, by heading: (key, why). Beside `rapport.source_report`."""
    rows = [(heading, cle, why) for cle, s in sorted(library.sources.items()) for heading, why in reasons(s, day)]
    out = {kept: [(cle, why) for heading, cle, why in rows if heading == kept] for kept in (OLD, TERM)}
    return out | {WATCHED: [(matter, until) for matter, (until, _) in watched().items()]}
