"""A source still says what was read when it was verified.

Why: one changed word, date or number makes a false quotation; the seal (`empreinte`) set by `mandats sources sceller`
after reading shows it. An entry without a seal is not compared.
"""

from collections.abc import Iterator

from mandats.document import Rendered
from mandats.problem import Problem

ID = "source-modifiee"


def check(rendered: Rendered) -> Iterator[Problem]:
    library = rendered.document.library
    owners = (library.sources[used].texte for used in rendered.uses())
    for cle in dict.fromkeys([*rendered.uses(), *(o for o in owners if o)]):
        if cle in library.altered:
            message = f"source modifiée depuis sa vérification : relisez-la à l'adresse indiquée, puis mandats sources sceller {cle}"
            yield Problem(ID, library.source_places[cle], cle, message)
