"""How an act leaves: where, what to do, what to keep, the words that go with it (`figures/envois.yaml`), by family."""

import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from mandats import blocks as ast
from mandats.delais.figures import known_files
from mandats.document import Rendered
from mandats.render.cover import signed
from mandats.render.typography import contract, date_longue
from mandats.tables import read_table

UNKNOWN = "l'adresse que donne le responsable du fichier, ou la CNIL pour un fichier qui intéresse la sûreté de l'État"


@dataclass(frozen=True)
class Envoi:
    """One act's; empty where nothing is known of its family. `texte`: an e-mail, or the text of an online form."""

    document: str
    ou: str
    etapes: tuple[str, ...]
    garder: str
    lu: str
    texte: str


def sending(rendered: Rendered) -> Envoi:
    """How a document leaves: of its families, the more particular replaces what the general says, key by key."""
    table, document = read_table(Path(__file__).parent / "figures" / "envois.yaml"), rendered.document
    told = {key: value for famille in document.template.header.famille for key, value in table.get(famille, {}).items()}
    name = document.traitement.nom if document.traitement else ""
    file = next((f for f in known_files() if re.search(f.motif, name)), None)
    authors, holders = next(iter(document.roles.values()), ()), document.roles.get("mandataire", ())
    words = defaultdict(
        str,
        {role: " et ".join(p.nom for p in parties) for role, parties in document.roles.items()},
        titre=document.titre, affaire=document.case.titre, date=date_longue(document.date), traitement=name,
        de_auteur=" et ".join(contract("de", p.article, p.nom) for p in authors),
        signature="\n".join([signed(p, True, authors) for p in holders] or [signed(p, True) for p in authors]),
        moyens="\n".join(f"– {line}" for line in _headings(rendered)),
        pieces="\n".join(f"– n° {n}, {p.titre}" for n, p in document.jointes if not p.confidentielle),
        fichier=file.ou if file else UNKNOWN,
    )  # fmt: skip
    ou, texte = (told.get(key, "").format_map(words) for key in ("ou", "texte"))
    lu = file.lu if file and "{fichier}" in told.get("ou", "") else told.get("lu", "")
    return Envoi(document.nom, ou, tuple(told.get("etapes", ())), told.get("garder", ""), lu, texte)


def _headings(rendered: Rendered) -> list[str]:
    """The title of each moyen, as it is printed."""
    found = []
    for item in rendered.document.sections.get("moyens", ()):
        nodes = ast.walk(rendered.printed.get(item.path, []))
        found += [ast.plain(node["c"][2]).strip() for node in nodes if node["t"] == "Header"][:1]
    return found
