"""The deliberation is attached."""

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import A_REGULARISER, REQUETES, Regle

REGLE = Regle(
    id="POUV-03",
    titre="Extrait de la délibération joint",
    pourquoi="Le juge vérifie que l'habilitation existe (CE, 28 septembre 2020, n° 423087) : un extrait daté, signé et certifié le prouve.",
    remede="Joignez l'extrait (`habilitation.piece`) et mettez-le dans la liste du document.",
    court="CE, 28 septembre 2020, n° 423087",
    documents=("pouvoir", *REQUETES, "intervention"),
    gravite=A_REGULARISER,
)


def check(acte: Acte) -> Constats:
    for cle, party in acte.parties("mandant") or acte.deposants:
        if party.habilitation and not acte.joint(party.habilitation.piece):
            yield acte.constat(
                REGLE,
                ("parties", cle, "habilitation", "piece"),
                "délibération non jointe à ce document",
                "joignez-en l'extrait",
            )
