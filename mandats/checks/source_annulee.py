"""No argument rests on a decision that was annulled or reversed.

Why: it has no authority left; relying on it ruins the moyen. A clause that discusses it lists it in `autorites.contre`;
a case that relies on it knowingly says why in `assume`.
"""

from collections.abc import Iterator

from mandats.checks.fragile import fragile
from mandats.document import Rendered
from mandats.problem import Problem

ID = "source-annulee"


def check(rendered: Rendered) -> Iterator[Problem]:
    yield from fragile(rendered, ID, ("annulee", "infirmee"), "employée à l'appui d'un argument")
