"""What every command prints, asks and ends with. Nothing here knows what a command does.

One error path: a command raises, `Command` says it in a line and gives the exit code. The commands of a ledger are
`private`: of what was not foreseen they print the place and the kind, since its message may hold a person's data.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from mandats.problem import Problem

OK, FINDINGS, UNUSABLE, STOPPED = 0, 1, 2, 130
WIDTH = 96


def _columns() -> int:
    """The terminal's width, as shutil tells it: importing shutil for click to ask would read four archive libraries."""
    try:
        return int(os.environ.get("COLUMNS") or os.get_terminal_size(1).columns) or 80
    except (ValueError, OSError):
        return 80


CONTEXT: dict[str, Any] = {
    "help_option_names": ["-h", "--help", "--aide"],
    "terminal_width": max(min(_columns(), 100) - 2, 50),
}


@contextmanager
def later() -> Iterator[None]:
    """Modules imported within are read when first used: a page of help reads none of them."""
    from importlib.machinery import ModuleSpec, PathFinder
    from importlib.util import LazyLoader

    class Lazy(PathFinder):
        @classmethod
        def find_spec(cls, *where: Any) -> ModuleSpec | None:
            spec = super().find_spec(*where)
            if spec and spec.loader:
                spec.loader = LazyLoader(spec.loader)
            return spec

    sys.meta_path.insert(0, Lazy)
    try:
        yield
    finally:
        sys.meta_path.remove(Lazy)


def now() -> dt.datetime:
    """The clock enters here."""
    import datetime as dt

    return dt.datetime.now(dt.UTC)


EXPECTED = (
    click.ClickException, click.exceptions.Exit, click.Abort, SystemExit, KeyboardInterrupt, BrokenPipeError,
)  # fmt: skip


class Command(click.Command):
    """A command whose failures are lines and exit codes: what it did not expect of a file, of an engine, of a name.

    Our own bugs go through, with their trace, unless the command is private.
    """

    private = False

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except EXPECTED:
            raise
        except BaseException as error:  # a Rust library's panic is no Exception
            from mandats.guidance import failure
            from mandats.problem import UnknownName

            if isinstance(error, UnknownName):
                raise click.UsageError(str(error), ctx) from None
            told = failure(error, self.private)
            if told is None:
                raise
            end(told.message, FINDINGS if told.engine else UNUSABLE)


class PrivateCommand(Command):
    private = True


class Group(click.Group):
    """Commands in the order in which they are declared, which is that of the work, not of the alphabet."""

    command_class: type[click.Command] | None = Command

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


def end(message: str, code: int) -> NoReturn:
    """The last line of a command that failed."""
    warn(message)
    sys.exit(code)


def warn(text: str) -> None:
    click.echo(text, err=True)


def tell(problems: Iterable[Problem]) -> None:
    """One line each, on the error output."""
    for problem in problems:
        warn(style(str(problem), "red" if problem.gravite == "erreur" else "yellow"))


def style(text: str, colour: str | None = None, bold: bool = False) -> str:
    """With this look, unless $NO_COLOR asks for none."""
    return text if os.environ.get("NO_COLOR") else click.style(text, colour, bold=bold)


def show(page: str, **values: Any) -> None:
    """Print a text of `pages/`, written in Jinja: `values` are its names."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("mandats.cli", "pages")
    pages = Environment(
        loader=loader, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    pages.filters |= {"wrap": wrap, "style": style}
    click.echo(pages.get_template(f"{page}.txt").render(values), nl=False)


def wrap(text: str, first: str = "", following: str | None = None) -> str:
    """The text in lines of the usual width; `following`: the margin after the first line (by default the same)."""
    import textwrap

    rest = first if following is None else following
    return textwrap.TextWrapper(WIDTH, first, rest, break_on_hyphens=False, break_long_words=False).fill(text)


def plural(n: int, word: str) -> str:
    """« 0 clause », « 1 clause », « 2 clauses »."""
    return f"{n} {word}{'s' * (n > 1)}"


def as_json(value: Any) -> str:
    """Days in ISO form."""
    import json

    return json.dumps(value, ensure_ascii=False, indent=2, default=str)


def wrote(paths: Iterable[Path], size: bool = True) -> None:
    """Where the files are, and how big."""
    for path in paths:
        weight = f" ({max(1, path.stat().st_size // 1024)} Ko)" if size else ""
        click.echo(f"écrit : {path}{weight}")


def ask_phrase(prompt: str = "Phrase secrète", confirm: str | bool = False) -> str:
    """The passphrase: of the environment, else typed, never on the command line, which shells remember."""
    given = os.environ.get("MANDATS_PHRASE")
    typed: str = given or click.prompt(prompt, hide_input=True, confirmation_prompt=confirm, err=True)
    return typed
