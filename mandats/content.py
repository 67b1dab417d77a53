"""The library's files — ClauseHeader, Source, TemplateHeader — as frozen values, no file access.

Beside `model`, which holds the case: together they declare once all that a drafter may write.
"""

import hashlib
import json
from typing import Any, Literal, Self, get_args

from pydantic import GetJsonSchemaHandler, PrivateAttr, model_validator
from pydantic_core import CoreSchema

from mandats.keys import (
    Cle,
    CleClause,
    DateEntiere,
    DatePartielle,
    Jour,
    Model,
    Regime,
    Registre,
    Technique,
    Texte,
    key,
)


class Parametre(Model):
    type: Literal["texte", "nombre", "date", "booleen", "liste", "partie", "piece", "pieces"] = key(
        "Type de la valeur."
    )
    aide: Texte = key("Ce que la personne qui rédige doit y mettre.")
    facultatif: bool = key("Vrai si la clause s'en passe.", False)


class Relecture(Model):
    le: DateEntiere = key("Date de la relecture.")
    par: Texte = key("Initiales ou rôle du relecteur.")


class Autorites(Model):
    """How strong the argument is: who supports it, who does not, and why that does not decide."""

    pour: tuple[Cle, ...] = key("Sources favorables.", ())
    contre: tuple[Cle, ...] = key("Sources contraires que la clause discute ou que l'adversaire citera.", ())
    distinguer: Texte | None = key("En quoi les contraires n'emportent pas la question, et les points faibles.", None)


Cause = Literal["interne", "externe", "recevabilite", "urgence", "demande", "qualite", "reponse"]
CAUSES: tuple[Cause, ...] = get_args(Cause)


class ClauseHeader(Model):
    titre: Texte = key("Titre du moyen, écrit comme une affirmation.")
    cause: Cause = key("Légalité interne ou externe, ou place de la clause dans l'acte.")
    regimes: tuple[Regime, ...] = key("Régimes auxquels la clause convient.", min_length=1)
    parametres: dict[Cle, Parametre] = key("Valeurs que le dossier fournit.", {})
    sources: tuple[Cle, ...] = key("Sources que la clause emploie.", ())
    registres: dict[Registre, Texte] = key("La conséquence, une formulation par registre.", {})
    exemple: dict[str, Any] = key("Valeurs d'exemple, rendues avec clauses/exemple.yaml.", {})
    repond_a: Texte | None = key("Réponse : ce que l'adversaire soutient, après « que ».", None)
    autorites: Autorites | None = key("Force de l'argument.", None)
    techniques: tuple[Technique, ...] = key("Techniques pour lesquelles la clause est proposée.", ())
    donnees: tuple[Literal["biometrique", "sensible"], ...] = key("Données pour lesquelles la clause est proposée.", ())
    mots_cles: tuple[Texte, ...] = key(
        "Mots par lesquels on la cherche, et qui la font proposer s'ils sont dans les faits.", ()
    )
    campagnes: tuple[Cle, ...] = key("Campagnes où l'argument a servi.", ())
    pendants: dict[Regime, CleClause] = key("Clause qui porte l'argument sous un autre régime.", {})
    relu: Relecture | None = key("Relecture par un juriste.", None)
    remplacee_par: CleClause | None = key("Clause qui remplace celle-ci.", None)


class Verification(Model):
    le: DateEntiere = key("Date de la lecture.")
    lecture: Texte = key("Ce qui a été lu.")


class Vigueur(Model):
    depuis: Jour = key("Premier jour d'application.")
    jusqu_a: Jour = key("Dernier jour d'application.")

    def covers(self, day: str) -> bool:
        return (self.depuis or "") <= day <= (self.jusqu_a or "9999")


class Version(Vigueur):
    """A text as it stood during a period; what it does not give is the source's own."""

    libelle: Texte | None = key("Numéro de l'article à cette époque, s'il différait.", None)
    passages: dict[str, Texte] = key("Les mots d'alors, exactement.", {})
    alerte: Texte | None = key("Ce qu'il faut savoir de cette version.", None)
    url: Texte | None = key("Adresse de la version lue.", None)
    verifie: Verification | None = key("Lecture de cette version.", None)


Statut = Literal["en-vigueur", "annulee", "infirmee", "depassee", "provisoire", "defavorable", "pendante"]
STATUTS: dict[Statut, str] = {
    "en-vigueur": "", "annulee": "annulée", "infirmee": "infirmée", "depassee": "dépassée",
    "provisoire": "provisoire", "defavorable": "défavorable", "pendante": "pendante",
}  # fmt: skip
Groupe = Literal[
    "Constitution", "Union européenne", "Convention européenne des droits de l'homme", "Lois et codes", "Règlements",
    "Cour de justice de l'Union européenne", "Tribunal de l'Union européenne", "Cour européenne des droits de l'homme",
    "Conseil constitutionnel", "Conseil d'État", "Cours administratives d'appel", "Tribunaux administratifs",
    "Cour de cassation", "CNIL", "CEPD", "Défenseur des droits", "CADA", "Autres",
]  # fmt: skip
GROUPES: tuple[Groupe, ...] = get_args(Groupe)


