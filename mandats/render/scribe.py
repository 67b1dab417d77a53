"""What a text may call while it is rendered — `citation`, `norme`, `piece`… — and the memory of what it called.

A Scribe serves one document. Calls leave numbered marks in the Markdown; the marks are expanded in reading order, so
that « first use » means first on the page. Uses travel in the blocks as spans with a `cle` attribute until `numbering`
has given the paragraphs their numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from jinja2 import Undefined
from jinja2.sandbox import SecurityError

from mandats import blocks as ast
from mandats.blocks import Node
from mandats.document import TO_FILL, Blank, Document, Quotation, Text, Use
from mandats.model import Party, Piece
from mandats.problem import Place, Problem, suggest
from mandats.render import cite, typography
from mandats.render.markdown import mark, to_blocks
from mandats.render.sandbox import Environment, Safe, escape_markdown


class Scribe:
    def __init__(self, document: Document):
        self.document = document
        self.sources = document.library.sources
        self.numbers = {p.cle: i for i, p in enumerate(document.pieces, 1)}
        self.marks: list[tuple[str, Any]] = []
        self.problems: list[Problem] = []
        self.cited_sources: list[Use] = []
        self.cited_pieces: list[Use] = []
        self.blanks: list[Use] = []
        self.quotations: list[Quotation] = []
        self.seen: set[str] = set()  # sources already given in full
        self.text = document.template.plan  # the text being rendered, and who called it
        self.caller: Place | None = None
        self.regime = document.traitement.regime if document.traitement else ""
        self.env = Environment(self._print, document.case.accord_mixte)

    # --- printing values ---------------------------------------------------------------------------------------

    def _print(self, value: Any) -> str:
        if isinstance(value, Blank):
            return self._mark("blanc", value)
        if isinstance(value, str) and value.startswith(TO_FILL):
            return self._mark(
                "blanc", Blank(value.strip("[]").removeprefix(TO_FILL.strip("[")).lstrip(" :") or "valeur", told=True)
            )
        if value is None:
            return self._mark("blanc", Blank("valeur"))
        if isinstance(value, Safe):
            return value
        if isinstance(value, Party):
            value = value.nom
        if isinstance(value, Piece):
            return self._piece(value)
        if isinstance(value, (tuple, list)):
            value = typography.enumeration([v.nom if isinstance(v, Party) else v for v in value])
        if isinstance(value, Undefined):
            return str(value)  # raises UndefinedError, which names it
        if not isinstance(value, (str, int, float)):
            raise SecurityError("ce n'est pas un texte : donnez une de ses clés")
        return escape_markdown(value)

    def _mark(self, kind: str, payload: Any) -> Safe:
        self.marks.append((kind, payload))
        return Safe(mark(len(self.marks) - 1))

    def _problem(self, rule: str, needle: str, message: str) -> None:
        called = f" (appelée par {self.caller})" if self.caller else ""
        self.problems.append(Problem(rule, self.text.place(needle), "", message + called))

    def _use(self, cle: str, passage: str = "") -> Use:
        return Use(cle, self.text.place(f'"{cle}"'), self.caller, passage, self.regime)

    # --- what texts call ---------------------------------------------------------------------------------------

    def functions(self) -> dict[str, Any]:
        return {
            "connue": self._known_then, "citation": self._citation, "reference": self._reference, "norme": self._norme, "extrait": self._extrait,
            "piece": self._piece, "pieces": self._pieces, "nombre": lambda n: n if isinstance(n, Blank) else Blank("nombre") if n is None else typography.nombre(n),
            "date": lambda d: d if isinstance(d, Blank) else Blank("date") if d is None else typography.date_longue(str(d)),
        }  # fmt: skip

    def _known(self, cle: Any) -> bool:
        if str(cle) in self.sources:
            return True
        self._problem(
            "source-inconnue",
            f'"{cle}"',
            f"source inconnue « {cle} »" + suggest(str(cle), self.document.library.source_places),
        )
        return False

    def _known_then(self, cle: str) -> bool:
        """Whether a decision was given, or a text in force, on the day of the act: `{% if connue("id") %}`."""
        if not self._known(cle):
            return False
        source = self.sources[cle]
        since = source.date or min(
            (v.depuis for v in (source.vigueur, *source.versions) if v and v.depuis), default=None
        )
        day = self.document.date
        return since is None or since[: len(day)] <= day[: len(since)]

    def _citation(self, *entries: Any) -> Safe:
        """A note. `citation("id", "§ 3")` or `citation(["id", "§ 3"], ["id2"])`."""
        pairs = [tuple(e) for e in entries] if entries and isinstance(entries[0], (list, tuple)) else [entries]
        if not all(pairs):
            raise ValueError("citation() attend la clé d'une source")
        kept = [
            (p[0], str(p[1]) if len(p) > 1 else "", self._use(p[0], str(p[1]) if len(p) > 1 else ""))
            for p in pairs
            if self._known(p[0])
        ]
        return self._mark("note", kept) if kept else Safe("")

    def _reference(self, cle: str) -> Safe:
        return self._mark("reference", (cle, self._use(cle))) if self._known(cle) else Safe("")

    def _passage(self, cle: str, passage: str) -> str | None:
        if not self._known(cle):
            return None
        passages = self.sources[cle].passages
        if passage not in passages:
            self._problem(
                "passage-inconnu", f'"{cle}"', f"{cle} : passage inconnu « {passage} »" + suggest(passage, passages)
            )
            return None
        return passages[passage]

    def _norme(self, cle: str, passage: str = "texte") -> Safe:
        words = self._passage(cle, passage)
        return self._mark("norme", (cle, words, self._use(cle, passage))) if words else Safe("")

    def _extrait(self, cle: str, passage: str = "texte") -> Safe:
        words = self._passage(cle, passage)
        return self._mark("extrait", (cle, words, self._use(cle, passage))) if words else Safe("")

    def _piece(self, piece: Any, locus: str = "") -> Safe:
        if isinstance(piece, Blank) or piece is None:
            return self._mark("blanc", piece or Blank("pièce"))
        cle = piece.cle if isinstance(piece, Piece) else str(piece)
        if cle not in self.numbers:
            known = {p.cle for p in self.document.case.pieces}
            why = "pièce absente de la liste de ce document" if cle in known else "pièce inconnue"
            self._problem("piece-inconnue", f'"{cle}"', f"{why} « {cle} »" + suggest(cle, self.numbers))
            return Safe("")
        return self._mark("piece", (cle, locus, Use(cle, self.text.place(cle), self.caller)))

    def _pieces(self, pieces: Any) -> Safe:
        keys = [p.cle if isinstance(p, Piece) else str(p) for p in pieces if not isinstance(p, Blank)]
        if len(keys) == 1:
            return self._piece(keys[0])
        known = [k for k in keys if k in self.numbers or self._piece(k)]  # `_piece` tells the unknown ones
        uses = [Use(k, self.text.place(k), self.caller) for k in known]
        return self._mark("pieces", uses) if uses else Safe("")

    def refer_to_pieces(self, keys: list[str]) -> list[Node]:
        """« pièces n° 1 et 4 », outside any text."""
        return self.inline(len(self.marks) - 1) if self._pieces(keys) else []

    # --- marks to nodes ----------------------------------------------------------------------------------------

    def inline(self, index: int, brief: bool = False) -> list[Node]:
        if index >= len(self.marks):
            return []
        kind, payload = self.marks[index]
        if kind == "note":
            inlines: list[Node] = []
            for cle, passage, use in sorted(payload, key=lambda entry: cite.rank(self.sources[entry[0]], self.sources)):
                if inlines:
                    inlines += typography.inlines(" ; ")
                inlines.append(self._cited(use, self._form(cle, passage, use)))
            if self.document.template.header.citations == "texte":
                return typography.inlines(" (") + inlines + typography.inlines(")")
            stop = [] if ast.plain(inlines).rstrip().endswith(".") else typography.inlines(".")
            return [ast.note([*cite.sentence(inlines), *stop])]
        if kind == "reference":
            cle, use = payload
            source = self.sources[cle]
            owner = source.texte or cle
            # A title keeps the short form and does not count as the first use.
            inlines = cite.in_text(source, self.sources, brief or owner in self.seen)
            if not brief:
                self.seen.add(owner)
            return [self._cited(use, inlines)]
        if kind in ("norme", "extrait"):
            cle, words, use = payload
            return [self._cited(use, [ast.span(typography.inlines(f"« {words} »"), "extrait")])]
        if kind == "piece":
            cle, locus, use = payload
            self.cited_pieces.append(use)
            label = f"pièce n° {self.numbers[cle]}" + (f", {locus}" if locus else "")
            return [ast.link(_unbreakable(label), f"#piece-{self.numbers[cle]}")]
        if kind == "pieces":
            self.cited_pieces += payload
            numbers = sorted({self.numbers[u.cle] for u in payload})
            return _unbreakable(
                "pièces n° " + typography.ranks(numbers).replace(" et ", " et\u00a0").replace(" à ", "\u00a0à\u00a0")
            )
        if kind == "blanc":
            if not payload.told:
                self.blanks.append(Use(payload.nom, self.text.place_of_name(payload.nom), self.caller))
            return [ast.span(typography.inlines(f"[à compléter : {payload.nom.replace('_', ' ')}]"), "blanc")]
        return []

    def _form(self, cle: str, passage: str, use: Use) -> list[Node]:
        source = self.sources[cle]
        owner = source.texte or cle
        seen = owner in self.seen
        self.seen.add(owner)
        return (
            cite.short(source, self.sources, passage)
            if seen
            else cite.linked(cite.full(source, self.sources, passage), source)
        )

    def _cited(self, use: Use, inlines: list[Node]) -> Node:
        self.cited_sources.append(use)
        node = ast.span(inlines)
        node["c"][0][2].append(["cle", use.cle])
        return node

    def block(self, index: int) -> list[Node] | None:
        """Blocks for a mark alone in its paragraph, or None when it is an inline one."""
        kind, payload = self.marks[index] if index < len(self.marks) else ("", None)
        if kind == "norme":
            _, words, use = payload
            paragraphs = [p for p in words.split("\n\n") if p.strip()]
            out = []
            for i, words in enumerate(paragraphs):
                opening = "« " if i == 0 else ""
                closing = " »" if i == len(paragraphs) - 1 else ""
                inlines = [ast.span(typography.inlines(opening + typography.one_line(words) + closing), "extrait")]
                out.append(ast.para([self._cited(use, inlines)] if i == 0 else inlines))
            return [{"t": "BlockQuote", "c": out}]
        if kind == "blocs":
            return payload()
        return None

    def tell(self, problem: Problem | None) -> None:
        """Keep what prevented a text from being rendered, with the line of the case that called it."""
        if problem and self.caller and self.caller.fichier != problem.place.fichier:
            problem = replace(problem, message=f"{problem.message} (appelée par {self.caller})")
        if problem:
            self.problems.append(problem)

    # --- whole texts -------------------------------------------------------------------------------------------

    def render(self, text: Text, context: Mapping[str, Any], caller: Place | None = None, shift: int = 0) -> list[Node]:
        """Blocks of one text; its quotations and problems are kept."""
        before = self.text, self.caller
        self.text, self.caller = text, caller
        source, problem = self.env.render_text(text, context)
        self.tell(problem)
        french = self.document.template.header.typographie == "francaise"
        blocks = to_blocks(source, self.inline, self.block, shift, french)
        if "«" in source:
            self.quotations += find_quotations(blocks, text)
        self.text, self.caller = before
        return blocks

    def render_inline(
        self, text: Text, context: Mapping[str, Any], caller: Place | None = None, brief: bool = False
    ) -> list[Node]:
        """Inlines of a one-paragraph text (titles, lines of the cover)."""
        before = self.text, self.caller
        self.text, self.caller = text, caller
        source, problem = self.env.render_text(text, context)
        self.tell(problem)
        blocks = to_blocks(source.strip(), lambda i: self.inline(i, brief), lambda i: None)
        self.text, self.caller = before
        out: list[Node] = []
        for block in blocks:
            if out:
                out.append({"t": "Space"})
            out += block["c"] if block["t"] in ("Para", "Plain") else typography.inlines(ast.plain(block).strip())
        return out

    def blocks_mark(self, make: Any) -> Safe:
        """A mark that `make()` turns into blocks when the reading reaches it."""
        return self._mark("blocs", make)


def _unbreakable(label: str) -> list[Node]:
    return [{"t": "Str", "c": typography.french(label).replace(" ", "\u00a0")}]


def find_quotations(blocks: list[Node], text: Text, minimum: int = 40) -> list[Quotation]:
    """Long words between « » in the paragraphs of a text, register passages left out, with the sources beside them."""
    out = []
    # Divisions hold other texts, which look after their own.
    own = [b for b in blocks if b["t"] != "Div"]
    for node in ast.walk(own):
        if node["t"] not in ("Para", "Plain") or not any("«" in str(n.get("c")) for n in node["c"]):
            continue
        sources = tuple(v for n in ast.walk(node["c"]) if n["t"] == "Span" for k, v in n["c"][0][2] if k == "cle")
        words = ast.plain(_without_passages(node))
        depth, start = 0, 0
        for i, char in enumerate(words):
            if char == "«":
                start = i + 1 if depth == 0 else start
                depth += 1
            elif char == "»" and depth:
                depth -= 1
                quoted = words[start:i].strip(" \u00a0\u202f")
                if depth == 0 and len(quoted) >= minimum:
                    probe = max(
                        quoted.replace("’", "'").replace("\u00a0", " ").replace("\u202f", " ").split("'"), key=len
                    )[:30]
                    out.append(Quotation(quoted, text.place(probe), sources))
    return out


def _without_passages(node: Any) -> Any:
    if isinstance(node, list):
        return [_without_passages(n) for n in node]
    if isinstance(node, dict):
        if node.get("t") == "Span" and "extrait" in node["c"][0][1]:
            return {"t": "Space"}
        return {k: _without_passages(v) for k, v in node.items()}
    return node
