"""After the CADA, the decision attacked is the confirmed refusal, and it is born."""

from mandats.checks.forme.acte import Acte, Constats, debut, jour_ecrit
from mandats.checks.forme.regle import IRRECEVABLE, Regle
from mandats.delais.calendrier import add_months

REGLE = Regle(
    id="CADA-08",
    titre="La décision née après la CADA",
    pourquoi="On attaque, non l'avis ni le premier refus, mais le refus confirmé : le silence de deux mois après l'enregistrement de la saisine, ou le refus exprès (articles R. 343-4 et "
    "R. 343-5 CRPA ; article R. 421-2 CJA).",
    remede="Donnez à `decision` la date d'enregistrement plus deux mois (ou celle du refus exprès postérieur), et n'agissez pas avant.",
    court="R. 343-5 CRPA",
    documents=("recours-cada",),
    gravite=IRRECEVABLE,
)


def check(acte: Acte) -> Constats:
    decision, avis = acte.case.decision, acte.case.avis_cada
    asked = debut(avis.saisie_le) if avis else None
    if decision is None or asked is None:
        return
    born = add_months(asked, 2)
    if decision.nature == "implicite":
        if acte.jour <= born:
            yield acte.constat(
                REGLE,
                (*acte.here, "date"),
                f"aucun refus confirmé avant le {jour_ecrit(born)}",
                "attendez deux mois depuis l'enregistrement de la saisine",
            )
        elif decision.date and decision.date != born.isoformat()[: len(decision.date)]:
            what = f"refus implicite daté du {decision.date}, alors qu'il est né le {jour_ecrit(born)}"
            yield acte.constat(REGLE, ("decision", "date"), what, "visez le refus né deux mois après l'enregistrement")
    elif decision.date and len(decision.date) == 10 and debut(decision.date) < asked:
        what = "refus antérieur à la saisine de la CADA"
        yield acte.constat(REGLE, ("decision", "date"), what, "visez le refus né après la saisine")
