"""A Jinja source made ready for thousands of rows: all that does not depend on the row is worked out once.

Takes the source of one part of a Word form and the case's values; gives a `RowProgram` that a worker process can be
handed (plain syntax tree, no environment) and that prints one row in a few microseconds. Leaves the archive and the
PDF to `write`.

Why a partial evaluation and not a template of our own: the jurist's `{% if %}`, filters and punctuation keep working,
and what is printed for a row is, to the character, what `construire` prints for the same person.
"""

from __future__ import annotations

import copy
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jinja2 import TemplateError, nodes
from jinja2.environment import Template
from jinja2.visitor import NodeTransformer

from mandats.document import Blank
from mandats.model import Mandant
from mandats.render import typography
from mandats.render.form import DOTS, form_environment
from mandats.render.sandbox import Environment

FIELDS = tuple(Mandant.model_fields)
COMPOSED = tuple(n for n, v in vars(Mandant).items() if isinstance(v, property))  # of the fields above, for letters
ROW_NAMES = frozenset({"mandant", "entete_droite", *(f"mandant__{f}" for f in (*FIELDS, *COMPOSED))})
SEPARATOR = "\x1f"  # never in a printed value: it is a space to `one_line`
FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # what XML 1.0 cannot carry
REORDERING = re.compile(r"[\u202a-\u202e\u2066-\u2069]")  # would turn the words around a name; no letter of it
WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*|[\w.+-]+@[\w-]+\.[\w.-]+")  # nothing for French typography to set


class RowError(ValueError):
    """A row that cannot be printed: `colonne` names the column, never its value."""

    def __init__(self, colonne: str, message: str):
        super().__init__(message)
        self.colonne, self.message = colonne, message


@dataclass(frozen=True)
class RowProgram:
    """`tree`: the specialised source; `fixed`: its constant pieces, in order; without environment, so that it pickles."""

    tree: nodes.Template
    fixed: tuple[str, ...]

    def template(self, environment: Environment) -> Template:
        return _template(copy.deepcopy(self.tree), environment)


def plain_environment() -> Environment:
    """As the form's, for a PDF: nothing is escaped because nothing printed is ever read as markup."""

    def printed(value: Any) -> str:
        if value is None or isinstance(value, Blank):
            return DOTS
        text = typography.one_line(str(getattr(value, "nom", value)))
        return text if WORD.fullmatch(text) else typography.french(text)

    return Environment(printed)


def xml_environment() -> Environment:
    """As `form_environment`, to the character; quicker on what no rule of typography can change."""

    def printed(value: Any) -> str:
        if value.__class__ is str and WORD.fullmatch(value):
            return value
        return usual(value)

    usual = form_environment().finalize
    return Environment(printed)


def specialise(source: str, values: Mapping[str, Any], environment: Environment | None = None) -> RowProgram:
    """The program of one source. Raises TemplateError when what the case prints is wrong, whatever the row."""
    environment = environment or xml_environment()
    tree = environment.parse(source)
    local = {n.name for n in tree.find_all(nodes.Name) if n.ctx != "load"}
    tree = _Specialiser(environment, values, ROW_NAMES | local).visit(tree)
    tree.body = _merge(tree.body)
    fixed = tuple(d.data for d in tree.find_all(nodes.TemplateData))
    return RowProgram(_bare(tree), fixed)


def from_marks(
    text: str, expressions: Sequence[str], mark: re.Pattern[str], environment: Environment | None = None
) -> RowProgram:
    """The program of a finished text in which marks (one group: the rank of an expression) stand for values of the row."""
    environment = environment or xml_environment()
    parsed = [environment.parse("{{ " + e + " }}").body[0].nodes[0] for e in expressions]
    body: list[nodes.Node] = []
    for i, piece in enumerate(mark.split(text)):
        node = _Fields().visit(parsed[int(piece)]) if i % 2 else nodes.TemplateData(piece, lineno=1)
        body.append(nodes.Output([node], lineno=1))
    tree = nodes.Template(_merge(body), lineno=1)
    return RowProgram(_bare(tree), tuple(d.data for d in tree.find_all(nodes.TemplateData)))


