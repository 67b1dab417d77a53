"""A commented case file for a kind of document: every key it requires, asked as a question, and a visible blank.

What must be filled in is a null, or words that begin with « [à compléter »: the rule `a-completer` lists them, so the
words say what to write, with an example; a comment says only what else may be written there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from mandats.content import Parametre, Section
from mandats.document import Clause, Template
from mandats.model import ArgumentAdverse, Fait, Mandants, Party, Piece, Traitement
from mandats.procedure import AvisCada, Decision, Demande, Instance, InstanceFond

HEAD = """\
# {titre} : {resume}
#
# 1. Remplacez chaque « [à compléter : … ] », crochets compris, en gardant les guillemets droits ; dans un texte, citez entre « ».
#    Remplacez « null » par une date (2026-11-03). Une ligne « # clé: … » est facultative : ôtez le dièse pour l'employer.
# 2. mandats verifier {nom}              dit ce qui manque encore
# 3. mandats construire {nom}            écrit un brouillon, blancs surlignés, en DOCX et en PDF
#    mandats construire {nom} --final    écrit la version à envoyer ou à déposer
"""
ARGUED = """\
#
# Un texte long s'écrit sous « texte: | », en retrait, une ligne vide entre deux paragraphes{cite}.
# Une clause est un argument déjà écrit, à la place des lignes « titre » et « texte » :   - clause: rgpd/minimisation
#    mandats clauses proposer {nom}    dit celles qui conviennent
#    mandats clauses rgpd/minimisation    dit les valeurs qu'elle demande ; elles s'écrivent dessous, en retrait sous « avec: »
"""
# What is asked, by key: the words of the blank.
QUESTIONS = {
    "Party.nom": "nom sans article, ex. : association Exemple", "Party.adresse": "adresse sur une ligne, ex. : 1, rue de la Paix, 75002 Paris",
    "Party.courriel": "courriel, ou ôtez cette ligne", "Party.objet_statutaire": "objet, recopié des statuts",
    "Traitement.nom": "nom du logiciel, du fichier ou du dispositif", "Traitement.finalite": "à quoi il sert, ex. : la surveillance de la voie publique",
    "Decision.objet": "ce que fait la décision, ex. : l'installation d'un logiciel d'analyse des images",
    "Demande.objet": "ce qui a été demandé, ex. : la communication du marché de vidéosurveillance",
    "Fait.fait": "le fait, minuscule initiale s'il est daté, sans point final, ex. : la commune annonce l'installation du logiciel",
    "Piece.titre": "intitulé de la pièce, ex. : Délibération du conseil municipal",
    "ArgumentAdverse.these": "ce qu'elle soutient, après « que », ex. : le logiciel n'est qu'une aide à la décision", "Instance.numero": "numéro d'enregistrement",
}  # fmt: skip
EXEMPLES = {
    "forme": "association régie par la loi du 1er juillet 1901", "rna": "W000000000", "courriel": "contact@exemple.org", "telephone": "01 00 00 00 00",
    "siren": "000000000", "description": "Un logiciel analyse les images des caméras de la commune.", "ou": "p. 12", "date": "2026-03-04", "genre": "f",
    "date_depot": "2026-03", "recue_le": "2026-03-04", "notifiee_le": "2026-03-04", "publiee_le": "2026-03-04", "reponse": "silence", "reponse_le": "2026-03-04",
    "represente_par": "{nom: A. Exemple, qualite: sa présidente}", "habilitation": "{organe: conseil d'administration, date: 2026-03-01, piece: deliberation}",
    "techniques": "[videosurveillance-algorithmique]", "donnees": "[{categorie: des images de passants}]", "collecte": "{du: 2026-01-10, au: 2026-02-28}",
    "designation": "la décision attaquée",
}  # fmt: skip
# The likely nature of who holds a role; what a newcomer would otherwise look up.
COMMUNE = {
    "type": "commune",
    "nom": "[à compléter : nom sans article, ex. : commune d'Exemple]",
    "article": "la",
    "genre": "f",
}
COURT = {
    "type": "juridiction",
    "nom": "[à compléter : nom sans article, ex. : tribunal administratif de Paris]",
    "article": "le",
}
CNIL = {
    "type": "autorite",
    "nom": "Commission nationale de l'informatique et des libertés",
    "article": "la",
    "genre": "f",
}
CADA = {"type": "autorite", "nom": "Commission d'accès aux documents administratifs", "article": "la", "genre": "f"}
NATURES: dict[str, dict[str, Any]] = {
    "juridiction": COURT,
    "autorite": CNIL,
    "mis_en_cause": COMMUNE,
    "defendeur": COMMUNE,
    "destinataire": COMMUNE,
}
PERSON = {"type": "personne-physique", "nom": "[à compléter : prénom et nom]", "article": "aucun", "genre": "f"}
SIGNED = (
    '{nom: "[à compléter : prénom et nom de qui signe]", qualite: "[à compléter : sa qualité, ex. : sa présidente]"}'
)
GROUP = {"type": "association", "article": "l'", "genre": "f", "represente_par": SIGNED}
SENDERS = "personne-physique (ôtez alors ce qui est propre à une association), collectif, syndicat"
HELD_BY = "collectivite, etablissement-public, ministere, etat, entreprise, autorite, autre"
ARTICLE = "devant le nom : le, la, l' ou les ; aucun pour un nom propre"
# What such a document nearly always contains: a sound argument is corrected sooner than found.
STARTERS = {
    "plainte-cnil.qualite": ("plainte/personne-concernee",),
    "plainte-cnil.demandes": ("demandes/constater-manquements", "demandes/information-des-plaignants"),
    "refere-suspension.recevabilite": ("recevabilite/recours-au-fond",),
    "refere-suspension.conclusions": ("conclusions/suspendre",),
}


def starters(templates: Iterable[Template]) -> set[str]:
    """The clauses that the new case of these documents begins with."""
    return {c for t in templates for name in t.header.sections for c in STARTERS.get(f"{t.slug}.{name}", ())}


def scaffold(
    templates: list[Template],
    day: str,
    name: str,
    clauses: Mapping[str, Clause] | None = None,
    addresses: Mapping[str, str] | None = None,
) -> str:
    """The YAML of a new case that orders these documents. `day`: ISO date of the act; `name`: the file, as typed.

    `clauses`: those of `starters` that could be read. `addresses`: of the authorities known by name.
    """
    needs: set[str] = {need for t in templates for need in t.header.requiert}
    roles = {role: told.aide for t in templates for role, told in t.header.roles.items()}
    held = next((r for r in ("mis_en_cause", "defendeur", "destinataire") if r in roles), next(iter(roles)))
    first = next(iter(roles))
    pieces = _pieces(templates, needs, "juridiction" in roles and not roles[first].startswith(ALONE))
    key = pieces[0]["cle"] if pieces else "piece-1"
    cited = {p["cle"]: p["cle"] for p in pieces}

    typed = f'"{name}"' if " " in name else name
    lines = [HEAD.format(titre=templates[0].header.titre, resume=templates[0].header.resume, nom=typed).rstrip()]
    if any(s.obligatoire for t in templates for s in t.header.sections.values()):
        cite = f" ; il cite une pièce par sa clé : {{{{ piece('{key}') }}}}" if pieces else ""
        lines += [ARGUED.format(nom=typed, cite=cite).rstrip()]
    lines += ["", 'titre: "[à compléter : titre du dossier, ex. : Association Exemple c. commune d\'Exemple]"']
    lines += [
        f"date: {day}   # date de l'acte, AAAA-MM-JJ : choisit les versions des textes",
        'lieu: "[à compléter : lieu de signature, ex. : Paris]"',
        "",
        "parties:",
    ]
    for role, text in roles.items():
        lines += [f"  {role}:   # {text}", *_party(role, text, role == first, templates, cited, addresses or {})]
    blocks: list[tuple[str, type[BaseModel], dict[str, Any]]] = [
        ("traitement", Traitement, {"responsable": held, "regime": "rgpd"}),
        ("decision", Decision, {"auteur": held, "nature": "explicite", "notifiee_le": None, **_given("piece", cited.get("decision"))}),
        ("instance_fond", InstanceFond, {"date_depot": None, "piece": "fond"}),
        ("demande", Demande, _demande(templates, held, cited)),
        ("avis_cada", AvisCada, {"saisie_le": None, "sens": None, **_given("piece", cited.get("avis"))}),
    ]  # fmt: skip
    for block, model, values in blocks:
        if block in needs:
            shown = () if block == "demande" and "recue_le" not in values else None
            lines += ["", f"{block}:", *_fields(model, values, 2, shown)]
    if "faits" in needs:
        lines += [
            "",
            "faits:   # un fait par tiret, dans l'ordre du récit",
            *_item(Fait, {"date": None, "pieces": f"[{key}]"}),
        ]
    if pieces:
        lines += [
            "",
            f"pieces:   # fichiers à placer dans {name.rsplit('.', 1)[0]}/pieces/ ; l'ordre fait le numéro, la clé sert à citer",
        ]
        for i, piece in enumerate(pieces):
            made = _item(Piece, piece)
            lines += made if i == 0 else [line.split("   # ")[0] for line in made if not line.lstrip().startswith("#")]
    if "arguments_adverses" in needs:
        lines += [
            "",
            "arguments_adverses:   # un par tiret, dans l'ordre des écritures adverses",
            *_item(ArgumentAdverse, {"cle": "argument-1", "auteur": held, "reponse": []}),
        ]
    lines += ["", "documents:"]
    for template in templates:
        lines += _document(
            template,
            {"partie": first, "adverse": held, "piece": key if pieces else "", "statuts": cited.get("statuts", "")},
            clauses or {},
        )
    return "\n".join(lines) + "\n"


ALONE = ("la personne dont", "la personne ou les personnes dont", "la personne physique")


def _party(
    role: str, text: str, first: bool, templates: list[Template], cited: Mapping[str, str], addresses: Mapping[str, str]
) -> list[str]:
    """One entry of the address book. The first role's holder writes, hence signs and receives the answer."""
    nature = (
        CADA
        if role == "destinataire" and any(t.slug == "saisine-cada" for t in templates)
        else NATURES.get(role, PERSON if text.startswith(ALONE) else GROUP)
    )
    values = {"article": "aucun", **nature}
    shown: tuple[str, ...] = ()
    if nature is not COURT:
        values["adresse"] = addresses.get(str(nature.get("nom")), _question(Party, "adresse"))
    notes = {
        "type": f"ou : {HELD_BY}",
        "article": ARTICLE,
        "genre": "f ou m, pour les accords",
        "represente_par": "",
        "adresse": "",
    }
    if first:
        values["courriel"] = _question(Party, "courriel")
        notes["type"] = f"ou : {SENDERS}" if nature is GROUP else "ou : association"
        shown = ("telephone", "forme", "rna") if nature is GROUP else ("telephone",)
        if "statuts" in cited and nature is GROUP:
            values |= {"objet_statutaire": _question(Party, "objet_statutaire"), "statuts": "statuts"}
            shown += ("habilitation",)
    elif nature is GROUP:
        values.pop("represente_par", None)
        shown = ("represente_par",)
    if nature in (COURT, CNIL, CADA):
        notes |= {"type": "", "nom": "", "article": "", "genre": ""}
    elif nature is PERSON:
        notes["article"] = ""
    return _fields(Party, values, 4, shown, notes)


