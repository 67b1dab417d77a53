"""Values left out, or of a wrong kind in a text: a blank, or a line in French; never an object of the program."""

import re
from pathlib import Path

from mandats import blocks
from mandats.build import examine
from mandats.problem import UnusableInput
from tests.hostile import ONE_LINE, RIGHT, Attempt, Dice, Outcome, wrong

ROOT = Path(__file__).parent.parent.parent
CASES = sorted((ROOT / "cases").glob("*.yaml"))
VALUE = re.compile(r"(?<=\w: )(?![|>{\[]|null)(?:\"[^\"\n]*\"|'[^'\n]*'|[^\s,{}\[\]#][^,{}\[\]\n]*)(?=[,}\n])")
INSIDE = re.compile(r" object at |\bBlank\b|\bNone\b|\bNoneType\b|<class|mandats\.\w|\w+\(\w+=|[\ud800-\udfff]")
# What a text may call, with every kind of thing in it.
THINGS = (
    "decision.piece", "decision", "requerant", "parties", "pieces_du_dossier", "pieces_du_dossier[0]", "[]", "[[]]",
    "none", "instance_fond.date", "instance_fond", "requerant.siren", "[requerant.siren]", "[requerant.siren, 'x']",
    "3", "'x'", "''", "traitement", "traitement.donnees", "traitement.donnees[0]", "traitement.donnees[99]",
    "affaire", "document", "true", "requerant.represente_par", "[decision]", "{'a': decision}", "requerant.siren[0]",
    "requerant.siren.lower()", "faits",
)  # fmt: skip
CALLS = (
    "piece({})", "piece('statuts', {})", "pieces({})", "pieces([{}])", "citation({})", "citation('cja-l521-1', {})",
    "citation([{}])", "norme({})", "norme('cja-l521-1', {})", "extrait({})", "reference({})", "connue({})",
    "nombre({})", "date({})", "{}", "{} | le", "{} | du", "{} | Au", "{} | upper", "{} | lower", "{} | majuscule",
    "{} | enumeration", "{} | date", "{} | join(', ')", "['a', {}] | join", "['a', {}] | enumeration",
    "['a', {}] | le", "'a' ~ {}", "{} ~ 'a'", "{} | accord('a', 'b')", "{} | verbe('a', 'b')", "{} | first",
    "{} | last", "{} | length", "{} | sort", "{} | int", "{} | list", "{} | unique | list", "{} + 'a'", "'a' in {}",
    "{} < 3", "{}.absent", "{}[7]", "{}()", "{} | map('upper') | list", "{} | default('a')", "-{}",
    "{} | map(attribute='nom') | join", "({}, {})",
)  # fmt: skip


def judge(case: Path, folder: Path) -> Outcome:
    try:
        examined = examine(case, folder)
        problems, documents = examined.problems, examined.documents
    except UnusableInput as error:
        problems, documents = error.problems, ()
    told = [str(p) for p in problems if INSIDE.search(p.message) or "\n" in p.message]
    words = [
        found[0]
        for d in documents
        for found in re.finditer(f".{{0,40}}(?:{INSIDE.pattern}).{{0,40}}", blocks.plain(d.blocks, True))
    ]
    if told or words:
        return wrong(f"{told} {words}")
    return ONE_LINE if any(p.gravite == "erreur" for p in problems) else RIGHT


def nulled(rng: Dice, folder: Path) -> Outcome:
    """A value of a sample is null."""
    source = rng.choice(CASES)
    text = source.read_text("utf-8")
    found = rng.choice(list(VALUE.finditer(text)))
    case = folder / "cases" / source.name
    case.parent.mkdir()
    case.write_text(text[: found.start()] + "null" + text[found.end() :], "utf-8")
    (case.parent / source.stem).symlink_to(source.with_suffix(""))
    outcome = judge(case, folder)
    return outcome if not outcome.detail else wrong(f"{source.name}: {found[0]}: {outcome.detail}")


def expressions(rng: Dice, folder: Path) -> Outcome:
    """A call, in a text, of something that is no text, or is missing."""
    call, thing = rng.choice(CALLS), rng.choice(THINGS)
    typed = "{{ " + call.replace("{}", thing) + " }}"
    golden = ROOT / "tests" / "golden" / "petit"
    case = folder / "case.yaml"
    text = (golden / "case.yaml").read_text("utf-8")
    case.write_text(
        text.replace("    moyens:\n", f'    moyens:\n      - {{titre: Essai, texte: "{typed}"}}\n', 1), "utf-8"
    )
    (folder / "case").symlink_to(golden / "case")
    for name in ("clauses", "templates"):
        if (golden / name).is_dir():
            (folder / name).symlink_to(golden / name)
    outcome = judge(case, folder)
    return outcome if not outcome.detail else wrong(f"{typed}: {outcome.detail}")


ATTEMPTS: dict[str, Attempt] = {f.__name__: f for f in (nulled, expressions)}
