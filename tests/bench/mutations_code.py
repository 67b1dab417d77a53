"""Alter one comparison, constant, call or statement of the program at a time, and count what the tests see.

Usage: python tests/bench/mutations_code.py [--nombre 150] [--graine 1] [--modules GLOB …] [--secondes 1800]

The quick tests run once under coverage, which tells the tests that pass through each line; each mutant then runs
those only, in a copy of the tree, two at a time: the working tree is never written, and a run that is killed leaves
nothing in it. Mutants that change nothing a reader could see are in `mutants_equivalents.yaml`, each with its reason.

Why not a library. mutmut 3 changes functions only, not the tables that our rules and time limits are read from; it
draws no sample of a size and seed, which is what lets a change be judged in minutes. cosmic-ray writes in the working
tree and runs one whole command for each mutant (minutes each here). Neither knows that a test starts the command line
in another process, so neither would find the tests of most rules. What they would spare is the list of changes.
"""

from __future__ import annotations

import argparse
import ast
import compileall
import contextlib
import json
import os
import pickle
import py_compile
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from typing import Any

import coverage
import yaml

ROOT = Path(__file__).resolve().parents[2]
EQUIVALENTS = Path(__file__).with_name("mutants_equivalents.yaml")
# What is worth the most, and is pure enough to be judged line by line.
MODULES = ("mandats/checks/forme/*.py", "mandats/delais/*.py", "mandats/registre/*.py", "mandats/publiposter/job.py")
# Every rule passes on every clause and sample there, which does not say whose test a line is.
LEFT_OUT = ("tests/test_content.py", "tests/test_golden.py", "tests/test_formats.py")
COPIED = ("mandats", "tests", "pyproject.toml")
TESTS_SECONDS = 60  # of tests for one mutant, the likeliest first
GROUP = re.compile(r"@(cas|test_\w+)-[\w-]+$")  # what loadgroup adds to the name of a test
STAGE = re.compile(r" \((setup|call|teardown)\)$")  # and what pytest adds in its environment
RECORD = "MANDATS_MUTATIONS"  # the folder where the tests write down what they go through

SWAPPED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip


