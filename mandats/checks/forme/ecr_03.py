"""A memorandum comes before the instruction is closed.

In référé the instruction is closed at the end of the hearing (art. R. 522-8), at the Conseil d'État when the parties have
spoken (art. R. 613-5): there, only a memorandum later than the hearing is late.
"""

from mandats.checks.forme.acte import Acte, Constats, debut, jour_ecrit
from mandats.checks.forme.regle import IRRECEVABLE, MEMOIRES, REFERES, Regle

REGLE = Regle(
    id="ECR-03",
    titre="Mémoire avant la clôture",
    pourquoi="Un mémoire produit après la clôture de l'instruction n'est pas examiné (article R. 613-3 CJA) : date de l'ordonnance (R. 613-1) ou, à défaut, trois jours francs avant "
    "l'audience (R. 613-2) ; en référé, l'audience elle-même (R. 522-8).",
    remede="Déposez avant la clôture ; après l'audience, écrivez une note en délibéré.",
    court="R. 613-1 à R. 613-3 CJA",
    documents=(*MEMOIRES, "intervention"),
    gravite=IRRECEVABLE,
)


def check(acte: Acte) -> Constats:
    instance, events = acte.order.instance, acte.case.evenements
    closed = debut(events.cloture_le) if events else None
    heard = debut(instance.audience_le) if instance else None
    path = (*acte.here, "date")
    urgent = "référé" in acte.garde or any(o.modele in REFERES for o in acte.case.documents) or acte.juridiction == "ce"
    if closed and acte.jour >= closed:
        yield acte.constat(
            REGLE,
            path,
            f"mémoire daté du {jour_ecrit(acte.jour)}, instruction close le {jour_ecrit(closed)}",
            "demandez la réouverture, ou écrivez une note en délibéré",
        )
    elif heard and acte.jour > heard:
        yield acte.constat(
            REGLE, path, f"mémoire postérieur à l'audience du {jour_ecrit(heard)}", "écrivez une note en délibéré"
        )
    elif heard and not closed and not urgent and (heard - acte.jour).days < 4:
        yield acte.constat(
            REGLE,
            path,
            f"mémoire à moins de trois jours francs de l'audience du {jour_ecrit(heard)}",
            "l'instruction est close, sauf ordonnance contraire",
        )
