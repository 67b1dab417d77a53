"""The file for the CADA is complete."""

from mandats.checks.forme.acte import MORALES, Acte, Constats
from mandats.checks.forme.regle import CONSEIL, Regle

REGLE = Regle(
    id="CADA-05",
    titre="Saisine complète",
    pourquoi="La saisine précise son objet, l'identité et le domicile (ou la forme, le siège et le représentant) et joint la copie du refus ou de la demande sans réponse "
    "(article R. 343-1 CRPA).",
    remede="Joignez la demande ou le refus (`demande.piece`, `demande.piece_reponse`) ; donnez l'adresse et le représentant du demandeur.",
    court="R. 343-1 CRPA",
    documents=("saisine-cada",),
    gravite=CONSEIL,
)


def check(acte: Acte) -> Constats:
    demande = acte.case.demande
    if demande and not (acte.joint(demande.piece) or acte.joint(demande.piece_reponse)):
        yield acte.constat(REGLE, ("demande", "piece"), "ni la demande ni le refus n'est joint", "joignez-en la copie")
    for cle, party in acte.deposants:
        if not party.adresse:
            yield acte.constat(REGLE, ("parties", cle, "adresse"), "domicile ou siège du demandeur absent", "donnez-le")
        if party.type in MORALES and not (party.represente_par and party.represente_par.nom):
            yield acte.constat(
                REGLE, ("parties", cle, "represente_par"), "représentant du demandeur absent", "nommez-le"
            )
