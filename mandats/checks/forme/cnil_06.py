"""Each grievance names the article infringed."""

import re

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import CONSEIL, PLAINTES, Regle

REGLE = Regle(
    id="CNIL-06",
    titre="Griefs rattachés à des articles",
    pourquoi="Un grief rattaché à un article s'instruit et se sanctionne plus vite (pratique de noyb, lue ; article 77 du RGPD).",
    remede="Citez l'article méconnu dans chaque grief.",
    court="art. 77 RGPD",
    documents=PLAINTES,
    gravite=CONSEIL,
)
NORME = re.compile(
    r"\b(?:norme|extrait|reference|citation)\(|\barticles?\b|\bart\.|\bprincipe\b|\bloi\b|\bcode\b|\bdécret\b|\bdirective\b",
    re.I,
)


def check(acte: Acte) -> Constats:
    for item in acte.items("moyens"):
        words = acte.mots_de(item)
        introduces = item.moyen.texte and len(words) < 600 and not item.moyen.titre
        if not introduces and "[à compléter" not in words and not NORME.search(words):
            yield acte.constat(REGLE, item.path, "grief sans article", "citez le texte méconnu")
