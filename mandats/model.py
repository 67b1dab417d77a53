"""The case file as frozen values, no file access: who, which acts, which facts, pièces and arguments."""

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, ConfigDict, Field, PrivateAttr, StringConstraints, WithJsonSchema, model_validator

from mandats.keys import (
    Cle,
    CleClause,
    DateEntiere,
    DatePartielle,
    Jour,
    Model,
    NomFichier,
    Regime,
    Registre,
    Technique,
    Texte,
    key,
)
from mandats.preuves import PREUVES, Preuve
from mandats.problem import KeyPath
from mandats.procedure import AvisCada, Decision, Demande, Evenements, Instance, InstanceFond


class Representant(Model):
    nom: Texte | None = key("Prénom et nom de la personne qui représente la partie.", None)
    qualite: Texte = key("Sa qualité, précédée du possessif : « sa présidente ».")


class Habilitation(Model):
    organe: Texte = key("Organe qui a décidé d'agir, tel que les statuts le nomment.")
    date: DateEntiere = key("Date de la délibération.")
    piece: Cle = key("Pièce qui contient la délibération.")


class Party(Model):
    type: Literal[
        "personne-physique", "association", "collectif", "syndicat", "etat", "ministere", "commune", "collectivite",
        "etablissement-public", "entreprise", "juridiction", "autorite", "autre",
    ] = key("Nature de la partie.")  # fmt: skip
    nom: Texte = key("Nom, sans article, avec la casse voulue dans une phrase.")
    article: Literal["le", "la", "l'", "les", "aucun"] = key("Article défini devant le nom.", "aucun")
    genre: Literal["m", "f", "mixte"] = key("Genre grammatical, pour les accords ; `mixte` suit `accord_mixte`.", "m")
    nombre: Literal["singulier", "pluriel"] = key("Nombre grammatical, pour les accords.", "singulier")
    forme: Texte | None = key("Forme juridique imprimée après le nom : « association régie par la loi … ».", None)
    adresse: Texte | None = key("Adresse ou siège, sur une ligne.", None)
    rna: Texte | None = key("Numéro au répertoire national des associations (W…).", None)
    siren: Texte | None = key("Numéro SIREN.", None)
    courriel: Texte | None = key("Adresse électronique de contact.", None)
    telephone: Texte | None = key("Téléphone de contact.", None)
    represente_par: Representant | None = key("Représentant légal ou habilité.", None)
    avocat: Texte | None = key("Avocat et barreau.", None)
    declaree_le: Jour = key("Date de déclaration d'une association.")
    objet_statutaire: Texte | None = key("Objet, recopié des statuts.", None)
    statuts: Cle | None = key("Pièce qui contient les statuts.", None)
    organe_statutaire: Texte | None = key(
        "Organe que les statuts chargent de décider d'agir en justice ; `muets` s'ils n'en disent rien.", None
    )
    habilitation: Habilitation | None = key("Décision d'agir en justice.", None)


class Donnee(Model):
    categorie: Texte = key("Catégorie de données, en groupe nominal : « des photographies du visage ».")
    biometrique: bool = key("Vrai si elles permettent d'identifier par le corps (art. 4, 14, RGPD).", False)
    sensible: bool = key("Vrai pour une autre donnée de l'article 9 du RGPD.", False)


class Traitement(Model):
    nom: Texte = key("Nom du logiciel, du fichier ou du dispositif.")
    finalite: Texte = key("Finalité poursuivie, en groupe nominal : « la surveillance des examens ».")
    description: Texte | None = key("Description en une ou deux phrases (Markdown).", None)
    donnees: tuple[Donnee, ...] = key("Données traitées.", ())
    techniques: tuple[Technique, ...] = key("Techniques employées ; des clauses sont proposées d'après elles.", ())
    responsable: Cle = key("Partie responsable du traitement.")
    sous_traitant: Cle | None = key("Partie qui traite pour le compte du responsable.", None)
    regime: Regime = key("Régime juridique : décide des articles applicables.")

    @property
    def biometrique(self) -> bool:
        return any(d.biometrique for d in self.donnees)

    @property
    def sensible(self) -> bool:
        return any(d.sensible or d.biometrique for d in self.donnees)


class Fait(Model):
    date: DatePartielle | None = key("Date du fait ; imprimée en tête de phrase.", None)
    fait: Texte = key("Le fait, en une phrase sans point final ; minuscule initiale s'il est daté.")
    pieces: tuple[Cle, ...] = key("Pièces qui le prouvent.", ())
    documents: tuple[Cle, ...] = key("Documents qui le racontent, par leur nom (par défaut : tous).", ())


class Piece(Model):
    cle: Cle = key("Clé par laquelle le dossier cite la pièce.")
    titre: Texte = key("Intitulé au bordereau, suffisamment explicite (art. R. 412-2 CJA).")
    date: DatePartielle | None = key("Date de la pièce.", None)
    fichier: NomFichier = key("Fichier, dans le dossier `pieces/` du cas.")
    confidentielle: bool = key("Vrai : produite sous pli séparé, jamais jointe aux copies.", False)
    occultation: Literal["faite", "a-faire", "inutile"] | None = key(
        "Adresses, signatures et noms de tiers, dans la pièce : ce qu'il en est.", None
    )


