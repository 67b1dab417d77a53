"""The complainant is a person concerned, and shows it."""

import re

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import IRRECEVABLE, PLAINTES, Regle
from mandats.problem import AVERTISSEMENT

REGLE = Regle(
    id="CNIL-03",
    titre="Qualité de personne concernée",
    pourquoi="La réclamation appartient à la personne concernée (article 77 du RGPD) : un tiers n'est pas recevable (CE, 20 février 2025, n° 493843). Dire quand, où, quelles données.",
    remede="Ajoutez la clause plainte/personne-concernee (ou plainte/personnes-concernees) et la pièce qui le montre.",
    court="art. 77 RGPD ; CE, 20 février 2025, n° 493843",
    documents=PLAINTES,
    gravite=IRRECEVABLE,
)


def check(acte: Acte) -> Constats:
    path = (*acte.here, "qualite")
    if not acte.items("qualite") or acte.a_ecrire("qualite"):
        return  # told elsewhere
    if not re.search(
        r"personnes?[- ]concern|\bses données\b|leurs données|données (?:qui )?l[ae] concern",
        acte.mots("qualite").lower(),
    ):
        yield acte.constat(
            REGLE, path, "rien ne dit que le plaignant est une personne concernée", "dites quand, où, quelles données"
        )
    elif not acte.cite_piece("qualite") and not acte.order.mandants:
        yield acte.constat(
            REGLE, path, "qualité de personne concernée sans pièce", "citez une pièce qui le montre", AVERTISSEMENT
        )
