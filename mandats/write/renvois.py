"""What stays alive in the Word file: numbers that follow when something is inserted, blanks that are fields, clauses
known by their bookmark and the digest of their words.

A pièce's number is that of an automatic list in the bordereau, a paragraph's that of its style; the text names them by
`REF` fields on bookmarks, whose results are already right: nothing asks to be updated at opening.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from html import escape
from itertools import pairwise

from mandats import blocks as ast
from mandats.blocks import Node
from mandats.ooxml import Element, W, add, parse

PIECE, ALINEA = "piece_", "alinea_"  # bookmarks: followed by the number that they had when the act was written
LIST = 900  # ids of our lists of pièces, far from pandoc's
PRINT = "Empreinte"  # the property that tells what a file said when it was built
CLAUSES = "customXml/item1.xml"
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/customXml"
_KIND = "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_STORE = "http://schemas.openxmlformats.org/officeDocument/2006/customXml"
_ITEM = "{6D616E64-6174-4000-8000-636C61757365}"
_PROPERTIES, _NOT_YET = "docProps/custom.xml", "empreintedesmots"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
_CUSTOM = "{http://schemas.openxmlformats.org/officeDocument/2006/custom-properties}"
_VALUES = "{http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes}"


def field(bookmark: str, shown: str) -> str:
    """The number of the paragraph where a bookmark stands, as a field with its result."""
    signs = [f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")]
    code = f'<w:r><w:instrText xml:space="preserve"> REF {bookmark} \\n \\h </w:instrText></w:r>'
    return f"{signs[0]}{code}{signs[1]}<w:r><w:t>{escape(shown)}</w:t></w:r>{signs[2]}"


def raw(xml: str) -> Node:
    return {"t": "RawInline", "c": ["openxml", xml]}


def cited_piece(words: str, number: str) -> list[Node]:
    """« pièce n° 4, p. 3 », its number a field."""
    found = re.search(rf"(?<![0-9]){number}(?![0-9])", words)
    if not found:
        return [ast.text(words)]
    parts = ast.text(words[: found.start()]), raw(field(PIECE + number, number)), ast.text(words[found.end() :])
    return [node for node in parts if node["c"]]


def blank(words: str, rank: int) -> Node:
    """What is to be filled in, a field of the text that Word and LibreOffice know: of rich text, since LibreOffice
    strips its look from a plain one."""
    name = escape(words.strip("[]").removeprefix("à compléter").lstrip(" \u00a0:") or "blanc", quote=True)
    head = f'<w:alias w:val="{name}"/><w:tag w:val="{name}"/><w:id w:val="{9000 + rank}"/>'
    run = f'<w:r><w:rPr><w:rStyle w:val="Blanc"/></w:rPr><w:t xml:space="preserve">{escape(words)}</w:t></w:r>'
    return raw(f"<w:sdt><w:sdtPr>{head}</w:sdtPr><w:sdtContent>{run}</w:sdtContent></w:sdt>")


def digest(nodes: Sequence[Node]) -> str:
    """Of the words of a clause as the act prints them, their spaces aside."""
    return hashlib.sha256(" ".join(ast.plain([*nodes], notes=True).split()).encode()).hexdigest()


def number_rows(document: Element, inputs: Mapping[str, str]) -> None:
    """The rows of the bordereau take their numbers from a list: one for each run of numbers that follow."""
    rank, before = -1, None
    for mark in document.iter(W + "bookmarkStart"):
        holder = mark.getparent()
        name = mark.get(W + "name", "")
        if holder is None or not re.fullmatch(PIECE + "[0-9]+", name):
            continue
        number = int(name.removeprefix(PIECE))
        rank, before = rank + (before is None or number != before + 1), number
        style = holder.find(f"{W}pPr/{W}pStyle")
        if style is not None:
            listed = holder.makeelement(W + "numPr")
            add(listed, "ilvl", val="0")
            add(listed, "numId", val=str(LIST + rank))
            style.addnext(listed)


def define_lists(numbering: Element, inputs: Mapping[str, str]) -> None:
    """The lists of `number_rows`. `inputs["pieces"]`: the numbers, in order."""
    numbers = [int(number) for number in inputs.get("pieces", "").split()]
    starts = numbers[:1] + [b for a, b in pairwise(numbers) if b != a + 1]
    if not starts:
        return
    space = f'xmlns:w="{W[1:-1]}"'
    abstract = (
        f'<w:abstractNum {space} w:abstractNumId="{LIST}"><w:multiLevelType w:val="singleLevel"/><w:lvl w:ilvl="0">'
        '<w:start w:val="1"/><w:numFmt w:val="decimal"/><w:suff w:val="nothing"/><w:lvlText w:val="%1"/>'
        '<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="0" w:firstLine="0"/></w:pPr></w:lvl></w:abstractNum>'
    )
    first = numbering.find(W + "num")
    made = parse(abstract.encode())
    if first is None:
        numbering.append(made)
    else:
        first.addprevious(made)
    for rank, start in enumerate(starts):
        told = (
            f'<w:num {space} w:numId="{LIST + rank}"><w:abstractNumId w:val="{LIST}"/><w:lvlOverride w:ilvl="0">'
            f'<w:startOverride w:val="{start}"/></w:lvlOverride></w:num>'
        )
        numbering.append(parse(told.encode()))


def describe(custom: Element, inputs: Mapping[str, str]) -> None:
    """The properties of the file: the case, the act, the program's version, the digest of its words (`stamp`)."""
    kept = [(name, inputs.get(name.lower())) for name in ("Dossier", "Acte", "Version")]
    for rank, (name, words) in enumerate([*kept, (PRINT, _NOT_YET)], 2):
        told = {"fmtid": "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}", "pid": str(rank), "name": name}
        if words:
            prop = custom.makeelement(_CUSTOM + "property", told)
            value = prop.makeelement(_VALUES + "lpwstr")
            value.text = words
            prop.append(value)
            custom.append(prop)


