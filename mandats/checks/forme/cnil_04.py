"""The facts are dated."""

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import CONSEIL, PLAINTES, Regle

REGLE = Regle(
    id="CNIL-04",
    titre="Faits datés",
    pourquoi="La CNIL instruit des faits précis et datés, non une crainte (cnil.fr, « Adresser une plainte »).",
    remede="Datez au moins les faits qui fondent la plainte (`faits[].date`, au mois si le jour est inconnu).",
    court="cnil.fr",
    documents=PLAINTES,
    gravite=CONSEIL,
)


def check(acte: Acte) -> Constats:
    facts = acte.document.faits
    if facts and not any(f.date for _, f in facts):
        yield acte.constat(REGLE, ("faits",), "aucun fait daté", "datez ceux qui fondent la plainte")
