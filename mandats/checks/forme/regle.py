"""What a procedural rule says, read from `figures/formes.yaml` and `figures/formes/*.yaml`; nothing is said twice.

The guide (`tools/guide_rules.py`), `verifier --expliquer`, SARIF and the findings themselves print these values. There is
no list of rules but the files: what a file holds runs, and a rule that nothing checks is refused when it is read.

Gravity depends on the family of the document because the law does: on the merits the court invites the party to put
things right (art. R. 612-1 CJA), in référé never (art. R. 522-2), nor for a QPC (art. R. *771-4).

Choice: a file is read when a document belongs to one of its families, a rule validated when it concerns that document.
All of them are read for the guide and for the tests.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, cached_property
from typing import Any, Literal, TypeVar

from pydantic import model_validator

from mandats.checks.forme.conditions import Conditions, Liste
from mandats.delais.calendrier import Unite
from mandats.delais.duree import Duree, duree_of
from mandats.delais.figures import shipped_text
from mandats.load.validate import validate
from mandats.load.yaml_places import Yaml, read_yaml
from mandats.model import Cle, DateEntiere, Model, Texte, key
from mandats.problem import AVERTISSEMENT, ERREUR
from mandats.words import in_words

Gravite = Literal["irrecevable", "a-regulariser", "conseil", "hors"]
_M = TypeVar("_M", bound=Model)
_PLACEHOLDER = re.compile(r"\{([a-z_]+(?:\.[a-z_]+)*)\}")


class Seuil(Model):
    """A number that no time limit of the law gives."""

    duree: int = key("Combien.")
    unite: Unite | None = key("De quoi, si c'est un temps.", None)
    raison: Texte = key("Pourquoi ce nombre, et d'où il vient.")


class SansRegularisation(Model):
    """Where the judge invites nobody to put anything right."""

    familles: tuple[Cle, ...] = key("Les familles d'actes.")
    devant_le_juge_des_referes: tuple[Cle, ...] = key("Celles qui suivent ce régime quand leur première page le nomme.")
    ref: Texte = key("Les articles.")


class Chapitre(Model):
    """One file of rules: those whose id begins with its key."""

    titre: Texte = key("Titre, dans le guide.")
    familles: tuple[Cle, ...] = key("Toutes celles que visent ses règles : pour une autre, le fichier n'est pas lu.")


class Formes(Model):
    """The head of the rules."""

    etat_du_droit: DateEntiere = key("Jour auquel les règles ont été relues.")
    sans_regularisation: SansRegularisation = key("Ce qui ne se régularise pas.")
    seuils: dict[Cle, Seuil] = key("Les nombres qui ne sont pas des délais de la loi.")
    chapitres: dict[str, Chapitre] = key("Les fichiers de règles.")


class Constat(Model):
    """One finding of a rule: a sentence with its short remedy, or a question that only the drafter can answer."""

    pour: Liste = key("Regarder tour à tour les parties de ce rôle (du premier qui est pourvu), ou les pièces.", ())
    si: Conditions | None = key("Quand le dire ; à défaut, c'est le prédicat qui le trouve.", None)
    chemin: Texte | None = key("Clé à laquelle on renvoie ; à défaut, la première que nomme la condition.", None)
    constat: Texte | None = key("Ce qui ne va pas.", None)
    faire: Texte | None = key("Ce qu'il faut faire, en quelques mots.", None)
    question: Texte | None = key("Ce que le dossier ne dit pas et qu'il faut confirmer ; ne bloque jamais.", None)
    gravite: Gravite | dict[Cle, Gravite] | None = key("Si elle n'est pas celle de la règle.", None)

    @model_validator(mode="after")
    def _whole(self) -> Constat:
        if (self.constat is None) == (self.question is None) or (self.constat is None) != (self.faire is None):
            raise ValueError("un constat avec ce qu'il faut faire, ou une question")
        return self


class RegleDeForme(Model):
    """One rule of form, as its file gives it."""

    id: str = key("Son nom, que donnent les messages.")
    titre: Texte = key("Ce qu'elle exige.")
    pourquoi: Texte = key("Sa raison, avec l'article.")
    remede: Texte = key("Ce qu'il faut faire.")
    court: Texte = key("Les articles, tels qu'un message se termine.")
    familles: dict[Cle, Gravite] = key("Familles visées ; la plus particulière d'un acte décide de la gravité.")
    sources: tuple[Cle, ...] = key("Clés du registre des sources.", ())
    confiance: Literal["lu", "memoire"] = key("`memoire` : règle non relue à la source, un simple conseil.", "lu")
    delais: dict[str, Cle] = key("Nom d'une durée dans les phrases et le prédicat → sa clé dans delais.yaml.", {})
    seuils: dict[str, Cle] = key("De même, → sa clé dans les seuils.", {})
    par: tuple[Cle, ...] = key("Contrôles qui l'assurent déjà.", ())
    predicat: Texte | None = key("`module.fonction` qui trouve les constats sans condition.", None)
    constats: dict[str, Constat] = key("Ce qu'elle dit, par un nom court.", {})

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, data: Any) -> Any:
        """A rule with one finding writes it without a name."""
        if not isinstance(data, dict):
            return data
        single = {name: data[name] for name in Constat.model_fields if name in data}
        rest = {name: value for name, value in data.items() if name not in single}
        return {**rest, "constats": {"": single}} if single else rest

    @model_validator(mode="after")
    def _checked(self) -> RegleDeForme:
        found = bool(self.predicat) or any(c.si for c in self.constats.values())
        if found == bool(self.par):
            raise ValueError("une règle a un prédicat ou des conditions, ou dit quel contrôle l'assure (« par »)")
        if self.predicat is None and any(c.si is None for c in self.constats.values()):
            raise ValueError("un constat sans condition demande un prédicat")
        if self.confiance == "memoire" and set(self.familles.values()) - {"conseil", "hors"}:
            raise ValueError("une règle non lue ne bloque pas")
        return self

    @cached_property
    def durees(self) -> dict[str, Duree | int]:
        """The lengths it names: what its sentences print and its predicate is given."""
        seuils = {name: seuil_of(cle) for name, cle in self.seuils.items()}
        return {name: duree_of(cle) for name, cle in self.delais.items()} | seuils

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
        word = _most_particular(own, familles) if isinstance(own, dict) else own
        word = word or _most_particular(self.familles, familles)
        blocks = word == "irrecevable" or (
            word == "a-regulariser" and (urgent or bool({*familles} & {*formes().sans_regularisation.familles}))
        )
        return ERREUR if blocks else AVERTISSEMENT


def _most_particular(gravities: Mapping[str, str], familles: Sequence[str]) -> str | None:
    return next((gravities[f] for f in reversed(familles) if f in gravities), None)


def fill(text: str, values: Mapping[str, object]) -> str:
    """The text with its `{names}` replaced; `{silence.du}` is a property of one. Raises KeyError for an unknown name.

    >>> fill("{n} fois, `{depuis: …}`", {"n": 2})
    'deux fois, `{depuis: …}`'
    """

    def value(found: re.Match[str]) -> str:
        if found[1] in values:
            value = values[found[1]]
            return in_words(value) if isinstance(value, int) else str(value)
        name, *rest = found[1].split(".")
        value = values[name]
        for part in rest:
            value = getattr(value, part)
        return str(value)

    return _PLACEHOLDER.sub(value, text)


@cache
def formes() -> Formes:
    """The head of the rules. Raises ValueError when the file is wrong: our own bug, as for all below."""
    return _made(Formes, read_yaml(shipped_text("formes.yaml"), "formes.yaml"))


def seuil_of(name: str) -> Duree | int:
    """A number that is no time limit, as a length when it has a unit."""
    seuil = formes().seuils[name]
    return Duree(seuil.duree, seuil.unite, "mois") if seuil.unite else seuil.duree


def rules_for(familles: Sequence[str]) -> list[RegleDeForme]:
    """The rules that concern a document of these families, in the order of their ids."""
    wanted = {*familles}
    chapters = [prefix for prefix, c in formes().chapitres.items() if wanted & {*c.familles}]
    names = [(p, name) for p in chapters for name, raw in _chapter(p).data.items() if wanted & raw["familles"].keys()]
    return [rule for prefix, name in names if (rule := _rule(prefix, name)).vise(familles)]


@cache
def all_rules() -> Mapping[str, RegleDeForme]:
    """Every rule by its id."""
    return {name: _rule(prefix, name) for prefix in formes().chapitres for name in _chapter(prefix).data}


@cache
def _chapter(prefix: str) -> Yaml:
    file = f"formes/{prefix.lower()}.yaml"
    read = read_yaml(shipped_text(file), file)
    if read.problems:
        raise ValueError("\n".join(map(str, read.problems)))
    stray = [name for name in read.data if not name.startswith(f"{prefix}-")]
    aimed = {f for rule in read.data.values() for f in rule.get("familles", ())}
    if stray or aimed != {*formes().chapitres[prefix].familles}:
        raise ValueError(f"{file} : règles {stray}, familles {sorted(aimed)} : pas celles du chapitre")
    return read


@cache
def _rule(prefix: str, name: str) -> RegleDeForme:
    read = _chapter(prefix)
    return _made(RegleDeForme, Yaml({name: {"id": name, **read.data[name]}}, read.places, read.keys), name)


def _made(model: type[_M], read: Yaml, *prefix: str) -> _M:
    made, problems = validate(model, read, prefix)
    if read.problems or problems or not isinstance(made, model):
        raise ValueError("\n".join(map(str, [*read.problems, *problems])))
    return made


def each_text(rule: RegleDeForme) -> Iterator[str]:
    """Every text of a rule that a drafter may read."""
    yield from (rule.titre, rule.pourquoi, rule.remede, rule.court)
    for constat in rule.constats.values():
        yield from filter(None, (constat.constat, constat.faire, constat.question))
