"""A référé-suspension holds a moyen that creates a serious doubt."""

from mandats.checks.forme.regle import IRRECEVABLE, Regle

REGLE = Regle(
    id="REF-06",
    titre="Moyen propre à créer un doute sérieux",
    pourquoi="La suspension suppose un moyen propre à créer, en l'état de l'instruction, un doute sérieux quant à la légalité de la décision (article L. 521-1 CJA). "
    "Le modèle écrit la formule et exige la section.",
    remede="Remplissez la section `moyens` : deux à quatre moyens, les meilleurs.",
    court="L. 521-1 CJA",
    documents=("refere-suspension",),
    gravite=IRRECEVABLE,
    sources=("cja-l521-1",),
    par=("section-absente", "moyen-sans-registre"),
)
