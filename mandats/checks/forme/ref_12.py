"""What must follow an order is planned: confirming the main petition, appealing."""

from mandats.checks.forme.acte import Acte, Constats, debut, jour_ecrit
from mandats.checks.forme.regle import IRRECEVABLE, MEMOIRES, Regle
from mandats.delais.calendrier import compute, is_covered

REGLE = Regle(
    id="REF-12",
    titre="Suites de l'ordonnance programmées",
    pourquoi="Après un rejet pour défaut de doute sérieux, le requérant confirme sa requête au fond dans le mois, sinon il est réputé s'être désisté (article R. 612-5-2 CJA) ; "
    "appel ou pourvoi dans les quinze jours (articles L. 523-1 et R. 523-1 CJA).",
    remede="Déposez la lettre de confirmation et notez `evenements.maintien_confirme_le` ; `mandats delais` donne les dates.",
    court="R. 612-5-2 CJA",
    documents=("refere-suspension", "requete-rep", *MEMOIRES),
    gravite=IRRECEVABLE,
)


def check(acte: Acte) -> Constats:
    events = acte.case.evenements
    told = debut(events.ordonnance_notifiee_le) if events else None
    if (
        told is None
        or events.ordonnance_refere not in (None, "suspension")
        or events.ordonnance_motif != "defaut-de-doute-serieux"
    ):
        return
    if not is_covered(told):
        yield acte.confirmer(
            REGLE,
            ("evenements", "ordonnance_notifiee_le"),
            "jour de notification de l'ordonnance hors des années couvertes par le calcul",
        )
        return
    term = compute("mois-francs", told, 1, "mois")
    limit, done = term.prudent, debut(events.maintien_confirme_le)
    path = ("evenements", "maintien_confirme_le")
    if done and done > term.theorique:
        yield acte.constat(
            REGLE,
            path,
            f"requête au fond confirmée après le {jour_ecrit(term.theorique)}",
            "le désistement d'office est encouru : relisez la notification",
        )
    elif not done and acte.modele in MEMOIRES and acte.jour > term.theorique:
        yield acte.constat(
            REGLE,
            path,
            f"requête au fond à confirmer au plus tard le {jour_ecrit(limit)}, rien ne le dit fait",
            "notez la date de la lettre",
        )
    elif not done:
        yield acte.confirmer(
            REGLE,
            path,
            f"la requête au fond est-elle confirmée ? au plus tard le {jour_ecrit(limit)}, sinon désistement d'office",
        )
