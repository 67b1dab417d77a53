"""The closed vocabulary of `si:`: each function is a word that a rule may write, its second argument what follows it.

It gives each place where it holds, with the values that a sentence may print; none when it does not hold. The place is
None when it is nowhere in particular. A word that is not here is refused when its rule is read.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from inspect import isfunction
from typing import Any

from mandats.checks.forme import acte as _acte
from mandats.checks.forme.sujet import Sujet
from mandats.delais.calendrier import is_covered, period

_Hits = list[tuple[_acte.Path | None, Mapping[str, object]]]
_Liste = str | tuple[str, ...]
# What does not tell one organ from another.
_GENERIC = {"conseil", "comité", "commissi", "organe", "membre", "membres", "associat", "collecti", "syndicat"}
_PROSE = {"mots", "propre", "acte.imprime"}  # names that hold what sections say
_Motifs = Mapping[str, str]  # key → regular expression, searched as it is written; « (?i) » ignores the case


def _all(value: _Liste) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def _if(holds: object, path: _acte.Path | None = None) -> _Hits:
    return [(path, {})] if holds else []


def _keys(sujet: Sujet, names: _Liste) -> list[str]:
    """The keys that these names hold; of a role, those of its parties."""
    read = [sujet.lire(name)[1] or () for name in _all(names)]
    return [held if isinstance(held, str) else held[0] for value in read for held in _all(value)]


def holds(conditions: Mapping[str, Any], sujet: Sujet) -> _Hits:
    """Each place where all the conditions hold, and what their words found; none when one of them does not hold.

    A word that looks for something (`dit`, `passage`, `clause`, `cite`, `demande`, `date`) holds once for each place
    where it finds it. The first place that a word gives is the finding's.
    """
    hits: _Hits = [(None, {})]
    for word, wanted in conditions.items():
        more = WORDS[word](sujet, wanted) if hits else []
        hits = [(path or there, {**values, **found}) for path, values in hits for there, found in more]
    return hits


def l_un(sujet: Sujet, choices: Sequence[Mapping[str, Any]]) -> _Hits:
    """One of these sets of conditions holds: the first that does."""
    return next((hits for conditions in choices if (hits := holds(conditions, sujet))), [])


def sauf_si(sujet: Sujet, conditions: Mapping[str, Any]) -> _Hits:
    """These conditions do not all hold."""
    return _if(not holds(conditions, sujet))


def famille(sujet: Sujet, familles: _Liste) -> _Hits:
    """The document is of one of these families."""
    return _if(sujet.acte.est(*_all(familles)))


def hors_famille(sujet: Sujet, familles: _Liste) -> _Hits:
    """The document is of none of these families."""
    return _if(not sujet.acte.est(*_all(familles)))


def plus_de(sujet: Sujet, wanted: Mapping[str, str]) -> _Hits:
    """More parties than that; how many prints as `{nombre}`, their keys as `{parties}`."""
    found = [(sujet.lire(name)[0], _keys(sujet, name), int(most)) for name, most in wanted.items()]
    return [(path, {"nombre": str(len(keys)), "parties": keys}) for path, keys, most in found if len(keys) > most]


def autre_organe(sujet: Sujet, names: tuple[str, str]) -> _Hits:
    """The first names an organ, and the second does not name it."""
    named, other = (sujet.texte(name).lower() for name in names)
    return _if(named and not _same(named, other))


def _same(left: str, right: str) -> bool:
    """Whether two names designate one organ.

    >>> _same("la présidence", "sa présidente"), _same("le conseil", "conseil d'administration")
    (True, True)
    >>> _same("conseil d'administration", "conseil collégial"), _same("président", "vice-présidente")
    (False, False)
    """
    if ("vice" in left) != ("vice" in right):
        return False
    stems = [{w[:8] for w in re.findall(r"\w{4,}", re.sub(r"\bco-?(?=présid)", "", words))} for words in (left, right)]
    proper = [s - _GENERIC for s in stems]
    return bool(proper[0] & proper[1]) if all(proper) else bool(stems[0] & stems[1])


def communs(sujet: Sujet, names: tuple[str, _Liste]) -> _Hits:
    """A party of the first name is also one of the others."""
    return _if({*_keys(sujet, names[0])} & {*_keys(sujet, names[1])}, sujet.lire(names[0])[0])


def etrangers(sujet: Sujet, names: tuple[str, _Liste]) -> _Hits:
    """Both names have parties, and the first of one is none of the others."""
    ours, theirs = _keys(sujet, names[0]), _keys(sujet, names[1])
    return _if(ours and theirs and ours[0] not in theirs, sujet.lire(names[0])[0])


def en_trop(sujet: Sujet, names: tuple[str, str]) -> _Hits:
    """Some parties of the first name are none of the second's; they print as `{parties}`."""
    more = {*_keys(sujet, names[0])} - {*_keys(sujet, names[1])}
    return [(sujet.lire(names[0])[0], {"parties": sorted(more)})] if more else []


