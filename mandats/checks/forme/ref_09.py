"""A référé-liberté treats its four conditions."""

from mandats.checks.forme.regle import IRRECEVABLE, Regle

REGLE = Regle(
    id="REF-09",
    titre="Référé-liberté : quatre conditions traitées",
    pourquoi="Liberté fondamentale, atteinte grave, illégalité manifeste, urgence à quarante-huit heures (article L. 521-2 CJA) : le modèle exige une section pour chacune.",
    remede="Remplissez les sections `libertes`, `urgence` et `moyens`.",
    court="L. 521-2 CJA",
    documents=("refere-liberte",),
    gravite=IRRECEVABLE,
    sources=("cja-l521-2",),
    par=("section-absente",),
)
