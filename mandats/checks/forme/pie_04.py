"""The files of the pièces will be taken by the court's application: their size, no password.

The only rule that looks at the files themselves: their size, and the two ends of a PDF, where encryption is declared.
"""

from pathlib import Path

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import CONSEIL, CONTENTIEUX, PLAINTES, Regle

REGLE = Regle(
    id="PIE-04",
    titre="Fichiers lisibles et assez légers",
    pourquoi="Le téléservice des tribunaux admet 32 Mo par fichier (page pratique de la CAA de Versailles, lue, non datée), et un PDF verrouillé par un mot de passe ne s'ouvre pas au greffe.",
    remede="Numérisez en moins fin ou en noir et blanc, compressez, et retirez le mot de passe, avant le soir du dépôt.",
    court="usage ; telerecours.fr",
    documents=(*CONTENTIEUX, *PLAINTES, "saisine-cada", "bordereau"),
    gravite=CONSEIL,
)
LIMIT_MO = 32
ENDS = 65_536  # bytes read at each end


def check(acte: Acte) -> Constats:
    for piece in acte.document.pieces:
        path, file = (*acte.piece_path(piece), "fichier"), acte.loaded.folder / "pieces" / piece.fichier
        if piece.fichier not in acte.loaded.fichiers or not file.is_file():
            continue  # told elsewhere
        size = file.stat().st_size / 1_000_000
        if size > LIMIT_MO:
            yield acte.constat(REGLE, path, f"fichier de {size:.0f} Mo, au-delà de {LIMIT_MO} Mo", "compressez-le")
        if file.suffix.lower() == ".pdf" and _locked(file):
            yield acte.constat(REGLE, path, "PDF verrouillé", "retirez le mot de passe")


def _locked(file: Path) -> bool:
    with file.open("rb") as stream:
        start = stream.read(ENDS)
        stream.seek(max(ENDS, file.stat().st_size - ENDS))
        return b"/Encrypt" in start + stream.read(ENDS)
