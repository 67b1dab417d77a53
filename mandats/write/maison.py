"""A house style: the look of a lawyer's own Word file, laid over the common `reference.docx`.

Takes the parts of both packages, sound; gives the bytes of one reference, and what `page.typ` takes of it. Names,
numbers and structure stay ours; fonts, sizes, colours, alignment, margins and letterhead are theirs. A style that their
file lacks keeps our look.
"""

import contextlib
import copy
import posixpath
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from mandats.divisions import divisions
from mandats.files import reads_xml
from mandats.ooxml import Element, W, parse, remove, serialise, value
from mandats.write.docx import TEXT_WIDTH, assemble, read_parts, text_width

R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
RELATED = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
THEME, FONTS, STYLES, BODY = "word/theme/theme1.xml", "word/fontTable.xml", "word/styles.xml", "word/document.xml"
USUAL = ("Normal", "heading 1", "heading 2", "heading 3", "footnote text")  # Word's own, which any file can define
MARGINS = ("top", "right", "bottom", "left", "header", "footer")
A4, LEAST = 11906, 6236  # twips: the page's width, the narrowest text
# The order that Word's schema gives to what follows the children named here.
IN_STYLE = ("pPr", "rPr", "tblPr", "trPr", "tcPr", "tblStylePr")
IN_PARAGRAPH = ("spacing", "ind", "contextualSpacing", "mirrorIndents", "suppressOverlap", "jc", "textDirection",
                "textAlignment", "textboxTightWrap", "outlineLvl")  # fmt: skip


def missing_styles(house: Mapping[str, bytes]) -> list[str]:
    """The names that acts use and this file does not define, Word's own first."""
    known = {_name(style) for style in parse(house[STYLES]).iter(W + "style")}
    wanted = dict.fromkeys([*USUAL, *(d.word for d in divisions().values() if d.word)])
    return [name for name in wanted if name.lower() not in known]


@contextlib.contextmanager
def dressed(reference: Path, house: Mapping[str, bytes]) -> Iterator[Path]:
    """The reference that pandoc is given: as it is, or in the look of a house."""
    if not house:
        yield reference
        return
    with tempfile.TemporaryDirectory(prefix="maison-") as folder:
        made = Path(folder, "reference.docx")
        made.write_bytes(house_reference(read_parts(reference.read_bytes()), house))
        yield made


@reads_xml
def house_reference(common: Mapping[str, bytes], house: Mapping[str, bytes]) -> bytes:
    """The bytes of a `reference.docx`: the common one with the look of the house."""
    parts = {**common, **{name: house[name] for name in (THEME, FONTS) if name in house and name in common}}
    parts[STYLES] = serialise(_styles(parse(common[STYLES]), parse(house[STYLES]), accent(house)))
    body = parse(common[BODY])
    ours, theirs = (tree.find(f"{W}body/{W}sectPr") for tree in (body, parse(house[BODY])))
    if ours is not None and theirs is not None:
        _margins(ours, theirs)
        for kind in ("header", "footer"):
            _letterhead(parts, ours, house, theirs, kind)
        wide = str(text_width(body)).encode()
        parts[STYLES] = parts[STYLES].replace(b'w:pos="%d"' % TEXT_WIDTH, b'w:pos="' + wide + b'"')
    parts[BODY] = serialise(body)
    return assemble(parts.items())


@reads_xml
def accent(house: Mapping[str, bytes]) -> str:
    """The first accent of the theme, in hexadecimal; black when there is none."""
    found = parse(house[THEME]).find(".//{*}clrScheme/{*}accent1/{*}srgbClr") if THEME in house else None
    told = "" if found is None else found.get("val", "")
    return told.upper() if re.fullmatch("[0-9A-Fa-f]{6}", told) else "000000"


