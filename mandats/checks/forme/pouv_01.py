"""A power of attorney says which organ decided."""

from mandats.checks.forme.acte import GROUPEMENTS, Acte, Constats
from mandats.checks.forme.regle import IRRECEVABLE, Regle
from mandats.problem import AVERTISSEMENT

REGLE = Regle(
    id="POUV-01",
    titre="Organe et délibération cités",
    pourquoi="Le pouvoir vaut ce que vaut la décision d'agir : l'organe que les statuts désignent ou, s'ils se taisent, l'assemblée générale (CE, 19 juin 2013, n° 347346).",
    remede="Remplissez `habilitation` (organe, date, pièce) de la partie qui donne pouvoir.",
    court="R. 431-4 CJA ; CE, 19 juin 2013, n° 347346",
    documents=("pouvoir",),
    gravite=IRRECEVABLE,
    sources=("cja-r431-4",),
)


def check(acte: Acte) -> Constats:
    for cle, party in acte.parties("mandant"):
        if party.habilitation is None and party.organe_statutaire is None:
            yield acte.constat(
                REGLE,
                ("parties", cle, "habilitation"),
                "décision d'agir absente du pouvoir",
                "dites quel organe a décidé, et quand",
            )
        if party.type in GROUPEMENTS and not acte.joint(party.statuts):
            yield acte.constat(
                REGLE, ("parties", cle, "statuts"), "statuts non joints au pouvoir", "joignez-les", AVERTISSEMENT
            )
