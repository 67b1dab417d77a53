"""The documents asked for are listed one by one."""

import re

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import CONSEIL, Regle

REGLE = Regle(
    id="CADA-01",
    titre="Documents décrits un à un",
    pourquoi="La demande porte sur des documents existants, assez précisément désignés pour être trouvés (article L. 311-2 CRPA ; cada.fr).",
    remede="Remplissez `demande.documents` : intitulé, service, période de chacun.",
    court="L. 311-2 CRPA",
    documents=("demande-cada", "saisine-cada", "recours-cada"),
    gravite=CONSEIL,
)


def check(acte: Acte) -> Constats:
    demande = acte.case.demande
    if demande and not demande.documents:
        yield acte.constat(
            REGLE, ("demande", "documents"), "aucun document désigné", "énumérez-les avec service et période"
        )
    for i, words in enumerate(demande.documents if demande else ()):
        if re.match(
            r"(?:tous|l'ensemble de|l'intégralité de)\b.{0,25}(?:documents|données|fichiers|courriels)\b",
            words.replace("’", "'"),
            re.I,
        ):
            yield acte.constat(REGLE, ("demande", "documents", i), "désignation trop large", "nommez chaque document")
