"""The tracked changes of a tree, all accepted or all refused. The tree is changed where it stands.

A paragraph whose mark goes joins the next one, and takes its properties, as in Word.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mandats.load.word_file import W

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

ADDED, REMOVED = (W + "ins", W + "moveTo"), (W + "del", W + "moveFrom")
RUN_LIKE = (*ADDED, *REMOVED)
OF_LOOKS = tuple(
    W + name
    for name in ("rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "trPrChange", "tcPrChange", "tblGridChange",
                 "tblPrExChange", "numberingChange")
)  # fmt: skip
RANGES = tuple(
    W + name + end
    for name in ("moveFromRange", "moveToRange", "customXmlInsRange", "customXmlDelRange", "customXmlMoveFromRange",
                 "customXmlMoveToRange")
    for end in ("Start", "End")
)  # fmt: skip
PROPERTIES = (W + "rPr", W + "trPr")
KEPT_WITH_MARK = (W + "rPr", W + "sectPr")


def is_revised(root: Element) -> bool:
    return next(root.iter(*RUN_LIKE, *OF_LOOKS, W + "cellIns", W + "cellDel"), None) is not None


def settle(root: Element, accept: bool) -> None:
    """Leaves no tracked change in the tree: what each did is done, or undone."""
    kept, dropped = (ADDED, REMOVED) if accept else (REMOVED, ADDED)
    for change in list(root.iter(*OF_LOOKS)):
        _settle_look(change, accept)
    gone = (W + "cellDel",) if accept else (W + "cellIns",)
    for kind, unit in ((dropped, W + "tr"), (gone, W + "tc")):
        for mark in list(root.iter(*kind)):
            if _parent(mark).tag in (W + "trPr", W + "tcPr"):
                _remove(_ancestor(mark, unit))
    for mark in list(root.iter(W + "cellIns", W + "cellDel", W + "cellMerge")):
        _remove(mark)
    for run in list(root.iter(*dropped)):
        if _parent(run).tag not in PROPERTIES:
            _remove(run)
    for run in list(root.iter(*kept)):
        if _parent(run).tag not in PROPERTIES:
            unwrap(run)
        elif _parent(run).tag == W + "trPr":
            _remove(run)
    for old, new in (("delText", "t"), ("delInstrText", "instrText")):
        for words in root.iter(W + old):
            words.tag = W + new
    for paragraph in list(root.iter(W + "p")):
        _settle_mark(paragraph, dropped)
    for edge in list(root.iter(*RANGES)):
        _remove(edge)
    for table in list(root.iter(W + "tbl")):
        if table.find(W + "tr") is None:
            _remove(table)


def _settle_look(change: Element, accept: bool) -> None:
    properties, old = _parent(change), next(iter(change), None)
    properties.remove(change)
    if accept or old is None or old.tag != properties.tag:
        return
    for child in list(properties):
        if child.tag not in KEPT_WITH_MARK or properties.tag != W + "pPr":
            properties.remove(child)
    for child in reversed(old):
        properties.insert(0, child)


def _settle_mark(paragraph: Element, dropped: Iterable[str]) -> None:
    marks = [m for m in paragraph.iterfind(f"{W}pPr/{W}rPr/*") if m.tag in RUN_LIKE]
    for mark in marks:
        _remove(mark)
    if not any(mark.tag in dropped for mark in marks):
        return
    content = [child for child in paragraph if child.tag != W + "pPr"]
    following = paragraph.getnext()
    while following is not None and following.tag in (W + "bookmarkStart", W + "bookmarkEnd", *RANGES):
        following = following.getnext()
    if following is not None and following.tag == W + "p":
        at = 1 if following.find(W + "pPr") is not None else 0
        for child in reversed(content):
            following.insert(at, child)
        _remove(paragraph)
    elif not _says(content) and len(_parent(paragraph).findall(W + "p")) > 1:
        for child in content:  # bookmarks
            paragraph.addprevious(child)
        _remove(paragraph)


def _says(content: Iterable[Element]) -> bool:
    return any(child.tag not in (W + "bookmarkStart", W + "bookmarkEnd", *RANGES) for child in content)


def unwrap(element: Element) -> None:
    for child in list(element):
        element.addprevious(child)
    _remove(element)


def _parent(element: Element) -> Element:
    parent = element.getparent()
    assert parent is not None
    return parent


def _ancestor(element: Element, tag: str) -> Element:
    return next(a for a in element.iterancestors(tag))


def _remove(element: Element) -> None:
    """With nothing of what is around it; one that went with another is already gone."""
    if (parent := element.getparent()) is not None:
        parent.remove(element)
