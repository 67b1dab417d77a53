"""The drafter's files — Case, ClauseHeader, Source, TemplateHeader — as frozen values, no file access.

The drafter's files are declared once, here: validation, JSON Schema and the guide's key list all come from these
classes. A field keeps the drafter's French name everywhere (mirror rule).
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, WithJsonSchema, model_validator

MAX_TEXT = 20_000  # characters in one value: a page of prose is 3 000

Texte = Annotated[str, StringConstraints(max_length=MAX_TEXT, strip_whitespace=True, min_length=1)]
Cle = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([-_][a-z0-9]+)*$", max_length=60)]
# The Word bookmark that carries the id has 40 characters: « / » takes two, and a second use of the clause a suffix.
CleClause = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(/[a-z0-9-]+)+$", max_length=37)]
NomFichier = Annotated[str, StringConstraints(max_length=255, min_length=1)]


def _real_date(value: str) -> str:
    parts = [int(p) for p in value.split("-")]
    dt.date(*(parts + [1, 1][len(parts) - 1 :]))  # ValueError when it is no date
    return value


# « 2022-10-26 », « 2022-10 » or « 2022 »: a fact is often known to the month only.
DatePartielle = Annotated[
    str,
    StringConstraints(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$"),
    AfterValidator(_real_date),
    # An ordinary YAML reader takes « 2022 » for a number.
    WithJsonSchema({"type": ["string", "integer"], "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$"}),
]
DateEntiere = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$"), AfterValidator(_real_date)]

Regime = Literal["rgpd", "police-justice", "renseignement"]
REGISTRES = ("rep", "refere-suspension", "refere-liberte", "replique", "intervention", "plainte", "clair")
Registre = Literal["rep", "refere-suspension", "refere-liberte", "replique", "intervention", "plainte", "clair"]


class Model(BaseModel):
    # Validators are built at first use: nested models need none of their own.
    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=(), defer_build=True)


def key(description: str, default: Any = ..., **more: Any) -> Any:
    return Field(default, description=description, **more)


# --- the case file ---------------------------------------------------------------------------------------------


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
    genre: Literal["m", "f"] = key("Genre grammatical, pour les accords.", "m")
    nombre: Literal["singulier", "pluriel"] = key("Nombre grammatical, pour les accords.", "singulier")
    forme: Texte | None = key("Forme juridique imprimée après le nom : « association régie par la loi … ».", None)
    adresse: Texte | None = key("Adresse ou siège, sur une ligne.", None)
    rna: Texte | None = key("Numéro au répertoire national des associations (W…).", None)
    siren: Texte | None = key("Numéro SIREN.", None)
    courriel: Texte | None = key("Adresse électronique de contact.", None)
    telephone: Texte | None = key("Téléphone de contact.", None)
    represente_par: Representant | None = key("Représentant légal ou habilité.", None)
    avocat: Texte | None = key("Avocat et barreau.", None)
    declaree_le: DateEntiere | None = key("Date de déclaration d'une association.", None)
    objet_statutaire: Texte | None = key("Objet, recopié des statuts.", None)
    statuts: Cle | None = key("Pièce qui contient les statuts.", None)
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
    techniques: tuple[Cle, ...] = key("Techniques : reconnaissance-faciale, analyse-comportementale…", ())
    responsable: Cle = key("Partie responsable du traitement.")
    sous_traitant: Cle | None = key("Partie qui traite pour le compte du responsable.", None)
    regime: Regime = key("Régime juridique : décide des articles applicables.")

    @property
    def biometrique(self) -> bool:
        return any(d.biometrique for d in self.donnees)

    @property
    def sensible(self) -> bool:
        return any(d.sensible or d.biometrique for d in self.donnees)


class Decision(Model):
    auteur: Cle = key("Partie qui a pris la décision.")
    date: DatePartielle = key("Date de la décision (au jour, au mois ou à l'année).")
    nature: Literal["explicite", "implicite", "reglementaire", "individuelle", "refus-d-abroger"] = key(
        "Nature de la décision."
    )
    objet: Texte = key("Ce que la décision fait, en groupe nominal.")
    designation: Texte = key("Comment l'acte la nomme ensuite.", "la décision attaquée")
    piece: Cle | None = key("Pièce qui contient la décision (art. R. 412-1 CJA).", None)
    publiee_le: DateEntiere | None = key("Date de publication.", None)
    notifiee_le: DateEntiere | None = key("Date de notification.", None)


class InstanceFond(Model):
    date_depot: DatePartielle | None = key("Date de dépôt de la requête au fond.", None)
    numero: Texte | None = key("Numéro d'enregistrement, s'il est connu.", None)
    piece: Cle = key("Pièce : copie de la requête au fond (art. R. 522-1 CJA).")


class Fait(Model):
    date: DatePartielle | None = key("Date du fait ; imprimée en tête de phrase.", None)
    fait: Texte = key("Le fait, en une phrase sans point final ; minuscule initiale s'il est daté.")
    pieces: tuple[Cle, ...] = key("Pièces qui le prouvent.", ())


class Piece(Model):
    cle: Cle = key("Clé par laquelle le dossier cite la pièce.")
    titre: Texte = key("Intitulé au bordereau, suffisamment explicite (art. R. 412-2 CJA).")
    date: DatePartielle | None = key("Date de la pièce.", None)
    fichier: NomFichier = key("Fichier, dans le dossier `pieces/` du cas.")
    confidentielle: bool = key("Vrai : produite sous pli séparé, jamais jointe aux copies.", False)


class Moyen(Model):
    """One thing a section contains: a clause with its values, a prose file, or a short text."""

    clause: CleClause | None = key("Clause à insérer : matiere/slug.", None)
    avec: dict[str, Any] = key("Valeurs des paramètres de la clause.", {})
    prose: NomFichier | None = key("Fichier Markdown du dossier du cas.", None)
    texte: Texte | None = key("Texte court, en Markdown.", None)
    titre: Texte | None = key("Titre, à la place de celui de la clause.", None)
    regime: Regime | None = key("Régime, s'il diffère de celui du traitement.", None)

    @model_validator(mode="after")
    def _one_content(self) -> Moyen:
        if sum(x is not None for x in (self.clause, self.prose, self.texte)) != 1:
            raise ValueError("une clé et une seule parmi clause, prose, texte")
        if self.avec and self.clause is None:
            raise ValueError("« avec » ne va qu'avec « clause »")
        return self


class Collecte(Model):
    du: DateEntiere = key("Premier jour.")
    au: DateEntiere = key("Dernier jour.")


class Mandants(Model):
    nombre: int = key("Nombre de mandants.", ge=1)
    collecte: Collecte | None = key("Période de recueil des mandats.", None)
    piece: Cle | None = key("Pièce : modèle de mandat ou état des mandats.", None)


class Mandant(Model):
    prenom: Texte | None = key("Prénom.", None)
    nom: Texte | None = key("Nom.", None)
    commune: Texte | None = key("Commune de résidence.", None)
    courriel: Texte | None = key("Courriel de contact.", None)


class DocumentOrder(Model):
    """One entry of `documents:`; besides these keys, one list per section of the template."""

    model_config = ConfigDict(frozen=True, extra="allow", protected_namespaces=(), defer_build=True)
    __pydantic_extra__: dict[str, tuple[Moyen, ...]]

    modele: Cle = key("Modèle de document.")
    nom: Cle | None = key("Nom des fichiers produits (par défaut : le modèle).", None)
    titre: Texte | None = key("Titre, à la place de celui du modèle.", None)
    registre: Registre | None = key("Registre, à la place de celui du modèle.", None)
    roles: dict[Cle, Cle | tuple[Cle, ...]] = key("Rôle → partie, ou liste de parties.")
    pieces: tuple[Cle, ...] | None = key("Pièces de ce document (par défaut : toutes).", None)
    mandants: Mandants | None = key("Mandats d'une plainte collective.", None)
    mandant: Mandant | None = key("Personne pour laquelle un formulaire est pré-rempli.", None)
    date: DateEntiere | None = key("Date de l'acte, si elle diffère de celle du dossier.", None)

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
    decision: Decision | None = key("La décision attaquée.", None)
    instance_fond: InstanceFond | None = key("Le recours au fond.", None)
    faits: tuple[Fait, ...] = key("Les faits, dans l'ordre du récit.", ())
    pieces: tuple[Piece, ...] = key("Les pièces, dans l'ordre du bordereau.", ())
    documents: tuple[DocumentOrder, ...] = key("Les documents à produire.", min_length=1)


# --- clauses, sources, templates -------------------------------------------------------------------------------

TYPES_PARAMETRE = ("texte", "nombre", "date", "booleen", "liste", "partie", "piece", "pieces")


class Parametre(Model):
    type: Literal["texte", "nombre", "date", "booleen", "liste", "partie", "piece", "pieces"] = key("Type de la valeur.")
    aide: Texte = key("Ce que la personne qui rédige doit y mettre.")
    facultatif: bool = key("Vrai si la clause s'en passe.", False)


class Relecture(Model):
    le: DateEntiere = key("Date de la relecture.")
    par: Texte = key("Initiales ou rôle du relecteur.")


class ClauseHeader(Model):
    titre: Texte = key("Titre du moyen, écrit comme une affirmation.")
    cause: Literal["interne", "externe", "recevabilite", "urgence", "demande", "qualite"] = key(
        "Légalité interne ou externe, ou place de la clause dans l'acte."
    )
    regimes: tuple[Regime, ...] = key("Régimes auxquels la clause convient.", min_length=1)
    parametres: dict[Cle, Parametre] = key("Valeurs que le dossier fournit.", {})
    sources: tuple[Cle, ...] = key("Sources que la clause emploie.", ())
    registres: dict[Registre, Texte] = key("La conséquence, une formulation par registre.", {})
    exemple: dict[str, Any] = key("Valeurs d'exemple, rendues avec clauses/exemple.yaml.", {})
    relu: Relecture | None = key("Relecture par un juriste.", None)
    remplacee_par: CleClause | None = key("Clause qui remplace celle-ci.", None)


class Verification(Model):
    le: DateEntiere = key("Date de la lecture.")
    lecture: Texte = key("Ce qui a été lu.")


class Vigueur(Model):
    depuis: DateEntiere | None = key("Premier jour d'application.", None)
    jusqu_a: DateEntiere | None = key("Dernier jour d'application.", None)


STATUTS = {
    "en-vigueur": "", "annulee": "annulée", "infirmee": "infirmée", "depassee": "dépassée",
    "provisoire": "provisoire", "defavorable": "défavorable", "pendante": "pendante",
}  # fmt: skip
GROUPES = (
    "Constitution", "Union européenne", "Convention européenne des droits de l'homme", "Lois et codes", "Règlements",
    "Cour de justice de l'Union européenne", "Cour européenne des droits de l'homme", "Conseil constitutionnel",
    "Conseil d'État", "Cours administratives d'appel", "Tribunaux administratifs", "CNIL", "CEPD", "Autres",
)  # fmt: skip


class Source(Model):
    """A text, one of its articles, a decision, or another document; `type` says which keys are required."""

    type: Literal["texte", "article", "decision", "document"] = key("Nature de la source.")
    titre: Texte | None = key("Texte ou document : intitulé complet, sans article.", None)
    court: Texte | None = key("Forme employée après la première citation.", None)
    article: Literal["le", "la", "l'", "les"] | None = key("Texte : article défini devant le titre.", None)
    article_court: Literal["le", "la", "l'", "les"] | None = key("Article défini devant la forme courte.", None)
    texte: Cle | None = key("Article : clé du texte auquel il appartient.", None)
    libelle: Texte | None = key("Article : « article 5, paragraphe 1, sous c) ».", None)
    juridiction: Texte | None = key("Décision : forme imprimée (CE, TA Montreuil, CJUE…).", None)
    formation: Texte | None = key("Décision : formation, forme imprimée (ord., gr. ch., Ass.).", None)
    numeros: tuple[Texte, ...] = key("Décision : numéros.", ())
    nom: Texte | None = key("Décision : nom d'usage.", None)
    ecli: Texte | None = key("Décision : identifiant européen.", None)
    recueil: Texte | None = key("Décision : publication au recueil, si elle a été lue.", None)
    auteur: Texte | None = key("Document : institution.", None)
    date: DatePartielle | None = key("Décision ou document : date.", None)
    groupe: Literal[GROUPES] | None = key("Rubrique de la table des textes et décisions.", None)  # type: ignore[valid-type]
    statut: Literal[tuple(STATUTS)] = key("Sort de la source.", "en-vigueur")  # type: ignore[valid-type]
    alerte: Texte | None = key("Ce qu'il faut savoir avant de la citer ; affiché à chaque emploi.", None)
    portee: Texte | None = key("Sens de la décision, en nos mots.", None)
    passages: dict[str, Texte] = key("Les mots que l'on cite, exactement.", {})
    vigueur: Vigueur | None = key("Période d'application de la version lue.", None)
    regimes: tuple[Regime, ...] = key("Régimes concernés (par défaut : tous).", ())
    url: Texte | None = key("Adresse de la source lue.", None)
    verifie: Verification | None = key("Sans cette clé, un document qui cite la source avertit.", None)

    @model_validator(mode="after")
    def _complete(self) -> Source:
        required = {
            "texte": ("titre", "article", "groupe"),
            "article": ("texte", "libelle"),
            "decision": ("juridiction", "groupe"),
            "document": ("auteur", "titre", "groupe"),
        }[self.type]
        missing = [name for name in required if getattr(self, name) is None]
        if missing:
            raise ValueError(f"type « {self.type} » : il manque {', '.join(missing)}")
        return self


class Section(Model):
    titre: Texte = key("Ce que la section contient.")
    obligatoire: bool = key("Vrai si le document n'existe pas sans elle.", True)
    cause: tuple[str, ...] = key("Causes des clauses admises (par défaut : toutes).", ())
    titres: bool = key("Vrai si chaque élément reçoit un titre.", True)
    numerotees: bool = key("Vrai pour des demandes « 1°) … 2°) … ».", False)


class BlocCouverture(Model):
    etiquette: Texte = key("POUR, CONTRE, OBJET…")
    role: Cle | None = key("Rôle dont l'identité est imprimée.", None)
    qualite: Texte | None = key("Qualité imprimée sous l'identité : « Requérants ».", None)
    texte: Texte | None = key("Texte (Jinja, Markdown en ligne) à la place d'un rôle.", None)


class Couverture(Model):
    destinataire: Texte = key("Juridiction ou autorité saisie (Jinja).")
    mention: Texte | None = key("Ligne sous le destinataire.", None)
    sous_titre: Texte | None = key("Ligne sous le titre.", None)
    blocs: tuple[BlocCouverture, ...] = key("POUR / CONTRE / OBJET.")


class TemplateHeader(Model):
    titre: Texte = key("Titre de l'acte.")
    resume: Texte = key("À quoi sert l'acte, en une phrase.")
    genre: Literal["acte", "formulaire"] = key("Acte paginé ou formulaire d'une personne.", "acte")
    registre: Registre = key("Registre des clauses.")
    roles: dict[Cle, Texte] = key("Rôles à pourvoir, avec leur explication.")
    roles_facultatifs: dict[Cle, Texte] = key("Rôles admis sans être exigés.", {})
    requiert: tuple[Literal["traitement", "decision", "instance_fond", "faits", "pieces", "mandants"], ...] = key(
        "Parties du dossier sans lesquelles l'acte est irrecevable.", ()
    )
    sections: dict[Cle, Section] = key("Listes que le dossier remplit.", {})
    couverture: Couverture | None = key("Page de garde.", None)
    typographie: Literal["francaise", "aucune"] = key("Espaces, guillemets et ordinaux à la française.", "francaise")
    alineas_numerotes: bool = key("Vrai : paragraphes numérotés en continu.", True)
    exige: tuple[Cle, ...] = key("Règles bloquantes ici, simples avertissements ailleurs.", ())
    a_verifier: tuple[Texte, ...] = key("Ce que la personne doit contrôler avant le dépôt.", ())
