"""Urgency is argued and proved, and the applicant did not wait too long."""

from mandats.checks.forme.acte import Acte, Constats, fin
from mandats.checks.forme.regle import IRRECEVABLE, REFERES, Regle
from mandats.problem import AVERTISSEMENT

REGLE = Regle(
    id="REF-05",
    titre="Urgence motivée et prouvée",
    pourquoi="La requête justifie de l'urgence (article R. 522-1 CJA) ; à défaut, elle peut être rejetée sans audience (article L. 522-3 CJA). L'urgence se prouve, et la "
    "lenteur à saisir le juge l'affaiblit.",
    remede="Écrivez ce qui arrivera, quand, à qui, avec la pièce qui le montre ; expliquez le temps écoulé depuis la décision.",
    court="R. 522-1 et L. 522-3 CJA",
    documents=REFERES,
    gravite=IRRECEVABLE,
    sources=("cja-r522-1",),
)


def check(acte: Acte) -> Constats:
    path = (*acte.here, "urgence")
    if not acte.mots("urgence").strip():
        yield acte.constat(REGLE, path, "urgence non motivée", "écrivez ce qui arrivera, et quand")
    elif not acte.cite_piece("urgence"):
        yield acte.constat(REGLE, path, "urgence sans aucune pièce", "citez la pièce qui la montre", AVERTISSEMENT)
    decision = acte.case.decision
    known = (decision.notifiee_le or decision.publiee_le or decision.date) if decision else None
    day = fin(known)
    if day and (acte.jour - day).days > 62:
        yield acte.confirmer(
            REGLE,
            path,
            f"référé formé {(acte.jour - day).days} jours après la décision : la requête dit-elle pourquoi ?",
        )
