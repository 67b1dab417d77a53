"""A text cited is still in force at the date of the act.

Why: the judge applies the text in force when the decision was taken; a repealed or renumbered article sinks the moyen
(loi n° 78-17 was renumbered on 1 June 2019, code de la sécurité intérieure in 2023).
"""

from collections.abc import Iterator

from mandats.document import Rendered
from mandats.problem import AVERTISSEMENT, Problem

ID = "texte-abroge"


def check(rendered: Rendered) -> Iterator[Problem]:
    day = rendered.document.date
    for cle, uses in rendered.uses().items():
        source = rendered.document.library.sources[cle]
        end = source.vigueur.jusqu_a if source.vigueur else None
        if end and end < day:
            instead = f" ; voir « {source.remplacee_par} »" if source.remplacee_par else ""
            alert = f" : {source.alerte}" if source.alerte else ""
            message = f"version qui n'est plus en vigueur depuis le {end}, l'acte est du {day}{instead}{alert}"
            yield Problem(ID, uses[0].place, cle, message, AVERTISSEMENT)
