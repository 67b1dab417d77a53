"""Reads clauses, sources and templates: the project's own, and those of the folder the drafter works in.

Layers, first wins: the working folder's `clauses/` and `templates/`, then those shipped with the program. A file of
the same name overrides, also each file of a template alone; a new one adds. A file that looks like one of them and is
read by nobody is told: a form redrawn under a wrong name must not leave the shipped one printed.
"""

import hashlib
import os
import re
from collections.abc import Iterator, Mapping, Set
from contextlib import suppress
from functools import cache, lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from mandats.compiled import kept
from mandats.content import ClauseHeader, Role, Source, TemplateHeader
from mandats.document import Clause, Families, Library, LoadedCase, Places, Template, Text
from mandats.load.conditions import wrong_conditions
from mandats.load.paths import read_text
from mandats.load.validate import validate
from mandats.load.word_form import FORM, read_form, read_form_fields
from mandats.load.yaml_places import Yaml, read_yaml
from mandats.parts import read_parts
from mandats.problem import (
    AVERTISSEMENT,
    ERREUR,
    KeyPath,
    Place,
    Problem,
    UnknownName,
    UnusableInput,
    mistaken,
    refusal,
    suggest,
    write_path,
)
from mandats.roots import is_shipped, roots, shipped_root, ships, shown_path
from mandats.words import bare

FRONT_MATTER = re.compile(r"\A---\n(.*?\n)---\n", re.S)
HEADER, PAGE, SHARED, HOUSES = "template.yaml", "page.typ", "commun", "maisons"
OF_A_FORM, OF_AN_ACT = (HEADER, FORM, PAGE), (HEADER, "plan.md", PAGE, "reference.docx")
ENTRY = re.compile(r"^(?=[a-z0-9][a-z0-9_-]*:[ \t]*(?:#.*)?$)", re.M)  # before a key of the register, alone on its line
COMMENTS = re.compile(r"^\s*(#.*)?$", re.M)
WORD = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
NO_REGISTER = "registre vide ou mal formé : des clés attendues en début de ligne"
CLAUSE_ID = re.compile(r"^[a-z0-9-]+(/[a-z0-9-]+)+$")


def list_clauses(working: Path) -> dict[str, Path]:
    """Clause id → file, without reading any."""
    found: dict[str, Path] = {}
    for base in (root / "clauses" for root in reversed(roots(working))):
        for matter in sorted(p for p in base.glob("*") if p.name != "sources"):
            for folder, folders, names in os.walk(matter):
                folders.sort()
                within = folder[len(str(base)) + 1 :].replace(os.sep, "/")
                told = sorted(name for name in names if name.endswith(".md"))
                found |= {f"{within}/{name.removesuffix('.md')}": Path(folder, name) for name in told}
    return found


def clause_id_ok(slug: str) -> bool:
    """Whether a Word bookmark can carry the id (see `model.CleClause`)."""
    return len(slug) <= 37 and bool(CLAUSE_ID.match(slug))


def load_clause(slug: str, path: Path, working: Path) -> tuple[Clause | None, list[Problem]]:
    """One clause; every problem of its header and of its blocks."""
    shown = shown_path(path, working)
    if not clause_id_ok(slug):
        why = "identifiant de clause : 37 caractères au plus, minuscules sans accent, chiffres et tirets"
        return None, [Problem("clause-nom", Place(shown), "", why)]
    try:
        content = read_text(path, shown)
    except UnusableInput as error:
        return None, list(error.problems)
    match = FRONT_MATTER.match(content)
    if not match:
        return None, [Problem("clause-entete", Place(shown), "", "en-tête absent : le fichier commence par « --- »")]
    livre = ships(path)
    header, places, problems = _parse(ClauseHeader, match[1], Place(shown, 2), livre=livre)
    body = Text(shown, content[match.end() :], content[: match.end()].count("\n") + 1, livre=livre)
    parts, wrong = read_parts(body.contenu)
    if header:
        wrong = tuple(sorted([*wrong, *wrong_conditions(body.contenu, parts, header, lambda: _roles(working))]))
    found = [*problems, *(Problem("clause-bloc", body.place(occurrence_line=n), "", told) for n, told in wrong)]
    if wrong or not header:
        return None, found
    return Clause(slug, header, body, places, parts, hashlib.sha256(content.encode()).hexdigest()[:12]), found


