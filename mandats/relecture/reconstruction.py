"""The changes of a returned act that were approved, written into copies of the sources, and the act built again from
them: what does not come out as approved is not kept, and is told.
"""

from __future__ import annotations

import difflib
import itertools
import json
import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mandats.deposes import FOLDER, MANIFEST
from mandats.document import Item
from mandats.load.ajout import add_lines, extend
from mandats.load.edit import Edit, apply, compose, get
from mandats.load.library import FRONT_MATTER
from mandats.load.yaml_places import read_yaml
from mandats.parts import WORDING, fences, read_parts
from mandats.problem import UnusableInput
from mandats.relecture.alignement import align
from mandats.relecture.motifs import Nowhere, Placed, why_not
from mandats.relecture.paquet import Package
from mandats.relecture.placement import CASE, PLAN, Places
from mandats.relecture.reperes import Span, alike
from mandats.relecture.reprise import DERIVED, TOLD, Reprise, told_of, units_of
from mandats.relecture.versions import render_act, write_word
from mandats.roots import shipped_root

KEEP, IMPROVE, REFUSE = "garder", "ameliorer", "refuser"
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
    for kind in (KEEP, IMPROVE):
        chosen = [rank for rank in placed if decisions[rank] == kind]
        builder = _Builder(places, found, working, kind == IMPROVE)
        kept, wrong = builder.most_of({rank: placed[rank] for rank in chosen})
        by_rank = {change.rang: change for change in found.retouches}
        told = {rank: why_not(by_rank[rank]) if why == OTHERWISE else why for rank, why in wrong.items()}
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
        self.computed: list[tuple[str, str]] = []

    def most_of(self, options: Mapping[int, Sequence[Placed]]) -> tuple[dict[int, Placed], dict[int, str]]:
        """The changes that, together, give the act as approved, each where it does; why each other does not."""
        wrong: dict[int, str] = {}
        first = {rank: places[0] for rank, places in options.items()}
        kept = dict(first)
        while kept and (bad := self.wrong_of(kept)):  # all at once, without those that do not come out
            kept = {rank: one for rank, one in kept.items() if rank not in bad} if bad.keys() & kept.keys() else {}
        for rank, places in options.items():  # then each of the others, at each of its places
            for one in places if rank not in kept else ():
                bad = self.wrong_of({**kept, rank: one})
                if not bad:
                    kept[rank] = one
                    wrong.pop(rank, None)
                    break
                wrong[rank] = bad.get(rank) or next(iter(bad.values()))
        self.wrong_of(kept)
        return kept, wrong

    def wrong_of(self, placed: Mapping[int, Placed]) -> dict[int, str]:
        """The changes that do not come out (0: something else changed), and why; empty when all is as approved."""
        if not placed:
            return {}
        try:
            texts, clauses = self.texts(placed)
        except Nowhere as error:
            return {rank: str(error) for rank in error.args[1]} if len(error.args) > 1 else {0: str(error)}
        try:
            built = self.build(texts, clauses)
        except (UnusableInput, ValueError):
            return {0: OTHERWISE}
        return self.compare(built, placed)

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
                edits.setdefault(source, []).extend(Edit(s.start, s.stop, s.said) for _, s in spans)
                continue
            item, old = self.places.items.get(clause), self.places.library[source]
            if self.library:
                improved = [Edit(s.start, s.stop, _with_parameters(s.said, item)) for _, s in spans]
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
                made[CASE] = _with_retouche(made[CASE], self.places.document.index, *retouche)
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
                told = read_yaml(after[1], "").data["registres"].get(self.places.document.registre, "")
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
            made[name] = _in_argument(made[name], place.ligne, item, said, without, titre)
        else:
            made[CASE] = _in_case(made[CASE], item, said, without, titre)

    # --- the act built again ------------------------------------------------------------------------------------------

    def build(self, texts: Mapping[str, str], clauses: Mapping[str, str]) -> bytes:
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
            return write_word(render_act(case, aside, places.document.nom))

    def compare(self, built: bytes, placed: Mapping[int, Placed]) -> dict[int, str]:
        expected = [*self.expected(placed)]
        got = units_of(Package(built))
        told, now = [text for text, _, _ in expected], [told_of(unit) for unit in got]
        self.computed = []
        bad: dict[int, str] = {}
        for k, m in align(told, now):
            if k is not None and m is not None and alike(told[k]) == alike(now[m]):
                continue
            unit = expected[k][2] if k is not None else got[m or 0]
            rank = expected[k][1] if k is not None else 0
            before, after = (told[k] if k is not None else ""), (now[m] if m is not None else "")
            if rank and unit.genre != "note":
                bad[rank] = OTHERWISE
            elif unit.style.startswith(DERIVED) or unit.genre != "paragraphe" or _same_but_numbers(before, after):
                self.computed.append((before, after))
            else:
                bad[0] = OTHERWISE
        return bad

    def expected(self, placed: Mapping[int, Placed]) -> Iterable[tuple[str, int, Any]]:
        """What the act must say: (text, rank of the change that makes it so, paragraph)."""
        for i, j in self.found.paires:
            mine = self.found.origine.get(i, 0) if i is not None else 0
            theirs = self.found.origine.get(-1 - j, 0) if j is not None else 0
            if i is not None and j is not None:
                unit = self.found.leurs[j] if mine in placed else self.found.nos[i]
                yield told_of(unit), mine if mine in placed else 0, unit
            elif i is not None:
                if mine not in placed:
                    yield told_of(self.found.nos[i]), 0, self.found.nos[i]
            elif j is not None and theirs in placed:
                yield told_of(self.found.leurs[j]), theirs, self.found.leurs[j]


