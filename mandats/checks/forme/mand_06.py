"""Mandates were given before the complaint is filed, and withdrawals are taken out."""

from mandats.checks.forme.acte import Acte, Constats, debut, jour_ecrit
from mandats.checks.forme.regle import COLLECTIVES, IRRECEVABLE, Regle

REGLE = Regle(
    id="MAND-06",
    titre="Mandats antérieurs au dépôt et non révoqués",
    pourquoi="Le mandat précède l'acte fait en son nom et cesse par la révocation (articles 2003 et 2004 du code civil).",
    remede="Donnez la période de recueil (`mandants.collecte`), close au plus tard le jour du dépôt ; déduisez les retraits.",
    court="art. 2003 et 2004 du code civil",
    documents=COLLECTIVES,
    gravite=IRRECEVABLE,
)


def check(acte: Acte) -> Constats:
    mandants = acte.order.mandants
    if mandants is None:
        return
    path = (*acte.here, "mandants", "collecte")
    if mandants.etat:  # counted from the register
        if (closed := debut(mandants.arrete_le)) and closed > acte.jour:
            yield acte.constat(
                REGLE,
                (*acte.here, "mandants", "etat"),
                f"état arrêté le {jour_ecrit(closed)}, après la plainte",
                "datez la plainte du jour de l'état, ou après",
            )
        return
    if mandants.collecte is None:
        yield acte.confirmer(
            REGLE, path, "tous les mandats sont-ils antérieurs au dépôt ? donnez la période de recueil"
        )
        return
    start, end = debut(mandants.collecte.du), debut(mandants.collecte.au)
    if end > acte.jour:
        yield acte.constat(
            REGLE,
            (*path, "au"),
            f"recueil encore ouvert au jour de la plainte, le {jour_ecrit(acte.jour)}",
            "arrêtez la liste avant le dépôt",
        )
    if start > end:
        yield acte.constat(REGLE, (*path, "du"), "recueil qui commence après sa fin", "corrigez l'une des deux dates")
