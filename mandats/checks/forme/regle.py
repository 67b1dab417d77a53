"""What a procedural rule says, read from `figures/formes.yaml`, whose head explains each key, and `figures/formes/`.

Gravity depends on the family of the document because the law does: on the merits the court invites the party to put
things right (art. R. 612-1 CJA), in référé never (art. R. 522-2), nor for a QPC (art. R. *771-4).

Choice: a file is read when a document belongs to one of its families. All are read for the guide and for the tests,
which validate them against these declarations: building a validator takes longer than reading the files.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cache, cached_property
from typing import Any, Literal

from mandats.checks.forme import mots
from mandats.delais.calendrier import Unite
from mandats.delais.duree import Duree
from mandats.delais.figures import duree_of, read_figures
from mandats.problem import AVERTISSEMENT, ERREUR
from mandats.words import in_words

Gravite = Literal["irrecevable", "a-regulariser", "conseil", "hors"]
_PLACEHOLDER = re.compile(r"\{([a-z_]+(?:\.[a-z_]+)*)\}")


@dataclass(frozen=True, kw_only=True)
class Constat:
    """One finding: a sentence and its short remedy, or a question. Raises ValueError when it is neither or both."""

    pour: str | tuple[str, ...] = ()
    si: Mapping[str, Any] = field(default_factory=dict)
    chemin: str = ""
    constat: str = ""
    faire: str = ""
    question: str = ""
    gravite: Gravite | Mapping[str, Gravite] | None = None

    def __post_init__(self) -> None:
        if bool(self.constat) == bool(self.question) or bool(self.constat) != bool(self.faire):
            raise ValueError(f"un constat avec ce qu'il faut faire, ou une question : {self}")
        if unknown := {*mots.words(self.si)} - mots.WORDS.keys():
            raise ValueError(f"mots inconnus : {unknown}")
        if self.constat and (mots.rests_on_prose(self.si) or (mots.heeds_prose(self.si) and self.gravite != "conseil")):
            raise ValueError(f"une prose ne fonde qu'une question, et ne lève qu'un conseil : {self}")


@dataclass(frozen=True, kw_only=True)
class RegleDeForme:
    """One rule. Raises ValueError when nothing checks it, or when it was not read at its source and yet blocks."""

    id: str
    titre: str
    pourquoi: str
    remede: str
    court: str
    familles: Mapping[str, Gravite]
    sources: tuple[str, ...] = ()  # keys of the register
    confiance: Literal["lu", "memoire"] = "lu"
    delais: Mapping[str, str] = field(default_factory=dict)
    seuils: Mapping[str, str] = field(default_factory=dict)
    par: tuple[str, ...] = ()
    predicat: str = ""
    un_seul: bool = False  # of its findings, only the first of each thing looked at
    constats: Mapping[str, Constat] = field(default_factory=dict)

    def __post_init__(self) -> None:
        found = [c for c in self.constats.values() if not c.si]
        if bool(self.constats) == bool(self.par) or bool(found) != bool(self.predicat):
            raise ValueError(f"{self.id} : rien ne la contrôle, ou rien ne trouve un de ses constats")
        if self.confiance == "memoire" and {*self.familles.values()} - {"conseil", "hors"}:
            raise ValueError(f"{self.id} : une règle non lue ne bloque pas")

    @cached_property
    def durees(self) -> dict[str, Duree | int]:
        """The lengths it names: what its sentences print and its predicate is given."""
        limits: dict[str, Duree | int] = {name: duree_of(cle) for name, cle in self.delais.items()}
        return limits | {name: formes().seuils[cle].valeur for name, cle in self.seuils.items()}

    def told(self, text: str) -> str:
        """One of its texts with its lengths in words."""
        filled = fill(text, self.durees) if self.delais or self.seuils else text
        return filled[:1].upper() + filled[1:]

    def vise(self, familles: Sequence[str]) -> bool:
        """Whether it concerns a document of these families (general to particular)."""
        return _most_particular(self.familles, familles) not in (None, "hors")

    def gravite_de(self, familles: Sequence[str], urgent: bool = False, constat: Constat | None = None) -> str:
        """« erreur » or « avertissement » for a document; `urgent`: nothing will be put right, whatever its family."""
        own = constat.gravite if constat else None
        word = _most_particular(own, familles) if isinstance(own, Mapping) else own
        word = word or _most_particular(self.familles, familles)
        final = urgent or not {*familles}.isdisjoint(formes().sans_regularisation.familles)
        return ERREUR if word == "irrecevable" or (word == "a-regulariser" and final) else AVERTISSEMENT


def _most_particular(gravities: Mapping[str, Gravite], familles: Sequence[str]) -> Gravite | None:
    return next((gravities[f] for f in reversed(familles) if f in gravities), None)


def fill(text: str, values: Mapping[str, object]) -> str:
    """The text with its `{names}` replaced; `{silence.du}` is a property of one. Raises KeyError for an unknown name.

    >>> fill("{n} fois, `{depuis: …}`", {"n": 2})
    'deux fois, `{depuis: …}`'
    """

    def value(found: re.Match[str]) -> str:
        name, *rest = (found[1],) if found[1] in values else found[1].split(".")
        value = values[name]
        for part in rest:
            value = getattr(value, part)
        return in_words(value) if isinstance(value, int) else str(value)

    return _PLACEHOLDER.sub(value, text)


@dataclass(frozen=True)
class Seuil:
    """A number that no time limit gives, and why it is that one."""

    duree: str
    raison: str
    unite: Unite | None = None

    @property
    def valeur(self) -> Duree | int:
        return Duree(int(self.duree), self.unite, "mois") if self.unite else int(self.duree)


@dataclass(frozen=True)
class SansRegularisation:
    """Where the judge invites nobody to put anything right: families, and those that follow if the cover names him."""

    familles: tuple[str, ...]
    devant_le_juge_des_referes: tuple[str, ...]
    ref: str


@dataclass(frozen=True)
class Chapitre:
    """One file of rules, those whose id begins with its key, and every family that they name."""

    titre: str
    familles: tuple[str, ...]


@dataclass(frozen=True)
class Formes:
    sans_regularisation: SansRegularisation
    seuils: Mapping[str, Seuil]
    chapitres: Mapping[str, Chapitre]
    non_verifie: Sequence[str]


@cache
def formes() -> Formes:
    """The head of the rules. Raises ValueError or TypeError when the file is wrong: our own bug, as for all below."""
    head = read_figures("formes.yaml")
    return Formes(
        SansRegularisation(**head["sans_regularisation"]),
        {name: Seuil(**entry) for name, entry in head["seuils"].items()},
        {prefix: Chapitre(**entry) for prefix, entry in head["chapitres"].items()},
        head["non_verifie"],
    )


def rules_for(familles: Sequence[str]) -> list[RegleDeForme]:
    """The rules that concern a document of these families, in the order of the files."""
    chapters = [p for p, chapter in formes().chapitres.items() if not {*familles}.isdisjoint(chapter.familles)]
    return [rule for prefix in chapters for rule in chapter_of(prefix).values() if rule.vise(familles)]


@cache
def all_rules() -> Mapping[str, RegleDeForme]:
    """Every rule by its id."""
    return {name: rule for prefix in formes().chapitres for name, rule in chapter_of(prefix).items()}


@cache
def chapter_of(prefix: str) -> Mapping[str, RegleDeForme]:
    """The rules of one file by their id. Raises ValueError when they are not those that the head announces."""
    rules = {name: _rule(name, entry) for name, entry in read_figures(f"formes/{prefix.lower()}.yaml").items()}
    aimed = {famille for rule in rules.values() for famille in rule.familles}
    if aimed != {*formes().chapitres[prefix].familles} or any(not name.startswith(f"{prefix}-") for name in rules):
        raise ValueError(f"{prefix} : des règles d'un autre chapitre, ou d'autres familles : {sorted(aimed)}")
    return rules


_COMMON = {f.name for f in fields(Constat)}


def _rule(name: str, entry: Mapping[str, Any]) -> RegleDeForme:
    """A rule with one finding writes it without a name; with several, what it writes so is common to them."""
    common = {word: value for word, value in entry.items() if word in _COMMON}
    own = {word: value for word, value in entry.items() if word not in _COMMON}
    named = own.get("constats", {"": {}} if common else {})
    constats = {key: Constat(**_merge(common, told)) for key, told in named.items()}
    return RegleDeForme(**{**own, "id": name, "constats": constats})


def _merge(common: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """One mapping over another, as well as the mappings that both hold: `si`, and there `vaut`."""
    both = {k for k in common.keys() & own.keys() if isinstance(common[k], Mapping) and isinstance(own[k], Mapping)}
    return {**common, **own, **{key: _merge(common[key], own[key]) for key in both}}
