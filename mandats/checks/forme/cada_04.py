"""The CADA is seized within two months of the refusal."""

import datetime as dt

from mandats.checks.forme.acte import Acte, Constats, debut, jour_ecrit
from mandats.checks.forme.regle import IRRECEVABLE, Regle
from mandats.delais.calendrier import add_months, carry_over

REGLE = Regle(
    id="CADA-04",
    titre="Saisine de la CADA dans les deux mois",
    pourquoi="La CADA est saisie dans les deux mois du refus (article R. 343-1 CRPA) ; hors délai, le recours est irrecevable, sauf si le délai n'était pas opposable, "
    "faute d'accusé de réception mentionnant les voies et délais (article L. 112-6 CRPA).",
    remede="Si le délai est passé, renouvelez la demande à l'administration : un nouveau refus ouvrira un nouveau délai ; ou montrez que l'accusé de réception manquait.",
    court="R. 343-1 CRPA",
    documents=("saisine-cada", "recours-cada"),
    gravite=IRRECEVABLE,
)

POST = dt.timedelta(days=15)  # a letter may be received so long after its date; beyond, the drafter must say so


def check(acte: Acte) -> Constats:
    demande, avis = acte.case.demande, acte.case.avis_cada
    if demande is None:
        return
    received, answered = debut(demande.recue_le), debut(demande.reponse_le)
    silent = add_months(received, 1) if received else None
    refused = demande.reponse in ("refus", "partielle")
    born = min(d for d in (answered, silent) if d) if refused and answered else None if refused else silent
    asked = acte.jour if acte.modele == "saisine-cada" else debut(avis.saisie_le) if avis else None
    path = (*acte.here, "date") if acte.modele == "saisine-cada" else ("avis_cada", "saisie_le")
    if not born or not asked or asked < add_months(born, 2):
        return
    last, _ = carry_over(add_months(born, 2), "metropole")
    if asked <= last:
        yield acte.confirmer(
            REGLE,
            path,
            f"refus né le {jour_ecrit(born)}, CADA saisie le {jour_ecrit(asked)} : la commission compte les deux mois jusqu'à la veille",
        )
        return
    what = f"refus né le {jour_ecrit(born)}, CADA saisie le {jour_ecrit(asked)}, plus de deux mois après"
    # The case gives the day of the letter, which the notification follows. An implicit refusal binds only if the acknowledgment of receipt told the remedies (L. 112-6 CRPA): nobody knows it here.
    if answered and born == answered and asked - last > POST:
        yield acte.constat(REGLE, path, what, "renouvelez la demande, ou montrez que le délai n'était pas opposable")
    else:
        known = "la lettre de refus a-t-elle été reçue plus tard, ou taisait-elle les voies et délais ?"
        unknown = "l'accusé de réception taisait-il les voies et délais (L. 112-6 CRPA) ?"
        yield acte.confirmer(REGLE, path, f"{what} : {known if answered and born == answered else unknown}")
