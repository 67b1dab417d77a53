"""Markdown in every field that takes text: both formats say the same words, or the line is refused before any engine.

`commonmark`: the examples of the specification, twenty sections a document. `accepted`: a whole case drawn from a
grammar of French legal prose, where every field begins or ends with a sign that typst or Word might take for markup.
`refused`: one thing that the guide does not accept, in an accepted prose. `typed`: characters of every script.
"""

import html
import itertools
import json
import random
import re
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin

from mandats import readback
from mandats.build import examine, write_document
from mandats.intake import Entrance, is_odd
from mandats.problem import Problem
from mandats.write import glyphes
from tests.conftest import ROOT
from tests.hostile import ONE_LINE, RIGHT, Attempt, Outcome, wrong

DATA = Path(__file__).with_name("data")
SPEC: list[str] = json.loads((DATA / "commonmark-spec.json").read_text("utf-8"))

# --- a case ----------------------------------------------------------------------------------------------------------


def write_case(folder: Path, proses: list[str], **fields: Any) -> Path:
    """A whole request, with a section for each prose. `fields` replace those of the case that take one line."""
    said = {
        "titre": "Affaire", "lieu": "Ville", "nom": "A. Exemple", "adresse": "1, rue Neuve", "qualite": "maire",
        "objet": "le refus", "piece": "Décision", "autre": "Courriel", "fait": "la commune refuse",
        "conclusion": "annuler le refus ;", "moyen": "Un moyen", "finalite": "voir",
    } | fields  # fmt: skip
    case = {
        "titre": said["titre"],
        "date": "2026-11-22",
        "lieu": said["lieu"],
        "parties": {
            "a": {"type": "personne-physique", "nom": said["nom"], "adresse": said["adresse"]},
            "c": {
                "type": "commune",
                "nom": "Ville",
                "article": "la",
                "genre": "f",
                "adresse": said["adresse"],
                "represente_par": {"nom": said["nom"], "qualite": said["qualite"]},
            },
            "t": {"type": "juridiction", "nom": "tribunal administratif", "article": "le", "adresse": said["adresse"]},
        },
        "traitement": {"nom": "caméras", "finalite": said["finalite"], "responsable": "c", "regime": "rgpd"},
        "decision": {
            "auteur": "c", "date": "2026-11-16", "notifiee_le": "2026-11-16", "nature": "explicite",
            "objet": said["objet"], "piece": "decision",
        },
        "pieces": [
            {"cle": "decision", "titre": said["piece"], "date": "2026-11-16", "fichier": "1.pdf"},
            {"cle": "autre", "titre": said["autre"], "date": "2026-11-17", "fichier": "2.pdf"},
        ],
        "faits": [{"fait": said["fait"], "date": "2026-11-16", "pieces": ["decision", "autre"]}],
        "documents": [
            {
                "modele": "requete-rep",
                "roles": {"requerant": "a", "defendeur": "c", "juridiction": "t"},
                "recevabilite": [{"titre": said["moyen"], "texte": "Le recours est recevable."}],
                "moyens": [
                    {"titre": said["moyen"] if i else "Moyen", "prose": f"{i}.md"} for i, _ in enumerate(proses)
                ],
                "conclusions": [
                    {"texte": said["conclusion"]},
                    {"texte": "mettre à la charge de la commune 1 500 euros au titre de l'article L. 761-1."},
                ],
            }
        ],
    }  # fmt: skip
    pieces = folder / "case" / "pieces"
    pieces.mkdir(parents=True, exist_ok=True)
    for i, prose in enumerate(proses):
        (folder / "case" / f"{i}.md").write_text(prose, "utf-8")
    for i in (1, 2):
        source = ROOT / "tests" / "golden" / "petit" / "case" / "pieces" / "01-decision.pdf"
        (pieces / f"{i}.pdf").write_bytes(source.read_bytes() + b"%" * i)
    path = folder / "case.yaml"
    path.write_text(json.dumps(case, ensure_ascii=False), "utf-8")
    return path


