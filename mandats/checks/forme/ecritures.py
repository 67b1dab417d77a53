"""What pleadings say and in which order they come: memoranda, dates, interventions."""

import re

from mandats.checks.forme.acte import Acte, Trouves, trouve
from mandats.checks.forme.dispositif import table
from mandats.model import DESTINATAIRES
from mandats.words import MONTHS, iso_day

_PAID = {"frais", "somme", "provision"}
_OFFICE = re.compile(r"\b(?:préf(?:et|ète)|ministre|maire|président\w*|cnil|cada|défenseure? des droits)\b")


def costs_of_an_office(acte: Acte) -> Trouves:
    """Costs are asked of a legal person: the State for a minister, a prefect or an authority that is none."""
    offices = [p.nom for p in acte.case.parties.values() if p.etat and not re.match("[Ée]tat", p.nom, re.I)]
    for asked in acte.dispositif:
        if asked.vise and asked.sortes & _PAID:
            said = asked.vise.lower()
            other = _OFFICE.search(said)
            if named := next((nom for nom in offices if nom.lower().replace("’", "'") in said), other and other[0]):
                yield trouve(asked.item.path, "sans-personnalite", qui=named)


def asked_of_no_party(acte: Acte) -> Trouves:
    """What is asked is asked of a party: one that the case names, or words that may designate one."""
    held = [held for role in acte.order.roles if role not in DESTINATAIRES for held in acte.parties(role)]
    present = dict([*held, *acte.auteurs])
    traitement = acte.document.traitement
    service = traitement and traitement.organisme == "public"  # charged with a public service, as the case says
    for asked in acte.dispositif:
        finding = "injonction" if "injonction" in asked.sortes else "frais" if asked.sortes & _PAID else ""
        if not finding or not asked.vise:
            continue
        said = asked.vise.lower()
        named = {k: p for k, p in acte.case.parties.items() if p.nom.lower().replace("’", "'") in said}
        ours = [p for k, p in named.items() if k in present]
        words = next((t for t in table().tiers.values() if re.search(t["mots"], asked.vise, re.I)), None)
        if named and not ours:
            yield trouve(asked.item.path, finding, qui=", ".join(p.nom for p in named.values()))
        elif not named and words and not {p.type for p in present.values()} & {*words["types"]}:
            yield trouve(asked.item.path, finding, qui=asked.vise)
        elif ours and finding == "injonction" and not service and all(p.organisme == "prive" for p in ours):
            yield trouve(asked.item.path, "prive", qui=", ".join(p.nom for p in ours))


def dates_in_prose(acte: Acte) -> Trouves:
    """« la décision attaquée du … » in the drafter's own words, with another date than the case's."""
    decision = acte.case.decision
    if decision is None or len(decision.date or "") < 10:
        return
    name = re.escape(decision.designation)
    pattern = re.compile(rf"{name},? (?:du|en date du) ([0-9]{{1,2}}(?:er)? (?:{'|'.join(MONTHS)}) [0-9]{{4}})")
    for item in acte.document.items():
        for day in pattern.findall(acte.propre(item)):
            if iso_day(day) != decision.date:
                written = f"{decision.designation} du {day}"
                yield trouve(item.path, "prose", ecrit=written, dossier=decision.date)
