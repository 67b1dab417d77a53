"""The changes of a returned act that were approved, written into copies of the sources, and the act built again from
them: what does not come out as approved is not kept, and is told.
"""

from __future__ import annotations

import difflib
import itertools
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mandats.deposes import FOLDER, MANIFEST
from mandats.document import Item, Rendered
from mandats.load.edit import Edit, apply
from mandats.load.library import FRONT_MATTER
from mandats.load.yaml_places import read_yaml
from mandats.parts import WORDING, read_parts
from mandats.problem import UnknownName, UnusableInput
from mandats.relecture.alignement import align
from mandats.relecture.ecriture import in_argument, in_case, with_parameters, with_retouche
from mandats.relecture.insertion import is_number
from mandats.relecture.motifs import FORM, Nowhere, Placed, why_not
from mandats.relecture.paquet import Package
from mandats.relecture.placement import CASE, PLAN, Places
from mandats.relecture.reperes import Span, alike
from mandats.relecture.reprise import DERIVED, TOLD, Reprise, Retouche, told_of, units_of
from mandats.relecture.structure import is_told, line_of, paragraphs
from mandats.relecture.unites import Unite
from mandats.relecture.versions import render_act, write_word
from mandats.roots import shipped_root
from mandats.words import MONTHS

KEEP, IMPROVE, REFUSE = "garder", "ameliorer", "refuser"
_NUMBERS = re.compile(rf"((?:[0-9]+(?:er)? )?(?:{'|'.join(MONTHS)}) [0-9]{{4}})|[0-9]+(?:[\s,]*(?:à|et|,)?\s*[0-9]+)*")
OTHERWISE = "l'acte reconstruit ne dirait pas exactement cela"


@dataclass
class Reconstruction:
    """`fichiers`: what each would hold; `patchs`: clause → what would change in the library; `restes`: change → why it
    was not placed; `recalcules`: what the program computes otherwise since."""

    fichiers: dict[Path, str] = field(default_factory=dict)
    patchs: dict[str, str] = field(default_factory=dict)
    placees: list[int] = field(default_factory=list)
    restes: dict[int, str] = field(default_factory=dict)
    recalcules: list[tuple[str, str]] = field(default_factory=list)


def reconstruct(places: Places, found: Reprise, decisions: Mapping[int, str], working: Path) -> Reconstruction:
    """Nothing is written. Raises UnusableInput, EngineError: the act cannot be built as it is."""
    done = Reconstruction()
    placed: dict[int, list[Placed]] = {}
    for change in found.retouches:
        if decisions.get(change.rang) in (KEEP, IMPROVE) and change.genre not in TOLD:
            try:
                placed[change.rang] = places.place(change)
                improve = decisions[change.rang] == IMPROVE
                fits = places.in_library if improve else places.in_case
                placed[change.rang] = [one for one in placed[change.rang] if fits(one)]
                if not placed[change.rang] and improve:
                    raise Nowhere("ce texte n'est pas de la bibliothèque : gardez-le pour ce dossier")
                if not placed[change.rang]:
                    raise Nowhere("un texte du modèle : améliorez la bibliothèque, ou donnez au dossier son modèle")
            except Nowhere as error:
                done.restes[change.rang] = str(error)
                placed.pop(change.rang, None)
    tied = found.liees
    for kind in (KEEP, IMPROVE):
        chosen = {rank: options for rank, options in placed.items() if decisions[rank] == kind}
        builder = _Builder(places, found, working, kind == IMPROVE)
        kept, wrong = builder.most_of(chosen)
        while alone := {a: b for pair in tied for a, b in (pair, pair[::-1]) if a in kept and b not in kept
                        and decisions.get(b) == kind}:  # fmt: skip
            chosen = {rank: options for rank, options in chosen.items() if rank not in alone}
            kept, more = builder.most_of(chosen)
            wrong |= more | {
                a: f"il ne fait qu'un avec le changement {b}, qui n'a pas de place" for a, b in alone.items()
            }
        by_rank = {change.rang: change for change in found.retouches}
        form = places.document.template.header.genre == "formulaire"
        told = {
            rank: why if why != OTHERWISE else FORM if form else why_not(by_rank[rank]) for rank, why in wrong.items()
        }
        done.restes |= told
        done.placees += kept
        texts, clauses = builder.texts(kept)
        done.fichiers |= {places.files[name]: text for name, text in texts.items() if text != places.texts[name]}
        for name, text in clauses.items():
            old, file = places.library[name], places.library_files[name]
            lines = difflib.unified_diff(old.splitlines(True), text.splitlines(True), f"a/{file}", f"b/{file}")
            done.patchs[file.removesuffix(".md")] = "".join(lines)
        done.recalcules += builder.computed
    done.placees.sort()
    return done


