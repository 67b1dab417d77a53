"""Where each change of a returned act is to be written: the case file, its Markdown, a block of a clause.

What the program computes (numbers, citations, contents, words of a template) has no place: it is told, with the reason.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import mandats.load.edit as edit
from mandats.document import Document, Item, Rendered
from mandats.intake import Entrance, admit
from mandats.load.library import list_clauses
from mandats.load.paths import confine
from mandats.load.validate import iso_day
from mandats.problem import KeyPath
from mandats.relecture.insertion import insert, move, pieces_told, remove, with_keys
from mandats.relecture.motifs import COMPUTED, FORM, Nowhere, Placed, plain, retouches_of, why_of
from mandats.relecture.mots import CALL, DRAWN
from mandats.relecture.reperes import MOST_ALIKE, Sources, Span, Touch, touches
from mandats.relecture.reprise import Reprise, Retouche
from mandats.relecture.structure import Home, homes, whole
from mandats.relecture.unites import Unite
from mandats.render.typography import date_longue
from mandats.words import bare_words

SHORT_VALUE = 4  # letters of a value that an act may print whole
NAMED = re.compile(r"[\sA-ZÀ-Þ0-9]")
CASE, PLAN = "dossier", "modele"
OWN_KEYS = ("faits", "pieces", "parties", "traitement", "traitements", "decision", "demande", "arguments_adverses",
            "titre", "lieu", "instance_fond", "avis_cada")  # fmt: skip
MARKDOWN_KEYS = ("texte", "fait", "these")
_NOTE = re.compile(r"[ \t]*(?:\{\{-?\s*citation\(.*?\)\s*-?\}\}|\^\[[^\]\n]*\]|\[\^[^\]\s]+\])", re.S)
_MARKUP = re.compile(r"([\\*_`\[\]<>{}#^~|])")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LIST = re.compile(r"\s{0,3}(?:[-*+]|[0-9]+[.)])\s")


class Places:
    """The sources of one act: its case file, its Markdown files, then its clauses."""

    def __init__(self, rendered: Rendered, working: Path, found: Reprise):
        self.rendered, self.document = rendered, rendered.document
        loaded, order = self.document.loaded, self.document.order
        self.case, self.folder = loaded.file, loaded.folder
        self.texts: dict[str, str] = {CASE: loaded.file.read_bytes().decode("utf-8-sig")}
        self.files: dict[str, Path] = {CASE: loaded.file}
        sections = [value for name, value in (order.model_extra or {}).items() if isinstance(value, str)]
        proses = [item.moyen.prose for item in self.document.items() if item.moyen.prose]
        for name in dict.fromkeys([*sections, *(p.rpartition(":")[0].rpartition("/")[2] or p for p in proses)]):
            file = confine(loaded.folder, name)
            if file.is_file():
                self.texts[name], self.files[name] = file.read_bytes().decode("utf-8-sig"), file
        self.markdown_scalars: list[tuple[int, int]] = []
        self.paths: dict[tuple[int, int], KeyPath] = {}  # where each value stands → its key path
        self.values: dict[
            tuple[int, int], str
        ] = {}  # the same → what it says, of those that say it as they are written
        self.scalars = [*self._scalars()]
        self._sources: dict[str, Sources] = {}
        self.items = dict(_bookmarks(self.document))
        self.units = found.nos
        self.homes = homes(rendered, self.units, self.texts, {str(file): name for name, file in self.files.items()})
        clauses = list_clauses(working)
        used = {item.clause.id for item in self.items.values() if item.clause}
        self.library = {name: clauses[name].read_text("utf-8-sig") for name in sorted(used & clauses.keys())}
        self.library_files = {name: f"clauses/{name}.md" for name in self.library}
        plan = self.document.template.plan
        if "templates/" in plan.fichier:
            self.library[PLAN] = plan.contenu
            self.library_files[PLAN] = "templates/" + plan.fichier.rpartition("templates/")[2]

        self.found = whole(found, self.homes)
        self.numbers, self.new_pieces = pieces_told(self, self.found)

    def home_of(self, unit: Unite) -> Home | None:
        return next((home for home in self.homes if unit.rang in home.ranks), None)

    def _scalars(self) -> Iterator[tuple[int, int]]:
        """Where the values stand that this act may print."""
        text = self.texts[CASE]
        for path, node in edit.scalars(edit.compose(text)):
            own = path[:2] == ("documents", self.document.index)
            if path and (own or path[0] in OWN_KEYS):
                span = node.start_mark.index, node.start_mark.index + len(edit.source(text, node))
                self.markdown_scalars += [span] if path[-1] in MARKDOWN_KEYS else []
                self.paths[span] = path
                short = plain(node.value)
                # A name, a date, a sum: a word without a capital is a key, that a plan, a pièce, a document bears.
                if NAMED.search(short) and len(text[slice(*span)].strip("'\"")) == len(short) >= SHORT_VALUE:
                    self.values[span] = short
                yield span

    def _allowed(self, name: str, start: int, stop: int) -> bool:
        return name != CASE or any(first <= start and stop <= last for first, last in self.scalars)

    def in_library(self, placed: Placed) -> bool:
        return bool(placed.spans) and all(span.source in self.library for span in placed.spans)

    def in_case(self, placed: Placed) -> bool:
        """Whether this case alone may say so: not what the plan of a template says to all."""
        return all(span.source != PLAN for span in placed.spans)

    # --- one change -----------------------------------------------------------------------------------------------

    def place(self, change: Retouche) -> list[Placed]:
        """Where a change may be written, the likeliest first: whoever builds the act again tells. Raises Nowhere."""
        if change.conflit:
            raise Nowhere("le dossier dit à présent autre chose à cet endroit")
        if change.derivee:
            raise Nowhere("le programme l'établit lui-même (sommaire, table)")
        if change.lieu.genre == "entete":
            raise Nowhere("un en-tête ou un pied de page : la forme de l'acte les donne")
        drawn = sum(u.said().count(DRAWN) for u in change.avant)
        if sum(u.said().count(DRAWN) for u in change.apres) > drawn:
            raise Nowhere("une image, un encadré, une équation ou un signe d'une autre police")
        for said in (unit.said() for unit in change.apres):
            if flaws := admit(said, Entrance.WORD)[1]:
                raise Nowhere(f"texte qui ne peut entrer : {flaws[0]}")
            if re.search(r"\{[{%#]|\[à compléter", said):
                raise Nowhere("des accolades, ou un blanc : ils diraient autre chose dans le dossier")
        if self.document.template.header.genre == "formulaire":
            return self._in_form(change)
        if change.genre == "modification":
            return self._modified(change)
        if change.genre == "suppression":
            return remove(self, change)
        if change.genre == "ajout":
            return insert(self, change)
        if change.genre == "déplacement":
            return move(self, change)
        if change.genre == "champ":
            raise Nowhere("un numéro : le programme, puis Word, le calculent")
        if change.genre == "titre":
            raise Nowhere("un titre d'un autre rang, un alinéa devenu titre ou l'inverse : changez-le dans le dossier")
        raise Nowhere("un commentaire n'a rien à écrire")

    def _in_form(self, change: Retouche) -> list[Placed]:
        """Only the words that the case gives it: the others are drawn, in Word, for everyone."""
        found = self._modified(change) if change.genre == "modification" else []
        if not (own := [placed for placed in found if placed.spans]):
            raise Nowhere(FORM)
        return own

    def _sources_for(self, unit: Unite) -> Sources:
        """The case's own, the clause that the paragraph stands in, the plan of its template."""
        if unit.clause not in self._sources:
            item, texts = self.items.get(unit.clause), dict(self.texts)
            clause = item.clause if item else None
            name = clause.id if clause and clause.id in self.library else ""
            text = self.library.get(name, "")
            body = len(text) - len(clause.corps.contenu) if clause and name else 0

            def allowed(source: str, start: int, stop: int) -> bool:
                own = source != name and self._allowed(source, start, stop)
                return own or (source == name and (start >= body or _in_wording(text, body, start)))

            texts |= {one: self.library[one] for one in (name, PLAN) if one in self.library}
            self._sources[unit.clause] = Sources(texts, allowed)
        return self._sources[unit.clause]

    def _modified(self, change: Retouche) -> list[Placed]:
        ours, theirs = change.avant[0], change.apres[0]
        before, after = ours.said(), theirs.said()
        if ours.genre == "cellule" and ours.ligne.genre:
            raise Nowhere("une ligne de tableau")
        changed, sources = touches(before, after), self._sources_for(ours)
        notes = [" ".join(p.said() for p in note).strip() for note in theirs.notes]
        options = [[*self._values(before, t), *self._places_of(sources, before, t)][:MOST_ALIKE] for t in changed]
        if not all(options):
            if ours.niveau and self.items.get(ours.clause):
                return [Placed((), ours.clause, titre=plain(after))]
            return retouches_of(ours, before, after, changed, notes)
        out, why = list[Placed](), Nowhere(COMPUTED)
        for rank in range(max(map(len, options))):
            spans = [found[min(rank, len(found) - 1)] for found in options]
            try:
                written = [
                    self._written(span, span.said, notes[after[: touch.at].count(CALL) :])
                    for span, touch in zip(spans, changed, strict=True)
                ]
            except Nowhere as error:
                why = error
                continue
            out.append(Placed(tuple(s._replace(said=w) for s, w in zip(spans, written, strict=True)), ours.clause))
        with suppress(Nowhere):
            out += retouches_of(ours, before, after, changed, notes)
        if not out:
            raise why
        return out

    def _values(self, before: str, touch: Touch) -> Iterator[Span]:
        """The values of the case that a change is within, said whole: a name, a day. All that print them change too."""
        said = plain(before)
        for (start, stop), value in self.values.items():
            day = date_longue(value) if _DAY.fullmatch(value) else ""
            shown = plain(day or value)
            at = said.find(shown)
            while at >= 0 and not (at <= touch.start and touch.stop <= at + len(shown)):
                at = said.find(shown, at + 1)
            if at >= 0 and touch.start < touch.stop:
                new = plain(before[at : touch.start] + touch.said + before[touch.stop : at + len(shown)])
                if new := iso_day(new) if day else new:
                    quoted = self.texts[CASE][start] in "'\""
                    yield Span(CASE, start + quoted, stop - quoted, new)

    def _places_of(self, sources: Sources, before: str, touch: Touch) -> list[Span]:
        """Of one change; of a note that went, with its call."""
        gone = before[touch.start : touch.stop]
        if CALL not in gone:
            return sources.locate(before, touch)
        out = []
        for anchor in sources.locate(before, Touch(touch.start, touch.start, "", touch.at)) if gone == CALL else ():
            found = _NOTE.match(sources.texts[anchor.source], anchor.start)
            if found and not touch.said:
                out.append(Span(anchor.source, found.start(), found.end(), ""))
        return out

    def _written(self, span: Span, said: str, notes: list[str]) -> str:
        """Words as their source writes them: plain signs, which typography sets again."""
        words = plain(said)
        if span.source == CASE and not any(a <= span.start <= b for a, b in self.markdown_scalars):
            if CALL in words:
                raise Nowhere("une note dans une valeur du dossier")
            return self._scalar(span, words)
        out = _MARKUP.sub(r"\\\1", words)
        while CALL in out:
            if not notes:
                raise Nowhere("une note de bas de page, que le registre des sources écrit")
            note = _MARKUP.sub(r"\\\1", notes.pop(0))
            out = out.replace(CALL, f"^[{note}]", 1)
        out = with_keys(out, self.numbers)
        return self._scalar(span, out) if span.source == CASE else out

    def _scalar(self, span: Span, said: str) -> str:
        """Words within a YAML value, as its quotes want them."""
        start = next((first for first, last in self.scalars if first <= span.start <= last), span.start)
        quote = self.texts[CASE][start : start + 1]
        if quote == '"':
            return said.replace("\\", "\\\\").replace('"', '\\"')
        return said.replace("'", "''") if quote == "'" else said

    # --- whole paragraphs -----------------------------------------------------------------------------------------

    def lines(self, unit: Unite) -> tuple[str, int, int, str]:
        """Source, range of its lines, text. Raises Nowhere."""
        sources = self._sources_for(unit)
        found = sources.lines_of(unit.said())
        if found is None or (found[0] in self.texts and found[0] != CASE and self._in_parameters(*found)):
            raise Nowhere(why_of(unit, unit.said(), []))
        return *found, sources.texts[found[0]]

    def _in_parameters(self, name: str, start: int, stop: int) -> bool:
        """Whether lines of a Markdown file are values of a clause, under its fence."""
        above = self.texts[name][:start].rstrip("\n").split("\n")
        while above and above[-1].strip() and not above[-1].startswith(":::"):
            above.pop()
        return bool(above) and re.match(r":::+ *(?:#+ +)?[a-z0-9-]+/", above[-1]) is not None

    def paragraph(self, unit: Unite) -> tuple[str, int, int, str]:
        """The same, the lines that go with them included."""
        name, start, stop, text = self.lines(unit)
        if name == CASE:
            raise Nowhere("un alinéa du dossier YAML : ajoutez-le, ou ôtez-le, vous-même")
        if not _LIST.match(text[start:stop]) and not text[start:stop].startswith(("#", ">")):
            while stop < len(text) and _goes_on(text[stop + 1 :].partition("\n")[0]):
                stop = text.find("\n", stop + 1) if text.find("\n", stop + 1) >= 0 else len(text)
            while start and _goes_on(text[: start - 1].rpartition("\n")[2]):
                start = text.rfind("\n", 0, start - 1) + 1
        return name, start, stop, text

    def item_of(self, start: int, stop: int, words: str = "") -> Span:
        """The item of a list of the case that holds a value, gone; with `words`, another after it. Raises Nowhere."""
        held = next((path for (a, b), path in self.paths.items() if a < stop and start < b), ())
        return self._item(held, words)

    def _item(self, path: KeyPath, words: str) -> Span:
        text = self.texts[CASE]
        while path and not isinstance(path[-1], int):
            path = path[:-1]
        node, around = (edit.get(edit.compose(text), *one) for one in (path, path[:-1]))
        if not path or path[0] not in ("documents", "faits", "demande") or node is None or edit.is_flow(around):
            raise Nowhere("un alinéa du dossier YAML : ajoutez-le, ou ôtez-le, vous-même")
        dash = text.rfind("-", 0, node.start_mark.index)
        ends = text.find("\n", node.start_mark.index + len(edit.source(text, node)))
        ends = len(text) if ends < 0 else ends
        begins = text.rfind("\n", 0, dash) + 1
        if not words:
            return Span(CASE, begins, min(ends + 1, len(text)), "")
        key = "fait" if path[0] == "faits" else "texte" if path[0] == "documents" and len(path) == 4 else ""
        more = ""
        if key == "fait":  # of this act alone, with the pièces that it ends by
            fact, *shown = re.split(r" \(\{\{ pieces?\((.*)\) \}\}\)$", words.strip(" ;.\u00a0\u202f"))
            more = f", pieces: [{', '.join(re.findall('[a-z0-9-]+', shown[0]))}]" if shown else ""
            more += f", documents: [{self.document.nom}]" if len(self.document.case.documents) > 1 else ""
            words = fact
        said = json.dumps(words.strip(" ;.\u00a0\u202f") if key != "texte" else words, ensure_ascii=False)
        item = f"{{{key}: {said}{more}}}" if key else said
        return Span(CASE, ends, ends, f"\n{' ' * (dash - begins)}- {item}")

    def blocks(self, unit: Unite, words: str = "") -> list[Placed]:
        """The blocks of a clause that say most of a paragraph, gone; with `words`, they come at their end instead."""
        item = self.items.get(unit.clause)
        if item is None or item.clause is None or item.clause.id not in self.library:
            return []
        name, text = item.clause.id, self.library[item.clause.id]
        body = len(text) - len(item.clause.corps.contenu)
        lines, said, found = text[body:].split("\n"), {*bare_words(unit.said())}, []
        for part in item.clause.parts:
            start = body + len("\n".join(lines[: part.debut])) + 1
            end = body + len("\n".join(lines[: part.fin - 1]).rstrip("\n"))
            span = Span(name, end if words else start, end, words and f"\n\n{words}")
            found.append((len(said & {*bare_words(text[start:end])}), Placed((span,), unit.clause)))
        return [placed for _, placed in sorted(found, key=lambda one: -one[0])[:MOST_ALIKE]]

    def markdown(self, units: Sequence[Unite], level: int) -> str:
        """New paragraphs; `level`: of a heading of one « # »."""
        return re.sub(r"(?m)(^- .*)\n\n(?=- )", r"\1\n", "\n\n".join(self._markdown(unit, level) for unit in units))

    def _markdown(self, unit: Unite, level: int) -> str:
        notes = [" ".join(p.said() for p in note).strip() for note in unit.notes]
        words = self._written(Span("", 0, 0, ""), unit.said(), notes)
        if unit.niveau:
            return f"{'#' * max(1, unit.niveau - level + 1)} {words}"
        if "compact" in unit.style or unit.numero == "–":
            return f"- {words}"
        return f"> {words}" if "block text" in unit.style or "quote" in unit.style else words


def _goes_on(line: str) -> bool:
    """Whether a line belongs to the paragraph beside it."""
    return bool(line.strip()) and not re.match(r"\s{0,3}(?:#|>|:::|---|[-*+] |[0-9]+[.)] |\||\[\^)", line)


def _in_wording(text: str, body: int, at: int) -> bool:
    """Whether it stands in what a clause concludes in each register, which its header holds."""
    start = text.find("\nregistres:")
    stop = text.find("\n", start + 1)
    while 0 < stop < body and text[stop + 1 : stop + 2] == " ":
        stop = text.find("\n", stop + 1)
    return 0 <= start < at < stop


def _bookmarks(document: Document) -> Iterator[tuple[str, Item]]:
    """The bookmark of each clause, as its Word file has it."""
    seen: dict[str, int] = {}
    for item in document.items():
        if item.clause:
            name = item.clause.id.replace("/", "__").replace("-", "_")
            seen[name] = seen.get(name, 0) + 1
            yield name + (f"_{seen[name]}" if seen[name] > 1 else ""), item
