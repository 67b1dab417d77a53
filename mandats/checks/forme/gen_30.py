"""Costs are asked in figures, from someone."""

import re

from mandats.checks.forme.acte import Acte, Constats, absent
from mandats.checks.forme.regle import IRRECEVABLE, MEMOIRES, REQUETES, Regle

REGLE = Regle(
    id="GEN-30",
    titre="Frais chiffrés",
    pourquoi="Des conclusions au titre de l'article L. 761-1 CJA qui ne sont pas chiffrées sont irrecevables (CE, 27 mars 1991).",
    remede="Donnez la somme et la partie qui doit la payer (clause conclusions/frais).",
    court="L. 761-1 CJA",
    documents=(*REQUETES, *MEMOIRES),
    gravite=IRRECEVABLE,
    sources=("cja-l761-1",),
)


def check(acte: Acte) -> Constats:
    for item in acte.demandes:
        if item.clause and item.clause.id == "conclusions/frais":
            for name, word in (("montant", "frais non chiffrés"), ("debiteur", "frais demandés à personne")):
                if absent(item.moyen.avec.get(name)):
                    yield acte.constat(
                        REGLE, (*item.path, "avec", name), word, "donnez la somme et la partie qui la doit"
                    )
        elif re.search(r"761-1", words := acte.mots_de(item)) and not re.search(
            r"\d[\d\s.]*\s*(?:€|euros)|nombre\(", words
        ):
            yield acte.constat(REGLE, item.path, "frais non chiffrés", "écrivez la somme demandée")
