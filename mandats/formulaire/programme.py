"""A Jinja source made ready for thousands of rows: all that does not depend on the row is worked out once.

Takes the source of one part of a Word form and the case's values; gives a `RowProgram` that a worker process can be
handed (plain syntax tree, no environment) and that prints one row in a few microseconds. Leaves the archive and the
PDF to `word` and `printer`.

Why a partial evaluation and not a template of our own: the jurist's `{% if %}`, filters and punctuation keep working,
and what is printed for a row is, to the character, what `construire` prints for the same person.
"""

import copy
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jinja2 import TemplateError, nodes
from jinja2.environment import Template
from jinja2.visitor import NodeTransformer

from mandats.formulaire import marques
from mandats.formulaire.valeurs import COMPOSED, FIELDS, ROW_NAMES, XML, as_text, print_bounded
from mandats.render.sandbox import Environment

SEPARATOR = "\x1f"  # never in a printed value: it is a space to `one_line`
LOOPS = (nodes.For, nodes.Macro, nodes.Assign, nodes.AssignBlock, nodes.CallBlock, nodes.FilterBlock)
MAX_ITEMS = 1000  # of a loop over the case
EACH = 3  # conditions tried in every combination
YES, NO = nodes.Const("1"), nodes.Const("0")


@dataclass(frozen=True)
class RowProgram:
    """The specialised source, without environment so that it pickles."""

    tree: nodes.Template

    @property
    def fields(self) -> set[str]:
        """What it prints, or tests, of a row."""
        names = {node.name.removeprefix("mandant__") for node in self.tree.find_all(nodes.Name)}
        return names & {"mandant", *FIELDS, *COMPOSED}

    @property
    def fixed(self) -> tuple[str, ...]:
        """Its constant pieces, in order."""
        return tuple(d.data for d in self.tree.find_all(nodes.TemplateData))

    def template(self) -> Template:
        return _template(copy.deepcopy(self.tree).body)


def filler(template: Template) -> Callable[[Mapping[str, Any]], list[str]]:
    """What gives the printed pieces of a row's values. One context serves all rows; what a row names ends with it."""
    context, own = template.new_context(), template.globals

    def fill(values: Mapping[str, Any]) -> list[str]:
        context.parent = {**own, **values}
        context.vars.clear()
        context.exported_vars.clear()
        return list(template.root_render_func(context))

    return fill


def specialise(source: str, values: Mapping[str, Any]) -> RowProgram:
    """The program of one source. Raises TemplateError when what the case prints is wrong, whatever the row."""
    tree = XML.parse(source)
    local = {n.name for n in tree.find_all(nodes.Name) if n.ctx != "load"} | {"loop"}
    # What a branch may give a value to; the name that a loop gives its items is its own, wherever the loop stands.
    given = (a for branch in tree.find_all(nodes.If) for a in branch.find_all((nodes.Assign, nodes.AssignBlock)))
    chosen = itertools.chain.from_iterable(map(_stored, given))
    return _program(_Specialiser(values, ROW_NAMES | local, frozenset(chosen)).body(tree.body))


def _stored(node: nodes.Node) -> list[str]:
    """The names that it gives values to."""
    return [n.name for n in (node, *node.find_all(nodes.Name)) if isinstance(n, nodes.Name) and n.ctx == "store"]


def from_marks(text: str, fields: Sequence[str], without: str = "", lacking: str = "") -> RowProgram:
    """The program of a finished text in which marks (their ranks: those of fields) stand for values.

    `without`: the text for who has no `lacking`, one of the fields.
    """

    def body(told: str) -> list[nodes.Node]:
        pieces = marques.split(told)
        return _merge(_output(nodes.TemplateData(p) if isinstance(p, str) else _field(fields[p])) for p in pieces)

    if not without:
        return _program(body(text))
    return _program([nodes.If(_field(lacking), body(text), [], body(without), lineno=1)])


def _field(name: str) -> nodes.Name:
    return nodes.Name(f"mandant__{name}", "load", lineno=1)


