"""The only Jinja environment: sandboxed, strict, with few filters; every value printed is escaped for Markdown.

What may print markup is what the program itself made: `Safe` text. All else — names, addresses, titles from a case —
has each ASCII punctuation mark escaped, which CommonMark guarantees to print as itself.
"""

import re
import traceback
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, Undefined, UndefinedError, nodes
from jinja2.exceptions import SecurityError
from jinja2.filters import FILTERS
from jinja2.sandbox import ImmutableSandboxedEnvironment

from mandats.compiled import kept
from mandats.document import Blank, Text
from mandats.intake import holds_never
from mandats.keys import Model
from mandats.model import Party, Traitement
from mandats.problem import Impossible, Problem
from mandats.render import typography

MAX_LOOPS, MAX_LITERAL = 3, 100  # loops inside a loop; values typed in a loop
STRING_METHODS = (
    "startswith", "endswith", "lower", "upper", "strip", "replace", "removeprefix", "removesuffix", "split",
)  # fmt: skip
_TYPED = (nodes.List, nodes.Tuple)
MAX_OUTPUT = 400_000  # characters rendered from one text: a hundred pages


class Safe(str):
    """Markdown written by the program or by a library text; printed as it is."""

    def __html__(self) -> str:
        return self


_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


def escape_markdown(value: Any) -> str:
    """The value as Markdown that prints exactly it, on one line.

    >>> escape_markdown("*a* <b>\\n# c")
    '\\\\*a\\\\* \\\\<b\\\\> \\\\# c'
    """
    return _PUNCTUATION.sub(r"\\\1", typography.one_line(str(value)))


def words(value: Any) -> str:
    """A value as text. Raises Impossible for what is none: a pièce, a decision, a list."""
    value = value.nom if isinstance(value, (Party, Traitement)) else value
    if isinstance(value, Undefined):
        return str(value)  # raises UndefinedError, which names it
    if not isinstance(value, (str, int, float, Blank)):
        raise Impossible("ce n'est pas un texte : donnez une de ses clés")
    return str(value)


def undefined_name(error: UndefinedError) -> str:
    """The name, or the key, that it is about."""
    quoted = re.search(r"'([^']+)'(?: is undefined|$)", str(error)) or re.search(r"'([^']+)'[^']*$", str(error))
    return quoted[1] if quoted else str(error).rpartition(" ")[2]


def parties(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (tuple, list)) else [value]


def _noun(form: Callable[[str, str], str], value: Any) -> Any:
    """The value — a party, words, several of them — in a form that its article takes."""
    if isinstance(value, Blank):
        return value
    items = []
    for one in parties(value):
        owner = one if isinstance(one, (Party, Traitement)) else None
        own = owner and owner.article != "aucun"  # else the name may begin with its own
        named = owner.nom if owner else words(one)
        _, article, noun = ("", owner.article, named) if owner and own else _ARTICLE.split(named, 1)
        items.append(form((article or "aucun").strip().replace("’", "'"), noun))
    # Named in full on the cover; in a sentence, the first speaks for many.
    return f"{items[0]} et autres" if len(items) > 3 else typography.enumeration(items)


_ARTICLE = re.compile("^(les? |la |l['’])?")
le = partial(_noun, typography.with_article)
du = partial(_noun, partial(typography.contract, "de"))
au = partial(_noun, partial(typography.contract, "à"))


def _enumeration(values: Any, forme: str = "") -> Any:
    """« a, b et c »; `forme`, "du" or "au": each after « de » or « à »."""
    if forme not in ("", "du", "au"):
        raise Impossible('enumeration() attend "du", "au" ou rien')
    each = {"du": du, "au": au}.get(forme, words)
    return values if isinstance(values, Blank) else typography.enumeration(words(each(value)) for value in values)


def unless_blank(function: Callable[[Any], Any], nom: str = "") -> Callable[[Any], Any]:
    """The function, but for a value left out: it is printed as a line to fill (called `nom`), not as an object."""

    def applied(value: Any) -> Any:
        if value is None and nom:
            return Blank(nom)
        return value if value is None or isinstance(value, Blank) else function(value)

    return applied


