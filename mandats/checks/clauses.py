"""Rules on the clauses and on words between quotation marks: each in its place, and nothing that no source says."""

import difflib
import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

from mandats.checks.rule import Finding, rule
from mandats.content import Source
from mandats.document import Clause, Rendered, Text
from mandats.problem import ERREUR, Place
from mandats.words import MONTHS, iso_day

ELISION = re.compile(r"\[\s*(?:…|\.\.\.)\s*\]")
QUOTED = re.compile(r"«([^«»{}]+)»")
JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|^:::[^\n]*$", re.S | re.M)  # and the fences of blocks
LIST_MARK = re.compile(r"^\s*[0-9]+[.)] ", re.M)
DATE = re.compile(rf"\b(?:(?:1er|[0-9]{{1,2}}) )?(?:{'|'.join(MONTHS)}) [0-9]{{4}}\b")
NUMBER = re.compile(r"[0-9]+")
CALL = re.compile(r"\b(?:connue|citation|references?|norme|extrait)\(([^)]*)\)")
KEY = re.compile(r"""(?:^|\[)\s*["']([a-z0-9][a-z0-9_-]*)["']""")


@rule("clause-mal-placee", ERREUR)
def clause_mal_placee(rendered: Rendered) -> Iterator[Finding]:
    """A clause stands in a section of its kind: a prayer among the prayers (art. R. 411-1 CJA)."""
    for place, former, told in _misplaced(rendered):
        if not former:
            yield place, "clause", told


@rule("clause-deplacee")
def clause_deplacee(rendered: Rendered) -> Iterator[Finding]:
    """A clause whose place changed stands where it now belongs."""
    for place, former, told in _misplaced(rendered):
        if former:
            yield place, "clause", told


def _misplaced(rendered: Rendered) -> Iterator[tuple[Place, bool, str]]:
    """Where a clause is not in a section of its kind, whether it was of that kind once, and what to say of it."""
    declared = rendered.document.template.header.sections
    for name, items in rendered.document.sections.items():
        causes = declared[name].cause
        for item in items:
            if item.clause and causes and (cause := item.cause) not in causes:
                fits = ", ".join(n for n, s in declared.items() if cause in s.cause) or "aucune de ce modèle"
                former = item.clause.header.cause_anterieure in causes and not item.moyen.cause
                wrong = f"n'a {'plus' if former else 'pas'} sa place dans {name} (section possible : {fits})"
                yield item.place, former, f"la clause {item.clause.id} ({cause}) {wrong}"


@rule("moyen-hors-regime", ERREUR)
def moyen_hors_regime(rendered: Rendered) -> Iterator[Finding]:
    """A clause serves the legal regime of the processing (art. 2 § 2 d RGPD; art. 1, 2 directive (UE) 2016/680)."""
    document = rendered.document
    for item in document.items():
        regime = item.moyen.regime or (document.traitement.regime if document.traitement else None)
        if item.clause and regime and regime not in (header := item.clause.header).regimes:
            hint = f" ; son pendant : {header.pendants[regime]}" if regime in header.pendants else ""
            fits = f"vaut pour le régime {', '.join(header.regimes)}, elle est employée pour {regime}{hint}"
            yield item.place, "clause", f"la clause {item.clause.id} {fits}"


@rule("moyen-sans-registre", ERREUR)
def moyen_sans_registre(rendered: Rendered) -> Iterator[Finding]:
    """A clause that draws a consequence has a wording for this document's register."""
    wanted = rendered.document.registre
    for item in rendered.document.items():
        if item.clause and (known := item.clause.header.registres) and wanted not in known:
            words = f"n'a pas de formulation pour le registre {wanted} (elle en a pour : {', '.join(known)})"
            yield item.place, "clause", f"la clause {item.clause.id} {words}"


@rule("source-non-declaree")
def source_non_declaree(rendered: Rendered) -> Iterator[Finding]:
    """A clause lists in `sources:` every source it uses, and no other."""
    message = "source employée mais absente de l'en-tête « sources »"
    clauses = {clause.corps.fichier: clause for clause in rendered.document.clauses}
    seen = set()
    for clause in clauses.values():
        # Also in what this act does not print: a branch for another regime, another date.
        for cle in dict.fromkeys(cle for words in _written(clause) for cle in _named(words.contenu)):
            if cle not in clause.header.sources:
                seen.add((clause.id, cle))
                yield clause.corps.place(f'"{cle}"'), cle, message
    for use in rendered.cited_sources:
        caller = clauses.get(use.place.fichier)
        if caller and use.cle not in caller.header.sources and (caller.id, use.cle) not in seen:
            seen.add((caller.id, use.cle))
            yield use.place, use.cle, message


@functools.lru_cache(maxsize=4096)
def _named(text: str) -> tuple[str, ...]:
    """The keys of the sources that a text calls."""
    return tuple(cle for call in CALL.findall(text) for cle in KEY.findall(call))


@rule("nombre-sans-source")
def nombre_sans_source(rendered: Rendered) -> Iterator[Finding]:
    """Every number and date that a clause states itself, not by a parameter, stands in one of its sources."""
    for clause in rendered.document.clauses:
        yield from unsourced_numbers(clause, rendered.document.library.sources)


