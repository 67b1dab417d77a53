"""What every command prints, asks and ends with. Nothing here knows what a command does.

One error path: a command raises, `Command` says it in a line and gives the exit code. The commands of a ledger are
`private`: of what was not foreseen they print the place and the kind, since its message may hold a person's data.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from gettext import gettext
from typing import TYPE_CHECKING, Any, NoReturn

import click

from mandats.cli.appel import as_called, program

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from mandats.problem import Problem

OK, FINDINGS, UNUSABLE, STOPPED = 0, 1, 2, 130
WIDTH = 96


def _columns() -> int:
    """The terminal's width, as shutil tells it: importing shutil for click to ask would read four archive libraries.

    0 when there is no terminal, and nobody says how wide.
    """
    try:
        return max(int(os.environ.get("COLUMNS") or os.get_terminal_size(1).columns), 20)
    except (ValueError, OSError):
        return 0


CONTEXT: dict[str, Any] = {"help_option_names": ["-h", "--help", "--aide"]}


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


def cache_folder() -> Path | None:
    """Where this system keeps what a program may lose; $MANDATS_CACHE says another place, or, empty, none."""
    from pathlib import Path

    if (told := os.environ.get("MANDATS_CACHE")) is not None:
        return Path(told).absolute() if told else None
    variable, usual = "XDG_CACHE_HOME", "~/.cache"
    if sys.platform in ("win32", "darwin"):
        variable, usual = ("LOCALAPPDATA", "~/AppData/Local") if sys.platform == "win32" else ("", "~/Library/Caches")
    folder = Path(os.environ.get(variable) or os.path.expanduser(usual))
    return folder / "mandats" if folder.is_absolute() else None  # nobody's home: nowhere


EXPECTED = (click.ClickException, click.exceptions.Exit, click.Abort, SystemExit, KeyboardInterrupt, BrokenPipeError)


@contextmanager
def failing_in_a_line(ctx: click.Context | None, private: bool) -> Iterator[None]:
    """What was not expected of a file, of an engine, of a name, or of ourselves becomes a line and an exit code.

    Of a fault of ours, `mandats --trace` shows where it came from; what it says, unless the command is private.
    """
    try:
        yield
    except EXPECTED:
        raise
    except BaseException as error:  # a Rust library's panic is no Exception
        from mandats.guidance import crash, failure
        from mandats.problem import UnknownName

        if isinstance(error, UnknownName):
            raise click.UsageError(str(error), ctx) from None
        told = failure(error, private) or crash(error)
        if ctx and ctx.find_root().params.get("trace"):
            import traceback

            told_by = traceback.format_tb(error.__traceback__) if private else traceback.format_exception(error)
            warn("".join(told_by).rstrip())
        end(told.message, FINDINGS if told.engine else UNUSABLE)


class Formatter(click.HelpFormatter):
    """Of a narrow terminal, an option's name leaves most to what it does."""

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        super().write_dl(list(rows), col_max if self.width > 60 else self.width // 3, col_spacing)


class Context(click.Context):
    formatter_class = Formatter

    def __init__(self, *args: Any, **extra: Any):
        super().__init__(*args, **extra)
        self.terminal_width = min(_columns() or 80, 100) - 2


class Command(click.Command):
    """A command whose failures are lines and exit codes."""

    context_class = Context
    private = False

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        rest = super().parse_args(ctx, args)
        for param in self.params:
            value = ctx.params.get(param.name or "")
            typed = value if isinstance(value, tuple) else (value,)
            if not all(str(each).isascii() and str(each).isprintable() for each in typed):
                kept = tuple(_admitted(each, param.get_error_hint(ctx), ctx) for each in typed)
                ctx.params[param.name or ""] = kept if isinstance(value, tuple) else kept[0]
        return rest

    def invoke(self, ctx: click.Context) -> Any:
        with failing_in_a_line(ctx, self.private):
            from mandats import compiled

            compiled.use(cache_folder())
            return super().invoke(ctx)

    def get_help(self, ctx: click.Context) -> str:
        return fit(super().get_help(ctx))

    def get_short_help_str(self, limit: int = 45) -> str:
        return super().get_short_help_str(max(limit, 60))  # a narrow list folds it, and loses none of it


def _admitted(value: Any, name: str, ctx: click.Context) -> Any:
    """What was typed, as every text that enters; the name of a file, which may be anyone's, as it is."""
    from mandats.intake import admit, holds_never

    text, flaws = admit(str(value).replace("\n", " ").replace("\r", " ").replace("\t", " "))
    if flaws and (isinstance(value, str) or holds_never(str(value))):
        raise click.UsageError(f"{name} : {flaws[0]}", ctx)
    return text if isinstance(value, str) else value


class PrivateCommand(Command):
    private = True


class Group(click.Group):
    """Commands in the order in which they are declared, which is that of the work, not of the alphabet."""

    context_class = Context
    command_class: type[click.Command] | None = Command
    usual, alone = "", False  # the command of a line that names none; also of an empty one

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        args = sorted(args, key=lambda word: word != "--trace")  # wherever it was typed
        if self.usual and (args[0] not in {*self.commands, *ctx.help_option_names} if args else self.alone):
            args = [self.usual, *args]
        return super().parse_args(ctx, args)

    def main(self, *args: Any, **extra: Any) -> Any:
        """As click's, and its last words may find an error output that takes nothing."""
        try:
            with failing_in_a_line(None, private=True):
                code = super().main(*args, **{**extra, "prog_name": program(), "standalone_mode": False})
        except click.Abort:
            end(gettext("Aborted!"), 1)
        except click.ClickException as error:
            code, told = error.exit_code, io.StringIO()
            error.show(told)
            warn(told.getvalue().rstrip())
        finally:
            try:
                sys.stdout.flush()
            except OSError:
                silence(1)
        sys.exit(code)

    def invoke(self, ctx: click.Context) -> Any:
        with failing_in_a_line(ctx, private=True):  # a module that does not load, a line that is not understood
            return super().invoke(ctx)

    def get_help(self, ctx: click.Context) -> str:
        return fit(super().get_help(ctx))


def end(message: str, code: int) -> NoReturn:
    """The last line of a command that failed."""
    warn(message)
    sys.exit(code)


def echo(text: str, err: bool = False, nl: bool = True) -> None:
    """Print, as it is: what a program reads, a place in a file. Whoever stops reading (« | head ») stops nothing, nor
    does an error output that takes nothing.
    """
    try:
        click.echo(text, err=err, nl=nl)
    except OSError as error:
        silence(2 if err else 1)
        if not err and not isinstance(error, BrokenPipeError):
            raise


def silence(stream: int) -> None:
    """What is left for a stream that takes nothing goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream)


def say(text: str, nl: bool = True) -> None:
    """Print lines for a person, folded to the terminal."""
    echo(fit(text), nl=nl)


def warn(text: str) -> None:
    echo(as_called(text), err=True)


def fit(text: str) -> str:
    """The lines folded at words when the terminal is narrower; what follows stands under the column it belongs to.

    Nothing is folded without a terminal; a command is told as it was called.
    """
    wide, text = _columns(), as_called(text)
    return "\n".join(_fold(line, wide) for line in text.split("\n")) if wide else text


def _fold(line: str, wide: int) -> str:
    bare = click.unstyle(line)
    if len(bare) <= wide:
        return line
    import re

    line = bare
    if not line[wide:].strip("─"):
        return line[:wide]
    column = re.match(r" *(?:\S+ )*\S+ {2,}(?=\S)", line)
    start = len(line) - len(line.lstrip())
    margin = column.end() if column and column.end() <= wide // 2 else min(start + 2, wide // 2)
    return _lines(line.strip(), wide, " " * start, " " * margin)


def tell(problems: Iterable[Problem | str]) -> None:
    """One line each, on the error output; a text is a line that tells several warnings."""
    for problem in problems:
        grave = not isinstance(problem, str) and problem.gravite == "erreur"
        warn(style(str(problem), "red" if grave else "yellow"))


def style(text: str, colour: str | None = None, bold: bool = False) -> str:
    """With this look, unless $NO_COLOR, or a terminal that has none, asks for none."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return text if plain else click.style(text, colour, bold=bold)


def show(page: str, **values: Any) -> None:
    """Print a text of `pages/`, written in Jinja: `values` are its names."""
    say(_printed(f"{page}.txt", values, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True), nl=False)


def draw(page: str, **values: Any) -> str:
    """A drawing of `pages/`, in SVG: every value is escaped."""
    return _printed(f"{page}.svg", values, autoescape=True)


def _printed(file: str, values: dict[str, Any], **look: Any) -> str:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    pages = Environment(loader=PackageLoader("mandats.cli", "pages"), undefined=StrictUndefined, **look)
    pages.filters |= {"wrap": wrap, "style": style}
    return pages.get_template(file).render(values)


def wrap(text: str, first: str = "", following: str | None = None) -> str:
    """The text in lines of the usual width; `following`: the margin after the first line (by default the same)."""
    wide = min(WIDTH, _columns() or WIDTH)
    return _lines(as_called(text), wide, first, first if following is None else following)


def _lines(text: str, wide: int, first: str, following: str) -> str:
    import textwrap

    return textwrap.TextWrapper(wide, first, following, break_on_hyphens=False, break_long_words=False).fill(text)


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
        say(f"écrit : {path}{weight}")


def ask_phrase(prompt: str = "Phrase secrète", confirm: str | bool = False) -> str:
    """The passphrase: of the environment, else typed, never on the command line, which shells remember."""
    given = os.environ.get("MANDATS_PHRASE")
    typed: str = given or click.prompt(prompt, hide_input=True, confirmation_prompt=confirm, err=True)
    return typed
