"""The CADA is seized once a refusal exists."""

from mandats.checks.forme.acte import Acte, Constats, debut, jour_ecrit
from mandats.checks.forme.regle import IRRECEVABLE, Regle
from mandats.delais.calendrier import add_months

REGLE = Regle(
    id="CADA-03",
    titre="Saisine non prématurée",
    pourquoi="La CADA est saisie d'un refus, exprès ou né d'un mois de silence (articles R. 343-1, R. 311-12 et R. 311-13 CRPA) ; avant, la saisine est prématurée.",
    remede="Attendez la fin du mois, ou la réponse.",
    court="R. 343-1 et R. 311-13 CRPA",
    documents=("saisine-cada",),
    gravite=IRRECEVABLE,
    sources=("crpa-r311-12", "crpa-r311-13"),
)


def check(acte: Acte) -> Constats:
    demande = acte.case.demande
    received = debut(demande.recue_le) if demande else None
    if received and demande.reponse not in ("refus", "partielle") and add_months(received, 1) >= acte.jour:
        what = f"aucun refus n'est né avant le {jour_ecrit(add_months(received, 1))}"
        yield acte.constat(REGLE, (*acte.here, "date"), what, "attendez la fin du mois de silence")
