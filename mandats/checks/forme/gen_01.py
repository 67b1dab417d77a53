"""The court is the one the law designates.

Choice: only what an address or a kind of act makes certain is told; buildings, individual police measures, contracts and
the other exceptions of the chapter (art. R. 312-6 to R. 312-18) are asked, or left alone.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import A_REGULARISER, REQUETES, Regle
from mandats.delais.faits import postal_code
from mandats.problem import AVERTISSEMENT, suggest

if TYPE_CHECKING:
    from mandats.delais.figures import Tribunal
    from mandats.model import Party

REGLE = Regle(
    id="GEN-01",
    titre="Juridiction compétente",
    pourquoi="Le tribunal administratif compétent est celui du siège de l'auteur de l'acte (article R. 312-1 CJA) ; le Conseil d'État juge "
    "en premier ressort les décrets, les actes réglementaires des ministres et des autorités nationales et les décisions de la CNIL "
    "(article R. 311-1 CJA). Au fond, le dossier est renvoyé ; en référé, l'erreur entraîne le rejet (article R. 522-8-1 CJA).",
    remede="Corrigez le rôle « juridiction ». Une mesure individuelle de police relève du domicile (R. 312-8), un immeuble de sa situation "
    "(R. 312-7), un contrat du lieu d'exécution (R. 312-11) : si c'est le cas, laissez la juridiction et gardez l'avertissement pour mémoire.",
    court="R. 311-1, R. 312-1 et R. 221-3 CJA",
    documents=REQUETES,
    gravite=A_REGULARISER,
    sources=("cja-r311-1", "cja-r312-1"),
)
AUTRES = re.compile(
    r"judiciaire|grande instance|d'instance|prud'hom|de proximité|de commerce|(?<!administrative )\bd'appel\b|de cassation|conseil constitutionnel",
    re.I,
)
NATIONALES = ("commission nationale de l'informatique", "premier ministre", "président de la république")


def check(acte: Acte) -> Constats:
    courts = acte.parties("juridiction")
    decision = acte.case.decision
    author = (
        acte.case.parties.get(decision.auteur) if decision else next((p for _, p in acte.parties("defendeur")), None)
    )
    path = (*acte.here, "roles", "juridiction")
    if courts and AUTRES.search(courts[0][1].nom.replace("’", "'")):
        yield acte.constat(
            REGLE,
            path,
            "cette juridiction ne juge pas les actes administratifs",
            "saisissez le tribunal administratif du siège de l'auteur de l'acte",
        )
        return
    if courts and acte.juridiction == "caa":
        yield acte.confirmer(
            REGLE,
            path,
            "une cour administrative d'appel ne juge qu'exceptionnellement en premier ressort : quel texte la désigne ?",
        )
    if not courts or author is None or acte.juridiction not in ("ta", "ce"):
        return
    name = author.nom.lower().replace("’", "'")
    if decision:
        decree = re.match(r"(?:le |du |l')?(?:décret|ordonnance)\b", decision.objet.lower())
        ruling = (
            author.type in ("ministere", "etat", "autorite")
            and decision.nature == "reglementaire"
            and "préfet" not in name
        )
        if acte.juridiction == "ta" and (decree or ruling or name.startswith(NATIONALES)):
            yield acte.constat(
                REGLE,
                path,
                "cet acte relève du Conseil d'État en premier et dernier ressort",
                "saisissez le Conseil d'État",
            )
            return
    if acte.juridiction == "ce":
        if author.type in ("commune", "collectivite"):
            expected = _expected(author)
            whose = (
                f"le tribunal administratif « {expected.nom} »"
                if expected
                else "le tribunal du siège de l'auteur de l'acte"
            )
            yield acte.constat(
                REGLE,
                path,
                "un acte local relève du tribunal administratif, non du Conseil d'État",
                f"saisissez {whose}",
            )
        return
    yield from _tribunal(acte, path, courts[0][1].nom, author)


def _tribunal(acte: Acte, path: tuple, court: str, author: Party) -> Constats:
    from mandats.delais.figures import court_areas

    names = {alias: t for t in court_areas().tribunaux for alias in (t.nom, t.siege) if alias}
    words = re.sub(r"^tribunal administratif (?:de l'|des |de |d'|du )?", "", court.replace("’", "'"), flags=re.I)
    found = {_plain(alias): t for alias, t in names.items()}.get(_plain(words))
    expected = _expected(author)
    if found is None:
        near = suggest(words, names)
        seat = (
            f" ; l'auteur de l'acte siège dans le ressort du tribunal « {expected.nom} »"
            if expected and not near
            else ""
        )
        if not acte.case.specimen or near:
            yield acte.confirmer(REGLE, path, f"ce tribunal n'est pas dans la liste de l'article R. 221-3{near}{seat}")
        return
    decision = acte.case.decision
    if expected is None or expected == found or (decision and decision.nature == "contrat"):
        return
    what = f"le siège de l'auteur de l'acte est dans le ressort du tribunal administratif « {expected.nom} », non « {found.nom} »"
    soft = AVERTISSEMENT if decision and decision.nature == "individuelle" else ""  # R. 312-8: the home may decide
    yield acte.constat(
        REGLE,
        path,
        what,
        f"saisissez le tribunal « {expected.nom} », ou vérifiez l'exception (R. 312-6 à R. 312-18)",
        soft,
    )


def _expected(author: Party) -> Tribunal | None:
    """The tribunal of the seat of the author of the act (R. 312-1), when its address says it."""
    from mandats.delais.figures import court_areas

    code = postal_code(author.adresse)
    return court_areas().tribunal_of(code) if code else None


def _plain(name: str) -> str:
    """A name of a place as it is compared.

    >>> _plain("La Réunion") == _plain("la Reunion") == _plain("Réunion"), _plain("Cergy Pontoise") == _plain("Cergy-Pontoise")
    (True, True)
    """
    letters = unicodedata.normalize("NFD", name.lower())
    return re.sub(
        r"^(?:la|le) ", "", "".join(c for c in letters if not unicodedata.combining(c)).replace("-", " ").strip()
    )