TOLD = "markdown", "caractere-non-imprimable"


def told(problems: tuple[Problem, ...]) -> list[Problem]:
    return [p for p in problems if p.id == "markdown"]


# --- what a parser of its own reads, to know that nothing is lost --------------------------------------------------

_ORACLE = MarkdownIt("commonmark").enable("table").disable("code").use(footnote_plugin)


def letters(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text)
    return "".join(c for c in folded if c.isalpha() or unicodedata.category(c)[0] == "S")


def words_of(prose: str) -> Iterator[str]:
    """The words of each block of a prose as HTML would show them, notes among them, letters and symbols alone."""
    shown = re.sub(
        r'<sup class="footnote-ref">.*?</sup>|<a[^>]*class="footnote-backref".*?</a>', "", _ORACLE.render(prose)
    )
    shown = re.sub(r"</?(?:em|strong|code|a|br|sup)\b[^>]*>", "", shown)
    for block in re.split(r"<[^>]*>", shown.replace("{-}", "")):
        if found := letters(html.unescape(block)):
            yield found


def judge(rendered: Any, proses: list[str]) -> str:
    """What is wrong with a document: a difference between its formats, or words that it lost."""
    made, differences = write_document(rendered)
    if differences:
        return f"the formats differ: {differences}"
    read = readback.read_docx(made["docx"])
    said = letters("".join(line for _, line in read.lines)) + "\n" + "\n".join(letters(n) for n in read.notes)
    lost = [w for prose in proses for w in words_of(prose) if w not in said]
    return f"words lost: {lost}" if lost else ""


def smallest(proses: list[str], wrong_with: Callable[[list[str]], str]) -> tuple[list[str], str]:
    """A few of the proses that are still wrong together, and how."""
    said = wrong_with(proses)
    while len(proses) > 1:
        middle = len(proses) // 2
        for half in (proses[:middle], proses[middle:]):
            if found := wrong_with(half):
                proses, said = half, found
                break
        else:
            break
    return proses, said


# --- the specification -----------------------------------------------------------------------------------------------


def commonmark(rng: random.Random, folder: Path) -> Outcome:
    """Some examples, each alone in its section: those that are refused are refused at their line, others are built."""
    return examples(rng.sample(SPEC, 20), folder)


def examples(chosen: list[str], folder: Path) -> Outcome:
    found = examine(write_case(folder, chosen), folder)
    refused = {
        Path(p.place.fichier).stem: p for p in found.problems if p.id in ("markdown", "caractere-non-imprimable")
    }
    for name, problem in refused.items():
        if problem.place.ligne > chosen[int(name)].count("\n") + 1 or "\n" in str(problem):
            return wrong(f"{chosen[int(name)]!r}: refused elsewhere: {problem}")
    kept = [prose for i, prose in enumerate(chosen) if str(i) not in refused]

    def wrong_with(proses: list[str]) -> str:
        document = examine(write_case(folder, proses), folder).documents[0]
        return judge(document, proses)

    if kept and wrong_with(kept):
        return wrong(repr(smallest(kept, wrong_with)))
    return RIGHT if kept else ONE_LINE


# --- a grammar of legal prose ----------------------------------------------------------------------------------------

