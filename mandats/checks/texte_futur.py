"""A text cited was already in force at the date of the act.

Why: a text is applied from its entry into force; the version read may be later than the facts.
"""

from collections.abc import Iterator

from mandats.document import Rendered
from mandats.problem import AVERTISSEMENT, Problem

ID = "texte-futur"


def check(rendered: Rendered) -> Iterator[Problem]:
    day = rendered.document.date
    for cle, uses in rendered.uses().items():
        source = rendered.document.library.sources[cle]
        start = source.vigueur.depuis if source.vigueur else None
        if start and start > day:
            message = f"version en vigueur depuis le {start} seulement, l'acte est du {day} : relire la version d'alors"
            yield Problem(ID, uses[0].place, cle, message, AVERTISSEMENT)
