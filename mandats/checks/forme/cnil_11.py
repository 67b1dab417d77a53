"""A request for access to a police file is one person and one file, with proof of identity."""

import re

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import CONSEIL, Regle

REGLE = Regle(
    id="CNIL-11",
    titre="Accès à un fichier de police : une personne, un fichier, une identité",
    pourquoi="Une demande par personne et par fichier, avec la copie d'une pièce d'identité et une adresse postale (cnil.fr, fiche TAJ du 6 octobre 2025 ; articles 105 et 108 de la loi du 6 janvier 1978).",
    remede="Faites un document par personne ; joignez la pièce d'identité, recto et verso ; donnez l'adresse.",
    court="cnil.fr, fiche TAJ",
    documents=("acces-fichier-police",),
    gravite=CONSEIL,
)


def check(acte: Acte) -> Constats:
    people = acte.parties("demandeur")
    if len(people) > 1:
        yield acte.constat(
            REGLE,
            (*acte.here, "roles", "demandeur"),
            "plusieurs personnes dans une seule demande",
            "une demande par personne",
        )
    for cle, party in people:
        if not party.adresse:
            yield acte.constat(
                REGLE,
                ("parties", cle, "adresse"),
                "adresse postale absente",
                "donnez-la : la réponse vient par la poste",
            )
    if not any(re.search(r"identité|passeport|naissance", f"{p.cle} {p.titre}", re.I) for p in acte.document.pieces):
        yield acte.constat(REGLE, (*acte.here, "pieces"), "pièce d'identité non jointe", "joignez-la, recto et verso")
