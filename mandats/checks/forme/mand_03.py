"""Mandate and complaint name the same controller, the same authority, the same association."""

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import COLLECTIVES, IRRECEVABLE, Regle

REGLE = Regle(
    id="MAND-03",
    titre="Mandat spécial : mêmes termes que la plainte",
    pourquoi="Le mandat est spécial et le mandataire ne fait rien au-delà (articles 1987 et 1989 du code civil) : il nomme le responsable, le traitement et l'autorité de la plainte.",
    remede="Donnez au document mandat les mêmes rôles (`mis_en_cause`, `autorite`, `mandataire`) que la plainte ; joignez le modèle (`mandants.piece`).",
    court="art. 1987 et 1989 du code civil",
    documents=COLLECTIVES,
    gravite=IRRECEVABLE,
)


def check(acte: Acte) -> Constats:
    mandants = acte.order.mandants
    if mandants is None:
        return

    def keys(role: str, order: object = None) -> set[str]:
        return {cle for cle, _ in acte.parties(role, order)}

    targets, authority = keys("mis_en_cause"), keys("autorite")
    forms = [(i, o) for i, o in enumerate(acte.case.documents) if o.modele == "mandat"]
    related = [(i, o) for i, o in forms if o.vise == acte.order.vise or keys("mis_en_cause", o) & targets]
    if not related and not acte.joint(mandants.piece):
        yield acte.constat(
            REGLE,
            (*acte.here, "mandants"),
            "aucun texte de mandat dans le dossier",
            "joignez le modèle signé par les mandants (mandants.piece)",
        )
    for i, order in related:
        path = ("documents", i, "roles")
        if not targets <= keys("mis_en_cause", order):
            yield acte.constat(
                REGLE,
                (*path, "mis_en_cause"),
                f"mandat qui ne nomme pas tous ceux que vise {acte.document.nom}",
                "nommez les mêmes responsables",
            )
        if keys("autorite", order) != authority:
            yield acte.constat(
                REGLE,
                (*path, "autorite"),
                f"mandat pour une autre autorité que {acte.document.nom}",
                "nommez la même autorité",
            )
        if keys("mandataire", order) != {cle for cle, _ in acte.deposants}:
            yield acte.constat(
                REGLE,
                (*path, "mandataire"),
                f"mandat donné à un autre que l'auteur de {acte.document.nom}",
                "nommez la même association",
            )
