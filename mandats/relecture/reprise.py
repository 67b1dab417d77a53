"""An act that comes back from its reader: what changed since the act that the case gives, who changed it, what was
said of it. Nothing is written here.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from mandats.relecture.alignement import ALIKE, align, alike_bags, bag, find_moves
from mandats.relecture.mots import SIGN
from mandats.relecture.paquet import Package
from mandats.relecture.reperes import alike, touches
from mandats.relecture.revisions import is_revised, settle
from mandats.relecture.unites import Commentaire, Morceau, Unite, read_comments, read_flow, read_frames, units

DERIVED = ("toc", "sommaire", "table source", "table groupe")  # styles of what the program makes of the rest
UNTRACKED = "sans suivi"
# Kinds that ask for nothing: a comment, a number that a field shows otherwise, a paragraph made a title or the reverse.
TOLD = ("commentaire", "champ", "titre")
WHOLE = ("suppression", "ajout")
LEAST_MOVED = 3  # words that went from one paragraph to another
LEAST = 0.3  # of the paragraphs, for a file to be this act


@dataclass(frozen=True)
class Retouche:
    """One change. `avant`, `apres`: the paragraphs that became others, in both acts; empty for what came or went;
    `apres_de`: the paragraph of ours after which new ones stand, if any; `vers`: likewise, of what moved."""

    rang: int
    genre: str  # « modification », « ajout », « suppression », « déplacement », or one of TOLD
    lieu: Unite
    avant: tuple[Unite, ...] = ()
    apres: tuple[Unite, ...] = ()
    apres_de: Unite | None = None
    avant_de: Unite | None = None
    auteurs: tuple[str, ...] = ()
    commentaires: tuple[Commentaire, ...] = ()
    conflit: bool = False  # the case has changed there since

    @property
    def derivee(self) -> bool:
        """Whether it is in what the program makes: contents, table of sources."""
        return self.lieu.style.startswith(DERIVED)


@dataclass(frozen=True)
class Reprise:
    """`nos`: paragraphs of the act as built; `leurs`: of the act as returned, all accepted; `paires`: their ranks."""

    nos: tuple[Unite, ...]
    leurs: tuple[Unite, ...]
    paires: tuple[tuple[int | None, int | None], ...]
    retouches: tuple[Retouche, ...]
    suivies: bool
    origine: dict[int, int] = field(default_factory=dict)  # rank of `nos` or -1 - rank of `leurs` → rank of the change

    @property
    def liees(self) -> list[tuple[int, int]]:
        """Pairs of changes that make one: a paragraph cut in two, joined to the next, written anew, or moved and
        changed, with what moved beside it; half of it would say twice, or no more, what the reader said once."""
        told = [c for c in self.retouches if c.lieu.genre == "paragraphe" and c.genre in ("modification", *WHOLE)]
        gone = [(c, _words_of(c)[0]) for c in told if c.genre == WHOLE[0]]
        come = [(c, _words_of(c)[1]) for c in told if c.genre == WHOLE[1]]
        out = [(a.rang, b.rang) for a, b in itertools.pairwise(told) if _are_one(a, b)]
        for (a, lost), (b, gained) in itertools.product(gone, come):
            if alike_bags(lost, gained) >= ALIKE:
                beside = {a.avant[0].rang - 1, a.avant[-1].rang + 1}
                moved = (c for c in self.retouches if c.genre == "déplacement" and beside & {u.rang for u in c.avant})
                out += [(a.rang, b.rang), *((a.rang, c.rang) for c in moved)]
        return out

    @property
    def placees(self) -> float:
        """The share of our paragraphs that are in the returned file, or that are told, or whole, gone or moved."""
        whole = {c.rang for c in self.retouches if c.genre == "déplacement" or len(c.avant) > 1}
        told = whole | {c.rang for c in self.retouches if c.auteurs != (UNTRACKED,)}
        kept = [i for i, j in self.paires if i is not None and (j is not None or self.origine.get(i) in told)]
        return len(kept) / max(1, len(self.nos))


def _are_one(a: Retouche, b: Retouche) -> bool:
    (lost, gained), (others, come) = map(_words_of, (a, b))
    if any(
        min(len(x), len(y)) >= LEAST_MOVED and alike_bags(x, y) >= ALIKE for x, y in ((lost, come), (gained, others))
    ):
        return True
    anew = (a.genre, b.genre) == WHOLE and b.apres_de is not None and b.apres_de.rang == a.lieu.rang - 1
    return anew and len(a.avant) == len(b.apres) == 1


def _words_of(change: Retouche) -> tuple[frozenset[str], frozenset[str]]:
    """Those that went, those that came."""
    before, after = (" ".join(u.said() for u in units) for units in (change.avant, change.apres))
    changed = touches(before, after)
    return bag(" ".join(before[t.start : t.stop] for t in changed)), bag(" ".join(t.said for t in changed))


def read_return(ours: bytes, theirs: bytes) -> Reprise:
    """What the reader changed. Raises ValueError, in French: no sound Word file, or another act."""
    built, accepted, whole = Package(ours), Package(theirs), Package(theirs)
    tracked = any(map(is_revised, whole.stories.values()))
    for tree in accepted.stories.values():
        settle(tree, accept=True)
    mine, new, every = (units_of(package) for package in (built, accepted, whole))
    told, now = [*map(told_of, mine)], [*map(told_of, new)]
    pairs = align(told, now)
    refuse_another(told, now, pairs)
    reader = _Reader(mine, new, every, pairs)
    changes = [*reader.changes()]
    seen = {said[:3] for change in changes for said in change.commentaires}
    if left := tuple(said for said in read_comments(whole) if said[:3] not in seen):  # on what no change is about
        held = (unit for unit in every if any(said[:3] == left[0][:3] for said in unit.commentaires))
        lieu = next(held, mine[-1])
        changes.append(Retouche(len(changes) + 1, "commentaire", lieu, auteurs=(UNTRACKED,), commentaires=left))
    return Reprise(tuple(mine), tuple(new), tuple(pairs), tuple(changes), tracked, reader.origin)


def refuse_another(told: Sequence[str], now: Sequence[str], pairs: Sequence[tuple[int | None, int | None]]) -> None:
    """Raises ValueError when too little of an act is in another for both to be the same."""
    if sum(told[i] == now[j] for i, j in pairs if i is not None and j is not None) < max(1, LEAST * len(told)):
        raise ValueError("ce fichier n'est pas cet acte : trop peu de ses alinéas s'y retrouvent")


def units_of(package: Package) -> list[Unite]:
    every = (*units(read_flow(package)), *read_frames(package))
    kept = (u for u in every if u.said("all").strip())
    return [replace(unit, rang=rank) for rank, unit in enumerate(kept)]


def _with_numbers_of(ours: Unite, theirs: Unite) -> Unite:
    """The paragraph with what our fields show, when it has as many."""
    if not ours.fixe.count(SIGN) == theirs.fixe.count(SIGN) > 0:
        return theirs
    words = re.escape(ours.fixe).replace(re.escape(SIGN), "(.*?)")
    shown = re.fullmatch(words, ours.said(), re.S)
    if shown is None:
        return theirs
    parts = theirs.fixe.split(SIGN)
    text = parts[0] + "".join(number + part for number, part in zip(shown.groups(), parts[1:], strict=True))
    return replace(theirs, morceaux=(Morceau(text),))


def told_of(unit: Unite, version: str = "accepted") -> str:
    """What tells a paragraph from another, whatever typography Word or whoever typed gave it."""
    return {"note": "\0", "entete": "\1"}.get(unit.genre, "") + alike(unit.said(version))


class _Reader:
    def __init__(
        self,
        mine: Sequence[Unite],
        new: list[Unite],
        every: Sequence[Unite],
        pairs: Sequence[tuple[int | None, int | None]],
    ):
        self.mine, self.new, self.pairs = mine, new, pairs
        told, now = [*map(told_of, mine)], [*map(told_of, new)]
        self.moves = {i: (run, j) for run in find_moves(told, now, pairs) for i, j in run}
        self.come = {j for _, j in self.moves.values()}
        self.origin: dict[int, int] = {}
        # What their file shows, with its tracked changes, of each of the paragraphs that they leave.
        self.shown = {j: every[k] for j, k in align(now, [*map(told_of, every)]) if j is not None and k is not None}
        self.gone = {told_of(u, "original"): u for u in every if not u.said().strip()}

    def changes(self) -> Iterator[Retouche]:
        rank = caller = 0  # `caller`: the change of the last paragraph, whose notes come and go with it
        last: Unite | None = None
        added: list[int] = []
        for at, (i, j) in enumerate([*self.pairs, (-1, -1)]):
            if i is None and j is not None and j not in self.come:
                added.append(j)
                continue
            if added and caller and all(self.new[j].genre == "note" for j in added):
                self.origin |= {-1 - j: caller for j in added}
            else:
                for _, together in itertools.groupby(added, self.where):
                    rank += 1
                    yield self.added(rank, [*together], last, at)
            added = []
            if i == -1 or i is None:
                continue
            ours = self.mine[i]
            if j is None and i in self.moves:
                run = self.moves[i][0]
                if run[0][0] == i:
                    rank += 1
                    yield self.moved(rank, run)
                continue
            if j is None and ours.genre == "note" and caller:
                self.origin[i] = caller
                continue
            if j is None:
                rank += 1
                caller = rank if ours.genre != "note" else caller
                self.origin[i] = rank
                yield _told(rank, "suppression", self.gone.get(told_of(ours)), ours)
                continue
            theirs, shown = self.new[j], self.shown.get(j)
            changed = told_of(ours) != told_of(theirs)
            fields = changed and bool(ours.fixe) and alike(ours.fixe) == alike(theirs.fixe)
            changed = changed and not fields
            if ours.genre != "note":
                caller = rank + 1 if changed else 0
            if changed:
                rank += 1
                self.origin[i] = rank
                self.new[j] = theirs = _with_numbers_of(ours, theirs)
                made = _told(rank, "modification", shown, ours, theirs)
                if shown is None or told_of(shown, "original") != told_of(ours):
                    made = replace(made, auteurs=(*dict.fromkeys((*made.auteurs, UNTRACKED)),))
                yield made
            elif (fields or ours.niveau != theirs.niveau) and not ours.style.startswith(DERIVED):
                rank += 1
                yield _told(rank, "champ" if fields else "titre", shown, ours, theirs)
            elif _comments(shown):
                rank += 1
                yield Retouche(rank, "commentaire", ours, auteurs=(UNTRACKED,), commentaires=_comments(shown))
            last = ours if ours.genre != "note" else last

    def where(self, j: int) -> tuple[int, bool]:
        """What makes one change of what came at one place: the row, the text or what frames the pages."""
        return self.new[j].rangee, self.new[j].genre == "entete"

    def added(self, rank: int, ranks: Sequence[int], last: Unite | None, at: int) -> Retouche:
        """What came at one place: paragraphs with their notes, or the cells of a row."""
        for j in ranks:
            self.origin[-1 - j] = rank
        shown = [self.shown.get(j) for j in ranks]
        authors = dict.fromkeys(
            name for one in shown for name in (_authors(one) if one and one.revisions else (UNTRACKED,))
        )
        following = next((self.mine[i] for i, _ in self.pairs[at:] if i is not None), None)
        comments = tuple(c for one in shown for c in _comments(one))
        units = tuple(self.new[j] for j in ranks)
        return Retouche(rank, "ajout", units[0], (), units, last, following, (*authors,), comments)

    def moved(self, rank: int, run: Sequence[tuple[int, int]]) -> Retouche:
        for i, j in run:
            self.origin[i] = self.origin[-1 - j] = rank
        ranks = [j for _, j in self.pairs]
        at = ranks.index(run[0][1])
        before = next(
            (self.mine[i] for i, _ in reversed(self.pairs[:at]) if i is not None and i not in self.moves), None
        )
        following = next((self.mine[i] for i, _ in self.pairs[at:] if i is not None and i not in self.moves), None)
        shown = self.shown.get(run[0][1])
        units = tuple(self.mine[i] for i, _ in run)
        return Retouche(rank, "déplacement", units[0], units, tuple(self.new[j] for _, j in run), before, following,
                        _authors(shown), _comments(shown))  # fmt: skip


def _told(rank: int, genre: str, shown: Unite | None, ours: Unite, *theirs: Unite) -> Retouche:
    said = _comments(shown)
    return Retouche(rank, genre, ours, (ours,), theirs, auteurs=_authors(shown), commentaires=said)


def _authors(unit: Unite | None) -> tuple[str, ...]:
    names = dict.fromkeys(r.auteur or "sans nom" for r in unit.revisions) if unit else {}
    return tuple(names) or (UNTRACKED,)


def _comments(unit: Unite | None) -> tuple[Commentaire, ...]:
    return unit.commentaires if unit else ()
