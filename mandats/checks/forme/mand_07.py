"""Each mandate can be proved."""

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import COLLECTIVES, CONSEIL, Regle

REGLE = Regle(
    id="MAND-07",
    titre="Preuve de chaque mandat",
    pourquoi="Un mandat électronique vaut si son auteur est identifié et son intégrité garantie (articles 1366 et 1367 du code civil) : horodatage, version et empreinte du texte affiché, confirmation "
    "du contact.",
    remede="Conservez ces quatre éléments pour chaque mandant et dites-le : `mandants.preuve: [horodatage, version, empreinte, confirmation]`.",
    court="art. 1366 et 1367 du code civil",
    documents=COLLECTIVES,
    gravite=CONSEIL,
)


def check(acte: Acte) -> Constats:
    mandants = acte.order.mandants
    if mandants is None or mandants.etat:  # the register keeps them
        return
    kept = {"horodatage", "version", "empreinte", "confirmation"}
    missing = sorted(kept - set(mandants.preuve))
    path = (*acte.here, "mandants", "preuve")
    if len(missing) == len(kept):
        yield acte.confirmer(
            REGLE, path, "que conserve-t-on pour prouver chaque mandat ? (horodatage, version, empreinte, confirmation)"
        )
    elif missing:
        yield acte.constat(
            REGLE,
            path,
            f"preuve incomplète des mandats : il manque {', '.join(missing)}",
            "conservez-le pour chaque mandant",
        )
