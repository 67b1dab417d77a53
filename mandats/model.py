"""The case file as frozen values, no file access: who, which acts, which facts, pièces and arguments."""

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, WithJsonSchema, model_validator

from mandats import keys, procedure
from mandats.keys import Abridged, Cle, CleClause, DateEntiere, Jour, Model, NomFichier, Texte
from mandats.mandants import EtatMandants, Mandants
from mandats.piece import Piece as Piece
from mandats.piece import Timbre
from mandats.problem import KeyPath


class Representant(Model):
    nom: Texte | None = None
    qualite: Texte


class Habilitation(Model):
    organe: Texte
    date: DateEntiere
    piece: Cle


class Party(Model):
    type: Literal[
        "personne-physique", "association", "collectif", "syndicat", "etat", "ministere", "commune", "collectivite",
        "etablissement-public", "entreprise", "juridiction", "autorite", "autre",
    ]  # fmt: skip
    nom: Texte
    article: Literal["le", "la", "l'", "les", "aucun"] = "aucun"
    genre: Literal["m", "f", "mixte"] = "m"
    nombre: Literal["singulier", "pluriel"] = "singulier"
    forme: Texte | None = None
    adresse: Texte | None = None
    rna: Texte | None = None
    siren: Texte | None = None
    courriel: Texte | None = None
    telephone: Texte | None = None
    represente_par: Representant | None = None
    avocat: Texte | None = None
    declaree_le: Jour
    objet_statutaire: Texte | None = None
    statuts: Cle | None = None
    organe_statutaire: Texte | None = None
    habilitation: Habilitation | None = None
    personnalite_morale: bool | None = None
    mineur: bool | None = None

    @property
    def etat(self) -> bool:
        """Whether the State owes what is asked of it: a public independent authority owes it itself."""
        return self.type in ("etat", "ministere") or (self.type == "autorite" and not self.personnalite_morale)

    @property
    def organisme(self) -> str | None:
        """« public » or « prive », by its type; None for one that may be either."""
        return "public" if self.type in PUBLIC else None if self.type == "autre" else "prive"

    @property
    def degre(self) -> str | None:
        """« ta », « caa » or « ce », from an administrative court's name; None for another."""
        plain = self.nom.lower().replace("é", "e").replace("’", "'")
        return next((degre for words, degre in DEGRES.items() if words in plain), None)


PUBLIC = ("etat", "ministere", "commune", "collectivite", "etablissement-public", "juridiction", "autorite")
DEGRES = {"conseil d'etat": "ce", "cour administrative": "caa", "tribunal admin": "ta"}


class Donnee(Model):
    categorie: Texte
    biometrique: bool = False
    sensible: bool = False


class Traitement(Model):
    nom: Texte
    article: Literal["le", "la", "l'", "les", "aucun"] = "aucun"
    genre: Literal["m", "f"] = "m"
    nombre: Literal["singulier", "pluriel"] = "singulier"
    finalite: Texte
    description: Texte | None = None
    donnees: tuple[Donnee, ...] = ()
    techniques: tuple[keys.Technique, ...] = ()
    responsable: Cle
    sous_traitant: Cle | None = None
    regime: keys.Regime
    secteur: keys.Secteur | None = None
    organisme: keys.Organisme | None = None
    collecte: Literal["personne", "ailleurs"] | None = None
    rattachements: tuple[Texte, ...] = ()

    @property
    def biometrique(self) -> bool:
        return any(d.biometrique for d in self.donnees)

    @property
    def sensible(self) -> bool:
        return any(d.sensible or d.biometrique for d in self.donnees)


class Remplacement(Abridged):
    """What a case says in the place of a block of a clause."""

    texte: Texte
    version: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{12}$")] | None = None


class Retouche(Model):
    """Words of an act, once composed, that its case says otherwise; they go, when it says nothing instead."""

    texte: Texte
    devient: Texte | None = None
    ajoute: Texte | None = None


