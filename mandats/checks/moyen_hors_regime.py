"""A clause serves the legal regime of the processing.

Why: the RGPD, the police-justice directive and the intelligence code do not apply together; an article of the wrong
one sinks the moyen (art. 2 § 2 d RGPD, art. 1 and 2 of directive (UE) 2016/680).
"""

from collections.abc import Iterator

from mandats.document import Rendered
from mandats.problem import Problem

ID = "moyen-hors-regime"


def check(rendered: Rendered) -> Iterator[Problem]:
    document = rendered.document
    for item in document.items():
        regime = item.moyen.regime or (document.traitement.regime if document.traitement else None)
        if item.clause and regime and regime not in item.clause.header.regimes:
            fits = ", ".join(item.clause.header.regimes)
            counterpart = item.clause.header.pendants.get(regime)
            hint = f" ; son pendant : {counterpart}" if counterpart else ""
            message = f"la clause {item.clause.id} vaut pour le régime {fits}, elle est employée pour {regime}{hint}"
            yield Problem(ID, item.place, "clause", message)