def _not_read(folder: str, names: list[str]) -> set[str]:
    """What no act prints: the pièces, the copies of filed acts but for their manifests."""
    if Path(folder).name == "pieces" or (Path(folder).parent.name == FOLDER):
        return {name for name in names if name != MANIFEST}
    return set()


def _same_but_numbers(before: str, after: str) -> bool:
    bare = [re.sub(r"[0-9]+(?:[\s,]*(?:à|et|,)?\s*[0-9]+)*", "0", text) for text in (before, after)]
    return bool(before and after) and bare[0] == bare[1]


def _refuse_overlaps(spans: Sequence[tuple[int, Span]]) -> None:
    ordered = sorted(spans, key=lambda one: (one[1].start, one[1].stop))
    for (one, a), (other, b) in itertools.pairwise(ordered):
        if b.start < a.stop or (a.start == b.start and a.stop == b.stop and one != other):
            raise Nowhere("deux changements aux mêmes mots du dossier", [max(one, other)])


def _with_parameters(said: str, item: Item | None) -> str:
    """The words of a change, the values of the case by the names that the clause gives them."""
    given = {k: v for k, v in (item.moyen.avec if item else {}).items() if isinstance(v, str) and len(v) > 7}
    for name, value in sorted(given.items(), key=lambda pair: -len(pair[1])):
        said = said.replace(value, f"{{{{ {name} }}}}")
    return said


def _with_retouche(text: str, index: int, old: str, key: str, new: str) -> str:
    said = [f"- texte: {json.dumps(old, ensure_ascii=False)}"]
    said += [f"  {key}: {json.dumps(new, ensure_ascii=False)}"] if new else []
    try:
        return add_lines(text, ("documents", index, "retouches"), said)
    except ValueError as error:
        raise Nowhere(str(error)) from None


def _in_argument(text: str, line: int, item: Item, said: Mapping[str, str], without: Sequence[str], titre: str) -> str:
    """In the fence of the clause, opened on that line of the file as it was."""
    assert item.clause
    lines = text.split("\n")
    found = [(at, colons, words) for at, colons, words in fences(lines)]
    opened = [f for f in found if item.clause.id in f[2]]
    at, colons, _ = min(opened, key=lambda f: abs(f[0] + 1 - line))
    close = next(i for i, other, words in found if i > at and other == colons and not words)
    more = []
    for name, words in said.items():
        more += ["", f"{colons}: {name} {item.clause.version}", words, f"{colons}:"]
    lines[close:close] = more
    if without:
        lines.insert(at + 1, f"sans: [{', '.join(without)}]")
    if titre:
        lines.insert(at + 1, f"titre: {json.dumps(titre, ensure_ascii=False)}")
    return "\n".join(lines)


def _in_case(text: str, item: Item, said: Mapping[str, str], without: Sequence[str], titre: str) -> str:
    assert item.clause
    node = get(compose(text), *item.path)
    if node is None:
        raise Nowhere("la clause vient d'un autre acte : reprenez-la là où elle est écrite")
    flow = bool(getattr(node, "flow_style", False))
    version = item.clause.version
    if flow:
        at = node.end_mark.index - 1
        told = ", ".join(
            f"{n}: {{version: {json.dumps(version)}, texte: {json.dumps(w, ensure_ascii=False)}}}"
            for n, w in said.items()
        )
        more = f", titre: {json.dumps(titre, ensure_ascii=False)}" if titre else ""
        more += (f", remplace: {{{told}}}" if said else "") + (f", sans: [{', '.join(without)}]" if without else "")
        return text[:at].rstrip() + more + text[at:]
    lines = ["remplace:"] if said else []
    for name, words in said.items():
        lines += [
            f"  {name}:",
            f'    version: "{version}"',
            "    texte: |-",
            *(f"      {line}" for line in words.split("\n")),
        ]
    lines += [f"sans: [{', '.join(without)}]"] if without else []
    lines += [f"titre: {json.dumps(titre, ensure_ascii=False)}"] if titre else []
    try:
        return extend(text, item.path, lines)
    except ValueError as error:
        raise Nowhere(str(error)) from None
