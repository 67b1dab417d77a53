"""Write tests/foreign/lecture/<case>.yaml: each sentence by which a clause speaks of the case, for a reader to judge.

Usage: python tools/lecture.py [CASE…]     (default: all of tests/foreign; what was judged is kept)

A sentence is one of a block `application`, `preuve` or `objection`, of the `consequence`, or of a clause that has no
block yet (`corps`). It is written once for a clause and a case, as printed, with the acts that print it; numbers of
pièces, which change from act to act, are left out. `support` says where it comes from, parts joined by « ; »:

- `paramètre X`, `clé X.Y`, `pièce Z`: what the case gives (a parameter of the clause, a key of the file, a pièce);
- `droit`: it states a rule, or who must prove, and no fact;
- `suite`: it draws the consequence of the sentences before it;
- `rien`: nothing in the case supports it; `explication` then says why it stands, else the clause is to be mended;
- `a-lire`: nobody has read it yet.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from mandats import blocks as ast
from mandats.blocks import Node
from mandats.build import examine
from mandats.document import Clause, Document, Item, Rendered
from mandats.parts import read_parts
from mandats.render.plan import render_document

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "foreign"
TARGET = FOLDER / "lecture"
READ = {"application", "preuve", "objection"}
UNREAD = "a-lire"
HEAD = "# Chaque phrase par laquelle une clause parle de l'affaire, et ce qui la soutient : voir tools/lecture.py.\n"
MARK = re.compile(r"⟦(/|[a-z0-9-]+/[a-z0-9-]+) ?([a-z-]*)⟧")
NUMBERS = re.compile(r"(?<=pièce n° )\d+|(?<=pièces n° )\d+(?:(?:, | et | à )\d+)*")
Judged = dict[str, list[dict[str, str]]]  # clause → its sentences in one case


def marked(clause: Clause) -> Clause:
    """The clause, where each block that is read stands between two paragraphs that name it."""

    def around(words: str, bloc: str) -> str:
        return f"\n\n⟦{clause.id} {bloc}⟧\n\n{words}\n\n⟦/⟧\n\n"

    lines = clause.corps.contenu.split("\n")
    if not clause.parts and clause.header.cause != "demande":
        lines = [around(clause.corps.contenu, "corps")]
    for part in clause.parts:
        if part.nom in READ:
            lines[part.debut - 1] += f"\n\n⟦{clause.id} {part.nom}⟧\n"
            lines[part.fin - 1] = "\n⟦/⟧\n\n" + lines[part.fin - 1]
    body = "\n".join(lines)
    header = clause.header
    if re.search(r"^\{\{ consequence \}\}$", body, re.M):  # not words in the middle of a sentence
        told = {registre: around(words, "consequence") for registre, words in header.registres.items()}
        header = header.model_copy(update={"registres": told})
    return replace(clause, header=header, corps=replace(clause.corps, contenu=body), parts=read_parts(body)[0])


def sentences(text: str) -> list[str]:
    """Its sentences. A space that does not break (« M. X », « art. L. 1 ») ends none.

    >>> sentences("Il est tard. On\u00a0p.\u00a04. « Oui. » Non (pièce\u00a0n°\u00a03).")
    ['Il est tard.', 'On p. 4.', '« Oui. » Non (pièce n° …).']
    """
    found = re.split(r"(?<=[.!?…]) +(?=[A-ZÀÂÇÉÈÊÎÔŒ«(])|\n+", text)
    plain = [re.sub(r"[\u00a0\u202f]", " ", one).strip() for one in found]
    return [NUMBERS.sub("…", one) for one in plain if one]


def printed(document: Document) -> Iterator[tuple[str, str, str]]:
    """(Clause, block, sentence), in reading order."""

    def change(items: tuple[Item, ...]) -> tuple[Item, ...]:
        return tuple(replace(item, clause=marked(item.clause)) if item.clause else item for item in items)

    sections = {name: change(items) for name, items in document.sections.items()}
    answers = tuple((argument, change(items)) for argument, items in document.reponses)
    rendered, _ = render_document(replace(document, sections=sections, reponses=answers))
    opened: list[tuple[str, str]] = []
    held: list[str] = []
    for words in paragraphs(rendered.blocks):
        before, *marks = MARK.split(words)
        held.append(before.strip())
        for clause, bloc, after in zip(marks[::3], marks[1::3], marks[2::3], strict=True):
            if opened:
                yield from ((*opened[-1], one) for one in sentences(joined(held)))
            held = [after.strip()]
            if clause == "/":
                opened.pop()
            else:
                opened.append((clause, bloc))


def paragraphs(blocks: list[Node]) -> Iterator[str]:
    """The words of each paragraph, list item and cell; neither notes nor headings."""
    body = ast.rewrite(blocks, lambda node: [] if node["t"] in ("Note", "Header") else None)
    return (ast.plain(node["c"]) for node in ast.walk(body) if node["t"] in ("Para", "Plain"))


def joined(paragraphs: list[str]) -> str:
    """One text, where a list goes on with the sentence that announces it."""
    return re.sub(r"(?<=[.!?»])\n", "\n\n", "\n".join(paragraphs)).replace(":\n", ": ").replace(";\n", "; ")


def acts(case: Path) -> list[Rendered]:
    """The acts of a case; a form has no clause."""
    found = examine(case, FOLDER)
    return [one for one in found.documents if one.document.template.header.genre != "formulaire"]


def reading(rendered: list[Rendered], judged: Judged) -> Judged:
    """What the acts print, each sentence with what was judged of it, or to be read."""
    known = {(cle, one["phrase"]): one for cle, held in judged.items() for one in held}
    found: dict[tuple[str, str], dict[str, str]] = {}
    for one in rendered:
        nom = one.document.nom
        for cle, bloc, phrase in printed(one.document):
            entry = found.setdefault((cle, phrase), {"phrase": phrase, "bloc": bloc, "actes": nom})
            if nom not in entry["actes"].split(", "):
                entry["actes"] += f", {nom}"
    out: Judged = {}
    for key, entry in sorted(found.items(), key=lambda pair: pair[0][0]):
        before = known.get(key, {})
        entry["support"] = before.get("support", UNREAD)
        if "explication" in before:
            entry["explication"] = before["explication"]
        out.setdefault(key[0], []).append(entry)
    return out


def parameters(case: Path) -> dict[str, set[str]]:
    """Clause → the parameters that one of its uses in the case gives."""
    found: dict[str, set[str]] = {}
    for one in acts(case):
        for item in one.document.items():
            if item.clause:
                found.setdefault(item.clause.id, set()).update(item.moyen.avec)
    return found


def stands(support: str, given: dict[str, Any], avec: set[str]) -> bool:
    """Whether what a sentence rests on is there: `given`, the case's file; `avec`, the clause's parameters."""
    kind, _, name = support.partition(" ")
    match kind:
        case "paramètre":
            return name in avec
        case "pièce":
            return any(name == piece["cle"] for piece in given.get("pieces", []))
        case "clé":
            return any(_has(root, name.split(".")) for root in (given, *({"document": d} for d in given["documents"])))
        case _:
            return support in ("droit", "suite", "rien")


def _has(value: Any, path: list[str]) -> bool:
    for part in path:
        if not isinstance(value, dict) or value.get(part) is None:
            return False
        value = value[part]
    return True


def page(judged: Judged) -> str:
    return HEAD + yaml.safe_dump(judged, allow_unicode=True, sort_keys=False, width=118)


def read(case: Path) -> Judged:
    """What was judged of a case; nothing yet when it has no file."""
    target = TARGET / case.name
    found: Any = yaml.safe_load(target.read_text("utf-8")) if target.exists() else None
    return found or {}


def main(arguments: list[str]) -> None:
    for case in [Path(name) for name in arguments] or sorted(FOLDER.glob("*.yaml")):
        judged = reading(acts(case), read(case))
        (TARGET / case.name).write_text(page(judged), "utf-8")
        entries = [one for held in judged.values() for one in held]
        print(f"{case.stem} : {len(entries)} phrases, dont {sum(e['support'] == UNREAD for e in entries)} à lire")


if __name__ == "__main__":
    main(sys.argv[1:])
