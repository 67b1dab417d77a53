"""Write the specimen pièces of the sample cases: one small PDF for each file a `specimen: true` case names and lacks.

Usage: python tools/specimen_pieces.py cases/*.yaml [--refaire]

Each page says what the pièce stands for, and that it is a specimen. `--refaire` writes the existing ones again.
"""

import sys
from pathlib import Path

from mandats.files import write_whole
from mandats.load.case import load_case
from mandats.render.typography import date_longue, french
from mandats.words import SPECIMEN
from mandats.write.typst_engine import Engine

PAGE = """
#set document(title: sys.inputs.titre, date: datetime(year: 2026, month: 11, day: 22))
#set page(paper: "a4", margin: 3cm)
#set text(lang: "fr", font: "Libertinus Serif", size: 12pt)
#align(center)[#text(size: 20pt, weight: "bold", fill: rgb("#7a2338"), sys.inputs.mention)]
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
    with Engine() as engine:
        for name in (a for a in arguments if a != "--refaire"):
            loaded, problems = load_case(Path(name))
            if loaded is None:
                print(*problems, sep="\n")
            elif loaded.case.specimen:
                folder = loaded.folder / "pieces"
                folder.mkdir(parents=True, exist_ok=True)
                for number, piece in enumerate(loaded.case.pieces, 1):
                    target = folder / piece.fichier
                    if "--refaire" in arguments or not target.exists():
                        inputs = {
                            "mention": SPECIMEN,
                            "numero": str(number),
                            "titre": french(piece.titre),
                            "date": date_longue(piece.date) if piece.date else "sans date",
                            "dossier": french(loaded.case.titre),
                        }
                        print(write_whole(target, engine.compile(PAGE, "2026-11-22", inputs=inputs)))


if __name__ == "__main__":
    main(sys.argv[1:])
