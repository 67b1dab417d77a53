"""The act is signed; for a group, by a named person whose capacity is given."""

from mandats.checks.forme.acte import MORALES, Acte, Constats
from mandats.checks.forme.regle import A_REGULARISER, CONTENTIEUX, REQUETES, Regle

REGLE = Regle(
    id="GEN-08",
    titre="Signataire nommé, avec sa qualité",
    pourquoi="Requêtes et mémoires sont signés par leur auteur et, pour une personne morale, par une personne justifiant de sa qualité pour agir "
    "(article R. 431-4 CJA).",
    remede="Donnez `represente_par: {nom, qualite}` à la partie qui dépose.",
    court="R. 431-4 CJA",
    documents=CONTENTIEUX,
    gravite=A_REGULARISER,
    sources=("cja-r431-4",),
)


def check(acte: Acte) -> Constats:
    if len(acte.deposants) > 1 and acte.modele in (*REQUETES, "intervention"):
        return  # GEN-09 says so for each
    for cle, party in acte.deposants:
        if party.type in MORALES and not party.avocat and not (party.represente_par and party.represente_par.nom):
            yield acte.constat(
                REGLE,
                ("parties", cle, "represente_par"),
                "signataire absent",
                "nommez la personne qui signe et sa qualité",
            )
