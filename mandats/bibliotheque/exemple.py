"""A clause rendered alone with its own `exemple:`, on the fictional case `clauses/exemple.yaml`.

What `clauses montrer`, the catalogue and the tests show and check.
"""

from collections.abc import Sequence
from functools import cache
from typing import Literal

from mandats.content import Section, TemplateHeader
from mandats.document import Clause, Document, Item, Library, LoadedCase, Rendered, Template, Text
from mandats.load.case import read_case
from mandats.model import DocumentOrder, Moyen
from mandats.problem import KeyPath, Problem
from mandats.render.plan import render_document
from mandats.resolve import Resolver
from mandats.roots import shipped_root

PLAN = '{{ section("moyens", 1) }}'
BORDEREAU = "\n\n# Pièces de l'exemple {-}\n\n{{ bordereau }}"
PATH: KeyPath = ("documents", 0)


@cache
def example_case() -> LoadedCase:
    return read_case(shipped_root() / "clauses" / "exemple.yaml")


def render_example(
    clause: Clause, library: Library, registre: str | None = None, regime: str | None = None,
    loaded: LoadedCase | None = None, citations: Literal["notes", "texte"] = "notes", bordereau: bool = False,
    sans: Sequence[str] = (),
) -> tuple[Rendered, list[Problem]]:  # fmt: skip
    """The clause as the only content of a document. Default register: the first it has; default regime: its first.

    `bordereau`: with the fictional pièces it refers to, which a PDF's links need. `sans`: the blocks left out.
    """
    loaded = loaded or example_case()
    given, regime = clause.header.exemple, regime or clause.header.regimes[0]
    moyen = Moyen.model_validate({"clause": clause.id, "avec": given, "regime": regime, "sans": sans})
    resolver = Resolver(loaded, library)
    item = Item(moyen, PATH, loaded.places[PATH], clause, values=resolver.values_of(clause, given, PATH))
    order = loaded.case.documents[0]
    registre = registre or next(iter(clause.header.registres), "rep")
    order = DocumentOrder.model_validate({**order.model_dump(exclude=set(order.sections)), "registre": registre})
    header = TemplateHeader(
        titre=clause.id, resume="Une clause seule.", famille=("exemple",), registre=order.registre or "rep",
        roles=dict.fromkeys(order.roles, "rôle"), sections={"moyens": Section(titre="La clause")},
        citations=citations, alineas_numerotes=False,
    )  # fmt: skip
    base = next(iter(library.templates.values()))  # for its page and its Word styles
    plan = Text("exemple", PLAN + BORDEREAU * bordereau)
    document = Document(
        loaded, order, 0,
        Template("exemple", header, plan, {}, base.folder, (), base.layers),
        library.on(order.date or loaded.case.date),
        {role: tuple(loaded.case.parties[k] for k in order.holders(role)) for role in order.roles},
        {"moyens": (item,)}, loaded.case.pieces, (),
    )  # fmt: skip
    rendered, problems = render_document(document)
    return rendered, [*resolver.problems, *problems]
