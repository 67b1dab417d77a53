"""French typography in a drafter's prose: what a printer sets, between any words; another's words are left alone."""

from __future__ import annotations

from pathlib import Path

from mandats.blocks import Node
from mandats.render.markdown import Reader
from mandats.render.typography import NBSP, NNBSP, correct, french
from tests.hostile import RIGHT, Attempt, Dice, Outcome, wrong


# (typed, printed): ~ a no-break space, _ a thin one, ^ before raised letters.
def table(text: str) -> list[tuple[str, str]]:
    return [tuple(cell.strip().split(" → ")) for line in text.strip().split("\n") for cell in line.split(" | ")]


SPACED = table("""
3 ans → 3~ans | 10 km → 10~km | 12 h 30 → 12~h~30 | 20 h → 20~h | 1 500 euros → 1_500~euros
10 000 € → 10_000~€ | 20€ → 20~€ | 15% → 15~% | 15 % → 15~% | 0,5% → 0,5~% | 5°C → 5~°C
M. le préfet → M.~le préfet | MM. Untel → MM.~Untel | Mme la maire → Mme~la maire | Me Robe → Me~Robe
Mmes Une et Deux → Mmes~Une et Deux | Dr House → Dr~House | N° 12 → N°~12 | n°12 → n°~12 | p. 12 → p.~12
pp. 3-5 → pp.~3-5 | art. L. 1 → art.~L.~1 | al. 3 → al.~3 | § 4 → §~4 | §4 → §~4 | 3 mai → 3~mai
cf. infra → cf.~infra | v. supra → v.~supra | 2 millions d'euros → 2~millions d’euros
six mois et 2 jours → six mois et 2~jours | le 1er mai → le 1^er~mai | 12 m² → 12~m² | 64 Go → 64~Go
n°s 440442 et 440445 → n^os~440442 et 440445 | nos 440442, 440445 → n^os~440442, 440445
N°s 12 et 13 → N^os~12 et 13 | nos 12 adhérents → nos 12 adhérents | nos amis → nos amis
article 5 de la loi → article~5 de la loi | le 3 m'a dit → le 3 m’a dit | XIXe siècle → XIX^e~siècle
""")
CORRECTED = table("""
la 1ère fois → la 1^re fois | le 2ème jour → le 2^e jour | le 3eme étage → le 3^e étage
le XIXème siècle → le XIX^e~siècle | les 1ers jours → les 1^ers jours | les 1ères fois → les 1^res fois
la 2ième → la 2^e | le 2nd degré → le 2^d degré | la 2nde partie → la 2^de partie | etc... → etc.
des faits, etc… → des faits, etc. | etc.... → etc. | le 21ème siècle → le 21^e~siècle
Ière partie → I^re partie | les 2èmes → les 2^es
""")
KEPT = ("https://exemple.fr/1ère?a=15%", "1ere@exemple.org", "Vers midi", "la première", "Ver", "un mètre", "CM2")
BEFORE, AFTER = (
    ("Il note que ", "Or, ", "(", "En effet : ", "Voir "),
    (".", " ; il le dit.", ", dit-il", " et la suite."),
)


def flat(nodes: list[Node]) -> str:
    out = ""
    for node in nodes:
        kind, content = node["t"], node.get("c")
        if kind in ("Para", "Plain", "BlockQuote", "Emph", "Strong"):
            out += flat(content)
        else:
            out += "^" + flat(content) if kind == "Superscript" else content if kind == "Str" else " "
    return out.replace(NBSP, "~").replace(NNBSP, "_")


def read(source: str) -> str:
    return flat(Reader(source, lambda index: []).blocks())


def set_as_printed(rng: Dice, folder: Path) -> Outcome:
    typed, printed = rng.choice((*SPACED, *CORRECTED, *((w, w) for w in KEPT[2:])))
    before, after = rng.choice(BEFORE), rng.choice(AFTER)
    if printed.endswith(".") and after.startswith("."):
        after = ""
    said = read(before + typed + after)
    return RIGHT if printed in said else wrong(f"{before + typed + after!r}: {said!r}, for {printed!r}")


def quoted(rng: Dice, folder: Path) -> Outcome:
    """Between guillemets, across emphasis, in a block of quotation: the letters stay another's."""
    typed, printed = rng.choice(CORRECTED)
    made, letters = printed.replace("^", ""), "".join(c for c in typed if c.isalnum())
    source = rng.choice(
        (f"Il dit : « {typed} ».", f"Il dit : « *{typed}* ».", f"> {typed}", f"Il dit : « oui, **{typed}** » puis.",
         f"> un\n> {typed} deux", f"Il dit : “{typed}”.", f'Il dit : "{typed}".', f"Il dit : « {typed}")
    )  # fmt: skip
    said = read(source).replace("^", "")
    kept = letters in "".join(c for c in said if c.isalnum()) and (
        "etc" not in typed or "etc…" in said or "etc…." in said
    )
    return RIGHT if kept else wrong(f"{source!r}: {said!r} ({made!r})")


def random_text(rng: Dice, folder: Path) -> Outcome:
    """Whatever the order of the pieces: twice is once, and no letter is lost but those corrected."""
    pieces = [w for pair in (*SPACED, *CORRECTED) for w in pair[:1]] + [*KEPT, " ", ",", "«", "»", "n°", "M.", "'", "!"]
    text = " ".join(rng.choices(pieces, k=rng.randrange(1, 12)))
    once = french(correct(text))
    if french(correct(once)) != once:
        return wrong(f"{text!r}: {once!r} then {french(correct(once))!r}")
    spaced = french(text)
    bare = [
        [c for c in t.replace("...", "…").replace("'", "’") if not c.isspace() and c not in "°os"]
        for t in (text, spaced)
    ]
    return RIGHT if bare[0] == bare[1] else wrong(f"{text!r}: {spaced!r}")


ATTEMPTS: dict[str, Attempt] = {"set-as-printed": set_as_printed, "quoted": quoted, "random-text": random_text}
