"""A sum is asked from the judge only after it was asked from the administration."""

import re

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import FOND, IRRECEVABLE, Regle

REGLE = Regle(
    id="GEN-18",
    titre="Demande préalable d'indemnité",
    pourquoi="Une requête qui tend au paiement d'une somme n'est recevable qu'après la décision prise par l'administration sur une demande préalable "
    "(article R. 421-1, alinéa 2, CJA).",
    remede="Adressez la demande chiffrée à l'administration, attendez sa réponse ou deux mois de silence, décrivez-la dans `demande`.",
    court="R. 421-1, al. 2, CJA",
    documents=FOND,
    gravite=IRRECEVABLE,
    sources=("cja-r421-1",),
)


def check(acte: Acte) -> Constats:
    money, demande = acte.indemnite, acte.case.demande
    if money and demande is None:
        yield acte.constat(
            REGLE,
            money.path,
            "somme demandée sans demande préalable à l'administration",
            "demandez-la d'abord, ou retirez-la",
        )
    elif money and not re.search(r"indemni|réparation|préjudice|somme", demande.objet, re.I):
        yield acte.confirmer(REGLE, ("demande", "objet"), "la demande préalable portait-elle bien sur cette somme ?")
