"""Complaints about personal data: to whom; the mandates behind, how many, and how each is proved."""

from __future__ import annotations

from mandats.checks.forme.acte import Acte, Trouves, trouve
from mandats.delais.figures import court_areas


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


def wrong_count(acte: Acte) -> Trouves:
    """The number announced is the number of valid mandates."""
    mandants = acte.order.mandants
    if mandants is None or mandants.etat or mandants.nombre is None or mandants.recus is None:
        return  # counted from the ledger, or asked
    valid = mandants.recus - (mandants.ecartes or 0)
    if valid != mandants.nombre:
        yield trouve((*acte.here, "mandants", "nombre"), "autre", annonce=mandants.nombre, valides=valid)
