"""Nothing that the case announces is left to fill in: no « [à compléter », no `null` that the document prints.

Why: `mandats nouveau` marks so what only the drafter knows; the line of the case is where it gets written.
"""

from collections.abc import Iterator

from mandats.document import Rendered
from mandats.problem import AVERTISSEMENT, Problem, write_path

ID = "a-completer"


def check(rendered: Rendered) -> Iterator[Problem]:
    loaded = rendered.document.loaded
    other = {("documents", i) for i in range(len(loaded.case.documents)) if i != rendered.document.index}
    printed = {use.cle for use in rendered.blanks}
    for path, value in loaded.left_blank.items():
        if path[:2] in other or (not value and path[-1] not in printed):
            continue
        help_text = f" : {value.strip('[]').removeprefix('à compléter').lstrip(' :')}" if value else ""
        yield Problem(ID, loaded.places[path], write_path(path), f"à compléter{help_text}", AVERTISSEMENT)
