"""The letter follows the regime of the processing."""

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import CONSEIL, DROITS, Regle

REGLE = Regle(
    id="DROIT-01",
    titre="Lettre du bon régime",
    pourquoi="Les articles 15, 17 et 21 du RGPD ne s'appliquent pas à un fichier de police ou de renseignement : articles 104 à 106, ou 118, de la loi du 6 janvier 1978 (article R. 253-6 CSI pour la "
    "vidéoprotection).",
    remede="Employez le modèle acces-fichier-police, ou corrigez `regime`.",
    court="loi du 6 janvier 1978, art. 104 à 118",
    documents=(*DROITS, "acces-fichier-police"),
    gravite=CONSEIL,
)


def check(acte: Acte) -> Constats:
    traitement = acte.document.traitement
    if traitement is None:
        return
    path = ("traitements", acte.order.vise, "regime") if acte.order.vise else ("traitement", "regime")
    if acte.modele == "acces-fichier-police" and traitement.regime == "rgpd":
        yield acte.constat(
            REGLE, path, "traitement au régime rgpd", "employez le modèle droit-acces, ou corrigez le régime"
        )
    elif acte.modele in ("droit-acces", "droit-opposition") and traitement.regime != "rgpd":
        yield acte.constat(
            REGLE, path, f"traitement au régime {traitement.regime}", "employez le modèle acces-fichier-police"
        )
