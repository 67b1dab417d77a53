"""What is left to do in the library: unreviewed, unsourced, unused, weak; and how far each source was read."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest
from pathlib import Path

from mandats.bibliotheque.epreuve import SENTENCE, constant_sentences
from mandats.bibliotheque.recherche import MERITS, cases_using
from mandats.content import STATUTS, Source
from mandats.document import Clause, Library, LoadedCase
from mandats.keys import REGISTRES
from mandats.tables import read_table

ARGUMENTS = (*MERITS, "urgence", "recevabilite", "qualite")
CALL = re.compile(r"\b(?:citation|references?|norme|extrait)\(")
# A sentence that names the law, or one of those who say it.
LEGAL = re.compile(
    r"\b(articles?|alinéas?|lois?|règlement|directive|codes?|Convention|Charte|Constitution|décrets?|Cour|"
    r"Conseil d'État|Conseil constitutionnel|tribunal|a jugé|jurisprudence|législateur|CNIL|Commission nationale|"
    r"lignes directrices)\b"
)
HOLE, BESIDE = "manque", "–"  # of a register: a template needs it; the clause says that it has nothing to do there
# What the other side says, or would: the answer is the statement.
REPORTED = re.compile(r"(?:oppos|soutien|soutenu|object[eé]|prétend|valoir)[^.;]* qu[e']")


def statements(clause: Clause) -> list[tuple[str, bool]]:
    """The clause's statements of law, each with whether it carries a source key.

    A statement is a sentence that names the law or a court, other than a heading, or what the adversary is said to
    plead. It carries a key when it calls the register, or when it goes on with the source of an earlier sentence of its
    paragraph, or announces the quotation that follows.
    """
    out: list[tuple[str, bool]] = []
    paragraphs = _paragraphs(re.sub(r"\{%.*?%\}|^:::[^\n]*\n", "", clause.corps.contenu, flags=re.S | re.M))
    for paragraph, following in zip_longest(paragraphs, paragraphs[1:], fillvalue=""):
        follows = bool(re.match(r"\{\{ ?norme\(", following))
        carried = False
        for sentence in SENTENCE.split(paragraph):
            carried = carried or bool(CALL.search(sentence))
            bare = re.sub(r"\{\{.*?\}\}", "", sentence)
            told = sentence.startswith("#") or REPORTED.search(sentence)
            if CALL.search(sentence) or (LEGAL.search(bare) and not told):
                out.append((sentence, carried or (follows and sentence.endswith(":"))))
    return out


@dataclass(frozen=True)
class Report:
    """`lignes`: (heading, [(clause id or source key, why)]) for what is unreviewed, unsourced, unused or weak.

    `registres`: (clause id, a cell for each register): the regimes under which it speaks there, abridged.
    """

    arguments: int
    affirmations: int
    sourcees: int
    registres: tuple[tuple[str, tuple[str, ...]], ...]
    lignes: Mapping[str, list[tuple[str, str]]]


def report(library: Library, cases: Mapping[str, LoadedCase]) -> Report:
    clauses = [c for c in library.clauses.values() if not c.header.remplacee_par]
    arguments = [c for c in clauses if c.header.cause in ARGUMENTS]
    told = [(c, s, ok) for c in arguments for s, ok in statements(c)]
    lines = {
        "Affirmations de droit sans source": [(c.id, s[:160]) for c, s, ok in told if not ok],
        "Clauses sans source": [(c.id, "") for c in arguments if not c.header.sources],
        "Clauses faibles": [(c.id, why) for c in arguments for why in _weak(c, library)],
        "Phrases d'application que deux dossiers sans rien de commun laissent identiques": [
            (c.id, s[:160]) for c in clauses for s in constant_sentences(c, library)
        ],
        "Blocs qui commencent par un mot de liaison": [(c.id, words) for c in clauses for words in _leaning(c)],
        "Paragraphes à plus d'une condition": [(c.id, p[:160]) for c in clauses for p in _tangled(c)],
        "Registres qui manquent": [(c.id, ", ".join(missing)) for c in clauses if (missing := holes(c, library))],
        "Arguments sans blocs": [(c.id, "") for c in arguments if not c.parts],
        "Clauses qu'aucun dossier n'emploie": [(c.id, "") for c in clauses if not cases_using(cases, c.id)],
        "Clauses qu'aucun juriste n'a relues": [(c.id, "") for c in clauses if not c.header.relu],
    }
    return Report(len(arguments), len(told), sum(ok for _, _, ok in told), _voices(clauses, library), lines)


def _paragraphs(words: str) -> list[str]:
    return [" ".join(p.split()) for p in re.split(r"\n\s*\n", words) if p.strip()]


@cache
def _liaison() -> re.Pattern[str]:
    table = read_table(Path(__file__).with_name("liaisons.yaml"))
    words, spared = ("|".join(re.escape(w) for w in sorted(table[k], key=len, reverse=True)) for k in table)
    return re.compile(rf"(?!(?:{spared})(?:\b|(?<=')))(?:{words})(?!\w)", re.I)


def opening(sentence: str) -> str:
    """The word that supposes the sentence before, when it begins by one.

    >>> opening("Elle n'en dit rien."), opening("Il appartient au juge…"), opening("Tel est le cas."), opening("Celles")
    ('Elle', '', 'Tel', '')
    """
    found = _liaison().match(sentence.replace("’", "'").lstrip("*« "))
    return found[0] if found else ""


def _leaning(clause: Clause) -> Iterator[str]:
    """The blocks whose first word supposes what a case may have dropped."""
    lines = clause.corps.contenu.split("\n")
    for part in clause.parts:
        words = next((line for line in lines[part.debut : part.fin - 1] if line.strip()), "")
        if word := opening(words):
            yield f"{part.nom}, « {word} » : {words[:120]}"


def _tangled(clause: Clause) -> list[str]:
    """The paragraphs that hold more than one condition, or one that is not plain."""
    shown = _paragraphs("\n".join(line for line in clause.corps.contenu.split("\n") if not line.startswith(":::")))
    found = [(p, re.findall(r"\{%-? *(?:el)?if (.*?) *-?%\}|\bif [^{}]* else\b", p)) for p in shown]
    return [p for p, tests in found if len(tests) > 1 or any(re.search(r"\b(?:and|or)\b", t) for t in tests)]


def holes(clause: Clause, library: Library) -> list[str]:
    """The registers of the templates that have a section for the clause, and for which it has no wording."""
    header = clause.header
    acts = [template.header for template in library.templates.values()]
    asked = dict.fromkeys(act.registre for act in acts if any(header.cause in s.cause for s in act.sections.values()))
    return [r for r in asked if header.registres and r not in header.registres and r not in header.sans_objet]


def _voices(clauses: Iterable[Clause], library: Library) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What each clause says in each register; one without wordings speaks the same way in all."""
    table = []
    for clause in clauses:
        header, missing = clause.header, holes(clause, library)
        regimes = " ".join(regime[:4] for regime in header.regimes)
        spoken = dict.fromkeys(header.registres or REGISTRES, regimes)
        cells = dict.fromkeys(missing, HOLE) | dict.fromkeys(header.sans_objet, BESIDE) | spoken
        table.append((clause.id, tuple(cells.get(r, "") for r in REGISTRES)))
    return tuple(table)


def _weak(clause: Clause, library: Library) -> Iterator[str]:
    """Why an argument on the merits, or a reply, may not hold."""
    authorities = clause.header.autorites
    if clause.header.cause not in MERITS:
        return
    if authorities is None:
        yield "force non appréciée (clé « autorites »)"
        return
    pour = [library.sources[k] for k in authorities.pour if k in library.sources]
    if not any(s.verifie and s.statut == "en-vigueur" for s in pour):
        yield "aucune source favorable qui soit vérifiée et en vigueur"
    if authorities.contre and not authorities.distinguer:
        yield "des sources contraires, sans explication"


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