WORDS = re.split(
    r"\s+",
    """la commune le préfet l'arrêté refuse oppose déploie caméras données durée finalité proportionnée nécessaire loi
    article 5 décret n° 78-17 du 1er janvier 1978 aux termes selon lequel or toutefois d'une part aujourd'hui qu'il
    Conseil d'État M. Exemple S.A. 12 h 30 3 ans 1 500 euros 15 % XIXe siècle cœur où naïf ; : ! ? ( ) etc.""",
)
# What typst, Word or a parser might take for its own, as a drafter may type it anywhere.
SIGNS = (
    "+", "=", "==", "/ x : y", "/", "-", "–", "--", "---", "...", "1.", "1)", "a)", "#", "#set", "$", "$x$", "@ref",
    "/*", "*/", "//", "~", "'", '"', "5'", "6\"", "\\\\", "\\#", "\\`", "_", "*", "**", "^", "%", "&", "|", "[", "]",
    "[x]", "!", "https://exemple.fr/a_b--c?d=1&e='f'", "x_y@exemple.fr", "www.exemple.fr", "ﬁn", "co\u00adupé",
    "\u00a0\u00a0\u00a0", "ß", "שלום עולם", "e\u0301", "œ", "Ω", "½", "nᵒˢ", "²", "µ", "‑", "‐", "·", "•", "…", "’",
    "“", "”", "anticonstitutionnel" * 8, "\u200e", "\u200b",
    "-9", "−9", "9-", "a_b_c", "5*3*2", "=>", "->", "C:\\\\dossier", "&amp;", "&eacute;", "\\&", "\u202f:", "\u2003",
)  # fmt: skip
RAW = (
    *SIGNS,
    "`",
    "<label>",
    "<b>",
    "</w:t>",
    "&lt;",
    "[^1]",
    "![i](j)",
    "[l](m)",
    "{{",
    "}}",
    "{%",
    "<!--",
    "]]>",
    "\\",
    "#{-}",
)


HEADED = re.compile(r"^( *(?:(?:[-+*>]|\d+[.)]) +)+)(#{1,6}(?: |$))", re.M)


class Drafter:
    """Draws proses and one-line texts; `used` names the constructs it drew."""

    def __init__(self, rng: random.Random):
        self.rng, self.used, self.notes, self.count = rng, set[str](), list[str](), itertools.count()

    def line(self, signs: tuple[str, ...] = SIGNS) -> str:
        """Words with a few signs: at their head, their end, after an apostrophe, or anywhere."""
        words = self.rng.choices(WORDS, k=self.rng.randint(2, 9))
        for _ in range(self.rng.randint(0, 3)):
            at, sign = self.rng.choice((0, len(words), self.rng.randrange(len(words)))), self.rng.choice(signs)
            words.insert(at, self.rng.choice((sign, sign, f"l'{sign}", f"{sign}mot", f"({sign})")))
        return " ".join(words)

    def inline(self) -> str:
        return " ".join(self.pick(INLINES) for _ in range(self.rng.randint(1, 4)))

    def pick(self, among: dict[str, Callable[["Drafter"], str]]) -> str:
        name = self.rng.choice(list(among))
        self.used.add(name)
        return among[name](self)

    def note(self, *more: str) -> str:
        label = f"n{next(self.count)}"
        self.notes.append(f"[^{label}]: " + "\n\n    ".join([f"Note {self.line()}", *more]))
        return f"mot[^{label}]"

    def twice(self) -> str:
        call = self.note()
        return f"{call} et {call}"

    def reference(self) -> str:
        label = f"r{next(self.count)}"
        self.notes.append(f"[{label}]: https://exemple.fr/{label}")
        return f"[renvoi][{label}]"

    def fence(self) -> str:
        lines = [self.line().replace("`", "") for _ in range(3)]
        return "\n".join(["```", *lines, "```"])

    def table(self, align: str = "---") -> str:
        columns = self.rng.randint(1, 5)
        rows = [[self.inline().replace("\n", " ").replace("|", "\\|") for _ in range(columns)] for _ in range(3)]
        rows.append([""] * (columns - 1))
        return "\n".join("| " + " | ".join(row) + " |" for row in [rows[0], [align] * columns, *rows[1:]])

    def block(self, name: str | None = None) -> str:
        """One of any kind, or of this one. « # » at the head of an item or a quotation would be a refused heading."""
        return HEADED.sub(r"\1mot \2", BLOCKS[name](self) if name else self.pick(BLOCKS))

    def prose(self) -> str:
        self.notes = []
        blocks = [self.block() for _ in range(self.rng.randint(1, 4))]
        return "\n\n".join([*blocks, *self.notes]) + "\n"


