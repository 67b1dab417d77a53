"""The référé and the main petition have the same parties, before the same court.

The decision is the case's, hence one. What is compared are the roles, when the case also produces the main petition.
"""

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import FOND, IRRECEVABLE, Regle
from mandats.problem import AVERTISSEMENT

REGLE = Regle(
    id="REF-04",
    titre="Mêmes parties que la requête au fond",
    pourquoi="Seule se suspend une décision dont l'annulation est demandée (article L. 521-1 CJA) : qui n'a pas signé la requête au fond n'est pas recevable à demander la suspension.",
    remede="Donnez aux deux documents les mêmes requérants, le même défendeur et la même juridiction.",
    court="L. 521-1 CJA",
    documents=("refere-suspension",),
    gravite=IRRECEVABLE,
    sources=("cja-l521-1",),
)


def check(acte: Acte) -> Constats:
    path = (*acte.here, "roles")
    for order in acte.case.documents:
        if order.modele not in FOND:
            continue
        here, there = (
            {r: {cle for cle, _ in acte.parties(r, o)} for r in ("requerant", "defendeur", "juridiction")}
            for o in (acte.order, order)
        )
        if more := sorted(here["requerant"] - there["requerant"]):
            what = f"requérant absent de la requête au fond : {', '.join(more)}"
            yield acte.constat(
                REGLE, (*path, "requerant"), what, "ajoutez-le à la requête au fond, ou retirez-le du référé"
            )
        if there["juridiction"] and here["juridiction"] != there["juridiction"]:
            yield acte.constat(
                REGLE, (*path, "juridiction"), "autre juridiction que celle de la requête au fond", "saisissez la même"
            )
        if there["defendeur"] and not here["defendeur"] & there["defendeur"]:
            yield acte.constat(
                REGLE,
                (*path, "defendeur"),
                "autre défendeur que celui de la requête au fond",
                "nommez le même",
                AVERTISSEMENT,
            )
        return
