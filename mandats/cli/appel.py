"""The program as it was called: a command printed for a reader to type works in the shell where it is read.

Messages say « mandats verifier … », wherever they are written; what prints them says `as_called`. What a program reads
(JSON, SARIF) is printed as it is.
"""

import os
import re
import sys
from functools import cache


def as_called(text: str) -> str:
    """The text, each command of it beginning as this one was typed."""
    if "mandats" not in text:
        return text

    def called(found: re.Match[str]) -> str:
        done = text[: found.start()].rstrip().endswith("-m")  # already, and folded there by a narrow terminal
        return found[0] if done else program()

    return _commands().sub(called, text)


def to_keep(text: str) -> str:
    """The same, for a file that may be shared: an absolute path would say where, and whose, the program is."""
    return text if os.path.isabs(program().strip("'\"").split(" ")[0]) else as_called(text)


@cache
def _commands() -> re.Pattern[str]:
    from mandats.cli.main import main

    return re.compile(rf"(?<![\w/\\.-])mandats(?=\s+(?:{'|'.join(main.commands)}|--?\w+)\b)")


@cache
def program() -> str:
    """« mandats » when the shell finds it by that name; else the file, or `python -m mandats`, as it was typed."""
    file, typed = sys.argv[0], sys.orig_argv
    folder, name = os.path.split(file)
    if name == "__main__.py" and "-m" in typed[:-1] and typed[typed.index("-m") + 1] == "mandats":
        return f"{_quoted(typed[0])} -m mandats"
    if name.removesuffix(".exe") != "mandats" or not folder or folder in os.get_exec_path():
        return "mandats"
    return _quoted(file)


def _quoted(path: str) -> str:
    """As it is typed from the current folder, when it is below."""
    here = os.path.join(os.getcwd(), "")
    short = path.removeprefix(here)
    if os.name == "nt":
        return f'"{short}"' if " " in short else short  # PowerShell wants « & » before a quoted one
    import shlex

    return shlex.quote(short)