class Moyen(Model):
    """One thing a section contains: a clause with its values, a prose file, or a short text."""

    clause: CleClause | None = key("Clause à insérer : matiere/slug.", None)
    avec: dict[str, Any] = key("Valeurs des paramètres de la clause.", {})
    prose: NomFichier | None = key("Fichier Markdown du dossier du cas.", None)
    texte: Texte | None = key("Texte court, en Markdown.", None)
    titre: Texte | None = key("Titre, à la place de celui de la clause.", None)
    regime: Regime | None = key("Régime, s'il diffère de celui du traitement.", None)

    @model_validator(mode="after")
    def _one_content(self) -> Self:
        if sum(x is not None for x in (self.clause, self.prose, self.texte)) != 1:
            raise ValueError("une clé et une seule parmi clause, prose, texte")
        if self.avec and self.clause is None:
            raise ValueError("« avec » ne va qu'avec « clause »")
        return self


class ArgumentAdverse(Model):
    """What the adversary says, and the answer. One left unanswered is an error in a réplique."""

    cle: Cle = key("Clé par laquelle un document choisit l'argument.")
    auteur: Cle = key("Partie qui le soutient.")
    these: Texte = key("Ce qu'elle soutient, après « que » : « le logiciel n'est qu'une aide à la décision ».")
    ou: Texte | None = key("Où elle le dit : « p. 12 », « § 34 ».", None)
    piece: Cle | None = key("Pièce où elle le dit.", None)
    reponse: tuple[Moyen, ...] = key("La réponse : clauses de réponse, prose ou texte.", ())


class Collecte(Model):
    du: DateEntiere = key("Premier jour.")
    au: DateEntiere = key("Dernier jour.")


class EtatMandants(Model):
    """What `mandats registre etat` writes: counted, never typed; no personal data."""

    campagne: Texte
    texte: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    instant: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$")]
    nombre: int = Field(ge=1)
    empreinte: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    par_preuve: dict[Preuve, int]
    tete: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Mandants(Model):
    nombre: int | None = key("Nombre de mandants ; à omettre quand `etat` le donne.", None, ge=1)
    etat: NomFichier | None = key(
        "Fichier écrit par `mandats registre etat` dans le dossier du cas : nombre, instant et empreinte en viennent.",
        None,
    )
    collecte: Collecte | None = key("Période de recueil des mandats.", None)
    piece: Cle | None = key("Pièce : modèle de mandat ou état des mandats.", None)
    recus: int | None = key("Nombre de mandats reçus, avant contrôle.", None, ge=1)
    ecartes: int | None = key("Nombre de mandats écartés : doublons, incomplets, retirés avant le dépôt.", None, ge=0)
    preuve: tuple[Literal["horodatage", "version", "empreinte", "confirmation"], ...] = key(
        "Ce que l'on conserve pour chaque mandat.", ()
    )
    _lu: EtatMandants | None = PrivateAttr(None)  # given by `load`, from the file `etat` names

    @model_validator(mode="after")
    def _one_count(self) -> Self:
        if "nombre" not in self.model_fields_set and not self.etat:
            raise ValueError("donnez « etat » (mandats registre etat), ou à défaut « nombre »")
        return self

    def lu(self, etat: EtatMandants) -> Self:
        """The same, counted by the ledger: what `load` gives for `etat`."""
        made = self.model_copy(update={"nombre": etat.nombre})
        made._lu = etat
        return made

    @property
    def arrete_le(self) -> str | None:
        """Day on which the list was closed, in Paris: the registry's instants are in universal time."""
        return _paris(self._lu.instant).date().isoformat() if self._lu else None

    @property
    def arrete_a(self) -> str | None:
        """Hour, in Paris: « 16 h 05 »."""
        return f"{(moment := _paris(self._lu.instant)).hour} h {moment:%M}" if self._lu else None

    @property
    def empreinte(self) -> str | None:
        """Digest of the list with its algorithm, in eight groups that a page can break."""
        groups = [self._lu.empreinte[i : i + 8] for i in range(0, 64, 8)] if self._lu else []
        return f"SHA-256 : {' '.join(groups)}" if groups else None

    @property
    def par_preuve(self) -> dict[str, int] | None:
        """Mandates by kind of evidence, every kind named."""
        return {p: self._lu.par_preuve.get(p, 0) for p in PREUVES} if self._lu else None


def _paris(instant: str) -> dt.datetime:
    from zoneinfo import ZoneInfo

    return dt.datetime.fromisoformat(instant).astimezone(ZoneInfo("Europe/Paris"))


def _real_day(value: str) -> str:
    """A person's day, or instant in universal time. The message does not repeat what it refuses."""
    with suppress(ValueError):
        dt.datetime.fromisoformat(value)
        if re.fullmatch(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?", value):
            return value
    raise ValueError("date réelle attendue : AAAA-MM-JJ")


JourPersonnel = Annotated[
    str,
    AfterValidator(_real_day),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}Z)?$"}),
]