class RowReader:
    """For a PDF: the values one row prints, and the branches it takes, in the order of the form."""

    def __init__(self, programs: Mapping[str, RowProgram]):
        """`programs`: of the parts that the PDF carries, in reading order."""
        # Nodes are told from one another by identity.
        self.parts = {name: copy.deepcopy(program.tree.body) for name, program in programs.items()}
        tree = nodes.Template([node for body in self.parts.values() for node in body])
        if any(tree.find_all(LOOPS)):
            raise TemplateError("boucle ou affectation qui dépend de chaque mandant : possible en DOCX seulement")
        self.tests = [n.test for n in tree.find_all(nodes.If)]
        printed = itertools.chain.from_iterable(n.nodes for n in tree.find_all(nodes.Output))
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

    def branches(self) -> list[tuple[str, ...]]:
        """The variants to try: all of them for a few conditions, else each condition alone, none and all."""
        n = len(self.tests)
        if n <= EACH:
            return list(itertools.product("01", repeat=n))
        return [tuple("1" * n), tuple("0" * n), *(tuple("0" * i + "1" + "0" * (n - i - 1)) for i in range(n))]

    def variant(self, outcomes: tuple[str, ...], mark: Callable[[int], str]) -> dict[str, str]:
        """The source of each part with branches chosen and `mark`, given its rank, in the place of each value."""
        taken = {id(t): o == "1" for t, o in zip(self.tests, outcomes, strict=True)}
        return {name: "".join(self._walk(body, taken, mark)) for name, body in self.parts.items()}

    def _walk(self, body: Iterable[nodes.Node], taken: dict[int, bool], mark: Callable[[int], str]) -> Iterator[str]:
        for node in body:
            if isinstance(node, nodes.Output):
                for child in node.nodes:
                    yield child.data if isinstance(child, nodes.TemplateData) else mark(self.ranks[id(child)])
            elif isinstance(node, nodes.If):
                yield from self._walk(node.body if taken[id(node.test)] else node.else_, taken, mark)


def _name(expression: nodes.Expr) -> str:
    """The column an expression prints, `champ` when it is none alone."""
    names = [n.name for n in (expression, *expression.find_all(nodes.Name)) if isinstance(n, nodes.Name)]
    return names[0].removeprefix("mandant__") if len(set(names)) == 1 else "champ"


def _output(*children: nodes.Expr) -> nodes.Output:
    return nodes.Output(list(children), lineno=1)


def _template(body: list[nodes.Node], environment: Environment = XML) -> Template:
    tree = nodes.Template(body, lineno=1)
    tree.set_environment(environment)
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

    def __init__(self, values: Mapping[str, Any], varying: frozenset[str], chosen: frozenset[str]):
        """`chosen`: names whose value may hang on a condition, known only row by row."""
        self.values, self.varying, self.chosen = dict(values), varying, chosen

    def body(self, nodes_: list[nodes.Node]) -> list[nodes.Node]:
        return _merge([made for node in nodes_ for made in self.visit_list(node)])

    def _varies(self, *given: nodes.Node) -> bool:
        return any(n.name in self.varying for n in nodes.Template(list(given)).find_all(nodes.Name))

    def _value(self, expression: nodes.Node) -> Any:
        """What a sure expression is worth."""
        given = nodes.Assign(nodes.Name("valeur", "store"), expression, lineno=1)
        return _template([given]).make_module(self.values).valeur  # type: ignore[attr-defined] # exported by the module

    def _print(self, node: nodes.Node) -> str:
        return print_bounded(_template([node]), self.values)

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

    def visit_Assign(self, node: nodes.Assign) -> Any:
        """A sure value takes its name from here on."""
        if not isinstance(node.target, nodes.Name) or node.target.name in self.chosen or self._varies(node.node):
            return self.generic_visit(node)
        self.values[node.target.name] = self._value(node.node)
        self.varying -= {node.target.name}
        return []

    def visit_For(self, node: nodes.For) -> Any:
        """Printed when it is sure; unrolled when the row only varies what it prints: the PDF can follow then."""
        own, values, varying = frozenset(_stored(node.target)) | {"loop"}, self.values, self.varying
        if self._varies(node.iter) or (node.test and self._varies(node.test)) or node.recursive or node.else_:
            return self.generic_visit(node)
        items, unrolled = list(self._value(node.iter)), list[nodes.Node]()
        if len(items) > MAX_ITEMS or node.test or own & self.chosen:
            return self.generic_visit(node)
        for i, item in enumerate(items):
            several = isinstance(node.target, nodes.Tuple)
            bound = dict(zip(_stored(node.target), item, strict=True)) if several else {_stored(node.target)[0]: item}
            counts = {"index": i + 1, "index0": i, "first": i == 0, "last": i == len(items) - 1, "length": len(items)}
            self.values, self.varying = {**values, **bound, "loop": counts}, varying - own
            unrolled += self.body(copy.deepcopy(node.body))
        self.values, self.varying = values, varying
        return unrolled


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
