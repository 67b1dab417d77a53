"""The library's files — ClauseHeader, Source, TemplateHeader — as frozen values, no file access.

Beside `model`, which holds the case: together they declare once all that a drafter may write.
"""

import hashlib
import json
import re
from functools import cached_property
from typing import Any, Literal, Self, get_args

from pydantic import Field, PrivateAttr, model_validator

from mandats import keys
from mandats.keys import Abridged, Cle, CleClause, DateEntiere, DatePartielle, Jour, Model, Texte
from mandats.model import Traitement

# A key of the case that may stand for a parameter.
AuDossier = Literal[
    "traitement.rattachements", "demande.recue_le", "demande.reponse_le", "demande.documents", "demande.piece",
    "demande.piece_reponse", "avis_cada.saisie_le", "avis_cada.piece", "decision.date", "decision.objet",
]  # fmt: skip


class Parametre(Model):
    type: Literal["texte", "nombre", "date", "booleen", "liste", "partie", "piece", "pieces", "position"]
    aide: Texte
    facultatif: bool = False
    a_defaut: AuDossier | None = None

    @model_validator(mode="before")
    @classmethod
    def _unsaid(cls, value: Any) -> Any:
        """What the other side says of a point may not be known: a position can always be left out."""
        unsaid = isinstance(value, dict) and value.get("type") == "position"
        return {**value, "facultatif": True} if unsaid else value


class Relecture(Model):
    le: DateEntiere
    par: Texte


class Autorites(Model):
    """How strong the argument is: who supports it, who does not, and why that does not decide."""

    pour: tuple[Cle, ...] = ()
    contre: tuple[Cle, ...] = ()
    distinguer: Texte | None = None


class Domaine(Model):
    """The field a decision, or a clause, belongs to: pleaded or proposed, it must meet the case's own processing."""

    techniques: tuple[keys.Technique, ...] = ()
    secteurs: tuple[keys.Secteur, ...] = ()
    donnees: tuple[Literal["biometrique", "sensible"], ...] = ()
    organisme: keys.Organisme | None = None

    def meets(self, traitement: Traitement, organisme: str | None) -> bool:
        """Whether a case about `traitement`, of a body of that nature (None: unknown), is of the same field."""
        if self.organisme and organisme and self.organisme != organisme:
            return False
        data = {nom for nom in ("biometrique", "sensible") if getattr(traitement, nom)}
        named = {*self.techniques, *self.secteurs, *self.donnees}
        return not named or not named.isdisjoint({*traitement.techniques, traitement.secteur, *data})


# Who a clause is about: the author of the act, or whoever holds that place in the processing.
Acteur = Literal["auteur", "responsable", "sous_traitant"]


class ClauseHeader(Model):
    titre: Texte
    cause: keys.Cause
    cause_anterieure: keys.Cause | None = None
    regimes: tuple[keys.Regime, ...] = Field(min_length=1)
    parametres: dict[Cle, Parametre] = {}
    sources: tuple[Cle, ...] = ()
    registres: dict[keys.Registre, Texte] = {}
    sans_objet: tuple[keys.Registre, ...] = ()
    exemple: dict[str, Any] = {}
    acteur: Acteur | None = None
    repond_a: Texte | None = None
    autorites: Autorites | None = None
    techniques: tuple[keys.Technique, ...] = ()
    donnees: tuple[Literal["biometrique", "sensible"], ...] = ()
    domaine: Domaine | None = None
    mots_cles: tuple[Texte, ...] = ()
    campagnes: tuple[Cle, ...] = ()
    pendants: dict[keys.Regime, CleClause] = {}
    relu: Relecture | None = None
    remplacee_par: CleClause | None = None

    def asked(self, registre: str) -> dict[str, Parametre]:
        """The parameters that a document of this register asks for: plain words stand alone, and may use but a few."""
        plain = self.registres.get("clair") if registre == "clair" else None
        said = set(re.findall(r"\w+", f"{self.titre} {plain}"))
        return {name: p for name, p in self.parametres.items() if plain is None or name in said}


class Verification(Model):
    le: DateEntiere
    lecture: Texte


class Vigueur(Model):
    depuis: Jour
    jusqu_a: Jour

    def covers(self, day: str) -> bool:
        return (self.depuis or "") <= day <= (self.jusqu_a or "9999")