def _pieces(templates: list[Template], needs: set[str], groups: bool) -> list[dict[str, Any]]:
    """The pièces that these documents cannot do without; one to describe when nothing is sure."""
    if not {"pieces", "faits", "instance_fond"} & needs:
        return []
    sure = [("decision", "")] if "decision" in needs else []
    sure += [("fond", "Copie de la requête en annulation")] if "instance_fond" in needs else []
    sure += [("demande", "Demande de communication")] if "demande" in needs else []
    sure += [("avis", "Avis de la Commission d'accès aux documents administratifs")] if "avis_cada" in needs else []
    if groups and any("recevabilite" in t.header.sections for t in templates):
        sure += [("statuts", "Statuts de l'association")]
    sure = sure or [("piece-1", "")]
    return [
        {
            "cle": cle,
            "titre": titre or _question(Piece, "titre"),
            "fichier": f"{i:02}-{cle if cle != 'piece-1' else 'piece'}.pdf",
        }
        for i, (cle, titre) in enumerate(sure, 1)
    ]


def _demande(templates: list[Template], held: str, cited: Mapping[str, str]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "destinataire": held,
        "documents": [
            "[à compléter : un document par tiret, avec son article, ex. : le marché conclu avec le fournisseur]"
        ],
    }
    if any("cada" in t.slug for t in templates):
        made["objet"] = "la communication de documents administratifs"
    if any(t.slug != "demande-cada" for t in templates):  # the request has been sent
        made |= {"recue_le": None, **_given("piece", cited.get("demande"))}
    return made


