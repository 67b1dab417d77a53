"""A power of attorney names the act, the court and the person who signs."""

from mandats.checks.forme.regle import CONSEIL, Regle

REGLE = Regle(
    id="POUV-02",
    titre="Pouvoir précis",
    pourquoi="Le pouvoir nomme l'acte visé, la juridiction et le signataire, et ne va pas au-delà (article 1989 du code civil) : un pouvoir vague est discuté. "
    "Le modèle exige la section `objet` et les rôles `mandataire` et `juridiction`.",
    remede="Dans `objet`, dites contre quel acte, daté, et pour demander quoi.",
    court="art. 1989 du code civil",
    documents=("pouvoir",),
    gravite=CONSEIL,
    sources=("ccivil-1989",),
    par=("section-absente", "role-absent"),
)
