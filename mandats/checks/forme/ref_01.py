"""Suspension and annulment are asked in two requests."""

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import FOND, IRRECEVABLE, Regle

REGLE = Regle(
    id="REF-01",
    titre="Référé et fond par requêtes distinctes",
    pourquoi="Les conclusions à fin de suspension sont présentées, à peine d'irrecevabilité, par une requête distincte de la requête à fin d'annulation "
    "(article R. 522-1, alinéa 2, CJA) ; rien ne se régularise (article R. 522-2 CJA).",
    remede="Laissez « ANNULER » dans la requête au fond et « SUSPENDRE » dans le référé.",
    court="R. 522-1 CJA",
    documents=("refere-suspension", *FOND),
    gravite=IRRECEVABLE,
    sources=("cja-r522-1",),
)


def check(acte: Acte) -> Constats:
    if acte.modele == "refere-suspension":
        found = acte.demande("ANNULER|PRONONCER l'annulation", ("conclusions/annuler",))
        if found:
            yield acte.constat(
                REGLE,
                found.path,
                "annulation demandée au juge des référés",
                "demandez-la par la requête au fond, distincte",
            )
    elif found := acte.demande(
        "SUSPENDRE l'exécution|SUSPENDRE la (?:décision|délibération)|SUSPENDRE l'arrêté|(?:PRONONCER|ORDONNER) la suspension",
        ("conclusions/suspendre",),
    ):
        yield acte.constat(
            REGLE,
            found.path,
            "suspension demandée dans la requête au fond",
            "demandez-la par un référé-suspension distinct",
        )