def _styles(ours: Element, theirs: Element, colour: str) -> Element:
    """Our table of styles, with the look that theirs has under the same names."""
    default, told = (tree.find(f"{W}docDefaults/{W}rPrDefault") for tree in (ours, theirs))
    if default is not None and told is not None:
        _characters(default, told.find(W + "rPr"), ("rPr",))
    look = {(s.get(W + "type"), _name(s)): s for s in theirs.iter(W + "style")}
    body = next(s for s in ours.iter(W + "style") if _name(s) == "body text")
    for style in ours.iter(W + "style"):
        if (other := look.get((style.get(W + "type"), _name(style)))) is None:
            continue
        if _name(style) != "default paragraph font":
            _characters(style, other.find(W + "rPr"), IN_STYLE)
        if (laid := other.find(W + "pPr")) is not None:
            _lay(body if _name(style) == "normal" else style, laid)  # what is based on Normal sets its own spaces
    for one in ours.iterfind(f".//*[@{W}themeColor='accent1']"):  # of what does not read themes
        one.set(W + ("val" if one.tag == W + "color" else "color"), _tinted(colour, one.get(W + "themeTint", "FF")))
    return ours


def _tinted(colour: str, tint: str) -> str:
    """A colour made lighter; `tint`: how much of it stays, of FF."""
    share = int(tint, 16) / 255
    return "".join(f"{round(255 - (255 - int(colour[i : i + 2], 16)) * share):02X}" for i in (0, 2, 4))


def _characters(holder: Element, told: Element | None, order: Sequence[str]) -> None:
    """Fonts, sizes and colours; the language stays French, and nothing is hidden."""
    if told is None or len(told) == 0:
        return
    kept, look = list(holder.iterfind(f"{W}rPr/{W}lang")), copy.deepcopy(told)
    remove(holder, W + "rPr")
    remove(look, *(W + name for name in ("lang", "vanish", "webHidden", "specVanish", "rPrChange", "rStyle")))
    look.extend(kept)
    _insert(holder, look, order)


def _lay(style: Element, told: Element) -> None:
    """Spaces, alignment and indents of a paragraph style; a numbered one keeps its own indents."""
    properties = style.find(W + "pPr")
    if properties is None:
        _insert(style, properties := style.makeelement(W + "pPr"), IN_STYLE)
    numbered = properties.find(W + "numPr") is not None
    for name in ("spacing", "ind", "jc"):
        if (asked := told.find(W + name)) is not None and not (numbered and name == "ind"):
            remove(properties, W + name)
            _insert(properties, copy.deepcopy(asked), IN_PARAGRAPH)


def _insert(parent: Element, child: Element, order: Sequence[str]) -> None:
    after = {W + name for name in order[order.index(child.tag.removeprefix(W)) + 1 :]}
    parent.insert(next((i for i, e in enumerate(parent) if e.tag in after), len(parent)), child)


def _margins(ours: Element, theirs: Element) -> None:
    """Their margins, on our A4, when they leave room for a text."""
    page, asked = ours.find(W + "pgMar"), theirs.find(W + "pgMar")
    told = {} if asked is None else {name: asked.get(W + name, "") for name in MARGINS}
    if page is None or not told or not all(re.fullmatch("[0-9]{1,4}", value) for value in told.values()):
        return
    if int(told["left"]) + int(told["right"]) <= A4 - LEAST:
        for name, value in told.items():
            page.set(W + name, value)


