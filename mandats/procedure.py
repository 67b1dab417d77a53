"""What happened between the parties, before the act and since: decision, requests, proceedings and their days."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import yaml
from pydantic import create_model

from mandats.keys import Cle, DatePartielle, Jour, Model, Territoire, Texte, key


class Decision(Model):
    auteur: Cle = key("Partie qui a pris la décision.")
    date: DatePartielle | None = key("Date de la décision (au jour, au mois ou à l'année).")
    nature: Literal[
        "explicite", "implicite", "reglementaire", "individuelle", "refus-d-abroger", "contrat", "revelee"
    ] = key("Nature de la décision ; `revelee` : aucun acte n'a été publié, des faits la révèlent.")
    objet: Texte = key("Ce que la décision fait, en groupe nominal.")
    designation: Texte = key("Comment l'acte la nomme ensuite.", "la décision attaquée")
    piece: Cle | None = key("Pièce qui contient la décision (art. R. 412-1 CJA).", None)
    publiee_le: Jour = key("Date de publication.")
    notifiee_le: Jour = key("Date de notification.")
    executee: bool | None = key(
        "Vrai si la décision est entièrement exécutée : elle ne peut plus être suspendue.", None
    )
    voies_et_delais: bool | None = key(
        "Vrai si la notification disait les voies et délais de recours (art. R. 421-5 CJA).", None
    )


class InstanceFond(Model):
    date_depot: DatePartielle | None = key("Date de dépôt de la requête au fond.", None)
    numero: Texte | None = key("Numéro d'enregistrement, s'il est connu.", None)
    piece: Cle | None = key("Pièce : copie de la requête au fond (art. R. 522-1 CJA).", None)


class Demande(Model):
    """What was asked of an administration before the act: documents (L. 311-1 CRPA), access, repeal…"""

    destinataire: Cle = key("Partie à laquelle la demande a été adressée.")
    date: Jour = key("Date d'envoi.")
    recue_le: Jour = key("Date de réception : fait courir le délai de réponse.")
    objet: Texte = key("Ce qui est demandé, en groupe nominal.")
    documents: tuple[Texte, ...] = key("Documents demandés, chacun en groupe nominal avec son article.", ())
    reponse: Literal["silence", "refus", "partielle", "favorable"] | None = key("Suite donnée à la demande.", None)
    reponse_le: Jour = key("Date de la réponse expresse.")
    piece: Cle | None = key("Pièce : copie de la demande.", None)
    piece_reponse: Cle | None = key("Pièce : la réponse.", None)


class AvisCada(Model):
    numero: Texte | None = key("Numéro de l'avis.", None)
    date: Jour = key("Date de l'avis.")
    saisie_le: Jour = key("Date d'enregistrement de la saisine par la commission.")
    sens: Literal["favorable", "partiel", "defavorable", "sans-objet", "incompetence"] | None = key(
        "Sens de l'avis.", None
    )
    piece: Cle | None = key("Pièce : l'avis, ou l'accusé de réception de la saisine.", None)


class Instance(Model):
    """The proceedings in which a later memorandum is filed."""

    numero: Texte | None = key("Numéro d'enregistrement au greffe, ou numéro de saisine.", None)
    enregistree_le: DatePartielle | None = key("Date d'enregistrement de la requête.", None)
    memoire_adverse: Cle | None = key("Pièce : le mémoire en défense auquel on répond.", None)
    audience_le: Jour = key("Date de l'audience.")


class Evenements(Model):
    """What has happened in the proceedings: each date starts, or ends, a time limit (`mandats delais`)."""

    requerant_demeure: Literal[Territoire, "etranger"] | None = key(
        "Où demeure le requérant, si son adresse ne le dit pas : délai de distance (art. R. 421-7 CJA).", None
    )

    if TYPE_CHECKING:  # the other keys are those of `evenements.yaml`: a new time limit needs no Python

        def __getattr__(self, name: str) -> Any: ...


def _event(told: Any) -> tuple[Any, Any]:
    """The type and the field of a key, from its row."""
    if isinstance(told, str):
        return Jour, key(told)
    return (Literal[tuple(told["valeurs"])] if "valeurs" in told else bool) | None, key(told["aide"], None)


if not TYPE_CHECKING:
    _text = Path(__file__).with_name("evenements.yaml").read_text("utf-8")
    _rows = yaml.load(_text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    Evenements = create_model("Evenements", __base__=Evenements, **{cle: _event(told) for cle, told in _rows.items()})
