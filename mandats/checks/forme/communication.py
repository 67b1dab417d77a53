"""Demands for documents: when the CADA is seized after a refusal, and of a series."""

import re

from mandats.checks.forme.acte import Acte, Trouves, debut, trouve
from mandats.delais.calendrier import carry_over
from mandats.delais.duree import Duree


def late_referral(acte: Acte, silence: Duree, saisine: Duree, poste: Duree) -> Trouves:
    """The CADA is seized in time after the refusal."""
    demande, avis = acte.case.demande, acte.case.avis_cada
    if demande is None:
        return
    here = acte.est("saisine")
    received, answered = debut(demande.recue_le), debut(demande.reponse_le)
    born = silence.after(received) if received else None
    if demande.reponse in ("refus", "partielle"):
        born = min(d for d in (answered, born) if d) if answered else None
    asked = acte.jour if here else debut(avis.saisie_le) if avis else None
    path = (*acte.here, "date") if here else ("avis_cada", "saisie_le")
    if not born or not asked or asked < saisine.after(born):
        return
    last, _ = carry_over(saisine.after(born), "metropole")
    values = {"ne": born, "saisie": asked}
    if asked <= last:
        yield trouve(path, "veille", **values)
    # The case gives the day of the letter, which the notification follows. An implicit refusal binds only if the
    # acknowledgment of receipt told the remedies (L. 112-6 CRPA): nobody knows it here.
    elif born != answered:
        yield trouve(path, "tardive-silence", **values)
    elif (asked - last).days > poste.jours:
        yield trouve(path, "tardive", **values)
    else:
        yield trouve(path, "tardive-lettre", **values)


def series_incomplete(acte: Acte, serie: int) -> Trouves:
    """A series of demands goes to the CADA at once, and names every administration."""
    applicants = {cle for cle, _ in acte.deposants}
    asked: dict[str, str] = {}
    for _, order in acte.autres("demande-de-communication"):
        if acte.cles("demandeur", order) & applicants:
            asked |= {cle: party.nom for cle, party in acte.parties("destinataire", order)}
    words, path = acte.mots("serie").lower(), (*acte.here, "serie")
    if len(asked) >= serie and not words:
        yield trouve(path, "absente", nombre=len(asked))
    if not words:
        return
    if missing := [cle for cle, name in asked.items() if _proper(name) not in words]:
        yield trouve(path, "incomplete", parties=missing)
    if not acte.a_ecrire("serie") and not re.search(r"inform|avis[ée]", words):
        yield trouve(path, "informees")


def _proper(name: str) -> str:
    """What a list of administrations says of one.

    >>> _proper("Commune d'Exemple")
    'exemple'
    """
    kinds, articles = r"commune|ville|département|région|métropole", r"de la |de l'|des |du |de |d'"
    return re.sub(rf"^(?:{kinds}) (?:{articles})", "", name.lower().replace("’", "'"))
