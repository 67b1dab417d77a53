"""Words that a clause puts between « » stand in one of its sources.

Why: quotation marks promise someone else's words. Long quotations come from the register through `norme()` and
`extrait()`; of the short ones typed in a clause, each is looked for in the sources it declares, or is one of its own
terms (`mots_cles`, `repond_a`).
"""

import re
from collections.abc import Iterator

from mandats.checks.citation_inexacte import fold
from mandats.document import Clause, Rendered, Text
from mandats.problem import AVERTISSEMENT, Problem

ID = "mots-sans-source"
QUOTED = re.compile(r"«([^«»{}]+)»")


def check(rendered: Rendered) -> Iterator[Problem]:
    clauses = {i.clause.id: i.clause for i in rendered.document.items() if i.clause}
    for clause in clauses.values():
        yield from _unsourced(clause, rendered.document.library.sources)


def _unsourced(clause: Clause, sources) -> Iterator[Problem]:
    header = clause.header
    texts = [clause.corps] + [
        Text(clause.corps.fichier, w, clause.places[("registres", r)].ligne) for r, w in header.registres.items()
    ]
    quoted = [(text, q) for text in texts for q in QUOTED.findall(text.contenu)]
    if not quoted:
        return
    known = [sources[k] for k in header.sources if k in sources]
    words = fold(
        " ".join(
            [
                *(str(s.model_dump(exclude={"url"})) for s in known),
                header.titre,
                header.repond_a or "",
                *header.mots_cles,
            ]
        )
    )
    for text, q in quoted:
        if fold(q) not in words:
            message = f"« {q.strip()} » n'est dans aucune des sources de la clause {clause.id} (ni dans ses mots_cles)"
            yield Problem(ID, text.place(q), "", message, AVERTISSEMENT)
