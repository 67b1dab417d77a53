"""The first page says « référé »."""

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import A_REGULARISER, REFERES, Regle
from mandats.problem import AVERTISSEMENT

REGLE = Regle(
    id="REF-07",
    titre="Mention « référé » en première page",
    pourquoi="La requête, et l'enveloppe s'il y en a une, porte la mention « référé » (article R. 522-3 CJA), à défaut de quoi elle attendra avec les autres.",
    remede="Rétablissez le mot dans le titre ou la page de garde ; choisissez la rubrique « référé » de l'application, ou écrivez-le sur l'enveloppe.",
    court="R. 522-3 CJA",
    documents=REFERES,
    gravite=A_REGULARISER,
    sources=("cja-r522-3",),
)


def check(acte: Acte) -> Constats:
    path = (*acte.here, "titre")
    if "référé" not in acte.garde:
        yield acte.constat(REGLE, path, "mention « référé » absente de la première page", "rétablissez-la")
    elif "référé" not in acte.document.titre.lower():
        yield acte.constat(REGLE, path, "mention « référé » absente du titre", "rétablissez-la", AVERTISSEMENT)
