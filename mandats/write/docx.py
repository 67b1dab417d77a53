"""Blocks to DOCX: pandoc with `reference.docx`, then small repairs in the package.

Our divisions become Word styles (`divisions.yaml`) that a lawyer restyles in one place. What pandoc cannot do is done
on its XML: running headers, table widths, the contents (paragraph numbers: docs/architecture.md says why), footnote
separators, dates and order of the archive. What stays alive in the file is in `renvois.py`.
"""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path

from mandats import blocks as ast
from mandats.blocks import Node
from mandats.divisions import division
from mandats.files import reads_xml
from mandats.ooxml import Element, W, add, parse, properties, remove, serialise, style_of, value, words_of
from mandats.write import coupures, renvois
from mandats.write.pandoc import run_pandoc

TABLE, COVER = "Bordereau", coupures.COVER  # the styles of tables that are tables, of the blocks of a cover
TEXT_WIDTH = 8675  # twips between the margins of reference.docx
TOP_MARGIN, LETTER_MARGIN = "1474", "1191"  # twips: of reference.docx, of a letter
DC, DCTERMS = "{http://purl.org/dc/elements/1.1/}", "{http://purl.org/dc/terms/}"


def write_docx(blocks: list[Node], reference: Path, inputs: Mapping[str, str]) -> bytes:
    """The DOCX's bytes. `inputs`: titre, auteur, date, entete_gauche, entete_droite."""
    options = f"--reference-doc={reference}", "--syntax-highlighting=none"
    styler = _Styler(inputs["garde"] == "lettre")
    made = run_pandoc(styler.blocks(blocks), "docx", *options)
    return finish(made, {**inputs, "pieces": " ".join(styler.pieces)}, styler.clauses)


