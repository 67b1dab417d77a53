"""Where whole paragraphs go: what came, what went, what moved, the pièce that a new row of the bordereau announces."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

import mandats.load.edit as edit
from mandats.load.validate import iso_day
from mandats.questions import free_name
from mandats.relecture.motifs import CITED, Nowhere, Placed, plain
from mandats.relecture.mots import CALL
from mandats.relecture.reperes import Span, alike, compact
from mandats.relecture.reprise import Reprise, Retouche
from mandats.relecture.structure import Home, is_told
from mandats.relecture.unites import Unite
from mandats.words import bare_words

if TYPE_CHECKING:
    from mandats.relecture.placement import Places

FILE = "[à compléter : le fichier de cette pièce]"
_NUMBER = re.compile(r"[0-9]{0,3}\.?")


class Content(NamedTuple):
    """What is to be put somewhere: new paragraphs, or the lines of a source."""

    units: Sequence[Unite] = ()
    lines: str = ""
    listed: bool = False  # these lines are items of a list

    def markdown(self, places: Places, level: int) -> str:
        """`level`: of a heading of one « # ». Raises Nowhere."""
        if self.listed:
            raise Nowhere("un déplacement d'un texte à un autre")
        return self.lines.strip("\n") or places.markdown(self.units, level)

    def items(self, places: Places, column: int, level: int) -> str:
        """As items of a list whose dashes stand at `column`. Raises Nowhere."""
        margin = " " * column
        if self.listed:
            first = self.lines.lstrip()
            moved = column - (len(self.lines) - len(first))
            return "".join(f"{' ' * moved}{one}" if moved > 0 else one[-moved:] for one in self.lines.splitlines(True))
        if self.lines:
            return f"{margin}- texte: {_value(self.lines.strip(), column + 4)}\n"
        out, units = "", [u for u in self.units if u.genre != "note"]
        top = units[0].niveau
        for titled, group in itertools.groupby(units, lambda u: bool(top) and u.niveau == top):
            if titled:
                head = [*group]
                if len(head) > 1 or units[-1] is head[-1]:
                    raise Nowhere("un titre sans alinéa")
                out += f"{margin}- titre: {json.dumps(plain(head[0].said()), ensure_ascii=False)}\n"
                continue
            words = _value(places.markdown([*group], level + 1), column + 4)
            out += f"{margin}  texte: {words}\n" if top else f"{margin}- texte: {words}\n"
        return out


def _value(words: str, column: int) -> str:
    return edit.folded(words, column) or json.dumps(words, ensure_ascii=False)


def insert(places: Places, change: Retouche) -> list[Placed]:
    if change.lieu.genre == "cellule":
        return new_piece(places, change)
    units = [u for u in change.apres if u.genre != "note"]
    if not units:
        raise Nowhere("une note, dont l'appel n'est pas retrouvé")
    if any(u.genre != "paragraphe" for u in units):
        raise Nowhere("un tableau : écrivez-le vous-même")
    out, anchor = put(places, change, Content(units)), change.apres_de
    if any(u.notes for u in units):
        out += places.blocks(anchor, places.markdown(units, 2)) if anchor else ()
    elif anchor and anchor.genre == "paragraphe" and not any(CITED.search(u.said()) for u in units):
        said = [(u.niveau, plain(u.said().replace(CALL, ""))) for u in (anchor, *units)]
        told = ((a, "ajoute", f"{'#' * level} {b}" if level else b) for (_, a), (level, b) in itertools.pairwise(said))
        out.append(Placed((), retouches=tuple(told)))
    if not out:
        raise Nowhere("rien de ce qui l'entoure ne se retrouve dans le dossier")
    return out


def put(places: Places, change: Retouche, content: Content) -> list[Placed]:
    """After what stands before it, before what stands after it: beside the item, beside the paragraph."""
    edges, beside = list[Placed](), list[Placed]()
    ends = ((change.apres_de, True), (change.avant_de, False))
    for unit, after in ends:
        if unit is None or unit.genre != "paragraphe":
            continue
        home = places.home_of(unit)
        if home and unit.rang == (home.ranks[-1] if after else home.ranks[0]):
            with suppress(Nowhere):
                span = _at_edge(places, home, after, content)
                titled = not home.listed and any(u.niveau for u in content.units)
                marks = [*_ranks(places, span)] if titled else []
                edges += [Placed((span, mark)) for mark in marks] or [Placed((span,))]
        with suppress(Nowhere):
            beside += _beside(places, unit, after, content)
    home = next((h for u, _ in ends if u and (h := places.home_of(u))), None)
    return [*edges, *beside] if home is None or home.item.clause else [*beside, *edges]


