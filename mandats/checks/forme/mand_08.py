"""Each person mandating is concerned by this very complaint."""

import re

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import COLLECTIVES, IRRECEVABLE, Regle

REGLE = Regle(
    id="MAND-08",
    titre="Mandants concernés par cette plainte",
    pourquoi="Chaque mandant est une personne concernée par le traitement que vise la plainte (article 77 du RGPD ; CE, 20 février 2025, n° 493843), et le déclare pour chaque plainte.",
    remede="Ajoutez la clause plainte/personnes-concernees, qui dit en quoi les mandants le sont ; le mandat le fait déclarer.",
    court="art. 77 RGPD ; CE, 20 février 2025, n° 493843",
    documents=COLLECTIVES,
    gravite=IRRECEVABLE,
)


def check(acte: Acte) -> Constats:
    if acte.order.mandants and acte.items("qualite") and not acte.a_ecrire("qualite"):
        words = acte.mots("qualite").lower()
        if not re.search(
            r"plainte/personnes-concernees|(?:mandant|signataire)\w*[^.]{0,160}(?:concern|utilis|filmé|traité)", words
        ):
            yield acte.constat(
                REGLE,
                (*acte.here, "qualite"),
                "rien ne dit en quoi les mandants sont concernés par ce traitement",
                "dites-le pour cette plainte",
            )
