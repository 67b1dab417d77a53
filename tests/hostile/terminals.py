"""Any terminal: its letters, its width, its streams closed or full, its folders out of reach. The same words come out,
or their nearest; the exit code is that of a good terminal; never a traceback.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from unicodedata import combining, normalize

from mandats.cli.startup import NEAREST
from tests.conftest import ROOT
from tests.hostile import ONE_LINE, RIGHT, Attempt, Dice, Outcome, wrong

COMMANDS: tuple[tuple[str, ...], ...] = (
    ("--help",), ("modeles",), ("verifier", "cases/acces-taj.yaml"), ("verifier", "absent.yaml"),
    ("clauses", "lister"), ("clauses", "montrer", "rgpd/minimisation"), ("clauses", "chercher", "visage"),
    ("sources", "lister"), ("sources", "montrer", "rgpd-5"), ("sources", "--help"), ("schema", "case"),
    ("delais", "cases/testwe.yaml", "--le", "2022-12-20"), ("verifier", "--expliquer", "REF-01"), ("inconnue",),
    ("delais", "cases/testwe.yaml", "--le", "2022-12-20", "--json"), ("construire", "--help"), ("registre", "--help"),
    ("registre", "etat"), ("publiposter", "produire", "--help"), ("clauses", "proposer", "cases/testwe.yaml"),
)  # fmt: skip
MACHINE = {"schema", "--json"}


def run(command: Sequence[str], streams: str = "", **environment: str) -> tuple[int, bytes, bytes]:
    """`streams`: what the shell does with them."""
    kept = {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "LD_LIBRARY_PATH")}
    shell = [shutil.which("bash") or "bash", "-c", f'"$@" {streams}; exit ${{PIPESTATUS[0]}}', "-"]
    done = subprocess.run(
        [*shell, sys.executable, "-m", "mandats", *command],
        cwd=ROOT, env={**kept, "PYTHONPATH": str(ROOT), **environment}, capture_output=True, stdin=subprocess.DEVNULL,
        check=False,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


@cache
def usual(command: tuple[str, ...]) -> tuple[int, str, str]:
    code, out, err = run(command)
    return code, out.decode("utf-8"), err.decode("utf-8")


def bare(text: str) -> str:
    """The letters and digits alone, as an ASCII terminal shows them."""
    text = "".join(NEAREST.get(c, c) for c in text)
    text = "".join(c for c in normalize("NFKD", text) if not combining(c))
    return re.sub(r"[^a-zA-Z0-9]", "", text)


def letters(rng: Dice, folder: Path) -> Outcome:
    """The output in another encoding: the words are all there."""
    command = rng.choice(COMMANDS)
    encoding = rng.choice(("cp1252", "latin-1", "ascii", "cp850", "iso8859-15", "cp437", "mac-roman"))
    code, out, err = run(command, PYTHONIOENCODING=encoding)
    wanted = usual(command)
    try:
        said = out.decode(encoding), err.decode(encoding)
    except UnicodeDecodeError as error:
        return wrong(f"{command} in {encoding}: {error}")
    if code != wanted[0] or "Traceback" in said[1]:
        return wrong(f"{command} in {encoding}: code {code} for {wanted[0]}\n{said[1]}")
    for mine, theirs in zip(said, wanted[1:], strict=True):
        if bare(mine) != bare(theirs):
            at = next((i for i, (a, b) in enumerate(zip(bare(mine), bare(theirs), strict=False)) if a != b), -1)
            return wrong(
                f"{command} in {encoding}: …{bare(mine)[at - 40 : at + 40]}… for …{bare(theirs)[at - 40 :][:80]}…"
            )
    return RIGHT


def locale(rng: Dice, folder: Path) -> Outcome:
    command = rng.choice(COMMANDS)
    setting = rng.choice(
        (
            {"LC_ALL": "C"}, {"LANG": "C"}, {"LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
            {"TERM": "dumb"}, {"NO_COLOR": "1"}, {"LANG": "fr_FR"}, {"PYTHONUTF8": "1"}, {"TZ": "Pacific/Auckland"},
        )
    )  # fmt: skip
    code, out, err = run(command, **setting)
    wanted = usual(command)
    if code != wanted[0] or bare(out.decode()) != bare(wanted[1]) or b"\x1b" in out + err:
        return wrong(f"{command} with {setting}: {code}\n{err.decode()[:400]}\n{out.decode()[:400]}")
    return RIGHT


def narrow(rng: Dice, folder: Path) -> Outcome:
    """A width: lines are folded at words, none is longer unless a word is; what programs read is not touched."""
    command, wide = rng.choice(COMMANDS), rng.choice((20, 30, 40, 52, 66, 80, 100, 132))
    code, out, err = run(command, COLUMNS=str(wide))
    wanted = usual(command)
    said = out.decode("utf-8")
    if code != wanted[0] or b"Traceback" in err:
        return wrong(f"{command} in {wide}: {code} for {wanted[0]}\n{err.decode()}")
    if MACHINE & set(command):
        return RIGHT if said == wanted[1] else wrong(f"{command} in {wide}: a format for programs was folded")
    # click shortens what a group says of its commands to the width.
    if bare(said) != bare(wanted[1]) and command not in (("registre", "--help"), ("sources", "--help")):
        return wrong(f"{command} in {wide}: other words\n{said[:500]}")
    for line in said.split("\n"):
        words = [word for word in line.split(" ") if word]  # what a hard space ties is one
        if len(line) > wide and len(words) > 2:
            return wrong(f"{command} in {wide}: {line!r}")
    return RIGHT


def streams(rng: Dice, folder: Path) -> Outcome:
    """Closed, full or abandoned streams: the code is the usual one; nothing but lines is written where one can."""
    command = rng.choice(COMMANDS)
    how = rng.choice(
        (">&-", "2>&-", "<&-", ">&- 2>&- <&-", "2>/dev/full", "| head -1", "2>&1 | head -1", "| head -c 1")
    )
    code, out, err = run(command, how)
    wanted = usual(command)[0]
    if b"Traceback" in out + err or b"Exception ignored" in out + err:
        return wrong(f"{command} {how}:\n{err.decode()}")
    # A page of help that nobody reads is click's, which says 1.
    return RIGHT if code in (wanted, 1 if "--help" in command else wanted) else wrong(f"{command} {how}: {code}")


def full(rng: Dice, folder: Path) -> Outcome:
    """An output that takes nothing: one line, exit 2."""
    command = rng.choice([c for c in COMMANDS if usual(c)[1]])
    code, _, err = run(command, ">/dev/full")
    lines = err.decode().strip().split("\n")
    if code == 2 and "disque plein" in lines[-1] and "Traceback" not in err.decode():
        return ONE_LINE
    return wrong(f"{command}: {code}\n{err.decode()}")


def out_of_reach(rng: Dice, folder: Path) -> Outcome:
    """Building with folders that are absent or cannot be written: the same files."""
    absent = str(folder / "absent")
    setting = rng.choice(
        ({"HOME": absent}, {"TMPDIR": absent, "TEMP": absent, "TMP": absent}, {"XDG_CACHE_HOME": "/proc"},
         {"HOME": "", "XDG_DATA_HOME": absent}, {"HOME": "/proc", "TMPDIR": "/proc"})
    )  # fmt: skip
    command = ("construire", "cases/acces-taj.yaml", "--sortie", str(folder / "sortie"), "--final")
    code, _, err = run(command, **setting)
    made = sorted(p.name for p in (folder / "sortie").rglob("*.*"))
    return RIGHT if code == 0 and len(made) == 2 else wrong(f"{setting}: {code} {made}\n{err.decode()}")


def fault(rng: Dice, folder: Path) -> Outcome:
    """A fault of ours: one line without the value; with --trace, where it came from; the value too unless it is a
    person's.
    """
    private = rng.random() < 0.5
    broken = "mandats.cli.options:Desk.ouvrir" if private else "mandats.api:list_templates"
    module, _, name = broken.partition(":")
    command = ["registre", "journal", "--registre", "x", "--cle", "y"] if private else ["modeles"]
    trace = rng.random() < 0.5
    line = [*command, "--trace"] if trace and rng.random() < 0.5 else [*["--trace"] * trace, *command]
    kind = rng.choice(("KeyError", "TypeError", "RecursionError", "ZeroDivisionError", "MemoryError", "AssertionError"))
    code = (
        f"import sys, {module} as m\n"
        f"def broken(*a, **k): raise {kind}('Jeanne Exemple')\n"
        f"m.{name} = broken\n"
        f"from mandats.cli import main; main({line}, prog_name='mandats')"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    lines = done.stderr.strip().split("\n")
    if done.returncode != 2 or not lines[-1].startswith(f"défaut du programme ({kind}"):
        return wrong(f"{command}: {done.returncode}\n{done.stderr}")
    if ("Jeanne" in done.stderr) != (trace and not private) and "raise" not in done.stderr:
        return wrong(f"{command}, trace {trace}:\n{done.stderr}")
    return ONE_LINE if (len(lines) > 1) == trace else wrong(f"{command}, trace {trace}:\n{done.stderr}")


ATTEMPTS: dict[str, Attempt] = {
    "letters": letters, "locale": locale, "narrow": narrow, "streams": streams, "full": full,
    "out-of-reach": out_of_reach, "fault": fault,
}  # fmt: skip
