"""Write the specimen pièces of the sample cases: one small PDF for each file a `specimen: true` case names and lacks.

Usage: python tools/specimen_pieces.py cases/*.yaml [--refaire]

Each page says what the pièce stands for, and that it is a specimen. `--refaire` writes the existing ones again.
"""

import sys
import tempfile
from pathlib import Path

import typst

from mandats.load.case import load_case
from mandats.render.typography import date_longue, french

PAGE = """
#set document(title: sys.inputs.titre, date: datetime(year: 2026, month: 11, day: 22))
#set page(paper: "a4", margin: 3cm)
#set text(lang: "fr", font: "Libertinus Serif", size: 12pt)
#align(center)[#text(size: 20pt, weight: "bold", fill: rgb("#7a2338"))[SPÉCIMEN – ne pas déposer]]
#v(3cm)
#text(size: 15pt, weight: "bold")[Pièce n° #sys.inputs.numero]
#v(0.4cm)
#text(size: 15pt)[#sys.inputs.titre]
#v(0.2cm)
#sys.inputs.date
#v(1.5cm)
Cette page tient la place de la pièce désignée ci-dessus, qui n’est pas jointe au dossier d’exemple
« #sys.inputs.dossier ». Elle n’en reproduit aucun mot. Avant tout dépôt, remplacez ce fichier par la pièce elle-même.
"""


def main(arguments: list[str]) -> None:
    again = "--refaire" in arguments
    for name in arguments:
        if name == "--refaire":
            continue
        loaded, problems = load_case(Path(name))
        if loaded is None:
            print(*problems, sep="\n")
            continue
        if not loaded.case.specimen:
            continue
        folder = loaded.folder / "pieces"
        folder.mkdir(parents=True, exist_ok=True)
        for i, piece in enumerate(loaded.case.pieces, 1):
            target = folder / piece.fichier
            if target.exists() and not again:
                continue
            inputs = {
                "numero": str(i),
                "titre": french(piece.titre),
                "date": date_longue(piece.date) if piece.date else "sans date",
                "dossier": french(loaded.case.titre),
            }
            with tempfile.TemporaryDirectory() as work:
                source = Path(work) / "page.typ"
                source.write_text(PAGE, "utf-8")
                typst.compile(
                    str(source),
                    str(target),
                    sys_inputs=inputs,
                    ignore_system_fonts=True,
                    pdf_standards=["a-2a", "ua-1"],
                    timestamp=0,
                )
            print(target)


if __name__ == "__main__":
    main(sys.argv[1:])
