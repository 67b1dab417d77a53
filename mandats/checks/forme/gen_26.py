"""Every pièce cited exists, every pièce produced is cited."""

from mandats.checks.forme.regle import CONSEIL, CONTENTIEUX, Regle

REGLE = Regle(
    id="GEN-26",
    titre="Renvois aux pièces",
    pourquoi="Le juge suit les renvois : une pièce citée qui n'existe pas, ou une pièce produite que rien ne cite, fait douter du reste "
    "(bonne pratique ; article R. 412-2 CJA).",
    remede="Corrigez la clé citée, citez la pièce ou retirez-la de la liste du document.",
    court="R. 412-2 CJA",
    documents=CONTENTIEUX,
    gravite=CONSEIL,
    par=("piece-inconnue", "piece-non-citee"),
)
