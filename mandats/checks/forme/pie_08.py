"""A decision cited has its court, its date and its number."""

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import CONSEIL, CONTENTIEUX, PLAINTES, Regle

REGLE = Regle(
    id="PIE-08",
    titre="Jurisprudence identifiée",
    pourquoi="Une décision se retrouve par sa juridiction, sa date et son numéro (usage) ; sans eux, le juge ne la lira pas.",
    remede="Complétez l'entrée du registre, ou ne citez pas la décision.",
    court="usage",
    documents=(*CONTENTIEUX, *PLAINTES),
    gravite=CONSEIL,
)


def check(acte: Acte) -> Constats:
    for cle in acte.rendered.uses():
        source = acte.document.library.sources[cle]
        lacks = [
            word
            for word, value in (("la date", source.date), ("le numéro", source.numeros or source.ecli))
            if not value
        ]
        if source.type == "decision" and lacks:
            what = f"décision citée sans {' ni '.join(lacks)} : {cle}"
            yield acte.constat(REGLE, acte.here, what, "complétez le registre")
