"""What a judge of urgent matters is asked, beside which petition, and what follows his order."""

from __future__ import annotations

from mandats.checks.forme.acte import Acte, Trouves, debut, fin, trouve
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


def slow_to_act(acte: Acte, patience: Duree) -> Trouves:
    """The applicant did not wait too long."""
    decision = acte.case.decision
    day = fin(decision.notifiee_le or decision.publiee_le or decision.date) if decision else None
    if day and (acte.jour - day).days > patience.jours:
        yield trouve((*acte.here, "urgence"), "lenteur", ecoules=(acte.jour - day).days)


def not_called_refere(acte: Acte) -> Trouves:
    """The first page says « référé »."""
    path = (*acte.here, "titre")
    if "référé" not in acte.garde:
        yield trouve(path, "garde")
    elif "référé" not in acte.document.titre.lower():
        yield trouve(path, "titre")


def stands_in_the_way(acte: Acte, silence: Duree) -> Trouves:
    """A référé mesures utiles stands in the way of no decision."""
    demande, decision = acte.case.demande, acte.case.decision
    if demande and demande.documents:
        born = debut(demande.reponse_le) if demande.reponse == "refus" else None
        received = debut(demande.recue_le)
        if received and born is None:
            born = silence.after(received)
        if born and born <= acte.jour:
            yield trouve(("demande", "recue_le"), "refus-ne", ne=born)
    elif decision:
        yield trouve(("decision",), "obstacle")


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
