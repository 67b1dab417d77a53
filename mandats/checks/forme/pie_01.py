"""The inventory and the folder hold the same files."""

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import CONSEIL, CONTENTIEUX, PLAINTES, Regle

REGLE = Regle(
    id="PIE-01",
    titre="Inventaire = fichiers",
    pourquoi="L'inventaire énumère de manière exhaustive les pièces produites (article R. 412-2 CJA) : un fichier oublié dans le dossier est souvent une pièce oubliée dans l'acte.",
    remede="Ajoutez le fichier à `pieces`, ou retirez-le du dossier `pieces/`. (Un fichier de l'inventaire qui manque au dossier est l'erreur piece-absente.)",
    court="R. 412-2 CJA",
    documents=(*CONTENTIEUX, *PLAINTES, "saisine-cada", "bordereau"),
    gravite=CONSEIL,
    sources=("cja-r412-2",),
)


def check(acte: Acte) -> Constats:
    known = {p.fichier for p in acte.case.pieces}
    for name in sorted(acte.loaded.fichiers - known):
        yield acte.constat(
            REGLE,
            ("pieces",),
            f"fichier du dossier absent de la liste des pièces : {name}",
            "ajoutez-le, ou retirez-le",
        )
