"""Finding one's way in the library: search, where used, proposals for a case, and the report on its content.

Values in, values out; the printing is `cli_library`'s affair.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from mandats import blocks as ast
from mandats.content import STATUTS, Source
from mandats.document import Clause, Library, LoadedCase
from mandats.example import render_example
from mandats.model import Case, Traitement
from mandats.render import typography

CALL = re.compile(r"\b(?:citation|reference|norme|extrait)\(")
KEY = re.compile(r"[\"']([a-z0-9]+(?:[-_][a-z0-9]+)*)[\"']")
ARGUMENTS = ("interne", "externe", "urgence", "recevabilite", "qualite")


def fold(text: str) -> list[str]:
    """Words without case, accents or plural marks.

    >>> fold("Données biométriques, l'image")
    ['donnee', 'biometrique', 'l', 'image']
    """
    plain = unicodedata.normalize("NFD", text.lower())
    words = re.findall(r"[a-z0-9]+", "".join(c for c in plain if not unicodedata.combining(c)))
    return [re.sub(r"(?<=\w{3})[sx]$", "", w) for w in words]


def clause_score(clause: Clause, wanted: list[str]) -> int:
    """How well a clause answers the words: title, keywords and id weigh more than the text. 0 when a word is missing."""
    header = clause.header
    fields = (
        (8, f"{header.titre} {header.repond_a or ''}"), (8, " ".join(header.mots_cles)), (6, clause.id),
        (3, " ".join((*header.techniques, *header.campagnes))), (1, " ".join((*header.sources, *header.registres.values()))),
        (1, clause.corps.contenu),
    )  # fmt: skip
    folded = [(weight, fold(words)) for weight, words in fields]
    total = 0
    for word in wanted:
        best = max(
            (
                weight * (2 if word in words else 1)
                for weight, words in folded
                if any(w.startswith(word) for w in words)
            ),
            default=0,
        )
        if not best:
            return 0
        total += best
    return total


def source_score(cle: str, source: Source, wanted: list[str]) -> int:
    fields = (
        (8, f"{cle} {' '.join(source.numeros)}"), (6, " ".join(filter(None, (source.titre, source.court, source.libelle, source.nom)))),
        (4, " ".join(filter(None, (source.juridiction, source.auteur, source.date, source.ecli)))),
        (2, source.portee or ""), (1, " ".join(source.passages.values())),
    )  # fmt: skip
    folded = [(weight, fold(words)) for weight, words in fields]
    scores = [
        max((weight for weight, words in folded if any(w.startswith(word) for w in words)), default=0)
        for word in wanted
    ]
    return sum(scores) if all(scores) else 0


def search(library: Library, words: str) -> tuple[list[Clause], list[str]]:
    """Clauses and source keys that hold every word, best first."""
    wanted = fold(words)
    clauses = [(clause_score(c, wanted), c) for c in library.clauses.values()]
    sources = [(source_score(k, s, wanted), k) for k, s in library.sources.items()]
    return (
        [c for score, c in sorted(clauses, key=lambda p: (-p[0], p[1].id)) if score],
        [k for score, k in sorted(sources, key=lambda p: (-p[0], p[1])) if score],
    )


def clauses_using(library: Library, cle: str) -> list[str]:
    """The clauses that declare a source, or an article of it when it is a whole text."""
    keys = {cle} | {k for k, s in library.sources.items() if s.texte == cle}
    return sorted(c.id for c in library.clauses.values() if keys.intersection(c.header.sources))


def cases_using(cases: Mapping[str, LoadedCase], clause: str) -> list[str]:
    return sorted(name for name, loaded in cases.items() if any(m.clause == clause for m in loaded.moyens()))


def shown_title(clause: Clause, library: Library) -> str:
    """The title as a reader sees it: with the values of the example when it has parameters."""
    if "{{" not in clause.header.titre:
        return typography.french(clause.header.titre)
    rendered, _ = render_example(clause, library)
    heading = next((n for n in ast.walk(rendered.blocks) if n["t"] == "Header"), None)
    return ast.plain(heading["c"][2]).strip() if heading else clause.header.titre


# --- proposals -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Proposal:
    """A clause for a case, why, and whether the case already has it. `rang`: the more reasons, the higher."""

    clause: Clause
    raisons: tuple[str, ...]
    deja: bool
    rang: int


def propose(loaded: LoadedCase, library: Library) -> list[Proposal]:
    """Arguments and replies that the case calls for: by its regime, techniques, data, words and adverse arguments."""
    case = loaded.case
    used = {m.clause for m in loaded.moyens()}
    processings = [t for t in (case.traitement, *case.traitements.values()) if t]
    words = fold(" ".join(_words(case)))
    out = []
    for clause in library.clauses.values():
        if clause.header.remplacee_par or clause.header.cause not in ("interne", "externe", "reponse"):
            continue
        fitting = [t for t in processings if t.regime in clause.header.regimes]
        if processings and not fitting:
            continue
        raisons, rang = _reasons(clause, case, fitting, words)
        if raisons:
            out.append(Proposal(clause, tuple(raisons), clause.id in used, rang))
    return sorted(out, key=lambda p: (-p.rang, p.clause.id))


def _reasons(clause: Clause, case: Case, processings: list[Traitement], words: list[str]) -> tuple[list[str], int]:
    header = clause.header
    reasons, rank = [], 0
    if header.repond_a:
        wanted = {w for w in fold(header.repond_a) if len(w) > 3}
        for argument in case.arguments_adverses:
            shared = wanted & set(fold(argument.these))
            if len(shared) >= max(2, len(wanted) // 3):
                reasons.append(f"répond à l'argument adverse « {argument.cle} »")
                rank += 5
        if not reasons:
            return [], 0  # a reply is proposed for what the adversary said, not before
    techniques = {name for t in processings for name in t.techniques} & set(header.techniques)
    if techniques:
        reasons.append(f"technique : {', '.join(sorted(techniques))}")
        rank += 2 + len(techniques)
    if "biometrique" in header.donnees and any(t.biometrique for t in processings):
        reasons.append("données biométriques")
        rank += 2
    if "sensible" in header.donnees and any(d.sensible for t in processings for d in t.donnees):
        reasons.append("données sensibles")
        rank += 2
    told = [k for k in header.mots_cles if _holds(words, fold(k))]
    if told:
        reasons.append(f"dans les faits : {', '.join(told)}")
        rank += 2 * len(told)
    if case.campagne and case.campagne in header.campagnes:
        reasons.append(f"campagne : {case.campagne}")
        rank += 2
    if not header.techniques and not header.donnees and not reasons and processings:
        reasons.append(f"vaut pour tout traitement du régime {processings[0].regime}")
        rank += 1
    return reasons, rank


def _holds(words: list[str], phrase: list[str]) -> bool:
    return any(words[i : i + len(phrase)] == phrase for i in range(len(words) - len(phrase) + 1)) if phrase else False


def _words(case: Case) -> Iterator[str]:
    for t in (case.traitement, *case.traitements.values()):
        if t:
            yield from (t.nom, t.finalite, t.description or "", *(d.categorie for d in t.donnees))
    if case.decision:
        yield case.decision.objet
    yield from (f.fait for f in case.faits)
    yield from (a.these for a in case.arguments_adverses)


# --- the report ------------------------------------------------------------------------------------------------

# A sentence that names the law, or one of those who say it.
LEGAL = re.compile(
    r"\b(articles?|alinéas?|lois?|règlement|directive|codes?|Convention|Charte|Constitution|décrets?|Cour|Conseil d'État|"
    r"Conseil constitutionnel|tribunal|a jugé|jurisprudence|législateur|CNIL|Commission nationale|lignes directrices)\b"
)
SENTENCE = re.compile(r"(?<=[.!?;])\s+(?=[A-ZÀ-Ý{«])")


def statements(clause: Clause) -> list[tuple[str, bool]]:
    """The clause's statements of law, each with whether it carries a source key.

    A statement is a sentence that names the law or a court. It carries a key when it calls the register, or when it goes
    on with the source of an earlier sentence of its paragraph, or announces the quotation that follows.
    """
    out: list[tuple[str, bool]] = []
    paragraphs = [p for p in re.split(r"\n\s*\n", re.sub(r"\{%.*?%\}", "", clause.corps.contenu)) if p.strip()]
    for i, paragraph in enumerate(paragraphs):
        follows = i + 1 < len(paragraphs) and bool(re.match(r"\s*\{\{ ?norme\(", paragraphs[i + 1]))
        carried = False
        for sentence in SENTENCE.split(" ".join(paragraph.split())):
            carried = carried or bool(CALL.search(sentence))
            bare = re.sub(r"\{\{.*?\}\}", "", sentence)
            if CALL.search(sentence) or LEGAL.search(bare):
                out.append((sentence, carried or (follows and sentence.endswith(":"))))
    return out


@dataclass(frozen=True)
class Report:
    """`lignes`: (heading, [(clause id or source key, why)]) for what is unreviewed, unsourced, unused or weak."""

    arguments: int
    affirmations: int
    sourcees: int
    lignes: Mapping[str, list[tuple[str, str]]]


def report(library: Library, cases: Mapping[str, LoadedCase]) -> Report:
    clauses = [c for c in library.clauses.values() if not c.header.remplacee_par]
    arguments = [c for c in clauses if c.header.cause in (*ARGUMENTS, "reponse")]
    told = [(c, s, ok) for c in arguments for s, ok in statements(c)]
    sources = library.sources
    weak: list[tuple[str, str]] = []
    for c in (c for c in arguments if c.header.cause in ("interne", "externe", "reponse")):
        if c.header.autorites is None:
            weak.append((c.id, "force non appréciée (clé « autorites »)"))
            continue
        solid = [
            k
            for k in c.header.autorites.pour
            if k in sources and sources[k].verifie and sources[k].statut == "en-vigueur"
        ]
        if not solid:
            weak.append((c.id, "aucune source favorable qui soit vérifiée et en vigueur"))
        if c.header.autorites.contre and not c.header.autorites.distinguer:
            weak.append((c.id, "des sources contraires, sans explication"))
    lines = {
        "Affirmations de droit sans source": [(c.id, s[:160]) for c, s, ok in told if not ok],
        "Clauses sans source": [(c.id, "") for c in arguments if not c.header.sources],
        "Clauses faibles": weak,
        "Clauses qu'aucun dossier n'emploie": [(c.id, "") for c in clauses if not cases_using(cases, c.id)],
        "Clauses qu'aucun juriste n'a relues": [(c.id, "") for c in clauses if not c.header.relu],
    }
    return Report(len(arguments), len(told), sum(ok for _, _, ok in told), lines)


LEVELS = ("vérifiées", "lues en partie", "non vérifiées")


def level(source: Source) -> str:
    """As the rule `source-non-verifiee` counts: what nobody read is not « read in part » for having an address."""
    return LEVELS[2] if source.verifie is None else LEVELS[1] if source.a_verifier else LEVELS[0]


def source_report(library: Library, declared: Iterable[str]) -> dict[str, list[tuple[str, str]]]:
    """By level of reading, then by fate: (key, what to know). `declared`: the keys that clauses use."""
    used = set(declared) | {library.sources[k].texte or "" for k in declared if k in library.sources}
    out: dict[str, list[tuple[str, str]]] = {name: [] for name in LEVELS}
    for cle, source in sorted(library.sources.items()):
        # An instrument is vouched for by the articles that were read.
        if source.type != "texte":
            out[level(source)].append((cle, source.a_verifier or ""))
        if source.statut != "en-vigueur":
            out.setdefault(f"statut : {STATUTS[source.statut]}", []).append((cle, source.alerte or ""))
    out["dans aucune clause"] = [(k, "") for k in sorted(library.sources) if k not in used]
    return out
