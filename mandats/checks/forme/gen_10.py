"""Several applicants without a lawyer designate one of them.

Never blocking: by default the registry takes the first named (art. R. 411-5, second paragraph), and filing through the
application designates whoever files (third paragraph).
"""

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import CONSEIL, REQUETES, Regle

REGLE = Regle(
    id="GEN-10",
    titre="Représentant unique",
    pourquoi="La requête de plusieurs personnes sans avocat désigne parmi elles un représentant unique, qui reçoit tout ; à défaut, c'est le premier "
    "nommé, ou la personne qui dépose par l'application (article R. 411-5 CJA).",
    remede="Pourvoyez le rôle `representant_unique` par l'un des requérants, celui qui déposera.",
    court="R. 411-5 CJA",
    documents=REQUETES,
    gravite=CONSEIL,
    sources=("cja-r411-5",),
)


def check(acte: Acte) -> Constats:
    if len(acte.deposants) < 2 or acte.avocat:
        return
    chosen = acte.parties("representant_unique")
    keys = [cle for cle, _ in acte.deposants]
    if not chosen:
        yield acte.constat(
            REGLE, (*acte.here, "roles"), f"{len(keys)} requérants et aucun représentant unique", "désignez l'un d'eux"
        )
    elif chosen[0][0] not in keys:
        yield acte.constat(
            REGLE,
            (*acte.here, "roles", "representant_unique"),
            "le représentant unique n'est pas l'un des requérants",
            "choisissez-le parmi eux",
        )
