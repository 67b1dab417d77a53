"""Blanking is offered rather than a refusal risked."""

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import CONSEIL, Regle

REGLE = Regle(
    id="CADA-10",
    titre="Secrets anticipés, occultation demandée",
    pourquoi="Un secret ne justifie pas de tout refuser : le document est communiqué après occultation (article L. 311-7 CRPA).",
    remede="Ajoutez un moyen subsidiaire (clause cada/occultation).",
    court="L. 311-7 CRPA",
    documents=("recours-cada",),
    gravite=CONSEIL,
)


def check(acte: Acte) -> Constats:
    if (
        acte.items("moyens")
        and not acte.a_ecrire("moyens")
        and "occult" not in acte.mots("moyens", "conclusions").lower()
    ):
        yield acte.constat(REGLE, (*acte.here, "moyens"), "occultation non demandée à titre subsidiaire", "ajoutez-la")
