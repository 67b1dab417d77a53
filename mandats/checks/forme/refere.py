"""Before the judge of urgent matters: beside which petition, and what follows his order."""

from __future__ import annotations

from mandats.checks.forme.acte import Acte, Trouves, debut, trouve
from mandats.delais.calendrier import is_covered
from mandats.delais.duree import Duree


def other_parties(acte: Acte) -> Trouves:
    """The référé and the main petition have the same parties, before the same court.

    The decision is the case's, hence one. The roles are compared, when the case also produces the main petition.
    """
    path = (*acte.here, "roles")
    for _, order in acte.autres("fond"):
        here, there = (
            {role: acte.cles(role, o) for role in ("requerant", "defendeur", "juridiction")}
            for o in (acte.order, order)
        )
        if more := sorted(here["requerant"] - there["requerant"]):
            yield trouve((*path, "requerant"), "requerant", parties=more)
        if there["juridiction"] and here["juridiction"] != there["juridiction"]:
            yield trouve((*path, "juridiction"), "juridiction")
        if there["defendeur"] and not here["defendeur"] & there["defendeur"]:
            yield trouve((*path, "defendeur"), "defendeur")
        return


def petition_not_confirmed(acte: Acte, confirmation: Duree) -> Trouves:
    """What must follow an order is planned: confirming the main petition, appealing."""
    events = acte.case.evenements
    told = debut(events.ordonnance_notifiee_le) if events else None
    if events is None or told is None or events.ordonnance_refere not in (None, "suspension"):
        return
    if events.ordonnance_motif != "defaut-de-doute-serieux":
        return
    if not is_covered(told):
        yield trouve(("evenements", "ordonnance_notifiee_le"), "hors-calendrier")
        return
    term, done = confirmation.term(told), debut(events.maintien_confirme_le)
    path, values = ("evenements", "maintien_confirme_le"), {"dernier": term.theorique, "prudent": term.prudent}
    if done and done > term.theorique:
        yield trouve(path, "tardive", **values)
    elif not done and acte.est("memoire") and acte.jour > term.theorique:
        yield trouve(path, "rien-ne-le-dit", **values)
    elif not done:
        yield trouve(path, "a-confirmer", **values)
