"""An annulled, overtaken, adverse or provisional authority is shown with its alert.

Why: an authority that fell, or that went the other way, ruins the moyen it was meant to carry.
"""

from collections.abc import Iterator

from mandats.document import Rendered
from mandats.model import STATUTS
from mandats.problem import AVERTISSEMENT, Problem

ID = "source-alerte"


def check(rendered: Rendered) -> Iterator[Problem]:
    sources = rendered.document.library.sources
    seen = set()
    for use in rendered.cited_sources:
        source = sources[use.cle]
        if (source.statut == "en-vigueur" and not source.alerte) or (use.cle, use.place) in seen:
            continue
        seen.add((use.cle, use.place))
        status = f"source {STATUTS[source.statut]}" if STATUTS[source.statut] else "source à citer avec précaution"
        alert = f" : {source.alerte}" if source.alerte else ""
        yield Problem(ID, use.place, use.cle, status + alert, AVERTISSEMENT)
