"""No act cites a decision or a document later than itself.

Why: it did not exist when the act was signed; the date of the act, or the citation, is wrong.
"""

from collections.abc import Iterator

from mandats.document import Rendered
from mandats.problem import AVERTISSEMENT, Problem

ID = "source-posterieure"


def check(rendered: Rendered) -> Iterator[Problem]:
    day = rendered.document.date
    for cle, uses in rendered.uses().items():
        date = rendered.document.library.sources[cle].date
        if date and date[: len(day)] > day[: len(date)]:
            yield Problem(
                ID, uses[0].place, cle, f"postérieure à l'acte (elle date du {date}, l'acte du {day})", AVERTISSEMENT
            )
