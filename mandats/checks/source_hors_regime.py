"""In an argument, a text is used under the legal regime it belongs to.

Why: the RGPD does not govern police files, nor the directive an administrative one (art. 2 § 2 d RGPD, art. 2
directive (UE) 2016/680). A text of the other regime may be cited to compare, never as the rule that was broken.
"""

from collections.abc import Iterator

from mandats.document import Rendered
from mandats.problem import AVERTISSEMENT, Problem

ID = "source-hors-regime"


def check(rendered: Rendered) -> Iterator[Problem]:
    # Standing and jurisdiction compare the two regimes by nature; a moyen names the rule that was broken.
    arguments = {
        i.clause.corps.fichier
        for i in rendered.document.items()
        if i.clause and i.clause.header.cause in ("interne", "externe")
    }
    seen = set()
    for use in rendered.cited_sources:
        if use.place.fichier not in arguments:
            continue
        regimes = rendered.document.library.sources[use.cle].regimes
        if regimes and use.regime and use.regime not in regimes and use.cle not in seen:
            seen.add(use.cle)
            message = f"texte du régime {', '.join(regimes)}, employé ici sous le régime {use.regime} : à citer par comparaison seulement"
            yield Problem(ID, use.place, use.cle, message, AVERTISSEMENT)
