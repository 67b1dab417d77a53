"""A référé mesures utiles stands in the way of no decision."""

from mandats.checks.forme.acte import Acte, Constats, debut, jour_ecrit
from mandats.checks.forme.regle import IRRECEVABLE, Regle
from mandats.delais.calendrier import add_months

REGLE = Regle(
    id="REF-11",
    titre="Mesures utiles : aucun obstacle à une décision",
    pourquoi="La mesure ne fait obstacle à l'exécution d'aucune décision administrative, même implicite (article L. 521-3 CJA) : pour des documents, un refus né avant la "
    "saisine du juge ferme cette voie (CE, 18 novembre 2015, n° 383189).",
    remede="Attaquez la décision (référé-suspension), ou saisissez le juge avant que le mois de silence soit écoulé.",
    court="L. 521-3 CJA ; CE, 18 novembre 2015, n° 383189",
    documents=("refere-mesures-utiles",),
    gravite=IRRECEVABLE,
    sources=("cja-l521-3",),
)


def check(acte: Acte) -> Constats:
    demande, decision = acte.case.demande, acte.case.decision
    if demande and demande.documents:
        born = debut(demande.reponse_le) if demande.reponse == "refus" else None
        if demande.recue_le and born is None:
            born = add_months(debut(demande.recue_le), 1)
        if born and born <= acte.jour:
            yield acte.constat(
                REGLE,
                ("demande", "recue_le"),
                f"un refus est né le {jour_ecrit(born)}, avant la saisine du juge",
                "saisissez la CADA, puis attaquez le refus",
            )
    elif decision:
        yield acte.confirmer(
            REGLE,
            ("decision",),
            "la mesure demandée fait-elle obstacle à l'exécution de cette décision ? si oui, référé-suspension",
        )
