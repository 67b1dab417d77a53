"""No argument rests on an authority that went the other way.

Why: the adversary will read it to the judge. It may be discussed and distinguished (`autorites.contre`), not invoked.
"""

from collections.abc import Iterator

from mandats.checks.fragile import fragile
from mandats.document import Rendered
from mandats.problem import Problem

ID = "source-defavorable"


def check(rendered: Rendered) -> Iterator[Problem]:
    yield from fragile(rendered, ID, ("defavorable",), "invoquée à l'appui d'un argument")
