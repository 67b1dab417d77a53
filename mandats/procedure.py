"""What happened between the parties, before the act and since: decision, requests, proceedings and their days."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag, create_model

from mandats.keys import Cle, DateEntiere, DatePartielle, Jour, Model, Territoire, Texte
from mandats.tables import read_table
from mandats.words import bare_words

Demeure = Literal[Territoire, "etranger"]


Refere = Literal["suspension", "liberte", "mesures-utiles"]
MotifOrdonnance = Literal[
    "defaut-de-doute-serieux", "defaut-d-urgence", "irrecevabilite", "sans-audience", "demande-accueillie"
]


class Fait(Model):
    date: DatePartielle | None = None
    fait: Texte
    pieces: tuple[Cle, ...] = ()
    source: Texte | None = None
    fictif: bool = False
    documents: tuple[Cle, ...] = ()


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
    recours_prealable: bool | None = None


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
    accuse_reception: bool | None = None
    collegiale: bool | None = None
    fictif: bool = False


class AvisCada(Model):
    numero: Texte | None = None
    date: Jour
    saisie_le: Jour
    sens: Literal["favorable", "partiel", "defavorable", "sans-objet", "incompetence"] | None = None
    discussion: Texte | None = None
    piece: Cle | None = None


class Instance(Model):
    """The proceedings in which a later memorandum is filed."""

    acte: Cle | None = None
    numero: Texte | None = None
    enregistree_le: DatePartielle | None = None
    memoire_adverse: Cle | None = None
    audience_le: Jour


class Jugement(Model):
    """What a court decided, that an appeal or a cassation attacks."""

    nature: Literal["ordonnance", "jugement", "arret"]
    juridiction: Cle
    date: DatePartielle | None
    numero: Texte | None
    notifie_le: Jour
    solution: Texte | None
    piece: Cle | None = None
    refere: Refere | None = None
    motif: MotifOrdonnance | None = None
    dernier_ressort: bool | None = None

    @property
    def nom(self) -> str:
        return {"arret": "l'arrêt", "jugement": "le jugement"}.get(self.nature, "l'ordonnance")

    @property
    def designation(self) -> str:
        return f"{self.nom} {'attaquée' if self.nature == 'ordonnance' else 'attaqué'}"


class Depose(Model):
    """What `mandats deposer` notes of an act that left: its day, and the folder that keeps its copy."""

    le: DateEntiere
    dossier: Cle
    canal: Texte | None = None


@cache
def event_kinds() -> dict[str, dict[str, Any]]:
    """What may happen, by the name that rules give it: the rows of `evenements.yaml`, whose head explains them."""
    return read_table(Path(__file__).with_name("evenements.yaml"))


@cache
def _said() -> dict[str, str]:
    """Each way of saying what happened, folded, with the name of its kind."""
    ways = {cle: (row["quoi"], *row.get("autres", ()), cle) for cle, row in event_kinds().items()}
    return {" ".join(bare_words(way)): cle for cle, said in ways.items() for way in said}


def event_kind(words: str) -> str:
    """The name of what these words say happened. Raises ValueError, in French, when no kind is said so."""
    if cle := _said().get(" ".join(bare_words(words))):
        return cle
    raise ValueError(f"événement inconnu « {words[:60]} »{_near(words)}")


def _near(words: str) -> str:
    """What may have been meant: what is said with most of these words, else all that may be said."""
    wanted = {word[:5] for word in bare_words(words) if len(word) > 3}
    shared: dict[str, int] = {}
    for way, cle in _said().items():
        quoi = event_kinds()[cle]["quoi"]
        shared[quoi] = max(shared.get(quoi, 0), len({word[:5] for word in way.split()} & wanted))
    near = sorted((quoi for quoi, times in shared.items() if times), key=lambda quoi: -shared[quoi])
    if near and shared[near[0]] > (shared[near[1]] if near[1:] else 0):
        return f" (vouliez-vous dire « {near[0]} » ?)"
    return f" (possibles : {' ; '.join(near[:8] or shared)})"


def _known_kind(words: str) -> str:
    event_kind(words)
    return words


class Evenement(Model):
    """Something that happened on a day: it starts, stops or changes time limits (`mandats delais`)."""

    quoi: Annotated[Texte, AfterValidator(_known_kind)]
    le: Jour
    par: Cle | None = None
    document: Texte | None = None
    piece: Cle | None = None
    refere: Refere | None = None
    motif: MotifOrdonnance | None = None
    dernier_ressort: bool | None = None
    voies_et_delais: bool | None = None

    @property
    def cle(self) -> str:
        return event_kind(self.quoi)


class Carnet(Model):
    """`evenements` as the first version wrote it: one day for each kind. Still read."""

    requerant_demeure: Demeure | None = None
    ordonnance_refere: Refere | None = None
    ordonnance_motif: MotifOrdonnance | None = None
    jugement_dernier_ressort: bool | None = None

    def events(self) -> dict[str, Evenement]:
        """The same as a list, each event under the key that gave its day."""
        more: dict[str, dict[str, Any]] = {
            "ordonnance_notifiee_le": {"refere": self.ordonnance_refere, "motif": self.ordonnance_motif},
            "jugement_notifie_le": {"dernier_ressort": self.jugement_dernier_ressort},
        }
        told = {cle: (getattr(self, cle), more.get(cle, {})) for cle in event_kinds()}
        return {
            cle: Evenement(quoi=cle, le=day, **values)
            for cle, (day, values) in told.items()
            if day or any(v is not None for v in values.values())
        }


if not TYPE_CHECKING:  # the other keys are the kinds: a new one needs no Python
    _days = {cle: (Jour, Field(description=row["aide"])) for cle, row in event_kinds().items()}
    Carnet = create_model("Carnet", __base__=Carnet, **_days)

# A list of what happened; or, of the first version, a day for each kind.
Evenements = Annotated[
    Annotated[tuple[Evenement, ...], Tag("liste")] | Annotated[Carnet, Tag("carnet")],
    Discriminator(lambda value: "carnet" if isinstance(value, (dict, Carnet)) else "liste"),
]