class Mandant(Model):
    """What a form may print of a person, whether the case names one or the ledger gives thousands: the one list."""

    numero: int | None = key("Numéro au registre des mandats.", None, ge=1)
    code: Texte | None = key("Code imprimé sur le formulaire, qui rapproche un papier renvoyé.", None)
    prenom: Texte | None = key("Prénom.", None)
    nom: Texte | None = key("Nom.", None)
    courriel: Texte | None = key("Courriel de contact.", None)
    date_naissance: JourPersonnel | None = key("Date de naissance.", None)
    adresse: Texte | None = key("Adresse, sans la commune.", None)
    code_postal: Texte | None = key("Code postal.", None)
    commune: Texte | None = key("Commune de résidence.", None)
    pays: Texte | None = key("Pays.", None)
    signe_le: JourPersonnel | None = key("Jour, ou instant en temps universel, du consentement.", None)

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


class DocumentOrder(Model):
    """One entry of `documents:`; besides these keys, one list per section of the template."""

    model_config = ConfigDict(frozen=True, extra="allow", protected_namespaces=(), defer_build=True)
    __pydantic_extra__: dict[str, tuple[Moyen, ...]]

    modele: Cle = key("Modèle de document.")
    nom: Cle | None = key("Nom des fichiers produits (par défaut : le modèle).", None)
    comme: Cle | None = key("Document dont celui-ci reprend les sections qu'il n'écrit pas.", None)
    vise: Cle | None = key("Clé de `traitements`, si le document ne vise pas `traitement`.", None)
    titre: Texte | None = key("Titre, à la place de celui du modèle.", None)
    registre: Registre | None = key("Registre, à la place de celui du modèle.", None)
    roles: dict[Cle, Cle | tuple[Cle, ...]] = key("Rôle → partie, ou liste de parties.")
    pieces: tuple[Cle, ...] | None = key("Pièces de ce document (par défaut : toutes).", None)
    jointes: tuple[Cle, ...] | None = key(
        "Celles qui l'accompagnent, quand les autres sont déjà produites ; toutes gardent leur numéro (par défaut : "
        "toutes).",
        None,
    )
    mandants: Mandants | None = key("Mandats d'une plainte collective.", None)
    mandant: Mandant | None = key("Personne pour laquelle un formulaire est pré-rempli.", None)
    date: Jour = key("Date de l'acte, si elle diffère de celle du dossier.")
    canal: Literal["telerecours", "telerecours-citoyens", "papier", "courriel", "teleservice-cnil"] | None = key(
        "Par où l'acte sera déposé.", None
    )
    envoi: Texte | None = key("Lettre : mode d'envoi imprimé, « par lettre recommandée avec avis de réception ».", None)
    instance: Instance | None = key("Procès dans lequel le document est produit.", None)
    arguments_adverses: tuple[Cle, ...] | None = key("Arguments auxquels ce document répond (par défaut : tous).", None)

    def holders(self, role: str) -> tuple[str, ...]:
        """The keys of the parties that hold a role."""
        held = self.roles.get(role, ())
        return (held,) if isinstance(held, str) else held

    @property
    def sections(self) -> dict[str, tuple[Moyen, ...]]:
        return self.__pydantic_extra__ or {}


class Case(Model):
    titre: Texte = key("Titre du dossier ; imprimé en haut des pages.")
    campagne: Cle | None = key("Campagne à laquelle le dossier appartient.", None)
    specimen: bool = key("Vrai : chaque page porte « SPÉCIMEN – ne pas déposer ».", False)
    date: DateEntiere = key("Date des actes : choisit les versions des textes.")
    lieu: Texte | None = key("Lieu de signature.", None)
    parties: dict[Cle, Party] = key("Carnet d'adresses du dossier.")
    traitement: Traitement | None = key("Le traitement attaqué, décrit une fois.", None)
    traitements: dict[Cle, Traitement] = key("D'autres traitements, que des documents visent par leur clé.", {})
    decision: Decision | None = key("La décision attaquée.", None)
    instance_fond: InstanceFond | None = key("Le recours au fond.", None)
    demande: Demande | None = key("La demande déjà adressée à l'administration.", None)
    avis_cada: AvisCada | None = key("L'avis de la Commission d'accès aux documents administratifs.", None)
    evenements: Evenements | None = key("Ce qui est arrivé dans la procédure : fait courir ou arrête des délais.", None)
    arguments_adverses: tuple[ArgumentAdverse, ...] = key(
        "Ce que soutient l'adversaire, dans l'ordre de ses écritures.", ()
    )
    assume: dict[Cle, Texte] = key(
        "Source fragile, ou règle de forme (`gen-06`), assumée en connaissance de cause → raison.", {}
    )
    accord_mixte: Literal["masculin", "point-median", "doublet"] = key(
        "Accord des parties de genre `mixte`.", "masculin"
    )
    faits: tuple[Fait, ...] = key("Les faits, dans l'ordre du récit.", ())
    pieces: tuple[Piece, ...] = key("Les pièces, dans l'ordre du bordereau.", ())
    documents: tuple[DocumentOrder, ...] = key("Les documents à produire.", min_length=1)

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