def incomplet(sujet: Sujet, wanted: Mapping[str, tuple[str, ...]]) -> _Hits:
    """A list has not all of these values; those it lacks print as `{manque}`."""
    read = [(*sujet.lire(name)[:2], values) for name, values in wanted.items()]
    lacks = [(path, [v for v in values if v not in (held or ())]) for path, held, values in read]
    return [(path, {"manque": missing}) for path, missing in lacks if missing]


def present(sujet: Sujet, names: _Liste) -> _Hits:
    """One of these keys is written."""
    return _if(any(sujet.lire(name)[1] is not None for name in _all(names)))


def absent(sujet: Sujet, names: _Liste) -> _Hits:
    """None of these keys is written, though what holds them is."""
    read = [sujet.lire(name) for name in _all(names)]
    return _if(all(value is None and held for _, value, held in read), read[0][0])


def manque(sujet: Sujet, names: _Liste) -> _Hits:
    """None of these keys is written, or not even what holds it."""
    read = [sujet.lire(name) for name in _all(names)]
    return _if(all(value is None for _, value, _ in read), read[0][0])


def nul(sujet: Sujet, names: _Liste) -> _Hits:
    """One of these keys is written `null`: the value is known to be missing."""
    read = [sujet.lire(name) for name in _all(names)]
    return _if(any(value is None and held and path in sujet.acte.loaded.places for path, value, held in read))


def vaut(sujet: Sujet, wanted: Mapping[str, _Liste]) -> _Hits:
    """Each key has one of these values (`oui` and `non` for true and false)."""
    return _if(all(sujet.texte(name) in _all(values) for name, values in wanted.items()))


def sauf(sujet: Sujet, wanted: Mapping[str, _Liste]) -> _Hits:
    """No key has one of these values."""
    return _if(all(sujet.texte(name) not in _all(values) for name, values in wanted.items()))


def date(sujet: Sujet, comparisons: _Liste) -> _Hits:
    """Each « date > date » that holds (also <, >=, <=, !=), for certain when a date is known to the month or the year.

    A date is `acte`, the day of the document, or the first that is written of « clé|clé », « + durée » with a length of
    the rule, from one day to the same of a later month; « + durée (terme) » counts as the law does, in covered years.
    `{fin}` prints the end of that length (of a term, the prudent day, and `{dernier}` the last), `{autre}` the name on
    the right, `{jours}` the days between.
    """
    hits: _Hits = []
    for told in _all(comparisons):
        left, sign, right = re.split(r" ([<>!]=?) ", told)
        (path, a, start), (_, b, other) = _period(sujet, left), _period(sujet, right)
        if a and b and start and other:
            before, after = a[1] < b[0], a[0] > b[1]
            holding = {"<": before, ">": after, "<=": a[1] <= b[0], ">=": a[0] >= b[1], "!=": before or after}
            if holding[sign]:
                fin, dernier = a if " + " in left else b
                days = abs((start[0] - other[1]).days)
                hits.append((path, {"fin": fin, "dernier": dernier, "autre": right, "jours": days}))
    return hits


_Period = tuple[dt.date, dt.date] | None


def _period(sujet: Sujet, term: str) -> tuple[_acte.Path, _Period, _Period]:
    """The path of a date, its first and last days with the length added, and without it."""
    names, _, length = term.partition(" + ")
    if names == "acte":
        path, days = (*sujet.acte.here, "date"), (sujet.acte.jour, sujet.acte.jour)
    else:
        read = [sujet.lire(name) for name in names.split("|")]
        path, value, _ = next((r for r in read if r[1]), read[0])
        if not value:
            return path, None, None
        days = period(value)
    if not length:
        return path, days, days
    duree = sujet.durees[length.removesuffix(" (terme)")]
    if length.endswith(" (terme)"):
        counted = duree.term(days[0]) if is_covered(days[0]) else None
        return path, counted and (counted.prudent, counted.theorique), days
    return path, (duree.after(days[0]), duree.after(days[1])), days


def hors_calendrier(sujet: Sujet, names: str) -> _Hits:
    """The date is of a year for which no term can be counted."""
    _, days, _ = _period(sujet, names)
    return _if(days and not is_covered(days[0]))


