"""The interest to sue is argued, and tied to what the statutes say."""

import re

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import IRRECEVABLE, REQUETES, Regle
from mandats.delais.faits import postal_code
from mandats.postal import departement
from mandats.problem import AVERTISSEMENT

REGLE = Regle(
    id="GEN-15",
    titre="Intérêt à agir",
    pourquoi="L'intérêt d'une association se mesure à son objet statutaire et à son ressort (CE, 17 mars 2014, n° 354596) ; l'acte doit les rapprocher de "
    "la décision attaquée.",
    remede="Écrivez un développement sur l'intérêt à agir (clause recevabilite/interet-a-agir) et recopiez `objet_statutaire`.",
    court="CE, 17 mars 2014, n° 354596",
    documents=tuple(
        d for d in REQUETES if d != "recours-cada"
    ),  # whoever was refused a document may contest the refusal
    gravite=IRRECEVABLE,
)


def check(acte: Acte) -> Constats:
    if not acte.groupements:
        return
    if not acte.a_ecrire("recevabilite") and not re.search(r"intérêts?\b", acte.mots("recevabilite").lower()):
        yield acte.constat(
            REGLE,
            (*acte.here, "recevabilite"),
            "rien n'est dit de l'intérêt à agir du groupement",
            "rattachez-le à l'objet statutaire",
        )
    missing = [cle for cle, p in acte.groupements if not p.objet_statutaire]
    if missing and len(missing) == len(acte.groupements):
        path = ("parties", missing[0], "objet_statutaire")
        yield acte.constat(REGLE, path, "objet statutaire absent", "recopiez-le des statuts", AVERTISSEMENT)
    yield from _quoted(acte)
    yield from _local(acte)


def _quoted(acte: Acte) -> Constats:
    """The purpose is printed, not only known to the case file."""
    told = [(cle, re.findall(r"\w+", p.objet_statutaire.lower())) for cle, p in acte.groupements if p.objet_statutaire]
    printed = " ".join(re.findall(r"\w+", acte.imprime))
    # A purpose of a few words is told in others as well.
    if told and all(len(words) > 6 and " ".join(words[:8]) not in printed for _, words in told):
        yield acte.constat(
            REGLE,
            ("parties", told[0][0], "objet_statutaire"),
            "objet statutaire jamais recopié dans l'acte",
            "citez-le au soutien de l'intérêt à agir",
            AVERTISSEMENT,
        )


def _local(acte: Acte) -> Constats:
    """A local act, an association from elsewhere, and not a word of what links them."""
    decision = acte.case.decision
    author = (
        acte.case.parties.get(decision.auteur) if decision else next((p for _, p in acte.parties("defendeur")), None)
    )
    if author is None or author.type not in ("commune", "collectivite") or acte.a_ecrire("recevabilite"):
        return
    here = departement(postal_code(author.adresse))
    near = any(departement(postal_code(p.adresse)) in (here, "") for _, p in acte.groupements)
    if (
        here
        and not near
        and not re.search(
            r"ressort|nationa|\blocal|territoire|dépass|excèd|excéd|portée", acte.mots("recevabilite").lower()
        )
    ):
        yield acte.confirmer(
            REGLE,
            (*acte.here, "recevabilite"),
            "acte local, association d'un autre département : la requête dit-elle ce qui rattache l'une à l'autre ?",
        )
