"""`mandats migrer`: a case rewritten to the present form."""

import difflib
import sys
from pathlib import Path

import click

from mandats import api, guidance
from mandats.cli.options import PATH, flag
from mandats.cli.terminal import OK, UNUSABLE, Command, echo, say, tell, warn
from mandats.files import write_set

COPY = ".avant"


@click.command(cls=Command)
@click.argument("cas", nargs=-1, required=True, type=PATH, metavar="CAS...")
@flag("--argument", "Met les moyens de chaque document dans un fichier Markdown du répertoire du dossier.")
@flag("--essai", "Montre ce qui changerait, n'écrit rien.")
def migrer(cas: tuple[Path, ...], argument: bool, essai: bool) -> None:
    """Récrit un dossier à la forme présente, sans en changer les mots.

    \b
    mandats migrer --essai mon-cas.yaml
    mandats migrer mon-cas.yaml
    mandats migrer --argument mon-cas.yaml

    Ce qui a changé de nom depuis la première version prend son nom d'aujourd'hui ; une ligne de plus de 150 caractères
    est repliée. Commentaires et mise en page restent. Un fichier récrit laisse une copie en « .avant » ; tout est
    écrit, ou rien.

    Code de sortie : 0 ; 2 si un fichier ne se lit ou ne s'écrit pas.
    """
    code = OK
    for path in cas:
        try:
            changes, problems = api.migrate_case(path, argument)
            tell(problems)
            if not changes:
                say(f"{path} : déjà à la forme présente.")
            elif essai:
                _show(changes)
            else:
                _write(path.parent, changes)
        except Exception as error:
            tell(guidance.problems_of(error, path))
            code = UNUSABLE
    sys.exit(code)


def _show(changes: dict[Path, tuple[str | None, str | None]]) -> None:
    for file, (before, after) in changes.items():
        old, new = ((text or "").splitlines() for text in (before, after))
        names = (str(file) if before is not None else "/dev/null", str(file) if after is not None else "/dev/null")
        for line in difflib.unified_diff(old, new, *names, lineterm="", n=1):
            echo(line)


def _write(folder: Path, changes: dict[Path, tuple[str | None, str | None]]) -> None:
    """Every file and a copy of what each was: all of them, or none. A file that nothing reads any more goes last."""
    contents: dict[str, bytes] = {}
    for file, (before, after) in changes.items():
        name = file.relative_to(folder).as_posix()
        given = file.read_bytes() if before is not None else b""
        if before is not None:
            if file.with_name(file.name + COPY).exists():
                raise click.UsageError(f"{file}{COPY} existe déjà : rangez-le ailleurs, puis recommencez")
            contents[name + COPY] = given
        if after is not None:
            contents[name] = (after.replace("\n", "\r\n") if b"\r\n" in given else after).encode()
    for file, (_, after) in changes.items():
        if after is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
    try:
        written = write_set(folder, contents)
        for file, (_, after) in changes.items():
            if after is None:
                file.unlink()
    except OSError as error:
        raise click.UsageError(guidance.unwritable(error)) from None
    for path in written:
        if path.suffix != COPY:
            say(f"écrit : {path}")
    case = next(file.name for file in changes if file.suffix in (".yaml", ".yml"))
    warn(f"L'état d'avant est gardé en « {COPY} ». Ensuite : mandats verifier {guidance.typed(folder / case)}")
