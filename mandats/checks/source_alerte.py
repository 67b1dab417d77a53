"""An annulled, overtaken, adverse or provisional authority is shown with its alert.

Why: an authority that fell, or that went the other way, ruins the moyen it was meant to carry.
"""

from collections.abc import Iterator

from mandats.document import Rendered, Use
from mandats.model import STATUTS
from mandats.problem import AVERTISSEMENT, Problem

ID = "source-alerte"


def check(rendered: Rendered) -> Iterator[Problem]:
    uses: dict[str, list[Use]] = {}
    for use in rendered.cited_sources:
        uses.setdefault(use.cle, []).append(use)
    for cle, found in uses.items():
        source = rendered.document.library.sources[cle]
        if source.statut == "en-vigueur" and not source.alerte:
            continue
        status = f"source {STATUTS[source.statut]}" if STATUTS[source.statut] else "source à citer avec précaution"
        alert = f" : {source.alerte}" if source.alerte else ""
        more = f" (citée {len(found)} fois dans {rendered.document.nom})" if len(found) > 1 else ""
        yield Problem(ID, found[0].place, cle, status + more + alert, AVERTISSEMENT)