def indent(text: str, by: str = "  ") -> str:
    return text.replace("\n", "\n" + by)


INLINES: dict[str, Callable[[Drafter], str]] = {
    "mots": lambda d: d.line(),
    "italique": lambda d: f"*mot {d.line()} mot*",
    "gras": lambda d: f"**mot {d.line()} mot**",
    "italique et gras": lambda d: "***mot*** et **mot *mot* mot**",
    "code": lambda d: f"``mot {d.line().replace('`', '')} mot``",
    "lien": lambda d: f"[mot *{d.rng.choice(WORDS)}*](https://exemple.fr/a_(b)?c=1&d=~e)",
    "lien par renvoi": Drafter.reference,
    "adresse": lambda d: "<https://exemple.fr/x_y?z=1&t=[2]> et <contact@exemple.fr>",
    "coupure par barre": lambda d: f"mot\\\nmot {d.line()}",
    "coupure par espaces": lambda d: f"mot  \nmot {d.line()}",
    "coupure par balise": lambda d: "mot<br>mot<br/>mot",
    "retour à la ligne": lambda d: f"mot\nmot {d.line()}",
    "entité": lambda d: "&eacute; &nbsp; &#233; &#x2019; &lt;mot&gt; &amp;",
    "signe échappé": lambda d: "\\<mot\\> \\*mot\\* \\[mot\\] \\# \\` \\_ \\& \\[^1]",
    "note": Drafter.note,
    "note appelée deux fois": Drafter.twice,
    "note de deux alinéas": lambda d: d.note(f"Mot {d.line()}"),
    "note en ligne": lambda d: f"mot^[mot {d.rng.choice(WORDS)}]",
}  # fmt: skip
BLOCKS: dict[str, Callable[[Drafter], str]] = {
    "alinéa": lambda d: d.inline(),
    "alinéa qui commence par un signe": lambda d: f"{d.rng.choice(SIGNS)} {d.line()}",
    "alinéa sans numéro": lambda d: f"Mot {d.line()} mot {{-}}",
    "suite d'une citation": lambda d: f"> Mot {d.line()}\n\net la suite {d.inline()}",
    "suite d'une liste": lambda d: f"- mot {d.line()}\n- mot\n\net la suite {d.inline()}",
    "titre": lambda d: f"#### Mot {d.line()}",
    "titres de deux niveaux": lambda d: f"# Mot {d.line()}\n\n## Mot {d.line()}",
    "titre souligné": lambda d: f"Mot {d.rng.choice(WORDS)}\n===",
    "titre sans numéro": lambda d: "#### Mot {-}",
    "titre avec note": lambda d: f"#### Mot {d.note()}",
    "liste": lambda d: "\n".join(f"- {indent(d.inline())}" for _ in range(3)),
    "liste numérotée": lambda d: "\n".join(f"{i}. {indent(d.inline(), '   ')}" for i in (1, 2, 3)),
    "liste numérotée d'un autre rang": lambda d: "\n".join(f"{i}) {indent(d.inline(), '   ')}" for i in (4, 5)),
    "liste dans une liste": lambda d: f"- mot\n  - {indent(d.inline(), '    ')}\n    1. mot\n       - {d.line()}",
    "liste sans mots avant une liste": lambda d: f"- - mot {d.line()}\n  - 1. mot\n- > > - mot",
    "point de plusieurs alinéas": lambda d: f"- mot {d.line()}\n\n  mot {d.line()}\n\n  mot\n- mot",
    "point avec citation": lambda d: f"- mot\n\n  > mot {d.line()}\n\n- > mot {d.line()}",
    "point vide": lambda d: f"- mot {d.line()}\n-\n- mot",
    "point avec tableau": lambda d: f"- mot :\n\n  {indent(d.table())}\n\n- mot",
    "point avec code": lambda d: f"- {indent(d.fence())}\n- mot\n\n  {indent(d.fence())}",
    "citation": lambda d: f"> {indent(d.inline(), '> ')}",
    "citation de plusieurs alinéas": lambda d: f"> Mot {d.line()}\n>\n> mot {d.inline().replace(chr(10), ' ')}",
    "liste dans une citation": lambda d: f"> mot\n>\n> - mot {d.line()}\n> - mot\n>\n> mot",
    "citation dans une citation": lambda d: f"> mot\n>\n> > mot {d.line()}",
    "tableau dans une citation": lambda d: f"> {indent(d.table(), '> ')}",
    "tableau": Drafter.table,
    "tableau aligné": lambda d: d.table(d.rng.choice((":--", ":-:", "--:"))),
    "tableau avec note": lambda d: f"| Mot | {d.note()} |\n|---|---|\n| {d.note()} | {d.line().replace('|', '')} |",
    "tableau haut": lambda d: f"| Mot | Mot |\n|---|---|\n| {'mot ' * 900} | mot |\n| mot | mot |",
    "code en bloc": Drafter.fence,
    "trait": lambda d: "***",
}  # fmt: skip
ACCEPTED = frozenset(INLINES) | frozenset(BLOCKS)
FIELDS = ("titre", "lieu", "nom", "adresse", "qualite", "objet", "piece", "autre", "finalite")  # values: not Markdown
MARKED = ("fait", "moyen")  # one line of Markdown


