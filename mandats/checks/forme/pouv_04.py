"""The chain from the organ to the signatory is unbroken and in order."""

from mandats.checks.forme.acte import MORALES, Acte, Constats, debut
from mandats.checks.forme.regle import IRRECEVABLE, Regle

REGLE = Regle(
    id="POUV-04",
    titre="Chaîne des pouvoirs sans rupture",
    pourquoi="L'organe décide, le représentant donne pouvoir, la personne signe : chaque maillon est antérieur au suivant (article R. 431-4 CJA).",
    remede="Datez le pouvoir du jour de la délibération ou après ; faites-le signer par le représentant, à une autre personne que lui.",
    court="R. 431-4 CJA",
    documents=("pouvoir",),
    gravite=IRRECEVABLE,
    sources=("cja-r431-4",),
)


def check(acte: Acte) -> Constats:
    for cle, party in acte.parties("mandant"):
        if party.habilitation and debut(party.habilitation.date) > acte.jour:
            yield acte.constat(
                REGLE,
                ("parties", cle, "habilitation", "date"),
                "délibération postérieure au pouvoir",
                "datez le pouvoir après elle",
            )
        if party.type in MORALES and not (party.represente_par and party.represente_par.nom):
            yield acte.constat(
                REGLE,
                ("parties", cle, "represente_par"),
                "personne qui donne pouvoir non nommée",
                "nommez le représentant",
            )
