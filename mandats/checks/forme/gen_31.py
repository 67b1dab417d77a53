"""When annulment alone changes nothing, an injunction is asked."""

import re

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import CONSEIL, FOND, Regle

REGLE = Regle(
    id="GEN-31",
    titre="Injonction demandée",
    pourquoi="Le juge n'ordonne une mesure que si on la lui demande, ou s'il use d'office d'un pouvoir facultatif (articles L. 911-1 à L. 911-3 CJA) ; annuler un refus "
    "ne donne pas, par soi, ce qui était refusé.",
    remede="Ajoutez une conclusion « ENJOINDRE … dans un délai de … » (clauses conclusions/enjoindre-rep, conclusions/communiquer).",
    court="L. 911-1 CJA",
    documents=FOND,
    gravite=CONSEIL,
)


def check(acte: Acte) -> Constats:
    decision = acte.case.decision
    refused = decision and decision.nature in ("implicite", "refus-d-abroger")
    if (
        refused
        and acte.demandes
        and not re.search(
            r"ENJOINDRE|ORDONNER|conclusions/(?:enjoindre|communiquer)",
            "\n".join(acte.mots_de(i) for i in acte.demandes),
        )
    ):
        yield acte.constat(
            REGLE,
            (*acte.here, "conclusions"),
            "refus attaqué sans injonction demandée",
            "demandez d'enjoindre, avec un délai",
        )
