"""Complaints about personal data: to whom; the mandates behind, how many, and how each is proved."""

from __future__ import annotations

from mandats.checks.forme.acte import Acte, Trouves, trouve
from mandats.delais.figures import court_areas

_PREUVES = {"horodatage", "version", "empreinte", "confirmation"}


def wrong_address(acte: Acte) -> Trouves:
    """The address of the authority seized is the right one."""
    known = {a.nom.lower(): a for a in court_areas().autorites.values()}
    for cle, party in [*acte.parties("autorite"), *acte.parties("destinataire")]:
        authority = known.get(party.nom.replace("’", "'").lower())
        if not authority:
            continue
        if party.adresse and authority.code not in party.adresse:
            yield trouve(("parties", cle, "adresse"), "autre", adresse=authority.adresse)
        elif not party.adresse and acte.order.canal != "teleservice-cnil":
            yield trouve(("parties", cle, "adresse"), "absente", adresse=authority.adresse)


def other_terms(acte: Acte) -> Trouves:
    """Mandate and complaint name the same controller, the same authority, the same association."""
    mandants = acte.order.mandants
    if mandants is None:
        return
    targets = acte.cles("mis_en_cause")
    forms = [
        (i, order)
        for i, order in acte.autres("formulaire-de-mandat")
        if order.vise == acte.order.vise or acte.cles("mis_en_cause", order) & targets
    ]
    if not forms and not acte.joint(mandants.piece):
        yield trouve((*acte.here, "mandants"), "aucun")
    for i, order in forms:
        path, values = ("documents", i, "roles"), {"plainte": acte.document.nom}
        if not targets <= acte.cles("mis_en_cause", order):
            yield trouve((*path, "mis_en_cause"), "responsables", **values)
        if acte.cles("autorite", order) != acte.cles("autorite"):
            yield trouve((*path, "autorite"), "autorite", **values)
        if acte.cles("mandataire", order) != {cle for cle, _ in acte.deposants}:
            yield trouve((*path, "mandataire"), "association", **values)


def unproved(acte: Acte) -> Trouves:
    """Each mandate can be proved."""
    mandants = acte.order.mandants
    if mandants is None or mandants.etat:  # the ledger keeps the proofs
        return
    missing, path = sorted(_PREUVES - {*mandants.preuve}), (*acte.here, "mandants", "preuve")
    if len(missing) == len(_PREUVES):
        yield trouve(path, "laquelle")
    elif missing:
        yield trouve(path, "incomplete", manque=missing)


def wrong_count(acte: Acte) -> Trouves:
    """The number announced is the number of valid mandates."""
    mandants = acte.order.mandants
    if mandants is None or mandants.etat or mandants.nombre is None or mandants.recus is None:
        return  # counted from the ledger, or asked
    valid = mandants.recus - (mandants.ecartes or 0)
    if valid != mandants.nombre:
        yield trouve((*acte.here, "mandants", "nombre"), "autre", annonce=mandants.nombre, valides=valid)
