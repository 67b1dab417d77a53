"""What a rule finds where conditions cannot say it: each predicate takes the `Acte` and the lengths of its rule."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path as File
from typing import TYPE_CHECKING

from mandats.checks.forme.acte import Acte, Trouves, debut, trouve
from mandats.checks.forme.dispositif import table
from mandats.delais.calendrier import carry_over
from mandats.delais.duree import Duree
from mandats.model import DESTINATAIRES
from mandats.postal import departement, postal_code
from mandats.words import MONTHS, iso_day

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


_ENDS = 65_536  # bytes read at each end of a PDF, where encryption is declared


def shared_file(acte: Acte) -> Trouves:
    """Each pièce is a file of its own."""
    seen: dict[str, str] = {}
    for piece in acte.document.pieces:
        other = seen.setdefault(piece.fichier, piece.cle)
        if other != piece.cle:
            yield trouve((*acte.piece_path(piece), "fichier"), "meme-fichier", autre=other)


def misnumbered(acte: Acte) -> Trouves:
    """The inventory is numbered without a gap or a double.

    The program numbers the pièces itself; what remains is a pièce listed twice, or a title with
    a number of its own.
    """
    listed = acte.order.pieces or ()
    for j, cle in enumerate(listed):
        if cle in listed[:j]:
            yield trouve((*acte.here, "pieces", j), "repetee", piece=cle)
    for piece in acte.document.pieces:
        rank = acte.document.numeros[piece.cle]
        found = re.match(r"(?:pièce|production|annexe|PJ)\s*n?°?\s*([0-9]{1,9})(?![0-9])", piece.titre, re.I)
        if found and int(found[1]) != rank:
            yield trouve((*acte.piece_path(piece), "titre"), "autre-numero", ecrit=found[1], rang=rank)


def unnumbered_files(acte: Acte) -> Trouves:
    """In the lawyers' application, the name of a file begins with the number of its pièce."""
    for piece in acte.document.pieces:
        rank = acte.document.numeros[piece.cle]
        if acte.order.canal == "telerecours" and not re.match(rf"0*{rank}(?![0-9])", piece.fichier):
            yield trouve((*acte.piece_path(piece), "fichier"), "sans-numero", rang=rank)


def left_in_the_folder(acte: Acte) -> Trouves:
    """The inventory and the folder hold the same files."""
    for name in sorted(acte.loaded.fichiers - {n for p in acte.case.pieces for n in (p.fichier, p.occultee)}):
        yield trouve(("pieces",), nom=name)


def heavy_or_locked(acte: Acte, poids: int) -> Trouves:
    """The court's application will take the files: their size, no password. The only rule that looks into them."""
    for piece in acte.document.pieces:
        path, file = (*acte.piece_path(piece), "fichier"), acte.loaded.folder / "pieces" / piece.produite
        if piece.produite not in acte.loaded.fichiers or not file.is_file():
            continue  # told elsewhere
        size = file.stat().st_size / 1_000_000
        if size > poids:
            yield trouve(path, "lourd", taille=f"{size:.0f}")
        if file.suffix.lower() == ".pdf" and _locked(file):
            yield trouve(path, "verrouille")


def _locked(file: File) -> bool:
    with file.open("rb") as stream:
        start = stream.read(_ENDS)
        stream.seek(max(_ENDS, file.stat().st_size - _ENDS))
        return b"/Encrypt" in start + stream.read(_ENDS)


def undated_texts(acte: Acte) -> Trouves:
    """Each text cited is known with the period it was in force."""
    sources = acte.document.library.sources
    used = [(cle, sources[cle]) for cle in acte.rendered.uses() if cle in sources]
    undated = []
    for cle, source in used:
        # A charter, a convention or a recital does not change by the month.
        owner = sources.get(source.texte or "")
        changing = owner and owner.groupe in ("Lois et codes", "Règlements")
        if changing and source.vigueur is None and not source.versions:
            undated.append(cle)
    if undated:
        shown = ", ".join(undated[:4]) + ("…" if len(undated) > 4 else "")
        yield trouve(acte.here, nombre=len(undated), s="s" * (len(undated) > 1), articles=shown)
