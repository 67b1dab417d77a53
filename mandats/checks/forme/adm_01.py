"""An administrative appeal is sent within the time limit for going to court."""

from mandats.checks.forme.acte import Acte, Constats, debut, jour_ecrit
from mandats.checks.forme.regle import IRRECEVABLE, Regle
from mandats.delais.calendrier import compute, is_covered

REGLE = Regle(
    id="ADM-01",
    titre="Recours gracieux dans le délai contentieux",
    pourquoi="Seul le recours administratif formé dans le délai du recours contentieux l'interrompt, une seule fois (article L. 411-2 CRPA).",
    remede="S'il est trop tard, demandez plutôt l'abrogation, qui fera naître une décision nouvelle.",
    court="L. 411-2 CRPA",
    documents=("recours-gracieux",),
    gravite=IRRECEVABLE,
)


def check(acte: Acte) -> Constats:
    decision = acte.case.decision
    start = debut(decision.notifiee_le or decision.publiee_le) if decision else None
    if start is None:
        if decision and decision.nature not in ("implicite", "revelee"):
            yield acte.confirmer(
                REGLE,
                ("decision", "notifiee_le"),
                "jour de notification ou de publication : le recours doit partir dans les deux mois",
            )
    elif not is_covered(start):
        yield acte.confirmer(
            REGLE,
            ("decision", "notifiee_le"),
            "jour de notification ou de publication hors des années couvertes par le calcul",
        )
    elif acte.jour > (limit := compute("mois-francs", start, 2, "mois").theorique):
        if decision.voies_et_delais is False:
            yield acte.confirmer(
                REGLE,
                (*acte.here, "date"),
                f"recours postérieur au {jour_ecrit(limit)} : le délai était-il inopposable ?",
            )
        else:
            yield acte.constat(
                REGLE,
                (*acte.here, "date"),
                f"recours postérieur au {jour_ecrit(limit)} : il n'interrompt plus le délai",
                "demandez l'abrogation",
            )
