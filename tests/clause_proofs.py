"""What is asked of any clause: what a dropped block leaves without the sentence it supposes; whom it names.

Values in, values out.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise

from mandats import blocks as ast
from mandats.bibliotheque.exemple import example_case, render_example
from mandats.bibliotheque.rapport import opening
from mandats.blocks import Node
from mandats.document import Clause, Library, LoadedCase

SENTENCE = re.compile(r"(?<=[.!?;])[\s\u00a0]+(?=[A-ZÀ-Ý«])")
PUNCTUATION = re.compile(r"[,;:.]\s*[,;:]|(?<!\.)\.\s*\.(?!\.)|\(\s*\)|« *»|\s,|^[\s,;:.)»]+")
KEPT = 40  # characters by which a sentence is known again: what follows may be cited in full, or no longer
Line = tuple[str, str]  # (kind of block, with the level of a heading; its words)
END: Line = ("titre 0", "")
# Who may hold a place in the argument, each of another name.
ACTEURS = {
    "requerant": "R-requérant", "responsable": "C-responsable", "prestataire": "S-sous-traitant",
    "auteur": "A-auteur", "destinataire": "D-destinataire", "autorite": "T-autorité", "juridiction": "J-juge",
    "plaignant": "P-plaignant", "intervenant": "I-intervenant",
}  # fmt: skip


def lines(nodes: Sequence[Node]) -> list[Line]:
    """The blocks of a rendered clause as (kind, words); a note that hangs on no word shows as « [note] »."""
    out: list[Line] = []
    for node in nodes:
        kind = node["t"]
        if kind == "Div":
            out += lines(node["c"][1])
        elif kind in ("Para", "Plain"):
            alone = next((n["t"] == "Note" for n in node["c"] if n["t"] not in ("Space", "SoftBreak")), False)
            out.append((kind, ("[note] " if alone else "") + _plain(node)))
        else:
            out.append((f"titre {node['c'][0]}" if kind == "Header" else kind, _plain(node)))
    return out


def _plain(node: Node) -> str:
    return " ".join(
        ast.plain(node, notes=False).replace("’", "'").replace("\u00a0", " ").replace("\u202f", " ").split()
    )


def flaws(whole: Sequence[Line], cut: Sequence[Line]) -> Iterator[str]:
    """What is wrong in a clause whose blocks were dropped, and was not when it had them all."""
    held = {(there[:KEPT], here[:KEPT]) for there, here in pairwise(["", *_sentences(whole)])}
    for there, here in pairwise(["", *_sentences(cut)]):
        if (word := opening(here)) and (there[:KEPT], here[:KEPT]) not in held:
            yield f"« {word} » suppose une phrase tombée : {here[:90]}"
    known = {(one[1][-KEPT:], two[0]) for one, two in pairwise([*whole, END])}
    for (kind, words), (after, _) in pairwise([*cut, END]):
        if kind.startswith("titre") and after.startswith("titre") and after <= kind:
            yield f"titre sans texte : {words}"
        elif words.endswith(":") and (words[-KEPT:], after) not in known:
            yield f"« : » sans suite : {words[-90:]}"
        if words.startswith("[note]"):
            yield f"note sans phrase : {words[:90]}"
        if kind in ("Para", "Plain") and (found := PUNCTUATION.search(words)):
            yield f"ponctuation « {found[0]} » : {words[max(0, found.start() - 40) : found.end() + 40]}"


def _sentences(found: Sequence[Line]) -> list[str]:
    return [sentence for _, words in found for sentence in SENTENCE.split(words) if sentence]


def actors(clause: Clause, library: Library) -> Mapping[str, Sequence[str]]:
    """Register → whom the clause names, in order, in a case where nobody holds two places."""
    found: dict[str, Sequence[str]] = {}
    for registre in clause.header.registres or ("rep", "plainte"):
        rendered, _ = render_example(clause, library, registre, loaded=_five())
        words = ast.plain(rendered.blocks, notes=True)
        found[registre] = re.findall("|".join(ACTEURS.values()), words)
    return found


@cache
def _five() -> LoadedCase:
    """The fictional case, where author, controller, processor, authority and recipient are five different persons."""
    loaded = example_case()
    case = loaded.case
    assert case.decision
    author = case.parties["responsable"].model_copy(update={"nom": "A", "type": "etat"})
    every = {**case.parties, "auteur": author, "destinataire": author}
    named = {key: party.model_copy(update={"nom": ACTEURS[key], "article": "aucun"}) for key, party in every.items()}
    order = case.documents[0]
    roles = {
        **order.roles, "defendeur": "auteur", "mis_en_cause": "responsable", "destinataire": "destinataire",
        "expediteur": "requerant", "demandeur": "requerant",
    }  # fmt: skip
    changed = {
        "parties": named,
        "decision": case.decision.model_copy(update={"auteur": "auteur"}),
        "documents": (order.model_copy(update={"roles": roles}),),
    }
    return replace(loaded, case=case.model_copy(update=changed))
