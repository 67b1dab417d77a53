"""Complaints and letters about personal data: who complains, under which regime, after which steps; mandates."""

from __future__ import annotations

import re

from mandats.checks.forme.acte import Acte, Path, Trouves, debut, trouve
from mandats.delais.duree import Duree
from mandats.delais.figures import court_areas

_DROITS = re.compile(r"^(?:rgpd|droits)/(?:acces|effacement|opposition|rectification|portabilite|limitation|exercice)")


def right_not_exercised_first(acte: Acte, reponse: Duree) -> Trouves:
    """A right was exercised, and its time has passed, before complaining that it was not respected."""
    events, steps = acte.case.evenements, acte.items("demarches")
    asked = debut(events.demande_acces_recue_le) if events and not events.prolongation_annoncee_le else None
    if asked and steps and (end := reponse.after(asked)) >= acte.jour:
        yield trouve(("evenements", "demande_acces_recue_le"), "trop-tot", fin=end)
    if steps and not acte.cite_piece("demarches"):
        yield trouve((*acte.here, "demarches"), "sans-piece")
    if steps:
        return
    told = "sans-demarche-prealable" in acte.mots("qualite", "traitement")
    told = told or bool(re.search(r"démarche|préalable", acte.mots("qualite")))
    right = next((i for i in acte.items("moyens") if i.clause and _DROITS.match(i.clause.id)), None)
    if right and not told:
        yield trouve(right.path, "aucune")


def wrong_regime(acte: Acte) -> Trouves:
    """The complaint, or the letter, follows the regime of the processing; a letter for erasure serves under each."""
    traitement, vise = acte.document.traitement, acte.order.vise
    path: Path = ("traitements", vise, "regime") if vise else ("traitement", "regime")
    wanted = {"rgpd"}
    if acte.est("police", "acces-indirect"):
        wanted = {"police-justice", "renseignement"} if acte.est("acces-indirect") else {"police-justice"}
    if traitement and traitement.regime not in wanted and not acte.est("effacement"):
        yield trouve(path, traitement.regime, document=acte.document.nom)


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