def _given(key: str, value: Any) -> dict[str, Any]:
    return {key: value} if value else {}


def _document(template: Template, likely: Mapping[str, str], clauses: Mapping[str, Clause]) -> list[str]:
    header = template.header
    roles = ", ".join(f"{r}: {r}" for r in header.roles)
    lines = [f"  - modele: {template.slug}", f"    roles: {{{roles}}}"]
    lines += [
        f"    # à ajouter dans roles, au besoin : {role} ({told.aide})"
        for role, told in header.roles_facultatifs.items()
    ]
    if "en_tete_lettre" in template.plan.contenu:
        lines += [
            f"    {'# ' * (header.registre == 'clair')}envoi: par lettre recommandée avec avis de réception   # imprimé en tête ; ou : par courriel"
        ]
    if "mandants" in header.requiert:
        lines += ["    mandants:", *_fields(Mandants, {"nombre": None}, 6)]
    if "instance" in header.requiert:
        lines += ["    instance:", *_fields(Instance, {"numero": _question(Instance, "numero")}, 6)]
    for name, section in header.sections.items():
        begun = [clauses[c] for c in STARTERS.get(f"{template.slug}.{name}", ()) if c in clauses]
        lines += _section(name, section, begun, likely)
    return lines


def _section(name: str, section: Section, begun: list[Clause], likely: Mapping[str, str]) -> list[str]:
    hints = " ou ".join(f"mandats clauses --cause {c}" for c in section.cause)
    told = f"    {name}:   # {section.titre}" + (f" ; clauses : {hints}" if hints else "")
    if not section.obligatoire:
        shape = '{titre: "…", texte: "…"}' if section.titres else '{texte: "…"}'
        return [told.replace(f"    {name}:", f"    # {name}: [{shape}]", 1)]
    lines = [told]
    for clause in begun:
        lines += _clause(clause, likely)
    if name == "recevabilite" and likely["statuts"]:  # no clause guesses who decided to act
        what = "qui a décidé d'agir et selon quel article des statuts ({{ piece('statuts') }}) ; l'intérêt à agir, en recopiant l'objet statutaire"
        lines += [
            "      - titre: L'association a intérêt et qualité pour agir",
            f"        texte: {_value(f'[à compléter : {what}]')}",
        ]
    elif section.titres and not begun:
        proof = (
            f" : la règle et son article, le fait, la preuve ({{{{ piece('{likely['piece']}') }}}})"
            if likely["piece"]
            else ""
        )
        lines += [
            '      - titre: "[à compléter : titre, en une phrase]"',
            f'        texte: "[à compléter : l\'argument, en phrases entières{proof}]"',
        ]
    elif not begun:
        lines += [
            f"      - texte: {_value(f'[à compléter : {section.titre[:1].lower()}{section.titre[1:]}, en phrases entières]')}"
        ]
    return lines


