"""Finding one's way in the library: search, where used, proposals for a case. Values in, values out."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from mandats import blocks as ast
from mandats.bibliotheque.exemple import render_example
from mandats.content import ClauseHeader, Source
from mandats.document import Clause, Library, LoadedCase
from mandats.model import Case, Traitement
from mandats.render import typography
from mandats.words import bare

MERITS = ("interne", "externe", "reponse")  # causes: of an argument on the merits, of a reply


def fold(text: str) -> list[str]:
    """Words without case, accents or plural marks; as the script of the HTML catalogue does.

    >>> fold("Données biométriques, l'image")
    ['donnee', 'biometrique', 'l', 'image']
    """
    return [re.sub(r"(?<=\w{3})[sx]$", "", w) for w in re.findall(r"[a-z0-9]+", bare(text))]


def search(library: Library, words: str) -> tuple[list[Clause], list[str]]:
    """Clauses and source keys that hold every word, best first."""
    wanted = fold(words)
    clauses = {c.id: _score(_clause_fields(c), wanted, 2) for c in library.clauses.values()}
    sources = {k: _score(_source_fields(k, s), wanted, 1) for k, s in library.sources.items()}
    return [library.clauses[k] for k in _best(clauses)], _best(sources)


def _best(scores: Mapping[str, int]) -> list[str]:
    return sorted((k for k, score in scores.items() if score), key=lambda k: (-scores[k], k))


def _score(fields: Iterable[tuple[int, str]], wanted: list[str], whole: int) -> int:
    """How well weighted fields answer the words; 0 when one is missing. `whole`: what a word found whole is worth."""
    folded = [(weight, fold(words)) for weight, words in fields]
    worth = [
        max(
            (w * (whole if word in words else any(x.startswith(word) for x in words)) for w, words in folded), default=0
        )
        for word in wanted
    ]
    return sum(worth) if all(worth) else 0


def _clause_fields(clause: Clause) -> Iterator[tuple[int, str]]:
    header = clause.header
    yield 8, f"{header.titre} {header.repond_a or ''}"
    yield 8, " ".join(header.mots_cles)
    yield 6, clause.id
    yield 3, " ".join((*header.techniques, *header.campagnes))
    yield 1, " ".join((*header.sources, *header.registres.values(), clause.corps.contenu))


def _source_fields(cle: str, source: Source) -> Iterator[tuple[int, str]]:
    yield 8, " ".join((cle, *source.numeros))
    yield 6, " ".join(filter(None, (source.titre, source.court, source.libelle, source.nom)))
    yield 4, " ".join(filter(None, (source.juridiction, source.auteur, source.date, source.ecli)))
    yield 2, source.portee or ""
    yield 1, " ".join(source.passages.values())


def clauses_using(library: Library, cle: str) -> list[str]:
    """The clauses that declare a source, or an article of it when it is a whole text."""
    keys = {cle} | {k for k, s in library.sources.items() if s.texte == cle}
    return sorted(c.id for c in library.clauses.values() if keys.intersection(c.header.sources))


def cases_using(cases: Mapping[str, LoadedCase], clause: str) -> list[str]:
    return sorted(name for name, loaded in cases.items() if any(m.clause == clause for _, m in loaded.case.moyens()))


def shown_title(clause: Clause, library: Library) -> str:
    """The title as a reader sees it: with the values of the example when it has parameters."""
    if "{{" not in clause.header.titre:
        return typography.french(clause.header.titre)
    rendered, _ = render_example(clause, library)
    heading = next((n for n in ast.walk(rendered.blocks) if n["t"] == "Header"), None)
    return ast.plain(heading["c"][2]).strip() if heading else clause.header.titre


@dataclass(frozen=True)
class Proposal:
    """A clause for a case, why, and whether the case already has it. `rang`: the more reasons, the higher."""

    clause: Clause
    raisons: tuple[str, ...]
    deja: bool
    rang: int


def propose_clauses(loaded: LoadedCase, library: Library) -> list[Proposal]:
    """Arguments and replies that the case calls for, by its regime, techniques, data, words and adverse arguments.

    Best first, each with its reasons, and whether the case has it (`deja`).

    >>> from pathlib import Path
    >>> from mandats import open_library, read_case
    >>> propose_clauses(read_case(Path("cases/testwe.yaml"))[0], open_library(Path())[0])[0].raisons[0]
    'technique : prise-de-controle'
    """
    case = loaded.case
    used = {m.clause for _, m in case.moyens()}
    processings = case.every_traitement
    words = fold(" ".join(_words(case)))
    out = []
    for clause in library.clauses.values():
        fitting = [t for t in processings if t.regime in clause.header.regimes]
        if clause.header.cause in MERITS and not clause.header.remplacee_par and (fitting or not processings):
            found = _reasons(clause.header, case, fitting, words)
            reasons = tuple(reason for reason, _ in found)
            out += [Proposal(clause, reasons, clause.id in used, sum(rank for _, rank in found))] if found else []
    return sorted(out, key=lambda p: (-p.rang, p.clause.id))


def _reasons(
    header: ClauseHeader, case: Case, processings: list[Traitement], words: list[str]
) -> list[tuple[str, int]]:
    """Why a clause is proposed, with the weight of each reason."""
    found: list[tuple[str, int]] = []
    if header.repond_a:
        wanted = {w for w in fold(header.repond_a) if len(w) > 3}
        for argument in case.arguments_adverses:
            if len(wanted.intersection(fold(argument.these))) >= max(2, len(wanted) // 3):
                found.append((f"répond à l'argument adverse « {argument.cle} »", 5))
        if not found:
            return []  # a reply is proposed for what the adversary said, not before
    techniques = {name for t in processings for name in t.techniques}.intersection(header.techniques)
    if techniques:
        found.append((f"technique : {', '.join(sorted(techniques))}", 2 + len(techniques)))
    if "biometrique" in header.donnees and any(t.biometrique for t in processings):
        found.append(("données biométriques", 2))
    if "sensible" in header.donnees and any(d.sensible for t in processings for d in t.donnees):
        found.append(("données sensibles", 2))
    text = f" {' '.join(words)} "
    if told := [k for k in header.mots_cles if (phrase := " ".join(fold(k))) and f" {phrase} " in text]:
        found.append((f"dans les faits : {', '.join(told)}", 2 * len(told)))
    if case.campagne and case.campagne in header.campagnes:
        found.append((f"campagne : {case.campagne}", 2))
    if not header.techniques and not header.donnees and not found and processings:
        found.append((f"vaut pour tout traitement du régime {processings[0].regime}", 1))
    return found


def _words(case: Case) -> Iterator[str]:
    for t in case.every_traitement:
        yield from (t.nom, t.finalite, t.description or "", *(d.categorie for d in t.donnees))
    if case.decision:
        yield case.decision.objet
    yield from (f.fait for f in case.faits)
    yield from (a.these for a in case.arguments_adverses)
