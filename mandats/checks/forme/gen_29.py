"""The act announces no further memorandum by habit."""

import re

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import IRRECEVABLE, REQUETES, Regle

REGLE = Regle(
    id="GEN-29",
    titre="Pas de mémoire complémentaire annoncé par habitude",
    pourquoi="Qui annonce un mémoire complémentaire et ne le produit pas à temps est réputé s'être désisté : trois mois devant le Conseil d'État (article "
    "R. 611-22 CJA), le délai de la mise en demeure devant le tribunal (article R. 612-5 CJA).",
    remede="Retirez l'annonce : rien n'interdit de produire un mémoire que l'on n'a pas annoncé. Si vous y tenez, ajoutez au dossier le document "
    "memoire-complementaire.",
    court="R. 611-22 et R. 612-5 CJA",
    documents=(*REQUETES, "memoire-replique"),
    gravite=IRRECEVABLE,
)
ANNONCE = re.compile(
    r"mémoire (?:complémentaire|ampliatif)[^.;]{0,80}(?:sera|seront|produir|développ|ultérieur|suivr|déposer)|"
    r"(?:se réserve|produira|déposera|développer\w* dans)[^.;]{0,80}(?:mémoire (?:complémentaire|ampliatif)|écritures ultérieures)"
)


def check(acte: Acte) -> Constats:
    found = ANNONCE.search(acte.mots(*acte.document.sections).lower().replace("\n", " "))
    if not found:
        return
    if any(o.modele == "memoire-complementaire" for o in acte.case.documents):
        yield acte.confirmer(REGLE, acte.here, "mémoire complémentaire annoncé : son échéance est-elle notée ?")
    else:
        words = found[0][:70]
        yield acte.constat(
            REGLE,
            acte.here,
            f"mémoire complémentaire annoncé (« {words}… »)",
            "retirez l'annonce, ou prévoyez ce mémoire",
        )
