"""The named blocks of a clause: what a case may drop, and what goes when its source or its field does not fit.

    ::: precedent ta-marseille-2020-02-27-1901249-lycees
    Le tribunal administratif de Marseille a annulé…
    :::

A fence leaves no line behind: blocks that no blank line parts are one paragraph. In a block of code, it is a text like
another. After its name come, in any order, regimes and registers (the block stands in those only), sources (only once
they exist, on the day of the act), and `si NOM`, `sauf NOM` (only when the case gives that value, or does not) or
`si NOM=mot` (when it is that word).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from mandats.keys import REGIMES, REGISTRES

# Blocks tied to a field, and what names all of them for `sans:`.
FIELDS = {"precedent": "precedents", "contraire": "contraires"}
WORDING = "consequence"  # what `remplace:` names to say otherwise what a clause concludes, in every register
FENCE = re.compile(r"\s*(:::+)(.*)")
CODE = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})")
NAME = re.compile(r"[a-z][a-z0-9-]*")
CONDITION = re.compile(r"([a-z_]+(?:\.[a-z_]+)*)(?:=([a-z-]+))?")


@dataclass(frozen=True)
class Part:
    """`debut`, `fin`: its fences' lines in the body, from 1; `conditions`: (« si » or « sauf », a name, its word)."""

    nom: str
    debut: int
    fin: int
    sources: tuple[str, ...] = ()
    regimes: tuple[str, ...] = ()
    registres: tuple[str, ...] = ()
    conditions: tuple[tuple[str, str, str], ...] = ()
    rang: int = 1  # among the blocks of its name

    @property
    def numero(self) -> str:
        """What names this block alone: « premisses-2 »."""
        return f"{self.nom}-{self.rang}"

    @property
    def si(self) -> str:
        """The conditions as Jinja reads them; empty without any."""
        tests = [(held, f'{name} == "{word}"' if word else name) for held, name, word in self.conditions]
        return " and ".join(test if held == "si" else f"not ({test})" for held, test in tests)


def outside_code(lines: Sequence[str]) -> Iterator[int]:
    """The indexes of the lines that no block of code holds."""
    code = ""
    for at, line in enumerate(lines):
        if code:
            code = "" if re.fullmatch(code, line) else code
        elif found := CODE.match(line):
            closing = rf" {{0,3}}{found[1]}{found[1][0]}*\s*"
            code = closing if any(re.fullmatch(closing, other) for other in lines[at + 1 :]) else ""
        else:
            yield at


def fences(lines: Sequence[str]) -> Iterator[tuple[int, str, list[str]]]:
    """(index, colons, words) of each line that is a fence."""
    found = ((at, FENCE.fullmatch(lines[at])) for at in outside_code(lines))
    return ((at, fence[1], fence[2].split()) for at, fence in found if fence)


@lru_cache(maxsize=2048)
def read_parts(body: str) -> tuple[tuple[Part, ...], tuple[tuple[int, str], ...]]:
    """The blocks of a body, in order; then (line, what is wrong) for each fence that makes none."""
    parts: list[Part] = []
    wrong: list[tuple[int, str]] = []
    opened: list[tuple[int, list[str]]] = []
    for at, _, words in fences(body.split("\n")):
        if words:
            opened.append((at + 1, words))
        elif opened:
            start, words = opened.pop()
            try:
                parts.append(_part(words, start, at + 1))
            except ValueError as error:
                wrong.append((start, str(error)))
        else:
            wrong.append((at + 1, "« ::: » ferme un bloc qui n'est pas ouvert"))
    wrong += [(line, f"bloc « {words[0]} » jamais fermé : une ligne « ::: » le termine") for line, words in opened]
    parts.sort(key=lambda part: part.debut)
    ranked = (replace(p, rang=1 + sum(o.nom == p.nom for o in parts[:i])) for i, p in enumerate(parts))
    return tuple(ranked), tuple(sorted(wrong))


def _part(words: list[str], start: int, end: int) -> Part:
    """One block. Raises ValueError, in French, for a word that means nothing there."""
    name, *rest = words
    if not NAME.fullmatch(name):
        raise ValueError(f"nom de bloc « {name} » : des minuscules sans accent, des chiffres et des tirets")
    conditions: list[tuple[str, str, str]] = []
    found: dict[str, list[str]] = {"sources": [], "regimes": [], "registres": []}
    tied = iter(rest)
    for word in tied:
        if word in ("si", "sauf"):
            condition = CONDITION.fullmatch(next(tied, ""))
            if not condition:
                raise ValueError(f"« {word} » attend le nom d'une valeur du dossier ou de la clause")
            conditions.append((word, condition[1], condition[2] or ""))
        else:
            kind = "regimes" if word in REGIMES else "registres" if word in REGISTRES else "sources"
            found[kind].append(word)
    held = {k: tuple(v) for k, v in found.items()}
    return Part(name, start, end, held["sources"], held["regimes"], held["registres"], tuple(conditions))


def known_names(parts: Iterable[Part]) -> list[str]:
    """What `sans:` may name in a clause: its blocks, alone or by name, all its precedents, or one by its source."""
    names: list[str] = []
    for part in parts:
        names += [FIELDS[part.nom], *part.sources] if part.nom in FIELDS else [part.nom]
    names += [part.numero for part in parts]
    return list(dict.fromkeys(names))


def is_named(part: Part, names: Iterable[str]) -> bool:
    """Whether one of the names a case may write (`known_names`) designates the block."""
    return not {FIELDS.get(part.nom, part.nom), part.numero, *(part.sources if part.nom in FIELDS else ())}.isdisjoint(
        names
    )


def assemble(body: str, parts: Iterable[Part], dropped: Iterable[Part], replaced: Mapping[Part, str]) -> str:
    """The body as Jinja: blocks dropped, or replaced by what an expression prints; each line keeps its number."""
    lines = [line + "\n" for line in body.split("\n")]
    for part in parts:
        lines[part.debut - 1] = f"{{% if {part.si}\n%}}" if part.si else "{#\n#}"
        lines[part.fin - 1] = "{% endif\n%}" if part.si else "{#\n#}"
    for part, words in [*((p, "") for p in dropped), *((p, f"{{{{ {w} }}}}\n") for p, w in replaced.items())]:
        held = lines[part.debut - 1 : part.fin]
        newlines = sum(line.count("\n") for line in held) - words.count("\n")
        lines[part.debut - 1 : part.fin] = ["{#" + "\n" * newlines + "#}" + words] + [""] * (len(held) - 1)
    return "".join(lines).removesuffix("\n")
