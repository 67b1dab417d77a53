"""Finding one's way in the library: search, where used, proposals for a case. Values in, values out."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from mandats import blocks as ast
from mandats.bibliotheque.exemple import render_example
from mandats.content import ClauseHeader, Domaine, Source
from mandats.document import TO_FILL, Clause, Library, LoadedCase
from mandats.load.paths import read_text
from mandats.load.yaml_places import read_yaml
from mandats.model import Case, Traitement
from mandats.parts import FIELDS
from mandats.render import typography
from mandats.resolve import resolve
from mandats.tables import read_table
from mandats.words import bare

MERITS = ("interne", "externe", "reponse")  # causes: of an argument on the merits, of a reply
BEST = 8  # proposals read at once
FIRST = 4  # answers to what a case says in everyday words that are reasons enough
SEVERAL = 30  # what an answer is worth from two words on
SYNONYMS, PROPOSITIONS = (Path(__file__).with_name(f"{name}.yaml") for name in ("synonymes", "propositions"))
COMMON = 0.05  # of the clauses: a word that so many say calls for none


def fold(text: str) -> list[str]:
    """Words without case, accents or plural marks; as the script of the HTML catalogue does.

    >>> fold("Données biométriques, l'image")
    ['donnee', 'biometrique', 'l', 'image']
    """
    return [re.sub(r"(?<=\w{3})[sx]$", "", w) for w in re.findall(r"[a-z0-9]+", bare(text))]


def search(library: Library, words: str) -> tuple[list[Clause], list[str]]:
    """Clauses and source keys that hold every word, best first.

    A clause is also found by what the public says (`synonymes.yaml`); when none is, those that hold half of the words.
    """
    table = read_table(SYNONYMS)
    said, empty = fold(words), set(table["vides"].split())
    wanted = [word for word in said if word not in empty] or said
    answers = _answers(table["sujets"], said)
    worth = {c.id: _worth(_clause_fields(c), wanted, 2) for c in library.clauses.values()}
    least = len(wanted) if answers or any(map(all, worth.values())) else (len(wanted) + 1) // 2
    held = {k: sum(found) * (sum(map(bool, found)) >= least) for k, found in worth.items()}
    clauses = {k: score + answers[k] for k, score in held.items()}
    sources = {k: _worth(_source_fields(k, s), said, 1) for k, s in library.sources.items()}
    found = {k: sum(each) for k, each in sources.items() if all(each)}
    return [library.clauses[k] for k in _best(clauses)], _best(found)


def _answers(subjects: Iterable[Mapping[str, list[str]]], said: list[str]) -> Counter[str]:
    """The clauses that answer what was said in everyday words; worth the more, the more words say it."""
    found: Counter[str] = Counter()
    for subject in subjects:
        told = [fold(phrase) for phrase in subject["dits"]]
        whole = [t for t in told if all(any(w == x or (len(x) > 3 and w.startswith(x)) for w in said) for x in t)]
        for rank, clause in enumerate(subject["clauses"] if whole else ()):
            found[clause] += (20 - rank) * max(map(len, whole))
    return found


def _best(scores: Mapping[str, int]) -> list[str]:
    return sorted((k for k, score in scores.items() if score), key=lambda k: (-scores[k], k))


def _worth(fields: Iterable[tuple[int, str]], wanted: list[str], whole: int) -> list[int]:
    """How well weighted fields answer each word; 0 when it is missing. `whole`: what a word found whole is worth."""
    folded = [(weight, fold(words)) for weight, words in fields]
    return [
        max(
            (w * (whole if word in words else any(x.startswith(word) for x in words)) for w, words in folded), default=0
        )
        for word in wanted
    ]


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
    """What suits the kinds of document that have not left (`propositions.yaml`), and the arguments and replies that the
    case calls for, by its regime, techniques, data, words and adverse arguments.

    Best first, each with its reasons, and whether the case has it (`deja`).

    >>> from pathlib import Path
    >>> from mandats import open_library, read_case
    >>> propose_clauses(read_case(Path("cases/testwe.yaml"))[0], open_library(Path())[0])[0].raisons[0]
    'technique : reconnaissance-faciale'
    """
    case = loaded.case
    used = {m.clause for _, m in case.moyens()}
    processings = case.every_traitement
    words = fold(re.sub(rf"{re.escape(TO_FILL)}[^\]]*\]", "", " ".join(_words(case))))
    said = Counter(word for clause in library.clauses.values() for word in {*fold(clause.corps.contenu)})
    common = {word for word, times in said.items() if times > COMMON * len(library.clauses)}
    orders = [o for o in case.documents if o.modele in library.templates]
    acts = [(o, library.templates[o.modele].header) for o in [o for o in orders if not o.depose] or orders]
    voices = {o.registre or header.registre for o, header in acts}
    told = _answers(read_table(SYNONYMS)["sujets"], words)
    first = {clause for clause, _ in told.most_common(FIRST)}
    left = {f"famille:{f}" for o in orders if o.depose for f in library.templates[o.modele].header.famille}
    left |= {cle for _, cle, event in case.histoire if event.le} | {f"secteur:{t.secteur}" for t in processings}
    usual, argued = _usual([header.famille for _, header in acts])
    lived = [row for row in read_table(PROPOSITIONS)["appels"] if argued and not left.isdisjoint(row["si"])]
    regimes = {t.regime for t in processings} or {header.regime or "rgpd" for _, header in acts}
    out = []
    for clause in library.clauses.values():
        header = clause.header
        fitting = [t for t in processings if t.regime in header.regimes and _of_field(header.domaine, t, case)]
        voiced = not header.registres or not voices.isdisjoint(header.registres)
        if not voiced or header.remplacee_par or not regimes.intersection(header.regimes):
            continue
        if processings and not fitting:
            continue
        merits = argued and header.cause in MERITS
        found = _reasons(header, case, fitting, words, common) if merits else []
        near = [c for c in header.sources if c in library.sources and _pleaded(library.sources[c], fitting, case)]
        if found and near:
            found.append((f"{len(near)} décision{'s' * (len(near) > 1)} du même domaine", min(len(near), 3)))
        if clause.id in usual:
            found.append(("usuelle dans ce genre d'acte", 6))
        if clause.id in told and (found or (merits and clause.id in first and not header.repond_a)):
            rank = 2 if clause.id not in first else 8 if told[clause.id] > SEVERAL else 5
            found.append(("répond à ce que vous décrivez", rank))
        found += [(row["raison"], 8) for row in lived if clause.id in row["clauses"]]
        reasons = tuple(reason for reason, _ in found)
        out += [Proposal(clause, reasons, clause.id in used, sum(rank for _, rank in found))] if found else []
    last = len(usual)
    return sorted(
        out, key=lambda p: (-p.rang, usual.get(p.clause.id, last), -len(p.clause.header.campagnes), p.clause.id)
    )


def usual_documents(loaded: LoadedCase, library: Library) -> dict[str, list[dict[str, str]]]:
    """By theme, the documents that are usually asked for, and what each proves: of the acts that have not left."""
    found: dict[str, list[dict[str, str]]] = {}
    for order in loaded.case.documents:
        template = library.templates.get(order.modele)
        if template and not order.depose and (file := template.file("documents.yaml")).is_file():
            found |= read_yaml(read_text(file, str(file)), str(file)).data or {}
    return found


def _usual(kinds: Iterable[tuple[str, ...]]) -> tuple[dict[str, int], bool]:
    """The clauses that suit these kinds of document, in order; and whether what the case says calls for others."""
    table = read_table(PROPOSITIONS)
    told = [table[next((f for f in reversed(kind) if f in table), "autre")] for kind in kinds]
    named = dict.fromkeys(clause for one in told for clause in one.get("clauses", ()))
    return {clause: rank for rank, clause in enumerate(named)}, any(not one.get("seules") for one in told)


def _of_field(domaine: Domaine | None, traitement: Traitement, case: Case) -> bool:
    return domaine is None or domaine.meets(traitement, case.nature(traitement))


def _pleaded(source: Source, processings: list[Traitement], case: Case) -> bool:
    """Whether a decision has a field of its own, which is that of a processing."""
    field = source.domaine
    named = field and (field.techniques or field.secteurs or field.donnees)
    return bool(named and any(_of_field(field, t, case) for t in processings))


def precedents_left(loaded: LoadedCase, library: Library) -> dict[str, list[str]]:
    """Clause used → the decisions that it does not plead in this case, which are of another field than its own."""
    found: dict[str, dict[str, None]] = {}
    for document in resolve(loaded, library)[0]:
        for item in document.items():
            for part in item.clause.parts if item.clause and not item.moyen.sans else ():
                known = [library.sources[cle] for cle in part.sources if cle in library.sources]
                dated = all(not s.date or s.date[: len(document.date)] <= document.date[: len(s.date)] for s in known)
                if item.clause and part.nom in FIELDS and dated and not all(map(document.pleads, known)):
                    found.setdefault(item.clause.id, {}).update(dict.fromkeys(part.sources))
    return {clause: list(keys) for clause, keys in found.items()}


def open_title(clause: Clause) -> str:
    """Its title with a blank for each value, which is the case's to give."""
    return typography.french(re.sub(r"\{\{.*?\}\}", "…", re.sub(r"\{%.*?%\}", "", clause.header.titre)))


def _reasons(
    header: ClauseHeader, case: Case, processings: list[Traitement], words: list[str], common: set[str]
) -> list[tuple[str, int]]:
    """Why a clause is proposed, with the weight of each reason. `common`: words that call for no clause alone."""
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
        found.append(("données biométriques", 4))
    if "sensible" in header.donnees and any(d.sensible for t in processings for d in t.donnees):
        found.append(("données sensibles", 2))
    text = f" {' '.join(words)} "
    if told := [k for k in header.mots_cles if (phrase := " ".join(fold(k))) not in common and f" {phrase} " in text]:
        found.append((f"dans les faits : {', '.join(told)}", 2 * len(told)))
    if case.campagne and case.campagne in header.campagnes:
        found.append((f"campagne : {case.campagne}", 2))
    return found


def _words(case: Case) -> Iterator[str]:
    for t in case.every_traitement:
        yield from (t.nom, t.finalite, t.description or "", *(d.categorie for d in t.donnees))
    if case.decision:
        yield case.decision.objet
    yield from (f.fait for f in case.faits)
    yield from (a.these for a in case.arguments_adverses)
