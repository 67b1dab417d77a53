"""A refusal to communicate documents goes to the CADA before it goes to court."""

import re

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import FOND, IRRECEVABLE, Regle

REGLE = Regle(
    id="GEN-19",
    titre="Saisine préalable de la CADA",
    pourquoi="La saisine pour avis de la CADA est un préalable obligatoire au recours contre un refus de communication (article L. 342-1 CRPA).",
    remede="Saisissez la CADA (modèle saisine-cada), attendez le refus né deux mois après l'enregistrement, puis décrivez `avis_cada`.",
    court="L. 342-1 CRPA",
    documents=FOND,
    gravite=IRRECEVABLE,
)


def check(acte: Acte) -> Constats:
    decision, avis, demande = acte.case.decision, acte.case.avis_cada, acte.case.demande
    objet = decision.objet if decision else ""
    # A case may also hold a demand for documents that the request is not about.
    asked = bool(demande and demande.documents) and (
        decision is None or decision.nature == "implicite" or bool(re.search(r"\brefus", objet, re.I))
    )
    about = asked or bool(re.search(r"refus\w* de (?:lui |leur )?communi|refus de communication", objet, re.I))
    if acte.modele == "requete-rep" and not about:
        return
    if avis is None:
        yield acte.constat(
            REGLE,
            ("decision", "objet") if decision else acte.here,
            "refus de communication sans saisine de la CADA",
            "saisissez-la d'abord",
        )
    elif not avis.saisie_le and acte.inconnu("avis_cada", "saisie_le"):
        yield acte.confirmer(REGLE, ("avis_cada", "saisie_le"), "jour d'enregistrement de la saisine par la commission")
    elif not avis.saisie_le:
        yield acte.constat(
            REGLE,
            ("avis_cada", "saisie_le"),
            "date d'enregistrement de la saisine absente",
            "lisez-la dans l'accusé de réception",
        )
