"""An association or a union produces its statutes."""

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import A_REGULARISER, REQUETES, Regle

REGLE = Regle(
    id="GEN-11",
    titre="Statuts de l'association",
    pourquoi="Les statuts prouvent l'existence, l'objet et qui peut agir ; l'association qui ne les produit pas malgré l'invitation du juge est irrecevable "
    "(CE, 10 janvier 1992, UNEF, n° 115718 ; article R. 431-4 CJA). En référé, rien n'invite à les produire (article R. 522-2 CJA).",
    remede="Ajoutez la pièce et nommez-la dans `statuts` ; mettez-la dans la liste du document. Un même fichier de statuts de plusieurs associations "
    "peut être nommé par chacune.",
    court="R. 431-4 CJA ; CE, 10 janvier 1992, UNEF",
    documents=(*REQUETES, "intervention"),
    gravite=A_REGULARISER,
    sources=("cja-r431-4", "cja-r522-2"),
)


def check(acte: Acte) -> Constats:
    missing = [(cle, p) for cle, p in acte.groupements if p.type != "collectif" and not acte.joint(p.statuts)]
    if len(missing) > 2:
        keys = ", ".join(cle for cle, _ in missing)
        path = (*acte.here, "roles", "requerant")
        yield acte.constat(
            REGLE,
            path,
            f"statuts absents pour {len(missing)} associations ({keys})",
            "joignez-les et nommez la pièce dans statuts",
        )
        return
    for cle, party in missing:
        what = (
            "statuts de l'association absents"
            if not party.statuts
            else "statuts de l'association absents des pièces de ce document"
        )
        yield acte.constat(REGLE, ("parties", cle, "statuts"), what, "joignez-les")
