"""Both legal causes are opened before the time limit ends."""

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import CONSEIL, Regle

REGLE = Regle(
    id="GEN-28",
    titre="Légalité externe et légalité interne",
    pourquoi="Une cause juridique que l'on n'a pas ouverte dans le délai de recours ne peut plus l'être ensuite, sauf moyen d'ordre public "
    "(CE, Sect., 20 février 1953, Intercopie, n° 9772).",
    remede="Ajoutez au moins un moyen de la cause absente (incompétence, forme, procédure ; ou droit, faits, proportionnalité), même bref.",
    court="CE, Sect., 20 février 1953, Intercopie",
    documents=("requete-rep",),
    gravite=CONSEIL,
)


def check(acte: Acte) -> Constats:
    items, decision = acte.items("moyens"), acte.case.decision
    # Vices of form do not serve against a refusal to repeal; a contract follows other rules; free text has no known cause.
    if (
        decision is None
        or decision.nature in ("refus-d-abroger", "contrat", "revelee")
        or not items
        or any(i.clause is None for i in items)
    ):
        return
    causes = {i.clause.header.cause for i in items if i.clause}
    for cause, word in (("externe", "externe (incompétence, forme, procédure)"), ("interne", "interne")):
        if cause not in causes:
            yield acte.constat(
                REGLE,
                (*acte.here, "moyens"),
                f"aucun moyen de légalité {word}",
                "ouvrez cette cause avant la fin du délai",
            )
