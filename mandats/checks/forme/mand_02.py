"""How long the association has been declared, for the French law on mandates.

From memory: articles 37 and 38 of the law were not read in their present wording; the rule only asks.
"""

from mandats.checks.forme.acte import Acte, Constats, debut
from mandats.checks.forme.regle import CONSEIL, PLAINTES, Regle
from mandats.delais.calendrier import add_months

REGLE = Regle(
    id="MAND-02",
    titre="Ancienneté de l'association",
    pourquoi="La loi du 6 janvier 1978 (articles 37 et 38) réservait le mandat à certaines associations, déclarées depuis cinq ans ; sa rédaction depuis la loi du 30 avril 2025 n'a pas été relue. "
    "L'article 80 du RGPD, lui, ne pose pas d'ancienneté.",
    remede="Lisez l'article 37 en vigueur ; fondez la plainte d'abord sur l'article 80, paragraphe 1, du RGPD.",
    court="loi du 6 janvier 1978, art. 37 et 38",
    documents=PLAINTES,
    gravite=CONSEIL,
    confiance="memoire",
)


def check(acte: Acte) -> Constats:
    if acte.order.mandants or acte.parties("mandataire"):
        for cle, party in acte.deposants:
            if party.declaree_le and add_months(debut(party.declaree_le), 60) > acte.jour:
                yield acte.confirmer(
                    REGLE,
                    ("parties", cle, "declaree_le"),
                    "association déclarée depuis moins de cinq ans : remplit-elle les conditions de la loi ?",
                )
