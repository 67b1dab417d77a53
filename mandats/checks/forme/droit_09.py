"""The CNIL is asked for indirect access only after the ministry refused, restricted, or kept silent for two months."""

from mandats.checks.forme.acte import Acte, Constats, debut, jour_ecrit
from mandats.checks.forme.regle import CONSEIL, Regle
from mandats.delais.calendrier import add_months

REGLE = Regle(
    id="DROIT-09",
    titre="Accès par la CNIL : d'abord le ministère, deux mois",
    pourquoi="Pour un fichier du titre III, la demande va d'abord au ministère ; la CNIL se saisit après un refus, une restriction ou deux mois de silence, avec copie de la demande et de la "
    "réponse (article 108 de la loi du 6 janvier 1978 ; cnil.fr, fiche TAJ du 6 octobre 2025, lue pour ce fichier).",
    remede="Donnez `evenements.demande_acces_recue_le` ou `demande.recue_le` et joignez la demande (`demande.piece`), avec la réponse s'il y en a une.",
    court="loi du 6 janvier 1978, art. 108 ; cnil.fr, fiche TAJ",
    documents=("acces-fichier-police",),
    gravite=CONSEIL,
    sources=("lil-108",),
)


def check(acte: Acte) -> Constats:
    traitement, demande, events = acte.document.traitement, acte.case.demande, acte.case.evenements
    to = {p.nom.lower() for _, p in acte.parties("destinataire")}
    if (
        traitement is None
        or traitement.regime != "police-justice"
        or not any("informatique et des libertés" in name for name in to)
    ):
        return
    received = debut((events and events.demande_acces_recue_le) or (demande and demande.recue_le))
    if demande and demande.reponse in ("refus", "partielle"):
        if not acte.joint(demande.piece_reponse):
            yield acte.constat(REGLE, ("demande", "piece_reponse"), "réponse du ministère non jointe", "joignez-la")
    elif received is None:
        yield acte.confirmer(
            REGLE,
            (*acte.here, "roles", "destinataire"),
            "le ministère a-t-il été saisi d'abord, et quel jour a-t-il reçu la demande ?",
        )
    elif add_months(received, 2) >= acte.jour:
        what = f"les deux mois du ministère n'expirent que le {jour_ecrit(add_months(received, 2))}"
        yield acte.constat(REGLE, (*acte.here, "date"), what, "attendez leur fin, ou la réponse")
    if received and not (demande and acte.joint(demande.piece)):
        yield acte.constat(REGLE, ("demande", "piece"), "copie de la demande au ministère non jointe", "joignez-la")
