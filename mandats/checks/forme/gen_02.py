"""Each applicant has a name and a domicile."""

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import A_REGULARISER, REQUETES, Regle

REGLE = Regle(
    id="GEN-02",
    titre="Nom et domicile du requérant",
    pourquoi="La requête indique les nom et domicile des parties (article R. 411-1 CJA) : c'est là que tout sera notifié.",
    remede="Donnez `adresse` : domicile d'une personne, siège d'une association.",
    court="R. 411-1 CJA",
    documents=(*REQUETES, "intervention"),
    gravite=A_REGULARISER,
    sources=("cja-r411-1",),
)


def check(acte: Acte) -> Constats:
    for cle, party in acte.deposants:
        if not party.adresse:
            kind = "domicile" if party.type == "personne-physique" else "siège"
            yield acte.constat(REGLE, ("parties", cle, "adresse"), f"{kind} absent", "écrivez-le")
