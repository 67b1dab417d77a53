"""An intervention is a memorandum of its own, by someone who is not already a party."""

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import IRRECEVABLE, MEMOIRES, REQUETES, Regle

REGLE = Regle(
    id="ECR-06",
    titre="Intervention par mémoire distinct",
    pourquoi="L'intervention est formée par mémoire distinct (article R. 632-1 CJA), par qui n'est pas déjà partie au litige.",
    remede="Ôtez l'intervenant des requérants ; placez la demande d'admettre l'intervention dans le document intervention.",
    court="R. 632-1 CJA",
    documents=("intervention", *REQUETES, *MEMOIRES),
    gravite=IRRECEVABLE,
    sources=("cja-r632-1",),
)


def check(acte: Acte) -> Constats:
    if acte.modele != "intervention":
        found = acte.demande("ADMETTRE l'intervention", ("conclusions/admettre-intervention",))
        if found:
            yield acte.constat(
                REGLE,
                found.path,
                "intervention formée dans un acte d'une autre partie",
                "formez-la par mémoire distinct",
            )
        return
    parties = {cle for role in ("requerant", "defendeur") for cle, _ in acte.parties(role)}
    for cle, _ in acte.parties("intervenant"):
        if cle in parties:
            yield acte.constat(
                REGLE,
                (*acte.here, "roles", "intervenant"),
                "l'intervenant est déjà partie au litige",
                "il agit comme partie, ou se retire des requérants",
            )