def row_values(person: Any, entete_droite: str) -> dict[str, Any]:
    """What a row's program is given. An absent value is None, printed as a line to fill. Raises RowError, naming the column."""
    values: dict[str, Any] = {"entete_droite": entete_droite}
    for name in FIELDS:
        value = getattr(person, name)
        if value.__class__ is str and not value.isascii():
            value = REORDERING.sub("", value)
        if value.__class__ is str and FORBIDDEN.search(value):
            raise RowError(name, "caractère de commande, que ni Word ni le PDF ne peuvent porter")
        values["mandant__" + name] = value or None
    get = values.__getitem__
    values["mandant__nom_complet"] = " ".join(filter(None, (get("mandant__prenom"), get("mandant__nom")))) or None
    place = " ".join(filter(None, (get("mandant__code_postal"), get("mandant__commune"))))
    values["mandant__adresse_complete"] = ", ".join(filter(None, (get("mandant__adresse"), place))) or None
    values["mandant"] = {name: values["mandant__" + name] for name in (*FIELDS, *COMPOSED)}
    return values


class RowReader:
    """For a PDF: the values one row prints, and the branches it takes, in the order of the form."""

    def __init__(self, program: RowProgram):
        self.tree = copy.deepcopy(program.tree)  # its nodes are told from one another by identity
        self.tests = [n.test for n in _conditions(self.tree)]
        expressions = [
            c for n in self.tree.find_all(nodes.Output) for c in n.nodes if not isinstance(c, nodes.TemplateData)
        ]
        loops = list(
            self.tree.find_all(
                (nodes.For, nodes.Macro, nodes.Assign, nodes.AssignBlock, nodes.CallBlock, nodes.FilterBlock)
            )
        )
        if loops:
            raise TemplateError("boucle ou affectation qui dépend de chaque mandant : possible en DOCX seulement")
        self.names = [_name(e) for e in expressions]
        self.ranks = {id(e): i for i, e in enumerate(expressions)}
        tests = [nodes.CondExpr(t, nodes.Const("1"), nodes.Const("0")) for t in self.tests]
        row: list[nodes.Expr] = []
        for expression in (*tests, *expressions):
            row += [expression, nodes.TemplateData(SEPARATOR)]
        self.template = _template(
            nodes.Template([nodes.Output(row or [nodes.TemplateData("")], lineno=1)], lineno=1), plain_environment()
        )

    def read(self, values: Mapping[str, Any]) -> tuple[tuple[str, ...], list[str]]:
        """Outcomes of the conditions (the form's variant), then the printed values."""
        parts = self.template.render(values).split(SEPARATOR)[:-1]
        return tuple(parts[: len(self.tests)]), parts[len(self.tests) :]

    def variant(self, outcomes: tuple[str, ...], mark: str) -> str:
        """The source with branches chosen and each value replaced by `mark` (a format with its rank)."""
        taken = {id(t): o == "1" for t, o in zip(self.tests, outcomes, strict=True)}
        return "".join(self._walk(self.tree.body, taken, mark))

    def _walk(self, body: Iterable[nodes.Node], taken: dict[int, bool], mark: str) -> Iterator[str]:
        for node in body:
            if isinstance(node, nodes.Output):
                for child in node.nodes:
                    yield child.data if isinstance(child, nodes.TemplateData) else mark.format(self.ranks[id(child)])
            elif isinstance(node, nodes.If):
                branches = [(node.test, node.body), *((e.test, e.body) for e in node.elif_)]
                yield from self._walk(next((b for t, b in branches if taken[id(t)]), node.else_), taken, mark)


def _bare(tree: nodes.Template) -> nodes.Template:
    for node in (tree, *tree.find_all(nodes.Node)):
        node.environment = None
    return tree


def _name(expression: nodes.Expr) -> str:
    """The column an expression prints, `champ` when it is none alone."""
    names = [n.name for n in (expression, *expression.find_all(nodes.Name)) if isinstance(n, nodes.Name)]
    return names[0].removeprefix("mandant__") if len(set(names)) == 1 else "champ"


