"""No reference leads nowhere, no pièce is left uncited."""

from mandats.checks.forme.regle import CONSEIL, CONTENTIEUX, PLAINTES, Regle

REGLE = Regle(
    id="PIE-03",
    titre="Chaque pièce citée, aucun renvoi mort",
    pourquoi="Une pièce que rien ne cite n'est pas lue ; un renvoi sans pièce n'est pas cru (usage).",
    remede="Citez la pièce, retirez-la, ou corrigez la clé.",
    court="usage",
    documents=(*CONTENTIEUX, *PLAINTES, "saisine-cada"),
    gravite=CONSEIL,
    par=("piece-non-citee", "piece-inconnue", "fait-sans-piece"),
)
