"""A note en délibéré comes after the hearing and is brief."""

from mandats.checks.forme.acte import Acte, Constats, debut, jour_ecrit
from mandats.checks.forme.regle import CONSEIL, Regle

REGLE = Regle(
    id="ECR-10",
    titre="Note en délibéré après l'audience",
    pourquoi="La note en délibéré s'adresse à l'issue de l'audience (article R. 731-3 CJA) ; elle ne rouvre l'instruction que pour ce qu'on ne pouvait produire avant "
    "(CE, 21 novembre 2003, n° 244820).",
    remede="Datez-la du jour de l'audience ou après ; avant, écrivez un mémoire ; dites pourquoi l'élément n'a pu être produit plus tôt.",
    court="R. 731-3 CJA",
    documents=("note-en-delibere",),
    gravite=CONSEIL,
)


def check(acte: Acte) -> Constats:
    heard = debut(acte.order.instance.audience_le) if acte.order.instance else None
    if heard is None:
        yield acte.confirmer(
            REGLE, (*acte.here, "instance"), "jour de l'audience (instance.audience_le) : la note ne vient qu'après"
        )
    elif acte.jour < heard:
        yield acte.constat(
            REGLE,
            (*acte.here, "date"),
            f"note antérieure à l'audience du {jour_ecrit(heard)}",
            "écrivez un mémoire, ou datez-la après",
        )
