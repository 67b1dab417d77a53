"""Who complains for another produces a signed mandate."""

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import IRRECEVABLE, Regle

REGLE = Regle(
    id="CNIL-08",
    titre="Mandat écrit joint",
    pourquoi="Qui porte plainte pour autrui joint un mandat écrit et signé (cnil.fr ; article 80, paragraphe 1, du RGPD).",
    remede="Faites signer le mandat (modèle mandat) et ajoutez-le aux pièces, avec « mandat » dans l'intitulé.",
    court="art. 80, § 1, RGPD ; cnil.fr",
    documents=("plainte-cnil", "plainte-police-justice"),
    gravite=IRRECEVABLE,
)


def check(acte: Acte) -> Constats:
    if acte.parties("mandataire") and not any("mandat" in f"{p.cle} {p.titre}".lower() for p in acte.document.pieces):
        yield acte.constat(
            REGLE, (*acte.here, "roles", "mandataire"), "aucun mandat parmi les pièces", "joignez le mandat signé"
        )