REQUIRED = {  # of a source, by its type
    "texte": ("titre", "article", "groupe"),
    "article": ("texte", "libelle"),
    "decision": ("juridiction", "groupe"),
    "document": ("auteur", "titre", "groupe"),
}


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
    groupe: Groupe | None = key("Rubrique de la table des textes et décisions.", None)
    statut: Statut = key("Sort de la source.", "en-vigueur")
    alerte: Texte | None = key("Ce qu'il faut savoir avant de la citer ; affiché à chaque emploi.", None)
    portee: Texte | None = key("Sens de la décision, en nos mots.", None)
    passages: dict[str, Texte] = key("Les mots que l'on cite, exactement.", {})
    vigueur: Vigueur | None = key("Période d'application de la version lue.", None)
    versions: tuple[Version, ...] = key("Autres versions, par date : un document emploie celle de son jour.", ())
    remplacee_par: Cle | None = key("Source qui remplace celle-ci (texte renuméroté, décision annulée).", None)
    regimes: tuple[Regime, ...] = key("Régimes concernés (par défaut : tous).", ())
    points: tuple[Texte, ...] = key("Points, considérants ou paragraphes lus : les seuls qu'une clause peut viser.", ())
    url: Texte | None = key("Adresse de la source lue.", None)
    verifie: Verification | None = key("Sans cette clé, un document qui cite la source avertit.", None)
    a_verifier: Texte | None = key("Lecture partielle : ce qui reste à lire.", None)
    empreinte: Texte | None = key("Sceau posé par `mandats sources sceller` : un mot changé depuis se voit.", None)
    _altered: bool = PrivateAttr(False)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if missing := [name for name in REQUIRED[self.type] if getattr(self, name) is None]:
            raise ValueError(f"type « {self.type} » : il manque {', '.join(missing)}")
        self._altered = self.empreinte not in (None, self.seal())
        return self

    @property
    def altered(self) -> bool:
        """Whether a word changed since it was sealed; as it was read, whatever the day (`on`)."""
        return self._altered

    def on(self, day: str) -> Self:
        """As it stood on `day` (ISO): itself when its period covers it, else the version that does, else itself."""
        other = next((v for v in self.versions if v.covers(day)), None)
        if other is None or (self.vigueur and self.vigueur.covers(day)):
            return self
        changed = {name: getattr(other, name) for name in ("passages", "alerte", "verifie")}
        changed |= {name: getattr(other, name) or getattr(self, name) for name in ("libelle", "url")}
        return self.model_copy(update={**changed, "vigueur": other, "versions": ()})

    def seal(self) -> str:
        """Twelve hexadecimal digits that change with any word of the entry, its seal apart."""
        content = self.model_dump(exclude={"empreinte"}, exclude_defaults=True, mode="json")
        return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:12]


class Section(Model):
    titre: Texte = key("Ce que la section contient.")
    obligatoire: bool = key("Vrai si le document n'existe pas sans elle.", True)
    cause: tuple[str, ...] = key("Causes des clauses admises (par défaut : toutes).", ())
    titres: bool = key("Vrai si chaque élément reçoit un titre.", True)
    numerotees: bool = key("Vrai pour des demandes « 1°) … 2°) … ».", False)
    amorces: tuple[CleClause, ...] = key(
        "Clauses qu'un nouveau dossier y trouve déjà : presque tous les emploient.", ()
    )


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


class Role(Model):
    """A role to fill: in a template, its explanation alone, or a block."""

    aide: Texte = key("Qui tient ce rôle.")
    qui: Cle | None = key("La sorte de partie qu'un nouveau dossier y met (`templates/commun/questions.yaml`).", None)

    @model_validator(mode="before")
    @classmethod
    def _explained(cls, value: Any) -> Any:
        return {"aide": value} if isinstance(value, str) else value

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [{"type": "string", "minLength": 1}, handler(schema)]}


Bloc = Literal[
    "traitement", "decision", "instance_fond", "faits", "pieces", "mandants", "instance", "arguments_adverses",
    "demande", "avis_cada",
]  # fmt: skip


class TemplateHeader(Model):
    titre: Texte = key("Titre de l'acte.")
    resume: Texte = key("À quoi sert l'acte, en une phrase.")
    famille: tuple[Cle, ...] = key(
        "Ce que l'acte est, du général au particulier : les règles de forme et les délais visent des familles.", ()
    )
    genre: Literal["acte", "formulaire"] = key("Acte paginé ou formulaire d'une personne.", "acte")
    registre: Registre = key("Registre des clauses.")
    roles: dict[Cle, Role] = key("Rôles à pourvoir : leur explication seule, ou un bloc.")
    roles_facultatifs: dict[Cle, Role] = key("Rôles admis sans être exigés.", {})
    requiert: tuple[Bloc, ...] = key("Parties du dossier sans lesquelles l'acte est irrecevable.", ())
    plan: Cle | None = key("Plan partagé : `templates/commun/<plan>.md` (par défaut : le `plan.md` du modèle).", None)
    citations: Literal["notes", "texte"] = key(
        "Références en notes de bas de page, ou entre parenthèses dans le texte.", "notes"
    )
    sections: dict[Cle, Section] = key("Listes que le dossier remplit.", {})
    couverture: Couverture | None = key("Page de garde.", None)
    typographie: Literal["francaise", "aucune"] = key("Espaces, guillemets et ordinaux à la française.", "francaise")
    alineas_numerotes: bool = key("Vrai : paragraphes numérotés en continu.", True)
    exige: tuple[Cle, ...] = key("Règles bloquantes ici, simples avertissements ailleurs.", ())
    a_verifier: tuple[Texte, ...] = key("Ce que la personne doit contrôler avant le dépôt.", ())

    @property
    def all_roles(self) -> dict[str, Role]:
        return {**self.roles, **self.roles_facultatifs}