class Moyen(Model):
    """One thing a section contains: a clause with its values, a prose file, or a short text."""

    clause: CleClause | None = None
    avec: dict[str, Any] = {}
    prose: NomFichier | None = None
    texte: Texte | None = None
    titre: Texte | None = None
    regime: keys.Regime | None = None
    sans: tuple[Texte, ...] = ()
    remplace: dict[Cle, Remplacement] = {}
    cause: keys.Cause | None = None
    niveau: int = Field(0, ge=0, le=3)

    @model_validator(mode="after")
    def _one_content(self) -> Self:
        if sum(x is not None for x in (self.clause, self.prose, self.texte)) != 1:
            raise ValueError("une clé et une seule parmi clause, prose, texte")
        alone = next((nom for nom in ("avec", "sans", "remplace") if getattr(self, nom)), None)
        if alone and self.clause is None:
            raise ValueError(f"« {alone} » ne va qu'avec « clause »")
        return self


class ArgumentAdverse(Model):
    """What the adversary says, and the answer. One left unanswered is an error in a réplique."""

    cle: Cle
    auteur: Cle
    these: Texte
    ou: Texte | None = None
    piece: Cle | None = None
    source: Texte | None = None
    fictif: bool = False
    reponse: tuple[Moyen, ...] = ()


def _real_day(value: str) -> str:
    """A person's day, or instant in universal time. The message does not repeat what it refuses."""
    with suppress(ValueError):
        dt.datetime.fromisoformat(value)
        if re.fullmatch(r"[0-9]{4}-[0-9][0-9]-[0-9][0-9](T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z)?", value):
            return value
    raise ValueError("date réelle attendue : AAAA-MM-JJ")


JourPersonnel = Annotated[
    str,
    AfterValidator(_real_day),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)?$"}),
]


class Mandant(Model):
    """What a form may print of a person, whether the case names one or the ledger gives thousands: the one list."""

    numero: int | None = Field(None, ge=1)
    code: Texte | None = None
    prenom: Texte | None = None
    nom: Texte | None = None
    courriel: Texte | None = None
    date_naissance: JourPersonnel | None = None
    adresse: Texte | None = None
    code_postal: Texte | None = None
    commune: Texte | None = None
    pays: Texte | None = None
    signe_le: JourPersonnel | None = None

    @property
    def nom_complet(self) -> str | None:
        return " ".join(filter(None, (self.prenom, self.nom))) or None

    @property
    def adresse_complete(self) -> str | None:
        """On one line, without the country: « 1, rue de l'Exemple, 75011 Paris »."""
        place = " ".join(filter(None, (self.code_postal, self.commune)))
        return ", ".join(filter(None, (self.adresse, place))) or None

    def __repr_args__(self) -> list[tuple[str | None, Any]]:
        return [("numero", self.numero)]  # as registre.personne: what is printed by accident names nobody


class Comme(Abridged):
    """Another document, and what is taken from it: its name alone, or a block."""

    document: Cle
    sections: tuple[Cle, ...] | None = None
    sauf: tuple[Texte, ...] = ()


# Who files the document: the first of these roles that is filled.
DEPOSANTS = ("intervenant", "requerant", "mandataire", "plaignant", "demandeur", "mandant", "expediteur")
DESTINATAIRES = ("juridiction", "autorite", "destinataire")  # before whom, likewise


class DocumentOrder(Model):
    """One entry of `documents:`; besides these keys, one list per section of the template."""

    model_config = ConfigDict(frozen=True, extra="allow", protected_namespaces=(), defer_build=True)
    __pydantic_extra__: dict[str, tuple[Moyen, ...]]

    modele: Cle
    nom: Cle | None = None
    comme: Comme | None = None
    vise: Cle | None = None
    titre: Texte | None = None
    affaire: Texte | None = None
    registre: keys.Registre | None = None
    roles: dict[Cle, Cle | tuple[Cle, ...]]
    habilitation: dict[Cle, Habilitation] = {}
    pieces: tuple[Cle, ...] | None = None
    intitules: dict[Cle, Texte] = {}
    jointes: tuple[Cle, ...] | None = None
    mandants: Mandants | None = None
    mandant: Mandant | None = None
    date: Jour
    canal: Literal["telerecours", "telerecours-citoyens", "papier", "courriel", "teleservice-cnil"] | None = None
    envoi: Texte | None = None
    instance: procedure.Instance | None = None
    jugement: procedure.Jugement | None = None
    depose: procedure.Depose | None = None
    arguments_adverses: tuple[Cle, ...] | None = None
    retouches: tuple[Retouche, ...] = ()

    def holders(self, role: str) -> tuple[str, ...]:
        """The keys of the parties that hold a role."""
        held = self.roles.get(role, ())
        return (held,) if isinstance(held, str) else held

    @property
    def sections(self) -> dict[str, tuple[Moyen, ...]]:
        return self.__pydantic_extra__ or {}


