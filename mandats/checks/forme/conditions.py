"""What a rule may ask of a document without a line of Python: the closed vocabulary of `si:`, and what each word means.

A dotted name is a key of the case (`demande.recue_le`), of the document's order (`document.canal`), or, under `pour:`, of
the party or the pièce looked at (`partie.statuts`, `piece.titre`). Conditions are joined by « and ». Those that look for
something (`dit`, `passage`, `demande`, `somme`) hold once for each place where they find it, and a finding is told at the
first place that a condition gives. A word that is not here is refused when the rule is read.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator

from mandats.checks.forme.acte import Acte, Path, absent, debut, jour_ecrit, sans_signataire
from mandats.document import Item
from mandats.model import Model, Texte, key

Liste = Annotated[tuple[Texte, ...], BeforeValidator(lambda v: [v] if isinstance(v, str) else v)]
# A place, and the values that a sentence may print; the place is None for what is nowhere in particular.
Hit = tuple[Path | None, Mapping[str, object]]
NOWHERE: list[Hit] = [(None, {})]


class Motif(Model):
    """Words looked for in sections of the document."""

    dans: Liste = key("Sections.")
    motif: Texte = key("Expression régulière, cherchée telle qu'elle est écrite ; « (?i) » ignore la casse.")


class Demande(Model):
    """A prayer: by the verb in capitals that begins it, or by a clause."""

    verbes: Texte = key("Expression régulière, sans casse, au début d'une conclusion.")
    clauses: Liste = key("Débuts des identifiants de clauses qui le demandent.", ())


class Conditions(Model):
    """The words of `si:`. All those given must hold."""

    famille: Liste = key("L'acte est de l'une de ces familles.", ())
    hors_famille: Liste = key("L'acte n'est d'aucune de ces familles.", ())
    plusieurs: Texte | None = key("Ce rôle a plusieurs titulaires.", None)
    present: Liste = key("L'une de ces clés est écrite.", ())
    absent: Liste = key("Aucune de ces clés n'est écrite, et ce qui les contient l'est.", ())
    manque: Texte | None = key("Cette clé n'est pas écrite, ou pas même ce qui la contient.", None)
    vaut: dict[Texte, Liste] = key("Clé → l'une de ces valeurs (`oui` et `non` pour true et false).", {})
    sauf: dict[Texte, Liste] = key("Clé → aucune de ces valeurs.", {})
    apres: tuple[Texte, Texte] | None = key("La première date suit la seconde (`acte` : celle de l'acte).", None)
    non_joint: Liste = key("Aucune des pièces que nomment ces clés n'est jointe à l'acte.", ())
    sans_piece: Texte | None = key("Aucune pièce de l'acte n'a ces mots dans sa clé ou son intitulé.", None)
    sans_signataire: bool = key("Personne n'est nommé pour signer au nom de cette personne morale.", False)
    dit: dict[Texte, Texte] = key("Clé → expression que sa valeur contient (chacune, d'une liste).", {})
    tait: dict[Texte, Texte] = key("Clé → expression que sa valeur ne contient pas.", {})
    ecrit: Liste = key("L'une de ces sections est remplie.", ())
    acheve: Liste = key("Rien ne reste à compléter dans ces sections.", ())
    muet: Motif | None = key("Ces sections ne disent rien de tel.", None)
    non_cite: Liste = key("Ces sections ne renvoient à aucune pièce.", ())
    passage: Motif | None = key("Un élément de ces sections le dit.", None)
    demande: Demande | None = key("Une conclusion le demande.", None)
    somme: bool = key("Une conclusion demande une somme, hors frais.", False)


@dataclass(frozen=True)
class Sujet:
    """What names are read from: a document and, under `pour:`, one of its parties or pièces."""

    acte: Acte
    genre: str = ""
    valeur: Any = None
    racine: Path = ()

    def lire(self, name: str) -> tuple[Path, Any, bool]:
        """The path of a name, its value (None when it is absent), and whether what holds it is there."""
        head, *rest = name.split(".")
        value: Any
        if head == "document":
            value, path = self.acte.order, self.acte.here
        elif head == self.genre:
            value, path = self.valeur, self.racine
        else:
            value, path, rest = self.acte.case, (), [head, *rest]
        held = True
        for part in rest:
            held = value is not None
            value = value.get(part) if isinstance(value, Mapping) else getattr(value, part, None)
            path = (*path, part) if held else path
        return path, None if absent(value) else value, held

    def texte(self, name: str) -> str:
        """A value as conditions compare it."""
        value = self.lire(name)[1]
        return ("oui" if value else "non") if isinstance(value, bool) else str(value or "")

    def montre(self, name: str) -> str:
        """A value as a sentence prints it."""
        value = self.texte(name)
        return jour_ecrit(dt.date.fromisoformat(value)) if re.fullmatch(r"\d{4}-\d\d-\d\d", value) else value


def sujets(acte: Acte, pour: tuple[str, ...]) -> Iterator[Sujet]:
    """The document itself, or each party of the first role that is filled, or each of its pièces."""
    if not pour:
        yield Sujet(acte)
    elif pour == ("pieces",):
        for piece in acte.document.pieces:
            yield Sujet(acte, "piece", piece, acte.piece_path(piece))
    else:
        known = {"deposants": acte.deposants, "groupements": acte.groupements}
        for cle, party in next((p for role in pour if (p := known.get(role) or acte.parties(role))), []):
            yield Sujet(acte, "partie", party, ("parties", cle))


def holds(conditions: Conditions, sujet: Sujet) -> list[Hit]:
    """Each place where all the conditions hold; none when one of them does not."""
    hits = NOWHERE
    for name in Conditions.model_fields:
        if name in conditions.model_fields_set:
            more = _MEANINGS[name](getattr(conditions, name), sujet)
            hits = [(path or other, {**values, **added}) for path, values in hits for other, added in more]
            if not hits:
                break
    return hits


def find_prayer(acte: Acte, wanted: Demande) -> Item | None:
    """The first prayer that asks for it."""
    pattern = re.compile(rf"(?:^|\n)[\s*_]*(?:\d+°\)\s*)?(?:{wanted.verbes})\b", re.I)
    for item in acte.demandes:
        by_clause = item.clause and item.clause.id.startswith(wanted.clauses or ("\0",))
        if by_clause or pattern.search(acte.mots_de(item)):
            return item
    return None


def _told(holds: object, path: Path | None = None) -> list[Hit]:
    return [(path, {})] if holds else []


def _absent(names: tuple[str, ...], sujet: Sujet) -> list[Hit]:
    read = [sujet.lire(name) for name in names]
    return _told(all(value is None and held for _, value, held in read), read[0][0])


def _vaut(wanted: Mapping[str, tuple[str, ...]], sujet: Sujet) -> list[Hit]:
    return _told(all(sujet.texte(n) in values for n, values in wanted.items()), sujet.lire(next(iter(wanted)))[0])


def _apres(names: tuple[str, str], sujet: Sujet) -> list[Hit]:
    path, first, _ = sujet.lire(names[0])
    day, other = debut(first), sujet.acte.jour if names[1] == "acte" else debut(sujet.lire(names[1])[1])
    return _told(day and other and day > other, path)


def _non_joint(names: tuple[str, ...], sujet: Sujet) -> list[Hit]:
    read = [sujet.lire(name) for name in names]
    return _told(not any(sujet.acte.joint(cle) for _, cle, _ in read) and read[0][2], read[0][0])


def _dit(wanted: Mapping[str, str], sujet: Sujet) -> list[Hit]:
    hits: list[Hit] = []
    for name, motif in wanted.items():
        path, value, _ = sujet.lire(name)
        for where, words in (
            [(path, value or "")] if not isinstance(value, tuple) else [((*path, i), v) for i, v in enumerate(value)]
        ):
            if found := re.search(motif, words.replace("’", "'")):
                hits.append((where, {"mot": found[found.re.groups and 1].lower()}))
    return hits


def _passage(wanted: Motif, sujet: Sujet) -> list[Hit]:
    acte = sujet.acte
    return [(i.path, {}) for i in acte.items(*wanted.dans) if re.search(wanted.motif, acte.mots_de(i))]


def _item(item: Item | None) -> list[Hit]:
    return [(item.path, {})] if item else []


def _sans_piece(motif: str, sujet: Sujet) -> list[Hit]:
    return _told(not any(re.search(motif, f"{p.cle} {p.titre}") for p in sujet.acte.document.pieces))


_MEANINGS: Mapping[str, Callable[[Any, Sujet], list[Hit]]] = {
    "famille": lambda names, s: _told(s.acte.est(*names)),
    "hors_famille": lambda names, s: _told(not s.acte.est(*names)),
    "plusieurs": lambda role, s: _told(len(s.acte.parties(role)) > 1, (*s.acte.here, "roles", role)),
    "present": lambda names, s: _told(any(s.lire(n)[1] is not None for n in names)),
    "absent": _absent,
    "manque": lambda name, s: _told(s.lire(name)[1] is None, s.lire(name)[0]),
    "vaut": _vaut,
    "sauf": lambda wanted, s: _told(all(s.texte(n) not in values for n, values in wanted.items())),
    "apres": _apres,
    "non_joint": _non_joint,
    "sans_piece": _sans_piece,
    "sans_signataire": lambda _, s: _told(sans_signataire(s.valeur), (*s.racine, "represente_par")),
    "dit": _dit,
    "tait": lambda wanted, s: _told(not _dit(wanted, s), s.lire(next(iter(wanted)))[0]),
    "ecrit": lambda names, s: _told(s.acte.items(*names)),
    "acheve": lambda names, s: _told(not s.acte.a_ecrire(*names)),
    "muet": lambda w, s: _told(not re.search(w.motif, s.acte.mots(*w.dans)), (*s.acte.here, w.dans[0])),
    "non_cite": lambda names, s: _told(not s.acte.cite_piece(*names), (*s.acte.here, names[0])),
    "passage": _passage,
    "demande": lambda wanted, s: _item(find_prayer(s.acte, wanted)),
    "somme": lambda _, s: _item(s.acte.indemnite),
}  # fmt: skip
