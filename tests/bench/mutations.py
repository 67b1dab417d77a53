"""Alter one quoted word, date or number at a time, in clauses and in the register, and count what the program sees.

Usage: python tests/bench/mutations.py [--nombre 400] [--graine 1]
`tests/test_mutations.py` runs a sample.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from mandats import checks  # noqa: E402
from mandats.bibliotheque.exemple import render_example  # noqa: E402
from mandats.document import Clause, Library  # noqa: E402
from mandats.load.library import FRONT_MATTER, load_clause, load_library, read_entries  # noqa: E402

# What a change must not pass: the document rules that speak of quotations, numbers and keys.
IDS = {
    "citation-inexacte", "nombre-sans-source", "point-non-releve", "source-modifiee", "source-inconnue",
    "passage-inconnu", "source-non-declaree",
    "nom-inconnu", "modele-jinja", "mots-sans-source",
}  # fmt: skip
NUMBER = re.compile(r"\d+")
QUOTED = re.compile(r"«[^«»]+»")
WORD = re.compile(r"[A-Za-zÀ-ÿ]{4,}")
# A line of the register whose words or numbers are printed.
PRINTED = re.compile(
    r"^\s+(?:\S*passages|titre|court|libelle|date|numeros|ecli|nom|formation|juridiction|points|texte|\"?[\w.-]+\"?): "
)


@dataclass(frozen=True)
class Mutation:
    path: Path
    start: int
    end: int
    new: str

    def apply(self, text: str) -> str:
        return text[: self.start] + self.new + text[self.end :]


def candidates(path: Path) -> list[tuple[int, int]]:
    """Spans of quoted words, dates and numbers that a reader would see printed."""
    text = path.read_text("utf-8")
    spans: list[tuple[int, int]] = []
    if path.suffix == ".md":
        match = FRONT_MATTER.match(text)
        assert match
        # Of the front matter, only the consequences are law; examples are fiction, helps are not printed.
        block = re.search(r"^registres:\n(?:  .*\n)+", match[1], re.M)
        zones = [(match.end(), len(text))] + (
            [(match.start(1) + block.start(), match.start(1) + block.end())] if block else []
        )
        for start, end in zones:
            zone = text[start:end]
            spans += [(start + m.start(), start + m.end()) for m in NUMBER.finditer(zone)]
            for quoted in QUOTED.finditer(zone):
                if "{{" not in quoted[0]:
                    spans += [
                        (start + quoted.start() + m.start(), start + quoted.start() + m.end())
                        for m in WORD.finditer(quoted[0])
                    ]
        return spans
    offset = 0
    for line in text.splitlines(keepends=True):
        if PRINTED.match(line) and not re.match(
            r"^\s+(?:url|verifie|alerte|portee|a_verifier|empreinte|vigueur|regimes|groupe|statut|type|texte: "
            r"[a-z0-9-]+$)",
            line,
        ):
            at = line.index(": ") + 2
            spans += [
                (offset + m.start(), offset + m.end()) for m in (*NUMBER.finditer(line, at), *WORD.finditer(line, at))
            ]
        offset += len(line)
    return spans


def mutate(path: Path, span: tuple[int, int], chance: random.Random) -> Mutation:
    old = path.read_text("utf-8")[span[0] : span[1]]
    if old.isdigit():
        new = str(int(old) + chance.choice([1, 2, 10]))
        new = new.zfill(len(old))
    else:
        new = chance.choice([n for n in (old[::-1].lower(), old + "s", "non" + old, old[:-1]) if n != old])
    return Mutation(path, *span, new)


def seen(mutation: Mutation, library: Library) -> bool:
    """Whether the program tells the altered file from the good one, for someone who builds a document with it."""
    text = mutation.apply(mutation.path.read_text("utf-8"))
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        if mutation.path.suffix == ".md":
            slug = mutation.path.relative_to(ROOT / "clauses").with_suffix("").as_posix()
            file = Path(folder) / "clauses" / f"{slug}.md"
            file.parent.mkdir(parents=True)
            file.write_text(text, "utf-8")
            clause, problems = load_clause(slug, file, Path(folder))
            return bool(problems) or clause is None or bool(_told(clause, library))
        file = Path(folder) / mutation.path.name
        file.write_text(text, "utf-8")
        try:
            entries = read_entries(file, file.name)
        except Exception:
            return True
        before = {k for k, s in library.sources.items()}
        changed = [k for k, s in entries.items() if k not in before or s.empreinte != s.seal()]
        shrunk = len(entries) < len(read_entries(mutation.path, file.name))
        return bool(changed) or shrunk


def _told(clause: Clause, library: Library) -> set[str]:
    told: set[str] = set()
    spared = {name for name, parametre in clause.header.parametres.items() if parametre.facultatif}
    least = {name: value for name, value in clause.header.exemple.items() if name not in spared}
    for regime in clause.header.regimes:
        for registre in clause.header.registres or ("rep", "plainte"):
            for exemple in (clause.header.exemple, least):
                given = replace(clause, header=clause.header.model_copy(update={"exemple": exemple}))
                rendered, problems = render_example(given, library, registre, regime)
                told |= {p.id for p in [*problems, *checks.check(rendered, True)] if p.id in IDS}
    return told


def score(number: int, seed: int, library: Library | None = None) -> tuple[int, int, list[Mutation]]:
    """(seen, tried, missed). Half in the clauses, half in the register."""
    library = library or load_library(ROOT)[0]
    chance = random.Random(seed)
    clauses = [(p, s) for p in sorted((ROOT / "clauses").glob("*/*.md")) for s in candidates(p)]
    register = [(p, s) for p in sorted((ROOT / "clauses" / "sources").glob("*.yaml")) for s in candidates(p)]
    chosen = chance.sample(clauses, min(number // 2, len(clauses))) + chance.sample(
        register, min(number - number // 2, len(register))
    )
    missed = [m for path, span in chosen if not seen(m := mutate(path, span, chance), library)]
    return len(chosen) - len(missed), len(chosen), missed


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--nombre", type=int, default=400)
    parser.add_argument("--graine", type=int, default=1)
    options = parser.parse_args()
    library = load_library(ROOT)[0]
    caught, tried, missed = score(options.nombre, options.graine, library)
    for m in missed:
        text = m.path.read_text("utf-8")
        line = text.count("\n", 0, m.start) + 1
        print(
            f"non vu : {m.path.relative_to(ROOT)}:{line} « {text[m.start : m.end]} » → « {m.new} » dans "
            f"…{text[max(0, m.start - 40) : m.end + 30]!r}…"
        )
    print(f"{caught} altérations vues sur {tried} ({100 * caught / tried:.1f} %), graine {options.graine}")


if __name__ == "__main__":
    main()
