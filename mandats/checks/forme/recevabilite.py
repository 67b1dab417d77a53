"""Whether the court may be seized of this act, now: court, decision, time limit, what comes before."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from mandats.checks.forme.acte import Acte, Trouves, debut, trouve
from mandats.delais.duree import Duree
from mandats.postal import departement, postal_code

if TYPE_CHECKING:
    from mandats.delais.calcul import Delai

_SANS_ACTE = ("implicite", "refus-d-abroger")

# What `mandats delais` calls the limit for going to court.
_RECOURS = (
    "rep-decision-notifiee", "rep-acte-publie", "rep-rejet-implicite", "rep-refus-expres", "contrat-tiers",
    "rep-apres-gracieux", "cada-recours-ta",
)  # fmt: skip


def late_filing(
    acte: Acte, notification: Duree, publication: Duree, contrat: Duree, silence: Duree, rejet: Duree,
    confirmation: Duree, refus: Duree, bientot: Duree,
) -> Trouves:  # fmt: skip
    """The request is filed within the time limit.

    Choice: the common case (filed within two months of the start) is settled by one addition; the engine of `mandats
    delais`, whose rules take longer to read than all these, is asked only when the act is later than that.
    """
    decision, fond = acte.case.decision, acte.case.instance_fond
    if decision is None:
        return
    suspension = acte.est("suspension")
    filed = (debut(fond.date_depot) if suspension and fond else None) or acte.jour
    if decision.nature in _SANS_ACTE:
        avis, demande = acte.case.avis_cada, acte.case.demande
        asked = debut(avis.saisie_le if avis else demande.recue_le if demande else None)
        waited, limit = (confirmation, refus) if avis else (silence, rejet)
        ends = [limit.after(waited.after(asked))] if asked else []
    else:
        published = contrat if decision.nature == "contrat" else publication
        starts = ((debut(decision.notifiee_le), notification), (debut(decision.publiee_le), published))
        ends = [limit.after(day) for day, limit in starts if day]
    if not ends:
        return
    path = ("instance_fond", "date_depot") if suspension else (*acte.here, "date")
    prudent = min(ends)
    if filed <= prudent:
        pending = not suspension and not fond and not acte.case.happened("requete_enregistree_le")
        if pending and not acte.case.specimen and (prudent - filed).days <= bientot.jours:
            yield trouve(path, "bientot", prudent=prudent)
        return
    from mandats.delais.calcul import list_time_limits

    known = list_time_limits(acte.case, acte.document.library.familles, filed).delais
    limits = [d for d in known if d.id in _RECOURS and d.theorique]
    if any(d.etat in ("a-faire", "fait", "interrompu") for d in limits):
        return
    near = [d for d in limits if d.etat == "prudent-depasse"]
    late = near or [d for d in limits if d.etat in ("expire", "fait-hors-delai", "inopposable", "passe-sauf-si")]
    if not late:
        return
    last = max(late, key=lambda d: d.theorique or dt.date.min)
    values = {"depot": filed, "prudent": last.prudent, "dernier": last.theorique}
    if near:
        yield trouve(path, "prudent-depasse", **values)
    elif last.etat == "inopposable" or last.a_confirmer or _far(acte, last, filed):
        yield trouve(path, "tardif-a-confirmer", **values)
    else:
        yield trouve(path, "tardif", **values)


def _far(acte: Acte, last: Delai, filed: dt.date) -> bool:
    """Whether the months of distance (art. R. 421-7, which refers to R. 421-1) could make a late request timely."""
    from mandats.delais.calendrier import add_months
    from mandats.delais.faits import distance_months, read_facts

    facts = read_facts(acte.case, acte.document.library.familles)
    months = 0 if last.regle.distance else distance_months(facts.siege or "metropole", facts.demeure)
    return bool(months and last.theorique and filed <= add_months(last.theorique, months))


def link_not_argued(acte: Acte) -> Trouves:
    """A local act, groups from elsewhere, and not a word of what links them."""
    author = acte.auteur
    local = author if author and author.type in ("commune", "collectivite") else None
    here = departement(postal_code(local.adresse)) if local else ""
    near = any(departement(postal_code(p.adresse)) in (here, "") for _, p in acte.groupements)
    link = re.search(r"(?i)ressort|nationa|\blocal|territoire|dépass|excèd|excéd|portée", acte.mots("recevabilite"))
    if acte.groupements and here and not near and not link and not acte.a_ecrire("recevabilite"):
        yield trouve((*acte.here, "recevabilite"), "d-ailleurs")
