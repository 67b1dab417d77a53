"""Whether the court may be seized of this act, now: court, decision, time limit, what comes before."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from mandats.checks.forme.acte import Acte, Path, Trouves, debut, trouve
from mandats.delais.duree import Duree
from mandats.delais.figures import court_areas
from mandats.postal import departement, postal_code
from mandats.problem import suggest
from mandats.words import bare

if TYPE_CHECKING:
    from mandats.delais.calcul import Delai
    from mandats.delais.figures import Tribunal
    from mandats.model import Party
    from mandats.procedure import Decision

_AUTRES = re.compile(
    r"judiciaire|grande instance|d'instance|prud'hom|de proximité|de commerce|(?<!administrative )\bd'appel\b"
    r"|de cassation|conseil constitutionnel",
    re.I,
)
_NATIONALES = ("commission nationale de l'informatique", "premier ministre", "président de la république")
_SANS_ACTE = ("implicite", "refus-d-abroger")
_TROU = re.compile(r"(?<!\[)à compléter|à rédiger|\bTODO\b|\bXXX+\b|\[…\]\s*$", re.I | re.M)


def competent_court(acte: Acte) -> Trouves:
    """The court is the one the law designates.

    Choice: only what an address or a kind of act makes certain is told; buildings, individual police measures,
    contracts and the other exceptions of the chapter (art. R. 312-6 to R. 312-18) are asked, or left alone.
    """
    courts, decision, author = acte.parties("juridiction"), acte.case.decision, acte.auteur
    path = (*acte.here, "roles", "juridiction")
    if courts and _AUTRES.search(courts[0][1].nom.replace("’", "'")):
        yield trouve(path, "judiciaire")
        return
    if courts and acte.juridiction == "caa":
        yield trouve(path, "appel")
    if not courts or author is None or acte.juridiction not in ("ta", "ce"):
        return
    if acte.juridiction == "ta" and decision and _first_instance_of_the_conseil(decision, author):
        yield trouve(path, "conseil-d-etat")
    elif acte.juridiction == "ta":
        yield from _tribunal(acte, path, courts[0][1].nom, author)
    elif author.type in ("commune", "collectivite"):
        expected = _expected(author)
        yield trouve(path, "acte-local", tribunal=expected.nom) if expected else trouve(path, "acte-local-sans-adresse")


def _first_instance_of_the_conseil(decision: Decision, author: Party) -> bool:
    """Decrees, rulings of ministers and national authorities, decisions of the CNIL (art. R. 311-1)."""
    name = author.nom.lower().replace("’", "'")
    decree = re.match(r"(?:le |du |l')?(?:décret|ordonnance)\b", decision.objet.lower())
    national = author.type in ("ministere", "etat", "autorite") and "préfet" not in name
    return bool(decree) or (national and decision.nature == "reglementaire") or name.startswith(_NATIONALES)


def _tribunal(acte: Acte, path: Path, court: str, author: Party) -> Trouves:
    names = {alias: t for t in court_areas().tribunaux for alias in (t.nom, t.siege) if alias}
    words = re.sub(r"^tribunal administratif (?:de l'|des |de |d'|du )?", "", court.replace("’", "'"), flags=re.I)
    found = {_place_name(alias): t for alias, t in names.items()}.get(_place_name(words))
    expected, decision = _expected(author), acte.case.decision
    if found is None:
        near = suggest(words, names)
        if expected and not near and not acte.case.specimen:
            yield trouve(path, "tribunal-inconnu-siege", attendu=expected.nom)
        elif near or not acte.case.specimen:
            yield trouve(path, "tribunal-inconnu", proche=near)
    elif expected and expected != found and not (decision and decision.nature == "contrat"):
        individual = decision and decision.nature == "individuelle"  # R. 312-8: the home may decide
        key = "autre-ressort-individuelle" if individual else "autre-ressort"
        yield trouve(path, key, attendu=expected.nom, saisi=found.nom)


def _expected(author: Party) -> Tribunal | None:
    """The tribunal of the seat of the author of the act (R. 312-1), when its address says it."""
    code = postal_code(author.adresse)
    return court_areas().tribunal_of(code) if code else None


def _place_name(name: str) -> str:
    """A name of a place as it is compared.

    >>> _place_name("La Réunion") == _place_name("la Reunion") == _place_name("Réunion")
    True
    >>> _place_name("Cergy Pontoise") == _place_name("Cergy-Pontoise")
    True
    """
    return re.sub(r"^(?:la|le) ", "", bare(name).replace("-", " ").strip())


def unfinished(acte: Acte) -> Trouves:
    """No moyen and no prayer holds a placeholder."""
    for item in acte.items("utilite" if acte.est("mesures-utiles") else "moyens", "conclusions"):
        if _TROU.search((item.moyen.texte or "") + (item.text.contenu if item.text else "")):
            yield trouve(item.path, "a-completer")


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
    decision, fond, events = acte.case.decision, acte.case.instance_fond, acte.case.evenements
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
        pending = not suspension and not fond and not (events and events.requete_enregistree_le)
        if pending and not acte.case.specimen and (prudent - filed).days <= bientot.jours:
            yield trouve(path, "bientot", prudent=prudent)
        return
    from mandats.delais.calcul import list_time_limits

    known = list_time_limits(acte.case, acte.document.library.familles, filed).delais
    limits = [d for d in known if d.id in _RECOURS and d.theorique]
    if any(d.etat in ("a-faire", "fait", "interrompu") for d in limits):
        return
    near = [d for d in limits if d.etat == "prudent-depasse"]
    late = near or [d for d in limits if d.etat in ("expire", "fait-hors-delai", "inopposable")]
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


def interest_not_argued(acte: Acte) -> Trouves:
    """The interest to sue is argued, and tied to what the statutes say."""
    if not acte.groupements:
        return
    argued = acte.mots("recevabilite").lower()
    if not acte.a_ecrire("recevabilite") and not re.search(r"intérêts?\b", argued):
        yield trouve((*acte.here, "recevabilite"), "muet")
    told = [(cle, p.objet_statutaire) for cle, p in acte.groupements if p.objet_statutaire]
    if not told:
        yield trouve(("parties", acte.groupements[0][0], "objet_statutaire"), "objet-absent")
    elif not any(_printed(objet, acte.imprime) for _, objet in told):
        yield trouve(("parties", told[0][0], "objet_statutaire"), "objet-non-cite")
    # A local act, an association from elsewhere, and not a word of what links them.
    author = acte.auteur
    local = author if author and author.type in ("commune", "collectivite") else None
    here = departement(postal_code(local.adresse)) if local else ""
    near = any(departement(postal_code(p.adresse)) in (here, "") for _, p in acte.groupements)
    link = re.search(r"ressort|nationa|\blocal|territoire|dépass|excèd|excéd|portée", argued)
    if here and not near and not link and not acte.a_ecrire("recevabilite"):
        yield trouve((*acte.here, "recevabilite"), "d-ailleurs")


def _printed(objet: str, imprime: str) -> bool:
    """Whether a purpose is printed, by its first words; one of a few words is told in others as well."""
    words = re.findall(r"\w+", objet.lower())
    return len(words) <= 6 or " ".join(words[:8]) in " ".join(re.findall(r"\w+", imprime))


def late_administrative_appeal(acte: Acte, recours: Duree) -> Trouves:
    """An administrative appeal is sent within the time limit for going to court."""
    from mandats.delais.calendrier import is_covered

    decision = acte.case.decision
    start = debut(decision.notifiee_le or decision.publiee_le) if decision else None
    if decision is None or start is None:
        return
    if not is_covered(start):
        yield trouve(("decision", "notifiee_le"), "hors-calendrier")
    elif acte.jour > (limit := recours.term(start).theorique):
        known = decision.voies_et_delais is not False
        yield trouve((*acte.here, "date"), "tardif" if known else "tardif-a-confirmer", dernier=limit)
