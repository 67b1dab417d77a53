"""The request joins the demand and the proof of the seizure."""

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import IRRECEVABLE, Regle

REGLE = Regle(
    id="CADA-09",
    titre="Pièces du recours après la CADA",
    pourquoi="La requête est accompagnée, à peine d'irrecevabilité, de ce qui établit la décision : la demande et sa réception, l'accusé de réception de la CADA, son avis s'il est rendu "
    "(articles R. 412-1 et R. 421-2 CJA).",
    remede="Nommez les pièces dans `demande.piece` et `avis_cada.piece`, et mettez-les dans la liste du document.",
    court="R. 412-1 CJA",
    documents=("recours-cada",),
    gravite=IRRECEVABLE,
    sources=("cja-r412-1",),
)


def check(acte: Acte) -> Constats:
    avis = acte.case.avis_cada
    if avis and not acte.joint(avis.piece):
        yield acte.constat(
            REGLE,
            ("avis_cada", "piece"),
            "preuve de la saisine de la CADA non jointe",
            "joignez l'accusé de réception ou l'avis",
        )
