"""Numbers that come from law, as dated data (`mandats/figures/`): `delais.yaml` and `tribunaux.yaml` as frozen values.

A duration is written once, in figures. A text that states it says `{duree}`, or the name of another limit between
braces; both are filled in here, in words (`Duree`).

Choice: dataclasses built as they stand, since a command that needs one duration would spend four times longer preparing
a validator than reading the file. The tests validate the shipped files against these same declarations.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal, TypeVar

from mandats.compiled import kept
from mandats.delais.calendrier import Methode, Unite
from mandats.delais.duree import Duree
from mandats.load.yaml_places import read_yaml
from mandats.problem import suggest
from mandats.words import bare

FIGURES = Path(__file__).parents[1] / "figures"
Confiance = Literal["lu", "memoire"]
SansDate = Literal["evenement", "sans-delai"]  # methods that give no day
Found = TypeVar("Found")
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


@dataclass(frozen=True)
class Tribunal:
    """An administrative tribunal: its name, its seat when it bears another, and how postal codes of its area begin."""

    nom: str
    departements: tuple[str, ...]
    siege: str | None = None


@dataclass(frozen=True)
class Autorite:
    """An authority seized by letter: `code` is what any right address of it contains."""

    nom: str
    adresse: str
    code: str
    lu: str


@dataclass(frozen=True)
class Ressorts:
    ref: str
    lu: str
    tribunaux: tuple[Tribunal, ...]
    autorites: Mapping[str, Autorite]
    auteurs: Mapping[str, Sequence[str]]  # what the name of an author tells of its competence
    cours: Mapping[str, Sequence[str]]  # administrative court of appeal → the tribunals of its area
    territoires: Mapping[str, str]  # how a postal code begins → what `TERRITOIRES` calls it

    def tribunal_of(self, postal_code: str) -> Tribunal | None:
        """The tribunal of a postal code."""
        return _longest({d: t for t in self.tribunaux for d in t.departements}, postal_code)

    @cached_property
    def _named(self) -> dict[str, Tribunal]:
        return {alias: t for t in self.tribunaux for alias in (t.nom, t.siege) if alias}

    def tribunal_named(self, court: str) -> Tribunal | None:
        """The tribunal that a court's name designates, « TA » apart: by its own name or its seat's."""
        return {_folded(alias): t for alias, t in self._named.items()}.get(_folded(_place(court)))

    def court_above(self, tribunal: Tribunal) -> str:
        """The court of appeal of a tribunal."""
        return next(cour for cour, below in self.cours.items() if tribunal.nom in below)

    def near(self, court: str) -> str:
        """What the name of an unknown tribunal may be meant for, as `suggest` says it."""
        return suggest(_place(court), self._named)

    def territory_of(self, postal_code: str) -> str:
        """The territory of a postal code."""
        return _longest(self.territoires, postal_code) or "metropole"


def _place(court: str) -> str:
    """« tribunal administratif de la Réunion » without its first words."""
    return re.sub(r"^tribunal administratif (?:de l'|des |de |d'|du )?", "", court.replace("’", "'"), flags=re.I)


def _folded(name: str) -> str:
    """A name of a place as it is compared.

    >>> _folded("La Réunion") == _folded("la Reunion") == _folded("Réunion")
    True
    >>> _folded("Cergy Pontoise") == _folded("Cergy-Pontoise")
    True
    """
    return re.sub(r"^(?:la|le) ", "", bare(name).replace("-", " ").strip())


def _longest(beginnings: Mapping[str, Found], code: str) -> Found | None:
    """What the longest beginning of a postal code leads to."""
    return beginnings.get(max((start for start in beginnings if code.startswith(start)), key=len, default=""))


@cache
def time_limits() -> TimeLimits:
    """The rules shipped with the program. Raises ValueError or TypeError when the file is wrong: our own bug."""
    data = read_figures("delais.yaml")
    lengths = {name: _length(entry) for name, entry in data["regles"].items() if "duree" in entry}
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


@cache
def duree_of(name: str) -> Duree:
    """The length of a time limit by its key. Raises KeyError when the table has no such entry: our own bug.

    The entry is cut out of the file and read alone: reading the whole table takes longer than checking a document.
    """
    found = re.search(rf"^  {re.escape(name)}:\n(?:(?:    .*)?\n)+", shipped_text("delais.yaml"), re.M)
    if not found:
        raise KeyError(name)
    return _length(read_yaml(found[0], "delais.yaml").data[name])


def _length(entry: Mapping[str, Any]) -> Duree:
    return Duree(int(entry["duree"]), entry.get("unite", "jours"), entry["methode"])


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


@cache
def court_areas() -> Ressorts:
    """Courts and authorities shipped with the program. Raises TypeError when the file is wrong: our own bug."""
    data = read_figures("tribunaux.yaml")
    courts = tuple(Tribunal(**entry) for entry in data["tribunaux"])
    offices = {name: Autorite(**entry) for name, entry in data["autorites"].items()}
    return Ressorts(**{**data, "tribunaux": courts, "autorites": offices})


@dataclass(frozen=True)
class Fichier:
    """A great file of the police or of the administration, and where one asks for access to it."""

    sigle: str
    nom: str
    motif: str
    responsable: str
    voie: str
    ou: str
    lu: str
    regime: str = ""


@cache
def known_files() -> tuple[Fichier, ...]:
    """Files known by name. Raises TypeError when the table is wrong: our own bug."""
    return tuple(Fichier(**entry) for entry in read_figures("fichiers.yaml"))


@cache
def shipped_text(name: str) -> str:
    """The text of a file of `mandats/figures/`."""
    return (FIGURES / name).read_text("utf-8")


def read_figures(name: str) -> Any:
    """A file of `mandats/figures/`, its lists as tuples. Raises ValueError when it is wrong: our own bug."""
    text = shipped_text(name)

    def load() -> Any:
        read = read_yaml(text, name)
        if read.problems:
            raise ValueError("\n".join(map(str, read.problems)))
        return _frozen(read.data)

    return kept("figures", text, load)


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _frozen(v) for k, v in value.items()}
    return tuple(map(_frozen, value)) if isinstance(value, list) else value
