"""A value of the case holds no braces « {{ }} » or « {% %} ».

Why: only clauses, plans and prose are filled in; in a value of the case the braces would be printed as they stand.
"""

from collections.abc import Iterator

from mandats.document import Rendered
from mandats.problem import Problem, write_path

ID = "accolades"


def check(rendered: Rendered) -> Iterator[Problem]:
    document = rendered.document
    loaded = document.loaded
    facts = [(("faits", i, "fait"), f.fait) for i, f in document.faits]
    given = [((*item.path, "avec", n), v) for item in document.items() for n, v in item.moyen.avec.items()]
    for path, value in facts + given:
        if any(mark in str(value) for mark in ("{{", "{%")):
            place = loaded.places.get(path) or loaded.places[path[:-1]]
            yield Problem(
                ID,
                place,
                write_path(path),
                "accolades imprimées telles quelles : mettez ce texte dans un fichier de prose",
            )
