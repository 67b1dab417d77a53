"""Whose files are read: the program's own folders, those of the folder the drafter works in."""

from functools import cache
from pathlib import Path


@cache
def shipped_root() -> Path:
    """The folder that holds the program's `clauses/` and `templates/`: inside the wheel, or the checkout."""
    package = Path(__file__).resolve().parent
    inside = package / "contenu"
    return inside if inside.is_dir() else package.parent


def ships(file: Path) -> bool:
    """Whether a file of clauses or templates stands in the program's own folders."""
    return _within(file.parent.absolute()) and not file.is_symlink()


@cache
def _within(folder: Path) -> bool:
    return folder.resolve().is_relative_to(shipped_root())


def is_shipped(template: Path) -> bool:
    """Whether a template's folder is the program's own."""
    return template.resolve().parent == shipped_root() / "templates"


def roots(working: Path) -> list[Path]:
    """Whose `clauses/` and `templates/` are read, the first to win first."""
    shipped = shipped_root()
    return [working] if working.resolve() == shipped.resolve() else [working, shipped]


def shown_path(path: Path, working: Path) -> str:
    """Relative to the working folder when inside it: what a drafter can click."""
    return str(path.relative_to(working) if path.is_relative_to(working) else path)