def draw_case(rng: random.Random) -> tuple[list[str], dict[str, str], set[str]]:
    """Proses, the texts of the other fields, and the constructs used."""
    drafter = Drafter(rng)
    proses = [drafter.prose() for _ in range(6)]
    fields = {name: drafter.line(RAW) for name in FIELDS} | {name: drafter.line() for name in MARKED}
    fields["conclusion"] = f"annuler {drafter.line()}"
    return proses, fields, drafter.used


def accepted(rng: random.Random, folder: Path) -> Outcome:
    proses, fields, _ = draw_case(rng)

    def wrong_with(some: list[str], **said: str) -> str:
        found = examine(write_case(folder, some, **said), folder)
        return str(found.errors) if found.errors else judge(found.documents[0], some)

    if not (said := wrong_with(proses, **fields)):
        return RIGHT
    if wrong_with(proses):
        return wrong(repr(smallest(proses, wrong_with)))
    for name, text in fields.items():
        if alone := wrong_with(["Mot."], **{name: text}):
            return wrong(f"{name}: {text!r}: {alone}")
    return wrong(f"{fields!r}: {said}")


# --- what is refused -------------------------------------------------------------------------------------------------

REFUSED = {  # what is written, by the words of the answer
    "image": ("![mot](https://exemple.fr/a.png)", "mot ![mot](a.png) mot"),
    "balise": ("<b>mot</b>", "mot <u>mot", "<div>\nmot\n</div>", "<!-- mot -->", "M. <nom> mot", "<script>x</script>"),
    "lien": ("[mot](page.html)", "[mot](/url)", "[mot](javascript:a(1))", "[mot](#ancre)", "[mot]()", "[mot](ftp:a)"),
    "sans sa note": ("mot[^absente]", "- mot[^absente]", "| a |\n|---|\n| mot[^absente] |"),
    "jamais appelée": ("[^perdue]: Mot.", "mot[^double]\n\n[^double]: Un.\n\n[^double]: Deux."),
    "note dans une note": ("mot[^n]\n\n[^n]: Mot[^n].", "mot^[mot^[mot]]", 'mot^[mot {{ citation("rgpd-5-2") }}]'),
    "des paragraphes": ("mot[^liste]\n\n[^liste]: - mot", "mot[^vide]\n\n[^vide]:"),
    "titre": ("- # Mot", "> ## Mot", "1. mot\n\n   Mot\n   ---"),
    "l'une dans l'autre": ("> " * 9 + "mot", " ".join("-" * 9) + " mot"),
    "mal formé": ("| a | b |\n|---|\n| c | d |", "|a|b|\n|---|---|\n| c | d | e |", "> | a |\n> |---|\n> | b | c |"),
    "colonnes": ("|" + " a |" * 13 + "\n|" + "---|" * 13,),
    "jamais employée": ("[perdu]: https://exemple.fr", "[d]\n\n[d]: https://a.fr\n[d]: https://b.fr"),
    "ne s'imprime pas": ("&#xE000;5&#xE001;", "mot &#xF8FF; mot", "&#xFFFF;"),
    "accents graves": ('`{{ piece("decision") }}`', '```\n{{ piece("decision") }}\n```'),
}  # fmt: skip