class _Builder:
    """Tries sets of changes; `library`: in the clauses themselves, instead of the case."""

    def __init__(self, places: Places, found: Reprise, working: Path, library: bool):
        self.places, self.found, self.working, self.library = places, found, working, library
        self.quick, self.uncited = False, dict[str, str]()  # a paragraph → without its citations
        self.lines = Counter(self.told(places.rendered))
        self.computed: list[tuple[str, str]] = []
        self.beside = set[int]()  # of the paragraphs that were wrong: the changes just before and just after
        self.tried: dict[Any, tuple[dict[int, str], list[tuple[str, str]], set[int]]] = {}

    def most_of(self, options: Mapping[int, Sequence[Placed]]) -> tuple[dict[int, Placed], dict[int, str]]:
        """The changes that, together, give the act as approved, each where it does; why each other does not.

        All at their first place, then those that do not come out at their next one, and so on. Only the act that this
        gives is built as a Word file and read again; what that one belies goes on at its next place.
        """
        left, wrong = {rank: [*places] for rank, places in options.items()}, dict[int, str]()
        sure = dict[int, Placed]()
        while True:
            chosen, self.quick = {**sure}, True
            for turn in range(max(map(len, left.values()), default=0)):
                more = {r: places[turn] for r, places in left.items() if r not in chosen and turn < len(places)}
                self.add(chosen, more, wrong)
            if chosen and len(left) > len(chosen):  # what failed because of another
                self.add(chosen, {r: places[0] for r, places in left.items() if r not in chosen and places}, wrong)
            self.quick = False
            self.add(sure, {rank: one for rank, one in chosen.items() if rank not in sure}, wrong)
            belied = chosen.keys() - sure.keys()
            for rank in belied:
                left[rank] = left[rank][left[rank].index(chosen[rank]) + 1 :]
            if not belied:
                self.wrong_of(sure)
                return sure, {rank: why for rank, why in wrong.items() if rank not in sure}

    def add(self, kept: dict[int, Placed], more: Mapping[int, Placed], wrong: dict[int, str]) -> None:
        """Into `kept`, those that come out with it; into `wrong`, why each other does not. When the act does not tell
        which one spoils it: without those beside the paragraph that is wrong, else by halves."""
        if not more:
            return
        bad = self.wrong_of({**kept, **more})
        named = bad.keys() & more.keys() or (more.keys() if bad and len(more) == 1 else set())
        wrong |= {rank: bad.get(rank) or next(iter(bad.values())) for rank in named}
        if not bad:
            kept |= more
        elif named:
            self.add(kept, {rank: one for rank, one in more.items() if rank not in named}, wrong)
        else:
            aside = [rank for rank in more if rank in self.beside]
            rest = [rank for rank in more if rank not in self.beside]
            if not aside or not rest or self.wrong_of({**kept, **{rank: more[rank] for rank in rest}}):
                rest, aside = [*more][: len(more) // 2], [*more][len(more) // 2 :]
            for part in (rest, aside):
                self.add(kept, {rank: more[rank] for rank in part}, wrong)

    def wrong_of(self, placed: Mapping[int, Placed]) -> dict[int, str]:
        """The changes that do not come out (0: something else changed), and why; empty when all is as approved."""
        key = self.quick, frozenset(placed.items())
        if key not in self.tried:
            self.computed, self.beside = [], set()
            self.tried[key] = self.try_out(placed) if placed else {}, self.computed, self.beside
        bad, self.computed, self.beside = self.tried[key]
        return bad

    def try_out(self, placed: Mapping[int, Placed]) -> dict[int, str]:
        try:
            return self.build(*self.texts(placed), placed)
        except Nowhere as error:
            return dict.fromkeys(error.args[1] if len(error.args) > 1 else [0], error.args[0])
        except (UnusableInput, UnknownName, ValueError):
            return {0: OTHERWISE}

    def texts(self, placed: Mapping[int, Placed]) -> tuple[dict[str, str], dict[str, str]]:
        """The sources of the case with these changes, and the clauses. Raises Nowhere(why, ranks)."""
        by_source: dict[tuple[str, str], list[tuple[int, Span]]] = {}
        for rank, one in placed.items():
            for span in one.spans:
                held = one.clause or PLAN if span.source in self.places.library else ""
                by_source.setdefault((held, span.source), []).append((rank, span))
        edits: dict[str, list[Edit]] = {}
        later: list[tuple[Item, str, str, list[Span]]] = []
        clauses: dict[str, str] = {}
        for (clause, source), spans in by_source.items():
            _refuse_overlaps(spans)
            if not clause:
                edits.setdefault(source, []).extend(dict.fromkeys(Edit(s.start, s.stop, s.said) for _, s in spans))
                continue
            item, old = self.places.items.get(clause), self.places.library[source]
            if self.library:
                improved = [Edit(s.start, s.stop, with_parameters(s.said, item)) for _, s in spans]
                clauses[source] = apply(old, improved)
            elif item:
                new = apply(old, [Edit(s.start, s.stop, s.said) for _, s in spans])
                later.append((item, old, new, [s for _, s in spans]))
        made = {name: apply(text, edits.get(name, [])) for name, text in self.places.texts.items()}
        for item, old, new, changed in later:
            said, left = self.override(item, old, new, changed)
            self.write_override(made, item, said, left)
        for one in placed.values():
            for retouche in one.retouches:
                made[CASE] = with_retouche(made[CASE], self.places.document.index, *retouche)
            if one.titre:
                self.write_override(made, self.places.items[one.clause], {}, [], one.titre)
        return made, clauses

    # --- a clause, as this case says it -----------------------------------------------------------------------------

    def override(self, item: Item, old: str, new: str, spans: Sequence[Span]) -> tuple[dict[str, str], list[str]]:
        """Block → what the case says instead, and the blocks that it leaves aside."""
        head, after = FRONT_MATTER.match(old), FRONT_MATTER.match(new)
        if head is None or after is None:
            raise Nowhere("une clause sans en-tête")
        parts, others = read_parts(old[head.end() :])[0], read_parts(new[after.end() :])[0]
        if len(parts) != len(others):
            raise Nowhere("un changement qui passe d'un bloc de la clause à un autre")
        said, without, lines = dict[str, str](), list[str](), new[after.end() :].split("\n")
        for span in spans:
            if span.start < head.end():
                registres = (read_yaml(after[1], "").data or {}).get("registres")
                if not isinstance(registres, dict):
                    raise Nowhere("l'en-tête d'une clause")
                told = registres.get(self.places.document.registre, "")
                said[WORDING] = str(told)
                continue
            line = old.count("\n", head.end(), span.start) + 1
            inside = [rank for rank, part in enumerate(parts) if part.debut <= line < part.fin]
            if not inside:
                raise Nowhere("un passage de la clause qu'aucun bloc ne nomme : améliorez la bibliothèque")
            part = others[inside[-1]]
            name = part.numero if sum(p.nom == part.nom for p in parts) > 1 else part.nom
            words = "\n".join(lines[part.debut : part.fin - 1]).strip("\n")
            if words.strip():
                said[name] = words
            else:
                without.append(part.numero)
        return said, [*dict.fromkeys(without)]

    def write_override(
        self, made: dict[str, str], item: Item, said: Mapping[str, str], without: Sequence[str], titre: str = ""
    ) -> None:
        """Into the case file, or the Markdown file that the section is; raises Nowhere."""
        place = self.places.document.loaded.places.get(item.path)
        file = place.fichier if place else ""
        name = next((n for n, path in self.places.files.items() if n != CASE and str(path) == file), "")
        assert item.clause
        if already := [n for n in (*said, *without) if n in item.moyen.remplace or n in item.moyen.sans]:
            raise Nowhere(f"le bloc « {already[0]} » est déjà remplacé par le dossier : reprenez-le vous-même")
        if name and place:
            made[name] = in_argument(made[name], place.ligne, item, said, without, titre)
        else:
            made[CASE] = in_case(made[CASE], item, said, without, titre)

    # --- the act built again ------------------------------------------------------------------------------------------

    def build(
        self, texts: Mapping[str, str], clauses: Mapping[str, str], placed: Mapping[int, Placed]
    ) -> dict[int, str]:
        """What `wrong_of` says of the act that these give."""
        places = self.places
        with tempfile.TemporaryDirectory(prefix="reprise-") as private:
            aside = Path(private, "dossier")
            aside.mkdir()
            if self.working.resolve() != shipped_root().resolve():
                for name in ("clauses", "templates"):
                    if (self.working / name).is_dir():
                        shutil.copytree(self.working / name, aside / name)
            for name, text in clauses.items():
                (aside / places.library_files[name]).parent.mkdir(parents=True, exist_ok=True)
                (aside / places.library_files[name]).write_text(text, "utf-8")
            case = aside / places.case.name
            folder = aside / places.case.stem
            if places.folder.is_dir():
                shutil.copytree(places.folder, folder, ignore=_not_read)
            case.write_text(texts[CASE], "utf-8")
            for name, text in texts.items():
                if name != CASE:
                    (folder / name).write_text(text, "utf-8")
            rendered = render_act(case, aside, places.document.nom)
            return self.weigh(rendered, placed) if self.quick else self.compare(write_word(rendered), placed)

    def told(self, rendered: Rendered) -> list[str]:
        found = [*paragraphs(rendered.blocks)]
        self.uncited |= dict(found)
        return [line for line, _ in found]

    def bare(self, line: str) -> str:
        """Without what the program computes: numbers but days, the form of a citation, which those before it decide."""
        return _NUMBERS.sub(lambda found: found[1] or "0", self.uncited.get(line, line))

    def weigh(self, rendered: Rendered, placed: Mapping[int, Placed]) -> dict[int, str]:
        """The same, from what is composed: a tenth of the time. What Word alone shows is judged there."""
        order = self.told(rendered)
        lines = Counter(order)
        gone, come = self.lines - lines, lines - self.lines
        bad: dict[int, str] = {}
        for change in self.found.retouches:
            if change.rang in placed:
                # A cell that draws a cover is a paragraph until Word has it.
                drawn = change.genre == "modification" and line_of(change.avant[0]) in self.lines
                before, after = (
                    Counter(line_of(u) for u in units if drawn or is_told(u)) for units in (change.avant, change.apres)
                )
                moved = change.genre == "déplacement"
                if before <= self.lines and ((not moved and after - lines) or not self.follows(order, change)):
                    bad[change.rang] = OTHERWISE
                gone, come = (gone, come) if moved else (gone - before, come - after)
        numbers = Counter(map(self.bare, gone.elements()))
        return bad or ({0: OTHERWISE} if Counter(map(self.bare, come.elements())) != numbers else {})

    def follows(self, order: Sequence[str], change: Retouche) -> bool:
        """Whether what came stands after, or before, what it came beside; true when that cannot be told."""
        units = [u for u in change.apres if is_told(u)]
        if change.genre not in ("ajout", "déplacement") or not units:
            return True
        lines = [*map(self.bare, order)]
        beside = ((change.apres_de, units[0], 1), (change.avant_de, units[-1], -1))
        told = [(self.bare(line_of(one)), self.bare(line_of(came)), step) for one, came, step in beside if one]
        known = [(lines.index(one) + step, came) for one, came, step in told if lines.count(one) == 1]
        return not known or any(lines[at % len(lines)] == line for at, line in known)

    def compare(self, built: bytes, placed: Mapping[int, Placed]) -> dict[int, str]:
        ordered = [*self.expected(placed)]
        nearest = _beside([rank for rank, _ in ordered])
        expected = [(rank, unit, beside) for (rank, unit), beside in zip(ordered, nearest, strict=True) if unit]
        got = units_of(Package(built))
        told, now = [told_of(unit) for _, unit, _ in expected], [told_of(unit) for unit in got]
        moved = {c.rang for c in self.found.retouches if c.genre == "déplacement"}
        # A pièce that came renumbers the others, under the hand of whoever cited it.
        self.loose = {*placed} if self.places.new_pieces.keys() & placed.keys() else moved
        bad: dict[int, str] = {}
        last = 0
        for k, m in align(told, now):
            last = last if k is None else k
            if k is not None and m is not None and told[k] == now[m]:
                continue
            wanted, is_ = expected[k][1] if k is not None else None, got[m] if m is not None else None
            rank = expected[k][0] if k is not None else 0
            said = [unit.said() if unit else "" for unit in (wanted, is_)]
            same = fields = False
            if wanted is not None and is_ is not None:
                same = self.bare(line_of(wanted)) == self.bare(line_of(is_))
                fields = bool(wanted.fixe) and alike(wanted.fixe) == alike(is_.fixe)
            unit = wanted or got[m or 0]
            typed = rank in self.places.new_pieces and is_number(unit)  # the number of a new row, which a list gives
            if rank and unit.genre != "note" and not fields and not typed and not (same and rank in self.loose):
                bad[rank] = OTHERWISE
            elif same or fields or unit.style.startswith(DERIVED) or unit.genre != "paragraphe":
                self.computed += [] if unit.style.startswith(DERIVED) else [(said[0], said[1])]
            else:
                bad[0] = OTHERWISE
                self.beside |= expected[last][2] if expected else set()
        return bad

    def expected(self, placed: Mapping[int, Placed]) -> Iterable[tuple[int, Unite | None]]:
        """What the act must say, in order: the rank of the change that makes it so, the paragraph; None: it goes."""
        for i, j in self.found.paires:
            mine = self.found.origine.get(i, 0) if i is not None else 0
            theirs = self.found.origine.get(-1 - j, 0) if j is not None else 0
            if i is not None and mine not in placed:
                yield 0, self.found.nos[i]
            elif i is not None:
                yield mine, self.found.leurs[j] if j is not None else None
            elif j is not None and theirs in placed:
                yield theirs, self.found.leurs[j]


def _beside(ranks: Sequence[int]) -> list[set[int]]:
    """For each, the last one before it and the next one after it that is not 0.

    >>> _beside([0, 4, 0, 5])
    [{4}, {4}, {4, 5}, {5}]
    """

    def told(last: int, rank: int) -> int:
        return rank or last

    before = [*itertools.accumulate(ranks, told)]
    after = [*itertools.accumulate(reversed(ranks), told)][::-1]
    return [{*pair} - {0} for pair in zip(before, after, strict=True)]


def _not_read(folder: str, names: list[str]) -> set[str]:
    """What no act prints: the pièces, the copies of filed acts but for their manifests."""
    if Path(folder).name == "pieces" or (Path(folder).parent.name == FOLDER):
        return {name for name in names if name != MANIFEST}
    return set()


def _refuse_overlaps(spans: Sequence[tuple[int, Span]]) -> None:
    ordered = sorted(spans, key=lambda one: (one[1].start, one[1].stop))
    for (one, a), (other, b) in itertools.pairwise(ordered):
        if (b.start < a.stop or (a.start == b.start and a.stop == b.stop and one != other)) and a != b:
            raise Nowhere("deux changements aux mêmes mots du dossier", [max(one, other)])
