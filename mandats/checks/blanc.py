"""No value is missing.

Why: a draft shows its blanks highlighted; a final document with a hole is an act that cannot be filed.
"""

from collections.abc import Iterator

from mandats.document import Rendered
from mandats.problem import AVERTISSEMENT, Problem

ID = "blanc"


def check(rendered: Rendered) -> Iterator[Problem]:
    told = {path[-1] for path in rendered.document.loaded.left_blank}  # `a-completer` gives their line in the case
    for use in rendered.blanks:
        if use.cle in told:
            continue
        called = f" (appelée par {use.appel})" if use.appel else ""
        where = rendered.document.chemin
        yield Problem(ID, use.place, use.cle, f"valeur laissée en blanc dans {where}{called}", AVERTISSEMENT)
