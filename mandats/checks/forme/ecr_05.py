"""The pièces of a later memorandum follow those of the request."""

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import A_REGULARISER, MEMOIRES, REQUETES, Regle

REGLE = Regle(
    id="ECR-05",
    titre="Numérotation à la suite de la requête",
    pourquoi="L'inventaire suit un ordre continu et croissant (article R. 412-2 CJA) : dans une même affaire, une pièce garde son numéro et les nouvelles suivent.",
    remede="Dans `pieces` du mémoire, reprenez la liste de la requête dans le même ordre, puis ajoutez les nouvelles.",
    court="R. 412-2 CJA",
    documents=MEMOIRES,
    gravite=A_REGULARISER,
    sources=("cja-r412-2",),
)


def check(acte: Acte) -> Constats:
    mine = [p.cle for p in acte.document.pieces]
    for order in acte.case.documents:
        same = all(order.roles.get(r) == acte.order.roles.get(r) for r in ("requerant", "defendeur", "juridiction"))
        if order.modele not in REQUETES or not same:
            continue
        first = list(order.pieces) if order.pieces is not None else [p.cle for p in acte.case.pieces]
        if mine and mine[: len(first)] != first and first[: len(mine)] != mine:
            rank = next(i for i, (a, b) in enumerate(zip([*first, ""], [*mine, ""], strict=False), 1) if a != b)
            what = f"la pièce n° {rank} n'est pas celle de la requête ({order.nom or order.modele})"
            yield acte.constat(
                REGLE, (*acte.here, "pieces"), what, "reprenez sa liste dans le même ordre, puis ajoutez les nouvelles"
            )
        return
