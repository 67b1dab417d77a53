"""The association satisfies article 80."""

import re

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import IRRECEVABLE, PLAINTES, Regle
from mandats.problem import AVERTISSEMENT

REGLE = Regle(
    id="MAND-01",
    titre="Association au sens de l'article 80",
    pourquoi="Peut être mandaté un organisme à but non lucratif, valablement constitué, dont les objectifs statutaires sont d'intérêt public et actif dans la protection des données "
    "(article 80, paragraphe 1, du RGPD).",
    remede="Joignez les statuts (`statuts`), recopiez l'objet (`objet_statutaire`), joignez un rapport d'activité.",
    court="art. 80, § 1, RGPD",
    documents=PLAINTES,
    gravite=IRRECEVABLE,
)


def check(acte: Acte) -> Constats:
    if not (acte.order.mandants or acte.parties("mandataire")):
        return
    for cle, party in acte.deposants:
        here = ("parties", cle)
        if party.type != "association":
            yield acte.confirmer(
                REGLE, (*here, "type"), "le mandataire est-il un organisme à but non lucratif, valablement constitué ?"
            )
            continue
        if not acte.joint(party.statuts):
            yield acte.constat(REGLE, (*here, "statuts"), "statuts de l'association mandatée absents", "joignez-les")
        objet = (party.objet_statutaire or "").lower()
        if not objet:
            yield acte.constat(
                REGLE, (*here, "objet_statutaire"), "objet statutaire absent", "recopiez-le des statuts", AVERTISSEMENT
            )
        elif not re.search(r"libert|donn[ée]|vie privée|informatique|droits", objet):
            yield acte.constat(
                REGLE,
                (*here, "objet_statutaire"),
                "l'objet ne parle ni de libertés ni de données",
                "vérifiez qu'il est d'intérêt public",
                AVERTISSEMENT,
            )