# --- mutants ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mutant:
    """`start` and `end`: bytes of the file; `where`: the function, or "" at the top of the module."""

    module: str
    line: int
    where: str
    start: int
    end: int
    old: str
    new: str

    def apply(self, source: bytes) -> bytes:
        return source[: self.start] + self.new.encode() + source[self.end :]

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What stays the same when lines move."""
        return self.module, self.where, self.old, self.new


def changes(node: ast.AST) -> Iterator[ast.AST]:
    """What could stand in the place of a node, its statement or its expression."""
    match node:
        case ast.Compare(ops=ops):
            for i, op in enumerate(ops):
                yield ast.Compare(node.left, [*ops[:i], SWAPPED[type(op)](), *ops[i + 1 :]], node.comparators)
        case ast.BoolOp(op=op):
            yield ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), node.values)
        case ast.UnaryOp(op=ast.Not()):
            yield node.operand
        case ast.Constant(value=bool()):
            yield ast.Constant(not node.value)
        case ast.Constant(value=int()):
            yield ast.Constant(node.value + 1)
            yield ast.Constant(node.value - 1)
        case ast.Constant(value=str()) if re.fullmatch(r"[a-z][a-z0-9_.-]*|[A-Z]+-\d*", node.value):
            yield ast.Constant(node.value + "x")  # a name that data gives; sentences are read by golden files
        case ast.Call(args=[first, second, *rest]) if not isinstance(second, ast.Starred) and not _same(first, second):
            yield ast.Call(node.func, [second, first, *rest], node.keywords)
        case ast.Return(value=value) if value is not None and not isinstance(value, ast.Constant):
            yield ast.Return(ast.Constant(None))
        case ast.Expr(value=ast.Yield() | ast.YieldFrom()):
            yield ast.parse("yield from ()").body[0]  # still a generator
        case ast.Expr(value=ast.Call()) | ast.AugAssign() | ast.Raise() | ast.Continue() | ast.Break():
            yield ast.Pass()
        case ast.BinOp(op=ast.Add()) | ast.BinOp(op=ast.Sub()):
            yield ast.BinOp(node.left, ast.Sub() if isinstance(node.op, ast.Add) else ast.Add(), node.right)


def _same(left: ast.AST, right: ast.AST) -> bool:
    return ast.dump(left) == ast.dump(right)


def mutants(path: Path) -> Iterator[Mutant]:
    """Every change to one module, types and docstrings left out.

    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile("w", suffix=".py", dir=ROOT) as file:
    ...     _ = file.write("def f(a):\\n    return a < 2")
    ...     file.flush()
    ...     [m.new for m in mutants(Path(file.name))]
    ['return None', '(a <= 2)', '3', '1']
    """
    source = path.read_bytes()
    offsets = [0]
    for line in source.split(b"\n"):
        offsets.append(offsets[-1] + len(line) + 1)

    def within(node: ast.AST, where: str) -> Iterator[Mutant]:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            where = f"{where}.{node.name}".lstrip(".")
        if isinstance(node, (ast.expr, ast.stmt)):
            start = offsets[node.lineno - 1] + node.col_offset
            end = offsets[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
            for new in changes(node):
                text = ast.unparse(ast.fix_missing_locations(new))
                if isinstance(new, ast.expr) and not isinstance(new, ast.Constant):
                    text = f"({text})"
                old = " ".join(source[start:end].decode().split())
                yield Mutant(path.relative_to(ROOT).as_posix(), node.lineno, where, start, end, old, text)
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns", "decorator_list") or isinstance(node, (ast.JoinedStr, ast.ImportFrom)):
                continue
            if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "Literal":
                continue
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from within(child, where)

    yield from within(ast.parse(source), "")


def equivalents() -> set[tuple[str, str, str, str]]:
    listed: list[dict[str, str]] = yaml.safe_load(EQUIVALENTS.read_text("utf-8")) or []
    return {(m["module"], m["fonction"], m["avant"], m["apres"]) for m in listed}


# --- which tests pass through which line ------------------------------------------------------------------------


def pytest_runtest_protocol(item: Any) -> None:
    """As a plugin of the recorded run: each line is told apart by the test that is running."""
    recorder.switch_context(GROUP.sub("", item.nodeid))


def pytest_runtest_logreport(report: Any) -> None:
    if not hasattr(report, "node"):  # in the process that ran it
        with Path(os.environ[RECORD], f"durations-{os.getpid()}").open("a") as file:
            print(json.dumps([GROUP.sub("", report.nodeid), report.duration, report.failed]), file=file)


def pytest_unconfigure() -> None:
    recorder.stop()
    recorder.save()


if RECORD in os.environ and "PYTEST_VERSION" in os.environ:
    recorder = coverage.Coverage(config_file=Path(os.environ[RECORD], "coveragerc"), data_suffix=True, context="")
    recorder.start()


@dataclass
class Covered:
    """`tests[module][line]`: the tests that pass there; `seconds`: of each test."""

    tests: dict[str, dict[int, set[str]]]
    seconds: dict[str, float]

    def of(self, mutant: Mutant) -> list[str]:
        """The tests to run, those that go furthest in the function first: they are the ones about it."""
        lines = self.tests.get(mutant.module, {})
        tree = ast.parse((ROOT / mutant.module).read_bytes())
        around = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and _spans(n, mutant.line)]
        if around:
            inner = max(around, key=lambda n: n.lineno)
            body = range(inner.lineno, (inner.end_lineno or inner.lineno) + 1)
            found = {t for line in _statement(inner, mutant.line) for t in lines.get(line, ())}
        else:
            body = range(1, max(lines, default=0) + 1)
            found = {t for tests in lines.values() for t in tests}
        reach = {t: sum(t in lines.get(line, ()) for line in body) for t in found if t}
        chosen, spent = [], 0.0
        for test in sorted(reach, key=lambda t: (-reach[t], self.seconds.get(t, 1))):
            spent += self.seconds.get(test, 1)
            if chosen and spent > TESTS_SECONDS:
                break
            chosen.append(test)
        return chosen


def _spans(node: ast.stmt | ast.expr, line: int) -> bool:
    return node.lineno <= line <= (node.end_lineno or node.lineno)


def _statement(function: ast.FunctionDef, line: int) -> range:
    """The lines of the smallest statement that holds a line: coverage may count it at its first."""
    held = [n for n in ast.walk(function) if isinstance(n, ast.stmt) and n is not function and _spans(n, line)]
    if not held:
        return range(line, line + 1)
    inner = min(held, key=lambda n: (n.end_lineno or n.lineno) - n.lineno)
    return range(inner.lineno, (inner.end_lineno or inner.lineno) + 1)


def record(tree: Path, folder: Path, processes: int, tests: list[str]) -> Covered:
    """One run of these tests, the quick ones, under coverage. One that fails without a mutant is told and left out."""
    settings = folder / "coveragerc"
    settings.write_text(
        f"[run]\nsource = {tree / 'mandats'}\nparallel = true\ndata_file = {folder / 'data'}\n"
        "context = ${PYTEST_CURRENT_TEST}\n"
    )
    ignored = [f"--ignore={tree / name}" for name in LEFT_OUT]
    command = [*tests, "-q", "-m", "not slow", "-n", str(processes), "--dist", "loadgroup", *ignored]
    environment = {RECORD: str(folder)}
    code, said = pytest(tree, ["-p", "tests.bench.mutations_code", *command], 1800, environment)
    if code not in (0, 1):
        raise RuntimeError(f"pytest {code}\n{said[-3000:]}")
    failing: set[str] = set()
    seconds: dict[str, float] = defaultdict(float)
    for file in folder.glob("durations-*"):
        for line in file.read_text().splitlines():
            test, duration, failed = json.loads(line)
            seconds[test] += duration
            failing |= {test} if failed else set()
    for test in sorted(failing):
        print(f"échoue sans mutant : {test}")
    data = coverage.CoverageData(str(folder / "combined"))
    for file in folder.glob("data.*"):
        one = coverage.CoverageData(str(file))
        one.read()
        data.update(one)
    passing: dict[str, dict[int, set[str]]] = {}
    for measured in data.measured_files():
        module = Path(measured).relative_to(tree).as_posix()
        lines = data.contexts_by_lineno(measured)
        passing[module] = {
            line: {GROUP.sub("", STAGE.sub("", c)) for c in found} - failing for line, found in lines.items()
        }
    return Covered(passing, seconds)


# --- trees and runs ---------------------------------------------------------------------------------------------


def copy_tree(folder: Path) -> Path:
    """A tree that can be written: the program and its tests copied, what they read linked."""
    folder.mkdir()
    for entry in ROOT.iterdir():
        if entry.name in COPIED:
            copy = shutil.copytree if entry.is_dir() else shutil.copy
            copy(
                entry,
                folder / entry.name,
                **({"ignore": shutil.ignore_patterns("__pycache__")} if entry.is_dir() else {}),
            )
        elif not entry.name.startswith(".") and entry.name != "sortie":
            (folder / entry.name).symlink_to(entry)
    # Compiled files known by their source's content: two mutants of one length and one second are not taken for one.
    compileall.compile_dir(folder / "mandats", quiet=2, invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH)
    return folder


def pytest(
    tree: Path, arguments: list[str], seconds: float, environment: dict[str, str] | None = None
) -> tuple[int, str]:
    """(exit code, what was said); past the time, the code of a test that failed."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    env = {**os.environ, "PYTHONPATH": str(tree), "CI": "1", **(environment or {})}
    run = subprocess.Popen(
        command, cwd=tree, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    try:
        said, _ = run.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        said = "trop long"
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(run.pid, signal.SIGKILL)
    return (run.returncode if said != "trop long" else 1), said


def survives(mutant: Mutant, tree: Path, covered: Covered) -> bool | None:
    """Whether every test that passes there still succeeds; None when they could not run."""
    tests = covered.of(mutant)
    if not tests:
        return True
    target = tree / mutant.module
    source = target.read_bytes()
    try:
        target.write_bytes(mutant.apply(source))
        allowed = 30 + 4 * sum(covered.seconds.get(t, 1) for t in tests)
        code, said = pytest(tree, ["-q", "-x", "-p", "no:randomly", *tests], allowed)
        if code > 2:
            print(f"non jugé : {mutant}, pytest {code}\n{said[-500:]}")
        return None if code > 2 else code == 0
    finally:
        target.write_bytes(source)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--nombre", type=int, default=150)
    parser.add_argument("--graine", type=int, default=1)
    parser.add_argument("--modules", nargs="*", default=MODULES)
    parser.add_argument("--tests", nargs="*", default=["tests", "mandats"], help="les seuls tests à passer")
    parser.add_argument("--releve", type=Path, help="fichier où garder par où passe chaque test, relu s'il existe")
    parser.add_argument("--secondes", type=float, default=1800)
    parser.add_argument("--processus", type=int, default=2)
    options = parser.parse_args()
    known = equivalents()
    files = sorted({f for pattern in options.modules for f in ROOT.glob(pattern)})
    every = [m for file in files for m in mutants(file) if m.key not in known]
    chosen = random.Random(options.graine).sample(every, min(options.nombre, len(every)))
    print(f"{len(every)} mutants possibles dans {len(files)} modules ; {len(chosen)} tirés, graine {options.graine}")
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        trees: Queue[Path] = Queue()
        for i in range(options.processus):
            trees.put(copy_tree(Path(folder) / f"arbre{i}"))
        first = trees.queue[0]
        notes = Path(folder) / "notes"
        notes.mkdir()
        if options.releve and options.releve.exists():
            covered = Covered(*pickle.loads(options.releve.read_bytes()))
        else:
            covered = record(first, notes, options.processus, options.tests)
            if options.releve:
                options.releve.write_bytes(pickle.dumps((covered.tests, covered.seconds)))
        deadline = time.monotonic() + options.secondes

        def judge(mutant: Mutant) -> bool | None:
            if time.monotonic() > deadline:
                return None
            tree = trees.get()
            try:
                left = survives(mutant, tree, covered)
            finally:
                trees.put(tree)
            if left:
                tests = len(covered.of(mutant))
                print(
                    f"{mutant.module}:{mutant.line} {mutant.where} : « {mutant.old} » → « {mutant.new} » ({tests} "
                    "tests)",
                    flush=True,
                )
            return left

        with ThreadPoolExecutor(options.processus) as pool:
            results = [r for r in pool.map(judge, chosen) if r is not None]
    caught = results.count(False)
    print(f"{caught} mutants vus sur {len(results)} ({100 * caught / max(1, len(results)):.1f} %)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
