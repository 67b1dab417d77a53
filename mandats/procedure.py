"""What happened between the parties, before the act and since: decision, requests, proceedings and their days."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, create_model

from mandats.keys import Cle, DatePartielle, Jour, Model, Territoire, Texte
from mandats.tables import read_table


class Decision(Model):
    auteur: Cle
    date: DatePartielle | None
    nature: Literal["explicite", "implicite", "reglementaire", "individuelle", "refus-d-abroger", "contrat", "revelee"]
    objet: Texte
    designation: Texte = "la décision attaquée"
    piece: Cle | None = None
    publiee_le: Jour
    notifiee_le: Jour
    executee: bool | None = None
    voies_et_delais: bool | None = None


class InstanceFond(Model):
    date_depot: DatePartielle | None = None
    numero: Texte | None = None
    piece: Cle | None = None


class Demande(Model):
    """What was asked of an administration before the act: documents (L. 311-1 CRPA), access, repeal…"""

    destinataire: Cle
    date: Jour
    recue_le: Jour
    objet: Texte
    documents: tuple[Texte, ...] = ()
    reponse: Literal["silence", "refus", "partielle", "favorable"] | None = None
    reponse_le: Jour
    piece: Cle | None = None
    piece_reponse: Cle | None = None


class AvisCada(Model):
    numero: Texte | None = None
    date: Jour
    saisie_le: Jour
    sens: Literal["favorable", "partiel", "defavorable", "sans-objet", "incompetence"] | None = None
    piece: Cle | None = None


class Instance(Model):
    """The proceedings in which a later memorandum is filed."""

    numero: Texte | None = None
    enregistree_le: DatePartielle | None = None
    memoire_adverse: Cle | None = None
    audience_le: Jour


class Evenements(Model):
    """What has happened in the proceedings: each date starts, or ends, a time limit (`mandats delais`)."""

    requerant_demeure: Literal[Territoire, "etranger"] | None = None

    if TYPE_CHECKING:  # the other keys are those of `evenements.yaml`: a new time limit needs no Python

        def __getattr__(self, name: str) -> Any: ...


def _event(told: Any) -> tuple[Any, Any]:
    """The type and the field of a key, from its row."""
    if isinstance(told, str):
        return Jour, Field(description=told)
    kind = Literal[tuple(told["valeurs"])] if "valeurs" in told else bool
    return kind | None, Field(None, description=told["aide"])


if not TYPE_CHECKING:
    _rows = read_table(Path(__file__).with_name("evenements.yaml"))
    Evenements = create_model("Evenements", __base__=Evenements, **{cle: _event(told) for cle, told in _rows.items()})
