"""An announced memorandum comes in time.

Only a question: a request that announces nothing runs no risk (CE, 22 October 2010, n° 333004), and the case does not say.
"""

from mandats.checks.forme.acte import Acte, Constats, debut, jour_ecrit
from mandats.checks.forme.regle import CONSEIL, Regle
from mandats.delais.calendrier import add_months

REGLE = Regle(
    id="ECR-01",
    titre="Mémoire complémentaire dans le délai",
    pourquoi="Devant le Conseil d'État, le mémoire annoncé parvient dans les trois mois de l'enregistrement, sinon le requérant est réputé s'être désisté (article R. 611-22 CJA).",
    remede="Vérifiez la date d'enregistrement ; si la requête n'annonçait rien, aucun délai ne court de ce chef.",
    court="R. 611-22 CJA",
    documents=("memoire-complementaire",),
    gravite=CONSEIL,
)


def check(acte: Acte) -> Constats:
    instance = acte.order.instance
    if instance is None or acte.juridiction != "ce":
        return
    if not instance.enregistree_le:
        yield acte.confirmer(
            REGLE,
            (*acte.here, "instance", "enregistree_le"),
            "jour d'enregistrement de la requête : trois mois en courent si elle annonçait ce mémoire",
        )
    elif len(instance.enregistree_le) == 10 and acte.jour > add_months(debut(instance.enregistree_le), 3):
        limit = add_months(debut(instance.enregistree_le), 3)
        yield acte.confirmer(
            REGLE,
            (*acte.here, "date"),
            f"mémoire postérieur au {jour_ecrit(limit)} : la requête l'annonçait-elle ? si oui, le désistement est acquis",
        )
