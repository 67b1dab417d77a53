"""A request states facts, at least one moyen, and conclusions, none of them a placeholder."""

import re

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import IRRECEVABLE, REQUETES, Regle

REGLE = Regle(
    id="GEN-03",
    titre="Faits, au moins un moyen, conclusions",
    pourquoi="La requête contient l'exposé des faits et moyens et l'énoncé des conclusions ; sans aucun moyen, elle ne se régularise que dans "
    "le délai de recours (article R. 411-1 CJA), et jamais en référé (article R. 522-2 CJA).",
    remede="Racontez au moins un fait, développez au moins un moyen, demandez quelque chose ; retirez les mots « à compléter ».",
    court="R. 411-1 CJA",
    documents=REQUETES,
    gravite=IRRECEVABLE,
    sources=("cja-r411-1",),
)
TROU = re.compile(r"(?<!\[)à compléter|à rédiger|\bTODO\b|\bXXX+\b|\[…\]\s*$", re.I | re.M)


def check(acte: Acte) -> Constats:
    if not acte.document.faits and not acte.items("faits"):
        yield acte.constat(REGLE, ("faits",), "aucun fait", "exposez les faits")
    wanted = {"moyens": "moyen", "conclusions": "conclusion"}
    if acte.modele == "refere-mesures-utiles":
        wanted = {"utilite": "développement sur l'utilité", "conclusions": "conclusion"}
    for section, word in wanted.items():
        items = acte.items(section)
        if not items and not acte.order.sections.get(section):  # one that names nothing known has its own message
            yield acte.constat(
                REGLE,
                (*acte.here, section),
                f"aucun {word}" if word != "conclusion" else "aucune conclusion",
                "écrivez-en au moins un",
            )
        for item in items:
            told = (item.moyen.texte or "") + (item.text.contenu if item.text else "")
            if TROU.search(told):
                yield acte.constat(REGLE, item.path, "passage laissé « à compléter »", "écrivez-le ou retirez-le")
