"""An erasure or an objection gives its reason."""

from mandats.checks.forme.regle import CONSEIL, Regle

REGLE = Regle(
    id="DROIT-04",
    titre="Motif de l'effacement ou de l'opposition",
    pourquoi="L'effacement se demande pour l'un des motifs de l'article 17, paragraphe 1, du RGPD ; l'opposition, pour des raisons tenant à la situation particulière de la personne "
    "(article 21, paragraphe 1, du RGPD). Les modèles exigent la section `motifs`.",
    remede="Remplissez `motifs` : lequel des cas, et pourquoi, en une ou deux phrases.",
    court="art. 17 et 21 RGPD",
    documents=("droit-effacement", "droit-opposition"),
    gravite=CONSEIL,
    sources=("rgpd-17-1", "rgpd-21-1"),
    par=("section-absente",),
)
