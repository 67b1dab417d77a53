"""What a key of a drafter's file may hold: texts, keys, days, vocabularies. `model` and `content` are written in it.

Each file is declared once: validation, JSON Schema and the guide's key list all come from these classes, and what each
key is for from `cles.yaml`, by class and key. A field keeps the drafter's French name everywhere (mirror rule).
"""

import datetime as dt
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, WithJsonSchema, model_validator

from mandats.tables import read_table

MAX_TEXT = 20_000  # characters in one value: a page of prose is 3 000

Texte = Annotated[str, StringConstraints(max_length=MAX_TEXT, strip_whitespace=True, min_length=1)]
Cle = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([-_][a-z0-9]+)*$", max_length=60)]
# The Word bookmark that carries the id has 40 characters: « / » takes two, and a second use of the clause a suffix.
CleClause = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(/[a-z0-9-]+)+$", max_length=37)]
NomFichier = Annotated[str, StringConstraints(max_length=255, min_length=1)]


def is_date(value: str) -> bool:
    """Whether an ISO date, known to the day, the month or the year, exists.

    >>> is_date("2022-10-26"), is_date("2022-02"), is_date("2022-13"), is_date("2022-02-30")
    (True, True, False, False)
    """
    with suppress(ValueError):
        return len(value) in (4, 7, 10) and bool(dt.date.fromisoformat(f"{value}-01-01"[:10]))
    return False


def _real_date(value: str) -> str:
    if not is_date(value):
        raise ValueError("date qui n'existe pas")
    return value


# « 2022-10-26 », « 2022-10 » or « 2022 »: a fact is often known to the month only.
DatePartielle = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"),
    AfterValidator(_real_date),
    # An ordinary YAML reader takes « 2022 » for a number.
    WithJsonSchema({"type": ["string", "integer"], "pattern": r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"}),
]
DateEntiere = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), AfterValidator(_real_date)]

Jour = Annotated[DateEntiere | None, Field(default=None)]  # of something that may not have happened

# The vocabulary of `traitement.techniques`: clauses are proposed by it.
Technique = Literal[
    "videosurveillance", "videosurveillance-algorithmique", "reconnaissance-faciale", "suivi-de-personnes",
    "analyse-comportementale", "captation-sonore", "captation-de-l-ecran", "drones", "prise-de-controle",
    "score-de-risque", "profilage", "decision-automatisee", "croisement-de-fichiers", "fichier-de-police",
    "fichier-de-titres", "criblage", "surveillance-reseaux-sociaux", "publicite-ciblee", "apprentissage-automatique",
    "videoverbalisation", "geolocalisation", "interception",
]  # fmt: skip
# The vocabulary of `traitement.secteur` and of the field a precedent belongs to.
Secteur = Literal[
    "administration", "assurance", "banque", "commerce", "culture", "emploi", "energie", "enseignement", "fiscalite",
    "justice", "logement", "migrations", "police", "publicite", "rencontre", "renseignement", "reseaux-sociaux",
    "sante", "securite-publique", "social", "sport", "telecommunications", "titres-d-identite", "transports", "travail",
]  # fmt: skip
# Where public holidays and the time limits of distance differ (art. R. 421-7 CJA).
Territoire = Literal[
    "metropole", "alsace-moselle", "guadeloupe", "martinique", "guyane", "la-reunion", "mayotte", "saint-barthelemy",
    "saint-martin", "saint-pierre-et-miquelon", "polynesie-francaise", "wallis-et-futuna", "nouvelle-caledonie", "taaf",
]  # fmt: skip
Regime = Literal["rgpd", "police-justice", "renseignement"]
Registre = Literal["rep", "refere-suspension", "refere-liberte", "replique", "intervention", "plainte", "clair"]
Organisme = Literal["public", "prive"]
Cause = Literal["interne", "externe", "recevabilite", "urgence", "demande", "qualite", "reponse"]
# What the other side says of a point. Unsaid, a clause states the burden of proof only.
Position = Literal["silence", "conteste", "admet"]
TERRITOIRES: tuple[Territoire, ...] = get_args(Territoire)
REGIMES: tuple[Regime, ...] = get_args(Regime)
REGISTRES: tuple[Registre, ...] = get_args(Registre)
CAUSES: tuple[Cause, ...] = get_args(Cause)
POSITIONS: tuple[Position, ...] = get_args(Position)


class Model(BaseModel):
    # Validators are built at first use: nested models need none of their own.
    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=(), defer_build=True)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> dict[str, Any]:
        made: dict[str, Any] = handler(schema)
        for name, shape in handler.resolve_ref_schema(made)["properties"].items():
            shape["description"] = help_of(cls, name)
        return made


class Abridged(Model):
    """A block that a text alone may stand for: the value of its first key."""

    @model_validator(mode="before")
    @classmethod
    def _first_key(cls, value: Any) -> Any:
        return {next(iter(cls.model_fields)): value} if isinstance(value, str) else value

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> dict[str, Any]:
        return {"anyOf": [{"type": "string", "minLength": 1}, super().__get_pydantic_json_schema__(schema, handler)]}


def help_of(model: type[BaseModel], name: str) -> str:
    """What a key is for, as the guide, the schemas and a new case print it. Raises KeyError when nothing says it."""
    tables = read_table(Path(__file__).with_name("cles.yaml"))
    told = {cle: text for one in reversed(model.__mro__) for cle, text in tables.get(one.__name__, {}).items()}
    return model.model_fields[name].description or str(told[name])
