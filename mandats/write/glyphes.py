"""What the fonts inside typst draw: told before the engine runs, so that each missing character has its place.

`glyphes.txt` lists it, in ranges of code points (tests/test_formats.py asks the engine); a page.typ that uses other
fonts, or a new typst, is still judged by the engine itself.
"""

import functools
import re
from pathlib import Path


@functools.cache
def _undrawn() -> re.Pattern[str]:
    ranges = [part.split("-") for part in Path(__file__).with_suffix(".txt").read_text("ascii").split()]
    drawn = "".join("-".join(re.escape(chr(int(end, 16))) for end in ends) for ends in ranges)
    return re.compile(f"[^{drawn}]")


def undrawn(text: str) -> list[str]:
    """The characters of a text that no font draws, once each.

    >>> undrawn("Élève n° 5 – 漢字 ; 漢")
    ['漢', '字']
    """
    return list(dict.fromkeys(_undrawn().findall(text)))