class _Styler:
    """The same blocks with style names; keeps bookmarks unique."""

    def __init__(self, letter: bool) -> None:
        self.letter = letter
        self.bookmarks = Counter[str]()
        self.pieces: list[str] = []  # the numbers of the bordereau, in order
        self.clauses: dict[str, str] = {}  # bookmark of each clause → digest of its words
        self.blanks = 0
        self.cover = 0  # lines of its parties and of its object, about

    def blocks(self, nodes: list[Node]) -> list[Node]:
        styled: list[Node] = ast.rewrite(nodes, self.change)
        return styled

    def change(self, node: Node) -> list[Node] | None:
        ident, classes, pairs = ast.attributes(node)
        if node["t"] == "Div":
            return self.div(ident, "".join(classes[:1]), node["c"][1], dict(pairs))
        if node["t"] == "Span":
            return self.span(classes, dict(pairs), node["c"][1])
        if node["t"] == "Link" and node["c"][2][0].startswith("#piece-"):
            return renvois.cited_piece(ast.plain(node), node["c"][2][0].removeprefix("#piece-"))
        if node["t"] == "Header" and "unnumbered" in classes:
            title = "Lettre titre" if self.letter else "Titre sans numéro"
            return [_styled("Div", title, [ast.para(self.blocks(node["c"][2]))], ident)]
        if node["t"] == "Plain" and not node["c"]:  # pandoc would drop it, and the sign of the item with it
            return [{"t": "Plain", "c": [{"t": "RawInline", "c": ["openxml", "<w:r/>"]}]}]
        if node["t"] == "Table":
            styled = [ident, classes, [*pairs, ["custom-style", TABLE]]]
            return [{"t": "Table", "c": [styled, *ast.rewrite(node["c"][1:], self.cell)]}]
        return None

    def span(self, classes: list[str], pairs: Mapping[str, str], inner: list[Node]) -> list[Node] | None:
        words = ast.plain(inner)
        if "blanc" in classes:
            self.blanks += 1
            return [renvois.blank(words, self.blanks)]
        if "numero-piece" in classes:  # the list of the bordereau writes it
            self.pieces.append(words)
            return [ast.span([], id=renvois.PIECE + words)]
        if "renvoi" in classes:
            return [renvois.raw(renvois.field(renvois.ALINEA + pairs["alinea"], words))]
        return None

    def cell(self, node: Node) -> list[Node] | None:
        return [_styled("Div", "Table texte", [ast.para(self.blocks(node["c"]))])] if node["t"] == "Plain" else None

    def div(self, ident: str, name: str, inner: list[Node], pairs: Mapping[str, str]) -> list[Node]:
        if name == "sommaire":
            return [_contents(inner, self.cover)]
        content = self.blocks(inner)
        if name == "bloc":
            self.cover += 1 + sum(1 + len(ast.plain(node)) // WIDE_LINE for node in inner[1:])
            return _rows(content[0], content[1:])
        if name == "signataire" and self.letter:
            return [_styled("Div", "Signataire lettre", content)]
        if name == "signature" and len(inner) > MANY:
            place = [node for node in content if node["t"] == "Para"]
            return [_styled("Div", division(name).word, place), *_columns([n for n in content if n["t"] != "Para"])]
        if name == "clause" and ident:
            self.bookmarks[ident] += 1
            again = f"_{self.bookmarks[ident]}" if self.bookmarks[ident] > 1 else ""
            self.clauses[ident + again] = renvois.digest(inner)
            return [ast.div(content, id=ident + again)]
        if number := pairs.get("numero"):
            content[0] = {**content[0], "c": [ast.span([], id=renvois.ALINEA + number), *content[0]["c"]]}
        style = division(name).word
        return [_styled("Div", style, content, ident)] if style else content


def _styled(kind: str, style: str, content: list[Node], ident: str = "") -> Node:
    return {"t": kind, "c": [[ident, [], [["custom-style", style]]], content]}


MANY = 4  # paragraphs of a signature: beyond, the names stand in two columns


def _columns(names: list[Node]) -> list[Node]:
    """The names of those who sign, two on a line, in cells without rules."""
    named = [_styled("Div", "Signataire colonne", name["c"][1]) for name in names]
    return [_pair(named[i], named[i + 1 : i + 2], (0.5, 0.5)) for i in range(0, len(named), 2)]


FEW = 6  # paragraphs: beyond, each party has its row, lest a long one go whole to the next page


def _rows(label: Node, content: list[Node]) -> list[Node]:
    """A block of the cover: its label, then what it holds."""
    party = division("partie").word
    named = [i for i, node in enumerate(content) if ast.attributes(node)[2] == [["custom-style", party]]]
    if len(content) <= FEW or not named:
        return [_pair(label, content)]
    ends = [*named[1:], len(content)]
    parts = [content[start:end] for start, end in zip([0, *named[1:]], ends, strict=True)]
    return [_pair(label if i == 0 else ast.para([]), part) for i, part in enumerate(parts)]


def _pair(label: Node, content: list[Node], widths: tuple[float, float] = (0.185, 0.815)) -> Node:
    """POUR / CONTRE / OBJET: a row of two cells without rules."""
    pair = ast.table([[], []], [[[], []]], [*widths])
    pair["c"][0][2].append(["custom-style", COVER])
    pair["c"][3][1] = []  # no header row
    cells = pair["c"][4][0][3][0][1]
    cells[0][4], cells[1][4] = [label], content
    return pair


# Lines that a cover holds, of contents, of all that may be many; characters of one, in a wide substitute font.
COVER_LINES, FULL_COVER, WIDE_LINE = 14, 34, 78
_AT_THE_FOOT = '<w:tblpPr w:vertAnchor="margin" w:horzAnchor="margin" w:tblpX="0" w:tblpYSpec="bottom"/>'


def _contents(entries: list[Node], cover: int) -> Node:
    """The contents: a framed table, a line for each entry.

    At the foot of the cover; when it is long, or the parties many, below them if the page has room, else whole on the
    next, since a row of its style does not split: the font decides, and only Word knows. `cover`: lines of the parties.
    """
    lines = []
    height = sum(1 + len(ast.plain(entry["c"][1])) // WIDE_LINE for entry in entries)
    at_the_foot = height <= COVER_LINES and height + cover <= FULL_COVER
    for entry in entries:
        values = dict(entry["c"][0][2])
        words = _run(ast.plain(entry["c"][1]).strip())
        numbered, place = any(dict(e["c"][0][2])["alinea"] for e in entries), ""
        if numbered:  # what follows the last paragraph has none: the prayers, the annexes
            number = values["alinea"]
            where = _run("§\u00a0") + renvois.field(renvois.ALINEA + number, number) if number else _run("à la fin")
            place = "<w:r><w:tab/></w:r>" + where
        line = f'<w:hyperlink w:anchor="{values["cible"]}" w:history="1">{words}</w:hyperlink>{place}'
        lines.append(_paragraph(f"TOC{values['niveau']}", line))
    width = f'w:w="{TEXT_WIDTH - 15}" w:type="dxa"'  # LibreOffice floats a table only when it is narrower than the text
    title = _paragraph("SommaireTitre", "<w:r><w:t>Sommaire</w:t></w:r>")
    table = (
        '<w:tbl><w:tblPr><w:tblStyle w:val="Encadre"/>'
        + (_AT_THE_FOOT if at_the_foot else "")
        + f'<w:tblW {width}/><w:tblLayout w:type="fixed"/></w:tblPr>'
        f'<w:tblGrid><w:gridCol w:w="{TEXT_WIDTH - 15}"/></w:tblGrid>'
        f"<w:tr><w:tc><w:tcPr><w:tcW {width}/></w:tcPr>{title}{''.join(lines)}</w:tc></w:tr></w:tbl>"
    )
    # A paragraph keeps this table apart from the cover's: two tables that touch become one.
    around = _paragraph("Mention")
    return {"t": "RawBlock", "c": ["openxml", around + table + around + _paragraph("NouvellePage")]}


def _paragraph(style: str, content: str = "") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{content}</w:p>'


def _run(words: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{escape(words)}</w:t></w:r>'


@reads_xml
def finish(made: bytes, inputs: Mapping[str, str], clauses: Mapping[str, str] = {}) -> bytes:
    """pandoc's package with headers filled, tables to the text's width, a fixed order and fixed dates."""
    parts = read_parts(made)
    for name, data in parts.items():
        if repairs := [repair for pattern, repair in _REPAIRS if re.fullmatch(pattern, name)]:
            root = parse(data)
            for repair in repairs:
                repair(root, inputs)
            parts[name] = serialise(root)
    renvois.add_clauses(parts, clauses)
    renvois.stamp(parts)
    return assemble(sorted(parts.items(), key=lambda part: (part[0] != "[Content_Types].xml", part[0])))


def read_parts(docx: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def assemble(members: Iterable[tuple[str, bytes]], stored: bool = False) -> bytes:
    """An archive with fixed dates, the ordinary way; `stored`: of finished files, which are compressed already."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members:
            info = zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0))
            info.external_attr = 0o644 << 16
            archive.writestr(info, data, zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _fill_head(header: Element, inputs: Mapping[str, str]) -> None:
    for text in header.iter(W + "t"):
        for name in ("entete_gauche", "entete_droite"):
            text.text = (text.text or "").replace(f"{{{{{name.upper()}}}}}", inputs[name])


def text_width(document: Element) -> int:
    """Twips between the margins of the last section."""
    size, margins = document.find(f"{W}body/{W}sectPr/{W}pgSz"), document.find(f"{W}body/{W}sectPr/{W}pgMar")
    if size is None or margins is None:
        return TEXT_WIDTH
    return int(size.get(W + "w", 0)) - int(margins.get(W + "left", 0)) - int(margins.get(W + "right", 0))


def _widen(document: Element, inputs: Mapping[str, str]) -> None:
    """Tables as wide as the text, or what a list leaves of it, and cells as their columns.

    pandoc assumes a text 7920 twips wide, wherever the table stands. A letter has less white above and below.
    """
    if inputs["garde"] == "lettre":
        for margins in document.iterfind(f".//{W}pgMar[@{W}top='{TOP_MARGIN}']"):  # a house keeps its own
            margins.set(W + "top", LETTER_MARGIN)
            margins.set(W + "bottom", LETTER_MARGIN)
    text = text_width(document)
    for table in document.iter(W + "tbl"):
        columns = table.findall(f"{W}tblGrid/{W}gridCol")
        floats = table.find(f"{W}tblPr/{W}tblpPr") is not None  # the contents, one column
        if not columns or (floats and text == TEXT_WIDTH):
            continue
        indent = table.find(f"{W}tblPr/{W}tblInd")
        full = text - (15 if floats else 0) - (0 if indent is None else int(indent.get(W + "w", 0)))
        given = [int(column.get(W + "w", 0)) for column in columns]
        widths = [round(width * full / (sum(given) or 1)) for width in given]
        if full < text:
            widths = _spare_words(table, widths)
        for column, width in zip(columns, widths, strict=True):
            column.set(W + "w", str(width))
        _set_width(table.find(f"{W}tblPr/{W}tblW"), full)
        whole = value(table, "tblPr/tblStyle") in (TABLE, COVER)
        for row in table.iterfind(W + "tr"):
            if whole:
                _keep_whole(row, [width / text for width in widths])
            for cell, width in zip(row.iterfind(f"{W}tc/{W}tcPr"), widths, strict=False):
                _set_width(properties(cell, "tcW"), width)


LETTER, AROUND = 110, 230  # twips of a letter of a table, in bold; of what a cell has around its words


def _spare_words(table: Element, widths: list[int]) -> list[int]:
    """The widths, a column that would cut its longest word widened at the cost of those that have room."""
    needs = [0] * len(widths)
    for row in table.iterfind(W + "tr"):
        for i, cell in enumerate(row.findall(W + "tc")[: len(widths)]):
            words = " ".join(map(words_of, cell.iter(W + "p"))).split()
            needs[i] = max([needs[i], *(AROUND + LETTER * len(word) for word in words)])
    short = sum(max(need - width, 0) for need, width in zip(needs, widths, strict=True))
    room = sum(max(width - need, 0) for need, width in zip(needs, widths, strict=True))
    if short > room:
        return widths
    return [max(need, width - (width - need) * short // (room or 1)) for need, width in zip(needs, widths, strict=True)]


def _keep_whole(row: Element, widths: list[float]) -> None:
    """A row does not split, unless it could run off the page."""
    told = ["".join(e.text or "\n" for e in cell.iter(W + "t", W + "br", W + "p")) for cell in row.iterfind(W + "tc")]
    if ast.lines_of_row(told, [*widths]) <= ast.LONG_ROW:
        held = properties(row, "trPr")
        held.insert(0, held.makeelement(W + "cantSplit"))


def _set_width(element: Element | None, width: int) -> None:
    if element is not None:
        element.set(W + "w", str(width))
        element.set(W + "type", "dxa")


def _begin_pages(document: Element, inputs: Mapping[str, str]) -> None:
    """No empty paragraph to begin a page, nor below the contents: what follows begins it.

    But below contents at the foot of a cover: a table that floats stands on the page of the paragraph that it precedes.
    """
    for style in [*document.iterfind(f".//{W}pStyle[@{W}val='NouvellePage']")]:
        empty = next(style.iterancestors(W + "p"))
        after = next((e for e in empty.itersiblings() if not e.tag.startswith(W + "bookmark")), None)
        named = None if after is None else after.find(f"{W}pPr/{W}pStyle")
        holder = empty.getparent()
        if after is None or after.tag != W + "p" or named is None or holder is None:
            continue
        named.addnext(named.makeelement(W + "pageBreakBefore"))
        before = empty.getprevious()
        holder.remove(empty)
        if before is None or style_of(before) != "Mention" or len(before) > 1:
            continue
        contents = before.getprevious()
        if contents is None or contents.find(f"{W}tblPr/{W}tblpPr") is None:
            holder.remove(before)


def _separate(settings: Element, inputs: Mapping[str, str]) -> None:
    """The line between text and notes: pandoc drops the declaration of its two footnotes."""
    compat = settings.find(W + "compat")
    if settings.find(W + "footnotePr") is None and compat is not None:
        separators = settings.makeelement(W + "footnotePr")
        for ident in ("-1", "0"):
            add(separators, "footnote", id=ident)
        compat.addprevious(separators)


def _describe(core: Element, inputs: Mapping[str, str]) -> None:
    """Title, author, dates. In its sandbox pandoc does not see the date it is given."""
    for element in core.iter(DCTERMS + "created", DCTERMS + "modified"):
        element.text = f"{inputs['date']}T12:00:00Z"
    for name, told in (("title", inputs["titre"]), ("creator", inputs["auteur"]), ("language", "fr-FR")):
        remove(core, DC + name)
        added = core.makeelement(DC + name)
        added.text = told
        core.append(added)


_REPAIRS = (
    (r"word/header[0-9]+\.xml", _fill_head),
    (r"word/document\.xml", _widen),
    (r"word/document\.xml", renvois.number_rows),
    (r"word/document\.xml", _begin_pages),
    (r"word/document\.xml", coupures.close_cover),
    (r"word/document\.xml", coupures.indent_prayers),
    (r"word/document\.xml", coupures.hold),
    (r"word/(document|footnotes)\.xml", coupures.join_numbers),
    (r"word/numbering\.xml", renvois.define_lists),
    (r"word/numbering\.xml", coupures.draw_lists),
    (r"word/settings\.xml", _separate),
    (r"docProps/core\.xml", _describe),
    (r"docProps/custom\.xml", renvois.describe),
)