class Version(Vigueur):
    """A text as it stood during a period; what it does not give is the source's own."""

    libelle: Texte | None = None
    passages: dict[str, Texte] = {}
    alerte: Texte | None = None
    url: Texte | None = None
    verifie: Verification | None = None


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

    type: Literal["texte", "article", "decision", "document"]
    titre: Texte | None = None
    court: Texte | None = None
    article: Literal["le", "la", "l'", "les"] | None = None
    article_court: Literal["le", "la", "l'", "les"] | None = None
    texte: Cle | None = None
    libelle: Texte | None = None
    juridiction: Texte | None = None
    formation: Texte | None = None
    numeros: tuple[Texte, ...] = ()
    nom: Texte | None = None
    ecli: Texte | None = None
    recueil: Texte | None = None
    auteur: Texte | None = None
    date: DatePartielle | None = None
    groupe: Groupe | None = None
    statut: Statut = "en-vigueur"
    alerte: Texte | None = None
    portee: Texte | None = None
    passages: dict[str, Texte] = {}
    vigueur: Vigueur | None = None
    versions: tuple[Version, ...] = ()
    remplacee_par: Cle | None = None
    regimes: tuple[keys.Regime, ...] = ()
    domaine: Domaine | None = None
    points: tuple[Texte, ...] = ()
    url: Texte | None = None
    verifie: Verification | None = None
    a_verifier: Texte | None = None
    empreinte: Texte | None = None
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
        made = self.model_copy(update={**changed, "vigueur": other, "versions": ()})
        made.__dict__.pop("said", None)  # a copy takes what was worked out too
        return made

    @cached_property
    def said(self) -> str:
        """All that the entry says, but for where it was read and by whom."""
        return str(self.model_dump(exclude={"url", "verifie", "empreinte"})).replace("\u00a0", " ")

    def seal(self) -> str:
        """Twelve hexadecimal digits that change with any word of the entry, its seal apart."""
        content = self.model_dump(exclude={"empreinte", "domaine"}, exclude_defaults=True, mode="json")
        return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:12]


class Section(Model):
    titre: Texte
    obligatoire: bool = True
    cause: tuple[str, ...] = ()
    titres: bool = True
    numerotees: bool = False
    amorces: tuple[CleClause, ...] = ()


class BlocCouverture(Model):
    etiquette: Texte
    role: Cle | None = None
    qualite: Texte | None = None
    texte: Texte | None = None
    courriel: bool = False


class Couverture(Model):
    destinataire: Texte
    mention: Texte | None = None
    sous_titre: Texte | None = None
    blocs: tuple[BlocCouverture, ...]


class Role(Abridged):
    """A role to fill: in a template, its explanation alone, or a block."""

    aide: Texte
    est: Cle | None = None
    qui: Cle | None = None


Bloc = Literal[
    "traitement", "decision", "instance_fond", "faits", "pieces", "mandants", "instance", "arguments_adverses",
    "demande", "avis_cada", "jugement",
]  # fmt: skip


class Suite(Model):
    """An act that may follow one of this template, in the same case: see `mandats.suite`."""

    vers: Cle
    quand: tuple[Texte, ...] = ()
    si: tuple[Texte, ...] = ()
    sauf: tuple[Texte, ...] = ()
    pourquoi: Texte
    tient: dict[Cle, Cle] = {}
    produit: Cle | None = None
    blocs: dict[Bloc, dict[str, Any]] = {}


class TemplateHeader(Model):
    titre: Texte
    resume: Texte
    famille: tuple[Cle, ...] = ()
    meme_instance: tuple[Cle, ...] = ()
    genre: Literal["acte", "formulaire"] = "acte"
    date_propre: bool = False
    registre: keys.Registre
    regime: keys.Regime | None = None
    roles: dict[Cle, Role]
    roles_facultatifs: dict[Cle, Role] = {}
    requiert: tuple[Bloc, ...] = ()
    valeurs: dict[Bloc, dict[str, Any]] = {}
    plan: Cle | None = None
    citations: Literal["notes", "texte"] = "notes"
    sections: dict[Cle, Section] = {}
    couverture: Couverture | None = None
    typographie: Literal["francaise", "aucune"] = "francaise"
    alineas_numerotes: bool = True
    exige: tuple[Cle, ...] = ()
    a_verifier: tuple[Texte, ...] = ()
    suites: tuple[Suite, ...] = ()

    @property
    def all_roles(self) -> dict[str, Role]:
        return {**self.roles, **self.roles_facultatifs}