def _clause(clause: Clause, likely: Mapping[str, str]) -> list[str]:
    """A clause with each value it takes: what can be guessed, else the question its author wrote."""
    lines = [f"      - clause: {clause.id}"]
    wanted = [(n, p) for n, p in clause.header.parametres.items() if not p.facultatif]
    if wanted:
        lines += ["        avec:"]
    for name, parametre in wanted:
        value, note = _guess(name, parametre, likely)
        lines += [f"          {name}: {value}{f'   # {parametre.aide}' if note else ''}"]
    mark = "          # " if wanted else "        # avec: facultatif, "
    lines += [f"{mark}{name}:   # {p.aide}" for name, p in clause.header.parametres.items() if p.facultatif]
    return lines


def _guess(name: str, parametre: Parametre, likely: Mapping[str, str]) -> tuple[str, bool]:
    """The value to write, and whether its meaning must be told beside it."""
    blank = _value(f"[à compléter : {parametre.aide}]")
    match parametre.type:
        case "partie":
            return likely["adverse" if name in ("debiteur", "commune") else "partie"], True
        case "piece":
            return "fond" if name == "copie" else likely["piece"], True
        case "pieces":
            return f"[{likely['piece']}]", True
        case "liste":
            return f"[{blank}]", False
        case "texte":
            return blank, False
    return "null", True


