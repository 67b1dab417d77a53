"""The judge of urgent matters orders provisional measures only."""

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import IRRECEVABLE, REFERES, Regle

REGLE = Regle(
    id="REF-10",
    titre="Mesures provisoires seulement",
    pourquoi="Le juge des référés statue par des mesures provisoires et n'est pas saisi du principal (article L. 511-1 CJA) : il n'annule pas et n'accorde pas de somme.",
    remede="Demandez d'ordonner, d'enjoindre ou de suspendre, avec un délai.",
    court="L. 511-1 CJA",
    documents=REFERES,
    gravite=IRRECEVABLE,
)


def check(acte: Acte) -> Constats:
    if acte.modele != "refere-suspension":  # there, REF-01 says so
        found = acte.demande("ANNULER|PRONONCER l'annulation", ("conclusions/annuler",))
        if found:
            yield acte.constat(
                REGLE, found.path, "annulation demandée au juge des référés", "demandez une mesure provisoire"
            )
    if acte.indemnite:
        yield acte.constat(
            REGLE, acte.indemnite.path, "somme demandée au juge des référés", "demandez une mesure provisoire"
        )
