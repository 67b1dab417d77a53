"""File names that the court's application takes."""

import re

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import CONSEIL, CONTENTIEUX, Regle

REGLE = Regle(
    id="GEN-24",
    titre="Noms et formats de fichiers",
    pourquoi="Télérecours recommande des noms de 80 caractères au plus, sans accent, « % », « / » ni « & », et des fichiers PDF ou texte de 32 Mo au plus "
    "(telerecours.fr et page pratique de la CAA de Versailles, lus).",
    remede="Renommez le fichier, ou convertissez-le en PDF.",
    court="telerecours.fr",
    documents=(*CONTENTIEUX, "bordereau"),
    gravite=CONSEIL,
)


def check(acte: Acte) -> Constats:
    for piece in acte.document.pieces:
        path, name = (*acte.piece_path(piece), "fichier"), piece.fichier
        if not re.fullmatch(r"[A-Za-z0-9_.-]+", name) or len(name) > 80 or name.count(".") > 1:
            yield acte.constat(
                REGLE,
                path,
                "nom de fichier que Télérecours peut refuser",
                "lettres sans accent, chiffres, tirets, 80 caractères au plus",
            )
        elif not name.lower().endswith((".pdf", ".doc", ".docx", ".odt", ".rtf")):
            yield acte.constat(REGLE, path, "format que Télérecours peut refuser", "convertissez le fichier en PDF")