def _item(model: type[BaseModel], values: dict[str, Any]) -> list[str]:
    """The fields of one element of a list."""
    lines = _fields(model, values, 4)
    first = next(i for i, line in enumerate(lines) if not line.lstrip().startswith("#"))
    return [*lines[:first], "  - " + lines[first].lstrip(), *lines[first + 1 :]]


def _fields(
    model: type[BaseModel],
    values: dict[str, Any],
    indent: int,
    shown: tuple[str, ...] | None = None,
    notes: Mapping[str, str] | None = None,
) -> list[str]:
    """One line per key: given, to fill in, or optional (only those `shown`) behind a `#`; its help after it."""
    wanted, optional = [], []
    margin = " " * indent
    for name, field in model.model_fields.items():
        if name in values or field.is_required():
            value = values[name] if name in values else _blank(model, name, field)
            asked = "[à compléter" in str(value)
            told = (notes or {}).get(name, "" if asked else f"{field.description}{_choices(field)}")
            note = f"   # {told}" if told else ""
            if isinstance(value, list) and value:
                wanted += [f"{margin}{name}:{note}", *(f"{margin}  - {_value(v)}" for v in value)]
            else:
                wanted.append(f"{margin}{name}: {_value(value)}{note}")
        elif shown is None or name in shown:
            optional.append(
                f"{margin}# {name}: {EXEMPLES.get(name, '')}".rstrip() + f"   # {field.description}{_choices(field)}"
            )
    return wanted + optional


def _question(model: type[BaseModel], name: str) -> str:
    return f"[à compléter : {QUESTIONS.get(f'{model.__name__}.{name}', name.replace('_', ' '))}]"


def _blank(model: type[BaseModel], name: str, field: FieldInfo) -> Any:
    return None if type(None) in get_args(field.annotation) else _question(model, name)


def _value(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, list):
        return "[" + ", ".join(_value(v) for v in value) + "]"
    plain = (
        isinstance(value, str) and value.replace("-", "").replace("_", "").replace(".", "").replace("/", "").isalnum()
    )
    if (
        isinstance(value, str)
        and not plain
        and not value.startswith(("[piece", "{nom:"))
        and not (value.startswith("[") and ":" not in value)
    ):
        return '"' + value.replace('"', '\\"') + '"'
    return str(value)


def _choices(field: FieldInfo) -> str:
    words = [a for a in _flatten(get_args(field.annotation)) if isinstance(a, str) and len(a) < 40]
    return f" Au choix : {', '.join(words)}." if 1 < len(words) <= 16 else ""


def _flatten(values: Iterable[Any]) -> Iterable[Any]:
    for value in values:
        inner = get_args(value)
        yield from _flatten(inner) if inner else (value,)
