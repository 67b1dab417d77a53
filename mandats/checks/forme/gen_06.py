"""The request is filed within the time limit.

Choice: the common case (filed within two months of the start) is settled by one addition; the engine of `mandats delais`,
whose rules take a fifth of a second to read, is asked only when the act is later than that.
"""

from mandats.calendrier import add_months
from mandats.checks.forme.acte import Acte, Constats, debut, jour_ecrit
from mandats.checks.forme.regle import IRRECEVABLE, Regle

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
RECOURS = ("rep-decision-notifiee", "rep-acte-publie", "rep-rejet-implicite", "rep-refus-expres", "contrat-tiers", "rep-apres-gracieux", "cada-recours-ta")


def check(acte: Acte) -> Constats:
    decision, fond = acte.case.decision, acte.case.instance_fond
    if decision is None:
        return
    filed = acte.jour
    if acte.modele == "refere-suspension":
        filed = debut(fond.date_depot) if fond and fond.date_depot else acte.jour
    starts = [d for d in (debut(decision.notifiee_le), debut(decision.publiee_le)) if d]
    if decision.nature in ("implicite", "refus-d-abroger"):
        asked = acte.case.avis_cada.saisie_le if acte.case.avis_cada else acte.case.demande.recue_le if acte.case.demande else None
        starts = [add_months(day, 2)] if (day := debut(asked)) else []
    if not starts or filed <= add_months(min(starts), 2):
        return
    from mandats.delais import list_time_limits

    limits = [d for d in list_time_limits(acte.case, filed).delais if d.id in RECOURS and d.theorique]
    late = [d for d in limits if d.etat in ("expire", "fait-hors-delai", "inopposable")]
    if not late or any(d.etat in ("a-faire", "prudent-depasse", "fait", "interrompu") for d in limits):
        return
    last = max(late, key=lambda d: d.theorique)
    path = ("instance_fond", "date_depot") if acte.modele == "refere-suspension" else (*acte.here, "date")
    what = f"recours déposé le {jour_ecrit(filed)}, alors que le délai expirait le {jour_ecrit(last.theorique)}"
    if last.etat == "inopposable" or last.a_confirmer:
        yield acte.confirmer(REGLE, path, f"{what} : est-il inopposable ?")
    else:
        yield acte.constat(REGLE, path, what, "vérifiez les dates avec mandats delais, ou provoquez une décision nouvelle")