@unless_blank
def majuscule(value: Any) -> Any:
    made = typography.capital(words(value))
    return Safe(made) if isinstance(value, Safe) else made


def accord(
    value: Any, ms: str, fs: str | None = None, mp: str | None = None, fp: str | None = None, *, mixte: str = "masculin"
) -> str:
    """The form that agrees with a party, with words that bring their article, or with several: masculine, feminine,
    and their plurals.

    `mixte`: how a party of both genders is written, the case's `accord_mixte`.

    >>> accord("les gabarits", "tenu"), accord("la photographie", "tenu"), accord(["le nom", "la date"], "tenu")
    ('tenus', 'tenue', 'tenus')
    """
    group = parties(value)
    fs = fs or ms + "e"
    plural = len(group) > 1 or any(
        getattr(p, "nombre", "") == "pluriel" or getattr(p, "article", "") == "les" or _matches(_PLURAL, p)
        for p in group
    )
    masculine, feminine = (mp or ms + "s", fp or fs + "s") if plural else (ms, fs)
    if mixte != "masculin" and any(getattr(p, "genre", "m") == "mixte" for p in group):
        return typography.inclusive(masculine, feminine, mixte)
    return feminine if all(getattr(p, "genre", "m") == "f" or _matches(_FEMININE, p) for p in group) else masculine


# What begins a noun phrase tells its number, or its gender; « l' » tells neither.
_PLURAL = re.compile("(?:les|des|ces|leurs|plusieurs) ", re.I)
_FEMININE = re.compile("(?:la|une|cette|toute) ", re.I)