def words_print(parts: Mapping[str, bytes]) -> str:
    """The digest of the words of a Word file: the same as long as nobody changed one."""
    said = ""
    for name in ("word/document.xml", "word/footnotes.xml"):
        if name in parts:
            said += "".join(t.text or "" for t in parse(parts[name]).iter(W + "t", W + "delText"))
    return hashlib.sha256("".join(said.split()).encode()).hexdigest()[: len(_NOT_YET)]


def stamp(parts: dict[str, bytes]) -> None:
    """Once all is written, the digest of its words among the properties. In place."""
    if _NOT_YET.encode() in (custom := parts.get(_PROPERTIES, b"")):
        parts[_PROPERTIES] = custom.replace(_NOT_YET.encode(), words_print(parts).encode())


def add_clauses(parts: dict[str, bytes], clauses: Mapping[str, str]) -> None:
    """A part that tells, by bookmark, the digest of each clause. In place."""
    if not clauses:
        return
    told = "".join(f'<clause signet="{escape(name)}" sha256="{value}"/>' for name, value in clauses.items())
    parts[CLAUSES] = f'{_HEAD}<clauses xmlns="urn:mandats:clauses">{told}</clauses>'.encode()
    parts["customXml/itemProps1.xml"] = (
        f'{_HEAD}<ds:datastoreItem xmlns:ds="{_STORE}" ds:itemID="{_ITEM}"><ds:schemaRefs><ds:schemaRef '
        'ds:uri="urn:mandats:clauses"/></ds:schemaRefs></ds:datastoreItem>'
    ).encode()
    links = f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
    props = f'<Relationship Id="rId1" Type="{_RELATED}Props" Target="itemProps1.xml"/></Relationships>'
    parts["customXml/_rels/item1.xml.rels"] = (links + props).encode()
    item = f'<Relationship Id="rIdClauses" Type="{_RELATED}" Target="../{CLAUSES}"/>'
    kind = f'<Override PartName="/customXml/itemProps1.xml" ContentType="{_KIND}"/>'
    for name, end, added in (
        ("word/_rels/document.xml.rels", "</Relationships>", item),
        ("[Content_Types].xml", "</Types>", kind),
    ):
        parts[name] = parts[name].replace(end.encode(), (added + end).encode())
