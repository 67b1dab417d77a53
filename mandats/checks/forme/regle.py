"""What a procedural rule is: an id, its reason with the article, how grave it is in each kind of document, what to do.

The guide (`tools/guide_rules.py`), `verifier --expliquer` and SARIF all print these values; nothing is said twice.

Gravity depends on the document because the law does: on the merits the court invites the party to put things right
(art. R. 612-1 CJA), in référé never (art. R. 522-2), nor for a QPC (art. R. *771-4). A rule known from memory only
never blocks: `confiance: memoire` forbids `erreur`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mandats.problem import AVERTISSEMENT, ERREUR

REFERES = ("refere-suspension", "refere-liberte", "refere-mesures-utiles")
FOND = ("requete-rep", "recours-cada")
REQUETES = (*FOND, *REFERES)
MEMOIRES = ("memoire-complementaire", "memoire-replique")
CONTENTIEUX = (*REQUETES, "intervention", *MEMOIRES, "qpc", "note-en-delibere")
PLAINTES = ("plainte-cnil", "plainte-cnil-collective", "plainte-police-justice")
COLLECTIVES = ("plainte-cnil-collective", "plainte-police-justice")
DROITS = ("droit-acces", "droit-effacement", "droit-opposition")
SANS_REGULARISATION = (*REFERES, "qpc")

IRRECEVABLE: Mapping[str, str] = {"defaut": ERREUR}
A_REGULARISER: Mapping[str, str] = {"defaut": AVERTISSEMENT, **dict.fromkeys(SANS_REGULARISATION, ERREUR)}
CONSEIL: Mapping[str, str] = {"defaut": AVERTISSEMENT}


@dataclass(frozen=True)
class Regle:
    """One rule. `court`: the articles as the message ends with them. `par`: existing rules that already enforce it."""

    id: str
    titre: str
    pourquoi: str
    remede: str
    court: str
    documents: tuple[str, ...]
    gravite: Mapping[str, str]
    sources: tuple[str, ...] = ()  # keys of the register
    confiance: str = "lu"
    par: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.confiance == "memoire" and ERREUR in self.gravite.values():
            raise ValueError(f"{self.id} : une règle non lue ne bloque pas")

    def gravite_de(self, modele: str) -> str:
        return self.gravite.get(modele, self.gravite["defaut"])
