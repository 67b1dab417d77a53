"""Each moyen names a rule and rests on a fact or a pièce."""

import re

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import CONSEIL, FOND, Regle

REGLE = Regle(
    id="GEN-27",
    titre="Chaque moyen a sa norme et son fait",
    pourquoi="Une requête dont les moyens ne sont manifestement pas assortis de précisions peut être rejetée sans audience (article R. 222-1, 7°, CJA).",
    remede="Citez l'article méconnu (`reference`, `norme`) et la pièce qui le montre (`piece`).",
    court="R. 222-1, 7°, CJA",
    documents=(*FOND, "intervention", "memoire-complementaire"),
    gravite=CONSEIL,
)
NORME = re.compile(
    r"\b(?:norme|extrait|reference|citation)\(|\barticles?\b|\bart\.|\bprincipe\b|\bloi\b|\bcode\b", re.I
)


def check(acte: Acte) -> Constats:
    for item in acte.items("moyens"):
        words = acte.mots_de(item)
        if item.moyen.texte and len(words) < 300 and not item.moyen.titre:
            continue  # a sentence that introduces what follows
        if not NORME.search(words) and "[à compléter" not in words:
            yield acte.constat(REGLE, item.path, "moyen sans norme", "citez le texte ou le principe méconnu")
    told = (
        any(f.pieces for _, f in acte.document.faits) or acte.cite_piece("faits", "moyens") or acte.a_ecrire("moyens")
    )
    if acte.items("moyens") and not told:
        yield acte.constat(
            REGLE,
            (*acte.here, "moyens"),
            "ni les faits ni les moyens ne renvoient à une pièce",
            "citez ce qui prouve ce que l'on invoque",
        )
