"""A source is in force, or already rendered, at the date of the act.

Why: the judge applies the text in force at the date of the decision; a ruling later than the act cannot be cited in it.
"""

from collections.abc import Iterator

from mandats.document import Rendered
from mandats.problem import AVERTISSEMENT, Problem

ID = "source-hors-periode"


def check(rendered: Rendered) -> Iterator[Problem]:
    document = rendered.document
    day = document.date
    seen = set()
    for use in rendered.cited_sources:
        source = document.library.sources[use.cle]
        why = ""
        if source.date and source.date[: len(day)] > day[: len(source.date)]:
            why = f"postérieure à l'acte (elle date du {source.date}, l'acte du {day})"
        elif source.vigueur and source.vigueur.depuis and source.vigueur.depuis > day:
            why = f"version en vigueur depuis le {source.vigueur.depuis} seulement, l'acte est du {day}"
        elif source.vigueur and source.vigueur.jusqu_a and source.vigueur.jusqu_a < day:
            why = f"version qui n'est plus en vigueur depuis le {source.vigueur.jusqu_a}"
        if why and (use.cle, use.place) not in seen:
            seen.add((use.cle, use.place))
            yield Problem(ID, use.place, use.cle, why, AVERTISSEMENT)
