"""The request is filed within the time limit.

Choice: the common case (filed within two months of the start) is settled by one addition; the engine of `mandats delais`,
whose rules take a fifth of a second to read, is asked only when the act is later than that.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from mandats.checks.forme.acte import Acte, Constats, debut, jour_ecrit
from mandats.checks.forme.regle import IRRECEVABLE, Regle
from mandats.delais.calendrier import add_months
from mandats.problem import AVERTISSEMENT

if TYPE_CHECKING:
    from mandats.delais.calcul import Delai

REGLE = Regle(
    id="GEN-06",
    titre="Délai de recours",
    pourquoi="Le recours se forme dans les deux mois de la notification ou de la publication (article R. 421-1 CJA), si les voies et délais ont été "
    "mentionnés (article R. 421-5 CJA) ; sinon dans un délai raisonnable. Passé le délai, la décision ne s'attaque plus.",
    remede="Vérifiez les dates (`mandats delais` montre le calcul) ; si le délai est passé, demandez le retrait ou l'abrogation pour faire naître une "
    "décision nouvelle, ou montrez qu'il n'était pas opposable (`voies_et_delais: false`).",
    court="R. 421-1 à R. 421-7 CJA",
    documents=("requete-rep", "recours-cada", "refere-suspension"),
    gravite=IRRECEVABLE,
    sources=("cja-r421-1", "cja-r421-5"),
)
SOON_DAYS = 7
RECOURS = (
    "rep-decision-notifiee",
    "rep-acte-publie",
    "rep-rejet-implicite",
    "rep-refus-expres",
    "contrat-tiers",
    "rep-apres-gracieux",
    "cada-recours-ta",
)


def check(acte: Acte) -> Constats:
    decision, fond = acte.case.decision, acte.case.instance_fond
    if decision is None:
        return
    filed = acte.jour
    if acte.modele == "refere-suspension":
        filed = debut(fond.date_depot) if fond and fond.date_depot else acte.jour
    starts = [d for d in (debut(decision.notifiee_le), debut(decision.publiee_le)) if d]
    if decision.nature in ("implicite", "refus-d-abroger"):
        asked = (
            acte.case.avis_cada.saisie_le
            if acte.case.avis_cada
            else acte.case.demande.recue_le
            if acte.case.demande
            else None
        )
        starts = [add_months(day, 2)] if (day := debut(asked)) else []
    if not starts:
        return
    path = ("instance_fond", "date_depot") if acte.modele == "refere-suspension" else (*acte.here, "date")
    prudent, events = add_months(min(starts), 2), acte.case.evenements
    if filed <= prudent:
        pending = acte.modele != "refere-suspension" and not fond and not (events and events.requete_enregistree_le)
        if pending and not acte.case.specimen and (prudent - filed).days <= SOON_DAYS:
            yield acte.constat(
                REGLE,
                path,
                f"le délai expire le {jour_ecrit(prudent)} (date prudente)",
                "déposez sans attendre et gardez la preuve du dépôt",
                AVERTISSEMENT,
            )
        return
    from mandats.delais.calcul import list_time_limits

    limits = [
        d
        for d in list_time_limits(acte.case, acte.document.library.familles, filed).delais
        if d.id in RECOURS and d.theorique
    ]
    late = [d for d in limits if d.etat in ("expire", "fait-hors-delai", "inopposable")]
    if any(d.etat in ("a-faire", "fait", "interrompu") for d in limits):
        return
    if near := [d for d in limits if d.etat == "prudent-depasse"]:
        last = max(near, key=lambda d: d.theorique)
        what = f"recours daté du {jour_ecrit(filed)}, après la date prudente ({jour_ecrit(last.prudent)})"
        yield acte.constat(
            REGLE,
            path,
            what,
            f"déposez aujourd'hui ; dernier jour selon la règle, le {jour_ecrit(last.theorique)}",
            AVERTISSEMENT,
        )
        return
    if not late:
        return
    last = max(late, key=lambda d: d.theorique)
    what = f"recours déposé le {jour_ecrit(filed)}, alors que le délai expirait le {jour_ecrit(last.theorique)}"
    if last.etat == "inopposable" or last.a_confirmer or _far(acte, last, filed):
        yield acte.confirmer(
            REGLE, path, f"{what} : est-il inopposable, ou augmenté d'un délai de distance (R. 421-7) ?"
        )
    else:
        yield acte.constat(
            REGLE, path, what, "vérifiez les dates avec mandats delais, ou provoquez une décision nouvelle"
        )


def _far(acte: Acte, last: Delai, filed: dt.date) -> bool:
    """Whether the months of distance, which art. R. 421-7 gives by reference to art. R. 421-1, could make a late request timely."""
    from mandats.delais.faits import distance_months, read_facts

    facts = read_facts(acte.case, acte.document.library.familles)
    months = 0 if last.regle.distance else distance_months(facts.siege or "metropole", facts.demeure)
    return bool(months) and filed <= add_months(last.theorique, months)
