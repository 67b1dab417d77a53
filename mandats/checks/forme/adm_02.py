"""The appeal goes to the author of the decision, or to a superior."""

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import CONSEIL, Regle

REGLE = Regle(
    id="ADM-02",
    titre="Destinataire du recours",
    pourquoi="Le recours gracieux va à l'auteur de la décision, le recours hiérarchique à son supérieur (article L. 410-1 CRPA).",
    remede="Adressez-le à l'auteur ; s'il s'agit d'un supérieur, gardez l'avertissement pour mémoire.",
    court="L. 410-1 CRPA",
    documents=("recours-gracieux",),
    gravite=CONSEIL,
)


def check(acte: Acte) -> Constats:
    decision, to = acte.case.decision, [cle for cle, _ in acte.parties("destinataire")]
    if decision and to and decision.auteur not in to:
        yield acte.confirmer(
            REGLE,
            (*acte.here, "roles", "destinataire"),
            "le destinataire n'est pas l'auteur de la décision : est-il son supérieur hiérarchique ?",
        )
