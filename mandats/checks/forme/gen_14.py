"""A group that is not declared acts only with written statutes."""

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import IRRECEVABLE, REQUETES, Regle
from mandats.problem import AVERTISSEMENT

REGLE = Regle(
    id="GEN-14",
    titre="Collectif non déclaré : statuts écrits",
    pourquoi="Un groupement sans personnalité juridique peut former un recours pour excès de pouvoir s'il a des statuts définissant son objet et son "
    "fonctionnement ; une liste de signatures ne suffit pas (CAA Nantes, 10 mai 2017, n° 16NT03844). Il ne demande pas d'indemnité.",
    remede="Adoptez des statuts avant le dépôt et joignez-les (`statuts`), ou faites agir les personnes en leur nom.",
    court="CAA Nantes, 10 mai 2017, n° 16NT03844",
    documents=(*REQUETES, "intervention"),
    gravite=IRRECEVABLE,
)


def check(acte: Acte) -> Constats:
    for cle, party in acte.groupements:
        if party.type != "collectif":
            continue
        if not acte.joint(party.statuts):
            yield acte.constat(
                REGLE,
                ("parties", cle, "statuts"),
                "collectif non déclaré sans statuts joints",
                "joignez ses statuts écrits, ou agissez en vos noms",
            )
        if acte.indemnite:
            yield acte.constat(
                REGLE,
                acte.indemnite.path,
                "un collectif sans personnalité juridique demande une somme",
                "retirez cette demande",
                AVERTISSEMENT,
            )
