"""What a file says once read, in values: its words in reading order, its notes, and how a PDF's pages end."""

import re
import unicodedata
from dataclasses import dataclass, field

LINE_HYPHEN = "\x02"  # what pdfium gives for a hyphen that ends a line, a real one or a break


@dataclass(frozen=True)
class Break:
    """The end of a page, in points (1/72 of an inch). `anchors`: the words of the paragraphs that begin on it, if it
    ends badly or is the last but one."""

    page: int
    anchors: tuple[str, ...]
    short: float = 0.0  # height to leave white at its foot, so that the next page begins as it should
    white: float = 0.0  # height left white at its foot beyond what a page may leave
    apart: tuple[str, ...] = ()  # when there is: the words of what may be set lower to fill it


@dataclass
class Reading:
    """`lines`: one per paragraph, with its style or tag; `notes`: one per footnote; `cells`: those that hold words."""

    lines: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    page_ends: list[int] = field(default_factory=list)  # of a PDF: how many lines each page and those before it hold
    breaks: list[Break] = field(default_factory=list)  # of a PDF: where its pages end, but for the last
    last_share: float = 1.0  # of a PDF of several pages: how much of its last one is filled

    def said(self) -> list[str]:
        """Its lines, then its notes."""
        return [*(line for _, line in self.lines), *self.notes]

    def words(self) -> list[str]:
        """The words to compare: contents' locators dropped, notes after the text."""
        return normalise("\n".join(self.said())).split()


def normalise(text: str) -> str:
    """Spaces of all kinds alike; hyphens that only break a line away."""
    text = _ODD.sub(_even, text)
    if _ACCENT.search(text):
        text = _TWICE.sub(r"\1", unicodedata.normalize("NFC", text))
    return " ".join(text.split())


_ACCENT = re.compile("[\u0300-\u036f]")
_TWICE = re.compile("(\\w[\u0300-\u036f]+)\\1+")  # a letter and its accent are two drawings, each given as both


# What breaks a word or chooses a drawing, and is not seen; signs that a PDF spells out (ligatures) or draws as others.
_ODD = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u2011\u202a-\u202e\u2060-\u206f\ufeff\ufb00-\ufdff\ufe00-\ufe0f\ufe70-\ufefc\U000e0100-\U000e01ef]"
)


def _even(match: re.Match[str]) -> str:
    seen = unicodedata.category(match[0]) not in ("Cf", "Mn")
    return unicodedata.normalize("NFKC", match[0]) if seen else ""
