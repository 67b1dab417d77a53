"""Reads clauses, sources and templates: the project's own, and those of the folder the drafter works in.

Layers, first wins: the working folder's `clauses/` and `templates/`, then those shipped with the program. A file of
the same name overrides; a new one adds.
"""

from __future__ import annotations

import html
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from mandats.content import ClauseHeader, Source, TemplateHeader
from mandats.document import Clause, Library, LoadedCase, Places, Template, Text
from mandats.load.paths import read_text
from mandats.load.validate import validate
from mandats.load.yaml_places import MAX_BYTES, Yaml, read_yaml
from mandats.problem import Place, Problem, UnusableInput, suggest, write_path

FRONT_MATTER = re.compile(r"\A---\n(.*?\n)---\n", re.S)
FORM = "formulaire.docx"
ENTRY = re.compile(r"^([a-z0-9][a-z0-9_-]*):[ \t]*(?:#.*)?$", re.M)  # a key of the register, alone on its line
COMMENTS = re.compile(r"^\s*(#.*)?$", re.M)
WORD = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
CLAUSE_ID = re.compile(r"^[a-z0-9-]+(/[a-z0-9-]+)+$")


def shipped_root() -> Path:
    """The folder that holds the program's `clauses/` and `templates/`: inside the wheel, or the checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "contenu"
    return inside if inside.is_dir() else package.parent


def roots(working: Path) -> list[Path]:
    shipped = shipped_root()
    return [working] if working.resolve() == shipped.resolve() else [working, shipped]


def shown_path(path: Path, working: Path) -> str:
    """Relative to the working folder when inside it: what a drafter can click."""
    try:
        return str(path.relative_to(working))
    except ValueError:
        return str(path)


def list_clauses(working: Path) -> dict[str, Path]:
    """Clause id → file, without reading any."""
    found: dict[str, Path] = {}
    for root in reversed(roots(working)):
        base = root / "clauses"
        for path in sorted(base.glob("*/**/*.md")) if base.is_dir() else []:
            slug = path.relative_to(base).with_suffix("").as_posix()
            if not slug.startswith("sources/"):
                found[slug] = path
    return found


def clause_id_ok(slug: str) -> bool:
    """Whether a Word bookmark can carry the id (see `model.CleClause`)."""
    return len(slug) <= 37 and bool(CLAUSE_ID.match(slug))


def load_clause(slug: str, path: Path, working: Path) -> tuple[Clause | None, list[Problem]]:
    """One clause; every problem of its header."""
    shown = shown_path(path, working)
    if not clause_id_ok(slug):
        why = "identifiant de clause : 37 caractères au plus, minuscules sans accent, chiffres et tirets"
        return None, [Problem("clause-nom", Place(shown), "", why)]
    try:
        content = read_text(path, shown)
        match = FRONT_MATTER.match(content)
        if not match:
            return None, [
                Problem("clause-entete", Place(shown), "", "en-tête absent : le fichier commence par « --- »")
            ]
        read = read_yaml(match[1], shown, first_line=2)
    except UnusableInput as error:
        return None, list(error.problems)
    header, problems = validate(ClauseHeader, read)
    problems = read.problems + problems
    if header is None:
        return None, problems
    body = Text(shown, content[match.end() :], content[: match.end()].count("\n") + 1)
    return Clause(slug, header, body, {**read.keys, **read.places}), problems


def read_entries(path: Path, shown: str) -> dict[str, Source]:
    """Every sound entry of one file of the register. Raises UnusableInput when it is none."""
    read = read_yaml(read_text(path, shown), shown)
    if not isinstance(read.data, dict):
        raise UnusableInput(_no_register(shown))
    return {name: source for name in read.data if (source := validate(Source, read, (name,))[0])}


def split_entries(content: str) -> tuple[str, list[tuple[str, int, int]]]:
    """What stands before the first entry of a register's text, then (key, start, end) of each, without parsing any."""
    starts = [(m.start(), m[1]) for m in ENTRY.finditer(content)]
    ends = [start for start, _ in starts[1:]] + [len(content)]
    return content[: starts[0][0]] if starts else content, [
        (name, start, end) for (start, name), end in zip(starts, ends, strict=False)
    ]


def _no_register(shown: str) -> Problem:
    return Problem("registre", Place(shown), "", "registre vide ou mal formé : des clés attendues en début de ligne")


def load_sources(
    working: Path, words: set[str] | None = None
) -> tuple[dict[str, Source], dict[str, Place], list[Problem]]:
    """The register, the place of every entry, and the problems of its files.

    With `words`, only the entries whose key is among them are read, and the texts their articles belong to: reading
    all of it takes a tenth of a second and more, and a document uses a few dozen.
    """
    files = [
        (rank, path)
        for rank, root in enumerate(reversed(roots(working)))
        for path in sorted((root / "clauses" / "sources").glob("*.yaml"))
    ]
    places: dict[str, Place] = {}
    blocks: dict[str, str] = {}
    layer: dict[str, int] = {}
    problems: list[Problem] = []
    for rank, path in files:
        shown = shown_path(path, working)
        try:
            content = read_text(path, shown)
        except UnusableInput as error:
            problems += error.problems
            continue
        head, entries = split_entries(content)
        if not entries or COMMENTS.sub("", head).strip():
            problems.append(_no_register(shown))
            continue
        line, before = 1, 0
        for name, start, end in entries:
            line, before = line + content.count("\n", before, start), start
            place = Place(shown, line, 1)
            if layer.get(name) == rank:  # in another layer, the drafter's own entry replaces the shipped one
                problems.append(Problem("cle-repetee", place, name, f"source déjà écrite en {places[name]}"))
                continue
            blocks[name], places[name], layer[name] = content[start:end], place, rank
    sources: dict[str, Source] = {}
    waiting = [name for name in blocks if words is None or name in words]
    while waiting:
        name = waiting.pop()
        if name in sources:
            continue
        place = places[name]
        try:
            read = read_yaml(blocks[name], place.fichier, place.ligne)
        except UnusableInput as error:
            problems += error.problems
            continue
        source, found = validate(Source, read, (name,))
        problems += read.problems + found
        if source is None:
            continue
        sources[name] = source
        if source.texte and source.texte not in places:
            problems.append(
                Problem(
                    "source-inconnue",
                    place,
                    f"{name}.texte",
                    f"texte inconnu « {source.texte} »" + suggest(source.texte, places),
                )
            )
            del sources[name]
        elif source.texte:
            waiting.append(source.texte)
    return sources, places, problems


