"""Findings for people, for a program (JSON), for a code host (SARIF 2.1.0); and what a rule is, in full.

Problems in, text out. The procedural rules explain themselves (`checks.forme`); the others are explained by the guide,
whose page of messages ships with the program.
"""

import json
import re
import textwrap
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import PurePosixPath
from typing import Any

from mandats import __version__
from mandats.checks.forme.regle import RegleDeForme, all_rules
from mandats.document import Families
from mandats.load.library import load_families
from mandats.problem import AVERTISSEMENT, ERREUR, Problem, UnknownName, suggest
from mandats.roots import shipped_root

WIDTH = 100
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {ERREUR: "error", AVERTISSEMENT: "warning"}


def as_json(problems: Iterable[Problem], files: Sequence[str] | None = None) -> str:
    rows = [
        {"fichier": p.place.fichier, "ligne": p.place.ligne, "colonne": p.place.colonne, "chemin": p.chemin,
         "message": p.message, "regle": p.id, "gravite": p.gravite, "documents": list(p.documents),
         "aussi": [{"fichier": a.fichier, "ligne": a.ligne, "colonne": a.colonne} for a in p.aussi]}
        for p in problems
    ]  # fmt: skip
    value = {"problemes": rows} if files is None else {"fichiers": list(files), "problemes": rows}
    return json.dumps(value, ensure_ascii=False, indent=2)


def as_sarif(problems: Iterable[Problem]) -> str:
    """A SARIF 2.1.0 log: one run, each rule met described once."""
    problems = list(problems)
    ids = sorted({p.id for p in problems})
    driver = {"name": "mandats", "version": __version__, "informationUri": "https://www.laquadrature.net"}
    run = {
        "tool": {"driver": driver | {"rules": [_descriptor(i) for i in ids]}},
        "language": "fr-FR",
        "columnKind": "unicodeCodePoints",
        "results": [{"ruleId": p.id, "ruleIndex": ids.index(p.id), **_result(p)} for p in problems],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2)


def _result(problem: Problem) -> dict[str, Any]:
    told = f"{problem.chemin} : {problem.message}" if problem.chemin else problem.message
    locations = [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": _uri(place.fichier)},
                "region": {"startLine": place.ligne, "startColumn": place.colonne},
            }
        }
        for place in (problem.place, *problem.aussi)
    ]
    return {"level": LEVELS[problem.gravite], "message": {"text": told}, "locations": locations}


def _uri(name: str) -> str:
    """A path as a reference of RFC 3986, which knows only ASCII.

    >>> _uri("dossiers/été #2.yaml"), _uri("/tmp/cas.yaml")
    ('dossiers/%C3%A9t%C3%A9%20%232.yaml', 'file:///tmp/cas.yaml')
    """
    path = name.replace("\\", "/")
    encoded = PurePosixPath("/", path).as_uri()
    return encoded if path.startswith("/") else encoded.removeprefix("file:///")


def _descriptor(name: str) -> dict[str, Any]:
    rule = all_rules().get(name)
    if rule is None:
        told = _plain(guide_sections().get(name, ""))
        return {"id": name, "shortDescription": {"text": name}, **({"fullDescription": {"text": told}} if told else {})}
    return {
        "id": name,
        "shortDescription": {"text": rule.told(rule.titre)},
        "fullDescription": {"text": rule.told(rule.pourquoi)},
        "help": {"text": f"{rule.told(rule.remede)} ({rule.court})"},
        "defaultConfiguration": {"level": LEVELS[_usual(rule)]},
    }


def explain_rule(name: str) -> str:
    """The reason, the article and the remedy of a rule, in French. Raises UnknownName.

    >>> explain_rule("piece-absente").splitlines()[0]
    'piece-absente'
    """
    if rule := all_rules().get(name.upper()):
        return _in_full(rule)
    if section := guide_sections().get(name.lower()):
        return f"{name.lower()}\n\n{_plain(section)}"
    wanted = name.upper() if any(c.isdigit() for c in name) else name.lower()
    raise UnknownName(f"règle inconnue « {name} »{suggest(wanted, [*all_rules(), *guide_sections()])}")


def _in_full(rule: RegleDeForme) -> str:
    rows = {
        "Pourquoi": rule.told(rule.pourquoi),
        "Que faire": rule.told(rule.remede),
        "Articles": rule.court,
        "Gravité": gravity_words(rule),
        "Documents": ", ".join(documents_of(rule)),
        "Contrôlée par": ", ".join(rule.par),
        "Source": "lue" if rule.confiance == "lu" else "de mémoire : à vérifier, la règle n'est qu'un conseil",
    }
    told = (f"{label} : {words}" for label, words in rows.items() if words)
    filled = (textwrap.fill(words, WIDTH, break_on_hyphens=False) for words in told)
    return "\n\n".join([f"{rule.id} – {rule.told(rule.titre)}", *filled])


def rules_of(familles: Sequence[str]) -> list[tuple[str, str, str]]:
    """The rules that a document of these families is judged by: gravity, name, title; errors first."""
    found = [(r.gravite_de(familles), r.id, r.told(r.titre)) for r in all_rules().values() if r.vise(familles)]
    return sorted(found, key=lambda one: (one[0] != ERREUR, one[1]))


def documents_of(rule: RegleDeForme) -> list[str]:
    """The shipped templates that a rule concerns, in the order of the families it names."""
    ranks = {famille: rank for rank, famille in enumerate(rule.familles)}
    found = {slug: familles for slug, familles in _shipped().items() if rule.vise(familles)}
    return sorted(found, key=lambda slug: (min(ranks[f] for f in found[slug] if f in ranks), slug))


def gravity_words(rule: RegleDeForme) -> str:
    """« avertissement ; erreur pour refere-suspension, qpc »."""
    usual, grave = _usual(rule), {slug: rule.gravite_de(_shipped()[slug]) for slug in documents_of(rule)}
    other = [slug for slug, gravite in grave.items() if gravite != usual]
    if len(other) == len(grave):
        return next(iter(grave.values()))
    return usual + (f" ; {grave[other[0]]} pour {', '.join(other)}" if other else "")


def _usual(rule: RegleDeForme) -> str:
    """Its gravity for the first family it names."""
    return rule.gravite_de([next(iter(rule.familles))])


@cache
def _shipped() -> Families:
    return load_families(shipped_root())


@cache
def guide_sections() -> dict[str, str]:
    """Rule → its section of the page of messages, as Markdown. Empty when the page did not ship."""
    root = shipped_root()
    page = next((p for p in (root / "messages.md", root / "docs" / "guide" / "messages.md") if p.is_file()), None)
    sections: dict[str, str] = {}
    for part in re.split(r"^### ", page.read_text("utf-8"), flags=re.M)[1:] if page else ():
        heading, _, body = part.partition("\n")
        for name in re.findall(r"`([a-z-]+)`", heading):
            sections[name] = re.split(r"^## ", body, flags=re.M)[0].strip()
    return sections


def _plain(markdown: str) -> str:
    """The words of a section of the guide, without its fences, links and marks."""
    text = re.sub(r"^```\w*\n?", "", markdown, flags=re.M)
    text = re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", text)
    return re.sub(r"\*\*|`", "", text).strip()