def _letterhead(parts: dict[str, bytes], ours: Element, house: Mapping[str, bytes], theirs: Element, kind: str) -> None:
    """What their first page says and shows at its head or foot, above what ours does; no field, no frame of text."""
    first = "first" if theirs.find(W + "titlePg") is not None else "default"
    source, target = _part(house, theirs, kind, first), _part(parts, ours, kind, "first")
    if not source or not target:
        return
    frame, images = parse(parts[target]), _related(house, source)
    rels = parse(parts.get(_rels(target), b'<Relationships xmlns="' + RELATED[1:].partition("}")[0].encode() + b'"/>'))
    blocks = [e for e in parse(house[source]) if e.tag in (W + "p", W + "tbl")]
    for n, block in enumerate(blocks):
        _plain(block)
        for i, image in enumerate([e for e in block.iter("{*}blip") if R + "embed" in e.attrib]):
            name = images.get(image.get(R + "embed", ""), "")
            if name not in house:  # an image that stands elsewhere: nothing is fetched
                drawing = next(image.iterancestors(W + "drawing"))
                drawing.getparent().remove(drawing)  # type: ignore[union-attr]
            else:
                media = f"media/maison-{kind}{n}-{i}{posixpath.splitext(name)[1].lower()}"
                parts[f"word/{media}"] = house[name]
                rels.append(rels.makeelement(RELATED, Id=f"m{n}-{i}", Type=f"{R[1:-1]}/image", Target=media))
                image.set(R + "embed", f"m{n}-{i}")
    if any("".join(map(str, b.itertext())).strip() or b.find(f".//{W}drawing") is not None for b in blocks):
        frame[:0] = blocks
        parts[target], parts[_rels(target)] = serialise(frame), serialise(rels)
        _declare(parts)


def _plain(block: Element) -> None:
    """Its words, their look and its pictures; a link is its words, and a field says nothing: its result was theirs."""
    within = 0
    for run in block.iter(W + "r"):
        kinds = [e.get(W + "fldCharType") for e in run.iter(W + "fldChar")]
        within += kinds.count("begin")
        if within:
            run[:] = []
        within -= kinds.count("end")
    for link in list(block.iter(W + "hyperlink")):
        at, parent = link.getparent().index(link), link.getparent()  # type: ignore[union-attr]
        parent[at : at + 1] = link[:]  # type: ignore[index]
    # An id of theirs names a style, a mark or a part that our package has not.
    names = ("pStyle", "rStyle", "tblStyle", "numPr", "fldSimple", "pict", "object", "sectPr", "commentReference")
    away = (*(W + name for name in names), "{*}AlternateContent", "{*}hlinkClick", "{*}hlinkHover")
    for gone in list(block.iter(*away)):
        gone.getparent().remove(gone)  # type: ignore[union-attr]
    for drawing in list(block.iter(W + "drawing")):
        if not any(R + "embed" in e.attrib for e in drawing.iter("{*}blip")):  # a shape, a chart, an image only linked
            drawing.getparent().remove(drawing)  # type: ignore[union-attr]


def _part(parts: Mapping[str, bytes], section: Element, kind: str, which: str) -> str:
    """The name of a header or footer of a section; empty when it has none."""
    named = {e.get(W + "type"): e.get(R + "id", "") for e in section.iterfind(f"{W}{kind}Reference")}
    name = _related(parts, BODY).get(named.get(which, ""), "")
    return name if name in parts else ""


def _related(parts: Mapping[str, bytes], part: str) -> dict[str, str]:
    """Id → the part that it leads to, for what is in the package."""
    if _rels(part) not in parts:
        return {}
    inside = (e for e in parse(parts[_rels(part)]).iter(RELATED) if e.get("TargetMode") != "External")
    return {e.get("Id", ""): posixpath.normpath(posixpath.join("word", e.get("Target", ""))) for e in inside}


def _rels(part: str) -> str:
    folder, name = posixpath.split(part)
    return f"{folder}/_rels/{name}.rels"


def _declare(parts: dict[str, bytes]) -> None:
    """The types of the images, by their ends."""
    types = parse(parts["[Content_Types].xml"])
    known = {e.get("Extension", "").lower() for e in types}
    namespace = types.tag.partition("}")[0] + "}"
    for end in sorted({posixpath.splitext(name)[1][1:] for name in parts if name.startswith("word/media/")} - known):
        kind = {"jpg": "jpeg", "svg": "svg+xml"}.get(end, end)
        types.insert(0, types.makeelement(namespace + "Default", Extension=end, ContentType=f"image/{kind}"))
    parts["[Content_Types].xml"] = serialise(types)


def _name(style: Element) -> str:
    """What a style is called, which survives where ids do not; Word's own names are English everywhere."""
    return value(style, "name").lower()
