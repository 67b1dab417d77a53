"""When several apply together, each signs the request."""

from mandats.checks.forme.acte import MORALES, Acte, Constats
from mandats.checks.forme.regle import A_REGULARISER, REQUETES, Regle

REGLE = Regle(
    id="GEN-09",
    titre="Signature de chaque requérant",
    pourquoi="La requête de plusieurs personnes, déposée par l'une d'elles, doit porter la signature de toutes les autres (article R. 414-4, alinéa 3, CJA).",
    remede="Donnez à chaque personne morale son signataire (`represente_par`) ; faites signer tous les requérants avant le dépôt, à la main ou "
    "électroniquement.",
    court="R. 414-4 et R. 431-4 CJA",
    documents=(*REQUETES, "intervention"),
    gravite=A_REGULARISER,
    sources=("cja-r431-4",),
)


def check(acte: Acte) -> Constats:
    if len(acte.deposants) < 2 or acte.avocat:
        return
    for cle, party in acte.deposants:
        if party.type in MORALES and not (party.represente_par and party.represente_par.nom):
            yield acte.constat(
                REGLE,
                ("parties", cle, "represente_par"),
                "ce requérant n'a pas de signataire",
                "nommez la personne qui signe pour lui",
            )
    if acte.order.canal == "telerecours-citoyens":
        yield acte.confirmer(
            REGLE,
            (*acte.here, "canal"),
            f"les {len(acte.deposants)} requérants ont-ils tous signé la requête déposée ?",
        )
