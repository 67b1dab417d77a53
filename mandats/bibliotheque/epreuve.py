"""Proof that a clause fits any case: what it says in two cases that share no value.

The second case is made from the first, `clauses/exemple.yaml`, by the types of what it holds: what stays the same in
both was in the clause.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

from mandats import blocks as ast
from mandats.bibliotheque.exemple import example_case, render_example
from mandats.document import Clause, Library, LoadedCase
from mandats.keys import POSITIONS

APPLICATION = "application"  # the block that says what the norm makes of the facts
SENTENCE = re.compile(r"(?<=[.!?;])\s+(?=[A-ZÀ-Ý«{])")
NAME = re.compile(r"(?:(?:de |à )?(?:le|la|les|l'|du|des|au|aux) ?)?\{\}", re.I)


def constant_sentences(clause: Clause, library: Library) -> list[str]:
    """The sentences of application that say the same in both cases, once names are masked: they read nothing."""
    if not any(part.nom == APPLICATION for part in clause.parts):
        return []
    alone = replace(clause, corps=replace(clause.corps, contenu=_only(clause, APPLICATION)))
    found: dict[str, None] = {}
    for regime in clause.header.regimes:
        one = _sentences(alone, library, regime, example_case())
        given = {**clause.header.exemple, **dict(_other_values(clause))}
        other = replace(alone, header=clause.header.model_copy(update={"exemple": given}))
        found |= dict.fromkeys(s for s in one if s in {*_sentences(other, library, regime, other_case())})
    return list(found)


def _only(clause: Clause, nom: str) -> str:
    """The body without what stands outside the blocks of that name, but for what the clause computes."""
    lines = clause.corps.contenu.split("\n")
    kept = {at for part in clause.parts if part.nom == nom for at in range(part.debut - 1, part.fin)}
    computed = re.compile(r"\{%-? *set .*%\}")
    return "\n".join(line if at in kept or computed.fullmatch(line) else "" for at, line in enumerate(lines))


def _sentences(clause: Clause, library: Library, regime: str, loaded: LoadedCase) -> list[str]:
    """What the clause says, sentence by sentence, without titles (also those in italics), names masked."""
    rendered, _ = render_example(clause, library, "rep", regime, loaded)
    nodes = ast.rewrite(rendered.blocks[0]["c"][1], lambda n: [] if n["t"] in ("Header", "Emph") else None)
    words = " ".join(ast.plain(nodes).replace("’", "'").replace("\u00a0", " ").replace("\u202f", " ").split())
    for name in _names(loaded):
        words = words.replace(name, "{}").replace(name[:1].upper() + name[1:], "{}")
    masked = (NAME.sub("…", sentence) for sentence in SENTENCE.split(words))
    return [s for s in masked if re.search(r"\w{3}", s) and not s.endswith(":")]


def _names(loaded: LoadedCase) -> list[str]:
    case = loaded.case
    names = {p.nom for p in case.parties.values()} | {t.nom for t in case.every_traitement}
    names |= {case.decision.designation} if case.decision else set()
    return sorted(names, key=len, reverse=True)


def _other_values(clause: Clause) -> Iterator[tuple[str, Any]]:
    """A value of each parameter that the example has not; the words that a condition compares are kept."""
    compared = {name for part in clause.parts for _, name, word in part.conditions if word}
    keys = [piece.cle for piece in example_case().case.pieces]
    for name, parametre in clause.header.parametres.items():
        given, kind = clause.header.exemple.get(name), parametre.type
        if kind == "position":
            yield name, next(p for p in POSITIONS[1:] if p != given)
        elif given is None or (kind == "texte" and name in compared):
            continue
        elif kind == "booleen":
            yield name, not given
        elif kind == "nombre":
            yield name, str(int(given) + 17)
        elif kind == "date":
            yield name, f"{int(str(given)[:4]) + 1}{str(given)[4:]}"
        elif kind == "liste":
            yield name, [f"autre élément {n} de {name}" for n in ("premier", "second")]
        elif kind == "piece":
            yield name, keys[(keys.index(given) + 1) % len(keys)]
        elif kind == "pieces":
            yield name, [keys[(keys.index(k) + 1) % len(keys)] for k in given]
        elif kind == "texte":
            yield name, f"autre valeur de {name}"


@cache
def other_case() -> LoadedCase:
    """The fictional case with other values throughout; genders and numbers stay, or verbs alone would differ."""
    loaded = example_case()
    case, t = loaded.case, loaded.case.traitement
    assert t and case.decision
    parties = {
        key: party if party.type in ("juridiction", "autorite") else party.model_copy(
            update={"nom": f"société {key.title()}", "objet_statutaire": "la défense des locataires"}
            | {"adresse": "9, rue Autre, 00000 Ici"}
            | {"habilitation": party.habilitation and party.habilitation.model_copy(update={"date": "2031-03-04"})}
            | ({} if party.type == "association" else {"type": "entreprise"})
        )
        for key, party in case.parties.items()
    }  # fmt: skip
    donnees = tuple(d.model_copy(update={"categorie": f"des relevés {i}"}) for i, d in enumerate(t.donnees))
    traitement = t.model_copy(
        update={
            "nom": "Autre Compteur", "finalite": "la facturation au juste prix", "description": "Un compteur relève.",
            "donnees": donnees, "techniques": ("profilage",), "secteur": "energie",
            "collecte": "ailleurs" if t.collecte == "personne" else "personne",
        }
    )  # fmt: skip
    decision = case.decision.model_copy(
        update={"date": "2031-05-06", "objet": "l'autorisation de relever", "designation": "l'autorisation contestée"}
    )
    changed = {"parties": parties, "traitement": traitement, "decision": decision}
    return replace(loaded, case=case.model_copy(update=changed))