def _at_edge(places: Places, home: Home, after: bool, content: Content) -> Span:
    text, at = places.texts[home.source], home.stop if after else home.lead
    feed = "\n" if after and not text[:at].endswith("\n") else ""
    if home.listed:
        column = len(text[home.start :]) - len(text[home.start :].lstrip(" "))
        return Span(home.source, at, at, feed + content.items(places, column, home.level))
    words = content.markdown(places, home.level)
    return Span(home.source, at, at, f"{feed}\n{words}\n" if after else f"{words}\n\n")


def _ranks(places: Places, span: Span) -> Iterator[Span]:
    """The marks that keep the rank of the next clause of a Markdown file under a new heading: one of them will do."""
    text = places.texts[span.source]
    following = sorted(
        (h for h in places.homes if h.source == span.source and h.start >= span.stop), key=lambda h: h.start
    )
    for home in following[:2]:
        if opened := re.match(r":::+ +(?!#)", text[home.start :]):
            at = home.start + opened.end()
            yield Span(span.source, at, at, "#" * (home.item.moyen.niveau + 1) + " ")
        else:
            yield Span(span.source, home.start, home.start, "")


def _beside(places: Places, unit: Unite, after: bool, content: Content) -> Iterator[Placed]:
    name, start, stop, _ = places.lines(unit)
    if name == next(iter(places.texts)):
        if after:
            yield Placed((places.item_of(start, stop, content.markdown(places, 1)),))
        return
    name, start, stop, text = places.paragraph(unit)
    words = content.markdown(places, _level_in(places, unit, text))
    apart = "\n" if unit.style == "compact" and words.startswith("- ") else "\n\n"
    span = Span(name, stop, stop, f"{apart}{words}") if after else Span(name, start, start, f"{words}{apart}")
    yield Placed((span,), unit.clause)


def _level_in(places: Places, unit: Unite, text: str) -> int:
    """Of a heading of one « # » in a text: as one of its own headings tells, else as its item does."""
    known = {compact(u.said()).letters: u.niveau for u in places.units if u.niveau}
    for marks, words in re.findall(r"^(#{1,5}) +(.+)$", text, re.M):
        if level := known.get(compact(words).letters):
            return level - len(marks) + 1
    home = places.home_of(unit)
    return home.level + (home.listed or bool(home.item.clause)) if home else 2


# --- what went, what moved --------------------------------------------------------------------------------------------


def remove(places: Places, change: Retouche) -> list[Placed]:
    """The item that it is, whole; its lines, or one of the blocks of the clause it stands in."""
    units, out = [u for u in change.avant if u.genre != "note"], list[Placed]()
    if not units:
        raise Nowhere("une note : elle s'ôte avec son appel")
    if units[0].genre == "cellule":
        raise Nowhere("une ligne de tableau : ôtez la pièce de la liste « pieces », et ce qui la cite")
    homes = covered(places, units)
    if len(homes) == 1 and {*homes[0].ranks} >= {u.rang for u in units}:
        start, stop, left = homes[0].gone(places.texts[homes[0].source])
        out.append(Placed((Span(homes[0].source, start, stop, left),)))
    if len(units) == 1:
        unit = units[0]
        try:
            name, start, stop, _ = places.lines(unit)
            if unit.niveau and name in places.library:
                raise Nowhere("le titre d'une clause : ôtez la clause du dossier")
            if name not in places.library and name == next(iter(places.texts)):
                out.append(Placed((places.item_of(start, stop),)))
            else:
                name, start, stop, text = places.paragraph(unit)
                out.append(Placed((_gone(name, start, stop, text),), unit.clause))
        except Nowhere:
            out += [] if unit.niveau else places.blocks(unit)
    out.append(Placed((), retouches=tuple((plain(u.said().replace(CALL, "")), "devient", "") for u in units)))
    return out