class Case(Model):
    titre: Texte
    campagne: Cle | None = None
    specimen: bool = False
    date: DateEntiere
    lieu: Texte | None = None
    maison: Cle | None = None
    parties: dict[Cle, Party]
    traitement: Traitement | None = None
    traitements: dict[Cle, Traitement] = {}
    decision: procedure.Decision | None = None
    instance_fond: procedure.InstanceFond | None = None
    demande: procedure.Demande | None = None
    avis_cada: procedure.AvisCada | None = None
    requerant_demeure: procedure.Demeure | None = None
    evenements: procedure.Evenements = ()
    arguments_adverses: tuple[ArgumentAdverse, ...] = ()
    assume: dict[Cle, Texte] = {}
    accord_mixte: Literal["masculin", "point-median", "doublet"] = "masculin"
    faits: tuple[procedure.Fait, ...] = ()
    pieces: tuple[Piece, ...] = ()
    timbre: Timbre = Timbre()
    documents: tuple[DocumentOrder, ...] = Field(min_length=1)

    def nature(self, traitement: Traitement | None) -> str | None:
        """Whether a processing is a public body's (« public ») or a private one's; None when the case does not say."""
        responsable = self.parties.get(traitement.responsable) if traitement else None
        return (traitement and traitement.organisme) or (responsable.organisme if responsable else None)

    def seen_by(self, order: DocumentOrder) -> Self:
        """The case as one document tells it: its own name for the affair, for pièces, its own decisions to act."""
        parties = dict(self.parties)
        for cle, habilitation in order.habilitation.items():
            if cle in parties:
                parties[cle] = parties[cle].model_copy(update={"habilitation": habilitation})
        told = order.intitules
        pieces = tuple(p.model_copy(update={"titre": told[p.cle]}) if p.cle in told else p for p in self.pieces)
        return self.model_copy(update={"titre": order.affaire or self.titre, "parties": parties, "pieces": pieces})

    @property
    def histoire(self) -> list[tuple[KeyPath, str, procedure.Evenement]]:
        """What happened, as it is written: key path of its day, name of its kind, event."""
        if isinstance(self.evenements, procedure.Carnet):
            return [(("evenements", cle), cle, told) for cle, told in self.evenements.events().items()]
        return [(("evenements", i, "le"), told.cle, told) for i, told in enumerate(self.evenements)]

    def happened(self, cle: str) -> bool:
        """Whether something of that kind happened, on a known day."""
        return any(kind == cle and event.le for _, kind, event in self.histoire)

    @property
    def etats(self) -> tuple[EtatMandants, ...]:
        """The states of the ledger that its acts count by, once each: what the annex and the forms follow."""
        found = [order.mandants.etat_lu for order in self.documents if order.mandants and order.mandants.etat_lu]
        return tuple({state.instant: state for state in found}.values())

    @property
    def every_traitement(self) -> list[Traitement]:
        return [t for t in (self.traitement, *self.traitements.values()) if t]

    def moyens(self) -> Iterator[tuple[KeyPath, Moyen]]:
        """Everything the case inserts, whatever the document or the adverse argument, with its key path."""
        for i, order in enumerate(self.documents):
            for name, moyens in order.sections.items():
                yield from ((("documents", i, name, j), m) for j, m in enumerate(moyens))
        for i, argument in enumerate(self.arguments_adverses):
            yield from ((("arguments_adverses", i, "reponse", j), m) for j, m in enumerate(argument.reponse))
