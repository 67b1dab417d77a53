"""The French forms of reference: full at the first use, short after, never « ibid. »; and the table of sources.

Takes sources of the register, gives inlines (names in italics). Punctuation and spaces are typography's affair.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from mandats import blocks
from mandats.blocks import Node
from mandats.content import GROUPES, Source
from mandats.render import typography
from mandats.render.typography import contract, date_longue
from mandats.tables import read_table

PART = re.compile(r"(?:sous |points? |paragraphes? |alinéas? |\w+ (?:alinéa|phrase)|[0-9]+°)")  # of an article
FORMS = Path(__file__).with_name("citations.yaml")
Sources = Mapping[str, Source]


class Mentions:
    """The texts and decisions that a document has named so far, and the short forms that it announced."""

    def __init__(self, sources: Sources):
        self.sources = sources
        self.seen, self.told = set[str](), set[str]()  # told: in full, in a sentence
        self.announced: dict[str, Node] = {}  # what announces the short form of each

    def in_note(self, cle: str, passage: str, inline: bool) -> list[Node]:
        """The reference of a note, or of a parenthesis that stands for one."""
        source = self.sources[cle]
        owner = source.texte or cle
        first = owner not in self.seen
        self.seen.add(owner)
        self.told |= {owner} if inline else set()
        told = self._announce(owner, ", ci-après « {} »" if inline else " (ci-après « {} »)") if first else []
        form = reference(source, self.sources, passage, brief=not first, told=told)
        return linked(form, source) if first else form

    def in_sentence(self, owner: str) -> list[Node] | None:
        """What follows the full name of a text or a decision in a sentence; None: its short form is known."""
        known = owner in (self.told if self.sources[owner].type == "texte" else self.seen)
        self.told.add(owner)
        self.seen.add(owner)
        return None if known else self._announce(owner, " (ci-après « {} »)")

    def _announce(self, owner: str, form: str) -> list[Node]:
        text = self.sources[owner]
        if owner in self.announced or text.type != "texte" or not text.court or text.court == text.titre:
            return []
        self.announced[owner] = blocks.span(typography.inlines(form.format(text.court)))
        return [self.announced[owner]]

    def forget_unused(self, tree: list[Node]) -> None:
        """No short form is announced that the document never uses (in place)."""
        words = blocks.plain(tree, notes=True)
        for owner, node in self.announced.items():
            text = self.sources[owner]
            titre, court = (blocks.plain(typography.inlines(name or "")) for name in (text.titre, text.court))
            if words.replace(titre, "").count(court) < 2:
                node["c"][1] = []


def reference(
    source: Source, sources: Sources, passage: str = "", brief: bool = False, told: Sequence[Node] = ()
) -> list[Node]:
    """The complete reference, as a note gives it at the first use; `brief`, later: enough to find the first.

    `told`: what announces the short form of a text.
    """
    if source.type == "article":
        if PART.match(passage):  # « article 4, point 22, sous c), du RGPD »
            source, passage = source.model_copy(update={"libelle": f"{source.libelle}, {passage}"}), ""
        return _join([[*_article(source, sources, brief), *told], passage])
    parts: list[list[Node] | str | None] = [source.auteur if source.type == "document" else None]
    parts.append((source.court if brief else None) or source.titre)
    if source.type == "decision":
        forms = read_table(FORMS)
        form = forms.get(source.juridiction or "", forms["usage"])[brief]
        unnamed = brief and not source.nom and "nom" in form.split()
        parts = _decision(source, forms["usage"][1] if unnamed else form)
    form = _join([*parts, "préc." if brief and source.type != "texte" else None])
    return _join([[*form, *told], passage])


def _decision(source: Source, form: str) -> list[list[Node] | str | None]:
    first = source.numeros[0] if source.numeros else ""
    parts: dict[str, list[Node] | str | None] = {
        "juridiction": source.juridiction,
        "formation": source.formation,
        "date": date_longue(source.date) if source.date else None,
        "nom": [{"t": "Emph", "c": typography.inlines(source.nom)}] if source.nom else None,
        "numeros": _numbers(source),
        "numero": first and ("nos " if first.endswith("et autres") else "n° ") + first,
        "affaire": first,
        "recueil": source.recueil,
        "ecli": source.ecli,
    }
    return [parts[name] for name in form.split()]


def _numbers(source: Source) -> str:
    """« n° 446155 », « nos 440442, 440445 », « C-511/18, C-512/18 et C-520/18 »."""
    numbers, court = source.numeros, source.juridiction or ""
    listed = court == "CE" or court.startswith(("TA", "CAA"))
    joined = ", ".join(numbers) if listed else typography.enumeration(numbers)
    if not numbers or court in ("CJUE", "Trib. UE"):
        return joined
    return ("nos " if len(numbers) > 1 or " et autres" in joined else "n° ") + joined


def _join(parts: list[list[Node] | str | None]) -> list[Node]:
    out: list[Node] = []
    for part in parts:
        if part:
            out += typography.inlines(", ") if out else []
            out += typography.inlines(part) if isinstance(part, str) else part
    return out


def _article(source: Source, sources: Sources, brief: bool) -> list[Node]:
    """« article 5 du RGPD », « article L. 1, 2°, de la loi … », with the comma a subdivided article wants."""
    parent, label = sources[source.texte or ""], source.libelle or ""
    name = (parent.court if brief else None) or parent.titre or ""
    article = (parent.article_court if brief and parent.court else None) or parent.article or "aucun"
    last = label.rsplit(" et " if label.startswith("articles ") else ", et ", 1)[-1]  # of several, it tells
    comma = "," if "," in last else ""
    return [*typography.inlines(label), *typography.inlines(f"{comma} {contract('de', article, name)}")]


def in_text(source: Source, sources: Sources, told: Sequence[Node] | None) -> list[Node]:
    """The reference inside a sentence, without its leading article; `told`: as `Mentions.in_sentence` gives it."""
    brief = told is None
    inlines = _article(source, sources, brief) if source.type == "article" else reference(source, sources, brief=brief)
    return [*inlines, *(told or ())]


# How a leading article and a preposition are called by `references()`, as the filters are.
ARTICLES: dict[str, Callable[[str, str], str]] = {
    "le": typography.with_article,
    "du": partial(contract, "de"),
    "au": partial(contract, "à"),
}


def grouped(
    cited: Sequence[Source], sources: Sources, form: str, told: Callable[[str], list[Node] | None]
) -> list[Node]:
    """Several articles in a sentence, those of one text together: « les articles L. 511-1 et L. 911-1 du code… ».

    `form`: a key of ARTICLES, with a capital or not; `told`: as `Mentions.in_sentence`, asked once for each text.
    """
    texts: dict[str, list[Source]] = {}
    for source in cited:
        texts.setdefault(source.texte or "", []).append(source)
    out: list[Node] = []
    for i, (owner, alike) in enumerate(texts.items()):
        labels = sorted({s.libelle or "" for s in alike}, key=natural)
        label = fold([tuple(words.split(", ")) for words in labels])
        noun = label.split(" ", 1)[0]
        article = "les" if noun.endswith("s") else "l'" if noun[0] in "aeiouy" else "le"
        lead = ARTICLES[form.lower()](article, "").rstrip()
        lead = typography.capital(lead) if form[0].isupper() and i == 0 else lead
        joint = "" if i == 0 else " et " if i == len(texts) - 1 else ", "
        out += typography.inlines(joint + lead + ("" if lead.endswith("'") else " "))
        out += in_text(alike[0].model_copy(update={"libelle": label}), sources, told(owner))
    return out


def fold(labels: Sequence[tuple[str, ...]]) -> str:
    """The labels of several articles, what they share said once.

    >>> fold([("article L. 511-1",), ("article L. 911-1",)])
    'articles L. 511-1 et L. 911-1'
    >>> fold([("article 5", "paragraphe 1", "sous a)"), ("article 5", "paragraphe 1", "sous c)")])
    'article 5, paragraphe 1, sous a) et c)'
    >>> fold([("article 5", "paragraphe 1", "sous f)"), ("article 25", "paragraphe 1"), ("article 32",)])
    'articles 5, paragraphe 1, sous f), 25, paragraphe 1, et 32'
    """
    heads = list(dict.fromkeys(label[0] for label in labels))
    parts = [(head, [label[1:] for label in labels if label[0] == head and label[1:]]) for head in heads]
    word, _, alone = heads[0].partition(" ")
    same = len(heads) > 1 and alone and all(head.startswith(word + " ") for head in heads)
    short = [(head.removeprefix(word + " ") if same else head, rest) for head, rest in parts]
    said = [", ".join([head, *([fold(rest)] if rest else [])]) for head, rest in short]
    plural = f"{word.removesuffix('s')}s " if same else ""
    comma = "," if any("," in one for one in said[:-1]) else ""
    return plural + (", ".join(said[:-1]) + f"{comma} et " if said[1:] else "") + said[-1]


def linked(inlines: list[Node], source: Source) -> list[Node]:
    """The reference as a link to the page where it was read; as it is when the register gives no web address."""
    url = source.url or ""
    return [blocks.link(inlines, url)] if url.startswith("https://") and " " not in url else inlines


def rank(source: Source, sources: Sources) -> tuple[int, str]:
    """The conventional order in one note: texts before decisions, courts as in the table, each by date; then stable.

    Articles of one rank keep the order of the clause, which is that of its reasoning.
    """
    owner = sources[source.texte] if source.texte else source
    date = source.date or "" if source.type in ("decision", "document") else ""
    return GROUPES.index(owner.groupe or "Autres"), date


def abridged(words: str, most: int = 25, kept: int = 10) -> str:
    """The first words of a passage already given in full; nothing when it is short enough to be given again.

    >>> abridged("un deux trois", most=2, kept=1), abridged("un, deux trois", most=2, kept=1), abridged("un deux")
    ('un […]', 'un […]', '')
    """
    parts = words.split()
    return " ".join(parts[:kept]).rstrip(" ,;:") + " […]" if len(parts) > most else ""


def table_rows(used: Mapping[str, list[int]], sources: Sources, paragraphs: bool) -> list[tuple[str, list[list[Node]]]]:
    """By heading, one entry per text (its articles run on, in order of their numbers) and per decision, by date.

    `used`: key → numbers of the paragraphs where it stands, printed when `paragraphs`; 0: the prayers.
    """
    articles: dict[str, list[str]] = {}  # of each text; of what has none, nothing
    for cle in used:
        articles.setdefault(sources[cle].texte or cle, []).extend([cle] if sources[cle].texte else [])

    def where(cle: str) -> list[Node]:
        """« (§§ 9, 13-15 ; conclusions) », each number a reference to its paragraph."""
        found = set(used.get(cle, ())) if paragraphs else set()
        if not (numbers := sorted(found - {0})):
            return typography.inlines(" (conclusions)") if found else []
        runs = re.split("([0-9]+)", ", ".join(typography.join_runs(numbers, "-")))
        cited = [
            blocks.span([blocks.text(n)], "renvoi", alinea=n) if i % 2 else blocks.text(n) for i, n in enumerate(runs)
        ]
        sign = blocks.text(f"({'§§' if len(numbers) > 1 else '§'}{typography.NBSP}")
        end = typography.inlines(" ; conclusions)" if 0 in found else ")")
        return [typography.SPACE, sign, *(node for node in cited if node["c"]), *end]

    groups: dict[str, list[tuple[tuple[Any, ...], list[Node]]]] = {}
    for owner, keys in articles.items():
        source = sources[owner]
        nodes = [*linked(sentence(reference(source, sources)), source), *where(owner)]
        keys.sort(key=lambda k: natural(sources[k].libelle or ""))
        for i, k in enumerate(keys):
            nodes += [*typography.inlines(f" {';' if i else ':'} {sources[k].libelle}"), *where(k)]
        dated = (1, source.date or "", natural(source.nom or source.titre or ""), owner)
        order = (0, source.titre or "") if source.type == "texte" else dated
        groups.setdefault(source.groupe or "Autres", []).append((order, nodes))
    return [(g, [nodes for _, nodes in sorted(groups[g], key=lambda row: row[0])]) for g in GROUPES if g in groups]


def natural(text: str) -> list[tuple[int, str]]:
    """A sort key that counts: « article 9 » before « article 10 »."""
    return [(int(p), "") if i % 2 else (0, p) for i, p in enumerate(re.split(r"([0-9]+)", text))]


def sentence(nodes: list[Node]) -> list[Node]:
    """The same inlines with a capital at their head (in place)."""
    first = next((n for n in blocks.walk(nodes) if n["t"] == "Str"), None)
    if first:
        first["c"] = first["c"][:1].upper() + first["c"][1:]
    return nodes
