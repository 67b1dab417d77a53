"""The request goes by a channel that seizes the court."""

import re

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import CONTENTIEUX, IRRECEVABLE, Regle

REGLE = Regle(
    id="GEN-20",
    titre="Canal de dépôt valable",
    pourquoi="Un courriel au greffe ne saisit pas la juridiction : sans avocat, Télérecours citoyens est la seule voie électronique (article R. 414-2 CJA) ; "
    "un avocat passe par Télérecours, à peine d'irrecevabilité (article R. 414-1 CJA).",
    remede="Écrivez `canal: telerecours-citoyens` ou `canal: papier` ; avec un avocat, `canal: telerecours`.",
    court="R. 414-1 et R. 414-2 CJA",
    documents=CONTENTIEUX,
    gravite=IRRECEVABLE,
    sources=("cja-r414-1",),
)


def check(acte: Acte) -> Constats:
    canal, path = acte.order.canal, (*acte.here, "canal")
    sent = acte.order.envoi or ""
    if canal == "courriel" or (
        re.search(r"courriel|e-?mail|électronique", sent, re.I) and not re.search(r"t[ée]l[ée]recours", sent, re.I)
    ):
        yield acte.constat(
            REGLE,
            path if canal else (*acte.here, "envoi"),
            "un courriel ne saisit pas la juridiction",
            "déposez par Télérecours citoyens ou par courrier",
        )
    elif canal == "teleservice-cnil":
        yield acte.constat(
            REGLE, path, "le téléservice de la CNIL ne saisit pas un tribunal", "déposez par Télérecours citoyens"
        )
    elif acte.avocat and canal in ("papier", "telerecours-citoyens"):
        yield acte.constat(REGLE, path, "un avocat dépose par Télérecours", "écrivez canal: telerecours")
    elif canal == "telerecours" and not acte.avocat:
        yield acte.constat(
            REGLE,
            path,
            "Télérecours est réservé aux avocats et aux personnes publiques",
            "écrivez canal: telerecours-citoyens",
        )