def _matches(pattern: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and bool(pattern.match(value))


def verbe(value: Any, singulier: str, pluriel: str) -> str:
    """The verb that agrees in number with a party or with several: `verbe("a méconnu", "ont méconnu")`."""
    return accord(value, singulier, singulier, pluriel, pluriel)


def _date(value: Any) -> str:
    try:
        return typography.date_longue(typography.paris_day(words(value)))
    except (ValueError, OverflowError):
        raise Impossible("une date s'écrit 2026-11-16, 2026-11 ou 2026") from None


date = unless_blank(_date, "date")
_KEPT = (
    "default", "first", "last", "length", "sort", "list", "select", "reject", "map", "selectattr",
    "rejectattr", "int", "unique",
)  # fmt: skip
_FILTERS: dict[str, Callable[..., Any]] = {
    **{name: FILTERS[name] for name in _KEPT},
    "upper": unless_blank(lambda v: words(v).upper()),
    "lower": unless_blank(lambda v: words(v).lower()),
    "join": lambda values, between="": words(between).join(map(words, values)),
    "texte": words,
    "le": le,
    "du": du,
    "au": au,
    "Le": lambda v: majuscule(le(v)),
    "Du": lambda v: majuscule(du(v)),
    "Au": lambda v: majuscule(au(v)),
    "majuscule": majuscule,
    "verbe": verbe,
    "enumeration": _enumeration,
    "date": date,
}
_LONE_TAG = re.compile(r"^[ \t]*\{%(.*?)%\}[ \t]*\n", re.M)
MAX_COMPILED = 2_000  # texts: all those of the library, with room
_COMPILED: dict[tuple[Any, ...], Any] = {}


class Environment(ImmutableSandboxedEnvironment):
    intercepted_binops = frozenset(["*", "**", "%"])

    def __init__(self, finalize: Callable[[Any], str], mixte: str = "masculin"):
        # Nothing is computed while a text is compiled: what it asks for runs once, under the sandbox.
        super().__init__(undefined=StrictUndefined, autoescape=False, optimized=False, finalize=finalize)
        self.filters = _FILTERS | {"accord": lambda v, *forms: accord(v, *forms[:4], mixte=mixte)}
        self.globals = {}
        # All that a compiled text keeps of its environment: how a constant of it is printed, and agrees.
        self._printer = (getattr(finalize, "__func__", finalize), mixte)

    def template(self, source: str, livre: bool) -> Template:
        """The compiled text. One clause stands in several documents of a case: each text is compiled once, and one
        that ships (`livre`), for several runs. Raises TemplateSyntaxError."""
        printer, mixte = self._printer
        if (key := (source, printer, mixte)) not in _COMPILED:
            if len(_COMPILED) >= MAX_COMPILED:
                _COMPILED.clear()
            compiled, kind = partial(self.compile, source), f"jinja {printer.__module__}.{printer.__qualname__} {mixte}"
            _COMPILED[key] = kept(kind, source, compiled) if livre else compiled()
        return Template.from_code(self, _COMPILED[key], {})

    def getattr(self, obj: Any, attribute: str) -> Any:
        value = super().getattr(obj, attribute)
        return Blank(attribute) if value is None and isinstance(obj, Model) else value

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        # Of a model, only its declared keys and our own properties: never pydantic's machinery.
        if isinstance(obj, Model):
            own = attr in type(obj).model_fields or isinstance(getattr(type(obj), attr, None), property)
            return own and not attr.startswith(("_", "model_"))
        if isinstance(obj, str):
            return attr in STRING_METHODS  # `center`, `format`… can ask for any size
        return super().is_safe_attribute(obj, attr, value)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """The tree. Raises TemplateSyntaxError for loops that nothing would bound, for an escape that writes what no
        text may hold: a mark of ours, a control."""
        tree = super()._parse(source, name, filename)
        for constant in tree.find_all(nodes.Const) if "\\" in source else ():
            if isinstance(constant.value, str) and holds_never(constant.value):
                raise TemplateSyntaxError("échappement « \\ » d'un caractère que rien n'admet", constant.lineno)
        for joined in tree.find_all(nodes.Concat):
            joined.nodes = [nodes.Filter(n, "texte", [], [], None, None, lineno=n.lineno) for n in joined.nodes]
        for loop in tree.find_all(nodes.For):
            typed = [n for n in (loop.iter, *loop.iter.find_all(_TYPED)) if isinstance(n, _TYPED)]
            if len(list(loop.find_all(nodes.For))) >= MAX_LOOPS or any(len(n.items) > MAX_LITERAL for n in typed):
                message = "trop de boucles l'une dans l'autre, ou trop de valeurs à parcourir"
                raise TemplateSyntaxError(message, loop.lineno)
        return tree

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        raise SecurityError(f"opérateur « {operator} » non admis")

    def render_text(self, text: Text, context: Mapping[str, Any]) -> tuple[str, Problem | None]:
        """The rendered Markdown, or what prevented it with its line."""
        if "{" not in text.contenu:
            return text.contenu, None
        try:
            # A tag alone on its line leaves no line behind; the newline moves into it, so that lines still count right.
            template = self.template(_LONE_TAG.sub(r"{%\1\n%}", text.contenu), text.livre)
            out = ""
            for chunk in template.generate(dict(context)):
                out += chunk
                if len(out) > MAX_OUTPUT:
                    raise SecurityError("texte produit trop long")
            return out, None
        except TemplateSyntaxError as error:
            rule, place = "modele-jinja", text.place(occurrence_line=error.lineno)
            message = f"accolades « {{{{ }}}} » ou « {{% %}} » mal formées ({error.message})"
        except UndefinedError as error:
            word = undefined_name(error)
            rule, place, message = "nom-inconnu", text.place(word), f"nom inconnu « {word} »"
        except SecurityError as error:
            rule, place = "jinja-interdit", text.place(occurrence_line=_line(error))
            message = f"opération non admise dans un texte ({error})"
        except _IMPOSSIBLE as error:
            rule, place = "modele-jinja", text.place(occurrence_line=_line(error))
            message = f"expression impossible ({error if isinstance(error, Impossible) else type(error).__name__})"
        return "", Problem(rule, place, "", message)


_IMPOSSIBLE = (
    TemplateError, TypeError, ValueError, LookupError, AttributeError, ArithmeticError, RecursionError, MemoryError,
)  # fmt: skip


def _line(error: BaseException) -> int | None:
    frames = reversed(traceback.extract_tb(error.__traceback__))
    return next((frame.lineno for frame in frames if frame.filename == "<template>"), None)