def covered(places: Places, units: Sequence[Unite]) -> list[Home]:
    """The items that all of these paragraphs are, or hold."""
    ranks = {u.rang for u in units}
    return [h for h in places.homes if all(r in ranks for r in h.ranks if is_told(places.units[r]))]


def _gone(name: str, start: int, stop: int, text: str) -> Span:
    """Lines, and the blank one that parts them from what follows."""
    if text[start:stop].endswith("\n"):
        return Span(name, start, stop + (text[stop : stop + 1] == "\n"), "")
    return Span(name, start, stop + 2 * (text[stop : stop + 2] == "\n\n"), "")


def move(places: Places, change: Retouche) -> list[Placed]:
    """Items of a list, clauses and paragraphs of a Markdown file, paragraphs of a clause, at another place."""
    units = [u for u in change.avant if u.genre == "paragraphe"]
    homes = covered(places, units)
    inside = {rank for home in homes for rank in home.ranks}
    found = [(h.source, h.lead, h.stop, places.texts[h.source]) for h in homes]
    found += [places.paragraph(unit) for unit in units if unit.rang not in inside]
    if not found or len({name for name, *_ in found}) != 1 or len({h.listed for h in homes}) > 1:
        raise Nowhere("un déplacement d'un texte à un autre")
    name, text = found[0][0], found[0][3]
    start, stop = min(one[1] for one in found), max(one[2] for one in found)
    listed = bool(homes) and homes[0].listed
    if listed and not inside >= {u.rang for u in units}:
        raise Nowhere("un déplacement d'une partie d'un texte à un autre")
    gone = _gone(name, start, stop, text)
    if listed:
        gone = Span(name, start, stop, "") if len(homes) > 1 else Span(name, *homes[0].gone(text, comments=True))
    placed = put(places, change, Content(lines=text[start:stop], listed=listed))
    out = [
        Placed((*one.spans, gone), one.clause)
        for one in placed
        if (one.spans[0].source == name or {one.spans[0].source, name}.isdisjoint(places.library))
        and not (one.spans[0].source == name and start < one.spans[0].start < gone.stop)
    ]
    if not out:
        raise Nowhere("un déplacement d'un texte à un autre")
    return out


# --- pièces -----------------------------------------------------------------------------------------------------------


class Nouvelle(NamedTuple):
    cle: str
    titre: str
    date: str
    apres: str  # the key of the pièce above it, if any


def pieces_told(places: Places, found: Reprise) -> tuple[dict[int, str], dict[int, Nouvelle]]:
    """What the numbers of the returned bordereau stand for (number → key), and the new pièces (change → it)."""
    known = places.document.jointes
    titles = {alike(plain(piece.titre)): (number, piece.cle) for number, piece in known}
    rows = {u.rangee: titles[t] for u in found.nos if u.rangee and (t := _title(u)) in titles}
    changes = {u.rangee: c for c in found.retouches if c.genre == "ajout" for u in c.apres if u.rangee}
    kept = {found.leurs[j].rangee: rows[found.nos[i].rangee] for i, j in found.paires
            if i is not None and j is not None and found.nos[i].rangee in rows and found.leurs[j].rangee}  # fmt: skip
    numbers, new, taken = dict[int, str](), dict[int, Nouvelle](), {p.cle for p in places.document.case.pieces}
    last, above, shift = 0, "", 0
    for row in sorted({*kept, *changes}):
        if row in kept:
            number, above = kept[row]
            last = number + shift
            numbers[last] = above
            continue
        cells = [" ".join(u.said().split()) for u in changes[row].apres]
        told = [cell for cell in cells if not _NUMBER.fullmatch(cell)]
        dates = [day for cell in told if (day := iso_day(cell))]
        titles_ = [cell for cell in told if not iso_day(cell) and cell not in ("–", "-")]
        if len(titles_) != 1 or not (above or {row + 1} & {*kept}):
            continue
        short = "-".join(word for word in bare_words(titles_[0]) if len(word) > 2)[:30].strip("-")
        cle = free_name(short or "piece", taken)
        taken.add(cle)
        new[changes[row].rang] = Nouvelle(cle, plain(titles_[0]), dates[0] if dates else "", above)
        last, above, shift = last + 1, cle, shift + 1
        numbers[last] = cle
    return numbers, new


