"""The interest to sue is argued, and tied to what the statutes say."""

import re

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import IRRECEVABLE, REQUETES, Regle
from mandats.problem import AVERTISSEMENT

REGLE = Regle(
    id="GEN-15",
    titre="Intérêt à agir",
    pourquoi="L'intérêt d'une association se mesure à son objet statutaire et à son ressort (CE, 17 mars 2014, n° 354596) ; l'acte doit les rapprocher de "
    "la décision attaquée.",
    remede="Écrivez un développement sur l'intérêt à agir (clause recevabilite/interet-a-agir) et recopiez `objet_statutaire`.",
    court="CE, 17 mars 2014, n° 354596",
    documents=REQUETES,
    gravite=IRRECEVABLE,
)


def check(acte: Acte) -> Constats:
    if not acte.groupements:
        return
    if not acte.a_ecrire("recevabilite") and not re.search(r"intérêts?\b", acte.mots("recevabilite").lower()):
        yield acte.constat(REGLE, (*acte.here, "recevabilite"), "rien n'est dit de l'intérêt à agir du groupement", "rattachez-le à l'objet statutaire")
    missing = [cle for cle, p in acte.groupements if not p.objet_statutaire]
    if missing and len(missing) == len(acte.groupements):
        path = ("parties", missing[0], "objet_statutaire")
        yield acte.constat(REGLE, path, "objet statutaire absent", "recopiez-le des statuts", AVERTISSEMENT)