def _conditions(tree: nodes.Template) -> Iterator[nodes.If]:
    return tree.find_all(nodes.If)  # an `elif` is an If of its own


def _template(tree: nodes.Template, environment: Environment) -> Template:
    tree.set_environment(environment)
    return Template.from_code(environment, environment.compile(tree), environment.make_globals(None))


class _Fields(NodeTransformer):
    """`mandant.nom` as one name: no attribute to look up, none to check, for each row."""

    def visit_Getattr(self, node: nodes.Getattr) -> nodes.Node:
        if isinstance(node.node, nodes.Name) and node.node.name == "mandant" and node.attr in (*FIELDS, *COMPOSED):
            return nodes.Name(f"mandant__{node.attr}", "load", lineno=node.lineno)
        return self.generic_visit(node)


class _Specialiser(_Fields):
    def __init__(self, environment: Environment, values: Mapping[str, Any], varying: frozenset[str]):
        self.environment, self.values, self.varying = environment, dict(values), varying

    def _varies(self, node: nodes.Node) -> bool:
        names = itertools.chain([node] if isinstance(node, nodes.Name) else [], node.find_all(nodes.Name))
        return any(n.name in self.varying for n in names)

    def _print(self, *body: nodes.Node) -> str:
        return _template(nodes.Template(list(body), lineno=1), self.environment).render(self.values)

    def visit_Output(self, node: nodes.Output) -> nodes.Node:
        made: list[nodes.Expr] = []
        for child in node.nodes:
            if isinstance(child, nodes.TemplateData):
                made.append(child)
            elif self._varies(child):
                made.append(self.visit(child))
            else:
                made.append(nodes.TemplateData(self._print(nodes.Output([child], lineno=1)), lineno=1))
        node.nodes = made
        return node

    def visit_If(self, node: nodes.If) -> Any:
        branches = [(node.test, node.body), *((e.test, e.body) for e in node.elif_), (nodes.Const(True), node.else_)]
        kept: list[tuple[nodes.Expr, list[nodes.Node]]] = []
        for test, body in branches:
            if self._varies(test):
                kept.append((self.visit(test), body))
            elif self._print(nodes.Output([nodes.CondExpr(test, nodes.Const("1"), nodes.Const("0"))], lineno=1)) == "1":
                kept.append((nodes.Const(True), body))
                break
        visited = [(test, self._body(body)) for test, body in kept]
        *conditions, (_, otherwise) = (
            visited if visited and isinstance(visited[-1][0], nodes.Const) else [*visited, (None, [])]
        )
        if not conditions:
            return otherwise
        (test, body), *rest = conditions
        return nodes.If(test, body, [nodes.If(t, b, [], [], lineno=1) for t, b in rest], otherwise, lineno=node.lineno)

    def visit_For(self, node: nodes.For) -> nodes.Node:
        if self._varies(nodes.Template(list(node.iter_child_nodes(exclude=("target",))), lineno=1)):
            return self.generic_visit(node)
        return nodes.Output([nodes.TemplateData(self._print(node), lineno=1)], lineno=node.lineno)

    def _body(self, body: list[nodes.Node]) -> list[nodes.Node]:
        out: list[nodes.Node] = []
        for node in body:
            made = self.visit(node)
            out += made if isinstance(made, list) else [made]
        return _merge(out)


def _merge(body: list[nodes.Node]) -> list[nodes.Node]:
    """Neighbouring constants as one: each is compressed once, the longer the better."""
    children: list[nodes.Node] = []
    out: list[nodes.Node] = []

    def flush() -> None:
        if children:
            out.append(nodes.Output(list(children), lineno=1))
            children.clear()

    for node in body:
        if not isinstance(node, nodes.Output):
            flush()
            if isinstance(node, nodes.For):
                node.body, node.else_ = _merge(node.body), _merge(node.else_)
            out.append(node)
            continue
        for child in node.nodes:
            if isinstance(child, nodes.TemplateData) and children and isinstance(children[-1], nodes.TemplateData):
                children[-1] = nodes.TemplateData(children[-1].data + child.data, lineno=1)
            else:
                children.append(child)
    flush()
    return out
