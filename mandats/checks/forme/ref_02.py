"""The copy of the main petition is attached to the référé-suspension."""

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import IRRECEVABLE, Regle

REGLE = Regle(
    id="REF-02",
    titre="Copie de la requête au fond",
    pourquoi="La requête en référé-suspension est accompagnée, à peine d'irrecevabilité, d'une copie de la requête à fin d'annulation (article R. 522-1, "
    "alinéa 2, CJA) ; le juge n'invite pas à régulariser (article R. 522-2 CJA).",
    remede="Déposez d'abord la requête au fond, ajoutez-en la copie aux pièces et nommez-la dans `instance_fond.piece`.",
    court="R. 522-1 et R. 522-2 CJA",
    documents=("refere-suspension",),
    gravite=IRRECEVABLE,
    sources=("cja-r522-1", "cja-r522-2"),
)


def check(acte: Acte) -> Constats:
    fond = acte.case.instance_fond
    path = ("instance_fond", "piece") if fond else ("instance_fond",)
    if fond is None or fond.piece is None:
        yield acte.constat(REGLE, path, "copie de la requête au fond absente", "joignez-la")
    elif not acte.joint(fond.piece):
        yield acte.constat(REGLE, path, "copie de la requête au fond absente des pièces de ce document", "joignez-la")
