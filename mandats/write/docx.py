"""Blocks to DOCX: pandoc with `reference.docx`, then small repairs in the package.

Our divisions become Word styles that a lawyer restyles in one place. What pandoc cannot do is done on its XML: running
headers, table widths, the contents (a real TOC field whose entries are already there), dates and order of the archive.

The contents give paragraph numbers (« § 14 »), not pages: Word's pages depend on the reader's fonts and are only known
once it has laid the document out, paragraph numbers are always right. Refreshing the field in Word puts pages instead.
"""

from __future__ import annotations

import copy
import io
import re
import zipfile
from html import escape
from pathlib import Path

from mandats import blocks as ast
from mandats.blocks import Node
from mandats.write.pandoc import run_pandoc

TEXT_WIDTH = 8675  # twips between the margins of reference.docx
STYLES = {
    "alinea": "Paragraphe numéroté", "alinea-lie": "Paragraphe numéroté lié", "destinataire": "Couverture juridiction", "mention": "Couverture mention",
    "acte": "Couverture titre", "sous-titre": "Couverture sous-titre", "etiquette": "Couverture label",
    "partie": "Couverture partie", "identite": "Couverture identité", "qualite": "Couverture rôle",
    "expediteur": "Lettre expéditeur", "adresse": "Lettre destinataire", "lieu-date": "Lettre date", "objet": "Lettre objet", "formule": "Formule", "conclusion": "Conclusion",
    "derniere-conclusion": "Dernière conclusion", "signature": "Signature", "groupe": "Table groupe", "source": "Table source",
}  # fmt: skip


def write_docx(blocks: list[Node], reference: Path, inputs: dict[str, str]) -> bytes:
    """The DOCX's bytes. `inputs`: titre, auteur, date, entete_gauche, entete_droite."""
    made = run_pandoc(_Styler().blocks(blocks), "docx", f"--reference-doc={reference}", "--syntax-highlighting=none")
    return finish(made, inputs)


class _Styler:
    """The same blocks with style names; keeps bookmarks unique."""

    def __init__(self) -> None:
        self.bookmarks: dict[str, int] = {}

    def blocks(self, nodes: list[Node]) -> list[Node]:
        out: list[Node] = []
        for node in nodes:
            kind = node["t"]
            if kind == "Header" and "unnumbered" in node["c"][1][1]:
                _, (ident, *_), inlines = node["c"]
                out.append(_styled("Titre sans numéro", [ast.para(_inlines(inlines))], ident))
            elif kind == "Table":
                out.append(_inlines(_table(node)))
            elif kind != "Div":
                out.append(_inlines(node))
            else:
                out += self.div(node)
        return out

    def div(self, node: Node) -> list[Node]:
        (ident, classes, _), inner = node["c"]
        name = classes[0] if classes else ""
        if name == "sommaire":
            return [_contents(inner)]
        if name == "bloc":
            label, *rest = self.blocks(inner)
            return [_pair(label, rest)]
        if name in ("couverture", "bordereau", "sources"):
            return self.blocks(inner)
        if name == "clause":
            return [ast.div(self.blocks(inner), id=self.bookmark(ident))] if ident else self.blocks(inner)
        if name in STYLES:
            return [_styled(STYLES[name], self.blocks(inner), ident)]
        return self.blocks(inner)

    def bookmark(self, name: str) -> str:
        self.bookmarks[name] = self.bookmarks.get(name, 0) + 1
        n = self.bookmarks[name]
        return name if n == 1 else f"{name}_{n}"


def _styled(style: str, blocks: list[Node], ident: str = "") -> Node:
    return {"t": "Div", "c": [[ident, [], [["custom-style", style]]], blocks]}


def _table(node: Node) -> Node:
    node = copy.deepcopy(node)
    node["c"][0][2].append(["custom-style", "Bordereau"])
    for cell in ast.walk(node):
        if cell["t"] == "Plain":
            inner = {"t": "Para", "c": cell["c"]}
            cell["t"], cell["c"] = "Div", [["", [], [["custom-style", "Table texte"]]], [inner]]
    return node


def _pair(label: Node, content: list[Node]) -> Node:
    """POUR / CONTRE / OBJET: a row of two cells without rules."""
    pair = ast.table([[], []], [[[], []]], [0.148, 0.852])
    pair["c"][0][2].append(["custom-style", "CouvertureBloc"])
    pair["c"][3][1] = []  # no header row
    cells = pair["c"][4][0][3][0][1]
    cells[0][4], cells[1][4] = [label], content
    return pair


def _inlines(node: object) -> object:
    if isinstance(node, list):
        return [_inlines(n) for n in node]
    if isinstance(node, dict):
        if node.get("t") == "Span" and "blanc" in node["c"][0][1]:
            return {"t": "Span", "c": [["", [], [["custom-style", "Blanc"]]], _inlines(node["c"][1])]}
        return {k: _inlines(v) for k, v in node.items()}
    return node


