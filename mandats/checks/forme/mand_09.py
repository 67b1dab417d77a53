"""The number announced is the number of valid mandates."""

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import COLLECTIVES, CONSEIL, Regle

REGLE = Regle(
    id="MAND-09",
    titre="Nombre de mandants exact",
    pourquoi="Un nombre annoncé que la liste ne justifie pas ruine la crédibilité de la plainte (observé) : il se calcule, mandats reçus moins mandats écartés.",
    remede="Comptez : `mandants.recus` moins `mandants.ecartes` (doublons, incomplets, retraits) doit égaler `mandants.nombre`.",
    court="art. 1989 du code civil ; bonne pratique",
    documents=COLLECTIVES,
    gravite=CONSEIL,
)


def check(acte: Acte) -> Constats:
    mandants = acte.order.mandants
    if mandants is None or mandants.etat or mandants.nombre is None:  # counted from the register, or told as a blank
        return
    path = (*acte.here, "mandants", "nombre")
    if mandants.recus is None:
        if not acte.joint(mandants.piece):
            yield acte.confirmer(
                REGLE, path, "d'où vient ce nombre ? donnez recus et ecartes, ou la pièce qui l'établit"
            )
        return
    valid = mandants.recus - (mandants.ecartes or 0)
    if valid != mandants.nombre:
        yield acte.constat(
            REGLE,
            path,
            f"{mandants.nombre} mandants annoncés, {valid} mandats valides",
            "annoncez le nombre des mandats valides",
        )
