"""A refusal to repeal is born before it is attacked."""

from mandats.checks.forme.acte import Acte, Constats, debut, jour_ecrit
from mandats.checks.forme.regle import IRRECEVABLE, Regle
from mandats.delais.calendrier import add_months

REGLE = Regle(
    id="ECR-13",
    titre="Refus d'abroger : demande prouvée et refus né",
    pourquoi="L'administration abroge un règlement illégal si on le lui demande (article L. 243-2 CRPA) ; son silence de deux mois vaut refus (articles L. 231-4 CRPA et R. 421-2 CJA), dont la "
    "date doit être établie.",
    remede="Décrivez la demande (`demande.recue_le`, `demande.piece`) et attendez deux mois, ou la réponse.",
    court="L. 243-2 CRPA et R. 421-2 CJA",
    documents=("requete-rep", "refere-suspension"),
    gravite=IRRECEVABLE,
    sources=("cja-r421-2",),
)


def check(acte: Acte) -> Constats:
    decision, demande = acte.case.decision, acte.case.demande
    if decision is None or decision.nature != "refus-d-abroger":
        return
    received = debut(demande.recue_le) if demande else None
    if received is None:
        yield acte.confirmer(
            REGLE,
            ("demande", "recue_le") if demande else ("decision",),
            "quel jour la demande d'abroger a-t-elle été reçue ?",
        )
    elif demande.reponse not in ("refus", "partielle") and add_months(received, 2) >= acte.jour:
        what = f"aucun refus n'est né avant le {jour_ecrit(add_months(received, 2))}"
        yield acte.constat(REGLE, (*acte.here, "date"), what, "attendez la fin des deux mois de silence")