def unsourced_numbers(clause: Clause, sources: Mapping[str, Source]) -> Iterator[Finding]:
    """The numbers of a clause's text and consequences that none of its sources holds."""
    known = [sources[k] for k in clause.header.sources if k in sources]
    known += [sources[s.texte] for s in known if s.texte]
    for text in _written(clause):
        dates, numbers = _stated(text.contenu)
        written = {date: iso_day(date) or iso_day(f"1 {date}")[:7] for date in dates}  # as the register has it
        wrong = [d for d, iso in written.items() if not any(d in source.said or iso in source.said for source in known)]
        found = {number for source in known for number in _numbers(source.said)} if numbers else set()
        for number in dict.fromkeys([*wrong, *(n for n in numbers if n not in found)]):
            yield text.place(number), "", f"« {number} » n'est dans aucune des sources de la clause {clause.id}"


@functools.lru_cache(maxsize=4096)
def _stated(text: str) -> tuple[list[str], list[str]]:
    """The dates and the other numbers that the text of a clause states by itself."""
    bare = LIST_MARK.sub("", JINJA.sub("", text))
    return DATE.findall(bare), NUMBER.findall(DATE.sub("", bare))


@functools.lru_cache(maxsize=4096)
def _numbers(words: str) -> frozenset[str]:
    return frozenset(NUMBER.findall(words))


@rule("mots-sans-source")
def mots_sans_source(rendered: Rendered) -> Iterator[Finding]:
    """Words that a clause puts between « » stand in one of its sources, or are its own (`mots_cles`, `repond_a`)."""
    sources = rendered.document.library.sources
    for clause in rendered.document.clauses:
        header = clause.header
        if quoted := [(text, words) for text in _written(clause) for words in QUOTED.findall(text.contenu)]:
            said = (sources[k].said for k in header.sources if k in sources)
            known = fold(" ".join([*said, header.titre, header.repond_a or "", *header.mots_cles]))
        for text, words in quoted:
            if fold(words) not in known:
                told = f"n'est dans aucune des sources de la clause {clause.id} (ni dans ses mots_cles)"
                yield text.place(words), "", f"« {words.strip()} » {told}"


def _written(clause: Clause) -> list[Text]:
    """All that a clause says: its body, then its consequences."""
    file, places = clause.corps.fichier, clause.places
    consequences = clause.header.registres.items()
    return [clause.corps, *(Text(file, words, places[("registres", r)].ligne) for r, words in consequences)]


@rule("citation-inexacte", ERREUR)
def citation_inexacte(rendered: Rendered) -> Iterator[Finding]:
    """Words between « » attributed to a text or a decision are the register's; a case may quote its own pièces."""
    document = rendered.document
    sources = document.library.sources.values()
    passages = [p for s in sources for p in s.passages.values()]
    names = {fold(s.court) for s in sources if s.court}  # « ci-après « … » » names a text, and quotes none
    ours = {c.corps.fichier for c in document.library.clauses.values()} | {document.template.plan.fichier}
    case_words = functools.cache(lambda: fold(" ".join(_strings(document.case.model_dump()))))
    for quotation in rendered.quotations:
        begins = f"« {quotation.texte[:60]}… »"
        if fold(quotation.texte) in names or is_passage(quotation.texte, passages):
            continue
        if near := _nearest(quotation.texte, passages):
            told = f"{begins} ; le registre porte « {near[:80]}… »"
            yield quotation.place, "", f"citation différente du registre : {told}"
        elif quotation.place.fichier in ours and fold(quotation.texte) not in case_words():
            yield quotation.place, "", f"citation absente du registre : {begins} ; employez norme() ou extrait()"


@functools.lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """The words alone: spaces, apostrophes, dashes and case do not make a quotation differ."""
    words = " ".join(unicodedata.normalize("NFC", text).lower().translate(_ALIKE).split())
    return _SPACED.sub(r"\1\2", words).strip(" .,;:")


_ALIKE = {ord(other): sign for sign, others in (("'", "’ʼ`´"), ("-", "‑–—")) for other in others}
_SPACED = re.compile(" ?([;:!?»])|(«) ")


def is_passage(quoted: str, passages: Iterable[str]) -> bool:
    """Whether a passage holds the words, elisions « […] » apart, in order."""
    wanted = re.compile(".*".join(re.escape(fold(segment)) for segment in ELISION.split(quoted)))
    return any(wanted.search(fold(passage)) for passage in passages)


def _nearest(quoted: str, passages: Iterable[str]) -> str | None:
    """The stored passage that the words alter, if one is that close."""
    words = fold(quoted).split()
    for passage in passages:
        folded = fold(passage).split()
        # Cheap first: an altered quotation keeps most of its words.
        if len({*words}.intersection(folded)) >= 0.7 * len({*words}):
            blocks = difflib.SequenceMatcher(None, words, folded, autojunk=False).get_matching_blocks()
            if sum(block.size for block in blocks) > 0.75 * len(words):
                return passage
    return None


def _strings(node: object) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, (dict, list, tuple)):
        for value in node.values() if isinstance(node, dict) else node:
            yield from _strings(value)
