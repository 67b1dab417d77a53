"""A series of demands goes to the CADA at once, and names every administration."""

import re

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import CONSEIL, Regle

REGLE = Regle(
    id="CADA-06",
    titre="Série d'au moins cinq demandes",
    pourquoi="Au moins cinq demandes de même objet, du même demandeur, à des administrations différentes font une seule saisine, qui identifie chaque administration, avec son adresse et les "
    "dates de la demande et du refus, et dont chacune est informée (articles L. 342-1 et R. 343-3-1 CRPA) ; celle qu'elle omet n'est pas saisie.",
    remede="Remplissez la section `serie` : administrations, adresses, dates ; dites que chacune a été informée.",
    court="L. 342-1 et R. 343-3-1 CRPA",
    documents=("saisine-cada",),
    gravite=CONSEIL,
    sources=("crpa-l342-1",),
)
SERIE = 5


def check(acte: Acte) -> Constats:
    applicants = {cle for cle, _ in acte.deposants}
    asked: dict[str, str] = {}
    for order in acte.case.documents:
        if order.modele == "demande-cada" and {cle for cle, _ in acte.parties("demandeur", order)} & applicants:
            asked |= {cle: party.nom for cle, party in acte.parties("destinataire", order)}
    words = acte.mots("serie").lower()
    path = (*acte.here, "serie")
    if len(asked) >= SERIE and not words:
        yield acte.constat(
            REGLE,
            path,
            f"{len(asked)} administrations sollicitées et aucune série décrite",
            "énumérez-les dans une seule saisine",
        )
    missing = [cle for cle, name in asked.items() if words and _proper(name) not in words]
    if missing:
        yield acte.constat(
            REGLE,
            path,
            f"administration absente de la série : {', '.join(missing)}",
            "ajoutez-la, avec son adresse et ses dates",
        )
    if words and not acte.a_ecrire("serie") and not re.search(r"inform|avis[ée]", words):
        yield acte.confirmer(
            REGLE, path, "chaque administration a-t-elle été informée de la saisine ? la section ne le dit pas"
        )


def _proper(name: str) -> str:
    """What a list of administrations says of one: « commune d'Exemple » → « exemple »."""
    return re.sub(
        r"^(?:commune|ville|département|région|métropole) (?:de la |de l'|des |du |de |d')",
        "",
        name.lower().replace("’", "'"),
    )