@cache
def _parse(
    model: type[BaseModel], content: str, place: Place, prefix: tuple[str, ...] = (), livre: bool = False
) -> tuple[Any, Places, tuple[Problem, ...]]:
    """What a text that begins at `place` says, under `prefix`: a model, None when it is wrong; places and problems.

    One that ships (`livre`) is parsed once for several runs.
    """
    if livre and (told := kept("yaml", content, lambda: _plainly(content))):
        places = {path: Place(place.fichier, place.ligne + line, column) for path, line, column in told[1]}
        value, wrong = validate(model, Yaml(told[0], places), prefix)
        if not wrong:
            return value, places, ()
    try:
        read = read_yaml(content, place.fichier, place.ligne)
    except UnusableInput as error:
        return None, {}, error.problems
    value, found = validate(model, read, prefix)
    return value, read.places, (*read.problems, *found)


def _plainly(content: str) -> tuple[Any, list[tuple[KeyPath, int, int]]] | None:
    """The values of a sound text, and where each stands: its path, lines and columns after the first line."""
    try:
        read = read_yaml(content, "", 0)
    except UnusableInput:
        return None
    return None if read.problems else (read.data, [(path, p.ligne, p.colonne) for path, p in read.places.items()])


def read_entries(path: Path, shown: str) -> dict[str, Source]:
    """Every sound entry of one file of the register. Raises UnusableInput when it is none."""
    read = read_yaml(read_text(path, shown), shown)
    if not isinstance(read.data, dict):
        raise refusal("registre", shown, NO_REGISTER)
    return {name: source for name in read.data if (source := validate(Source, read, (name,))[0])}


def split_entries(content: str) -> tuple[str, list[tuple[str, str]]]:
    """What stands before the first entry of a register's text, then (key, text) of each, without parsing any."""
    head, *blocks = ENTRY.split(content)
    return head, [(block.partition(":")[0], block) for block in blocks]


@cache
def _entries(shown: str, content: str) -> tuple[tuple[str, Place, str], ...]:
    """(key, place, text) of each entry of a file of the register. Raises UnusableInput when it is none."""
    head, blocks = split_entries(content)
    if not blocks or COMMENTS.sub("", head).strip():
        raise refusal("registre", shown, NO_REGISTER)
    lines = accumulate((block.count("\n") for _, block in blocks), initial=head.count("\n") + 1)
    return tuple((name, Place(shown, line), block) for (name, block), line in zip(blocks, lines, strict=False))


def _state(path: Path) -> tuple[int, ...]:
    """What tells that a file is still the one that was read."""
    with suppress(OSError):
        found = path.stat()
        return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
    return ()


@lru_cache(256)
def _read_entries(path: Path, shown: str, *state: int) -> tuple[tuple[str, Place, str], ...]:
    return _entries(shown, read_text(path, shown))


def _register(working: Path) -> tuple[dict[str, tuple[Place, str, bool]], list[Problem]]:
    """Key → place and text of every entry, unparsed, and whether it ships; a drafter's own replaces the shipped one."""
    entries: dict[str, tuple[Place, str, bool]] = {}
    problems: list[Problem] = []
    for root in reversed(roots(working)):
        layer: dict[str, tuple[Place, str, bool]] = {}
        for path in sorted((root / "clauses" / "sources").glob("*.yaml")):
            try:
                found = _read_entries(path, shown_path(path, working), *_state(path))
            except UnusableInput as error:
                problems += error.problems
                continue
            livre = ships(path)
            for name, place, block in found:
                if layer.setdefault(name, (place, block, livre))[0] is not place:
                    message = f"source déjà écrite en {layer[name][0]}"
                    problems.append(Problem("cle-repetee", place, name, message))
        entries |= layer
    return entries, problems


def load_sources(
    working: Path, words: Set[str] | None = None
) -> tuple[dict[str, Source], dict[str, Place], list[Problem]]:
    """The sources, the place of every entry of the register, the problems.

    With `words`, only the entries whose key is among them are read, and the texts their articles belong to: reading
    all of it takes a tenth of a second and more, and a document uses a few dozen.
    """
    entries, problems = _register(working)
    sources: dict[str, Source] = {}
    waiting = [name for name in entries if words is None or name in words]
    while waiting:
        name = waiting.pop()
        if name in sources:
            continue
        place, block, livre = entries[name]
        source, _, found = _parse(Source, block, place, (name,), livre)
        problems += found
        if source and source.texte and source.texte not in entries:
            message = f"texte inconnu « {source.texte} »" + suggest(source.texte, entries)
            problems.append(Problem("source-inconnue", entries[name][0], f"{name}.texte", message))
        elif source:
            sources[name] = source
            waiting += [source.texte] if source.texte else []
    return sources, {name: entry[0] for name, entry in entries.items()}, problems


