"""A QPC is a memorandum of its own that bears the words."""

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import IRRECEVABLE, MEMOIRES, REQUETES, Regle

REGLE = Regle(
    id="ECR-11",
    titre="QPC par mémoire distinct, avec la mention",
    pourquoi="La question est présentée, à peine d'irrecevabilité, par mémoire distinct et motivé portant la mention « question prioritaire de constitutionnalité » ; le juge n'invite "
    "pas à régulariser (articles R. *771-3 et R. *771-4 CJA ; devant le Conseil d'État, R. *771-13 et R. *771-14).",
    remede="Rétablissez la mention dans le titre ; placez la demande de transmission dans le document qpc et nulle part ailleurs.",
    court="R. *771-3 et R. *771-4 CJA",
    documents=("qpc", *REQUETES, *MEMOIRES, "intervention"),
    gravite=IRRECEVABLE,
    sources=("cja-r771-3",),
)


def check(acte: Acte) -> Constats:
    words = "question prioritaire de constitutionnalité"
    if acte.modele == "qpc":
        if words not in acte.garde:
            yield acte.constat(
                REGLE, (*acte.here, "titre"), f"mention « {words} » absente de la première page", "rétablissez-la"
            )
        return
    for item in acte.demandes:
        told = acte.mots_de(item).lower()
        if (item.clause and item.clause.id == "conclusions/transmettre-qpc") or (
            words in told and "mémoire distinct" not in told
        ):
            yield acte.constat(
                REGLE,
                item.path,
                "question prioritaire posée dans un autre acte",
                "posez-la par mémoire distinct (modèle qpc)",
            )
