"""The case says when the time limit began: notification, publication, or reception of the demand.

Choice: only a warning on the merits when the date of filing alone shows that the request is in time. In référé the date
stays due, since nobody will ask for it (art. R. 522-2); `null` says that there is none.
"""

from mandats.checks.forme.acte import Acte, Constats, debut, jour_ecrit
from mandats.checks.forme.regle import IRRECEVABLE, Regle
from mandats.delais.calendrier import add_months
from mandats.problem import AVERTISSEMENT

REGLE = Regle(
    id="GEN-07",
    titre="Point de départ du délai connu",
    pourquoi="Le délai court de la notification ou de la publication (article R. 421-1 CJA) et, contre un refus implicite, de la naissance de ce refus, "
    "dont la date doit être établie (article R. 421-2 CJA). Sans cette date, rien ne montre que la requête est recevable.",
    remede="Donnez `decision.notifiee_le` ou `decision.publiee_le` et gardez la preuve (avis de réception, affichage, capture datée). "
    "Si la décision n'a été ni notifiée ni publiée, écrivez `notifiee_le: null` : la question reste posée sans bloquer. Au fond, "
    "un dépôt dans les deux mois de l'acte lui-même est à temps de toute façon : simple avertissement.",
    court="R. 421-1 CJA",
    documents=("requete-rep", "recours-cada", "refere-suspension"),
    gravite=IRRECEVABLE,
    sources=("cja-r421-1", "cja-r421-2"),
)


def check(acte: Acte) -> Constats:
    decision = acte.case.decision
    if (
        decision is None
        or decision.notifiee_le
        or decision.publiee_le
        or decision.nature in ("implicite", "refus-d-abroger", "revelee")
    ):
        return
    word = "publiee_le" if decision.nature in ("reglementaire", "contrat") else "notifiee_le"
    path = ("decision", word)
    if decision.nature == "contrat":
        yield acte.confirmer(
            REGLE, path, "jour où la conclusion du contrat a été rendue publique : deux mois pour le tiers"
        )
    elif acte.inconnu("decision", "notifiee_le") or acte.inconnu("decision", "publiee_le"):
        yield acte.confirmer(
            REGLE,
            path,
            "ni notification ni publication connues : dites dans la requête comment et quand la décision a été connue",
        )
    else:
        what = "date de publication absente" if word == "publiee_le" else "date de notification absente"
        # Filed within two months of the act itself, a request on the merits is in time whatever the date.
        soft = acte.modele != "refere-suspension" and (day := debut(decision.date)) and acte.jour <= add_months(day, 2)
        if soft:
            what += f" (formé le {jour_ecrit(acte.jour)}, le recours est à temps quelle qu'elle soit)"
        yield acte.constat(
            REGLE,
            path,
            what,
            "donnez-la avec sa preuve, ou null si elle n'a pas eu lieu",
            AVERTISSEMENT if soft else "",
        )
