"""The closed vocabulary of `si:`: each function is a word that a rule may write, its second argument what follows it.

It gives each place where it holds, with the values that a sentence may print; none when it does not hold. The place is
None when it is nowhere in particular. A word that is not here is refused when its rule is read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mandats.checks.forme import acte as _acte
from mandats.checks.forme.sujet import Sujet

_Hits = list[tuple[_acte.Path | None, Mapping[str, object]]]
_Liste = str | tuple[str, ...]
_Motifs = Mapping[str, str]  # key → regular expression, searched as it is written; « (?i) » ignores the case


def _all(value: _Liste) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def _if(holds: object, path: _acte.Path | None = None) -> _Hits:
    return [(path, {})] if holds else []


def famille(sujet: Sujet, familles: _Liste) -> _Hits:
    """The document is of one of these families."""
    return _if(sujet.acte.est(*_all(familles)))


def hors_famille(sujet: Sujet, familles: _Liste) -> _Hits:
    """The document is of none of these families."""
    return _if(not sujet.acte.est(*_all(familles)))


def plusieurs(sujet: Sujet, role: str) -> _Hits:
    """Several hold this role."""
    return _if(len(sujet.acte.parties(role)) > 1, (*sujet.acte.here, "roles", role))


def present(sujet: Sujet, names: _Liste) -> _Hits:
    """One of these keys is written."""
    return _if(any(sujet.lire(name)[1] is not None for name in _all(names)))


def absent(sujet: Sujet, names: _Liste) -> _Hits:
    """None of these keys is written, though what holds them is."""
    read = [sujet.lire(name) for name in _all(names)]
    return _if(all(value is None and held for _, value, held in read), read[0][0])


def manque(sujet: Sujet, name: str) -> _Hits:
    """This key is not written, or not even what holds it."""
    path, value, _ = sujet.lire(name)
    return _if(value is None, path)


def vaut(sujet: Sujet, wanted: Mapping[str, _Liste]) -> _Hits:
    """Each key has one of these values (`oui` and `non` for true and false)."""
    return _if(all(sujet.texte(name) in _all(values) for name, values in wanted.items()))


def sauf(sujet: Sujet, wanted: Mapping[str, _Liste]) -> _Hits:
    """No key has one of these values."""
    return _if(all(sujet.texte(name) not in _all(values) for name, values in wanted.items()))


def apres(sujet: Sujet, names: tuple[str, str]) -> _Hits:
    """The first date follows the second; `acte` is the day of the document."""
    path, first, _ = sujet.lire(names[0])
    day = _acte.debut(first)
    other = sujet.acte.jour if names[1] == "acte" else _acte.debut(sujet.lire(names[1])[1])
    return _if(day and other and day > other, path)


def non_joint(sujet: Sujet, names: _Liste) -> _Hits:
    """None of the pièces that these keys name goes with the document, though what holds them is written."""
    read = [sujet.lire(name) for name in _all(names)]
    return _if(read[0][2] and not any(sujet.acte.joint(cle) for _, cle, _ in read), read[0][0])


def sans_piece(sujet: Sujet, motif: str) -> _Hits:
    """No pièce of the document has these words in its key or its title."""
    return _if(not any(re.search(motif, f"{p.cle} {p.titre}") for p in sujet.acte.document.pieces))


def sans_signataire(sujet: Sujet, yes: bool) -> _Hits:
    """Nobody is named to sign for this group, company or public body."""
    return _if(_acte.sans_signataire(sujet.valeur) is yes, (*sujet.racine, "represente_par"))


def dit(sujet: Sujet, wanted: _Motifs) -> _Hits:
    """The value of a key (each one, of a list) has these words; the first group, or all of them, prints as `{mot}`."""
    hits: _Hits = []
    for name, motif in wanted.items():
        path, value, _ = sujet.lire(name)
        values = [((*path, i), v) for i, v in enumerate(value)] if isinstance(value, tuple) else [(path, value or "")]
        for where, words in values:
            if found := re.search(motif, words.replace("’", "'")):
                hits.append((where, {"mot": found[found.re.groups and 1].lower()}))
    return hits


def tait(sujet: Sujet, wanted: _Motifs) -> _Hits:
    """No value of these keys has these words."""
    return _if(not dit(sujet, wanted), sujet.lire(next(iter(wanted)))[0])


def ecrit(sujet: Sujet, sections: _Liste) -> _Hits:
    """One of these sections is filled."""
    return _if(sujet.acte.items(*_all(sections)))


def acheve(sujet: Sujet, sections: _Liste) -> _Hits:
    """Nothing is left to write in these sections."""
    return _if(not sujet.acte.a_ecrire(*_all(sections)))


def muet(sujet: Sujet, wanted: Mapping[str, Any]) -> _Hits:
    """Nothing in the sections `dans` says `motif`."""
    sections = _all(wanted["dans"])
    return _if(not re.search(wanted["motif"], sujet.acte.mots(*sections)), (*sujet.acte.here, sections[0]))


def non_cite(sujet: Sujet, section: str) -> _Hits:
    """This section refers to no pièce."""
    return _if(not sujet.acte.cite_piece(section), (*sujet.acte.here, section))


def passage(sujet: Sujet, wanted: Mapping[str, Any]) -> _Hits:
    """An element of the sections `dans` says `motif`."""
    items = sujet.acte.items(*_all(wanted["dans"]))
    return [(item.path, {}) for item in items if re.search(wanted["motif"], sujet.acte.mots_de(item))]


def demande(sujet: Sujet, wanted: Mapping[str, Any]) -> _Hits:
    """A prayer asks for it: by the verb in capitals that begins it (`verbes`), or by a clause whose id begins so."""
    pattern = re.compile(rf"(?:^|\n)[\s*_]*(?:\d+°\)\s*)?(?:{wanted['verbes']})\b", re.I)
    for item in sujet.acte.demandes:
        by_clause = item.clause and item.clause.id.startswith(wanted["clauses"])
        if by_clause or pattern.search(sujet.acte.mots_de(item)):
            return [(item.path, {})]
    return []


def somme(sujet: Sujet, yes: bool) -> _Hits:
    """A prayer asks for a sum, other than costs."""
    found = sujet.acte.indemnite
    return [(found.path, {})] if found and yes else []


def sans_date(sujet: Sujet, yes: bool) -> _Hits:
    """Facts are told, and none of them has a date."""
    facts = sujet.acte.document.faits
    return _if(facts and yes and not any(fact.date for _, fact in facts), ("faits",))
