"""A Jinja source made ready for thousands of rows: all that does not depend on the row is worked out once.

Takes the source of one part of a Word form and the case's values; gives a `RowProgram` that a worker process can be
handed (plain syntax tree, no environment) and that prints one row in a few microseconds. Leaves the archive and the
PDF to `word` and `printer`.

Why a partial evaluation and not a template of our own: the jurist's `{% if %}`, filters and punctuation keep working,
and what is printed for a row is, to the character, what `construire` prints for the same person.
"""

import copy
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jinja2 import TemplateError, nodes
from jinja2.environment import Template
from jinja2.visitor import NodeTransformer

from mandats.formulaire.valeurs import COMPOSED, FIELDS, ROW_NAMES, XML, as_text
from mandats.render.sandbox import Environment

SEPARATOR = "\x1f"  # never in a printed value: it is a space to `one_line`
LOOPS = (nodes.For, nodes.Macro, nodes.Assign, nodes.AssignBlock, nodes.CallBlock, nodes.FilterBlock)
YES, NO = nodes.Const("1"), nodes.Const("0")


@dataclass(frozen=True)
class RowProgram:
    """The specialised source, without environment so that it pickles."""

    tree: nodes.Template

    @property
    def fixed(self) -> tuple[str, ...]:
        """Its constant pieces, in order."""
        return tuple(d.data for d in self.tree.find_all(nodes.TemplateData))

    def template(self) -> Template:
        return _template(copy.deepcopy(self.tree).body)


def specialise(source: str, values: Mapping[str, Any]) -> RowProgram:
    """The program of one source. Raises TemplateError when what the case prints is wrong, whatever the row."""
    tree = XML.parse(source)
    local = {n.name for n in tree.find_all(nodes.Name) if n.ctx != "load"}
    return _program(_Specialiser(values, ROW_NAMES | local).body(tree.body))


def from_marks(text: str, expressions: Sequence[str], mark: re.Pattern[str]) -> RowProgram:
    """The program of a finished text in which marks (one group: the rank of an expression) stand for values."""
    body: list[nodes.Node] = []
    for i, piece in enumerate(mark.split(text)):
        if i % 2:
            body += map(_Fields().visit, XML.parse("{{ " + expressions[int(piece)] + " }}").body)
        else:
            body.append(_output(nodes.TemplateData(piece)))
    return _program(_merge(body))


class RowReader:
    """For a PDF: the values one row prints, and the branches it takes, in the order of the form."""

    def __init__(self, program: RowProgram):
        self.tree = copy.deepcopy(program.tree)  # its nodes are told from one another by identity
        if any(self.tree.find_all(LOOPS)):
            raise TemplateError("boucle ou affectation qui dépend de chaque mandant : possible en DOCX seulement")
        self.tests = [n.test for n in self.tree.find_all(nodes.If)]
        printed = itertools.chain.from_iterable(n.nodes for n in self.tree.find_all(nodes.Output))
        expressions = [c for c in printed if not isinstance(c, nodes.TemplateData)]
        self.names = [_name(e) for e in expressions]
        self.ranks = {id(e): i for i, e in enumerate(expressions)}
        row: list[nodes.Expr] = [nodes.TemplateData("")]
        for expression in (*(nodes.CondExpr(t, YES, NO) for t in self.tests), *expressions):
            row += [expression, nodes.TemplateData(SEPARATOR)]
        self.template = _template([_output(*row)], Environment(as_text))

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
                yield from self._walk(node.body if taken[id(node.test)] else node.else_, taken, mark)


def _name(expression: nodes.Expr) -> str:
    """The column an expression prints, `champ` when it is none alone."""
    names = [n.name for n in (expression, *expression.find_all(nodes.Name)) if isinstance(n, nodes.Name)]
    return names[0].removeprefix("mandant__") if len(set(names)) == 1 else "champ"


def _output(*children: nodes.Expr) -> nodes.Output:
    return nodes.Output(list(children), lineno=1)


def _template(body: list[nodes.Node], environment: Environment = XML) -> Template:
    tree = nodes.Template(body, lineno=1).set_environment(environment)
    return Template.from_code(environment, environment.compile(tree), environment.make_globals(None))


def _program(body: list[nodes.Node]) -> RowProgram:
    tree = nodes.Template(body, lineno=1)
    for node in (tree, *tree.find_all(nodes.Node)):
        node.environment = None
    return RowProgram(tree)


class _Fields(NodeTransformer):
    """`mandant.nom` as one name: no attribute to look up, none to check, for each row."""

    def visit_Getattr(self, node: nodes.Getattr) -> nodes.Node:
        if isinstance(node.node, nodes.Name) and node.node.name == "mandant" and node.attr in (*FIELDS, *COMPOSED):
            return nodes.Name(f"mandant__{node.attr}", "load", lineno=node.lineno)
        return self.generic_visit(node)


class _Specialiser(_Fields):
    """What does not vary, printed; what varies, kept."""

    def __init__(self, values: Mapping[str, Any], varying: frozenset[str]):
        self.values, self.varying = dict(values), varying

    def body(self, nodes_: list[nodes.Node]) -> list[nodes.Node]:
        return _merge([made for node in nodes_ for made in self.visit_list(node)])

    def _varies(self, *given: nodes.Node) -> bool:
        return any(n.name in self.varying for n in nodes.Template(list(given)).find_all(nodes.Name))

    def _print(self, node: nodes.Node) -> str:
        return _template([node]).render(self.values)

    def visit_Output(self, node: nodes.Output) -> nodes.Node:
        return _output(*map(self._child, node.nodes))

    def _child(self, child: nodes.Expr) -> nodes.Expr:
        if isinstance(child, nodes.TemplateData):
            return child
        return self.visit(child) if self._varies(child) else nodes.TemplateData(self._print(_output(child)))

    def visit_If(self, node: nodes.If) -> Any:
        """The branches that the row chooses among, each `elif` an If of its own; the body alone of one that is sure."""
        otherwise = node.else_
        for branch in reversed(node.elif_):
            otherwise = [nodes.If(branch.test, branch.body, [], otherwise, lineno=1)]
        if self._varies(node.test):
            body, others = self.body(node.body), self.body(otherwise)
            return nodes.If(self.visit(node.test), body, [], others, lineno=node.lineno)
        sure = self._print(_output(nodes.CondExpr(node.test, YES, NO))) == "1"
        return self.body(node.body if sure else otherwise)

    def visit_For(self, node: nodes.For) -> nodes.Node:
        if not self._varies(*node.iter_child_nodes(exclude=("target",))):
            return _output(nodes.TemplateData(self._print(node)))
        self.generic_visit(node)
        node.body, node.else_ = _merge(node.body), _merge(node.else_)
        return node


def _merge(body: Iterable[nodes.Node]) -> list[nodes.Node]:
    """Neighbouring constants as one: each is compressed once, the longer the better."""
    out: list[nodes.Node] = []
    for node in body:
        last = out[-1] if out else None
        if not isinstance(node, nodes.Output):
            out.append(node)
            continue
        if not isinstance(last, nodes.Output):
            out.append(last := _output())
        for child in node.nodes:
            before = last.nodes[-1] if last.nodes else None
            if isinstance(child, nodes.TemplateData) and isinstance(before, nodes.TemplateData):
                last.nodes[-1] = nodes.TemplateData(before.data + child.data)
            else:
                last.nodes.append(child)
    return out
