"""Dates agree with one another."""

import re

from mandats.checks.forme.acte import Acte, Constats, debut, fin, jour_ecrit
from mandats.checks.forme.regle import CONSEIL, CONTENTIEUX, PLAINTES, REQUETES, Regle
from mandats.render.typography import MONTHS

REGLE = Regle(
    id="GEN-34",
    titre="Dates cohérentes",
    pourquoi="Une date qui en contredit une autre discrédite l'acte et fausse les délais (erreurs observées dans des dossiers réels).",
    remede="Corrigez la date fausse ; n'écrivez pas dans la prose une date que le dossier donne déjà.",
    court="bonne pratique ; R. 411-1 CJA",
    documents=(*CONTENTIEUX, *PLAINTES, "demande-cada", "saisine-cada", "recours-gracieux"),
    gravite=CONSEIL,
)
ORDRE = (
    ("decision.date", "decision.notifiee_le"), ("decision.date", "decision.publiee_le"), ("decision.date", "instance_fond.date_depot"),
    ("demande.date", "demande.recue_le"), ("demande.recue_le", "demande.reponse_le"), ("avis_cada.saisie_le", "avis_cada.date"),
)  # fmt: skip


def check(acte: Acte) -> Constats:
    def value(path: str) -> str | None:
        block, name = path.split(".")
        return getattr(getattr(acte.case, block), name, None)

    for before, after in ORDRE:
        first, second = debut(value(before)), value(after)
        if first and second and fin(second) < first:
            yield acte.constat(REGLE, tuple(after.split(".")), f"date antérieure à {before}", "corrigez l'une des deux")
    if acte.modele in REQUETES and acte.case.decision:
        for name in ("date", "notifiee_le", "publiee_le"):
            day = debut(value(f"decision.{name}"))
            if day and day > acte.jour:
                yield acte.constat(
                    REGLE,
                    ("decision", name),
                    f"date postérieure à l'acte, daté du {jour_ecrit(acte.jour)}",
                    "corrigez l'une des deux",
                )
    for i, fact in acte.document.faits:
        if len(fact.date or "") == 10 and debut(fact.date) > acte.jour:
            yield acte.confirmer(
                REGLE,
                ("faits", i, "date"),
                f"fait daté d'après l'acte, du {jour_ecrit(acte.jour)} : est-ce bien un événement annoncé ?",
            )
    yield from _prose(acte)


def _prose(acte: Acte) -> Constats:
    """« la décision attaquée du … » in the drafter's own words, with another date than the case's."""
    decision = acte.case.decision
    if decision is None or len(decision.date or "") < 10:
        return
    pattern = re.compile(
        re.escape(decision.designation) + r",? (?:du|en date du) (\d{1,2})(?:er)? (" + "|".join(MONTHS) + r") (\d{4})"
    )
    for item in acte.document.items():
        for day, month, year in pattern.findall(item.moyen.texte or (item.text.contenu if item.text else "")):
            if f"{year}-{MONTHS.index(month) + 1:02}-{int(day):02}" != decision.date:
                yield acte.constat(
                    REGLE,
                    item.path,
                    f"« {decision.designation} du {day} {month} {year} » : le dossier dit {decision.date}",
                    "employez {{ date(decision.date) }}",
                )
