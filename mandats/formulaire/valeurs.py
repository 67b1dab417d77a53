"""What a form prints of a person: the names it may call, and how a value is set, as text or as XML.

Takes a case's person or a row of the ledger; gives plain strings. A value is set in French typography on one line; an
absent one is a line to fill by hand.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from html import escape
from types import SimpleNamespace
from typing import Any

from jinja2 import TemplateSyntaxError, UndefinedError
from jinja2.environment import Template
from jinja2.exceptions import SecurityError

from mandats.document import Blank
from mandats.intake import MISSING
from mandats.model import Mandant
from mandats.problem import Impossible, UnusableInput
from mandats.render import typography
from mandats.render.sandbox import Environment, undefined_name, words
from mandats.write.pandoc import EngineError, UnprintableText

MAX_PRINTED = 5_000_000  # characters of one part of a form
DOTS = "…" * 28  # a line to write on
FIELDS = tuple(Mandant.model_fields)
COMPOSED = {n: v.fget for n, v in vars(Mandant).items() if isinstance(v, property) and v.fget}  # of the fields above
KNOWN = {name: f"mandant__{name}" for name in (*FIELDS, *COMPOSED)}
ROW_NAMES = frozenset({"mandant", "entete_droite", *KNOWN.values()})
FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # what XML 1.0 cannot carry
REORDERING = re.compile(r"[\u202a-\u202e\u2066-\u2069]")  # would turn the words around a name; no letter of it
WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*|[\w.+-]+@[\w-]+\.[\w.-]+")  # nothing for French typography to set


class RowError(ValueError):
    """A row that cannot be printed: `colonne` names the column, never its value."""

    def __init__(self, colonne: str, message: str):
        super().__init__(message)
        self.colonne, self.message = colonne, message


def as_text(value: Any) -> str:
    """A value as a PDF prints it: never read as markup, so never escaped."""
    if value.__class__ is str and WORD.fullmatch(value):
        return str(value)
    return DOTS if value is None or isinstance(value, Blank) else _set(words(value))


@lru_cache(4096)  # towns and names come again
def _set(text: str) -> str:
    return MISSING.sub(DOTS, typography.french(typography.one_line(text)))


def as_xml(value: Any) -> str:
    """The same in a part of a DOCX.

    >>> as_xml("d'Œuf <b>"), as_xml(None) == DOTS
    ('d’Œuf &lt;b&gt;', True)
    """
    return value if value.__class__ is str and WORD.fullmatch(value) else escape(as_text(value))


XML = Environment(as_xml)  # sandboxed like the texts'


def print_bounded(template: Template, values: Mapping[str, Any]) -> str:
    """What it prints. Raises SecurityError when loops make it grow past what a form holds."""
    out, size = [], 0
    for piece in template.generate(dict(values)):
        out.append(piece)
        size += len(piece)
        if size > MAX_PRINTED:
            raise SecurityError("texte produit trop long")
    return "".join(out)


def explain(error: Exception) -> str:
    """Why a form cannot be printed, in French, for a person who drew it in Word.

    >>> explain(UndefinedError("'x' is undefined")), explain(ZeroDivisionError("division by zero"))
    ('nom inconnu « x »', 'expression impossible (ZeroDivisionError)')
    """
    if isinstance(error, TemplateSyntaxError):
        return f"accolades « {{{{ }}}} » ou « {{% %}} » mal formées ({error.message})"
    if isinstance(error, UndefinedError):
        return f"nom inconnu « {undefined_name(error)} »"
    if isinstance(error, SecurityError):
        return f"opération non admise ({error})"
    if isinstance(error, UnprintableText):
        return f"caractère « {error} » que la police du PDF ne sait pas imprimer"
    told = isinstance(error, (EngineError, UnusableInput, Impossible))
    return str(error) if told else f"expression impossible ({type(error).__name__})"


def row_values(person: Any, entete_droite: str) -> dict[str, Any]:
    """What a row's program is given; an absent value is None, printed as a line to fill. Raises RowError.

    Each value has two names: `mandant.nom` for filters and loops, `mandant__nom` where nothing is left to look up.
    """
    row: dict[str, Any] = {}
    values: dict[str, Any] = {"entete_droite": entete_droite, "mandant": row}
    for name in FIELDS:
        value = getattr(person, name)
        if value.__class__ is str and not value.isprintable():
            value = REORDERING.sub("", value)
            if FORBIDDEN.search(value):
                raise RowError(name, "caractère de commande, que ni Word ni le PDF ne peuvent porter")
        row[name] = values[KNOWN[name]] = value or None
    given = SimpleNamespace(**row)
    for name, composed in COMPOSED.items():
        row[name] = values[KNOWN[name]] = composed(given)
    return values
