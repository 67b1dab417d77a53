"""What concerns third persons is blanked: everything produced goes to the adversary."""

import re

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import CONSEIL, CONTENTIEUX, Regle

REGLE = Regle(
    id="GEN-32",
    titre="Données de tiers occultées",
    pourquoi="Tout ce que l'on produit est communiqué à l'adversaire (articles L. 5 et R. 611-1 CJA) : adresses, signatures et noms de tiers n'ont pas à l'être. "
    "L'exception de l'article R. 412-2-1 est étroite.",
    remede="Occultez la pièce (calque supprimé, non recouvert), puis écrivez `occultation: faite` ; ou `inutile` s'il n'y a rien à cacher.",
    court="R. 611-1 CJA",
    documents=(*CONTENTIEUX, "saisine-cada"),
    gravite=CONSEIL,
    sources=("cja-r611-1", "cja-r412-2-1"),
)
OCCULTE = re.compile(r"occult|anonymis|caviard|pseudonymis", re.I)
SENSIBLE = re.compile(
    r"\bliste des (?:mandants|requérants|signataires|adhérents|étudiant)|attestations?\b|témoignages?\b|pétition|certificat médical|pièces? d'identité|justificatifs? de domicile",
    re.I,
)


def check(acte: Acte) -> Constats:
    for piece in acte.document.pieces:
        path = acte.piece_path(piece)
        if piece.occultation == "a-faire":
            yield acte.constat(
                REGLE,
                (*path, "occultation"),
                "données de tiers encore visibles",
                "occultez la pièce avant de la produire",
            )
        elif (
            piece.occultation is None
            and not piece.confidentielle
            and not OCCULTE.search(piece.titre)
            and SENSIBLE.search(piece.titre.replace("’", "'"))
        ):
            yield acte.confirmer(
                REGLE,
                (*path, "occultation"),
                "cette pièce montre-t-elle des données de tiers ? elle sera communiquée à l'adversaire",
            )
