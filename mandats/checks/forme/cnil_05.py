"""A right was exercised, and a month has passed, before complaining that it was not respected."""

import re

from mandats.checks.forme.acte import Acte, Constats, debut, jour_ecrit
from mandats.checks.forme.regle import CONSEIL, PLAINTES, Regle
from mandats.delais.calendrier import add_months

REGLE = Regle(
    id="CNIL-05",
    titre="Démarche préalable, un mois, preuve",
    pourquoi="Quand le grief est un droit resté sans suite, la CNIL demande de l'avoir exercé et d'avoir attendu un mois (article 12, paragraphe 3, du RGPD ; cnil.fr), avec les justificatifs. "
    "Un traitement illicite en lui-même n'en exige pas.",
    remede="Remplissez la section `demarches` avec les pièces, ou employez la clause plainte/sans-demarche-prealable ; notez `evenements.demande_acces_recue_le`.",
    court="art. 12, § 3, RGPD ; cnil.fr",
    documents=PLAINTES,
    gravite=CONSEIL,
)
DROITS_EXERCES = re.compile(
    r"^(?:rgpd|droits)/(?:acces|effacement|opposition|rectification|portabilite|limitation|exercice)"
)


def check(acte: Acte) -> Constats:
    events = acte.case.evenements
    asked = debut(events.demande_acces_recue_le) if events else None
    if asked and not events.prolongation_annoncee_le and acte.items("demarches") and add_months(asked, 1) >= acte.jour:
        what = f"le mois de réponse n'expire que le {jour_ecrit(add_months(asked, 1))}"
        yield acte.constat(
            REGLE, ("evenements", "demande_acces_recue_le"), what, "attendez, ou fondez la plainte sur un autre grief"
        )
    if acte.items("demarches"):
        if not acte.cite_piece("demarches"):
            yield acte.constat(
                REGLE,
                (*acte.here, "demarches"),
                "démarche préalable sans pièce",
                "citez la demande et la preuve de sa réception",
            )
        return
    told = "sans-demarche-prealable" in acte.mots("qualite", "traitement") or re.search(
        r"démarche|préalable", acte.mots("qualite")
    )
    right = next((i for i in acte.items("moyens") if i.clause and DROITS_EXERCES.match(i.clause.id)), None)
    if right and not told:
        yield acte.constat(
            REGLE,
            right.path,
            "grief tiré d'un droit, sans démarche préalable",
            "prouvez la demande et le mois écoulé, ou dites pourquoi ce n'était pas nécessaire",
        )