def is_number(cell: Unite) -> bool:
    return _NUMBER.fullmatch(cell.said().strip()) is not None


def _title(unit: Unite) -> str:
    return alike(unit.said()).removesuffix(" (pièce produite sous pli séparé)")


def new_piece(places: Places, change: Retouche) -> list[Placed]:
    """An entry of « pieces », its file to be given; in the act's own list, if it has one."""
    piece = places.new_pieces.get(change.rang)
    if piece is None:
        raise Nowhere("une ligne de tableau qui n'est pas une pièce (un intitulé, une date)")
    text = places.texts[next(iter(places.texts))]
    root = edit.compose(text)
    said = {"cle": piece.cle, "titre": piece.titre, "date": piece.date, "fichier": FILE}
    told = ", ".join(f"{k}: {json.dumps(v, ensure_ascii=False) if k in ('titre', 'fichier') else v}"
                     for k, v in said.items() if v)  # fmt: skip
    own = ("documents", places.document.index, "pieces")
    entry = _listed_after(text, root, ("pieces",), piece.apres, f"{{{told}}}")
    listed = _listed_after(text, root, own, piece.apres, piece.cle)
    if entry is None:
        raise Nowhere("la liste « pieces » n'est pas écrite en bloc, une pièce par tiret : inscrivez-la vous-même")
    if listed:
        return [Placed((entry, listed))]
    node = edit.get(root, *own[:-1], "modele")
    out = [Placed((entry,))]
    if node is not None:
        keys = [p.cle for p in places.document.pieces]
        at = keys.index(piece.apres) + 1 if piece.apres in keys else len(keys)
        words = f"pieces: [{', '.join([*keys[:at], piece.cle, *keys[at:]])}]"
        stop = node.end_mark.index
        flow = edit.is_flow(edit.get(root, *own[:-1]))
        more = f", {words}" if flow else f"\n{' ' * _column(text, root, own[:-1])}{words}"
        out.append(Placed((entry, Span(next(iter(places.texts)), stop, stop, more))))
    return out


def _column(text: str, root: object, path: tuple[str | int, ...]) -> int:
    node = edit.get(root, *path)  # type: ignore[arg-type]
    return node.start_mark.column if node is not None else 0


def _listed_after(text: str, root: object, path: tuple[str | int, ...], above: str, words: str) -> Span | None:
    """One more item of a list: after that of a key, else first. None for a list that is not there."""
    held = edit.get(root, *path)  # type: ignore[arg-type]
    items = held.value if held is not None and isinstance(held.value, list) else []
    if held is None or not items:
        return None
    keys = [getattr(edit.get(item, "cle") or item, "value", "") for item in items]
    at = keys.index(above) if above in keys else None
    node = items[at or 0]
    if edit.is_flow(held):
        where = node.start_mark.index if at is None else node.end_mark.index
        return Span("dossier", where, where, f"{words}, " if at is None else f", {words}")
    dash = text.rindex("-", 0, node.start_mark.index)
    begins = text.rfind("\n", 0, dash) + 1
    if at is None:
        return Span("dossier", begins, begins, f"{text[begins:dash]}- {words}\n")
    ends = text.find("\n", node.start_mark.index + len(edit.source(text, node)))
    ends = len(text) if ends < 0 else ends
    return Span("dossier", ends, ends, f"\n{' ' * (dash - begins)}- {words}")


def with_keys(words: str, numbers: dict[int, str]) -> str:
    """Numbers of pièces typed by hand, as calls that print them: `words` are Markdown."""

    def call(found: re.Match[str]) -> str:
        keys = [numbers.get(int(number)) for number in re.findall("[0-9]+", found[2])]
        if None in keys:
            return found[0]
        told = ", ".join(f'"{key}"' for key in keys)
        return f"{{{{ piece({told}) }}}}" if len(keys) == 1 else f"{{{{ pieces([{told}]) }}}}"

    return CITED.sub(call, words)
