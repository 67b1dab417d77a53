"""Write docs/guide/cles.md: every key a drafter may use, from the model that validates them.

Usage: python tools/guide_keys.py
"""

from pathlib import Path
from typing import get_args

from pydantic import BaseModel

from mandats.content import ClauseHeader, Source, TemplateHeader
from mandats.keys import help_of
from mandats.model import Case
from mandats.procedure import Carnet

TARGET = Path(__file__).resolve().parent.parent / "docs" / "guide" / "cles.md"
FILES = [
    ("Dossier (`cases/<nom>.yaml`)", Case),
    ("En-tête d'une clause (`clauses/<matiere>/<nom>.md`)", ClauseHeader),
    ("Source du registre (`clauses/sources/*.yaml`)", Source),
    ("Modèle (`templates/<nom>/template.yaml`)", TemplateHeader),
]


def models(annotation: object) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [m for a in get_args(annotation) for m in models(a)]


def values(annotation: object) -> str:
    """The words a key accepts, when they are few."""
    found = [a for a in get_args(annotation) if isinstance(a, str)]
    inner = [v for a in get_args(annotation) if get_args(a) for v in get_args(a) if isinstance(v, str)]
    words = found or inner
    return f" Valeurs : {', '.join(f'`{w}`' for w in words)}." if 1 < len(words) <= 16 else ""


def rows(model: type[BaseModel], prefix: str = "") -> list[str]:
    out = []
    for name, field in model.model_fields.items():
        needed = "obligatoire" if field.is_required() else ""
        out.append(f"| `{prefix}{name}` | {needed} | {help_of(model, name)}{values(field.annotation)} |")
        for inner in models(field.annotation):
            if inner is Carnet:  # of the first version, read for one more
                continue
            many = "dict" in str(field.annotation) or "tuple" in str(field.annotation)
            out += rows(inner, f"{prefix}{name}{'[].' if many else '.'}")
    return out


def page() -> str:
    parts = [
        "# Les clés des fichiers",
        "Cette page est tirée du programme (`python tools/guide_keys.py`) ; elle dit exactement ce qu'il accepte. « [] "
        "» "
        "marque une liste ou un carnet. Une clé inconnue est une erreur : une faute de frappe ferait perdre un fait.",
        "Dans `documents[]`, s'ajoute une liste par section du modèle (`recevabilite`, `urgence`, `moyens`, "
        "`conclusions`, "
        "`demandes`…), dont chaque élément est une clause (`clause`, `avec`), un fichier (`prose`) ou un texte court "
        "(`texte`), "
        "avec au besoin `titre` et `regime`.",
    ]
    for title, model in FILES:
        parts += [f"## {title}", "\n".join(["| clé | | sens |", "|---|---|---|", *rows(model)])]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(page(), "utf-8")
    print(TARGET)