def load_templates(working: Path, wanted: set[str] | None = None) -> tuple[dict[str, Template], list[Problem]]:
    """Every template by its name; with `wanted`, the others keep their name only (None)."""
    folders: dict[str, Path] = {}
    for root in reversed(roots(working)):
        base = root / "templates"
        folders |= {p.parent.name: p.parent for p in sorted(base.glob("*/template.yaml"))} if base.is_dir() else {}
    shared = tuple(root / "templates" / "commun" for root in roots(working))
    templates: dict[str, Template] = {}
    problems: list[Problem] = []
    for slug, folder in folders.items():
        if wanted is not None:
            templates[slug] = None  # type: ignore[assignment]
            if slug not in wanted:
                continue
        shown = shown_path(folder / "template.yaml", working)
        try:
            read: Yaml = read_yaml(read_text(folder / "template.yaml", shown), shown)
            header, found = validate(TemplateHeader, read)
            if header and header.genre == "formulaire":
                plan = Text(shown_path(folder / FORM, working), "")
                champs = read_form_fields(folder / FORM, plan.fichier)
            else:
                own = [folder / "plan.md"]
                family = [f / f"{header.plan}.md" for f in shared] if header and header.plan else []
                file = next((f for f in own + family if f.is_file()), (own + family)[-1])
                plan, champs = Text(shown_path(file, working), read_text(file, shown_path(file, working))), ()
        except UnusableInput as error:
            problems += error.problems
            continue
        problems += read.problems + found
        if header:
            places = {**read.keys, **read.places}
            if unknown := list(_unknown_roles(header, places)):
                problems += unknown
                continue
            templates[slug] = Template(slug, header, plan, places, folder, champs, shared)
    return templates, problems


def _unknown_roles(header: TemplateHeader, places: Places) -> Iterator[Problem]:
    """The roles that the cover prints and the template does not declare."""
    known = [*header.roles, *header.roles_facultatifs]
    for i, bloc in enumerate(header.couverture.blocs if header.couverture else ()):
        if bloc.role and bloc.role not in known:
            path = ("couverture", "blocs", i, "role")
            yield Problem(
                "role-inconnu",
                places[path],
                write_path(path),
                f"rôle que le modèle ne déclare pas « {bloc.role} »" + suggest(bloc.role, known),
            )


def read_form_fields(path: Path, shown: str) -> tuple[str, ...]:
    """The expressions « {{ … }} » of a form drawn in Word, in order of first appearance.

    Raises UnusableInput when it is absent, too large, or no sound archive (truncated, encrypted, of an unknown method).
    """
    try:
        with zipfile.ZipFile(path) as archive:
            if any(i.file_size > MAX_BYTES for i in archive.infolist()) or len(archive.infolist()) > 200:
                raise UnusableInput(Problem("formulaire", Place(shown), "", "document Word trop volumineux"))
            parts = [
                archive.read(n).decode()
                for n in archive.namelist()
                if re.fullmatch(r"word/(document|header\d*|footer\d*)\.xml", n)
            ]
    except (OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error, UnicodeDecodeError):
        raise UnusableInput(Problem("formulaire", Place(shown), "", "formulaire Word absent ou illisible")) from None
    words = html.unescape(re.sub(r"<[^>]+>", "", "".join(parts)))
    guarded = set(re.findall(r"\{%\s*if\s+([\w.]+)\s*%\}", words))  # printed only when given
    return tuple(dict.fromkeys(name for m in re.findall(r"\{\{(.*?)\}\}", words) if (name := m.strip()) not in guarded))


def load_library(working: Path, loaded: LoadedCase | None = None) -> tuple[Library, list[Problem]]:
    """The library seen from `working`; for a case, only what it may name is read (every clause keeps its id)."""
    problems: list[Problem] = []
    wanted = None if loaded is None else {m.clause for m in loaded.moyens() if m.clause}
    clauses: dict[str, Clause | None] = {}
    for slug, path in list_clauses(working).items():
        if wanted is not None and slug not in wanted and clause_id_ok(slug):
            clauses[slug] = None
            continue
        clauses[slug], found = load_clause(slug, path, working)
        problems += found
    templates, found = load_templates(working, None if loaded is None else {o.modele for o in loaded.case.documents})
    problems += found
    words = None
    if loaded is not None:
        texts = (
            [t.contenu for t in loaded.texts.values()]
            + [t.plan.contenu for t in templates.values() if t]
            + [loaded.source]
        )
        texts += [
            c.corps.contenu + " ".join(c.header.registres.values()) + c.header.titre for c in clauses.values() if c
        ]
        words = set(WORD.findall("\n".join(texts)))
    sources, places, found = load_sources(working, words)
    problems += found
    altered = frozenset(
        cle for cle, source in sources.items() if source.empreinte and source.empreinte != source.seal()
    )
    return Library(clauses, sources, places, templates, altered), problems  # type: ignore[arg-type]
