"""What a text may call while it is rendered — `citation`, `norme`, `piece`… — and the memory of what it called.

A Scribe serves one document. Calls leave numbered marks in the Markdown; the marks are expanded in reading order, so
that « first use » means first on the page. Uses travel in the blocks as spans with a `cle` attribute until `numbering`
has given the paragraphs their numbers.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

from jinja2 import Undefined
from jinja2.exceptions import SecurityError

from mandats import blocks as ast
from mandats.blocks import Node
from mandats.document import BLANK, TO_FILL, Blank, Document, Quotation, Text, Use
from mandats.intake import MARK, MISSING, mark
from mandats.model import Party, Piece
from mandats.problem import Impossible, Place, Problem, suggest
from mandats.render import cite, sandbox, typography
from mandats.render.markdown import Reader
from mandats.render.sandbox import Environment, Safe, escape_markdown, unless_blank

AGAIN = " (passage cité plus haut)"
InlineMark = Callable[[bool], list[Node]]  # given whether the text is brief (a title)
BlockMark = Callable[[], list[Node]]


class Scribe:
    def __init__(self, document: Document):
        self.document, self.sources = document, document.library.sources
        self.numbers = document.citables
        self.marks: list[tuple[InlineMark | None, BlockMark | None]] = []
        self.problems: list[Problem] = []
        self.cited_sources: list[Use] = []
        self.cited_pieces: list[str] = []
        self.blanks: list[Use] = []
        self.quotations: list[Quotation] = []
        self.developed, self.mentions = list[Use](), cite.Mentions(self.sources)
        self.several = False  # whether those who write say « nous »
        self.text = document.template.plan  # the text being rendered, and who called it
        self.caller: Place | None = None
        self.regime: str = document.traitement.regime if document.traitement else ""
        self.env = Environment(self._print, document.case.accord_mixte)

    @contextmanager
    def reading(self, text: Text | None = None, caller: Place | None = None, regime: str = "") -> Iterator[None]:
        """Within the block, `text` is what is read, on behalf of `caller`; without one, only the regime may change."""
        before = self.text, self.caller, self.regime
        if text:
            self.text, self.caller = text, caller
        self.regime = regime or self.regime
        try:
            yield
        finally:
            self.text, self.caller, self.regime = before

    def _print(self, value: Any) -> str:
        if isinstance(value, str) and value.startswith(TO_FILL):
            value = Blank(value.strip("[]").removeprefix(TO_FILL.strip("[")).lstrip(" :") or "valeur", told=True)
        if isinstance(value, Blank) or value is None:
            return self._blank(Blank("valeur") if value is None else value)
        if isinstance(value, Safe):
            return value
        if isinstance(value, Party):
            value = value.nom
        if isinstance(value, Piece):
            return self._piece(value)
        if isinstance(value, (tuple, list)):
            value = typography.enumeration(map(sandbox.words, value))
        if isinstance(value, Undefined):
            return str(value)  # raises UndefinedError, which names it
        if not isinstance(value, (str, int, float)):
            raise SecurityError("ce n'est pas un texte : donnez une de ses clés")
        return escape_markdown(value)

    def mark(self, inline: InlineMark | None = None, block: BlockMark | None = None) -> Safe:
        """A mark that becomes inlines, or blocks when it stands alone, when the reading reaches it."""
        self.marks.append((inline, block))
        return Safe(mark(len(self.marks) - 1))

    def _blank(self, blank: Blank) -> Safe:
        def inline(brief: bool) -> list[Node]:
            if not blank.told:
                self.blanks.append(Use(blank.nom, self.text.place_of_name(blank.nom), self.caller))
            return [ast.span(typography.inlines(f"[à compléter : {blank.nom.replace('_', ' ')}]"), "blanc")]

        return self.mark(inline)

    def _problem(self, rule: str, cle: str, message: str) -> None:
        """At the key, where the text names it between quotes, out of a comment."""
        said = re.sub(r"\{#.*?#\}", lambda comment: " " * len(comment[0]), self.text.contenu, flags=re.S)
        found = re.search(rf"([\"']){re.escape(cle)}\1", said)
        called = f" (appelée par {self.caller})" if self.caller else ""
        self.problems.append(Problem(rule, self.text.at(found.start() if found else 0), "", message + called))

    def _refuse(self, source: str, line: int, message: str, shown: str) -> None:
        """What the Markdown of the text being read cannot hold, at the line it was written on."""
        read, written = source.split("\n"), self.text.contenu.split("\n")
        # Calls and loops may have moved the line: the nearest that says the same, else the nearest.
        same = [i for i, words in enumerate(written) if words.strip() == read[line].strip()] or range(len(written))
        at = min(same, key=lambda i: abs(i - line)) + 1
        called = f" (appelée par {self.caller})" if self.caller and self.caller.fichier != self.text.fichier else ""
        place = self.text.place(occurrence_line=at)
        if place.colonne == 1 and (column := written[at - 1].find(shown)) > 0:
            place = replace(place, colonne=column + 1)
        self.problems.append(Problem("markdown", place, "", message + called))

    def _use(self, cle: str, passage: str = "") -> Use:
        return Use(cle, self.text.place(f'"{cle}"'), self.caller, passage, self.regime)

    def functions(self) -> dict[str, Any]:
        return {
            "connue": self.known_then,
            "citation": self._citation,
            "reference": self._reference,
            "references": self._references,
            "puces": self._puces,
            "norme": partial(self._passage, apart=True),
            "extrait": self._passage,
            "piece": self._piece,
            "pieces": self._pieces,
            "nombre": unless_blank(lambda n: f"{int(n):,}".replace(",", typography.NNBSP), "nombre"),
            "date": sandbox.date,
        }

    def _known(self, cle: Any) -> bool:
        known = _key(cle, "une source") in self.sources
        if not known:
            near = suggest(cle, self.document.library.source_places)
            self._problem("source-inconnue", cle, f"source inconnue « {cle} »{near}")
        return known

    def known_then(self, cle: str) -> bool:
        """Whether a decision was given, or a text in force, on the day of the act: `{% if connue("id") %}`."""
        if not self._known(cle):
            return False
        source, day = self.sources[cle], self.document.date
        since = source.date or min((v.depuis for v in (source.vigueur, *source.versions) if v and v.depuis), default="")
        return since[: len(day)] <= day[: len(since)]

    def _citation(self, *entries: Any) -> Safe:
        """A note. `citation("id", "§ 3")` or `citation(["id", "§ 3"], ["id2"])`."""
        pairs = entries if entries and isinstance(entries[0], (list, tuple)) else [entries]
        if not all(pairs):
            raise Impossible("il manque la clé d'une source")
        uses = [self._use(p[0], self._locus(p[1]) if len(p) > 1 else "") for p in pairs if self._known(p[0])]
        for use in uses:
            if use.passage in self.sources[use.cle].passages:  # a key of the register, that a note would print
                told = f"« {use.passage} » est la clé d'un passage, non un endroit (« § 3 ») : voyez extrait()"
                self._problem("passage-inconnu", use.cle, f"{use.cle} : {told}")
        return self.mark(lambda brief: self._note(uses)) if uses else Safe("")

    def _locus(self, value: Any) -> str:
        """Where in a source or a pièce, as plain text; what is missing of it shows as a blank."""

        def shown(found: re.Match[str]) -> str:
            nom = found[2].replace("\\", "")
            self.blanks += [] if found[1] == "1" else [Use(nom, self.text.place_of_name(nom), self.caller)]
            return f"[à compléter : {nom.replace('_', ' ')}]"

        return MISSING.sub(shown, sandbox.words(value))

    def _note(self, uses: list[Use]) -> list[Node]:
        inlines: list[Node] = []
        inline = self.document.template.header.citations == "texte"
        for use in sorted(uses, key=lambda use: cite.rank(self.sources[use.cle], self.sources)):
            form = self.mentions.in_note(use.cle, use.passage, inline)
            inlines += [*(typography.inlines(" ; ") if inlines else []), self._cited(use, form)]
        if inline:
            return typography.inlines(" (") + inlines + typography.inlines(")")
        stop = [] if ast.plain(inlines).rstrip().endswith(".") else typography.inlines(".")
        return [ast.note([*cite.sentence(inlines), *stop])]

    def _reference(self, cle: str) -> Safe:
        if not self._known(cle):
            return Safe("")
        source, use = self.sources[cle], self._use(cle)

        def inline(brief: bool) -> list[Node]:
            # A title keeps the short form and does not count as the first use.
            told = None if brief else self.mentions.in_sentence(source.texte or cle)
            return [self._cited(use, cite.in_text(source, self.sources, told))]

        return self.mark(inline)

    def _references(self, cles: Any, forme: str = "le") -> Safe:
        """`references(["id1", "id2"], "du")`: « des articles 7 et 8 de la Charte »."""
        if isinstance(cles, str) or not cles or str(forme).lower() not in cite.ARTICLES:
            raise Impossible('references() attend une liste de clés, puis "le", "du" ou "au"')
        uses = [self._use(c) for c in dict.fromkeys(cles) if self._known(c)]
        if any(self.sources[use.cle].type != "article" for use in uses):
            raise Impossible("references() attend des articles ; une décision se cite par citation()")

        def inline(brief: bool) -> list[Node]:
            cited = [self.sources[use.cle] for use in uses]
            told = (lambda _: None) if brief else self.mentions.in_sentence
            inlines = cite.grouped(cited, self.sources, forme, told)
            for use in uses:
                inlines = [self._cited(use, inlines)]
            return inlines

        return self.mark(inline) if uses else Safe("")

    def _puces(self, liste: Any, fin: str = ".", numeros: bool = False) -> Any:
        """The items after « … : », a line each, numbered or not; a single one goes on with its sentence."""
        if isinstance(liste, Blank) or not liste:
            return liste
        items = [self._print(item) for item in liste]
        if len(items) == 1:
            return Safe(items[0] + fin)
        signs = [f"{rank}." if numeros else "-" for rank in range(1, len(items) + 1)]
        ends = [" ;"] * (len(items) - 1) + [str(fin)]
        return Safe("\n\n" + "".join(f"{s} {item}{end}\n" for s, item, end in zip(signs, items, ends, strict=True)))

    def _passage(self, cle: str, passage: str = "texte", *, apart: bool = False) -> Safe:
        """Words of a source; `apart`: a block of its own when they stand alone in their paragraph."""
        if not self._known(cle):
            return Safe("")
        passages, passage = self.sources[cle].passages, _key(passage, "un passage")
        if passage not in passages:
            message = f"{cle} : passage inconnu « {passage} »" + suggest(passage, passages)
            self._problem("passage-inconnu", cle, message)
        words = passages.get(passage)
        if not words:
            return Safe("")
        use, short, words = self._use(cle, passage), cite.abridged(words), _stopped(words)

        def met() -> bool:
            """Whether the passage, a long one, was given before; it now is."""
            again = any((other.cle, other.passage) == (cle, passage) for other in self.developed)
            self.developed += [use] if short else []
            return again

        def inline(brief: bool) -> list[Node]:
            met()
            return [self._cited(use, [ast.span(typography.inlines(f"« {words} »"), "extrait")])]

        def block() -> list[Node]:
            if met():
                shown = [ast.span(typography.inlines(f"« {short} »"), "extrait"), *typography.inlines(AGAIN)]
                return [{"t": "BlockQuote", "c": [ast.para([self._cited(use, shown)])]}]
            paragraphs = filter(str.strip, f"« {words.strip()} »".split("\n\n"))
            quoted = [[ast.span(typography.inlines(typography.one_line(p)), "extrait")] for p in paragraphs]
            quoted[0] = [self._cited(use, quoted[0])]
            return [{"t": "BlockQuote", "c": [ast.para(inlines) for inlines in quoted]}]

        return self.mark(inline, block if apart else None)

    def _piece(self, piece: Any, locus: str = "") -> Safe:
        if isinstance(piece, Blank) or piece is None:
            return self._blank(Blank("pièce", told=bool(piece is not None and piece.told)))
        cle, locus = _key(piece, "une pièce"), self._locus(locus) if locus else ""
        if cle not in self.numbers:
            known = {p.cle for p in self.document.case.pieces}
            why = "pièce absente de la liste de ce document" if cle in known else "pièce inconnue"
            self._problem("piece-inconnue", cle, f"{why} « {cle} »" + suggest(cle, self.numbers))
            return Safe("")

        def inline(brief: bool) -> list[Node]:
            self.cited_pieces.append(cle)
            label = f"pièce n° {self.numbers[cle]}" + (f", {locus}" if locus else "")
            return [ast.link([_unbreakable(label)], f"#piece-{self.numbers[cle]}")]

        return self.mark(inline)

    def _pieces(self, pieces: Any) -> Safe:
        if isinstance(pieces, (str, Blank)) or pieces is None:
            return self._piece(pieces)
        keys = [_key(p, "une pièce") for p in pieces if p is not None and not isinstance(p, Blank)]
        if len(keys) == 1:
            return self._piece(keys[0])
        known = [k for k in keys if k in self.numbers or self._piece(k)]  # `_piece` tells the unknown ones

        def inline(brief: bool) -> list[Node]:
            self.cited_pieces += known
            ranks = typography.join_runs(sorted({self.numbers[k] for k in known}), " à ")
            said = re.split("([0-9]+)", _unbreakable("pièces n° " + typography.enumeration(ranks))["c"])
            return [ast.link([ast.text(p)], f"#piece-{p}") if i % 2 else ast.text(p) for i, p in enumerate(said) if p]

        return self.mark(inline) if known else Safe("")

    def inline(self, index: int, brief: bool = False) -> list[Node]:
        made = self.marks[index][0] if index < len(self.marks) else None
        return made(brief) if made else []

    def block(self, index: int) -> list[Node] | None:
        """Blocks for a mark alone in its paragraph, or None when it is an inline one."""
        made = self.marks[index][1] if index < len(self.marks) else None
        return made() if made else None

    def _cited(self, use: Use, inlines: list[Node]) -> Node:
        self.cited_sources.append(use)
        return ast.span(inlines, cle=use.cle)

    def markdown(self, context: Mapping[str, Any]) -> str:
        """The text being read, rendered; what prevented it is kept, with the line of the case that called it."""
        source, problem = self.env.render_text(self.text, context)
        source = MISSING.sub(lambda m: self._blank(Blank(m[2].replace("\\", ""), m[1] == "1")), source)
        if problem and self.caller and self.caller.fichier != problem.place.fichier:
            problem = replace(problem, message=f"{problem.message} (appelée par {self.caller})")
        self.problems += [problem] if problem else []
        self.several |= re.search(r"\bNous (?!-)|\bnous vous\b", source) is not None
        if TO_FILL in source:  # in a prose; those of a value are marks already
            source = BLANK.sub(lambda found: self._blank(Blank(MARK.sub("…", found[1]) or "valeur", told=True)), source)
        return source

    def render(
        self, text: Text, context: Mapping[str, Any], caller: Place | None = None, under: int | None = None
    ) -> list[Node]:
        """Blocks of one text, under a heading of the level `under`; its quotations and problems are kept."""
        with self.reading(text, caller):
            source = self.markdown(context)
            french = self.document.template.header.typographie == "francaise"
            refuse, fixed = partial(self._refuse, source), under is not None and text.premier
            shift = (under or 0) - text.premier if fixed else 0
            reader = Reader(source, self.inline, self.block, None if fixed else under, french, refuse, shift=shift)
            blocks = reader.blocks()
        if "«" in source:
            self.quotations += find_quotations(blocks, text)
        return blocks

    def render_inline(
        self, text: Text, context: Mapping[str, Any], caller: Place | None = None, brief: bool = False
    ) -> list[Node]:
        """Inlines of a text on one line (titles, facts, lines of the cover)."""
        with self.reading(text, caller):
            source = self.markdown(context).strip()
            refuse = partial(self._refuse, source)
            read = Reader(source, lambda i: self.inline(i, brief), refuse=refuse, one_line=True).blocks()
        inlines: list[Node] = read[0]["c"] if read else []
        return inlines


def _key(value: Any, of: str) -> str:
    """The key of something. Raises Impossible."""
    value = value.cle if isinstance(value, Piece) else value
    if not isinstance(value, str):
        raise Impossible(f"il manque la clé d'{of}, entre guillemets")
    return value


def _stopped(words: str) -> str:
    """Words of a source as a quotation ends them: where a list follows, the elision says so; inner quotes are “ ”.

    >>> _stopped("Les données doivent être :"), _stopped("la base juridique du traitement,"), _stopped("« Il » statue.")
    ('Les données doivent être : […]', 'la base juridique du traitement', '“Il” statue.')
    """
    words = re.sub(r"«\s*([^«»]*?)\s*»", r"“\1”", words.rstrip())
    return f"{words} […]" if words.endswith(":") else words.rstrip(",; \u00a0\u202f")


def _unbreakable(label: str) -> Node:
    return ast.text(typography.french(label).replace(" ", typography.NBSP))


def find_quotations(blocks: list[Node], text: Text, minimum: int = 40) -> list[Quotation]:
    """Long words between « » in the paragraphs of a text, register passages left out, with the sources beside them."""
    out = []
    # Divisions hold other texts, which look after their own.
    for node in ast.walk([b for b in blocks if b["t"] != "Div"]):
        if node["t"] not in ("Para", "Plain") or not any("«" in str(n.get("c")) for n in node["c"]):
            continue
        sources = tuple(ast.cited(node["c"]))
        outside = ast.rewrite(node["c"], lambda n: [typography.SPACE] if "extrait" in ast.attributes(n)[1] else None)
        words = ast.plain(outside)
        depth, start = 0, 0
        for i, char in enumerate(words):
            if char == "«":
                start = i + 1 if depth == 0 else start
                depth += 1
            elif char == "»" and depth:
                depth -= 1
                quoted = words[start:i].strip(" \u00a0\u202f")
                if depth == 0 and len(quoted) >= minimum:
                    plain = quoted.replace("’", "'").replace("\u00a0", " ").replace("\u202f", " ")
                    out.append(Quotation(quoted, text.place(max(plain.split("'"), key=len)[:30]), sources))
    return out
