"""Blocks to PDF: pandoc writes typst markup, typst compiles it in process (PDF/A-2a, PDF/UA-1, tagged).

Our own divisions become calls to the functions of `page.typ`; a drafter's text never reaches typst unescaped. The
compiler is rooted in an empty private folder and fetches nothing.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
import tempfile
from pathlib import Path

from mandats import blocks as ast
from mandats.blocks import Node
from mandats.write.pandoc import EngineError, UnprintableText, run_pandoc

STANDARDS = ["a-2a", "ua-1"]


def write_pdf(blocks: list[Node], page: Path, inputs: dict[str, str]) -> bytes:
    """The PDF's bytes. `page`: the template's page.typ; `inputs`: titre, auteur, date, entete_gauche, entete_droite…"""
    body = run_pandoc(to_typst(blocks), "typst", "--wrap=none").decode()
    return compile_typst(body, page, inputs)


def compile_typst(body: str, page: Path, inputs: dict[str, str]) -> bytes:
    import typst

    main = '#import "page.typ": *\n#show: document-mandats\n\n' + body
    moment = dt.datetime.fromisoformat(inputs["date"]).replace(hour=12, tzinfo=dt.UTC)
    with tempfile.TemporaryDirectory(prefix="mandats-") as folder:
        root = Path(folder)
        (root / "page.typ").write_bytes(page.read_bytes())
        (root / "main.typ").write_text(main, "utf-8")
        try:
            return typst.compile(
                str(root / "main.typ"), root=str(root), ignore_system_fonts=True, sys_inputs=inputs,
                pdf_standards=STANDARDS, timestamp=int(moment.timestamp()), package_path=folder, package_cache_path=folder,
            )  # fmt: skip
        except typst.TypstError as error:
            missing = re.search(r'the text `?"(.+?)"`? could not be displayed', str(error))
            if missing:
                raise UnprintableText(missing[1]) from error
            raise EngineError(f"typst : {error}") from error


def to_typst(blocks: list[Node]) -> list[Node]:
    """The same blocks with our divisions and spans as calls to page.typ's functions."""
    out: list[Node] = []
    kept = None  # written already, with what announces it
    for node, after in itertools.zip_longest(blocks, blocks[1:]):
        if node is kept:
            kept = None
            continue
        if node["t"] != "Div":
            plain = [_inlines(node)]
            if node["t"] == "BlockQuote" and _noted(node) and _short(node):
                plain = _call("insecable", "", plain)
            elif (
                node["t"] == "Para" and _signs(after) and not _noted(node)
            ):  # the formula of courtesy goes with the signature
                plain = _call("lie", "", plain)
            out += plain
            continue
        (_, classes, attributes), inner = node["c"]
        name, values = classes[0] if classes else "", dict(attributes)
        if name in ("alinea", "alinea-lie"):
            paragraph = _free_lines(_numbered(inner[0], int(values["numero"])))
            if name == "alinea" and not _signs(after):
                out += paragraph
            elif not _noted(node):
                out += _call("lie", "", paragraph)
            elif after and after["t"] == "BlockQuote" and _short(node, after):
                kept = after
                out += _call("insecable", "", [*paragraph, _inlines(after)])
            else:
                out += paragraph
        elif name == "sommaire":
            out.append(_raw("#sommaire()"))
        elif name == "couverture":
            out += _call("couverture", "", to_typst(inner))
        elif name == "bloc":
            label, *rest = inner
            out += _call("bloc", "", to_typst(label["c"][1]), to_typst(rest))
        elif name in ("conclusion", "derniere-conclusion") and _noted(node) and _short(node):
            signed = [after] if name == "derniere-conclusion" and _signs(after) else []
            kept = signed[0] if signed else None
            out += _call("insecable", "", [*_call("conclusion", "", to_typst(inner)), *to_typst(signed)])
        elif name in _FUNCTIONS:
            out += _call(name, "", to_typst(inner))
        else:  # clause, bordereau, sources: only a container
            out += to_typst(inner)
    return out


# A note stands on the page of its call only if typst may move the line of the call to the next page: it may in a plain
# paragraph and in a block that is never cut, not in a block that can be, nor in one that sticks to what follows. Nor when
# the line must go with its neighbour (no line alone at the foot or the head of a page): a note called there frees it.
LINE = 95  # characters of a line, about
MOVED_WHOLE = 1500  # characters: about a third of a page, the most that may leave the foot of a page white


def _signs(node: Node | None) -> bool:
    return node is not None and node["t"] == "Div" and "signature" in node["c"][0][1]


def _noted(node: Node) -> bool:
    return any(n["t"] == "Note" for n in ast.walk(node))


def _short(*nodes: Node) -> bool:
    return sum(len(ast.plain(n)) for n in nodes) <= MOVED_WHOLE


def _free_lines(paragraph: Node) -> list[Node]:
    at, calls = 0, []
    for inline in paragraph["c"]:
        calls += [at] if inline["t"] == "Note" or _noted(inline) else []
        at += len(ast.plain(inline))
    tied = any(call < LINE * 1.2 or at - 2.2 * LINE < call < at - LINE * 0.2 for call in calls)
    return _call("lignes-libres", "", [paragraph]) if tied else [paragraph]


def _numbered(paragraph: Node, number: int) -> Node:
    return {**paragraph, "c": [_raw_inline(f'#numero("{number}")'), *_inlines(paragraph["c"])]}  # type: ignore[misc]


_FUNCTIONS = {
    "destinataire", "mention", "acte", "sous-titre", "partie", "identite", "qualite", "formule", "conclusion", "derniere-conclusion", "signature",
    "expediteur", "adresse", "lieu-date", "objet", "groupe", "source", "titre-formulaire", "section-formulaire", "texte", "notice", "champ", "case",
    "signature-formulaire",
}  # fmt: skip


def _raw(markup: str) -> Node:
    return {"t": "RawBlock", "c": ["typst", markup]}


def _call(name: str, arguments: str, *bodies: list[Node]) -> list[Node]:
    out = [_raw(f"#{name}{arguments}[")]
    for i, body in enumerate(bodies):
        out += ([_raw("][")] if i else []) + body
    return [*out, _raw("]")]


def _inlines(node: object) -> object:
    """Blanks and labelled spans; everything else as pandoc writes it."""
    if isinstance(node, list):
        out = []
        for n in node:
            if isinstance(n, dict) and n.get("t") == "Span":
                (ident, classes, _), inner = n["c"]
                if "blanc" in classes:
                    out += [_raw_inline("#blanc["), *_inlines(inner), _raw_inline("]")]  # type: ignore[misc]
                elif ident:
                    out += [_raw_inline("#box["), *_inlines(inner), _raw_inline(f"]<{ident}>")]  # type: ignore[misc]
                else:
                    out += _inlines(inner)  # type: ignore[operator]
            elif isinstance(n, dict) and n.get("t") == "Str" and _SHORTHAND.search(n["c"]):
                for i, part in enumerate(_SHORTHAND.split(n["c"])):
                    out += ([_raw_inline("\\-")] if i else []) + ([{"t": "Str", "c": part}] if part else [])
            else:
                out.append(_inlines(n))
        return out
    if isinstance(node, dict):
        return {k: _inlines(v) for k, v in node.items()}
    return node


# typst reads « -9 » as a minus sign and « -- » as a dash unless the hyphen is escaped; pandoc leaves it bare.
_SHORTHAND = re.compile(r"(?<![^\W_])-|-(?![^\W_])")


def _raw_inline(markup: str) -> Node:
    return {"t": "RawInline", "c": ["typst", markup]}
