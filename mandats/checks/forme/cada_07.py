"""What is asked is a document, not an explanation."""

import re

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import CONSEIL, Regle

REGLE = Regle(
    id="CADA-07",
    titre="Des documents, non des renseignements",
    pourquoi="L'administration n'a pas à répondre à une question ni à fabriquer un document (article L. 311-1 CRPA ; cada.fr).",
    remede="Nommez le document où se trouve la réponse : rapport, contrat, registre, délibération.",
    court="L. 311-1 CRPA",
    documents=("demande-cada", "saisine-cada", "recours-cada"),
    gravite=CONSEIL,
)


def check(acte: Acte) -> Constats:
    for i, words in enumerate(acte.case.demande.documents if acte.case.demande else ()):
        if re.match(
            r"(?:pourquoi|combien|comment|les raisons|quels? |quelles? |si |une explication|des explications)\b",
            words.strip(),
            re.I,
        ) or words.rstrip().endswith("?"):
            yield acte.constat(
                REGLE,
                ("demande", "documents", i),
                "question, et non document",
                "nommez le document qui contient la réponse",
            )