def refused(rng: random.Random, folder: Path) -> Outcome:
    """One thing that is not accepted, in a prose that is: it is told once, at its lines, and no engine is started."""
    drafter = Drafter(rng)
    words, texts = rng.choice(list(REFUSED.items()))
    before, text, after = drafter.prose() + "\nMot.\n", rng.choice(texts), f"Mot {rng.choice(WORDS)}\n"
    started: list[Any] = []
    case = write_case(folder, [f"{before}\n{text}\n\n{after}"])
    problems = told(examine(case, folder, start=started.append).problems)
    first = before.count("\n") + 2
    inside = [p for p in problems if first <= p.place.ligne <= first + text.count("\n") and words in p.message]
    if not inside or len(inside) != len(problems) or started or "\n" in "".join(map(str, problems)):
        return wrong(f"{before!r} {text!r}: {[str(p) for p in problems]}, {len(started)} started")
    return ONE_LINE


# --- every character -------------------------------------------------------------------------------------------------

RANGES = [
    [int(end, 16) for end in part.split("-")]
    for part in (Path(glyphes.__file__).with_suffix(".txt")).read_text().split()
]
DRAWN = [chr(c) for ends in RANGES for c in range(ends[0], ends[-1] + 1)]
TYPED = [c for c in DRAWN if unicodedata.category(c)[0] in "LMNPS" and (ord(c) > 127 or c.isalnum())]
UNDRAWN = [
    c
    for c in sorted(set(map(chr, range(0x250, 0x20000))) - set(DRAWN))
    if unicodedata.category(c)[0] in "LS" and not is_odd(c, Entrance.PROSE)
]


def typed(rng: random.Random, folder: Path) -> Outcome:
    """Characters of every script that the fonts draw and `intake` keeps: both formats hold them."""
    chosen = [c for c in rng.sample(TYPED, 60) if not is_odd(c, Entrance.PROSE)]

    def wrong_with(some: list[str]) -> str:
        return judge(examine(write_case(folder, some), folder).documents[0], some)

    proses = [f"mot {c} mot{c}mot {c}\n" for c in chosen]
    if wrong_with(proses):
        return wrong(repr(smallest(proses, wrong_with)))
    return RIGHT


def undrawn(rng: random.Random, folder: Path) -> Outcome:
    """A character that no font draws: told where it was typed, whatever the field."""
    char, field = rng.choice(UNDRAWN), rng.choice([*FIELDS, *MARKED, "conclusion", ""])
    case = write_case(folder, ["Mot.\n\nMot " + ("" if field else char)], **({field: f"mot {char}"} if field else {}))
    started: list[Any] = []
    problems = [p for p in examine(case, folder, start=started.append).problems if p.id == "caractere-non-imprimable"]
    if field in ("qualite", "lieu", "titre", "finalite") and not problems:
        return RIGHT  # not printed by this document, or in its margin
    lines = Path(problems[0].place.fichier).read_text("utf-8").split("\n") if problems else [""]
    shown = lines[problems[0].place.ligne - 1][problems[0].place.colonne - 1 :] if problems else ""
    if len(problems) != 1 or not shown.startswith(char) or started:
        return wrong(f"{field} {char!r}: {[str(p) for p in problems]}")
    return ONE_LINE


ATTEMPTS: dict[str, Attempt] = {
    "commonmark": commonmark, "accepted": accepted, "refused": refused, "typed": typed, "undrawn": undrawn
}  # fmt: skip
