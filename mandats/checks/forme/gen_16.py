"""Nobody but a lawyer signs for someone else before a tribunal."""

import re

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import CONTENTIEUX, IRRECEVABLE, Regle

REGLE = Regle(
    id="GEN-16",
    titre="Pas de mandataire non autorisé",
    pourquoi="Une partie ne se fait représenter que par un avocat, ou par certaines associations de protection de l'environnement (article R. 431-5 CJA) : "
    "une association de défense des libertés ne signe pas pour un particulier.",
    remede="Devant un tribunal ou une cour, la personne signe elle-même ; l'association agit en son nom, ou intervient. Le représentant légal d'un mineur ou d'un majeur protégé "
    "l'indique dans sa qualité.",
    court="R. 431-5 CJA",
    documents=CONTENTIEUX,
    gravite=IRRECEVABLE,
)
LEGAL = re.compile(r"représentante? légale?|tut(?:eur|rice)|curat(?:eur|rice)|m[èe]re|père|parent|administrat", re.I)


def check(acte: Acte) -> Constats:
    for cle, party in acte.deposants:
        if (
            party.type == "personne-physique"
            and party.represente_par
            and not party.avocat
            and not LEGAL.search(party.represente_par.qualite)
        ):
            path = ("parties", cle, "represente_par")
            if acte.juridiction == "ce":  # there the party « ou son mandataire » signs (art. R. 432-2)
                yield acte.confirmer(
                    REGLE, path, "quelqu'un signe pour une personne physique : son mandat est-il joint ?"
                )
                continue
            yield acte.constat(
                REGLE,
                path,
                "quelqu'un d'autre signerait pour une personne physique",
                "elle signe elle-même, ou prend un avocat",
            )
    if acte.order.roles.get("mandataire") and acte.juridiction != "ce":
        yield acte.constat(
            REGLE,
            (*acte.here, "roles", "mandataire"),
            "mandataire dans un acte de procédure",
            "seul un avocat représente",
        )
