"""A point, a considérant or a § that a text refers to is one that was read.

Why: a wrong paragraph number sends the judge to words that say something else. The register lists the points read
(`points`); the keys of its passages count too.
"""

import re
from collections.abc import Iterator

from mandats.document import Rendered
from mandats.problem import AVERTISSEMENT, Problem

ID = "point-non-releve"
NUMBER = re.compile(r"\d+")
MAX_SPAN = 1000  # points: no decision has more


def check(rendered: Rendered) -> Iterator[Problem]:
    for cle, uses in rendered.uses().items():
        source = rendered.document.library.sources[cle]
        if source.type not in ("decision", "document"):
            continue
        known = {n for words in (*source.points, *source.passages) for n in _spread(words)}
        for use in uses:
            missing = (
                [n for n in NUMBER.findall(use.passage) if n not in known] if use.passage not in source.passages else []
            )
            if missing:
                message = f"« {use.passage} » : point que le registre ne dit pas lu ({', '.join(missing)})"
                yield Problem(ID, use.place, cle, message, AVERTISSEMENT)


def _spread(words: str) -> list[str]:
    """« 9-11 » is 9, 10 and 11.

    >>> _spread("9-11"), _spread("12"), len(_spread("1-99999999"))
    (['9', '10', '11'], ['12'], 1000)
    """
    span = re.fullmatch(r"(\d{1,9})-(\d{1,9})", words)
    return [str(n) for n in range(int(span[1]), int(span[2]) + 1)[:MAX_SPAN]] if span else NUMBER.findall(words)
