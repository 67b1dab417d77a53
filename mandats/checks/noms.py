"""Rules on how a value reads in the sentence that takes it: a name and its article, a function, punctuation.

What a name says of itself (« collectif » : le, masculine) is data: `figures/noms.yaml`. Only common nouns are repeated
in a message: the rest of a name may be a person's.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from mandats.checks.rule import Finding, rule
from mandats.document import TO_FILL, Rendered
from mandats.model import Party
from mandats.problem import KeyPath, write_path
from mandats.tables import read_table

_Told = tuple[KeyPath, str]
_ARTICLE = re.compile(r"(?:les?|la) (?=\S)|l['’](?=\w)")
_OWN = re.compile(r"(?:l|d)['’]|(?:une?|des|du|de|ce|cet|cette|ces|son|sa|ses|leurs?)\s")
_CURLY = re.compile("[“”„‟]|^[‘’]|[‘’]$")
# A stop that is part of the word before it.
_ABBREVIATION = re.compile(r"(?:\b(?:etc|art|al|pp?|cf|n|[A-Z])|[.…])\.$")


@cache
def _table() -> dict[str, Any]:
    table = read_table(Path(__file__).parent.parent / "figures" / "noms.yaml")
    return table | {"noms": {noun: kind for kind in table["noms"] for noun in kind["mots"].split()}}


@rule("nom-contredit", final=True)
def nom_contredit(rendered: Rendered) -> Iterator[Finding]:
    """What the case writes of a party is what its name says: article, gender, whom it names, function of who signs."""
    case = rendered.document.case
    told: list[_Told] = [
        (("parties", key, *path), m) for key, party in case.parties.items() for path, m in _party(party)
    ]
    if case.decision and _bare_noun(case.decision.objet):
        message = "groupe nominal sans article, imprimé tel quel dans une phrase : « la délibération n° … »"
        told.append((("decision", "objet"), message))
    for path, message in told:
        yield rendered.document.loaded.place_of(path), write_path(path), message


def _party(party: Party) -> Iterator[_Told]:
    if party.nom.startswith(TO_FILL):
        return
    if _CURLY.search(party.nom):
        yield ("nom",), "guillemets courbes, imprimés tels quels : ôtez-les, ou prenez des guillemets droits"
    elif own := _ARTICLE.match(party.nom):
        article = own[0].strip().replace("’", "'")
        told = "article dans le nom, que « de » ne contracterait pas"
        yield ("nom",), f"{told} : ôtez-le, écrivez « article: {article} »"
    elif told := _misnamed(party):
        yield ("nom",), told
    elif told := _article(party):
        yield ("article",), told
    determined = _table()["determinants"].split()
    if party.represente_par and (qualite := party.represente_par.qualite).split()[0].lower() not in determined:
        word = qualite.split()[0].strip(",").lower()
        if not qualite.startswith(TO_FILL) and not re.match(r"l['’]", word):
            fits = [genre for genre, endings in _table()["fonctions"].items() if re.search(endings, word)] or ["m", "f"]
            told = " ou ".join(f"« {'sa' if genre == 'f' else 'son'} {word} »" for genre in fits)
            yield ("represente_par", "qualite"), f"fonction nue (« en la personne de {word} ») : écrivez {told}"


def _misnamed(party: Party) -> str:
    """What names a building or a person for the body that is party."""
    word = party.nom.split()[0].lower()
    for kind in _table()["personnes"]:
        if party.type in kind["types"] and word in kind["mots"].split():
            return f"« {word} » ({kind['pourquoi']}) : écrivez « {kind['par']} » à la place"
    return ""


def _article(party: Party) -> str:
    word = party.nom.split()[0].lower()
    kind = _table()["noms"].get(word) if party.type != "personne-physique" else None
    if kind and party.nombre == "singulier":
        wrong = [f"« article: {kind['article']} »"] if party.article != kind["article"] else []
        wrong += [f"« genre: {kind['genre']} »"] if party.genre not in (kind["genre"], "mixte") else []
        return f"« {word} » : écrivez {' et '.join(wrong)}" if wrong else ""
    if party.article == "aucun" and _bare_noun(party.nom):
        return "nom commun sans article, imprimé tel quel dans une phrase : écrivez « article: le », la, l' ou les"
    if party.article == "l'" and not re.match(r"[aeiouyhàâéèêëîïôöûüœæ\[]", word):
        return "« l' » devant une consonne : le, la, les, ou aucun pour un nom propre"
    if party.article in ("le", "la") and re.match(r"[aeiouàâéèêëîïôöûüœæ]", word):
        return f"« {party.article} » devant une voyelle : écrivez « article: l' »"
    return ""


def _bare_noun(name: str) -> bool:
    """Whether a name is a common noun that has no article of its own: « robot d'analyse », not « Exemplon »."""
    return name[:1].islower() and not _OWN.match(name) and not _ARTICLE.match(name)


@rule("ponctuation", final=True)
def ponctuation(rendered: Rendered) -> Iterator[Finding]:
    """A value that a sentence takes in has no punctuation of its own at either end."""
    document = rendered.document
    held = [part for name in _table()["reprises"] for part in _values(document.case, name.split("."), ())]
    for item in document.items():
        taken = item.clause.header.parametres if item.clause else {}
        for key, value in item.moyen.avec.items():
            found = _values(value, (), (*item.path, "avec", key))
            words = key in taken and taken[key].type in ("texte", "liste")
            if words and item.clause and any(_stray(text) for _, text in found):
                after = rf"\{{\{{\s*{re.escape(key)}\s*(?:\|[^}}]*)?\}}\}}(?= ?[.,;:(]| [a-zà-ÿ])"
                told, body = taken[key].aide, item.clause.corps.contenu
                if "point final" in told or ("phrases" not in told and re.search(after, body)):
                    held += found
    for path, text in held:
        if told := _stray(text):
            yield document.loaded.place_of(path), write_path(path), told


def _values(value: Any, names: tuple[str, ...] | list[str], path: KeyPath) -> list[tuple[KeyPath, str]]:
    """Each text under these names, with its path; of a list, those of each element."""
    if isinstance(value, (list, tuple)):
        return [found for i, one in enumerate(value) for found in _values(one, names, (*path, i))]
    if names and value is not None:
        return _values(getattr(value, names[0]), names[1:], (*path, names[0]))
    return [(path, value)] if isinstance(value, str) else []


def _stray(text: str) -> str:
    """What is wrong at the ends of a text, whatever its emphasis; empty: nothing.

    >>> _stray("le logiciel **signale des gestes.**"), _stray("les agents de la société A."), _stray(", dit-on")
    ('« . » final, que la phrase où la valeur entre écrit déjà : ôtez-le', '', '« , » en tête : ôtez-le')
    """
    words = text.strip("*_ \n")
    if words[:1] in ",;:.)":
        return f"« {words[:1]} » en tête : ôtez-le" if words else ""
    if words[-1:] in ".;:" and not _ABBREVIATION.search(words) and not text.startswith(TO_FILL):
        return f"« {words[-1:]} » final, que la phrase où la valeur entre écrit déjà : ôtez-le"
    return ""