def list_templates(working: Path) -> dict[str, Path]:
    """Template name → folder, without reading any."""
    bases = [root / "templates" for root in reversed(roots(working))]
    return {path.parent.name: path.parent for base in bases for path in sorted(base.glob("*/template.yaml"))}


def load_templates(working: Path, wanted: Set[str] | None = None) -> tuple[dict[str, Template], list[Problem]]:
    """Every sound template by its name, or those `wanted`."""
    templates: dict[str, Template] = {}
    found = list_templates(working)
    problems = [*_stray_folders(working, found)]
    for slug, folder in found.items():
        if wanted is not None and slug not in wanted:
            continue
        layers = tuple(root / "templates" / name for name in (slug, SHARED) for root in roots(working))
        try:
            shown = shown_path(folder / HEADER, working)
            header, places, wrong = _parse(
                TemplateHeader, read_text(folder / HEADER, shown), Place(shown), livre=ships(folder / HEADER)
            )
            problems += wrong
            if header:
                problems += _stray_files(header, layers[0], working)
                plan, champs = _plan(header, layers, working)
                unknown = [*_unknown_roles(header, places)]
                unknown += [] if is_shipped(folder) else _undeclared_roles(header, plan, places)
                problems += unknown
                templates |= {} if unknown else {slug: Template(slug, header, plan, places, folder, champs, layers)}
        except UnusableInput as error:
            problems += error.problems
    return templates, problems


def _roles(working: Path) -> dict[str, Role]:
    """Every role that a template declares: what a block may name besides what each case gives."""
    return {n: role for t in load_templates(working)[0].values() for n, role in t.header.all_roles.items()}


def load_families(working: Path, slugs: Set[str] | None = None) -> Families:
    """What the templates, or those of these names, say they are; one that cannot be read says nothing."""
    return {slug: template.header.famille for slug, template in load_templates(working, slugs)[0].items()}


def _stray_folders(working: Path, known: Mapping[str, Path]) -> Iterator[Problem]:
    """The folders beside the drafter's templates that hold what a template holds, under a name that none has."""
    read = {*OF_A_FORM, *OF_AN_ACT}
    for folder in sorted((working / "templates").glob("*/")):
        if folder.name not in (*known, SHARED, HOUSES) and any((folder / name).is_file() for name in read):
            meant = mistaken(folder.name, (*known, SHARED, HOUSES))  # an override, or something not finished
            told = f"aucun modèle de ce nom, et pas de {HEADER} : rien n'y est lu{meant}"
            place = Place(shown_path(folder, working))
            yield Problem("fichier-ignore", place, "", told, ERREUR if meant else AVERTISSEMENT)


def _stray_files(header: TemplateHeader, folder: Path, working: Path) -> Iterator[Problem]:
    """The files of the drafter's folder that stand where one is read, under another name, or that this kind ignores."""
    read = OF_A_FORM if header.genre == "formulaire" else OF_AN_ACT
    known = {n.split(".")[0]: n for n in (*OF_A_FORM, *OF_AN_ACT)}
    for path in sorted(folder.iterdir()) if folder.is_dir() and not is_shipped(folder) else ():
        near = known.get(bare(path.name).split(".")[0], "")
        if path.is_file() and (path.name in read or not near or (near in read and (folder / near).is_file())):
            continue
        if near or path.name in read:
            told = "ce n'est pas un fichier" if path.name in read else f"rien ne le lit : donnez « {', '.join(read)} »"
            yield Problem("fichier-ignore", Place(shown_path(path, working)), "", told)


def _plan(header: TemplateHeader, layers: tuple[Path, ...], working: Path) -> tuple[Text, tuple[str, ...]]:
    """The plan of an act: its own, else its family's; for a form, the expressions it prints."""
    if header.genre == "formulaire":
        path = next((p for layer in layers if (p := layer / FORM).is_file()), layers[0] / FORM)
        shown = shown_path(path, working)
        return Text(shown, ""), read_form_fields(path, shown)
    files = [f / f"{header.plan if f.name == SHARED else 'plan'}.md" for f in layers if header.plan or f.name != SHARED]
    file = next((f for f in files if f.is_file()), files[-1])
    shown = shown_path(file, working)
    return Text(shown, read_text(file, shown), livre=ships(file)), ()


