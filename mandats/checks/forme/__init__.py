"""The procedural rules, what an act must be in form: data (`figures/formes/`), and predicates for what data cannot say.

A predicate is a public function of `predicats`: it takes the `Acte` and the lengths that its rule names, and yields
where, which finding, and the values its sentence prints: it holds no sentence.

A rule may be wrong about one case: `assume: {gen-06: raison}` in the case silences its warnings and its questions
(« à confirmer »), and makes of its errors warnings that tell the reason.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from inspect import signature

from mandats.checks.forme import mots, predicats
from mandats.checks.forme.acte import Acte, Path, Trouves, jour_ecrit
from mandats.checks.forme.regle import Constat, RegleDeForme, all_rules, fill, formes, rules_for
from mandats.checks.forme.sujet import Sujet, sujets
from mandats.document import Rendered
from mandats.load.library import list_templates, load_families
from mandats.problem import AVERTISSEMENT, Problem, suggest, write_path
from mandats.roots import is_shipped, shipped_root

QUESTION = "à confirmer : "


def check(rendered: Rendered) -> Iterator[Problem]:
    """Every finding of form on one rendered document."""
    yield from _families(rendered)
    acte = Acte(rendered)
    for name in acte.case.assume:  # of a rule that does not exist, the reason would be lost
        if re.fullmatch(r"[a-z]+-[0-9][0-9]", name) and name.upper() not in all_rules():
            told = f"règle de forme inconnue « {name} »{suggest(name, [known.lower() for known in all_rules()])}"
            yield acte.loaded.problem("source-inconnue", ("assume", name), told)
    for rule in rules_for(acte.familles):
        reason = acte.case.assume.get(rule.id.lower())
        for path, constat, values in _findings(rule, acte):
            if problem := _problem(rule, acte, path, constat, values, reason):
                yield problem


def wanted_pieces(rendered: Rendered) -> set[str]:
    """The pièces, by key, that rules want with a document though nothing may cite them."""
    acte = Acte(rendered)
    for rule in rules_for(acte.familles):
        for constat in rule.constats.values():
            for sujet in sujets(acte, constat.pour, rule.durees) if constat.si else ():
                mots.holds(constat.si, sujet)
    return acte.voulues


def predicate_of(rule: RegleDeForme) -> Callable[..., Trouves]:
    """The function that a rule names."""
    found: Callable[..., Trouves] = getattr(predicats, rule.predicat)
    return found


def _findings(rule: RegleDeForme, acte: Acte) -> Iterator[tuple[Path, Constat, Mapping[str, object]]]:
    """What a rule finds: the place, the finding, the values of its sentence."""
    told: set[Path] = set()
    for constat in rule.constats.values():
        for sujet in sujets(acte, constat.pour, rule.durees) if constat.si else ():
            hits = [] if rule.un_seul and sujet.racine in told else mots.holds(constat.si, sujet)
            for path, values in hits:
                told.add(sujet.racine)
                place = sujet.chemin(constat.chemin) if constat.chemin else path or acte.here
                yield place, constat, {**values, **_read(rule, constat, sujet)}
    if rule.predicat:
        predicate = predicate_of(rule)
        lengths = {name: rule.durees[name] for name in signature(predicate).parameters if name in rule.durees}
        for path, name, values in predicate(acte, **lengths):
            yield path, rule.constats[name], values


def _read(rule: RegleDeForme, constat: Constat, sujet: Sujet) -> dict[str, str]:
    """The keys of the case that the sentence prints, `{document.canal}`, with their values."""
    names = re.findall(r"\{([a-z_]+)(\.[a-z_.]+)\}", f"{constat.constat} {constat.faire} {constat.question}")
    return {head + rest: sujet.montre(head + rest) for head, rest in names if head not in rule.durees}


def _problem(
    rule: RegleDeForme, acte: Acte, path: Path, constat: Constat, values: Mapping[str, object], reason: str | None
) -> Problem | None:
    """The finding as it is told: what, what to do, the articles. None when `reason` answers it and nothing blocked."""
    urgent = acte.urgent and acte.est(*formes().sans_regularisation.devant_le_juge_des_referes)
    grave = AVERTISSEMENT if constat.question else rule.gravite_de(acte.familles, urgent, constat)
    if reason and grave == AVERTISSEMENT:
        return None
    words = QUESTION + constat.question if constat.question else f"{constat.constat} : {constat.faire}"
    shown = {name: _shown(value) for name, value in values.items()}
    message = fill(f"{words} ({rule.court})", {**rule.durees, "jour": jour_ecrit(acte.jour), **shown})
    if reason:
        message += f", assumé par le dossier : {reason}"
        grave = AVERTISSEMENT
    return Problem(rule.id, acte.loaded.place_of(path), write_path(path), message, grave)


def _shown(value: object) -> str:
    """A value as a sentence prints it."""
    if isinstance(value, dt.date):
        return jour_ecrit(value)
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def _families(rendered: Rendered) -> Iterator[Problem]:
    """A template of the drafter's own that does not say what it is, or says it in a word that no shipped one uses."""
    template, name = rendered.document.template, rendered.document.nom
    familles, places = template.header.famille, template.places
    known: set[str] = set()
    if not familles:
        told = f"famille absente : ni règle de forme ni délai ne vise « {name} »"
        message = f"{told} (requête : [contentieux, requete, fond])"
        yield Problem("famille-absente", places[("titre",)], "famille", message, AVERTISSEMENT)
    elif not is_shipped(template.folder):
        shipped = load_families(shipped_root(), set(list_templates(shipped_root())))
        known = {famille for own in shipped.values() for famille in own}
    for i, famille in enumerate(familles):
        if known and famille not in known:
            path = ("famille", i)
            message = f"famille que rien ne vise « {famille} »" + suggest(famille, known)
            yield Problem("famille-inconnue", places[path], write_path(path), message, AVERTISSEMENT)
