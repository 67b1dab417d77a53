"""The limits themselves, as dated data: `figures/delais.yaml` as frozen values.

A text that states a duration says `{duree}`, or the name of another limit between braces; both are filled in here, in
words (`Duree`). Apart from `figures`: most commands need no limit, and a dozen dataclasses cost what reading them does.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from mandats.delais.calendrier import Methode, Unite
from mandats.delais.duree import Duree
from mandats.delais.figures import length_of, read_figures

Confiance = Literal["lu", "memoire"]
SansDate = Literal["evenement", "sans-delai"]  # methods that give no day
WITHOUT_DATE: tuple[SansDate, ...] = ("evenement", "sans-delai")
_NAMED = re.compile(r"\{([a-z0-9]+-[a-z0-9-]+)[^}]*\}")  # a rule that a sentence names


@dataclass(frozen=True)
class Convention:
    """One way of counting, where it was read, and how a calculation says that it was applied."""

    texte: str
    ref: str
    confiance: Confiance
    phrase: str = ""  # with the values of a `Step` between braces

    def say(self, valeurs: Mapping[str, str]) -> str:
        return self.phrase.format(**valeurs) or self.texte


@dataclass(frozen=True, kw_only=True)
class TimeLimit:
    """One rule of `delais.yaml`; the head of that file says what each key means."""

    libelle: str
    role: Literal["agir", "attendre"]
    depart: tuple[str, ...]
    duree: int = 0
    unite: Unite = "jours"
    methode: Methode | SansDate
    envoi: Literal["expedition", "expedition-gracieux", "reception"] | None = None
    distance: bool | Literal["doute"] = False
    voies: str = ""  # the value of the case that says whether the limit can be opposed
    au_dela: str | None = None  # the rule of what remains when it cannot
    si: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    condition: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sous_condition: str = ""
    sauf: tuple[str, ...] = ()
    fait: tuple[str, ...] = ()
    suite_de: str | None = None
    devance_par: tuple[str, ...] = ()
    reste: tuple[str, ...] = ()
    demander: tuple[str, ...] = ()
    plus_tard: bool = False
    conseil: bool = False
    reserve: str = ""
    effet: str
    si_manque: str
    preuve: str
    question: str
    cle: str | None = None  # what to fill, when it is not the first start
    sources: tuple[str, ...]
    ref: str
    confiance: Confiance
    etat_du_droit: str = ""  # the oldest copy in which what `ref` names was read


@dataclass(frozen=True)
class Opposabilite:
    """What is told of a value that makes a limit opposable: conventions, and what the latest day supposes."""

    inconnue: str
    refusee: str
    suppose: str


@dataclass(frozen=True)
class Acte:
    """What opens an effect, says it was received, and ends it; `marges`: days that are added to an end."""

    ouvre: str
    nom: str = ""
    recu: str = ""
    ferme: tuple[str, ...] = ()
    marges: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Effet:
    """One effect of `delais.yaml` on limits that run; the head of that file says what each key means."""

    effet: Literal["interrompt", "relance", "prolonge"]
    sur: tuple[str, ...]
    actes: tuple[Acte, ...]
    silence: str | None = None
    plafond: str | None = None
    sans_accuse: tuple[str, ...] = ()
    sans_distance: bool = False
    ensuite: str | None = None
    si: str = ""
    dit: str
    tard: str
    tard_si: str = ""
    tard_ecarte: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    second: str = ""
    ignore: str = ""
    plus_tard: str = ""
    ref: str
    sources: tuple[str, ...] = ()
    confiance: Confiance


@dataclass(frozen=True)
class Demande:
    """What is asked of an administration: what in the case says so, and the rule that makes its silence a refusal."""

    familles: tuple[str, ...] = ()
    natures: tuple[str, ...] = ()  # of the decision
    silence: str | None = None


@dataclass(frozen=True, kw_only=True)
class Reste:
    """What a passed limit leaves; `modele`: the families of the template that prepares it."""

    dit: str
    si: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    modele: tuple[str, ...] = ()
    ref: str
    sources: tuple[str, ...]
    confiance: Confiance


@dataclass(frozen=True)
class TimeLimits:
    etats: Mapping[str, str]  # by the name of a text: the day of the copy in which its articles were read
    distances: Mapping[str, int]  # months, by where the applicant lives
    collegiaux: tuple[str, ...]  # kinds of parties whose measures may belong to a collegial body
    demandes: Mapping[str, Demande]
    opposabilite: Mapping[str, Opposabilite]
    effets: Mapping[str, Effet]
    restes: Mapping[str, Reste]
    conventions: Mapping[str, Convention]
    regles: Mapping[str, TimeLimit]

    @property
    def etat_du_droit(self) -> str:
        """The oldest of its states: no rule is told newer than it was read."""
        return min(self.etats.values())


@cache
def time_limits() -> TimeLimits:
    """The rules shipped with the program. Raises ValueError or TypeError when the file is wrong: our own bug."""
    data = read_figures("delais.yaml")
    lengths = {name: length_of(entry) for name, entry in data["regles"].items() if "duree" in entry}
    rules = {n: {"etat_du_droit": _state(rule["ref"], data["etats"])} | rule for n, rule in data["regles"].items()}
    return TimeLimits(
        data["etats"],
        {place: int(months) for place, months in data["distances"].items()},
        data["collegiaux"],
        {name: Demande(**entry) for name, entry in data["demandes"].items()},
        {name: Opposabilite(**entry) for name, entry in data["opposabilite"].items()},
        {name: _effect(entry, lengths) for name, entry in data["effets"].items()},
        {name: Reste(**entry) for name, entry in data["restes"].items()},
        {name: Convention(**entry) for name, entry in data["conventions"].items()},
        {name: _time_limit(entry, lengths, lengths.get(name)) for name, entry in rules.items()},
    )


def _state(ref: str, states: Mapping[str, str]) -> str:
    """The oldest state in which the texts that `ref` names were read.

    >>> _state("CJA, art. R. 421-2 ; CRPA, art. L. 112-6", {"CJA": "2026-04-03", "CRPA": "2026-08-20"})
    '2026-04-03'
    """
    return min(states.get(part.strip().partition(",")[0], states.get("autres", "9999")) for part in ref.split(";"))


def _time_limit(entry: Mapping[str, Any], lengths: Mapping[str, Duree], own: Duree | None) -> TimeLimit:
    """The rule of an entry, its texts with the durations they state."""
    made = dict(entry) | {"duree": own.duree if own else 0}
    for key, text in entry.items():
        if isinstance(text, str) and "{" in text:
            filled = text.format_map({**lengths, "duree": own})
            made[key] = filled[0].upper() + filled[1:] if text.startswith("{") else filled
    return TimeLimit(**made)


def _effect(entry: Mapping[str, Any], lengths: Mapping[str, Duree]) -> Effet:
    """The effect of an entry, its sentences with the durations they state; what a calculation fills stays."""
    actes = [
        Acte(**{**acte, "marges": {cle: int(days) for cle, days in acte.get("marges", {}).items()}})
        for acte in entry["actes"]
    ]
    flag = {"sans_distance": bool(entry.get("sans_distance"))}
    words = {key: text for key, text in entry.items() if isinstance(text, str)}
    told = {key: _NAMED.sub(lambda found: found[0].format_map(lengths), text) for key, text in words.items()}
    return Effet(**{**entry, **told, "actes": tuple(actes), **flag})
