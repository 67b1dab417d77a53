"""What a block's conditions (`si`, `sauf`) read: names that the clause or the case gives, and words they can hold."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, get_args

from mandats.content import ClauseHeader
from mandats.document import CONTEXT
from mandats.keys import POSITIONS, Model
from mandats.load.validate import models_of
from mandats.model import Party, Piece
from mandats.parts import Part
from mandats.problem import suggest

SET = re.compile(r"\{%-?\s*set\s+(\w+)")  # what the clause itself computes
HELD = {"partie": Party, "piece": Piece}  # by the type of a parameter, what has keys of its own
TIED = ("responsable", "sous_traitant", "auteur", "destinataire")  # keys in whose place a text sees the party


def wrong_conditions(
    body: str, parts: tuple[Part, ...], header: ClauseHeader, roles: Callable[[], Mapping[str, Any]]
) -> Iterator[tuple[int, str]]:
    """(line of the block, what is wrong) for each name or word that no case could give. `roles`: of the templates."""
    known: dict[str, Any] = dict(CONTEXT) | dict.fromkeys(SET.findall(body), str)
    known |= {n: HELD.get(p.type, str) for n, p in header.parametres.items()}
    for part in parts:
        for kind, name, word in part.conditions:
            head, *rest = name.split(".")
            if head not in known:
                known |= dict.fromkeys(roles(), Party)
            parametre = header.parametres.get(head)
            held, told = _held(known, head, rest)
            if told:
                yield part.debut, f"« {kind} {name} » : {told}"
                continue
            said = (word for arg in (held, *get_args(held)) for word in get_args(arg) if isinstance(word, str))
            words = POSITIONS if parametre and parametre.type == "position" else tuple(dict.fromkeys(said))
            if word and words and word not in words:
                yield part.debut, f"« {kind} {name}={word} » : mot inconnu{suggest(word, words)}"


def _held(known: Mapping[str, Any], head: str, names: list[str]) -> tuple[Any, str]:
    """What a dotted name leads to; or why it cannot be read."""
    if head not in known:
        return None, "ni un paramètre de la clause, ni une valeur du dossier" + suggest(head, known)
    held = known[head]
    for name in names:
        keys = _keys(held)
        if name not in keys:
            return None, f"clé inconnue « {name} »" + suggest(name, keys)
        held = Party if name in TIED else keys[name]
    return held, ""


def _keys(held: Any) -> dict[str, Any]:
    """The keys that a text may read of a value, with what they hold; our own properties too."""
    keys: dict[str, Any] = {}
    for model in models_of(held):
        keys |= {name: field.annotation for name, field in model.model_fields.items()}
        keys |= {name: str for name in dir(model) if name[0] != "_" and _is_ours(model, name)}
    return keys


def _is_ours(model: type, name: str) -> bool:
    return not name.startswith("model_") and any(
        isinstance(vars(one).get(name), property) for one in model.__mro__ if issubclass(one, Model)
    )
