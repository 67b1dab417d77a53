"""What pleadings say and in which order they come: memoranda, dates, numbers of pièces, interventions."""

import re

from mandats import blocks
from mandats.checks.forme.acte import Acte, Trouves, trouve
from mandats.words import MONTHS

_ANNONCE = re.compile(
    r"mémoire (?:complémentaire|ampliatif)[^.;]{0,80}(?:sera|seront|produir|développ|ultérieur|suivr|déposer)|"
    r"(?:se réserve|produira|déposera|développer\w* dans)[^.;]{0,80}"
    r"(?:mémoire (?:complémentaire|ampliatif)|écritures ultérieures)"
)
_CHARGE = re.compile(r"à la charge (.{1,200}?)(?:la somme|une somme|le versement|les frais|[0-9.;]|$)")
_OFFICE = re.compile(r"\b(?:préf(?:et|ète)|ministre|maire|président\w*|cnil|cada|défenseure? des droits)\b")


def costs_of_an_office(acte: Acte) -> Trouves:
    """Costs are asked of a legal person: the State for a minister, a prefect or an authority that is none."""
    offices = [p.nom for p in acte.case.parties.values() if p.etat and not re.match("[Ée]tat", p.nom, re.I)]
    for item, prayer in zip(acte.demandes, _prayers(acte), strict=False):
        asked = _CHARGE.search(prayer)
        named = next((nom for nom in offices if asked and nom.lower().replace("’", "'") in asked[1]), None)
        other = _OFFICE.search(asked[1]) if asked else None
        if named or other:
            yield trouve(item.path, "sans-personnalite", qui=named or (other and other[0]))


def _prayers(acte: Acte) -> list[str]:
    """What each prayer prints, in lower case."""
    kinds = {"conclusion", "derniere-conclusion", "conclusion-liste"}
    nodes = [node for node in blocks.walk(acte.rendered.blocks) if kinds & {*blocks.attributes(node)[1]}]
    inner = {id(one) for node in nodes for one in blocks.walk(node["c"][1])}
    printed = (blocks.plain(node) for node in nodes if id(node) not in inner)
    return [re.sub(r"[\s\u00a0\u202f]+", " ", words).lower().replace("’", "'") for words in printed]


def memorandum_announced(acte: Acte) -> Trouves:
    """The act announces no further memorandum by habit."""
    found = _ANNONCE.search(acte.mots(*acte.document.sections).lower().replace("\n", " "))
    if found and any(acte.autres("complement")):
        yield trouve(acte.here, "prevu")
    elif found:
        yield trouve(acte.here, "imprevu", annonce=found[0][:70])


def dates_in_prose(acte: Acte) -> Trouves:
    """« la décision attaquée du … » in the drafter's own words, with another date than the case's."""
    decision = acte.case.decision
    if decision is None or len(decision.date or "") < 10:
        return
    name = re.escape(decision.designation)
    pattern = re.compile(rf"{name},? (?:du|en date du) ([0-9]{{1,2}})(?:er)? ({'|'.join(MONTHS)}) ([0-9]{{4}})")
    for item in acte.document.items():
        for day, month, year in pattern.findall(item.moyen.texte or (item.text.contenu if item.text else "")):
            if f"{year}-{MONTHS.index(month) + 1:02}-{int(day):02}" != decision.date:
                written = f"{decision.designation} du {day} {month} {year}"
                yield trouve(item.path, "prose", ecrit=written, dossier=decision.date)


def renumbered(acte: Acte) -> Trouves:
    """The pièces of a later memorandum follow those of the request."""
    mine = [p.cle for p in acte.document.pieces]
    for _, order in acte.autres("requete"):
        if any(order.roles.get(r) != acte.order.roles.get(r) for r in ("requerant", "defendeur", "juridiction")):
            continue
        first = list(order.pieces) if order.pieces is not None else [p.cle for p in acte.case.pieces]
        if mine and mine[: len(first)] != first and first[: len(mine)] != mine:
            pairs = zip([*first, ""], [*mine, ""], strict=False)
            rank = next(i for i, (a, b) in enumerate(pairs, 1) if a != b)
            yield trouve((*acte.here, "pieces"), rang=rank, requete=order.nom or order.modele)
        return
