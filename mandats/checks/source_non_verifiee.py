"""Every source cited was read by someone.

Why: a reference nobody checked may not exist; the register says who read it, when, and where.
"""

from collections.abc import Iterator

from mandats.document import Rendered
from mandats.problem import AVERTISSEMENT, Problem

ID = "source-non-verifiee"


def check(rendered: Rendered) -> Iterator[Problem]:
    library = rendered.document.library
    for cle, uses in rendered.uses().items():
        source = library.sources[cle]
        # An instrument is vouched for by the article that was read.
        if source.verifie is None and source.type != "texte" and (relied := rendered.relied_on(cle, uses)):
            message = f"source non vérifiée (citée {len(relied)} fois dans {rendered.document.nom}) : à lire avant dépôt, ou à assumer dans le dossier"
            yield Problem(ID, library.source_places[cle], cle, message, AVERTISSEMENT)
