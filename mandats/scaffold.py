"""A commented case file for a kind of document: every key it requires, its help, an example, and a visible blank.

What must be filled in is a null, or words that begin with « [à compléter »: the rule `a-completer` lists them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from mandats.content import Section
from mandats.document import Template
from mandats.model import ArgumentAdverse, AvisCada, Decision, Demande, Fait, Instance, InstanceFond, Mandants, Party, Piece, Traitement

HEAD = """\
# {titre} : {resume}
# Remplissez ce qui est entre « [ ] », et les dates « null » que vous connaissez ; « # clé: » en tête de ligne est facultatif (ôtez le dièse).
# Puis : mandats verifier {nom}      dit ce qui manque encore
#        mandats construire {nom}    écrit le document, en DOCX et en PDF
"""
EXEMPLES = {
    "nom": "La Quadrature du Net", "forme": "association régie par la loi du 1er juillet 1901", "adresse": "1, rue de la Paix, 75002 Paris",
    "rna": "W000000000", "courriel": "contact@exemple.org", "objet_statutaire": "la défense des libertés dans l'environnement numérique",
    "finalite": "la surveillance de la voie publique", "description": "Un logiciel analyse les images des caméras de la commune.",
    "objet": "la décision d'installer un logiciel d'analyse des images", "documents": "[le marché conclu avec la société, la délibération qui l'autorise]",
    "fait": "la commune annonce l'installation du logiciel", "titre": "Délibération du conseil municipal", "these": "le logiciel n'est qu'une aide à la décision",
    "ou": "p. 12", "date": "2026-03-04", "genre": "f", "date_depot": "2026-03", "recue_le": "2026-03-04", "notifiee_le": "2026-03-04", "publiee_le": "2026-03-04",
    "represente_par": "{nom: A. Exemple, qualite: sa présidente}", "habilitation": "{organe: conseil d'administration, date: 2026-03-01, piece: piece-1}",
    "techniques": "[videosurveillance-algorithmique]", "donnees": "[{categorie: des images de passants}]", "collecte": "{du: 2026-01-10, au: 2026-02-28}",
    "telephone": "01 00 00 00 00", "siren": "000000000", "designation": "la décision attaquée", "envoi": "par lettre recommandée avec avis de réception",
}  # fmt: skip
# The likely nature of who holds a role; what a newcomer would otherwise look up.
CNIL = {"type": "autorite", "nom": "Commission nationale de l'informatique et des libertés", "article": "la", "genre": "f"}
CADA = {"type": "autorite", "nom": "Commission d'accès aux documents administratifs", "article": "la", "genre": "f"}
SENDER = ("genre", "forme", "rna", "courriel", "represente_par", "objet_statutaire", "statuts", "habilitation")
OTHERS = ("genre", "represente_par")
NATURES: dict[str, dict[str, Any]] = {
    "juridiction": {"type": "juridiction", "article": "le"}, "autorite": CNIL, "mis_en_cause": {"type": "commune"}, "defendeur": {"type": "commune"},
    "destinataire": {"type": "commune"},
}  # fmt: skip


def scaffold(templates: list[Template], day: str, name: str) -> str:
    """The YAML of a new case that orders these documents. `day`: ISO date of the act; `name`: the file, as typed."""
    heads = [HEAD.format(titre=t.header.titre, resume=t.header.resume, nom=name) for t in templates[:1]]
    needs = {need for t in templates for need in t.header.requiert}
    roles = {role: text for t in templates for role, text in t.header.roles.items()}
    lines = ["".join(heads).rstrip(), ""]
    lines += ['titre: "[à compléter : titre du dossier, imprimé en haut des pages]"   # ex. : Association Exemple c. commune d\'Exemple']
    lines += [f"date: {day}   # date de l'acte : choisit les versions des textes", 'lieu: "[à compléter : lieu]"   # lieu de signature', ""]
    lines += ["parties:   # article : le, la, l', les ou aucun ; genre et nombre : pour les accords"]
    for role, text in roles.items():
        nature = CADA if role == "destinataire" and any(t.slug == "saisine-cada" for t in templates) else NATURES.get(role, {"type": "association"})
        first = role == next(iter(roles))
        shown = SENDER if first else OTHERS
        lines += [f"  {role}:   # {text}", *_fields(Party, {"article": "aucun", "adresse": "[à compléter : adresse]", **nature}, 4, shown)]
    held = next((r for r in ("mis_en_cause", "defendeur", "destinataire") if r in roles), next(iter(roles)))
    blocks: list[tuple[str, type[BaseModel], dict[str, Any]]] = [
        ("traitement", Traitement, {"responsable": held, "regime": "rgpd"}), ("decision", Decision, {"auteur": held, "nature": "explicite"}),
        ("instance_fond", InstanceFond, {"piece": "piece-1", "date_depot": None}),
        ("demande", Demande, {"destinataire": held, "documents": ["[à compléter : un document par tiret, avec son article]"]}), ("avis_cada", AvisCada, {"saisie_le": None, "sens": None}),
    ]  # fmt: skip
    for key, model, values in blocks:
        if key in needs:
            lines += ["", f"{key}:", *_fields(model, values, 2)]
    if "faits" in needs:
        lines += ["", "faits:   # un fait par tiret, dans l'ordre du récit", *_item(Fait, {"pieces": "[piece-1]"})]
    if {"pieces", "faits", "instance_fond"} & needs:
        lines += ["", f"pieces:   # fichiers à placer dans {name.rsplit('.', 1)[0]}/pieces/ ; l'ordre fait le numéro"]
        lines += _item(Piece, {"cle": "piece-1", "fichier": "01-piece.pdf"})
    if "arguments_adverses" in needs:
        lines += ["", "arguments_adverses:   # un par tiret, dans l'ordre des écritures adverses", *_item(ArgumentAdverse, {"cle": "argument-1", "auteur": held, "reponse": []})]
    lines += ["", "documents:"]
    for template in templates:
        lines += _document(template)
    return "\n".join(lines) + "\n"


def _document(template: Template) -> list[str]:
    header = template.header
    roles = ", ".join(f"{r}: {r}" for r in header.roles)
    lines = [f"  - modele: {template.slug}", f"    roles: {{{roles}}}"]
    lines += [f"    # roles: ajoutez au besoin {role} ({text})" for role, text in header.roles_facultatifs.items()]
    if "mandants" in header.requiert:
        lines += ["    mandants:", *_fields(Mandants, {"nombre": None}, 6)]
    if "instance" in header.requiert:
        lines += ["    instance:", *_fields(Instance, {"numero": "[à compléter : numéro]"}, 6)]
    for name, section in header.sections.items():
        lines += _section(name, section)
    return lines


def _section(name: str, section: Section) -> list[str]:
    hints = " ou ".join(f"mandats clauses --cause {c}" for c in section.cause)
    told = f"    {name}:   # {section.titre}" + (f" ; des clauses : {hints}" if hints else "")
    items = ['      - titre: "[à compléter : titre]"', '        texte: "[à compléter : le texte, ou une clause à la place de ces deux lignes]"']
    if not section.titres:
        items = ['      - texte: "[à compléter : le texte, ou une clause à la place de cette ligne]"']
    if section.obligatoire:
        return [told, *items]
    return [told.replace(f"    {name}:", f"    # {name}:", 1)]


def _item(model: type[BaseModel], values: dict[str, Any]) -> list[str]:
    """The fields of one element of a list."""
    lines = _fields(model, values, 4)
    first = next(i for i, line in enumerate(lines) if not line.lstrip().startswith("#"))
    return [*lines[:first], "  - " + lines[first].lstrip(), *lines[first + 1 :]]


def _fields(model: type[BaseModel], values: dict[str, Any], indent: int, shown: tuple[str, ...] | None = None) -> list[str]:
    """One line per key: given, to fill in, or optional (only those `shown`) behind a `#`; its help after it."""
    wanted, optional = [], []
    for name, field in model.model_fields.items():
        help_text = f"   # {field.description}{_choices(field)}"
        example = f" Ex. : {EXEMPLES[name]}" if name in EXEMPLES else ""
        if name in values or field.is_required():
            wanted.append(" " * indent + f"{name}: {_value(values.get(name, _blank(name, field)))}{help_text}{example}")
        elif shown is None or name in shown:
            optional.append(" " * indent + f"# {name}: {EXEMPLES.get(name, '')}".rstrip() + help_text)
    return wanted + optional


def _blank(name: str, field: FieldInfo) -> Any:
    return None if type(None) in get_args(field.annotation) else f"[à compléter : {name.replace('_', ' ')}]"


def _value(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, list):
        return "[" + ", ".join(_value(v) for v in value) + "]"
    if isinstance(value, str) and not value.startswith("[piece") and not value.replace("-", "").replace("_", "").replace(".", "").isalnum():
        return '"' + value.replace('"', '\\"') + '"'
    return str(value)


def _choices(field: FieldInfo) -> str:
    words = [a for a in _flatten(get_args(field.annotation)) if isinstance(a, str) and len(a) < 40]
    return f" Au choix : {', '.join(words)}." if 1 < len(words) <= 16 else ""


def _flatten(values: Iterable[Any]) -> Iterable[Any]:
    for value in values:
        inner = get_args(value)
        yield from _flatten(inner) if inner else (value,)
