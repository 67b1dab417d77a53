"""What the formal rules find: faults planted in sound cases, and unusual cases that are sound, by `tests/fautes/`.

    python tools/fautes.py [word…]    the table; with words, only the edits whose name holds one of them, all findings

`bases/` holds the sound cases. In `fautes.yaml` and `variantes.yaml` an edit names its base, what it deletes (`ote`),
sets (`met`) and adds to a list (`ajoute`), each by the path a drafter sees. A fault says the gravity that the law gives
it (`attendu`), the words of which the finding must say one (`dit`), and why (`droit`). A finding counts when the base
does not have it. They were written from the law, without reading the rules, and are mended from the law only.
"""

import copy
import re
import sys
import tempfile
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

from mandats.build import examine  # noqa: E402
from mandats.problem import ERREUR, Problem  # noqa: E402

FOLDER = ROOT / "tests" / "fautes"
PIECE = (ROOT / "tests" / "data" / "piece.pdf").read_bytes()
WEIGHTS = ["manquée", "question", "alerte", "erreur"]


class Reader(yaml.SafeLoader):
    """As the program reads: dates and numbers stay text."""


Reader.yaml_implicit_resolvers = {
    first: kept
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    if (kept := [r for r in resolvers if r[0].rpartition(":")[2] in ("null", "bool", "merge")])
}


def read(file: Path):
    return yaml.load(file.read_text("utf-8"), Reader)  # noqa: S506: a SafeLoader that knows less


@dataclass(frozen=True)
class Result:
    nom: str
    edit: dict
    added: list[Problem]  # what the base does not have

    @property
    def answers(self) -> list[Problem]:
        """The findings that say what the fault is."""
        return [p for p in self.added if says(p, self.edit["dit"])]

    @property
    def as_what(self) -> str:
        return max((weight(p) for p in self.answers), key=WEIGHTS.index, default="manquée")

    @property
    def right(self) -> bool:
        return self.as_what in self.edit["attendu"].split("|")

    @property
    def weaker(self) -> bool:
        """Said, with less than the law says."""
        wanted = min(map(WEIGHTS.index, self.edit["attendu"].split("|")))
        return 0 < WEIGHTS.index(self.as_what) < wanted

    @property
    def doubted(self) -> list[Problem]:
        """What a sound case should not be told."""
        return [p for p in self.added if weight(p) != "alerte" or says(p, self.edit.get("tait", []))]


def says(problem: Problem, words: list[str]) -> bool:
    return any(plain(word) in plain(problem.message) for word in words)


def weight(problem: Problem) -> str:
    if problem.gravite == ERREUR:
        return "erreur"
    return "question" if re.search(r"à confirmer|\?", problem.message) else "alerte"


def plain(text: str) -> str:
    """Without case, accents, nor the kind of spaces and apostrophes."""
    text = unicodedata.normalize("NFKD", text.replace("’", "'").casefold())
    return re.sub(r"\s+", " ", "".join(c for c in text if not unicodedata.combining(c)))


def parts(path: str) -> list[str | int]:
    return [int(p) if p.isdigit() else p for p in re.findall(r"[^.\[\]]+", path)]


def edited(case: dict, edit: dict) -> dict:
    case = copy.deepcopy(case)

    def holder(path: str):
        *above, last = parts(path)
        node = case
        for key in above:
            node = node[key]
        return node, last

    for path in edit.get("ote", []):
        node, last = holder(path)
        del node[last]
    for path, value in edit.get("met", {}).items():
        node, last = holder(path)
        node[last] = value
    for path, value in edit.get("ajoute", {}).items():
        node, last = holder(path)
        node[last] += value if isinstance(value, list) else [value]
    return case


def problems(case: dict) -> list[Problem]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "cas.yaml"
        file.write_text(yaml.safe_dump(case, allow_unicode=True, sort_keys=False, width=1000), "utf-8")
        for piece in case.get("pieces", []):
            target = Path(folder) / "cas" / "pieces" / piece["fichier"]
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(PIECE)
        return list(examine(file, ROOT).problems)


def bases() -> dict[str, dict]:
    return {file.stem: read(file) for file in sorted((FOLDER / "bases").glob("*.yaml"))}


def measure(edits: dict[str, dict]) -> list[Result]:
    cases, known, results = bases(), {}, []
    for nom, edit in edits.items():
        base = edit["base"]
        if base not in known:
            known[base] = {(p.id, p.message) for p in problems(cases[base])}
        found = problems(edited(cases[base], edit))
        results.append(Result(nom, edit, [p for p in found if (p.id, p.message) not in known[base]]))
    return results


def table(faults: list[Result], variants: list[Result], detail: bool = False) -> str:
    lines = []
    for result in faults:
        state = "oui" if result.right else "faible" if result.weaker else "NON"
        lines.append(f"{state:6} {result.nom} : attendu {result.edit['attendu']}, trouvé {result.as_what}")
        lines += map(told, result.added if detail else result.answers)
        if not result.right:
            lines.append(f"         droit : {result.edit['droit']}")
    for result in variants:
        lines.append(f"{'NON' if result.doubted else 'oui':6} variante {result.nom}")
        lines += map(told, result.added if detail else result.doubted)
        if result.doubted:
            lines.append(f"         droit : {result.edit['droit']}")
    return "\n".join([*lines, totals(faults, variants)])


def told(problem: Problem) -> str:
    return f"         {weight(problem)} · {problem.chemin} : {problem.message} [{problem.id}]"


def totals(faults: list[Result], variants: list[Result]) -> str:
    doubts = [weight(p) for result in variants for p in result.doubted]
    right, weaker = sum(r.right for r in faults), sum(r.weaker for r in faults)
    missed = sum(r.as_what == "manquée" for r in faults)
    stronger = len(faults) - right - weaker - missed
    return (
        f"{len(faults)} fautes : {right} trouvées avec leur gravité, {weaker} dites trop faiblement, "
        f"{stronger} trop fort, {missed} manquées ; {len(variants)} variantes régulières : "
        f"{doubts.count('erreur')} erreurs, {doubts.count('question')} questions, "
        f"{doubts.count('alerte')} alertes fausses."
    )


def main(words: list[str]) -> None:
    chosen = [
        measure({nom: edit for nom, edit in read(FOLDER / file).items() if not words or any(w in nom for w in words)})
        for file in ("fautes.yaml", "variantes.yaml")
    ]
    print(table(*chosen, detail=bool(words)))


if __name__ == "__main__":
    main(sys.argv[1:])
