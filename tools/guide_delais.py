"""Write docs/guide/chaines.md: what facts that meet do to a limit, what may be noted, what is not computed.

Usage: python tools/guide_delais.py
"""

from pathlib import Path
from typing import Any

from mandats.delais.figures import read_figures
from mandats.delais.regles import time_limits
from mandats.procedure import event_kinds
from mandats.render.typography import date_longue

TARGET = Path(__file__).resolve().parent.parent / "docs" / "guide" / "chaines.md"
DAYS = {"prudent": "prudente", "dernier": "dernier jour", "defendable": "défendable"}
HEAD = """# Quand les délais se rencontrent

Cette page est tirée des données du programme (`python tools/guide_delais.py`) ; les tests recalculent chaque exemple.
La **date prudente** est celle à tenir ; le **dernier jour**, celui que la règle donne ; la date **défendable** suppose
ce que le dossier ne dit pas, et l'affichage le rappelle. Sauf autre date, la décision ou le jugement est notifié le 3
février 2026."""
NOTES = """## Ce qu'on peut noter

`mandats noter mon-cas.yaml "refus reçu" --le 2026-12-12` ajoute une ligne à `evenements` et dit ce qu'elle change.
Majuscules et accents sont indifférents."""

PASSED = """## Quand un délai est passé

`mandats delais` dit, sous un délai passé, ce qui demeure possible et le modèle qui le prépare."""


def cell(told: dict[str, Any]) -> str:
    if "sans" in told:
        return str(told["sans"])
    days = [f"{word} {date_longue(told['exemple'][name])}" for name, word in DAYS.items() if name in told["exemple"]]
    ref = told["ref"].replace("*", r"\*")
    return f"{told['dit']} *{ref}.*" + (f" Exemple : {', '.join(days)}." if days else "")


def table(head: list[str], rows: list[list[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *rows])


def page() -> str:
    matrix, law = read_figures("chaines.yaml"), time_limits()
    stages = matrix["stades"]
    rows = [[f"**{row['libelle']}**", *(cell(row[s]) for s in stages)] for row in matrix["lignes"].values()]
    events = [[row["quoi"], " ; ".join(row.get("autres", ())), row["aide"]] for row in event_kinds().values()]
    doubtful = [
        f"{rule.libelle} : {rule.reserve or 'règle de mémoire.'}"
        for rule in law.regles.values()
        if rule.conseil or rule.confiance == "memoire"
    ]
    doubtful += [f"{c.texte} ({c.ref})" for c in law.conventions.values() if c.confiance == "memoire"]
    parts = [HEAD, table(["Ce qui arrive", *stages.values()], rows), NOTES]
    left = [
        [rule.libelle, " ".join(f"{law.restes[name].dit} *{law.restes[name].ref}.*" for name in rule.reste) or "Rien."]
        for rule in law.regles.values()
        if rule.role == "agir"
    ]
    parts += [table(["`quoi`", "ou", "ce que dit le jour"], events), PASSED, table(["Délai", "Reste possible"], left)]
    parts += ["## Ce que le programme ne calcule pas"]
    parts += ["\n".join(f"- {line}" for line in read_figures("delais.yaml")["non_calcule"])]
    parts += ["## Ce qu'il donne « à confirmer »", "\n".join(f"- {line}" for line in doubtful)]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    TARGET.write_text(page(), "utf-8")
    print(TARGET)
