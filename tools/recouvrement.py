"""List the words that the sample cases share with articles: runs of eight or more, outside « » quotations.

    python tools/recouvrement.py DOSSIER [CASES]    the .txt and .md files of DOSSIER; CASES (default: cases/)

Facts are free, sentences are not: a run is rewritten, or put in « » with its source. The YAML, the prose and the
argument files are read as text, so a run may cross lines. Names and titles of the register (`clauses/sources/`), names
of parties and titles of pièces are nobody's sentence: their words do not count.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUN = 8
WORD = re.compile(r"[^\W_]+|⟂")
BREAK = " ⟂ "  # a word that no article holds
LEFT_OUT = re.compile(r"«[^»]*»|\{\{.*?\}\}|https?://\S+", re.S)
VALUE = r': *(?:"([^"]+)"|>-\s+([^:]+)\n *\w+:|([^,}\n]+))'
REGISTER = re.compile(r"\b(?:nom|titre|libelle|court|auteur|juridiction)" + VALUE)
CASE = re.compile(r"\b(?:nom|cle: [\w-]+,?\s+titre)" + VALUE)
Run = tuple[int, list[str]]  # line of its first word, its words


def words(text: str) -> list[str]:
    return WORD.findall(text.casefold())


def names(files: Iterable[Path], pattern: re.Pattern[str]) -> set[str]:
    """What the pattern captures, if it has two words or more, as its words joined by a space."""
    found = ("".join(filter(None, m.groups())) for file in files for m in pattern.finditer(file.read_text("utf-8")))
    return {" ".join(w) for name in found if len(w := words(name)) > 1}


def grams(article: str) -> Iterator[tuple[str, ...]]:
    read = words(article)
    return zip(*(read[i:] for i in range(RUN)), strict=False)


def shared(text: str, known: set[tuple[str, ...]], named: re.Pattern[str]) -> Iterator[Run]:
    """The runs of `text` all of whose eight-word windows are in `known`, and that have eight words outside names."""
    text = LEFT_OUT.sub(lambda left: BREAK + "\n" * left[0].count("\n"), text)
    inside = {i for match in named.finditer(text) for i in range(*match.span())}
    read = [(m[0].casefold(), m.start()) for m in WORD.finditer(text)]
    starts = [i for i in range(len(read)) if tuple(w for w, _ in read[i : i + RUN]) in known]
    while starts:
        first = starts[0]
        end = first + RUN
        while starts and starts[0] < end:
            end = starts.pop(0) + RUN
        run = read[first:end]
        if sum(place not in inside for _, place in run) >= RUN:
            yield text.count("\n", 0, run[0][1]) + 1, [word for word, _ in run]


def main(arguments: list[str]) -> int:
    folder, cases = Path(arguments[0]), Path(arguments[1]) if len(arguments) > 1 else ROOT / "cases"
    articles = [f for f in sorted(folder.rglob("*")) if f.suffix in (".txt", ".md") and f.name != "README.md"]
    if not articles:
        sys.exit(f"{folder}: no .txt or .md article")
    known = {gram for file in articles for gram in grams(file.read_text("utf-8"))}
    texts = [f for f in sorted(cases.rglob("*")) if f.suffix in (".yaml", ".md")]
    register = names((ROOT / "clauses" / "sources").glob("*.yaml"), REGISTER)
    listed = sorted(register | names(texts, CASE), key=len, reverse=True)
    named = re.compile(r"(?i)\b(?:" + "|".join(re.escape(n).replace(r"\ ", r"\W+") for n in listed) + r")\b")
    count = 0
    for file in texts:
        for line, run in shared(file.read_text("utf-8"), known, named):
            print(f"{file.relative_to(cases.parent)}:{line} · {len(run)} words · {' '.join(run)}")
            count += 1
    print(f"{count} runs of {RUN} words or more")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
