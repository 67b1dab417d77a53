"""A clause rendered alone with its own `exemple:`, on the fictional case `clauses/exemple.yaml`.

What `clauses montrer`, the catalogue and the tests show and check.
"""

from __future__ import annotations

import functools
from typing import Any

from mandats.content import Section, TemplateHeader
from mandats.document import Clause, Document, Item, Library, LoadedCase, Rendered, Template, Text
from mandats.load.case import load_case
from mandats.load.library import shipped_root
from mandats.model import DocumentOrder, Moyen, Registre
from mandats.problem import Problem
from mandats.render.plan import render_document
from mandats.resolve import Resolver

PLAN = '{{ section("moyens", 1) }}'
PATH: tuple[str | int, ...] = ("documents", 0)


@functools.cache
def example_case() -> LoadedCase:
    loaded, problems = load_case(shipped_root() / "clauses" / "exemple.yaml")
    if loaded is None:
        raise ValueError(str(problems[0]))
    return loaded


def example_values(clause: Clause, optional: bool = True) -> dict[str, Any]:
    """The clause's `exemple:`; without the parameters it can do without when `optional` is False."""
    given = clause.header.exemple
    return {
        k: v
        for k, v in given.items()
        if optional or k not in clause.header.parametres or not clause.header.parametres[k].facultatif
    }


def render_example(
    clause: Clause,
    library: Library,
    registre: Registre | None = None,
    regime: str | None = None,
    values: dict[str, Any] | None = None,
    loaded: LoadedCase | None = None,
    citations: str = "notes",
    bordereau: bool = False,
) -> tuple[Rendered, list[Problem]]:
    """The clause as the only content of a document. Default register: the first it has; default regime: its first.

    `bordereau`: with the fictional pièces it refers to, which a PDF's links need.
    """
    loaded = loaded or example_case()
    regime = regime or clause.header.regimes[0]
    registre = registre or next(iter(clause.header.registres), "rep")
    given = example_values(clause) if values is None else values
    moyen = Moyen(clause=clause.id, avec=given, regime=regime)
    resolver = Resolver(loaded, library)
    item = Item(moyen, PATH, loaded.places[PATH], clause, values=resolver.values_of(clause, given, PATH))
    order = loaded.case.documents[0]
    order = DocumentOrder.model_validate({**order.model_dump(exclude=set(order.sections)), "registre": registre})
    header = TemplateHeader(
        titre=clause.id, resume="Une clause seule.", registre=registre, roles=dict.fromkeys(order.roles, "rôle"),
        sections={"moyens": Section(titre="La clause")}, citations=citations, alineas_numerotes=False,
    )  # fmt: skip
    base = next(iter(library.templates.values()))
    template = Template(
        "exemple",
        header,
        Text("exemple", PLAN + ("\n\n# Pièces de l'exemple {-}\n\n{{ bordereau }}" if bordereau else "")),
        {},
        base.folder,
        (),
        base.shared,
    )
    roles = {
        r: tuple(loaded.case.parties[k] for k in ([v] if isinstance(v, str) else v)) for r, v in order.roles.items()
    }
    dated = library.on(order.date or loaded.case.date)
    document = Document(
        loaded, order, 0, template, dated, roles, {"moyens": (item,)}, loaded.case.pieces, (), item.place
    )
    rendered, problems = render_document(document)
    return rendered, [*resolver.problems, *problems]
