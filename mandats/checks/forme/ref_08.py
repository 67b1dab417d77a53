"""A decision wholly carried out is not suspended."""

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import IRRECEVABLE, Regle

REGLE = Regle(
    id="REF-08",
    titre="Décision non entièrement exécutée",
    pourquoi="Le juge des référés suspend l'exécution d'une décision : il n'y a rien à suspendre si elle est entièrement exécutée (article L. 521-1 CJA ; CE, 2 juillet 2003).",
    remede="Visez ce qui reste à exécuter, ou demandez l'annulation au fond.",
    court="L. 521-1 CJA",
    documents=("refere-suspension",),
    gravite=IRRECEVABLE,
    sources=("cja-l521-1",),
)


def check(acte: Acte) -> Constats:
    if acte.case.decision and acte.case.decision.executee:
        yield acte.constat(
            REGLE, ("decision", "executee"), "décision entièrement exécutée", "il n'y a plus rien à suspendre"
        )