def non_joint(sujet: Sujet, names: _Liste) -> _Hits:
    """None of the pièces that these keys name goes with the document, though what holds them is written."""
    read = [sujet.lire(name) for name in _all(names)]
    return _if(read[0][2] and not any(sujet.acte.joint(cle) for _, cle, _ in read), read[0][0])


def sans_piece(sujet: Sujet, motif: str) -> _Hits:
    """No pièce of the document has these words in its key or its title; the only one of the case that has is wanted."""
    named = {p.cle for p in sujet.acte.case.pieces if re.search(motif, f"{p.cle} {p.titre}")}
    if len(named) == 1:
        sujet.acte.joint(*named)
    return _if(named.isdisjoint(p.cle for p in sujet.acte.document.pieces))


def sans_signataire(sujet: Sujet, yes: bool) -> _Hits:
    """Nobody is named to sign for this group, company or public body."""
    party = sujet.valeur
    named = party.type not in _acte.MORALES or (party.represente_par and party.represente_par.nom)
    return _if(not named and yes, (*sujet.racine, "represente_par"))


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


def non_cite(sujet: Sujet, sections: _Liste) -> _Hits:
    """These sections refer to no pièce."""
    return _if(not sujet.acte.cite_piece(*_all(sections)), (*sujet.acte.here, _all(sections)[0]))


def passage(sujet: Sujet, wanted: Mapping[str, Any]) -> _Hits:
    """An element of the sections `dans` says `motif`; with `premier`, only the first that does."""
    items = sujet.acte.items(*_all(wanted["dans"]))
    hits: _Hits = [(item.path, {}) for item in items if re.search(wanted["motif"], sujet.acte.mots_de(item))]
    return hits[:1] if wanted.get("premier") else hits


def sans_prose(sujet: Sujet, sections: _Liste) -> _Hits:
    """These sections hold clauses alone, whose words are known."""
    return _if(all(item.clause and not item.remplace for item in sujet.acte.items(*_all(sections))))


def clause(sujet: Sujet, wanted: Mapping[str, Any]) -> _Hits:
    """An element of the sections `dans` inserts a clause whose name has `motif`."""
    items = sujet.acte.items(*_all(wanted["dans"]))
    return [(item.path, {}) for item in items if item.clause and re.search(wanted["motif"], item.clause.id)]


def grief(sujet: Sujet, motif: str) -> _Hits:
    """An element of « moyens » says these words in the title that the case gives it."""
    items = sujet.acte.items("moyens")
    return [(item.path, {}) for item in items if re.search(motif, (item.moyen.titre or "").replace("’", "'"))]


def cite(sujet: Sujet, wanted: Mapping[str, Any]) -> _Hits:
    """An element of the sections `dans` cites a source whose key has `motif`."""
    items = sujet.acte.items(*_all(wanted["dans"]))
    cited = ((item, sujet.acte.sources_de(item)) for item in items)
    return [(item.path, {}) for item, keys in cited if any(re.search(wanted["motif"], cle) for cle in keys)]


def demande(sujet: Sujet, sortes: _Liste) -> _Hits:
    """A prayer (the one looked at, if it is a prayer) is of one of these kinds of `demandes`; its first words print as
    `{mot}`.
    """
    looked_at = (d for d in sujet.acte.dispositif if sujet.genre != "element" or d.item is sujet.valeur)
    found = [d for d in looked_at if d.sortes & {*_all(sortes)}]
    return [(d.item.path, {"mot": " ".join(d.mots.split()[:4])}) for d in found[:1]]


def rests_on_prose(conditions: Mapping[str, Any]) -> bool:
    """Whether they hold because of words found in prose: that is a question, never a fault."""
    found = "passage" in conditions or _PROSE & {*conditions.get("dit", ())}
    return bool(found) or any(map(rests_on_prose, conditions.get("l_un", ())))


def heeds_prose(conditions: Mapping[str, Any]) -> bool:
    """Whether words of prose may also lift what they find: that warns, and never blocks."""
    inner = (*conditions.get("l_un", ()), *filter(None, [conditions.get("sauf_si")]))
    silent = "muet" in conditions or _PROSE & {*conditions.get("tait", ())}
    return "sans_prose" not in conditions and bool(
        silent or any(map(heeds_prose, inner)) or any(map(rests_on_prose, inner))
    )


def words(conditions: Mapping[str, Any]) -> Iterator[str]:
    """Each word of these conditions, with those of `l_un` and `sauf_si`."""
    yield from conditions
    for inner in (*conditions.get("l_un", ()), *filter(None, [conditions.get("sauf_si")])):
        yield from words(inner)


WORDS = {
    n: f for n, f in vars().copy().items() if isfunction(f) and n[0] != "_" and f.__code__.co_varnames[0] == "sujet"
}