def _contents(entries: list[Node]) -> Node:
    """The contents at the foot of the cover: a framed table holding a TOC field with its entries."""
    lines = []
    for i, entry in enumerate(entries):
        values = dict(entry["c"][0][2])
        words = escape(ast.plain(entry["c"][1]).strip())
        first, last = i == 0, i == len(entries) - 1
        locator = (
            f'<w:r><w:tab/></w:r><w:r><w:t xml:space="preserve">§\u00a0{values["alinea"]}</w:t></w:r>'
            if values.get("alinea")
            else ""
        )
        begin = (
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> TOC \\o "1-2" \\h \\z \\u </w:instrText></w:r>'
            '<w:r><w:fldChar w:fldCharType="separate"/></w:r>' if first else ""
        )  # fmt: skip
        end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>' if last else ""
        lines.append(
            f'<w:p><w:pPr><w:pStyle w:val="TOC{values["niveau"]}"/></w:pPr>{begin}<w:hyperlink w:anchor="{values["cible"]}" w:history="1">'
            f'<w:r><w:t xml:space="preserve">{words}</w:t></w:r>{locator}</w:hyperlink>{end}</w:p>'
        )
    width = TEXT_WIDTH - 15  # LibreOffice floats a table only when it is narrower than the text
    # A paragraph keeps this table apart from the cover's: two tables that touch become one.
    return {"t": "RawBlock", "c": ["openxml", (
        '<w:p><w:pPr><w:pStyle w:val="Mention"/></w:pPr></w:p>'
        '<w:tbl><w:tblPr><w:tblStyle w:val="Encadre"/><w:tblpPr w:vertAnchor="margin" w:horzAnchor="margin" w:tblpX="0" w:tblpYSpec="bottom"/>'
        f'<w:tblW w:w="{width}" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid><w:gridCol w:w="{width}"/></w:tblGrid>'
        f'<w:tr><w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
        '<w:p><w:pPr><w:pStyle w:val="SommaireTitre"/></w:pPr><w:r><w:t>Sommaire</w:t></w:r></w:p>' + "".join(lines) +
        '</w:tc></w:tr></w:tbl><w:p><w:pPr><w:pStyle w:val="Mention"/></w:pPr></w:p><w:p><w:pPr><w:pStyle w:val="NouvellePage"/></w:pPr></w:p>'
    )]}  # fmt: skip


def finish(made: bytes, inputs: dict[str, str]) -> bytes:
    """pandoc's package with headers filled, tables to the text's width, a fixed order and fixed dates."""
    source = zipfile.ZipFile(io.BytesIO(made))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            data = source.read(name)
            if re.fullmatch(r"word/header\d+\.xml", name):
                data = _replace(
                    data, {"{{ENTETE_GAUCHE}}": inputs["entete_gauche"], "{{ENTETE_DROITE}}": inputs["entete_droite"]}
                )
            elif name == "word/document.xml":
                data = _widen(data.decode()).encode()
            elif name == "word/settings.xml":
                data = _settings(data.decode()).encode()
            elif name == "docProps/core.xml":
                data = _core(data.decode(), inputs).encode()
            info = zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            target.writestr(info, data)
    return out.getvalue()


def _replace(data: bytes, values: dict[str, str]) -> bytes:
    text = data.decode()
    for name, value in values.items():
        text = text.replace(name, escape(value))
    return text.encode()


def _widen(xml: str) -> str:
    """Tables with a fixed layout: pandoc assumes a text 7920 twips wide."""

    def table(match: re.Match[str]) -> str:
        body = match[0]
        if "<w:tblpPr" in body or "<w:gridCol" not in body:
            return body
        widths = [int(w) for w in re.findall(r'<w:gridCol w:w="(\d+)"', body)]
        total = sum(widths) or 1
        scaled = [round(w * TEXT_WIDTH / total) for w in widths]
        grid = "".join(f'<w:gridCol w:w="{w}"/>' for w in scaled)
        body = re.sub(r"(?:<w:gridCol [^>]*/>)+", grid, body, count=1)
        body = re.sub(r"<w:tblW [^>]*/>", f'<w:tblW w:w="{TEXT_WIDTH}" w:type="dxa"/>', body, count=1)
        column = [0]

        def row(m: re.Match[str]) -> str:
            column[0] = 0
            return re.sub(r"<w:tcPr\s*/>|<w:tcPr>", cell, m[0])

        def cell(m: re.Match[str]) -> str:
            width = scaled[min(column[0], len(scaled) - 1)]
            column[0] += 1
            return f'<w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>' + ("</w:tcPr>" if m[0].endswith("/>") else "")

        return re.sub(r"<w:tr>.*?</w:tr>|<w:tr .*?</w:tr>", row, body, flags=re.S)

    return re.sub(r"<w:tbl>.*?</w:tbl>", table, xml, flags=re.S)


def _settings(xml: str) -> str:
    """pandoc drops the declaration of the footnote separators."""
    if "<w:footnotePr>" in xml:
        return xml
    separators = '<w:footnotePr><w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr>'
    return xml.replace("<w:compat>", separators + "<w:compat>", 1)


def _core(xml: str, inputs: dict[str, str]) -> str:
    # In its sandbox pandoc does not see the date it is given.
    xml = re.sub(r"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rf"\g<1>{inputs['date']}T12:00:00Z", xml)
    for tag, value in (("dc:title", inputs["titre"]), ("dc:creator", inputs["auteur"])):
        xml = re.sub(rf"<{tag}\s*/>|<{tag}>.*?</{tag}>", "", xml, flags=re.S)
        xml = xml.replace("</cp:coreProperties>", f"<{tag}>{escape(value)}</{tag}></cp:coreProperties>")
    return xml