def _unknown_roles(header: TemplateHeader, places: Places) -> Iterator[Problem]:
    """The roles that the cover prints and the template does not declare."""
    for i, bloc in enumerate(header.couverture.blocs if header.couverture else ()):
        if bloc.role and bloc.role not in header.all_roles:
            path = ("couverture", "blocs", i, "role")
            told = f"rôle que le modèle ne déclare pas « {bloc.role} »" + suggest(bloc.role, header.all_roles)
            yield Problem("role-inconnu", places[path], write_path(path), told)


def _undeclared_roles(header: TemplateHeader, plan: Text, places: Places) -> Iterator[Problem]:
    """The roles of a shared plan that each shipped template on it declares, and that the drafter's leaves out."""
    files = [folder / HEADER for folder in list_templates(shipped_root()).values() if header.plan]
    others = [_parse(TemplateHeader, read_text(file, str(file)), Place(str(file)))[0] for file in files]
    siblings = [set(other.all_roles) for other in others if other and other.plan == header.plan]
    used = set(re.findall(r"\w+", " ".join(re.findall(r"\{[{%](.*?)[%}]\}", plan.contenu, re.S))))
    expected = set.intersection(used, *siblings) if siblings else set()
    for role in sorted(expected.difference(header.all_roles)):
        message = f"rôle que le plan « {header.plan} » emploie, à déclarer ici ou dans roles_facultatifs : {role}"
        yield Problem("role-inconnu", places[("roles",)], "roles", message)


def load_library(working: Path, loaded: LoadedCase | None = None) -> tuple[Library, list[Problem]]:
    """The library seen from `working`, and what is wrong in it; for a case, only what it may name is read.

    All of it takes a tenth of a second, and is kept by whoever asks often.
    """
    wanted = {m.clause for _, m in loaded.case.moyens()} if loaded else None
    clauses: dict[str, Clause] = {}
    problems: list[Problem] = []
    files = list_clauses(working)
    for slug, path in files.items():
        if wanted is None or slug in wanted or not clause_id_ok(slug):
            clause, found = load_clause(slug, path, working)
            problems += found
            clauses |= {slug: clause} if clause else {}
    templates, found = load_templates(working, {o.modele for o in loaded.case.documents} if loaded else None)
    problems += found
    words = None
    if loaded:
        texts = [loaded.source, *(t.contenu for t in loaded.texts.values())]
        texts += [t.plan.contenu for t in templates.values()]
        for c in clauses.values():
            texts += [c.corps.contenu, c.header.titre, *c.header.registres.values()]
        words = frozenset().union(*map(_words, texts))
    sources, places, found = load_sources(working, words)
    problems += found
    maison, found = load_house(working, loaded) if loaded else ({}, [])
    names = tuple(list_templates(working))
    return Library(clauses, sources, places, templates, tuple(files), names, maison), problems + found


def load_house(working: Path, loaded: LoadedCase) -> tuple[dict[str, bytes], list[Problem]]:
    """The parts of the Word file that the case's house is."""
    if (name := loaded.case.maison) is None:
        return {}, []
    try:
        return read_house(name, working)[1], []
    except UnknownName as error:
        return {}, [loaded.problem("maison", ("maison",), str(error))]
    except UnusableInput as error:
        return {}, [*error.problems]


def read_house(named: str, working: Path) -> tuple[Path, dict[str, bytes]]:
    """The Word file of a house, by its name or its path, and its parts. Raises UnknownName, UnusableInput."""
    bases = [root / "templates" / HOUSES for root in reversed(roots(working))]  # the drafter's own wins
    files = {file.stem: file for base in bases for file in sorted(base.glob("*.docx"))}
    file = Path(named) if Path(named).suffix else files.get(named)
    if file is None:
        asked = f"pas de maison « {named} » : placez le fichier Word du cabinet, {named}.docx, dans templates/{HOUSES}/"
        raise UnknownName(asked + suggest(named, files))
    if file.suffix.lower() != ".docx":
        raise UnknownName(f"une maison est un fichier .docx : {named}")
    return file, read_form(file, shown_path(file, working), "maison")


@cache
def _words(text: str) -> frozenset[str]:
    """What may be a key of the register."""
    return frozenset(WORD.findall(text))
