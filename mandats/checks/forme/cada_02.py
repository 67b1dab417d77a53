"""The day the demand was received is known and proved."""

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import CONSEIL, Regle

REGLE = Regle(
    id="CADA-02",
    titre="Réception de la demande prouvée",
    pourquoi="Le mois au terme duquel le silence vaut refus court de la réception par l'administration (articles R. 311-13 et L. 114-3 CRPA).",
    remede="Donnez `demande.recue_le` et joignez la demande avec son avis de réception (`demande.piece`).",
    court="R. 311-13 CRPA",
    documents=("saisine-cada",),
    gravite=CONSEIL,
    sources=("crpa-r311-13",),
)


def check(acte: Acte) -> Constats:
    demande = acte.case.demande
    if demande and not demande.recue_le:
        yield acte.constat(
            REGLE, ("demande", "recue_le"), "date de réception de la demande absente", "donnez-la avec sa preuve"
        )
